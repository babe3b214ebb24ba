package api_test

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/collection"
	"relance/messaging"
	"relance/messaging/unsubscribe"
	"relance/recipients"
)

// mailed composes an e-mail to the debtor of a case and returns the path of its link.
func (b *bundle) mailed(number string, channel collection.Channel) string {
	b.t.Helper()
	return b.mailedAs(number, channel, []byte("{}"))
}

// mailedAs composes a message of those bytes.
func (b *bundle) mailedAs(number string, channel collection.Channel, bytes []byte) string {
	b.t.Helper()
	b.opened(number)
	key, err := b.cases.Store.LinkKey(b.t.Context())
	require.NoError(b.t, err)
	message, _, err := b.cases.Store.ReserveMessage(b.t.Context(), casefile.Reservation{
		MessageKey: casefile.MessageKey{Creditor: b.creditor, Invoice: number, Step: "courtesy", Channel: channel}, At: today.Add(time.Hour),
	}, func(casefile.MessageContext) (casefile.Draft, error) {
		return casefile.Draft{Recipient: "compta@durand.example", Language: "fr", ContentType: "application/json", Bytes: bytes}, nil
	})
	require.NoError(b.t, err)
	link, err := url.Parse(unsubscribe.New("https://relance.example", key).URL(message.ID))
	require.NoError(b.t, err)
	return link.Path
}

// mailedWithCopies composes an e-mail to the debtor with copies.
func (b *bundle) mailedWithCopies(number string, copies ...string) string {
	b.t.Helper()
	email := messaging.Email{
		MessageID: "m-1", From: messaging.Address{Email: "compta@acme.example"}, To: messaging.Address{Email: "compta@durand.example"},
		Subject: "Facture échue", Text: "Bonjour",
	}
	for _, address := range copies {
		email.CC = append(email.CC, messaging.Address{Email: address})
	}
	bytes, err := email.Encode()
	require.NoError(b.t, err)
	return b.mailedAs(number, collection.ChannelEmail, bytes)
}

// postForm sends the form of the page.
func (b *bundle) postForm(path string, form url.Values) reply {
	b.t.Helper()
	request := b.request(http.MethodPost, path, form.Encode())
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(request)
}

func (b *bundle) optedOut() []string {
	b.t.Helper()
	optOuts, err := b.cases.Store.OptOuts(b.t.Context(), b.creditor, "C-1007")
	require.NoError(b.t, err)
	var addresses []string
	for _, optOut := range optOuts {
		addresses = append(addresses, optOut.Address)
	}
	return addresses
}

// A click on a mail that several people have does not tell whose it was.
func TestAMailWithCopiesAsksWhichAddressAndOptsOutThatOneAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	path := b.mailedWithCopies("F-1", "sam@acme.example", "Bea@durand.example", "carl@durand.example")
	for _, contact := range []string{"bea@durand.example", "carl@durand.example"} {
		_, err := b.cases.Store.SaveContact(t.Context(), casefile.Contact{Creditor: b.creditor, Debtor: "C-1007", Role: "buyer", Email: contact})
		require.NoError(t, err)
	}
	_, err := b.cases.Store.SaveColleague(t.Context(), casefile.Colleague{Creditor: b.creditor, Role: "salesperson", Name: "Sam", Email: "sam@acme.example"})
	require.NoError(t, err)

	page := b.send(b.request(http.MethodGet, path, nil))
	require.Equal(t, http.StatusOK, page.status)
	html := string(page.body)
	require.Contains(t, html, "<legend>Quelle adresse ne doit plus en recevoir\u00a0?</legend>")
	choice := regexp.MustCompile(`name="address" value="([^"]+)" required> (.+)</label>`)
	choices := map[string]string{}
	for _, found := range choice.FindAllStringSubmatch(html, -1) {
		choices[found[2]] = found[1]
	}
	require.ElementsMatch(t, []string{"co•••@durand.example", "be•••@durand.example", "ca•••@durand.example"}, slices.Collect(maps.Keys(choices)), "no colleague of the creditor's")
	require.NotContains(t, html, "compta@")
	require.NotContains(t, html, "role=\"alert\"")

	for _, form := range []url.Values{{"List-Unsubscribe": {"One-Click"}}, {}, {"address": {""}}, {"address": {"sam@acme.example"}}, {"address": {"compta@durand.example"}}} {
		refused := b.postForm(path, form)
		require.Equal(t, http.StatusUnprocessableEntity, refused.status, form)
		require.Contains(t, string(refused.body), `role="alert"`)
		require.Contains(t, string(refused.body), "be•••@durand.example", "the choice is shown again")
		require.Empty(t, b.optedOut(), form)
	}
	require.Equal(t, http.StatusOK, b.postForm(path, url.Values{"address": {choices["be•••@durand.example"]}}).status)
	require.Equal(t, []string{"bea@durand.example"}, b.optedOut())
	require.True(t, b.mayBeMailed("F-1"), "whoever did not ask is still written to")
}

func TestTheChoiceOfOneMailIsNoneOfAnother(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first, second := b.mailedWithCopies("F-1", "sam@acme.example"), b.mailedWithCopies("F-2", "sam@acme.example")
	html := string(b.send(b.request(http.MethodGet, first, nil)).body)
	found := regexp.MustCompile(`name="address" value="([^"]+)"`).FindStringSubmatch(html)
	require.Len(t, found, 2)
	require.Equal(t, http.StatusUnprocessableEntity, b.postForm(second, url.Values{"address": {found[1]}}).status)
	require.Empty(t, b.optedOut())
	require.Equal(t, http.StatusOK, b.postForm(first, url.Values{"address": {found[1]}}).status)
	require.Equal(t, []string{"compta@durand.example"}, b.optedOut())
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
