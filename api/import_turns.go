package api

import (
	"context"
	"iter"
	"sync"

	"relance/cases/intake"
	"relance/imports/invoice"
)

const (
	// importHands is how many documents of a file are taken in at a time.
	importHands = 8
	// importAhead is how many documents are read ahead of the one reported.
	importAhead = 64
)

// takenDocument is a document of a file and what became of it.
type takenDocument struct {
	document invoice.Document
	turn     intake.Turn
	result   intake.Result
	err      error
	done     chan struct{}
}

// takeSideBySide takes in documents side by side, those about one invoice in turn, and
// yields what became of them in their order. When the caller stops, what is under way
// is broken off.
func takeSideBySide(ctx context.Context, taking *intake.Intake, documents iter.Seq2[invoice.Document, error]) iter.Seq[*takenDocument] {
	return func(yield func(*takenDocument) bool) {
		ctx, stop := context.WithCancel(ctx)
		reported, waiting := make(chan *takenDocument, importAhead), make(chan *takenDocument)
		var turns intake.Turns
		var working sync.WaitGroup
		for range importHands {
			working.Go(func() {
				for next := range waiting {
					turns.Take(next.turn, func() { next.result, next.err = take(ctx, taking, next.document) })
					close(next.done)
				}
			})
		}
		working.Go(func() {
			defer close(waiting)
			putInLine(ctx, documents, &turns, reported, waiting)
		})
		defer working.Wait()
		defer stop()
		for next := range reported {
			<-next.done
			if !yield(next) {
				return
			}
		}
	}
}

// putInLine gives each document its turn, until the context ends.
func putInLine(ctx context.Context, documents iter.Seq2[invoice.Document, error], turns *intake.Turns, reported, waiting chan<- *takenDocument) {
	defer close(reported)
	for document, err := range documents {
		next := &takenDocument{document: document, err: err, done: make(chan struct{})}
		select {
		case reported <- next:
		case <-ctx.Done():
			return
		}
		if err != nil {
			close(next.done)
			continue
		}
		next.turn = turns.Next(document)
		waiting <- next
	}
}
