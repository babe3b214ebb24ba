// Package previews shows messages that are not sent: those of a case, composed from
// its rows by the code that composes for sending, and all texts of an installation
// with a worked example.
package previews

import (
	"cmp"
	"context"
	"slices"
	"time"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/letters"
	"relance/messaging"
	"relance/messaging/compose"
)

// Maker previews messages of a case file. It is safe for concurrent use.
type Maker struct {
	Store     *casefile.Store
	Templates *compose.Templates
	// Clock gives the business time.
	Clock func() calendar.Clock
}

// MessagePreview is a message that is not sent, in parts.
type MessagePreview struct {
	Step     string             `json:"step"`
	Channel  collection.Channel `json:"channel"`
	At       time.Time          `json:"at" doc:"When it would be sent, as far as is known."`
	Withheld string             `json:"withheld,omitempty" doc:"Why it would not leave now; missing when it would."`
	To       string             `json:"to" doc:"Address, number, or postal address."`
	Language string             `json:"language"`
	Wording  Wording            `json:"wording"`
	Subject  string             `json:"subject,omitempty"`
	Text     string             `json:"text,omitempty" doc:"The text of a mail or a short message."`
	HTML     string             `json:"html,omitempty" doc:"The page of a mail."`
	Letter   []byte             `json:"letter,omitempty" doc:"The PDF of a letter, or of the one that goes with a mail; Base64."`
	inline   []messaging.Attachment
}

// Wording is which text worded a message, and why that one.
type Wording struct {
	Template string `json:"template"`
	Audience string `json:"audience,omitempty" doc:"Whom the text is written for; missing when it is for everyone."`
	Reader   string `json:"reader,omitempty" doc:"What kind of payer the debtor is taken for; missing when it is nobody in particular."`
	Why      string `json:"why"`
	Origin   string `json:"origin" enum:"built-in,general,creditor"`
	File     string `json:"file"`
	Version  string `json:"version" doc:"SHA-256 of the file and of what it shares with others."`
}

// WordingOf is the wording of a message as it is told.
func WordingOf(t casefile.MessageText) Wording {
	return Wording{
		Template: t.Key, Audience: string(t.Audience), Reader: string(t.Reader), Why: t.Why, Origin: t.Origin, File: t.File, Version: t.Version,
	}
}

// Message previews a message. Errors are those of activities.Notices.Preview.
func (m *Maker) Message(ctx context.Context, order activities.PreviewOrder) (MessagePreview, error) {
	notices := &activities.Notices{Store: m.Store, Clock: m.Clock, Templates: m.Templates, Print: letters.Print}
	preview, err := notices.Preview(ctx, order)
	if err != nil {
		return MessagePreview{}, err
	}
	message := MessagePreview{
		Step: preview.Step.Key, Channel: preview.Channel, At: preview.At.UTC(), Withheld: preview.Withheld,
		To: preview.Recipient, Subject: preview.Subject, Language: cmp.Or(preview.Text.Language, preview.Language), Wording: WordingOf(preview.Text),
	}
	switch preview.Channel {
	case collection.ChannelEmail:
		email, err := messaging.DecodeEmail(preview.Bytes)
		if err != nil {
			return MessagePreview{}, err
		}
		message.Text, message.HTML = email.Text, email.HTML
		for _, attached := range email.Attachments {
			if attached.ContentID != "" {
				message.inline = append(message.inline, attached)
			}
		}
		if i := slices.IndexFunc(email.Attachments, func(a messaging.Attachment) bool { return a.ContentType == "application/pdf" }); i >= 0 {
			message.Letter = email.Attachments[i].Content
		}
	case collection.ChannelSMS:
		sms, err := messaging.DecodeSMS(preview.Bytes)
		if err != nil {
			return MessagePreview{}, err
		}
		message.Text = sms.Body
	default:
		message.Letter = preview.Bytes
	}
	return message, nil
}
