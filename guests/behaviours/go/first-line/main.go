// Logs a line before it does anything else, then answers with method and path. bench/cold-start
// takes the line for its first instruction.
package main

import "wheeler.dev/wheeler"

func init() {
	wheeler.Handle(func(request *wheeler.Request) (*wheeler.Response, error) {
		wheeler.Log(wheeler.LevelInfo, "first instruction")
		json := `{"method":"` + request.Method + `","path":"` + request.Path() + `"}`
		return wheeler.JSON(200, []byte(json)), nil
	})
}

func main() {}
