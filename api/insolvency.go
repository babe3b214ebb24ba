package api

import (
	"bytes"
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/cases/declarations"
	"relance/collection"
	"relance/imports/bodacc"
	"relance/imports/invoice"
	"relance/statement/declaration"
	"relance/workflows"
)

// insolvency are the proceedings that keep a claim frozen.
type insolvency struct {
	Proceeding string        `json:"proceeding" doc:"The ID of the proceedings."`
	Kind       string        `json:"kind" enum:"sauvegarde,redressement,liquidation"`
	Judgment   calendar.Date `json:"judgment" doc:"The day of the opening judgment."`
	DeclareBy  calendar.Date `json:"declare_by,omitzero" doc:"The day to declare the claim by; missing while the publication is not known."`
	LastDay    calendar.Date `json:"last_day,omitzero" doc:"The very last day to declare it, where declare_by is not a working day."`
	Declared   calendar.Date `json:"declared,omitzero" doc:"The day it was declared."`
	Ended      string        `json:"ended,omitempty" enum:"plan-adopted,insufficient-assets"`
}

func newInsolvency(s workflows.InsolvencyStatus) insolvency {
	return insolvency{
		Proceeding: s.Proceeding, Kind: string(s.Kind), Judgment: s.Judgment, DeclareBy: s.DeclareBy, LastDay: s.LastDay, Declared: s.Declared, Ended: string(s.End),
	}
}

func (a *api) registerInsolvency() {
	register(a, operation{
		id: "record-insolvency", method: http.MethodPost, path: "/v1/debtors/{creditor}/{debtor}/insolvency", group: groupDecisions,
		summary: "Record insolvency proceedings of a debtor, or more of them",
		description: "Every case of the debtor is frozen at once: once this is answered, nothing leaves for a claim born on or before the day of the judgment, by the delivery or " +
			"the service where its day is known, else by the invoice. The interest stops on the eve. Claims born later go on. The same id again says more: the publication, " +
			"that the claims were declared, a conversion, how the proceedings ended.",
		problems: []problemCode{codeUnknownDebtor, codeConflict},
	}, a.recordInsolvency)
	register(a, operation{
		id: "list-insolvency", method: http.MethodGet, path: "/v1/debtors/{creditor}/{debtor}/insolvency", group: groupDecisions,
		summary: "List the insolvency proceedings of a debtor", problems: []problemCode{codeUnknownDebtor, codeUnknownCreditor},
	}, a.listInsolvency)
	register(a, operation{
		id: "declare-claims", method: http.MethodGet, path: "/v1/debtors/{creditor}/{debtor}/insolvency/declaration", group: groupDecisions,
		summary: "Make the declaration of the claims on a debtor",
		description: "What the debtor owed on the day of the judgment: principal with VAT, interest to its eve with its segments, fixed sum, costs; as JSON, or as the letter in French to " +
			"the mandataire or liquidateur (format=pdf). The figures are those of the ledger.",
		json: reflect.TypeFor[declaration.Declaration](), contentTypes: []string{contentTypePDF},
		problems: []problemCode{codeUnknownDebtor, codeUnknownCreditor, codeNoProceedings, codeNotNow},
	}, a.declareClaims)
	register(a, operation{
		id: "take-bodacc-notices", method: http.MethodPost, path: "/v1/insolvency/notices", group: groupDecisions,
		summary: "Take BODACC notices of insolvency",
		description: "The body is JSON as the open data of the BODACC hands it out (annonces-commerciales, family collective): a record, a list, or an answer of its API. Debtors are found " +
			"by SIREN. Each notice is answered with what became of it; what is not certain is left to a person. The same notices again change nothing.",
		requestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{contentTypeJSON: {Schema: &huma.Schema{}}}},
		problems:    []problemCode{codeMalformed, codeTooLarge},
	}, a.takeNotices)
}

// officeHolder is to whom claims are declared.
type officeHolder struct {
	Role     string `json:"role" enum:"mandataire,liquidateur"`
	Name     string `json:"name" minLength:"1" maxLength:"200"`
	Line1    string `json:"line1,omitempty" maxLength:"200"`
	Line2    string `json:"line2,omitempty" maxLength:"200"`
	Postcode string `json:"postcode,omitempty" maxLength:"20"`
	City     string `json:"city,omitempty" maxLength:"200"`
	Country  string `json:"country,omitempty" maxLength:"2"`
	Email    string `json:"email,omitempty" maxLength:"200"`
	Phone    string `json:"phone,omitempty" maxLength:"40"`
}

