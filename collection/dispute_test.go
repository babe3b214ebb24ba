package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/collection"
	"relance/money"
)

func dollars(minor int64) money.Amount { return money.FromMinor(minor, "USD") }

// disputed is a dispute that the debtor raised on a day: of all, or of a part.
func disputed(id, on string, part int64) collection.RaiseDispute {
	command := collection.RaiseDispute{
		ID: id, Reason: collection.DisputeQuality, RaisedBy: collection.DisputeByDebtor, Owner: "sophie", On: day(on), Today: day(on),
	}
	if part != 0 {
		command.Amount = euros(part)
	}
	return command
}

func resolved(id string, how collection.DisputeOutcome, on string, amount int64) collection.ResolveDispute {
	command := collection.ResolveDispute{ID: id, Outcome: how, Reason: "the delivery note is signed", Today: day(on)}
	if amount != 0 {
		command.Amount = euros(amount)
	}
	return command
}

// credited reports what is open after credit notes.
func credited(open, credit int64, on string) collection.TakePosition {
	return collection.TakePosition{Open: euros(open), Settled: collection.NewSettled(euros(0), euros(credit)), On: day(on)}
}

func TestNothingLeavesWhileAllIsDisputed(t *testing.T) {
	t.Parallel()
	c := working(t, newCase(), "2026-09-07 08:00", "2026-09-11 08:00").Case
	c = after(t, c, disputed("d", "2026-09-14", 0))
	require.Equal(t, collection.StageDisputed, c.Stage(at(c, "2026-09-14 12:00")))
	require.Equal(t, "0.00 EUR", c.Claimable().String())
	why := collection.Next(c, at(c, "2026-09-14 12:00")).Because
	require.Equal(t, "the debtor disputes all that is open, 1000.00 EUR (quality); the answer is due by 2026-09-28", why.String())
	require.Equal(t, "le débiteur conteste tout ce qui reste dû, 1\u202f000,00\u00a0€ (qualité) ; une réponse est attendue au plus tard le 28/09/2026", why.French())
	l := working(t, c, "2026-09-14 12:00", "2027-09-14 12:00")
	require.Empty(t, l.contacts)
	require.True(t, l.overdue["d"], "a supervisor was asked")
}

func TestADisputeThatNobodyAnswersGoesToASupervisorOnce(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(func(c *collection.Case) {
		c.Strategy.Disputes = collection.DisputeTerms{RespondWithin: 3, EscalateAfter: 2}
	}), disputed("d", "2026-09-11", 0))
	next := collection.Next(c, at(c, "2026-09-12 08:00"))
	require.Equal(t, collection.ActionWait, next.Kind)
	require.Equal(t, collection.TaskDisputeOverdue, next.Task)
	require.Equal(t, day("2026-09-18"), c.Window.DateOf(next.At), "three working days from Friday the 11th to Wednesday, and two more")
	due := collection.Next(c, next.At)
	require.Equal(t, collection.ActionOpenTask, due.Kind)
	require.Equal(t, "d", due.Dispute)
	require.Equal(t, day("2026-09-16"), due.Day)
	require.Equal(t, "the dispute (quality) was to be answered by 2026-09-16 and was not", due.Because.String())
	require.Equal(t, "le litige (qualité) devait recevoir une réponse au plus tard le 16/09/2026 et n’en a pas", due.Because.French())
	c = after(t, c, collection.ReportTask{Task: collection.TaskDisputeOverdue, At: next.At})
	require.Equal(t, collection.ActionIdle, collection.Next(c, next.At).Kind)
	requireNothingNew(t, c, collection.ReportTask{Task: collection.TaskDisputeOverdue, At: next.At})

	answered := after(t, newCase(), disputed("d", "2026-09-11", 0), resolved("d", collection.DisputeRejected, "2026-09-14", 0))
	require.Empty(t, working(t, answered, "2026-09-14 12:00", "2026-12-14 12:00").overdue)
}

