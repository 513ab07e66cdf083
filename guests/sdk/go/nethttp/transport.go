package nethttp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"wheeler.dev/wheeler"
	"wheeler.dev/wheeler/internal/edge"
)

// Transport is an [http.RoundTripper] that sends requests through the host. What may be reached
// is granted to the app: nothing by default. The zero value is ready to use.
//
// It follows contexts. A request's body that is that of an incoming request, or of another
// response, is handed on inside the host. It does not ask for compressed answers, and does not
// decompress them. `Host` and headers of the connection are the host's. An error is a
// [*wheeler.Error], or that of the context.
type Transport struct{}

// Up to here a body of known length is sent in one piece.
const wholeBytesMax = 64 << 10

// RoundTrip implements [http.RoundTripper].
func (Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	if err := ctx.Err(); err != nil {
		closeBody(request)
		return nil, context.Cause(ctx)
	}
	headers := fromHeader(request.Header, func(name string) bool { return name == "Content-Length" })
	length := lengthOf(request)
	content, send, err := contentOf(request)
	if err != nil {
		return nil, err
	}
	if length > 0 {
		headers = append(headers, edge.Header{Name: "content-length", Value: strconv.FormatInt(length, 10)})
	}
	pending, err := edge.Start(edge.FetchRequest{
		Method:   request.Method,
		URL:      withoutUser(request.URL),
		Headers:  headers,
		Content:  content,
		Redirect: edge.Manual,
	})
	if err != nil {
		return nil, err
	}
	if send != nil {
		go send()
	}
	stop := context.AfterFunc(ctx, pending.Interrupt)
	defer stop()
	answer, err := pending.Take()
	if errors.Is(err, edge.ErrInterrupted) {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, err
	}
	return newResponse(request, answer), nil
}

// withoutUser is the URL for the host: http.Client has made a header of the credentials.
func withoutUser(from *url.URL) string {
	target := *from
	target.User = nil
	return target.String()
}

// lengthOf is the length of the request's body; 0 or less when it is not known, or none.
func lengthOf(request *http.Request) int64 {
	if b, ok := request.Body.(*body); ok && request.ContentLength <= 0 {
		return b.left
	}
	return request.ContentLength
}

// contentOf is what the request carries, and, for a body that has to be read and sent
// meanwhile, the function that does so.
func contentOf(request *http.Request) (content edge.Content, send func(), err error) {
	if request.Body == nil || request.Body == http.NoBody {
		if request.Method == "POST" || request.Method == "PUT" || request.Method == "PATCH" {
			return edge.Bytes(nil), nil, nil // these announce a length of 0
		}
		return edge.Content{}, nil, nil
	}
	if stream, ok := handOn(request.Body); ok {
		return edge.HandOn(stream), nil, nil
	}
	if length := request.ContentLength; length > 0 && length <= wholeBytesMax {
		defer closeBody(request)
		whole := make([]byte, length)
		if _, err := io.ReadFull(request.Body, whole); err != nil {
			return content, nil, err
		}
		if n, _ := request.Body.Read(make([]byte, 1)); n > 0 {
			return content, nil, errors.New("nethttp: the request's body is longer than its ContentLength")
		}
		return edge.Bytes(whole), nil, nil
	}
	writer, stream := edge.Pipe()
	return edge.HandOn(stream), func() { sendBody(request, writer) }, nil
}

// sendBody ends when the exchange does, since nobody reads the stream then.
func sendBody(request *http.Request, writer *edge.Writer) {
	defer closeBody(request)
	defer writer.Close()
	stop := context.AfterFunc(request.Context(), writer.Interrupt)
	defer stop()
	if _, err := io.CopyBuffer(onlyWriter{writer}, onlyReader{request.Body}, make([]byte, wholeBytesMax)); err != nil {
		if !edge.IsInterrupted(err) {
			wheeler.Log(wheeler.LevelDebug, "A request's body was not sent to its end: "+err.Error())
		}
		return
	}
	// Fails when nobody reads any more, which the response tells.
	_ = writer.Finish(fromHeader(request.Trailer, nil))
}

// Without the shortcuts that io.Copy looks for.
type onlyWriter struct{ io.Writer }
type onlyReader struct{ io.Reader }

func closeBody(request *http.Request) {
	if request.Body != nil {
		_ = request.Body.Close()
	}
}

func newResponse(request *http.Request, answer edge.FetchResponse) *http.Response {
	header := toHeader(answer.Headers)
	response := &http.Response{
		Status:        strconv.Itoa(answer.Status) + " " + http.StatusText(answer.Status),
		StatusCode:    answer.Status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		ContentLength: contentLength(header),
		Request:       request,
	}
	response.Body = newBody(answer.Body, request.Context(), response.ContentLength, &response.Trailer)
	return response
}
