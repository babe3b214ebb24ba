package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"relance/casefile"
	"relance/collection"
	"relance/imports/invoice"
	"relance/messaging"
)

// The providers' webhooks. What is answered decides what the provider repeats:
//
//   - 204: the news are recorded, or were before, or are not about a message of
//     this installation. Nothing is to be repeated.
//   - 403: the signature is wrong or too old. 400: the sender is genuine and the
//     content cannot be read; repeating does not make it readable.
//   - 503: our own fault, or news of a failure that may be ahead of our records.
//     SendGrid repeats them for a day, and what was recorded the first time counts once.
//     Twilio does not, or for some seconds: it is asked later what became of its messages
//     (cases.Service.AskUnheard).
//
// A message is stored under its own ID before it is sent, so that news which
// bear an ID of ours that is not stored belong to another installation that
// shares the account. News without an ID of ours are matched by the provider's,
// which is stored only after the provider has answered. News of a failure are
// therefore asked for again while they are young: a bounce must not be lost. Without
// either ID they are about what went to their address, and not asked for again. All
// other news say nothing that a later one does not.

// eventWorkers is how many events of one request are recorded at a time.
const eventWorkers = 8

// youngEvent is how long news of a failure may be ahead of our records.
const youngEvent = 10 * time.Minute

// readWebhook reads the body as it was signed.
func readWebhook(w http.ResponseWriter, r *http.Request) ([]byte, *Problem) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, problem(codeTooLarge, "the webhook request is larger than 1 MiB")
	case err != nil:
		return nil, problem(codeMalformed, "the webhook request did not arrive whole")
	default:
		return body, nil
	}
}

// webhookProblem says why a webhook request is refused.
func webhookProblem(err error) *Problem {
	switch {
	case errors.Is(err, messaging.ErrForged):
		return problem(codeForged, err.Error())
	case errors.Is(err, messaging.ErrStale):
		return problem(codeStale, err.Error())
	case errors.Is(err, messaging.ErrMalformed):
		return problem(codeMalformed, err.Error())
	default:
		return problemOf(err)
	}
}

// recordDeliveries records every event; the fault of one does not keep the others
// from being recorded. Those that name a message of ours go first: from them we may
// learn the provider's ID by which the others are matched. The error asks the provider
// to repeat the request.
func (a *api) recordDeliveries(ctx context.Context, provider string, events []messaging.DeliveryEvent) error {
	var named, unnamed []messaging.DeliveryEvent
	for _, event := range events {
		if event.MessageID != "" {
			named = append(named, event)
		} else {
			unnamed = append(unnamed, event)
		}
	}
	return errors.Join(a.recordAtOnce(ctx, provider, named), a.recordAtOnce(ctx, provider, unnamed))
}

// recordAtOnce records events by several workers, in no order.
func (a *api) recordAtOnce(ctx context.Context, provider string, events []messaging.DeliveryEvent) error {
	next := make(chan messaging.DeliveryEvent)
	failures := make(chan error, len(events))
	var workers sync.WaitGroup
	for range min(eventWorkers, len(events)) {
		workers.Go(func() {
			for event := range next {
				if err := a.recordDelivery(ctx, provider, event); err != nil {
					failures <- err
				}
			}
		})
	}
	for _, event := range events {
		next <- event
	}
	close(next)
	workers.Wait()
	close(failures)
	var all []error
	for err := range failures {
		all = append(all, err)
	}
	return errors.Join(all...)
}

func (a *api) recordDelivery(ctx context.Context, provider string, event messaging.DeliveryEvent) error {
	told := casefile.NewDeliveryEvent(provider, event)
	told.Code, told.Reason, told.Recipient = invoice.Tidy(event.Code), invoice.Tidy(event.Reason), invoice.Tidy(event.Recipient)
	err := a.Cases.RecordDelivery(ctx, told)
	var refused *collection.Refusal
	switch {
	case errors.Is(err, casefile.ErrUnknownMessage) && isAhead(event, time.Now()):
		return fmt.Errorf("the event %s of %s may be ahead of our records: %w", event.EventID, provider, err)
	case errors.Is(err, casefile.ErrUnknownMessage):
		a.Log.InfoContext(ctx, "an event is about a message that was not sent from here", "provider", provider, "event", event.EventID, "kind", string(event.Kind))
		return nil
	case errors.As(err, &refused), isUnstorable(err):
		a.Log.ErrorContext(ctx, "an event cannot be recorded and is dropped", "provider", provider, "event", event.EventID, "error", err)
		return nil // repeated, it would be refused again
	default:
		return err
	}
}

// isAhead reports whether an event that names no message of ours, but one of the
// provider's, is news of a failure that is young enough to be ahead of our records. What
// names none at all is found no better when it comes again.
func isAhead(event messaging.DeliveryEvent, now time.Time) bool {
	return event.MessageID == "" && event.ProviderID != "" && event.Kind.NotReceived() && !event.At.IsZero() && now.Sub(event.At) < youngEvent
}

// answerWebhook tells the provider whether to repeat the request.
func (a *api) answerWebhook(w http.ResponseWriter, r *http.Request, err error) {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	a.logFault(r.Context(), "webhook", err)
	problem(codeUnavailable, "not every event could be recorded: repeat the request").with("Retry-After", "30").write(w, r)
}