func TestWhatIsNotDisputedGoesOn(t *testing.T) {
	t.Parallel()
	begun := func() *life { return working(t, newCase(), "2026-09-07 08:00", "2026-09-11 08:00") }
	c := after(t, begun().Case, disputed("d", "2026-09-14", 30_000))
	require.Equal(t, "700.00 EUR", c.Claimable().String())
	require.Equal(t, collection.StageReminding, c.Stage(at(c, "2026-09-14 12:00")))
	require.Equal(t, []string{"2026-09-18 firm: email", "2026-09-18 firm: sms"}, begun().goOn(t, "2026-09-14 12:00", "2026-09-21 12:00", disputed("d", "2026-09-14", 30_000)))

	paidUp := after(t, c, paid(30_000, 70_000, "2026-09-16"))
	require.Equal(t, collection.StageDisputed, paidUp.Stage(at(c, "2026-09-17 12:00")), "nothing but what is disputed is left")
	require.Empty(t, working(t, paidUp, "2026-09-16 12:00", "2027-09-21 12:00").contacts)
	require.Equal(t, []string{"2026-09-25 firm: email", "2026-09-25 firm: sms"}, begun().goOn(t, "2026-09-23 12:00", "2026-10-01 12:00",
		disputed("d", "2026-09-14", 30_000), paid(30_000, 70_000, "2026-09-16"), resolved("d", collection.DisputeRejected, "2026-09-23", 0)),
		"the seven days from the payment to the answer are no spacing: the 18th becomes the 25th")
}

func TestARejectedDisputeReturnsAllToTheSavedStep(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2026-09-07 08:00", "2026-09-11 08:00")
	rejected := resolved("d", collection.DisputeRejected, "2026-09-24", 0)
	require.Equal(t, []string{"2026-09-28 firm: email", "2026-09-28 firm: sms"},
		l.goOn(t, "2026-09-24 12:00", "2026-10-01 12:00", disputed("d", "2026-09-14", 0), rejected), "ten days of dispute move the 18th to the 28th")
	requireNothingNew(t, l.Case, rejected)
	require.Equal(t, "1000.00 EUR", l.Claimable().String())
}

func TestWhatIsGivenUpWaitsForItsCreditNote(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), paid(100_000, 0, "2026-09-08"), disputed("d", "2026-09-14", 30_000), resolved("d", collection.DisputeCreditNote, "2026-09-16", 0))
	require.Equal(t, "700.00 EUR", c.Claimable().String(), "what is given up is not asked for")
	dispute, _ := c.Dispute("d")
	require.Equal(t, "300.00 EUR", dispute.Awaited.String())
	require.Zero(t, dispute.EndedOn)
	c = after(t, c, credited(70_000, 30_000, "2026-09-18"))
	require.Equal(t, "700.00 EUR", c.Claimable().String())
	dispute, _ = c.Dispute("d")
	require.Equal(t, "0.00 EUR", euros(dispute.Awaited.Minor()).String())
	require.Equal(t, "300.00 EUR", dispute.Credited.String())
	require.Equal(t, day("2026-09-18"), dispute.EndedOn)
}

// What is open falls to the sum that was given up before the credit note counts for it.
func TestACreditNoteForAPartLeavesTheRestToBeAskedFor(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), disputed("d", "2026-09-14", 30_000), resolved("d", collection.DisputeCreditNote, "2026-09-16", 0), paid(40_000, 60_000, "2026-09-17"))
	part := collection.TakePosition{Open: euros(30_000), Settled: collection.NewSettled(euros(60_000), euros(10_000)), On: day("2026-09-18")}
	restFrom := func(c collection.Case) calendar.Date {
		c = after(t, c, part)
		require.Equal(t, "100.00 EUR", c.Claimable().String())
		dispute, _ := c.Dispute("d")
		return dispute.RestFrom
	}
	require.Zero(t, restFrom(c), "no days of rest, by which the next reminder would be later")
	c.Rules = 0
	require.Equal(t, day("2026-09-18"), restFrom(c), "a case of earlier rules goes on as it did")
}

