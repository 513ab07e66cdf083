package edge

import "strings"

// What can go wrong. Spec: abi/wit/http.wit "error-code".

// Code says what went wrong, for a program.
type Code uint8

const (
	Invalid Code = iota
	AlreadyResponded
	NotGranted
	AddressRefused
	NameNotResolved
	ConnectionFailed
	TLSFailed
	ConnectionClosed
	ProtocolViolated
	RedirectRefused
	TimedOut
	TooLarge
	TooMany
	LoopDetected
	Internal
)

// Error is an error of the host's.
type Error struct {
	Code Code
	// For people and logs; its wording may change.
	Message string
}

func (e *Error) Error() string { return e.Message }

// Timeout makes it a net.Error, as http.Client's users expect.
func (e *Error) Timeout() bool { return e.Code == TimedOut }

// Temporary is the other half of net.Error; nothing is said to be temporary.
func (e *Error) Temporary() bool { return false }

// failure is `result<_, error>` in memory; results with a payload begin like it.
type failure struct {
	isError uint8
	_       [3]uint8
	code    uint8
	_       [3]uint8
	message text
}

func (f *failure) error() error {
	if f.isError == 0 {
		return nil
	}
	// A copy, since the text may have been written to a reader's buffer.
	return &Error{Code(f.code), strings.Clone(f.message.string())}
}
