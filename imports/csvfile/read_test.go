package csvfile_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"relance/imports/csvfile"
	"relance/imports/invoice"
	"relance/law/lawtest"
	"relance/money"
)

// result is what an import of a text yields.
type result struct {
	documents []invoice.Document
	refusals  []*invoice.Refusal
}

func importText(t testing.TB, text string, options csvfile.Options) result {
	t.Helper()
	var r result
	options.Rules.Law = builtInLaw(t)
	for document, err := range csvfile.Read(t.Context(), fileOf(text), options) {
		if err == nil {
			r.documents = append(r.documents, document)
			continue
		}
		var refusal *invoice.Refusal
		require.ErrorAs(t, err, &refusal)
		r.refusals = append(r.refusals, refusal)
	}
	return r
}

func builtInLaw(t require.TestingT) invoice.Law { return invoice.LawOf(lawtest.BuiltIn(t)) }

// usual reads as an installation with the built-in law tables does.
func usual(t require.TestingT) csvfile.Options {
	return csvfile.Options{Rules: invoice.Rules{Law: builtInLaw(t)}}
}

func fileOf(text string) invoice.File {
	return invoice.File{Name: "ledger.csv", Content: strings.NewReader(text), Size: int64(len(text))}
}

// only is the one document of a file of one row.
func only(t *testing.T, text string, options csvfile.Options) invoice.Document {
	t.Helper()
	r := importText(t, text, options)
	require.Empty(t, r.refusals)
	require.Len(t, r.documents, 1)
	return r.documents[0]
}

const minimal = "invoice_number;issue_date;total;debtor_name\n"

func TestAFrenchLedgerIsRead(t *testing.T) {
	t.Parallel()
	d := only(t, strings.Join([]string{
		"N° facture;Type;Date facture;Date d'échéance;Conditions de règlement;Devise;Montant TTC;Solde dû;Code client;Raison sociale;" +
			"Type de client;SIREN;SIRET;N° TVA;Adresse;Code postal;Ville;Pays;Langue;Nom du contact;Courriel;Téléphone;Fonction;" +
			"Créancier;Scénario;Bon de commande;Référence de paiement",
		"FA-2026-001;Facture;05/01/2026;;45 jours fin de mois;eur;1 234,56 €;1 000,00;C042;Boulangerie Durand SARL;" +
			"Professionnel;732 829 320;73282932000074;FR44732829320;\"12 rue de l'Été\nBâtiment B\";75011;Paris;France;Français;" +
			"Jeanne Martin;Compta@Example.com;01 99 00 12 34;Comptabilité;atelier-lumiere;b2b-standard;BC-17;RF18539007547034",
	}, "\n")+"\n", csvfile.Options{})

	require.Equal(t, "FA-2026-001", d.Number)
	require.Equal(t, invoice.Invoice, d.Kind)
	require.Equal(t, "2026-01-05", d.Issued.String())
	require.Equal(t, "2026-02-28", d.Due.String())
	require.Equal(t, invoice.DueFromTerms, d.DueDateSource)
	require.Equal(t, "45 jours fin de mois", d.TermsText)
	require.Equal(t, money.FromMinor(123456, "EUR"), d.Total)
	require.Equal(t, money.FromMinor(100000, "EUR"), d.AmountDue)
	require.Equal(t, "atelier-lumiere", d.Creditor)
	require.Equal(t, "b2b-standard", d.Strategy)
	require.Equal(t, "BC-17", d.OrderReference)
	require.Equal(t, "RF18539007547034", d.PaymentReference)
	require.Equal(t, invoice.Debtor{
		Party: invoice.Party{
			Name: "Boulangerie Durand SARL", SIREN: "732829320", SIRET: "73282932000074", VAT: "FR44732829320",
			Address: invoice.Address{Lines: []string{"12 rue de l'Été", "Bâtiment B"}, Postcode: "75011", City: "Paris", Country: "FR"},
		},
		Ref: "C042", Kind: invoice.KindBusiness, KindReason: "the ledger says so", Language: "fr",
		Contacts: []invoice.Contact{{Name: "Jeanne Martin", Email: "Compta@example.com", Phone: "+33199001234", Role: invoice.RoleAccountsPayable}},
	}, d.Buyer)
	require.Equal(t, 2, d.Source.Line)
	require.Equal(t, invoice.FormatCSV, d.Source.Format)
	require.Len(t, d.Source.SHA256, 64)
	require.Empty(t, d.Warnings)
}

