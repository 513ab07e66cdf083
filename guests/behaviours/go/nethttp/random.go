package main

import (
	"crypto/rand"
	"hash/maphash"
	mathrand "math/rand/v2"
	"net/http"
)

// addRandom: what differs from request to request, and what is the image's.
func addRandom(mux *http.ServeMux) {
	mux.HandleFunc("GET /random", func(w http.ResponseWriter, r *http.Request) {
		order := []int{}
		for key := range map[int]bool{0: true, 1: true, 2: true, 3: true, 4: true, 5: true, 6: true, 7: true} {
			order = append(order, key)
		}
		writeJSON(w, http.StatusOK, map[string]any{
			"token": rand.Text(),
			"math":  []uint64{mathrand.Uint64() >> 12, mathrand.Uint64() >> 12},
			"hash":  maphash.String(maphash.MakeSeed(), "wheeler") >> 12,
			"order": order,
		})
	})
}
