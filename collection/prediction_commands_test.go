package collection_test

import (
	"cmp"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"relance/calendar"
	"relance/collection"
	"relance/handoff"
	"relance/money"
)

// anyID is one of three of a kind, so that commands meet what is there, and what is not.
func anyID(t *rapid.T, kind string) string {
	return fmt.Sprintf("%s%d", kind, rapid.IntRange(1, 3).Draw(t, kind))
}

// nowAndThen is one time in four.
func nowAndThen(t *rapid.T, what string) bool { return rapid.IntRange(0, 3).Draw(t, what) == 0 }

// known is the ID of what is there, and now and then another one.
func known(t *rapid.T, kind, there string) string {
	if nowAndThen(t, "another "+kind) {
		return anyID(t, kind)
	}
	return cmp.Or(there, anyID(t, kind))
}

// anyDay is near today.
func anyDay(t *rapid.T, c collection.Case, now time.Time, before, after int) calendar.Date {
	return c.Window.DateOf(now).AddDays(rapid.IntRange(-before, after).Draw(t, "day"))
}

func anyPart(t *rapid.T) money.Amount {
	return euros(rapid.SampledFrom([]int64{0, 0, 1, 20_000, 60_000, 100_000}).Draw(t, "part"))
}

func promiseCommands() map[string]anything {
	running := func(c collection.Case) string {
		promise, _ := c.RunningPromise()
		return promise.ID
	}
	return map[string]anything{
		"MakePromise": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			made := collection.MakePromise{
				ID: anyID(t, "p"), On: c.Window.DateOf(now), Date: anyDay(t, c, now, 2, 40), Amount: anyPart(t),
				Source: rapid.SampledFrom(collection.PromiseSources()).Draw(t, "source"),
			}
			if rapid.Bool().Draw(t, "replaces") {
				made.Replaces = known(t, "p", running(c))
			}
			if rapid.Bool().Draw(t, "has a reason") {
				made.Reason = "a public body"
			}
			return made
		},
		"WithdrawPromise": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.WithdrawPromise{ID: known(t, "p", running(c)), On: c.Window.DateOf(now), Reason: "by mistake"}
		},
		"ConcludePromise": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.ConcludePromise{ID: known(t, "p", running(c)), At: now}
		},
	}
}

func disputeCommands() map[string]anything {
	open := func(c collection.Case) string {
		for _, dispute := range c.Disputes {
			if dispute.IsOpen() {
				return dispute.ID
			}
		}
		return ""
	}
	return map[string]anything{
		"RaiseDispute": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.RaiseDispute{
				ID: anyID(t, "d"), Reason: rapid.SampledFrom(collection.DisputeReasons()).Draw(t, "reason"), Amount: anyPart(t),
				RaisedBy: collection.DisputeByDebtor, On: anyDay(t, c, now, 20, 1), Today: c.Window.DateOf(now),
			}
		},
		"ResolveDispute": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			resolved := collection.ResolveDispute{
				ID: known(t, "d", open(c)), Outcome: rapid.SampledFrom(collection.DisputeOutcomes()).Draw(t, "outcome"),
				Reason: "the delivery note is signed", Today: c.Window.DateOf(now),
			}
			if resolved.Outcome == collection.DisputeSplit {
				resolved.Amount = anyPart(t)
			}
			return resolved
		},
		"AssignDispute": func(t *rapid.T, c collection.Case, _ time.Time) collection.Command {
			return collection.AssignDispute{ID: known(t, "d", open(c)), Owner: "anne"}
		},
	}
}

func stopCommands() map[string]anything {
	return map[string]anything{
		"TakeStop": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			if len(c.Stops) > 0 && rapid.Bool().Draw(t, "is lifted") {
				stop := rapid.SampledFrom(c.Stops).Draw(t, "stop")
				stop.Lifted = now
				return collection.TakeStop{Stop: stop}
			}
			kind := rapid.SampledFrom(collection.StopKinds()).Draw(t, "kind")
			stop := collection.Stop{
				ID: anyID(t, "s"), Kind: kind, Scope: rapid.SampledFrom(kind.Scopes()).Draw(t, "scope"), Reason: "a fair",
				At: now.Add(-time.Duration(rapid.IntRange(0, 3*24*60).Draw(t, "minutes ago")) * time.Minute),
			}
			if rapid.Bool().Draw(t, "has end") {
				stop.Until = anyDay(t, c, now, 2, 30)
			}
			return collection.TakeStop{Stop: stop}
		},
	}
}

