package workflows

import "go.temporal.io/sdk/workflow"

// passesOverUnapproved reports whether a case wakes on the due date when a courtesy
// notice still waits for its approval. Cases that waited before this was added go on
// waiting for a command, as their histories say.
func passesOverUnapproved(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "pass-over-unapproved-courtesy", workflow.DefaultVersion, 1) >= 1
}

// dividesByWhatIsOpen reports whether the reduction of an early settlement is divided by
// what is open of each invoice. Offers that were made before were divided by what each
// brought into the plan, as their histories say.
func dividesByWhatIsOpen(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "divide-reduction-by-what-is-open", workflow.DefaultVersion, 1) >= 1
}

// datesPaidHandoff reports whether a handoff that a payment ends, before its partner had
// the file, has ended on that day: the days since its proposal do not count as spacing
// then, should the payment be taken back. Those of before have no last day, as their
// histories say.
func datesPaidHandoff(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "date-paid-handoff", workflow.DefaultVersion, 1) >= 1
}

// refusesApprovalOfEndedHandoff reports whether the approval of a handoff that is over, for
// the amount that was approved before, is refused, which the case file notes. Such an
// approval changed nothing before, as the histories of then say.
func refusesApprovalOfEndedHandoff(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "refuse-approval-of-ended-handoff", workflow.DefaultVersion, 1) >= 1
}

// invitesOnDemand reports whether the invitation to a mediation that a creditor asks for
// leaves by itself. Those that were proposed before were left to a person, as their
// histories say.
func invitesOnDemand(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "invite-on-demand", workflow.DefaultVersion, 1) >= 1
}

// asksOnceAboutReturn reports whether a return of a direct debit that is known already
// changes nothing when it is told again. Before that it asked a person a second time when
// the plan had been written in between, as histories say.
func asksOnceAboutReturn(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "ask-once-about-returned-debit", workflow.DefaultVersion, 1) >= 1
}

// goesOnAgain reports whether a plan whose run has not ended yet looks at its money again
// after it was kept, because some may have been taken back. Before that it took no notice,
// as histories say.
func goesOnAgain(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "plan-goes-on-again", workflow.DefaultVersion, 1) >= 1
}

// keepsInterestApart reports whether a rescheduling keeps the interest that is owed apart
// from the principal. Before that it became principal, as histories say.
func keepsInterestApart(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "keep-earlier-interest-apart", workflow.DefaultVersion, 1) >= 1
}

// actsAtOnce reports whether a workflow makes the first try of its acts itself, within
// the task that decides on them. Those that acted before it was added go on through their
// task queues, as their histories say.
func actsAtOnce(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "act-at-once", workflow.DefaultVersion, 1) >= 1
}
