package nethttp

import (
	"context"
	"errors"
	"io"
	"net/http"

	"wheeler.dev/wheeler/internal/edge"
)

// body is a request's or a response's, as net/http wants it.
type body struct {
	stream *edge.Body
	// Ends reading; nil for a body that lives as long as the handler.
	ctx  context.Context
	stop func() bool
	// Where trailers go once the end was read.
	trailer *http.Header
	// What is left of the announced length, or -1.
	left int64
}

func newBody(stream *edge.Body, ctx context.Context, length int64, trailer *http.Header) *body {
	b := &body{stream: stream, ctx: ctx, left: length, trailer: trailer}
	if ctx != nil {
		b.stop = context.AfterFunc(ctx, stream.Interrupt)
	}
	return b
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.stream.Read(p)
	if b.left >= 0 {
		b.left -= int64(n)
	}
	switch {
	case err == nil:
	case err == io.EOF:
		b.readTrailers()
	case edge.IsInterrupted(err) && b.ctx != nil:
		err = context.Cause(b.ctx)
	case errors.Is(err, edge.ErrBodyClosed):
		err = http.ErrBodyReadAfterClose
	}
	return n, err
}

func (b *body) readTrailers() {
	if b.trailer == nil {
		return
	}
	if lines := b.stream.Trailers(); len(lines) > 0 {
		*b.trailer = toHeader(lines)
	}
	b.trailer = nil
}

func (b *body) Close() error {
	if b.stop != nil {
		b.stop()
	}
	return b.stream.Close()
}

// handOn takes the stream out of a body that is one of ours; ok is false for any other.
func handOn(from io.Reader) (stream *edge.Body, ok bool) {
	b, ok := from.(*body)
	if !ok {
		return nil, false
	}
	if b.stop != nil {
		b.stop()
	}
	return b.stream, true
}