func planCommands() map[string]anything {
	active := func(c collection.Case) string {
		plan, _ := c.ActivePlan()
		return plan.ID
	}
	return map[string]anything{
		"AttachPlan": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			plan := collection.FollowedPlan{
				ID: known(t, "plan", active(c)), Revision: rapid.IntRange(0, 5).Draw(t, "revision"), From: c.Window.DateOf(now),
				Accepted: rapid.Bool().Draw(t, "accepted"),
			}
			if plan.Accepted {
				plan.NextOn, plan.NextAmount = anyDay(t, c, now, 0, 30), euros(25_000)
			}
			return collection.AttachPlan{FollowedPlan: plan}
		},
		"EndPlan": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.EndPlan{ID: known(t, "plan", active(c)), On: c.Window.DateOf(now), As: rapid.SampledFrom([]string{"defaulted", "cancelled", ""}).Draw(t, "as"), PayBy: rapid.SampledFrom([]calendar.Date{0, c.Window.DateOf(now).AddDays(8), c.Window.DateOf(now).AddDays(-1)}).Draw(t, "pay by")}
		},
	}
}

func mediationCommands() map[string]anything {
	open := func(c collection.Case) string {
		m, _ := c.OpenMediation()
		return m.ID
	}
	return map[string]anything{
		"ProposeMediation": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			proposal := collection.ProposeMediation{
				ID: anyID(t, "m"), Kind: rapid.SampledFrom(collection.MediationKinds()).Draw(t, "kind"),
				AskedBy: rapid.SampledFrom([]collection.Party{collection.PartyCreditor, collection.PartyDebtor}).Draw(t, "asked by"), On: c.Window.DateOf(now),
			}
			proposal.Invite, proposal.Consumer = rapid.Bool().Draw(t, "invites"), rapid.Bool().Draw(t, "a consumer")
			if rapid.Bool().Draw(t, "has a day to answer") {
				proposal.RespondBy = anyDay(t, c, now, 1, 30)
			}
			return proposal
		},
		"AnswerMediation": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			answer := collection.AnswerMediation{
				ID: known(t, "m", open(c)), Accepted: !nowAndThen(t, "declines"), InWriting: rapid.Bool().Draw(t, "in writing"),
				On: anyDay(t, c, now, 2, 1), Today: c.Window.DateOf(now),
			}
			if rapid.Bool().Draw(t, "has an end") {
				answer.EndBy = anyDay(t, c, now, 1, 60)
			}
			return answer
		},
		"ReportSession": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			session := collection.ReportSession{
				ID: known(t, "m", open(c)), On: anyDay(t, c, now, 3, 0), Held: rapid.Bool().Draw(t, "held"), Today: c.Window.DateOf(now),
			}
			if nowAndThen(t, "prolongs") {
				session.EndBy = anyDay(t, c, now, 1, 60)
			}
			return session
		},
		"EndMediation": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			ended := collection.EndMediation{
				ID: known(t, "m", open(c)), On: c.Window.DateOf(now), Today: c.Window.DateOf(now),
				Outcome: rapid.SampledFrom([]collection.MediationOutcome{collection.OutcomeAgreement, collection.OutcomeAgreement, collection.OutcomeFailure, collection.OutcomeWithdrawn}).Draw(t, "outcome"),
			}
			if ended.Outcome != collection.OutcomeAgreement {
				return ended
			}
			ended.Agreement = collection.Agreement{Kind: rapid.SampledFrom(collection.AgreementKinds()).Draw(t, "agreement")}
			if ended.Agreement.Kind != collection.AgreementWithdrawal {
				ended.Agreement.Until = anyDay(t, c, now, 1, 40)
				ended.Agreement.Amount = anyPart(t)
				ended.Agreement.Before = c.Settled.Paid
			}
			return ended
		},
		"ConcludeAgreement": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.ConcludeAgreement{Mediation: known(t, "m", open(c)), On: c.Window.DateOf(now)}
		},
		"BreakAgreement": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.BreakAgreement{Mediation: known(t, "m", open(c)), On: c.Window.DateOf(now)}
		},
	}
}

