package einvoice_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"relance/deadlines"
	"relance/imports/einvoice"
	"relance/imports/invoice"
	"relance/law/lawtest"
	"relance/money"
)

func load(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return data
}

// usual are the rules of an installation with the built-in law tables.
func usual(t require.TestingT) invoice.Rules {
	return invoice.Rules{Law: invoice.LawOf(lawtest.BuiltIn(t))}
}

func read(t require.TestingT, data []byte) (invoice.Document, error) {
	return einvoice.Read("f.xml", data, usual(t), einvoice.Options{})
}

// edited is a test document with one passage replaced.
func edited(t testing.TB, name, passage, replacement string) []byte {
	t.Helper()
	data := load(t, name)
	require.Contains(t, string(data), passage)
	return bytes.Replace(data, []byte(passage), []byte(replacement), 1)
}

func eur(minor int64) money.Amount { return money.FromMinor(minor, "EUR") }

func TestAUBLInvoiceIsReadWhole(t *testing.T) {
	t.Parallel()
	d, err := read(t, load(t, "ubl-invoice.xml"))
	require.NoError(t, err)
	require.Equal(t, "FA-2026-0042", d.Number)
	require.Equal(t, invoice.Invoice, d.Kind)
	require.Equal(t, "380", d.TypeCode)
	require.Equal(t, invoice.FormatUBLInvoice, d.Source.Format)
	require.Equal(t, 2, d.Source.Line)
	require.Equal(t, "2026-01-15", d.Issued.String())
	require.Equal(t, "2026-01-10", d.Delivered.String())
	require.Equal(t, "2026-03-01", d.Due.String())
	require.Equal(t, invoice.DueStated, d.DueDateSource)
	require.Equal(t, deadlines.Terms{Days: 45}, d.Terms)
	require.Equal(t, []money.Amount{eur(120001), eur(20000), eur(-1), eur(100000)}, []money.Amount{d.Total, d.Prepaid, d.Rounding, d.AmountDue})
	require.Equal(t, "BC-771", d.OrderReference)
	require.Equal(t, "SERVICE-12", d.BuyerReference)
	require.Equal(t, "RF18 5390 0754 7034", d.PaymentReference)
	require.False(t, d.DirectDebit)
	require.Equal(t, "FA-2025-0900", d.References[0].Number)
	require.Equal(t, "2025-12-01", d.References[0].Issued.String())
	require.Equal(t, []invoice.BankAccount{
		{IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", Name: "Ateliers de Reims"}, {Other: "12345678"},
	}, d.Accounts)
	require.Equal(t, invoice.Party{
		Name: "Ateliers de Reims SAS", TradingName: "Les Ateliers", SIREN: "000001008", SIRET: "00000100800010", VAT: "FR29000001008",
		LegalID:  invoice.Identifier{Scheme: "0002", Value: "000001008"},
		Endpoint: invoice.Identifier{Scheme: "0225", Value: "000001008"},
		Address:  invoice.Address{Lines: []string{"1 rue des Vendanges", "Bâtiment C", "Zone Est"}, Postcode: "51100", City: "Reims", Country: "FR"},
	}, d.Seller)
	require.Equal(t, "Affacturage Exemple SA", d.Payee.Name)
	require.Equal(t, "000001024", d.Payee.SIREN)
	require.Equal(t, "Client & Fils SARL", d.Buyer.Name)
	require.Equal(t, "C-88", d.Buyer.Ref)
	require.Equal(t, "FR53000001016", d.Buyer.VAT)
	require.Equal(t, invoice.KindBusiness, d.Buyer.Kind)
	require.Equal(t, []invoice.Contact{
		{Name: "Inès Moreau", Email: "ines.moreau@client.example", Phone: "+33639981020"},
		{Email: "factures@client.example", Role: invoice.RoleEInvoicing},
	}, d.Buyer.Contacts)
	require.Empty(t, d.Warnings)
}

func TestFrenchMentionsKeepTheirSubject(t *testing.T) {
	t.Parallel()
	d, err := read(t, load(t, "ubl-invoice.xml"))
	require.NoError(t, err)
	rate, ok := d.Mention("PMD")
	require.True(t, ok)
	require.Equal(t, "Pénalités de retard : trois fois le taux d'intérêt légal.", rate)
	_, ok = d.Mention("XYZ")
	require.False(t, ok)
	require.Contains(t, d.Mentions, invoice.Mention{Text: "Merci de votre confiance # à bientôt"})
}

func TestAUBLCreditNoteNamesItsInvoice(t *testing.T) {
	t.Parallel()
	d, err := read(t, load(t, "ubl-creditnote.xml"))
	require.NoError(t, err)
	require.Equal(t, "AV / 2026-7", d.Number)
	require.Equal(t, invoice.CreditNote, d.Kind)
	require.Equal(t, invoice.FormatUBLCreditNote, d.Source.Format)
	require.Equal(t, "2026-02-01", d.Issued.String())
	require.Equal(t, "2026-02-15", d.Due.String(), "a credit note has its date in the payment means")
	require.Equal(t, []invoice.Reference{{Number: "FA-2026-0042"}}, d.References)
	require.Equal(t, eur(30000), d.Credit())
	require.Equal(t, invoice.KindUnknown, d.Buyer.Kind)
}

func TestTheMinimumProfileHasTotalsOnly(t *testing.T) {
	t.Parallel()
	d, err := read(t, load(t, "cii-minimum.xml"))
	require.NoError(t, err)
	require.Equal(t, "F-77", d.Number)
	require.Equal(t, invoice.FormatCII, d.Source.Format)
	require.Equal(t, "urn:factur-x.eu:1p0:minimum", d.Profile)
	require.Equal(t, eur(12000), d.Total)
	require.Equal(t, eur(12000), d.AmountDue)
	require.Equal(t, "2026-03-02", d.Due.String())
	require.Equal(t, invoice.DueLegalDefault, d.DueDateSource)
	require.Equal(t, "000001016", d.Buyer.SIREN)
	require.Empty(t, d.Warnings)
}

func TestTheExtendedProfileMayHaveInstalments(t *testing.T) {
	t.Parallel()
	d, err := read(t, load(t, "cii-extended-latin1.xml"))
	require.NoError(t, err)
	require.Equal(t, "Müller & Söhne GmbH", d.Buyer.Name)
	require.Equal(t, "Müller", d.Buyer.TradingName)
	require.Equal(t, "C-9", d.Buyer.Ref)
	require.True(t, d.Corrective())
	require.True(t, d.DirectDebit)
	require.Equal(t, "2026-05-10", d.Due.String())
	require.Equal(t, []invoice.Instalment{
		{Due: 20522, Amount: eur(50000), Text: "Première moitié"},
		{Due: 20583, Amount: eur(60000), Text: "Solde"},
	}, d.Instalments)
	require.Equal(t, eur(110000), d.AmountDue)
	require.Equal(t, "DE89370400440532013000", d.Accounts[0].IBAN)
	require.Equal(t, "COBADEFFXXX", d.Accounts[0].BIC)
	require.Equal(t, "Le Factor", d.Payee.Name)
	require.Equal(t, []invoice.Contact{{Name: "Buchhaltung", Email: "buchhaltung@mueller.example", Phone: "+493023125123"}}, d.Buyer.Contacts)
	require.Equal(t, "2026-01-05", d.References[0].Issued.String())
	require.Equal(t, "2026-02-12", d.Delivered.String())
	require.Equal(t, "F-78-REF", d.PaymentReference)
	require.Equal(t, "PO-4", d.OrderReference)
}

func TestEveryEncodingOfXMLReadsTheSame(t *testing.T) {
	t.Parallel()
	text := string(load(t, "ubl-invoice.xml"))
	var utf16LE bytes.Buffer
	for _, unit := range utf16.Encode([]rune("\ufeff" + strings.Replace(text, "UTF-8", "UTF-16", 1))) {
		utf16LE.Write([]byte{byte(unit & 0xff), byte(unit >> 8)})
	}
	windows := strings.NewReplacer("UTF-8", "windows-1252", "é", "\xe9", "É", "\xc9", "â", "\xe2", "à", "\xe0", "è", "\xe8", "€", "\x80").Replace(text)
	for encoding, data := range map[string][]byte{"UTF-16": utf16LE.Bytes(), "Windows-1252": []byte(windows), "UTF-8 with mark": []byte("\ufeff" + text)} {
		d, err := read(t, data)
		require.NoError(t, err, encoding)
		require.Equal(t, "Épernay", d.Buyer.Address.City, encoding)
		indemnity, _ := d.Mention("PMT")
		require.Contains(t, indemnity, "40 €", encoding)
	}
}

func TestADocumentInsideAPeppolEnvelopeIsFound(t *testing.T) {
	t.Parallel()
	_, body, _ := strings.Cut(string(load(t, "ubl-creditnote.xml")), "?>")
	d, err := read(t, []byte(`<StandardBusinessDocument xmlns="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader">`+
		`<StandardBusinessDocumentHeader><HeaderVersion>1.0</HeaderVersion></StandardBusinessDocumentHeader>`+body+`</StandardBusinessDocument>`))
	require.NoError(t, err)
	require.Equal(t, "AV / 2026-7", d.Number)
}

func TestADocumentThatCannotBeClaimedIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, passage, replacement, fault string }{
		{"ubl-invoice.xml", "<b:ID>FA-2026-0042</b:ID>", "", "f.xml, line 2, invoice number (BT-1): the invoice number is missing"},
		{"ubl-invoice.xml", "<b:IssueDate>2026-01-15</b:IssueDate>", "", "issue date (BT-2): the issue date is missing"},
		{"ubl-invoice.xml", "2026-01-15", "15/01/2026", `f.xml, line 7, issue date (BT-2) "15/01/2026": not a date; UBL writes dates like 2026-03-02`},
		{"ubl-invoice.xml", "2026-03-01", "2026-01-01", `due date "2026-01-01": is before the issue date 2026-01-15`},
		{"ubl-invoice.xml", "<b:DocumentCurrencyCode>EUR", "<b:DocumentCurrencyCode>EURO", `currency (BT-5) "EURO": not a currency`},
		{"ubl-invoice.xml", ">1200.01<", ">1200,01<", `total with VAT (BT-112) "1200,01": not an amount in EUR`},
		{"ubl-invoice.xml", ">1200.01<", ">1e9<", `not an amount in EUR`},
		{"ubl-invoice.xml", `<b:PayableAmount currencyID="EUR">`, `<b:PayableAmount currencyID="USD">`, "amount due (BT-115) \"1000.00\": is in USD, but the document is in EUR"},
		{"ubl-invoice.xml", `<b:PayableAmount currencyID="EUR">1000.00</b:PayableAmount>`, "", "amount due (BT-115): the amount is missing"},
		{"ubl-invoice.xml", "<b:InvoiceTypeCode>380", "<b:InvoiceTypeCode>325", "a pro-forma invoice"},
		{"cii-minimum.xml", "<ram:ID>F-77</ram:ID>", "", "invoice number (BT-1): the invoice number is missing"},
		{"cii-minimum.xml", `format="102">20260131`, `format="610">202601`, "not a date; CII writes dates like 20260302 with format 102"},
		{"cii-minimum.xml", `20260131`, `20260231`, `line 9, issue date (BT-2) "20260231": not a date`},
		{"cii-minimum.xml", "<ram:DuePayableAmount>120</ram:DuePayableAmount>", "", "amount due (BT-115): the amount is missing"},
		{"cii-minimum.xml", ">120.00<", ">99999999999999999999<", "total with VAT (BT-112)"},
	} {
		_, err := read(t, edited(t, c.name, c.passage, c.replacement))
		require.ErrorContains(t, err, c.fault)
		var refusal *invoice.Refusal
		require.ErrorAs(t, err, &refusal)
		require.False(t, refusal.WholeFile())
	}
}

