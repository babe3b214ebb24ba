package endtoend_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
)

// The ladders of this test: a reminder by e-mail and WhatsApp, and a formal notice by
// registered letter. Their second step is weeks away.
var otherChannels = map[string]string{
	"by-whatsapp.yaml": `name: by-whatsapp
version: 1
title: {fr: WhatsApp, en: WhatsApp}
description: {fr: Pour un essai., en: For a test.}
for: business
steps:
  - {key: reminder, title: {fr: Relance, en: Reminder}, when: {after_due: 1}, tone: firm, channels: [email, whatsapp], template: reminder-firm, deadline: 7}
  - {key: reminder-last, title: {fr: Dernière, en: Last}, when: {after_previous: 20}, tone: final, channels: [email], template: reminder-last, deadline: 7}
`,
	"by-letter.yaml": `name: by-letter
version: 1
title: {fr: Lettre, en: Letter}
description: {fr: Pour un essai., en: For a test.}
for: business
steps:
  - {key: formal, title: {fr: Mise en demeure, en: Formal notice}, when: {after_due: 1}, tone: formal, channels: [registered-letter], template: formal-notice, deadline: 8}
  - {key: reminder-last, title: {fr: Suites, en: Handoff}, when: {after_previous: 30}, opens: handoff}
`,
}

const whatsAppOfTheCreditor = `    whatsapp:
      from: "+33639989999"
      content_sids:
        reminder-firm/fr: HX0123456789abcdef0123456789abcdef
`

func TestKillingTheWorkerNeitherDoublesNorLosesWhatGoesByMailServerWhatsAppOrLetter(t *testing.T) {
	const kills, count = 6, 60
	i := install(t, plan{
		faults: unruly, ambiguousAfter: 40 * time.Second, concurrentSends: 4, otherProviders: true,
		creditorYAML: whatsAppOfTheCreditor, strategies: otherChannels,
	})
	var claims []claim
	for n := range count {
		strategy := []string{"by-whatsapp", "by-letter"}[n%2]
		claims = append(claims, claim{number: fmt.Sprintf("K-%04d", n), debtor: n, due: calendar.NewDate(2026, time.March, 6), strategy: strategy})
	}
	i.importLedger(claims)

	chance := rand.New(rand.NewPCG(2026, 4))
	whileSending := 0
	for kill := range kills {
		i.startWorker()
		at := []moment{arrived, accepted, answered}[kill%3]
		var killed error
		struck := i.provider.aim(1+chance.IntN(5), at, chance, func() { killed = i.worker.Kill() })
		select {
		case <-struck.done:
		case <-time.After(90 * time.Second):
			require.Fail(t, "no send came to be killed in", "kill %d, %s", kill, at)
		}
		require.NoError(t, killed)
		<-i.worker.Done()
		if struck.underWay > 0 {
			whileSending++
		}
	}
	require.GreaterOrEqual(t, whileSending, kills/2, "kills while sends were under way")
	i.startWorker()
	i.untilWorkedOff(7 * time.Minute)
	i.requireOnceEachByOtherChannels(claims)
	requireNoPersonalData(t, i.client, i.store)
	t.Logf("%d kills, %d while sends were under way; the providers answered %v", kills, whileSending, i.provider.Stats().Answers)
}

// requireOnceEachByOtherChannels compares what the case file says was sent with what the
// providers have. What nobody can look up, a mail, is not sent again: WhatsApp takes over,
// or a person.
func (i *installation) requireOnceEachByOtherChannels(claims []claim) {
	i.t.Helper()
	taken := i.provider.AcceptedByID()
	for _, letter := range i.provider.shop.Letters() {
		require.Zero(i.t, taken[letter.MessageID], "the service has the letter of %s twice", letter.Reference)
		taken[letter.MessageID]++
	}
	known, numbers := map[string]bool{}, map[string]bool{}
	doubtful := 0
	for _, c := range claims {
		file := i.caseFile(c.number)
		i.requireHonest(file, taken)
		var channels []collection.Channel
		for _, message := range file.Messages {
			channels, known[message.ID] = append(channels, message.Channel), true
			if message.IsDoubtful() {
				doubtful++
			}
		}
		wanted := []collection.Channel{collection.ChannelEmail, collection.ChannelWhatsApp}
		if strings.HasSuffix(c.strategy, "letter") {
			wanted = []collection.Channel{collection.ChannelRegisteredLetter}
			letter, err := i.store.LetterOfMessage(i.t.Context(), file.Messages[0].ID)
			require.NoError(i.t, err)
			require.Equal(i.t, casefile.LetterQueued, letter.State, c.number)
			require.False(i.t, numbers[letter.Number], "two letters have the number %s", letter.Number)
			numbers[letter.Number] = true
		}
		require.ElementsMatch(i.t, wanted, channels, c.number)
	}
	for id, times := range taken {
		require.True(i.t, known[id], "the case file does not know the message %s", id)
		require.Equal(i.t, 1, times, "a provider took the message %s more than once", id)
	}
	require.Positive(i.t, doubtful, "the mail server fell silent after it had taken a mail: nobody can know of all")
	i.t.Logf("%d messages, of %d of which nobody knows whether they have arrived", len(known), doubtful)
	for n := range len(numbers) {
		require.True(i.t, numbers[fmt.Sprintf("2026-%06d", n+1)], "the register has a gap at %d", n+1)
	}
}