func TestAnEnglishLedgerIsRead(t *testing.T) {
	t.Parallel()
	d := only(t, "Invoice Number,Invoice Date,Payment Terms,Currency,Total,Balance Due,Customer Name,Country,Email\r\n"+
		`INV-7,2026-03-02,Net 30,GBP,"1,234.56","1,234.56","Smith, Jones & Co",United Kingdom,ap@example.org`+"\r\n", csvfile.Options{})
	require.Equal(t, money.FromMinor(123456, "GBP"), d.AmountDue)
	require.Equal(t, "Smith, Jones & Co", d.Buyer.Name)
	require.Equal(t, "GB", d.Buyer.Address.Country)
	require.Equal(t, "2026-04-01", d.Due.String())
}

func TestEveryEncodingReadsTheSame(t *testing.T) {
	t.Parallel()
	text := "numéro facture;date facture;montant ttc;raison sociale\nF-1;05/01/2026;1\u00a0234,56;Crèmerie de l'Été\n"
	var utf16LE, utf16BE strings.Builder
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		utf16LE.WriteString(string([]byte{byte(unit & 0xff), byte(unit >> 8)}))
		utf16BE.WriteString(string([]byte{byte(unit >> 8), byte(unit & 0xff)}))
	}
	var latin1 strings.Builder
	for _, r := range text {
		latin1.WriteByte(byte(r)) // every character of the text is below U+0100
	}
	for encoding, encoded := range map[string]string{
		"UTF-8": text, "UTF-8 with mark": "\ufeff" + text, "Latin-1": latin1.String(), "UTF-16LE": utf16LE.String(), "UTF-16BE": utf16BE.String(),
	} {
		d := only(t, encoded, csvfile.Options{})
		require.Equal(t, "Crèmerie de l'Été", d.Buyer.Name, encoding)
		require.Equal(t, int64(123456), d.Total.Minor(), encoding)
	}
}

func TestTheEuroSignOfWindowsIsRead(t *testing.T) {
	t.Parallel()
	d := only(t, minimal+"F-1;2026-01-05;12,00 \x80;Soci\xe9t\xe9 \x93X\x94\n", csvfile.Options{})
	require.Equal(t, "Société “X”", d.Buyer.Name)
	require.Equal(t, int64(1200), d.Total.Minor())
}

func TestADamagedRowOfAUTF8FileIsRefusedAlone(t *testing.T) {
	t.Parallel()
	r := importText(t, minimal+
		strings.Repeat("F-1;2026-01-05;12,00;Crèmerie de l'Été\n", 10)+
		"F-2;2026-01-05;12,00;Cr\xc3merie\n"+
		"F-3;2026-01-05;12,00;Crèmerie\n", csvfile.Options{})
	require.Len(t, r.documents, 11)
	require.Len(t, r.refusals, 1)
	require.Equal(t, 12, r.refusals[0].Faults[0].Line)
}

func TestTheDelimiterIsFoundFromTheHeader(t *testing.T) {
	t.Parallel()
	for _, delimiter := range []string{";", ",", "\t", "|"} {
		text := strings.ReplaceAll(minimal+"F-1;2026-01-05;12.00;X\n", ";", delimiter)
		require.Equal(t, "X", only(t, text, csvfile.Options{}).Buyer.Name, delimiter)
	}
	require.Equal(t, "X", only(t, "sep=;\n"+minimal+"F-1;2026-01-05;12.00;X\n", csvfile.Options{}).Buyer.Name)
	require.Equal(t, "X", only(t, "\n;;\n"+minimal+"F-1;2026-01-05;12.00;X\n", csvfile.Options{}).Buyer.Name)
}

func TestTheFileAsAWholeDecidesOnAmbiguousAmounts(t *testing.T) {
	t.Parallel()
	comma := importText(t, minimal+"F-1;2026-01-05;1.234;X\nF-2;2026-01-05;99,50;X\n", csvfile.Options{})
	require.Empty(t, comma.refusals)
	require.Equal(t, int64(123400), comma.documents[0].Total.Minor())

	point := importText(t, minimal+"F-1;2026-01-05;1,234;X\nF-2;2026-01-05;99.50;X\n", csvfile.Options{})
	require.Empty(t, point.refusals)
	require.Equal(t, int64(123400), point.documents[0].Total.Minor())
}

