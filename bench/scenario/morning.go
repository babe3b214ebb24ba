package scenario

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"relance/bench/rig"
	"relance/calendar"
	"relance/casefile"
)

// Morning is one business day on which thousands of steps fall due while payments come in.
type Morning struct {
	Speed int64 `json:"speed"`
	// Due is how many steps fell due, Accepted how many notices the provider has.
	Due      int `json:"due"`
	Accepted int `json:"accepted"`
	// Spared are steps whose case was paid before its notice left.
	Spared int `json:"spared"`
	// Lost and Doubled are notices that should have left once and left never, or more than once.
	Lost    int `json:"lost"`
	Doubled int `json:"doubled"`
	// Unplanned are other messages that left on this day.
	Unplanned int `json:"unplanned"`
	// OutsideWindow are notices accepted when, by the business clock, the debtor may not be contacted.
	OutsideWindow int `json:"outside_window"`
	// Lateness is from the planned moment to the acceptance, on the wall.
	Lateness Spread `json:"lateness"`
	// Payments were signalled meanwhile, PaymentsPerSecond of them a second; Effective is from the call that signals a
	// payment to the commit after which no further reminder of its case can leave.
	Payments          int     `json:"payments"`
	PaymentsPerSecond float64 `json:"payments_per_second"`
	Effective         Spread  `json:"effective"`
	// AfterPayment are notices that began to be sent after the payment of their case was in effect.
	AfterPayment int `json:"after_payment"`
	// Trouble is what went wrong on this day.
	Trouble rig.Trouble `json:"trouble"`
}

// sparedShare of the payments that come in during the morning are for cases whose step is due that day.
const sparedShare = 10

// Morning lives through the day.
func (b *Bench) Morning(ctx context.Context, opened float64) (Morning, error) {
	var result Morning
	// The standard window lasts nine hours.
	result.Speed = max(1, int64((9*time.Hour).Seconds()/b.Size.Window.Seconds()))
	raced := b.Size.Paid / sparedShare
	lead := time.Duration(2*float64(b.Size.Morning+raced)/opened*float64(time.Second)) + 6*time.Second
	date := monday().AddDays(2)
	clock, err := clockBefore(date, lead, result.Speed)
	if err != nil {
		return result, err
	}
	if err := b.Rig.SetClock(ctx, clock); err != nil {
		return result, err
	}
	day := morningOf(date, b.Size.Morning, raced)
	if _, err := b.open(ctx, day.all(), sixReminders(30)); err != nil {
		return result, fmt.Errorf("opening the cases of the morning: %w", err)
	}
	opens := wall(clock, time.Date(date.Year(), date.Month(), date.Day(), 9, 0, 0, 0, window().Zone.Location()))
	if err := stillAhead(opens, "the morning"); err != nil {
		return result, err
	}
	// What goes wrong while its cases are opened is no trouble of the morning; the run as a whole tells of it.
	before, err := b.Rig.Trouble(ctx)
	if err != nil {
		return result, err
	}
	day.first = b.lastMessage()
	if err := pause(ctx, opens); err != nil {
		return result, err
	}
	b.Tell("  the window is open: %d steps within %s", len(day.due)+raced, b.Size.Window)
	day.others = b.takeSleepers(b.Size.Paid - raced)
	if err := b.payMeanwhile(ctx, day, &result); err != nil {
		return result, fmt.Errorf("paying during the morning: %w", err)
	}
	if err := b.endMorning(ctx, day, &result); err != nil {
		return result, err
	}
	after, err := b.Rig.Trouble(ctx)
	result.Trouble = after.Since(before)
	return result, err
}

// morning is who takes part in it.
type morning struct {
	due []invoice
	// raced are due as well, and paid at a random moment of the day.
	raced []invoice
	// others are not due, and paid.
	others []invoice
	// first is the number of the last message before.
	first int64
	// paidAt is when each payment was signalled, by its ID.
	paidAt map[string]time.Time
}

func morningOf(date calendar.Date, due, raced int) *morning {
	day := &morning{paidAt: map[string]time.Time{}}
	for i := range due {
		day.due = append(day.due, invoiceOf("5", i, date.AddDays(-1)))
	}
	for i := range raced {
		day.raced = append(day.raced, invoiceOf("6", i, date.AddDays(-1)))
	}
	return day
}

