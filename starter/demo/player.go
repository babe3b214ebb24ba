package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/ledger"
	"relance/messaging/simulator"
	"relance/money"
	"relance/workflows"
)

// Player plays the debtors, and the credit controller's desk, as business time goes on. What was played is kept in
// a file, so that a restart goes on and repeats nothing.
type Player struct {
	Cases *cases.Service
	// File keeps what was played.
	File string
	// Office is the simulated partner that the desk gives a case to; nil: none is.
	Office *simulator.PartnerOffice

	// looked is the business day on which the desk was last looked at.
	looked calendar.Date

	mu     sync.Mutex
	played map[string]bool
	story  []string
}

// storyLines is how many of the last happenings are kept for the summary.
const storyLines = 6

// Story is what happened last, newest last.
func (p *Player) Story() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.story)
}

// Failed begins each line of the log about something that could not be played.
const Failed = "the demonstration could not play what it wanted to"

// Play acts until the context ends. Errors of single acts are told in the story,
// because a demonstration goes on.
func (p *Player) Play(ctx context.Context) error {
	if err := p.load(); err != nil {
		return err
	}
	rows, err := p.portfolio(ctx)
	if err != nil {
		return fmt.Errorf("reading the portfolio: %w", err)
	}
	pending := schedule(rows)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		now := p.Cases.Clock().Now()
		for _, a := range pending {
			if a.at.After(now) || p.played[a.id] {
				continue
			}
			told, err := p.act(ctx, a)
			if ctx.Err() != nil {
				return nil // stopped: the act is played at the next start
			}
			if err != nil {
				told = fmt.Sprintf("%s %s: %v", a.invoice, a.what, err)
				p.Cases.Log.Error(Failed, "what", told)
			}
			p.tell(now, told)
			p.played[a.id] = true
			if err := p.save(); err != nil {
				return err
			}
		}
		if told, err := p.desk(ctx, now); ctx.Err() == nil {
			for _, line := range told {
				p.tell(now, line)
			}
			if err != nil {
				p.tell(now, "the desk: "+err.Error())
				p.Cases.Log.Error(Failed, "what", "the desk", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// portfolio is all cases of the creditor, those of the user's own among them.
func (p *Player) portfolio(ctx context.Context) ([]casefile.CaseRow, error) {
	var all []casefile.CaseRow
	filter := casefile.CaseFilter{Creditor: Creditor, Limit: 500}
	for {
		rows, err := p.Cases.Store.Cases(ctx, filter)
		if err != nil || len(rows) == 0 {
			return all, err
		}
		all = append(all, rows...)
		filter.After = rows[len(rows)-1].Cursor()
	}
}

func (p *Player) act(ctx context.Context, a scheduled) (string, error) {
	file, err := p.Cases.Store.CaseFile(ctx, a.creditor, a.invoice)
	if err != nil {
		return "", err
	}
	open := file.Position.Open
	part := money.FromMinor(open.Minor()*a.percent/100, open.Currency())
	paymentID := fmt.Sprintf("BANK-%s-%d", a.invoice, a.number)
	switch a.what {
	case pay, payForeign:
		if part.Sign() <= 0 {
			return fmt.Sprintf("%s is already settled", a.invoice), nil
		}
		if a.what == payForeign {
			part = money.FromMinor(part.Minor(), "USD")
		}
		return p.receive(ctx, a, paymentID, part)
	case payAgain:
		for _, entry := range file.Entries {
			if entry.Kind == ledger.EntryPayment && entry.ID == paymentID {
				return p.receive(ctx, a, paymentID, entry.Amount)
			}
		}
		return "", errors.New("there is no payment to signal again")
	case reverse:
		outcome, err := p.Cases.ReversePayment(ctx, a.creditor, a.invoice, workflows.PaymentReversed{ID: "RETURN-" + paymentID, PaymentID: paymentID, By: "bank"}, true)
		return fmt.Sprintf("%s: the bank returned the payment, %s is open again", a.invoice, outcome.Open), err
	case creditPartly:
		note := workflows.CreditNoteIssued{Number: "AV-" + a.invoice, Amount: workflows.Decimal(part.Decimal()), Currency: string(part.Currency()), By: "billing"}
		outcome, err := p.Cases.IssueCreditNote(ctx, a.creditor, a.invoice, note, true)
		return fmt.Sprintf("%s: credit note of %s, %s is open", a.invoice, part, outcome.Open), err
	case dispute:
		until := file.Invoice.DueDate.AddDays(a.day + a.days)
		_, err := p.Cases.Command(ctx, a.creditor, a.invoice, workflows.CommandHold,
			workflows.HoldOrder{ID: a.id, Reason: "dispute", Until: until, By: controller})
		return fmt.Sprintf("%s is disputed and on hold until %s", a.invoice, until), err
	case resumeDispute:
		_, err := p.Cases.Command(ctx, a.creditor, a.invoice, workflows.CommandResume,
			workflows.ResumeOrder{HoldID: "demo/" + a.invoice + "/" + string(dispute) + "/1", By: controller})
		return fmt.Sprintf("%s: the dispute is settled, the case goes on", a.invoice), err
	default:
		return p.agree(ctx, a, file, part)
	}
}

func (p *Player) receive(ctx context.Context, a scheduled, id string, amount money.Amount) (string, error) {
	outcome, err := p.Cases.ReceivePayment(ctx, a.creditor, a.invoice, workflows.PaymentReceived{
		ID: id, Amount: workflows.Decimal(amount.Decimal()), Currency: string(amount.Currency()), By: "bank",
	}, true)
	return fmt.Sprintf("%s: payment of %s (%s), %s is open", a.invoice, amount, outcome.Outcome, outcome.Open), err
}

func (p *Player) tell(now time.Time, what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.story = append(p.story, now.Format("2006-01-02")+"  "+what)
	if len(p.story) > storyLines {
		p.story = p.story[len(p.story)-storyLines:]
	}
}

func (p *Player) load() error {
	p.played = map[string]bool{}
	data, err := os.ReadFile(p.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(data, &p.played)
	}
	if err != nil {
		return fmt.Errorf("reading what the demonstration has played from %s: %w", p.File, err)
	}
	return nil
}

func (p *Player) save() error {
	data, err := json.Marshal(p.played)
	if err == nil {
		err = os.WriteFile(p.File+".new", data, 0o600)
	}
	if err == nil {
		err = os.Rename(p.File+".new", p.File) // a crash leaves the earlier one
	}
	if err != nil {
		return fmt.Errorf("keeping what the demonstration has played in %s: %w", p.File, err)
	}
	return nil
}
