package csvfile

import (
	"context"
	"errors"
	"io"
	"iter"
	"strings"

	"relance/calendar"
	"relance/imports/invoice"
)

// The columns that only a file of contacts has.
const (
	ColumnPreferred        Column = "preferred"
	ColumnChannels         Column = "channels"
	ColumnPreferredChannel Column = "preferred_channel"
	ColumnScope            Column = "scope"
	ColumnAudience         Column = "debtor_audience"
	ColumnValidFrom        Column = "valid_from"
	ColumnValidUntil       Column = "valid_until"
)

// ContactNames are the header names of a file of contacts, as Names are those of a
// file of invoices.
var ContactNames = append(namesOf(
	ColumnDebtorRef, ColumnContactName, ColumnContactEmail, ColumnContactPhone, ColumnContactRole, ColumnContactLang, ColumnParent, ColumnBillTo, ColumnCreditor,
),
	named{ColumnPreferred, []string{"prefere", "principal", "main"}},
	named{ColumnAudience, []string{"audience", "kind of payer", "type de payeur"}},
	named{ColumnChannels, []string{"canaux", "allowed channels"}},
	named{ColumnPreferredChannel, []string{"canal prefere"}},
	named{ColumnScope, []string{"perimetre", "order reference", "commande", "site"}},
	named{ColumnValidFrom, []string{"from", "depuis", "debut"}},
	named{ColumnValidUntil, []string{"until", "jusque", "fin"}},
)

func namesOf(columns ...Column) []named {
	var names []named
	for _, column := range columns {
		for _, known := range Names {
			if known.Column == column {
				names = append(names, known)
			}
		}
	}
	return names
}

var ofContacts = newVocabulary(ContactNames, [][]Column{{ColumnDebtorRef}, {ColumnContactName, ColumnContactEmail, ColumnContactPhone}})

// Contact is one row of a file of contacts. What a person wrote is tidied and not
// checked: who keeps the contact knows the debtor's country.
type Contact struct {
	Source           invoice.Source
	Creditor         string
	Debtor           string
	Name             string
	Role             invoice.Role
	Email            string
	Phone            string
	Language         string
	Preferred        bool
	Channels         []string
	PreferredChannel string
	Scope            string
	ValidFrom        calendar.Date
	ValidUntil       calendar.Date
	// Parent and BillToParent are of the debtor; HasParent: the row says something of
	// them.
	Parent       string
	BillToParent bool
	HasParent    bool
	// Audience is what kind of payer the debtor is: loyal, irregular, new; empty: the row
	// does not say.
	Audience string
}

// ReadContacts yields every row of a file of contacts in order: a contact, or the
// *invoice.Refusal of the row, as Read does for invoices.
func ReadContacts(ctx context.Context, file invoice.File, options Options) iter.Seq2[Contact, error] {
	return func(yield func(Contact, error) bool) {
		options = options.withDefaults()
		if file.Size > options.MaxBytes {
			yield(Contact{}, refuseFile(file, &tooLarge{size: file.Size, limit: options.MaxBytes}))
			return
		}
		t := &table{file: file, options: options}
		var err error
		if t.probe, err = examine(ctx, file); err == nil {
			t.rows, t.header, err = ofContacts.openRows(t.probe.text(file, options.Progress), options.Delimiter)
		}
		if err != nil {
			yield(Contact{}, refuseFile(file, err))
			return
		}
		for {
			if err := ctx.Err(); err != nil {
				yield(Contact{}, err)
				return
			}
			contact, err := t.nextContact()
			if errors.Is(err, io.EOF) {
				return
			}
			if broken := new(readFailure); errors.As(err, &broken) {
				yield(Contact{}, refuseFile(file, broken.cause))
				return
			}
			if !yield(contact, err) {
				return
			}
		}
	}
}

