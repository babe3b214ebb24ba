// Package declaration makes the declaration of claims in insolvency proceedings: what
// a debtor owed on the day of the opening judgment, claim by claim, interest counted
// to its eve (C. com. L622-24, L622-25, R622-23). The figures are those of the
// ledger; whoever prints them adds nothing up.
package declaration

import (
	"cmp"
	"fmt"
	"slices"

	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/money"
	"relance/statement"
)

// DeclaredParty is the creditor, the debtor, or to whom the claims are declared.
type DeclaredParty struct {
	ID      string   `json:"id,omitempty"`
	Name    string   `json:"name"`
	Role    string   `json:"role,omitempty" enum:"mandataire,liquidateur"`
	SIREN   string   `json:"siren,omitempty"`
	Address []string `json:"address" nullable:"false"`
	Email   string   `json:"email,omitempty"`
	Phone   string   `json:"phone,omitempty"`
}

// OpenedProceedings are those in which the claims are declared.
type OpenedProceedings struct {
	ID         string                    `json:"id"`
	Kind       collection.InsolvencyKind `json:"kind" enum:"sauvegarde,redressement,liquidation"`
	Simplified bool                      `json:"simplified,omitempty"`
	Court      string                    `json:"court,omitempty"`
	Judgment   calendar.Date             `json:"judgment"`
	Published  calendar.Date             `json:"published,omitzero"`
	// DeclareBy is the day to work towards, LastDay the very last.
	DeclareBy calendar.Date `json:"declare_by,omitzero"`
	LastDay   calendar.Date `json:"last_day,omitzero"`
}

// DeclaredClaim is one invoice as it is declared.
type DeclaredClaim struct {
	Invoice  string        `json:"invoice"`
	IssuedOn calendar.Date `json:"issued_on,omitzero"`
	DueOn    calendar.Date `json:"due_on"`
	// FallsDue: it was not due on the day of the judgment.
	FallsDue  bool                `json:"falls_due,omitempty"`
	Invoiced  money.Amount        `json:"invoiced" doc:"What the invoice claims, with VAT."`
	Principal money.Amount        `json:"principal" doc:"What was open of it on the day of the judgment, with VAT."`
	Interest  money.Amount        `json:"interest" doc:"To the eve of the judgment."`
	Indemnity money.Amount        `json:"indemnity" doc:"The fixed sum for recovery costs."`
	Costs     money.Amount        `json:"costs"`
	Segments  []statement.Segment `json:"segments" nullable:"false" doc:"How the interest came about."`
	Notes     []statement.Note    `json:"notes" nullable:"false"`
}

// parts are the amounts of the claim that add up.
func (c DeclaredClaim) parts() []money.Amount {
	return []money.Amount{c.Principal, c.Interest, c.Indemnity, c.Costs}
}

// DeclaredTotal is the sum of all claims in a currency.
type DeclaredTotal struct {
	Principal money.Amount `json:"principal"`
	Interest  money.Amount `json:"interest"`
	Indemnity money.Amount `json:"indemnity"`
	Costs     money.Amount `json:"costs"`
	Total     money.Amount `json:"total"`
}

// Declaration is what is declared.
type Declaration struct {
	WrittenOn   calendar.Date     `json:"written_on"`
	Creditor    DeclaredParty     `json:"creditor"`
	Debtor      DeclaredParty     `json:"debtor"`
	To          DeclaredParty     `json:"to,omitzero"`
	Proceedings OpenedProceedings `json:"proceedings"`
	// Rank is how the claims rank: chirographaire (unsecured) unless something else was
	// given.
	Rank   string          `json:"rank" example:"chirographaire"`
	Claims []DeclaredClaim `json:"claims" nullable:"false"`
	Totals []DeclaredTotal `json:"totals" nullable:"false" doc:"One for each currency."`
	// Documents are to be enclosed, by invoice number.
	Documents []string `json:"documents" nullable:"false"`
}

