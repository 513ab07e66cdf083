package main

import (
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"os"
	"time"

	"wheeler.dev/wheeler"
	"wheeler.dev/wheeler/logging"
	"wheeler.dev/wheeler/nethttp"
)

// addEndings: how a program can end, and where its words go.
func addEndings(mux *http.ServeMux) {
	mux.HandleFunc("GET /exit/{kind}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(os.Stderr, "its last words")
		switch r.PathValue("kind") {
		case "well":
			_, _ = io.WriteString(w, "answered")
			_ = nethttp.Finish(w)
			os.Exit(0)
		case "unanswered":
			os.Exit(0)
		case "badly":
			os.Exit(3)
		case "panic":
			panic("out of cheese")
		case "goroutine":
			go func() { panic("out of cheese") }()
			time.Sleep(time.Second)
		case "abort":
			_, _ = io.WriteString(w, "half")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}
	})
	mux.HandleFunc("GET /log", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Println("to standard output")
		log.New(os.Stderr, "", 0).Println("to standard error")
		logger := slog.New(logging.NewHandler(slog.LevelDebug)).With("a", 1).WithGroup("g")
		logger.Debug("detail", "msg", "kept", "time", "kept too")
		logger.Warn("careful", "text", "two words")
		wheeler.Log(wheeler.LevelTrace, "trace")
		secret, _ := wheeler.Secret("TOKEN")
		_, missing := wheeler.Variable("MISSING")
		_, err := os.Open("/etc/passwd")
		fmt.Fprintln(w, os.Getenv("GREETING"), secret, missing, err, len(os.Args), wheeler.FetchesLeft())
	})
}
