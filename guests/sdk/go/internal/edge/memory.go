// Package edge is the world wheeler:edge as Go functions: the canonical ABI, written by hand.
// It knows no http.Handler; packages wheeler and nethttp are built on it.
//
// This file: memory that the host writes to. Spec: CanonicalABI.md "realloc".
package edge

import (
	"runtime"
	"unsafe"
)

// The host calls cabi_realloc in the middle of an import, while the goroutine that called is
// suspended. A Go function called from there must not allocate: allocating may start the garbage
// collector, which lets other goroutines run, and those may wait, which nothing may do there.
// So there is always room beforehand, and the function only hands it out. What was handed out
// is never used again, so strings may point into it; the garbage collector frees it.
const (
	// A message's headers, URL and what else comes with it, at the host's limits.
	roomBytes  = 96 << 10
	blockBytes = 2 * roomBytes
)

var (
	// Static memory that nobody touches costs nothing.
	firstBlock [blockBytes]byte
	room       = firstBlock[:]
	// Where the next list of bytes goes, if it fits.
	destination []byte
)

// What most requests allocate. The runtime has it from the start: an instance whose memory grows
// during a request cannot be put back to its image, and the next request has to wait for another.
const heapBytes = 1 << 20

func init() {
	runtime.KeepAlive(make([]byte, heapBytes))
	runtime.GC()
}

// reserve makes sure that there is room for what the next import returns. Nothing between it and
// the import may allocate.
func reserve() {
	for len(room) < roomBytes {
		block := make([]byte, blockBytes)
		room = block
	}
}

//go:wasmexport cabi_realloc
func reallocate(old unsafe.Pointer, oldSize, alignment, size uint32) unsafe.Pointer {
	if into := destination; alignment == 1 && size > 0 && int(size) <= len(into) {
		destination = nil
		return unsafe.Pointer(unsafe.SliceData(into))
	}
	at := unsafe.Pointer(unsafe.SliceData(room))
	padding := int(-uintptr(at) & uintptr(alignment-1))
	if padding+int(size) > len(room) {
		// More than any limit of the host: a very large variable. See above for the risk.
		room = make([]byte, blockBytes+int(size))
		return reallocate(old, oldSize, alignment, size)
	}
	result := unsafe.Add(at, padding)
	room = room[padding+int(size):]
	copy(unsafe.Slice((*byte)(result), size), unsafe.Slice((*byte)(old), oldSize))
	return result
}

// address is a pointer as the host writes it.
type address uint32

// text is a string as the host writes it.
type text struct {
	at     address
	length uint32
}

func (t text) string() string {
	return unsafe.String((*byte)(pointer(t.at)), t.length)
}

// list is a list as the host writes it.
type list[T any] struct {
	at     address
	length uint32
}

func (l list[T]) slice() []T {
	return unsafe.Slice((*T)(pointer(l.at)), l.length)
}

func pointer(at address) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(nil), at)
}

func addressOf(p unsafe.Pointer) address {
	return address(uintptr(p))
}

// bytesOf is a string's bytes, for an import that only reads them.
func bytesOf(s string) (unsafe.Pointer, uint32) {
	return unsafe.Pointer(unsafe.StringData(s)), uint32(len(s))
}
