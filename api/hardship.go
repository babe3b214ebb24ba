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

func (a *api) registerHardship() {
	register(a, operation{
		id: "flag-hardship", method: http.MethodPost, path: "/v1/debtors/{creditor}/{debtor}/hardship", group: groupDecisions,
		summary: "Flag a debtor as in difficulties, or end the flag",
		description: "hardship softens every case of the debtor: nothing firmer than a courteous reminder leaves without approval, and a task asks to offer a plan. over-indebtedness, of a " +
			"consumer whose file the commission found admissible, stops everything, and the interest on what was owed by then (C. conso. L722-14). The reason is a code; details of a person's health are never stored. A task asks to look again.",
		problems: []problemCode{codeUnknownDebtor, codeConflict},
	}, a.flagHardship)
	register(a, operation{
		id: "list-hardship", method: http.MethodGet, path: "/v1/debtors/{creditor}/{debtor}/hardship", group: groupDecisions,
		summary: "List the flags about the difficulties of a debtor",
	}, a.listHardship)
}

type hardshipInput struct {
	DebtorKey
	Body struct {
		ID        string        `json:"id" minLength:"1" maxLength:"200" example:"call-118" doc:"The flag's own ID. It counts once, and ended names it."`
		Kind      string        `json:"kind,omitempty" enum:"hardship,over-indebtedness" doc:"May be left out of a flag that is recorded."`
		Reason    string        `json:"reason,omitempty" enum:"loss-of-income,change-of-household,cash-shortage,commission-seized,commission-admissible,other" doc:"A code: no details."`
		From      calendar.Date `json:"from,omitzero" doc:"The day of the decision; today when it is missing."`
		Until     calendar.Date `json:"until,omitzero" doc:"The last day; until it is ended when it is missing."`
		ReviewOn  calendar.Date `json:"review_on,omitzero" doc:"When a person looks at it again; in 90 days when it is missing."`
		Ended     calendar.Date `json:"ended,omitzero" doc:"The first day on which it holds no more: of over-indebtedness, the day from which the measures apply."`
		Withdrawn bool          `json:"withdrawn,omitempty" doc:"It should never have been, a mistake or a decision that was annulled: it ends, and interest counts as if it had never paused."`
		By        string        `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"HardshipOrder"`
}

type hardshipFlag struct {
	ID        string        `json:"id"`
	Kind      string        `json:"kind" enum:"hardship,over-indebtedness"`
	Reason    string        `json:"reason" enum:"loss-of-income,change-of-household,cash-shortage,commission-seized,commission-admissible,other"`
	From      calendar.Date `json:"from"`
	Until     calendar.Date `json:"until,omitzero"`
	ReviewOn  calendar.Date `json:"review_on,omitzero"`
	Ended     calendar.Date `json:"ended,omitzero"`
	Withdrawn bool          `json:"withdrawn,omitempty"`
	By        string        `json:"by,omitempty"`
	At        time.Time     `json:"at" doc:"Business time of the last report."`
}

func newHardshipFlag(f casefile.HardshipFlag) hardshipFlag {
	return hardshipFlag{
		ID: f.ID, Kind: string(f.Kind), Reason: string(f.Reason), From: f.From, Until: f.Until, ReviewOn: f.ReviewOn, Ended: f.Ended, Withdrawn: f.Withdrawn, By: f.Actor, At: f.At,
	}
}

type hardshipOutput struct{ Body hardshipFlag }

func (a *api) flagHardship(ctx context.Context, in *hardshipInput) (*hardshipOutput, error) {
	creditor, debtor := in.key()
	given := in.Body
	flagged, err := a.Cases.FlagHardship(ctx, casefile.HardshipFlag{
		Creditor: creditor, Debtor: debtor, ID: invoice.Tidy(given.ID), Kind: collection.HardshipKind(given.Kind), Reason: collection.HardshipReason(given.Reason),
		From: given.From, Until: given.Until, ReviewOn: given.ReviewOn, Ended: given.Ended, Withdrawn: given.Withdrawn, Actor: author(ctx, given.By),
	})
	if err != nil {
		return nil, err
	}
	return &hardshipOutput{Body: newHardshipFlag(flagged)}, nil
}

type hardshipListOutput struct {
	Body struct {
		Flags []hardshipFlag `json:"flags" nullable:"false"`
	}
}

func (a *api) listHardship(ctx context.Context, in *DebtorKey) (*hardshipListOutput, error) {
	creditor, debtor := in.key()
	flags, err := a.Cases.Store.Hardships(ctx, creditor, debtor)
	if err != nil {
		return nil, err
	}
	var out hardshipListOutput
	out.Body.Flags = each(flags, newHardshipFlag)
	return &out, nil
}