func TestACreditNoteThatCameBeforeTheAnswerIsTakenForIt(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), credited(95_000, 5_000, "2026-09-08"), disputed("d", "2026-09-14", 0), credited(65_000, 35_000, "2026-09-15"))
	require.Equal(t, "0.00 EUR", c.Claimable().String())
	c = after(t, c, resolved("d", collection.DisputeSplit, "2026-09-16", 30_000))
	require.Equal(t, "650.00 EUR", c.Claimable().String(), "the credit note from before the dispute answered nothing of it")
	dispute, _ := c.Dispute("d")
	require.Zero(t, dispute.Awaited)
	require.Equal(t, day("2026-09-16"), dispute.EndedOn)
}

func TestAllThatIsDisputedIsGivenUpAndTheCaseCloses(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), disputed("d", "2026-09-14", 0), resolved("d", collection.DisputeCreditNote, "2026-09-16", 0))
	why := collection.Next(c, at(c, "2026-09-16 12:00")).Because
	require.Equal(t, "a credit note of 1000.00 EUR is waited for; nothing else is open", why.String())
	require.Equal(t, "un avoir de 1\u202f000,00\u00a0€ est attendu ; rien d’autre ne reste dû", why.French())
	require.True(t, after(t, c, credited(0, 100_000, "2026-09-18")).IsClosed())
}

func TestASplitAndTwoDisputesOfOneCaseAddUp(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), paid(100_000, 0, "2026-09-08"), disputed("d1", "2026-09-14", 30_000), disputed("d2", "2026-09-15", 20_000))
	require.Equal(t, "500.00 EUR", c.Claimable().String())
	c = after(t, c, resolved("d1", collection.DisputeSplit, "2026-09-16", 10_000))
	require.Equal(t, "700.00 EUR", c.Claimable().String())
	c = after(t, c, credited(90_000, 10_000, "2026-09-17"))
	require.Equal(t, "700.00 EUR", c.Claimable().String())
	c = after(t, c, resolved("d2", collection.DisputeWithdrawn, "2026-09-18", 0))
	require.Equal(t, "900.00 EUR", c.Claimable().String(), "the credit note of the first answers nothing of the second")
}

func TestAPromiseDuringADisputeIsForWhatIsNotDisputed(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), paid(100_000, 0, "2026-09-08"), disputed("d", "2026-09-14", 30_000), promised("p", "2026-09-15", "2026-09-25"))
	promise, _ := c.Promise("p")
	require.Equal(t, "700.00 EUR", promise.Amount.String())
	c = after(t, c, resolved("d", collection.DisputeCreditNote, "2026-09-16", 0), credited(70_000, 30_000, "2026-09-17"))
	require.Equal(t, "0.00 EUR", c.Came(promise).String(), "a credit note that answers the dispute keeps no promise")
	settled := collection.TakePosition{Open: euros(0), Settled: collection.NewSettled(euros(70_000), euros(30_000)), On: day("2026-09-20")}
	require.Equal(t, collection.PromiseKept, outcome(after(t, c, settled), "p"))
}

func TestADisputeOfAllOvertakesThePromiseAndOneOfAPartDoesNot(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), promised("p", "2026-09-11", "2026-09-25"))
	require.Equal(t, collection.PromiseOvertaken, outcome(after(t, c, disputed("d", "2026-09-14", 0)), "p"))
	part := after(t, c, disputed("d", "2026-09-14", 30_000))
	require.Equal(t, collection.StagePromised, part.Stage(at(c, "2026-09-14 12:00")))
	require.Equal(t, collection.PromiseKept, outcome(after(t, part, paid(30_000, 70_000, "2026-09-20")), "p"), "all that is not disputed came")
	require.Equal(t, collection.PromiseKeptInPart, outcome(working(t, after(t, part, paid(40_000, 60_000, "2026-09-20")), "2026-09-20 12:00", "2026-10-20 12:00").Case, "p"))
}

