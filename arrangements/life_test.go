package arrangements_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/arrangements"
	"relance/collection"
	"relance/law"
	"relance/money"
)

func TestAPlanBeyondTheLimitsOfARoleWaitsForSomebodyWhoMayGrantIt(t *testing.T) {
	t.Parallel()
	p := propose(t, func(p *arrangements.Proposal) { p.Role = collection.RoleSalesperson })
	require.Equal(t, arrangements.StateProposed, p.State)
	require.Equal(t, []string{"4 months, where the role salesperson grants 3", "a down payment of nothing, where the role salesperson asks for 30.00 %"}, p.Beyond)
	require.Contains(t, arrangements.Next(p, noon("2026-03-03")).Because.String(), "waits for approval")
	refused(t, p, arrangements.Accept{Acceptance: arrangements.Acceptance{On: day("2026-03-03"), How: arrangements.ByMail}, Today: day("2026-03-03")}, "waits for approval")
	refused(t, p, arrangements.Approve{Role: collection.RoleAccountant}, "beyond what the role accountant may grant: a down payment of nothing")
	p = decided(t, p, arrangements.Approve{Role: collection.RoleManager})
	require.Equal(t, arrangements.StateOffered, p.State)
	require.Empty(t, p.Beyond)
}

func TestLimitsAreThoseOfTheCreditor(t *testing.T) {
	t.Parallel()
	policy := arrangements.Policy{Roles: map[collection.Role]arrangements.Limits{collection.RoleSalesperson: {Amount: "999.99"}}}
	p := propose(t, func(p *arrangements.Proposal) { p.Role, p.Policy = collection.RoleSalesperson, policy })
	require.Equal(t, []string{"1000.00 EUR owed, where the role salesperson grants plans up to 999.99"}, p.Beyond)
	refused(t, p, arrangements.Approve{Role: collection.RoleOwner, Policy: policy}, "may grant nothing here")
	require.NoError(t, policy.Validate())
	require.NoError(t, arrangements.StandardPolicy().Validate())
	policy.Roles["director"] = arrangements.Limits{}
	policy.Roles[collection.RoleManager] = arrangements.Limits{Months: 500, Discount: 101 * law.OnePercent, Amount: "many"}
	for _, says := range []string{"nobody at the creditor has the role", "at most 500 months", "0 to 100", "the greatest amount"} {
		require.ErrorContains(t, policy.Validate(), says)
	}
}

func TestAnOfferThatIsNotAcceptedInTimeExpires(t *testing.T) {
	t.Parallel()
	p := propose(t, func(p *arrangements.Proposal) { p.OfferDays = 10 })
	require.Equal(t, arrangements.ActionWait, arrangements.Next(p, noon("2026-03-11")).Kind)
	require.Equal(t, arrangements.ActionExpire, arrangements.Next(p, noon("2026-03-13")).Kind)
	accept := arrangements.Accept{Acceptance: arrangements.Acceptance{On: day("2026-03-12"), How: arrangements.ByMail}, Today: day("2026-03-12")}
	refused(t, p, accept, "ended on 2026-03-11")
	accept.On = day("2026-03-13")
	refused(t, p, accept, "cannot have been accepted")
	accept.On, accept.How = day("2026-03-11"), "handshake"
	refused(t, p, accept, "signed-document")
}

func TestAPlanThatIsAcceptedAfterItsFirstDayIsNotBrokenAtOnce(t *testing.T) {
	t.Parallel()
	p := propose(t, func(p *arrangements.Proposal) { p.Terms.FirstOn = day("2026-03-05") })
	// The debtor wrote on the 12th, and somebody read it on the 20th: both are within the 30 days.
	p = decided(t, p, arrangements.Accept{Acceptance: arrangements.Acceptance{On: day("2026-03-12"), How: arrangements.ByMail}, Today: day("2026-03-20")})
	next := arrangements.Next(p, noon("2026-03-20"))
	require.Equal(t, arrangements.ActionWait, next.Kind)
	require.Equal(t, p.Window.Instant(day("2026-03-21"), "D-1"), next.At, "the day after it began it is told that the first instalment is missing")
	p = decided(t, p, arrangements.ReportTold{Instalment: 1, Missed: true, On: day("2026-03-23")})
	require.Equal(t, p.Window.Instant(day("2026-03-26"), "D-1"), arrangements.Next(p, noon("2026-03-23")).At, "five days of grace from the day it began")
	require.Equal(t, "2026-04-12", p.GraceEnd(p.Schedule[1]).String(), "the others keep their own days")
}