type insolvencyInput struct {
	DebtorKey
	Body struct {
		ID           string        `json:"id" minLength:"1" maxLength:"200" example:"2026J00417" doc:"The proceedings' own ID: the number at the court, or that of the notice. It counts once."`
		Kind         string        `json:"kind,omitempty" enum:"sauvegarde,redressement,liquidation" doc:"May be left out of proceedings that are recorded; another kind is a conversion."`
		Simplified   bool          `json:"simplified,omitempty" doc:"A simplified liquidation."`
		Court        string        `json:"court,omitempty" maxLength:"200"`
		Judgment     calendar.Date `json:"judgment,omitzero" doc:"The day of the opening judgment."`
		Published    calendar.Date `json:"published,omitzero" doc:"The day of its publication in the BODACC: the two months to declare run from it."`
		OfficeHolder *officeHolder `json:"office_holder,omitempty" doc:"To whom claims are declared."`
		Declared     calendar.Date `json:"declared,omitzero" doc:"The day the claims were declared, which ends the warnings."`
		DeclaredHow  string        `json:"declared_how,omitempty" maxLength:"200" example:"registered letter"`
		Proof        string        `json:"proof,omitempty" maxLength:"200" example:"1A 234 567 8901 2" doc:"The number that proves it."`
		Ended        string        `json:"ended,omitempty" enum:"lifted,plan-adopted,insufficient-assets" doc:"lifted: cases go on where they stood; plan-adopted: they stay frozen; insufficient-assets: they are written off."`
		EndedOn      calendar.Date `json:"ended_on,omitzero"`
		By           string        `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"InsolvencyReport"`
}

// proceedings are insolvency proceedings as they are recorded.
type proceedings struct {
	ID           string        `json:"id"`
	Kind         string        `json:"kind" enum:"sauvegarde,redressement,liquidation"`
	Simplified   bool          `json:"simplified,omitempty"`
	Court        string        `json:"court,omitempty"`
	Judgment     calendar.Date `json:"judgment"`
	Published    calendar.Date `json:"published,omitzero"`
	Notice       string        `json:"notice,omitempty" doc:"The notice in the BODACC that told of it."`
	DeclareBy    calendar.Date `json:"declare_by,omitzero"`
	LastDay      calendar.Date `json:"last_day,omitzero"`
	Relief       calendar.Date `json:"relief,omitzero" doc:"The last day to ask for relief from a missed declaration."`
	Declared     calendar.Date `json:"declared,omitzero"`
	DeclaredHow  string        `json:"declared_how,omitempty"`
	Proof        string        `json:"proof,omitempty"`
	Ended        string        `json:"ended,omitempty" enum:"lifted,plan-adopted,insufficient-assets"`
	EndedOn      calendar.Date `json:"ended_on,omitzero"`
	OfficeHolder *officeHolder `json:"office_holder,omitempty"`
	By           string        `json:"by,omitempty"`
	At           time.Time     `json:"at" doc:"Business time of the last report."`
	Warning      string        `json:"warning,omitempty" doc:"Why no time to declare could be reckoned."`
}

func newProceedings(p casefile.Proceedings, carried collection.Insolvency, holder *casefile.OfficeHolder) proceedings {
	told := proceedings{
		ID: p.ID, Kind: string(p.Kind), Simplified: p.Simplified, Court: p.Court, Judgment: p.Judgment, Published: p.Published, Notice: p.Notice,
		DeclareBy: carried.DeclareBy, LastDay: carried.LastDay, Relief: carried.Relief, Declared: p.Declared, DeclaredHow: p.DeclaredHow, Proof: p.Proof,
		Ended: string(p.Ended), EndedOn: p.EndedOn, By: p.Actor, At: p.At,
	}
	if holder != nil {
		told.OfficeHolder = &officeHolder{
			Role: string(holder.Role), Name: holder.Name, Line1: holder.Line1, Line2: holder.Line2, Postcode: holder.Postcode, City: holder.City,
			Country: holder.Country, Email: holder.Email, Phone: holder.Phone,
		}
	}
	return told
}

type proceedingsOutput struct{ Body proceedings }

func (a *api) recordInsolvency(ctx context.Context, in *insolvencyInput) (*proceedingsOutput, error) {
	creditor, debtor := in.key()
	given := in.Body
	report := casefile.InsolvencyReport{Proceedings: casefile.Proceedings{
		Creditor: creditor, Debtor: debtor, ID: invoice.Tidy(given.ID), Kind: collection.InsolvencyKind(given.Kind), Simplified: given.Simplified,
		Court: invoice.Tidy(given.Court), Judgment: given.Judgment, Published: given.Published, Declared: given.Declared, DeclaredHow: invoice.Tidy(given.DeclaredHow),
		Proof: invoice.Tidy(given.Proof), Ended: collection.InsolvencyEnd(given.Ended), EndedOn: given.EndedOn, Actor: author(ctx, given.By),
	}}
	if h := given.OfficeHolder; h != nil {
		report.OfficeHolder = &casefile.OfficeHolder{
			Role: casefile.OfficeHolderRole(h.Role), Name: invoice.Tidy(h.Name), Email: invoice.Tidy(h.Email), Phone: invoice.Tidy(h.Phone),
			Address: casefile.Address{Line1: invoice.Tidy(h.Line1), Line2: invoice.Tidy(h.Line2), Postcode: invoice.Tidy(h.Postcode), City: invoice.Tidy(h.City), Country: invoice.Tidy(h.Country)},
		}
	}
	recorded, err := a.Cases.RecordInsolvency(ctx, report)
	if err != nil {
		return nil, err
	}
	told := newProceedings(recorded.Proceedings, recorded.Insolvency, report.OfficeHolder)
	told.Warning = recorded.Warning
	return &proceedingsOutput{Body: told}, nil
}

type proceedingsListOutput struct {
	Body struct {
		Proceedings []proceedings `json:"proceedings" nullable:"false" doc:"The latest last."`
	}
}

func (a *api) listInsolvency(ctx context.Context, in *DebtorKey) (*proceedingsListOutput, error) {
	creditor, debtor := in.key()
	account, err := a.Cases.Store.DebtorAccount(ctx, creditor, debtor)
	if err != nil {
		return nil, err
	}
	rows, err := a.Cases.Store.Proceedings(ctx, creditor, debtor)
	if err != nil {
		return nil, err
	}
	var out proceedingsListOutput
	out.Body.Proceedings = []proceedings{}
	for _, row := range rows {
		_, holder, err := a.Cases.Store.ProceedingsOf(ctx, creditor, debtor, row.ID)
		if err != nil {
			return nil, err
		}
		out.Body.Proceedings = append(out.Body.Proceedings, newProceedings(row, a.Cases.Store.InsolvencyOf(row, account.Creditor), holder))
	}
	return &out, nil
}

type declarationInput struct {
	DebtorKey
	Proceeding string `query:"proceeding" maxLength:"200" doc:"The ID of the proceedings; the latest when it is missing."`
	Rank       string `query:"rank" maxLength:"200" example:"chirographaire" doc:"How the claims rank; unsecured when it is missing."`
	Format     string `query:"format" enum:"json,pdf" doc:"JSON when it is missing."`
}

func (a *api) declareClaims(ctx context.Context, in *declarationInput) (*huma.StreamResponse, error) {
	creditor, debtor := in.key()
	maker := &declarations.Maker{Store: a.Cases.Store, Templates: a.Templates, Clock: a.Cases.Clock}
	request := declarations.Request{Creditor: creditor, Debtor: debtor, Proceeding: invoice.Tidy(in.Proceeding), Rank: invoice.Tidy(in.Rank)}
	contentType, makeFile := contentTypeJSON, maker.JSON
	if in.Format == "pdf" {
		contentType, makeFile = contentTypePDF, maker.PDF
	}
	file, err := makeFile(ctx, request)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(answer huma.Context) {
		answer.SetHeader("Content-Type", contentType)
		answer.SetHeader("Cache-Control", "private, no-cache")
		_, _ = answer.BodyWriter().Write(file) // there is nobody left to tell
	}}, nil
}

