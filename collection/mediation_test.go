package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
	"relance/deadlines"
	"relance/money"
)

// inviting is a case whose mediation step sends the invitation itself.
func inviting() collection.Case {
	return newCase(withStep("mediation", func(s *collection.Step) {
		s.Channels = []collection.Channel{collection.ChannelEmail, collection.ChannelLetter}
		s.Template, s.Tone = "mediation-invitation", collection.ToneCourteous
		s.Mediation = collection.MediationOffer{Kind: collection.MediationCompanies, RespondWithinDays: 15, Invite: true}
	}))
}

func proposed(on, respondBy string) collection.Command {
	return collection.ProposeMediation{
		ID: "m", Kind: collection.MediationConciliator, AskedBy: collection.PartyDebtor, On: day(on), RespondBy: day(respondBy), Author: "anne",
	}
}

func joined(on string) collection.Command {
	return collection.AnswerMediation{ID: "m", Accepted: true, InWriting: true, On: day(on), Today: day(on), EndBy: day(on).AddDays(60)}
}

func failedMediation(on string) collection.Command {
	return collection.EndMediation{ID: "m", Outcome: collection.OutcomeFailure, Certificate: "CONST-7", On: day(on), Today: day(on)}
}

// settlement has the debtor pay 600 of the 1,000 euros; 50 euros had come in before.
func settlement(on, until string) collection.Command {
	return collection.EndMediation{ID: "m", Outcome: collection.OutcomeAgreement, On: day(on), Today: day(on), Agreement: collection.Agreement{
		Kind: collection.AgreementSettlement, Amount: euros(60_000), Until: day(until), Before: euros(5_000),
	}}
}

func TestAnInvitationLeavesOverItsChannelsAndTheLadderThenWaitsForTheAnswer(t *testing.T) {
	t.Parallel()
	l := mediating(t, inviting(), "2026-08-20 08:00", "2026-10-28 08:00")
	require.Equal(t, []string{"2026-10-14 mediation: email", "2026-10-14 mediation: letter"}, l.log[6:])
	m, found := l.OpenMediation()
	require.True(t, found)
	require.Equal(t, collection.Mediation{
		ID: "mediation-0-0", Kind: collection.MediationCompanies, AskedBy: collection.PartyCreditor, Step: "mediation",
		Proposed: day("2026-10-14"), RespondBy: day("2026-10-29"),
	}, m)
	action := collection.Next(l.Case, l.now)
	require.Equal(t, collection.ActionWait, action.Kind)
	require.Equal(t, day("2026-10-30"), l.Window.DateOf(action.At))
	require.Equal(t, collection.StageMediation, l.Stage(l.now))
	require.Equal(t, "the debtor has until 2026-10-29 to answer the invitation to a mediation (the mediator of companies); nothing leaves until then", action.Because.String())
	require.Equal(t, "le débiteur a jusqu’au 29/10/2026 pour répondre à l’invitation à une médiation (le Médiateur des entreprises) ; rien ne part d’ici là", action.Because.French())
}

func TestAnInvitationThatNobodyAnswersCountsAsDeclinedAndTheLadderGoesOn(t *testing.T) {
	t.Parallel()
	l := mediating(t, inviting(), "2026-08-20 08:00", "2027-01-30 08:00")
	require.Equal(t, []string{
		"2026-10-14 mediation: email", "2026-10-14 mediation: letter", "2026-10-30 task mediation-lapsed",
		"2026-11-19 handoff: task handoff",
	}, l.log[6:], "20 days of spacing, and the 16 days on which the invitation waited")
	require.Equal(t, collection.OutcomeUnanswered, l.Mediations[0].Outcome)
	require.Equal(t, day("2026-10-29"), l.Mediations[0].Ended)
}

