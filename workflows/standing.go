package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
)

// DebtorStanding says that what is known of the debtor has changed: insolvency
// proceedings, or hardship. It carries nothing of it: the case reads it from the case
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
	if err := workflow.ExecuteActivity(inDatabase(ctx, "what is known of the debtor"), activities.NameTakeStanding, order).Get(ctx, &taken); err != nil {
		return err
	}
	if err := r.decide(collection.TakePosition{Open: taken.Open, LateFees: taken.LateFees}); err != nil {
		return err
	}
	return r.decide(collection.TakeStanding{Standing: taken.Standing})
}

// proceeding names the insolvency proceedings a task is about.
func (r *caseRun) proceeding(action collection.Action) string {
	if action.Task != collection.TaskInsolvency {
		return ""
	}
	return r.state.Insolvency.Proceeding
}