// RankUnsecured is the rank of a claim without security.
const RankUnsecured = "chirographaire"

// Facts are what a declaration is made of.
type Facts struct {
	Declaration
	// Accounts are those of the debtor's cases whose claims were born before the
	// judgment.
	Accounts []statement.Account
}

// New makes a declaration. Claims of which nothing was owed on the day of the
// judgment are left out; without any left it is refused.
func New(f Facts) (Declaration, error) {
	d := f.Declaration
	d.Rank, d.Claims, d.Totals, d.Documents = cmp.Or(d.Rank, RankUnsecured), []DeclaredClaim{}, []DeclaredTotal{}, []string{}
	stated, err := statement.New(statement.Facts{Accounts: f.Accounts}, d.Proceedings.Judgment)
	if err != nil {
		return Declaration{}, fmt.Errorf("working out what %s owed on %s: %w", d.Debtor.ID, d.Proceedings.Judgment, err)
	}
	for _, c := range stated.Cases {
		if c.IsGivenUp() {
			continue
		}
		claim := claimOf(c, d.Proceedings.Judgment)
		if !slices.ContainsFunc(claim.parts(), func(a money.Amount) bool { return a.Sign() > 0 }) {
			continue
		}
		d.Claims, d.Documents = append(d.Claims, claim), append(d.Documents, c.Invoice)
		if err := d.add(claim); err != nil {
			return Declaration{}, fmt.Errorf("adding up the claims on %s: %w", d.Debtor.ID, err)
		}
	}
	if len(d.Claims) == 0 {
		return Declaration{}, collection.Refuse(collection.RefusedNotNow, "the debtor %s owed nothing on the day of the judgment, %s: there is nothing to declare", d.Debtor.ID, d.Proceedings.Judgment)
	}
	return d, nil
}

func claimOf(c statement.Case, judgment calendar.Date) DeclaredClaim {
	zero := c.Total.Zero()
	claim := DeclaredClaim{
		Invoice: c.Invoice, IssuedOn: c.IssuedOn, DueOn: c.DueOn, FallsDue: c.DueOn >= judgment, Invoiced: c.Total,
		Principal: zero, Interest: zero, Indemnity: zero, Costs: zero, Segments: c.Segments, Notes: c.Notes,
	}
	for _, line := range c.Lines {
		// What arose and was not asked for yet is owed all the same.
		owed := money.FromMinor(line.Open.Minor()+line.NotClaimed.Minor(), line.Open.Currency())
		switch line.Part {
		case ledger.PartPrincipal:
			claim.Principal = line.Open
		case ledger.PartInterest:
			claim.Interest = owed
		case ledger.PartIndemnity:
			claim.Indemnity = owed
		case ledger.PartCosts:
			claim.Costs = owed
		}
	}
	return claim
}

// add adds a claim to the totals of its currencies: the fixed sum is in euros
// whatever the invoice is in.
func (d *Declaration) add(claim DeclaredClaim) error {
	for i, amount := range claim.parts() {
		if amount.IsZero() {
			continue
		}
		total := d.totalIn(amount.Currency())
		for _, sum := range []*money.Amount{[]*money.Amount{&total.Principal, &total.Interest, &total.Indemnity, &total.Costs}[i], &total.Total} {
			more, err := sum.Add(amount)
			if err != nil {
				return err
			}
			*sum = more
		}
	}
	return nil
}

func (d *Declaration) totalIn(currency money.Currency) *DeclaredTotal {
	for i := range d.Totals {
		if d.Totals[i].Total.Currency() == currency {
			return &d.Totals[i]
		}
	}
	zero := money.FromMinor(0, currency)
	d.Totals = append(d.Totals, DeclaredTotal{Principal: zero, Interest: zero, Indemnity: zero, Costs: zero, Total: zero})
	return &d.Totals[len(d.Totals)-1]
}
