package api

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/danielgtaylor/huma/v2/negotiation"

	"relance/calendar"
	"relance/cases/statements"
	"relance/imports/invoice"
	"relance/statement"
	"relance/statement/statementfile"
)

const (
	contentTypeJSON = "application/json"
	contentTypeCSV  = "text/csv"
)

func (a *api) registerStatements() {
	const description = "What is owed and was paid at the end of a day: what each payment paid, how the interest came about, what was waived, " +
		"and what every further day costs. As JSON, as CSV for spreadsheets, or as the PDF for the debtor, all with the same figures: " +
		"by the parameter format, else by the Accept header."
	register(a, operation{
		id: "get-case-statement", method: http.MethodGet, path: "/v1/cases/{creditor}/{invoice}/statement", group: groupMoney,
		summary: "State the account of one case", description: description,
		json: reflect.TypeFor[statement.Statement](), contentTypes: []string{contentTypePDF, contentTypeCSV},
		problems: []problemCode{codeUnknownCase},
	}, a.getCaseStatement)
	register(a, operation{
		id: "get-debtor-statement", method: http.MethodGet, path: "/v1/debtors/{creditor}/{debtor}/statement", group: groupMoney,
		summary: "State the account of a debtor, all its cases together", description: description,
		json: reflect.TypeFor[statement.Statement](), contentTypes: []string{contentTypePDF, contentTypeCSV},
		problems: []problemCode{codeUnknownCreditor, codeUnknownDebtor},
	}, a.getDebtorStatement)
}

// Form is embedded in what can be asked for on a day, in a language and a format.
type Form struct {
	On       string `query:"on" format:"date" example:"2026-09-03" doc:"The last day that counts; today in the creditor's time zone when it is missing."`
	Language string `query:"language" enum:"fr,en" doc:"The debtor's language when it is missing."`
	Format   string `query:"format" enum:"json,csv,pdf" doc:"Goes before the Accept header."`
	Accept   string `header:"Accept" hidden:"true"`
}

// format is the one asked for, JSON where the caller has no wish.
func (f Form) format() statementfile.Format {
	if f.Format != "" {
		return statementfile.Format(f.Format)
	}
	switch negotiation.SelectQValue(f.Accept, []string{contentTypeJSON, contentTypeCSV, contentTypePDF}) {
	case contentTypeCSV:
		return statementfile.CSV
	case contentTypePDF:
		return statementfile.PDF
	default:
		return statementfile.JSON
	}
}

type caseStatementInput struct {
	CaseKey
	Form
}

type debtorStatementInput struct {
	Creditor string `path:"creditor" maxLength:"100" example:"acme" doc:"The creditor's ID."`
	Debtor   string `path:"debtor" maxLength:"100" example:"C-1007" doc:"The debtor's ID, URL-escaped: a slash in it is written %2F."`
	Form
}

func (a *api) getCaseStatement(ctx context.Context, in *caseStatementInput) (*huma.StreamResponse, error) {
	creditor, number := in.key()
	return a.stated(ctx, in.Form, statements.Request{Creditor: creditor, Invoice: number})
}

func (a *api) getDebtorStatement(ctx context.Context, in *debtorStatementInput) (*huma.StreamResponse, error) {
	return a.stated(ctx, in.Form, statements.Request{Creditor: invoice.Tidy(in.Creditor), Debtor: invoice.Tidy(in.Debtor)})
}

func (a *api) stated(ctx context.Context, form Form, request statements.Request) (*huma.StreamResponse, error) {
	maker := &statements.Maker{Store: a.Cases.Store, Templates: a.Templates, Clock: a.Cases.Clock}
	request.Language = form.Language
	var err error
	if form.On != "" {
		if request.On, err = calendar.ParseDate(form.On); err != nil {
			return nil, invalid("query.on", form.On, err.Error())
		}
	}
	file, err := maker.File(ctx, request, form.format())
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(answer huma.Context) {
		r, w := humago.Unwrap(answer)
		header := w.Header()
		header.Set("Content-Type", file.ContentType)
		header.Set("Content-Language", file.Language)
		header.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": file.Name}))
		header.Set("Cache-Control", "private, no-cache")
		header.Set("Vary", "Accept")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file.Content))
	}}, nil
}
