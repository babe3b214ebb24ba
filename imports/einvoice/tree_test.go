package einvoice_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/imports/einvoice"
	"relance/imports/invoice"
)

// ubl is an invoice whose body is the given XML.
func ubl(body string) []byte {
	return []byte(`<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">` + body + `</Invoice>`)
}

func TestHostileXMLIsRefused(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{
		"entity bomb":       load(t, "entity-bomb.xml"),
		"external entity":   load(t, "external-entity.xml"),
		"bare doctype":      []byte(`<!DOCTYPE html><html/>`),
		"doctype in UTF-16": []byte("\xff\xfe<\x00!\x00D\x00O\x00C\x00T\x00Y\x00P\x00E\x00 \x00x\x00>\x00"),
		"nested too deep":   ubl(strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100)),
		"too deep in lines": ubl("<InvoiceLine>" + strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100) + "</InvoiceLine>"),
		"too many elements": ubl(strings.Repeat("<a/>", 200_000)),
	} {
		_, err := read(t, data)
		require.ErrorIs(t, err, invoice.ErrUnsafeXML, name)
		var refusal *invoice.Refusal
		require.ErrorAs(t, err, &refusal)
		require.True(t, refusal.WholeFile())
		require.NotZero(t, refusal.Faults[0].Line)
	}
}

func TestBrokenXMLIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	for data, reason := range map[string]string{
		"":                            "there is no XML element in this file",
		"<Invoice>\n<ID>\n</Invoice>": "f.xml, line 3: this is not well-formed XML",
		"<Invoice":                    "not well-formed",
		"<Invoice>&nbsp;</Invoice>":   "not well-formed",
		"<Invoice>\xff</Invoice>":     "not well-formed",
		"<Invoice/><Invoice/>":        "there is a second XML document in this file",
		"<Invoice/> and more":         "there is text outside the XML document",
		"plain text":                  "there is text outside the XML document",
		`<?xml version="1.0" encoding="klingon"?><Invoice/>`: `the encoding "klingon" is not known`,
		`<?xml version="1.1"?><Invoice/>`:                    "unsupported version",
	} {
		_, err := read(t, []byte(data))
		require.ErrorContains(t, err, reason, data)
	}
}

func TestOtherXMLIsNotAnInvoice(t *testing.T) {
	t.Parallel()
	for data, reason := range map[string]string{
		`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>`: `the root element is Document of namespace "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"`,
		`<Invoice/>`: `the root element is Invoice of namespace ""`,
		`<rsm:CrossIndustryDocument xmlns:rsm="urn:ferd:CrossIndustryDocument:invoice:1p0"/>`:    "this is ZUGFeRD 1, which is not read",
		`<StandardBusinessDocument><StandardBusinessDocumentHeader/></StandardBusinessDocument>`: "the root element is StandardBusinessDocument",
		`<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>`:                  "the root element is Order",
		`<CreditNote xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>`:           "the root element is CreditNote",
	} {
		_, err := read(t, []byte(data))
		require.ErrorIs(t, err, invoice.ErrNotAnInvoice, data)
		require.ErrorContains(t, err, reason)
	}
}

func TestAFileBeyondTheLimitIsRefused(t *testing.T) {
	t.Parallel()
	data := load(t, "ubl-invoice.xml")
	_, err := einvoice.Read("f.xml", data, invoice.Rules{}, einvoice.Options{MaxBytes: 1000})
	require.ErrorIs(t, err, invoice.ErrTooLarge)
	require.ErrorContains(t, err, "more than the 1000 allowed")
}

func TestALargeInvoiceWithManyLinesIsRead(t *testing.T) {
	t.Parallel()
	line := "<a:InvoiceLine><b:ID>1</b:ID><a:Item><b:Name>Luminaire</b:Name></a:Item></a:InvoiceLine>"
	data := edited(t, "ubl-invoice.xml", "</inv:Invoice>", strings.Repeat(line, 50_000)+"</inv:Invoice>")
	d, err := read(t, data)
	require.NoError(t, err)
	require.Equal(t, "1000.00 EUR", d.AmountDue.String())
}

func TestTextInPiecesIsJoined(t *testing.T) {
	t.Parallel()
	d, err := read(t, edited(t, "ubl-invoice.xml", "FA-2026-0042", "FA-<!-- a comment --><![CDATA[2026]]>-0042"))
	require.NoError(t, err)
	require.Equal(t, "FA-2026-0042", d.Number)
}
