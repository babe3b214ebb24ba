package api_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const ledgerCSV = `numéro facture;date facture;échéance;montant TTC;code client;client;siren;courriel
F-100;20/11/2026;31/03/2027;1 200,00;C-1;Menuiserie Durand;732829320;compta@durand.example
F-101;20/11/2026;31/02/2027;90,00;C-2;Garage Petit;;
F-102;20/11/2026;31/03/2027;450,50;C-3;Boulangerie Morel;;not an address
`

func TestAFileGoesInWithItsGoodRowsAndListsTheOthers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	told := b.call(http.MethodPost, "/v1/imports?filename=ledger.csv", []byte(ledgerCSV)).is(http.StatusOK)
	require.Equal(t, "ledger.csv", told["file"])
	require.EqualValues(t, 2, told["accepted"])
	require.EqualValues(t, 1, told["refused"])
	require.EqualValues(t, 2, told.at("counts", "opened"))
	require.Equal(t, "F-102", told.at("documents", 1, "number"))
	require.EqualValues(t, 4, told.at("documents", 1, "line"))
	require.Equal(t, "courriel", told.at("documents", 1, "warnings", 0, "field"))
	require.Equal(t, "F-101", told.at("refusals", 0, "number"))
	require.EqualValues(t, 3, told.at("refusals", 0, "line"))
	require.Equal(t, "échéance", told.at("refusals", 0, "errors", 0, "field"))
	require.Equal(t, "31/02/2027", told.at("refusals", 0, "errors", 0, "value"))
	require.Contains(t, told.at("refusals", 0, "errors", 0, "reason"), "not a date")

	again := b.call(http.MethodPost, "/v1/imports?filename=ledger.csv", []byte(ledgerCSV)).is(http.StatusOK)
	require.EqualValues(t, 2, again.at("counts", "known"), "the same file again changes nothing")
}

func TestADryRunChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	told := b.call(http.MethodPost, "/v1/imports?dry_run=true", []byte(ledgerCSV)).is(http.StatusOK)
	require.Equal(t, true, told["dry_run"])
	require.EqualValues(t, 2, told.at("counts", "would-open"))
	require.Equal(t, "courtesy", told.at("documents", 0, "next_step"))
	require.Empty(t, b.call(http.MethodGet, "/v1/cases", nil).is(http.StatusOK)["cases"])
}

func TestADryRunSaysWhatTheImportWouldGivenWhatIsRecorded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	twice := ledgerCSV + "F-100;20/11/2026;31/03/2027;1 200,00;C-1;Menuiserie Durand;732829320;compta@durand.example\n" +
		"F-102;20/11/2026;31/03/2027;450,60;C-3;Boulangerie Morel;;\n"
	dry := func() object {
		return b.call(http.MethodPost, "/v1/imports?dry_run=true", []byte(twice)).is(http.StatusOK)
	}
	told := dry()
	require.EqualValues(t, 2, told.at("counts", "would-open"))
	require.EqualValues(t, 1, told.at("counts", "known"), "it stands twice in the file")
	require.EqualValues(t, 2, told["refused"])
	conflict := told.at("refusals", 1, "errors", 0)
	require.Contains(t, conflict, "known")

	imported := b.call(http.MethodPost, "/v1/imports", []byte(twice)).is(http.StatusOK)
	require.EqualValues(t, 2, imported.at("counts", "opened"))
	require.EqualValues(t, 1, imported.at("counts", "known"))
	require.Equal(t, imported["refusals"], told["refusals"])

	told = dry()
	require.EqualValues(t, 3, told.at("counts", "known"))
	require.Nil(t, told.at("counts").(map[string]any)["would-open"])
	require.Equal(t, imported["refusals"], told["refusals"])
}

func TestAnEInvoiceIsRecognisedByItsContent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	content, err := os.ReadFile("../imports/einvoice/testdata/ubl-invoice.xml")
	require.NoError(t, err)
	told := b.call(http.MethodPost, "/v1/imports?filename=C:%5Cinvoices%5Cmislabelled.csv", content).is(http.StatusOK)
	require.EqualValues(t, 1, told.at("counts", "opened"), "%v", told)
	require.Equal(t, "mislabelled.csv", told["file"], "the name without its folders")
}