func TestDecliningAnInvitationLeavesOutItsOtherChannels(t *testing.T) {
	t.Parallel()
	c := mediating(t, inviting(), "2026-08-20 08:00", "2026-10-13 08:00").Case
	c = after(t, c, accepted(c, "mediation", collection.ChannelEmail, "2026-10-14 10:00"))
	require.False(t, c.RestsForMediation(), "the letter is still to leave")
	c = after(t, c, collection.AnswerMediation{ID: "mediation-0-0", On: day("2026-10-14"), Today: day("2026-10-14")})
	action := collection.Next(c, at(c, "2026-10-15 08:00"))
	require.Equal(t, "handoff", action.Step.Key)
	require.Equal(t, day("2026-11-06"), c.Window.DateOf(action.At), "60 days after the due date; the days of the invitation are over")
}

func TestAnInvitationThatArrivesNowhereIsNoMediation(t *testing.T) {
	t.Parallel()
	c := mediating(t, inviting(), "2026-08-20 08:00", "2026-10-20 08:00").Case
	c = after(t, c, failed(c, "mediation", collection.ChannelEmail, "2026-10-20 10:00"))
	require.True(t, c.RestsForMediation(), "the letter may have arrived")
	c = after(t, c, failed(c, "mediation", collection.ChannelLetter, "2026-10-21 10:00"))
	require.Equal(t, collection.OutcomeUndelivered, c.Mediations[0].Outcome)
	require.Equal(t, collection.StageUnreachable, c.Stage(at(c, "2026-10-21 18:00")))
	c = after(t, c, collection.RetryStep{Step: "mediation", Author: "anne"}, accepted(c, "mediation", collection.ChannelEmail, "2026-10-22 10:00"))
	require.Len(t, c.Mediations, 1, "the report is of the first try")
	c = after(t, c, accepted(c, "mediation", collection.ChannelEmail, "2026-10-22 10:00"))
	require.Equal(t, "mediation-0-1", c.Mediations[1].ID)
}

func TestAMediationOnDemandAsksAPersonWhoeverWantsIt(t *testing.T) {
	t.Parallel()
	for party, task := range map[collection.Party]collection.TaskKind{
		collection.PartyDebtor: collection.TaskMediationAnswer, collection.PartyCreditor: collection.TaskMediation,
	} {
		c := after(t, newCase(), collection.ProposeMediation{ID: "m", Kind: collection.MediationContractual, AskedBy: party, On: day("2026-09-15")})
		require.Equal(t, day("2026-09-30"), c.Mediations[0].RespondBy)
		action := collection.Next(c, at(c, "2026-09-15 11:00"))
		require.Equal(t, task, action.Task)
		require.Equal(t, "m", action.Mediation)
		c = after(t, c, collection.ReportTask{Task: task, At: at(c, "2026-09-15 11:00")})
		require.Equal(t, day("2026-10-01"), c.Window.DateOf(collection.Next(c, at(c, "2026-09-15 11:00")).At))
	}
}

func TestALateAnswerIsTakenAsLongAsNothingElseWasProposed(t *testing.T) {
	t.Parallel()
	c := mediating(t, after(t, newCase(), proposed("2026-09-08", "2026-09-18")), "2026-09-08 08:00", "2026-09-22 08:00").Case
	require.Equal(t, collection.OutcomeUnanswered, c.Mediations[0].Outcome)
	joined := after(t, c, joined("2026-09-22"))
	require.Equal(t, collection.MediationAccepted, joined.Mediations[0].Phase())
	require.Zero(t, joined.Mediations[0].Ended)
	other := after(t, c, collection.ProposeMediation{ID: "n", Kind: collection.MediationConventional, AskedBy: collection.PartyCreditor, On: day("2026-09-22")})
	requireRefused(t, other, collection.AnswerMediation{ID: "m", Accepted: true, On: day("2026-09-22"), Today: day("2026-09-22")}, collection.RefusedNotNow, "waits for no answer")
}

