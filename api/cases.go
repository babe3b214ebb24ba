package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/imports/invoice"
	"relance/workflows"
)

func (a *api) registerCases() {
	register(a, operation{
		id: "list-cases", method: http.MethodGet, path: "/v1/cases", group: groupCases,
		summary:     "List cases",
		description: "By due date, then creditor and number. next_cursor, where there is one, asks for the cases after these.",
	}, a.listCases)
	register(a, operation{
		id: "get-case", method: http.MethodGet, path: "/v1/cases/{creditor}/{invoice}", group: groupCases,
		summary: "Show everything about one case",
		description: "How it stands, what it does next and why; what is owed and what was paid; what was sent and what became of it; tasks and history. " +
			"Everything is of one moment.",
		problems: []problemCode{codeUnknownCase},
	}, a.getCase)
	register(a, operation{
		id: "forecast-case", method: http.MethodGet, path: "/v1/cases/{creditor}/{invoice}/forecast", group: groupCases,
		summary:  "Show what a case will do in the next 90 days if nobody pays",
		problems: []problemCode{codeUnknownCase},
	}, a.forecastCase)
	register(a, operation{
		id: "get-gate", method: http.MethodGet, path: "/v1/cases/{creditor}/{invoice}/gate", group: groupCases,
		summary: "Ask whether the next notice of a case may leave now",
		description: "The check that stands before every send: whether something is owed, a hold, the limitation, the debtor's contact hours, " +
			"how often it was contacted over all its invoices. A refusal says why and, where it is known, until when.",
		problems: []problemCode{codeUnknownCase},
	}, a.getGate)
}

// CaseKey names the case of a request.
type CaseKey struct {
	Creditor string `path:"creditor" maxLength:"100" example:"acme" doc:"The creditor's ID."`
	Invoice  string `path:"invoice" maxLength:"100" example:"F-2026-0042" doc:"The invoice number, URL-escaped: a slash in it is written %2F."`
}

// key is the case's key as it is recorded: every number was tidied when it was
// taken in.
func (in CaseKey) key() (creditor, number string) {
	return invoice.Tidy(in.Creditor), invoice.Tidy(in.Invoice)
}

type listCasesInput struct {
	Creditor string `query:"creditor" maxLength:"100" doc:"Only the cases of this creditor."`
	Debtor   string `query:"debtor" maxLength:"100" doc:"Only the cases of this debtor."`
	Stage    string `query:"stage" enum:"open,reminding,formal-notice,mediation,handoff,with-partner,insolvency,on-hold,disputed,promised,plan,unreachable,late-fees,paid,written-off,withdrawn,handed-over" doc:"Only the cases in this stage."`
	OpenOnly bool   `query:"open_only" doc:"Leave out closed cases."`
	Text     string `query:"text" maxLength:"200" doc:"Part of a number, of a reference, or of a debtor's ID or name."`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many at most."`
	Cursor   string `query:"cursor" maxLength:"1000" doc:"next_cursor of the previous answer."`
}

type caseList struct {
	Cases      []caseListed `json:"cases" nullable:"false"`
	NextCursor string       `json:"next_cursor,omitempty" doc:"Asks for the cases after these; missing when there are none."`
}

// caseListed is a case as a list shows it.
type caseListed struct {
	Case       string        `json:"case" example:"case/acme/F-2026-0042"`
	Creditor   string        `json:"creditor"`
	Invoice    string        `json:"invoice"`
	Debtor     string        `json:"debtor"`
	DebtorName string        `json:"debtor_name"`
	IssuedOn   calendar.Date `json:"issued_on,omitzero"`
	DueOn      calendar.Date `json:"due_on,omitzero"`
	Total      decimal       `json:"total"`
	Open       decimal       `json:"open" doc:"What is still owed."`
	Currency   string        `json:"currency" example:"EUR"`
	Strategy   string        `json:"strategy" example:"fr-b2b-standard@1"`
	Stage      string        `json:"stage" example:"reminding"`
	NextStep   string        `json:"next_step,omitempty" doc:"The step that acts next."`
	NextAt     time.Time     `json:"next_at,omitzero" doc:"When it acts; missing while the case waits for a person or a payment."`
	Why        string        `json:"why" doc:"Why it does what it does next."`
	OpenedAt   time.Time     `json:"opened_at"`
	ClosedAt   time.Time     `json:"closed_at,omitzero"`
}

