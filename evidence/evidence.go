// Package evidence makes the case file that holds before a court: one PDF with cover,
// statement, timeline, proofs of delivery, numbered list and the documents themselves,
// and a ZIP archive with that PDF, the originals, the whole case as JSON and the hashes
// of everything. It also verifies such an archive, without any database.
//
// The same state of a case on the same day always gives the same bytes.
// docs/evidence.md describes the archive and what it proves.
package evidence

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/messaging/compose"
	"relance/statement"
)

// Source is where case files are made from. It is safe for concurrent use.
type Source struct {
	Store     *casefile.Store
	Templates *compose.Templates
	// At is the business time: the statement counts to its day.
	At time.Time
}

// Summary is what was made.
type Summary struct {
	// SHA256 and Size are of the bytes written.
	SHA256 string
	Size   int64
	// Documents is how many numbered documents it holds.
	Documents int
	// Language is the one it is written in, On the last day that counts.
	Language string
	On       calendar.Date
}

// Build writes the case file of an invoice as a ZIP archive. The language is fr or en;
// empty: the creditor's. It reads one document at a time. Without a case the error is
// casefile.ErrUnknownCase; another language is a *collection.Refusal. After an error
// what was written is no archive.
func Build(ctx context.Context, from Source, creditor, invoice, language string, w io.Writer) (Summary, error) {
	return write(ctx, from, creditor, invoice, language, w, (*dossier).archive)
}

// PDF writes only the PDF of the case file. Errors are those of Build.
func PDF(ctx context.Context, from Source, creditor, invoice, language string, w io.Writer) (Summary, error) {
	return write(ctx, from, creditor, invoice, language, w, func(d *dossier, ctx context.Context, w io.Writer) error {
		file, err := d.print(ctx)
		if err != nil {
			return err
		}
		_, err = w.Write(file)
		return err
	})
}

func write(ctx context.Context, from Source, creditor, invoice, language string, w io.Writer, form func(*dossier, context.Context, io.Writer) error) (Summary, error) {
	d, err := collect(ctx, from, creditor, invoice, language)
	if err != nil {
		return Summary{}, err
	}
	counted := &counter{to: w, hash: sha256.New()}
	if err := form(d, ctx, counted); err != nil {
		return Summary{}, fmt.Errorf("writing the case file of invoice %s of %s: %w", invoice, creditor, err)
	}
	return Summary{SHA256: hex.EncodeToString(counted.hash.Sum(nil)), Size: counted.size, Documents: len(d.documents), Language: d.Lang(), On: d.on}, nil
}

// dossier is a case with everything that goes into its file, but the bytes.
type dossier struct {
	casefile.Evidence
	words
	from      Source
	on        calendar.Date
	stated    statement.Statement
	facts     compose.Facts
	documents []item
}

// item is one numbered document.
type item struct {
	casefile.Original
	number int
	title  string
	// path is that of the original in the archive, copy that of a copy for people.
	path, copy string
	message    casefile.Message
	letter     casefile.LetterOfCase
	answer     casefile.AnswerOfCase
}

func collect(ctx context.Context, from Source, creditor, invoice, language string) (*dossier, error) {
	read, err := from.Store.Evidence(ctx, creditor, invoice)
	if err != nil {
		return nil, err
	}
	language = cmp.Or(language, read.Creditor.Language, "fr")
	if !slices.Contains(Languages(), language) {
		return nil, collection.Refuse(collection.RefusedInvalid, "a case file cannot be written in %q: ask for fr or en", language)
	}
	d := &dossier{Evidence: read, from: from, on: read.Case.Window.DateOf(from.At)}
	d.facts = compose.Facts{Creditor: read.Creditor.Letterhead(read.Debtor), Debtor: read.Debtor.Addressee(read.Creditor, language), Today: d.on}
	wording, err := from.Templates.Statement(language, d.facts)
	if err != nil {
		return nil, err
	}
	texts, err := readWords(language)
	if err != nil {
		return nil, err
	}
	d.words = words{StatementWording: wording, texts: texts, zone: read.Case.Window.Zone.Location()}
	if d.stated, err = statement.New(d.account(), max(d.on, read.Invoice.IssueDate)); err != nil {
		return nil, err
	}
	d.number()
	return d, nil
}

func (d *dossier) account() statement.Facts {
	account := statement.Account{
		Invoice: d.Invoice.Number, IssuedOn: d.Invoice.IssueDate, OpenedOn: d.OpenedOn, Ledger: d.Account, PaymentReference: d.Invoice.PaymentReference, Outcome: d.Case.Outcome,
		Disputes: d.Case.Disputes,
	}
	if !d.Row.ClosedAt.IsZero() {
		account.ClosedOn = d.Case.Window.DateOf(d.Row.ClosedAt)
	}
	return statement.Facts{
		Creditor: statement.Party{ID: d.Creditor.ID, Name: d.Creditor.Name}, Debtor: statement.Party{ID: d.Debtor.ID, Name: d.Debtor.Name},
		Invoice: d.Invoice.Number, Accounts: []statement.Account{account},
	}
}

// stage is how the case stands, in the language.
func (d *dossier) stage() string {
	stage := d.Case.Stage(d.from.At)
	if d.Lang() == "fr" {
		return stage.French()
	}
	return string(stage)
}

// counter counts what is written.
type counter struct {
	to   io.Writer
	hash interface {
		io.Writer
		Sum([]byte) []byte
	}
	size int64
}

func (c *counter) Write(data []byte) (int, error) {
	n, err := c.to.Write(data)
	c.size += int64(n)
	_, _ = c.hash.Write(data[:n]) // a hash does not fail
	return n, err
}