func TestARunningPlanRemindsThenChasesThenDefaults(t *testing.T) {
	t.Parallel()
	p := running(t, nil)
	wait := arrangements.Next(p, noon("2026-03-06"))
	require.Equal(t, arrangements.ActionWait, wait.Kind)
	require.Equal(t, "2026-04-07", p.Schedule[0].DueOn.String())
	require.Equal(t, p.Window.Instant(day("2026-04-04"), "D-1"), wait.At, "three days before, or the first day open after that")
	require.Equal(t, "instalment 1 of the plan P-12, 250.00 EUR, is due on 2026-04-07", wait.Because.String())
	require.Equal(t, "l’échéance 1 de l’échéancier P-12, de 250,00\u00a0€, est à payer le 07/04/2026", wait.Because.French())
	require.Equal(t, arrangements.ActionRemind, arrangements.Next(p, wait.At).Kind)
	p = decided(t, p, arrangements.ReportTold{Instalment: 1, On: day("2026-04-07")})

	require.Equal(t, arrangements.ActionChase, arrangements.Next(p, noon("2026-04-09")).Kind)
	p = decided(t, p, arrangements.ReportTold{Instalment: 1, Missed: true, On: day("2026-04-09")})
	wait = arrangements.Next(p, noon("2026-04-09"))
	require.Equal(t, p.Window.Instant(day("2026-04-13"), "D-1"), wait.At)
	require.Contains(t, wait.Because.String(), "the whole balance is due if it is not paid by 2026-04-12")
	refused(t, p, arrangements.DeclareDefault{On: day("2026-04-12")}, "no instalment that is late beyond its grace")
	require.Equal(t, arrangements.ActionDefault, arrangements.Next(p, noon("2026-04-14")).Kind)
	p = decided(t, p, arrangements.DeclareDefault{On: day("2026-04-13")})
	require.Equal(t, arrangements.StateDefaulted, p.State)
	require.Equal(t, arrangements.ActionIdle, arrangements.Next(p, noon("2026-04-14")).Kind)
	require.Equal(t, "l’échéancier P-12 est terminé : rompu", arrangements.Next(p, noon("2026-04-14")).Because.French())
}

func TestAfterAnOutageADefaultIsNotPutOffByWhatWasNotSaid(t *testing.T) {
	t.Parallel()
	require.Equal(t, arrangements.ActionDefault, arrangements.Next(running(t, nil), noon("2026-05-20")).Kind)
}

func TestAPartOfAnInstalmentDoesNotKeepTheGraceOpen(t *testing.T) {
	t.Parallel()
	p := paid(t, running(t, nil), 249_99, "2026-04-06")
	require.Equal(t, euros(1), arrangements.Next(p, noon("2026-04-09")).Amount)
	p = decided(t, p, arrangements.DeclareDefault{On: day("2026-04-13")})
	require.Equal(t, arrangements.StateDefaulted, p.State)
}

func TestMoneyIsCountedAgainstTheFirstInstalmentsAndAReversalOpensThemAgain(t *testing.T) {
	t.Parallel()
	p := paid(t, running(t, nil), 510_00, "2026-04-03")
	require.Equal(t, []money.Amount{euros(250_00), euros(250_00), euros(10_00), euros(0)}, p.Paid())
	next, _ := p.NextInstalment()
	require.Equal(t, 3, next.Number)
	p = paid(t, p, 210_00, "2026-04-04")
	next, _ = p.NextInstalment()
	require.Equal(t, 1, next.Number)
	p = paid(t, p, 1000_00, "2026-04-05")
	require.Equal(t, arrangements.StateCompleted, p.State)
}

func TestPayingEarlyCostsTheInterestOfTheDaysUntilThenOnly(t *testing.T) {
	t.Parallel()
	p := running(t, func(p *arrangements.Proposal) {
		p.Terms.Interest = arrangements.InterestClause{Kind: arrangements.AgreedInterest, Rate: 6 * law.OnePercent}
	})
	require.Equal(t, "1005.92 EUR", p.SettlementOn(day("2026-04-07")).String())
	require.Equal(t, "1003.29 EUR", p.SettlementOn(day("2026-03-22")).String(), "1000.00 x 6 % x 20 / 365")
	p = paid(t, p, 1003_28, "2026-03-22")
	require.Equal(t, arrangements.StateRunning, p.State)
	p = paid(t, p, 1003_29, "2026-03-22")
	require.Equal(t, arrangements.StateSettledEarly, p.State)
}

