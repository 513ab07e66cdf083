// Package nethttp lets an ordinary [http.Handler] answer requests, and gives [http.Client] the
// host's fetch to send its own:
//
//	func init() {
//		mux := http.NewServeMux()
//		mux.HandleFunc("GET /hello/{name}", hello)
//		nethttp.Handle(mux)
//	}
//
//	func main() {}
//
// [http.DefaultTransport] is a [Transport], so http.Get and every client without a transport of
// its own use it. What package wheeler says of goroutines, waiting and fresh state holds here.
package nethttp

import (
	"context"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"wheeler.dev/wheeler"
	"wheeler.dev/wheeler/internal/edge"
)

func init() {
	http.DefaultTransport = Transport{}
}

// Handle sets what answers requests. It is called once, from an init function: main is not run.
// A nil handler is [http.DefaultServeMux].
//
// A panic goes to the app's log and ends the request, except [http.ErrAbortHandler], which only
// breaks the response off.
func Handle(handler http.Handler) {
	if handler == nil {
		handler = http.DefaultServeMux
	}
	edge.Handle(func(incoming edge.Request) {
		ctx, cancel := context.WithCancel(context.WithValue(context.Background(), incomingKey{}, &incoming))
		defer cancel()
		serve(ctx, handler, &incoming)
	})
}

func serve(ctx context.Context, handler http.Handler, incoming *edge.Request) {
	writer := newResponseWriter(incoming.Method)
	request, err := newRequest(ctx, incoming)
	if err != nil {
		// The host parses URLs by other rules than package url.
		handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "Bad request", http.StatusBadRequest)
		})
	}
	defer func() {
		switch reason := recover(); reason {
		case nil:
		case http.ErrAbortHandler:
			writer.abort()
		default:
			panic(reason)
		}
	}()
	handler.ServeHTTP(writer, request)
	if err := writer.finish(); err != nil {
		wheeler.Log(wheeler.LevelError, "The response could not be sent: "+err.Error())
	}
}

type incomingKey struct{}

func newRequest(ctx context.Context, incoming *edge.Request) (*http.Request, error) {
	target, err := url.Parse(incoming.URL)
	if err != nil {
		return nil, err
	}
	header := toHeader(incoming.Headers)
	header.Del("Host")
	request := (&http.Request{
		Method:     incoming.Method,
		URL:        &url.URL{Path: target.Path, RawPath: target.RawPath, RawQuery: target.RawQuery},
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
		Header:     header,
		Host:       target.Host,
		// The port of the connection is not told.
		RemoteAddr: net.JoinHostPort(incoming.Address, "0"),
		RequestURI: target.RequestURI(),
		Body:       http.NoBody,
	}).WithContext(ctx)
	if incoming.Body != nil {
		request.ContentLength = contentLength(header)
		request.Body = newBody(incoming.Body, nil, request.ContentLength, &request.Trailer)
	}
	return request, nil
}

// Client is who sent a request: its address, and country and region as configured. The context is
// that of a request, or made from it.
func Client(ctx context.Context) wheeler.Client {
	incoming, ok := ctx.Value(incomingKey{}).(*edge.Request)
	if !ok {
		return wheeler.Client{}
	}
	return wheeler.Client{Address: incoming.Address, Country: incoming.Country, Region: incoming.Region}
}

// RequestID names a request in logs; empty when the context is not one of a request.
func RequestID(ctx context.Context) string {
	incoming, ok := ctx.Value(incomingKey{}).(*edge.Request)
	if !ok {
		return ""
	}
	return incoming.ID
}

func toHeader(lines []edge.Header) http.Header {
	header := make(http.Header, len(lines))
	for _, line := range lines {
		header.Add(line.Name, line.Value)
	}
	return header
}

// fromHeader is sorted by names, as net/http sends them, without those that `skip` tells of.
func fromHeader(header http.Header, skip func(name string) bool) []edge.Header {
	lines := make([]edge.Header, 0, len(header))
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if skip != nil && skip(name) {
			continue
		}
		for _, value := range header[name] {
			lines = append(lines, edge.Header{Name: name, Value: value})
		}
	}
	return lines
}

// contentLength is -1 when it is not told.
func contentLength(header http.Header) int64 {
	length, err := strconv.ParseInt(header.Get("Content-Length"), 10, 64)
	if err != nil || length < 0 {
		return -1
	}
	return length
}