func TestAMediationThatLastsTooLongIsAskedAboutOnceAndNothingLeaves(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), proposed("2026-09-08", "2026-09-18"), joined("2026-09-10"))
	l := mediating(t, c, "2026-09-10 08:00", "2027-09-10 08:00")
	require.Equal(t, []string{"2026-11-10 task mediation-overdue"}, l.log)
	require.Contains(t, collection.Next(l.Case, l.now).Because.String(), "was to end by 2026-11-09; nothing leaves until a person says how it ended")
	l.Case = after(t, l.Case, collection.ReportSession{ID: "m", Held: true, On: day("2026-11-20"), EndBy: day("2026-12-20"), Today: day("2026-11-20")})
	require.Equal(t, day("2026-12-21"), l.Window.DateOf(collection.Next(l.Case, at(c, "2026-11-21 08:00")).At), "it was prolonged")
}

// C. civ. 2238: from the written agreement, else from the first session that was held,
// until the day the mediation is said to have ended.
func TestAMediationSuspendsTheLimitationFromItsWrittenAgreementOrItsFirstSession(t *testing.T) {
	t.Parallel()
	inWriting := after(t, newCase(), proposed("2026-09-08", "2026-09-18"))
	_, suspends := inWriting.Mediations[0].Suspension()
	require.False(t, suspends, "an invitation suspends nothing")
	inWriting = after(t, inWriting, joined("2026-09-10"))
	event, _ := inWriting.Mediations[0].Suspension()
	require.Equal(t, deadlines.LimitationEvent{Kind: deadlines.Conciliation, On: day("2026-09-10")}, event)
	event, _ = after(t, inWriting, failedMediation("2026-10-20")).Mediations[0].Suspension()
	require.Equal(t, deadlines.LimitationEvent{Kind: deadlines.Conciliation, On: day("2026-09-10"), Until: day("2026-10-20")}, event)

	orally := after(t, newCase(), collection.ProposeMediation{ID: "m", Kind: collection.MediationCompanies, AskedBy: collection.PartyCreditor, On: day("2026-09-08")},
		collection.AnswerMediation{ID: "m", Accepted: true, On: day("2026-09-10"), Today: day("2026-09-10")},
		collection.ReportSession{ID: "m", On: day("2026-09-15"), Today: day("2026-09-16")})
	_, suspends = orally.Mediations[0].Suspension()
	require.False(t, suspends, "the session was missed")
	orally = after(t, orally, collection.ReportSession{ID: "m", Held: true, On: day("2026-09-25"), Today: day("2026-09-25")},
		collection.ReportSession{ID: "m", Held: true, On: day("2026-10-05"), Today: day("2026-10-05")})
	event, _ = orally.Mediations[0].Suspension()
	require.Equal(t, deadlines.LimitationEvent{Kind: deadlines.Mediation, On: day("2026-09-25")}, event)
}

func TestAKeptSettlementGivesUpTheRestAndABrokenOneDoesNot(t *testing.T) {
	t.Parallel()
	agreed := after(t, newCase(), collection.TakePosition{Open: euros(95_000), Settled: collection.NewSettled(euros(5_000), euros(0))},
		proposed("2026-09-08", "2026-09-18"), joined("2026-09-10"), settlement("2026-09-20", "2026-10-10"))
	reached, found := agreed.AgreementReached()
	require.True(t, found)
	require.Equal(t, collection.AgreementReached{Mediation: "m", Kind: collection.AgreementSettlement, Amount: euros(60_000), Until: day("2026-10-10")}, reached)

	// Of the 600 euros 10 paid late fees, which does not make the payment smaller.
	kept := after(t, agreed, collection.TakePosition{Open: euros(36_000), Settled: collection.NewSettled(euros(65_000), euros(0))})
	action := collection.Next(kept, at(kept, "2026-10-01 10:00"))
	require.Equal(t, collection.ActionGiveUp, action.Kind)
	require.Equal(t, euros(36_000), action.Amount)
	action = collection.Next(after(t, kept, collection.TakePosition{Open: euros(0), LateFees: euros(4_000), Settled: collection.NewSettled(euros(65_000), euros(0))}), at(kept, "2026-10-01 10:00"))
	require.Equal(t, collection.ActionGiveUp, action.Kind, "and late fees with it")
	require.Equal(t, euros(4_000), action.Amount)

	short := after(t, agreed, collection.TakePosition{Open: euros(35_001), Settled: collection.NewSettled(euros(64_999), euros(0))})
	l := mediating(t, short, "2026-10-01 08:00", "2026-10-15 08:00")
	require.Equal(t, []string{"2026-10-14 task agreement-broken", "2026-10-14 courteous: email"}, l.log, "a payment may travel for three days")
	require.Equal(t, euros(35_001), l.Open)
	require.Equal(t, collection.MediationOver, l.Mediations[0].Phase())
	late := after(t, l.Case, collection.TakePosition{Open: euros(35_000), Settled: collection.NewSettled(euros(65_000), euros(0))})
	require.NotEqual(t, collection.ActionGiveUp, collection.Next(late, l.now).Kind, "the rest is due once the day has passed")
}

