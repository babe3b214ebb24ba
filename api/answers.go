package api

import (
	"bytes"
	"context"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"relance/calendar"
	"relance/casefile"
	"relance/cases/answers"
	"relance/collection"
	"relance/imports/invoice"
	"relance/inbound"
	"relance/inbound/intent"
)

func (a *api) registerAnswers() {
	unknown := []problemCode{codeUnknownAnswer}
	register(a, operation{
		id: "receive-answer", method: http.MethodPost, path: "/v1/answers", group: groupAnswers, status: http.StatusCreated,
		summary: "Take in a mail that a debtor wrote",
		description: "The body is the mail as it travels (RFC 5322), up to 30 MiB: for those who receive mail by other means than SendGrid's Inbound Parse. " +
			"It is put to the case it answers, which is held for some working days, and a task asks a person to read it. Sending it again changes nothing.",
		answers:  []answerKind{{http.StatusCreated, "It is kept; this is where it belongs."}, {http.StatusOK, "It was kept before."}},
		problems: []problemCode{codeTooLarge, codeMediaType, codeMalformed, codeTimeout},
		requestBody: &huma.RequestBody{Required: true, Description: "The mail, as it is.", Content: map[string]*huma.MediaType{
			"message/rfc822": binaryContent(), "application/octet-stream": binaryContent(),
		}},
	}, a.receiveAnswer)
	register(a, operation{
		id: "list-answers", method: http.MethodGet, path: "/v1/answers", group: groupAnswers,
		summary: "List what debtors answered", description: "In the order they came, with the beginning of their text. The triage holds those of which nobody could tell whose they are.",
	}, a.listAnswers)
	register(a, operation{
		id: "get-answer", method: http.MethodGet, path: "/v1/answers/{id}", group: groupAnswers,
		summary: "Read an answer", description: "With what it is about, by which words that was recognised, and the commands that are ready to run.", problems: unknown,
	}, a.getAnswer)
	register(a, operation{
		id: "get-answer-bytes", method: http.MethodGet, path: "/v1/answers/{id}/bytes", group: groupAnswers,
		summary: "Fetch the bytes an answer came in", description: "Always as a file to save: they come from outside and are never shown.",
		contentTypes: []string{contentTypeBytes}, problems: unknown,
	}, a.getAnswerBytes)
	register(a, operation{
		id: "get-answer-file", method: http.MethodGet, path: "/v1/answers/{id}/files/{place}", group: groupAnswers,
		summary: "Fetch a file that came with an answer", description: "Always as a file to save, whatever it says it is: it comes from outside and is never shown.",
		contentTypes: []string{contentTypeBytes}, problems: unknown,
	}, a.getAnswerFile)
	register(a, operation{
		id: "link-answer", method: http.MethodPost, path: "/v1/answers/{id}/link", group: groupAnswers,
		summary: "Put an answer to its cases", description: "Out of the triage, with the effect it would have had by itself: the cases are held, a task is opened. " +
			"The same again changes nothing; again with more cases in also, those are held as well. " +
			"One that was ignored, or taken for a machine's, has its whole effect anew, with a hold and a task of its own.",
		problems: []problemCode{codeUnknownAnswer, codeUnknownCase, codeNotNow},
	}, a.linkAnswer)
	register(a, operation{
		id: "ignore-answer", method: http.MethodPost, path: "/v1/answers/{id}/ignore", group: groupAnswers,
		summary: "Record that an answer is of no use", description: "It stays on record. The hold it placed ends.", problems: unknown,
	}, a.ignoreAnswer)
	register(a, operation{
		id: "answer-done", method: http.MethodPost, path: "/v1/answers/{id}/done", group: groupAnswers,
		summary: "Record that a person dealt with an answer", description: "Its task is done with it. The hold ends at once with resume, else on its last day.", problems: unknown,
	}, a.answerDone)
}

const contentTypeBytes = "application/octet-stream"

