package arrangements_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
	"relance/law"
)

func ofConsumer(p *arrangements.Proposal) { p.Consumer = true }

func TestThePlanOfAConsumerBearsNoInterest(t *testing.T) {
	t.Parallel()
	bearing := proposal()
	bearing.Consumer = true
	for _, clause := range []arrangements.InterestClause{
		{Kind: arrangements.AgreedInterest, Rate: 6 * law.OnePercent}, {Kind: arrangements.LatePaymentInterest, Rate: 3 * law.OnePercent},
	} {
		bearing.Terms.Interest = clause
		_, err := arrangements.Propose(bearing)
		require.ErrorContains(t, err, "is consumer credit (C. conso. L312-4)")
		p := running(t, ofConsumer)
		refused(t, p, arrangements.Reschedule{Terms: bearing.Terms, Role: collection.RoleOwner, On: day("2026-03-10")}, "is consumer credit")
	}
	bearing.Consumer = false
	_, err := arrangements.Propose(bearing)
	require.NoError(t, err)
}

func TestAConsumersBalanceIsDueOnlyAfterADemandAndTimeToMeetIt(t *testing.T) {
	t.Parallel()
	p := running(t, ofConsumer)
	require.Equal(t, "2026-04-07", p.Schedule[0].DueOn.String())
	first := arrangements.Next(p, noon("2026-04-08"))
	require.Equal(t, arrangements.ActionChase, first.Kind)
	require.Equal(t, "2026-05-08", first.Because.Date.String(), "thirty days from the demand")

	// Nobody could be told for months: nothing is due at once that was not demanded.
	late := arrangements.Next(p, noon("2026-08-03"))
	require.Equal(t, arrangements.ActionChase, late.Kind)
	refused(t, p, arrangements.DeclareDefault{On: day("2026-08-03")}, "its debtor is a consumer")

	told, found := p.NoticeOf(collection.InstalmentMissed, 1, day("2026-04-09"))
	require.True(t, found)
	require.Equal(t, "2026-05-09", told.Grace.String())
	require.Equal(t, told.Grace, told.Deadline)
	require.NotContains(t, told.Step.Fallbacks, collection.ChannelSMS, "a demand is in writing")

	p = decided(t, p, arrangements.ReportTold{Instalment: 1, Missed: true, On: day("2026-04-09")})
	refused(t, p, arrangements.DeclareDefault{On: day("2026-05-09")}, "its debtor is a consumer")
	wait := arrangements.Next(p, noon("2026-04-10"))
	require.Equal(t, arrangements.ActionWait, wait.Kind)
	require.Equal(t, p.Window.Instant(day("2026-05-10"), "D-1"), wait.At)
	require.Equal(t, arrangements.ActionDefault, arrangements.Next(p, noon("2026-05-11")).Kind)
	require.Equal(t, arrangements.StateDefaulted, decided(t, p, arrangements.DeclareDefault{On: day("2026-05-11")}).State)
}

func TestADemandThatWasMetIsOver(t *testing.T) {
	t.Parallel()
	p := running(t, ofConsumer)
	p = decided(t, p, arrangements.ReportTold{Instalment: 1, Missed: true, On: day("2026-04-09")})
	p = paid(t, p, 100_00, "2026-04-20")
	require.Equal(t, "2026-04-09", p.Schedule[0].Missed.String(), "a part does not meet it")
	p = paid(t, p, 250_00, "2026-04-21")
	require.True(t, p.Schedule[0].Missed.IsZero())
	// The payment is taken back months later: it is demanded anew.
	p = paid(t, p, 0, "2026-08-03")
	require.Equal(t, arrangements.ActionChase, arrangements.Next(p, noon("2026-08-04")).Kind)
	refused(t, p, arrangements.DeclareDefault{On: day("2026-08-04")}, "its debtor is a consumer")

	business := running(t, nil)
	business = decided(t, business, arrangements.ReportTold{Instalment: 1, Missed: true, On: day("2026-04-09")})
	business = paid(t, business, 250_00, "2026-04-21")
	require.Equal(t, "2026-04-09", business.Schedule[0].Missed.String(), "plans of businesses go on as they did")
	require.Equal(t, "2026-04-12", business.GraceEnd(business.Schedule[0]).String())
}

