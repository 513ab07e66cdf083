package wheeler

import (
	"strings"
	"time"

	"wheeler.dev/wheeler/internal/edge"
)

// Request is an incoming request, or one to another server. An incoming one can be sent on.
type Request struct {
	// Methods are case-sensitive. Empty means GET.
	Method string
	// Absolute. That of an incoming request is as the WHATWG URL standard serialises it.
	URL     string
	Headers Headers
	// Nil when there is none.
	Body *Body

	// Who sent it, and what names it in logs: of incoming requests only.
	Client Client
	ID     string

	// For [Fetch]: what a redirect does, and how long to wait for the head of the response,
	// where 0 means as long as the host allows.
	Redirect Redirect
	Timeout  time.Duration
}

// Client is who sent a request.
type Client struct {
	// IPv4 or IPv6 address, without a port.
	Address string
	// ISO 3166 codes, as configured; empty when they are not known.
	Country, Region string
}

// Redirect says what a redirect does.
type Redirect = edge.Redirect

const (
	// FollowRedirects, 20 at most. Credentials are dropped when the origin changes.
	FollowRedirects = edge.Follow
	// ReturnRedirects as they are.
	ReturnRedirects = edge.Manual
	// RefuseRedirects with the code RedirectRefused.
	RefuseRedirects = edge.Fail
)

func newRequest(incoming edge.Request) *Request {
	request := &Request{
		Method:  incoming.Method,
		URL:     incoming.URL,
		Headers: incoming.Headers,
		Client:  Client{incoming.Address, incoming.Country, incoming.Region},
		ID:      incoming.ID,
	}
	if incoming.Body != nil {
		request.Body = &Body{stream: incoming.Body}
	}
	return request
}

// Path is path and query of the URL.
func (r *Request) Path() string {
	_, rest, _ := strings.Cut(r.URL, "://")
	start := strings.IndexAny(rest, "/?#")
	if start < 0 {
		return "/"
	}
	path, _, _ := strings.Cut(rest[start:], "#")
	if !strings.HasPrefix(path, "/") {
		return "/" + path
	}
	return path
}

// Response is an answer: the handler's, or that of another server.
type Response struct {
	// 200 to 599. Zero means 200.
	Status  int
	Headers Headers
	// Nil when there is none.
	Body *Body
	// Where the answer of another server came from, after redirects.
	URL string
}

// Text is an answer of plain text in UTF-8.
func Text(status int, text string) *Response {
	return withType(status, "text/plain;charset=utf-8", []byte(text))
}

// JSON is an answer of JSON that is encoded already.
func JSON(status int, json []byte) *Response {
	return withType(status, "application/json", json)
}

func withType(status int, contentType string, bytes []byte) *Response {
	headers := Headers{{Name: "content-type", Value: contentType}}
	return &Response{Status: status, Headers: headers, Body: Bytes(bytes)}
}

// Respond answers the request and returns at once: the handler may go on working, and then
// returns nil. A body that is handed on flows on without it.
func Respond(response *Response) error {
	return edge.Respond(response.status(), response.Headers, response.Body.content())
}

// Stream answers the request with a body that is still to be written. Without [BodyWriter.Finish]
// the client sees a message that was cut off.
func Stream(response *Response) (*BodyWriter, error) {
	writer, body := edge.Pipe()
	if err := edge.Respond(response.status(), response.Headers, edge.HandOn(body)); err != nil {
		return nil, err
	}
	return &BodyWriter{writer}, nil
}

func (r *Response) status() int {
	if r.Status == 0 {
		return 200
	}
	return r.Status
}
