package main

import (
	"fmt"
	"os"
)

func main() {
	path := os.Getenv("PATH_INFO")
	switch path {
	case "/spin":
		spins()
	case "/grow":
		grows()
	case "/fail":
		fails()
	}
	fmt.Printf("Content-Type: text/plain\n\nHello from Go at %s\n", path)
}

var kept [][]byte

//go:noinline
func spins() {
	for {
		kept = nil
	}
}

//go:noinline
func grows() {
	for {
		kept = append(kept, make([]byte, 1<<20))
	}
}

//go:noinline
func fails() {
	panic("as it was asked to")
}
