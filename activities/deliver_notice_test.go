package activities_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/config"
	"relance/ledger"
	"relance/letters"
	"relance/messaging"
	"relance/messaging/compose"
	"relance/messaging/sendgrid"
	"relance/messaging/simulator"
	"relance/messaging/twilio"
	"relance/money"
)

// moment is Monday 23 March 2026, 10:00 in Paris.
var moment = time.Date(2026, time.March, 23, 9, 0, 0, 0, time.UTC)

// post office: a real case file, the real provider libraries, simulated providers.
type postOffice struct {
	*activities.Notices
	t         *testing.T
	simulator *simulator.Simulator
	database  string
	store     *casefile.Store
	clock     calendar.Clock
}

// builtIn are the product's own texts.
func builtIn(t *testing.T) *compose.Templates {
	t.Helper()
	templates, err := compose.Load(config.Templates)
	require.NoError(t, err)
	return templates
}

func open(t *testing.T, change ...func(*casefile.Opening)) *postOffice {
	t.Helper()
	sim, err := simulator.New(simulator.Options{Listen: "127.0.0.1:0"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, sim.Close()) })
	email, err := sendgrid.New(sendgrid.Config{APIKey: simulator.DefaultAPIKey, BaseURL: sim.SendGridURL()})
	require.NoError(t, err)
	sms, err := twilio.New(twilio.Config{AccountSID: simulator.DefaultAccountSID, Secret: simulator.DefaultAuthToken, BaseURL: sim.TwilioURL()})
	require.NoError(t, err)
	templates := builtIn(t)
	database := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, database)
	creditor, err := store.Creditor(t.Context(), casefiletest.Creditor)
	require.NoError(t, err)
	creditor.SMSSender, creditor.Language = "Acme", "fr"
	require.NoError(t, store.SaveCreditor(t.Context(), creditor))
	opening := casefiletest.Opening("F-1")
	opening.Debtor.SIREN, opening.Strategy = "732829320", ladder()
	for _, with := range change {
		with(&opening)
	}
	_, _, err = store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	office := &postOffice{t: t, simulator: sim, database: database, store: store}
	office.at(moment)
	office.Notices = &activities.Notices{
		Store: store, Clock: func() calendar.Clock { return office.clock }, Templates: templates, Print: letters.Print,
		Email: email, SMS: sms, FindSMS: sms, AmbiguousAfter: time.Hour,
	}
	return office
}

func ladder() collection.Strategy {
	return collection.Strategy{Name: "post", Version: 1, Steps: []collection.Step{
		{Key: "firm", DueOffset: -20, Tone: collection.ToneFirm, Channels: []collection.Channel{"email", "sms"}, Template: "reminder-firm", DeadlineDays: 8, Stage: collection.StageReminding},
		{Key: "formal", Spacing: 8, Tone: collection.ToneFormal, Channels: []collection.Channel{"email", "letter"}, Template: "formal-notice", DeadlineDays: 8, Stage: collection.StageFormalNotice},
	}}
}

// at sets the business clock.
func (o *postOffice) at(business time.Time) {
	o.t.Helper()
	clock, err := calendar.Accelerated(time.Now(), business, 1)
	require.NoError(o.t, err)
	o.clock = clock
}

func (o *postOffice) order(step string, channel collection.Channel) activities.NoticeOrder {
	definition, found := ladder().Step(step)
	require.True(o.t, found)
	return activities.NoticeOrder{
		CaseKey: activities.CaseKey{Creditor: casefiletest.Creditor, Invoice: "F-1"}, Step: step, Channel: channel,
		Template: definition.Template, Tone: definition.Tone, At: moment, Deadline: calendar.NewDate(2026, time.March, 31),
	}
}

func (o *postOffice) deliver(step string, channel collection.Channel) activities.Delivery {
	o.t.Helper()
	delivery, err := o.Deliver(o.t.Context(), o.order(step, channel))
	require.NoError(o.t, err)
	return delivery
}

