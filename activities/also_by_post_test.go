package activities_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/casefile"
	"relance/collection"
	"relance/letters"
	"relance/messaging/compose"
)

func TestARegisteredLetterSaysSoAndItsCopyByMailToo(t *testing.T) {
	t.Parallel()
	o := open(t, func(opening *casefile.Opening) {
		opening.Strategy.Steps[1].Channels = []collection.Channel{collection.ChannelRegisteredLetter, collection.ChannelEmail}
	})
	var printed []compose.Letter
	o.Print = func(letter compose.Letter) ([]byte, error) {
		printed = append(printed, letter)
		return letters.Print(letter)
	}
	for range 2 {
		require.Equal(t, activities.DeliveryAccepted, o.deliver("formal", collection.ChannelRegisteredLetter).Outcome)
	}
	require.Equal(t, activities.DeliveryAccepted, o.deliver("formal", collection.ChannelEmail).Outcome)
	require.Len(t, printed, 2)
	for _, letter := range printed {
		require.Equal(t, "Lettre recommandée avec avis de réception", letter.Sending)
	}
	require.Contains(t, printed[0].References[0], "2026-000001")
	require.NotEmpty(t, printed[0].PostingNumber)
	require.Empty(t, printed[1].PostingNumber)
	require.NotContains(t, printed[1].References[0], "2026-", "the copy has no number of its own")
	queued, err := o.store.Letters(t.Context(), casefile.LetterFilter{})
	require.NoError(t, err)
	require.Len(t, queued, 1)
	require.Equal(t, casefile.LetterRegistered, queued[0].Kind)
	require.Contains(t, o.file().Tasks[0].Detail, "with acknowledgement of receipt")
}

func TestAMailSaysThatACopyIsPostedOnlyWhenItsStepPostsOne(t *testing.T) {
	t.Parallel()
	const posted = "adressé par courrier"
	for name, c := range map[string]struct {
		channels, fallbacks []collection.Channel
		homeless, want      bool
	}{
		"a mail and a letter":          {[]collection.Channel{collection.ChannelEmail, collection.ChannelLetter}, nil, false, true},
		"a mail alone":                 {[]collection.Channel{collection.ChannelEmail}, nil, false, false},
		"a mail in place of a letter":  {[]collection.Channel{collection.ChannelLetter}, []collection.Channel{collection.ChannelEmail}, false, false},
		"a letter where a mail cannot": {[]collection.Channel{collection.ChannelEmail}, []collection.Channel{collection.ChannelLetter}, false, false},
		"a letter without an address":  {[]collection.Channel{collection.ChannelEmail, collection.ChannelLetter}, nil, true, false},
	} {
		o := open(t, func(opening *casefile.Opening) {
			opening.Strategy.Steps[1].Channels, opening.Strategy.Steps[1].Fallbacks = c.channels, c.fallbacks
			if c.homeless {
				opening.Debtor.Address = casefile.Address{}
			}
		})
		require.Equal(t, activities.DeliveryAccepted, o.deliver("formal", collection.ChannelEmail).Outcome, name)
		messages := o.simulator.Messages(0)
		require.NotEmpty(t, messages, name)
		content, err := o.simulator.Content(messages[0].Number)
		require.NoError(t, err)
		require.Equal(t, c.want, strings.Contains(strings.Join(strings.Fields(content.Text), " "), posted), "%s: %s", name, content.Text)
	}
}
