package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/imports/invoice"
)

const (
	// maxPreviewed is how many open cases a preview looks at, the longest overdue
	// first.
	maxPreviewed = 5000
	previewPage  = 500
	// previewReaders is how many cases are read at a time.
	previewReaders = 8
)

func (a *api) registerPreview() {
	register(a, operation{
		id: "preview", method: http.MethodPost, path: "/v1/preview", group: groupPortfolio,
		summary: "Preview what would leave in the next days",
		description: "Over the open cases of a creditor, if nobody pays: with the strategies they follow, or as if all followed another one. " +
			"Nothing is changed. It looks at the 5,000 cases that are longest overdue.",
	}, a.preview)
}

type previewInput struct {
	Body struct {
		Creditor string `json:"creditor" minLength:"1" maxLength:"100" example:"acme"`
		Strategy string `json:"strategy,omitempty" maxLength:"60" example:"strict" doc:"As if every case followed it; each its own when it is missing."`
		Version  int    `json:"version,omitempty" minimum:"1" doc:"The version of the strategy; the newest when it is missing."`
		Days     int    `json:"days,omitempty" minimum:"1" maximum:"366" default:"30" doc:"How far to look ahead."`
		Limit    int    `json:"limit,omitempty" minimum:"1" maximum:"5000" default:"200" doc:"How many actions to list; all are counted."`
	} `nameHint:"PreviewRequest"`
}

type previewOutput struct{ Body previewReport }

// previewReport is what would leave.
type previewReport struct {
	From    time.Time `json:"from" doc:"Now, in business time."`
	Until   time.Time `json:"until"`
	Cases   int       `json:"cases" doc:"How many open cases were looked at."`
	More    bool      `json:"more_cases" doc:"There are more open cases than were looked at."`
	Actions int       `json:"actions" doc:"How many actions there would be."`
	// Days, Listed and Unmovable tell the actions by day, one by one, and the cases
	// that the strategy cannot take over.
	Days      []previewDay    `json:"days" nullable:"false" doc:"How many, by day, step and channel or task."`
	Listed    []previewAction `json:"list" nullable:"false" doc:"The first ones, in the order they come."`
	Unmovable []unmovable     `json:"unmovable" nullable:"false" doc:"Cases that cannot follow the strategy as it is, and why; they are not counted."`
}

type previewDay struct {
	Date    calendar.Date `json:"date"`
	Step    string        `json:"step"`
	Channel string        `json:"channel,omitempty"`
	Task    string        `json:"task,omitempty"`
	Actions int           `json:"actions"`
}

type previewAction struct {
	At       time.Time `json:"at"`
	Creditor string    `json:"creditor"`
	Invoice  string    `json:"invoice"`
	Debtor   string    `json:"debtor"`
	Open     decimal   `json:"open"`
	Currency string    `json:"currency"`
	Step     string    `json:"step"`
	Channel  string    `json:"channel,omitempty"`
	Task     string    `json:"task,omitempty"`
	Why      string    `json:"why"`
}

type unmovable struct {
	Creditor string `json:"creditor"`
	Invoice  string `json:"invoice"`
	Reason   string `json:"reason"`
}

func (a *api) preview(ctx context.Context, in *previewInput) (*previewOutput, error) {
	given := in.Body
	if err := a.checkChoices(given.Creditor, "", "body."); err != nil {
		return nil, err
	}
	var target *collection.Strategy
	if given.Strategy != "" {
		definition, err := a.strategy(given.Strategy, given.Version)
		if err != nil {
			return nil, err
		}
		target = &definition.Strategy
	}
	open, more, err := a.openCases(ctx, invoice.Tidy(given.Creditor))
	if err != nil {
		return nil, err
	}
	now := a.Cases.Clock().Now()
	report := previewReport{From: now, Until: now.AddDate(0, 0, given.Days), More: more}
	report.plan(open, target, given.Limit)
	return &previewOutput{Body: report}, nil
}

// openCases reads the open cases of a creditor, the longest overdue first, and
// reports whether there are more than a preview looks at.
func (a *api) openCases(ctx context.Context, creditor string) ([]collection.Case, bool, error) {
	filter := casefile.CaseFilter{Creditor: creditor, OpenOnly: true, Limit: previewPage}
	var rows []casefile.CaseRow
	for len(rows) <= maxPreviewed {
		page, err := a.Cases.Store.Cases(ctx, filter)
		if err != nil {
			return nil, false, err
		}
		rows = append(rows, page...)
		if len(page) < previewPage {
			break
		}
		filter.After = page[len(page)-1].Cursor()
	}
	more := len(rows) > maxPreviewed
	rows = rows[:min(len(rows), maxPreviewed)]

	loaded, failures := make([]collection.Case, len(rows)), make([]error, len(rows))
	next := make(chan int)
	var readers sync.WaitGroup
	for range previewReaders {
		readers.Go(func() {
			for i := range next {
				loaded[i], failures[i] = a.Cases.Store.LoadCase(ctx, rows[i].Creditor, rows[i].Invoice)
			}
		})
	}
	for i := range rows {
		next <- i
	}
	close(next)
	readers.Wait()
	for i, err := range failures {
		if err != nil {
			return nil, false, fmt.Errorf("reading the case of invoice %s for a preview: %w", rows[i].Invoice, err)
		}
	}
	return loaded, more, nil
}

// plan fills in what the cases would do.
func (r *previewReport) plan(open []collection.Case, target *collection.Strategy, limit int) {
	r.Cases = len(open)
	r.Unmovable = []unmovable{}
	counts := map[previewDay]int{}
	actions := []previewAction{}
	for _, c := range open {
		moved, err := follow(c, target)
		if err != nil {
			r.Unmovable = append(r.Unmovable, unmovable{Creditor: c.Creditor, Invoice: c.Invoice, Reason: err.Error()})
			continue
		}
		for _, planned := range collection.Forecast(moved, r.From, r.Until) {
			action := newPreviewAction(moved, planned)
			counts[previewDay{Date: moved.Window.DateOf(planned.At), Step: action.Step, Channel: action.Channel, Task: action.Task}]++
			actions = append(actions, action)
		}
	}
	r.Actions = len(actions)
	r.Days = make([]previewDay, 0, len(counts))
	for day, n := range counts {
		day.Actions = n
		r.Days = append(r.Days, day)
	}
	slices.SortFunc(r.Days, func(x, y previewDay) int {
		return cmp.Or(cmp.Compare(x.Date, y.Date), cmp.Compare(x.Step, y.Step), cmp.Compare(x.Channel, y.Channel), cmp.Compare(x.Task, y.Task))
	})
	slices.SortStableFunc(actions, func(x, y previewAction) int { return x.At.Compare(y.At) })
	r.Listed = actions[:min(limit, len(actions))]
}

// follow is the case as if it followed another strategy; nil is its own.
func follow(c collection.Case, target *collection.Strategy) (collection.Case, error) {
	if target == nil {
		return c, nil
	}
	events, err := collection.Decide(c, collection.MigrateStrategy{Strategy: *target})
	return collection.ApplyAll(c, events), err
}

func newPreviewAction(c collection.Case, planned collection.Planned) previewAction {
	return previewAction{
		At: planned.At.UTC(), Creditor: c.Creditor, Invoice: c.Invoice, Debtor: c.Debtor, Open: decimalOf(c.Open), Currency: string(c.Open.Currency()),
		Step: planned.Step.Key, Channel: string(planned.Channel), Task: string(planned.Task), Why: planned.Because.String(),
	}
}