// answerView is an answer as people read it.
type answerView struct {
	ID         string        `json:"id"`
	Channel    string        `json:"channel" enum:"email,sms,whatsapp"`
	Kind       string        `json:"kind" enum:"answer,auto-reply,bounce" doc:"Of a person, of a machine in its place, or of a mail server about a message."`
	State      string        `json:"state" enum:"triage,linked,handled,ignored"`
	From       string        `json:"from,omitempty"`
	FromName   string        `json:"from_name,omitempty"`
	To         []string      `json:"to,omitempty" nullable:"false"`
	Subject    string        `json:"subject,omitempty"`
	Said       string        `json:"said,omitempty" doc:"What the sender wrote, without what it quotes."`
	Text       string        `json:"text,omitempty" doc:"All of its text."`
	Case       string        `json:"case,omitempty" doc:"Missing while nobody knows whose it is."`
	Creditor   string        `json:"creditor,omitempty"`
	Debtor     string        `json:"debtor,omitempty"`
	Invoice    string        `json:"invoice,omitempty"`
	MatchedBy  string        `json:"matched_by,omitempty" doc:"Why it belongs there, or why nobody could tell."`
	Intents    []intentView  `json:"intents,omitempty" nullable:"false" doc:"What it is about. Proposals only: nothing is done by itself, except that a plain STOP counts at once."`
	Cases      []answerCase  `json:"cases,omitempty" nullable:"false" doc:"The cases it is about."`
	Files      []answerFile  `json:"files,omitempty" nullable:"false"`
	Notes      []string      `json:"notes,omitempty" nullable:"false" doc:"What of it could not be read."`
	HoldUntil  calendar.Date `json:"hold_until,omitzero" doc:"The last day its cases are held."`
	ReceivedAt time.Time     `json:"received_at"`
	HandledAt  time.Time     `json:"handled_at,omitzero"`
	HandledBy  string        `json:"handled_by,omitempty"`
	Note       string        `json:"note,omitempty"`
	Size       int64         `json:"size" doc:"Bytes it came in."`
	SHA256     string        `json:"sha256" doc:"Of those bytes."`
}

type intentView struct {
	Kind      string        `json:"kind" enum:"stop,start,stop-asked,automatic,paid,insolvency,dispute,wrong-person,promise,delay-wanted,copy-wanted"`
	Rule      string        `json:"rule" doc:"The rule it was recognised by."`
	Words     string        `json:"words,omitempty" doc:"The words of the answer."`
	Date      calendar.Date `json:"date,omitzero"`
	Amount    decimal       `json:"amount,omitempty"`
	Currency  string        `json:"currency,omitempty"`
	Reference string        `json:"reference,omitempty"`
	Proposal  string        `json:"proposal,omitempty" doc:"What a person can do about it."`
}

type answerCase struct {
	Case      string        `json:"case"`
	HoldUntil calendar.Date `json:"hold_until,omitzero"`
	Closed    bool          `json:"closed,omitempty"`
}

type answerFile struct {
	Place    int    `json:"place" doc:"Its number in the address of the file."`
	Name     string `json:"name"`
	Declared string `json:"declared,omitempty" doc:"What it says it is."`
	Detected string `json:"detected" doc:"What its first bytes look like."`
	Size     int64  `json:"size"`
	SHA256   string `json:"sha256"`
	Kept     bool   `json:"kept" doc:"False when it was too large to keep."`
}

func newAnswerView(answer casefile.Answer) answerView {
	about := ""
	if answer.Invoice != "" {
		about = collection.WorkflowID(answer.Creditor, answer.Invoice)
	}
	return answerView{
		ID: answer.ID, Channel: answer.Channel, Kind: answer.Kind, State: string(answer.State), From: answer.Sender, FromName: answer.SenderName,
		To: answer.Recipients, Subject: answer.Subject, Said: answer.Said, Text: answer.Text,
		Case: about, Creditor: answer.Creditor, Debtor: answer.Debtor, Invoice: answer.Invoice, MatchedBy: answer.MatchedBy,
		Intents: each(answer.Intents, func(one intent.Intent) intentView {
			view := intentView{Kind: string(one.Kind), Rule: one.Rule, Words: one.Words, Date: one.Date, Reference: one.Reference}
			if !one.Amount.IsZero() {
				view.Amount, view.Currency = decimalOf(one.Amount), string(one.Amount.Currency())
			}
			if answer.Invoice != "" {
				view.Proposal = answers.Proposal(answer, one)
			}
			return view
		}),
		Notes: answer.Notes, HoldUntil: answer.HoldUntil, ReceivedAt: answer.ReceivedAt, HandledAt: answer.HandledAt, HandledBy: answer.HandledBy,
		Note: answer.Note, Size: answer.RawSize, SHA256: answer.RawSHA256,
	}
}

