package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"relance/calendar"
	"relance/casefile"
	"relance/imports/invoice"
	"relance/messaging"
	"relance/money"
	"relance/workflows"
)

func (a *api) registerLetters() {
	register(a, operation{
		id: "list-letters", method: http.MethodGet, path: "/v1/letters", group: groupLetters,
		summary: "List the letters of the print queue, or all of the register",
		description: "Every letter has a number in its creditor's register, in order and without a gap. " +
			"Those to be printed and posted by default, by creditor and number. One that was printed before it became untrue is cancelled, and has do_not_post until it was taken out.",
	}, a.listLetters)
	register(a, operation{
		id: "get-letter", method: http.MethodGet, path: "/v1/letters/{creditor}/{number}", group: groupLetters,
		summary:  "Show one letter, to whom it goes and what became of it",
		problems: []problemCode{codeUnknownLetter},
	}, a.getLetter)
	register(a, operation{
		id: "get-letter-pdf", method: http.MethodGet, path: "/v1/letters/{creditor}/{number}/pdf", group: groupLetters,
		summary:      "Fetch the letter to print",
		description:  "Exactly the bytes of the message; the ETag is their SHA-256.",
		contentTypes: []string{contentTypePDF},
		problems:     []problemCode{codeUnknownLetter},
	}, a.getLetterPDF)
	register(a, operation{
		id: "report-letter", method: http.MethodPost, path: "/v1/letters/{creditor}/{number}/reports", group: groupLetters,
		summary: "Report what became of a letter",
		description: "Printed, posted, delivered, unclaimed, refused, returned or cancelled. The same report again changes nothing; " +
			"another day or number for the state it has corrects the register, and the case file keeps both. " +
			"A formal notice that the debtor did not fetch or would not take is served on its first presentation " +
			"(Cass. 1re civ., 20 January 2021, 19-20.680); one that came back because the address is wrong is not, and its case goes on to the next channel. A letter that is posted although it was to be taken out of the post is recorded all the same, with a warning.",
		problems: []problemCode{codeUnknownLetter, codeConflict, codeNotNow},
	}, a.reportLetter)
	register(a, operation{
		id: "keep-letter-scan", method: http.MethodPost, path: "/v1/letters/{creditor}/{number}/scan", group: groupLetters,
		summary:     "Keep a scan of what came back",
		description: "The acknowledgement of receipt or the envelope. The body is the file itself: a PDF, PNG or JPEG of at most 5 MiB; its content says which.",
		problems:    []problemCode{codeUnknownLetter, codeNotNow, codeTooLarge, codeMediaType, codeMalformed},
		requestBody: &huma.RequestBody{Required: true, Description: "The file, as it is.", Content: map[string]*huma.MediaType{
			"application/pdf": binaryContent(), "image/png": binaryContent(), "image/jpeg": binaryContent(), "application/octet-stream": binaryContent(),
		}},
	}, a.keepLetterScan)
	register(a, operation{
		id: "get-letter-scan", method: http.MethodGet, path: "/v1/letters/{creditor}/{number}/scan", group: groupLetters,
		summary:      "Fetch the newest scan of what came back",
		contentTypes: []string{contentTypePDF, "image/png", "image/jpeg"},
		problems:     []problemCode{codeUnknownLetter},
	}, a.getLetterScan)
}

// letter is one letter of the register.
type letter struct {
	Creditor      string        `json:"creditor"`
	Number        string        `json:"number" example:"2026-000123" doc:"Its number in the creditor's register."`
	Kind          string        `json:"kind" enum:"plain,registered"`
	State         string        `json:"state" enum:"composed,queued,printed,posted,delivered,unclaimed,refused,returned,cancelled"`
	Invoices      []string      `json:"invoices" nullable:"false" doc:"The invoices it is about."`
	Case          string        `json:"case" doc:"The case in whose file it stands."`
	Step          string        `json:"step"`
	Message       string        `json:"message" doc:"The ID of its message."`
	URL           string        `json:"url" doc:"The letter itself, a PDF."`
	SHA256        string        `json:"sha256"`
	Recipient     []string      `json:"recipient" nullable:"false" doc:"Name and address, a line each."`
	Deadline      calendar.Date `json:"deadline,omitzero" doc:"The day it asks to be paid by."`
	ComposedAt    time.Time     `json:"composed_at"`
	PrintedOn     calendar.Date `json:"printed_on,omitzero"`
	PostedOn      calendar.Date `json:"posted_on,omitzero"`
	PostingNumber string        `json:"posting_number,omitempty"`
	Postage       decimal       `json:"postage,omitempty"`
	Currency      string        `json:"currency,omitempty" doc:"Of the postage."`
	PresentedOn   calendar.Date `json:"presented_on,omitzero" doc:"The first day the post held it out to the debtor."`
	EndedOn       calendar.Date `json:"ended_on,omitzero" doc:"The day it was handed over, sent back or cancelled."`
	Reason        string        `json:"reason,omitempty"`
	Service       string        `json:"service,omitempty" doc:"Who was asked to print and post it; missing where people do."`
	By            string        `json:"by,omitempty" doc:"Who reported the last change."`
	Scans         int           `json:"scans" doc:"How many scans of what came back are kept."`
	DoNotPost     string        `json:"do_not_post,omitempty" doc:"Why a letter that was printed must be taken out of the post; a task asks for it."`
	Warning       string        `json:"warning,omitempty" doc:"It was posted although it was not to be, and why not."`
	StoppedBy     string        `json:"stopped_by,omitempty" example:"block legal-durand" doc:"The stop in force under which it must not be posted, or an answer of the debtor whose hold has not reached the case yet."`
}

