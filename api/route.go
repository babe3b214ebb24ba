package api

import (
	"net/http"
	"path"
	"strings"
	"unicode/utf8"
)

// route answers what the mux has no operation for with a problem, and lets only
// known keys to the operations.
func (a *api) route(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, pathV1) {
		name, refused := a.authenticate(r)
		if refused != nil {
			refused.write(w, r)
			return
		}
		callOf(r.Context()).key = name
	}
	if !isCanonical(r.URL.EscapedPath()) || !utf8.ValidString(r.URL.Path) {
		problem(codeUnknownRoute, "the path has empty or relative segments or is not UTF-8: write a slash within an invoice number as %2F").write(w, r)
		return
	}
	if _, pattern := a.mux.Handler(r); pattern == "" {
		a.noRoute(r).write(w, r)
		return
	}
	a.mux.ServeHTTP(w, r)
}

// isCanonical reports whether the mux would take the path as it is. A redirect
// would turn a POST into a GET.
func isCanonical(escaped string) bool {
	clean := path.Clean(escaped)
	return clean == escaped || clean+"/" == escaped
}

// noRoute says whether the path is unknown or only the method.
func (a *api) noRoute(r *http.Request) *Problem {
	handler, _ := a.mux.Handler(r)
	var wouldAnswer answerOfMux
	handler.ServeHTTP(&wouldAnswer, r)
	if wouldAnswer.status != http.StatusMethodNotAllowed {
		return problem(codeUnknownRoute, "there is nothing at this path; the reference is at "+pathDocs+". A slash within an invoice number is written %2F")
	}
	allowed := wouldAnswer.Header().Get("Allow")
	return problem(codeMethodNotAllowed, r.Method+" is not possible here, "+allowed+" is").with("Allow", allowed)
}

// answerOfMux catches what the mux itself would have answered.
type answerOfMux struct {
	header http.Header
	status int
}

func (w *answerOfMux) Header() http.Header {
	if w.header == nil {
		w.header = http.Header{}
	}
	return w.header
}

func (w *answerOfMux) WriteHeader(status int)         { w.status = status }
func (w *answerOfMux) Write(data []byte) (int, error) { return len(data), nil }
