package wheeler

import (
	"strings"

	"wheeler.dev/wheeler/internal/edge"
)

// Header is one header line. The value's bytes are those of the message.
type Header = edge.Header

// Headers are header lines in their order. Names are compared without regard to case, and are
// lower-case in what the host hands over. What breaks the rules of HTTP is refused by the function
// that sends it.
type Headers []Header

// Get is the values of a name, combined with ", "; empty when there are none.
func (h Headers) Get(name string) string {
	return strings.Join(h.Values(name), ", ")
}

// Values are the values of a name, one for each line.
func (h Headers) Values(name string) []string {
	var values []string
	for _, header := range h {
		if strings.EqualFold(header.Name, name) {
			values = append(values, header.Value)
		}
	}
	return values
}

// Has tells whether there is a line of that name.
func (h Headers) Has(name string) bool {
	return len(h.Values(name)) > 0
}

// Names are all names, each once, in the order of their first lines.
func (h Headers) Names() []string {
	var names []string
	for i, header := range h {
		if !h[:i].Has(header.Name) {
			names = append(names, header.Name)
		}
	}
	return names
}

// Add appends a line.
func (h *Headers) Add(name, value string) {
	*h = append(*h, Header{Name: name, Value: value})
}

// Set puts one line in the place of all of that name: where the first was, or at the end.
func (h *Headers) Set(name, value string) {
	for i, header := range *h {
		if strings.EqualFold(header.Name, name) {
			rest := (*h)[i+1:]
			rest.Del(name)
			*h = append(append((*h)[:i:i], Header{Name: name, Value: value}), rest...)
			return
		}
	}
	h.Add(name, value)
}

// Del removes all lines of that name.
func (h *Headers) Del(name string) {
	var kept Headers
	for _, header := range *h {
		if !strings.EqualFold(header.Name, name) {
			kept = append(kept, header)
		}
	}
	*h = kept
}
