package api

import (
	"context"
	"net/http"

	"relance/calendar"
	"relance/collection"
	"relance/collection/strategyfile"
	"relance/imports/invoice"
	"relance/workflows"
)

// decision describes a command of a person. Each answers once the case has
// carried it out, with how it stands then, or refuses and changes nothing.
func decision(id, path, summary, description string) operation {
	return operation{
		id: id, method: http.MethodPost, path: "/v1/cases/{creditor}/{invoice}/" + path, group: groupDecisions,
		summary: summary, description: description,
		answers:  []answerKind{{http.StatusOK, "It is carried out; this is how the case stands now."}},
		problems: []problemCode{codeUnknownCase, codeClosed, codeNotNow, codeConflict, codeNoAnswer},
	}
}

func (a *api) registerDecisions() {
	register(a, decision("hold-case", "hold", "Pause a case",
		"No notice leaves while a case is on hold, and the days do not count as spacing. The hold's own ID makes it count once."), a.holdCase)
	register(a, decision("resume-case", "resume", "End a hold, or all holds of a case", ""), a.resumeCase)
	register(a, decision("approve-step", "steps/{step}/approve", "Release a step that waits for approval", ""), a.approveStep)
	register(a, decision("skip-step", "steps/{step}/skip", "Do not take the next step",
		"Only the next step can be skipped. Refusing an approval is skipping."), a.skipStep)
	register(a, decision("retry-step", "steps/{step}/retry", "Try the failed channels of a step again",
		"Once the debtor's contact was corrected, of a step that failed on every channel."), a.retryStep)
	register(a, decision("close-case", "close", "End a case without full payment",
		"As written-off, withdrawn or handed-over. A paid case closes by itself."), a.closeCase)
	register(a, decision("migrate-case", "migrate", "Move a case to another strategy or version",
		"An open case keeps the version it began with until it is moved."), a.migrateCase)
}

type decisionOutput struct{ Body Status }

func (a *api) command(ctx context.Context, key CaseKey, name string, order any) (*decisionOutput, error) {
	creditor, number := key.key()
	after, err := a.Cases.Command(ctx, creditor, number, name, order)
	return newDecision(creditor, number, after, err)
}

func newDecision(creditor, number string, after workflows.Status, err error) (*decisionOutput, error) {
	if err != nil {
		return nil, err
	}
	return &decisionOutput{Body: newStatus(creditor, number, after)}, nil
}

