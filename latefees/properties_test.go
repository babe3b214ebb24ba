package latefees_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/latefees"
	"relance/law"
	"relance/money"
)

func anyTerms(t *rapid.T) latefees.Terms {
	return latefees.Terms{
		Clause: rapid.SampledFrom([]latefees.Clause{
			{}, latefees.FixedRate(percent("8.1234")), latefees.TimesLegalRate(300), latefees.ECBPlus(percent("12")),
		}).Draw(t, "clause"),
		Conventions: latefees.Conventions{
			DayCount:    rapid.SampledFrom([]latefees.DayCount{latefees.Actual365, latefees.ActualActual}).Draw(t, "day count"),
			PartPayment: rapid.SampledFrom([]latefees.PartPayment{latefees.InterestFirst, latefees.PrincipalFirst}).Draw(t, "order"),
			CreditNotes: rapid.SampledFrom([]latefees.CreditNotes{latefees.FromTheirDate, latefees.Retroactive}).Draw(t, "credit notes"),
			PaymentDay:  rapid.SampledFrom([]latefees.PaymentDay{latefees.PaymentDayCounted, latefees.PaymentDayNotCounted}).Draw(t, "payment day"),
		},
	}
}

func anyTariff(t *rapid.T) *latefees.Tariff {
	regime := rapid.SampledFrom([]law.Regime{
		frenchBusiness(), frenchPublic(), {Country: "BE", Debtor: law.Business}, {Country: "ES", Debtor: law.Business},
	}).Draw(t, "regime")
	terms := anyTerms(t)
	if regime.Country != "FR" && terms.Clause.Kind == latefees.LegalClause {
		terms.Clause = latefees.Clause{}
	}
	return tariff(t, regime, terms)
}

func anyDay(t *rapid.T, from, to calendar.Date, label string) calendar.Date {
	return calendar.Date(rapid.Int32Range(int32(from), int32(to)).Draw(t, label))
}

// small amounts are counted in int64, enormous ones in 128 bits.
func anyPrincipal(t *rapid.T) money.Amount {
	largest := rapid.SampledFrom([]int64{100, 1_000_000, 1_000_000_000_000, math.MaxInt64 / 100}).Draw(t, "largest")
	return money.FromMinor(rapid.Int64Range(0, largest).Draw(t, "principal"), money.EUR)
}

// anyClaim is a claim with payments, credit notes and reversals in any order.
func anyClaim(t *rapid.T) latefees.Claim {
	c := latefees.Claim{Principal: anyPrincipal(t), Due: anyDay(t, day("2018-01-01"), day("2026-12-30"), "due")}
	for i := range rapid.IntRange(0, 5).Draw(t, "payments") {
		m := latefees.Movement{
			Kind: rapid.SampledFrom([]latefees.MovementKind{latefees.Payment, latefees.Payment, latefees.CreditNote}).Draw(t, "kind"),
			ID:   fmt.Sprintf("M%d", i), On: anyDay(t, c.Due-60, day("2026-12-31"), "on"),
			Amount: money.FromMinor(rapid.Int64Range(1, max(1, c.Principal.Minor())).Draw(t, "amount"), money.EUR),
		}
		c.Movements = append(c.Movements, m)
		if m.Kind == latefees.Payment && rapid.IntRange(0, 3).Draw(t, "bounces") == 0 {
			c.Movements = append(c.Movements, latefees.Movement{
				Kind: latefees.Reversal, ID: "R" + m.ID, Reverses: m.ID, On: anyDay(t, m.On, day("2026-12-31"), "bounced")})
		}
	}
	if rapid.Bool().Draw(t, "has grace") {
		from := anyDay(t, c.Due, day("2026-12-31"), "grace")
		c.Grace = []latefees.Span{{From: from, To: from + 30}}
	}
	if rapid.IntRange(0, 3).Draw(t, "insolvent") == 0 {
		c.InsolvencyOpened = anyDay(t, c.Due-10, day("2026-12-31"), "opened")
	}
	return c
}

