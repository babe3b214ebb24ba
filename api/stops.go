package api

import (
	"context"
	"net/http"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/imports/invoice"
)

func (a *api) registerStops() {
	register(a, operation{
		id: "list-stops", method: http.MethodGet, path: "/v1/stops", group: groupStops,
		summary: "List holds, exclusions, blocks and kill switches", description: "In the order they were set. The hold of a single invoice stands with its case.",
	}, a.listStops)
	register(a, operation{
		id: "set-stop", method: http.MethodPost, path: "/v1/stops", group: groupStops,
		summary: "Set a hold of a debtor, an exclusion, a block or a kill switch",
		description: "Once this is answered nothing in its scope begins to leave any more, and a case opened from then on is born stopped; the open cases are told " +
			"in the background. The stop's own ID makes it count once. It says how many of the cases in scope were told when `told` is true.",
		answers:  []answerKind{{http.StatusOK, "It is in force."}},
		problems: []problemCode{codeUnknownCreditor, codeUnknownDebtor, codeUnknownCase, codeConflict},
	}, a.setStop)
	register(a, operation{
		id: "lift-stop", method: http.MethodPost, path: "/v1/stops/{id}/lift", group: groupStops,
		summary: "Lift a stop",
		description: "The ladders go on at their saved steps. What gathered under a kill switch leaves spread over as many working days as it lasted, ten at most, " +
			"and each debtor gets one message.",
		answers:  []answerKind{{http.StatusOK, "It is lifted."}},
		problems: []problemCode{codeUnknownStop},
	}, a.liftStop)
}

// stop is a hold of a debtor, an exclusion, a block or a kill switch.
type stop struct {
	ID       string        `json:"id" example:"block-durand-2026-11"`
	Kind     string        `json:"kind" enum:"hold,exclusion,block,kill-switch"`
	Scope    string        `json:"scope" enum:"invoice,debtor,creditor,everything"`
	Creditor string        `json:"creditor,omitempty" doc:"Missing for a stop of everything."`
	Debtor   string        `json:"debtor,omitempty"`
	Invoice  string        `json:"invoice,omitempty"`
	Reason   string        `json:"reason"`
	By       string        `json:"by,omitempty"`
	At       time.Time     `json:"at" doc:"Since when it is in force."`
	Until    calendar.Date `json:"until,omitzero" doc:"Its last day; missing when a person lifts it."`
	LiftedAt time.Time     `json:"lifted_at,omitzero"`
	LiftedBy string        `json:"lifted_by,omitempty"`
	Told     bool          `json:"told" doc:"All open cases in its scope were told. It is in force before."`
}

func newStop(s casefile.Stop) stop {
	return stop{
		ID: s.ID, Kind: string(s.Kind), Scope: string(s.Scope), Creditor: s.Creditor, Debtor: s.Debtor, Invoice: s.Invoice, Reason: s.Reason,
		By: s.Author, At: s.At, Until: s.Until, LiftedAt: s.Lifted, LiftedBy: s.LiftedBy, Told: s.Told == s.Changes,
	}
}

type listStopsInput struct {
	Creditor string `query:"creditor" maxLength:"100" doc:"Only what concerns this creditor, wider stops included."`
	Debtor   string `query:"debtor" maxLength:"100" doc:"Only what concerns this debtor, wider stops included."`
	All      bool   `query:"all" doc:"Also those that are lifted or have ended."`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many at most."`
	Cursor   string `query:"cursor" maxLength:"200" doc:"next_cursor of the previous answer."`
}

type listStopsOutput struct {
	Body struct {
		Stops      []stop `json:"stops" nullable:"false"`
		NextCursor string `json:"next_cursor,omitempty" doc:"Asks for the stops after these; missing when there are none."`
	} `nameHint:"StopList"`
}

func (a *api) listStops(ctx context.Context, in *listStopsInput) (*listStopsOutput, error) {
	stops, err := a.Cases.Store.Stops(ctx, casefile.StopFilter{
		Creditor: invoice.Tidy(in.Creditor), Debtor: invoice.Tidy(in.Debtor), InForce: !in.All, Today: calendar.DateOf(a.Cases.Clock().Now()),
		Limit: in.Limit + 1, After: in.Cursor,
	})
	if err != nil {
		return nil, err
	}
	out := &listStopsOutput{}
	if len(stops) > in.Limit {
		stops = stops[:in.Limit]
		out.Body.NextCursor = stops[in.Limit-1].ID
	}
	out.Body.Stops = each(stops, newStop)
	return out, nil
}

type setStopInput struct {
	Body struct {
		ID       string        `json:"id" minLength:"1" maxLength:"200" example:"block-durand-2026-11" doc:"The stop's own ID. It counts once, and lifting names it."`
		Kind     string        `json:"kind" enum:"hold,exclusion,block,kill-switch"`
		Creditor string        `json:"creditor,omitempty" maxLength:"100" doc:"Whose debtor or invoice; missing only for a kill switch of everything."`
		Debtor   string        `json:"debtor,omitempty" maxLength:"100" doc:"For a hold or block, or an exclusion of a debtor."`
		Invoice  string        `json:"invoice,omitempty" maxLength:"100" doc:"For an exclusion of one invoice."`
		Reason   string        `json:"reason" minLength:"1" maxLength:"200" example:"legal department" doc:"A word or phrase without personal data."`
		Until    calendar.Date `json:"until,omitzero" doc:"The last day; until it is lifted when it is missing. An exclusion has none."`
		By       string        `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"StopOrder"`
}

type stopOutput struct{ Body stop }

func (a *api) setStop(ctx context.Context, in *setStopInput) (*stopOutput, error) {
	given := in.Body
	order := casefile.Stop{
		Stop: collection.Stop{
			ID: invoice.Tidy(given.ID), Kind: collection.StopKind(given.Kind), Reason: invoice.Tidy(given.Reason), Until: given.Until,
		},
		Creditor: invoice.Tidy(given.Creditor), Debtor: invoice.Tidy(given.Debtor), Invoice: invoice.Tidy(given.Invoice), Author: author(ctx, given.By),
	}
	order.Scope = order.NarrowestScope()
	placed, _, err := a.Cases.SetStop(ctx, order)
	if err != nil {
		return nil, err
	}
	return &stopOutput{Body: newStop(placed)}, nil
}

type liftStopInput struct {
	ID   string `path:"id" maxLength:"200" example:"block-durand-2026-11" doc:"The ID of the stop."`
	Body *struct {
		By string `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"LiftOrder"`
}

func (a *api) liftStop(ctx context.Context, in *liftStopInput) (*stopOutput, error) {
	lifted, err := a.Cases.LiftStop(ctx, invoice.Tidy(in.ID), author(ctx, orZero(in.Body).By))
	if err != nil {
		return nil, err
	}
	return &stopOutput{Body: newStop(lifted)}, nil
}
