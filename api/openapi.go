package api

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"relance/calendar"
	"relance/workflows"
)

// apiVersion is the version of the description. It rises with every change of
// the API; within /v1 nothing is taken away.
const apiVersion = "1.0.0"

// The groups of operations, in the order the reference shows them.
const (
	groupInvoices  = "Invoices"
	groupCases     = "Cases"
	groupMoney     = "Money"
	groupDecisions = "Decisions"
	groupStops     = "Stops"
	groupHandoffs  = "Handoffs"
	groupPeople    = "People"
	groupTasks     = "Tasks"
	groupAnswers   = "Answers"
	groupLetters   = "Letters"
	groupPortfolio = "Portfolio"
	groupEvidence  = "Evidence"
	groupLaw       = "Law"
	groupServer    = "Server"
)

// configuration is that of the framework: JSON only, no links to schemas, no
// documentation of its own, and its errors told as Problems.
func (a *api) configuration() huma.Config {
	schemas := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	schemas.RegisterTypeAlias(reflect.TypeFor[calendar.Date](), reflect.TypeFor[dateSchema]())
	schemas.RegisterTypeAlias(reflect.TypeFor[workflows.Decimal](), reflect.TypeFor[decimalSchema]())
	schemas.RegisterTypeAlias(reflect.TypeFor[huma.ErrorModel](), reflect.TypeFor[Problem]())
	description := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Relance", Version: apiVersion,
			Description: "Starts the collection of unpaid invoices, signals money, and tells how each case stands, what it does next, and why.",
			License:     &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
		},
		Components: &huma.Components{Schemas: schemas, SecuritySchemes: map[string]*huma.SecurityScheme{
			"bearer": {Type: "http", Scheme: "bearer", Description: "The API key."},
			"key":    {Type: "apiKey", In: "header", Name: headerOwn, Description: "The API key."},
		}},
		Security: []map[string][]string{{"bearer": {}}, {"key": {}}},
		Tags: []*huma.Tag{
			{Name: groupInvoices, Description: "Invoices in: one as JSON, or a file of many."},
			{Name: groupCases, Description: "How each case stands, what it did, what it does next and why."},
			{Name: groupMoney, Description: "Payments, reversals and credit notes. Each has its own ID and counts once, however often it is sent."},
			{Name: groupPlans, Description: "Agreements to pay in instalments. Their cases rest while they are kept, and go on at the step they had when they are not."},
			{Name: groupDebits, Description: "SEPA direct debits for the instalments of plans: mandates, and files for the bank. What comes back is told to its plan."},
			{Name: groupDecisions, Description: "What people decide: hold, resume, approve, skip, retry, close, migrate."},
			{Name: groupStops, Description: "Holds of a debtor, exclusions, blocks and kill switches: what keeps more than one case still."},
			{Name: groupHandoffs, Description: "Cases given to professionals: what the law leaves open, proposals, approvals, what partners tell and remit."},
			{Name: groupPeople, Description: "Whom notices are written to, who gets copies, and who does not want to be written to."},
			{Name: groupTasks, Description: "What people are asked to do."},
			{Name: groupAnswers, Description: "What debtors answer, whose answer it is, and what became of it."},
			{Name: groupLetters, Description: "Letters to print and post, and what became of them."},
			{Name: groupPortfolio, Description: "The whole portfolio, the strategies, and what would leave in the next days."},
			{Name: groupEvidence, Description: "Case files that hold before a court, and whether anybody tampered with them."},
			{Name: groupLaw, Description: "The dated rules that dates and late fees are computed by."},
			{Name: groupServer, Description: "Whether the server is well. These need no key."},
		},
	}
	if a.PublicURL != "" {
		description.Servers = []*huma.Server{{URL: a.PublicURL}}
	}
	return huma.Config{
		OpenAPI:                      description,
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{tellAsProblem},
	}
}

// dateSchema describes a calendar.Date.
type dateSchema struct{}

// Schema is that of a date.
func (dateSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Examples: []any{"2026-11-30"}}
}

// decimalSchema describes an exact amount that is given: as text or as number.
// The framework checks neither, because money.Parse says better what is wrong.
type decimalSchema struct{}

// Schema is that of an amount given by a caller.
func (decimalSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Examples: []any{"120.50"}, Extensions: map[string]any{"type": []string{huma.TypeString, huma.TypeNumber}}}
}

// decimal is an exact amount in an answer: always text, with all the decimals of
// its currency.
type decimal string

// Schema is that of an amount in an answer.
func (decimal) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^-?\d+(\.\d+)?$`, Examples: []any{"120.50"}}
}

// openAnswers describes what is answered as open to more members, so that
// clients take additions for what they are. What is given stays closed: a
// misspelt member is refused.
func (a *api) openAnswers() {
	schemas := a.huma.OpenAPI().Components.Schemas
	given := map[*huma.Schema]bool{}
	var walk func(schema *huma.Schema)
	walk = func(schema *huma.Schema) {
		switch {
		case schema == nil:
		case schema.Ref != "":
			if target := schemas.SchemaFromRef(schema.Ref); !given[target] {
				given[target] = true
				walk(target)
			}
		default:
			walk(schema.Items)
			for _, property := range schema.Properties {
				walk(property)
			}
		}
	}
	for _, item := range a.huma.OpenAPI().Paths {
		if item.Post != nil && item.Post.RequestBody != nil {
			for _, content := range item.Post.RequestBody.Content {
				walk(content.Schema)
			}
		}
	}
	for _, schema := range schemas.Map() {
		if !given[schema] && schema.AdditionalProperties == false {
			schema.AdditionalProperties = nil
		}
	}
}

// documents are the description of the API as it is served.
func (a *api) documents() (asJSON, asYAML []byte, err error) {
	a.openAnswers()
	if asJSON, err = json.MarshalIndent(a.huma.OpenAPI(), "", "  "); err != nil {
		return nil, nil, fmt.Errorf("describing the API: %w", err)
	}
	if asYAML, err = a.huma.OpenAPI().YAML(); err != nil {
		return nil, nil, fmt.Errorf("describing the API: %w", err)
	}
	return asJSON, asYAML, nil
}
