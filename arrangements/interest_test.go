package arrangements_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/arrangements"
	"relance/collection"
	"relance/law"
)

// atSix are terms with interest of 6 % a year.
func atSix(months int, first string) arrangements.Terms {
	return arrangements.Terms{
		Months: months, FirstOn: day(first), GraceDays: 5, Interest: arrangements.InterestClause{Kind: arrangements.AgreedInterest, Rate: 6 * law.OnePercent},
	}
}

func rescheduled(t require.TestingT, p arrangements.Plan, on string, terms arrangements.Terms) arrangements.Plan {
	return decided(t, p, arrangements.Reschedule{Terms: terms, Role: collection.RoleOwner, On: day(on)})
}

func parts(p arrangements.Plan) []string {
	var all []string
	for _, i := range p.Schedule {
		all = append(all, fmt.Sprintf("%s + %s + %s", i.Principal.Decimal(), euros(i.EarlierInterest.Minor()).Decimal(), i.Interest.Decimal()))
	}
	return all
}

// Checked by hand: 1,000.00 x 6 % x 20 / 365 = 3.2877 on 22 March. From then 1,000.00 and
// not 1,003.29 bears interest: x 6 % x 44 / 365 = 7.2329 on 5 May; then 501.645 less 3.29 of
// interest are paid of the principal, and 501.65 x 6 % x 31 / 365 = 2.5564, in all 9.7893.
func TestTheInterestOfAScheduleThatIsReplacedIsOwedAndBearsNone(t *testing.T) {
	t.Parallel()
	p := running(t, func(p *arrangements.Proposal) { p.Terms = atSix(4, "2026-04-05") })
	p = rescheduled(t, p, "2026-03-22", atSix(2, "2026-05-05"))
	require.Equal(t, []string{"498.35 + 3.29 + 7.23", "501.65 + 0.00 + 2.56"}, parts(p))
	require.Equal(t, "3.29 EUR", p.EarlierInterest().String())
	require.Equal(t, "1003.29 EUR", p.Owed().String())
	require.Equal(t, "1013.08 EUR", p.Total().String())
	require.Equal(t, "1003.29 EUR", p.BalanceOn(day("2026-03-22")).String(), "nothing is lost and nothing is added by the rescheduling")

	again := rescheduled(t, p, "2026-03-22", atSix(2, "2026-06-05"))
	require.Equal(t, "3.29 EUR", again.EarlierInterest().String(), "what bears no interest never does")
	require.Equal(t, "1003.29 EUR", again.Owed().String())
}

func TestMoneyPaysTheInterestOfAnInstalmentBeforeItsPrincipal(t *testing.T) {
	t.Parallel()
	p := running(t, func(p *arrangements.Proposal) { p.Terms = atSix(4, "2026-04-05") })
	p = paid(t, p, 250_00, "2026-04-07") // of 250.00 + 5.92: all of the interest, 244.08 of the principal
	p = rescheduled(t, p, "2026-04-07", atSix(3, "2026-05-05"))
	require.True(t, p.EarlierInterest().IsZero())
	require.Equal(t, "755.92 EUR", p.Owed().String())
	p = paid(t, p, 0, "2026-04-09") // the bank takes it back
	p = rescheduled(t, p, "2026-04-09", atSix(3, "2026-06-05"))
	require.Equal(t, "1006.17 EUR", p.Owed().String(), "755.92 and two days of interest on them, 0.25, and 250.00")
	require.Equal(t, "6.17 EUR", p.EarlierInterest().String(), "what it had paid of the interest is owed again as interest")
}

func TestLateInterestOfAnInvoiceBearsNoneInItsPlan(t *testing.T) {
	t.Parallel()
	late := func(p *arrangements.Proposal) {
		p.Terms = atSix(4, "2026-04-05")
		p.Claims[0].Amount, p.Claims[0].Interest = euros(400_00+260_00), euros(260_00)
	}
	p := running(t, late)
	require.Equal(t, []string{"55.00 + 260.00 + 5.92", "315.00 + 0.00 + 4.35", "315.00 + 0.00 + 3.21", "315.00 + 0.00 + 1.60"}, parts(p))
	require.Equal(t, "1260.00 EUR", p.Principal().String())
	q := proposal()
	q.Claims[0].Interest = euros(400_01)
	_, err := arrangements.Propose(q)
	require.ErrorContains(t, err, "of the 400.00 EUR of the invoice F-2 no 400.01 EUR can be interest")
}

func TestAPlanOfAnEarlierVersionIsRescheduledAsItWas(t *testing.T) {
	t.Parallel()
	p := running(t, func(p *arrangements.Proposal) { p.Terms = atSix(4, "2026-04-05") })
	p = decided(t, p, arrangements.Reschedule{Terms: atSix(2, "2026-05-05"), Role: collection.RoleOwner, On: day("2026-03-22"), InterestAsPrincipal: true})
	require.True(t, p.EarlierInterest().IsZero())
	require.Equal(t, "1003.29 EUR", p.Owed().String())
}

// Whatever is paid, taken back and spread anew: the sum is that of the day before, only
// principal that is left bears interest, and it never grows out of interest.
func TestReschedulingsKeepEverySumAndLetNoInterestBearInterest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		drawn := anyProposal(t)
		for i := range drawn.Claims {
			drawn.Claims[i].Interest = euros(rapid.Int64Range(0, drawn.Claims[i].Amount.Minor()).Draw(t, "late interest"))
		}
		offered, err := arrangements.Propose(drawn)
		require.NoError(t, err)
		p := decided(t, offered, arrangements.Accept{Acceptance: arrangements.Acceptance{On: day("2026-03-02"), How: arrangements.ByMail}, Today: day("2026-03-02")})
		principal := func() int64 { return p.Owed().Minor() - p.EarlierInterest().Minor() }
		original := principal()
		on := day("2026-03-02")
		for range rapid.IntRange(1, 4).Draw(t, "reschedulings") {
			on = on.AddDays(rapid.IntRange(0, 200).Draw(t, "later"))
			received := rapid.Int64Range(0, p.Total().Minor()).Draw(t, "received")
			p = decided(t, p, arrangements.TakeMoney{Received: euros(received), Open: euros(1), On: on})
			rest := p.BalanceOn(on)
			if p.State.IsOver() || rest.Minor() < 12 {
				return
			}
			terms := arrangements.Terms{Months: rapid.IntRange(1, 12).Draw(t, "months"), FirstOn: on.AddDays(30), GraceDays: 5, Interest: drawn.Terms.Interest}
			p = decided(t, p, arrangements.Reschedule{Terms: terms, Role: collection.RoleOwner, On: on})
			require.Equal(t, rest, p.Owed(), "to the cent")
			require.Equal(t, rest, p.BalanceOn(on))
			require.Equal(t, p.Total().Minor(), p.Owed().Minor()+p.Interest().Minor())
			require.LessOrEqual(t, principal(), original, "no interest has become principal")
			require.GreaterOrEqual(t, p.EarlierInterest().Sign(), 0)
			sum := int64(0)
			for _, i := range p.Schedule {
				require.GreaterOrEqual(t, i.Principal.Sign(), 0)
				require.Positive(t, i.Owed().Minor())
				sum += i.Principal.Minor() + i.EarlierInterest.Minor() + i.Interest.Minor()
			}
			require.Equal(t, p.Total().Minor(), sum)
			if principal() == 0 {
				require.True(t, p.Interest().IsZero())
			}
			if received == 0 {
				require.Equal(t, original, principal(), "of a debtor who has paid nothing, or took it back, all of the principal is owed")
			}
		}
	})
}
