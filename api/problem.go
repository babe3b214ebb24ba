package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Problem is every error answer: an RFC 9457 problem document. Code, and Type
// which ends with it, are stable: programs decide on them. Detail is a sentence
// for people that says what to do.
type Problem struct {
	Type   string  `json:"type" format:"uri" example:"urn:relance:problem:invalid" doc:"Names the kind of problem; ends with the code."`
	Title  string  `json:"title" example:"The request is not valid" doc:"The kind of problem in words, always the same for a code."`
	Status int     `json:"status" example:"422" doc:"The HTTP status."`
	Code   string  `json:"code" example:"invalid" doc:"The kind of problem, for programs to decide on."`
	Detail string  `json:"detail" doc:"What is wrong this time, and what to do."`
	Faults []Fault `json:"errors,omitempty" nullable:"false" doc:"Every single thing that is wrong, where there are several or they have a place."`
	// RequestID finds the request in the logs of the server.
	RequestID string `json:"request_id,omitempty" doc:"Finds the request in the logs of the server."`

	headers http.Header
}

// Fault is one thing that is wrong with a request or with a document in it.
type Fault struct {
	Line   int    `json:"line,omitempty" doc:"The line of the imported file."`
	Field  string `json:"field,omitempty" example:"body.amount" doc:"The member of the body, the parameter, or the column of the file."`
	Value  string `json:"value,omitempty" doc:"What was given, shortened."`
	Known  string `json:"known,omitempty" doc:"In a conflict: what is recorded already."`
	Reason string `json:"reason" doc:"What is wrong with it."`
}

const problemContentType = "application/problem+json"

// problemCode is a kind of problem, under its stable name.
type problemCode string

// The kinds of problem. Their names are public API.
const (
	codeMalformed        problemCode = "malformed-request"
	codeUnauthorized     problemCode = "unauthorized"
	codeForged           problemCode = "forged"
	codeStale            problemCode = "stale"
	codeNotLocal         problemCode = "not-local"
	codeUnknownRoute     problemCode = "unknown-route"
	codeUnknownCase      problemCode = "unknown-case"
	codeUnknownMessage   problemCode = "unknown-message"
	codeUnknownMediation problemCode = "unknown-mediation"
	codeNoCertificate    problemCode = "no-certificate"
	codeUnknownPlan      problemCode = "unknown-plan"
	codeUnknownMandate   problemCode = "unknown-mandate"
	codeUnknownDebitFile problemCode = "unknown-debit-file"
	codeUnknownTask      problemCode = "unknown-task"
	codeUnknownAnswer    problemCode = "unknown-answer"
	codeUnknownDispute   problemCode = "unknown-dispute"
	codeUnknownLetter    problemCode = "unknown-letter"
	codeUnknownStop      problemCode = "unknown-stop"
	codeNoDocument       problemCode = "no-document"
	codeUnknownCreditor  problemCode = "unknown-creditor"
	codeUnknownDebtor    problemCode = "unknown-debtor"
	codeUnknownContact   problemCode = "unknown-contact"
	codeNoProceedings    problemCode = "unknown-proceedings"
	codeMethodNotAllowed problemCode = "method-not-allowed"
	codeTimeout          problemCode = "request-timeout"
	codeConflict         problemCode = "conflict"
	codeClosed           problemCode = "closed"
	codeNotNow           problemCode = "not-now"
	codeTooLarge         problemCode = "too-large"
	codeMediaType        problemCode = "unsupported-media-type"
	codeInvalid          problemCode = "invalid"
	codeNothingImported  problemCode = "nothing-imported"
	codeInternal         problemCode = "internal"
	codeUnavailable      problemCode = "unavailable"
	codeNotConfigured    problemCode = "not-configured"
	codeNoAnswer         problemCode = "no-answer"
)

// problemKind is what is the same for every problem of a code.
type problemKind struct {
	code    problemCode
	status  int
	title   string
	meaning string // for the documentation: when it occurs and what to do
}