type listCasesOutput struct{ Body caseList }

func (a *api) listCases(ctx context.Context, in *listCasesInput) (*listCasesOutput, error) {
	after, err := readCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := a.Cases.Store.Cases(ctx, casefile.CaseFilter{
		Creditor: invoice.Tidy(in.Creditor), Debtor: invoice.Tidy(in.Debtor), Stage: collection.Stage(in.Stage), OpenOnly: in.OpenOnly,
		Text: invoice.Tidy(in.Text), Limit: in.Limit + 1, After: after,
	})
	if err != nil {
		return nil, err
	}
	var out listCasesOutput
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		out.Body.NextCursor = writeCursor(rows[in.Limit-1].Cursor())
	}
	out.Body.Cases = make([]caseListed, 0, len(rows))
	for _, row := range rows {
		out.Body.Cases = append(out.Body.Cases, newCaseListed(row))
	}
	return &out, nil
}

func newCaseListed(row casefile.CaseRow) caseListed {
	return caseListed{
		Case: collection.WorkflowID(row.Creditor, row.Invoice), Creditor: row.Creditor, Invoice: row.Invoice,
		Debtor: row.Debtor, DebtorName: row.DebtorName, IssuedOn: row.IssueDate, DueOn: row.DueDate,
		Total: decimalOf(row.Total), Open: decimalOf(row.Open), Currency: string(row.Total.Currency()),
		Strategy: versioned(row.Strategy, row.StrategyVersion), Stage: string(row.Stage),
		NextStep: row.NextStep, NextAt: row.NextAt, Why: row.Why, OpenedAt: row.OpenedAt, ClosedAt: row.ClosedAt,
	}
}

// writeCursor is the place of a case in the list, for a URL.
func writeCursor(place casefile.CaseCursor) string {
	text, err := json.Marshal([]string{place.DueDate.String(), place.Creditor, place.Invoice})
	if err != nil { // texts can always be written
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func readCursor(cursor string) (casefile.CaseCursor, error) {
	if cursor == "" {
		return casefile.CaseCursor{}, nil
	}
	var place []string
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(text, &place)
	}
	if err == nil && len(place) == 3 {
		if due, err := calendar.ParseDate(place[0]); err == nil {
			return casefile.CaseCursor{DueDate: due, Creditor: place[1], Invoice: place[2]}, nil
		}
	}
	return casefile.CaseCursor{}, invalid("query.cursor", cursor, "it is none that this API gave out: take next_cursor of the previous answer as it is")
}

type forecastOutput struct {
	Body struct {
		Case    string          `json:"case"`
		Actions []plannedAction `json:"actions" nullable:"false" doc:"In the order they come."`
	} `nameHint:"Forecast"`
}

// plannedAction is one coming action of a case.
type plannedAction struct {
	At      time.Time `json:"at"`
	Step    string    `json:"step" example:"reminder-firm"`
	Channel string    `json:"channel,omitempty" enum:"email,sms,whatsapp,letter,registered-letter" doc:"How a notice travels."`
	Task    string    `json:"task,omitempty" example:"mediation" doc:"What a person is asked to do instead."`
	Why     string    `json:"why"`
}

func (a *api) forecastCase(ctx context.Context, in *CaseKey) (*forecastOutput, error) {
	creditor, number := in.key()
	forecast, err := a.Cases.Forecast(ctx, creditor, number)
	if err != nil {
		return nil, err
	}
	var out forecastOutput
	out.Body.Case = collection.WorkflowID(creditor, number)
	out.Body.Actions = make([]plannedAction, 0, len(forecast))
	for _, entry := range forecast {
		out.Body.Actions = append(out.Body.Actions, newPlannedAction(entry))
	}
	return &out, nil
}

func newPlannedAction(entry workflows.ForecastEntry) plannedAction {
	return plannedAction{At: entry.At.UTC(), Step: entry.Step, Channel: string(entry.Channel), Task: string(entry.Task), Why: entry.Why}
}
