package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"relance/casefile"
	"relance/collection"
	"relance/imports/invoice"
	"relance/messaging"
	"relance/messaging/printpost"
	"relance/money"
)

// providerPrintPost is who reports in the case file what the service tells.
const providerPrintPost = "print-and-post"

// receivePrintPostEvent takes one signed event of the print-and-post service.
func (a *api) receivePrintPostEvent(w http.ResponseWriter, r *http.Request) {
	if a.PrintPostSecret == "" {
		problem(codeNotConfigured, "the secret that verifies the webhook of the print-and-post service is not configured").with("Retry-After", "300").write(w, r)
		return
	}
	body, refused := readWebhook(w, r)
	if refused != nil {
		refused.write(w, r)
		return
	}
	event, err := printpost.ParseEvent(a.PrintPostSecret, r.Header.Get(printpost.TimestampHeader), r.Header.Get(printpost.SignatureHeader), body, time.Now())
	if err != nil {
		a.refuseWebhook(w, r, providerPrintPost, err)
		return
	}
	a.answerWebhook(w, r, a.recordLetterEvent(r.Context(), event))
}

// recordLetterEvent records an event. What is ahead of its time is asked for again; what
// contradicts the register is logged and dropped.
func (a *api) recordLetterEvent(ctx context.Context, event messaging.LetterEvent) error {
	letter, err := a.Cases.Store.LetterOfMessage(ctx, event.MessageID)
	if errors.Is(err, casefile.ErrUnknownLetter) {
		a.Log.InfoContext(ctx, "an event is about a letter that was not sent from here", "provider", providerPrintPost, "event", event.EventID)
		return nil
	}
	if err != nil {
		return err
	}
	if event.State == messaging.LetterAccepted {
		return a.recordDelivery(ctx, letterProvider, messaging.DeliveryEvent{
			EventID: invoice.Tidy(event.EventID), MessageID: event.MessageID,
			ProviderID: invoice.Tidy(event.ProviderID), Kind: messaging.DeliveryAccepted,
		})
	}
	reports, err := reportsOf(letter, event)
	for _, report := range reports {
		if err == nil {
			_, err = a.Cases.ReportLetter(ctx, report)
		}
	}
	var refused *collection.Refusal
	switch {
	case errors.As(err, &refused) && refused.Code != collection.RefusedNotNow, isUnstorable(err):
		a.Log.ErrorContext(ctx, "an event about a letter contradicts the register and is dropped", "provider", providerPrintPost, "event", event.EventID, "error", err)
		return nil // repeated, it would be refused again
	default:
		return err
	}
}

// letterProvider is the provider of letters in the case file.
const letterProvider = "post"

// reportsOf are the reports that an event makes: first that the letter was posted, where
// the event that said so has not come yet.
func reportsOf(letter casefile.Letter, event messaging.LetterEvent) ([]casefile.LetterReport, error) {
	report := casefile.LetterReport{
		Creditor: letter.Creditor, Number: letter.Number, State: casefile.LetterState(event.State), On: event.On,
		PresentedOn: event.PresentedOn, PostingNumber: invoice.Tidy(event.PostingNumber), Actor: providerPrintPost,
	}
	if event.Postage != "" {
		var err error
		if report.Cost, err = money.Parse(event.Postage, money.Currency(cmp.Or(event.Currency, string(money.EUR)))); err != nil {
			return nil, collection.Refuse(collection.RefusedInvalid, "the postage %q of letter %s: %s", event.Postage, letter.Number, err)
		}
	}
	if event.State == messaging.LetterCancelled {
		report.Reason = "the print-and-post service will not post it"
	}
	posting := report
	posting.State, posting.On, posting.PresentedOn = casefile.LetterPosted, event.PostedOn, 0
	switch event.State {
	case messaging.LetterDelivered, messaging.LetterUnclaimed, messaging.LetterRefused, messaging.LetterReturned:
		if letter.PostedOn.IsZero() && !event.PostedOn.IsZero() {
			return []casefile.LetterReport{posting, report}, nil
		}
	default:
	}
	return []casefile.LetterReport{report}, nil
}
