// A proxy that hardens what another server answers. Neither body enters this guest.
package main

import (
	"context"
	"strings"

	"wheeler.dev/wheeler"
)

// Added where the answer has none of their name.
var hardening = wheeler.Headers{
	{
		Name:  "content-security-policy",
		Value: "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'",
	},
	{Name: "strict-transport-security", Value: "max-age=31536000; includeSubDomains"},
	{Name: "x-content-type-options", Value: "nosniff"},
	{Name: "referrer-policy", Value: "strict-origin-when-cross-origin"},
	{Name: "x-frame-options", Value: "SAMEORIGIN"},
}

func init() {
	wheeler.Handle(handle)
}

func main() {}

func handle(request *wheeler.Request) (*wheeler.Response, error) {
	origin, ok := wheeler.Variable("ORIGIN")
	if !ok {
		return wheeler.Text(500, "The variable ORIGIN is not set\n"), nil
	}
	prefix, _ := wheeler.Variable("PREFIX")
	target := strings.TrimPrefix(request.Path(), prefix)
	if !strings.HasPrefix(target, "/") {
		target = "/" + target
	}
	request.URL = strings.TrimSuffix(origin, "/") + target
	request.Redirect = wheeler.ReturnRedirects
	response, err := wheeler.Fetch(context.Background(), request)
	if err != nil {
		return wheeler.Text(502, "Bad gateway: "+err.Error()+"\n"), nil
	}
	harden(response)
	return response, nil
}

func harden(response *wheeler.Response) {
	response.Headers.Del("x-powered-by")
	response.Headers.Set("server", "wheeler")
	for _, header := range hardening {
		if !response.Headers.Has(header.Name) {
			response.Headers.Add(header.Name, header.Value)
		}
	}
}
