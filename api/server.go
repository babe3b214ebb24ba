package api

import (
	"net/http"
	"time"
)

// Server is an HTTP server for the handler with limits that keep slow or broken
// callers from holding it up. Imports lift the limits of their own request. A
// caller may wait 20 seconds for a worker, twice at most, well within the time
// to write.
func Server(addr string, handler http.Handler) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      90 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}