// problemKinds lists every kind of problem, in the order of their status. The
// documentation page and docs/api.md show the same list.
func problemKinds() []problemKind {
	return []problemKind{
		{codeMalformed, http.StatusBadRequest, "The request cannot be read", "The body is missing or is not JSON. Correct it."},
		{codeUnauthorized, http.StatusUnauthorized, "An API key is needed", "No key, or one that is not known. Send it as a bearer token or in X-API-Key."},
		{codeForged, http.StatusForbidden, "The signature does not match", "Webhooks only: the request is not from the provider, or the public address or key configured here is not the one the provider uses."},
		{codeStale, http.StatusForbidden, "The signature is too old", "Webhooks only: a replay, or a clock that is wrong."},
		{codeNotLocal, http.StatusForbidden, "Only programs on this machine may call", "The server runs without API keys and answers only the machine it runs on."},
		{codeUnknownRoute, http.StatusNotFound, "There is no such address", "Compare the path with the reference. A slash in an invoice number is written %2F."},
		{codeUnknownCase, http.StatusNotFound, "There is no such case", "No invoice of that number was ever taken in for that creditor."},
		{codeUnknownMessage, http.StatusNotFound, "There is no such message", "The case has no message of that ID."},
		{codeUnknownPlan, http.StatusNotFound, "There is no such instalment plan", "The creditor has no plan of that ID."},
		{codeUnknownMandate, http.StatusNotFound, "There is no such mandate", "The creditor has no mandate of that ID."},
		{codeUnknownDebitFile, http.StatusNotFound, "There is no such file of direct debits", "The creditor has no file of that ID. List them."},
		{codeNoDocument, http.StatusNotFound, "The invoice has no document", "Nobody gave the PDF of that invoice."},
		{codeUnknownMediation, http.StatusNotFound, "There is no such mediation", "No mediation of that ID was proposed in the case."},
		{codeNoCertificate, http.StatusNotFound, "The mediation has no certificate", "Nobody gave the document that states its failure."},
		{codeUnknownTask, http.StatusNotFound, "There is no such task", "No task has that ID."},
		{codeUnknownAnswer, http.StatusNotFound, "There is no such answer", "No answer has that ID, or it has no such file, or its bytes were too many to keep."},
		{codeUnknownDispute, http.StatusNotFound, "There is no such dispute", "The case has no dispute of that ID, or the dispute no such document."},
		{codeUnknownLetter, http.StatusNotFound, "There is no such letter", "The creditor has no letter of that number, or nothing that came back of it was scanned."},
		{codeUnknownStop, http.StatusNotFound, "There is no such stop", "No stop has that ID. List them; the hold of one invoice stands with its case."},
		{codeUnknownCreditor, http.StatusNotFound, "There is no such creditor", "The creditor is not configured on this installation."},
		{codeUnknownDebtor, http.StatusNotFound, "There is no such debtor", "The creditor has no debtor of that ID."},
		{codeUnknownContact, http.StatusNotFound, "There is no such contact", "The debtor has no contact of that ID."},
		{codeNoProceedings, http.StatusNotFound, "There are no such proceedings", "No insolvency proceedings are recorded for the debtor, or none of that ID."},
		{codeMethodNotAllowed, http.StatusMethodNotAllowed, "The method is not allowed here", "The Allow header names the methods of this address."},
		{codeTimeout, http.StatusRequestTimeout, "The request came too slowly", "The body did not arrive in time. Send it again."},
		{codeConflict, http.StatusConflict, "It is recorded differently already", "The same ID or number is recorded with another fact. One of the two is wrong; a person must say which."},
		{codeClosed, http.StatusConflict, "The case is closed", "It is paid or was closed by a person, and takes no more decisions."},
		{codeNotNow, http.StatusConflict, "The case is not there", "The command makes sense at another point of the case. Look at its status."},
		{codeTooLarge, http.StatusRequestEntityTooLarge, "The request is too large", "At most 1 MiB; 5 MiB for a scan, 10 MiB for a document, 30 MiB for a mail, 64 MiB for an import. Split it."},
		{codeMediaType, http.StatusUnsupportedMediaType, "The content type is not understood", "Send JSON as application/json, and a file to import as it is."},
		{codeInvalid, http.StatusUnprocessableEntity, "The request is not valid", "The errors name each field and what is wrong with it. Nothing was changed."},
		{codeNothingImported, http.StatusUnprocessableEntity, "Nothing of the file was taken in", "The file cannot be read, or every document in it was refused; the errors say why. Nothing was changed."},
		{codeInternal, http.StatusInternalServerError, "Something is wrong with the server", "Not the caller's fault. The log has the reason under the request ID."},
		{codeUnavailable, http.StatusServiceUnavailable, "A part of the server is not available", "The database or the workflow engine cannot be reached. Sending the same request again later is safe."},
		{codeNotConfigured, http.StatusServiceUnavailable, "The webhook is not configured", "The key that tells the provider's requests from forgeries is not set on this server."},
		{codeNoAnswer, http.StatusGatewayTimeout, "The case has not answered yet", "No worker may be running. The command may still be carried out; sending the same one again is safe."},
	}
}

