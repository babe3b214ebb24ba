package latefees_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/latefees"
	"relance/law"
	"relance/money"
)

// example is a worked example of testdata/penalty_examples.json.
type example struct {
	ID        string        `json:"id"`
	Principal string        `json:"principal"`
	Due       calendar.Date `json:"due"`
	Paid      calendar.Date `json:"paid"`
	Days      int           `json:"days"`
	Segments  []struct {
		From   calendar.Date `json:"from"`
		To     calendar.Date `json:"to"`
		Days   int           `json:"days"`
		Rate   law.Percent   `json:"rate_pct"`
		Base   int           `json:"base"`
		Amount string        `json:"amount"`
	} `json:"segments"`
	Once      string `json:"interest_round_once"`
	Sum       string `json:"interest_sum_of_rounded"`
	Indemnity string `json:"fixed_indemnity"`
}

// The examples that are not simply a French invoice between businesses.
func TestTheWorkedExamples(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/penalty_examples.json")
	require.NoError(t, err)
	var examples []example
	require.NoError(t, json.Unmarshal(data, &examples))
	require.Len(t, examples, 14)
	german := law.Regime{Country: "DE", Debtor: law.Business}
	special := map[string]struct {
		regime law.Regime
		clause latefees.Clause
		change func(*latefees.Claim)
	}{
		"P09": {regime: frenchBusiness(), clause: latefees.FixedRate(percent("8"))},
		"P10": {regime: frenchBusiness(), clause: latefees.TimesLegalRate(300)},
		"C01": {regime: frenchConsumer(), change: func(c *latefees.Claim) { c.NoticeReceived = day("2026-03-10") }},
		"C03": {regime: frenchConsumer(), change: func(c *latefees.Claim) { c.JudgmentEnforceable = day("2026-01-15") }},
		"I01": {regime: frenchBusiness(), change: func(c *latefees.Claim) { c.InsolvencyOpened = day("2026-05-20") }},
		"G01": {regime: frenchPublic()},
		"E01": {regime: german},
	}
	for _, e := range examples {
		t.Run(e.ID, func(t *testing.T) {
			t.Parallel()
			how := special[e.ID]
			if how.regime == (law.Regime{}) {
				how.regime = frenchBusiness()
			}
			c := latefees.Claim{Principal: euros(e.Principal), Due: e.Due}
			asOf := e.Paid
			if how.change != nil {
				how.change(&c)
			}
			if e.ID == "I01" {
				asOf = day("2026-11-22") // unpaid: the interest has stopped by itself
			}
			s, err := tariff(t, how.regime, latefees.Terms{Clause: how.clause}).Statement(c, asOf)
			require.NoError(t, err)
			days, sum := 0, money.FromMinor(0, money.EUR)
			segments := s.Segments()
			require.Len(t, segments, len(e.Segments))
			for i, segment := range segments {
				wanted := e.Segments[i]
				require.Equal(t, []any{wanted.From, wanted.To, wanted.Days, wanted.Rate, wanted.Base, euros(e.Principal), euros(wanted.Amount)},
					[]any{segment.From, segment.To, segment.Days, segment.Rate, segment.Base, segment.Principal, segment.Shown})
				days += segment.Days
				sum, err = sum.Add(segment.Shown)
				require.NoError(t, err)
			}
			require.Equal(t, e.Days, days)
			require.Equal(t, euros(e.Once), s.Interest())
			require.Equal(t, s.Interest(), s.Exact().Rounded())
			require.Equal(t, euros(e.Sum), sum)
			require.Equal(t, euros(e.Indemnity), s.Indemnity().Amount)

			// Paying all of it on that day leaves nothing but the indemnity.
			all, err := c.Principal.Add(s.Interest())
			require.NoError(t, err)
			c.Movements = []latefees.Movement{{Kind: latefees.Payment, ID: "all", On: asOf, Amount: all}}
			settled, err := tariff(t, how.regime, latefees.Terms{Clause: how.clause}).Statement(c, day("2026-12-31"))
			require.NoError(t, err)
			require.Equal(t, latefees.Owed{Principal: euros("0"), Interest: euros("0"), Indemnity: euros(e.Indemnity)}, settled.Owed())
			require.True(t, settled.Overpaid().IsZero())
			require.Equal(t, s.Exact(), settled.Exact())
		})
	}
}

