package evidence_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carlos7ags/folio/reader"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/evidence"
	"relance/ledger"
	"relance/messaging/simulator"
	"relance/money"
)

// The archives are kept to be looked at where RELANCE_SHOW names a folder.
func show(t testing.TB, name string, content []byte) {
	t.Helper()
	if folder := os.Getenv("RELANCE_SHOW"); folder != "" {
		require.NoError(t, os.WriteFile(folder+"/"+name, content, 0o600))
	}
}

func verify(t testing.TB, archive []byte) evidence.Verdict {
	t.Helper()
	verdict, err := evidence.Verify(bytes.NewReader(archive), int64(len(archive)))
	require.NoError(t, err)
	return verdict
}

func TestTheCaseFileHoldsAllThatProvesTheClaim(t *testing.T) {
	t.Parallel()
	s := told(t)
	verification, err := s.store.VerifyCase(t.Context(), acme, number)
	require.NoError(t, err)
	require.True(t, verification.Holds(), "%+v", verification)
	require.Empty(t, verification.Unexplained)
	for _, language := range evidence.Languages() {
		archive, summary := s.build(language)
		show(t, "case-"+language+".zip", archive)
		require.Equal(t, language, summary.Language)
		require.Equal(t, 7, summary.Documents)
		verdict := verify(t, archive)
		require.Empty(t, verdict.Faults)
		again, _ := s.build(language)
		require.True(t, bytes.Equal(archive, again), "the same state gives the same bytes")
	}
}

// altered is the archive with files changed, left out (nil) or put in.
func altered(t testing.TB, archive []byte, changes map[string][]byte) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	require.NoError(t, err)
	var to bytes.Buffer
	writer := zip.NewWriter(&to)
	add := func(name string, content []byte) {
		file, err := writer.Create(name)
		require.NoError(t, err)
		_, err = file.Write(content)
		require.NoError(t, err)
	}
	for _, file := range from.File {
		content, changed := changes[file.Name]
		delete(changes, file.Name)
		switch {
		case !changed:
			add(file.Name, contentOf(t, archive, file.Name))
		case content != nil:
			add(file.Name, content)
		}
	}
	for name, content := range changes {
		add(name, content)
	}
	require.NoError(t, writer.Close())
	return to.Bytes()
}

func contentOf(t testing.TB, archive []byte, name string) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	require.NoError(t, err)
	file, err := from.Open(name)
	require.NoError(t, err)
	content, err := io.ReadAll(file)
	require.NoError(t, err)
	return content
}

func TestVerifyingAnArchiveSaysWhatWasTamperedWith(t *testing.T) {
	t.Parallel()
	s := told(t)
	archive, _ := s.build("fr")
	record := contentOf(t, archive, "case.json")
	manifest := contentOf(t, archive, "manifest.json")
	const invoice = "documents/001-2026-04-01-invoice.pdf"
	replaced := func(content []byte, old, with string) []byte {
		require.Contains(t, string(content), old)
		return bytes.Replace(content, []byte(old), []byte(with), 1)
	}
	for name, test := range map[string]struct {
		changes map[string][]byte
		says    string
	}{
		"a document was changed":        {map[string][]byte{invoice: []byte("%PDF-other")}, invoice + " was changed"},
		"a document was removed":        {map[string][]byte{invoice: nil}, invoice + ": the file is missing"},
		"a file was put in":             {map[string][]byte{"documents/new.pdf": []byte("x")}, "documents/new.pdf is not in the manifest"},
		"the history was changed":       {map[string][]byte{"case.json": replaced(record, `"actor": "banque"`, `"actor": "personne"`)}, "the history in case.json: line"},
		"the manifest was changed":      {map[string][]byte{"manifest.json": replaced(manifest, `"creditor": "acme"`, `"creditor": "acmf"`)}, "SHA256SUMS does not say what the manifest says"},
		"the sums were removed":         {map[string][]byte{"SHA256SUMS": nil}, "SHA256SUMS: the file is missing"},
		"the case is not readable":      {map[string][]byte{"case.json": []byte("{")}, "case.json cannot be read"},
		"the case is that of another":   {map[string][]byte{"case.json": replaced(record, `"invoice": "F-2026-118",`, `"invoice": "F-2026-119",`)}, "case.json is of another case"},
		"the end of the history is cut": {map[string][]byte{"case.json": replaced(record, `"lines": `, `"lines": 9`)}, "missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			verdict := verify(t, altered(t, archive, test.changes))
			require.False(t, verdict.Holds())
			require.Contains(t, strings.Join(verdict.Faults, "\n"), test.says)
		})
	}
	for _, other := range [][]byte{nil, []byte("no archive"), altered(t, archive, map[string][]byte{"manifest.json": nil})} {
		_, err := evidence.Verify(bytes.NewReader(other), int64(len(other)))
		require.ErrorIs(t, err, evidence.ErrNotACaseFile)
	}
}