// yesterday makes what was sent until now look a day older.
func (o *postOffice) yesterday(why string) {
	o.t.Helper()
	connection, err := pgx.Connect(o.t.Context(), o.database)
	require.NoError(o.t, err, why)
	_, err = connection.Exec(o.t.Context(), "update message set sending_at = sending_at - interval '1 day', last_sending_at = last_sending_at - interval '1 day'")
	require.NoError(o.t, err, why)
	require.NoError(o.t, connection.Close(o.t.Context()))
}

// accepted counts what the providers accepted.
func (o *postOffice) accepted() int { return len(o.simulator.Messages(0)) }

func (o *postOffice) file() casefile.File {
	o.t.Helper()
	file, err := o.store.CaseFile(o.t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(o.t, err)
	return file
}

func TestANoticeIsSentOnceHoweverOftenItIsDelivered(t *testing.T) {
	t.Parallel()
	o := open(t)
	for range 3 {
		delivery := o.deliver("firm", collection.ChannelEmail)
		require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
		require.Equal(t, moment, delivery.At.UTC())
	}
	require.Equal(t, 1, o.accepted())
	message := o.file().Messages[0]
	require.Equal(t, casefile.MessageAccepted, message.State)
	sent, err := o.simulator.Content(o.simulator.Messages(0)[0].Number)
	require.NoError(t, err)
	require.Contains(t, sent.Text, "120,00")
	require.Contains(t, sent.Text, "31\u00a0mars 2026", "the deadline is named")
}

func TestEveryChannelOfAStepCarriesTheNotice(t *testing.T) {
	t.Parallel()
	o := open(t)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelEmail).Outcome)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelSMS).Outcome)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("formal", collection.ChannelEmail).Outcome)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("formal", collection.ChannelLetter).Outcome)
	file := o.file()
	require.Len(t, file.Messages, 4)
	require.Len(t, file.Tasks, 1)
	require.Equal(t, collection.TaskPostLetter, file.Tasks[0].Kind)
	for _, message := range file.Messages {
		if message.Channel == collection.ChannelLetter {
			pdf, contentType, err := o.store.MessageBytes(t.Context(), message.ID)
			require.NoError(t, err)
			require.Equal(t, "application/pdf", contentType)
			require.Equal(t, "%PDF", string(pdf[:4]))
			letters, err := o.store.Letters(t.Context(), casefile.LetterFilter{States: []casefile.LetterState{casefile.LetterQueued}})
			require.NoError(t, err)
			require.Len(t, letters, 1)
			require.Equal(t, message.ID, letters[0].Message)
			require.Equal(t, casefile.LetterPlain, letters[0].Kind)
			require.Equal(t, letters[0].ProviderID(), message.ProviderID)
			require.Contains(t, file.Tasks[0].Title, letters[0].Number)
		}
	}
}

func TestADebtorAbroadIsWrittenToWithItsCountry(t *testing.T) {
	t.Parallel()
	o := open(t, func(opening *casefile.Opening) {
		opening.Debtor.Country, opening.Debtor.Postcode, opening.Debtor.City = "BE", "1000", "Bruxelles"
	})
	require.Equal(t, activities.DeliveryAccepted, o.deliver("formal", collection.ChannelLetter).Outcome)
	letter := o.file().Messages[0]
	require.Equal(t, "fr", letter.Language, "nobody said which language, and French is common there")
	require.Contains(t, letter.Recipient, "1000 Bruxelles\nBELGIQUE")
}

func TestALimitedProviderIsAskedAgainLater(t *testing.T) {
	t.Parallel()
	o := open(t)
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{RateLimited: 1, RetryAfterS: 7}))
	_, err := o.Deliver(t.Context(), o.order("firm", collection.ChannelEmail))
	var again *temporal.ApplicationError
	require.ErrorAs(t, err, &again)
	require.False(t, again.NonRetryable())
	require.InDelta(t, 7, again.NextRetryDelay().Seconds(), 1)
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{}))
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelEmail).Outcome)
	require.Equal(t, 1, o.accepted())
}

