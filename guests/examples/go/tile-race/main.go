// Map tiles from two origins at once: whoever is first with a tile serves it, the other request
// is broken off, and the log says who won. See ../../tile-race.md.
package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"wheeler.dev/wheeler"
)

const (
	patience     = 5 * time.Second
	tileBytesMax = 1 << 20
)

func init() {
	wheeler.Handle(handle)
}

func main() {}

func handle(request *wheeler.Request) (*wheeler.Response, error) {
	if request.Method != "GET" {
		return wheeler.Text(405, "Only GET is answered here\n"), nil
	}
	prefix, _ := wheeler.Variable("PREFIX")
	path, _, _ := strings.Cut(request.Path(), "?")
	path = strings.TrimPrefix(path, prefix)
	if !isTilePath(path) {
		return wheeler.Text(404, "Tiles are at /ZOOM/X/Y.png\n"), nil
	}
	a, hasA := wheeler.Variable("TILES_A")
	b, hasB := wheeler.Variable("TILES_B")
	if !hasA || !hasB {
		return wheeler.Text(500, "The variables TILES_A and TILES_B are not both set\n"), nil
	}
	return race(path, map[string]string{"a": a, "b": b})
}

// finish is how a runner ends.
type finish struct {
	name string
	tile *wheeler.Response
	err  error
}

func race(path string, origins map[string]string) (*wheeler.Response, error) {
	began := time.Now()
	// Breaks off whoever still runs.
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	finishes := make(chan finish, len(origins))
	for name, origin := range origins {
		go func() {
			url := strings.TrimSuffix(origin, "/") + path
			tile, err := wheeler.Fetch(ctx, &wheeler.Request{URL: url, Timeout: patience})
			finishes <- finish{name, tile, err}
		}()
	}
	isMissing := false
	for range origins {
		first := <-finishes
		switch {
		case first.err != nil:
			wheeler.Log(wheeler.LevelWarn, fmt.Sprintf("%s has no tile for %s: %v", first.name, path, first.err))
		case !isTile(first.tile):
			isMissing = isMissing || first.tile.Status == 404
			wheeler.Log(wheeler.LevelWarn, fmt.Sprintf("%s has no tile for %s: status %d", first.name, path, first.tile.Status))
		default:
			cancel()
			first.tile.Headers.Set("x-tile-from", first.name)
			if err := wheeler.Respond(first.tile); err != nil {
				return nil, err
			}
			took := time.Since(began).Milliseconds()
			wheeler.Log(wheeler.LevelInfo, fmt.Sprintf("%s won %s in %d ms", first.name, path, took))
			return nil, nil
		}
	}
	if isMissing {
		return wheeler.Text(404, "There is no such tile\n"), nil
	}
	return wheeler.Text(502, "No origin has an answer\n"), nil
}

// isTile tells a tile from a page that says "all is well", and from a gigabyte.
func isTile(response *wheeler.Response) bool {
	if response.Status != 200 || !strings.HasPrefix(response.Headers.Get("content-type"), "image/") {
		return false
	}
	length := response.Headers.Get("content-length")
	if length == "" {
		return true
	}
	bytes, err := strconv.Atoi(length)
	return err == nil && bytes <= tileBytesMax
}

// isTilePath is for /3/4/2.png, and nothing else that could lead somewhere else.
func isTilePath(path string) bool {
	path, hasSlash := strings.CutPrefix(path, "/")
	path, isPNG := strings.CutSuffix(path, ".png")
	numbers := strings.Split(path, "/")
	if !hasSlash || !isPNG || len(numbers) != 3 {
		return false
	}
	for _, number := range numbers {
		if _, err := strconv.ParseUint(number, 10, 32); err != nil || len(number) > 9 {
			return false
		}
	}
	return true
}
