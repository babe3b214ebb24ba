package api

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"relance/collection"
)

const headerRequestID = "X-Request-Id"

// call is what is known about the request being answered.
type call struct {
	// id is in the answer and in the log line.
	id string
	// key is the name of the key the request was made with.
	key string
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	if known, ok := ctx.Value(callKey{}).(*call); ok {
		return known
	}
	return &call{}
}

// requestIDOf keeps the ID a caller or a proxy gave, if it is one that may stand
// in a log.
func requestIDOf(r *http.Request) string {
	id := r.Header.Get(headerRequestID)
	const longest = 64
	harmless := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_.", r)
	}
	if id == "" || len(id) > longest || strings.ContainsFunc(id, func(r rune) bool { return !harmless(r) }) {
		return rand.Text()
	}
	return id
}

// ServeHTTP gives the request its ID, writes its log line and turns a panic into
// an answer. The log holds routes and case IDs, never queries, bodies or
// addresses: they may be personal data.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	this := &call{id: requestIDOf(r)}
	r = r.WithContext(context.WithValue(r.Context(), callKey{}, this))
	answer := &answer{ResponseWriter: w}
	answer.Header().Set(headerRequestID, this.id)
	answer.Header().Set("X-Content-Type-Options", "nosniff")
	defer func() {
		if cause := recover(); cause != nil {
			a.recovered(answer, r, cause)
		}
		a.logRequest(r, answer, time.Since(began))
	}()
	a.route(answer, r)
}

// recovered answers a request whose handler panicked, unless an answer has
// begun: then the connection is cut, so that nobody takes half an answer for a
// whole one.
func (a *api) recovered(w *answer, r *http.Request, cause any) {
	if err, isError := cause.(error); isError && errors.Is(err, http.ErrAbortHandler) {
		panic(cause) //nolint:forbidigo // the handler asked for the connection to be cut
	}
	if r.Context().Err() != nil {
		return // the caller has gone, and what was to be written could not be
	}
	a.Log.ErrorContext(r.Context(), "a request handler panicked", "request", callOf(r.Context()).id, "route", r.Pattern,
		"cause", cause, "stack", string(debug.Stack()))
	if w.status != 0 {
		a.logRequest(r, w, 0)
		panic(http.ErrAbortHandler) //nolint:forbidigo // the way of net/http to cut the connection
	}
	problem(codeInternal, "the request could not be carried out because of a fault of the server; its log says why").write(w, r)
}

func (a *api) logRequest(r *http.Request, w *answer, took time.Duration) {
	level := slog.LevelInfo
	switch {
	case w.status >= http.StatusInternalServerError:
		level = slog.LevelWarn
	case r.Pattern == "GET "+pathHealth || r.Pattern == "GET "+pathReady:
		level = slog.LevelDebug
	}
	attributes := []slog.Attr{
		slog.String("request", callOf(r.Context()).id), slog.String("method", r.Method), slog.String("route", r.Pattern),
		slog.Int("status", w.status), slog.Int64("bytes", w.bytes), slog.Duration("took", took.Round(time.Microsecond)),
	}
	if key := callOf(r.Context()).key; key != "" {
		attributes = append(attributes, slog.String("key", key))
	}
	if creditor, number := r.PathValue("creditor"), r.PathValue("invoice"); number != "" {
		attributes = append(attributes, slog.String("case", collection.WorkflowID(creditor, shorten(number))))
	}
	a.Log.LogAttrs(r.Context(), level, "request", attributes...)
}

// logFault writes down why a request failed through the fault of the server.
func (a *api) logFault(ctx context.Context, doing string, err error) {
	a.Log.ErrorContext(ctx, "a request failed", "request", callOf(ctx).id, "doing", doing, "error", err)
}

// answer is a response that remembers what the log line needs.
type answer struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader sends the status once.
func (w *answer) WriteHeader(status int) {
	if w.status != 0 {
		return
	}
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the body.
func (w *answer) Write(data []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	n, err := w.ResponseWriter.Write(data)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController set deadlines.
func (w *answer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