func TestAPaymentThatIsTakenBackUnkeepsASettlement(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), proposed("2026-09-08", "2026-09-18"), joined("2026-09-10"), settlement("2026-09-20", "2026-10-10"),
		collection.TakePosition{Open: euros(0), Settled: collection.NewSettled(euros(65_000), euros(0))})
	require.Equal(t, collection.MediationKept, c.Mediations[0].Phase())
	c = after(t, c, collection.TakePosition{Open: euros(60_000), Settled: collection.NewSettled(euros(0), euros(0))})
	require.Equal(t, collection.MediationAgreed, c.Mediations[0].Phase())
}

func TestAnAgreementToConcludeAPlanKeepsTheLadderStillUntilItIsConcluded(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), proposed("2026-09-08", "2026-09-18"), joined("2026-09-10"), collection.EndMediation{
		ID: "m", Outcome: collection.OutcomeAgreement, On: day("2026-09-20"), Today: day("2026-09-20"),
		Agreement: collection.Agreement{Kind: collection.AgreementPlan, Until: day("2026-10-05")},
	})
	require.True(t, c.RestsForMediation())
	concluded := after(t, c, collection.ConcludeAgreement{Mediation: "m", On: day("2026-09-30")})
	require.False(t, concluded.RestsForMediation())
	requireNothingNew(t, concluded, collection.ConcludeAgreement{Mediation: "m", On: day("2026-10-01")})
	broken := after(t, c, collection.BreakAgreement{Mediation: "m", On: day("2026-09-25")})
	require.False(t, broken.RestsForMediation())
	requireNothingNew(t, broken, collection.BreakAgreement{Mediation: "m", On: day("2026-09-26")})
}

// The last day is a day on which it can still be done: "avant le" would leave it out.
func TestFrenchSentencesCountTheLastDayIn(t *testing.T) {
	t.Parallel()
	for _, kind := range []collection.AgreementKind{collection.AgreementPlan, collection.AgreementDiscount} {
		c := after(t, newCase(), proposed("2026-09-08", "2026-09-18"), joined("2026-09-10"), collection.EndMediation{
			ID: "m", Outcome: collection.OutcomeAgreement, On: day("2026-09-20"), Today: day("2026-09-20"),
			Agreement: collection.Agreement{Kind: kind, Amount: euros(50_000), Until: day("2026-10-05")},
		})
		for _, now := range []string{"2026-10-05 12:00", "2026-10-07 12:00"} {
			require.Contains(t, collection.Next(c, at(c, now)).Because.French(), "au plus tard le 05/10/2026")
		}
	}
	c := after(t, newCase(), proposed("2026-09-08", "2026-09-18"))
	require.Contains(t, collection.Next(c, at(c, "2026-09-21 12:00")).Because.French(), "devait recevoir une réponse au plus tard le 18/09/2026 et n’en a pas eu")
}

