// The front of a site with several backends: blocks countries, routes the others to the backends for
// them, and balances among those by weight, past those that are down. Bodies are handed on unread.
package main

import (
	"context"
	"io"
	"strings"
	"time"

	"wheeler.dev/wheeler"
)

const (
	defaultTimeout = 5 * time.Second
	healthTimeout  = 500 * time.Millisecond
	healthBytesMax = 64 << 10
)

func init() {
	wheeler.Handle(handle)
}

func main() {}

func handle(request *wheeler.Request) (*wheeler.Response, error) {
	settings, err := readSettings(wheeler.Variable)
	if err != nil {
		return wheeler.Text(500, err.Error()+"\n"), nil
	}
	location := wheeler.ClientLocation()
	if settings.blocked[location.Country] {
		return wheeler.Text(451, "This site cannot be offered in your country\n"), nil
	}
	prepare(request, location, settings.prefix)
	// One order for the whole request: a backend that fails is not asked twice.
	for _, backend := range shuffled(settings.pool(location.Country), random) {
		if !isHealthy(backend, settings.health) {
			continue
		}
		response, err := send(request, backend, settings.timeout)
		if err == nil && !isFailing(response.Status) {
			return response, nil
		}
		wheeler.Log(wheeler.LevelWarn, backend.url+" "+outcome(response, err))
		if !mayRepeat(request) {
			return unavailable("The backend failed, and the request must not be sent twice"), nil
		}
		if response != nil {
			response.Body.Close()
		}
	}
	return unavailable("No backend is there"), nil
}

// prepare makes the client's request one for a backend, but for its URL.
func prepare(request *wheeler.Request, location wheeler.Location, prefix string) {
	request.Headers.Set("x-client-country", orUnknown(location.Country))
	request.Headers.Set("x-forwarded-for", request.Client.Address)
	path := strings.TrimPrefix(request.Path(), prefix)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	request.URL = path
	request.Redirect = wheeler.ReturnRedirects
}

// isHealthy asks the backend's health page. That is cheap where the app has an HTTP cache and the page says
// for how long it holds, and where the grant has a cool-down: then those that are down fail at once.
func isHealthy(backend backend, page string) bool {
	if page == "" {
		return true
	}
	request := &wheeler.Request{URL: backend.url + page, Redirect: wheeler.ReturnRedirects, Timeout: healthTimeout}
	response, err := wheeler.Fetch(context.Background(), request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	// To its end, which a cache needs in order to keep it.
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, healthBytesMax))
	return err == nil && response.Status >= 200 && response.Status < 300
}

func send(request *wheeler.Request, backend backend, timeout time.Duration) (*wheeler.Response, error) {
	sent := *request
	sent.URL = backend.url + request.URL
	sent.Timeout = timeout
	return wheeler.Fetch(context.Background(), &sent)
}

// isFailing tells whether another backend might do better.
func isFailing(status int) bool {
	return status == 502 || status == 503 || status == 504
}

// mayRepeat tells whether sending it twice does no harm (RFC 9110, section 9.2.2), and can be done: a body
// that went to one backend is not there for the next.
func mayRepeat(request *wheeler.Request) bool {
	switch request.Method {
	case "GET", "HEAD", "OPTIONS", "PUT", "DELETE":
		return request.Body == nil
	}
	return false
}

func outcome(response *wheeler.Response, err error) string {
	if err != nil {
		return "failed: " + err.Error()
	}
	return "answered with an error"
}

func unavailable(why string) *wheeler.Response {
	response := wheeler.Text(503, why+"\n")
	response.Headers.Set("retry-after", "5")
	return response
}

func orUnknown(country string) string {
	if country == "" {
		return "XX"
	}
	return country
}
