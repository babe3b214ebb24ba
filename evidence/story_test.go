package evidence_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/config"
	"relance/evidence"
	"relance/latefees"
	"relance/law"
	"relance/ledger"
	"relance/letters"
	"relance/messaging"
	"relance/messaging/compose"
	"relance/messaging/sendgrid"
	"relance/messaging/simulator"
	"relance/messaging/twilio"
	"relance/money"
)

const acme, number = casefiletest.Creditor, "F-2026-118"

// story is a case on a real case file, with real messages by simulated providers.
type story struct {
	*testing.T
	dsn       string
	store     *casefile.Store
	provider  *simulator.Simulator
	templates *compose.Templates
	notices   *activities.Notices
	now       time.Time
}

func day(month time.Month, d int) time.Time {
	return time.Date(2026, month, d, 8, 15, 0, 0, time.UTC)
}

func begin(t *testing.T) *story {
	t.Helper()
	played, err := simulator.New(simulator.Options{Listen: "127.0.0.1:0"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, played.Close()) })
	email, err := sendgrid.New(sendgrid.Config{APIKey: simulator.DefaultAPIKey, BaseURL: played.SendGridURL()})
	require.NoError(t, err)
	sms, err := twilio.New(twilio.Config{AccountSID: simulator.DefaultAccountSID, Secret: simulator.DefaultAuthToken, BaseURL: played.TwilioURL()})
	require.NoError(t, err)
	templates, err := compose.Load(config.Templates)
	require.NoError(t, err)
	book, err := law.Load(config.Law)
	require.NoError(t, err)
	dsn := casefiletest.Database(t)
	s := &story{T: t, dsn: dsn, store: casefiletest.OpenAt(t, dsn).UseLaw(book), provider: played, templates: templates}
	s.notices = &activities.Notices{
		Store: s.store, Templates: templates, Print: letters.Print, Email: email, SMS: sms, FindSMS: sms, AmbiguousAfter: time.Hour,
		Clock: func() calendar.Clock {
			clock, err := calendar.Accelerated(time.Now(), s.now, 1)
			require.NoError(t, err)
			return clock
		},
	}
	s.open()
	return s
}

func (s *story) open() {
	require.NoError(s, s.store.SaveCreditor(s.Context(), casefile.Creditor{
		ID: acme, Name: "Atelier Lumière", LegalMentions: "SAS au capital de 50 000 €, RCS Lyon 732 829 320", Language: "fr", Zone: "Europe/Paris",
		Address: casefile.Address{Line1: "12 rue des Ateliers", Postcode: "69003", City: "Lyon", Country: "FR"},
		SIREN:   "732829320", VATID: "FR44732829320", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPPXXX",
		Email: "compta@atelier.example", Phone: "+33478000001", SenderEmail: "relances@atelier.example", SenderName: "Atelier Lumière", SMSSender: "Atelier",
		SignatoryName: "Anne Durand", SignatoryTitle: "Responsable du crédit", LateFees: ledger.Policy{ClaimFrom: collection.ToneFormal, Terms: latefees.Terms{}},
	}))
	opening := casefiletest.Opening(number)
	opening.Debtor.Name, opening.Debtor.SIREN, opening.Debtor.ID = "Martin & Fils SARL", "552100554", "C-1007"
	opening.Invoice.Total = money.FromMinor(620_312, money.EUR)
	opening.Invoice.IssueDate, opening.Invoice.DueDate = calendar.NewDate(2026, time.April, 1), calendar.NewDate(2026, time.May, 1)
	opening.Invoice.PaymentReference, opening.At = "F-2026-118", day(time.April, 1)
	opening.Strategy = collection.Strategy{Name: "proof", Version: 3, Steps: []collection.Step{
		{Key: "first", DueOffset: 5, Tone: collection.ToneCourteous, Channels: []collection.Channel{"email"}, Template: "reminder-courteous", Stage: collection.StageReminding},
		{Key: "firm", DueOffset: 20, Tone: collection.ToneFirm, Channels: []collection.Channel{"email", "sms"}, Template: "reminder-firm", DeadlineDays: 8, Stage: collection.StageReminding},
		{Key: "formal", Spacing: 8, Tone: collection.ToneFormal, Channels: []collection.Channel{"registered-letter"}, Template: "formal-notice", DeadlineDays: 8, Stage: collection.StageFormalNotice},
	}}
	_, _, err := s.store.OpenCase(s.Context(), opening)
	require.NoError(s, err)
	_, err = s.store.SaveInvoiceDocument(s.Context(), casefile.InvoiceDocument{
		Creditor: acme, Invoice: number, Name: "F-2026-118.pdf", Bytes: s.invoice(), Actor: "facturation", At: day(time.April, 1),
	})
	require.NoError(s, err)
}

