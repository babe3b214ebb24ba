package imports_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/imports"
	"relance/imports/csvfile"
	"relance/imports/einvoice"
	"relance/imports/invoice"
	"relance/law/lawtest"
)

// usual reads as an installation with the built-in law tables does.
func usual(t *testing.T) imports.Options {
	t.Helper()
	return imports.Options{Rules: invoice.Rules{Law: invoice.LawOf(lawtest.BuiltIn(t))}}
}

// importFile writes a file and imports it.
func importFile(t *testing.T, content string, options imports.Options) ([]invoice.Document, []error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "upload.bin")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	options.Rules.Law = invoice.LawOf(lawtest.BuiltIn(t))
	var documents []invoice.Document
	var failures []error
	for document, err := range imports.Open(t.Context(), path, options) {
		if err != nil {
			failures = append(failures, err)
			continue
		}
		documents = append(documents, document)
	}
	return documents, failures
}

const ledger = "invoice_number;issue_date;total;debtor_name\nF-1;2026-01-05;12.00;X\n;2026-01-05;12.00;X\nF-3;2026-01-05;12.00;X\n"

func TestTheFormatIsFoundFromTheContent(t *testing.T) {
	t.Parallel()
	xml, err := os.ReadFile(filepath.Join("einvoice", "testdata", "cii-minimum.xml"))
	require.NoError(t, err)

	documents, failures := importFile(t, string(xml), imports.Options{})
	require.Empty(t, failures)
	require.Equal(t, invoice.FormatCII, documents[0].Source.Format)

	documents, failures = importFile(t, ledger, imports.Options{})
	require.Len(t, documents, 2)
	require.Len(t, failures, 1)
	require.Equal(t, invoice.FormatCSV, documents[0].Source.Format)

	documents, failures = importFile(t, "\r\n  "+strings.TrimPrefix(string(xml), "\ufeff")[len("<?xml version='1.0' encoding='UTF-8'?>"):], imports.Options{})
	require.Empty(t, failures)
	require.Len(t, documents, 1)
}

func TestFilesThatAreNoInvoicesAreRefusedClearly(t *testing.T) {
	t.Parallel()
	for content, reason := range map[string]string{
		"":                          "it is empty",
		" \r\n\t":                   "it is empty",
		"\ufeff":                    "it is empty",
		"PK\x03\x04rest of a zip":   "it is a spreadsheet or an archive (save it as CSV)",
		"\xd0\xcf\x11\xe0old xls":   "it is a spreadsheet or an archive",
		"\x89PNG\r\n\x1a\n\x00\x00": "the file is not text",
		"Dear all, see attached.":   "the first row must name the columns",
	} {
		_, failures := importFile(t, content, imports.Options{})
		require.Len(t, failures, 1, content)
		require.ErrorContains(t, failures[0], reason)
		var refusal *invoice.Refusal
		require.ErrorAs(t, failures[0], &refusal)
		require.True(t, refusal.WholeFile())
	}
}

func TestAMissingFileIsRefusedByName(t *testing.T) {
	t.Parallel()
	for path, reason := range map[string]string{
		filepath.Join(t.TempDir(), "nowhere.csv"): "no such file",
		t.TempDir(): "it is not a file but a folder",
	} {
		for _, err := range imports.Open(t.Context(), path, usual(t)) {
			require.ErrorIs(t, err, invoice.ErrUnreadable)
			require.ErrorContains(t, err, path+": ")
			require.ErrorContains(t, err, reason)
			require.Equal(t, 1, strings.Count(err.Error(), path))
		}
	}
}

func TestLimitsAreCheckedBeforeReading(t *testing.T) {
	t.Parallel()
	_, failures := importFile(t, "<Invoice>"+strings.Repeat("x", 1000), imports.Options{EInvoice: einvoice.Options{MaxBytes: 100}})
	require.ErrorIs(t, failures[0], invoice.ErrTooLarge)
	_, failures = importFile(t, ledger, imports.Options{CSV: csvfile.Options{MaxBytes: 100}})
	require.ErrorIs(t, failures[0], invoice.ErrTooLarge)
}

func TestRulesReachEveryReader(t *testing.T) {
	t.Parallel()
	strict := imports.Options{Rules: invoice.Rules{MaxMinor: 100}}
	_, failures := importFile(t, ledger, strict)
	require.ErrorContains(t, failures[0], "beyond 1.00 EUR")
	xml, err := os.ReadFile(filepath.Join("einvoice", "testdata", "cii-minimum.xml"))
	require.NoError(t, err)
	_, failures = importFile(t, string(xml), strict)
	require.ErrorContains(t, failures[0], "beyond 1.00 EUR")
}

func TestTheSameFileGivesTheSameFingerprint(t *testing.T) {
	t.Parallel()
	first, _ := importFile(t, ledger, imports.Options{})
	second, _ := importFile(t, ledger, imports.Options{})
	require.Equal(t, first[0].Source.SHA256, second[0].Source.SHA256)
	changed, _ := importFile(t, ledger+" ", imports.Options{})
	require.NotEqual(t, first[0].Source.SHA256, changed[0].Source.SHA256)
}

func TestACancelledImportSaysSo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, content := range []string{ledger, "<Invoice/>"} {
		file := invoice.File{Name: "f", Content: strings.NewReader(content), Size: int64(len(content))}
		for _, err := range imports.Read(ctx, file, usual(t)) {
			require.ErrorIs(t, err, context.Canceled)
			var refusal *invoice.Refusal
			require.NotErrorAs(t, err, &refusal)
		}
	}
}