func TestADisputeIsGivenToAnotherOwner(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), disputed("d", "2026-09-14", 0), collection.AssignDispute{ID: "d", Owner: "paul"})
	dispute, _ := c.Dispute("d")
	require.Equal(t, "paul", dispute.Owner)
	requireNothingNew(t, c, collection.AssignDispute{ID: "d", Owner: "paul"})
	requireRefused(t, c, collection.AssignDispute{ID: "e", Owner: "paul"}, collection.RefusedInvalid, `has no dispute "e"`)
	requireRefused(t, c, collection.AssignDispute{ID: "d"}, collection.RefusedInvalid, "has no ID")
	closed := after(t, c, resolved("d", collection.DisputeWithdrawn, "2026-09-15", 0))
	requireRefused(t, closed, collection.AssignDispute{ID: "d", Owner: "anne"}, collection.RefusedNotNow, "was answered on 2026-09-15")
}

func TestADisputeThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	with := func(change func(*collection.RaiseDispute)) collection.RaiseDispute {
		command := disputed("d", "2026-09-14", 30_000)
		change(&command)
		return command
	}
	for words, command := range map[string]collection.RaiseDispute{
		"has no ID":              with(func(d *collection.RaiseDispute) { d.ID = "" }),
		"is no reason":           with(func(d *collection.RaiseDispute) { d.Reason = "mood" }),
		"by the debtor or by":    with(func(d *collection.RaiseDispute) { d.RaisedBy = "bank" }),
		"which is to come":       with(func(d *collection.RaiseDispute) { d.On = day("2026-09-15") }),
		"check the year":         with(func(d *collection.RaiseDispute) { d.On = day("2024-09-14") }),
		"on which day":           with(func(d *collection.RaiseDispute) { d.On = 0 }),
		"is negative":            with(func(d *collection.RaiseDispute) { d.Amount = euros(-1) }),
		"1000.01 EUR are disput": with(func(d *collection.RaiseDispute) { d.Amount = euros(100_001) }),
		"is kept in EUR":         with(func(d *collection.RaiseDispute) { d.Amount = dollars(1) }),
		"cannot be printed":      with(func(d *collection.RaiseDispute) { d.Owner = "a\nb" }),
	} {
		requireRefused(t, newCase(), command, collection.RefusedInvalid, words)
	}
	all := after(t, newCase(), disputed("d", "2026-09-14", 0))
	requireNothingNew(t, all, disputed("d", "2026-09-14", 0))
	requireRefused(t, all, disputed("e", "2026-09-14", 0), collection.RefusedConflict, "disputed already")
	requireRefused(t, after(t, newCase(), paid(0, 100_000, "2026-09-10")), disputed("d", "2026-09-14", 0), collection.RefusedClosed, "cannot be disputed")

	part := after(t, newCase(), disputed("d", "2026-09-14", 30_000))
	requireRefused(t, part, resolved("e", collection.DisputeRejected, "2026-09-15", 0), collection.RefusedInvalid, `has no dispute "e"`)
	requireRefused(t, part, resolved("d", "ignored", "2026-09-15", 0), collection.RefusedInvalid, `not by "ignored"`)
	requireRefused(t, part, resolved("d", collection.DisputeSplit, "2026-09-15", 30_000), collection.RefusedInvalid, "not all")
	requireRefused(t, part, resolved("d", collection.DisputeCreditNote, "2026-09-15", 20_000), collection.RefusedInvalid, "call that split")
	requireRefused(t, part, resolved("d", collection.DisputeRejected, "2026-09-15", 10), collection.RefusedInvalid, "leave the amount out")
	silent := resolved("d", collection.DisputeRejected, "2026-09-15", 0)
	silent.Reason = ""
	requireRefused(t, part, silent, collection.RefusedInvalid, "needs a reason")
	answered := after(t, part, resolved("d", collection.DisputeWithdrawn, "2026-09-15", 0))
	requireRefused(t, answered, resolved("d", collection.DisputeRejected, "2026-09-16", 0), collection.RefusedConflict, "was answered on 2026-09-15: withdrawn")
}
