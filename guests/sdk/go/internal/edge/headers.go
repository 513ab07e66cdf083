package edge

import (
	"strings"
	"unsafe"
)

// Header lines. Values are bytes, as in net/http; the host wants each byte as a character.
// Spec: abi/wit/http.wit "header".

// Header is one header line.
type Header struct {
	Name, Value string
}

// headerLine is the record `header` in memory.
type headerLine struct {
	name, value text
}

func liftHeaders(lines list[headerLine]) []Header {
	headers := make([]Header, lines.length)
	for i, line := range lines.slice() {
		headers[i] = Header{line.name.string(), toBytes(line.value.string())}
	}
	return headers
}

// lowerHeaders is a list<header> in one piece of memory: the lines, then their texts.
func lowerHeaders(headers []Header) (unsafe.Pointer, uint32) {
	if len(headers) == 0 {
		return nil, 0
	}
	const lineBytes = int(unsafe.Sizeof(headerLine{}))
	size := len(headers) * lineBytes
	for _, header := range headers {
		size += len(header.Name) + len(header.Value) + highBytes(header.Value)
	}
	block := make([]byte, size)
	at := unsafe.Pointer(unsafe.SliceData(block))
	lines := unsafe.Slice((*headerLine)(at), len(headers))
	rest := block[len(headers)*lineBytes:]
	put := func(s string) text {
		n := 0
		for i := range len(s) {
			if b := s[i]; b < 0x80 {
				rest[n] = b
				n++
			} else {
				rest[n], rest[n+1] = 0xc0|b>>6, 0x80|b&0x3f
				n += 2
			}
		}
		placed := text{addressOf(unsafe.Pointer(unsafe.SliceData(rest))), uint32(n)}
		rest = rest[n:]
		return placed
	}
	for i, header := range headers {
		lines[i] = headerLine{put(header.Name), put(header.Value)}
	}
	return at, uint32(len(headers))
}

func highBytes(s string) int {
	count := 0
	for i := range len(s) {
		if s[i] >= 0x80 {
			count++
		}
	}
	return count
}

// toBytes takes a text whose characters are U+0000 to U+00FF for the bytes that they stand for.
func toBytes(s string) string {
	if highBytes(s) == 0 {
		return s
	}
	var bytes strings.Builder
	for _, character := range s {
		bytes.WriteByte(byte(character))
	}
	return bytes.String()
}
