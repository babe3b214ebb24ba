package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"relance/casefile"
	"relance/collection"
	"relance/imports/invoice"
)

// What is kept beside a mediation: the document that states its failure, and the
// confidential notes.
func (a *api) registerMediationRecords() {
	const path = "/v1/cases/{creditor}/{invoice}/mediations/{mediation}/"
	register(a, operation{
		id: "keep-mediation-certificate", method: http.MethodPost, path: path + "certificate", group: groupDecisions,
		summary:     "Keep the document that states the failure of a mediation",
		description: "The body is the document itself, a PDF, a PNG or a JPEG of up to 5 MiB. A court may ask for it (CPC 750-1). The last one given counts.",
		problems:    []problemCode{codeUnknownCase, codeUnknownMediation, codeNotNow, codeTooLarge, codeMediaType, codeMalformed, codeTimeout},
		requestBody: &huma.RequestBody{Required: true, Description: "The document, as it is.", Content: map[string]*huma.MediaType{contentTypePDF: binaryContent()}},
	}, a.keepMediationCertificate)
	register(a, operation{
		id: "get-mediation-certificate", method: http.MethodGet, path: path + "certificate", group: groupDecisions,
		summary:      "Fetch the document that states the failure of a mediation",
		description:  "The one that was given last. The ETag is the SHA-256 of its bytes.",
		contentTypes: []string{contentTypePDF},
		problems:     []problemCode{codeNoCertificate},
	}, a.getMediationCertificate)
	register(a, operation{
		id: "add-mediation-note", method: http.MethodPost, path: path + "notes", group: groupDecisions,
		summary: "Note what was said in a mediation",
		description: "It is confidential: the note stands apart from the case file, its export, its history and every message, and is read here only. " +
			"Its own ID makes it count once.",
		answers:  []answerKind{{http.StatusOK, "It is kept, or was already."}},
		problems: []problemCode{codeUnknownCase, codeUnknownMediation, codeConflict},
	}, a.addMediationNote)
	register(a, operation{
		id: "read-mediation-notes", method: http.MethodGet, path: path + "notes", group: groupDecisions,
		summary:     "Read the confidential notes of a mediation",
		description: "Who read them, and when, is recorded.",
		problems:    []problemCode{codeUnknownCase, codeUnknownMediation},
	}, a.readMediationNotes)
	register(a, operation{
		id: "list-mediation-readings", method: http.MethodGet, path: path + "readings", group: groupDecisions,
		summary:     "List who read the confidential notes of a mediation",
		description: "For a supervisor: a manager or the owner. Each reading is recorded with its reader and its moment, and none is ever changed; what was read is not told.",
		problems:    []problemCode{codeUnknownCase, codeUnknownMediation},
	}, a.listMediationReadings)
}

type keepCertificateInput struct {
	CaseKey
	MediationKey
	By string `query:"by" maxLength:"100" doc:"Who gives it; the name of the key when it is missing."`

	request *http.Request
	limits  *http.ResponseController
}

// Resolve keeps the request, whose body is larger than those of other operations.
func (in *keepCertificateInput) Resolve(ctx huma.Context) []error {
	var w http.ResponseWriter
	in.request, w = humago.Unwrap(ctx)
	in.limits = http.NewResponseController(w)
	return nil
}

type keepCertificateOutput struct {
	Body struct {
		SHA256      string `json:"sha256"`
		ContentType string `json:"content_type"`
		Size        int    `json:"size" doc:"In bytes."`
	} `nameHint:"MediationCertificateKept"`
}

func (a *api) keepMediationCertificate(ctx context.Context, in *keepCertificateInput) (*keepCertificateOutput, error) {
	if err := checkFileType(in.request.Header); err != nil {
		return nil, err
	}
	// Errors mean that the server does not support limits; then there are none to lift.
	_ = in.limits.SetReadDeadline(time.Now().Add(uploadTime))
	content, err := io.ReadAll(io.LimitReader(in.request.Body, casefile.MaxScan+1))
	switch {
	case err != nil:
		return nil, problem(codeMalformed, "the file did not arrive whole: send it again")
	case len(content) > casefile.MaxScan:
		return nil, problem(codeTooLarge, fmt.Sprintf("the file is larger than %d MiB: scan it coarser", casefile.MaxScan>>20))
	}
	creditor, number := in.key()
	kept, err := a.Cases.Store.SaveMediationCertificate(ctx, creditor, number, in.id(), content, author(ctx, in.By), a.Cases.Clock().Now())
	out := &keepCertificateOutput{}
	out.Body.SHA256, out.Body.ContentType, out.Body.Size = kept.SHA256, kept.ContentType, kept.Size
	return out, err
}

