package edge

import (
	"errors"
	"io"
	"os"
	"unsafe"
)

// The readable end of a stream. Spec: abi/wit/http.wit "body".

//go:wasmimport wheeler:edge/http@0.1.0 [method]body.read
func bodyRead(body, bytesMax uint32, result unsafe.Pointer)

//go:wasmimport wheeler:edge/http@0.1.0 [method]body.trailers
func bodyTrailers(body uint32, result unsafe.Pointer)

//go:wasmimport wheeler:edge/http@0.1.0 [resource-drop]body
func bodyDrop(body uint32)

// readResult is `result<list<u8>, error>` in memory.
type readResult struct {
	failure
}

func (r *readResult) bytes() (address, uint32) {
	ok := (*struct {
		_     uint32
		bytes list[byte]
	})(unsafe.Pointer(r))
	return ok.bytes.at, ok.bytes.length
}

// ErrBodyClosed is what reading a body gives after it was closed or handed on.
var ErrBodyClosed = errors.New("wheeler: body is closed or was handed on")

// Body is the readable end of a stream.
type Body struct {
	handle uint32
	// Nil until somebody waits.
	waits *descriptor
	// Why there is nothing more: io.EOF, ErrBodyClosed or an error of the host's.
	end error
}

func newBody(handle uint32) *Body {
	return &Body{handle: handle}
}

// Read parks the goroutine until there are bytes, and gives as many as there are.
func (b *Body) Read(p []byte) (int, error) {
	if b.end != nil || len(p) == 0 {
		return 0, b.end
	}
	if b.waits == nil {
		b.waits = newDescriptor(readable, b.handle)
	}
	if err := b.waits.wait(); err != nil {
		if b.end != nil {
			return 0, b.end
		}
		return 0, err
	}
	return b.take(p)
}

// take reads what is there. The host writes it to p itself.
func (b *Body) take(p []byte) (int, error) {
	var result readResult
	reserve()
	destination = p
	bodyRead(b.handle, uint32(min(len(p), 1<<30)), unsafe.Pointer(&result))
	destination = nil
	if err := result.error(); err != nil {
		b.end = err
		return 0, err
	}
	at, length := result.bytes()
	if length == 0 {
		b.end = io.EOF
		return 0, io.EOF
	}
	if at != addressOf(unsafe.Pointer(unsafe.SliceData(p))) {
		copy(p, unsafe.Slice((*byte)(pointer(at)), length))
	}
	return int(length), nil
}

// Trailers are there once Read gave io.EOF.
func (b *Body) Trailers() []Header {
	if b.end != io.EOF {
		return nil
	}
	var lines list[headerLine]
	reserve()
	bodyTrailers(b.handle, unsafe.Pointer(&lines))
	return liftHeaders(lines)
}

// Interrupt makes Read return os.ErrDeadlineExceeded, now and later.
func (b *Body) Interrupt() {
	if b.waits == nil {
		b.waits = newDescriptor(readable, b.handle)
	}
	b.waits.interrupt()
}

// Close tells the other side that nobody reads any more.
func (b *Body) Close() error {
	if handle, ok := b.release(); ok {
		bodyDrop(handle)
	}
	return nil
}

// release gives the handle away; ok is false when it is gone already.
func (b *Body) release() (handle uint32, ok bool) {
	if b.handle == 0 {
		return 0, false
	}
	handle, b.handle = b.handle, 0
	b.end = ErrBodyClosed
	if b.waits != nil {
		b.waits.close()
	}
	return handle, true
}

// IsInterrupted tells whether an error is that of Interrupt.
func IsInterrupted(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded)
}
