// Package answers takes what debtors answer to where it belongs: to their case,
// which it holds for a while, and to a person, who decides. It acts on nothing an
// answer says, except a plain wish not to be written to any more, and it never
// answers: two machines cannot talk to each other through it.
package answers

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/inbound"
	"relance/inbound/intent"
)

// Service takes answers in. Its fields are set once.
type Service struct {
	Cases *cases.Service
	// HoldDays is how many working days of the debtor an answer holds its cases.
	HoldDays int
	// ReplyDomain and ReplyKey are those of inbound.ReplyAddress; empty when mails are
	// sent without such an address.
	ReplyDomain string
	ReplyKey    []byte
	Log         *slog.Logger
}

// DefaultHoldDays is how many working days an answer holds its cases unless
// configured.
const DefaultHoldDays = 3

func (s *Service) now() time.Time { return s.Cases.Clock().Now() }

// Receive keeps an answer and brings about what follows from it. The same answer
// again is recognised by its ID and changes nothing; after an error it is to be
// given again, or KeepUp does the rest.
func (s *Service) Receive(ctx context.Context, a inbound.Answer) (casefile.Answer, bool, error) {
	clues := inbound.CluesOf(a, s.ReplyDomain, s.ReplyKey)
	traces, err := s.Cases.Store.TracesOf(ctx, clues)
	if err != nil {
		return casefile.Answer{}, false, err
	}
	prepared, err := s.prepare(ctx, a, clues, traces)
	if err != nil {
		return casefile.Answer{}, false, err
	}
	recorded, fresh, err := s.Cases.Store.RecordAnswer(ctx, prepared)
	if err != nil || !recorded.EffectDue {
		return recorded, fresh, err
	}
	if err := s.bringAbout(ctx, recorded); err != nil {
		return recorded, fresh, err
	}
	recorded, err = s.Cases.Store.Answer(ctx, recorded.ID)
	return recorded, fresh, err
}

// prepare decides where an answer goes.
func (s *Service) prepare(ctx context.Context, a inbound.Answer, clues inbound.Clues, traces casefile.Traces) (casefile.NewAnswer, error) {
	at := s.now()
	isReport := a.Kind == inbound.BounceMail && traces.Message != ""
	m := whose(traces)
	if isReport {
		m = ofMessage(traces)
	}
	answer := casefile.Answer{
		ID: a.ID(), Key: a.Key(), Channel: string(a.Channel), Kind: string(a.Kind), Sender: a.From, SenderName: a.FromName, Recipients: a.To,
		Subject: a.Subject, Text: a.Text, Said: a.Said, AutoSign: a.AutoSign, Notes: a.Notes,
		BounceAction: a.Bounce.Action, BounceStatus: a.Bounce.Status, BounceRecipients: a.Bounce.Recipients,
		MatchedBy: m.because, Creditor: m.creditor, State: casefile.AnswerLinked, ReceivedAt: at, EffectDue: true,
	}
	if clues.Forged {
		answer.Notes = append(answer.Notes, "it came to a reply address that was not given out here")
	}
	lead, about, zone, err := s.lead(ctx, m)
	if err != nil {
		return casefile.NewAnswer{}, err
	}
	if answer.Debtor, answer.Invoice = lead.Debtor, lead.Invoice; lead.Invoice == "" {
		answer.State, answer.Creditor, answer.EffectDue = casefile.AnswerTriage, "", false
	}
	answer.Intents = intent.Recognise(intent.Message{
		Subject: a.Subject, Said: a.Said, Short: a.Channel != inbound.Email, OptOut: a.OptOut, Automatic: automatic(a),
		Report: a.Kind == inbound.BounceMail, ReceivedOn: zone.DateOf(at),
	})
	prepared := casefile.NewAnswer{Raw: a.Raw}
	lasting := intent.Lasting(answer.Intents)
	switch {
	case isReport && lead.Invoice != "" && a.Bounce.SaysWhatBecame():
		answer.BounceMessage = traces.Message
		answer.State, answer.HandledAt, answer.HandledBy, answer.Note = casefile.AnswerHandled, at, author, "a mail server reports on a message"
	case a.Kind == inbound.BounceMail: // a person finds out what came back
		answer.State, answer.Creditor, answer.Debtor, answer.Invoice, answer.EffectDue = casefile.AnswerTriage, "", "", "", false
		answer.MatchedBy = "a mail came back, and it does not say which"
		if traces.Message != "" {
			answer.MatchedBy = "a mail server wrote about a mail, and it does not say plainly what became of it"
		}
	case a.Kind == inbound.AutoReply && lead.Invoice == "" && len(lasting) == 0:
		answer.State, answer.HandledAt, answer.HandledBy, answer.Note = casefile.AnswerIgnored, at, author, "an automatic reply that fits no case"
	case a.Kind == inbound.AutoReply && len(lasting) > 0: // a person has to know, once: by a task, or in the triage
		prepared.OnceByRules, prepared.NotAgain = lasting, "an automatic reply that says what it said before"
	case a.Kind == inbound.AutoReply:
		answer.State, answer.HandledAt, answer.HandledBy, answer.Note = casefile.AnswerHandled, at, author, "an automatic reply"
	case has(answer.Intents, intent.Stop), has(answer.Intents, intent.Start):
		answer.EffectDue = true // also when nobody knows whose it is
	}
	prepared.Answer = answer
	if answer.Creditor != "" {
		prepared.Invoices = about
	}
	for _, file := range a.Attachments {
		prepared.Files = append(prepared.Files, casefile.NewAnswerFile(file))
	}
	return prepared, nil
}

// author is who acts where no person does.
const author = "relance"

func automatic(a inbound.Answer) string {
	if a.Kind == inbound.BounceMail {
		return "multipart/report"
	}
	return a.AutoSign
}

func has(intents []intent.Intent, kind intent.Kind) bool {
	return slices.ContainsFunc(intents, func(one intent.Intent) bool { return one.Kind == kind })
}

// lead is the case that stands for the answer, and the contact hours of its debtor: of
// those it names, else of all, the one that matters most. about are the invoices it is
// about; none means all of the one debtor.
func (s *Service) lead(ctx context.Context, m match) (lead casefile.CaseOfDebtor, about []string, window calendar.Window, err error) {
	if m.creditor == "" {
		return lead, nil, window, nil
	}
	all, err := s.Cases.Store.CasesOfDebtors(ctx, m.creditor, m.debtors...)
	if err != nil {
		return lead, nil, window, err
	}
	about = m.invoices
	for _, one := range all {
		if len(m.invoices) > 0 && !slices.Contains(m.invoices, one.Invoice) {
			continue
		}
		if lead.Invoice == "" {
			lead = one
		}
		if len(m.invoices) == 0 && len(m.debtors) > 1 && !one.Closed {
			about = append(about, one.Invoice)
		}
	}
	if lead.Invoice == "" {
		return lead, nil, window, nil
	}
	c, err := s.Cases.Store.LoadCase(ctx, m.creditor, lead.Invoice)
	return lead, about, c.Window, err
}