type holdInput struct {
	CaseKey
	Body struct {
		ID     string        `json:"id" minLength:"1" maxLength:"200" example:"dispute-118" doc:"The hold's own ID. It counts once, and resume names it."`
		Reason string        `json:"reason" minLength:"1" maxLength:"200" example:"dispute" doc:"Why, in a word or phrase without personal data."`
		Until  calendar.Date `json:"until,omitzero" doc:"The last day of the pause; until it is resumed when it is missing."`
		By     string        `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"HoldOrder"`
}

func (a *api) holdCase(ctx context.Context, in *holdInput) (*decisionOutput, error) {
	creditor, number := in.key()
	after, err := a.Cases.Command(ctx, creditor, number, workflows.CommandHold, workflows.HoldOrder{
		ID: invoice.Tidy(in.Body.ID), Reason: invoice.Tidy(in.Body.Reason), Until: in.Body.Until, MovesDeadline: true, By: author(ctx, in.Body.By),
	})
	return newDecision(creditor, number, after, err)
}

type resumeOrder struct {
	HoldID string `json:"hold_id,omitempty" maxLength:"200" doc:"The hold to end; all holds when it is missing."`
	By     string `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
}

type resumeInput struct {
	CaseKey
	Body *resumeOrder
}

func (a *api) resumeCase(ctx context.Context, in *resumeInput) (*decisionOutput, error) {
	given := orZero(in.Body)
	creditor, number := in.key()
	after, err := a.Cases.Resume(ctx, creditor, number, workflows.ResumeOrder{HoldID: invoice.Tidy(given.HoldID), By: author(ctx, given.By)})
	return newDecision(creditor, number, after, err)
}

// StepKey is embedded in what concerns one step of a case.
type StepKey struct {
	Step string `path:"step" maxLength:"60" example:"formal-notice" doc:"The key of the step."`
}

type stepOrder struct {
	Reason string `json:"reason,omitempty" maxLength:"200" doc:"Why, without personal data."`
	By     string `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
}

type stepInput struct {
	CaseKey
	StepKey
	Body *stepOrder
}

func (a *api) retryStep(ctx context.Context, in *stepInput) (*decisionOutput, error) {
	return a.stepCommand(ctx, in, workflows.CommandRetryStep)
}

type skipInput struct {
	CaseKey
	StepKey
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"200" example:"agreed by telephone" doc:"Why, without personal data."`
		By     string `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"SkipOrder"`
}

func (a *api) skipStep(ctx context.Context, in *skipInput) (*decisionOutput, error) {
	order := stepOrder{Reason: in.Body.Reason, By: in.Body.By}
	return a.stepCommand(ctx, &stepInput{CaseKey: in.CaseKey, StepKey: in.StepKey, Body: &order}, workflows.CommandSkipStep)
}

func (a *api) stepCommand(ctx context.Context, in *stepInput, name string) (*decisionOutput, error) {
	given := orZero(in.Body)
	return a.command(ctx, in.CaseKey, name, workflows.StepOrder{
		Step: invoice.Tidy(in.Step), Reason: invoice.Tidy(given.Reason), By: author(ctx, given.By),
	})
}

type closeInput struct {
	CaseKey
	Body struct {
		Outcome string `json:"outcome" enum:"written-off,withdrawn,handed-over" doc:"How it ends."`
		Reason  string `json:"reason" minLength:"1" maxLength:"200" example:"insolvent" doc:"Why, without personal data."`
		By      string `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"CloseOrder"`
}

func (a *api) closeCase(ctx context.Context, in *closeInput) (*decisionOutput, error) {
	return a.command(ctx, in.CaseKey, workflows.CommandCloseCase, workflows.CloseOrder{
		Outcome: collection.Stage(in.Body.Outcome), Reason: invoice.Tidy(in.Body.Reason), By: author(ctx, in.Body.By),
	})
}

type migrateInput struct {
	CaseKey
	Body struct {
		Strategy string `json:"strategy" minLength:"1" maxLength:"60" example:"strict" doc:"The strategy to follow."`
		Version  int    `json:"version,omitempty" minimum:"1" doc:"Its version; the newest when it is missing."`
		ResumeAt string `json:"resume_at,omitempty" maxLength:"60" doc:"The step to go on with; needed when the strategy lacks the one the case is at."`
		By       string `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"MigrationOrder"`
}

func (a *api) migrateCase(ctx context.Context, in *migrateInput) (*decisionOutput, error) {
	definition, err := a.strategy(in.Body.Strategy, in.Body.Version)
	if err != nil {
		return nil, err
	}
	return a.command(ctx, in.CaseKey, workflows.CommandMigrateStrategy, workflows.MigrationOrder{
		Strategy: definition.Strategy, ResumeAt: invoice.Tidy(in.Body.ResumeAt), By: author(ctx, in.Body.By),
	})
}

// strategy is a configured strategy of a version, or the newest one (0).
func (a *api) strategy(name string, version int) (strategyfile.Definition, error) {
	newest, err := a.Strategies.Newest(invoice.Tidy(name))
	if err != nil {
		return newest, invalid("body.strategy", name, err.Error())
	}
	if version == 0 {
		return newest, nil
	}
	definition, found := a.Strategies.Version(newest.Name, version)
	if !found {
		return definition, invalid("body.version", versioned(newest.Name, version), "there is no such version; the newest is "+versioned(newest.Name, newest.Version))
	}
	return definition, nil
}

func orZero[T any](value *T) T {
	if value == nil {
		var zero T
		return zero
	}
	return *value
}
