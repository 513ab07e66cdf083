// Answers with what it was asked: method, path and headers, as JSON.
package main

import "wheeler.dev/wheeler"

func init() {
	wheeler.Handle(func(request *wheeler.Request) (*wheeler.Response, error) {
		json := append([]byte(`{"method":`), quote(request.Method)...)
		json = append(append(json, `,"path":`...), quote(request.Path())...)
		json = append(json, `,"headers":{`...)
		for i, name := range request.Headers.Names() {
			if i > 0 {
				json = append(json, ',')
			}
			json = append(append(json, quote(name)...), ':')
			json = append(json, quote(request.Headers.Get(name))...)
		}
		return wheeler.JSON(200, append(json, "}}"...)), nil
	})
}

func main() {}

// quote is a JSON string of a byte string: all but printable ASCII is escaped.
func quote(text string) []byte {
	const hex = "0123456789abcdef"
	json := []byte{'"'}
	for i := range len(text) {
		switch b := text[i]; {
		case b == '"' || b == '\\':
			json = append(json, '\\', b)
		case b >= ' ' && b <= '~':
			json = append(json, b)
		default:
			json = append(json, `\u00`...)
			json = append(json, hex[b>>4], hex[b&15])
		}
	}
	return append(json, '"')
}
