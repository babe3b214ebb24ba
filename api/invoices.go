package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"relance/calendar"
	"relance/cases/intake"
	"relance/collection"
	"relance/imports/invoice"
)

func (a *api) registerInvoices() {
	register(a, operation{
		id: "create-invoice", method: http.MethodPost, path: "/v1/invoices", group: groupInvoices,
		summary: "Take in one invoice",
		description: "Records the invoice and starts its case. The number is its natural key: the same invoice again changes nothing and answers 200; " +
			"with another debtor, amount or date it is a conflict. A doubtful e-mail address, phone number or identifier is a warning and does not lose the claim.",
		status: http.StatusCreated,
		answers: []answerKind{
			{http.StatusCreated, "The case is open."},
			{http.StatusOK, "The invoice was known already, or there is nothing to collect; nothing changed."},
		},
		problems: []problemCode{codeConflict},
	}, a.createInvoice)
}

type createInvoiceInput struct {
	Body invoiceGiven
}

type invoiceTaken struct {
	Status   int
	Location string `header:"Location" doc:"The address of the case."`
	Body     taken
}

// taken is what became of an invoice.
type taken struct {
	Case     string `json:"case,omitempty" example:"case/acme/F-2026-0042" doc:"The ID of the case and of its workflow."`
	Creditor string `json:"creditor" example:"acme"`
	Number   string `json:"number" example:"F-2026-0042"`
	Outcome  string `json:"outcome" enum:"opened,known,nothing-due" doc:"What became of it."`
	Strategy string `json:"strategy,omitempty" example:"fr-b2b-standard" doc:"The strategy that collects it."`

	DueOn         calendar.Date `json:"due_on,omitzero" doc:"The due date the case follows."`
	DueDateSource string        `json:"due_date_source,omitempty" enum:"document,terms,legal-default" doc:"Where the due date comes from."`
	NextStep      string        `json:"next_step,omitempty" example:"courtesy" doc:"The step that acts next."`
	NextAt        time.Time     `json:"next_at,omitzero" doc:"When it acts."`
	Warnings      []warning     `json:"warnings" nullable:"false" doc:"Details that a person should look at."`
}

// warning is something doubtful in a document that was accepted.
type warning struct {
	About  string `json:"about" enum:"contact,debtor,identifier,account,terms,amounts,document" doc:"What it concerns."`
	Line   int    `json:"line,omitempty" doc:"The line of the imported file."`
	Field  string `json:"field,omitempty" doc:"The member of the body, or the column of the file."`
	Value  string `json:"value,omitempty" doc:"What was given, shortened."`
	Reason string `json:"reason" doc:"What is doubtful, and what becomes of it."`
}

func (a *api) createInvoice(ctx context.Context, in *createInvoiceInput) (*invoiceTaken, error) {
	if err := a.checkChoices(in.Body.Creditor, in.Body.Strategy, "body."); err != nil {
		return nil, err
	}
	document, err := in.Body.document(a.Intake.Rules())
	if err != nil {
		return nil, err
	}
	taking := a.intakeFor(ctx, intakeChoice{by: in.Body.By})
	result, err := take(ctx, taking, document)
	if err != nil {
		return nil, err
	}
	out := &invoiceTaken{Status: http.StatusOK, Location: caseURL(result.Creditor, result.Number), Body: newTaken(result, document)}
	switch result.Outcome {
	case intake.Opened:
		out.Status = http.StatusCreated
	case intake.NothingDue:
		out.Location, out.Body.Case = "", "" // there is no case
	default: // known already
	}
	return out, nil
}

func newTaken(result intake.Result, document invoice.Document) taken {
	return taken{
		Case: collection.WorkflowID(result.Creditor, result.Number), Creditor: result.Creditor, Number: result.Number,
		Outcome: hyphenated(string(result.Outcome)), Strategy: result.Strategy,
		DueOn: document.Due, DueDateSource: hyphenated(string(document.DueDateSource)),
		NextStep: result.FirstStep, NextAt: result.FirstAt, Warnings: newWarnings(result.Warnings),
	}
}

func newWarnings(warnings []invoice.Warning) []warning {
	told := make([]warning, 0, len(warnings))
	for _, w := range warnings {
		told = append(told, warning{About: string(w.About), Line: w.Line, Field: w.Field, Value: w.Value, Reason: w.Reason})
	}
	return told
}

// intakeChoice is what a request may choose about taking documents in.
type intakeChoice struct {
	creditor string
	by       string
	dryRun   bool
}

// intakeFor is the intake for one request.
func (a *api) intakeFor(ctx context.Context, choice intakeChoice) *intake.Intake {
	taking := *a.Intake
	taking.Actor = author(ctx, choice.by)
	if choice.creditor != "" {
		taking.DefaultCreditor = choice.creditor
	}
	if choice.dryRun {
		return taking.DryRun()
	}
	return &taking
}

// checkChoices refuses a creditor or a strategy that is not configured, naming
// the field and those there are.
func (a *api) checkChoices(creditor, strategy, place string) error {
	if creditor = invoice.Tidy(creditor); creditor != "" {
		var known []string
		for _, c := range a.Intake.Creditors {
			known = append(known, c.ID)
		}
		if !slices.Contains(known, creditor) {
			return invalid(place+"creditor", creditor, "it is not configured; the creditors are "+strings.Join(known, ", "))
		}
	}
	if strategy = invoice.Tidy(strategy); strategy != "" {
		if _, err := a.Strategies.Newest(strategy); err != nil {
			return invalid(place+"strategy", strategy, err.Error())
		}
	}
	return nil
}

// takeTimeout bounds how long one document may take. A case that is recorded and
// could not be started in that time is started later.
const takeTimeout = 15 * time.Second

// take takes a document in. It is checked first without the case file, so that what
// is wrong with the document is told from what is wrong with the server.
func take(ctx context.Context, taking *intake.Intake, document invoice.Document) (intake.Result, error) {
	if err := taking.Check(document); err != nil {
		return intake.Result{}, problem(codeInvalid, err.Error(), Fault{Line: document.Source.Line, Reason: err.Error()})
	}
	limited, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	return taking.Take(limited, document)
}

// author is who a request's action is recorded for: the person it names, or else
// the program whose key it used.
func author(ctx context.Context, by string) string {
	if by = invoice.Tidy(by); by != "" {
		return by
	}
	return callOf(ctx).key
}

// caseURL is the address of a case.
func caseURL(creditor, number string) string {
	return pathV1 + "cases/" + url.PathEscape(creditor) + "/" + url.PathEscape(number)
}

func hyphenated(words string) string { return strings.ReplaceAll(words, " ", "-") }
