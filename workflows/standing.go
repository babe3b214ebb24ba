package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
)

// DebtorStanding says that what is known of the debtor has changed: insolvency
// proceedings, hardship, its kind or its address. It carries nothing of it: the case reads it from the case
// file, where it was recorded for all cases of the debtor at once.
type DebtorStanding struct {
	By string `json:"by,omitempty"`
}

func (DebtorStanding) name() string     { return CommandDebtorStanding }
func (s DebtorStanding) author() string { return s.By }

// InsolvencyStatus are the insolvency proceedings that keep a claim frozen.
type InsolvencyStatus struct {
	Proceeding string                    `json:"proceeding"`
	Kind       collection.InsolvencyKind `json:"kind"`
	Judgment   calendar.Date             `json:"judgment"`
	// DeclareBy is the day to work towards, LastDay the last; not set while the
	// publication is not known.
	DeclareBy calendar.Date            `json:"declare_by,omitzero"`
	LastDay   calendar.Date            `json:"last_day,omitzero"`
	Declared  calendar.Date            `json:"declared,omitzero"`
	End       collection.InsolvencyEnd `json:"end,omitempty"`
}

func newInsolvencyStatus(i collection.Insolvency) InsolvencyStatus {
	if !i.Freezes() {
		return InsolvencyStatus{}
	}
	return InsolvencyStatus{
		Proceeding: i.Proceeding, Kind: i.Kind, Judgment: i.Judgment, DeclareBy: i.DeclareBy, LastDay: i.LastDay, Declared: i.Declared, End: i.End,
	}
}

// takeStanding takes what the case file knows of the debtor.
func (r *caseRun) takeStanding(ctx workflow.Context, at time.Time) error {
	var taken activities.StandingTaken
	order := activities.StandingOrder{CaseKey: r.key(), At: at}
	if err := inDatabase(ctx, "what is known of the debtor", activities.NameTakeStanding, order, &taken); err != nil {
		return err
	}
	if err := r.decide(collection.TakePosition{Open: taken.Open, LateFees: taken.LateFees}); err != nil {
		return err
	}
	if taken.Limitation.IsKnown() {
		if err := r.decide(collection.TakeLimitation{Limitation: taken.Limitation}); err != nil {
			return err
		}
	}
	if err := r.decide(collection.TakePlace{Place: taken.Place}); err != nil {
		return err
	}
	return r.overtake(ctx, collection.TakeStanding{Standing: taken.Standing}, at)
}

// overtake takes what is known of the debtor, and records what that ends of what was
// arranged with it: the case file ended what it knew of when the proceedings were
// recorded, and this is what the case knew besides. A plan is told, because it covers
// other claims too; a limitation runs on that a mediation had suspended.
func (r *caseRun) overtake(ctx workflow.Context, command collection.TakeStanding, at time.Time) error {
	before := r.state
	events, err := collection.Decide(before, command)
	if err != nil {
		return r.decide(command) // a refusal changes nothing
	}
	ended := slices.DeleteFunc(slices.Clone(events), func(event collection.Event) bool {
		switch event.(type) {
		case collection.StandingTaken, collection.CaseEnded:
			return true // the case file has them from the proceedings themselves
		default:
			return false
		}
	})
	if len(ended) > 0 {
		if err := recordDecision(ctx, activities.DecisionOrder{
			CaseKey: r.key(), Key: r.decisionKey("insolvency"), Kind: "insolvency", By: "relance", At: at, Events: ended,
			Note: "the insolvency proceedings " + command.Standing.Insolvency.Proceeding + " end what was arranged with the debtor",
		}); err != nil {
			return err
		}
	}
	if err := r.decide(command); err != nil {
		return err
	}
	if plan, found := before.ActivePlan(); found && len(ended) > 0 {
		r.signalPlan(ctx, plan.ID, CommandCancelPlan, PlanCancellation{Reason: "insolvency proceedings of the debtor", By: "relance"})
	}
	if mediation, open := before.OpenMediation(); open {
		_, err = r.suspendLimitation(ctx, mediation, mediation.ID, CommandDebtorStanding, "relance", at)
	}
	return err
}

// proceeding names the insolvency proceedings a task is about.
func (r *caseRun) proceeding(action collection.Action) string {
	if action.Task != collection.TaskInsolvency {
		return ""
	}
	return r.state.Insolvency.Proceeding
}
