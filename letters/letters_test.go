package letters_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/carlos7ags/folio/reader"
	"github.com/stretchr/testify/require"

	"relance/config"
	"relance/epcqr"
	"relance/identifiers"
	"relance/letters"
	"relance/messaging/compose"
	"relance/money"
)

var loadBuiltin = sync.OnceValues(func() (*compose.Templates, error) { return compose.Load(config.Templates) })

func printer(t *testing.T) *letters.Printer {
	t.Helper()
	templates, err := loadBuiltin()
	require.NoError(t, err)
	return letters.NewPrinter(templates)
}

func formalNotice() compose.Facts {
	f := compose.Example()
	f.NextStep = compose.NextHandoff
	return f
}

// withCode adds the code that pays the whole of a letter.
func withCode(t *testing.T, f compose.Facts) compose.Facts {
	t.Helper()
	code, err := epcqr.New(epcqr.Transfer{
		Payee: f.Creditor.Name, IBAN: f.Creditor.IBAN, BIC: f.Creditor.BIC, Amount: f.TotalOpen,
		Reference: identifiers.NewCreditorReference("ateliers-vauban", f.Invoices[0].Number),
	})
	require.NoError(t, err)
	f.PaymentCode = &compose.PaymentCode{Code: code}
	return f
}

func manyInvoices(count int) compose.Facts {
	f := formalNotice()
	total := f.TotalOpen.Minor()
	for i := range count - 1 {
		invoice := f.Invoices[0]
		invoice.Number = fmt.Sprintf("FA-2026-%04d", 200+i)
		invoice.Paid, invoice.Credited, invoice.Open = money.Amount{}, money.Amount{}, invoice.Total
		total += invoice.Open.Minor()
		f.Invoices = append(f.Invoices, invoice)
	}
	f.TotalOpen, f.PaymentReference = money.FromMinor(total, money.EUR), ""
	return f
}

func open(t *testing.T, file []byte) *reader.PdfReader {
	t.Helper()
	document, err := reader.Parse(file)
	require.NoError(t, err)
	return document
}

var spaced = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\n", " ")

// textOf is what can be copied from the letter, in reading order.
func textOf(t *testing.T, file []byte) string {
	t.Helper()
	document := open(t, file)
	var all strings.Builder
	for i := range document.PageCount() {
		page, err := document.Page(i)
		require.NoError(t, err)
		text, err := page.ExtractText()
		require.NoError(t, err)
		all.WriteString(spaced.Replace(text) + " ")
	}
	return strings.Join(strings.Fields(all.String()), " ")
}

func TestTheFormalNoticeSaysAllThatMatters(t *testing.T) {
	t.Parallel()
	for lang, facts := range map[string][]string{
		"fr": {
			"Mise en demeure", "Lettre recommandée avec avis de réception", "Lyon, le 23 novembre 2026",
			"1er octobre 2026", "31/10/2026", "1 845,60 €", "611,04 €", "1 234,56 €",
			"nous vous mettons en demeure de nous payer la somme de 1 234,56 € en principal",
			"au plus tard le 1er décembre 2026", "article 1344 du code civil", "L441-10 du code de commerce", "Page 1 sur 1",
		},
		"en": {
			"Formal notice", "registered letter", "Lyon, 23 November 2026", "1 October 2026", "31 Oct 2026", "€1,845.60", "€1,234.56",
			"We therefore give you formal notice", "1 December 2026", "Page 1 of 1",
		},
	} {
		file, err := printer(t).FormalNotice(formalNotice(), lang)
		require.NoError(t, err)
		text := textOf(t, file)
		for _, want := range append(facts,
			"Ateliers Vauban", "2026-000123", "SIREN 732 829 320", "FR44732829320", "SAS au capital de 50 000 €", "Menuiserie Durand SARL", "38000 GRENOBLE",
			"FA-2026-0117", "BC-5521", "FR76 3000 6000 0112 3456 7890 189", "AGRIFRPP", "M-7K4Q2", "Hélène Marchand", "04 78 00 12 34",
		) {
			require.Contains(t, text, want, lang)
		}
	}
}

