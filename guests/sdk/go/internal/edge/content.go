package edge

import "unsafe"

// What a message carries. Spec: abi/wit/http.wit "content".

// Content is nothing, bytes, or a stream that is handed on. The zero value is nothing.
type Content struct {
	tag   uint32
	bytes []byte
	body  *Body
}

// Bytes is all of a content. No bytes are not nothing: they have a content-length.
func Bytes(bytes []byte) Content { return Content{tag: 1, bytes: bytes} }

// HandOn is what is left of a stream, which flows inside the host.
func HandOn(body *Body) Content { return Content{tag: 2, body: body} }

// Being stored here keeps a content's bytes off the stack, which may move under the host.
var lent []byte

// lower takes a stream's handle out of its body, so it can be called once.
func (c Content) lower() (tag, first, second uint32, err error) {
	switch c.tag {
	case 1:
		lent = c.bytes
		at := addressOf(unsafe.Pointer(unsafe.SliceData(c.bytes)))
		return 1, uint32(at), uint32(len(c.bytes)), nil
	case 2:
		handle, ok := c.body.release()
		if !ok {
			return 0, 0, 0, ErrBodyClosed
		}
		return 2, handle, 0, nil
	default:
		return 0, 0, 0, nil
	}
}
