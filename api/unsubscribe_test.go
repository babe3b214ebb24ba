package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/collection"
	"relance/messaging/unsubscribe"
	"relance/recipients"
)

// mailed composes an e-mail to the debtor of a case and returns the path of its link.
func (b *bundle) mailed(number string, channel collection.Channel) string {
	b.t.Helper()
	b.opened(number)
	key, err := b.cases.Store.LinkKey(b.t.Context())
	require.NoError(b.t, err)
	message, _, err := b.cases.Store.ReserveMessage(b.t.Context(), casefile.Reservation{
		MessageKey: casefile.MessageKey{Creditor: b.creditor, Invoice: number, Step: "courtesy", Channel: channel}, At: today.Add(time.Hour),
	}, func(casefile.MessageContext) (casefile.Draft, error) {
		return casefile.Draft{Recipient: "compta@durand.example", Language: "fr", ContentType: "application/json", Bytes: []byte("{}")}, nil
	})
	require.NoError(b.t, err)
	link, err := url.Parse(unsubscribe.New("https://relance.example", key).URL(message.ID))
	require.NoError(b.t, err)
	return link.Path
}

// mayBeMailed is whether the next e-mail of a case would find somebody.
func (b *bundle) mayBeMailed(number string) bool {
	b.t.Helper()
	file, err := b.cases.Store.CaseFile(b.t.Context(), b.creditor, number)
	require.NoError(b.t, err)
	_, err = recipients.Choose(file.Question("courtesy", collection.ChannelEmail, file.Invoice.DueDate))
	return err == nil
}

func TestOneClickUnsubscribesAndNeedsNoKey(t *testing.T) {
	t.Parallel()
	b := setup(t)
	path := b.mailed("F-1", collection.ChannelEmail)
	click := b.request(http.MethodPost, path, "List-Unsubscribe=One-Click")
	click.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for range 2 {
		require.Equal(t, http.StatusOK, b.send(click.Clone(t.Context())).status)
	}
	require.False(t, b.mayBeMailed("F-1"))
	optOuts, err := b.cases.Store.OptOuts(t.Context(), b.creditor, "C-1007")
	require.NoError(t, err)
	require.Len(t, optOuts, 1)
	require.Equal(t, "unsubscribe-link", optOuts[0].Source)
	require.Equal(t, "compta@durand.example", optOuts[0].Address)
}

func TestOpeningTheLinkAsksAndDoesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	page := b.send(b.request(http.MethodGet, b.mailed("F-1", collection.ChannelEmail), nil))
	require.Equal(t, http.StatusOK, page.status)
	require.Equal(t, "text/html; charset=utf-8", page.header.Get("Content-Type"))
	require.Contains(t, page.header.Get("Content-Security-Policy"), "default-src 'none'")
	html := string(page.body)
	require.Contains(t, html, `<form method="post">`)
	require.Contains(t, html, "Ne plus recevoir d’e-mails", "in the language of the mail")
	require.NotContains(t, html, "<script")
	require.NotContains(t, html, "durand", "whoever has the link learns nothing of the debtor")
	require.True(t, b.mayBeMailed("F-1"))
}

func TestALinkThatIsNoneIsToldApart(t *testing.T) {
	t.Parallel()
	b := setup(t)
	path := b.mailed("F-1", collection.ChannelEmail)
	ofSMS := b.mailed("F-2", collection.ChannelSMS)
	broken := path[:len(path)-1] + strings.ToUpper(path[len(path)-1:]) + "x"
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		for _, wrong := range []string{broken, "/unsubscribe/nothing", ofSMS} {
			request := b.request(method, wrong, nil)
			request.Header.Set("Accept-Language", "fr-FR,fr;q=0.9")
			answer := b.send(request)
			require.Equal(t, http.StatusNotFound, answer.status, wrong)
			require.Contains(t, string(answer.body), "Ce lien n’est pas valable")
		}
	}
	require.True(t, b.mayBeMailed("F-1"))
}