func TestAWithdrawalAgreedInAMediationClosesTheCase(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), proposed("2026-09-08", "2026-09-18"), joined("2026-09-10"), collection.EndMediation{
		ID: "m", Outcome: collection.OutcomeAgreement, On: day("2026-09-20"), Today: day("2026-09-20"),
		Agreement: collection.Agreement{Kind: collection.AgreementWithdrawal},
	})
	require.Equal(t, collection.StageWithdrawn, c.Stage(at(c, "2026-09-20 12:00")))
}

func TestAPaymentDuringAMediationClosesTheCase(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), proposed("2026-09-08", "2026-09-18"), joined("2026-09-10"), collection.TakePosition{Open: euros(0)})
	require.Equal(t, collection.StagePaid, c.Stage(at(c, "2026-09-20 12:00")))
	require.Equal(t, collection.ActionIdle, collection.Next(c, at(c, "2027-09-20 12:00")).Kind)
	c = after(t, c, collection.TakePosition{Open: euros(100_000)})
	require.True(t, c.RestsForMediation(), "a payment that is taken back finds the mediation as it was")
}

func TestTheStepOfAMediationThatTookPlaceIsLeftOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what  string
		step  collection.MediationOffer
		end   []collection.Command
		takes bool
	}{
		{"failed", collection.MediationOffer{}, []collection.Command{joined("2026-09-10"), failedMediation("2026-09-20")}, false},
		{"declined", collection.MediationOffer{}, []collection.Command{collection.AnswerMediation{ID: "m", On: day("2026-09-10"), Today: day("2026-09-10")}}, false},
		{"another kind", collection.MediationOffer{Kind: collection.MediationCompanies}, []collection.Command{joined("2026-09-10"), failedMediation("2026-09-20")}, true},
		{"withdrawn", collection.MediationOffer{}, []collection.Command{collection.EndMediation{
			ID: "m", Outcome: collection.OutcomeWithdrawn, On: day("2026-09-10"), Today: day("2026-09-10"),
		}}, true},
	} {
		started := after(t, newCase(withStep("mediation", func(s *collection.Step) { s.Mediation = c.step })), proposed("2026-09-08", "2026-09-18"))
		l := mediating(t, after(t, started, c.end...), "2026-09-20 08:00", "2027-09-20 08:00")
		taken := false
		for _, line := range l.log {
			taken = taken || line[len("2026-09-20 "):] == "mediation: task mediation"
		}
		require.Equal(t, c.takes, taken, c.what)
	}
}

// The deadlines of a mediation run on while the case is on hold, and the end of the
// hold is noticed while it is mediated.
func TestAMediationAndAHoldKeepTheirOwnDays(t *testing.T) {
	t.Parallel()
	hold := collection.PlaceHold{ID: "h", Reason: "dispute", On: day("2026-09-08"), Until: day("2026-09-14")}
	c := after(t, newCase(), hold, proposed("2026-09-08", "2026-09-18"), collection.ReportTask{Task: collection.TaskMediationAnswer, At: at(newCase(), "2026-09-08 10:00")})
	action := collection.Next(c, at(c, "2026-09-09 10:00"))
	require.Equal(t, day("2026-09-15"), c.Window.DateOf(action.At))
	require.Equal(t, "the case is on hold until 2026-09-14 (dispute)", action.Because.String())
	require.Equal(t, collection.StageOnHold, c.Stage(at(c, "2026-09-09 10:00")))
	action = collection.Next(c, at(c, "2026-09-15 10:00"))
	require.Equal(t, day("2026-09-21"), c.Window.DateOf(action.At), "the 19th is a Saturday")
	require.Equal(t, collection.StageMediation, c.Stage(at(c, "2026-09-15 10:00")))

	c = after(t, c, collection.PlaceHold{ID: "endless", Reason: "dispute", On: day("2026-09-15")})
	action = collection.Next(c, at(c, "2026-09-22 10:00"))
	require.Equal(t, collection.TaskMediationLapsed, action.Task, "a person is told although the case is on hold")
	c = after(t, c, collection.ReportTask{Task: collection.TaskMediationLapsed, At: at(c, "2026-09-22 10:00")})
	require.Equal(t, "the case is on hold until a person resumes it (dispute)", collection.Next(c, at(c, "2026-09-22 10:00")).Because.String())
}