// What is stuck at the operator must not ring when the contact hours are over.
func TestAShortMessageIsGivenUpWhenTheContactHoursEnd(t *testing.T) {
	t.Parallel()
	for left, most := range map[time.Duration]int{4 * time.Hour: 7200, 10 * time.Minute: 600, 0: 60} {
		o := open(t)
		hours := o.file().Case.Window
		at := hours.ClosingOf(hours.DateOf(moment)).Add(-left - time.Second)
		o.at(at)
		order := o.order("firm", collection.ChannelSMS)
		order.At = at
		delivery, err := o.Deliver(t.Context(), order)
		require.NoError(t, err)
		require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
		content, err := o.simulator.Content(o.simulator.Messages(0)[0].Number)
		require.NoError(t, err)
		form, err := url.ParseQuery(string(content.Raw))
		require.NoError(t, err)
		validity, err := strconv.Atoi(form.Get("ValidityPeriod"))
		require.NoError(t, err)
		require.LessOrEqual(t, validity, most)
		require.Greater(t, validity, most-60)
	}
}

func TestAnSMSOfUnknownFateIsFoundAtTheProviderAndNotSentAgain(t *testing.T) {
	t.Parallel()
	o := open(t)
	require.NoError(t, o.simulator.SetTwilioFaults(simulator.Faults{DropAfter: 1}))
	_, err := o.Deliver(t.Context(), o.order("firm", collection.ChannelSMS))
	require.Error(t, err)
	require.Equal(t, casefile.MessageSending, o.file().Messages[0].State)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelSMS).Outcome)
	require.Equal(t, 1, o.accepted())
}

// listed waits until Twilio lists an SMS with a status.
func (o *postOffice) listed(status string) {
	o.t.Helper()
	require.Eventually(o.t, func() bool {
		sms, err := messaging.DecodeSMS(o.bytes())
		if err != nil {
			return false
		}
		proofs, err := o.FindSMS.FindSMS(o.t.Context(), sms, time.Now().Add(-time.Hour))
		return err == nil && len(proofs) > 0 && proofs[0].Status == status
	}, 10*time.Second, 20*time.Millisecond)
}

// bytes are those of the first message.
func (o *postOffice) bytes() []byte {
	o.t.Helper()
	content, _, err := o.store.MessageBytes(o.t.Context(), o.file().Messages[0].ID)
	require.NoError(o.t, err)
	return content
}

func TestAnSMSThatTheProviderListsAsNotDeliveredIsNoStepThatIsDone(t *testing.T) {
	t.Parallel()
	o := open(t)
	require.NoError(t, o.simulator.SetTwilioFaults(simulator.Faults{DropAfter: 1, BounceMatching: "+336*"}))
	_, err := o.Deliver(t.Context(), o.order("firm", collection.ChannelSMS))
	require.Error(t, err)
	o.listed("undelivered")
	for range 2 {
		delivery := o.deliver("firm", collection.ChannelSMS)
		require.Equal(t, activities.DeliveryFailed, delivery.Outcome, "the next channel, or a person, takes over")
		require.False(t, delivery.Doubtful)
	}
	require.Equal(t, 1, o.accepted())
	file := o.file()
	message := file.Messages[0]
	require.Equal(t, casefile.MessageBounced, message.State)
	require.Equal(t, "30006", message.Code)
	require.Equal(t, o.simulator.Messages(0)[0].ProviderID, message.ProviderID)
	require.Equal(t, []collection.Attempt{{Channel: collection.ChannelSMS, Failed: true}}, file.Case.Steps[0].Attempts)
	require.False(t, file.Contacts[0].PhoneInvalidAt.IsZero(), "nothing arrives at the number")
	require.Equal(t, message.ProviderID+"/undelivered", file.Deliveries[0].EventID, "the provider's own report of it is the same news")
}

// found is what a provider lists.
type found []messaging.Proof

func (f found) FindSMS(context.Context, messaging.SMS, time.Time) ([]messaging.Proof, error) {
	return slices.Clone(f), nil
}

func proofThat(kind messaging.DeliveryKind, sid, code string) messaging.Proof {
	return messaging.Proof{DeliveryEvent: messaging.DeliveryEvent{ProviderID: sid, EventID: sid + "/" + string(kind), Kind: kind, Code: code}}
}

