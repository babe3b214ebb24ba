package endtoend_test

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"relance/messaging"
	"relance/messaging/simulator"
	"relance/money"
)

func mailOf(debtor int) string { return fmt.Sprintf("compta@client-%d.example", debtor) }

func numberOf(debtor int) string { return fmt.Sprintf("+3363998%02d%02d", debtor/100, debtor%100) }

// requireTrueWords reads what the providers took in the week: each message went to its
// debtor, names the invoices it is about and no other, and asks for what was open then, to
// the cent.
func (w *week) requireTrueWords() {
	w.t.Helper()
	byID := map[string]simulator.Message{}
	for _, m := range w.provider.Messages(0) {
		byID[m.MessageID] = m
	}
	read := 0
	for debtor, messages := range w.messages {
		owed := slices.DeleteFunc(slices.Clone(w.claims), func(c claim) bool { return c.debtor != debtor })
		for id := range messages {
			m, taken := byID[id]
			if !taken {
				continue // a letter, or one of which nobody knows
			}
			read++
			about := slices.DeleteFunc(slices.Clone(owed), func(c claim) bool { return !slices.Contains(messages[id].Invoices, c.number) })
			require.Len(w.t, about, len(messages[id].Invoices), "message %s is about invoices of debtor %d", id, debtor)
			w.requireTrue(m, messages[id].BusinessAt, about, owed)
		}
	}
	require.Greater(w.t, read, weekDebtors)
	w.t.Logf("%d messages were read", read)
}

func (w *week) requireTrue(m simulator.Message, at time.Time, about, owed []claim) {
	w.t.Helper()
	what := fmt.Sprintf("message %s to debtor %d of %s", m.MessageID, owed[0].debtor, at)
	content, err := w.provider.Content(m.Number)
	require.NoError(w.t, err)
	text := withoutSpaces(content.Text)
	isMail := m.Channel == messaging.ChannelEmail
	if isMail {
		require.Equal(w.t, mailOf(owed[0].debtor), m.To, what)
		require.Empty(w.t, m.CC, what)
	} else {
		require.Equal(w.t, numberOf(owed[0].debtor), m.To, what)
	}
	for _, c := range owed {
		isAbout := slices.ContainsFunc(about, func(other claim) bool { return other.number == c.number })
		if isMail || len(about) == 1 {
			require.Equal(w.t, isAbout, strings.Contains(text, c.number), "%s, about %s:\n%s", what, c.number, content.Text)
		}
	}
	if !isMail && len(about) > 1 {
		require.Contains(w.t, text, fmt.Sprintf("%dfactures", len(about)), what)
	}
	total := withoutSpaces(w.openOf(about, at).French())
	require.Contains(w.t, text, total, "%s asks for %s:\n%s", what, total, content.Text)
}

// openOf is what was open of the invoices that a message asks for: what is due, or, where
// nothing is due yet, all it announces.
func (w *week) openOf(about []claim, at time.Time) money.Amount {
	today := w.dayOf(at)
	due := slices.DeleteFunc(slices.Clone(about), func(c claim) bool { return c.due >= today })
	if len(due) == 0 {
		due = about
	}
	var cents int64
	for _, c := range due {
		cents += c.total().Minor()
		if paidAt, isPaid := w.paidAt(c); isPaid && paidAt.Before(at) {
			cents -= c.paid
		}
	}
	return money.FromMinor(cents, money.EUR)
}

func withoutSpaces(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\u202f' {
			return -1
		}
		return r
	}, text)
}
