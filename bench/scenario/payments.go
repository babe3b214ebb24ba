package scenario

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"relance/bench/bare"
	"relance/casefile"
	"relance/workflows"
)

// Payments are payments applied a second: signalled, in the ledger, the case closed.
type Payments struct {
	Cases Turns `json:"cases"`
	// Bare is a signal after which the bare workflow runs its activity and ends: what it takes to have an effect.
	Bare Turns `json:"bare"`
	// Received is a signal after which it ends without doing anything.
	Received Turns `json:"received"`
}

// Payments measures how fast payments are applied. The workers are started anew before: every signal finds its workflow
// out of memory, as it is weeks after its start.
func (b *Bench) Payments(ctx context.Context) (Payments, error) {
	var result Payments
	if err := b.Rig.SetCache(ctx, 0); err != nil {
		return result, err
	}
	shuffle := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // which case is paid is no secret
	shuffle.Shuffle(len(b.bareAsleep), func(i, j int) {
		b.bareAsleep[i], b.bareAsleep[j] = b.bareAsleep[j], b.bareAsleep[i]
	})
	shuffle.Shuffle(len(b.sleepers), func(i, j int) { b.sleepers[i], b.sleepers[j] = b.sleepers[j], b.sleepers[i] })
	for round := range b.Size.Rounds {
		for _, turn := range []struct {
			turns *Turns
			end   bare.End
		}{{&result.Received, bare.End{}}, {&result.Bare, bare.End{Act: true}}} {
			measured, err := b.endBare(ctx, b.bareAsleep[:b.Size.Block], turn.end)
			if err != nil {
				return result, fmt.Errorf("signalling bare workflows: %w", err)
			}
			b.bareAsleep = b.bareAsleep[b.Size.Block:]
			*turn.turns = append(*turn.turns, measured)
		}
		paid := b.takeSleepers(b.Size.Block)
		turn, err := b.pay(ctx, paid)
		if err != nil {
			return result, fmt.Errorf("paying cases: %w", err)
		}
		result.Cases = append(result.Cases, turn)
		if err := b.checkPaid(ctx, paid); err != nil {
			return result, err
		}
		b.Tell("  payments applied/s %.0f, bare with an activity %.0f, bare received %.0f",
			result.Cases[round].PerSecond, result.Bare[round].PerSecond, result.Received[round].PerSecond)
	}
	return result, nil
}

func (b *Bench) takeSleepers(n int) []invoice {
	n = min(n, len(b.sleepers))
	taken := b.sleepers[:n]
	b.sleepers = b.sleepers[n:]
	return taken
}

func (b *Bench) endBare(ctx context.Context, ids []string, end bare.End) (Turn, error) {
	ended, err := closed(b.Rig.BareWorker(), len(ids))
	if err != nil {
		return Turn{}, err
	}
	return b.timed(ctx, len(ids), func() error {
		err := inParallel(ctx, len(ids), b.Size.Clients, func(ctx context.Context, i int) error {
			return b.Rig.Temporal.SignalWorkflow(ctx, ids[i], "", bare.SignalEnd, end)
		})
		if err != nil {
			return err
		}
		return ended(ctx)
	})
}

func (b *Bench) pay(ctx context.Context, invoices []invoice) (Turn, error) {
	ended, err := closed(b.Rig.CaseWorker(), len(invoices))
	if err != nil {
		return Turn{}, err
	}
	return b.timed(ctx, len(invoices), func() error {
		err := inParallel(ctx, len(invoices), b.Size.Clients, func(ctx context.Context, i int) error {
			return b.signalPayment(ctx, invoices[i])
		})
		if err != nil {
			return err
		}
		return ended(ctx)
	})
}

// signalPayment pays an invoice in full, the way billing code does.
func (b *Bench) signalPayment(ctx context.Context, i invoice) error {
	outcome, err := b.Rig.Cases.ReceivePayment(ctx, b.Rig.Creditor, i.number, workflows.PaymentReceived{
		ID: i.payment(), Amount: workflows.Decimal(owed().Decimal()), Currency: string(owed().Currency()), By: "bench",
	}, false)
	if err == nil && !outcome.Pending {
		err = fmt.Errorf("the case of invoice %s had no workflow to signal", i.number)
	}
	return err
}

func (i invoice) payment() string { return "P-" + strings.TrimPrefix(i.number, "F") }

var errComposed = errors.New("the gate let a message of a paid case be composed")

// checkPaid makes sure that the payments count and that no message of the cases may leave any more.
func (b *Bench) checkPaid(ctx context.Context, invoices []invoice) error {
	return inParallel(ctx, len(invoices), b.Size.Clients, func(ctx context.Context, n int) error {
		i := invoices[n]
		_, gate, err := b.Rig.Store.ReserveMessage(ctx, casefile.Reservation{
			MessageKey: casefile.MessageKey{Creditor: b.Rig.Creditor, Invoice: i.number, Step: "after-payment", Channel: "email"}, At: time.Now(),
		}, func(casefile.MessageContext) (casefile.Draft, error) { return casefile.Draft{}, errComposed })
		switch {
		case err != nil:
			return fmt.Errorf("invoice %s: %w", i.number, err)
		case gate.Passes || gate.Position.Open.Sign() > 0:
			return fmt.Errorf("invoice %s was paid, and %s is open: %w", i.number, gate.Position.Open, errComposed)
		default:
			return nil
		}
	})
}
