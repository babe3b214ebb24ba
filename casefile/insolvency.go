package casefile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/deadlines"
)

// Proceedings are insolvency proceedings of a debtor, as they are recorded. They
// name no person.
type Proceedings struct {
	Creditor string
	Debtor   string
	// ID is the proceedings' own within the debtor.
	ID string
	// Revision counts the reports that said more of them.
	Revision   int
	Kind       collection.InsolvencyKind
	Simplified bool
	Court      string
	// Judgment is the day of the opening judgment, Published the day of its notice in
	// the BODACC, whose ID is Notice.
	Judgment  calendar.Date
	Published calendar.Date
	Notice    string
	// Declared is the day the claims were declared, DeclaredHow by what way and Proof
	// the number that proves it.
	Declared    calendar.Date
	DeclaredHow string
	Proof       string
	Ended       collection.InsolvencyEnd
	EndedOn     calendar.Date
	Actor       string
	At          time.Time
	RecordedAt  time.Time
}

// OfficeHolderRole is what a court appoints somebody as.
type OfficeHolderRole string

// The roles of those to whom claims are declared.
const (
	RoleMandataire  OfficeHolderRole = "mandataire"
	RoleLiquidateur OfficeHolderRole = "liquidateur"
)

// OfficeHolder is to whom claims are declared.
type OfficeHolder struct {
	Role OfficeHolderRole
	Name string
	Address
	Email string
	Phone string
}

// InsolvencyReport says that insolvency proceedings were opened, or more of what is
// recorded under the ID already. Fields that are not set say nothing.
type InsolvencyReport struct {
	Proceedings
	// OfficeHolder replaces the one that is known, nil leaves it.
	OfficeHolder *OfficeHolder
}

// InsolvencyRecorded is what a report did.
type InsolvencyRecorded struct {
	Proceedings
	// Duplicate: all of it was known.
	Duplicate bool
	// Insolvency is what the cases of the debtor carry now.
	Insolvency collection.Insolvency
	// Warning says why no time to declare could be reckoned.
	Warning string
}

// RecordInsolvency records what a report says and has every case of the debtor take
// it, in one transaction. From then on nothing leaves for the claims that were born
// before the judgment, and their interest has stopped.
//
// The same report again changes nothing. One that contradicts what is recorded, or
// makes no sense, is a *collection.Refusal; an unknown debtor is ErrUnknownDebtor.
func (s *Store) RecordInsolvency(ctx context.Context, report InsolvencyReport) (InsolvencyRecorded, error) {
	report.At = businessTime(report.At)
	if err := report.check(); err != nil {
		return InsolvencyRecorded{}, err
	}
	var recorded InsolvencyRecorded
	why := because{at: report.At, actor: report.Actor, cause: fmt.Sprintf("insolvency/%s/%s", report.ID, report.At.Format(time.RFC3339Nano))}
	err := s.changingStanding(ctx, report.Creditor, report.Debtor, why, func(tx *transaction, known knownStanding, writes *batch) (collection.Standing, bool, error) {
		var err error
		recorded, err = s.learnInsolvency(ctx, tx, report, known, writes)
		standing := known.Standing
		standing.Insolvency = recorded.Insolvency
		return standing, err == nil && standing != known.Standing, err
	})
	return recorded, err
}

func (r InsolvencyReport) check() error {
	if err := collection.CheckID("the insolvency proceedings", r.ID); err != nil {
		return err
	}
	for _, text := range []string{r.Court, r.Notice, r.DeclaredHow, r.Proof} {
		if !collection.IsPlainText(text) {
			return refuse(collection.RefusedInvalid, "a text about the proceedings %s is too long or has control characters in it", r.ID)
		}
	}
	today := calendar.DateOf(r.At).AddDays(1) // somewhere it is tomorrow already
	for what, day := range map[string]calendar.Date{"judgment": r.Judgment, "publication": r.Published, "declaration": r.Declared, "end": r.EndedOn} {
		if day > today {
			return refuse(collection.RefusedInvalid, "the %s of the proceedings %s is dated %s, which is to come: check the year", what, r.ID, day)
		}
	}
	if r.OfficeHolder != nil && (r.OfficeHolder.Name == "" || !slices.Contains([]OfficeHolderRole{RoleMandataire, RoleLiquidateur}, r.OfficeHolder.Role)) {
		return refuse(collection.RefusedInvalid, "to whom the claims are declared needs a name and a role, %s or %s", RoleMandataire, RoleLiquidateur)
	}
	return nil
}