func TestAmbiguousAmountsAreRefusedWhenTheFileDoesNotDecide(t *testing.T) {
	t.Parallel()
	for name, rows := range map[string]string{
		"no evidence":            "F-1;2026-01-05;1,234;X\nF-2;2026-01-05;500;X\n",
		"contradicting evidence": "F-1;2026-01-05;1,234;X\nF-2;2026-01-05;5,50;X\nF-3;2026-01-05;5.50;X\n",
	} {
		r := importText(t, minimal+rows, csvfile.Options{})
		require.Len(t, r.refusals, 1, name)
		require.Equal(t, "total", r.refusals[0].Faults[0].Field)
		require.Equal(t, "1,234", r.refusals[0].Faults[0].Value)
		require.Contains(t, r.refusals[0].Error(), "can mean two amounts")
		require.NotEmpty(t, r.documents, "the rows that are clear go through")
	}
	told := importText(t, minimal+"F-1;2026-01-05;1,234;X\n", csvfile.Options{Numbers: csvfile.DecimalPoint})
	require.Equal(t, int64(123400), told.documents[0].Total.Minor())
}

func TestAmericanDatesAreReadOnRequest(t *testing.T) {
	t.Parallel()
	row := minimal + "F-1;03/31/2026;12.00;X\n"
	r := importText(t, row, csvfile.Options{})
	require.ErrorContains(t, r.refusals[0], `ledger.csv, line 2, issue_date "03/31/2026": not a date; write it like 2026-03-31 or 31/03/2026`)
	require.Equal(t, "2026-03-31", only(t, row, csvfile.Options{Dates: csvfile.MonthFirst}).Issued.String())
}

func TestACreditNoteNamesItsInvoice(t *testing.T) {
	t.Parallel()
	d := only(t, "numero;type;date;montant;avoir sur;client\nAV-1;Avoir;2026-02-01;-120,00;FA-9;X\n", csvfile.Options{})
	require.Equal(t, invoice.CreditNote, d.Kind)
	require.Equal(t, []invoice.Reference{{Number: "FA-9"}}, d.References)
	require.Equal(t, money.FromMinor(12000, "EUR"), d.Credit())
	byCode := only(t, "numero;type;date;montant;avoir sur;client\nAV-1;381;2026-02-01;120,00;FA-9;X\n", csvfile.Options{})
	require.Equal(t, invoice.CreditNote, byCode.Kind)
}

func TestARowMayStateOnlyWhatIsStillOpen(t *testing.T) {
	t.Parallel()
	d := only(t, "numero;date;solde;client\nF-1;2026-02-01;80,00;X\n", csvfile.Options{})
	require.Equal(t, int64(8000), d.Total.Minor())
	require.Equal(t, int64(8000), d.AmountDue.Minor())
	paid := only(t, "numero;date;montant;solde;client\nF-1;2026-02-01;80,00;0,00;X\n", csvfile.Options{})
	require.True(t, paid.NothingDue())
	require.Equal(t, int64(8000), paid.Total.Minor())
}

func TestBadRowsAreRefusedAndGoodOnesGoThrough(t *testing.T) {
	t.Parallel()
	header := "invoice_number;kind;issue_date;due_date;currency;total;debtor_name\n"
	for fault, row := range map[string]string{
		`line 2, invoice_number: the invoice number is missing`:                    ";;2026-01-05;;EUR;12.00;X",
		`line 2, kind "devis": not a kind of document`:                             "F-1;devis;2026-01-05;;EUR;12.00;X",
		`line 2, kind "325": this is a pro-forma invoice`:                          "F-1;325;2026-01-05;;EUR;12.00;X",
		`line 2, issue_date: the issue date is missing`:                            "F-1;;;;EUR;12.00;X",
		`line 2, issue_date "31/02/2026": not a date`:                              "F-1;;31/02/2026;;EUR;12.00;X",
		`line 2, due date "2026-01-04": is before the issue date 2026-01-05`:       "F-1;;2026-01-05;2026-01-04;EUR;12.00;X",
		`line 2, currency "EURO": not a currency`:                                  "F-1;;2026-01-05;;EURO;12.00;X",
		`line 2, total "12 00": not an amount`:                                     "F-1;;2026-01-05;;EUR;12 00;X",
		`line 2, total "$12.00": is in USD, but the currency of the row is EUR`:    "F-1;;2026-01-05;;EUR;$12.00;X",
		`line 2, total "12.345678": not an amount in EUR`:                          "F-1;;2026-01-05;;EUR;12.345678;X",
		`line 2, total "99999999999.00": beyond 10000000000.00 EUR`:                "F-1;;2026-01-05;;EUR;99999999999.00;X",
		`line 2, total with VAT "-12.00": an invoice cannot total less than zero`:  "F-1;;2026-01-05;;EUR;-12.00;X",
		`line 2, amount due: neither an amount due nor a total is stated`:          "F-1;;2026-01-05;;EUR;;X",
		`line 2, debtor: nobody to claim from`:                                     "F-1;;2026-01-05;;EUR;12.00;",
		`line 2: the row has 8 cells and the header 7`:                             "F-1;;2026-01-05;;EUR;12.00;X;extra",
		`line 2: text follows the quotation mark that closes a cell`:               `"F"-1;;2026-01-05;;EUR;12.00;X`,
		`line 2, issue_date "05/01/0026": the year is not between 1990 and 2099`:   "F-1;;05/01/0026;;EUR;12.00;X",
		`line 2, invoice_number "` + strings.Repeat("9", 80) + `…": the invoice n`: strings.Repeat("9", 200) + ";;2026-01-05;;EUR;12.00;X",
	} {
		r := importText(t, header+row+"\nF-2;;2026-01-05;;EUR;12.00;Y\n", csvfile.Options{})
		require.Len(t, r.refusals, 1, row)
		require.Equal(t, 2, r.refusals[0].Faults[0].Line)
		require.Contains(t, r.refusals[0].Error(), "ledger.csv, "+fault)
		require.Len(t, r.documents, 1, "the row after it is imported")
		require.Equal(t, "F-2", r.documents[0].Number)
	}
}

