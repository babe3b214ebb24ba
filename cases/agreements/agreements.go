// Package agreements prints instalment plans as agreements to sign: the parties, the
// claims, the schedule, what happens when an instalment is missed, and the debtor's
// acknowledgement of the debt in figures and in words (C. civ. 1376).
package agreements

import (
	"cmp"
	"context"
	"fmt"
	"strconv"

	"relance/arrangements"
	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/letters"
	"relance/messaging/compose"
	"relance/money"
	"relance/money/inwords"
)

// Maker makes agreements from a case file. It is safe for concurrent use.
type Maker struct {
	Store     *casefile.Store
	Templates *compose.Templates
	// Clock gives the business time.
	Clock func() calendar.Clock
}

// Document is the agreement of a plan as PDF. Of each version of its schedule it is
// printed once in a language, and what was printed is kept: later calls give the same
// bytes. The language is the debtor's unless it is given. An unknown plan is
// casefile.ErrUnknownPlan; one that waits for approval is refused.
func (m *Maker) Document(ctx context.Context, creditor, id, language string) (file []byte, name string, err error) {
	stored, err := m.Store.Plan(ctx, creditor, id)
	if err != nil {
		return nil, "", err
	}
	plan := stored.Plan
	if plan.State == arrangements.StateProposed {
		return nil, "", collection.Refuse(collection.RefusedNotNow, "the plan %s waits for approval: its agreement is printed once it is approved", id)
	}
	account, err := m.Store.DebtorAccount(ctx, creditor, plan.Debtor)
	if err != nil {
		return nil, "", err
	}
	language = cmp.Or(language, account.Debtor.Language, account.Creditor.Language)
	words, err := m.Templates.Statement(language, compose.Facts{
		Creditor: account.Creditor.Letterhead(account.Debtor), Debtor: account.Debtor.Addressee(account.Creditor, language), Today: m.today(plan),
	})
	if err != nil {
		return nil, "", err
	}
	name = fmt.Sprintf("plan-%s-v%d-%s.pdf", plan.ID, plan.Version, words.Lang())
	key := casefile.PlanDocument{Creditor: creditor, Plan: id, Version: plan.Version, Language: words.Lang()}
	if kept, found, err := m.Store.PlanDocument(ctx, key); err != nil || found {
		return kept, name, err
	}
	agreement, err := worded(plan, words, account.Creditor, account.Debtor)
	if err != nil {
		return nil, "", err
	}
	printed, err := letters.PrintAgreement(agreement)
	if err != nil {
		return nil, "", err
	}
	kept, err := m.Store.KeepPlanDocument(ctx, key, printed, m.Clock().Now())
	return kept, name, err
}

func (m *Maker) today(plan arrangements.Plan) calendar.Date {
	return plan.Window.DateOf(m.Clock().Now())
}

// wording is what an agreement is worded with.
type wording struct {
	compose.StatementWording
	phrases
	plan arrangements.Plan
}

func worded(plan arrangements.Plan, words compose.StatementWording, owed casefile.Creditor, owes casefile.Debtor) (letters.Agreement, error) {
	w := wording{StatementWording: words, phrases: phrasesIn(words.Lang()), plan: plan}
	sum, err := w.inWords(plan.Owed())
	if err != nil {
		return letters.Agreement{}, collection.Refuse(collection.RefusedInvalid, "the agreement of the plan %s cannot be printed: %s", plan.ID, err)
	}
	made := letters.Agreement{Letter: words.Letter}
	made.Letter.Title, made.Letter.Subject = w.title, fmt.Sprintf(w.subject, plan.ID, plan.Version)
	made.Letter.Opening = []string{
		fmt.Sprintf(w.creditorIs, owed.Name, owed.LegalMentions),
		fmt.Sprintf(w.debtorIs, owes.Name),
	}
	made.Sections = []letters.Section{w.claims(), w.instalments()}
	made.Clauses = w.clauses(sum)
	made.Signatures = [2][]string{
		{fmt.Sprintf(w.forCreditor, owed.Name), w.signing},
		{fmt.Sprintf(w.forDebtor, owes.Name), fmt.Sprintf(w.byHand, w.Amount(plan.Owed()), sum)},
	}
	return made, nil
}

// inWords is an amount in words.
func (w wording) inWords(amount money.Amount) (string, error) {
	if w.Lang() == "fr" {
		return inwords.French(amount)
	}
	return inwords.English(amount)
}

