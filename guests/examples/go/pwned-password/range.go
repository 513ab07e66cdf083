package main

// A client for a range API: given the first five digits of a SHA-1 it lists all that it knows with
// these, one line REST:COUNT each.
// Spec: https://haveibeenpwned.com/API/v3#PwnedPasswords.

import (
	"bufio"
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"wheeler.dev/wheeler"
)

const (
	prefixDigits = 5
	// All in all: somebody waits for the form.
	patience = 2 * time.Second
	// Ten times what such an answer has.
	answerBytesMax = 512 << 10
)

var (
	errNoAPI   = errors.New("the variable RANGE_API is not set")
	errLine    = errors.New("a line is not REST:COUNT")
	errEndless = errors.New("its answer does not end")
)

// timesSeen is how often the password was seen, 0 when never.
func timesSeen(ctx context.Context, password string) (int, error) {
	api, ok := wheeler.Variable("RANGE_API")
	if !ok {
		return 0, errNoAPI
	}
	hash := fmt.Sprintf("%X", sha1.Sum([]byte(password)))
	answer, err := wheeler.Fetch(ctx, &wheeler.Request{
		URL: strings.TrimSuffix(api, "/") + "/" + hash[:prefixDigits],
		// With lines that count 0, so that the size of the answer tells nobody the prefix.
		Headers: wheeler.Headers{{Name: "add-padding", Value: "true"}},
	})
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if answer.Status != 200 {
		return 0, fmt.Errorf("it answered %d", answer.Status)
	}
	if contentType := answer.Headers.Get("content-type"); !strings.HasPrefix(contentType, "text/plain") {
		return 0, fmt.Errorf("its answer is of type %q", contentType)
	}
	stop := context.AfterFunc(ctx, answer.Body.Interrupt)
	defer stop()
	return find(hash[prefixDigits:], answer.Body)
}

// find is the count beside rest. It keeps one line at a time, however long the answer is.
func find(rest string, answer io.Reader) (int, error) {
	limited := &io.LimitedReader{R: answer, N: answerBytesMax}
	lines := bufio.NewScanner(limited)
	for lines.Scan() {
		found, digits, ok := strings.Cut(lines.Text(), ":")
		count, err := strconv.Atoi(digits)
		if !ok || err != nil || len(found) != len(rest) {
			return 0, errLine
		}
		if strings.EqualFold(found, rest) {
			return count, nil
		}
	}
	if limited.N == 0 {
		return 0, errEndless
	}
	return 0, lines.Err()
}
