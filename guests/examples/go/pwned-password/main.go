// Tells a site whether a password that somebody types into its form is one that everybody knows.
// Who is asked learns five of the forty digits of the password's SHA-1 and no more; the answer
// is read line by line as it arrives. The request then goes on to the site with the header
// x-password-pwned. See ../../pwned-password.md.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"strconv"
	"strings"

	"wheeler.dev/wheeler"
)

const (
	verdictHeader = "x-password-pwned"
	formBytesMax  = 100 << 10
)

func init() {
	wheeler.Handle(handle)
}

func main() {}

func handle(request *wheeler.Request) (*wheeler.Response, error) {
	// Nobody but us says this.
	request.Headers.Del(verdictHeader)
	passwordIn := readerOf(request)
	if request.Method != "POST" || request.Body == nil || passwordIn == nil {
		return forward(request)
	}
	form, err := io.ReadAll(io.LimitReader(request.Body, formBytesMax+1))
	if err != nil {
		return nil, err
	}
	if len(form) > formBytesMax {
		return wheeler.Text(413, "The form is too large\n"), nil
	}
	if password, ok := passwordIn(form); ok {
		request.Headers.Set(verdictHeader, verdict(password))
	}
	request.Body = wheeler.Bytes(form)
	return forward(request)
}

// readerOf is how a body of the request's type is read; nil for types that carry no form.
func readerOf(request *wheeler.Request) func(form []byte) (password string, ok bool) {
	contentType, _, _ := strings.Cut(request.Headers.Get("content-type"), ";")
	switch strings.ToLower(strings.TrimSpace(contentType)) {
	case "application/x-www-form-urlencoded":
		return inForm
	case "application/json":
		return inJSON
	default:
		return nil
	}
}

func inForm(form []byte) (string, bool) {
	// What does not parse is left out; the rest counts.
	values, _ := url.ParseQuery(string(form))
	return values.Get("password"), values.Has("password")
}

func inJSON(form []byte) (string, bool) {
	var fields struct {
		Password *string `json:"password"`
	}
	if err := json.Unmarshal(form, &fields); err != nil || fields.Password == nil {
		return "", false
	}
	return *fields.Password, true
}

// verdict is how often the password was seen. Signing up must not depend on somebody else's server,
// so without an answer that can be believed it is "unknown".
func verdict(password string) string {
	ctx, cancel := context.WithTimeoutCause(context.Background(), patience, errors.New("it is slow"))
	defer cancel()
	count, err := timesSeen(ctx, password)
	if err != nil {
		wheeler.Log(wheeler.LevelWarn, "The range API is of no help: "+err.Error())
		return "unknown"
	}
	return strconv.Itoa(count)
}

func forward(request *wheeler.Request) (*wheeler.Response, error) {
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
	request.Redirect = wheeler.ReturnRedirects
	response, err := wheeler.Fetch(context.Background(), request)
	if err != nil {
		return wheeler.Text(502, "Bad gateway: "+err.Error()+"\n"), nil
	}
	return response, nil
}