func TestConsumersGetTheirOwnWording(t *testing.T) {
	t.Parallel()
	f := formalNotice()
	f.Debtor.Kind = compose.Consumer
	file, err := printer(t).FormalNotice(f, "fr")
	require.NoError(t, err)
	text := textOf(t, file)
	require.Contains(t, text, "Aucuns frais de recouvrement ne vous sont réclamés")
	require.Contains(t, text, "médiateur de la consommation")
	require.NotContains(t, text, "40 €")
	require.NotContains(t, text, "L441-10")
}

// Whatever the envelope, its window shows what lies between 55 and 79 mm from the
// top, and between 110 and 189 mm from the left.
func TestTheAddressStandsInTheWindow(t *testing.T) {
	t.Parallel()
	file, err := printer(t).FormalNotice(formalNotice(), "fr")
	require.NoError(t, err)
	page, err := open(t, file).Page(0)
	require.NoError(t, err)
	spans, err := page.TextSpans()
	require.NoError(t, err)
	const millimetre = 72 / 25.4
	for _, line := range []string{"Menuiserie Durand SARL", "8 rue des Tanneurs", "38000 GRENOBLE"} {
		at := slices.IndexFunc(spans, func(span reader.TextSpan) bool { return span.Text == line })
		require.GreaterOrEqual(t, at, 0, line)
		require.InDelta(t, 110, spans[at].X/millimetre, 0.5, line)
		below := 297 - spans[at].Y/millimetre
		require.Greater(t, below, 55.0, line)
		require.Less(t, below, 79.0, line)
		require.Less(t, (spans[at].X+spans[at].Width)/millimetre, 189.0, line)
	}
}

// A debtor abroad has the country as one more line; a department and two long
// lines make the block as tall as it gets.
func TestAnAddressAbroadStaysInTheWindow(t *testing.T) {
	t.Parallel()
	for _, address := range [][]string{
		{"Service comptabilité", "Zone industrielle Nord", "Chaussée de Louvain 1250", "1200 Bruxelles", "BELGIQUE"},
		{
			"Bâtiment administratif central, quatrième étage, porte 418", "Zone industrielle Nord, entrée des fournisseurs par la rue basse",
			"Chaussée de Louvain 1250", "1200 Bruxelles", "BELGIQUE",
		},
	} {
		f := formalNotice()
		f.Debtor.Address = address
		file, err := printer(t).FormalNotice(f, "fr")
		require.NoError(t, err)
		page, err := open(t, file).Page(0)
		require.NoError(t, err)
		spans, err := page.TextSpans()
		require.NoError(t, err)
		const millimetre = 72 / 25.4
		below := func(line string) float64 {
			at := slices.IndexFunc(spans, func(span reader.TextSpan) bool { return spaced.Replace(span.Text) == line })
			require.GreaterOrEqual(t, at, 0, line)
			require.InDelta(t, 110, spans[at].X/millimetre, 0.5, line)
			return 297 - spans[at].Y/millimetre
		}
		require.Greater(t, below("Menuiserie Durand SARL"), 50.0)
		require.Less(t, below("1200 BRUXELLES"), below("BELGIQUE"))
		require.Less(t, below("BELGIQUE"), 79.0)
	}
}

// The hash of a posted letter must be reproducible from its facts.
func TestSameFactsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	p := printer(t)
	want, err := p.FormalNotice(manyInvoices(30), "fr")
	require.NoError(t, err)
	var group sync.WaitGroup
	files := make([][]byte, 8)
	for i := range files {
		group.Go(func() { files[i], _ = p.FormalNotice(manyInvoices(30), "fr") })
	}
	group.Wait()
	for _, file := range files {
		require.Equal(t, want, file)
	}
	other := manyInvoices(30)
	other.MessageRef = "M-OTHER"
	file, err := p.FormalNotice(other, "fr")
	require.NoError(t, err)
	require.NotEqual(t, want, file)
}

