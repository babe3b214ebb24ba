package api

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"relance/cases/intake"
	"relance/imports/invoice"
)

// maxListed is how many documents and how many refusals a report lists; all are
// counted.
const maxListed = 10_000

// importReport is what became of a file.
type importReport struct {
	File     string         `json:"file" example:"ledger.csv"`
	DryRun   bool           `json:"dry_run" doc:"Nothing was changed."`
	Accepted int            `json:"accepted" doc:"How many documents were taken in, or were known; in a dry run, how many would be."`
	Refused  int            `json:"refused" doc:"How many documents were refused."`
	Counts   map[string]int `json:"counts" doc:"How many documents had each outcome: opened, known, credited, kept, nothing-due, would-open."`
	// The lists are bounded, so that a file of a million rows has an answer.
	Documents []importedDocument `json:"documents" nullable:"false" doc:"What became of each document, in the order of the file; the first 10,000."`
	Refusals  []importRefusal    `json:"refusals" nullable:"false" doc:"The documents that were refused, in the order of the file; the first 10,000."`
}

// importedDocument is what became of one document.
type importedDocument struct {
	Line     int       `json:"line,omitempty" doc:"Where it stands in the file."`
	Number   string    `json:"number"`
	Creditor string    `json:"creditor"`
	Outcome  string    `json:"outcome" enum:"opened,known,credited,kept,nothing-due,would-open" doc:"What became of it; in a dry run, what would. Kept: a credit note that waits for its invoice."`
	Strategy string    `json:"strategy,omitempty"`
	NextStep string    `json:"next_step,omitempty" doc:"The step that acts next."`
	NextAt   time.Time `json:"next_at,omitzero" doc:"When it acts."`
	Warnings []warning `json:"warnings,omitempty" nullable:"false" doc:"Details that a person should look at."`
}

// importRefusal is why a document was refused.
type importRefusal struct {
	Line   int     `json:"line,omitempty" doc:"Where it stands in the file."`
	Number string  `json:"number,omitempty" doc:"The document's number, where it was readable."`
	Faults []Fault `json:"errors" nullable:"false" doc:"Everything that is wrong with it."`

	whole error // the cause, when the whole file was refused
}

func newImportReport(file string, dryRun bool) importReport {
	return importReport{
		File: file, DryRun: dryRun, Counts: map[string]int{}, Documents: []importedDocument{}, Refusals: []importRefusal{},
	}
}

func (r *importReport) accept(document invoice.Document, result intake.Result) {
	outcome := hyphenated(string(result.Outcome))
	r.Accepted++
	r.Counts[outcome]++
	if len(r.Documents) < maxListed {
		r.Documents = append(r.Documents, importedDocument{
			Line: document.Source.Line, Number: result.Number, Creditor: result.Creditor, Outcome: outcome, Strategy: result.Strategy,
			NextStep: result.FirstStep, NextAt: result.FirstAt, Warnings: newWarnings(result.Warnings),
		})
	}
}

func (r *importReport) refuse(document invoice.Document, err error) {
	r.Refused++
	if len(r.Refusals) >= maxListed {
		return
	}
	refusal := importRefusal{Line: document.Source.Line, Number: document.Number}
	var refused *invoice.Refusal
	if errors.As(err, &refused) {
		refusal.Line, refusal.Number = refused.Source.Line, refused.Number
		if refused.WholeFile() {
			refusal.whole = refused.Faults[0].Err
		}
	}
	told := problemOf(err)
	refusal.Faults = told.Faults
	if len(refusal.Faults) == 0 {
		refusal.Faults = []Fault{{Line: refusal.Line, Reason: told.Detail}}
	}
	r.Refusals = append(r.Refusals, refusal)
}

// problem is the answer when not one document could be taken in.
func (r *importReport) problem() *Problem {
	var faults []Fault
	for _, refusal := range r.Refusals {
		for _, fault := range refusal.Faults {
			fault.Line = cmp.Or(fault.Line, refusal.Line)
			faults = append(faults, fault)
		}
	}
	switch {
	case len(r.Refusals) == 0:
		return problem(codeNothingImported, "the file "+r.File+" holds no invoice")
	case errors.Is(r.Refusals[0].whole, invoice.ErrTooLarge):
		return problem(codeTooLarge, list(faults), faults...)
	case r.Refused == 1:
		return problem(codeNothingImported, "the file "+r.File+" is refused: "+list(faults), faults...)
	default:
		return problem(codeNothingImported, fmt.Sprintf("of the file %s all %d documents were refused; the first ones: %s", r.File, r.Refused, list(faults)), faults...)
	}
}
