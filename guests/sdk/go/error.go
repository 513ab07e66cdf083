package wheeler

import "wheeler.dev/wheeler/internal/edge"

// Error is an error of the host's. errors.As finds it; its Timeout method says whether time was
// up.
type Error = edge.Error

// ErrorCode says what went wrong, for a program.
type ErrorCode = edge.Code

const (
	// Invalid: an argument breaks the rules of HTTP or URL.
	Invalid = edge.Invalid
	// AlreadyResponded: the request was answered before.
	AlreadyResponded = edge.AlreadyResponded
	// NotGranted: the app may not reach this scheme, host and port.
	NotGranted = edge.NotGranted
	// AddressRefused: the name stands for a private, loopback, link-local or metadata address.
	AddressRefused = edge.AddressRefused
	// NameNotResolved: the host name could not be resolved.
	NameNotResolved = edge.NameNotResolved
	// ConnectionFailed: no connection could be made.
	ConnectionFailed = edge.ConnectionFailed
	// TLSFailed: the handshake failed, or the certificate was not accepted.
	TLSFailed = edge.TLSFailed
	// ConnectionClosed: it broke, or its other side left, before the message was complete.
	ConnectionClosed = edge.ConnectionClosed
	// ProtocolViolated: the other side broke the rules of HTTP.
	ProtocolViolated = edge.ProtocolViolated
	// RedirectRefused: a redirect was met that is not followed, or too many.
	RedirectRefused = edge.RedirectRefused
	// TimedOut: the time of the request, or a limit of the host on waiting, was used up.
	TimedOut = edge.TimedOut
	// TooLarge: a limit on size was exceeded; the message names it.
	TooLarge = edge.TooLarge
	// TooMany: the limit on requests to other servers is reached.
	TooMany = edge.TooMany
	// LoopDetected: the request has come back to this host too often.
	LoopDetected = edge.LoopDetected
	// Internal: the host failed; its log has the details.
	Internal = edge.Internal
)