func TestWhatMakesNoSenseOfAMediationIsRefused(t *testing.T) {
	t.Parallel()
	on := day("2026-09-10")
	propose := collection.ProposeMediation{ID: "m", Kind: collection.MediationCompanies, AskedBy: collection.PartyCreditor, On: on}
	for words, change := range map[string]func(*collection.ProposeMediation){
		"has no ID":                           func(p *collection.ProposeMediation) { p.ID = "" },
		"is of the kind":                      func(p *collection.ProposeMediation) { p.Kind = "court" },
		"does not say who asks for it":        func(p *collection.ProposeMediation) { p.AskedBy = "" },
		"only the consumer can turn to":       func(p *collection.ProposeMediation) { p.Kind = collection.MediationConsumer },
		"that day is past, or more than a":    func(p *collection.ProposeMediation) { p.RespondBy = on.AddDays(-1) },
		"the ID of the mediator has characte": func(p *collection.ProposeMediation) { p.Mediator = "a\nb" },
	} {
		wrong := propose
		change(&wrong)
		requireRefused(t, newCase(), wrong, collection.RefusedInvalid, words)
	}
	paid := newCase(func(c *collection.Case) { c.Open = euros(0) })
	requireRefused(t, paid, propose, collection.RefusedClosed, "is closed (paid) and cannot be mediated")

	c := after(t, newCase(), propose)
	requireNothingNew(t, c, propose)
	again := propose
	again.Kind = collection.MediationConciliator
	requireRefused(t, c, again, collection.RefusedConflict, "it is a company-mediator that the creditor asked for")
	second := propose
	second.ID = "n"
	requireRefused(t, c, second, collection.RefusedNotNow, "end it before another is proposed")
	requireRefused(t, c, collection.AnswerMediation{ID: "x", On: on, Today: on}, collection.RefusedNotNow, `no mediation "x" was proposed`)
	requireRefused(t, c, collection.AnswerMediation{ID: "m", Today: on}, collection.RefusedInvalid, "on which day")
	requireRefused(t, c, collection.AnswerMediation{ID: "m", On: on.AddDays(1), Today: on}, collection.RefusedInvalid, "which is to come")
	requireRefused(t, c, collection.AnswerMediation{ID: "m", On: on.AddDays(-1), Today: on}, collection.RefusedInvalid, "nothing can have come of it")
	requireRefused(t, c, collection.AnswerMediation{ID: "m", Accepted: true, On: on, Today: on, EndBy: on.AddDays(-1)}, collection.RefusedInvalid, "would end by")
	requireRefused(t, c, collection.ReportSession{ID: "m", On: on, Today: on}, collection.RefusedNotNow, "is not under way: it is to be answered by 2026-09-25")
	requireRefused(t, c, collection.EndMediation{ID: "m", Outcome: collection.OutcomeFailure, On: on, Today: on}, collection.RefusedNotNow, "record the answer first")

	c = after(t, c, collection.AnswerMediation{ID: "m", Accepted: true, On: on, Today: on})
	requireNothingNew(t, c, collection.AnswerMediation{ID: "m", Accepted: true, On: on, Today: on})
	requireRefused(t, c, collection.AnswerMediation{ID: "m", On: on, Today: on}, collection.RefusedNotNow, "it was accepted on 2026-09-10")
	c = after(t, c, collection.ReportSession{ID: "m", Held: true, On: on.AddDays(2), Today: on.AddDays(2)})
	end := collection.EndMediation{ID: "m", Outcome: collection.OutcomeAgreement, On: on.AddDays(3), Today: on.AddDays(3)}
	until := on.AddDays(30)
	for words, change := range map[string]func(*collection.EndMediation){
		"it ends with an agreement, a failure": func(e *collection.EndMediation) { e.Outcome = "draw" },
		"it was going on later":                func(e *collection.EndMediation) { e.On = on.AddDays(1) },
		"the agreement is of the kind":         func(*collection.EndMediation) {},
		"does not say until when": func(e *collection.EndMediation) {
			e.Agreement = collection.Agreement{Kind: "settlement", Amount: euros(1)}
		},
		"check the year": func(e *collection.EndMediation) {
			e.Agreement = collection.Agreement{Kind: "settlement", Amount: euros(1), Until: on.AddDays(1000)}
		},
		"does not say which amount": func(e *collection.EndMediation) {
			e.Agreement = collection.Agreement{Kind: "discount", Amount: euros(0), Until: until}
		},
		"only 1000.00 EUR is open": func(e *collection.EndMediation) {
			e.Agreement = collection.Agreement{Kind: "settlement", Amount: euros(100_001), Until: until}
		},
		"kept in EUR, not in USD": func(e *collection.EndMediation) {
			e.Agreement = collection.Agreement{Kind: "settlement", Amount: money.FromMinor(1, "USD"), Until: until}
		},
		"leave the amount and the day out": func(e *collection.EndMediation) {
			e.Agreement = collection.Agreement{Kind: "withdrawal", Until: until}
		},
		"a certificate states the failure": func(e *collection.EndMediation) {
			e.Certificate, e.Agreement = "C-1", collection.Agreement{Kind: "settlement", Amount: euros(1), Until: until}
		},
		"has no agreement": func(e *collection.EndMediation) {
			e.Outcome, e.Agreement = collection.OutcomeFailure, collection.Agreement{Kind: "settlement", Amount: euros(1), Until: until}
		},
	} {
		wrong := end
		change(&wrong)
		requireRefused(t, c, wrong, collection.RefusedInvalid, words)
	}
	requireRefused(t, c, collection.ConcludeAgreement{Mediation: "m"}, collection.RefusedNotNow, "came to no agreement")
	end.Outcome = collection.OutcomeFailure
	c = after(t, c, end)
	requireNothingNew(t, c, end)
	end.Outcome = collection.OutcomeWithdrawn
	requireRefused(t, c, end, collection.RefusedNotNow, "it ended on 2026-09-13 (failure)")
}

