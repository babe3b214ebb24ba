package einvoice_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/imports/einvoice"
	"relance/imports/invoice"
)

// FuzzRead feeds any bytes to the reader, XML and PDF: it must end, must not
// panic, and must give a whole document or a refusal with its reason.
func FuzzRead(f *testing.F) {
	names, err := filepath.Glob(filepath.Join("testdata", "*.xml"))
	require.NoError(f, err)
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add(pdf(f, "factur-x.xml", string(load(f, "cii-minimum.xml"))))
	rules := usual(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		document, err := einvoice.Read("f.xml", data, rules, einvoice.Options{})
		var refusal *invoice.Refusal
		switch {
		case err != nil && !errors.As(err, &refusal):
			t.Fatalf("an error that is not a refusal: %v", err)
		case err != nil && (len(refusal.Faults) == 0 || refusal.Error() == ""):
			t.Fatal("a refusal without a reason")
		case err == nil && (document.Number == "" || document.Issued.IsZero() || document.Total.Currency() == ""):
			t.Fatalf("an incomplete document: %+v", document)
		case err == nil && document.Kind == invoice.Invoice && document.Due < document.Issued:
			t.Fatalf("due before it is issued: %+v", document)
		}
	})
}
