package compose_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sebdah/goldie/v2"
	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/messaging"
	"relance/messaging/compose"
	"relance/money"
)

// scene is the worked example at the moment a template is sent.
func scene(key string) compose.Facts {
	f := compose.Example()
	invoice := &f.Invoices[0]
	unpaid := func(today calendar.Date) {
		f.Today, f.Previous = today, nil
		invoice.Paid, invoice.Credited = money.Amount{}, money.Amount{}
		invoice.Open, f.TotalOpen = invoice.Total, invoice.Total
		invoice.DaysLate = max(0, int(today-invoice.DueDate))
	}
	switch {
	case slices.Contains(courtesyKeys, key):
		unpaid(calendar.NewDate(2026, time.October, 23))
		f.Deadline, f.NextStep = invoice.DueDate, compose.NextReminder
	case key == "reminder-courteous" || key == "gentle-reminder" || key == "consumer-reminder":
		unpaid(calendar.NewDate(2026, time.November, 5))
		f.Deadline, f.NextStep = calendar.NewDate(2026, time.November, 13), compose.NextReminder
	case slices.Contains(formalKeys, key):
		f.NextStep = compose.NextHandoff
	case key == "payment-received":
		f.Payment = &compose.Payment{Amount: money.FromMinor(60_000, money.EUR), Date: calendar.NewDate(2026, time.November, 20)}
	}
	if slices.Contains(consumerKeys, key) {
		f.Debtor = compose.Debtor{Name: "Camille Petit", Kind: compose.Consumer, Address: []string{"3 allée des Lilas", "38100 Grenoble"}}
		f.Contact = compose.Contact{}
		invoice.References = nil
	}
	return f
}

// statement is the firm reminder about several invoices at once.
func statement() compose.Facts {
	f := compose.Example()
	for i, cents := range []int64{76_544, 12_000} {
		amount := money.FromMinor(cents, money.EUR)
		f.Invoices = append(f.Invoices, compose.Invoice{
			Number:    fmt.Sprintf("FA-2026-%04d", 131+i),
			IssueDate: calendar.NewDate(2026, time.October, 10+i), DueDate: calendar.NewDate(2026, time.November, 9+i),
			Total: amount, Open: amount, DaysLate: 14 - i,
		})
	}
	f.TotalOpen, f.PaymentReference = money.FromMinor(212_000, money.EUR), ""
	return f
}

func golden(t *testing.T) *goldie.Goldie {
	t.Helper()
	return goldie.New(t, goldie.WithFixtureDir("testdata"), goldie.WithNameSuffix(""), goldie.WithDiffEngine(goldie.ClassicDiff))
}

// The wording of every mail, as a reader can review it. After a change of
// wording: go test ./messaging/compose -update
func TestTheWordingOfMails(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	for _, key := range allKeys() {
		for _, lang := range languages {
			mail, err := templates.Email(key, lang, scene(key))
			require.NoError(t, err)
			golden(t).Assert(t, key+"."+lang+".txt", []byte("Subject: "+mail.Subject+"\n\n"+mail.Text))
		}
	}
	mail, err := templates.Email("reminder-firm", "fr", statement())
	require.NoError(t, err)
	golden(t).Assert(t, "statement.fr.txt", []byte("Subject: "+mail.Subject+"\n\n"+mail.Text))
	golden(t).Assert(t, "statement.fr.html", []byte(mail.HTML))
	mail, err = templates.Email("reminder-firm", "en", scene("reminder-firm"))
	require.NoError(t, err)
	golden(t).Assert(t, "reminder-firm.en.html", []byte(mail.HTML))
}

func TestTheWordingOfSMS(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	var all strings.Builder
	for _, key := range allKeys() {
		for _, lang := range languages {
			if !templates.Has(key, lang, compose.ChannelSMS) {
				continue
			}
			text, err := templates.SMS(key, lang, scene(key))
			require.NoError(t, err)
			fmt.Fprintf(&all, "%s/%s (%d characters, %d segments)\n%s\n\n", key, lang, len([]rune(text)), messaging.Segments(text), text)
		}
	}
	golden(t).Assert(t, "sms.txt", []byte(all.String()))
}

func TestTheWordingOfLetters(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	for _, key := range formalKeys {
		for _, lang := range languages {
			letter, err := templates.Letter(key, lang, scene(key))
			require.NoError(t, err)
			var text bytes.Buffer
			encoder := json.NewEncoder(&text)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			require.NoError(t, encoder.Encode(letter))
			golden(t).Assert(t, key+"."+lang+".letter.json", text.Bytes())
		}
	}
}

func TestTheWordingOfCallScripts(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	consumer, again := scene("consumer-last"), compose.Example()
	again.Promises = []compose.Promise{{On: again.Today.AddDays(2), Amount: money.FromMinor(50_000, money.EUR)}, {On: again.Today.AddDays(9)}}
	var all strings.Builder
	for _, lang := range languages {
		for name, f := range map[string]compose.Facts{"consumer": consumer, "business": again} {
			script, err := templates.Script(lang, f)
			require.NoError(t, err)
			require.Equal(t, lang, script.Lang)
			parts := slices.Concat(script.Opening, script.Request, script.Answers, script.Closing)
			golden(t).Assert(t, "call."+name+"."+lang+".txt", []byte(strings.Join(parts, "\n\n")+"\n"))
			all.WriteString(strings.Join(parts, "\n"))
		}
	}
	require.NotContains(t, all.String(), "40 €", "what may be claimed is for a notice to say")
}

// To look at the mails in a browser:
//
//	RELANCE_PREVIEWS=/tmp/previews go test ./messaging/compose -run Previews
func TestPreviewsOfEveryMailCanBeWritten(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("RELANCE_PREVIEWS")
	if folder == "" {
		folder = t.TempDir()
	}
	require.NoError(t, os.MkdirAll(folder, 0o750))
	templates := builtin(t)
	write := func(name, key, lang string, f compose.Facts) {
		mail, err := templates.Email(key, lang, f)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+"."+lang+".html"), []byte(mail.HTML), 0o600))
	}
	for _, lang := range languages {
		for _, key := range allKeys() {
			write(key, key, lang, scene(key))
		}
		write("statement", "reminder-firm", lang, statement())
	}
	pages, err := filepath.Glob(filepath.Join(folder, "*.html"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(pages), 2*(len(allKeys())+1))
}
