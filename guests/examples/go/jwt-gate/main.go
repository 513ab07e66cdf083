// Stands before a store of objects that knows no users, and lets in who brings a JSON Web Token.
// The token does not reach the store. See ../../jwt-gate.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"wheeler.dev/wheeler"
)

func init() {
	wheeler.Handle(handle)
}

func main() {}

func handle(request *wheeler.Request) (*wheeler.Response, error) {
	// Who may read may not write.
	if request.Method != "GET" && request.Method != "HEAD" {
		response := wheeler.Text(405, "Only GET and HEAD are answered here\n")
		response.Headers.Set("allow", "GET, HEAD")
		return response, nil
	}
	err := checkToken(request.Headers.Get("authorization"))
	var refusal refusal
	switch {
	case err == nil:
		return fromStore(request)
	case errors.As(err, &refusal):
		return refused(refusal), nil
	default:
		wheeler.Log(wheeler.LevelError, "The keys are not there: "+err.Error())
		return wheeler.Text(503, "Nobody can be let in at the moment\n"), nil
	}
}

func fromStore(request *wheeler.Request) (*wheeler.Response, error) {
	origin, ok := wheeler.Variable("ORIGIN")
	if !ok {
		return wheeler.Text(500, "The variable ORIGIN is not set\n"), nil
	}
	prefix, _ := wheeler.Variable("PREFIX")
	path := strings.TrimPrefix(request.Path(), prefix)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	request.URL = strings.TrimSuffix(origin, "/") + path
	request.Headers.Del("authorization")
	request.Redirect = wheeler.ReturnRedirects
	object, err := wheeler.Fetch(context.Background(), request)
	if err != nil {
		return wheeler.Text(502, "Bad gateway: "+err.Error()+"\n"), nil
	}
	// Whatever the store says: caches between us and the client must not give it to others.
	object.Headers.Add("cache-control", "private")
	return object, nil
}

// refused answers as RFC 6750, section 3 says.
func refused(why refusal) *wheeler.Response {
	response := wheeler.Text(401, fmt.Sprintf("Not let in: %s\n", why))
	challenge := fmt.Sprintf("Bearer error=\"invalid_token\", error_description=\"%s\"", why)
	response.Headers.Set("www-authenticate", challenge)
	return response
}