func computed(t *rapid.T, prepared *latefees.Tariff, c latefees.Claim, asOf calendar.Date) *latefees.Statement {
	s, err := prepared.Statement(c, asOf)
	if errors.Is(err, money.ErrOverflow) {
		t.Skip("no such sum")
	}
	require.NoError(t, err)
	return s
}

// The exact sum is that of every segment, computed with math/big from what the
// segments show; whether it was counted in int64 or in 128 bits.
func TestTheInterestIsThatOfItsSegmentsInAnyArithmetic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prepared, c := anyTariff(t), anyClaim(t)
		s := computed(t, prepared, c, anyDay(t, c.Due-5, day("2026-12-31"), "as of"))
		sum, before := new(big.Rat), calendar.Date(0)
		for _, segment := range s.Segments() {
			require.Greater(t, segment.From, before)
			require.Equal(t, int(segment.To-segment.From)+1, segment.Days)
			before = segment.To
			part := new(big.Rat).SetFrac(
				new(big.Int).Mul(big.NewInt(segment.Principal.Minor()), big.NewInt(int64(segment.Rate)*int64(segment.Days))),
				big.NewInt(int64(segment.Base)*1_000_000))
			require.Zero(t, part.Cmp(rational(segment.Exact)))
			sum.Add(sum, part)
		}
		require.Zero(t, sum.Cmp(rational(s.Exact())), "%s and %s", sum, rational(s.Exact()))
	})
}

// Counting a claim in 128 bits gives the same as in int64: a thousand million
// times the claim costs a thousand million times as much.
func TestSmallAndLargeSumsAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prepared := anyTariff(t)
		const times = 1_000_000_000
		minor := rapid.Int64Range(1, 1_000_000_00).Draw(t, "principal")
		due := anyDay(t, day("2018-01-01"), day("2026-12-30"), "due")
		asOf := anyDay(t, due, day("2026-12-31"), "as of")
		small := computed(t, prepared, latefees.Claim{Principal: money.FromMinor(minor, money.EUR), Due: due}, asOf)
		large := computed(t, prepared, latefees.Claim{Principal: money.FromMinor(minor*times, money.EUR), Due: due}, asOf)
		scaled := new(big.Rat).Mul(rational(small.Exact()), new(big.Rat).SetInt64(times))
		require.Zero(t, scaled.Cmp(rational(large.Exact())))
	})
}

func TestSplittingATimeNeverChangesTheExactSum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// A frozen rate depends on where the time begins: it is left out.
		prepared := tariff(t, frenchBusiness(), anyTerms(t))
		c := latefees.Claim{Principal: anyPrincipal(t), Due: anyDay(t, day("2018-01-01"), day("2026-12-30"), "due")}
		middle := anyDay(t, c.Due, day("2026-12-31"), "middle")
		end := anyDay(t, middle, day("2026-12-31"), "end")
		whole, first := computed(t, prepared, c, end), computed(t, prepared, c, middle)
		c.Due = middle
		second := computed(t, prepared, c, end)
		sum, err := first.Exact().Add(second.Exact())
		require.NoError(t, err)
		require.Equal(t, whole.Exact(), sum)
	})
}

func TestMoreDaysNeverCostLess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prepared, c := anyTariff(t), anyClaim(t)
		if prepared.Terms().Conventions.CreditNotes == latefees.Retroactive {
			return // a credit note of tomorrow makes yesterday cheaper
		}
		first := anyDay(t, c.Due-5, day("2026-12-31"), "first")
		second := anyDay(t, first, day("2026-12-31"), "second")
		less, more := computed(t, prepared, c, first), computed(t, prepared, c, second)
		require.LessOrEqual(t, less.Exact().Cmp(more.Exact()), 0)
		// What was rounded at a payment may differ by half a unit from the whole.
		require.LessOrEqual(t, less.Interest().Minor(), more.Interest().Minor()+1)
	})
}

func TestPayingEarlierNeverCostsMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prepared, c := anyTariff(t), anyClaim(t)
		c.Movements = nil
		sum := money.FromMinor(rapid.Int64Range(1, max(1, c.Principal.Minor())).Draw(t, "paid"), money.EUR)
		early := anyDay(t, c.Due-5, day("2026-12-31"), "early")
		late := anyDay(t, early, day("2026-12-31"), "late")
		cost := func(on calendar.Date) *latefees.Statement {
			c.Movements = []latefees.Movement{{Kind: latefees.Payment, ID: "P", On: on, Amount: sum}}
			return computed(t, prepared, c, day("2026-12-31"))
		}
		require.LessOrEqual(t, cost(early).Exact().Cmp(cost(late).Exact()), 0)
		require.LessOrEqual(t, cost(early).Interest().Minor(), cost(late).Interest().Minor()+1, "one unit of rounding at the payment")
	})
}

func TestNothingOwedCostsNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyClaim(t)
		c.Principal = money.FromMinor(0, money.EUR)
		s := computed(t, anyTariff(t), c, day("2026-12-31"))
		require.True(t, s.Exact().IsZero())
		require.True(t, s.Interest().IsZero())
		require.True(t, s.PerDay().IsZero())
		require.True(t, s.Indemnity().Amount.IsZero())
	})
}

// Every cent that moved is somewhere: in the splits, in what is owed, or left
// over. And the order in which movements are given does not matter.
func TestNoCentIsLost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prepared, c := anyTariff(t), anyClaim(t)
		asOf := anyDay(t, c.Due-5, day("2026-12-31"), "as of")
		s := computed(t, prepared, c, asOf)
		received := new(big.Int)
		payments := map[string]int64{}
		for _, m := range c.Movements {
			payments[m.ID] = m.Amount.Minor()
		}
		for _, m := range c.Movements {
			switch {
			case m.On > asOf:
			case m.Kind == latefees.Reversal:
				received.Sub(received, big.NewInt(payments[m.Reverses]))
			default:
				received.Add(received, big.NewInt(m.Amount.Minor()))
			}
		}
		interest, principal, left := new(big.Int), new(big.Int), new(big.Int)
		for _, split := range s.Splits() {
			interest.Add(interest, big.NewInt(split.Interest.Minor()))
			principal.Add(principal, big.NewInt(split.Principal.Minor()))
			left.Add(left, big.NewInt(split.Left.Minor()))
		}
		require.Equal(t, s.Owed().Principal.Minor(), c.Principal.Minor()-principal.Int64())
		require.Equal(t, s.Owed().Interest.Minor(), s.Interest().Minor()-interest.Int64())
		require.Equal(t, s.Overpaid().Minor(), left.Int64())
		require.Zero(t, received.Cmp(interest.Add(interest, principal.Add(principal, left))))
		for _, part := range []money.Amount{s.Owed().Principal, s.Owed().Interest, s.Overpaid(), s.Interest()} {
			require.GreaterOrEqual(t, part.Sign(), 0)
		}

		shuffled := c
		shuffled.Movements = rapid.Permutation(c.Movements).Draw(t, "order")
		again := &latefees.Statement{}
		require.NoError(t, prepared.Fill(again, &latefees.Claim{Principal: euros("1"), Due: c.Due}, asOf))
		require.NoError(t, prepared.Fill(again, &shuffled, asOf), "in the memory of another claim")
		require.Equal(t, []any{s.Owed(), s.Exact(), s.Overpaid()}, []any{again.Owed(), again.Exact(), again.Overpaid()})
	})
}

func TestASumThatDoesNotFitIsAnErrorNotAWrap(t *testing.T) {
	t.Parallel()
	prepared := tariff(t, frenchBusiness(), latefees.Terms{Clause: latefees.FixedRate(percent("1000"))})
	_, err := prepared.Statement(latefees.Claim{Principal: money.FromMinor(math.MaxInt64, money.EUR), Due: day("2018-01-01")}, day("2026-12-31"))
	require.ErrorIs(t, err, money.ErrOverflow)
}
