package arrangements_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
)

// collected is a plan whose first instalment, of 7 April and with five days of grace, is
// being collected by the direct debit E-1 of a day.
func collected(t require.TestingT, on string) arrangements.Plan {
	p := running(t, func(p *arrangements.Proposal) { p.Terms.Mandate = "M-1" })
	return decided(t, p, arrangements.RecordDebit{Instalment: 1, Debit: arrangements.Debit{ID: "E-1", On: day(on)}})
}

func defaultsOn(p arrangements.Plan) calendar.Date {
	at := noon("2026-04-08")
	for range 10 {
		next := arrangements.Next(p, at)
		switch next.Kind {
		case arrangements.ActionDefault:
			return p.Window.DateOf(at)
		case arrangements.ActionWait:
			at = next.At
		default:
			p = arrangements.Apply(p, arrangements.Told{
				Instalment: next.Instalment.Number, Missed: next.Kind != arrangements.ActionRemind, Asked: next.Kind == arrangements.ActionAsk, On: p.Window.DateOf(at),
			})
		}
	}
	return 0
}

func TestAPlanIsNotInDefaultWhileItsDirectDebitIsUnderWay(t *testing.T) {
	t.Parallel()
	p := collected(t, "2026-04-14")
	require.True(t, defaultsOn(p).IsZero(), "nor as long as nobody knows what became of it")
	p.Rules = 1
	require.Equal(t, "2026-04-28", defaultsOn(p).String(),
		"by the rules of before: the bank has eight days to give it back, and the debtor five to pay otherwise")
}

// The money is taken back on the invoice first, and the reason of the bank told after.
func TestADebitThatCameBackIsTriedAgainWhateverWasToldFirst(t *testing.T) {
	t.Parallel()
	p := paid(t, paid(t, collected(t, "2026-04-07"), 250_00, "2026-04-07"), 0, "2026-04-13")
	require.Equal(t, arrangements.ActionWait, arrangements.Next(p, noon("2026-04-14")).Kind, "the grace of 12 April is over, and the bank's reason not known")
	p = decided(t, p, arrangements.ReturnDebit{ID: "E-1", Reason: "AM04", On: day("2026-04-14"), RetryOn: day("2026-04-22")})
	require.True(t, defaultsOn(p).IsZero(), "the second try is for the creditor to make")
	p = decided(t, p, arrangements.RecordDebit{Instalment: 1, Debit: arrangements.Debit{ID: "E-2", On: day("2026-04-22")}})
	p = decided(t, p, arrangements.ReturnDebit{ID: "E-2", Reason: "AM04", On: day("2026-04-23")})
	require.Equal(t, "2026-04-29", defaultsOn(p).String(), "the day on which that came back, and five days of grace")
}

func TestADebtorWhoseDebitCameBackForGoodHasTheGraceToPayOtherwise(t *testing.T) {
	t.Parallel()
	p := paid(t, paid(t, collected(t, "2026-04-07"), 250_00, "2026-04-07"), 0, "2026-04-13")
	p = decided(t, p, arrangements.ReturnDebit{ID: "E-1", Reason: "AC04", On: day("2026-04-14")})
	require.Equal(t, arrangements.ActionChase, arrangements.Next(p, noon("2026-04-14")).Kind)
	require.Equal(t, "2026-04-20", defaultsOn(p).String())
}

func TestADebitOfAScheduleThatWasReplacedCanStillComeBack(t *testing.T) {
	t.Parallel()
	p := paid(t, collected(t, "2026-04-07"), 250_00, "2026-04-07")
	p = decided(t, p, arrangements.Reschedule{
		Terms: arrangements.Terms{Months: 3, FirstOn: day("2026-05-05"), GraceDays: 5, Mandate: "M-1"}, Role: collection.RoleOwner, On: day("2026-04-10"),
	})
	back := arrangements.ReturnDebit{ID: "E-1", Reason: "AM04", On: day("2026-04-13"), RetryOn: day("2026-04-21")}
	p = decided(t, p, back)
	debit := p.Past[0].Schedule[0].Debits[0]
	require.Equal(t, "2026-04-13", debit.Returned.String())
	require.True(t, debit.RetryOn.IsZero(), "what it was to bring is due with the new schedule")
	require.Empty(t, p.Schedule[0].Debits)
	again, err := arrangements.Decide(p, back)
	require.NoError(t, err)
	require.Empty(t, again)
}

