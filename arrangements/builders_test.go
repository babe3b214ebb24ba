package arrangements_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
	"relance/money"
)

func euros(minor int64) money.Amount { return money.FromMinor(minor, money.EUR) }

func day(text string) calendar.Date {
	date, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return date
}

var paris = func() calendar.Zone {
	zone, err := calendar.ParseZone("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return zone
}()

// proposal is a plan of 1,000.00 EUR over two invoices in four months, proposed on
// Monday 2026-03-02 by the owner, who has no limits.
func proposal() arrangements.Proposal {
	return arrangements.Proposal{
		Creditor: "atelier", ID: "P-12", Debtor: "D-1", Role: collection.RoleOwner, On: day("2026-03-02"),
		Window: calendar.StandardWindow("FR", paris),
		Claims: []arrangements.Claim{
			{Invoice: "F-2", DueDate: day("2026-02-10"), Amount: euros(400_00)},
			{Invoice: "F-1", DueDate: day("2026-01-10"), Amount: euros(600_00)},
		},
		Terms: arrangements.Terms{Months: 4, FirstOn: day("2026-04-05"), GraceDays: 5, RemindDays: 3},
	}
}

func propose(t require.TestingT, change func(*arrangements.Proposal)) arrangements.Plan {
	p := proposal()
	if change != nil {
		change(&p)
	}
	plan, err := arrangements.Propose(p)
	require.NoError(t, err)
	return plan
}

// running is a plan that the debtor accepted on 2026-03-04.
func running(t require.TestingT, change func(*arrangements.Proposal)) arrangements.Plan {
	return decided(t, propose(t, change), arrangements.Accept{
		Acceptance: arrangements.Acceptance{On: day("2026-03-04"), How: arrangements.BySignedDocument}, Today: day("2026-03-05"),
	})
}

func decided(t require.TestingT, p arrangements.Plan, command arrangements.Command) arrangements.Plan {
	events, err := arrangements.Decide(p, command)
	require.NoError(t, err)
	return arrangements.ApplyAll(p, events)
}

// paid is the plan after so much came in all, on a day.
func paid(t require.TestingT, p arrangements.Plan, received int64, on string) arrangements.Plan {
	return decided(t, p, arrangements.TakeMoney{Received: euros(received), Open: euros(max(0, p.Principal().Minor()-received)), On: day(on)})
}

func refused(t *testing.T, p arrangements.Plan, command arrangements.Command, says string) {
	t.Helper()
	events, err := arrangements.Decide(p, command)
	var refusal *collection.Refusal
	require.ErrorAs(t, err, &refusal)
	require.ErrorContains(t, err, says)
	require.Empty(t, events)
}

// noon is noon in Paris on a day.
func noon(text string) time.Time { return day(text).Time(paris.Location()).Add(12 * time.Hour) }