func TestAPrepaidInvoiceIsValidWithNothingDue(t *testing.T) {
	t.Parallel()
	for due, prepaid := range map[string]string{"0.00": "1200.00", "-50.00": "1250.00"} {
		data := edited(t, "ubl-invoice.xml", ">200.00</b:PrepaidAmount>", ">"+prepaid+"</b:PrepaidAmount>")
		data = bytes.Replace(data, []byte(`<b:PayableAmount currencyID="EUR">1000.00`), []byte(`<b:PayableAmount currencyID="EUR">`+due), 1)
		d, err := read(t, data)
		require.NoError(t, err)
		require.True(t, d.NothingDue())
		require.Equal(t, due, d.AmountDue.Decimal())
		require.Empty(t, d.Warnings)
	}
}

func TestATotalThatIsNotStatedIsNotComputed(t *testing.T) {
	t.Parallel()
	d, err := read(t, edited(t, "cii-minimum.xml", "<ram:GrandTotalAmount>120.00</ram:GrandTotalAmount>", ""))
	require.NoError(t, err)
	require.Equal(t, d.AmountDue, d.Total)
	require.Equal(t, invoice.AboutAmounts, d.Warnings[0].About)
}

func TestDatesInOtherCIIFormatsAreRead(t *testing.T) {
	t.Parallel()
	for _, replacement := range []string{
		`<udt:DateTimeString format="203">202601311200</udt:DateTimeString>`,
		`<udt:DateTimeString>20260131</udt:DateTimeString>`,
		`<udt:DateTime>2026-01-31T00:00:00Z</udt:DateTime>`,
	} {
		d, err := read(t, edited(t, "cii-minimum.xml", `<udt:DateTimeString format="102">20260131</udt:DateTimeString>`, replacement))
		require.NoError(t, err)
		require.Equal(t, "2026-01-31", d.Issued.String())
	}
}
