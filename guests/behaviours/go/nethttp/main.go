// What an ordinary net/http program does, one path for each behaviour. One guest for all of
// them, because most of its size is net/http. The variable ORIGIN is another server.
package main

import (
	"net/http"
	"os"

	"wheeler.dev/wheeler/nethttp"
)

func init() {
	mux := http.NewServeMux()
	addRouter(mux)
	addStreams(mux)
	addClient(mux)
	addGoroutines(mux)
	addEndings(mux)
	addRandom(mux)
	nethttp.Handle(mux)
}

func main() {}

func origin(path string) string {
	return os.Getenv("ORIGIN") + path
}

func fail(w http.ResponseWriter, err error) {
	http.Error(w, err.Error(), http.StatusBadGateway)
}
