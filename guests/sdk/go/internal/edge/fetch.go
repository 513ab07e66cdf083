package edge

import (
	"errors"
	"math"
	"os"
	"runtime"
	"time"
	"unsafe"
)

// Requests to other servers. Spec: abi/wit/fetch.wit.

//go:wasmimport wheeler:edge/fetch@0.1.0 [static]pending.start
func pendingStart(method unsafe.Pointer, methodLength uint32, url unsafe.Pointer, urlLength uint32,
	headers unsafe.Pointer, count uint32, tag, first, second uint32,
	redirect uint32, hasTimeout uint32, timeoutMs uint32) uint32

//go:wasmimport wheeler:edge/fetch@0.1.0 [static]pending.take
func pendingTake(pending uint32, result unsafe.Pointer)

//go:wasmimport wheeler:edge/fetch@0.1.0 [resource-drop]pending
func pendingDrop(pending uint32)

// Redirect says what a redirect does.
type Redirect uint8

const (
	Follow Redirect = iota
	Manual
	Fail
)

// FetchRequest is an outgoing request.
type FetchRequest struct {
	Method, URL string
	Headers     []Header
	Content     Content
	Redirect    Redirect
	// Until the head of the response; 0: only the host's limit.
	Timeout time.Duration
}

// FetchResponse is the answer of another server.
type FetchResponse struct {
	Status  int
	URL     string
	Headers []Header
	Body    *Body
}

// fetchResult is `result<fetch-response, error>` in memory.
type fetchResult struct {
	failure
	_ [12]uint8
}

type fetchRecord struct {
	_       uint32
	status  uint16
	url     text
	headers list[headerLine]
	body    uint32
}

// Pending is a request under way.
type Pending struct {
	handle uint32
	waits  *descriptor
}

// ErrInterrupted is what Take gives after Interrupt.
var ErrInterrupted = errors.New("wheeler: the request was given up")

// Start starts a request. It does not wait. The error is that of a content which is gone.
func Start(request FetchRequest) (*Pending, error) {
	lines, count := lowerHeaders(request.Headers)
	tag, first, second, err := request.Content.lower()
	if err != nil {
		return nil, err
	}
	method, methodLength := bytesOf(request.Method)
	url, urlLength := bytesOf(request.URL)
	var hasTimeout, timeoutMs uint32
	if request.Timeout > 0 {
		hasTimeout, timeoutMs = 1, milliseconds(request.Timeout)
	}
	handle := pendingStart(method, methodLength, url, urlLength, lines, count, tag, first, second,
		uint32(request.Redirect), hasTimeout, timeoutMs)
	runtime.KeepAlive(request)
	return &Pending{handle, newDescriptor(response, handle)}, nil
}

// Take parks the goroutine until the response is there. Called once.
func (p *Pending) Take() (FetchResponse, error) {
	err := p.waits.wait()
	p.waits.close()
	if err != nil {
		pendingDrop(p.handle)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = ErrInterrupted
		}
		return FetchResponse{}, err
	}
	var result fetchResult
	reserve()
	pendingTake(p.handle, unsafe.Pointer(&result))
	if err := result.error(); err != nil {
		return FetchResponse{}, err
	}
	record := (*fetchRecord)(unsafe.Pointer(&result))
	return FetchResponse{
		Status:  int(record.status),
		URL:     record.url.string(),
		Headers: liftHeaders(record.headers),
		Body:    newBody(record.body),
	}, nil
}

// Interrupt makes Take return ErrInterrupted, and the request end.
func (p *Pending) Interrupt() {
	p.waits.interrupt()
}

// Rounded up, so that nothing ends early.
func milliseconds(d time.Duration) uint32 {
	ms := (d + time.Millisecond - 1) / time.Millisecond
	return uint32(min(ms, math.MaxUint32))
}
