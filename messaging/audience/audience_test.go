package audience_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/messaging/audience"
)

var (
	today   = calendar.NewDate(2026, time.November, 25)
	oneYear = today.AddDays(-365)
)

func TestADebtorIsWhatItsPastSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		past audience.Behaviour
		want audience.Audience
		why  string
	}{
		{"the first invoice", audience.Behaviour{}, audience.New, "this is its first invoice"},
		{"two paid within half a year", audience.Behaviour{Paid: 2, FirstInvoice: today.AddDays(-179)}, audience.New, "its first invoice is of 2026-05-30, and it has paid 2"},
		{"half a year is over", audience.Behaviour{Paid: 2, FirstInvoice: today.AddDays(-180)}, audience.Anyone,
			"its past payments say nothing clear: 2 of its invoices were paid, none of them late"},
		{"three paid within half a year", audience.Behaviour{Paid: 3, FirstInvoice: today.AddDays(-30)}, audience.Anyone, "nothing clear"},
		{"five paid in a year, one of them a little late", audience.Behaviour{Paid: 5, PaidLate: 1, DaysLate: 10, FirstInvoice: oneYear}, audience.Loyal,
			"5 of its invoices were paid, 1 of them late, by 10 days on average since 2025-11-25"},
		{"a day less than a year", audience.Behaviour{Paid: 5, FirstInvoice: oneYear.AddDays(1)}, audience.Anyone, "none of them late"},
		{"a little late a little often", audience.Behaviour{Paid: 9, PaidLate: 2, DaysLate: 4, FirstInvoice: oneYear}, audience.Anyone, "2 of them late"},
		{"late once, and very", audience.Behaviour{Paid: 10, PaidLate: 1, DaysLate: 11, FirstInvoice: oneYear}, audience.Anyone, "by 11 days"},
		{"one other invoice overdue for long", audience.Behaviour{Paid: 20, LongOverdue: 1, FirstInvoice: oneYear}, audience.Anyone, "none of them late"},
		{"half of them late", audience.Behaviour{Paid: 4, PaidLate: 2, DaysLate: 16, FirstInvoice: oneYear}, audience.Irregular,
			"4 of its invoices were paid, 2 of them late, by 8 days on average"},
		{"always late, by a week", audience.Behaviour{Paid: 4, PaidLate: 4, DaysLate: 28, FirstInvoice: oneYear}, audience.Anyone, "by 7 days"},
		{"two paid, both late: too few to say", audience.Behaviour{Paid: 2, PaidLate: 2, DaysLate: 60, FirstInvoice: oneYear}, audience.Anyone, "2 of them late"},
		{"two others overdue for long", audience.Behaviour{Paid: 50, LongOverdue: 2, FirstInvoice: oneYear}, audience.Irregular,
			"2 other invoices have been overdue for more than 30 days"},
	} {
		got, why := audience.Of(audience.Facts{Kind: audience.KindBusiness, Behaviour: c.past, Today: today})
		require.Equal(t, c.want, got, c.name)
		require.Contains(t, why, c.why, c.name)
	}
}

func TestWhatAPersonDecidedGoesBeforeThePast(t *testing.T) {
	t.Parallel()
	got, why := audience.Of(audience.Facts{Kind: audience.KindBusiness, Decided: audience.Loyal, Behaviour: audience.Behaviour{LongOverdue: 9}, Today: today})
	require.Equal(t, audience.Loyal, got)
	require.Equal(t, "a person at the creditor decided so", why)
}

func TestNothingMakesAProtectedDebtorReadWhatIsForBusinesses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		facts := audience.Facts{
			Kind:    rapid.SampledFrom([]audience.Kind{audience.KindBusiness, audience.KindConsumer, audience.KindPublic}).Draw(t, "kind"),
			Decided: rapid.SampledFrom(append(audience.All(), audience.Anyone)).Draw(t, "decided"),
			Behaviour: audience.Behaviour{
				Paid: rapid.IntRange(0, 30).Draw(t, "paid"), LongOverdue: rapid.IntRange(0, 3).Draw(t, "overdue"),
				FirstInvoice: today.AddDays(-rapid.IntRange(0, 900).Draw(t, "since")),
			},
			Today: today,
		}
		facts.Behaviour.PaidLate = rapid.IntRange(0, facts.Behaviour.Paid).Draw(t, "late")
		facts.Behaviour.DaysLate = facts.Behaviour.PaidLate * rapid.IntRange(1, 90).Draw(t, "days")
		got, why := audience.Of(facts)
		require.NotEmpty(t, why)
		require.Equal(t, facts.Kind == audience.KindConsumer, got == audience.Consumer)
		require.Equal(t, facts.Kind == audience.KindPublic, got == audience.Public)
	})
}

func TestAudiencesAreCalledByTheirNames(t *testing.T) {
	t.Parallel()
	for _, known := range audience.All() {
		read, err := audience.Parse(known.String())
		require.NoError(t, err)
		require.Equal(t, known, read)
	}
	read, err := audience.Parse("")
	require.NoError(t, err)
	require.Equal(t, "anyone", read.String())
	_, err = audience.Parse("vip")
	require.EqualError(t, err, `"vip" is not an audience: loyal, irregular, new, consumer, public are`)
}
