package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"relance/casefile"
	"relance/imports/invoice"
)

func (a *api) registerDisputePapers() {
	register(a, operation{
		id: "get-dispute-papers", method: http.MethodGet, path: "/v1/cases/{creditor}/{invoice}/disputes", group: groupTasks,
		summary: "Show the disputes of a case with what was written about them", description: "And the documents that belong to them.",
		problems: []problemCode{codeUnknownCase},
	}, a.getDisputePapers)
	register(a, operation{
		id: "add-dispute-document", method: http.MethodPost, path: "/v1/cases/{creditor}/{invoice}/disputes/{dispute}/documents", group: groupTasks, status: http.StatusCreated,
		summary:     "Keep a document of a dispute",
		description: "The body is the file itself, up to 10 MiB: a delivery note, a photograph, a letter. The same bytes again are the same document.",
		answers:     []answerKind{{http.StatusCreated, "It is kept."}, {http.StatusOK, "It was kept before."}},
		problems:    []problemCode{codeUnknownCase, codeUnknownDispute, codeTooLarge, codeMediaType, codeMalformed, codeTimeout},
		requestBody: &huma.RequestBody{Required: true, Description: "The file, as it is.", Content: map[string]*huma.MediaType{contentTypeBytes: binaryContent()}},
	}, a.addDisputeDocument)
	register(a, operation{
		id: "get-dispute-document", method: http.MethodGet, path: "/v1/cases/{creditor}/{invoice}/disputes/{dispute}/documents/{place}", group: groupTasks,
		summary: "Fetch a document of a dispute", description: "Always as a file to save, whatever it says it is: it comes from outside and is never shown.",
		contentTypes: []string{contentTypeBytes}, problems: []problemCode{codeUnknownDispute},
	}, a.getDisputeDocument)
}

type disputeNote struct {
	Text string    `json:"text"`
	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at"`
}

type disputeDocument struct {
	Place    int       `json:"place" doc:"Its number in the address of the file."`
	Name     string    `json:"name"`
	Detected string    `json:"detected" doc:"What its first bytes look like."`
	Size     int64     `json:"size" doc:"In bytes."`
	SHA256   string    `json:"sha256"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
}

func newDisputeDocument(d casefile.DisputeDocument) disputeDocument {
	return disputeDocument{Place: d.Ordinal, Name: d.Name, Detected: d.Detected, Size: d.Size, SHA256: d.SHA256, By: d.By, At: d.At}
}

type disputeWithPapers struct {
	Dispute
	Notes     []disputeNote     `json:"notes" nullable:"false"`
	Documents []disputeDocument `json:"documents" nullable:"false"`
}

type disputePapersOutput struct {
	Body struct {
		Disputes []disputeWithPapers `json:"disputes" nullable:"false"`
	} `nameHint:"DisputePapers"`
}

func (a *api) getDisputePapers(ctx context.Context, in *CaseKey) (*disputePapersOutput, error) {
	creditor, number := in.key()
	c, err := a.Cases.Store.LoadCase(ctx, creditor, number)
	if err != nil {
		return nil, err
	}
	notes, documents, err := a.Cases.Store.DisputePapers(ctx, creditor, number)
	if err != nil {
		return nil, err
	}
	out := &disputePapersOutput{}
	out.Body.Disputes = []disputeWithPapers{}
	for _, one := range c.Disputes {
		papers := disputeWithPapers{Dispute: newDispute(one), Notes: []disputeNote{}, Documents: []disputeDocument{}}
		for _, note := range notes {
			if note.Dispute == one.ID {
				papers.Notes = append(papers.Notes, disputeNote{Text: note.Text, By: note.By, At: note.At})
			}
		}
		for _, document := range documents {
			if document.Dispute == one.ID {
				papers.Documents = append(papers.Documents, newDisputeDocument(document))
			}
		}
		out.Body.Disputes = append(out.Body.Disputes, papers)
	}
	return out, nil
}

type disputeDocumentInput struct {
	DisputeKey
	Filename string `query:"filename" maxLength:"255" example:"delivery-note.pdf" doc:"What the file is called."`
	By       string `query:"by" maxLength:"100" doc:"Who gives it; the name of the key when it is missing."`

	request *http.Request
	limits  *http.ResponseController
}

// Resolve keeps the request, whose body is larger than those of other operations.
func (in *disputeDocumentInput) Resolve(ctx huma.Context) []error {
	request, w := humago.Unwrap(ctx)
	in.request, in.limits = request, http.NewResponseController(w)
	return nil
}

type disputeDocumentOutput struct {
	Status int
	Body   disputeDocument
}

func (a *api) addDisputeDocument(ctx context.Context, in *disputeDocumentInput) (*disputeDocumentOutput, error) {
	if err := checkFileType(in.request.Header); err != nil {
		return nil, err
	}
	// Errors mean that the server does not support limits; then there are none to lift.
	_ = in.limits.SetReadDeadline(time.Now().Add(uploadTime))
	content, err := io.ReadAll(io.LimitReader(in.request.Body, casefile.MaxDisputeDocument+1))
	switch {
	case err != nil:
		return nil, problem(codeMalformed, "the file did not arrive whole: send it again")
	case len(content) > casefile.MaxDisputeDocument:
		return nil, problem(codeTooLarge, fmt.Sprintf("the file is larger than %d MiB", casefile.MaxDisputeDocument>>20))
	case len(content) == 0:
		return nil, problem(codeMalformed, "the body is empty: send the file as the body")
	}
	creditor, number := in.key()
	kept, fresh, err := a.Cases.Store.KeepDisputeDocument(ctx, creditor, number, casefile.DisputeDocument{
		Dispute: invoice.Tidy(in.Dispute), Name: invoice.Tidy(in.Filename), Bytes: content, By: author(ctx, in.By), At: a.Cases.Clock().Now(),
	})
	if err != nil {
		return nil, err
	}
	out := &disputeDocumentOutput{Status: http.StatusOK, Body: newDisputeDocument(kept)}
	if fresh {
		out.Status = http.StatusCreated
	}
	return out, nil
}

type getDisputeDocumentInput struct {
	DisputeKey
	Place int `path:"place" minimum:"1" maximum:"1000" doc:"The document's number."`
}

func (a *api) getDisputeDocument(ctx context.Context, in *getDisputeDocumentInput) (*huma.StreamResponse, error) {
	creditor, number := in.key()
	document, err := a.Cases.Store.DisputeDocument(ctx, creditor, number, invoice.Tidy(in.Dispute), in.Place)
	if err != nil {
		return nil, err
	}
	return asDownload(document.Name, document.Bytes), nil
}
