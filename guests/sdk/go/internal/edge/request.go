package edge

import (
	"runtime"
	"unsafe"
)

// What the host calls, and how it is answered. Spec: abi/wit/world.wit "handler", http.wit
// "request", "respond".

//go:wasmimport wheeler:edge/http@0.1.0 respond
func httpRespond(status uint32, headers unsafe.Pointer, count uint32,
	tag, first, second uint32, result unsafe.Pointer)

// Request is an incoming request.
type Request struct {
	Method  string
	URL     string
	Headers []Header
	// Nil when there is none.
	Body    *Body
	Address string
	// Empty when they are not known.
	Country, Region string
	ID              string
}

// requestRecord is the record `request` in memory.
type requestRecord struct {
	method, url text
	headers     list[headerLine]
	body        struct {
		some   uint8
		handle uint32
	}
	address         text
	country, region optionalText
	id              text
}

type optionalText struct {
	some uint8
	text text
}

func (o optionalText) string() (value string, ok bool) {
	if o.some == 0 {
		return "", false
	}
	return o.text.string(), true
}

var handler func(Request)

// Handle sets what answers requests.
func Handle(handle func(Request)) {
	if handler != nil {
		panic("wheeler: Handle was called twice")
	}
	handler = handle
}

//go:wasmexport wheeler:edge/handler@0.1.0#handle
func handle(record unsafe.Pointer) {
	if handler == nil {
		panic("wheeler: no handler: call Handle in an init function, main is not run")
	}
	handler(liftRequest((*requestRecord)(record)))
}

func liftRequest(record *requestRecord) Request {
	country, _ := record.country.string()
	region, _ := record.region.string()
	request := Request{
		Method:  record.method.string(),
		URL:     record.url.string(),
		Headers: liftHeaders(record.headers),
		Address: record.address.string(),
		Country: country,
		Region:  region,
		ID:      record.id.string(),
	}
	if record.body.some != 0 {
		request.Body = newBody(record.body.handle)
	}
	return request
}

// Respond answers the request. It does not wait.
func Respond(status int, headers []Header, content Content) error {
	lines, count := lowerHeaders(headers)
	tag, first, second, err := content.lower()
	if err != nil {
		return err
	}
	var result failure
	reserve()
	httpRespond(uint32(status), lines, count, tag, first, second, unsafe.Pointer(&result))
	runtime.KeepAlive(content)
	return result.error()
}
