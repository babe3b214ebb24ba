// Package declarations hands out declarations of claims in insolvency proceedings: it
// reads what a debtor owes, states it on the day of the judgment, and prints it.
package declarations

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/letters"
	"relance/messaging/compose"
	"relance/statement"
	"relance/statement/declaration"
)

// Maker makes declarations from a case file. It is safe for concurrent use.
type Maker struct {
	Store     *casefile.Store
	Templates *compose.Templates
	// Clock gives the business time.
	Clock func() calendar.Clock
}

// Request asks for the declaration of a creditor's claims on a debtor.
type Request struct {
	Creditor string
	Debtor   string
	// Proceeding is the ID of the proceedings, the latest when it is empty.
	Proceeding string
	// Rank is how the claims rank, where they are secured.
	Rank string
}

// Make is the declaration as data. What is not known is casefile.ErrUnknownDebtor,
// ErrUnknownCreditor or ErrUnknownProceedings.
func (m *Maker) Make(ctx context.Context, r Request) (declaration.Declaration, error) {
	made, _, err := m.make(ctx, r)
	return made, err
}

// JSON is the declaration as a file of JSON.
func (m *Maker) JSON(ctx context.Context, r Request) ([]byte, error) {
	made, err := m.Make(ctx, r)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(made, "", "  ")
}

// PDF is the declaration as a letter in French, ready to sign. Without anybody to
// declare to it is refused.
func (m *Maker) PDF(ctx context.Context, r Request) ([]byte, error) {
	made, account, err := m.make(ctx, r)
	if err != nil {
		return nil, err
	}
	if made.To.Name == "" {
		return nil, collection.Refuse(collection.RefusedNotNow,
			"nobody is recorded to whom the claims on %s are declared: the notice in the BODACC names the mandataire or liquidateur; record it, with the address", made.Debtor.ID)
	}
	words, err := m.Templates.Statement("fr", compose.Facts{
		Creditor: account.Creditor.Letterhead(account.Debtor), Debtor: compose.Debtor{Name: made.To.Name, Address: made.To.Address}, Today: made.WrittenOn,
	})
	if err != nil {
		return nil, err
	}
	return letters.PrintStatement(page{made, words}.statement(account.Creditor))
}

func (m *Maker) make(ctx context.Context, r Request) (declaration.Declaration, casefile.DebtorAccount, error) {
	account, err := m.Store.DebtorAccount(ctx, r.Creditor, r.Debtor)
	if err != nil {
		return declaration.Declaration{}, account, err
	}
	proceedings, holder, err := m.Store.ProceedingsOf(ctx, r.Creditor, r.Debtor, r.Proceeding)
	if err != nil {
		return declaration.Declaration{}, account, err
	}
	today, err := m.today(account.Creditor)
	if err != nil {
		return declaration.Declaration{}, account, err
	}
	carried := m.Store.InsolvencyOf(proceedings, account.Creditor)
	facts := declaration.Facts{Declaration: declaration.Declaration{
		WrittenOn: today, Rank: r.Rank,
		Creditor: declaration.DeclaredParty{
			ID: account.Creditor.ID, Name: account.Creditor.Name, SIREN: account.Creditor.SIREN, Address: account.Creditor.Lines(),
			Email: cmp.Or(account.Creditor.ReplyTo, account.Creditor.Email), Phone: account.Creditor.Phone,
		},
		Debtor: declaration.DeclaredParty{ID: account.Debtor.ID, Name: account.Debtor.Name, SIREN: account.Debtor.SIREN, Address: account.Debtor.Lines()},
		To:     declaredTo(holder),
		Proceedings: declaration.OpenedProceedings{
			ID: proceedings.ID, Kind: proceedings.Kind, Simplified: proceedings.Simplified, Court: proceedings.Court,
			Judgment: proceedings.Judgment, Published: proceedings.Published, DeclareBy: carried.DeclareBy, LastDay: carried.LastDay,
		},
	}}
	for _, claim := range account.Claims {
		if carried.ConcernsClaim(claim.CompletedOn, claim.IssueDate, claim.Account.Claim().Due) {
			facts.Accounts = append(facts.Accounts, statement.Account{
				Invoice: claim.Invoice, IssuedOn: claim.IssueDate, OpenedOn: claim.OpenedOn, Ledger: claim.Account,
				PaymentReference: claim.PaymentReference, Outcome: claim.Outcome, ClosedOn: claim.ClosedOn,
			})
		}
	}
	made, err := declaration.New(facts)
	return made, account, err
}

func declaredTo(holder *casefile.OfficeHolder) declaration.DeclaredParty {
	if holder == nil {
		return declaration.DeclaredParty{Address: []string{}}
	}
	return declaration.DeclaredParty{Name: holder.Name, Role: string(holder.Role), Address: holder.Lines(), Email: holder.Email, Phone: holder.Phone}
}

// today is the business day where the creditor is.
func (m *Maker) today(creditor casefile.Creditor) (calendar.Date, error) {
	zone, err := time.LoadLocation(cmp.Or(creditor.Zone, "Europe/Paris"))
	if err != nil {
		return 0, fmt.Errorf("the creditor %s has no usable time zone: %w", creditor.ID, err)
	}
	return calendar.DateOf(m.Clock().Now().In(zone)), nil
}