func newLetter(l casefile.Letter) letter {
	told := letter{
		Creditor: l.Creditor, Number: l.Number, Kind: string(l.Kind), State: string(l.State), Invoices: l.Invoices,
		Case: caseURL(l.Creditor, l.Invoice), Step: l.Step, Message: l.Message, URL: letterURL(l) + "/pdf", SHA256: l.SHA256,
		Recipient: strings.Split(l.Recipient, "\n"), Deadline: l.Deadline, ComposedAt: l.ComposedAt,
		PrintedOn: l.PrintedOn, PostedOn: l.PostedOn, PostingNumber: l.PostingNumber,
		PresentedOn: l.PresentedOn, EndedOn: l.EndedOn, Reason: l.Reason, Service: l.HandedTo, By: l.Actor, Scans: l.Scans, StoppedBy: l.StoppedBy,
		DoNotPost: l.DoNotPost, Warning: l.Warning(),
	}
	if !l.Cost.IsZero() {
		told.Postage, told.Currency = decimalOf(l.Cost), string(l.Cost.Currency())
	}
	return told
}

func letterURL(l casefile.Letter) string {
	return pathV1 + "letters/" + strings.TrimPrefix(caseURL(l.Creditor, l.Number), pathV1+"cases/")
}

type listLettersInput struct {
	Creditor string `query:"creditor" maxLength:"100" doc:"Only the letters of this creditor."`
	State    string `query:"state" enum:"queue,all,do-not-post,composed,queued,printed,posted,delivered,unclaimed,refused,returned,cancelled" default:"queue" doc:"Only letters in this state; queue is what people are to print and post, do-not-post what they have printed and must take out of the post."`
	Kind     string `query:"kind" enum:"plain,registered" doc:"Only letters of this kind."`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many at most."`
	Cursor   string `query:"cursor" maxLength:"200" doc:"next_cursor of the previous answer."`
}

type listLettersOutput struct {
	Body struct {
		Letters    []letter `json:"letters" nullable:"false"`
		NextCursor string   `json:"next_cursor,omitempty" doc:"Asks for the letters after these; missing when there are none."`
	} `nameHint:"LetterList"`
}

func (a *api) listLetters(ctx context.Context, in *listLettersInput) (*listLettersOutput, error) {
	filter := casefile.LetterFilter{Creditor: invoice.Tidy(in.Creditor), Kind: casefile.LetterKind(in.Kind), Limit: in.Limit + 1, At: a.Cases.Clock().Now()}
	switch in.State {
	case "all":
	case "do-not-post":
		filter.DoNotPost = true
	case "queue":
		filter.States, filter.ForPeople = []casefile.LetterState{casefile.LetterQueued, casefile.LetterPrinted}, true
	default:
		filter.States = []casefile.LetterState{casefile.LetterState(in.State)}
	}
	if in.Cursor != "" {
		var found bool
		if filter.AfterCreditor, filter.AfterNumber, found = strings.Cut(in.Cursor, "/"); !found {
			return nil, invalid("query.cursor", in.Cursor, "it is none that this API gave out: take next_cursor of the previous answer as it is")
		}
	}
	letters, err := a.Cases.Store.Letters(ctx, filter)
	if err != nil {
		return nil, err
	}
	var out listLettersOutput
	if len(letters) > in.Limit {
		letters = letters[:in.Limit]
		out.Body.NextCursor = letters[in.Limit-1].Creditor + "/" + letters[in.Limit-1].Number
	}
	out.Body.Letters = each(letters, newLetter)
	return &out, nil
}

// LetterKey is embedded in what is about one letter.
type LetterKey struct {
	Creditor string `path:"creditor" maxLength:"100" example:"acme" doc:"The creditor's ID."`
	Number   string `path:"number" maxLength:"40" example:"2026-000123" doc:"The letter's number in the creditor's register."`
}

type letterInput struct{ LetterKey }

type letterOutput struct{ Body letter }

func (a *api) getLetter(ctx context.Context, in *letterInput) (*letterOutput, error) {
	found, err := a.Cases.Store.LetterAt(ctx, in.Creditor, in.Number, a.Cases.Clock().Now())
	if err != nil {
		return nil, err
	}
	return &letterOutput{Body: newLetter(found)}, nil
}