type mediationInput struct {
	CaseKey
	MediationKey
}

func (a *api) getMediationCertificate(ctx context.Context, in *mediationInput) (*huma.StreamResponse, error) {
	creditor, number := in.key()
	kept, err := a.Cases.Store.MediationCertificate(ctx, creditor, number, in.id())
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(answer huma.Context) {
		request, w := humago.Unwrap(answer)
		header := w.Header()
		header.Set("Content-Type", kept.ContentType)
		header.Set("Content-Disposition", "inline")
		header.Set("ETag", `"`+kept.SHA256+`"`)
		header.Set("Cache-Control", "private, no-cache")
		http.ServeContent(w, request, "", time.Time{}, bytes.NewReader(kept.Bytes))
	}}, nil
}

// mediationNote is what somebody noted of what was said in a mediation.
type mediationNote struct {
	ID         string    `json:"id"`
	By         string    `json:"by"`
	At         time.Time `json:"at" doc:"Business time."`
	Text       string    `json:"text"`
	RecordedAt time.Time `json:"recorded_at,omitzero"`
}

type addMediationNoteInput struct {
	CaseKey
	MediationKey
	Body struct {
		ID   string `json:"id" minLength:"1" maxLength:"200" example:"session-1" doc:"The note's own ID. It counts once."`
		Text string `json:"text" minLength:"1" maxLength:"4000" doc:"What was said. It is confidential."`
		By   string `json:"by,omitempty" maxLength:"100" doc:"Whose note it is; the name of the key when it is missing."`
	} `nameHint:"MediationNoteOrder"`
}

type addMediationNoteOutput struct {
	Body struct {
		Kept bool `json:"kept" doc:"False when this very note was kept already."`
	} `nameHint:"MediationNoteKept"`
}

func (a *api) addMediationNote(ctx context.Context, in *addMediationNoteInput) (*addMediationNoteOutput, error) {
	creditor, number := in.key()
	fresh, err := a.Cases.Store.AddMediationNote(ctx, creditor, number, in.id(), casefile.MediationNote{
		Key: invoice.Tidy(in.Body.ID), Author: author(ctx, in.Body.By), At: a.Cases.Clock().Now(), Text: strings.TrimSpace(in.Body.Text),
	})
	out := &addMediationNoteOutput{}
	out.Body.Kept = fresh
	return out, err
}

type readMediationNotesInput struct {
	CaseKey
	MediationKey
	By string `query:"by" maxLength:"100" doc:"Who reads them; the name of the key when it is missing."`
}

type readMediationNotesOutput struct {
	Body struct {
		Notes []mediationNote `json:"notes" nullable:"false"`
	} `nameHint:"MediationNotes"`
}

func (a *api) readMediationNotes(ctx context.Context, in *readMediationNotesInput) (*readMediationNotesOutput, error) {
	creditor, number := in.key()
	notes, err := a.Cases.Store.MediationNotes(ctx, creditor, number, in.id(), author(ctx, in.By), a.Cases.Clock().Now())
	if err != nil {
		return nil, err
	}
	out := &readMediationNotesOutput{}
	out.Body.Notes = each(notes, func(n casefile.MediationNote) mediationNote {
		return mediationNote{ID: n.Key, By: n.Author, At: n.At, Text: n.Text, RecordedAt: n.RecordedAt}
	})
	return out, nil
}

type mediationReadingsInput struct {
	CaseKey
	MediationKey
	Role string `query:"role" required:"true" enum:"manager,owner" doc:"What the person who asks is at the creditor."`
}

// mediationReading says who read the notes of a mediation.
type mediationReading struct {
	By string    `json:"by"`
	At time.Time `json:"at" doc:"Business time."`
}

type mediationReadingsOutput struct {
	Body struct {
		Readings []mediationReading `json:"readings" nullable:"false" doc:"The oldest first."`
	} `nameHint:"MediationReadings"`
}

func (a *api) listMediationReadings(ctx context.Context, in *mediationReadingsInput) (*mediationReadingsOutput, error) {
	creditor, number := in.key()
	readings, err := a.Cases.Store.MediationReadings(ctx, creditor, number, in.id(), collection.Role(in.Role))
	if err != nil {
		return nil, err
	}
	out := &mediationReadingsOutput{}
	out.Body.Readings = each(readings, func(r casefile.MediationReading) mediationReading { return mediationReading{By: r.Reader, At: r.At} })
	return out, nil
}