// Who is to collect and does not, or does not know what became of it, has told the debtor
// nothing.
func TestWhatACreditorDoesNotCollectBreaksNoPlan(t *testing.T) {
	t.Parallel()
	for _, consumer := range []bool{false, true} {
		p := running(t, func(p *arrangements.Proposal) { p.Terms.Mandate, p.Consumer = "M-1", consumer })
		asks := func(on, why string) {
			t.Helper()
			next := arrangements.Next(p, noon(on))
			require.Equal(t, arrangements.ActionAsk, next.Kind)
			require.Contains(t, next.Because.String(), why)
			_, err := arrangements.Decide(p, arrangements.DeclareDefault{On: day(on)})
			require.Error(t, err)
			require.True(t, p.PayableUntil(p.Schedule[0], day(on)).IsZero())
			p = decided(t, p, arrangements.ReportTold{Instalment: 1, Missed: true, Asked: true, On: day(on)})
			require.True(t, p.Schedule[0].Missed.IsZero() || p.Schedule[0].Missed < day(on), "the debtor was not told")
			require.Equal(t, arrangements.ActionWait, arrangements.Next(p, noon(on)).Kind, "asked once")
		}
		asks("2026-04-08", "was due on 2026-04-07 and its direct debit stood in no file for the bank")
		require.Contains(t, arrangements.Next(p, noon("2026-04-08")).Because.French(), "ne figurait dans aucun fichier")
		asks("2026-05-12", "stood in no file") // and again, for as long as nobody does anything

		p = decided(t, p, arrangements.RecordDebit{Instalment: 1, Debit: arrangements.Debit{ID: "D-1", On: day("2026-05-12")}})
		asks("2026-05-21", "has neither brought its money nor come back")
		asks("2026-06-23", "has neither brought its money nor come back")
		p = decided(t, p, arrangements.ReturnDebit{ID: "D-1", On: day("2026-06-24"), Reason: "AM04", RetryOn: day("2026-06-30")})
		require.Equal(t, arrangements.ActionChase, arrangements.Next(p, noon("2026-06-25")).Kind, "now the debtor is told, and of the next debit")
		p = decided(t, p, arrangements.ReportTold{Instalment: 1, Missed: true, On: day("2026-06-25")})
		asks("2026-07-02", "stood in no file") // the second one
		p = decided(t, p, arrangements.RecordDebit{Instalment: 1, Debit: arrangements.Debit{ID: "D-2", On: day("2026-07-03")}})
		p = decided(t, p, arrangements.ReturnDebit{ID: "D-2", On: day("2026-07-06"), Reason: "AM04"})
		ends := map[bool]string{false: "2026-07-11", true: "2026-07-25"}[consumer]
		require.Equal(t, ends, p.PayableUntil(p.Schedule[0], day("2026-07-07")).String())
		require.Equal(t, arrangements.ActionDefault, arrangements.Next(p, noon("2026-07-27")).Kind)
	}
}

// A debit came back and its debtor paid by transfer: the next instalment is to be collected
// as before.
func TestTheReturnOfADebitThatWasPaidOtherwiseBlamesNobodyForTheNextOne(t *testing.T) {
	t.Parallel()
	p := running(t, func(p *arrangements.Proposal) { p.Terms.Mandate = "M-1" })
	p = decided(t, p, arrangements.RecordDebit{Instalment: 1, Debit: arrangements.Debit{ID: "D-1", On: day("2026-04-07")}})
	p = decided(t, p, arrangements.ReturnDebit{ID: "D-1", On: day("2026-04-09"), Reason: "AM04"})
	p = paid(t, p, 250_00, "2026-04-12")
	next := arrangements.Next(p, noon("2026-06-01"))
	require.Equal(t, 2, next.Instalment.Number)
	require.Equal(t, arrangements.ActionAsk, next.Kind)
	told, found := p.NoticeOf(collection.InstalmentMissed, 2, day("2026-06-01"))
	require.True(t, found)
	require.True(t, told.ForPerson)
}

func TestEachDemandIsAMessageOfItsOwn(t *testing.T) {
	t.Parallel()
	p := running(t, ofConsumer)
	key := func(p arrangements.Plan) string {
		told, found := p.NoticeOf(collection.InstalmentMissed, 1, day("2026-08-04"))
		require.True(t, found)
		return told.Step.Key
	}
	require.Equal(t, "instalment/P-12/1/1/missed", key(p))
	p = decided(t, p, arrangements.ReportTold{Instalment: 1, Missed: true, On: day("2026-04-09")})
	p = paid(t, paid(t, p, 250_00, "2026-04-21"), 0, "2026-08-03")
	require.Equal(t, "instalment/P-12/1/1/missed/2", key(p))
	_, _, number, kind, isOne := collection.OfInstalment(key(p))
	require.True(t, isOne)
	require.Equal(t, 1, number)
	require.Equal(t, collection.InstalmentMissed, kind)

	// What is told of an instalment as it is paid demands nothing.
	met := paid(t, running(t, ofConsumer), 250_00, "2026-04-08")
	met = decided(t, met, arrangements.ReportTold{Instalment: 1, Missed: true, On: day("2026-04-08")})
	require.Equal(t, arrangements.ActionChase, arrangements.Next(paid(t, met, 0, "2026-06-20"), noon("2026-06-22")).Kind)
}