func TestAStepThatOffersAMediationNobodyCouldProposeIsRefused(t *testing.T) {
	t.Parallel()
	for words, change := range map[string]func(*collection.Step){
		"does not open one":                    func(s *collection.Step) { s.Opens = collection.TaskCall },
		"is not known":                         func(s *collection.Step) { s.Mediation.Kind = "court" },
		"only the consumer can turn":           func(s *collection.Step) { s.Mediation.Kind = collection.MediationConsumer },
		"does not say to which kind":           func(s *collection.Step) { s.Mediation.RespondWithinDays = 0 },
		"has no channel or no text":            func(s *collection.Step) { s.Template = "" },
		"it gives days to answer, not to pay":  func(s *collection.Step) { s.DeadlineDays = 8 },
		"negative or beyond ten years":         func(s *collection.Step) { s.Mediation.LongestDays = -1 },
		"both sends a notice and opens a task": func(s *collection.Step) { s.Mediation.Invite = false },
	} {
		c := inviting()
		withStep("mediation", change)(&c)
		var refusal *collection.Refusal
		require.ErrorAs(t, c.Strategy.Validate(), &refusal, words)
		require.ErrorContains(t, refusal, words)
	}
	require.NoError(t, inviting().Strategy.Validate())
}

func TestAnInvitationNeverLeavesWithADemand(t *testing.T) {
	t.Parallel()
	c := inviting()
	step, _ := c.Strategy.Step("mediation")
	reminder, _ := c.Strategy.Step("firm")
	invitation := collection.NoticeOf(c, step, collection.ChannelEmail)
	require.False(t, invitation.MayJoin(collection.NoticeOf(c, reminder, collection.ChannelEmail), day("2026-10-22")))
	require.False(t, collection.NoticeOf(c, reminder, collection.ChannelEmail).MayJoin(invitation, day("2026-10-22")))
}