// whole is an answer with its cases and files.
func (a *api) whole(ctx context.Context, answer casefile.Answer) (answerView, error) {
	view := newAnswerView(answer)
	about, files, err := a.Cases.Store.AnswerParts(ctx, answer.ID)
	view.Cases = each(about, func(c casefile.AnswerCase) answerCase {
		return answerCase{Case: collection.WorkflowID(c.Creditor, c.Invoice), HoldUntil: c.HoldUntil, Closed: c.Closed}
	})
	view.Files = each(files, func(f casefile.AnswerFile) answerFile {
		return answerFile{Place: f.Ordinal, Name: f.Name, Declared: f.Declared, Detected: f.Detected, Size: f.Size, SHA256: f.SHA256, Kept: f.Kept}
	})
	return view, err
}

type answerOutput struct{ Body answerView }

func (a *api) shown(ctx context.Context, answer casefile.Answer, err error) (*answerOutput, error) {
	if err != nil {
		return nil, err
	}
	view, err := a.whole(ctx, answer)
	return &answerOutput{Body: view}, err
}

type receiveAnswerInput struct {
	request *http.Request
	writer  http.ResponseWriter
}

// Resolve keeps the request, whose body is not JSON.
func (in *receiveAnswerInput) Resolve(ctx huma.Context) []error {
	in.request, in.writer = humago.Unwrap(ctx)
	return nil
}

type receiveAnswerOutput struct {
	Status int
	Body   answerView
}

func (a *api) receiveAnswer(ctx context.Context, in *receiveAnswerInput) (*receiveAnswerOutput, error) {
	if err := checkFileType(in.request.Header); err != nil {
		return nil, err
	}
	body, refused := a.readLarge(in.writer, in.request, inbound.MaxBytes)
	if refused != nil {
		return nil, refused
	}
	if len(body) == 0 {
		return nil, problem(codeMalformed, "the body is empty: send the mail as the body")
	}
	answer, fresh, err := a.Answers.Receive(ctx, inbound.ReadMail(body))
	if err != nil {
		return nil, err
	}
	view, err := a.whole(ctx, answer)
	if err != nil {
		return nil, err
	}
	out := &receiveAnswerOutput{Status: http.StatusOK, Body: view}
	if fresh {
		out.Status = http.StatusCreated
	}
	return out, nil
}

type listAnswersInput struct {
	Creditor string `query:"creditor" maxLength:"100" doc:"Only the answers to this creditor, and those of which nobody knows whose they are."`
	Invoice  string `query:"invoice" maxLength:"100" doc:"Only the answers about this invoice number of the creditor."`
	State    string `query:"state" enum:"open,triage,linked,handled,ignored,all" default:"open" doc:"Only answers in this state; open are those of the triage and those that wait for a person."`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many at most."`
	Cursor   string `query:"cursor" maxLength:"20" pattern:"^[0-9]*$" doc:"next_cursor of the previous answer."`
}

type listAnswersOutput struct {
	Body struct {
		Answers    []answerView `json:"answers" nullable:"false"`
		NextCursor string       `json:"next_cursor,omitempty" doc:"Asks for the answers after these; missing when there are none."`
	} `nameHint:"AnswerList"`
}

func (a *api) listAnswers(ctx context.Context, in *listAnswersInput) (*listAnswersOutput, error) {
	filter := casefile.AnswerFilter{Creditor: invoice.Tidy(in.Creditor), Invoice: invoice.Tidy(in.Invoice), Limit: in.Limit + 1}
	switch in.State {
	case "all":
	case "open":
		filter.States = []casefile.AnswerState{casefile.AnswerTriage, casefile.AnswerLinked}
	default:
		filter.States = []casefile.AnswerState{casefile.AnswerState(in.State)}
	}
	if in.Cursor != "" {
		after, err := strconv.ParseInt(in.Cursor, 10, 64)
		if err != nil {
			return nil, invalid("query.cursor", in.Cursor, "it is none that this API gave out: take next_cursor of the previous answer as it is")
		}
		filter.After = after
	}
	found, err := a.Cases.Store.Answers(ctx, filter)
	if err != nil {
		return nil, err
	}
	var out listAnswersOutput
	if len(found) > in.Limit {
		found = found[:in.Limit]
		out.Body.NextCursor = strconv.FormatInt(found[in.Limit-1].Number, 10)
	}
	out.Body.Answers = each(found, newAnswerView)
	return &out, nil
}

