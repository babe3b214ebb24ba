package latefees_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/latefees"
	"relance/money"
)

func TestNothingIsDueBeforeTheDueDateHasPassed(t *testing.T) {
	t.Parallel()
	prepared := tariff(t, frenchBusiness(), latefees.Terms{})
	for _, asOf := range []string{"2026-01-01", "2026-06-29", "2026-06-30"} {
		s := statement(t, prepared, claim("1000", "2026-06-30"), asOf)
		require.True(t, s.Interest().IsZero())
		require.Equal(t, latefees.IndemnityNotLate, s.Indemnity().Reason)
		require.Equal(t, asOf == "2026-06-30", !s.PerDay().IsZero(), "the first day that costs is 1 July")
	}
	s := statement(t, prepared, claim("1000", "2026-06-30"), "2026-07-01")
	require.Equal(t, latefees.IndemnityDue, s.Indemnity().Reason)
	require.Equal(t, euros("0.34"), s.Interest())
}

func TestPaymentsInTimeLeaveNothing(t *testing.T) {
	t.Parallel()
	c := claim("1000", "2026-06-30", payment("P2", "2026-06-30", "400"), payment("P1", "2026-06-01", "600"))
	s := statement(t, tariff(t, frenchBusiness(), latefees.Terms{}), c, "2026-12-31")
	require.True(t, s.Exact().IsZero())
	require.Empty(t, s.Segments())
	require.Empty(t, s.Warnings())
	require.Equal(t, latefees.Owed{Principal: euros("0"), Interest: euros("0"), Indemnity: euros("0")}, s.Owed())
	require.Equal(t, "P1", s.Splits()[0].ID, "in the order of time")
}

func TestTheNextDayCostsWhatTheStatementSays(t *testing.T) {
	t.Parallel()
	prepared := tariff(t, frenchBusiness(), latefees.Terms{})
	c := claim("10000", "2026-05-01", payment("P1", "2026-06-15", "2500"))
	for _, asOf := range []string{"2026-05-01", "2026-06-14", "2026-06-30", "2026-07-01"} {
		today, tomorrow := statement(t, prepared, c, asOf), statement(t, prepared, c, day(asOf).AddDays(1).String())
		sum, err := today.Exact().Add(today.PerDay())
		require.NoError(t, err)
		require.Equal(t, tomorrow.Exact(), sum, asOf)
	}
	require.Equal(t, "3.39726027 EUR", statement(t, prepared, claim("10000", "2026-07-01"), "2026-08-01").PerDay().String())
}

// The direct debit of 1 July came back on 8 July: from 2 to 8 July the creditor
// had the money.
func TestAPaymentThatIsTakenBackIsOwedAgain(t *testing.T) {
	t.Parallel()
	prepared := tariff(t, frenchBusiness(), latefees.Terms{})
	c := claim("10000", "2026-05-01", payment("P1", "2026-07-01", "4000"), reversal("R1", "2026-07-08", "P1"))
	s := statement(t, prepared, c, "2026-07-31")
	require.Equal(t, latefees.Split{Kind: latefees.Reversal, ID: "R1", On: day("2026-07-08"),
		Interest: euros("-203.12"), Principal: euros("-3796.88"), Left: euros("0")}, s.Splits()[1])
	require.Equal(t, euros("10000"), s.Owed().Principal)
	require.Equal(t, s.Interest(), s.Owed().Interest)
	segments := s.Segments()
	require.Equal(t, []any{euros("6203.12"), 7, euros("10000"), 23},
		[]any{segments[2].Principal, segments[2].Days, segments[3].Principal, segments[3].Days})

	// Paid before the due date and taken back after it: late from then on.
	c = claim("1000", "2026-06-30", payment("P1", "2026-06-20", "1000"), reversal("R1", "2026-07-05", "P1"))
	require.Equal(t, latefees.IndemnityNotLate, statement(t, prepared, c, "2026-07-05").Indemnity().Reason)
	s = statement(t, prepared, c, "2026-07-06")
	require.Equal(t, latefees.IndemnityDue, s.Indemnity().Reason)
	require.Equal(t, 1, s.Segments()[0].Days)
}

