package evidence

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"relance/casefile"
	"relance/collection"
	"relance/ledger"
	"relance/letters"
	"relance/messaging/compose"
	"relance/statement/statementfile"
)

// What is reproduced in the PDF at most; what goes beyond is in the archive only.
const (
	mostPages = 300
	mostBytes = 32 << 20
)

// print makes the PDF.
func (d *dossier) print(ctx context.Context) ([]byte, error) {
	stated, err := statementfile.NewWriter(d.from.Templates).Page(d.stated, d.facts, d.Lang())
	if err != nil {
		return nil, err
	}
	on := d.Date(d.on)
	page := letters.Dossier{
		Title: d.say("title"), Author: d.Creditor.Name, Date: d.on,
		Subject: d.say("subject", "creditor", d.Creditor.Name, "debtor", d.Debtor.Name, "invoice", d.Invoice.Number),
		Running: d.say("running", "creditor", d.Creditor.ID, "invoice", d.Invoice.Number, "on", d.ShortDate(d.on)),
		PageOf:  d.say("page-of"), Foot: d.say("foot", "on", on),
		Parties: d.parties(), FiguresTitle: d.say("figures", "on", on), ContentsTitle: d.say("contents"),
		Remarks: d.remarks(),
	}
	page.Figures, page.Strong = d.figures()
	page.Sections = []letters.DossierSection{
		{Heading: d.say("section.statement"), Introduction: []string{d.say("statement.introduction")}, Sections: stated.Sections},
		{
			Heading: d.say("section.timeline"), Introduction: []string{d.say("timeline.introduction", "zone", d.Case.Window.Zone.String())},
			Sections: []letters.Section{{Blocks: []letters.Block{{Table: d.timelineTable()}}}},
		},
		d.proofs(),
		d.integrity(),
	}
	if len(d.documents) > 0 {
		page.List = letters.DossierSection{Heading: d.say("section.list"), Sections: []letters.Section{{Blocks: []letters.Block{{Table: d.listTable()}}}}}
	}
	if page.Documents, err = d.printed(ctx); err != nil {
		return nil, err
	}
	return letters.PrintDossier(page)
}

// remarks are what the cover says beside the figures.
func (d *dossier) remarks() []string {
	on := d.Date(d.on)
	said := []string{d.say("cover.state", "on", on, "stage", d.stage())}
	if len(d.stated.Cases) > 0 {
		if daily := d.stated.Cases[0].PerDay.Amount; daily.Sign() > 0 {
			said = append(said, d.say("cover.daily", "on", on, "amount", d.Amount(daily)))
		}
	}
	if limitation := d.Case.Limitation; limitation.Stopped {
		said = append(said, d.say("cover.limitation-stopped", "on", d.Date(limitation.LastDay)))
	} else if limitation.IsKnown() {
		said = append(said, d.say("cover.limitation", "on", d.Date(limitation.LastDay)))
	}
	return append(said, d.announced())
}

func (d *dossier) announced() string {
	switch len(d.documents) {
	case 0:
		return d.say("cover.no-documents")
	case 1:
		return d.say("cover.document")
	default:
		return d.say("cover.documents", "count", strconv.Itoa(len(d.documents)))
	}
}

func (d *dossier) parties() []letters.DossierParty {
	creditor := letters.DossierParty{Role: d.say("creditor"), Name: d.Creditor.Name, Lines: d.facts.Creditor.Address}
	if legal := d.Creditor.LegalMentions; legal != "" {
		creditor.Lines = append(creditor.Lines, legal)
	} else if d.Creditor.SIREN != "" {
		creditor.Lines = append(creditor.Lines, d.say("siren", "value", d.Creditor.SIREN))
	}
	debtor := letters.DossierParty{Role: d.say("debtor"), Name: d.Debtor.Name, Lines: d.facts.Debtor.Address}
	debtor.Lines = append(debtor.Lines, d.say("kind."+string(d.Debtor.Kind)))
	for _, number := range []struct{ name, value string }{{"siren", d.Debtor.SIREN}, {"vat", d.Debtor.VATID}, {"account", d.facts.Debtor.Account}} {
		if number.value != "" {
			debtor.Lines = append(debtor.Lines, d.say(number.name, "value", number.value))
		}
	}
	return []letters.DossierParty{creditor, debtor}
}

