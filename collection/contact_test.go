package collection_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/collection"
	"relance/money"
)

func TestAContactThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	today := calendar.NewDate(2026, time.May, 12)
	for reason, c := range map[string]struct {
		way      collection.ContactWay
		outcome  collection.CallOutcome
		on       calendar.Date
		promised money.Amount
	}{
		"":                                 {collection.ContactCall, collection.CallPromised, today, money.FromMinor(100, money.EUR)},
		"no way to get in touch":           {way: "pigeon"},
		"a call has an outcome":            {way: collection.ContactCall},
		"and only a call has":              {way: collection.ContactMeeting, outcome: collection.CallReached},
		"no outcome of a call":             {way: collection.ContactCall, outcome: "happy"},
		"say on which day":                 {way: collection.ContactCall, outcome: collection.CallBack},
		"a day belongs to a promise":       {collection.ContactCall, collection.CallReached, today, money.Amount{}},
		"is past":                          {collection.ContactCall, collection.CallBack, today - 1, money.Amount{}},
		"an amount belongs to a promise":   {collection.ContactCall, collection.CallBack, today, money.FromMinor(1, money.EUR)},
		"the promised amount -0.01 EUR is": {collection.ContactCall, collection.CallPromised, today, money.FromMinor(-1, money.EUR)},
	} {
		err := collection.CheckContact(c.way, c.outcome, c.on, today, c.promised)
		if reason == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, reason)
	}
	require.NoError(t, collection.CheckContact(collection.ContactMeeting, "", 0, today, money.Amount{}))
}

func TestACallIsMadeOnceTheDebtorWasReached(t *testing.T) {
	t.Parallel()
	made := map[collection.CallOutcome]bool{
		collection.CallReached: true, collection.CallPromised: true, collection.CallDisputes: true, collection.CallRefuses: true,
	}
	for _, outcome := range collection.CallOutcomes() {
		require.Equal(t, made[outcome], outcome.EndsTask(), outcome)
	}
}
