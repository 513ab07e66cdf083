package main

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"sync"
	"time"

	"wheeler.dev/wheeler/nethttp"
)

// addGoroutines: several that wait at once, and such that nobody waits for.
func addGoroutines(mux *http.ServeMux) {
	// The origin answers none of them before all are there.
	mux.HandleFunc("GET /goroutines/overlap", func(w http.ResponseWriter, r *http.Request) {
		var group sync.WaitGroup
		answers := make([]string, 8)
		for i := range answers {
			group.Go(func() { answers[i] = get(origin("/together")) })
		}
		group.Wait()
		fmt.Fprint(w, answers)
	})
	// Timers and another goroutine's work go on while a fetch waits.
	mux.HandleFunc("GET /goroutines/timers", func(w http.ResponseWriter, _ *http.Request) {
		answer := make(chan string)
		go func() { answer <- get(origin("/slow")) }()
		ticker := time.NewTicker(10 * time.Millisecond)
		defer ticker.Stop()
		ticks := 0
		for {
			select {
			case <-ticker.C:
				ticks++
				runtime.Gosched()
			case text := <-answer:
				fmt.Fprintf(w, "%s after %v ticks", text, ticks > 0)
				return
			}
		}
	})
	mux.HandleFunc("GET /goroutines/outlive", func(w http.ResponseWriter, _ *http.Request) {
		go func() {
			time.Sleep(20 * time.Millisecond)
			_, _ = http.Get(origin("/late"))
		}()
		_, _ = io.WriteString(w, "answered")
	})
	// Answers, and goes on: what it does then counts.
	mux.HandleFunc("GET /goroutines/after", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "answered")
		if err := nethttp.Finish(w); err != nil {
			panic(err)
		}
		time.Sleep(20 * time.Millisecond)
		fmt.Println(get(origin("/page")))
	})
	mux.HandleFunc("GET /goroutines/deadlock", func(http.ResponseWriter, *http.Request) {
		<-make(chan int)
	})
	// A body written by one goroutine and read by another, inside the guest and the host.
	mux.HandleFunc("POST /goroutines/both-ways", func(w http.ResponseWriter, r *http.Request) {
		response, err := http.Post(origin("/echo"), "text/plain", struct{ io.Reader }{r.Body})
		if err != nil {
			fail(w, err)
			return
		}
		_, _ = io.Copy(w, response.Body)
	})
}

func get(url string) string {
	response, err := http.Get(url)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	return string(body)
}