// figures are the sums of the claim; the last one is what is claimed.
func (d *dossier) figures() (lines []compose.Line, strong int) {
	if len(d.stated.Cases) == 0 {
		return nil, 0
	}
	stated := d.stated.Cases[0]
	add := func(label, value string) { lines = append(lines, compose.Line{Label: label, Value: value}) }
	if stated.IssuedOn.IsZero() {
		add(d.say("figure.invoiced-due", "invoice", stated.Invoice, "due", d.ShortDate(stated.DueOn)), d.Amount(stated.Total))
	} else {
		add(d.say("figure.invoiced", "invoice", stated.Invoice, "issued", d.ShortDate(stated.IssuedOn), "due", d.ShortDate(stated.DueOn)), d.Amount(stated.Total))
	}
	if principal, found := stated.Line(ledger.PartPrincipal); found {
		if principal.Paid.Sign() > 0 {
			add(d.say("figure.paid"), d.Amount(principal.Paid))
		}
		if principal.Credited.Sign() > 0 {
			add(d.say("figure.credited"), d.Amount(principal.Credited))
		}
		add(d.say("figure.principal"), d.Amount(principal.Open))
	}
	for _, part := range []ledger.Part{ledger.PartInterest, ledger.PartIndemnity, ledger.PartCosts} {
		if line, found := stated.Line(part); found && line.Open.Sign() > 0 {
			add(d.say("figure."+string(part)), d.Amount(line.Open))
		}
	}
	if stated.Disputed.Sign() > 0 {
		add(d.say("figure.disputed"), d.Amount(stated.Disputed))
	}
	for _, due := range stated.Due {
		add(d.say("figure.due", "on", d.ShortDate(d.stated.On)), d.Amount(due))
		strong++
	}
	return lines, strong
}

func (d *dossier) columns(names ...string) []letters.Column {
	columns := make([]letters.Column, len(names))
	for i, name := range names {
		columns[i] = letters.Column{
			Heading: d.say("column." + name), IsNumber: name == "number" || name == "exhibit" || name == "page" || name == "date" || name == "sent",
			LeftAligned: i == 0 || name == "date" || name == "sent",
		}
	}
	return columns
}

func (d *dossier) timelineTable() letters.Table {
	table := letters.Table{Columns: d.columns("date", "what", "who", "exhibit")}
	for _, event := range d.timeline() {
		when := d.ShortDate(event.on)
		if !event.at.IsZero() {
			when = d.minute(event.at)
		}
		table.Rows = append(table.Rows, []string{when, event.what, event.who, d.see(event.document)})
	}
	return table
}

func (d *dossier) listTable() letters.Table {
	table := letters.Table{Columns: d.columns("number", "document", "date", "file", "page")}
	for _, document := range d.documents {
		on := d.day(document.when())
		if posted := document.letter.PostedOn; document.Kind == casefile.OriginalMessage && !posted.IsZero() {
			on = d.ShortDate(posted)
		}
		table.Rows = append(table.Rows, []string{strconv.Itoa(document.number), document.title, on, strings.TrimPrefix(document.shown(), "documents/"), ""})
	}
	return table
}

// shown is the file people open.
func (i item) shown() string {
	if i.copy != "" {
		return i.copy
	}
	return i.path
}

func (d *dossier) proofs() letters.DossierSection {
	section := letters.DossierSection{Heading: d.say("section.proofs")}
	table := letters.Table{Columns: d.columns("number", "channel", "recipient", "sent", "outcome")}
	for _, document := range d.documents {
		if !document.isMessage() {
			continue
		}
		sent := d.minute(sentAt(document.message))
		if posted := document.letter.PostedOn; !posted.IsZero() {
			sent = d.ShortDate(posted)
		}
		table.Rows = append(table.Rows, []string{
			strconv.Itoa(document.number), d.say("channel." + document.Channel), strings.ReplaceAll(document.message.Recipient, "\n", ", "),
			sent, joined(d.outcome(document), d.proof(document)),
		})
	}
	if len(table.Rows) == 0 {
		section.Introduction = []string{d.say("proofs.none")}
	}
	section.Sections = []letters.Section{{Blocks: []letters.Block{{Table: table}}}}
	return section
}

func joined(outcome, proof string) string {
	if outcome == "" || proof == "" {
		return outcome + proof
	}
	return outcome + " (" + proof + ")"
}

// leftOut names what is not in the file.
var leftOut = []string{"drafts", "people", "notes", "mediation", "ignored"}

