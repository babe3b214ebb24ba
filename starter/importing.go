package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
	"github.com/jedib0t/go-pretty/v6/table"

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
	// refused are the documents that were not taken, each with its reasons.
	refused []error
	took    time.Duration
}

// run imports files and folders. Its error says that nothing, or not
// everything, could be tried; refused documents are in the result.
func (i *importer) run(ctx context.Context, paths []string) (imported, error) {
	files, err := filesOf(paths)
	if err != nil {
		return imported{}, err
	}
	begun := time.Now()
	result := imported{files: len(files), outcomes: map[intake.Outcome]int{}}
	tracker, stop := i.track(len(files))
	defer stop()
	taken := make(chan taking)
	go i.takeAll(ctx, files, tracker, taken)
	for t := range taken {
		tracker.Increment(1)
		if t.err != nil {
			result.refused = append(result.refused, t.err)
			continue
		}
		result.outcomes[t.result.Outcome]++
		result.results = append(result.results, t.result)
	}
	result.took = time.Since(begun)
	slices.SortFunc(result.refused, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return result, ctx.Err()
}

type taking struct {
	result intake.Result
	err    error
}

// takeAll reads the files one after another and opens their cases side by side.
func (i *importer) takeAll(ctx context.Context, files []string, tracker *progress.Tracker, taken chan<- taking) {
	documents := make(chan invoice.Document)
	var workers sync.WaitGroup
	for range concurrentOpenings {
		workers.Go(func() {
			for document := range documents {
				result, err := i.intake.Take(ctx, document)
				if err != nil {
					err = atSource(document, err)
				}
				taken <- taking{result, err}
			}
		})
	}
	for document, err := range documentsOf(ctx, files, i.options) {
		tracker.UpdateTotal(max(tracker.Total, tracker.Value()+concurrentOpenings))
		if err != nil {
			taken <- taking{err: err}
			continue
		}
		documents <- document
	}
	close(documents)
	workers.Wait()
	close(taken)
}

func documentsOf(ctx context.Context, files []string, options imports.Options) iter.Seq2[invoice.Document, error] {
	return func(yield func(invoice.Document, error) bool) {
		for _, file := range files {
			for document, err := range imports.Open(ctx, file, options) {
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

// filesOf lists the files of paths; a folder stands for the files in it and in
// the folders below.
func filesOf(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be imported: %w", path, err)
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Type().IsRegular() && isImportable(name) {
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", path, err)
		}
	}
	if len(files) == 0 {
		return nil, errors.New("there is no CSV, XML or PDF file to import")
	}
	return files, nil
}

func isImportable(name string) bool {
	return slices.Contains([]string{".csv", ".txt", ".tsv", ".xml", ".pdf"}, strings.ToLower(filepath.Ext(name)))
}

func (i *importer) track(files int) (*progress.Tracker, func()) {
	tracker := &progress.Tracker{Message: fmt.Sprintf("Importing %s", plural(files, "file")), Total: int64(files)}
	if !i.progress {
		return tracker, func() {}
	}
	writer := progress.NewWriter()
	writer.SetOutputWriter(i.out)
	writer.SetUpdateFrequency(100 * time.Millisecond)
	writer.Style().Visibility.ETA = true
	writer.AppendTracker(tracker)
	drawn := make(chan struct{})
	go func() {
		writer.Render()
		close(drawn)
	}()
	return tracker, func() {
		tracker.MarkAsDone()
		writer.Stop()
		<-drawn
	}
}

func plural(n int, thing string) string {
	if n != 1 && strings.HasSuffix(thing, "y") {
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(thing, "y"))
	}
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// shownRefusals bounds the list in the terminal; the count is always told.
const shownRefusals = 50

// print writes the summary of an import.
func (r imported) print(out io.Writer, detailed bool) {
	if detailed {
		r.printResults(out)
	}
	for _, result := range r.results {
		for _, warning := range result.Warnings {
			fmt.Fprintf(out, "warning  %s, line %d, %s: %s\n", result.Source.File, result.Source.Line, result.Number, warning)
		}
	}
	for n, refusal := range r.refused {
		if n == shownRefusals {
			fmt.Fprintf(out, "refused  … and %d more\n", len(r.refused)-n)
			break
		}
		fmt.Fprintf(out, "refused  %v\n", refusal)
	}
	var counts []string
	for _, outcome := range []intake.Outcome{intake.Opened, intake.WouldOpen, intake.Known, intake.Credited, intake.Kept, intake.NothingDue} {
		if n := r.outcomes[outcome]; n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, outcome))
		}
	}
	counts = append(counts, fmt.Sprintf("%d refused", len(r.refused)))
	fmt.Fprintf(out, "%s in %s: %s\n", plural(r.files, "file"), r.took.Round(time.Millisecond), strings.Join(counts, ", "))
}

func (r imported) printResults(out io.Writer) {
	rows := table.NewWriter()
	rows.SetOutputMirror(out)
	rows.SetStyle(tableStyle())
	rows.AppendHeader(table.Row{"Invoice", "Creditor", "Outcome", "Strategy", "First step", "On"})
	for _, result := range r.results {
		rows.AppendRow(table.Row{result.Number, result.Creditor, result.Outcome, result.Strategy, result.FirstStep, shortDay(result.FirstAt)})
	}
	rows.Render()
}

func tableStyle() table.Style {
	style := table.StyleLight
	style.Options.DrawBorder, style.Options.SeparateColumns = false, false
	style.Format.Header = 0
	return style
}

func shortDay(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.DateOnly)
}
