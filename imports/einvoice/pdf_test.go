package einvoice_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/carlos7ags/folio/document"
	"github.com/stretchr/testify/require"

	"relance/imports/einvoice"
	"relance/imports/invoice"
)

// pdf is a document of one empty page with files attached: name, content, name,
// content…
func pdf(t testing.TB, attachments ...string) []byte {
	t.Helper()
	doc := document.NewDocument(document.PageSizeA4)
	doc.Info.Title = "Invoice"
	doc.AddPage()
	for i := 0; i < len(attachments); i += 2 {
		doc.AttachFile(document.FileAttachment{
			FileName: attachments[i], MIMEType: "text/xml", AFRelationship: "Alternative", Data: []byte(attachments[i+1]),
		})
	}
	if len(attachments) > 0 {
		doc.SetPdfA(document.PdfAConfig{Level: document.PdfA3B})
	}
	data, err := doc.ToBytes()
	require.NoError(t, err)
	return data
}

func TestTheInvoiceInsideAPDFIsRead(t *testing.T) {
	t.Parallel()
	xml := string(load(t, "cii-minimum.xml"))
	for _, name := range []string{"factur-x.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml", "other.xml"} {
		d, err := read(t, pdf(t, "delivery.txt", "not an invoice", name, xml))
		require.NoError(t, err, name)
		require.Equal(t, "F-77", d.Number)
		require.Equal(t, invoice.FormatFacturXPDF, d.Source.Format)
		require.Equal(t, name, d.Source.Attachment)
	}
}

func TestThePrescribedNameWinsAmongSeveralXMLFiles(t *testing.T) {
	t.Parallel()
	d, err := read(t, pdf(t, "annex.xml", "<annex/>", "Factur-X.xml", string(load(t, "cii-minimum.xml"))))
	require.NoError(t, err)
	require.Equal(t, "F-77", d.Number)

	_, err = read(t, pdf(t, "a.xml", "<a/>", "b.xml", "<b/>"))
	require.ErrorIs(t, err, invoice.ErrNotAnInvoice)
	require.ErrorContains(t, err, "several XML files")
}

func TestAPDFWithoutAnInvoiceIsRefused(t *testing.T) {
	t.Parallel()
	_, err := read(t, pdf(t))
	require.ErrorIs(t, err, invoice.ErrNotAnInvoice)
	require.ErrorContains(t, err, "the PDF carries no XML invoice: it is a picture of one")
}

func TestHostileXMLInsideAPDFIsRefused(t *testing.T) {
	t.Parallel()
	_, err := read(t, pdf(t, "factur-x.xml", string(load(t, "entity-bomb.xml"))))
	require.ErrorIs(t, err, invoice.ErrUnsafeXML)
}

func TestADecompressionBombIsRefused(t *testing.T) {
	t.Parallel()
	bomb := pdf(t, "factur-x.xml", strings.Repeat(" ", 8<<20))
	require.Less(t, len(bomb), 100_000)
	_, err := einvoice.Read("bomb.pdf", bomb, invoice.Rules{}, einvoice.Options{MaxBytes: 1 << 20})
	require.ErrorIs(t, err, invoice.ErrTooLarge)
}

func TestADamagedPDFIsRefused(t *testing.T) {
	t.Parallel()
	whole := pdf(t, "factur-x.xml", string(load(t, "cii-minimum.xml")))
	for _, data := range [][]byte{[]byte("%PDF-1.7\n"), []byte("%PDF-1.7\ntrailer << /Root 1 0 R >>"), whole[:len(whole)/3]} {
		_, err := read(t, data)
		require.Error(t, err)
		var refusal *invoice.Refusal
		require.ErrorAs(t, err, &refusal)
		require.True(t, refusal.WholeFile())
	}
}