func TestOfSeveralMessagesThatAProviderListsTheOneThatArrivedCounts(t *testing.T) {
	t.Parallel()
	failed, sent, arrived := proofThat(messaging.DeliveryFailed, "SM1", "30003"), proofThat(messaging.DeliveryAccepted, "SM2", ""), proofThat(messaging.DeliveryDelivered, "SM3", "")
	for _, c := range []struct {
		listed found
		counts string
	}{
		{found{failed, sent, arrived}, "SM3"}, {found{arrived, failed}, "SM3"}, {found{failed, sent}, "SM2"}, {found{failed}, ""},
	} {
		o := open(t)
		require.NoError(t, o.simulator.SetTwilioFaults(simulator.Faults{DropAfter: 1}))
		_, err := o.Deliver(t.Context(), o.order("firm", collection.ChannelSMS))
		require.Error(t, err)
		o.FindSMS = c.listed
		delivery := o.deliver("firm", collection.ChannelSMS)
		if c.counts == "" {
			require.Equal(t, activities.DeliveryFailed, delivery.Outcome)
			continue
		}
		require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
		require.Equal(t, c.counts, o.file().Messages[0].ProviderID)
	}
}

func TestAnSMSThatIsListedBecauseTheReaderOptedOutIsAnOptOut(t *testing.T) {
	t.Parallel()
	o := open(t)
	require.NoError(t, o.simulator.SetTwilioFaults(simulator.Faults{DropAfter: 1}))
	_, err := o.Deliver(t.Context(), o.order("firm", collection.ChannelSMS))
	require.Error(t, err)
	o.FindSMS = found{proofThat(messaging.DeliverySuppressed, "SM1", "21610")}
	require.Equal(t, activities.DeliveryFailed, o.deliver("firm", collection.ChannelSMS).Outcome)
	again := o.order("firm", collection.ChannelSMS)
	again.Try = 1
	delivery, err := o.Deliver(t.Context(), again)
	require.NoError(t, err)
	require.Contains(t, delivery.Reason, "asked not to be written to by SMS")
}

func TestWhatAProviderListsForAnotherMessageProvesNothing(t *testing.T) {
	t.Parallel()
	o := open(t)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelSMS).Outcome)
	known := o.file().Messages[0].ProviderID
	o.callback(collection.ChannelSMS, twilio.StatusUndelivered, "30003")
	require.NoError(t, o.simulator.SetTwilioFaults(simulator.Faults{DropAfter: 1}))
	order := o.order("firm", collection.ChannelSMS)
	order.Try = 1
	_, err := o.Deliver(t.Context(), order)
	require.Error(t, err)
	o.FindSMS = found{proofThat(messaging.DeliveryFailed, known, "30003")}
	_, err = o.Deliver(t.Context(), order)
	require.ErrorContains(t, err, "waiting for proof")
}

func TestAMailOfUnknownFateWaitsForProofAndIsNeverSentAgainByItself(t *testing.T) {
	t.Parallel()
	o := open(t)
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{DropAfter: 1, EventsSuppressed: 1}))
	for range 3 {
		_, err := o.Deliver(t.Context(), o.order("firm", collection.ChannelEmail))
		require.ErrorContains(t, err, "proof")
	}
	require.Equal(t, casefile.MessageSending, o.file().Messages[0].State)

	o.AmbiguousAfter = 0
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{}))
	for range 2 {
		delivery := o.deliver("firm", collection.ChannelEmail)
		require.Equal(t, activities.DeliveryFailed, delivery.Outcome, "the next channel or a person takes over")
		require.True(t, delivery.Doubtful)
		require.Contains(t, delivery.Reason, "no-proof")
	}
	require.Equal(t, 1, o.accepted())
	require.True(t, o.file().Messages[0].IsDoubtful())
}

