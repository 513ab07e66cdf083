package wheeler

import (
	"io"

	"wheeler.dev/wheeler/internal/edge"
)

// Body is the content of a message: bytes at hand, or a stream whose other end the host holds.
// It is an io.ReadCloser. Given to a response or a request unread, a stream flows inside the host;
// what was read before does not flow again.
type Body struct {
	// Either a stream, or what is left of bytes.
	stream *edge.Body
	bytes  []byte
}

// Bytes is a body of bytes. The host sets content-length.
func Bytes(bytes []byte) *Body {
	return &Body{bytes: bytes}
}

// Pipe is a new stream: what is written to the first can be read from the second, or handed on
// as the body of a message. Whoever does both needs a goroutine for one of them.
func Pipe() (*BodyWriter, *Body) {
	writer, body := edge.Pipe()
	return &BodyWriter{writer}, &Body{stream: body}
}

// Read waits until there are bytes, and gives as many as there are, at most 64 KiB.
// It returns io.EOF at the end, otherwise an [Error] with code ConnectionClosed,
// ProtocolViolated, TimedOut or TooLarge; or os.ErrDeadlineExceeded after [Body.Interrupt].
func (b *Body) Read(p []byte) (int, error) {
	if b.stream != nil {
		return b.stream.Read(p)
	}
	if len(b.bytes) == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	n := copy(p, b.bytes)
	b.bytes = b.bytes[n:]
	return n, nil
}

// Close tells the other side that nobody reads any more.
func (b *Body) Close() error {
	if b.stream != nil {
		return b.stream.Close()
	}
	b.bytes = nil
	return nil
}

// Interrupt ends a Read that waits, and all later ones. For context.AfterFunc and timers.
func (b *Body) Interrupt() {
	if b.stream != nil {
		b.stream.Interrupt()
	}
}

// Trailers are there once Read gave io.EOF.
func (b *Body) Trailers() Headers {
	if b.stream == nil {
		return nil
	}
	return b.stream.Trailers()
}

// content takes the stream out of the body.
func (b *Body) content() edge.Content {
	switch {
	case b == nil:
		return edge.Content{}
	case b.stream != nil:
		return edge.HandOn(b.stream)
	default:
		return edge.Bytes(b.bytes)
	}
}

// BodyWriter is the writable end of a stream. Without Finish its reader sees an error with the
// code ConnectionClosed, and a client a message that was cut off.
type BodyWriter struct {
	stream *edge.Writer
}

// Write writes all of p. It waits while more than 64 KiB are on their way, so that a slow reader
// slows the writer down. Each call is one of the host's, so small writes want a bufio.Writer.
func (w *BodyWriter) Write(p []byte) (int, error) {
	return w.stream.Write(p)
}

// Finish ends the stream, with trailers if there are any.
func (w *BodyWriter) Finish(trailers ...Header) error {
	return w.stream.Finish(trailers)
}

// Close breaks the stream off, unless it was finished.
func (w *BodyWriter) Close() error {
	w.stream.Close()
	return nil
}
