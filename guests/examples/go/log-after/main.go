// A proxy that tells a log server about every request, after the response: nobody waits for it.
// What runs then is on the request's receipt like all the rest. See ../../log-after.md.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"wheeler.dev/wheeler"
)

const patience = 5 * time.Second

// entry is what the log server is told.
type entry struct {
	ID     string `json:"id"`
	Method string `json:"method"`
	// Without the query, which may hold what is nobody's business.
	Path   string `json:"path"`
	Status int    `json:"status"`
	// Until the origin's head was there.
	WaitedMs int64 `json:"waitedMs"`
}

func init() {
	wheeler.Handle(handle)
}

func main() {}

func handle(request *wheeler.Request) (*wheeler.Response, error) {
	began := time.Now()
	path, _, _ := strings.Cut(request.Path(), "?")
	told := entry{ID: request.ID, Method: request.Method, Path: path}
	response := forward(request)
	told.Status = response.Status
	told.WaitedMs = time.Since(began).Milliseconds()
	if err := wheeler.Respond(response); err != nil {
		return nil, err
	}

	// From here on the client has its answer, and its body flows on beside us.
	if err := send(told); err != nil {
		wheeler.Log(wheeler.LevelWarn, "The log server was not told: "+err.Error())
	}
	return nil, nil
}

func forward(request *wheeler.Request) *wheeler.Response {
	origin, ok := wheeler.Variable("ORIGIN")
	if !ok {
		return wheeler.Text(500, "The variable ORIGIN is not set\n")
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
		return wheeler.Text(502, "Bad gateway: "+err.Error()+"\n")
	}
	return response
}

func send(told entry) error {
	url, ok := wheeler.Variable("LOG_URL")
	if !ok {
		return errors.New("the variable LOG_URL is not set")
	}
	line, err := json.Marshal(told)
	if err != nil {
		return err
	}
	answer, err := wheeler.Fetch(context.Background(), &wheeler.Request{
		Method:  "POST",
		URL:     url,
		Headers: wheeler.Headers{{Name: "content-type", Value: "application/json"}},
		Body:    wheeler.Bytes(line),
		Timeout: patience,
	})
	if err != nil {
		return err
	}
	if answer.Status/100 != 2 {
		return fmt.Errorf("it answered %d", answer.Status)
	}
	return nil
}
