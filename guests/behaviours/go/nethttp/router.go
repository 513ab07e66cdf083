package main

import (
	"encoding/json"
	"net/http"
	"strconv"

	"wheeler.dev/wheeler/nethttp"
)

type item struct {
	ID    int      `json:"id"`
	Name  string   `json:"name"`
	Tags  []string `json:"tags,omitempty"`
	Price float64  `json:"price"`
}

// addRouter: the standard mux with patterns, JSON in and out.
func addRouter(mux *http.ServeMux) {
	mux.HandleFunc("GET /items/{id}", func(w http.ResponseWriter, r *http.Request) {
		id, err := strconv.Atoi(r.PathValue("id"))
		if err != nil {
			http.Error(w, "not a number: "+r.PathValue("id"), http.StatusBadRequest)
			return
		}
		writeJSON(w, http.StatusOK, item{ID: id, Name: r.URL.Query().Get("name"), Price: 1.5})
	})
	mux.HandleFunc("POST /items", func(w http.ResponseWriter, r *http.Request) {
		var posted item
		if err := json.NewDecoder(r.Body).Decode(&posted); err != nil {
			http.Error(w, "not JSON: "+err.Error(), http.StatusBadRequest)
			return
		}
		posted.ID = 7
		writeJSON(w, http.StatusCreated, posted)
	})
	mux.HandleFunc("GET /request", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{
			"host":    r.Host,
			"uri":     r.RequestURI,
			"remote":  r.RemoteAddr,
			"length":  r.ContentLength,
			"x":       r.Header.Values("x"),
			"client":  nethttp.Client(r.Context()),
			"id":      nethttp.RequestID(r.Context()),
			"pattern": r.Pattern,
		})
	})
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}
