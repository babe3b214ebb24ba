package casefile

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/deadlines"
	"relance/ledger"
	"relance/money"
)

// Opening is everything a case begins with. Debtor.Creditor, Invoice.Creditor,
// Invoice.Debtor and the contacts' Creditor and Debtor may be left empty: they
// follow from Invoice.Creditor or Debtor.Creditor and Debtor.ID.
type Opening struct {
	Debtor   Debtor
	Contacts []Contact
	Invoice  Invoice
	Strategy collection.Strategy
	Window   calendar.Window
	// Claim is what the claim is for, where its limitation is another than that of
	// claims on such a debtor: the carriage of goods.
	Claim deadlines.ClaimKind
	// Document is the PDF of the invoice, nil when there is none: it is there before
	// the first message leaves. One that cannot be attached is left out.
	Document *InvoiceDocument
	At       time.Time
	Actor    string
}

// OpenResult is what came of opening a case.
type OpenResult struct {
	// Created is false when the case was open already with the same facts.
	Created  bool
	Position ledger.Position
}

// OpenCase records an invoice and opens its case, in one transaction.
//
// The same invoice again changes nothing; with another debtor, total, currency,
// date or prepaid amount it is a *ConflictError. A debtor that is known keeps its
// facts, only blanks are filled; unknown contacts are added. What the invoice
// says was prepaid becomes the payment "prepaid/<number>". Entries that came
// before the invoice count from now on, and the tasks that asked about them are
// done. A strategy whose name and version are known must be the same strategy
// (*ConflictError). A creditor that was not saved is ErrUnknownCreditor; facts
// that make no sense are a *collection.Refusal.
func (s *Store) OpenCase(ctx context.Context, opening Opening) (collection.Case, OpenResult, error) {
	return s.openCase(ctx, opening, s.writing)
}

// openCase opens a case in a transaction that lasts, or in one that is taken back.
func (s *Store) openCase(ctx context.Context, opening Opening, within transacting) (collection.Case, OpenResult, error) {
	opening, err := opening.complete()
	if err != nil {
		return collection.Case{}, OpenResult{}, err
	}
	var opened *openedCase
	err = within(ctx, func(tx *transaction) error {
		opened, err = s.open(ctx, tx, opening)
		return err
	})
	if err != nil {
		return collection.Case{}, OpenResult{}, fmt.Errorf("opening the case of invoice %s of %s: %w", opening.Invoice.Number, opening.Invoice.Creditor, err)
	}
	return opened.value, OpenResult{Created: opened.created, Position: opened.position}, nil
}

// openedCase is a case that is open, from now on or since before.
type openedCase struct {
	value    collection.Case
	position ledger.Position
	created  bool
}

func (s *Store) open(ctx context.Context, tx *transaction, o Opening) (*openedCase, error) {
	creditor, number := o.Invoice.Creditor, o.Invoice.Number
	key := named{"creditor": creditor, "invoice": number}
	var reads batch
	var known found[Invoice]
	var owner found[Creditor]
	var debtor found[knownDebtor]
	c := s.newCase(tx, because{at: o.At, actor: o.Actor, cause: "opening"})
	reads.exec(s.sql.ShareStops)
	reads.exec(s.sql.LockInvoiceNumber, key)
	one(&reads, &known, s.sql.LoadInvoice, key)
	one(&reads, &owner, s.sql.LoadCreditor, key)
	one(&reads, &debtor, s.sql.LoadKnownDebtor, named{"creditor": o.Debtor.Creditor, "debtor": o.Debtor.ID})
	all(&reads, &c.stops, s.sql.LoadStopsOfCase, key, named{"debtor": o.Debtor.ID, "at": o.At})
	all(&reads, &c.entries, s.sql.LoadEntries, key)
	err := reads.run(ctx, tx)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading what is known of it: %w", err)
	case known.is:
		return s.openAlready(ctx, tx, o.Invoice, known.value)
	case !owner.is:
		return nil, fmt.Errorf("%w: %s must be saved before its invoice %s", ErrUnknownCreditor, creditor, number)
	}
	if err := s.keepStrategy(ctx, tx, o.Strategy); err != nil {
		return nil, err
	}
	c.record.value = caseRecord{Creditor: creditor, Invoice: number}
	return c.create(o, owner.value, debtor)
}

// openAlready is the case of an invoice that is known, if the same facts are given.
func (s *Store) openAlready(ctx context.Context, tx *transaction, given, known Invoice) (*openedCase, error) {
	c, err := s.lockCase(ctx, tx, known.Creditor, known.Number, because{}, nil)
	if err != nil {
		return nil, err
	}
	return &openedCase{value: c.now, position: c.position}, given.AgreesWith(known)
}

