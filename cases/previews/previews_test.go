package previews_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases/previews"
	"relance/collection"
	"relance/config"
	"relance/messaging/audience"
	"relance/messaging/compose"
)

// now is Monday 6 April 2026, a week after the due date.
var now = time.Date(2026, time.April, 6, 9, 0, 0, 0, time.UTC)

func maker(t *testing.T) (*previews.Maker, *casefile.Store) {
	t.Helper()
	templates, err := compose.Load(config.Templates)
	require.NoError(t, err)
	store := casefiletest.Open(t)
	creditor, err := store.Creditor(t.Context(), casefiletest.Creditor)
	require.NoError(t, err)
	creditor.SMSSender = "Acme"
	require.NoError(t, store.SaveCreditor(t.Context(), creditor))
	opening := casefiletest.Opening("F-1")
	opening.Contacts[0].Language = "fr"
	opening.Strategy = collection.Strategy{Name: "preview", Version: 1, Steps: []collection.Step{
		{
			Key: "reminder", DueOffset: 3, Tone: collection.ToneCourteous, Template: "reminder-courteous", Stage: collection.StageReminding,
			Channels: []collection.Channel{collection.ChannelEmail}, Fallbacks: []collection.Channel{collection.ChannelSMS}, DeadlineDays: 7,
		},
		{
			Key: "formal-notice", DueOffset: 20, Spacing: 8, Tone: collection.ToneFormal, Template: "formal-notice", DeadlineDays: 15,
			Channels: []collection.Channel{collection.ChannelEmail, collection.ChannelLetter}, Stage: collection.StageFormalNotice,
		},
	}}
	_, _, err = store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	clock, err := calendar.Accelerated(time.Now(), now, 1)
	require.NoError(t, err)
	return &previews.Maker{Store: store, Templates: templates, Clock: func() calendar.Clock { return clock }}, store
}

func order(step string, channel collection.Channel) activities.PreviewOrder {
	return activities.PreviewOrder{CaseKey: activities.CaseKey{Creditor: casefiletest.Creditor, Invoice: "F-1"}, Step: step, Channel: channel}
}

func TestThePreviewIsWhatWouldLeaveAndNothingIsStored(t *testing.T) {
	t.Parallel()
	previewer, store := maker(t)
	before, err := store.CaseFile(t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(t, err)

	message, err := previewer.Message(t.Context(), order("", ""))
	require.NoError(t, err)
	require.Equal(t, "reminder", message.Step)
	require.Equal(t, collection.ChannelEmail, message.Channel)
	require.Equal(t, "jeanne@martin.example", message.To)
	require.Contains(t, message.Text, "F-1")
	require.Empty(t, message.Withheld)
	require.Equal(t, "templates/reminder-courteous/fr.new.mail", message.Wording.File, message.Wording)
	require.Equal(t, "this is its first invoice", message.Wording.Why)

	after, err := store.CaseFile(t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(t, err)
	require.Equal(t, before.History, after.History)
	require.Empty(t, after.Messages)
	require.Empty(t, after.Tasks)

	// The bytes that leave say the same.
	notices := &activities.Notices{Store: store, Clock: previewer.Clock, Templates: previewer.Templates}
	preview, err := notices.Preview(t.Context(), order("reminder", collection.ChannelEmail))
	require.NoError(t, err)
	sent, _, err := store.ReserveMessage(t.Context(), casefile.Reservation{
		MessageKey: casefile.MessageKey{Creditor: casefiletest.Creditor, Invoice: "F-1", Step: "reminder", Channel: collection.ChannelEmail},
		At:         message.At, Deadline: calendar.NewDate(2026, time.April, 14),
	}, func(m casefile.MessageContext) (casefile.Draft, error) {
		require.Equal(t, m.MessageID, casefile.MessageKey{Creditor: casefiletest.Creditor, Invoice: "F-1", Step: "reminder", Channel: collection.ChannelEmail}.ID())
		return preview.Draft, nil
	})
	require.NoError(t, err)
	require.Equal(t, message.Subject, sent.Subject)
}

func TestAPreviewCanBeReadAsAnyStepChannelLanguageAndReader(t *testing.T) {
	t.Parallel()
	previewer, _ := maker(t)
	sms := order("reminder", collection.ChannelSMS)
	sms.Language, sms.Audience = "en", audience.Loyal
	message, err := previewer.Message(t.Context(), sms)
	require.NoError(t, err)
	require.Equal(t, "+33612345678", message.To)
	require.Equal(t, "templates/reminder-courteous/en.loyal.sms", message.Wording.File)
	require.Contains(t, message.Text, "no doubt overlooked")

	letter, err := previewer.Message(t.Context(), order("formal-notice", collection.ChannelLetter))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(letter.Letter), "%PDF"))
	require.Contains(t, letter.To, "Martin SAS")
	mail, err := previewer.Message(t.Context(), order("formal-notice", ""))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(mail.Letter), "%PDF"), "the letter goes with the mail")

	public := order("formal-notice", collection.ChannelEmail)
	public.Audience = audience.Public
	message, err = previewer.Message(t.Context(), public)
	require.NoError(t, err)
	require.Contains(t, message.Text, "D2192-35")
}