func (w wording) claims() letters.Section {
	table := letters.Table{Columns: []letters.Column{{Heading: w.columnInvoice}, {Heading: w.columnDue}, {Heading: w.columnAmount, IsNumber: true}}}
	for _, claim := range w.plan.Claims {
		table.Rows = append(table.Rows, []string{claim.Invoice, w.ShortDate(claim.DueDate), w.Amount(claim.Amount)})
	}
	lines := []compose.Line{{Label: w.totalClaims, Value: w.Amount(w.plan.Principal())}}
	if past := w.plan.Past; len(past) > 0 { // the debtor acknowledges what it still owes, and no more
		lines = []compose.Line{
			{Label: w.totalAtFirst, Value: w.Amount(w.plan.Principal())},
			{Label: fmt.Sprintf(w.stillOwed, w.Date(past[len(past)-1].ReplacedOn)), Value: w.Amount(w.plan.Owed())},
		}
	}
	if earlier := w.plan.EarlierInterest(); earlier.Sign() > 0 {
		lines = append(lines[:len(lines)-1:len(lines)-1], compose.Line{Label: w.ofWhichInterest, Value: w.Amount(earlier)}, lines[len(lines)-1])
	}
	return letters.Section{Heading: w.headingClaims, Blocks: []letters.Block{{Table: table, Lines: lines, Strong: 1}}}
}

func (w wording) instalments() letters.Section {
	bearsInterest, hasEarlier := w.plan.Interest().Sign() > 0, w.plan.EarlierInterest().Sign() > 0
	table := letters.Table{Columns: []letters.Column{{Heading: w.columnNumber}, {Heading: w.columnDue}}}
	if bearsInterest || hasEarlier {
		table.Columns = append(table.Columns, letters.Column{Heading: w.columnPrincipal, IsNumber: true})
	}
	if hasEarlier {
		table.Columns = append(table.Columns, letters.Column{Heading: w.columnEarlier, IsNumber: true})
	}
	if bearsInterest {
		table.Columns = append(table.Columns, letters.Column{Heading: w.columnInterest, IsNumber: true})
	}
	table.Columns = append(table.Columns, letters.Column{Heading: w.columnAmount, IsNumber: true})
	for _, instalment := range w.plan.Schedule {
		row := []string{strconv.Itoa(instalment.Number), w.Date(instalment.DueOn)}
		if bearsInterest || hasEarlier {
			row = append(row, w.Amount(instalment.Principal))
		}
		if hasEarlier {
			row = append(row, w.Amount(money.FromMinor(instalment.EarlierInterest.Minor(), w.plan.Currency())))
		}
		if bearsInterest {
			row = append(row, w.Amount(instalment.Interest))
		}
		table.Rows = append(table.Rows, append(row, w.Amount(instalment.Amount())))
	}
	return letters.Section{Heading: w.headingSchedule, Blocks: []letters.Block{{
		Table: table, Lines: []compose.Line{{Label: w.totalSchedule, Value: w.Amount(w.plan.Total())}}, Strong: 1,
	}}}
}

func (w wording) clauses(sum string) []letters.Clause {
	terms := w.plan.Terms
	interest := w.noInterest
	if w.plan.Interest().Sign() > 0 {
		interest = fmt.Sprintf(w.withInterest, w.Rate(terms.Interest.Rate), w.Amount(w.plan.Interest()))
		if earlier := w.plan.EarlierInterest(); earlier.Sign() > 0 {
			interest += " " + fmt.Sprintf(w.bearsNone, w.Amount(earlier))
		}
	}
	payment, earlier := w.byTransfer, w.earlier
	if w.plan.Interest().Sign() > 0 {
		earlier += " " + w.earlierInterest
	}
	if terms.Mandate != "" {
		payment = fmt.Sprintf(w.byDebit, terms.Mandate)
	}
	acknowledged := fmt.Sprintf(w.acknowledges, w.Amount(w.plan.Owed()), sum)
	if w.plan.Version > 1 {
		acknowledged += " " + fmt.Sprintf(w.replaces, w.plan.Version-1)
	}
	accelerates := fmt.Sprintf(w.accelerates, terms.GraceDays)
	if days := w.plan.IsAcceleratedAfter(); days > 0 {
		accelerates = fmt.Sprintf(w.acceleratesOnDemand, days)
	}
	return []letters.Clause{
		{Heading: "1. " + w.headingAcknowledgement, Paragraphs: []string{acknowledged, w.interrupts}},
		{Heading: "2. " + w.headingInterest, Paragraphs: []string{interest}},
		{Heading: "3. " + w.headingPayment, Paragraphs: []string{payment, earlier}},
		{Heading: "4. " + w.headingDefault, Paragraphs: []string{accelerates, w.meanwhile}},
	}
}