// payMeanwhile signals payments at random moments, as many on average in any second of the day.
func (b *Bench) payMeanwhile(ctx context.Context, day *morning, result *Morning) error {
	random := rand.New(rand.NewPCG(7, 7)) //nolint:gosec // when money arrives is no secret
	paid := slices.Concat(day.raced, day.others)
	random.Shuffle(len(paid), func(i, j int) { paid[i], paid[j] = paid[j], paid[i] })
	during := b.Size.Window * 8 / 10
	result.Payments, result.PaymentsPerSecond = len(paid), float64(len(paid))/during.Seconds()

	var mu sync.Mutex
	var problems []error
	var signalling sync.WaitGroup
	next := time.Now()
	for _, i := range paid {
		next = next.Add(time.Duration(random.ExpFloat64() / result.PaymentsPerSecond * float64(time.Second)))
		if err := pause(ctx, next); err != nil {
			problems = append(problems, err)
			break
		}
		signalling.Go(func() {
			begun := time.Now()
			err := b.signalPayment(ctx, i)
			mu.Lock()
			defer mu.Unlock()
			day.paidAt[i.payment()] = begun
			if err != nil {
				problems = append(problems, err)
			}
		})
	}
	signalling.Wait()
	return errors.Join(problems...)
}

// endMorning waits until everything is done and looks at what came of it.
func (b *Bench) endMorning(ctx context.Context, day *morning, result *Morning) error {
	effective, err := b.inEffect(ctx, day)
	if err != nil {
		return err
	}
	creditor, step := b.Rig.Creditor, sixReminders(30).Steps[0].Key
	err = until(ctx, "the notices of the morning are accepted", func(context.Context) (bool, error) {
		missing := 0
		for _, i := range day.due {
			if b.Rig.Mailbox.Accepted(i.message(creditor, step)) == 0 {
				missing++
			}
		}
		return missing == 0, nil
	})
	// What is missing after all this patience is lost, and counted below.
	if err != nil && ctx.Err() != nil {
		return err
	}
	// The raced ones are decided once their moments are over; their cases are closed then.
	if err := b.checkPaid(ctx, slices.Concat(day.raced, day.others)); err != nil {
		return err
	}
	var took []time.Duration
	for id, at := range day.paidAt {
		took = append(took, effective[id].Sub(at))
	}
	result.Effective = spreadOf(took)
	b.count(day, effective, result)
	result.AfterPayment, err = b.afterPayment(ctx, day.raced, step, effective)
	return err
}

// inEffect waits until every payment is, and says since when.
func (b *Bench) inEffect(ctx context.Context, day *morning) (effective map[string]time.Time, err error) {
	err = until(ctx, "the payments of the morning are in effect", func(ctx context.Context) (bool, error) {
		if effective, err = b.Rig.CaseWorker().Times(ctx); err != nil {
			return false, err
		}
		for id := range day.paidAt {
			if effective[id].IsZero() {
				return false, nil
			}
		}
		return true, nil
	})
	return effective, err
}

// fairRace: a case that is paid so long after the moment of its step should have had its notice before.
const fairRace = 30 * time.Second

// count compares what the provider accepted, by message ID, with what was planned.
func (b *Bench) count(day *morning, effective map[string]time.Time, result *Morning) {
	planned := map[string]time.Time{}
	step := sixReminders(30).Steps[0].Key
	for _, i := range day.all() {
		id := i.message(b.Rig.Creditor, step)
		planned[id] = b.planned(i)
		paid, isPaid := effective[i.payment()]
		switch times := b.Rig.Mailbox.Accepted(id); {
		case times > 1:
			result.Doubled++
		case times == 1:
			result.Accepted++
		case isPaid && paid.Before(planned[id].Add(fairRace)):
			result.Spared++
		default:
			result.Lost++
		}
	}
	result.Due = len(planned)
	var late []time.Duration
	for _, message := range b.Rig.Mailbox.Messages(day.first) {
		if !window().Contains(message.At) {
			result.OutsideWindow++
		}
		if at, isDue := planned[message.MessageID]; isDue {
			late = append(late, message.ReceivedAt.Sub(at))
		} else {
			result.Unplanned++
		}
	}
	result.Lateness = spreadOf(late)
}

// all are the invoices whose step is due.
func (d *morning) all() []invoice { return slices.Concat(d.due, d.raced) }

// afterPayment counts the messages that began to be sent after their case's payment was in effect. Both moments are
// told by the same machine when PostgreSQL runs on it.
func (b *Bench) afterPayment(ctx context.Context, raced []invoice, step string, effective map[string]time.Time) (int, error) {
	wrong := 0
	for _, i := range raced {
		file, err := b.Rig.Store.CaseFile(ctx, b.Rig.Creditor, i.number)
		if err != nil {
			return 0, err
		}
		for _, message := range file.Messages {
			left := message.State == casefile.MessageAccepted || message.State == casefile.MessageSending
			if message.Step == step && left && message.SendingAt.After(effective[i.payment()]) {
				wrong++
			}
		}
	}
	return wrong, nil
}
