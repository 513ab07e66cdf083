// Package logging writes the records of log/slog to the app's log:
//
//	slog.SetDefault(slog.New(logging.NewHandler(slog.LevelInfo)))
//
// The host adds time, app and request itself. Lines of package log follow, at level info.
package logging

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"wheeler.dev/wheeler"
)

// handler lets slog's text handler write the attributes, and passes the line on at the record's
// level.
type handler struct {
	text slog.Handler
	line *line
}

// line is what the text handler has written; all handlers made from one share it.
type line struct {
	lock sync.Mutex
	text bytes.Buffer
}

// NewHandler is a handler for records at level and above. A record is its message, followed by
// its attributes as slog.TextHandler writes them.
func NewHandler(level slog.Leveler) slog.Handler {
	line := new(line)
	return &handler{slog.NewTextHandler(&line.text, &slog.HandlerOptions{Level: level}), line}
}

func (h *handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.text.Enabled(ctx, level)
}

func (h *handler) Handle(ctx context.Context, record slog.Record) error {
	// Without time and message the text handler begins each line alike.
	attributes := record.Clone()
	attributes.Time = time.Time{}
	attributes.Message = ""
	h.line.lock.Lock()
	defer h.line.lock.Unlock()
	h.line.text.Reset()
	if err := h.text.Handle(ctx, attributes); err != nil {
		return err
	}
	text := strings.TrimSpace(h.line.text.String())
	text = strings.TrimPrefix(text, "level="+record.Level.String()+` msg=""`)
	wheeler.Log(levelOf(record.Level), record.Message+text)
	return nil
}

func (h *handler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return &handler{h.text.WithAttrs(attributes), h.line}
}

func (h *handler) WithGroup(name string) slog.Handler {
	return &handler{h.text.WithGroup(name), h.line}
}

func levelOf(level slog.Level) wheeler.Level {
	switch {
	case level < slog.LevelDebug:
		return wheeler.LevelTrace
	case level < slog.LevelInfo:
		return wheeler.LevelDebug
	case level < slog.LevelWarn:
		return wheeler.LevelInfo
	case level < slog.LevelError:
		return wheeler.LevelWarn
	default:
		return wheeler.LevelError
	}
}
