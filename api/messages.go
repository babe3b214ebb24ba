package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"relance/casefile"
	"relance/messaging"
)

const contentTypePDF = "application/pdf"

func (a *api) registerMessages() {
	register(a, operation{
		id: "get-message", method: http.MethodGet, path: "/v1/cases/{creditor}/{invoice}/messages/{id}", group: groupCases,
		summary: "Fetch the exact bytes of a message",
		description: "As they left or will leave, under their own content type: a letter is a PDF that a browser shows. " +
			"The ETag is the SHA-256 of the bytes. If-None-Match and ranges work.",
		contentTypes: []string{contentTypePDF, "application/json"},
		problems:     []problemCode{codeUnknownCase, codeUnknownMessage},
	}, a.getMessage)
	register(a, operation{
		id: "resolve-message", method: http.MethodPost, path: "/v1/cases/{creditor}/{invoice}/messages/{id}/resolution", group: groupDecisions,
		summary: "Say what became of a message whose outcome is unknown",
		description: "A person found out whether it has arrived (its step is done) or never left (it is sent once more, unless another channel has reached the debtor). " +
			"So too of a message that counts as failed because its provider never answered (code no-proof). Proof that comes later from the provider does no harm.",
		problems: []problemCode{codeUnknownCase, codeUnknownMessage, codeNotNow},
	}, a.resolveMessage)
}

type resolveMessageInput struct {
	CaseKey
	ID   string `path:"id" maxLength:"64" doc:"The message's ID."`
	Body struct {
		Outcome string `json:"outcome" enum:"arrived,lost" doc:"What was found out."`
		By      string `json:"by,omitempty" maxLength:"100" doc:"Who found out; the name of the key when it is missing."`
	} `nameHint:"Resolution"`
}

type resolveMessageOutput struct{ Body message }

func (a *api) resolveMessage(ctx context.Context, in *resolveMessageInput) (*resolveMessageOutput, error) {
	creditor, number := in.key()
	if _, err := a.Cases.ResolveMessage(ctx, creditor, number, in.ID, casefile.Resolution(in.Body.Outcome), author(ctx, in.Body.By)); err != nil {
		return nil, err
	}
	stored, err := a.Cases.Store.CaseFile(ctx, creditor, number)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(stored.Messages, func(m casefile.Message) bool { return m.ID == in.ID })
	if i < 0 {
		return nil, fmt.Errorf("%w: %s of %s", casefile.ErrUnknownMessage, in.ID, stored.Case.ID())
	}
	return &resolveMessageOutput{Body: newMessage(stored, stored.Messages[i])}, nil
}

type getMessageInput struct {
	CaseKey
	ID string `path:"id" maxLength:"64" doc:"The message's ID."`
}

func (a *api) getMessage(ctx context.Context, in *getMessageInput) (*huma.StreamResponse, error) {
	creditor, number := in.key()
	stored, err := a.Cases.Store.CaseFile(ctx, creditor, number)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(stored.Messages, func(m casefile.Message) bool { return m.ID == in.ID }) {
		return nil, fmt.Errorf("%w: %s of %s", casefile.ErrUnknownMessage, in.ID, stored.Case.ID())
	}
	content, contentType, err := a.Cases.Store.MessageBytes(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(answer huma.Context) {
		request, w := humago.Unwrap(answer)
		header := w.Header()
		header.Set("Content-Type", contentType)
		header.Set("ETag", `"`+messaging.Hash(content)+`"`)
		header.Set("Cache-Control", "private, no-cache")
		if contentType != contentTypePDF { // a browser shows no PDF within a sandbox
			header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		}
		http.ServeContent(w, request, "", time.Time{}, bytes.NewReader(content))
	}}, nil
}