// invoice is a PDF of two pages.
func (s *story) invoice() []byte {
	rows := make([][]string, 60)
	for i := range rows {
		rows[i] = []string{"Luminaire", "120,00 €"}
	}
	file, err := letters.PrintStatement(letters.Statement{
		Letter: compose.Letter{
			Lang: "fr", Author: "Atelier Lumière", Date: calendar.NewDate(2026, time.April, 1), Recipient: []string{"Martin & Fils SARL"}, Title: "Facture F-2026-118", PageOf: "{page}/{pages}",
		},
		Sections: []letters.Section{{Heading: "Fournitures", Blocks: []letters.Block{{Table: letters.Table{Columns: []letters.Column{{Heading: "Article"}, {Heading: "Prix", IsNumber: true}}, Rows: rows}}}}},
	})
	require.NoError(s, err)
	return file
}

func (s *story) deliver(at time.Time, step string, channel collection.Channel) casefile.Message {
	s.Helper()
	delivery, err := s.try(at, step, channel)
	require.NoError(s, err)
	require.Equal(s, activities.DeliveryAccepted, delivery.Outcome, delivery.Reason)
	file, err := s.store.CaseFile(s.Context(), acme, number)
	require.NoError(s, err)
	return file.Messages[len(file.Messages)-1]
}

// try is one attempt to deliver.
func (s *story) try(at time.Time, step string, channel collection.Channel) (activities.Delivery, error) {
	s.Helper()
	s.now = at
	c, err := s.store.LoadCase(s.Context(), acme, number)
	require.NoError(s, err)
	definition, found := c.Strategy.Step(step)
	require.True(s, found)
	return s.notices.Deliver(s.Context(), activities.NoticeOrder{
		CaseKey: activities.CaseKey{Creditor: acme, Invoice: number}, Step: step, Channel: channel, Template: definition.Template, Tone: definition.Tone,
		At: at, Deadline: calendar.DateOf(at).AddDays(8),
	})
}

func (s *story) news(m casefile.Message, id string, kind messaging.DeliveryKind, at time.Time) {
	s.Helper()
	_, err := s.store.RecordDeliveryEvent(s.Context(), casefile.DeliveryEvent{Provider: "sendgrid", EventID: id, MessageID: m.ID, Kind: kind, ProviderAt: at, At: at})
	require.NoError(s, err)
}

// told is the story to the end: reminders, a call, a part payment, an answer, and a
// registered letter that came back signed.
func told(t *testing.T) *story {
	t.Helper()
	s := begin(t)
	first := s.deliver(day(time.May, 6), "first", "email")
	s.news(first, "1", messaging.DeliveryDelivered, day(time.May, 6).Add(time.Minute))
	s.news(first, "2", messaging.DeliveryOpened, day(time.May, 6).Add(40*time.Minute))
	_, err := s.store.RecordContact(s.Context(), casefile.ManualContact{
		Creditor: acme, Debtor: "C-1007", Invoice: number, Key: "call-1", Channel: collection.ContactCall, Outcome: collection.CallPromised, On: calendar.NewDate(2026, time.May, 18),
		Promised: money.FromMinor(200_000, money.EUR), At: day(time.May, 12), By: "Anne Durand", Note: "Mme Petit, secret",
	})
	require.NoError(t, err)
	s.post(ledger.Entry{Kind: ledger.EntryPayment, ID: "VIR-7781", Amount: money.FromMinor(200_000, money.EUR), ValueDate: calendar.NewDate(2026, time.May, 18)}, day(time.May, 18))
	firm := s.deliver(day(time.May, 21), "firm", "email")
	s.news(firm, "3", messaging.DeliveryDelivered, day(time.May, 21).Add(time.Minute))
	s.deliver(day(time.May, 22), "firm", "sms")
	s.answer()
	formal := s.deliver(day(time.June, 2), "formal", collection.ChannelRegisteredLetter)
	s.letter(formal)
	return s
}