// Whoever changes a document and all hashes in the archive is given away by the history.
func TestADocumentThatWasReplacedWithItsHashesIsGivenAwayByTheHistory(t *testing.T) {
	t.Parallel()
	s := told(t)
	archive, _ := s.build("fr")
	const invoice = "documents/001-2026-04-01-invoice.pdf"
	content := contentOf(t, archive, invoice)
	was, is := sum(content), sum([]byte("%PDF-other"))
	with := map[string][]byte{invoice: []byte("%PDF-other")}
	sized := fmt.Sprintf(`"size": %d`, len(content))
	for _, name := range []string{"case.json", "manifest.json"} {
		file := contentOf(t, archive, name)
		before, documents, found := bytes.Cut(file, []byte(`"documents"`)) // not the lines of the history
		if name == "manifest.json" {
			before, documents, found = nil, file, true
		}
		require.True(t, found)
		documents = bytes.Replace(documents, []byte(was), []byte(is), 1)
		with[name] = append(append(bytes.Clone(before), orNot(found && before != nil, `"documents"`)...), bytes.ReplaceAll(documents, []byte(sized), []byte(`"size": 10`))...)
	}
	with["manifest.json"] = bytes.Replace(with["manifest.json"], []byte(sum(contentOf(t, archive, "case.json"))), []byte(sum(with["case.json"])), 1)
	sums := contentOf(t, archive, "SHA256SUMS")
	for _, name := range []string{invoice, "case.json", "manifest.json"} {
		sums = bytes.Replace(sums, []byte(sum(contentOf(t, archive, name))), []byte(sum(with[name])), 1)
	}
	with["SHA256SUMS"] = sums
	verdict := verify(t, altered(t, archive, with))
	require.Equal(t, "document 1: no line of the history knows its bytes (SHA-256 "+is+")", verdict.Faults[len(verdict.Faults)-1])
}

func orNot(is bool, text string) []byte {
	if is {
		return []byte(text)
	}
	return nil
}

func sum(content []byte) string {
	hash := sha256.Sum256(content)
	return hex.EncodeToString(hash[:])
}

func TestWhatConcernsOthersIsLeftOut(t *testing.T) {
	t.Parallel()
	s := told(t)
	_, err := s.store.ChangeContact(t.Context(), casefile.Contact{Creditor: acme, Debtor: "C-1007", Name: "Paul Autre", Email: "paul@martin.example"}, casefile.Author{By: "anne", At: day(time.May, 2)})
	require.NoError(t, err)
	archive, _ := s.build("fr")
	opened, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	require.NoError(t, err)
	for _, file := range opened.File {
		content := string(contentOf(t, archive, file.Name))
		for _, personal := range []string{"Paul Autre", "paul@martin.example", "Mme Petit"} {
			require.NotContains(t, content, personal, file.Name)
		}
	}
}

func TestAMessageThatHasNotLeftIsNoDocument(t *testing.T) {
	t.Parallel()
	s := begin(t)
	archive, summary := s.build("en")
	require.Equal(t, 1, summary.Documents, "the invoice alone")
	require.Empty(t, verify(t, archive).Faults)
	s.deliver(day(time.May, 6), "first", "email")
	_, summary = s.build("en")
	require.Equal(t, 2, summary.Documents)
}

func TestAMailOfWhichNobodyKnowsWhetherItArrivedIsADocumentThatSaysSo(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.notices.AmbiguousAfter = 0
	require.NoError(t, s.provider.SetSendGridFaults(simulator.Faults{DropAfter: 1}))
	_, err := s.try(day(time.May, 6), "first", "email")
	require.ErrorContains(t, err, "may have been sent")
	delivery, err := s.try(day(time.May, 6), "first", "email")
	require.NoError(t, err)
	require.True(t, delivery.Doubtful)
	for language, says := range map[string]string{"en": "never confirmed by the provider; it may have arrived", "fr": "jamais confirmé par le prestataire ; peut-être arrivé"} {
		archive, summary := s.build(language)
		require.Equal(t, 2, summary.Documents, "the invoice and the mail")
		require.Empty(t, verify(t, archive).Faults)
		require.Contains(t, strings.Join(read(t, contentOf(t, archive, "case-file.pdf")), " "), says)
	}
}

