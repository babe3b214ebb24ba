package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"relance/activities"
	"relance/cases/previews"
	"relance/collection"
	"relance/messaging/audience"
)

const contentTypeHTML = "text/html"

func (a *api) registerMessagePreview() {
	register(a, operation{
		id: "preview-message", method: http.MethodGet, path: "/v1/cases/{creditor}/{invoice}/message-preview", group: groupCases,
		summary: "See how a message of a case would read",
		description: "Composed from the case as it is by the code that composes for sending, with the text that fits the debtor. " +
			"Nothing is stored and nothing is sent. As JSON, as a page for a browser, or the PDF of the letter.",
		json: reflect.TypeFor[previews.MessagePreview](), contentTypes: []string{contentTypeHTML, contentTypePDF},
		problems: []problemCode{codeUnknownCase, codeNotNow},
	}, a.previewMessage)
}

type messagePreviewInput struct {
	CaseKey
	Step     string `query:"step" maxLength:"300" example:"reminder-firm" doc:"The step whose message is wanted, or the key of a notice of an instalment plan (instalment/P-12/1/2/due); the next that sends one when it is missing."`
	Channel  string `query:"channel" enum:"email,sms,whatsapp,letter,registered-letter" doc:"One of the step's channels; its first when it is missing."`
	Language string `query:"language" enum:"fr,en" doc:"The debtor's when it is missing."`
	Audience string `query:"audience" enum:"loyal,irregular,new,consumer,public" doc:"Read as this kind of payer; as what the debtor is when it is missing."`
	Format   string `query:"format" enum:"json,html,pdf" default:"json"`
}

func (a *api) previewMessage(ctx context.Context, in *messagePreviewInput) (*huma.StreamResponse, error) {
	creditor, number := in.key()
	maker := &previews.Maker{Store: a.Cases.Store, Templates: a.Templates, Clock: a.Cases.Clock}
	message, err := maker.Message(ctx, activities.PreviewOrder{
		CaseKey: activities.CaseKey{Creditor: creditor, Invoice: number},
		Step:    in.Step, Channel: collection.Channel(in.Channel), Language: in.Language, Audience: audience.Audience(in.Audience),
	})
	var unusable *activities.UnusableChannelError
	switch {
	case errors.As(err, &unusable):
		return nil, problem(codeNotNow, unusable.Error()+": a message could not be sent like this either")
	case err != nil:
		return nil, err
	}
	content, contentType, err := previewContent(message, in.Format)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(answer huma.Context) {
		_, w := humago.Unwrap(answer)
		header := w.Header()
		header.Set("Content-Type", contentType)
		header.Set("Cache-Control", "no-store")
		if contentType != contentTypePDF { // a browser shows no PDF within a sandbox
			header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox")
		}
		_, _ = w.Write(content) // nobody is left to tell
	}}, nil
}

func previewContent(message previews.MessagePreview, format string) ([]byte, string, error) {
	switch format {
	case "html":
		page, err := message.Page()
		return page, contentTypeHTML + "; charset=utf-8", err
	case "pdf":
		if len(message.Letter) == 0 {
			return nil, "", invalid("query.format", format, "this message has no letter: ask for html or json")
		}
		return message.Letter, contentTypePDF, nil
	default:
		encoded, err := json.Marshal(message)
		return encoded, contentTypeJSON, err
	}
}
