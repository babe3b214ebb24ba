package intake

import (
	"sync"

	"relance/imports/invoice"
)

// Turns have documents about one invoice taken in the order of the files, while others
// are taken side by side: of two that contradict each other the first counts, and a
// credit note or a corrected invoice comes after the invoice it is about.
type Turns struct {
	mu   sync.Mutex
	last map[string]chan struct{}
}

// Turn is when a document may be taken.
type Turn struct {
	numbers []string
	before  []chan struct{}
	done    chan struct{}
}

// Next puts a document behind those about the same invoices that are not done yet.
// Documents are put in line, and their turns taken up, in the order of the files; else
// takers could all wait for what nobody takes up.
func (t *Turns) Next(document invoice.Document) Turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	own := Turn{done: make(chan struct{})}
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

// Take waits until it is a document's turn, and takes it.
func (t *Turns) Take(own Turn, take func()) {
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
