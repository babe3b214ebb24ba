package api

import (
	"bytes"
	"cmp"
	"context"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/directdebit"
	"relance/imports/invoice"
)

const groupDebits = "Debits"

const contentTypeXML = "application/xml"

func (a *api) registerDirectDebits() {
	register(a, operation{
		id: "record-mandate", method: http.MethodPost, path: "/v1/mandates/{creditor}", group: groupDebits, status: http.StatusCreated,
		summary: "Record a mandate that a debtor signed",
		description: "For SEPA direct debit. The holder's address must be structured, with a town and a country. The same mandate again changes nothing; another one under its ID " +
			"is refused, because a mandate is never changed: revoke it and have a new one signed.",
		problems: []problemCode{codeUnknownCreditor, codeUnknownDebtor, codeConflict},
	}, a.recordMandate)
	register(a, operation{
		id: "list-mandates", method: http.MethodGet, path: "/v1/mandates", group: groupDebits, summary: "List mandates",
		description: "Those signed last first, revoked ones among them.",
	}, a.listMandates)
	register(a, operation{
		id: "get-mandate", method: http.MethodGet, path: "/v1/mandates/{creditor}/{mandate}", group: groupDebits, summary: "Show a mandate",
		description: "With the day of its last collection: one that was not used for 36 months is dead.", problems: []problemCode{codeUnknownMandate},
	}, a.getMandate)
	register(a, operation{
		id: "revoke-mandate", method: http.MethodPost, path: "/v1/mandates/{creditor}/{mandate}/revoke", group: groupDebits,
		summary: "Record that a mandate may not be used any more", description: "Nothing is collected under it from now on. One that was revoked stays revoked on its first day.",
		problems: []problemCode{codeUnknownMandate},
	}, a.revokeMandate)
	register(a, operation{
		id: "make-debit-file", method: http.MethodPost, path: "/v1/debit-files/{creditor}", group: groupDebits,
		summary: "Make the file of direct debits for the bank",
		description: "pain.008.001.08, of all instalments that are due until a day and not collected yet, none sooner than the next working day; their plans are told. " +
			"A collection stands in one file, ever: calling again makes a file of what is new, or none. What cannot be collected is left out and does not keep back the others.",
		problems: []problemCode{codeUnknownCreditor, codeConflict},
	}, a.makeDebitFile)
	register(a, operation{
		id: "list-debit-files", method: http.MethodGet, path: "/v1/debit-files", group: groupDebits, summary: "List files of direct debits",
		description: "The newest first, with what each collects. A file whose answer was lost is found here.",
	}, a.listDebitFiles)
	register(a, operation{
		id: "get-debit-file", method: http.MethodGet, path: "/v1/debit-files/{creditor}/{file}", group: groupDebits, summary: "Fetch a file of direct debits",
		description: "The bytes as they were made, to hand to the bank. It has names and accounts of debtors.", contentTypes: []string{contentTypeXML},
		problems: []problemCode{codeUnknownDebitFile},
	}, a.getDebitFile)
}

// mandateShown is a mandate for direct debit.
type mandateShown struct {
	ID         string        `json:"id" example:"M-2026-17"`
	Debtor     string        `json:"debtor"`
	Scheme     string        `json:"scheme" enum:"CORE,B2B"`
	SignedOn   calendar.Date `json:"signed_on"`
	Holder     string        `json:"holder"`
	Street     string        `json:"street,omitempty"`
	Postcode   string        `json:"postcode,omitempty"`
	Town       string        `json:"town"`
	Country    string        `json:"country"`
	IBAN       string        `json:"iban"`
	BIC        string        `json:"bic,omitempty"`
	RevokedOn  calendar.Date `json:"revoked_on,omitzero"`
	LastUsedOn calendar.Date `json:"last_used_on,omitzero" doc:"The day of its last collection."`
}

func newMandateShown(m casefile.Mandate) mandateShown {
	return mandateShown{
		ID: m.ID, Debtor: m.Debtor, Scheme: string(m.Scheme), SignedOn: m.SignedOn, Holder: m.Name, Street: m.Street, Postcode: m.Postcode, Town: m.Town,
		Country: m.Country, IBAN: m.IBAN, BIC: m.BIC, RevokedOn: m.RevokedOn, LastUsedOn: m.LastUsedOn,
	}
}

type mandateOutput struct{ Body mandateShown }