// The debtor may have two mails of one step, where the installation has what may have
// arrived sent again: the case file shows both.
func TestAMailThatMayHaveArrivedInOtherWordsIsADocumentOfItsOwn(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.notices.AmbiguousAfter, s.notices.ResendUnproven = 0, true
	require.NoError(t, s.provider.SetSendGridFaults(simulator.Faults{DropAfter: 1}))
	_, err := s.try(day(time.May, 6), "first", "email")
	require.ErrorContains(t, err, "may have been sent")
	require.NoError(t, s.provider.SetSendGridFaults(simulator.Faults{}))
	_, err = s.try(day(time.May, 6), "first", "email")
	require.ErrorContains(t, err, "sent once more")
	s.post(ledger.Entry{Kind: ledger.EntryPayment, ID: "VIR-1", Amount: money.FromMinor(200_000, money.EUR), ValueDate: calendar.NewDate(2026, time.May, 6)}, day(time.May, 6))
	s.deliver(day(time.May, 6), "first", "email")
	require.Len(t, s.provider.Messages(0), 2)

	verification, err := s.store.VerifyCase(t.Context(), acme, number)
	require.NoError(t, err)
	require.True(t, verification.Holds(), "%+v", verification)
	for language, says := range map[string]string{"en": "in earlier words that may have arrived", "fr": "dans une version antérieure peut-être parvenue"} {
		archive, summary := s.build(language)
		show(t, "unproven-"+language+".zip", archive)
		require.Equal(t, 3, summary.Documents, "the invoice and both mails")
		require.Empty(t, verify(t, archive).Faults)
		var record evidence.Record
		require.NoError(t, json.Unmarshal(contentOf(t, archive, "case.json"), &record))
		require.Len(t, record.Messages, 2)
		require.Equal(t, record.Messages[0].ID, record.Messages[1].ID)
		unproven := slices.IndexFunc(record.Messages, func(m evidence.RecordMessage) bool { return m.State == "unproven" })
		require.GreaterOrEqual(t, unproven, 0)
		document := record.Documents[record.Messages[unproven].Document-1]
		require.Contains(t, document.Title, says)
		require.Contains(t, string(contentOf(t, archive, document.File)), "6\u202f203,12", "what was asked for before the payment")
		require.Contains(t, strings.Join(read(t, contentOf(t, archive, "case-file.pdf")), " "), says)
	}
}

func TestWhatCannotBeMadeIsRefused(t *testing.T) {
	t.Parallel()
	s := begin(t)
	_, err := evidence.Build(t.Context(), s.source(), acme, "F-0", "fr", io.Discard)
	require.ErrorIs(t, err, casefile.ErrUnknownCase)
	_, err = evidence.Build(t.Context(), s.source(), acme, number, "de", io.Discard)
	require.ErrorContains(t, err, "ask for fr or en")
}

// A document that is no PDF inside is listed, and shown only in the archive.
func TestAFileWhosePagesCannotBeShownIsInTheArchive(t *testing.T) {
	t.Parallel()
	s := begin(t)
	_, err := s.store.SaveInvoiceDocument(t.Context(), casefile.InvoiceDocument{
		Creditor: acme, Invoice: number, Name: "broken.pdf", Bytes: []byte("%PDF-1.7 and nothing else"), Actor: "billing", At: day(time.April, 2),
	})
	require.NoError(t, err)
	archive, summary := s.build("fr")
	require.Equal(t, 2, summary.Documents)
	require.Empty(t, verify(t, archive).Faults)
	require.Equal(t, "%PDF-1.7 and nothing else", string(contentOf(t, archive, "documents/002-2026-04-02-invoice.pdf")))
}

func TestALongHistoryIsWrittenAndVerified(t *testing.T) {
	t.Parallel()
	s := told(t)
	connection, err := pgx.Connect(t.Context(), s.dsn)
	require.NoError(t, err)
	defer func() { _ = connection.Close(context.Background()) }()
	_, err = connection.Exec(t.Context(), `insert into history (creditor, invoice, key, kind, actor, summary, at)
		select $1, $2, 'note/' || n, 'contact-made', 'Anne Durand', 'a call that nobody answered, for the ' || n || 'th time', now() from generate_series(1, 10000) n`, acme, number)
	require.NoError(t, err)
	archive, _ := s.build("fr")
	verdict := verify(t, archive)
	require.Empty(t, verdict.Faults)
	require.Greater(t, len(verdict.Record.History), 10_000)
	verification, err := s.store.VerifyCase(t.Context(), acme, number)
	require.NoError(t, err)
	require.True(t, verification.Holds())
	require.Equal(t, verdict.Record.Head, verification.Head)
}