func (s *Store) learnInsolvency(ctx context.Context, tx *transaction, report InsolvencyReport, known knownStanding, writes *batch) (InsolvencyRecorded, error) {
	var rows []Proceedings
	var reads batch
	all(&reads, &rows, s.sql.LoadProceedings, named{"creditor": report.Creditor, "debtor": report.Debtor})
	if err := reads.run(ctx, tx); err != nil {
		return InsolvencyRecorded{}, fmt.Errorf("reading the insolvency proceedings of %s of %s: %w", report.Debtor, report.Creditor, err)
	}
	learned := Proceedings{Creditor: report.Creditor, Debtor: report.Debtor, ID: report.ID}
	if at := slices.IndexFunc(rows, func(p Proceedings) bool { return p.ID == report.ID }); at >= 0 {
		learned = rows[at]
	}
	before := learned
	if err := learned.learn(report.Proceedings); err != nil {
		return InsolvencyRecorded{}, err
	}
	if learned.Revision == 0 && known.Standing.Insolvency.Freezes() && known.Standing.Insolvency.End == "" {
		return InsolvencyRecorded{}, refuse(collection.RefusedConflict,
			"the debtor %s is in the proceedings %s already: say more of those, or record their end before others begin", report.Debtor, known.Standing.Insolvency.Proceeding)
	}
	if report.OfficeHolder != nil {
		writes.exec(s.sql.SaveOfficeHolder, *report.OfficeHolder, named{"creditor": report.Creditor, "debtor": report.Debtor, "proceeding": report.ID})
	}
	recorded := InsolvencyRecorded{Proceedings: learned, Duplicate: learned == before}
	if !recorded.Duplicate {
		recorded.Revision, recorded.Actor, recorded.At = learned.Revision+1, report.Actor, report.At
		writes.exec(s.sql.InsertProceedings, recorded.Proceedings)
	}
	recorded.Insolvency, recorded.Warning = s.insolvencyOf(recorded.Proceedings, known, report.At)
	if known.Standing.Insolvency.Proceeding == report.ID {
		recorded.Insolvency.From = known.Standing.Insolvency.From
	}
	if !recorded.Duplicate {
		s.askForDeclaration(writes, recorded, before)
	}
	if carried := known.Standing.Insolvency; before.Revision > 0 && carried.Proceeding != report.ID {
		recorded.Insolvency, recorded.Warning = carried, "" // more of earlier proceedings: later ones are in force
	}
	return recorded, nil
}

// learn takes what a report says more. What identifies proceedings does not change.
func (p *Proceedings) learn(said Proceedings) error {
	isNew := p.Revision == 0
	for _, fact := range []struct {
		name         string
		known, given calendar.Date
	}{{"day of the judgment", p.Judgment, said.Judgment}} {
		if !fact.known.IsZero() && !fact.given.IsZero() && fact.known != fact.given {
			return refuse(collection.RefusedConflict, "the %s of the proceedings %s is recorded as %s and not as %s: record that they were lifted, and others under another ID",
				fact.name, p.ID, fact.known, fact.given)
		}
	}
	if !isNew && p.Ended != "" && said.Ended != "" && said.Ended != p.Ended && p.Ended != collection.InsolvencyPlan {
		return refuse(collection.RefusedConflict, "the proceedings %s have ended already (%s on %s)", p.ID, p.Ended, p.EndedOn)
	}
	p.Simplified = said.Simplified || p.Simplified && (said.Kind == "" || said.Kind == collection.Liquidation)
	p.Kind, p.Court, p.Notice = cmp.Or(said.Kind, p.Kind), cmp.Or(said.Court, p.Court), cmp.Or(said.Notice, p.Notice)
	p.Judgment, p.Published = cmp.Or(said.Judgment, p.Judgment), earliest(p.Published, said.Published)
	p.Declared, p.DeclaredHow, p.Proof = cmp.Or(said.Declared, p.Declared), cmp.Or(said.DeclaredHow, p.DeclaredHow), cmp.Or(said.Proof, p.Proof)
	p.Ended, p.EndedOn = cmp.Or(said.Ended, p.Ended), cmp.Or(said.EndedOn, p.EndedOn)
	switch {
	case isNew && (p.Kind == "" || p.Judgment.IsZero()):
		return refuse(collection.RefusedInvalid, "the proceedings %s are not recorded: say their kind and the day of the opening judgment", p.ID)
	case !slices.Contains(collection.InsolvencyKinds(), p.Kind):
		return refuse(collection.RefusedInvalid, "%q is no kind of insolvency proceedings: they are %v", p.Kind, collection.InsolvencyKinds())
	case p.Simplified && p.Kind != collection.Liquidation:
		return refuse(collection.RefusedInvalid, "only a liquidation can be simplified, not a %s", p.Kind)
	case !p.Published.IsZero() && p.Published < p.Judgment:
		return refuse(collection.RefusedInvalid, "the judgment of %s cannot have been published on %s, before it was given", p.Judgment, p.Published)
	case !p.Declared.IsZero() && p.Declared < p.Judgment:
		return refuse(collection.RefusedInvalid, "claims cannot have been declared on %s, before the judgment of %s", p.Declared, p.Judgment)
	case p.Ended != "" && p.EndedOn.IsZero():
		return refuse(collection.RefusedInvalid, "the end of the proceedings %s has no day", p.ID)
	case p.Ended == "" && !p.EndedOn.IsZero():
		return refuse(collection.RefusedInvalid, "say how the proceedings %s ended: %v", p.ID, collection.InsolvencyEnds())
	case p.Ended != "" && !slices.Contains(collection.InsolvencyEnds(), p.Ended):
		return refuse(collection.RefusedInvalid, "%q is no way in which proceedings end: they are %v", p.Ended, collection.InsolvencyEnds())
	case p.Ended != "" && p.EndedOn < p.Judgment:
		return refuse(collection.RefusedInvalid, "the proceedings %s cannot have ended on %s, before the judgment of %s", p.ID, p.EndedOn, p.Judgment)
	default:
		return nil
	}
}

