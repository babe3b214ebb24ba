package api

import "net/http"

// PanicOn makes the handler panic on a path, to see what becomes of it.
func PanicOn(handler http.Handler, path string, write bool) {
	handler.(*api).mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
		if write {
			_, _ = w.Write([]byte("half an answer"))
		}
		panic("a secret cause")
	})
}

// ProblemCodes lists every code with its status.
func ProblemCodes() map[string]int {
	codes := map[string]int{}
	for _, kind := range problemKinds() {
		codes[string(kind.code)] = kind.status
	}
	return codes
}

// ListedProblems are the codes as the list of problems has them, one for each row.
func ListedProblems() []string {
	var codes []string
	for _, kind := range problemKinds() {
		codes = append(codes, string(kind.code))
	}
	return codes
}