func (c problemCode) kind() problemKind {
	for _, kind := range problemKinds() {
		if kind.code == c {
			return kind
		}
	}
	return codeInternal.kind()
}

// urn is the problem's type. It is the same on every installation, so that a
// client can compare it.
func (c problemCode) urn() string { return "urn:relance:problem:" + string(c) }

// problem makes a problem of a code with its sentence.
func problem(code problemCode, detail string, faults ...Fault) *Problem {
	kind := code.kind()
	return &Problem{
		Type: code.urn(), Title: kind.title, Status: kind.status, Code: string(code), Detail: sentence(detail), Faults: faults,
		headers: http.Header{},
	}
}

// invalid is a problem with one field of the request.
func invalid(field, value, reason string) *Problem {
	return problem(codeInvalid, strings.TrimSpace(field+" "+quoted(value))+": "+reason, Fault{Field: field, Value: shorten(value), Reason: reason})
}

func (p *Problem) with(header, value string) *Problem {
	p.headers.Set(header, value)
	return p
}

// Error is the problem's sentence.
func (p *Problem) Error() string { return p.Detail }

// GetStatus, GetHeaders and ContentType tell the framework how to answer.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders are the headers of the answer.
func (p *Problem) GetHeaders() http.Header { return p.headers }

// ContentType is that of a problem document.
func (p *Problem) ContentType(string) string { return problemContentType }

// write answers a request that never reached an operation.
func (p *Problem) write(w http.ResponseWriter, r *http.Request) {
	p.RequestID = callOf(r.Context()).id
	body, err := json.Marshal(p)
	if err != nil { // a Problem has only texts and numbers
		body = []byte(`{}`)
	}
	for name, values := range p.headers {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", problemContentType)
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // nobody is left to tell
}

// sentence makes a reason stand on its own: it begins with a capital and ends
// with a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	if first := text[0]; 'a' <= first && first <= 'z' && !isFieldName(text) {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	if !strings.ContainsAny(text[len(text)-1:], ".!?") {
		text += "."
	}
	return text
}

// isFieldName reports whether the text begins with the place of a fault, which
// is written as it is.
func isFieldName(text string) bool {
	for _, place := range []string{"body.", "path.", "query.", "header.", "body:", "body "} {
		if strings.HasPrefix(text, place) {
			return true
		}
	}
	return false
}

const longestShownValue = 80

func shorten(value string) string {
	runes := []rune(strings.ToValidUTF8(value, "\uFFFD"))
	if len(runes) <= longestShownValue {
		return string(runes)
	}
	return string(runes[:longestShownValue]) + "…"
}

func quoted(value string) string {
	if value == "" {
		return ""
	}
	return `"` + shorten(value) + `"`
}

// place is where the fault is, as a person reads it.
func (f Fault) place() string {
	switch {
	case f.Line == 0:
		return f.Field
	case f.Field == "":
		return fmt.Sprintf("line %d", f.Line)
	default:
		return fmt.Sprintf("line %d, %s", f.Line, f.Field)
	}
}

// list joins faults to one sentence: the first few, and how many more.
func list(faults []Fault) string {
	const shown = 3
	var parts []string
	for _, fault := range faults[:min(shown, len(faults))] {
		parts = append(parts, strings.TrimPrefix(fault.place()+": "+fault.Reason, ": "))
	}
	text := strings.Join(parts, "; ")
	if len(faults) > shown {
		text += "; and more, see the errors"
	}
	return text
}