type recordMandateInput struct {
	Creditor string `path:"creditor" maxLength:"100" example:"acme" doc:"The creditor's ID."`
	Body     struct {
		ID       string        `json:"id" minLength:"1" maxLength:"35" example:"M-2026-17" doc:"The mandate's own ID (unique mandate reference)."`
		Debtor   string        `json:"debtor" minLength:"1" maxLength:"100" example:"C-1007" doc:"The debtor's ID."`
		Scheme   string        `json:"scheme,omitempty" enum:"CORE,B2B" doc:"CORE when it is missing; B2B is for debtors who are no consumers."`
		SignedOn calendar.Date `json:"signed_on"`
		Holder   string        `json:"holder" minLength:"1" maxLength:"70" example:"Menuiserie Durand" doc:"Holder of the account."`
		Street   string        `json:"street,omitempty" maxLength:"70"`
		Postcode string        `json:"postcode,omitempty" maxLength:"16"`
		Town     string        `json:"town" minLength:"1" maxLength:"35" example:"Lyon"`
		Country  string        `json:"country,omitempty" minLength:"2" maxLength:"2" doc:"Two letters; FR when it is missing."`
		IBAN     string        `json:"iban" minLength:"1" maxLength:"50" example:"FR1420041010050500013M02606" doc:"Account to collect from."`
		BIC      string        `json:"bic,omitempty" maxLength:"15" doc:"Bank of that account; it may be missing."`
		By       string        `json:"by,omitempty" maxLength:"100" doc:"Who records it; the name of the key when it is missing."`
	} `nameHint:"MandateRecord"`
}

func (a *api) recordMandate(ctx context.Context, in *recordMandateInput) (*mandateOutput, error) {
	given := in.Body
	m := casefile.Mandate{
		Creditor: invoice.Tidy(in.Creditor), Debtor: invoice.Tidy(given.Debtor), ID: invoice.Tidy(given.ID),
		Scheme: directdebit.Scheme(cmp.Or(given.Scheme, string(directdebit.Core))), SignedOn: given.SignedOn, Name: invoice.Tidy(given.Holder),
		Street: invoice.Tidy(given.Street), Postcode: invoice.Tidy(given.Postcode), Town: invoice.Tidy(given.Town),
		Country: cmp.Or(invoice.Tidy(given.Country), "FR"), IBAN: given.IBAN, BIC: given.BIC,
	}
	if _, err := a.Cases.Store.Creditor(ctx, m.Creditor); err != nil {
		return nil, err
	}
	if err := a.Cases.Store.SaveMandate(ctx, m, author(ctx, given.By), a.Cases.Clock().Now()); err != nil {
		return nil, err
	}
	return a.mandate(ctx, m.Creditor, m.ID)
}

func (a *api) mandate(ctx context.Context, creditor, id string) (*mandateOutput, error) {
	kept, err := a.Cases.Store.Mandate(ctx, creditor, id)
	if err != nil {
		return nil, err
	}
	return &mandateOutput{Body: newMandateShown(kept)}, nil
}

// MandateKey names the mandate of a request.
type MandateKey struct {
	Creditor string `path:"creditor" maxLength:"100" example:"acme" doc:"The creditor's ID."`
	Mandate  string `path:"mandate" maxLength:"35" example:"M-2026-17" doc:"The mandate's ID."`
}

func (a *api) getMandate(ctx context.Context, in *MandateKey) (*mandateOutput, error) {
	return a.mandate(ctx, invoice.Tidy(in.Creditor), invoice.Tidy(in.Mandate))
}

type revokeMandateInput struct {
	MandateKey
	Body struct {
		On calendar.Date `json:"on,omitzero" doc:"The day it was revoked; today when it is missing."`
	} `nameHint:"MandateRevocation"`
}

func (a *api) revokeMandate(ctx context.Context, in *revokeMandateInput) (*mandateOutput, error) {
	creditor, id := invoice.Tidy(in.Creditor), invoice.Tidy(in.Mandate)
	on := in.Body.On
	if on.IsZero() {
		on = calendar.DateOf(a.Cases.Clock().Now())
	}
	if err := a.Cases.Store.RevokeMandate(ctx, creditor, id, on); err != nil {
		return nil, err
	}
	return a.mandate(ctx, creditor, id)
}

