// Package wheeler is for HTTP handlers in Go on wheeler. A handler is one function:
//
//	package main
//
//	import "wheeler.dev/wheeler"
//
//	func init() {
//		wheeler.Handle(func(request *wheeler.Request) (*wheeler.Response, error) {
//			return wheeler.Text(200, "Hello from "+request.Path()+"\n"), nil
//		})
//	}
//
//	func main() {}
//
// Every request runs in fresh state: nothing that an earlier one wrote is visible. Whoever wants
// an [http.Handler] and an [http.Client] finds them in package nethttp; this package does
// without net/http, which is most of a component's size.
//
// Goroutines, timers and channels work as everywhere. Where goroutines wait, for [Fetch], a body or
// time, they wait side by side, and once all of them do, the host suspends the instance, which
// costs no CPU time. Goroutines that are left when the handler returns end with the request.
// Nothing may wait while the program starts, in init functions and package variables.
//
// A body that the handler does not look at is handed on inside the host, at no cost:
//
//	request.URL = "https://origin.example" + request.Path()
//	response, err := wheeler.Fetch(context.Background(), request)
//	if err != nil {
//		return nil, err
//	}
//	response.Headers.Set("x-frame-options", "SAMEORIGIN")
//	return response, nil
//
// Go's own packages for cryptography and random numbers work; os.Getenv finds the app's variables.
// A panic goes to the app's log, with its stack, and ends the request.
//
// [http.Handler]: https://pkg.go.dev/net/http#Handler
// [http.Client]: https://pkg.go.dev/net/http#Client
package wheeler

import "wheeler.dev/wheeler/internal/edge"

// Handle sets what answers requests. It is called once, from an init function: main is not run.
//
// The handler returns the answer, or nil when it has called [Respond] or [Stream]. An error is
// written to the log and answered with status 500, unless the handler had answered before;
// what went wrong is not told to the client.
func Handle(handler func(*Request) (*Response, error)) {
	edge.Handle(func(incoming edge.Request) {
		response, err := handler(newRequest(incoming))
		if err == nil && response != nil {
			err = Respond(response)
		}
		if err != nil {
			Log(LevelError, err.Error())
			// Refused only when the handler has answered already; then that answer counts.
			_ = Respond(Text(500, "The app failed\n"))
		}
	})
}
