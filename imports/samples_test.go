package imports_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/deadlines"
	"relance/imports"
	"relance/imports/invoice"
)

// sampleFolder is a folder of example documents that others published, with
// subfolders en16931-ubl, en16931-cii and facturx. It is not part of the project;
// the tests over it are skipped where the variable is not set.
func sampleFolder(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("RELANCE_SAMPLES")
	if folder == "" {
		t.Skip("RELANCE_SAMPLES does not name a folder of sample documents")
	}
	return folder
}

func importOne(t *testing.T, path string) invoice.Document {
	t.Helper()
	var documents []invoice.Document
	for document, err := range imports.Open(t.Context(), path, usual(t)) {
		require.NoError(t, err, path)
		documents = append(documents, document)
	}
	require.Len(t, documents, 1, path)
	return documents[0]
}

func TestEverySampleInvoiceIsImportedWithItsStatedAmounts(t *testing.T) {
	t.Parallel()
	folder := sampleFolder(t)
	imported := 0
	for _, pattern := range []string{"en16931-ubl/*.xml", "en16931-cii/*.xml", "facturx/*.xml", "facturx/*.pdf"} {
		paths, err := filepath.Glob(filepath.Join(folder, pattern))
		require.NoError(t, err)
		for _, path := range paths {
			d := importOne(t, path)
			require.NotEmpty(t, d.Number, path)
			require.NotEmpty(t, d.Buyer.Name, path)
			require.NotEmpty(t, d.Seller.Name, path)
			require.False(t, d.Issued.IsZero(), path)
			require.Equal(t, d.Currency, d.Total.Currency(), path)
			require.Equal(t, d.Currency, d.AmountDue.Currency(), path)
			require.Positive(t, d.AmountDue.Sign(), path)
			if d.Kind == invoice.Invoice {
				require.GreaterOrEqual(t, d.Due, d.Issued, path)
			}
			for _, warning := range d.Warnings {
				require.NotEqual(t, invoice.AboutAmounts, warning.About, "%s: %s", path, warning)
			}
			imported++
		}
	}
	require.GreaterOrEqual(t, imported, 18)
}

func TestSampleTotalsAreTheOnesTheDocumentsState(t *testing.T) {
	t.Parallel()
	folder := sampleFolder(t)
	for path, want := range map[string]struct{ number, total, due, dueDate string }{
		"en16931-ubl/guide-example1.xml":          {"12115118", "250.33 EUR", "250.33 EUR", "2015-01-09"},
		"en16931-ubl/ubl-tc434-example1.xml":      {"12115118", "250.33 EUR", "250.33 EUR", "2015-01-09"},
		"en16931-ubl/ubl-tc434-example2.xml":      {"TOSL108", "1801.78 NOK", "801.78 NOK", "2013-07-20"},
		"en16931-ubl/ubl-tc434-example3.xml":      {"TOSL108", "2005.00 DKK", "2005.00 DKK", "2013-05-10"},
		"en16931-ubl/ubl-tc434-example4.xml":      {"TOSL110", "4675.00 DKK", "4675.00 DKK", "2013-05-10"},
		"en16931-ubl/ubl-tc434-example5.xml":      {"TOSL110", "4675.00 DKK", "2337.50 DKK", "2013-05-10"},
		"en16931-ubl/ubl-tc434-creditnote1.xml":   {"018304 / 28865", "100.11 EUR", "100.11 EUR", ""},
		"en16931-cii/CII_business_example_01.xml": {"TOSL108", "1801.78 NOK", "801.78 NOK", "2013-07-20"},
		"en16931-cii/CII_example3.xml":            {"TOSL108", "1125.00 DKK", "1125.00 DKK", "2013-05-10"},
		"en16931-cii/CII_example5.xml":            {"TOSL110", "4675.00 DKK", "2337.50 DKK", "2013-05-10"},
		"facturx/factur-x-minimum.xml":            {"F20260023", "104.90 EUR", "104.90 EUR", "2026-03-02"},
		"facturx/factur-x-basic.xml":              {"F20260023", "104.90 EUR", "104.90 EUR", "2026-03-02"},
		"facturx/invoice_EN16931.pdf":             {"F20260023", "104.90 EUR", "104.90 EUR", "2026-03-02"},
		"facturx/ubl-21-en16931.xml":              {"F124212", "308.03 EUR", "208.03 EUR", "2026-07-16"},
	} {
		d := importOne(t, filepath.Join(folder, filepath.FromSlash(path)))
		require.Equal(t, want.number, d.Number, path)
		require.Equal(t, want.total, d.Total.String(), path)
		require.Equal(t, want.due, d.AmountDue.String(), path)
		require.Equal(t, want.dueDate, d.Due.String(), path)
	}
}

func TestTheFrenchSampleIsUnderstoodWhole(t *testing.T) {
	t.Parallel()
	d := importOne(t, filepath.Join(sampleFolder(t), "facturx", "ubl-21-en16931.xml"))
	require.Equal(t, "100.00 EUR", d.Prepaid.String())
	require.Equal(t, deadlines.Terms{Days: 30}, d.Terms)
	require.Equal(t, invoice.KindPublic, d.Buyer.Kind, "the note #ADN#B2G says so")
	require.Equal(t, "787878784", d.Buyer.SIREN)
	require.Equal(t, "FR2012421242124212421242124", d.Accounts[0].IBAN)
	for _, subject := range []string{"PMT", "PMD", "AAB"} {
		_, ok := d.Mention(subject)
		require.True(t, ok, subject)
	}
	require.Equal(t, []invoice.Contact{
		{Name: "Mme Laëtitia Durand", Email: "laetita.durand@jolieboutique.com", Phone: "+33742124212"},
	}, d.Buyer.Contacts)
	require.Len(t, d.References, 2)
}

func TestSamplesThatAreNoInvoicesAreRefused(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(sampleFolder(t), "ca[mf]*", "*"))
	require.NoError(t, err)
	for _, path := range paths {
		for _, err := range imports.Open(t.Context(), path, usual(t)) {
			require.Error(t, err, path)
		}
	}
}