// earliest is the day from which a time limit is counted with prudence: a notice that
// corrects another one gives no new time.
func earliest(known, said calendar.Date) calendar.Date {
	if known.IsZero() || said.IsZero() {
		return max(known, said)
	}
	return min(known, said)
}

// insolvencyOf is what cases carry of proceedings. A time to declare that cannot be
// reckoned is left out, with the reason in words.
func (s *Store) insolvencyOf(p Proceedings, known knownStanding, at time.Time) (collection.Insolvency, string) {
	carried := collection.Insolvency{
		Proceeding: p.ID, Kind: p.Kind, Simplified: p.Simplified, Judgment: p.Judgment, From: dayAt(at, known.CreditorZone),
		Declared: p.Declared, End: p.Ended, EndedOn: p.EndedOn,
	}
	if p.Published.IsZero() {
		return carried, "the time to declare the claims runs from the publication in the BODACC: record its day"
	}
	declaration, err := s.declarationFrom(p.Published, known.CreditorCountry)
	if err != nil {
		return carried, "the time to declare the claims could not be reckoned: " + err.Error()
	}
	carried.DeclareBy, carried.LastDay, carried.Relief = declaration.Target, declaration.Last, declaration.Relief.Last
	return carried, ""
}

func (s *Store) declarationFrom(published calendar.Date, country string) (deadlines.Declaration, error) {
	tables := s.tariffs.Load()
	if !tables.isSet {
		return deadlines.Declaration{}, errNoLaw
	}
	return deadlines.DeclarationOf(published, country != "" && country != limitationCountry, tables.limits)
}

// dayAt is the date of an instant where the creditor is.
func dayAt(at time.Time, zone string) calendar.Date {
	location, err := time.LoadLocation(cmp.Or(zone, "Europe/Paris"))
	if err != nil {
		location = time.UTC
	}
	return calendar.DateOf(at.In(location))
}

// Proceedings lists the insolvency proceedings of a debtor, or of all debtors of a
// creditor, or of all; the latest last.
func (s *Store) Proceedings(ctx context.Context, creditor, debtor string) ([]Proceedings, error) {
	var rows []Proceedings
	var b batch
	all(&b, &rows, s.sql.LoadProceedings, named{"creditor": creditor, "debtor": debtor})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing insolvency proceedings: %w", err)
	}
	return rows, nil
}

// ErrUnknownProceedings: no proceedings of that ID are recorded for the debtor.
var ErrUnknownProceedings = errors.New("the insolvency proceedings are not recorded")

// ProceedingsOf are the proceedings of an ID, or the latest of the debtor when it is
// empty, with the person to whom claims are declared, nil when none is known.
func (s *Store) ProceedingsOf(ctx context.Context, creditor, debtor, id string) (Proceedings, *OfficeHolder, error) {
	rows, err := s.Proceedings(ctx, creditor, debtor)
	if err != nil {
		return Proceedings{}, nil, err
	}
	for _, p := range slices.Backward(rows) {
		if id == "" || p.ID == id {
			holder, err := s.officeHolder(ctx, p)
			return p, holder, err
		}
	}
	return Proceedings{}, nil, fmt.Errorf("%w: %s of the debtor %s of %s", ErrUnknownProceedings, cmp.Or(id, "any"), debtor, creditor)
}

func (s *Store) officeHolder(ctx context.Context, p Proceedings) (*OfficeHolder, error) {
	var holder found[OfficeHolder]
	var b batch
	one(&b, &holder, s.sql.LoadOfficeHolder, named{"creditor": p.Creditor, "debtor": p.Debtor, "proceeding": p.ID})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("reading to whom claims on %s of %s are declared: %w", p.Debtor, p.Creditor, err)
	}
	if !holder.is {
		return nil, nil
	}
	return &holder.value, nil
}

// DebtorName names a debtor of a creditor.
type DebtorName struct{ Creditor, ID string }

// DebtorsOfSIREN finds the debtors that are the company of a SIREN, of every creditor.
func (s *Store) DebtorsOfSIREN(ctx context.Context, siren string) ([]DebtorName, error) {
	var rows []DebtorName
	var b batch
	all(&b, &rows, s.sql.DebtorsOfSIREN, named{"siren": siren})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("finding the debtors of the SIREN %s: %w", siren, err)
	}
	return rows, nil
}

// InsolvencyOf is what the cases of a creditor carry of proceedings.
func (s *Store) InsolvencyOf(p Proceedings, creditor Creditor) collection.Insolvency {
	carried, _ := s.insolvencyOf(p, knownStanding{CreditorCountry: creditor.Country, CreditorZone: creditor.Zone}, p.At)
	return carried
}