func TestAReductionCountsToItsLastDayAndNotAfterIt(t *testing.T) {
	t.Parallel()
	p := running(t, nil)
	offer := arrangements.OfferSettlement{
		Settlement: arrangements.Settlement{Reduction: euros(100_00), Until: day("2026-03-31")}, On: day("2026-03-10"), Role: collection.RoleManager,
	}
	tooMuch := offer
	tooMuch.Reduction = euros(200_00)
	refused(t, p, tooMuch, "beyond what the role may grant")
	tooMuch.Reduction = euros(1000_00)
	refused(t, p, tooMuch, "less than the 1000.00 EUR")
	p = decided(t, p, offer)
	require.Equal(t, euros(900_00), p.SettlementOn(day("2026-03-31")))
	require.Equal(t, euros(1000_00), p.SettlementOn(day("2026-04-01")))
	require.Equal(t, arrangements.StateSettledEarly, paid(t, p, 900_00, "2026-03-31").State)
	require.Equal(t, arrangements.StateRunning, paid(t, p, 900_00, "2026-04-01").State)
}

func TestReschedulingKeepsTheHistoryAndSpreadsWhatIsLeft(t *testing.T) {
	t.Parallel()
	p := paid(t, running(t, nil), 300_00, "2026-04-07")
	terms := arrangements.Terms{Months: 7, FirstOn: day("2026-06-15"), GraceDays: 5}
	refused(t, p, arrangements.Reschedule{Terms: terms, Role: collection.RoleAccountant, On: day("2026-05-04")}, "7 months, where the role accountant grants 6")
	p = decided(t, p, arrangements.Reschedule{Terms: terms, Role: collection.RoleManager, On: day("2026-05-04")})
	require.Equal(t, 2, p.Version)
	require.Equal(t, euros(700_00), p.Total())
	require.Equal(t, euros(700_00), p.Outstanding())
	require.Len(t, p.Past, 1)
	require.Len(t, p.Past[0].Schedule, 4)
	require.Equal(t, euros(300_00), p.Past[0].Counted)
	p = paid(t, p, 450_00, "2026-06-15")
	require.Equal(t, euros(100_00), p.Paid()[0])
	require.Equal(t, euros(50_00), p.Paid()[1])
	require.Equal(t, arrangements.StateCompleted, paid(t, p, 1000_00, "2026-07-01").State)
}

func TestAReturnedDebitOpensTheInstalmentAndIsCollectedAgainWhereThePolicySaysSo(t *testing.T) {
	t.Parallel()
	p := running(t, func(p *arrangements.Proposal) { p.Terms.Mandate = "M-1" })
	p = decided(t, p, arrangements.RecordDebit{Instalment: 1, Debit: arrangements.Debit{ID: "E-1", On: day("2026-04-07")}})
	p = paid(t, p, 250_00, "2026-04-07")
	p = paid(t, p, 0, "2026-04-09")
	p = decided(t, p, arrangements.ReturnDebit{ID: "E-1", Reason: "AM04", On: day("2026-04-09"), RetryOn: day("2026-04-20")})
	p = decided(t, p, arrangements.ReportTold{Instalment: 1, Missed: true, On: day("2026-04-09")})
	wait := arrangements.Next(p, noon("2026-04-14"))
	require.Equal(t, p.Window.Instant(day("2026-04-21"), "D-1"), wait.At, "not in default while it is to be collected again")
	require.Empty(t, p.ToCollect(day("2026-04-19")))
	require.Len(t, p.ToCollect(day("2026-04-20")), 1)
	p = decided(t, p, arrangements.RecordDebit{Instalment: 1, Debit: arrangements.Debit{ID: "E-2", On: day("2026-04-21")}})
	require.Empty(t, p.ToCollect(day("2026-04-22")))
	require.Equal(t, p.Window.Instant(day("2026-04-30"), "D-1"), arrangements.Next(p, noon("2026-04-22")).At, "then the days of a return are over")
	refused(t, p, arrangements.ReturnDebit{ID: "E-9", On: day("2026-04-22")}, "has no direct debit E-9")
	refused(t, running(t, nil), arrangements.RecordDebit{Instalment: 1, Debit: arrangements.Debit{ID: "E-1", On: day("2026-04-07")}}, "no mandate")
}

