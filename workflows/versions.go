package workflows

import "go.temporal.io/sdk/workflow"

// passesOverUnapproved reports whether a case wakes on the due date when a courtesy
// notice still waits for its approval. Cases that waited before this was added go on
// waiting for a command, as their histories say.
func passesOverUnapproved(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "pass-over-unapproved-courtesy", workflow.DefaultVersion, 1) >= 1
}
