package unsubscribe_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/messaging/unsubscribe"
)

const message = "0d9be4a1-3f0f-8a60-8b0a-5f8e1f8a7c11"

var key = []byte("a key of thirty-two bytes, no more")

func TestALinkLeadsBackToItsMessage(t *testing.T) {
	t.Parallel()
	links := unsubscribe.New("https://relance.example/", key)
	url := links.URL(message)
	token, found := strings.CutPrefix(url, "https://relance.example/unsubscribe/")
	require.True(t, found)
	require.NotContains(t, token, "/")
	id, genuine := links.MessageOf(token)
	require.True(t, genuine)
	require.Equal(t, message, id)
	require.Equal(t, map[string]string{"List-Unsubscribe": "<" + url + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}, links.Headers(message))
}

func TestTheOneClickNeedsHTTPS(t *testing.T) {
	t.Parallel()
	require.NotContains(t, unsubscribe.New("http://127.0.0.1:8080", key).Headers(message), "List-Unsubscribe-Post")
}

func TestWithoutAPublicAddressOrAKeyThereIsNoLink(t *testing.T) {
	t.Parallel()
	for _, links := range []unsubscribe.Links{{}, unsubscribe.New("", key), unsubscribe.New("https://relance.example", nil)} {
		require.Empty(t, links.URL(message))
		require.Empty(t, links.Headers(message))
		_, genuine := links.MessageOf(message + ".")
		require.False(t, genuine && links.URL(message) != "")
	}
	_, genuine := unsubscribe.New("https://relance.example", nil).MessageOf(message + ".abc")
	require.False(t, genuine)
}

func TestALinkThatWasNotMadeHereIsRefused(t *testing.T) {
	t.Parallel()
	links := unsubscribe.New("https://relance.example", key)
	token := strings.TrimPrefix(links.URL(message), "https://relance.example/unsubscribe/")
	other := unsubscribe.New("https://relance.example", []byte("another key"))
	_, genuine := other.MessageOf(token)
	require.False(t, genuine)
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, len(token)-1).Draw(t, "place")
		changed := []byte(token)
		changed[i] = rapid.SampledFrom([]byte("abcXYZ019-_.")).Filter(func(b byte) bool { return b != token[i] }).Draw(t, "byte")
		_, genuine := links.MessageOf(string(changed))
		require.False(t, genuine)
	})
	for _, wrong := range []string{"", ".", "a", message, message + "."} {
		_, genuine := links.MessageOf(wrong)
		require.False(t, genuine, wrong)
	}
}

func TestAChoiceStandsForOneAddressOfOneMessage(t *testing.T) {
	t.Parallel()
	links := unsubscribe.New("https://relance.example", key)
	choice := links.Choice(message, "bea@martin.example")
	require.Equal(t, choice, links.Choice(message, "Bea@martin.example"))
	require.NotContains(t, choice, "bea")
	require.NotEqual(t, choice, links.Choice(message, "paul@martin.example"))
	require.NotEqual(t, choice, links.Choice("0198d3f2-0000-8000-8000-000000000001", "bea@martin.example"))
	_, genuine := links.MessageOf(message + "." + choice)
	require.False(t, genuine, "a choice is no link")
}