func TestAPlanThatIsOverTakesNothingMore(t *testing.T) {
	t.Parallel()
	p := decided(t, running(t, nil), arrangements.Cancel{Reason: "the debtor sold the company", On: day("2026-03-20")})
	require.Equal(t, arrangements.StateCancelled, p.State)
	refused(t, p, arrangements.Approve{Role: collection.RoleOwner}, "is cancelled and cannot be approved")
	refused(t, p, arrangements.Reschedule{On: day("2026-03-21")}, "cannot be rescheduled")
	refused(t, p, arrangements.OfferSettlement{}, "cannot be settled early")
	events, err := arrangements.Decide(p, arrangements.TakeMoney{Received: euros(5), Open: euros(0), On: day("2026-03-21")})
	require.NoError(t, err)
	require.Empty(t, events)
	refused(t, running(t, nil), arrangements.Cancel{On: day("2026-03-20")}, "needs a short reason")
}

func TestWhateverTheOrderOfPaymentsWhatIsPaidIsTheMoneyReceivedCapped(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		offered, err := arrangements.Propose(anyProposal(t))
		require.NoError(t, err)
		start := decided(t, offered, arrangements.Accept{
			Acceptance: arrangements.Acceptance{On: day("2026-03-02"), How: arrangements.ByMail}, Today: day("2026-03-02"),
		})
		payments := rapid.SliceOfN(rapid.Int64Range(1, start.Total().Minor()), 1, 8).Draw(t, "payments")
		count := func(order []int64) arrangements.Plan {
			p, sum := start, int64(0)
			for _, payment := range order {
				sum += payment
				p = decided(t, p, arrangements.TakeMoney{Received: euros(sum), Open: euros(max(0, start.Principal().Minor()-sum)), On: day("2026-03-02")})
			}
			return p
		}
		one, other := count(payments), count(rapid.Permutation(payments).Draw(t, "order"))
		require.Equal(t, one.State.IsOver(), other.State.IsOver())
		if !one.State.IsOver() {
			require.Equal(t, one.Paid(), other.Paid())
		}
		sum, received := int64(0), one.Received.Minor()
		for i, paid := range one.Paid() {
			sum += paid.Minor()
			require.LessOrEqual(t, paid.Minor(), one.Schedule[i].Amount().Minor())
		}
		require.Equal(t, min(received, one.Total().Minor()), sum)
		require.Equal(t, one.Total().Minor()-sum, one.Outstanding().Minor())
	})
}

// A plan always comes to an end, and never acts twice at one instant.
func TestAPlanNobodyPaysAlwaysEndsInDefault(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		offered, err := arrangements.Propose(anyProposal(t))
		require.NoError(t, err)
		p := decided(t, offered, arrangements.Accept{
			Acceptance: arrangements.Acceptance{On: day("2026-03-02"), How: arrangements.ByMail}, Today: day("2026-03-02"),
		})
		now := noon("2026-03-02")
		for range 20 {
			action := arrangements.Next(p, now)
			today := p.Window.DateOf(now)
			switch action.Kind {
			case arrangements.ActionWait:
				require.True(t, action.At.After(now))
				now = action.At
			case arrangements.ActionRemind, arrangements.ActionChase:
				p = decided(t, p, arrangements.ReportTold{Instalment: action.Instalment.Number, Missed: action.Kind == arrangements.ActionChase, On: today})
			case arrangements.ActionAsk:
				require.Fail(t, "no plan of these is collected")
			case arrangements.ActionDefault:
				p = decided(t, p, arrangements.DeclareDefault{On: today})
			case arrangements.ActionIdle, arrangements.ActionExpire:
				require.Equal(t, arrangements.StateDefaulted, p.State)
				require.True(t, now.Before(noon("2027-01-01")))
				return
			}
		}
		require.Fail(t, "the plan goes on for ever")
	})
}

func TestAPlanIsWrittenAndReadWithoutLoss(t *testing.T) {
	t.Parallel()
	p := running(t, func(p *arrangements.Proposal) {
		p.Terms.Interest = arrangements.InterestClause{Kind: arrangements.AgreedInterest, Rate: 6 * law.OnePercent}
	})
	written, err := json.Marshal(p)
	require.NoError(t, err)
	var read arrangements.Plan
	require.NoError(t, json.Unmarshal(written, &read))
	require.Equal(t, p, read)
}