type listMandatesInput struct {
	Creditor string `query:"creditor" maxLength:"100" doc:"Only those of this creditor."`
	Debtor   string `query:"debtor" maxLength:"100" doc:"Only those of this debtor."`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type listMandatesOutput struct {
	Body struct {
		Mandates []mandateShown `json:"mandates" nullable:"false"`
	} `nameHint:"MandateList"`
}

func (a *api) listMandates(ctx context.Context, in *listMandatesInput) (*listMandatesOutput, error) {
	kept, err := a.Cases.Store.Mandates(ctx, casefile.MandateFilter{Creditor: invoice.Tidy(in.Creditor), Debtor: invoice.Tidy(in.Debtor), Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	var out listMandatesOutput
	out.Body.Mandates = each(kept, newMandateShown)
	return &out, nil
}

type makeDebitFileInput struct {
	Creditor string `path:"creditor" maxLength:"100" example:"acme" doc:"The creditor's ID."`
	Body     struct {
		Until calendar.Date `json:"until" doc:"Instalments due until this day."`
		By    string        `json:"by,omitempty" maxLength:"100" doc:"Who makes it; the name of the key when it is missing."`
	} `nameHint:"DebitFileOrder"`
}

// debitFileMade is a file that was made, and what is not in it.
type debitFileMade struct {
	File    *debitFileShown `json:"file,omitempty" doc:"Missing when there is nothing to collect."`
	LeftOut []debitLeftOut  `json:"left_out" nullable:"false" doc:"What is due and cannot be collected."`
	Untold  []debitLeftOut  `json:"untold,omitempty" doc:"Plans that could not be told of what the file collects of them. Calling again tells them."`
}

type debitLeftOut struct {
	Plan   string `json:"plan" example:"P-12"`
	Reason string `json:"reason"`
}

func newDebitLeftOut(l cases.LeftOutDebit) debitLeftOut {
	return debitLeftOut{Plan: l.Plan, Reason: l.Why.Error()}
}

// debitFileShown is a file of direct debits.
type debitFileShown struct {
	ID     string         `json:"id" example:"DD-20261201T080000.000"`
	At     time.Time      `json:"at"`
	By     string         `json:"by"`
	SHA256 string         `json:"sha256" doc:"Of the file's bytes."`
	Total  decimal        `json:"total" doc:"In euros."`
	Debits []debitInAFile `json:"debits" nullable:"false"`
}

type debitInAFile struct {
	EndToEnd   string        `json:"end_to_end" example:"P-12-1-3-1" doc:"Under this ID it comes back, if it does."`
	Plan       string        `json:"plan"`
	Instalment int           `json:"instalment"`
	Amount     decimal       `json:"amount"`
	On         calendar.Date `json:"on" doc:"When the bank is to collect it."`
	Mandate    string        `json:"mandate"`
}

func newDebitFileShown(f casefile.DebitFile) debitFileShown {
	return debitFileShown{
		ID: f.ID, At: f.At, By: f.Actor, SHA256: f.SHA256, Total: decimalOf(f.Total()),
		Debits: each(f.Debits, func(d casefile.FiledDebit) debitInAFile {
			return debitInAFile{EndToEnd: d.EndToEnd, Plan: d.Plan, Instalment: d.Instalment, Amount: decimalOf(d.Amount), On: d.On, Mandate: d.Mandate}
		}),
	}
}

type makeDebitFileOutput struct{ Body debitFileMade }

func (a *api) makeDebitFile(ctx context.Context, in *makeDebitFileInput) (*makeDebitFileOutput, error) {
	creditor := invoice.Tidy(in.Creditor)
	made, err := a.Cases.WriteDebitFile(ctx, creditor, in.Body.Until, author(ctx, in.Body.By))
	if err != nil {
		return nil, err
	}
	out := &makeDebitFileOutput{Body: debitFileMade{LeftOut: each(made.LeftOut, newDebitLeftOut), Untold: each(made.Untold, newDebitLeftOut)}}
	if len(made.Content) == 0 {
		return out, nil
	}
	kept, err := a.Cases.Store.DebitFile(ctx, creditor, made.ID)
	if err != nil {
		return nil, err
	}
	shown := newDebitFileShown(kept)
	out.Body.File = &shown
	return out, nil
}

type listDebitFilesInput struct {
	Creditor string `query:"creditor" maxLength:"100" doc:"Only those of this creditor."`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type listDebitFilesOutput struct {
	Body struct {
		Files []debitFileShown `json:"files" nullable:"false"`
	} `nameHint:"DebitFileList"`
}

func (a *api) listDebitFiles(ctx context.Context, in *listDebitFilesInput) (*listDebitFilesOutput, error) {
	kept, err := a.Cases.Store.DebitFiles(ctx, invoice.Tidy(in.Creditor), in.Limit)
	if err != nil {
		return nil, err
	}
	var out listDebitFilesOutput
	out.Body.Files = each(kept, newDebitFileShown)
	return &out, nil
}

type debitFileInput struct {
	Creditor string `path:"creditor" maxLength:"100" example:"acme" doc:"The creditor's ID."`
	File     string `path:"file" maxLength:"35" example:"DD-20261201T080000.000" doc:"The file's ID."`
}

func (a *api) getDebitFile(ctx context.Context, in *debitFileInput) (*huma.StreamResponse, error) {
	kept, err := a.Cases.Store.DebitFile(ctx, invoice.Tidy(in.Creditor), invoice.Tidy(in.File))
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(answer huma.Context) {
		r, w := humago.Unwrap(answer)
		w.Header().Set("Content-Type", contentTypeXML)
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": kept.ID + ".xml"}))
		w.Header().Set("Cache-Control", "private, no-cache")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(kept.Bytes))
	}}, nil
}