func TestDoubtfulDetailsAreWarnings(t *testing.T) {
	t.Parallel()
	d := only(t, "numero;date;montant;client;type client;pays;langue;siren;tva;email;telephone;fonction\n"+
		"F-1;2026-01-05;12,00;X;entreprise individuelle ?;Atlantide;klingon;123456789;FR1;nobody;12;stagiaire\n", csvfile.Options{})
	about := map[invoice.About]int{}
	for _, warning := range d.Warnings {
		about[warning.About]++
		require.Equal(t, 2, warning.Line)
	}
	require.Equal(t, map[invoice.About]int{invoice.AboutDebtor: 3, invoice.AboutIdentifier: 2, invoice.AboutContact: 3}, about)
	require.Equal(t, invoice.KindUnknown, d.Buyer.Kind)
	require.Empty(t, d.Buyer.Contacts)
}

func TestFilesThatCannotBeReadAreRefusedAsAWhole(t *testing.T) {
	t.Parallel()
	for reason, text := range map[string]string{
		"the file is empty":                     "",
		"the file is not text; if it is UTF-16": "a\x00b\x00c\x00",
		"these were not found: invoice_number, issue_date, total or amount_due":                   "foo;bar\n1;2\n",
		"these were not found: debtor_name or debtor_ref":                                         "numero;date;montant\nF-1;2026-01-05;12\n",
		`the columns "Date" and "Date facture" both mean issue_date; rename or remove one`:        "numero;Date;Date facture;montant;client\n",
		"the header cannot be read: a quotation mark opens a cell and nothing closes it":          "numero;\"date;montant;client\n",
		"the header cannot be read: the line is longer than 65536 bytes":                          strings.Repeat("x", 70_000),
		"the header cannot be read: the row contains a NUL byte; the file is not text or is dama": strings.Repeat(" ", 5000) + "numero;date;montant;client\x00\n",
	} {
		r := importText(t, text, csvfile.Options{})
		require.Len(t, r.refusals, 1, text)
		require.True(t, r.refusals[0].WholeFile())
		require.ErrorIs(t, r.refusals[0], invoice.ErrUnreadable)
		require.ErrorContains(t, r.refusals[0], "ledger.csv: ")
		require.ErrorContains(t, r.refusals[0], reason)
		require.Empty(t, r.documents)
	}
}

func TestATooLargeFileIsRefusedBeforeItIsRead(t *testing.T) {
	t.Parallel()
	r := importText(t, minimal+"F-1;2026-01-05;12.00;X\n", csvfile.Options{MaxBytes: 10})
	require.ErrorIs(t, r.refusals[0], invoice.ErrTooLarge)
	require.ErrorContains(t, r.refusals[0], "more than the 10 allowed")
}

func TestBlankRowsAndShortRowsAreFine(t *testing.T) {
	t.Parallel()
	r := importText(t, "numero;date;montant;client;email\n\n;;;;\nF-1;2026-01-05;12,00;X\nF-2;2026-01-05;12,00;X;a@example.com;;\n", csvfile.Options{})
	require.Empty(t, r.refusals)
	require.Len(t, r.documents, 2)
	require.Equal(t, 4, r.documents[0].Source.Line)
}