func TestTheDocumentTellsWhatItIs(t *testing.T) {
	t.Parallel()
	f := formalNotice()
	f.Creditor.Name = "Établissements Vauban"
	file, err := printer(t).FormalNotice(f, "fr")
	require.NoError(t, err)
	document := open(t, file)
	title, author, _, _, _ := document.Info()
	require.Equal(t, "Mise en demeure", title)
	require.Equal(t, "\xfe\xff\x00\xc9\x00t\x00a", author[:8], "UTF-16 for what is not ASCII")
	require.NotNil(t, document.StructureTree(), "tagged for screen readers")
	require.Contains(t, string(file), "/CreationDate (D:20261123000000")
}

func TestALetterIsSmallAndQuick(t *testing.T) {
	t.Parallel()
	p := printer(t)
	fastest := time.Hour
	for range 5 {
		start := time.Now()
		file, err := p.FormalNotice(formalNotice(), "fr")
		require.NoError(t, err)
		require.Less(t, len(file), 100_000)
		fastest = min(fastest, time.Since(start))
	}
	require.Less(t, fastest, 100*time.Millisecond)
}

func TestLongStatementsRunOverSeveralPages(t *testing.T) {
	t.Parallel()
	file, err := printer(t).FormalNotice(manyInvoices(32), "fr")
	require.NoError(t, err)
	require.Less(t, len(file), 100_000)
	require.Equal(t, 2, open(t, file).PageCount())
	text := textOf(t, file)
	require.Contains(t, text, "nos 32 factures")
	require.Contains(t, text, "FA-2026-0230", "the last invoice")
	require.Equal(t, 2, strings.Count(text, "Émise le"), "the head of the table is repeated")
	require.Contains(t, text, "Page 2 sur 2")
	require.Less(t, strings.Index(text, "salutations distinguées"), strings.Index(text, "Hélène Marchand"))
}

// However many invoices push it down, the signature moves to the next page with
// the closing rather than into the foot of the page.
func TestTheSignatureNeverRunsIntoTheFoot(t *testing.T) {
	t.Parallel()
	for count := 1; count <= 24; count++ {
		facts := manyInvoices(count)
		if count%2 == 0 {
			facts = withCode(t, facts)
		}
		file, err := printer(t).FormalNotice(facts, "fr")
		require.NoError(t, err)
		document := open(t, file)
		last, err := document.Page(document.PageCount() - 1)
		require.NoError(t, err)
		spans, err := last.TextSpans()
		require.NoError(t, err)
		height := func(start string) float64 {
			at := slices.IndexFunc(spans, func(span reader.TextSpan) bool { return strings.HasPrefix(span.Text, start) })
			require.GreaterOrEqual(t, at, 0, "%q with %d invoices", start, count)
			return spans[at].Y
		}
		require.Greater(t, height("Si vous avez réglé"), height("Responsable du crédit client"))
		require.Greater(t, height("Responsable du crédit client"), height("Page ")+10, "%d invoices", count)
	}
}

// However many invoices push it down, the page with the signature and the code says
// what they are about.
func TestNobodySignsAPageThatSaysNothing(t *testing.T) {
	t.Parallel()
	for count := 1; count <= 40; count += 3 {
		facts := withCode(t, manyInvoices(count))
		file, err := printer(t).FormalNotice(facts, "fr")
		require.NoError(t, err)
		document := open(t, file)
		last, err := document.Page(document.PageCount() - 1)
		require.NoError(t, err)
		text, err := last.ExtractText()
		require.NoError(t, err)
		for _, part := range []string{"vaut mise en demeure", "Scannez pour payer", "Hélène Marchand"} {
			require.Contains(t, spaced.Replace(text), part, "%d invoices", count)
		}
	}
}