type noticesInput struct {
	By      string `query:"by" maxLength:"100" doc:"Who gives them; the name of the key when it is missing."`
	RawBody []byte
}

type noticesOutput struct {
	Body struct {
		Outcomes []noticeOutcome `json:"outcomes" nullable:"false"`
		Skipped  []skippedNotice `json:"skipped" nullable:"false" doc:"Records that could not be taken."`
	}
}

type noticeOutcome struct {
	Notice   string `json:"notice"`
	Creditor string `json:"creditor,omitempty"`
	Debtor   string `json:"debtor,omitempty"`
	Fate     string `json:"fate" enum:"taken,known,no-debtor,for-a-person"`
	Says     string `json:"says,omitempty" doc:"What it was read as, or why it was not taken."`
}

type skippedNotice struct {
	Record int    `json:"record" doc:"Counted from 1."`
	Notice string `json:"notice,omitempty"`
	Reason string `json:"reason"`
}

func (a *api) takeNotices(ctx context.Context, in *noticesInput) (*noticesOutput, error) {
	notices, skipped, err := bodacc.Read(bytes.NewReader(in.RawBody))
	if err != nil {
		return nil, problem(codeMalformed, err.Error())
	}
	outcomes, err := a.Cases.TakeNotices(ctx, notices, author(ctx, in.By))
	if err != nil {
		return nil, err
	}
	var out noticesOutput
	out.Body.Outcomes = each(outcomes, func(o cases.NoticeOutcome) noticeOutcome {
		return noticeOutcome{Notice: o.Notice.ID, Creditor: o.Creditor, Debtor: o.Debtor, Fate: string(o.Fate), Says: o.Says}
	})
	out.Body.Skipped = each(skipped, func(s bodacc.Skipped) skippedNotice {
		return skippedNotice{Record: s.Record, Notice: s.ID, Reason: s.Reason}
	})
	return &out, nil
}