func (s *story) post(entry ledger.Entry, at time.Time) {
	s.Helper()
	_, err := s.store.PostEntry(s.Context(), casefile.Posting{Creditor: acme, Invoice: number, Entry: entry, Source: "bank", Actor: "banque", At: at})
	require.NoError(s, err)
}

func (s *story) answer() {
	s.Helper()
	raw := []byte("From: jeanne@martin.example\r\nTo: compta@atelier.example\r\nSubject: Re: facture\r\n\r\nNous payons bientôt.\r\n")
	answer, _, err := s.store.RecordAnswer(s.Context(), casefile.NewAnswer{
		Answer: casefile.Answer{
			ID: "0b3c8d62-7a11-8c2e-9b1f-3f5c1d2e4a5b", Key: "mail-1", Channel: "email", Kind: "answer", Sender: "jeanne@martin.example", Subject: "Re: facture",
			Text: "Bonjour,\n\nNous payons bientôt. 🙂\n\nJ. Martin", State: casefile.AnswerLinked, Creditor: acme, Debtor: "C-1007", Invoice: number, MatchedBy: "subject", ReceivedAt: day(time.May, 23),
		},
		Raw: raw, Invoices: []string{number},
	})
	require.NoError(s, err)
	require.NoError(s, s.store.FinishAnswer(s.Context(), answer, casefile.AnswerEffect{History: []casefile.AnswerNote{{
		Creditor: acme, Invoice: number, Key: "answer/" + answer.ID, Kind: "answer-received", Actor: "relance", Summary: "an answer came in", Reason: "an answer came in", SHA256: answer.RawSHA256, At: day(time.May, 23),
	}}}))
}

func (s *story) letter(m casefile.Message) {
	s.Helper()
	found, err := s.store.Letters(s.Context(), casefile.LetterFilter{Message: m.ID})
	require.NoError(s, err)
	require.Len(s, found, 1)
	report := casefile.LetterReport{
		Creditor: acme, Number: found[0].Number, State: casefile.LetterPosted, On: calendar.NewDate(2026, time.June, 3), PostingNumber: "1A 234 567 8901 2",
		Cost: money.FromMinor(574, money.EUR), Actor: "Anne Durand", At: day(time.June, 3),
	}
	_, err = s.store.ReportLetter(s.Context(), report)
	require.NoError(s, err)
	report.State, report.On, report.PresentedOn, report.At = casefile.LetterDelivered, calendar.NewDate(2026, time.June, 6), calendar.NewDate(2026, time.June, 5), day(time.June, 8)
	letter, err := s.store.ReportLetter(s.Context(), report)
	require.NoError(s, err)
	event, tells := letter.DeliveryEvent(day(time.June, 8))
	require.True(s, tells)
	_, err = s.store.RecordDeliveryEvent(s.Context(), event)
	require.NoError(s, err)
	_, err = s.store.SaveLetterScan(s.Context(), acme, letter.Number, picture(s), "Anne Durand", day(time.June, 8))
	require.NoError(s, err)
}

// picture stands for a scan of the acknowledgement.
func picture(t require.TestingT) []byte {
	drawn := image.NewRGBA(image.Rect(0, 0, 600, 300))
	for x := range 600 {
		for y := range 300 {
			drawn.Set(x, y, color.RGBA{uint8(x / 3), uint8(y / 2), 200, 255})
		}
	}
	var file bytes.Buffer
	require.NoError(t, png.Encode(&file, drawn))
	return file.Bytes()
}

// source makes case files as of a day in July, with two rates of interest.
func (s *story) source() evidence.Source {
	return evidence.Source{Store: s.store, Templates: s.templates, At: day(time.July, 6)}
}

func (s *story) build(language string) ([]byte, evidence.Summary) {
	s.Helper()
	var file bytes.Buffer
	summary, err := evidence.Build(s.Context(), s.source(), acme, number, language, &file)
	require.NoError(s, err)
	return file.Bytes(), summary
}
