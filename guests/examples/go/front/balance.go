package main

import (
	"crypto/rand"
	"encoding/binary"
)

// shuffled is the pool in the order in which it is asked: each place goes to one of those left, with the
// chance that its weight gives it. `random` gives a number below its argument.
func shuffled(pool []backend, random func(int) int) []backend {
	left := append([]backend(nil), pool...)
	var order []backend
	for len(left) > 0 {
		total := 0
		for _, backend := range left {
			total += backend.weight
		}
		at := 0
		for rest := random(total) - left[0].weight; rest >= 0; rest -= left[at].weight {
			at++
		}
		order = append(order, left[at])
		left = append(left[:at], left[at+1:]...)
	}
	return order
}

// random asks the host each time: a generator would begin with the same state in every request.
func random(below int) int {
	var bytes [8]byte
	_, _ = rand.Read(bytes[:]) // never fails, by its documentation
	return int(binary.LittleEndian.Uint64(bytes[:]) % uint64(below))
}