func TestTheWordsOfTheLanguagesAreTheSame(t *testing.T) {
	t.Parallel()
	keys := map[string][]string{}
	for _, language := range evidence.Languages() {
		content, err := os.ReadFile("words/" + language + ".yaml")
		require.NoError(t, err)
		words := map[string]string{}
		require.NoError(t, yaml.Unmarshal(content, &words))
		for key, text := range words {
			require.NotEmpty(t, text, key)
			placeholders := regexp.MustCompile(`\{[a-z]+\}`).FindAllString(text, -1)
			slices.Sort(placeholders)
			keys[key] = append(keys[key], strings.Join(slices.Compact(placeholders), " "))
		}
	}
	for key, said := range keys {
		require.Len(t, said, len(evidence.Languages()), key)
		require.Equal(t, said[0], said[1], key)
	}
}

// read is the text of each page.
func read(t *testing.T, pdf []byte) []string {
	t.Helper()
	opened, err := reader.Parse(pdf)
	require.NoError(t, err)
	plain := strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\n", " ")
	var pages []string
	for i := range opened.PageCount() {
		page, err := opened.Page(i)
		require.NoError(t, err)
		text, err := page.ExtractText()
		require.NoError(t, err)
		pages = append(pages, plain.Replace(text))
	}
	return pages
}

// What a program may know of a case is told in words, never by its name.
func TestEveryKindOfEntryAndDisputeHasItsWords(t *testing.T) {
	t.Parallel()
	for _, language := range evidence.Languages() {
		content, err := os.ReadFile("words/" + language + ".yaml")
		require.NoError(t, err)
		words := map[string]string{}
		require.NoError(t, yaml.Unmarshal(content, &words))
		for _, kind := range ledger.EntryKinds() {
			require.NotEmpty(t, words["happened."+string(kind)], "%s in %s", kind, language)
		}
		for _, reason := range collection.DisputeReasons() {
			require.NotEmpty(t, words["dispute."+string(reason)], "%s in %s", reason, language)
		}
		for _, outcome := range collection.DisputeOutcomes() {
			require.NotEmpty(t, words["happened.dispute-"+string(outcome)], "%s in %s", outcome, language)
		}
	}
}

// A lawyer must not claim for the creditor what the creditor itself does not ask for.
func TestWhatIsContestedIsShownApartAndNotClaimed(t *testing.T) {
	t.Parallel()
	s := begin(t)
	today := calendar.DateOf(day(time.May, 6))
	casefiletest.Decide(t, s.store, number, day(time.May, 6), collection.RaiseDispute{
		ID: "D-1", Reason: collection.DisputeQuality, RaisedBy: collection.DisputeByDebtor, On: today, Today: today, Amount: money.FromMinor(20_312, money.EUR),
	})
	casefiletest.Decide(t, s.store, number, day(time.May, 6).Add(time.Hour), collection.ResolveDispute{
		ID: "D-1", Outcome: collection.DisputeSplit, Amount: money.FromMinor(10_012, money.EUR), Today: today,
	})
	var file bytes.Buffer
	_, err := evidence.PDF(t.Context(), s.source(), acme, number, "fr", &file)
	require.NoError(t, err)
	pages := read(t, file.Bytes())
	require.Contains(t, pages[0], "Dont contesté, non réclamé à ce jour 100,12 €")
	require.Contains(t, pages[0], "6 103,00 €", "what is claimed")
	require.Contains(t, pages[2], "Contestation de 203,12 € (qualité)")
	require.Contains(t, pages[2], "admise pour 100,12 €, par un avoir ; le reste est maintenu")
}

// What is printed can be read, in the letters of every font: amounts too.
func TestThePagesSayWhatWasWritten(t *testing.T) {
	t.Parallel()
	s := told(t)
	var file bytes.Buffer
	summary, err := evidence.PDF(t.Context(), s.source(), acme, number, "fr", &file)
	require.NoError(t, err)
	require.Equal(t, int64(file.Len()), summary.Size)
	pages := read(t, file.Bytes())
	for number, said := range map[int][]string{
		0: {"Dossier de recouvrement", "Atelier Lumière contre Martin & Fils SARL", "4 346,95 €", "Bordereau des pièces"},
		1: {"Décompte de la créance", "12,15 %", "12,40 %", "Règlement VIR-7781"},
		2: {"Chronologie", "paiement de 2 000,00 € promis pour le 18/05/2026"},
		3: {"1A 234 567 8901 2", "présentée le 05/06/2026, remise le 06/06/2026", "pièce n° 7"},
		5: {"Bordereau des pièces", "006-2026-06-02-registered-letter-formal.pdf"},
		8: {"Pièce n° 2", "6 203,12 €", "jeanne@martin.example"},
	} {
		for _, text := range said {
			require.Contains(t, pages[number], text)
		}
	}
	require.NotContains(t, strings.Join(pages, "\n"), "6?203")
	require.Len(t, pages, 15)
}