// packed is a PDF as many programs write it: the objects that are no streams lie
// compressed in an object stream, lengths are given by other objects, the name
// tree has branches, and there is no usable index.
func packed(t *testing.T, xml string) []byte {
	t.Helper()
	objects := []string{
		`<< /Type /Catalog /Pages 9 0 R /Names << /EmbeddedFiles << /Kids [2 0 R] >> >> >>`,
		`<< /Names [(factur-x.xml) 3 0 R] >>`,
		`<< /Type /Filespec /F (factur-x.xml) /UF <FEFF00660061006300740075007200 2D0078002E0078006D006C> /EF << /F 10 0 R >> >>`,
	}
	var index, body strings.Builder
	for i, object := range objects {
		fmt.Fprintf(&index, "%d %d ", i+1, body.Len())
		body.WriteString(object + " ")
	}
	var compressed bytes.Buffer
	w := zlib.NewWriter(&compressed)
	_, err := w.Write([]byte(index.String() + body.String()))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return fmt.Appendf(nil, "%%PDF-1.7\n10 0 obj\n<< /Type /EmbeddedFile /Length 11 0 R >>\nstream\n%s\nendstream\nendobj\n"+
		"11 0 obj\n%d\nendobj\n12 0 obj\n<< /Type /ObjStm /N 3 /First %d /Filter [/FlateDecode] /Length %d >>\nstream\r\n%s\nendstream\nendobj\n%%%%EOF",
		xml, len(xml), index.Len(), compressed.Len(), compressed.Bytes())
}

func TestAPackedPDFWithoutIndexIsRead(t *testing.T) {
	t.Parallel()
	d, err := read(t, packed(t, string(load(t, "cii-minimum.xml"))))
	require.NoError(t, err)
	require.Equal(t, "F-77", d.Number)
	require.Equal(t, "factur-x.xml", d.Source.Attachment)
}

func TestTheLatestRevisionOfAnEmbeddedFileCounts(t *testing.T) {
	t.Parallel()
	before := string(load(t, "cii-minimum.xml"))
	after := strings.Replace(before, "F-77", "F-78", 1)
	data := append(packed(t, before), fmt.Sprintf("\n10 0 obj\n<< /Type /EmbeddedFile /Length %d >>\nstream\n%s\nendstream\nendobj\n", len(after), after)...)
	d, err := read(t, data)
	require.NoError(t, err)
	require.Equal(t, "F-78", d.Number)
}

// These once hung or crashed a reader that followed the structure of the file.
func TestHostilePDFsEndQuickly(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"page tree that contains itself": "%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj 2 0 obj << /Type /Pages /Kids [2 0 R 2 0 R] >> endobj\n",
		"delimiter without a meaning":    "%PDF-1.7\n1 0 obj << /A ) } { >> endobj )))",
		"strings never closed":           "%PDF-1.7\n" + strings.Repeat("1 0 obj (", 200_000),
		"dictionaries never closed":      "%PDF-1.7\n" + strings.Repeat("1 0 obj << /A ", 200_000),
		"arrays in arrays":               "%PDF-1.7\n1 0 obj " + strings.Repeat("[", 1_000_000),
		"very many objects":              "%PDF-1.7\n" + manyObjects(600_000),
		"length beyond the file":         "%PDF-1.7\n1 0 obj << /Type /ObjStm /N 1 /First 9 /Length 99999999999 >> stream\nx endstream",
		"first beyond the stream":        "%PDF-1.7\n1 0 obj << /Type /ObjStm /N 1 /First 99 /Length 1 >> stream\nx\nendstream",
		"file that is its own name":      "%PDF-1.7\n1 0 obj << /F 1 0 R /EF 1 0 R >> endobj",
	} {
		begin := time.Now()
		_, err := read(t, []byte(data))
		require.Error(t, err, name)
		require.Less(t, time.Since(begin), 20*time.Second, name)
	}
}

func manyObjects(count int) string {
	var b strings.Builder
	for i := range count {
		fmt.Fprintf(&b, "%d 0 obj null\n", i)
	}
	return b.String()
}

func TestAnEncryptedPDFSaysSo(t *testing.T) {
	t.Parallel()
	_, err := read(t, []byte("%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj trailer << /Root 1 0 R /Encrypt 5 0 R >>"))
	require.ErrorContains(t, err, "the PDF is encrypted; save it without a password")
}