func TestThePersonWhoIsAskedWhatBecameOfAMessageIsToldWhereToLookAndHowToAnswer(t *testing.T) {
	t.Parallel()
	o := open(t, func(opening *casefile.Opening) {
		opening.Strategy.Steps[0].Channels = []collection.Channel{collection.ChannelEmail}
	})
	o.AmbiguousAfter = 0
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{DropAfter: 1, EventsSuppressed: 1}))
	_, err := o.Deliver(t.Context(), o.order("firm", collection.ChannelEmail))
	require.Error(t, err)
	require.True(t, o.deliver("firm", collection.ChannelEmail).Doubtful)
	next := collection.Next(o.file().Case, moment)
	require.Equal(t, collection.TaskReach, next.Task)
	require.True(t, next.Doubtful)
	file := &activities.CaseFile{Store: o.store}
	require.NoError(t, file.OpenTask(t.Context(), activities.TaskOrder{
		CaseKey: activities.CaseKey{Creditor: casefiletest.Creditor, Invoice: "F-1"}, Step: "firm", Task: next.Task, Doubtful: next.Doubtful, At: moment,
	}))
	task, id := o.file().Tasks[0], o.file().Messages[0].ID
	require.Equal(t, "Find out whether the message of the step firm has arrived", task.Title)
	for _, said := range []string{
		"may have arrived", "not sent again by itself", "SendGrid: Email Activity", "the log of the mail server",
		"relance resolve acme/F-1 " + id + " --outcome arrived", "relance resolve acme/F-1 " + id + " --outcome lost", "POST /v1/cases/acme/F-1/messages/" + id + "/resolution",
		"est peut-être arrivé", "n’est pas renvoyé automatiquement", "le journal du serveur de messagerie",
	} {
		require.Contains(t, task.Detail, said)
	}
	require.NotContains(t, task.Detail, "@", "nothing personal")
}

func TestWhereTheInstallationChoseSoAReminderOfUnknownFateIsSentOnceMoreAndHasItsOwnTimeToBeProven(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.ResendUnproven = true
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{DropAfter: 1, EventsSuppressed: 1}))
	_, err := o.Deliver(t.Context(), o.order("firm", collection.ChannelEmail))
	require.ErrorContains(t, err, "proof")
	o.yesterday("the worker was killed while it sent, and its attempt was found a day later")
	_, err = o.Deliver(t.Context(), o.order("firm", collection.ChannelEmail))
	require.ErrorContains(t, err, "sent once more")
	for range 3 {
		_, err = o.Deliver(t.Context(), o.order("firm", collection.ChannelEmail))
		require.ErrorContains(t, err, "proof")
	}
	require.Equal(t, casefile.MessageSending, o.file().Messages[0].State)
	require.Equal(t, 2, o.accepted())

	o.yesterday("nothing was heard of the second one either")
	require.Equal(t, activities.DeliveryFailed, o.deliver("firm", collection.ChannelEmail).Outcome)
	require.Equal(t, 2, o.accepted(), "it is sent once more only once")
}

func TestAFormalNoticeOfUnknownFateIsNeverResentByItself(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.AmbiguousAfter = 0
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{DropAfter: 1, EventsSuppressed: 1}))
	_, err := o.Deliver(t.Context(), o.order("formal", collection.ChannelEmail))
	require.Error(t, err)
	require.Equal(t, activities.DeliveryFailed, o.deliver("formal", collection.ChannelEmail).Outcome)
	require.Equal(t, 1, o.accepted())
}

func TestALetterIsQueuedOnceAlsoAfterACrash(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.AmbiguousAfter = 0
	crashed := errors.New("the worker died here")
	press := o.Print
	o.Print = func(compose.Letter) ([]byte, error) { return nil, crashed }
	require.Equal(t, activities.DeliveryFailed, o.deliver("formal", collection.ChannelLetter).Outcome)
	o.Print = press
	order := o.order("formal", collection.ChannelLetter)
	order.Try = 1
	message, _, err := o.store.ReserveMessage(t.Context(), casefile.Reservation{
		MessageKey: casefile.MessageKey{Creditor: order.Creditor, Invoice: order.Invoice, Step: order.Step, Channel: order.Channel, Try: 1},
		At:         moment, Deadline: order.Deadline,
	}, func(casefile.MessageContext) (casefile.Draft, error) {
		return casefile.Draft{Recipient: "Martin SAS", ContentType: "application/pdf", Bytes: []byte("%PDF")}, nil
	})
	require.NoError(t, err)
	sending, err := o.store.BeginSending(t.Context(), message.ID, moment)
	require.NoError(t, err)
	require.True(t, sending.MayCall, "the worker dies after this")
	for range 2 {
		delivery, err := o.Deliver(t.Context(), order)
		require.NoError(t, err)
		require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
	}
	require.Len(t, o.file().Tasks, 1)
}

