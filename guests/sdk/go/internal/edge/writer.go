package edge

import (
	"errors"
	"unsafe"
)

// The writable end of a stream. Spec: abi/wit/http.wit "body-writer", "pipe".

//go:wasmimport wheeler:edge/http@0.1.0 pipe
func httpPipe(result unsafe.Pointer)

//go:wasmimport wheeler:edge/http@0.1.0 [method]body-writer.write
func writerWrite(writer uint32, bytes unsafe.Pointer, length uint32, result unsafe.Pointer)

//go:wasmimport wheeler:edge/http@0.1.0 [static]body-writer.finish
func writerFinish(writer uint32, trailers unsafe.Pointer, count uint32, result unsafe.Pointer)

//go:wasmimport wheeler:edge/http@0.1.0 [resource-drop]body-writer
func writerDrop(writer uint32)

// So much the host takes before a write waits, and so much is written at once at most.
const writeBytesMax = 64 << 10

// ErrWriterClosed is what writing gives after Finish or Close.
var ErrWriterClosed = errors.New("wheeler: the stream was ended")

// Writer is the writable end of a stream.
type Writer struct {
	handle uint32
	// Nil until somebody waits.
	waits *descriptor
	total int
}

// Pipe makes a stream: what is written to the first can be read from the second.
func Pipe() (*Writer, *Body) {
	var ends [2]uint32
	httpPipe(unsafe.Pointer(&ends))
	return &Writer{handle: ends[0]}, newBody(ends[1])
}

// Write writes all of p. It parks the goroutine while too much is on its way.
func (w *Writer) Write(p []byte) (int, error) {
	written := 0
	for written < len(p) {
		if w.handle == 0 {
			return written, ErrWriterClosed
		}
		if err := w.wait(); err != nil {
			return written, err
		}
		part := p[written:min(len(p), written+writeBytesMax)]
		var result failure
		reserve()
		writerWrite(w.handle, unsafe.Pointer(unsafe.SliceData(part)), uint32(len(part)), unsafe.Pointer(&result))
		if err := result.error(); err != nil {
			return written, err
		}
		written += len(part)
		w.total += len(part)
	}
	return written, nil
}

// wait parks the goroutine until a write would not wait.
func (w *Writer) wait() error {
	if w.total <= writeBytesMax && w.waits == nil {
		return nil
	}
	if w.waits == nil {
		w.waits = newDescriptor(writable, w.handle)
	}
	if err := w.waits.wait(); err != nil {
		return err
	}
	if w.handle == 0 {
		return ErrWriterClosed
	}
	return nil
}

// Interrupt makes Write return os.ErrDeadlineExceeded, now and later.
func (w *Writer) Interrupt() {
	if w.handle == 0 {
		return
	}
	if w.waits == nil {
		w.waits = newDescriptor(writable, w.handle)
	}
	w.waits.interrupt()
}

// Finish ends the stream.
func (w *Writer) Finish(trailers []Header) error {
	handle, ok := w.release()
	if !ok {
		return ErrWriterClosed
	}
	lines, count := lowerHeaders(trailers)
	var result failure
	reserve()
	writerFinish(handle, lines, count, unsafe.Pointer(&result))
	return result.error()
}

// Close breaks the stream off, unless it was finished.
func (w *Writer) Close() {
	if handle, ok := w.release(); ok {
		writerDrop(handle)
	}
}

func (w *Writer) release() (handle uint32, ok bool) {
	if w.handle == 0 {
		return 0, false
	}
	handle, w.handle = w.handle, 0
	if w.waits != nil {
		w.waits.close()
	}
	return handle, true
}