// Paid twice; then the first payment bounced, and the second stands in for it.
// Then that bounced as well.
func TestWhatWasPaidTooMuchPaysWhatIsOwedAgain(t *testing.T) {
	t.Parallel()
	prepared := tariff(t, frenchBusiness(), latefees.Terms{})
	c := claim("1000", "2026-06-30",
		payment("P1", "2026-06-20", "1000"), payment("P2", "2026-06-25", "1000"), reversal("R1", "2026-07-05", "P1"))
	s := statement(t, prepared, c, "2026-07-31")
	require.True(t, s.Exact().IsZero())
	require.True(t, s.Overpaid().IsZero())
	require.True(t, s.Owed().Principal.IsZero())
	require.Equal(t, latefees.Split{Kind: latefees.CreditUsed, ID: "R1", On: day("2026-07-05"), Interest: euros("0"), Principal: euros("1000"), Left: euros("-1000")},
		s.Splits()[3])
	require.True(t, s.Indemnity().Amount.IsZero())

	c.Movements = append(c.Movements, reversal("R2", "2026-07-15", "P2"))
	s = statement(t, prepared, c, "2026-07-31")
	require.Equal(t, euros("1000"), s.Owed().Principal)
	require.Equal(t, 16, s.Segments()[0].Days)
	require.Equal(t, euros("-1000"), s.Splits()[4].Principal)
}

func TestACreditNoteBeyondThePrincipalBelongsToTheDebtor(t *testing.T) {
	t.Parallel()
	for _, when := range []latefees.CreditNotes{latefees.FromTheirDate, latefees.Retroactive} {
		terms := latefees.Terms{Conventions: latefees.Conventions{CreditNotes: when}}
		s := statement(t, tariff(t, frenchBusiness(), terms), claim("1000", "2026-06-30", creditNote("A1", "2026-06-15", "1500")), "2026-12-31")
		require.Equal(t, euros("500"), s.Overpaid(), when)
		require.True(t, s.Owed().Principal.IsZero())
		require.True(t, s.Interest().IsZero())
		require.Equal(t, latefees.IndemnityNotLate, s.Indemnity().Reason)
	}
}

func TestNoInterestRunsInTheTimeGrantedByAJudge(t *testing.T) {
	t.Parallel()
	prepared := tariff(t, frenchBusiness(), latefees.Terms{})
	c := claim("10000", "2026-05-31")
	c.Grace = []latefees.Span{{From: day("2026-06-11"), To: day("2026-07-10")}, {From: day("2026-07-21"), To: day("2026-07-21")}}
	s := statement(t, prepared, c, "2026-07-31")
	var days []int
	for _, segment := range s.Segments() {
		days = append(days, segment.Days)
	}
	require.Equal(t, []int{10, 10, 10}, days)
	require.Equal(t, day("2026-07-22"), s.Segments()[2].From)
	require.True(t, statement(t, prepared, c, "2026-06-15").PerDay().IsZero())
	require.True(t, statement(t, prepared, c, "2026-06-10").PerDay().IsZero(), "the next day is the first of the time granted")
	require.False(t, statement(t, prepared, c, "2026-07-10").PerDay().IsZero())
}

func TestTheLegalRateRisesTwoMonthsAfterAJudgment(t *testing.T) {
	t.Parallel()
	c := claim("8000", "2025-11-30")
	c.NoticeReceived, c.JudgmentEnforceable = day("2025-12-01"), day("2025-12-31")
	s := statement(t, tariff(t, frenchConsumer(), latefees.Terms{}), c, "2026-03-31")
	segments := s.Segments()
	require.Equal(t, []string{"2.76", "2.62", "7.62"}, rates(s))
	require.Equal(t, day("2026-03-01"), segments[2].From, "two months end on 28 February")
	require.Equal(t, "C. civ. 1231-6; 1344-1; CMF L313-3", segments[2].Article)
	require.Equal(t, "C. civ. 1231-6; 1344-1", segments[1].Article)
	s = statement(t, tariff(t, frenchBusiness(), latefees.Terms{}), c, "2026-03-31")
	require.Equal(t, []string{"12.15", "12.15"}, rates(s))
	require.Equal(t, []latefees.WarningCode{latefees.JudgmentWithoutEffect}, codes(s))
}

func TestPaymentsAfterTheStatementDoNotCountYet(t *testing.T) {
	t.Parallel()
	prepared := tariff(t, frenchBusiness(), latefees.Terms{Conventions: latefees.Conventions{CreditNotes: latefees.Retroactive}})
	c := claim("10000", "2026-05-31")
	unpaid := statement(t, prepared, c, "2026-07-31")
	c.Movements = []latefees.Movement{payment("P1", "2026-08-01", "10000"), creditNote("A1", "2026-08-01", "10")}
	require.Equal(t, unpaid.Owed(), statement(t, prepared, c, "2026-07-31").Owed())
}

func TestAClaimThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	prepared := tariff(t, frenchBusiness(), latefees.Terms{})
	dollars := payment("P1", "2026-07-01", "1")
	dollars.Amount = amount("1", "USD")
	for reason, c := range map[string]latefees.Claim{
		"the claim has no amount with a currency":                       {Due: day("2026-06-30")},
		"the claim has no due date":                                     {Principal: euros("1")},
		"the claim is of -1.00 EUR: it must not be less than nothing":   claim("-1", "2026-06-30"),
		"the payment P1 is of 0.00 EUR: it must be more than nothing":   claim("1", "2026-06-30", payment("P1", "2026-07-01", "0")),
		"the payment P1 has no date":                                    claim("1", "2026-06-30", latefees.Movement{Kind: latefees.Payment, ID: "P1", Amount: euros("1")}),
		"a credit-note of the claim has no ID":                          claim("1", "2026-06-30", creditNote("", "2026-07-01", "1")),
		`"gift" is no kind of movement`:                                 claim("1", "2026-06-30", latefees.Movement{Kind: "gift", ID: "G"}),
		"the payment P1 stands twice among the movements":               claim("1", "2026-06-30", payment("P1", "2026-07-01", "1"), payment("P1", "2026-07-02", "1")),
		"the payment P1 is of 1.00 USD, the claim of 1.00 EUR":          claim("1", "2026-06-30", dollars),
		"the reversal R1 does not name the payment it takes back":       claim("1", "2026-06-30", reversal("R1", "2026-07-01", "")),
		"the reversal R1 takes back the payment P1, which is not among": claim("1", "2026-06-30", reversal("R1", "2026-07-01", "P1"), payment("P1", "2026-07-02", "1")),
		"the reversal R2 takes back the payment P1, which is not among": claim("1", "2026-06-30", payment("P1", "2026-07-01", "1"),
			reversal("R1", "2026-07-02", "P1"), reversal("R2", "2026-07-02", "P1")),
		"the time to pay from 2026-07-02 to 2026-07-01 is not in order": {Principal: euros("1"), Due: day("2026-06-30"),
			Grace: []latefees.Span{{From: day("2026-07-02"), To: day("2026-07-01")}}},
	} {
		_, err := prepared.Statement(c, day("2026-12-01"))
		require.ErrorContains(t, err, reason)
	}
	_, err := prepared.Statement(claim("1", "2026-06-30"), 0)
	require.EqualError(t, err, "the statement has no date")
	_, err = prepared.Statement(claim("1", "2026-06-30", dollars), day("2026-12-01"))
	require.ErrorIs(t, err, money.ErrCurrencyMismatch)
}

// Until the creditor asks for the late fees, what comes in pays what was asked
// for: the principal.
func TestBeforeTheLateFeesAreAskedForAPaymentPaysThePrincipalAlone(t *testing.T) {
	t.Parallel()
	prepared := tariff(t, frenchBusiness(), latefees.Terms{})
	c := claim("10000", "2026-05-01", payment("P1", "2026-07-01", "4000"), payment("P2", "2026-07-11", "100"))
	c.AskedFrom = day("2026-07-02")
	s := statement(t, prepared, c, "2026-07-31")
	require.Equal(t, euros("4000"), s.Splits()[0].Principal)
	require.Equal(t, euros("100"), s.Splits()[1].Interest)
	require.Equal(t, euros("100"), s.InterestPaid())
	require.Equal(t, euros("6000"), s.Owed().Principal)

	double := claim("10000", "2026-05-01", payment("P1", "2026-07-01", "10000"), payment("P2", "2026-07-01", "10000"))
	double.AskedFrom = day("2026-07-02")
	s = statement(t, prepared, double, "2026-07-31")
	require.Equal(t, euros("10000"), s.Overpaid())
	require.True(t, s.InterestPaid().IsZero())
	require.Equal(t, euros("203.12"), s.Owed().Interest, "it arose all the same")
}

func TestInterestThatWasWaivedIsNotOwedAndRunsOn(t *testing.T) {
	t.Parallel()
	prepared := tariff(t, frenchBusiness(), latefees.Terms{})
	c := claim("10000", "2026-05-01", payment("P1", "2026-07-01", "4000"))
	c.Movements = append(c.Movements, latefees.Movement{Kind: latefees.Waiver, ID: "W1", On: day("2026-07-10")})
	before := statement(t, prepared, c, "2026-07-09")
	on := statement(t, prepared, c, "2026-07-10")
	require.Positive(t, before.Owed().Interest.Minor())
	require.True(t, on.Owed().Interest.IsZero())
	require.Equal(t, euros("203.12"), on.InterestPaid())
	after := statement(t, prepared, c, "2026-07-11")
	require.Equal(t, after.PerDay().Rounded(), after.Owed().Interest, "the day after costs again")
	c.Movements[1].Amount = euros("5")
	part := statement(t, prepared, c, "2026-07-10")
	require.Equal(t, euros("5"), part.InterestWaived())
	require.Equal(t, on.InterestWaived().Minor()-500, part.Owed().Interest.Minor())
}
