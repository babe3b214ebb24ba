package portfolio_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/carlos7ags/folio/document"
	"github.com/carlos7ags/folio/html"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/stretchr/testify/require"
)

// The one PDF of the portfolio is written by this test from the page and the XML
// in testdata, when asked to:
//
//	go test ./starter/demo/portfolio -run TestThePDFIsWritten -update
//
// It is committed because a PDF has a random identifier: writing it again would
// change it every time.
var update = flag.Bool("update", false, "write the PDF of the portfolio again")

const facturXNamespace = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"

func TestThePDFIsWritten(t *testing.T) {
	t.Parallel()
	written := writePDF(t)
	if *update {
		require.NoError(t, os.WriteFile("AL-2026-0105-factur-x.pdf", written, 0o600))
	}
	committed, err := os.ReadFile("AL-2026-0105-factur-x.pdf")
	require.NoError(t, err)
	require.InDelta(t, len(written), len(committed), 200, "the page or the XML changed: write the PDF again with -update")
}

// writePDF makes a Factur-X invoice: a PDF/A-3 page with the XML attached under
// the prescribed name.
func writePDF(t *testing.T) []byte {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("testdata", "AL-2026-0105.html"))
	require.NoError(t, err)
	xml, err := os.ReadFile(filepath.Join("testdata", "AL-2026-0105.factur-x"))
	require.NoError(t, err)
	fonts := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(fonts, "sans.ttf"), liberationsansregular.TTF, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(fonts, "sans-bold.ttf"), liberationsansbold.TTF, 0o600))

	issued := time.Date(2026, time.February, 3, 9, 0, 0, 0, time.UTC)
	doc := document.NewDocument(document.PageSizeA4)
	doc.SetTagged(true)
	doc.Info.Title, doc.Info.Author, doc.Info.CreationDate = "Facture AL-2026-0105", "Atelier Lumière SAS", issued
	require.NoError(t, doc.AddHTML(string(page), &html.Options{
		BasePath: fonts, FallbackFontPath: filepath.Join(fonts, "sans.ttf"),
		URLPolicy: func(string) error { return errors.New("nothing is loaded from the network") },
	}))
	doc.SetPdfA(document.PdfAConfig{
		Level: document.PdfA3B,
		XMPSchemas: []document.XMPSchema{{
			Schema: "Factur-X PDFA Extension Schema", NamespaceURI: facturXNamespace, Prefix: "fx",
			Properties: []document.XMPSchemaProperty{
				{Name: "DocumentFileName", ValueType: "Text", Category: "external", Description: "name of the embedded XML invoice"},
				{Name: "DocumentType", ValueType: "Text", Category: "external", Description: "INVOICE"},
				{Name: "Version", ValueType: "Text", Category: "external", Description: "version of the Factur-X schema"},
				{Name: "ConformanceLevel", ValueType: "Text", Category: "external", Description: "Factur-X profile"},
			},
		}},
		XMPProperties: []document.XMPPropertyBlock{{
			Namespace: facturXNamespace, Prefix: "fx",
			Properties: []document.XMPProperty{
				{Name: "DocumentFileName", Value: "factur-x.xml"}, {Name: "DocumentType", Value: "INVOICE"},
				{Name: "Version", Value: "1.0"}, {Name: "ConformanceLevel", Value: "EN 16931"},
			},
		}},
	})
	doc.AttachFile(document.FileAttachment{
		FileName: "factur-x.xml", MIMEType: "text/xml", Description: "Factur-X invoice", AFRelationship: "Alternative", Data: xml, CreationDate: issued,
	})
	require.NoError(t, doc.ValidatePdfA())
	written, err := doc.ToBytes()
	require.NoError(t, err)
	return written
}
