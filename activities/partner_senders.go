package activities

import (
	"context"
	"fmt"
	"time"

	"relance/casefile"
	"relance/messaging"
	"relance/messaging/partner"
)

// PartnerByAPI reaches a partner over HTTP (docs/partner-api.md).
type PartnerByAPI struct{ Client *partner.Client }

var _ PartnerSender = PartnerByAPI{}

// Deliver makes one attempt to give the case to the partner.
func (p PartnerByAPI) Deliver(ctx context.Context, given PartnerCase) messaging.Outcome {
	return p.Client.Deliver(ctx, partner.Case{
		Reference: given.Reference, Creditor: given.Creditor, Invoice: given.Invoice, Route: string(given.Route),
		Amount: given.Amount.Decimal(), Currency: string(given.Amount.Currency()),
		FileName: given.File.Name, ContentType: given.File.ContentType, SHA256: given.File.SHA256, File: given.File.Bytes,
	})
}

// Find asks whether the partner has the case.
func (p PartnerByAPI) Find(ctx context.Context, reference string) (messaging.Proof, bool, error) {
	return p.Client.Find(ctx, reference)
}

// Recall tells the partner to stop.
func (p PartnerByAPI) Recall(ctx context.Context, given PartnerCase, reason string) messaging.Outcome {
	return p.Client.Recall(ctx, given.Reference, reason)
}

// PartnerByEmail reaches a partner by e-mails; the case file is downloaded by a link
// that expires, so that no mailbox keeps it.
type PartnerByEmail struct {
	Sender messaging.EmailSender
	To     messaging.Address
	// Language is that of the partner: fr or en.
	Language string
	// From is whom e-mails for a creditor come from.
	From func(ctx context.Context, creditor string) (messaging.Address, error)
	// Link is where a file can be downloaded until a moment of the wall clock.
	Link func(ctx context.Context, to partner.Linked, until time.Time) (string, error)
	// LinkDays is how many days a link is good.
	LinkDays int
}

var _ PartnerSender = PartnerByEmail{}

// Find cannot tell what a mailbox has.
func (PartnerByEmail) Find(context.Context, string) (messaging.Proof, bool, error) {
	return messaging.Proof{}, false, ErrCannotFind
}

// Deliver makes one attempt to send the link to the case file.
func (p PartnerByEmail) Deliver(ctx context.Context, given PartnerCase) messaging.Outcome {
	until := time.Now().AddDate(0, 0, p.LinkDays)
	link, err := p.Link(ctx, partner.Linked{Reference: given.Reference, Attempt: given.File.Attempt}, until)
	if err == nil && link == "" {
		err = fmt.Errorf("http.public_url is not set: the case file cannot be downloaded from anywhere")
	}
	if err != nil {
		return messaging.Outcome{Verdict: messaging.NotSent, Cause: messaging.CauseConfiguration, Reason: err.Error()}
	}
	subject := fmt.Sprintf("Case file %s: %s to recover", given.Invoice, given.Amount)
	text := fmt.Sprintf("We give you the claim %s for recovery.\n\nAmount: %s\nReference: %s\n\nDownload the case file before %s:\n%s\n\nSHA-256 of the file: %s\n\n"+
		"Please quote the reference in your answers.\n", given.Invoice, given.Amount, given.Reference, until.UTC().Format("2006-01-02 15:04 UTC"), link, given.File.SHA256)
	if p.Language != "en" {
		subject = fmt.Sprintf("Dossier %s : %s à recouvrer", given.Invoice, given.Amount.French())
		text = fmt.Sprintf("Nous vous confions le recouvrement de la créance %s.\n\nMontant : %s\nRéférence : %s\n\nTéléchargez le dossier avant le %s :\n%s\n\n"+
			"SHA-256 du fichier : %s\n\nMerci de rappeler la référence dans vos réponses.\n", given.Invoice, given.Amount.French(), given.Reference, until.UTC().Format("02/01/2006 15:04 UTC"), link, given.File.SHA256)
	}
	return p.send(ctx, given, casefile.HandoffMailID(given.Reference, given.Attempt), subject, text)
}

// Recall makes one attempt to tell the partner by e-mail to stop.
func (p PartnerByEmail) Recall(ctx context.Context, given PartnerCase, _ string) messaging.Outcome {
	subject := fmt.Sprintf("Case file %s: please stop", given.Invoice)
	text := fmt.Sprintf("Please stop the recovery of the claim %s (reference %s): we take it back. Send us the account of your fees.\n", given.Invoice, given.Reference)
	if p.Language != "en" {
		subject = fmt.Sprintf("Dossier %s : merci d’arrêter", given.Invoice)
		text = fmt.Sprintf("Merci d’arrêter le recouvrement de la créance %s (référence %s) : nous la reprenons. Adressez-nous le décompte de vos frais.\n", given.Invoice, given.Reference)
	}
	return p.send(ctx, given, casefile.RecallMailID(given.Reference), subject, text)
}

func (p PartnerByEmail) send(ctx context.Context, given PartnerCase, id, subject, text string) messaging.Outcome {
	if p.Sender == nil {
		return messaging.Outcome{Verdict: messaging.NotSent, Cause: messaging.CauseConfiguration, Reason: "no e-mail provider is configured"}
	}
	from, err := p.From(ctx, given.Creditor)
	if err != nil {
		return messaging.Outcome{Verdict: messaging.NotSent, Cause: messaging.CauseUnreachable, Reason: "reading the sender of the creditor " + given.Creditor + " failed"}
	}
	email := messaging.Email{MessageID: id, From: from, To: p.To, Subject: subject, Text: text, Categories: []string{"handoff"}}
	if err := email.Validate(); err != nil {
		return messaging.Outcome{Verdict: messaging.NotSent, Cause: messaging.CauseConfiguration, Reason: "the e-mail to the partner cannot be written: check the addresses of creditor and partner"}
	}
	return p.Sender.SendEmail(ctx, email)
}
