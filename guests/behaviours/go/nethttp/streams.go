package main

import (
	"fmt"
	"io"
	"net/http"

	"wheeler.dev/wheeler/nethttp"
)

// addStreams: bodies that are read and written in pieces, and such that are handed on.
func addStreams(mux *http.ServeMux) {
	// Every byte goes through the guest.
	mux.HandleFunc("POST /stream-back", func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(w, r.Body); err != nil {
			panic(http.ErrAbortHandler)
		}
	})
	mux.HandleFunc("GET /flush", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Trailer", "X-Events")
		for i := range 3 {
			fmt.Fprintf(w, "data: %d\n\n", i)
			if err := http.NewResponseController(w).Flush(); err != nil {
				panic(err)
			}
		}
		w.Header().Set("X-Events", "3")
	})
	mux.HandleFunc("/hand-on", func(w http.ResponseWriter, r *http.Request) {
		response, err := http.Post(origin("/echo"), "text/plain", r.Body)
		if err != nil {
			fail(w, err)
			return
		}
		w.Header().Set("X-Length", fmt.Sprint(response.ContentLength))
		if err := nethttp.HandOn(w, response.Body); err != nil {
			panic(err)
		}
	})
	// io.Copy hands on where the length is announced.
	mux.HandleFunc("GET /copy-on", func(w http.ResponseWriter, r *http.Request) {
		response, err := http.Get(origin("/page"))
		if err != nil {
			fail(w, err)
			return
		}
		defer response.Body.Close()
		if r.URL.Query().Has("length") {
			w.Header().Set("Content-Length", response.Header.Get("Content-Length"))
		}
		n, err := io.Copy(w, response.Body)
		fmt.Println("copied", n, err)
	})
	mux.HandleFunc("GET /too-long", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "2")
		_, err := io.WriteString(w, "abc")
		fmt.Println(err)
		_, _ = io.WriteString(w, "ab")
	})
	mux.HandleFunc("GET /too-short", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "5")
		_, _ = io.WriteString(w, "ab")
	})
	mux.HandleFunc("/kinds/{kind}", func(w http.ResponseWriter, r *http.Request) {
		switch r.PathValue("kind") {
		case "html":
			_, _ = io.WriteString(w, "<!doctype html><p>sniffed")
		case "nothing":
		case "no-content":
			w.WriteHeader(http.StatusNoContent)
			_, err := io.WriteString(w, "x")
			fmt.Println(err)
		case "cookies":
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
			http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
		case "ordered":
			for _, name := range []string{"X-B", "X-C", "X-A"} {
				w.Header().Set(name, "1")
			}
		case "latin":
			w.Header().Set("X-Latin", "caf\xe9")
		default:
			http.NotFound(w, r)
		}
	})
}