// create writes a case that is new. What its ledger holds already came before
// the invoice and counts now.
func (c *lockedCase) create(o Opening, owner Creditor, known found[knownDebtor]) (*openedCase, error) {
	sql, invoice := c.store.sql, o.Invoice
	early := c.entries
	c.writes.exec(sql.AddDebtor, o.Debtor)
	c.writes.exec(sql.FillDebtor, o.Debtor)
	for _, contact := range o.Contacts {
		c.writes.exec(sql.AddContact, contact)
	}
	c.writes.exec(sql.InsertInvoice, invoice, named{"creditor_reference": string(invoice.CreditorReference())})
	if o.Document != nil {
		c.keepDocument(*o.Document, 1)
	}

	claim := c.store.tariffs.Load().claim(o.liability(owner), invoice.Total, invoice.DueDate)
	var err error
	if c.account, err = account(claim, early); err != nil {
		return nil, err
	}
	prepaid, isPrepaid, err := c.prepay(invoice, o.Actor)
	if err != nil {
		return nil, err
	}
	if c.position, err = c.account.Position(); err != nil {
		return nil, err
	}
	c.now = collection.Case{
		Creditor: invoice.Creditor, Invoice: invoice.Number, Debtor: invoice.Debtor, DueDate: invoice.DueDate,
		Open: c.position.Open, LateFees: money.OmitNothing(c.account.LateFeesAlone(c.position)), Window: o.Window, Strategy: o.Strategy,
		Settled: settled(c.position),
		Stops:   c.stops,
		Terms:   owner.Terms, Rules: collection.CurrentRules,
	}
	limitation := c.beginLimitation(o, owner, known)
	if err := c.beginStanding(o, owner, known); err != nil {
		return nil, err
	}
	projection := project(c.now, c.at)
	closedAt := time.Time{}
	if c.now.IsClosed() {
		closedAt = c.at
	}
	c.writes.exec(sql.InsertCase, c.key(), projection, o.Window, columnsOf(c.now.Limitation), named{
		"strategy": o.Strategy.Name, "strategy_version": o.Strategy.Version, "round": c.now.Round,
		"open": c.now.Open, "late_fees": c.now.LateFees, "opened_at": c.at, "closed_at": closedAt, "standing_told": known.value.StandingRevision, "terms": c.now.Terms, "rules": c.now.Rules,
	})
	c.note("", "case-opened", fmt.Sprintf("the case is opened: %s of %s is open, due on %s; strategy %s version %d",
		c.position.Open, invoice.Total, invoice.DueDate, o.Strategy.Name, o.Strategy.Version))
	if isPrepaid {
		c.noteEntry(entryKey(prepaid), prepaid, ledger.EntryApplied)
	}
	if limitation != "" {
		c.note("/limitation", "limitation-reckoned", limitation)
	}
	if closedAt.Equal(c.at) {
		c.note("/closed", "case-closed", "the case is closed: "+string(projection.Stage))
	}
	if err := c.allocate(); err != nil {
		return nil, err
	}
	c.finishMatching(early)
	for _, entry := range slices.Backward(early) {
		if entry.Kind == ledger.EntryPayment {
			c.askAboutSurplus(entry.Entry, c.position.Total.Zero())
			break
		}
	}
	c.book(nil)
	c.tx.later(&c.writes)
	return &openedCase{value: c.now, position: c.position, created: true}, nil
}

func (o Opening) liability(owner Creditor) liability {
	return liability{
		CreditorCountry: owner.Country, Policy: owner.LateFees, DebtorCountry: o.Debtor.Country,
		DebtorKind: o.Debtor.Kind, DebtorHasNumber: o.Debtor.SIREN != "" || o.Debtor.SIRET != "" || o.Debtor.VATID != "",
	}
}

// prepay posts what the invoice says was paid before it was issued. posted is false
// when it says nothing of that, or the ledger has it already.
func (c *lockedCase) prepay(invoice Invoice, actor string) (entry ledger.Entry, posted bool, err error) {
	if invoice.Prepaid.Sign() <= 0 {
		return entry, false, nil
	}
	entry = ledger.Entry{
		Kind: ledger.EntryPayment, ID: "prepaid/" + invoice.Number, Amount: invoice.Prepaid, ValueDate: invoice.IssueDate,
	}
	paid, outcome, err := c.account.Post(entry)
	if err != nil {
		return entry, false, err
	}
	c.account = paid
	if outcome == ledger.EntryDuplicate {
		return entry, false, nil
	}
	c.insertEntry(Posting{Invoice: invoice.Number, Entry: entry, Source: "invoice", Actor: actor})
	return entry, true, nil
}

