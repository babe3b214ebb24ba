package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"relance/casefile"
	"relance/imports/invoice"
)

func (a *api) registerInvoiceDocuments() {
	register(a, operation{
		id: "attach-invoice", method: http.MethodPost, path: "/v1/cases/{creditor}/{invoice}/document", group: groupCases,
		summary: "Keep the PDF of an invoice",
		description: "The body is the PDF itself, up to 10 MiB. E-mails of steps with attach_invoice carry the one that was given last. " +
			"Imports of Factur-X keep theirs by themselves.",
		problems:    []problemCode{codeUnknownCase, codeTooLarge, codeMediaType, codeMalformed, codeTimeout},
		requestBody: &huma.RequestBody{Required: true, Description: "The PDF, as it is.", Content: map[string]*huma.MediaType{contentTypePDF: binaryContent()}},
	}, a.attachInvoice)
	register(a, operation{
		id: "get-invoice-document", method: http.MethodGet, path: "/v1/cases/{creditor}/{invoice}/document", group: groupCases,
		summary:      "Fetch the PDF of an invoice",
		description:  "The one that was given last. The ETag is the SHA-256 of its bytes. If-None-Match and ranges work.",
		contentTypes: []string{contentTypePDF},
		problems:     []problemCode{codeNoDocument},
	}, a.getInvoiceDocument)
}

// invoiceDocument is the PDF of an invoice.
type invoiceDocument struct {
	Name        string    `json:"name" example:"F-118.pdf"`
	ContentType string    `json:"content_type"`
	SHA256      string    `json:"sha256"`
	Size        int       `json:"size" doc:"In bytes."`
	By          string    `json:"by,omitempty"`
	At          time.Time `json:"at" doc:"Business time."`
}

func newInvoiceDocument(d casefile.InvoiceDocument) invoiceDocument {
	return invoiceDocument{Name: d.Name, ContentType: d.ContentType, SHA256: d.SHA256, Size: d.Size, By: d.Actor, At: d.At}
}

type attachInvoiceInput struct {
	CaseKey
	Filename string `query:"filename" maxLength:"255" example:"F-118.pdf" doc:"What the attachment is called; the invoice number when it is missing."`
	By       string `query:"by" maxLength:"100" doc:"Who gives it; the name of the key when it is missing."`

	request *http.Request
	limits  *http.ResponseController
	w       http.ResponseWriter
}

// Resolve keeps the request, whose body is larger than those of other operations.
func (in *attachInvoiceInput) Resolve(ctx huma.Context) []error {
	in.request, in.w = humago.Unwrap(ctx)
	in.limits = http.NewResponseController(in.w)
	return nil
}

type attachInvoiceOutput struct {
	Body struct {
		Kept bool `json:"kept" doc:"False when this very document was kept already."`
	} `nameHint:"InvoiceAttached"`
}

func (a *api) attachInvoice(ctx context.Context, in *attachInvoiceInput) (*attachInvoiceOutput, error) {
	if err := checkFileType(in.request.Header); err != nil {
		return nil, err
	}
	// Errors mean that the server does not support limits; then there are none to lift.
	_ = in.limits.SetReadDeadline(time.Now().Add(uploadTime))
	content, err := io.ReadAll(io.LimitReader(in.request.Body, casefile.MaxInvoiceDocument+1))
	switch {
	case err != nil:
		return nil, problem(codeMalformed, "the file did not arrive whole: send it again")
	case len(content) > casefile.MaxInvoiceDocument:
		return nil, problem(codeTooLarge, fmt.Sprintf("the file is larger than %d MiB: e-mails cannot carry it", casefile.MaxInvoiceDocument>>20))
	case len(content) == 0:
		return nil, problem(codeMalformed, "the body is empty: send the PDF as the body")
	}
	creditor, number := in.key()
	fresh, err := a.Cases.Store.SaveInvoiceDocument(ctx, casefile.InvoiceDocument{
		Creditor: creditor, Invoice: number, Name: invoice.Tidy(in.Filename), Bytes: content, Actor: author(ctx, in.By), At: a.Cases.Clock().Now(),
	})
	out := &attachInvoiceOutput{}
	out.Body.Kept = fresh
	return out, err
}

func (a *api) getInvoiceDocument(ctx context.Context, in *CaseKey) (*huma.StreamResponse, error) {
	creditor, number := in.key()
	document, err := a.Cases.Store.InvoiceDocument(ctx, creditor, number)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(answer huma.Context) {
		request, w := humago.Unwrap(answer)
		header := w.Header()
		header.Set("Content-Type", document.ContentType)
		header.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": document.Name}))
		header.Set("ETag", `"`+document.SHA256+`"`)
		header.Set("Cache-Control", "private, no-cache")
		http.ServeContent(w, request, "", time.Time{}, bytes.NewReader(document.Bytes))
	}}, nil
}
