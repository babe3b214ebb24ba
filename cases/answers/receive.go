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
	m := whose(traces)
	answer := casefile.Answer{
		ID: a.ID(), Key: a.Key(), Channel: string(a.Channel), Kind: string(a.Kind), Sender: a.From, SenderName: a.FromName, Recipients: a.To,
		Subject: a.Subject, Text: a.Text, Said: a.Said, AutoSign: a.AutoSign, Notes: a.Notes,
		BounceAction: a.Bounce.Action, BounceStatus: a.Bounce.Status, BounceRecipients: a.Bounce.Recipients,
		MatchedBy: m.because, Creditor: m.creditor, Debtor: m.debtor, State: casefile.AnswerLinked, ReceivedAt: at, EffectDue: true,
	}
	if clues.Forged {
		answer.Notes = append(answer.Notes, "it came to a reply address that was not given out here")
	}
	lead, zone, err := s.lead(ctx, m)
	if err != nil {
		return casefile.NewAnswer{}, err
	}
	if answer.Invoice = lead; lead == "" {
		answer.State, answer.Creditor, answer.Debtor, answer.EffectDue = casefile.AnswerTriage, "", "", false
	}
	answer.Intents = intent.Recognise(intent.Message{
		Subject: a.Subject, Said: a.Said, Short: a.Channel != inbound.Email, OptOut: a.OptOut, Automatic: automatic(a),
		ReceivedOn: zone.DateOf(at),
	})
	switch {
	case a.Kind == inbound.BounceMail && lead != "" && traces.Message != "" && a.Bounce.SaysWhatBecame():
		answer.BounceMessage = traces.Message
		answer.State, answer.HandledAt, answer.HandledBy, answer.Note = casefile.AnswerHandled, at, author, "a mail server reports on a message"
	case a.Kind == inbound.BounceMail: // a person finds out what came back
		answer.State, answer.Creditor, answer.Debtor, answer.Invoice, answer.EffectDue = casefile.AnswerTriage, "", "", "", false
		answer.MatchedBy = "a mail came back, and it does not say which"
		if traces.Message != "" {
			answer.MatchedBy = "a mail server wrote about a mail, and it does not say plainly what became of it"
		}
	case a.Kind == inbound.AutoReply && lead == "":
		answer.State, answer.HandledAt, answer.HandledBy, answer.Note = casefile.AnswerIgnored, at, author, "an automatic reply that fits no case"
	case a.Kind == inbound.AutoReply:
		answer.State, answer.HandledAt, answer.HandledBy, answer.Note = casefile.AnswerHandled, at, author, "an automatic reply"
	case has(answer.Intents, intent.Stop), has(answer.Intents, intent.Start):
		answer.EffectDue = true // also when nobody knows whose it is
	}
	prepared := casefile.NewAnswer{Answer: answer, Raw: a.Raw, Invoices: m.invoices}
	if answer.Creditor == "" {
		prepared.Invoices = nil
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

// lead is the case that stands for the answer, and the contact hours of its debtor:
// the first named, else the one that matters most.
func (s *Service) lead(ctx context.Context, m match) (invoice string, window calendar.Window, err error) {
	if m.creditor == "" {
		return "", calendar.Window{}, nil
	}
	all, err := s.Cases.Store.CasesOfDebtor(ctx, m.creditor, m.debtor)
	if err != nil {
		return "", window, err
	}
	for _, one := range all {
		if len(m.invoices) == 0 || contains(m.invoices, one.Invoice) {
			invoice = one.Invoice
			break
		}
	}
	if invoice == "" {
		return "", window, nil
	}
	c, err := s.Cases.Store.LoadCase(ctx, m.creditor, invoice)
	return invoice, c.Window, err
}

func contains(list []string, word string) bool {
	for _, one := range list {
		if one == word {
			return true
		}
	}
	return false
}
