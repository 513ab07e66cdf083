// The handler: an ordinary http.Handler. Every request runs in fresh state.
package main

import (
	"fmt"
	"net/http"

	"wheeler.dev/wheeler/nethttp"
)

func init() {
	mux := http.NewServeMux()
	mux.HandleFunc("/", hello)
	nethttp.Handle(mux)
}

// main is not run: the handler is set while the program starts.
func main() {}

func hello(writer http.ResponseWriter, request *http.Request) {
	name := request.URL.Query().Get("name")
	if name == "" {
		name = "world"
	}
	fmt.Fprintf(writer, "Hello, %s!\n", name)
}
