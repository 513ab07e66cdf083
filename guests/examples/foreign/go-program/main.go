package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Printf("Content-Type: text/plain\n\nHello from Go at %s\n", os.Getenv("PATH_INFO"))
}
