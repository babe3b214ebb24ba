package api

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"time"

	"relance/casefile"
	"relance/collection"
	"relance/handoff"
	"relance/imports/invoice"
	"relance/messaging/partner"
	"relance/workflows"
)

// PathPartnerEvents, followed by the partner's ID, is where a partner reports.
const PathPartnerEvents = "/webhooks/partners/"

// receivePartnerEvent takes one signed callback of a partner. Beyond what all webhooks
// answer, 409 and 422 say that the callback is genuine and contradicts what is known:
// repeated, it would be refused again.
func (a *api) receivePartnerEvent(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("partner")
	secret := a.PartnerSecrets[id]
	if secret == "" {
		problem(codeNotConfigured, "the secret that verifies the callbacks of this partner is not configured").with("Retry-After", "300").write(w, r)
		return
	}
	body, refused := readWebhook(w, r)
	if refused != nil {
		refused.write(w, r)
		return
	}
	told, err := partner.ParseCallback(secret, r.Header.Get(partner.TimestampHeader), r.Header.Get(partner.SignatureHeader), body, time.Now())
	if err != nil {
		a.refuseWebhook(w, r, "partner "+id, err)
		return
	}
	err = a.hearPartner(r.Context(), id, told)
	var refusedByCase *collection.Refusal
	if errors.As(err, &refusedByCase) {
		a.Log.WarnContext(r.Context(), "a callback of a partner is refused", "partner", id, "event", told.EventID, "error", err)
		problemOf(err).write(w, r)
		return
	}
	a.answerWebhook(w, r, err)
}

// hearPartner takes a callback into the case it is about. One about a handoff that is
// not known, or of another partner, is logged and dropped.
func (a *api) hearPartner(ctx context.Context, id string, told partner.Callback) error {
	row, err := a.Cases.Store.HandoffOfReference(ctx, told.Reference)
	if errors.Is(err, casefile.ErrUnknownHandoff) || err == nil && row.Partner != id {
		a.Log.WarnContext(ctx, "a callback is about a case that this partner does not have from here", "partner", id, "event", told.EventID)
		return nil
	}
	if err != nil {
		return err
	}
	if told.Remittance != nil {
		_, err = a.Cases.Remit(ctx, row.Creditor, row.Invoice, workflows.Remittance{
			ID: invoice.Tidy(told.Remittance.ID), Handoff: row.ID, Gross: workflows.Decimal(told.Remittance.Gross), Fees: workflows.Decimal(told.Remittance.Fees),
			Net: workflows.Decimal(told.Remittance.Net), Currency: told.Remittance.Currency, On: told.On, By: id,
		})
		return err
	}
	_, err = a.Cases.HearPartner(ctx, row.Creditor, row.Invoice, workflows.PartnerStatus{
		Handoff: row.ID, Event: invoice.Tidy(told.EventID), Status: handoff.Status(told.Status), On: told.On, By: id,
	})
	return err
}

// errTakenBack: the partner was told to stop.
var errTakenBack = errors.New("the case was taken back from its partner")

// errSuperseded: the partner was given a newer file since.
var errSuperseded = errors.New("a newer case file was given to the partner")

// handoffFile is the file that the partner of a handoff is given, for as long as it has
// the case: what it has no more to do with it need not read. A link leads to the file it
// was made for, and to none once a newer one was given.
func (a *api) handoffFile(ctx context.Context, to partner.Linked) (casefile.HandoffFile, error) {
	row, err := a.Cases.Store.HandoffOfReference(ctx, to.Reference)
	if err != nil {
		return casefile.HandoffFile{}, err
	}
	if !row.RecalledAt.IsZero() {
		return casefile.HandoffFile{}, errTakenBack
	}
	if to.Attempt != partner.AnyAttempt {
		if row.Attempt > to.Attempt && row.Delivery != "" {
			return casefile.HandoffFile{}, errSuperseded
		}
		return a.Cases.Store.HandoffFileOf(ctx, to.Reference, to.Attempt)
	}
	file, err := a.Cases.Store.LoadHandoffFile(ctx, to.Reference)
	if err == nil && file.Files > 1 {
		return casefile.HandoffFile{}, errSuperseded // nobody can tell which one it was made for
	}
	return file, err
}

// serveHandoffFile answers a link that a partner got by e-mail.
func (a *api) serveHandoffFile(w http.ResponseWriter, r *http.Request) {
	key, err := a.Cases.Store.LinkKey(r.Context())
	if err != nil {
		a.logFault(r.Context(), "handoff-file", err)
		problemOf(err).write(w, r)
		return
	}
	to, expired, genuine := partner.NewLinks("", key).Read(r.PathValue("token"), time.Now())
	if !genuine || expired {
		problem(codeUnknownRoute, "the link is not valid, or its time is over: ask the sender for the case file").write(w, r)
		return
	}
	file, err := a.handoffFile(r.Context(), to)
	switch {
	case errors.Is(err, errTakenBack):
		problem(codeUnknownRoute, "the case was taken back, and its file is not given out any more: ask the sender").write(w, r)
		return
	case errors.Is(err, errSuperseded):
		problem(codeUnknownRoute, "the link is of an earlier case file, and a newer one has taken its place: use the link of the last e-mail, or ask the sender").write(w, r)
		return
	case errors.Is(err, casefile.ErrUnknownHandoff):
		problem(codeUnknownRoute, "the case file is not there any more: ask the sender").write(w, r)
		return
	case err != nil:
		a.logFault(r.Context(), "handoff-file", err)
		problemOf(err).write(w, r)
		return
	}
	w.Header().Set("Content-Type", file.ContentType)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if _, err := w.Write(file.Bytes); err != nil {
		a.Log.InfoContext(r.Context(), "a case file was not read to its end", "reference", to.Reference, "error", err)
	}
}
