package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"relance/casefile"
	"relance/cases/intake"
	"relance/imports"
	"relance/imports/invoice"
)

// importer takes the documents of files through the intake, several at a time.
type importer struct {
	intake  *intake.Intake
	options imports.Options
	// out receives the progress bar; it must be a terminal for one to be shown.
	out      io.Writer
	progress bool
}

// concurrentOpenings is how many cases are opened at a time: enough to keep
// PostgreSQL and Temporal busy, few enough to leave room for running cases.
const concurrentOpenings = 12

// imported is what came of an import.
type imported struct {
	files    int
	outcomes map[intake.Outcome]int
	results  []intake.Result
	// refused are the first documents that were not taken, in the order of the
	// files, each with its reasons; refusals counts all of them.
	refused  []refusedDocument
	refusals int
	// An import that was told to stop leaves documents that were read and not
	// taken, files whose reading was broken off, and files that were not opened.
	untaken, broken, unopened int
	took                      time.Duration
}

// run imports files and folders. Its error says that nothing could be tried;
// refused documents, and what was not reached because the context ended, are in
// the result.
func (i *importer) run(ctx context.Context, paths []string) (imported, error) {
	files, err := filesOf(paths)
	if err != nil {
		return imported{}, err
	}
	begun := time.Now()
	result := imported{files: len(files), outcomes: map[intake.Outcome]int{}}
	bar := i.startBar(files)
	defer bar.stop()
	taken := make(chan taking)
	var read reading
	go func() {
		defer close(taken)
		read = i.takeAll(ctx, files, taken)
	}()
	for t := range taken {
		bar.advance()
		switch {
		case t.err == nil:
			result.keep(t.result)
		case ctx.Err() != nil && errors.Is(t.err, ctx.Err()):
			result.untaken++
		default:
			result.refuse(t)
		}
	}
	result.broken, result.unopened = read.broken, read.unopened
	result.took = time.Since(begun)
	slices.SortStableFunc(result.refused, func(a, b refusedDocument) int {
		return cmp.Or(strings.Compare(a.source.File, b.source.File), cmp.Compare(a.source.Line, b.source.Line))
	})
	return result, nil
}

// taking is what became of one document, and where it stands.
type taking struct {
	source invoice.Source
	result intake.Result
	err    error
}

type refusedDocument struct {
	source invoice.Source
	err    error
}

// What is kept of an import is bounded, so that a file of a million bad rows does
// not fill the memory; everything is counted.
const (
	keptResults  = 100_000
	keptRefusals = 1_000
)

func (r *imported) keep(result intake.Result) {
	r.outcomes[result.Outcome]++
	if len(r.results) < keptResults {
		r.results = append(r.results, result)
	}
}

func (r *imported) refuse(t taking) {
	r.refusals++
	if len(r.refused) < keptRefusals {
		r.refused = append(r.refused, refusedDocument{t.source, t.err})
	}
}

// takeAll reads the files one after another and opens their cases side by side, what
// concerns one invoice in the order of the files.
func (i *importer) takeAll(ctx context.Context, files []string, taken chan<- taking) reading {
	type inLine struct {
		invoice.Document
		turn intake.Turn
	}
	documents := make(chan inLine)
	var order intake.Turns
	var workers sync.WaitGroup
	for range concurrentOpenings {
		workers.Go(func() {
			for next := range documents {
				var result intake.Result
				var err error
				order.Take(next.turn, func() { result, err = i.intake.Take(ctx, next.Document) })
				if err != nil {
					err = atSource(next.Document, err)
				}
				taken <- taking{next.Source, result, err}
			}
		})
	}
	read := reading{unopened: len(files)}
	for document, err := range read.documents(ctx, files, i.options) {
		if err != nil {
			taken <- taking{source: sourceOf(err), err: err}
			continue
		}
		documents <- inLine{document, order.Next(document)}
	}
	close(documents)
	workers.Wait()
	return read
}

// sourceOf is where the document stands that a reader refused.
func sourceOf(err error) invoice.Source {
	var row *invoice.RowError
	if errors.As(err, &row) {
		return invoice.Source{File: row.File, Line: row.Line}
	}
	return invoice.Source{}
}

// reading is how far the files were read.
type reading struct{ broken, unopened int }

// documents yields what the files hold, until the context ends.
func (r *reading) documents(ctx context.Context, files []string, options imports.Options) iter.Seq2[invoice.Document, error] {
	return func(yield func(invoice.Document, error) bool) {
		for _, file := range files {
			if ctx.Err() != nil {
				return
			}
			r.unopened--
			for document, err := range imports.Open(ctx, file, options) {
				if ctx.Err() != nil {
					r.broken++
					return
				}
				if !yield(document, err) {
					return
				}
			}
		}
	}
}

// atSource says where the refused document stands.
func atSource(document invoice.Document, err error) error {
	var conflict *casefile.ConflictError
	if errors.As(err, &conflict) {
		return fmt.Errorf("%s, line %d, %s: %w", document.Source.File, document.Source.Line, conflict.Field, err)
	}
	return fmt.Errorf("%s, line %d, invoice %s: %w", document.Source.File, document.Source.Line, document.Number, err)
}
