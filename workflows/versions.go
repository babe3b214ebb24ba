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

// invitesOnDemand reports whether the invitation to a mediation that a creditor asks for
// leaves by itself. Those that were proposed before were left to a person, as their
// histories say.
func invitesOnDemand(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "invite-on-demand", workflow.DefaultVersion, 1) >= 1
}
