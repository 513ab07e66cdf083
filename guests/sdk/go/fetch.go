package wheeler

import (
	"context"
	"errors"

	"wheeler.dev/wheeler/internal/edge"
)

// Fetch sends a request and waits for the head of its response. What may be reached is granted
// to the app by its operator: nothing by default. A response with an error status is no error.
//
// When ctx ends before the response is there, the request is given up and the error is
// that of ctx. The body outlives ctx; [Body.Interrupt] ends reading it. Fetches in several goroutines are under way side by side.
func Fetch(ctx context.Context, request *Request) (*Response, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	pending, err := edge.Start(edge.FetchRequest{
		Method:   request.method(),
		URL:      request.URL,
		Headers:  request.Headers,
		Content:  request.Body.content(),
		Redirect: request.Redirect,
		Timeout:  request.Timeout,
	})
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, pending.Interrupt)
	defer stop()
	answer, err := pending.Take()
	if errors.Is(err, edge.ErrInterrupted) {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, err
	}
	return &Response{
		Status:  answer.Status,
		Headers: answer.Headers,
		Body:    &Body{stream: answer.Body},
		URL:     answer.URL,
	}, nil
}

func (r *Request) method() string {
	if r.Method == "" {
		return "GET"
	}
	return r.Method
}
