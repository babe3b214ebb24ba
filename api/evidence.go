package api

import (
	"context"
	"io"
	"mime"
	"net/http"
	"os"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"relance/calendar"
	"relance/casefile"
	"relance/evidence"
)

const contentTypeZIP = "application/zip"

func (a *api) registerEvidence() {
	const what = "As of today in the time zone of the case; the same state on the same day gives the same bytes, whose SHA-256 is the ETag. " +
		"docs/evidence.md says what it holds, what is left out, and what it proves."
	register(a, operation{
		id: "export-case-file", method: http.MethodGet, path: "/v1/cases/{creditor}/{invoice}/case-file.zip", group: groupEvidence,
		summary: "Export the case file with the originals",
		description: "An archive with one PDF (cover, statement, timeline, proofs of delivery, numbered list, documents), the originals, the case as JSON, " +
			"and the hashes of everything. `relance verify-file` verifies it without any database. " + what,
		contentTypes: []string{contentTypeZIP}, problems: []problemCode{codeUnknownCase},
	}, a.exportCaseFile)
	register(a, operation{
		id: "print-case-file", method: http.MethodGet, path: "/v1/cases/{creditor}/{invoice}/case-file.pdf", group: groupEvidence,
		summary: "Print the case file", description: "Only the PDF of the archive. " + what,
		contentTypes: []string{contentTypePDF}, problems: []problemCode{codeUnknownCase},
	}, a.printCaseFile)
	register(a, operation{
		id: "verify-case", method: http.MethodGet, path: "/v1/cases/{creditor}/{invoice}/verification", group: groupEvidence,
		summary: "Verify that nobody tampered with a case",
		description: "Counts the hashes of the history again, compares its end with what is recorded of it and with the anchors, and the stored bytes of " +
			"messages, documents, scans, answers, certificates, papers of disputes and given case files with the hashes that the history has of them, and the " +
			"ledger with what was booked. Names the first line that does not hold.",
		problems: []problemCode{codeUnknownCase},
	}, a.verifyCase)
	register(a, operation{
		id: "anchor-case-files", method: http.MethodPost, path: "/v1/evidence/anchors", group: groupEvidence,
		summary: "Anchor all case files today",
		description: "One hash over the ends of all histories that have moved, and over the anchor before. Once a day (UTC): later calls get the one there is. " +
			"Keep the root outside of the database: it proves that nothing of before was changed or cut off.",
	}, a.anchorCaseFiles)
	register(a, operation{
		id: "list-anchors", method: http.MethodGet, path: "/v1/evidence/anchors", group: groupEvidence,
		summary: "List the anchors, the oldest first", description: "Compare the last one with the copy that you keep elsewhere.",
	}, a.listAnchors)
}

type caseFileInput struct {
	CaseKey
	Language string `query:"language" enum:"fr,en" doc:"The creditor's language when it is missing."`
}

func (a *api) exportCaseFile(ctx context.Context, in *caseFileInput) (*huma.StreamResponse, error) {
	return a.caseFile(ctx, in, "zip", contentTypeZIP, evidence.Build)
}

func (a *api) printCaseFile(ctx context.Context, in *caseFileInput) (*huma.StreamResponse, error) {
	return a.caseFile(ctx, in, "pdf", contentTypePDF, evidence.PDF)
}

// caseFile makes a case file in a temporary file first: one that breaks off half way
// would look whole to a client that does not count.
func (a *api) caseFile(ctx context.Context, in *caseFileInput, extension, contentType string,
	build func(context.Context, evidence.Source, string, string, string, io.Writer) (evidence.Summary, error),
) (*huma.StreamResponse, error) {
	creditor, number := in.key()
	file, err := os.CreateTemp("", "case-file-*")
	if err != nil {
		return nil, err
	}
	drop := func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}
	made, err := build(ctx, evidence.Source{Store: a.Cases.Store, Templates: a.Templates, At: a.Cases.Clock().Now()}, creditor, number, in.Language, file)
	if err != nil {
		drop()
		return nil, err
	}
	return &huma.StreamResponse{Body: func(answer huma.Context) {
		defer drop()
		request, w := humago.Unwrap(answer)
		header := w.Header()
		header.Set("Content-Type", contentType)
		header.Set("Content-Language", made.Language)
		header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": evidence.FileName(creditor, number, made.On, extension)}))
		header.Set("ETag", `"`+made.SHA256+`"`)
		header.Set("Cache-Control", "private, no-cache")
		http.ServeContent(w, request, "", time.Time{}, file)
	}}, nil
}

