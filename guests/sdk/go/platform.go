package wheeler

import (
	"time"

	"wheeler.dev/wheeler/internal/edge"
)

// Variable is a variable of the app by its name; ok is false when there is none. Variables are
// in the environment as well.
func Variable(name string) (value string, ok bool) {
	return edge.Variable(name)
}

// Secret is a secret of the app by its name; ok is false when it was not granted. Secrets
// are nowhere else.
func Secret(name string) (value string, ok bool) {
	return edge.Secret(name)
}

// CPULeft is what is left of this request's CPU time, in steps of 1 ms, as of the last wait: it
// is not a clock.
func CPULeft() time.Duration {
	return time.Duration(edge.CPUMsLeft()) * time.Millisecond
}

// FetchesLeft is how many more requests to other servers may be started.
func FetchesLeft() int {
	return int(edge.FetchesLeft())
}

// Location is where a client is and in whose network, as far as the operator's databases know.
type Location = edge.Location

// ClientLocation is where the client of the present request is.
func ClientLocation() Location {
	return edge.ClientLocation()
}

// Transport is how a request came in.
type Transport = edge.Transport

// ClientTransport is how the present request came in.
func ClientTransport() Transport {
	return edge.ClientTransport()
}

// Level of a line in the log.
type Level = edge.Level

const (
	LevelTrace = edge.Trace
	LevelDebug = edge.Debug
	LevelInfo  = edge.Info
	LevelWarn  = edge.Warn
	LevelError = edge.ErrorLevel
)

// Log writes one line to the app's log. Line breaks in it are escaped. Package logging has a
// handler for log/slog. What is written to standard output goes there as well, at level info,
// and what is written to standard error at level error.
func Log(level Level, message string) {
	edge.Log(level, message)
}