// AnswerKey is embedded in what concerns one answer.
type AnswerKey struct {
	ID string `path:"id" maxLength:"64" doc:"The answer's ID."`
}

type getAnswerInput struct{ AnswerKey }

func (a *api) getAnswer(ctx context.Context, in *getAnswerInput) (*answerOutput, error) {
	answer, err := a.Cases.Store.Answer(ctx, in.ID)
	return a.shown(ctx, answer, err)
}

func (a *api) getAnswerBytes(ctx context.Context, in *getAnswerInput) (*huma.StreamResponse, error) {
	raw, err := a.Cases.Store.AnswerRaw(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if raw == nil {
		return nil, fmt.Errorf("%w: the bytes of %s were too many to keep", casefile.ErrUnknownAnswer, in.ID)
	}
	return asDownload("answer-"+in.ID+".eml", raw), nil
}

type getAnswerFileInput struct {
	AnswerKey
	Place int `path:"place" minimum:"1" maximum:"1000" doc:"The file's number."`
}

func (a *api) getAnswerFile(ctx context.Context, in *getAnswerFileInput) (*huma.StreamResponse, error) {
	name, content, err := a.Cases.Store.AnswerFile(ctx, in.ID, in.Place)
	if err != nil {
		return nil, err
	}
	if content == nil {
		return nil, fmt.Errorf("%w: the file %d of %s was too large to keep", casefile.ErrUnknownAnswer, in.Place, in.ID)
	}
	return asDownload(name, content), nil
}

// asDownload gives bytes from outside as a file to save, which no browser shows.
func asDownload(name string, content []byte) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(answer huma.Context) {
		request, w := humago.Unwrap(answer)
		header := w.Header()
		header.Set("Content-Type", contentTypeBytes)
		header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		header.Set("Cache-Control", "private, no-store")
		http.ServeContent(w, request, "", time.Time{}, bytes.NewReader(content))
	}}
}

type linkAnswerInput struct {
	AnswerKey
	Body struct {
		Creditor string   `json:"creditor" minLength:"1" maxLength:"60" example:"acme"`
		Invoice  string   `json:"invoice" minLength:"1" maxLength:"100" example:"F-2026-0042" doc:"Of the case that stands for the answer and has its task."`
		Also     []string `json:"also,omitempty" nullable:"false" maxItems:"500" doc:"Other invoices of the creditor that it is about, of the same debtor or of others."`
		By       string   `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"AnswerLink"`
}

func (a *api) linkAnswer(ctx context.Context, in *linkAnswerInput) (*answerOutput, error) {
	answer, err := a.Answers.Link(ctx, in.ID, invoice.Tidy(in.Body.Creditor), invoice.Tidy(in.Body.Invoice), each(in.Body.Also, invoice.Tidy), author(ctx, in.Body.By))
	return a.shown(ctx, answer, err)
}

type ignoreAnswerInput struct {
	AnswerKey
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"200" example:"advertising" doc:"Why, without personal data."`
		By     string `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"AnswerIgnored"`
}

func (a *api) ignoreAnswer(ctx context.Context, in *ignoreAnswerInput) (*answerOutput, error) {
	answer, err := a.Answers.Ignore(ctx, in.ID, invoice.Tidy(in.Body.Reason), author(ctx, in.Body.By))
	return a.shown(ctx, answer, err)
}

type answerReport struct {
	Resume bool   `json:"resume,omitempty" doc:"End the hold the answer placed at once."`
	Note   string `json:"note,omitempty" maxLength:"500" doc:"What came of it, without personal data."`
	By     string `json:"by,omitempty" maxLength:"100" doc:"Who dealt with it; the name of the key when it is missing."`
}

type answerDoneInput struct {
	AnswerKey
	Body *answerReport
}

func (a *api) answerDone(ctx context.Context, in *answerDoneInput) (*answerOutput, error) {
	given := orZero(in.Body)
	answer, err := a.Answers.Done(ctx, in.ID, invoice.Tidy(given.Note), author(ctx, given.By), given.Resume)
	return a.shown(ctx, answer, err)
}