// finishMatching answers the tasks about entries that came before the invoice and
// count now.
func (c *lockedCase) finishMatching(early []LedgerEntry) {
	var keys []string
	for _, entry := range early {
		if entry.Kind == ledger.EntryReversal || entry.Amount.Currency() == c.position.Total.Currency() {
			keys = append(keys, matchingKey(entry.Entry))
		}
	}
	if len(keys) > 0 {
		c.finishTasksOfKeys("the invoice arrived", keys...)
	}
}

// complete fills in what follows from other fields and refuses an opening that
// cannot be.
func (o Opening) complete() (Opening, error) {
	o.At = businessTime(o.At)
	creditor := cmp.Or(o.Invoice.Creditor, o.Debtor.Creditor)
	debtor := cmp.Or(o.Invoice.Debtor, o.Debtor.ID)
	o.Invoice.Creditor, o.Debtor.Creditor = creditor, creditor
	o.Invoice.Debtor, o.Debtor.ID = debtor, debtor
	o.Debtor = o.Debtor.withDefaults()
	var contacts []Contact
	for _, contact := range o.Contacts {
		contact.Creditor, contact.Debtor = creditor, debtor
		if contact.Name+contact.Email+contact.Phone != "" {
			contacts = append(contacts, contact)
		}
	}
	o.Contacts = contacts
	if o.Invoice.Prepaid == (money.Amount{}) {
		o.Invoice.Prepaid = o.Invoice.Total.Zero()
	}
	if err := o.Invoice.validate(); err != nil {
		return o, err
	}
	if o.Document != nil {
		document := *o.Document
		document.Creditor, document.Invoice, document.Actor, document.At = creditor, o.Invoice.Number, o.Actor, o.At
		document, err := document.complete()
		if o.Document = &document; err != nil {
			o.Document = nil
		}
	}
	if err := o.Window.Validate(); err != nil {
		return o, refuse(collection.RefusedInvalid, "the contact window of invoice %s: %s", o.Invoice.Number, err)
	}
	if o.Strategy.Name == "" || len(o.Strategy.Steps) == 0 {
		return o, refuse(collection.RefusedInvalid, "invoice %s needs a strategy with a name and steps", o.Invoice.Number)
	}
	return o, nil
}

func (i Invoice) validate() error {
	switch {
	case i.Number == "":
		return refuse(collection.RefusedInvalid, "the invoice has no number")
	case i.Creditor == "":
		return refuse(collection.RefusedInvalid, "invoice %s names no creditor", i.Number)
	case i.Debtor == "":
		return refuse(collection.RefusedInvalid, "invoice %s names no debtor: give the customer's ID in your books", i.Number)
	case i.Total.Currency() == "" || i.Total.Sign() <= 0:
		return refuse(collection.RefusedInvalid, "invoice %s is of %s: it must be more than nothing, in a currency", i.Number, i.Total)
	case i.Prepaid.Sign() < 0 || i.Prepaid.Currency() != i.Total.Currency():
		return refuse(collection.RefusedInvalid, "invoice %s of %s cannot be prepaid by %s", i.Number, i.Total, i.Prepaid)
	case i.DueDate.IsZero():
		return refuse(collection.RefusedInvalid, "invoice %s has no due date", i.Number)
	case !i.IssueDate.IsZero() && i.DueDate < i.IssueDate:
		return refuse(collection.RefusedInvalid, "invoice %s is due on %s, before it was issued on %s", i.Number, i.DueDate, i.IssueDate)
	default:
		return nil
	}
}

// AgreesWith compares the facts that a claim rests on with those of the same invoice
// that is known; where they differ it is a *ConflictError.
func (i Invoice) AgreesWith(known Invoice) error {
	for _, fact := range []struct{ field, known, given string }{
		{"debtor", known.Debtor, i.Debtor},
		{"total", known.Total.String(), i.Total.String()},
		{"issue date", known.IssueDate.String(), i.IssueDate.String()},
		{"due date", known.DueDate.String(), i.DueDate.String()},
		{"prepaid amount", known.Prepaid.String(), i.Prepaid.String()},
	} {
		if fact.known != fact.given {
			return &ConflictError{
				Subject: fmt.Sprintf("the invoice %s of %s", i.Number, i.Creditor),
				Field:   fact.field, Known: fact.known, Given: fact.given,
			}
		}
	}
	return nil
}