// verification is what counting the hashes again has found.
type verification struct {
	Holds       bool        `json:"holds" doc:"Nothing was tampered with, as far as the chain and the anchors can tell."`
	Lines       int         `json:"lines" doc:"How many lines hold."`
	Head        string      `json:"head,omitempty" doc:"The hash of the last line that holds."`
	BrokenLine  int         `json:"broken_line,omitempty" doc:"The first line that does not hold."`
	BrokenAt    time.Time   `json:"broken_at,omitzero" doc:"Its business time, where the line is there."`
	Problem     string      `json:"problem,omitempty" doc:"What differs at that line."`
	Bytes       []byteFault `json:"bytes" nullable:"false" doc:"Stored bytes that are not those of the history."`
	Unexplained []string    `json:"unexplained" nullable:"false" doc:"The keys of lines by the product itself that give no reason."`
}

type byteFault struct {
	Kind    string `json:"kind" enum:"message,document,scan,answer,handoff-file,mediation-certificate,dispute-document,entry"`
	Name    string `json:"name" doc:"The ID of the message or the answer, the name of the document, the number of the letter, else the key of the line of the history."`
	Problem string `json:"problem"`
}

type verifyCaseOutput struct{ Body verification }

func (a *api) verifyCase(ctx context.Context, in *CaseKey) (*verifyCaseOutput, error) {
	creditor, number := in.key()
	found, err := a.Cases.Store.VerifyCase(ctx, creditor, number)
	if err != nil {
		return nil, err
	}
	told := verification{
		Holds: found.Holds(), Lines: found.Head.Lines, Head: found.Head.Hash, Unexplained: append([]string{}, found.Unexplained...),
		Bytes: each(found.Bytes, func(f casefile.ByteFault) byteFault { return byteFault(f) }),
	}
	if broken := found.Broken; broken != nil {
		told.BrokenLine, told.BrokenAt, told.Problem = broken.Line, broken.At, broken.Problem
	}
	return &verifyCaseOutput{Body: told}, nil
}

// anchor is one hash over the ends of all histories.
type anchor struct {
	Day        calendar.Date `json:"day" doc:"The day in UTC, by the wall clock."`
	Cases      int           `json:"cases" doc:"How many histories had moved since the anchor before."`
	Lines      int64         `json:"lines" doc:"How many lines these have."`
	Previous   string        `json:"previous,omitempty" doc:"The root of the anchor before."`
	Root       string        `json:"root" doc:"SHA-256 over it all: the one to keep elsewhere."`
	By         string        `json:"by"`
	RecordedAt time.Time     `json:"recorded_at"`
}

func newAnchor(a casefile.Anchor) anchor {
	return anchor{Day: a.Day, Cases: a.Cases, Lines: a.Lines, Previous: a.Previous, Root: a.Root, By: a.Actor, RecordedAt: a.RecordedAt}
}

type anchorInput struct {
	By string `query:"by" maxLength:"100" doc:"Who asks for it; the name of the key when it is missing."`
}

type anchorOutput struct{ Body anchor }

func (a *api) anchorCaseFiles(ctx context.Context, in *anchorInput) (*anchorOutput, error) {
	made, _, err := a.Cases.Store.AnchorDay(ctx, calendar.DateOf(time.Now().UTC()), author(ctx, in.By))
	if err != nil {
		return nil, err
	}
	return &anchorOutput{Body: newAnchor(made)}, nil
}

type anchorsOutput struct {
	Body struct {
		Anchors []anchor `json:"anchors" nullable:"false"`
	} `nameHint:"Anchors"`
}

func (a *api) listAnchors(ctx context.Context, _ *struct{}) (*anchorsOutput, error) {
	found, err := a.Cases.Store.Anchors(ctx)
	if err != nil {
		return nil, err
	}
	var out anchorsOutput
	out.Body.Anchors = each(found, newAnchor)
	return &out, nil
}
