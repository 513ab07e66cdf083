package nethttp

import (
	"errors"
	"io"
	"net/http"
)

var errNotOurs = errors.New("nethttp: not the response writer of a request")

// Finish ends the response now, with what was written so far: the client has all of it, and the
// handler may go on working. Writing more is an error.
func Finish(w http.ResponseWriter) error {
	ours, err := writerOf(w)
	if err != nil {
		return err
	}
	return ours.finish()
}

// HandOn answers with the status and header set so far and a body of a request or a [Transport]'s
// response, or what is left of it. It flows inside the host: its bytes do not enter the guest,
// and the handler need not stay. It ends the response. What is no such body is copied.
//
// Trailers of the body are handed on with it.
func HandOn(w http.ResponseWriter, from io.Reader) error {
	ours, err := writerOf(w)
	if err != nil {
		return err
	}
	if ours.status == 0 {
		ours.WriteHeader(http.StatusOK)
	}
	if b, ok := from.(*body); ok && ours.untouched() {
		return ours.handOn(b)
	}
	if _, err := io.Copy(ours, from); err != nil {
		return err
	}
	return ours.finish()
}

// writerOf looks behind what middleware puts in front, by the rule of http.ResponseController.
func writerOf(w http.ResponseWriter) (*responseWriter, error) {
	for {
		switch t := w.(type) {
		case *responseWriter:
			return t, nil
		case interface{ Unwrap() http.ResponseWriter }:
			w = t.Unwrap()
		default:
			return nil, errNotOurs
		}
	}
}
