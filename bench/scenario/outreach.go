package scenario

import (
	"context"
	"errors"
	"fmt"
	"time"

	"relance/calendar"
	"relance/messaging"
	"relance/messaging/sendgrid"
	"relance/messaging/simulator"
	"relance/worker/pool"
)

// Outreach is a morning on which every debtor owes several notices, which leave as one message each.
type Outreach struct {
	Debtors int `json:"debtors"`
	Notices int `json:"notices"`
	// Messages are what the provider accepted, and Carried the notices that are in them.
	Messages int `json:"messages"`
	Carried  int `json:"carried"`
	// Answers is how long the provider takes to answer, Concurrency how many are waited for at a time.
	Answers     time.Duration `json:"answers_after"`
	Concurrency int           `json:"concurrency"`
	// Sent are messages a second, from the first due moment to the last acceptance.
	Sent Turn `json:"sent"`
	// Statements are those sent to PostgreSQL for each message, the notices that join it included.
	Statements float64 `json:"statements_per_message"`
	// Direct is the very same bytes posted by the provider's client alone.
	Direct Turn `json:"direct"`
}

const (
	// invoicesEach is how many invoices a debtor owes.
	invoicesEach = 3
	// answersAfter is how long an e-mail provider takes over the internet.
	answersAfter = 100 * time.Millisecond
	// outreachShare is how many notices fall due, as a share of the steps that are worked in that time when each is a
	// message of its own. The contact window ends a tenth after the last of them: what has not left by then leaves on
	// the next day, as it should.
	outreachShare = 0.9
)

// Outreach measures the morning, given how many steps a second are expected and how fast cases are opened.
func (b *Bench) Outreach(ctx context.Context, steps, opened float64) (Outreach, error) {
	result := Outreach{Debtors: b.Size.Debtors, Notices: b.Size.Debtors * invoicesEach, Answers: answersAfter, Concurrency: pool.DefaultConcurrentSends()}
	date := monday().AddDays(7)
	during := float64(result.Notices) / (outreachShare * steps)
	lead := time.Duration((2*float64(result.Notices)/opened + 8) * float64(time.Second))
	clock, err := clockBefore(date, lead, max(1, int64(spreadOver.Seconds()/during)))
	if err != nil {
		return result, err
	}
	if err := errors.Join(b.Rig.SetCache(ctx, 0), b.Rig.SetClock(ctx, clock)); err != nil { // the product's cache, whatever was measured before
		return result, err
	}
	day := b.debtors(date)
	if _, err := b.open(ctx, day.invoices, sixReminders(90)); err != nil {
		return result, fmt.Errorf("opening the cases: %w", err)
	}
	begins := day.begins(b)
	if err := stillAhead(begins, "the morning of the debtors"); err != nil {
		return result, err
	}
	if err := b.Rig.Mailbox.SetSendGridFaults(simulator.Faults{LatencyMS: int(answersAfter.Milliseconds())}); err != nil {
		return result, err
	}
	messages, err := b.sendMorning(ctx, begins, &result)
	if err != nil {
		return result, err
	}
	if result.Direct, err = b.postDirectly(ctx, messages); err != nil {
		return result, fmt.Errorf("posting the same bytes directly: %w", err)
	}
	return result, b.Rig.Mailbox.SetSendGridFaults(simulator.Faults{})
}

// debtors are invoices of which several are of one debtor, all due on the same day.
func (b *Bench) debtors(date calendar.Date) dayOfSteps {
	var day dayOfSteps
	for i := range b.Size.Debtors * invoicesEach {
		owed := invoiceOf("7", i, date.AddDays(-1))
		owed.debtor = invoiceOf("7", i/invoicesEach, date).debtor
		day.invoices = append(day.invoices, owed)
	}
	return day
}

// sendMorning waits until every notice has left.
func (b *Bench) sendMorning(ctx context.Context, begins time.Time, result *Outreach) ([]simulator.Message, error) {
	last := b.lastMessage()
	statements, err := b.Rig.CaseWorker().Statements(ctx)
	if err != nil {
		return nil, err
	}
	if err := pause(ctx, begins); err != nil {
		return nil, err
	}
	before, err := b.Rig.Spent()
	if err != nil {
		return nil, err
	}
	messages, err := b.accepted(ctx, last, b.Size.Debtors)
	if err != nil {
		return nil, err
	}
	ends := messages[len(messages)-1].ReceivedAt
	result.Messages = len(messages)
	if result.Sent, err = b.turn(len(messages), ends.Sub(begins), before); err != nil {
		return nil, err
	}
	if result.Carried, err = b.carried(ctx); err != nil { // the cases whose notice a sibling's message carries learn it last
		return nil, err
	}
	after, err := b.Rig.CaseWorker().Statements(ctx)
	if err != nil {
		return nil, err
	}
	result.Statements = float64(after-statements) / float64(len(messages))
	return messages, err
}

// carried waits until the case of every invoice has its notice behind it, and counts
// the notices that accepted messages carry.
func (b *Bench) carried(ctx context.Context) (int, error) {
	strategy := sixReminders(90)
	first, second := strategy.Steps[0].Key, strategy.Steps[1].Key
	var notices int
	err := until(ctx, "every notice is behind its case", func(ctx context.Context) (bool, error) {
		waiting, err := b.Rig.Count(ctx, "select count(*) from collection_case where creditor = $1 and invoice like 'F7-%' and next_step <> $2", b.Rig.Creditor, second)
		if err != nil || waiting > 0 {
			return false, err
		}
		notices, err = b.Rig.Count(ctx, `select count(*) from message_notice n join message m on m.id = n.message
			where n.creditor = $1 and n.invoice like 'F7-%' and n.step = $2 and m.state = 'accepted'`, b.Rig.Creditor, first)
		return true, err
	})
	return notices, err
}

// postDirectly posts the bytes of messages that were sent once more, with the provider's
// client alone.
func (b *Bench) postDirectly(ctx context.Context, messages []simulator.Message) (Turn, error) {
	sender, err := sendgrid.New(sendgrid.Config{APIKey: simulator.DefaultAPIKey, BaseURL: b.Rig.Mailbox.SendGridURL()})
	if err != nil {
		return Turn{}, err
	}
	mails := make([]messaging.Email, len(messages))
	for i, message := range messages {
		bytes, _, err := b.Rig.Store.MessageBytes(ctx, message.MessageID)
		if err != nil {
			return Turn{}, err
		}
		if mails[i], err = messaging.DecodeEmail(bytes); err != nil {
			return Turn{}, err
		}
	}
	return b.timed(ctx, len(mails), func() error {
		return inParallel(ctx, len(mails), pool.DefaultConcurrentSends(), func(ctx context.Context, i int) error {
			if outcome := sender.SendEmail(ctx, mails[i]); outcome.Verdict != messaging.Accepted {
				return fmt.Errorf("message %s: %s", messages[i].MessageID, outcome.Reason)
			}
			return nil
		})
	})
}
