package main

import (
	"sync"

	"relance/imports/invoice"
)

// turns have documents about one invoice taken in the order of the files, while others
// are taken side by side: of two that contradict each other the first counts, and a
// credit note comes after its invoice.
type turns struct {
	mu   sync.Mutex
	last map[string]chan struct{}
}

// turn is when a document may be taken.
type turn struct {
	numbers []string
	before  []chan struct{}
	done    chan struct{}
}

// next puts a document behind those about the same invoices that are not done yet.
// Documents are put in line in the order of the files.
func (t *turns) next(document invoice.Document) turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	own := turn{done: make(chan struct{})}
	if document.Kind != invoice.CreditNote {
		own.numbers = append(own.numbers, document.Number)
	}
	for _, reference := range document.References {
		own.numbers = append(own.numbers, reference.Number)
	}
	if t.last == nil {
		t.last = map[string]chan struct{}{}
	}
	for _, number := range own.numbers {
		if before, is := t.last[number]; is && before != own.done {
			own.before = append(own.before, before)
		}
		t.last[number] = own.done
	}
	return own
}

// take waits until it is a document's turn, and takes it.
func (t *turns) take(own turn, take func()) {
	for _, before := range own.before {
		<-before
	}
	take()
	close(own.done)
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, number := range own.numbers {
		if t.last[number] == own.done {
			delete(t.last, number)
		}
	}
}