func TestAPartPaymentPaysInterestFirst(t *testing.T) { // Q01
	t.Parallel()
	c := claim("10000", "2026-05-01", payment("P1", "2026-07-01", "4000"))
	s := statement(t, tariff(t, frenchBusiness(), latefees.Terms{}), c, "2026-09-03")
	require.Equal(t, euros("337.99"), s.Interest())
	require.Equal(t, []latefees.Split{{Kind: latefees.Payment, ID: "P1", On: day("2026-07-01"),
		Interest: euros("203.12"), Principal: euros("3796.88"), Left: euros("0")}}, s.Splits())
	require.Equal(t, latefees.Owed{Principal: euros("6203.12"), Interest: euros("134.87"), Indemnity: euros("40")}, s.Owed())
	require.Equal(t, []string{"12.15", "12.40", "12.40"}, rates(s))
	var shown []money.Amount
	for _, segment := range s.Segments() {
		shown = append(shown, segment.Shown)
	}
	require.Equal(t, []money.Amount{euros("199.73"), euros("3.40"), euros("134.87")}, shown)
}

func TestAPartPaymentPaysPrincipalFirst(t *testing.T) { // Q01b
	t.Parallel()
	terms := latefees.Terms{Conventions: latefees.Conventions{PartPayment: latefees.PrincipalFirst}}
	c := claim("10000", "2026-05-01", payment("P1", "2026-07-01", "4000"))
	s := statement(t, tariff(t, frenchBusiness(), terms), c, "2026-09-03")
	require.Equal(t, euros("333.57"), s.Interest(), "203.12 and 130.45: what ran is rounded at the payment")
	require.Equal(t, euros("333.58"), s.Exact().Rounded(), "rounded once over all")
	require.Equal(t, latefees.Owed{Principal: euros("6000"), Interest: euros("333.57"), Indemnity: euros("40")}, s.Owed())
	require.Equal(t, euros("4000"), s.Splits()[0].Principal)
	require.True(t, s.Splits()[0].Interest.IsZero())
}

func TestACreditNoteReducesThePrincipalFromItsDate(t *testing.T) { // Q03
	t.Parallel()
	c := claim("6000", "2025-12-31", creditNote("A1", "2026-01-20", "1200"), payment("P1", "2026-03-31", "4800"))
	s := statement(t, tariff(t, frenchBusiness(), latefees.Terms{}), c, "2026-03-31")
	require.Equal(t, euros("151.79"), s.Interest())
	segments := s.Segments()
	require.Len(t, segments, 2)
	require.Equal(t, []any{20, euros("6000"), euros("39.95")}, []any{segments[0].Days, segments[0].Principal, segments[0].Shown})
	require.Equal(t, []any{70, euros("4800"), euros("111.85")}, []any{segments[1].Days, segments[1].Principal, segments[1].Shown})
	require.Equal(t, euros("1200"), s.Splits()[0].Principal)
}

func TestACreditNoteReducesThePrincipalFromTheStart(t *testing.T) { // Q03b
	t.Parallel()
	terms := latefees.Terms{Conventions: latefees.Conventions{CreditNotes: latefees.Retroactive}}
	c := claim("6000", "2025-12-31", creditNote("A1", "2026-01-20", "1200"))
	s := statement(t, tariff(t, frenchBusiness(), terms), c, "2026-03-31")
	require.Equal(t, euros("143.80"), s.Interest())
	require.Equal(t, 90, s.Segments()[0].Days)
	require.Equal(t, euros("4800"), s.Owed().Principal)
}