func TestALetterThatNearlyFitsAPageIsSetCloser(t *testing.T) {
	t.Parallel()
	f := withCode(t, formalNotice())
	f.Debtor.Kind = compose.Consumer
	file, err := printer(t).FormalNotice(f, "fr")
	require.NoError(t, err)
	require.Equal(t, 1, open(t, file).PageCount())
	require.Contains(t, textOf(t, file), "Hélène Marchand")
}

func TestAPlainLetterDoesNotSayThatItIsRegistered(t *testing.T) {
	t.Parallel()
	f := formalNotice()
	f.Registered, f.LetterNumber = false, ""
	for _, lang := range []string{"fr", "en"} {
		file, err := printer(t).FormalNotice(f, lang)
		require.NoError(t, err)
		for _, word := range []string{"recommandée", "registered", "d’envoi", "Posting", "Lettre n°", "Letter no."} {
			require.NotContains(t, textOf(t, file), word)
		}
	}
}

func TestLateFeesAreShownWhenGiven(t *testing.T) {
	t.Parallel()
	f := formalNotice()
	f.LateFees = &compose.LateFees{
		Interest: money.FromMinor(963, money.EUR), Indemnity: money.FromMinor(4000, money.EUR),
		Total: money.FromMinor(4963, money.EUR), AsOf: f.Today,
	}
	file, err := printer(t).FormalNotice(f, "fr")
	require.NoError(t, err)
	require.Contains(t, textOf(t, file), "Pénalités de retard au 23/11/2026 9,63 € Indemnité forfaitaire 40,00 € Total en sus 49,63 € Total réclamé 1 284,19 €")
}

func TestTheCodeToScanStandsBesideWhatItPays(t *testing.T) {
	t.Parallel()
	for lang, caption := range map[string]string{"fr": "Scannez pour payer", "en": "Scan to pay"} {
		file, err := printer(t).FormalNotice(withCode(t, formalNotice()), lang)
		require.NoError(t, err)
		text := textOf(t, file)
		for _, want := range []string{caption, "FR76 3000 6000 0112 3456 7890 189", "RF08 FA20 2601 17RN 6CO0"} {
			require.Contains(t, text, want)
		}
		panel := text[strings.LastIndex(text, "FR76"):]
		require.Regexp(t, `^FR76 [0-9 ]+ BIC AGRIFRPP (Montant 1 234,56 €|Amount €1,234.56) `, panel, "amount and account together")
		require.NotContains(t, strings.Split(text, caption)[1], "FA-2026-0117", "one reference to quote, that of the code")
		require.Less(t, len(file), 100_000)
	}
}

func TestWhatCannotBePrintedIsRefused(t *testing.T) {
	t.Parallel()
	p := printer(t)

	chinese := formalNotice()
	chinese.Debtor.Name = "上海贸易公司"
	_, err := p.FormalNotice(chinese, "fr")
	require.ErrorContains(t, err, `no character '上', which is in "上海贸易公司"`)

	tall := formalNotice()
	tall.Debtor.Address = []string{"1", "2", "3", "4", "5", "6"}
	_, err = p.FormalNotice(tall, "fr")
	require.ErrorContains(t, err, "the address has 8 lines and the envelope's window shows 7 of ordinary length")

	undated := formalNotice()
	undated.Deadline = 0
	_, err = p.FormalNotice(undated, "fr")
	require.ErrorContains(t, err, "the date is not set")

	_, err = p.Letter("courtesy", "fr", formalNotice())
	var missing *compose.NoTemplateError
	require.ErrorAs(t, err, &missing)
}

func TestLongWordsAndNamesStayOnThePaper(t *testing.T) {
	t.Parallel()
	f := formalNotice()
	f.Debtor.Name = strings.Repeat("Établissements", 12)
	f.Invoices[0].Number = strings.Repeat("0123456789", 6)
	file, err := printer(t).FormalNotice(f, "fr")
	require.NoError(t, err)
	page, err := open(t, file).Page(0)
	require.NoError(t, err)
	spans, err := page.TextSpans()
	require.NoError(t, err)
	for _, span := range spans {
		require.LessOrEqual(t, span.X+span.Width, 595.0, span.Text)
	}
}
