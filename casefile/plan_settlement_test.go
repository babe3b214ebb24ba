package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/arrangements"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
)

// settling is a plan over F-1 and F-2 that may be settled early for 20.00 EUR less by 20
// May 2026. Its first instalment, of 80.00 EUR, is due on 4 May, with five days of grace.
type settling struct {
	t        *testing.T
	store    *casefile.Store
	plan     arrangements.Plan
	revision int
}

func may(day int) calendar.Date { return calendar.NewDate(2026, time.May, day) }

func openSettling(t *testing.T) *settling {
	t.Helper()
	s := &settling{t: t, store: casefiletest.Open(t)}
	openCase(t, s.store, "F-1")
	openCase(t, s.store, "F-2")
	s.plan = acceptPlan(t, planOver(t, "P-1", "F-1", "F-2"))
	s.write(nil, may(1))
	s.write(arrangements.OfferSettlement{Settlement: arrangements.Settlement{Reduction: euros(2000), Until: may(20)}, On: may(5), Role: collection.RoleOwner}, may(5))
	s.offer("F-1", "plan/P-1/2/F-1")
	s.offer("F-2", "plan/P-1/2/F-2")
	return s
}

func (s *settling) write(command arrangements.Command, on calendar.Date) {
	s.t.Helper()
	if command != nil {
		s.plan = decidePlan(s.t, s.plan, command)
	}
	s.revision++
	w := writing(s.plan, s.revision, "the plan goes on")
	w.At = noonOf(on)
	require.NoError(s.t, s.store.RecordPlan(s.t.Context(), w))
}

func noonOf(day calendar.Date) time.Time { return day.Time(time.UTC).Add(10 * time.Hour) }

func (s *settling) post(invoice string, told calendar.Date, e ledger.Entry) error {
	p := posting(invoice, e)
	p.At, p.Role = noonOf(told), collection.RoleOwner
	_, err := s.store.PostEntry(s.t.Context(), p)
	return err
}

func (s *settling) offer(invoice, id string) {
	s.t.Helper()
	require.NoError(s.t, s.post(invoice, may(5), ledger.Entry{
		Kind: ledger.EntryDiscount, ID: id, Amount: euros(1000), ValueDate: may(5), Until: may(20), KeepsLateFees: true,
	}))
}

func (s *settling) pay(invoice, id string, dated, told calendar.Date) {
	s.t.Helper()
	require.NoError(s.t, s.post(invoice, told, ledger.Entry{Kind: ledger.EntryPayment, ID: id, Amount: euros(11000), ValueDate: dated}))
}

func (s *settling) isPaid(invoice string) bool {
	s.t.Helper()
	return readFile(s.t, s.store, invoice).Row.Stage == collection.StagePaid
}

func (s *settling) breaks(on calendar.Date) {
	s.t.Helper()
	s.write(arrangements.DeclareDefault{On: on}, on)
}

func TestADefaultTakesTheReductionAwayAtThatMomentAndNotADayLater(t *testing.T) {
	t.Parallel()
	s := openSettling(t)
	s.breaks(may(11))
	discounts, err := readFile(t, s.store, "F-1").Account.Discounts(may(11))
	require.NoError(t, err)
	require.Equal(t, ledger.DiscountRevoked, discounts[0].State)
	s.pay("F-1", "SAME-DAY", may(11), may(11))
	require.False(t, s.isPaid("F-1"), "the plan was broken before it came")
	require.Equal(t, "10.00 EUR", readFile(t, s.store, "F-1").Position.Open.String())
	s.pay("F-2", "BEFORE", may(10), may(13))
	require.True(t, s.isPaid("F-2"), "it was there before the default, whenever the bank tells it")
	for _, invoice := range []string{"F-1", "F-2"} {
		verified, err := s.store.VerifyCase(t.Context(), acme, invoice)
		require.NoError(t, err)
		require.True(t, verified.Holds(), "%+v", verified)
	}
}

func TestAReductionThatWasEarnedOnTheDayOfTheDefaultStaysWithItsPayment(t *testing.T) {
	t.Parallel()
	s := openSettling(t)
	s.pay("F-1", "EARNED", may(11), may(11))
	require.True(t, s.isPaid("F-1"))
	require.NoError(t, s.post("F-1", may(11), ledger.Entry{Kind: ledger.EntryReversal, ID: "R", Reverses: "EARNED", ValueDate: may(11)}))
	require.False(t, s.isPaid("F-1"))
	s.breaks(may(11))
	s.pay("F-1", "AGAIN", may(12), may(12))
	require.False(t, s.isPaid("F-1"), "what was taken back before the default earned nothing")

	kept := openSettling(t)
	kept.pay("F-1", "EARNED", may(11), may(11)) // 110.00 of the 240.00: the instalment of 80.00 is paid
	kept.write(arrangements.TakeMoney{Received: euros(11000), Open: euros(12000), On: may(11)}, may(11))
	kept.write(arrangements.Cancel{Reason: "the company was sold", On: may(11)}, may(11))
	require.True(t, kept.isPaid("F-1"), "it was earned before the plan ended, on the same day")
	require.NoError(t, kept.post("F-1", may(18), ledger.Entry{Kind: ledger.EntryReversal, ID: "R", Reverses: "EARNED", ValueDate: may(18)}))
	kept.pay("F-1", "AGAIN", may(19), may(19))
	require.False(t, kept.isPaid("F-1"), "and is not earned a second time")
}

func TestAReschedulingTakesTheReductionAwayAndALateOfferOfABrokenPlanIsRefused(t *testing.T) {
	t.Parallel()
	s := openSettling(t)
	s.write(arrangements.Reschedule{Terms: arrangements.Terms{Months: 2, FirstOn: may(18), GraceDays: 5}, Role: collection.RoleOwner, On: may(7)}, may(7))
	s.pay("F-1", "LATER", may(8), may(8))
	require.False(t, s.isPaid("F-1"))

	broken := openSettling(t)
	broken.breaks(may(11))
	err := broken.post("F-1", may(11), ledger.Entry{Kind: ledger.EntryDiscount, ID: "plan/P-1/9/F-1", Amount: euros(500), ValueDate: may(11), Until: may(20)})
	require.ErrorContains(t, err, "the plan P-1 ended on 2026-05-11 as defaulted: it cannot be settled early any more")
}