func TestAFileOfWhichNothingIsTakenInIsAProblem(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bomb, err := os.ReadFile("../imports/einvoice/testdata/entity-bomb.xml")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		content []byte
		reason  string
	}{
		"an archive":           {[]byte("PK\x03\x04 and more"), "save it as CSV"},
		"an entity bomb":       {bomb, "ENTITY"},
		"a header only":        {[]byte("number;date;amount;name\n"), "holds no invoice"},
		"no columns":           {[]byte("a;b;c\n1;2;3\n"), "these were not found"},
		"every row is refused": {[]byte("number;date;amount;name\nF-1;x;1,00;A\nF-2;x;1,00;B\n"), "all 2 documents were refused"},
		"another seller":       {[]byte("number;date;amount;name;creditor\nF-1;2026-11-20;1,00;A;umbrella\n"), `the creditor "umbrella" is not configured`},
	} {
		told := b.call(http.MethodPost, "/v1/imports", c.content).isProblem(http.StatusUnprocessableEntity, "nothing-imported")
		require.Contains(t, told["detail"], c.reason, name)
	}
	require.Empty(t, b.call(http.MethodGet, "/v1/cases", nil).is(http.StatusOK)["cases"])
}

func TestWhatIsNotAFileIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.call(http.MethodPost, "/v1/imports", []byte("x"), "Content-Type", "multipart/form-data; boundary=x").
		isProblem(http.StatusUnsupportedMediaType, "unsupported-media-type")
	b.call(http.MethodPost, "/v1/imports", []byte("x"), "Content-Encoding", "gzip").
		isProblem(http.StatusUnsupportedMediaType, "unsupported-media-type")
	b.call(http.MethodPost, "/v1/imports", []byte{}).isProblem(http.StatusBadRequest, "malformed-request")
	b.call(http.MethodPost, "/v1/imports?creditor=umbrella", []byte(ledgerCSV)).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, "/v1/imports?dryrun=true", []byte(ledgerCSV)).isProblem(http.StatusUnprocessableEntity, "invalid")
}

func TestAHugeFileIsRefusedBeforeItIsRead(t *testing.T) {
	t.Parallel()
	b := setup(t)
	large := bytes.Repeat([]byte("x"), 64<<20+1)
	told := b.call(http.MethodPost, "/v1/imports", large).isProblem(http.StatusRequestEntityTooLarge, "too-large")
	require.Contains(t, told["detail"], "64 MiB")

	unannounced := b.request(http.MethodPost, "/v1/imports", nil)
	unannounced.Header.Set("X-API-Key", keySecret)
	unannounced.Body = http.NoBody
	unannounced.Body = readCloser{bytes.NewReader(large)}
	unannounced.ContentLength = -1
	b.send(unannounced).isProblem(http.StatusRequestEntityTooLarge, "too-large")
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

func TestAnImportThatIsInterruptedSaysSo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.cases.Store.Close() // the database is gone
	told := b.call(http.MethodPost, "/v1/imports", []byte(ledgerCSV)).is(http.StatusInternalServerError)
	require.Contains(t, told["detail"], "The import stopped after 0 documents.")
}

func TestALongImportListsItsDocumentsInOrder(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var rows strings.Builder
	rows.WriteString("number;date;due;amount;customer id;name;siren\n")
	const documents = 300
	for i := range documents {
		fmt.Fprintf(&rows, "F-%04d;2026-11-20;2027-03-31;100,00;C-%d;Company %d;732829320\n", i, i%20, i%20)
	}
	told := b.call(http.MethodPost, "/v1/imports", []byte(rows.String())).is(http.StatusOK)
	require.EqualValues(t, documents, told.at("counts", "opened"))
	require.Equal(t, "F-0007", told.at("documents", 7, "number"))
	require.Equal(t, "F-0299", told.at("documents", documents-1, "number"))
}

// Documents that others wrote go in, or are refused with reasons; none is a
// fault of the server.
func TestForeignDocumentsAreTakenInOrRefusedWithReasons(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("RELANCE_SAMPLES")
	if folder == "" {
		t.Skip("RELANCE_SAMPLES does not name a folder of sample documents")
	}
	b := setup(t)
	accepted := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		extension := strings.ToLower(filepath.Ext(path))
		if err != nil || entry.IsDir() || extension != ".xml" && extension != ".pdf" && extension != ".csv" {
			return err
		}
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		answer := b.call(http.MethodPost, "/v1/imports?filename="+url.QueryEscape(entry.Name()), content)
		if answer.status == http.StatusOK {
			accepted++
			return nil
		}
		told := answer.isProblem(http.StatusUnprocessableEntity, "nothing-imported")
		require.NotEmpty(t, told["errors"], path)
		return nil
	})
	require.NoError(t, err)
	require.GreaterOrEqual(t, accepted, 10)
}
