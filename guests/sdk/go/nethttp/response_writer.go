package nethttp

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"wheeler.dev/wheeler/internal/edge"
)

// responseWriter keeps what is written until there is much of it, somebody flushes or the
// handler returns; then the head goes out. What fits is sent in one piece, the rest streams.
// It implements http.Flusher, io.ReaderFrom and io.StringWriter.
type responseWriter struct {
	method string
	header http.Header
	// Zero until WriteHeader.
	status int
	// The header as it was then; trailers are what is set later.
	sent http.Header
	// What the header announced, or -1.
	length  int64
	written int64
	buffer  []byte
	// Nil until the response streams.
	stream *edge.Writer
	over   bool
}

const (
	// Arbitrary; as much as one write to the host.
	bufferBytes = 64 << 10
	// As http.DetectContentType.
	sniffBytes = 512
)

func newResponseWriter(method string) *responseWriter {
	return &responseWriter{method: method, header: make(http.Header), length: -1}
}

func (w *responseWriter) Header() http.Header { return w.header }

func (w *responseWriter) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic("nethttp: invalid WriteHeader code " + strconv.Itoa(status))
	}
	// Informational responses are not sent, and a second status is ignored, as in net/http.
	if status < 200 || w.status != 0 {
		return
	}
	w.status = status
	w.sent = w.header.Clone()
	w.length = contentLength(w.sent)
	if w.length < 0 {
		w.sent.Del("Content-Length")
	}
}

func (w *responseWriter) Write(p []byte) (int, error) {
	if err := w.admit(len(p)); err != nil {
		return 0, err
	}
	if w.method == http.MethodHead {
		return len(p), nil
	}
	if len(w.buffer)+len(p) <= bufferBytes {
		w.buffer = append(w.buffer, p...)
		return len(p), nil
	}
	if err := w.flush(); err != nil {
		return 0, err
	}
	if len(p) < bufferBytes {
		w.buffer = append(w.buffer, p...)
		return len(p), nil
	}
	return w.stream.Write(p)
}

func (w *responseWriter) WriteString(s string) (int, error) {
	return w.Write([]byte(s))
}

// admit is whether so many more bytes may be written.
func (w *responseWriter) admit(count int) error {
	if w.over {
		return edge.ErrWriterClosed
	}
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if !bodyAllowed(w.status) {
		if count == 0 {
			return nil
		}
		return http.ErrBodyNotAllowed
	}
	w.written += int64(count)
	if w.length >= 0 && w.written > w.length {
		return http.ErrContentLength
	}
	return nil
}

// ReadFrom hands a fetched or received body on inside the host where that cannot be told from
// copying it: when the header announces exactly what it has left. See [HandOn] for the others.
func (w *responseWriter) ReadFrom(from io.Reader) (int64, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if b, ok := from.(*body); ok && w.untouched() && w.length >= 0 && b.left == w.length {
		if err := w.handOn(b); err != nil {
			return 0, err
		}
		w.written = w.length
		return w.length, nil
	}
	return io.CopyBuffer(onlyWriter{w}, onlyReader{from}, make([]byte, bufferBytes))
}

// untouched is whether nothing of the content was written yet.
func (w *responseWriter) untouched() bool {
	return w.written == 0 && w.stream == nil && !w.over && w.method != http.MethodHead && bodyAllowed(w.status)
}

func (w *responseWriter) handOn(b *body) error {
	w.over = true
	stream, _ := handOn(b)
	return edge.Respond(w.status, fromHeader(w.sent, isTrailer), edge.HandOn(stream))
}

// Flush implements http.Flusher.
func (w *responseWriter) Flush() {
	// Whoever writes next meets the same error.
	_ = w.FlushError()
}

// FlushError is what http.ResponseController calls.
func (w *responseWriter) FlushError() error {
	if w.over {
		return edge.ErrWriterClosed
	}
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	return w.flush()
}

// flush sends the head if it was not, and what is in the buffer.
func (w *responseWriter) flush() error {
	if w.method == http.MethodHead || !bodyAllowed(w.status) {
		return nil
	}
	if w.stream == nil {
		w.sniff()
		stream, body := edge.Pipe()
		if err := edge.Respond(w.status, fromHeader(w.sent, isTrailer), edge.HandOn(body)); err != nil {
			return err
		}
		w.stream = stream
	}
	if len(w.buffer) == 0 {
		return nil
	}
	_, err := w.stream.Write(w.buffer)
	w.buffer = w.buffer[:0]
	return err
}

// finish sends what is left and ends the response.
func (w *responseWriter) finish() error {
	if w.over {
		return nil
	}
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	trailers := w.trailers()
	if w.stream == nil && len(trailers) > 0 && bodyAllowed(w.status) && w.method != http.MethodHead {
		if err := w.flush(); err != nil {
			return err
		}
	}
	w.over = true
	if w.stream != nil {
		if len(w.buffer) > 0 {
			if _, err := w.stream.Write(w.buffer); err != nil {
				return err
			}
		}
		return w.stream.Finish(trailers)
	}
	content := w.whole() // may set the content type
	return edge.Respond(w.status, fromHeader(w.sent, isTrailer), content)
}

// whole is the content of a response that does not stream.
func (w *responseWriter) whole() edge.Content {
	if w.method == http.MethodHead || !bodyAllowed(w.status) {
		return edge.Content{}
	}
	if w.length >= 0 && w.written != w.length {
		// Too little: the host breaks the message off, as net/http would.
		stream, body := edge.Pipe()
		defer stream.Close()
		return edge.HandOn(body)
	}
	w.sniff()
	return edge.Bytes(w.buffer)
}

// abort breaks off what was begun.
func (w *responseWriter) abort() {
	w.over = true
	if w.stream != nil {
		w.stream.Close()
	}
}

// sniff sets a missing content type, as net/http does.
func (w *responseWriter) sniff() {
	_, has := w.sent["Content-Type"]
	if has || w.sent.Get("Content-Encoding") != "" || len(w.buffer) == 0 {
		return
	}
	w.sent.Set("Content-Type", http.DetectContentType(w.buffer[:min(len(w.buffer), sniffBytes)]))
}

// trailers are the headers that `Trailer` announced, and those with http.TrailerPrefix.
func (w *responseWriter) trailers() []edge.Header {
	var trailers []edge.Header
	for _, announced := range w.sent.Values("Trailer") {
		for name := range strings.SplitSeq(announced, ",") {
			name = strings.TrimSpace(name)
			for _, value := range w.header.Values(name) {
				trailers = append(trailers, edge.Header{Name: name, Value: value})
			}
		}
	}
	for name, values := range w.header {
		if name, ok := strings.CutPrefix(name, http.TrailerPrefix); ok {
			for _, value := range values {
				trailers = append(trailers, edge.Header{Name: name, Value: value})
			}
		}
	}
	return trailers
}

func isTrailer(name string) bool {
	return strings.HasPrefix(name, http.TrailerPrefix)
}

func bodyAllowed(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}
