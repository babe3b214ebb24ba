package arrangements_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/arrangements"
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
		p = decided(t, p, arrangements.ReportTold{Instalment: 1, Missed: true, On: day("2026-04-08")})
		waits := arrangements.Next(p, noon("2026-08-03"))
		require.Equal(t, arrangements.ActionIdle, waits.Kind)
		require.Equal(t, "instalment 1 of the plan P-12, 250.00 EUR, was to be collected on 2026-04-07 and stood in no file for the bank: the plan waits until it is collected, paid or agreed on anew", waits.Because.String())
		require.Contains(t, waits.Because.French(), "devait être prélevée le 07/04/2026")
		_, err := arrangements.Decide(p, arrangements.DeclareDefault{On: day("2026-08-03")})
		require.Error(t, err)

		p = decided(t, p, arrangements.RecordDebit{Instalment: 1, Debit: arrangements.Debit{ID: "D-1", On: day("2026-08-04")}})
		require.True(t, p.Schedule[0].Missed.IsZero())
		p = decided(t, p, arrangements.ReportTold{Instalment: 1, Missed: true, On: day("2026-08-13")}) // a person, to find out
		p = decided(t, p, arrangements.ReturnDebit{ID: "D-1", On: day("2026-08-17"), Reason: "AM04", RetryOn: day("2026-08-24")})
		told := arrangements.Next(p, noon("2026-08-18"))
		require.Equal(t, arrangements.ActionChase, told.Kind, "now the debtor is told")
		p = decided(t, p, arrangements.ReportTold{Instalment: 1, Missed: true, On: day("2026-08-18")})
		p = decided(t, p, arrangements.RecordDebit{Instalment: 1, Debit: arrangements.Debit{ID: "D-2", On: day("2026-08-24")}})
		p = decided(t, p, arrangements.ReturnDebit{ID: "D-2", On: day("2026-08-26"), Reason: "AM04"})
		require.Equal(t, "2026-08-18", p.Schedule[0].Missed.String(), "it has been told")
		ends := map[bool]string{false: "2026-08-31", true: "2026-09-17"}[consumer]
		require.Equal(t, ends, p.GraceEnd(p.Schedule[0]).String())
		require.Equal(t, arrangements.ActionDefault, arrangements.Next(p, noon("2026-09-18")).Kind)
	}
}
