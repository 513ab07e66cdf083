package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"wheeler.dev/wheeler"
)

// addClient: http.Client with its timeouts and contexts, redirects and streamed uploads.
func addClient(mux *http.ServeMux) {
	// The head comes late.
	mux.HandleFunc("GET /client/timeout", func(w http.ResponseWriter, _ *http.Request) {
		client := http.Client{Timeout: 50 * time.Millisecond}
		began := time.Now()
		_, err := client.Get(origin("/never"))
		var netError interface{ Timeout() bool }
		timeout := errors.As(err, &netError) && netError.Timeout()
		fmt.Fprintf(w, "%v %v %v", timeout, errors.Is(err, context.DeadlineExceeded), bucket(began))
	})
	// The head comes, the rest does not.
	mux.HandleFunc("GET /client/body-timeout", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancelCause(r.Context())
		request, _ := http.NewRequestWithContext(ctx, "GET", origin("/half"), nil)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			fail(w, err)
			return
		}
		half := make([]byte, 4)
		_, _ = io.ReadFull(response.Body, half)
		began := time.Now()
		time.AfterFunc(50*time.Millisecond, func() { cancel(context.DeadlineExceeded) })
		_, err = io.ReadAll(response.Body)
		fmt.Fprintf(w, "%s %v %v", half, errors.Is(err, context.DeadlineExceeded), bucket(began))
	})
	mux.HandleFunc("GET /client/cancel", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancelCause(r.Context())
		time.AfterFunc(20*time.Millisecond, func() { cancel(errors.New("changed my mind")) })
		request, _ := http.NewRequestWithContext(ctx, "GET", origin("/never"), nil)
		_, err := http.DefaultClient.Do(request)
		fmt.Fprint(w, err)
	})
	mux.HandleFunc("GET /client/redirect", func(w http.ResponseWriter, _ *http.Request) {
		response, err := http.Get(origin("/redirect"))
		if err != nil {
			fail(w, err)
			return
		}
		body, _ := io.ReadAll(response.Body)
		fmt.Fprintf(w, "%d %s %s", response.StatusCode, response.Request.URL.Path, body)
	})
	mux.HandleFunc("GET /client/credentials", func(w http.ResponseWriter, _ *http.Request) {
		url := strings.Replace(origin("/credentials"), "://", "://user:pass@", 1)
		fmt.Fprint(w, get(url))
	})
	mux.HandleFunc("GET /client/trailers", func(w http.ResponseWriter, _ *http.Request) {
		response, err := http.Get(origin("/trailers"))
		if err != nil {
			fail(w, err)
			return
		}
		body, err := io.ReadAll(response.Body)
		fmt.Fprintf(w, "%s %v %v", body, err, response.Trailer)
	})
	// A body of unknown length, made while it is sent.
	mux.HandleFunc("GET /client/upload", func(w http.ResponseWriter, _ *http.Request) {
		reader, writer := io.Pipe()
		go func() {
			for i := range 1000 {
				fmt.Fprintf(writer, "%d %s\n", i, strings.Repeat("x", 300))
			}
			_ = writer.Close()
		}()
		response, err := http.Post(origin("/count"), "text/plain", reader)
		if err != nil {
			fail(w, err)
			return
		}
		body, _ := io.ReadAll(response.Body)
		_, _ = w.Write(body)
	})
	mux.HandleFunc("GET /client/refused", func(w http.ResponseWriter, _ *http.Request) {
		_, err := http.Get("http://not-granted.example/")
		var hostError *wheeler.Error
		fmt.Fprint(w, errors.As(err, &hostError) && hostError.Code == wheeler.NotGranted)
	})
}

// bucket is roughly how long it took, as a word that a test can compare.
func bucket(began time.Time) string {
	switch elapsed := time.Since(began); {
	case elapsed < 30*time.Millisecond:
		return "early"
	case elapsed < 2*time.Second:
		return "in time"
	default:
		return "late"
	}
}