func TestNothingLeavesAfterThePayment(t *testing.T) {
	t.Parallel()
	o := open(t)
	_, err := o.store.PostEntry(t.Context(), casefile.Posting{
		Creditor: casefiletest.Creditor, Invoice: "F-1", At: moment, Source: "test",
		Entry: ledger.Entry{Kind: ledger.EntryPayment, ID: "P1", Amount: money.FromMinor(120_00, money.EUR), ValueDate: calendar.DateOf(moment)},
	})
	require.NoError(t, err)
	delivery := o.deliver("firm", collection.ChannelEmail)
	require.Equal(t, activities.DeliveryWithheld, delivery.Outcome)
	require.True(t, delivery.Open.IsZero(), "the case learns from the gate that it is paid")
	require.Zero(t, o.accepted())
}

func TestALateNoticeIsPlannedAnewAndNeverNamesAPastDeadline(t *testing.T) {
	t.Parallel()
	window := calendar.StandardWindow("FR", zoneOf(t, "Europe/Paris"))
	own := func(text string) time.Time {
		day, err := calendar.ParseDate(text)
		require.NoError(t, err)
		return window.Instant(day, casefiletest.Debtor)
	}
	for name, c := range map[string]struct{ now, until time.Time }{
		"at night":                               {moment.Add(12 * time.Hour), own("2026-03-24")},
		"on a Sunday":                            {moment.AddDate(0, 0, 6), own("2026-03-30")},
		"the next day, before a day is lost":     {moment.AddDate(0, 0, 1).Add(-time.Hour), moment.AddDate(0, 0, 1).Add(-time.Hour)},
		"days later, before the debtor's moment": {own("2026-04-01").Add(-time.Minute), own("2026-04-01")},
		"days later, after the debtor's moment":  {own("2026-04-01").Add(time.Minute), own("2026-04-02")},
		"on the Friday before Easter Monday":     {own("2026-04-03").Add(time.Minute), own("2026-04-07")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := open(t)
			o.at(c.now)
			delivery := o.deliver("firm", collection.ChannelEmail)
			require.Equal(t, activities.DeliveryWithheld, delivery.Outcome)
			require.Equal(t, collection.PostponedForLateness, delivery.For)
			require.Zero(t, o.accepted())
			require.WithinDuration(t, c.until, delivery.Until, time.Minute)
		})
	}
	t.Run("on the same day, still within hours", func(t *testing.T) {
		t.Parallel()
		o := open(t)
		o.at(moment.Add(2 * time.Hour))
		require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelEmail).Outcome)
	})
}

func TestADebtorWithoutAnAddressFailsTheChannelAndTellsNoName(t *testing.T) {
	t.Parallel()
	o := open(t, func(opening *casefile.Opening) {
		opening.Contacts[0].Email, opening.Contacts[0].Phone = "", "+33199001234"
	})
	for _, channel := range []collection.Channel{collection.ChannelEmail, collection.ChannelSMS} {
		delivery := o.deliver("firm", channel)
		require.Equal(t, activities.DeliveryFailed, delivery.Outcome)
		require.Contains(t, delivery.Reason, "no contact of the debtor")
		require.NotContains(t, delivery.Reason, "Martin")
	}
	loaded, err := o.store.LoadCase(t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(t, err)
	require.Equal(t, collection.StageUnreachable, loaded.Stage(moment))
}

func TestAChannelWithoutAProviderIsUnusableAndDoesNotStopTheOthers(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.SMS = nil
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelEmail).Outcome)
	delivery := o.deliver("firm", collection.ChannelSMS)
	require.Equal(t, activities.DeliveryFailed, delivery.Outcome)
	require.Contains(t, delivery.Reason, "no provider is configured")
}

func TestARefusedRecipientFailsTheChannelForGood(t *testing.T) {
	t.Parallel()
	o := open(t)
	require.NoError(t, o.simulator.SetTwilioFaults(simulator.Faults{OptedOut: []string{"+33612345678"}}))
	delivery := o.deliver("firm", collection.ChannelSMS)
	require.Equal(t, activities.DeliveryFailed, delivery.Outcome)
	require.Equal(t, casefile.MessageFailed, o.file().Messages[0].State)
}
