package compose_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sebdah/goldie/v2"
	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/messaging"
	"relance/messaging/audience"
	"relance/messaging/compose"
	"relance/messaging/compose/lint"
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
	case slices.Contains(invitationKeys, key):
		f.NextStep = compose.NoNextStep
		f.Mediation = &compose.Mediation{Kind: "company-mediator", Contact: "01 00 00 00 00"}
		if slices.Contains(consumerKeys, key) {
			f.Mediation = &compose.Mediation{Kind: "conciliator"}
		}
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
	for _, text := range templates.Texts() {
		if text.Audience == audience.Anyone || text.Channel != compose.ChannelEmail {
			continue
		}
		mail := composed(t, templates, text, readBy(text)).Mail
		golden(t).Assert(t, text.Key+"."+text.Language+"."+string(text.Audience)+".txt", []byte("Subject: "+mail.Subject+"\n\n"+prose(mail.Text)))
	}
	mail, err := templates.Email("reminder-firm", "fr", statement())
	require.NoError(t, err)
	golden(t).Assert(t, "statement.fr.txt", []byte("Subject: "+mail.Subject+"\n\n"+mail.Text))
	golden(t).Assert(t, "statement.fr.html", []byte(mail.HTML))
	for _, key := range []string{"courtesy", "reminder-courteous", "reminder-last", "consumer-last"} {
		for _, lang := range languages {
			mail, err := templates.Email(key, lang, lint.Twelve(scene(key)))
			require.NoError(t, err)
			golden(t).Assert(t, key+"."+lang+".twelve.txt", []byte("Subject: "+mail.Subject+"\n\n"+prose(mail.Text)))
		}
	}
	mail, err = templates.Email("reminder-firm", "en", scene("reminder-firm"))
	require.NoError(t, err)
	golden(t).Assert(t, "reminder-firm.en.html", []byte(mail.HTML))
}

// prose is a mail up to how to pay: the rest is the same in all mails.
func prose(text string) string {
	for _, heading := range []string{"\nPour régler\n", "\nHow to pay\n"} {
		before, after, found := strings.Cut(text, heading)
		if _, closing, has := strings.Cut(after, "\n\n"); found && has {
			signed, _, _ := strings.Cut(closing, "\nHélène Marchand")
			return before + "\n[…]\n\n" + signed
		}
	}
	return text
}

// readBy is the scene of a text, with the reader it is written for.
func readBy(text compose.Text) compose.Facts {
	f := scene(text.Key)
	f.Audience = text.Audience
	switch text.Audience {
	case audience.Consumer:
		f.Debtor = compose.Debtor{Name: "Camille Petit", Kind: compose.Consumer, Address: []string{"3 allée des Lilas", "38100 Grenoble"}}
		f.Contact, f.Invoices[0].References = compose.Contact{}, nil
	case audience.Public:
		f.Debtor.Name, f.Debtor.Kind, f.Contact.Name = "Commune de Saint-Exemple", compose.Public, "Service des finances"
	default: // a business
	}
	return f
}

func composed(t *testing.T, templates *compose.Templates, text compose.Text, f compose.Facts) compose.Composed {
	t.Helper()
	made, err := templates.Compose(text, f)
	require.NoError(t, err)
	return made
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
	for _, text := range templates.Texts() {
		if text.Audience == audience.Anyone || text.Channel != compose.ChannelSMS {
			continue
		}
		said := composed(t, templates, text, readBy(text)).SMS
		fmt.Fprintf(&all, "%s/%s/%s (%d characters, %d segments)\n%s\n\n",
			text.Key, text.Language, text.Audience, len([]rune(said)), messaging.Segments(said), said)
	}
	golden(t).Assert(t, "sms.txt", []byte(all.String()))
}

func TestTheWordingOfLetters(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	for _, key := range slices.Concat(formalKeys, invitationKeys) {
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
	for _, text := range templates.Texts() {
		if text.Audience == audience.Anyone || text.Channel != compose.ChannelLetter {
			continue
		}
		letter := composed(t, templates, text, readBy(text)).Letter
		words := slices.Concat([]string{letter.Title, letter.Subject, letter.Salutation}, letter.Opening, letter.Request, letter.Closing)
		golden(t).Assert(t, text.Key+"."+text.Language+"."+string(text.Audience)+".letter.txt", []byte(strings.Join(words, "\n\n")+"\n"))
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
