package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
)

func TestWhoRepeatsAnIDWithOtherFactsIsToldThatNothingWasChanged(t *testing.T) {
	t.Parallel()
	c := newCase()
	hold := collection.PlaceHold{ID: "h", Reason: "they are talking", On: c.DueDate, Until: c.DueDate.AddDays(9)}
	dispute := collection.RaiseDispute{
		ID: "d", Reason: collection.DisputePrice, RaisedBy: collection.DisputeByDebtor, On: c.DueDate, Today: c.DueDate, Amount: euros(3000),
	}
	answer := collection.ResolveDispute{ID: "d", Outcome: collection.DisputeSplit, Amount: euros(1000), Today: c.DueDate}
	for _, command := range []collection.Command{hold, dispute, answer} {
		require.NoError(t, c.Contradiction(command), "it is new")
		events, err := collection.Decide(c, command)
		require.NoError(t, err)
		c = collection.ApplyAll(c, events)
		require.NoError(t, c.Contradiction(command), "it is the same")
	}
	later, more, another := hold, dispute, answer
	later.Until = later.Until.AddDays(1)
	more.Amount = euros(4000)
	another.Amount = euros(2000)
	for words, command := range map[string]collection.Command{
		"the hold h of": later, "the dispute d of": more, "was answered on " + c.DueDate.String() + " already: split, 10.00 EUR were given up": another,
	} {
		require.ErrorContains(t, c.Contradiction(command), words)
		events, err := collection.Decide(c, command)
		require.NoError(t, err, "a signal delivered twice is no fault")
		require.Empty(t, events)
	}
}
