package scenario

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"relance/bench/bare"
	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/collection"
	"relance/collection/strategyfile"
	"relance/config"
	"relance/money"

	"go.temporal.io/sdk/client"
)

// invoice is one case of the benchmark.
type invoice struct {
	number string
	debtor string
	due    calendar.Date
}

// invoiceOf is the i-th invoice of a cohort, due on a date. Each is of another debtor:
// what one debtor owes would leave in one message, and fewer messages be measured than
// steps.
func invoiceOf(cohort string, i int, due calendar.Date) invoice {
	return invoice{
		number: fmt.Sprintf("F%s-%05d", cohort, i+1), debtor: fmt.Sprintf("C%s-%05d", cohort, i+1), due: due,
	}
}

// owed is what every invoice is about: a payment of as much closes its case.
func owed() money.Amount { return money.FromMinor(120_000, money.EUR) }

// opening is what the case of an invoice begins with.
func (i invoice) opening(creditor string, strategy collection.Strategy) casefile.Opening {
	return casefile.Opening{
		Debtor: casefile.Debtor{
			Creditor: creditor, ID: i.debtor, Name: "Menuiserie " + i.debtor, Kind: casefile.DebtorBusiness, Language: "fr", SIREN: "404833048",
			Address: casefile.Address{Line1: "5 quai des Brumes", Postcode: "69001", City: "Lyon", Country: "FR"},
		},
		Contacts: []casefile.Contact{{Name: "Comptabilité", Role: "accounts-payable", Email: strings.ToLower("compta@" + i.debtor + ".example")}},
		Invoice: casefile.Invoice{
			Creditor: creditor, Number: i.number, Debtor: i.debtor, IssueDate: i.due.AddDays(-30), DueDate: i.due,
			DueDateSource: "stated", Total: owed(), Reference: "PO-" + i.number,
		},
		Strategy: strategy, Window: window(), Actor: "bench",
	}
}

// message is the ID of the e-mail of a step of the invoice.
func (i invoice) message(creditor, step string) string {
	return casefile.MessageKey{Creditor: creditor, Invoice: i.number, Step: step, Channel: collection.ChannelEmail}.ID()
}

// window is when debtors may be contacted: working days from 9 to 18 in Paris.
func window() calendar.Window {
	paris, err := calendar.ParseZone("Europe/Paris")
	if err != nil {
		return calendar.StandardWindow("FR", calendar.Zone{}) // the zones are built in
	}
	return calendar.StandardWindow("FR", paris)
}

// standard is the strategy that the cases asleep follow.
func standard() (collection.Strategy, error) {
	set, err := strategyfile.LoadAll(config.Strategies)
	if err != nil {
		return collection.Strategy{}, err
	}
	definition, err := set.Newest("fr-b2b-standard")
	return definition.Strategy, err
}

// sixReminders is a strategy of six e-mails, so many days apart.
func sixReminders(days int) collection.Strategy {
	strategy := collection.Strategy{Name: fmt.Sprintf("bench-six-reminders-%d", days), Version: 1}
	for i, rung := range []struct {
		key, template string
		tone          collection.Tone
	}{
		{"reminder-courteous", "reminder-courteous", collection.ToneCourteous},
		{"reminder-second", "reminder-courteous", collection.ToneCourteous},
		{"reminder-firm", "reminder-firm", collection.ToneFirm},
		{"reminder-firmer", "reminder-firm", collection.ToneFirm},
		{"reminder-last", "reminder-last", collection.ToneFinal},
		{"reminder-very-last", "reminder-last", collection.ToneFinal},
	} {
		step := collection.Step{
			Key: rung.key, Tone: rung.tone, Template: rung.template, Channels: []collection.Channel{collection.ChannelEmail},
			Spacing: days, DeadlineDays: min(7, max(1, days-1)), Stage: collection.StageReminding,
		}
		if i == 0 {
			step.DueOffset, step.Spacing = 1, 0
		}
		strategy.Steps = append(strategy.Steps, step)
	}
	return strategy
}

// open opens the cases of invoices and measures it until all are asleep.
func (b *Bench) open(ctx context.Context, invoices []invoice, strategy collection.Strategy) (Turn, error) {
	asleep, err := tasksDone(b.Rig.CaseWorker(), len(invoices))
	if err != nil {
		return Turn{}, err
	}
	return b.timed(ctx, len(invoices), func() error {
		err := inParallel(ctx, len(invoices), b.Size.Clients, func(ctx context.Context, i int) error {
			return openCase(ctx, b.Rig.Cases, invoices[i].opening(b.Rig.Creditor, strategy))
		})
		if err != nil {
			return err
		}
		// A start that took too long was left for later, as the product's server does it.
		if late, err := b.Rig.Cases.StartPending(ctx); late > 0 || err != nil {
			b.Tell("    %d cases were recorded and started later", late)
			return errors.Join(err, asleep(ctx))
		}
		return asleep(ctx)
	})
}

func openCase(ctx context.Context, service *cases.Service, opening casefile.Opening) error {
	_, created, err := service.Open(ctx, opening)
	if err == nil && !created {
		err = fmt.Errorf("the case of invoice %s is open already", opening.Invoice.Number)
	}
	return err
}

// startBare starts bare workflows that act at the given moments, measures it until all are asleep, and returns their IDs.
func (b *Bench) startBare(ctx context.Context, starts []bare.Start) (ids []string, turn Turn, err error) {
	asleep, err := tasksDone(b.Rig.BareWorker(), len(starts))
	if err != nil {
		return nil, Turn{}, err
	}
	for range starts {
		b.bareStarted++
		ids = append(ids, fmt.Sprintf("%s/bare-%05d", b.Rig.Creditor, b.bareStarted))
	}
	turn, err = b.timed(ctx, len(starts), func() error {
		err := inParallel(ctx, len(starts), b.Size.Clients, func(ctx context.Context, i int) error {
			_, err := b.Rig.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: ids[i], TaskQueue: bare.TaskQueue}, bare.WorkflowType, starts[i])
			return err
		})
		if err != nil {
			return err
		}
		return asleep(ctx)
	})
	return ids, turn, err
}

// farAway is when nothing of the benchmark will still be running.
func farAway() time.Time { return time.Now().AddDate(1, 0, 0) }
