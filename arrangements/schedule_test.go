package arrangements_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/arrangements"
	"relance/collection"
	"relance/law"
	"relance/money"
)

func lines(p arrangements.Plan) string {
	var text strings.Builder
	for _, i := range p.Schedule {
		fmt.Fprintf(&text, "%d %s %s %s\n", i.Number, i.DueOn, i.Principal.Decimal(), i.Interest.Decimal())
	}
	return text.String()
}

func TestAnEvenSplitGivesTheOddCentsToTheLastInstalment(t *testing.T) {
	t.Parallel()
	p := propose(t, func(p *arrangements.Proposal) { p.Terms.Months, p.Claims[0].Amount = 3, euros(400_01) })
	require.Equal(t, "1 2026-04-07 333.33 0.00\n2 2026-05-05 333.33 0.00\n3 2026-06-05 333.35 0.00\n", lines(p),
		"5 April is Easter Sunday, and the Monday after it a holiday")
}

func TestADayThatAMonthLacksIsItsLastOne(t *testing.T) {
	t.Parallel()
	p := propose(t, func(p *arrangements.Proposal) {
		p.On, p.Terms.FirstOn = day("2027-01-04"), day("2027-01-29")
	})
	require.Equal(t, "1 2027-01-29 250.00 0.00\n2 2027-03-01 250.00 0.00\n3 2027-03-30 250.00 0.00\n4 2027-04-29 250.00 0.00\n", lines(p),
		"28 February is a Sunday and moves on, 29 March is Easter Monday; the later dates are counted from the 29th")
}

func TestADownPaymentComesFirstAndOwnAmountsAreKept(t *testing.T) {
	t.Parallel()
	p := propose(t, func(p *arrangements.Proposal) {
		p.Terms.Months, p.Terms.DownPayment, p.Terms.DownPaymentOn = 0, euros(200_00), day("2026-03-09")
		p.Terms.Amounts = []money.Amount{euros(100_00), euros(300_00), euros(400_00)}
	})
	require.Equal(t, "1 2026-03-09 200.00 0.00\n2 2026-04-07 100.00 0.00\n3 2026-05-05 300.00 0.00\n4 2026-06-05 400.00 0.00\n", lines(p))
}

// Checked by hand: 1,000.00 x 6 % x 36 / 365 = 5.9178; 750.00 x 6 % x 28 / 365 = 3.4521,
// in all 9.3699; 500.00 x 6 % x 31 / 365 = 2.5479, in all 11.9178; 250.00 x 6 % x 31 / 365
// = 1.2740 (6 July is a Monday), in all 13.1918.
func TestInterestRunsOnTheRemainingBalanceAndIsRoundedAsItAddsUp(t *testing.T) {
	t.Parallel()
	p := propose(t, func(p *arrangements.Proposal) {
		p.Terms.Interest = arrangements.InterestClause{Kind: arrangements.AgreedInterest, Rate: 6 * law.OnePercent}
	})
	require.Equal(t, "1 2026-04-07 250.00 5.92\n2 2026-05-05 250.00 3.45\n3 2026-06-05 250.00 2.55\n4 2026-07-06 250.00 1.27\n", lines(p))
	require.Equal(t, "13.19 EUR", p.Interest().String())
	require.Equal(t, "1013.19 EUR", p.Total().String())
}

func TestAProposalThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	for says, change := range map[string]func(*arrangements.Proposal){
		"has no ID":                     func(p *arrangements.Proposal) { p.ID = "" },
		"has a slash":                   func(p *arrangements.Proposal) { p.ID = "P/12" },
		"1 to 200 invoices":             func(p *arrangements.Proposal) { p.Claims = nil },
		"in the plan twice":             func(p *arrangements.Proposal) { p.Claims[1].Invoice = "F-2" },
		"one plan for each currency":    func(p *arrangements.Proposal) { p.Claims[1].Amount = money.FromMinor(5, "USD") },
		"nothing is open":               func(p *arrangements.Proposal) { p.Claims[1].Amount = euros(0) },
		"1 to 120 monthly":              func(p *arrangements.Proposal) { p.Terms.Months = 0 },
		"within a year from today":      func(p *arrangements.Proposal) { p.Terms.FirstOn = day("2026-03-01") },
		"grace of an instalment":        func(p *arrangements.Proposal) { p.Terms.GraceDays = -1 },
		"reminded 0 to 30 days":         func(p *arrangements.Proposal) { p.Terms.RemindDays = 31 },
		"less than the 1000.00 EUR":     func(p *arrangements.Proposal) { p.Terms.DownPayment = euros(1000_00) },
		"the down payment is due on":    func(p *arrangements.Proposal) { p.Terms.DownPayment = euros(1) },
		"no amount":                     func(p *arrangements.Proposal) { p.Terms.DownPaymentOn = day("2026-03-09") },
		"add up to 999.99 EUR":          func(p *arrangements.Proposal) { p.Terms.Months, p.Terms.Amounts = 0, []money.Amount{euros(999_99)} },
		"one amount for each month":     func(p *arrangements.Proposal) { p.Terms.Amounts = []money.Amount{euros(1000_00)} },
		"cannot be divided":             func(p *arrangements.Proposal) { p.Claims = p.Claims[:1]; p.Claims[0].Amount = euros(3) },
		"no interest clause":            func(p *arrangements.Proposal) { p.Terms.Interest.Rate = law.OnePercent },
		"more than 0 and at most 30.00": func(p *arrangements.Proposal) { p.Terms.Interest.Kind = arrangements.AgreedInterest },
		"1 to 180 days to accept":       func(p *arrangements.Proposal) { p.OfferDays = 200 },
		"may grant nothing here":        func(p *arrangements.Proposal) { p.Role = "intern" },
	} {
		p := proposal()
		change(&p)
		_, err := arrangements.Propose(p)
		require.ErrorContains(t, err, says)
	}
}

// anyProposal draws terms that can be agreed.
func anyProposal(t *rapid.T) arrangements.Proposal {
	p := proposal()
	p.Role = collection.RoleOwner
	for i := range p.Claims {
		p.Claims[i].Amount = euros(rapid.Int64Range(100, 5_000_000).Draw(t, "claim"))
	}
	p.Terms.Months = rapid.IntRange(1, 60).Draw(t, "months")
	p.Terms.FirstOn = day("2026-03-10").AddDays(rapid.IntRange(0, 200).Draw(t, "first"))
	principal := p.Claims[0].Amount.Minor() + p.Claims[1].Amount.Minor()
	if rapid.Bool().Draw(t, "down payment") {
		p.Terms.DownPayment = euros(rapid.Int64Range(1, principal-60).Draw(t, "down"))
		p.Terms.DownPaymentOn = day("2026-03-02").AddDays(rapid.IntRange(0, 8).Draw(t, "down on"))
	}
	if rapid.Bool().Draw(t, "interest") {
		p.Terms.Interest = arrangements.InterestClause{
			Kind: arrangements.AgreedInterest, Rate: law.Percent(rapid.Int64Range(1, 300_000).Draw(t, "rate")),
		}
	}
	return p
}

func TestTheInstalmentsAddUpToTheClaimsAndTheInterestRoundedOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, err := arrangements.Propose(anyProposal(t))
		require.NoError(t, err)
		principal, last := int64(0), p.Schedule[len(p.Schedule)-1]
		for i, instalment := range p.Schedule {
			principal += instalment.Principal.Minor()
			require.Equal(t, i+1, instalment.Number)
			require.Positive(t, instalment.Principal.Minor())
			require.GreaterOrEqual(t, instalment.Interest.Sign(), 0)
			require.True(t, p.Window.IsWorkingDay(instalment.DueOn))
			require.True(t, i == 0 || instalment.DueOn >= p.Schedule[i-1].DueOn, "in order")
		}
		require.Equal(t, p.Principal().Minor(), principal)
		require.Equal(t, p.Principal().Minor()+p.Interest().Minor(), p.Total().Minor())
		require.Equal(t, p.Total(), p.SettlementOn(last.DueOn), "paying all on the last day costs what the schedule says")
		require.LessOrEqual(t, p.SettlementOn(p.ProposedOn.AddDays(1)).Minor(), p.Total().Minor(), "paying sooner never costs more")
	})
}