// The first two instalments were collected and paid; then the bank gives the first one
// back. Money pays the first instalments: it is the second that is open.
func TestTheReturnOfAnEarlierDebitIsTriedAgainForTheInstalmentThatItLeavesOpen(t *testing.T) {
	t.Parallel()
	p := paid(t, collected(t, "2026-04-07"), 250_00, "2026-04-07")
	p = decided(t, p, arrangements.RecordDebit{Instalment: 2, Debit: arrangements.Debit{ID: "E-2", On: day("2026-05-05")}})
	p = paid(t, p, 500_00, "2026-05-05")
	p = paid(t, p, 250_00, "2026-05-12")
	back := arrangements.ReturnDebit{ID: "E-1", Reason: "AM04", On: day("2026-05-12"), RetryOn: day("2026-05-20")}
	p = decided(t, p, back)
	next, _ := p.NextInstalment()
	require.Equal(t, 2, next.Number)
	require.Equal(t, "2026-05-25", p.GraceEnd(next).String(), "the day of the second try, and five days")
	require.Empty(t, p.ToCollect(day("2026-05-19")))
	require.Len(t, p.ToCollect(day("2026-05-20")), 1)
	require.Equal(t, "2026-05-20", p.CollectOn(next, day("2026-05-13")).String())
	told, found := p.NoticeOf(collection.InstalmentMissed, 2, day("2026-05-13"))
	require.True(t, found)
	require.False(t, told.ForPerson)
	require.Equal(t, "2026-05-20", told.CollectOn.String(), "the debtor is told of the new day")

	p = decided(t, p, arrangements.RecordDebit{Instalment: 2, Debit: arrangements.Debit{ID: "E-3", On: day("2026-05-20")}})
	require.Empty(t, p.ToCollect(day("2026-05-31")), "and not a third time")

	old := paid(t, collected(t, "2026-04-07"), 250_00, "2026-04-07")
	old.Rules = 0
	old = paid(t, decided(t, old, arrangements.RecordDebit{Instalment: 2, Debit: arrangements.Debit{ID: "E-2", On: day("2026-05-05")}}), 250_00, "2026-05-05")
	require.Empty(t, decided(t, old, back).ToCollect(day("2026-05-31")), "a plan keeps the rules under which it was proposed")
}

func TestADebitThatNeitherBroughtMoneyNorCameBackIsAskedAboutAndBreaksNoPlan(t *testing.T) {
	t.Parallel()
	p := collected(t, "2026-04-07")
	wait := arrangements.Next(p, noon("2026-04-08"))
	require.Equal(t, arrangements.ActionWait, wait.Kind)
	require.Equal(t, p.Window.Instant(day("2026-04-16"), "D-1"), wait.At, "after the eighth day no bank gives it back for lack of money")
	told, found := p.NoticeOf(collection.InstalmentMissed, 1, day("2026-04-16"))
	require.True(t, found)
	require.True(t, told.ForPerson)
	require.True(t, told.Unresolved)
	require.True(t, defaultsOn(p).IsZero())
	old := p
	old.Rules = 1
	require.Equal(t, "2026-04-21", defaultsOn(old).String(), "15 April and five days of grace")
	old.Rules = 0
	require.Equal(t, p.Window.Instant(day("2026-04-21"), "D-1"), arrangements.Next(old, noon("2026-04-08")).At)
}