func TestDefaultsFillWhatALedgerLeavesOut(t *testing.T) {
	t.Parallel()
	d := only(t, minimal+"F-1;2026-01-05;12.00;X\n", csvfile.Options{Currency: "CHF", Creditor: "atelier-lumiere"})
	require.Equal(t, money.FromMinor(1200, "CHF"), d.Total)
	require.Equal(t, "atelier-lumiere", d.Creditor)
}

func TestTheLayoutCanBeLookedAtFirst(t *testing.T) {
	t.Parallel()
	layout, err := csvfile.Inspect(t.Context(), fileOf("Numéro;Date;Montant TTC;Client;Commercial\n"), csvfile.Options{})
	require.NoError(t, err)
	require.Equal(t, csvfile.UTF8, layout.Encoding)
	require.Equal(t, byte(';'), layout.Delimiter)
	require.Equal(t, "Montant TTC", layout.Columns[csvfile.ColumnTotal])
	require.Equal(t, []string{"Commercial"}, layout.Ignored)
	_, err = csvfile.Inspect(t.Context(), fileOf(""), csvfile.Options{})
	require.ErrorIs(t, err, invoice.ErrUnreadable)
}

func TestProgressReachesTheSizeOfTheFile(t *testing.T) {
	t.Parallel()
	var last int64
	text := minimal + strings.Repeat("F-1;2026-01-05;12.00;X\n", 5000)
	importText(t, text, csvfile.Options{Progress: func(read, size int64) {
		require.GreaterOrEqual(t, read, last)
		require.Equal(t, int64(len(text)), size)
		last = read
	}})
	require.Equal(t, int64(len(text)), last)
}

func TestReadingStopsWhenTheCallerStops(t *testing.T) {
	t.Parallel()
	text := minimal + strings.Repeat("F-1;2026-01-05;12.00;X\n", 100)
	seen := 0
	for _, err := range csvfile.Read(t.Context(), fileOf(text), usual(t)) {
		require.NoError(t, err)
		if seen++; seen == 3 {
			break
		}
	}
	require.Equal(t, 3, seen)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen = 0
	for _, err := range csvfile.Read(ctx, fileOf(text), usual(t)) {
		if seen++; seen == 3 {
			cancel()
		}
		if seen == 4 {
			require.ErrorIs(t, err, context.Canceled)
		}
	}
	require.Equal(t, 4, seen)
}

// failingReader fails after its text, as a disk does.
type failingReader struct{ text string }

var errDisk = errors.New("input/output error")

func (r failingReader) ReadAt(p []byte, offset int64) (int, error) {
	if offset >= int64(len(r.text)) {
		return 0, errDisk
	}
	return copy(p, r.text[offset:]), nil
}

func TestAFailingDiskIsNotTheEndOfTheFile(t *testing.T) {
	t.Parallel()
	text := minimal + "F-1;2026-01-05;12.00;X\n"
	var failures []error
	for _, err := range csvfile.Read(t.Context(), invoice.File{Name: "x", Content: failingReader{text}, Size: 1000}, csvfile.Options{}) {
		failures = append(failures, err)
	}
	require.Len(t, failures, 1)
	require.ErrorIs(t, failures[0], errDisk)
	require.ErrorIs(t, failures[0], invoice.ErrUnreadable)
}

func TestEveryDocumentedColumnNameIsUnderstoodOnce(t *testing.T) {
	t.Parallel()
	seen := map[string]csvfile.Column{}
	for _, column := range csvfile.Names {
		for _, name := range append([]string{string(column.Column)}, column.Others...) {
			key := strings.NewReplacer(" ", "", "_", "").Replace(name)
			other, twice := seen[key]
			require.False(t, twice && other != column.Column, "%q means both %s and %s", name, other, column.Column)
			seen[key] = column.Column
		}
	}
}

func TestTheDocumentationNamesEveryColumn(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "import.md"))
	require.NoError(t, err)
	rows := map[string]string{}
	for line := range strings.SplitSeq(string(page), "\n") {
		if cells := strings.Split(line, " | "); len(cells) == 4 {
			rows[strings.Trim(cells[0], "| `")] = cells[2]
		}
	}
	for _, column := range csvfile.Names {
		require.Equal(t, strings.Join(column.Others, ", "), rows[string(column.Column)], "docs/import.md, column %s", column.Column)
	}
}
