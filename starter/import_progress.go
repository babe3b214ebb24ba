package main

import (
	"fmt"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// bar shows how far an import is; the zero bar shows nothing. Its total is a guess
// until everything is read, and stays ahead of what was taken: at its total the
// bar would end.
type bar struct {
	tracker *progress.Tracker
	stop    func()
	taken   int64
	total   int64
}

func (i *importer) startBar(files []string) *bar {
	if !i.progress {
		return &bar{stop: func() {}}
	}
	var total int64
	for _, file := range files {
		total += documentsIn(file)
	}
	writer := progress.NewWriter()
	writer.SetOutputWriter(i.out)
	writer.SetUpdateFrequency(100 * time.Millisecond)
	writer.Style().Visibility.ETA = true
	b := newBar(fmt.Sprintf("Importing %s", plural(len(files), "file")), total)
	writer.AppendTracker(b.tracker)
	drawn := make(chan struct{})
	go func() {
		writer.Render()
		close(drawn)
	}()
	b.stop = func() {
		b.tracker.MarkAsDone()
		writer.Stop()
		<-drawn
	}
	return b
}

func newBar(message string, total int64) *bar {
	total = max(total, 1)
	return &bar{tracker: &progress.Tracker{Message: message, Total: total}, total: total}
}

// advance counts one document, taken or refused.
func (b *bar) advance() {
	if b.tracker == nil {
		return
	}
	if b.taken++; b.taken >= b.total {
		b.total = b.taken + 1
		b.tracker.UpdateTotal(b.total)
	}
	b.tracker.Increment(1)
}