func handoffCommands() map[string]anything {
	live := func(c collection.Case) string {
		h, _ := c.LiveHandoff()
		return h.ID
	}
	return map[string]anything{
		"ProposeHandoff": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.ProposeHandoff{
				ID: anyID(t, "h"), Partner: "etude-nord", Route: rapid.SampledFrom(handoff.Routes()).Draw(t, "route"),
				CoolingOffDays: rapid.IntRange(0, 10).Draw(t, "cooling off"), On: c.Window.DateOf(now),
			}
		},
		"ApproveHandoff": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			approval := collection.ApproveHandoff{ID: known(t, "h", live(c)), Amount: c.Open, On: c.Window.DateOf(now)}
			if nowAndThen(t, "saw another amount") {
				approval.Amount = euros(60_000)
			}
			return approval
		},
		"RefuseHandoff": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.RefuseHandoff{ID: known(t, "h", live(c)), Reason: "the debtor called", On: c.Window.DateOf(now)}
		},
		"ReportHandoff": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.ReportHandoff{ID: known(t, "h", live(c)), Outcome: anyHandoffOutcome(t), On: c.Window.DateOf(now)}
		},
		"TakePartnerStatus": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.TakePartnerStatus{
				ID: known(t, "h", live(c)), Status: rapid.SampledFrom(handoff.Statuses()).Draw(t, "status"), On: anyDay(t, c, now, 3, 1),
				Limits: anyTimeLimits(t, c, now), Today: c.Window.DateOf(now),
			}
		},
		"TakeRemittance": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.TakeRemittance{ID: known(t, "h", live(c)), Gross: euros(40_000), Position: anyPosition(t, c, now)}
		},
		"RecallHandoff": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.RecallHandoff{ID: known(t, "h", live(c)), On: c.Window.DateOf(now)}
		},
		"ReportRecalled": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.ReportRecalled{ID: known(t, "h", live(c)), On: c.Window.DateOf(now)}
		},
	}
}

func anyHandoffOutcome(t *rapid.T) collection.HandoffOutcome {
	return rapid.SampledFrom([]collection.HandoffOutcome{
		collection.HandoffGiven, collection.HandoffGiven, collection.HandoffBegun, collection.HandoffWithheld, collection.HandoffDeclined, collection.HandoffDoubtful,
	}).Draw(t, "what came of it")
}

func anyTimeLimits(t *rapid.T, c collection.Case, now time.Time) []handoff.TimeLimit {
	if !rapid.Bool().Draw(t, "has a limit") {
		return nil
	}
	last := anyDay(t, c, now, 20, 90)
	limit := handoff.TimeLimit{
		Key: rapid.SampledFrom([]string{"payment-order-serve", "payment-order-opposition"}).Draw(t, "limit"), Article: "CPC 1411",
		From: c.Window.DateOf(now), Target: last.AddDays(-3), Last: last, Days: []calendar.Date{last.AddDays(-33), last.AddDays(-10), last.AddDays(-3), last.AddDays(1)},
	}
	limit.Title.EN, limit.Title.FR = "serve the order", "signifier l’ordonnance"
	return []handoff.TimeLimit{limit}
}

// anyPosition is what the ledger may say: now and then it counts what was received.
func anyPosition(t *rapid.T, c collection.Case, now time.Time) collection.TakePosition {
	open := rapid.SampledFrom([]int64{100_000, 60_000, 60_000, 1, 0}).Draw(t, "open")
	position := collection.TakePosition{Open: euros(open), On: c.Window.DateOf(now)}
	if open == 0 && rapid.Bool().Draw(t, "late fees are open") {
		position.LateFees = euros(4_000)
	}
	if c.Settled.Known || rapid.Bool().Draw(t, "what came in is counted") {
		credited := max(c.Settled.Credited.Minor(), rapid.SampledFrom([]int64{0, 0, 20_000, 60_000}).Draw(t, "credited"))
		position.Settled = collection.NewSettled(euros(max(0, 100_000-open-credited)), euros(credited))
	}
	return position
}