func TestWhatCannotBePreviewedIsExplained(t *testing.T) {
	t.Parallel()
	previewer, _ := maker(t)
	for _, c := range []struct {
		order activities.PreviewOrder
		want  string
	}{
		{order("call", ""), `the strategy preview has no step "call" that sends a message: its steps are reminder, formal-notice`},
		{order("reminder", collection.ChannelLetter), `the step reminder does not use the channel "letter": it uses [email sms]`},
	} {
		_, err := previewer.Message(t.Context(), c.order)
		var refused *collection.Refusal
		require.ErrorAs(t, err, &refused)
		require.Equal(t, c.want, refused.Message)
	}
	unknown := order("", "")
	unknown.Invoice = "F-9"
	_, err := previewer.Message(t.Context(), unknown)
	require.ErrorIs(t, err, casefile.ErrUnknownCase)
}

func TestThePageIsMarkedAndNeedsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	previewer, _ := maker(t)
	message, err := previewer.Message(t.Context(), order("", ""))
	require.NoError(t, err)
	page, err := message.Page()
	require.NoError(t, err)
	require.Contains(t, string(page), "Aperçu : ce message n’est ni enregistré ni envoyé.")
	require.Contains(t, string(page), "data:image/png;base64,", "the picture of the payment code is in it")
	require.NotContains(t, string(page), "cid:")
	require.NotRegexp(t, `<script|src="http`, string(page))
}

func TestTheGalleryShowsEveryTextAndItsFaults(t *testing.T) {
	t.Parallel()
	own := fstest.MapFS{"templates/reminder-firm/fr.loyal.sms": {Data: []byte("{{.Creditor.Name}} PAYEZ")}}
	templates, err := compose.Load(own, config.Templates)
	require.NoError(t, err)
	for all, least := range map[bool]int{true: 200, false: 2} {
		folder := filepath.Join(t.TempDir(), "gallery")
		written, err := previews.Gallery{Templates: templates, All: all}.Write(folder)
		require.NoError(t, err)
		require.GreaterOrEqual(t, written, least)
		index, err := os.ReadFile(filepath.Join(folder, "index.html"))
		require.NoError(t, err)
		links := regexp.MustCompile(`<a href="([^#"]+)"`).FindAllStringSubmatch(string(index), -1)
		require.Len(t, links, written)
		for _, link := range links {
			require.FileExists(t, filepath.Join(folder, link[1]))
		}
		require.Contains(t, string(index), "deadline", "what is wrong with the own text")
		require.Contains(t, string(index), "capitals")
	}
}