func TestADemandEndsWithThePlanThatGoesOnAgain(t *testing.T) {
	t.Parallel()
	p := paid(t, running(t, ofConsumer), 750_00, "2026-06-05")
	p = decided(t, p, arrangements.ReportTold{Instalment: 4, Missed: true, On: day("2026-07-08")})
	p = decided(t, p, arrangements.OfferSettlement{Settlement: arrangements.Settlement{Reduction: euros(50_00), Until: day("2026-07-20")}, On: day("2026-07-09"), Role: collection.RoleOwner})
	p = paid(t, p, 950_00, "2026-07-10")
	require.Equal(t, arrangements.StateSettledEarly, p.State)
	p = decided(t, p, arrangements.TakeMoney{Received: euros(750_00), Open: euros(250_00), On: day("2026-10-01"), Today: day("2026-10-01")})
	require.Equal(t, arrangements.StateRunning, p.State)
	require.Equal(t, arrangements.ActionChase, arrangements.Next(p, noon("2026-10-02")).Kind)
	refused(t, p, arrangements.DeclareDefault{On: day("2026-10-20")}, "its debtor is a consumer")
}

// Whatever becomes of its debits, a running plan knows what comes next, and what it does
// brings it on.
func TestACollectedPlanAlwaysKnowsWhatComesNext(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := running(t, func(p *arrangements.Proposal) {
			p.Terms.Mandate = "M-1"
			p.Consumer = rapid.Bool().Draw(t, "consumer")
		})
		now, received, debits := noon("2026-03-06"), int64(0), 0
		for range rapid.IntRange(1, 30).Draw(t, "length") {
			today := p.Window.DateOf(now)
			next := arrangements.Next(p, now)
			if p.State != arrangements.StateRunning {
				return
			}
			at := func(days int) calendar.Date { return today.AddDays(days) }
			switch next.Kind {
			case arrangements.ActionWait:
				require.True(t, next.At.After(now))
				require.NotEmpty(t, next.Because.String())
			case arrangements.ActionRemind, arrangements.ActionChase, arrangements.ActionAsk:
				told := arrangements.ReportTold{
					Instalment: next.Instalment.Number, Missed: next.Kind != arrangements.ActionRemind, Asked: next.Kind == arrangements.ActionAsk, On: today,
				}
				p = decided(t, p, told)
				require.NotEqual(t, next.Kind, arrangements.Next(p, now).Kind, "it is told once")
				continue
			case arrangements.ActionDefault:
				require.False(t, p.Consumer && next.Instalment.Missed.IsZero())
				p = decided(t, p, arrangements.DeclareDefault{On: today})
				continue
			case arrangements.ActionIdle, arrangements.ActionExpire:
				require.Fail(t, "a running plan has something to do", "%v", next)
			default:
				require.Fail(t, "nothing comes next", "%v", next)
			}
			switch rapid.SampledFrom([]string{"wait", "collect", "return", "pay", "take back"}).Draw(t, "what") {
			case "collect":
				for _, instalment := range p.ToCollect(at(5)) {
					debits++
					p = decided(t, p, arrangements.RecordDebit{Instalment: instalment.Number, Debit: arrangements.Debit{ID: fmt.Sprint("D-", debits), On: p.CollectOn(instalment, today)}})
				}
			case "return":
				if debits > 0 {
					id := fmt.Sprint("D-", rapid.IntRange(1, debits).Draw(t, "debit"))
					_, debit, _, _ := p.Debit(id)
					back := arrangements.ReturnDebit{ID: id, Reason: "AM04", On: max(debit.On, today)}
					if rapid.Bool().Draw(t, "again") {
						back.RetryOn = back.On.AddDays(7)
					}
					p = decided(t, p, back)
				}
			case "pay":
				received = min(1_000_00, received+250_00)
				p = paid(t, p, received, today.String())
			case "take back":
				received = max(0, received-250_00)
				p = paid(t, p, received, today.String())
			default:
				now = next.At
			}
		}
	})
}