func approvalCommands() map[string]anything {
	return map[string]anything{
		"LapseApproval": func(t *rapid.T, c collection.Case, _ time.Time) collection.Command {
			return collection.LapseApproval{Step: rapid.SampledFrom(c.Strategy.Steps).Draw(t, "step").Key}
		},
		"RefuseApproval": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			refusal := collection.RefuseApproval{
				Step: rapid.SampledFrom(c.Strategy.Steps).Draw(t, "step").Key, Author: "anne", Reason: "the debtor called",
				Then: rapid.SampledFrom([]collection.AfterRefusal{"", collection.RefusalSkips, collection.RefusalHolds}).Draw(t, "then"),
				On:   c.Window.DateOf(now), At: now,
			}
			if rapid.Bool().Draw(t, "has end") {
				refusal.Until = anyDay(t, c, now, 1, 20)
			}
			if nowAndThen(t, "saw another claim") {
				refusal.For = "another claim"
			}
			return refusal
		},
	}
}

// anyCaseOfAll follows a strategy that says something about everything there is.
func anyCaseOfAll(t *rapid.T) collection.Case {
	c := anyCase(t)
	s := &c.Strategy
	s.ApprovalTerms = anyApprovalTerms(t)
	if nowAndThen(t, "approval above") {
		s.ApprovalAbove = collection.AmountLimit{"EUR": rapid.SampledFrom([]string{"0.01", "700"}).Draw(t, "limit")}
	}
	if rapid.Bool().Draw(t, "a broken promise jumps") {
		s.BrokenPromise.GoOnAt = rapid.SampledFrom(s.Steps).Draw(t, "go on at").Key
	}
	if rapid.Bool().Draw(t, "has terms") {
		grace := rapid.IntRange(0, 6).Draw(t, "grace")
		s.Promises = collection.PromiseTerms{Grace: &grace, Longest: rapid.IntRange(0, 60).Draw(t, "longest")}
		s.Disputes = collection.DisputeTerms{RespondWithin: rapid.IntRange(0, 20).Draw(t, "respond"), EscalateAfter: rapid.IntRange(0, 10).Draw(t, "escalate")}
	}
	for i := range s.Steps {
		step := &s.Steps[i]
		switch {
		case step.Opens == collection.TaskMediation && rapid.Bool().Draw(t, "invites"):
			step.Channels, step.Template, step.DeadlineDays = []collection.Channel{collection.ChannelEmail, collection.ChannelLetter}, "mediation-invitation", 0
			step.Mediation = collection.MediationOffer{Kind: collection.MediationCompanies, RespondWithinDays: rapid.IntRange(1, 20).Draw(t, "respond within"), Invite: true}
		case step.Opens == "":
			step.Tone = rapid.SampledFrom(collection.Tones()).Draw(t, "tone")
			step.ApprovalTerms = anyApprovalTerms(t)
			if nowAndThen(t, "needs a proof") {
				step.Proof = step.Channels[0]
			}
			if nowAndThen(t, "cools off") {
				step.CoolingOffDays = rapid.IntRange(1, 9).Draw(t, "cooling off")
			}
		}
	}
	if err := s.Validate(); err != nil {
		t.Fatalf("no strategy: %s", err)
	}
	return c
}

func anyApprovalTerms(t *rapid.T) collection.ApprovalTerms {
	if rapid.Bool().Draw(t, "no terms") {
		return collection.ApprovalTerms{}
	}
	deputy := rapid.IntRange(0, 4).Draw(t, "deputy after")
	terms := collection.ApprovalTerms{DeputyAfter: deputy}
	if rapid.Bool().Draw(t, "expires") {
		terms.ExpiresAfter = deputy + rapid.IntRange(1, 5).Draw(t, "expires after")
	}
	return terms
}