func (d *dossier) integrity() letters.DossierSection {
	table := letters.Table{Columns: []letters.Column{{}, {}}, Rows: [][]string{
		{d.say("integrity.lines"), strconv.Itoa(d.Head.Lines)},
		{d.say("integrity.head"), d.Head.Hash},
	}}
	if anchor := d.Anchor; !anchor.Day.IsZero() {
		table.Rows = append(table.Rows, []string{d.say("integrity.anchor", "on", d.ShortDate(anchor.Day), "lines", strconv.Itoa(anchor.Lines)), anchor.Root})
	}
	missing := letters.Section{Heading: d.say("integrity.left-out")}
	block := letters.Block{}
	for _, name := range leftOut {
		block.Remarks = append(block.Remarks, "– "+d.say("left-out."+name))
	}
	missing.Blocks = []letters.Block{block}
	return letters.DossierSection{
		Heading:      d.say("section.integrity"),
		Introduction: []string{d.say("integrity.introduction"), d.say("integrity.verify"), d.say("integrity.limits")},
		Sections:     []letters.Section{{Blocks: []letters.Block{{Table: table}}}, missing},
	}
}

// printed are the documents as they are reproduced.
func (d *dossier) printed(ctx context.Context) ([]letters.DossierDocument, error) {
	pages, bytes := 0, int64(0)
	made := make([]letters.DossierDocument, 0, len(d.documents))
	for _, document := range d.documents {
		piece := letters.DossierDocument{Number: d.say("exhibit", "number", strconv.Itoa(document.number)), Title: document.title}
		switch {
		case document.Kind == casefile.OriginalAnswer:
			d.showAnswer(&piece, document)
		case pages >= mostPages || bytes+document.Size > mostBytes:
			piece.Remark = d.say("remark.too-many", "file", document.path)
		default:
			content, err := d.from.Store.OriginalBytes(ctx, d.Invoice.Creditor, d.Invoice.Number, document.Original)
			if err != nil {
				return nil, err
			}
			bytes += document.Size
			if err := d.show(&piece, document, content); err != nil {
				return nil, err
			}
			if piece.Pages != nil {
				pages += piece.Pages.Count()
			}
		}
		made = append(made, piece)
	}
	return made, nil
}

// show reproduces a document: its pages, or its text.
func (d *dossier) show(piece *letters.DossierDocument, document item, content []byte) error {
	if document.isMessage() && !collection.Channel(document.Channel).IsPaper() {
		return d.showMessage(piece, document, content)
	}
	pages, err := letters.PagesOf(document.ContentType, content)
	switch {
	case errors.Is(err, letters.ErrNoPages):
		piece.Remark = d.say("remark.unreadable", "file", document.path)
	case err != nil:
		return err
	case pages.Count() > mostPages:
		piece.Remark = d.say("remark.too-many", "file", document.path)
	default:
		piece.Pages = pages
	}
	return nil
}

func (d *dossier) showMessage(piece *letters.DossierDocument, document item, content []byte) error {
	shown, err := read(document.Channel, content)
	if err != nil {
		piece.Remark = d.say("remark.unreadable", "file", document.path)
		return nil //nolint:nilerr // said to the reader
	}
	piece.Lines = d.factLines(
		"from", shown.from, "to", shown.to, "copy", shown.copies, "subject", shown.subject, "sent", d.minute(sentAt(document.message)),
		"outcome", d.outcome(document), "proof", d.proof(document), "attachments", strings.Join(shown.attachments, ", "), "sha256", document.SHA256,
	)
	piece.Text = paragraphs(shown.text)
	return nil
}

func (d *dossier) showAnswer(piece *letters.DossierDocument, document item) {
	answer := document.answer
	piece.Lines = d.factLines("from", answer.Sender, "subject", answer.Subject, "received", d.minute(answer.ReceivedAt), "sha256", document.SHA256)
	if piece.Text = paragraphs(answer.Text); len(piece.Text) == 0 {
		piece.Remark = d.say("remark.empty")
	}
	if !document.Kept {
		piece.Remark = d.say("remark.not-kept", "sha256", document.SHA256)
	}
}

// factLines are the facts that there are: pairs of a name and a value.
func (d *dossier) factLines(pairs ...string) []compose.Line {
	var lines []compose.Line
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			lines = append(lines, compose.Line{Label: d.say("fact." + pairs[i]), Value: pairs[i+1]})
		}
	}
	return lines
}

// paragraphs divides a text at its empty lines.
func paragraphs(text string) []string {
	var found []string
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.Trim(part, "\n"); strings.TrimSpace(part) != "" {
			found = append(found, part)
		}
	}
	return found
}