func (a *api) getLetterPDF(ctx context.Context, in *letterInput) (*huma.StreamResponse, error) {
	found, err := a.Cases.Store.Letter(ctx, in.Creditor, in.Number)
	if err != nil {
		return nil, err
	}
	content, contentType, err := a.Cases.Store.MessageBytes(ctx, found.Message)
	if err != nil {
		return nil, err
	}
	return shownFile("letter-"+found.Number+".pdf", contentType, content), nil
}

// shownFile answers with a file that a browser shows.
func shownFile(name, contentType string, content []byte) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(answer huma.Context) {
		request, w := humago.Unwrap(answer)
		header := w.Header()
		header.Set("Content-Type", contentType)
		header.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": name}))
		header.Set("ETag", `"`+messaging.Hash(content)+`"`)
		header.Set("Cache-Control", "private, no-cache")
		header.Set("X-Content-Type-Options", "nosniff")
		http.ServeContent(w, request, "", time.Time{}, bytes.NewReader(content))
	}}
}

type reportLetterInput struct {
	LetterKey
	Body struct {
		State         string            `json:"state" enum:"printed,posted,delivered,unclaimed,refused,returned,cancelled" doc:"What it has come to."`
		On            calendar.Date     `json:"on,omitzero" doc:"The day; today when it is missing."`
		PostingNumber string            `json:"posting_number,omitempty" maxLength:"60" example:"1A 234 567 8901 2" doc:"Posted: the post's number; a registered letter needs it."`
		Postage       workflows.Decimal `json:"postage,omitempty" doc:"Posted: what it cost."`
		Currency      string            `json:"currency,omitempty" minLength:"3" maxLength:"3" example:"EUR" doc:"ISO 4217 code of the postage; EUR when it is missing."`
		PresentedOn   calendar.Date     `json:"presented_on,omitzero" doc:"The first day the post held it out to the debtor; an unclaimed letter needs it."`
		Reason        string            `json:"reason,omitempty" maxLength:"500" doc:"Why it is cancelled or came back, without personal data."`
		By            string            `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"LetterReport"`
}

func (a *api) reportLetter(ctx context.Context, in *reportLetterInput) (*letterOutput, error) {
	given := in.Body
	report := casefile.LetterReport{
		Creditor: in.Creditor, Number: in.Number, State: casefile.LetterState(given.State), On: given.On, PresentedOn: given.PresentedOn,
		PostingNumber: invoice.Tidy(given.PostingNumber), Reason: invoice.Tidy(given.Reason), Actor: author(ctx, given.By),
	}
	if given.Postage != "" {
		currency := money.EUR
		if given.Currency != "" {
			currency = money.Currency(given.Currency)
		}
		var err error
		if report.Cost, err = money.Parse(string(given.Postage), currency); err != nil {
			return nil, invalid("body.postage", string(given.Postage), err.Error())
		}
	}
	told, err := a.Cases.ReportLetter(ctx, report)
	if err != nil {
		return nil, err
	}
	return &letterOutput{Body: newLetter(told)}, nil
}

type letterScanInput struct {
	LetterKey
	By string `query:"by" maxLength:"100" doc:"Who scanned it; the name of the key when it is missing."`

	request *http.Request
}

// Resolve keeps the request, whose body is the file.
func (in *letterScanInput) Resolve(ctx huma.Context) []error {
	in.request, _ = humago.Unwrap(ctx)
	return nil
}

type letterScanOutput struct {
	Body struct {
		SHA256      string `json:"sha256"`
		ContentType string `json:"content_type"`
	} `nameHint:"LetterScan"`
}

func (a *api) keepLetterScan(ctx context.Context, in *letterScanInput) (*letterScanOutput, error) {
	if err := checkFileType(in.request.Header); err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(in.request.Body, casefile.MaxScan+1))
	switch {
	case err != nil:
		return nil, problem(codeMalformed, "the file did not arrive whole: send it again")
	case len(content) > casefile.MaxScan:
		return nil, problem(codeTooLarge, fmt.Sprintf("the scan is larger than %d MiB: scan it coarser", casefile.MaxScan>>20))
	}
	scan, err := a.Cases.Store.SaveLetterScan(ctx, in.Creditor, in.Number, content, author(ctx, in.By), a.Cases.Clock().Now())
	if err != nil {
		return nil, err
	}
	var out letterScanOutput
	out.Body.SHA256, out.Body.ContentType = scan.SHA256, scan.ContentType
	return &out, nil
}

func (a *api) getLetterScan(ctx context.Context, in *letterInput) (*huma.StreamResponse, error) {
	scan, err := a.Cases.Store.LetterScan(ctx, in.Creditor, in.Number)
	if err != nil {
		return nil, err
	}
	name := "scan-" + in.Number
	if extensions, err := mime.ExtensionsByType(scan.ContentType); err == nil && len(extensions) > 0 {
		name += extensions[0]
	}
	return shownFile(name, scan.ContentType, scan.Bytes), nil
}
