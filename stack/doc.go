// Package stack runs the servers that Relance needs on one machine: a private PostgreSQL cluster and a private Temporal
// server with its UI. Both keep their data in a folder, listen on the loopback address only, and end with the program
// that started them, whatever ends it.
package stack
