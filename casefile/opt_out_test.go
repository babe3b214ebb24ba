package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/messaging"
)

func TestWhoeverWroteTakesBackWhatItWroteItself(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	const number = "+33612345678"
	start := optOut(collection.ChannelSMS, number)
	start.Source, start.At = casefile.StopOfAnswer("2"), sendingDay.Add(time.Hour)
	stops := func() bool {
		_, err := who(t, store, "F-1", collection.ChannelSMS)
		return err != nil
	}
	for name, other := range map[string]casefile.OptOut{
		"a person's":     {Source: casefile.StopOfAnswer("1"), By: "anna", At: sendingDay},
		"of a complaint": {Source: "twilio: complained", At: sendingDay},
		"of a newer STOP that the provider refused for": {Source: casefile.RefusedAsOptedOut, At: sendingDay.Add(2 * time.Hour)},
		"of a refusal that a person recorded":           {Source: casefile.RefusedAsOptedOut, By: "anna", At: sendingDay},
		"one that is newer":                             {Source: casefile.StopOfAnswer("3"), At: sendingDay.Add(2 * time.Hour)},
	} {
		other.Creditor, other.Debtor, other.Channel, other.Address = acme, martin, collection.ChannelSMS, number
		require.NoError(t, store.RecordOptOut(t.Context(), other))
		require.NoError(t, store.TakeStopBack(t.Context(), start))
		require.True(t, stops(), name)
		byPerson := other
		byPerson.Source, byPerson.At = "telephone call", sendingDay.Add(3*time.Hour)
		require.NoError(t, store.WithdrawOptOut(t.Context(), byPerson))
		require.False(t, stops(), name)
	}

	stop := optOut(collection.ChannelSMS, number)
	stop.Source = casefile.StopOfAnswer("4")
	require.NoError(t, store.RecordStop(t.Context(), stop))
	require.True(t, stops())
	require.NoError(t, store.TakeStopBack(t.Context(), start))
	require.False(t, stops())
	require.NoError(t, store.RecordStop(t.Context(), stop))
	require.False(t, stops(), "brought about again, it counts once")
	stop.Source = casefile.StopOfAnswer("5")
	require.NoError(t, store.RecordStop(t.Context(), stop))
	require.True(t, stops(), "another is another")

	byPerson := optOut(collection.ChannelSMS, number)
	byPerson.Source, byPerson.By = "telephone call", "anna"
	for range 2 {
		require.NoError(t, store.RecordOptOut(t.Context(), byPerson))
	}
	require.NoError(t, store.TakeStopBack(t.Context(), start))
	require.True(t, stops(), "a person recorded it as well")
	records, err := store.OptOuts(t.Context(), acme, martin)
	require.NoError(t, err)
	last := records[len(records)-1]
	require.Equal(t, "telephone call", last.Source)
	require.Equal(t, casefile.StopOfAnswer("5"), records[len(records)-2].Source, "what held when stays")
}

// Its provider had read the STOP and refused what was sent: nobody else has told of it.
func TestWhoeverWritesStartIsFreedOfTheStopThatOnlyItsProviderToldOf(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	const number = "+33612345678"
	stop := casefile.OptOut{Creditor: acme, Channel: collection.ChannelSMS, Address: number, Source: casefile.RefusedAsOptedOut, At: sendingDay}
	start := optOut(collection.ChannelSMS, number)
	start.Source, start.At = casefile.StopOfAnswer("1"), sendingDay.Add(time.Hour)
	isHeeded := func() bool {
		_, err := who(t, store, "F-1", collection.ChannelSMS)
		return err != nil
	}
	require.NoError(t, store.RecordOptOut(t.Context(), stop))
	require.True(t, isHeeded())
	byWhatsApp := start
	byWhatsApp.Channel = collection.ChannelWhatsApp
	require.NoError(t, store.TakeStopBack(t.Context(), byWhatsApp))
	require.True(t, isHeeded(), "it was said on another channel")
	require.NoError(t, store.TakeStopBack(t.Context(), start))
	require.False(t, isHeeded())

	sms := reminder("F-1")
	sms.Channel = collection.ChannelSMS
	sending, err := store.ReserveAndBegin(t.Context(), sms, func(c casefile.MessageContext) (casefile.Draft, error) {
		draft, err := compose(c)
		draft.Recipient = number
		return draft, err
	})
	require.NoError(t, err)
	require.True(t, sending.MayCall, sending.Gate.Reason)
	_, err = store.RecordDeliveryEvent(t.Context(), casefile.DeliveryEvent{
		Provider: "twilio", EventID: "SM1/failed", MessageID: sending.Message.ID, Kind: messaging.DeliverySuppressed, Code: "21610", At: sendingDay,
	})
	require.NoError(t, err)
	require.True(t, isHeeded(), "the provider took the message and did not send it on")
	require.NoError(t, store.TakeStopBack(t.Context(), start))
	require.False(t, isHeeded())
}
