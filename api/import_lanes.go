package api

import (
	"context"
	"hash/fnv"
	"iter"
	"sync"

	"relance/cases/intake"
	"relance/imports/invoice"
)

const (
	// importLanes is how many documents of a file are taken in at a time.
	importLanes = 8
	// importAhead is how many documents are read ahead of the one reported.
	importAhead = 64
)

// takenDocument is a document of a file and what became of it.
type takenDocument struct {
	document invoice.Document
	result   intake.Result
	err      error
	done     chan struct{}
}

// takeInLanes takes in documents side by side and yields what became of them in
// their order. Documents of one number share a lane, so that of two that
// contradict each other the first counts, and a credit note comes after its
// invoice. When the caller stops, what is under way is broken off.
func takeInLanes(ctx context.Context, taking *intake.Intake, documents iter.Seq2[invoice.Document, error]) iter.Seq[*takenDocument] {
	return func(yield func(*takenDocument) bool) {
		ctx, stop := context.WithCancel(ctx)
		order := make(chan *takenDocument, importAhead)
		var lanes [importLanes]chan *takenDocument
		var working sync.WaitGroup
		for i := range lanes {
			lanes[i] = make(chan *takenDocument)
			working.Go(func() {
				for next := range lanes[i] {
					next.take(ctx, taking)
				}
			})
		}
		working.Go(func() {
			distribute(ctx, documents, order, lanes[:])
			for _, lane := range lanes {
				close(lane)
			}
		})
		defer working.Wait()
		defer stop()
		for next := range order {
			<-next.done
			if !yield(next) {
				return
			}
		}
	}
}

// distribute hands each document to the lane of its number, until the context
// ends.
func distribute(ctx context.Context, documents iter.Seq2[invoice.Document, error], order chan<- *takenDocument, lanes []chan *takenDocument) {
	defer close(order)
	for document, err := range documents {
		next := &takenDocument{document: document, err: err, done: make(chan struct{})}
		select {
		case order <- next:
		case <-ctx.Done():
			return
		}
		if err != nil {
			close(next.done)
			continue
		}
		lanes[laneOf(document)] <- next
	}
}

func laneOf(document invoice.Document) int {
	number := document.Number
	if document.Kind == invoice.CreditNote && len(document.References) > 0 {
		number = document.References[0].Number
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(number)) // never fails (hash.Hash)
	return int(hash.Sum32() % importLanes)
}

func (d *takenDocument) take(ctx context.Context, taking *intake.Intake) {
	defer close(d.done)
	d.result, d.err = take(ctx, taking, d.document)
}
