// A path for each thing that every host of HTTP handlers can do: test/e2e/portable.test.ts.
// The other server is that of the header `x-origin`.
package main

import (
	"bytes"
	"context"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"wheeler.dev/wheeler"
)

func init() {
	wheeler.Handle(handle)
}

func main() {}

func handle(request *wheeler.Request) (*wheeler.Response, error) {
	path, _, _ := strings.Cut(request.Path(), "?")
	first, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch first {
	case "hello":
		return wheeler.Text(200, "Hello from "+request.Path()+"\n"), nil
	case "echo":
		return &wheeler.Response{Body: request.Body}, nil
	case "upper":
		return nil, upper(request)
	case "headers":
		return headers(request), nil
	case "status":
		status, err := strconv.Atoi(rest)
		return &wheeler.Response{Status: status}, err
	case "fetch":
		return forward(request, rest), nil
	case "race":
		return race(request), nil
	case "wait":
		time.Sleep(20 * time.Millisecond)
		return wheeler.Text(200, "waited\n"), nil
	case "url":
		base, err := url.Parse(request.URL)
		if err != nil {
			return nil, err
		}
		target, err := base.Parse(rest)
		if err != nil {
			return nil, err
		}
		return wheeler.Text(200, target.String()), nil
	}
	return wheeler.Text(404, "Not found\n"), nil
}

func upper(request *wheeler.Request) error {
	writer, err := wheeler.Stream(&wheeler.Response{})
	if err != nil {
		return err
	}
	piece := make([]byte, 64*1024)
	for request.Body != nil {
		n, err := request.Body.Read(piece)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if _, err := writer.Write(bytes.ToUpper(piece[:n])); err != nil {
			return err
		}
	}
	return writer.Finish()
}

func headers(request *wheeler.Request) *wheeler.Response {
	asked := strings.ReplaceAll(request.Headers.Get("x-ask"), ", ", "|")
	latin := "cafe"
	if strings.HasSuffix(request.URL, "?latin") {
		latin = "caf\xe9"
	}
	return &wheeler.Response{Headers: wheeler.Headers{
		{Name: "set-cookie", Value: "a=1"},
		{Name: "set-cookie", Value: "b=2"},
		{Name: "x-latin", Value: latin},
		{Name: "x-asked", Value: asked},
		{Name: "connection", Value: "close"},
	}}
}

func forward(request *wheeler.Request, rest string) *wheeler.Response {
	request.URL = origin(request) + "/" + rest
	response, err := wheeler.Fetch(context.Background(), request)
	if err != nil {
		return wheeler.Text(502, "Bad gateway\n")
	}
	return response
}

// race answers with what the faster of two servers says.
func race(request *wheeler.Request) *wheeler.Response {
	answers := make(chan *wheeler.Response)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for _, path := range []string{"/slow", "/fast"} {
		go func() {
			response, err := wheeler.Fetch(ctx, &wheeler.Request{URL: origin(request) + path})
			if err != nil {
				response = wheeler.Text(502, err.Error())
			}
			answers <- response
		}()
	}
	return <-answers
}

func origin(request *wheeler.Request) string {
	return request.Headers.Get("x-origin")
}