// nextContact reads the next row that is not blank.
func (t *table) nextContact() (Contact, error) {
	for {
		cells, line, err := t.rows.next()
		source := invoice.Source{File: t.file.Name, Line: line, Format: invoice.FormatCSV, SHA256: t.probe.sha256}
		var broken *brokenRow
		switch {
		case errors.Is(err, io.EOF):
			return Contact{}, io.EOF
		case errors.As(err, &broken):
			return Contact{}, refuseRow(source, broken.reason)
		case err != nil:
			return Contact{}, &readFailure{err}
		}
		if isBlank(cells) {
			continue
		}
		r := &contactRow{row: row{table: t, cells: cells, draft: invoice.NewDraft(source, t.options.Rules)}, source: source}
		if reason := r.fault(); reason != "" {
			return Contact{}, refuseRow(source, reason)
		}
		return r.read()
	}
}

// contactRow is one row of a file of contacts being read.
type contactRow struct {
	row
	source invoice.Source
	faults []*invoice.RowError
}

func (r *contactRow) refuse(column Column, reason string) {
	cell := r.cell(column)
	r.faults = append(r.faults, &invoice.RowError{File: r.source.File, Line: r.source.Line, Field: cell.Field, Value: cell.Value, Reason: reason})
}

func (r *contactRow) read() (Contact, error) {
	c := Contact{
		Source: r.source, Creditor: r.text(ColumnCreditor), Debtor: r.text(ColumnDebtorRef), Name: r.text(ColumnContactName), Email: r.text(ColumnContactEmail),
		Phone: r.text(ColumnContactPhone), Language: r.text(ColumnContactLang), PreferredChannel: r.text(ColumnPreferredChannel), Scope: r.text(ColumnScope),
		Parent: r.text(ColumnParent), HasParent: !r.cell(ColumnParent).Empty() || !r.cell(ColumnBillTo).Empty(),
	}
	if c.Creditor == "" {
		c.Creditor = r.table.options.Creditor
	}
	if c.Debtor == "" {
		r.refuse(ColumnDebtorRef, "is empty: whose contact is it?")
	}
	var ok bool
	if c.Role, ok = roleOf(r.cell(ColumnContactRole).Value); !ok {
		r.refuse(ColumnContactRole, "not a role; use "+rolesInWords)
	}
	if c.Preferred, ok = yesOrNo(r.text(ColumnPreferred)); !ok {
		r.refuse(ColumnPreferred, "neither yes nor no")
	}
	for channel := range strings.FieldsFuncSeq(r.text(ColumnChannels), func(r rune) bool { return r == ',' || r == ' ' || r == ';' || r == '+' }) {
		c.Channels = append(c.Channels, strings.ToLower(channel))
	}
	c.ValidFrom, c.ValidUntil = r.day(ColumnValidFrom), r.day(ColumnValidUntil)
	if c.Audience, ok = audienceOf(r.text(ColumnAudience)); !ok {
		r.refuse(ColumnAudience, "not a kind of payer; use loyal, irregular or new")
	}
	if c.BillToParent, ok = billToParent(r.cell(ColumnBillTo).Value); !ok {
		r.refuse(ColumnBillTo, "nobody who can receive the messages; use debtor or parent")
	}
	if len(r.faults) > 0 {
		return Contact{}, &invoice.Refusal{Source: r.source, Faults: r.faults}
	}
	return c, nil
}

// day reads a date that may be missing.
func (r *contactRow) day(column Column) calendar.Date {
	cell := r.cell(column)
	if cell.Empty() {
		return 0
	}
	date, ok := r.table.options.Dates.parse(cell.Value)
	if !ok {
		r.refuse(column, "not a date; write it like 2026-03-31")
	}
	return date
}

func yesOrNo(text string) (yes, ok bool) {
	switch invoice.Fold(text) {
	case "", "no", "non", "n", "0", "false", "faux":
		return false, true
	case "yes", "oui", "y", "o", "1", "true", "vrai", "x":
		return true, true
	default:
		return false, false
	}
}

// audienceOf reads what kind of payer a debtor is, in English or French.
func audienceOf(text string) (string, bool) {
	switch strings.ToLower(text) {
	case "":
		return "", true
	case "loyal", "fidèle", "fidele":
		return "loyal", true
	case "irregular", "irrégulier", "irregulier":
		return "irregular", true
	case "new", "nouveau":
		return "new", true
	default:
		return "", false
	}
}
