package endtoend_test

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/messaging"
	"relance/messaging/simulator"
)

// answer has debtors of two groups answer the first message they got: STOP to a short
// message, a question to a mail.
func (w *week) answer() {
	w.t.Helper()
	debtors := w.debtorsByAddress()
	for _, m := range w.provider.Messages(w.seen) {
		w.seen = m.Number
		debtor := debtors[m.To]
		_, answered := w.answers[debtor]
		text := ""
		switch {
		case answered:
		case stopping.has(debtor) && m.Channel == messaging.ChannelSMS:
			text = "STOP"
		case answering.has(debtor) && m.Channel == messaging.ChannelEmail:
			text = "Bonjour, pouvez-vous m’envoyer le bon de livraison ?"
		}
		if text == "" {
			continue
		}
		_, err := w.provider.Reply(w.t.Context(), simulator.Reply{Number: m.Number, Text: text})
		require.NoError(w.t, err)
		w.answers[debtor] = debtorAnswer{channel: m.Channel, wall: time.Now(), at: w.clock.Now()}
	}
}

// requireAnswersHeeded: an answer holds its cases for three working days and asks a
// person; and who said STOP hears nothing by SMS any more, and goes on hearing by mail.
func (w *week) requireAnswersHeeded() {
	w.t.Helper()
	require.Greater(w.t, len(w.answers), 20)
	mailsAfterStop := 0
	for debtor, answer := range w.answers {
		held, asked := 0, 0
		for _, c := range w.claims {
			if c.debtor != debtor {
				continue
			}
			file := w.files[c.number]
			for _, task := range file.Tasks {
				if task.Kind == collection.TaskAnswer && task.State == casefile.TaskOpen {
					asked++
				}
			}
			for _, hold := range file.Case.Holds {
				held++
				w.requireHeld(file, hold, answer)
			}
			for _, m := range file.Messages {
				if stopping.has(debtor) && m.LastSendingAt.After(answer.wall) {
					require.NotEqual(w.t, collection.ChannelSMS, m.Channel, "%s leaves to debtor %d, who said STOP", m.ID, debtor)
					mailsAfterStop++
				}
			}
		}
		require.Positive(w.t, held, "the answer of debtor %d holds a case", debtor)
		require.Equal(w.t, 1, asked, "one person is asked to read the answer of debtor %d", debtor)
	}
	require.Positive(w.t, mailsAfterStop, "mails to debtors who want no short messages")
}

// requireHeld: nothing leaves while a case is held, from the moment its answer was taken
// in, whenever the case was told.
func (w *week) requireHeld(file casefile.File, hold collection.Hold, answer debtorAnswer) {
	w.t.Helper()
	number := file.Case.Invoice
	from := file.Case.Window.DateOf(answer.at)
	last := from
	for range 3 {
		last = workingDay(last.AddDays(1))
	}
	require.InDelta(w.t, int(last), int(hold.Until), 1, "%s is held for three working days from %s", number, from) // it may be taken in after midnight
	for _, m := range file.Messages {
		if m.LastSendingAt.After(answer.wall) {
			require.Greater(w.t, w.dayOf(m.BusinessAt), hold.Until, "%s leaves for %s at %s, while that is held: the answer was taken in at %s", m.ID, number, m.LastSendingAt, answer.wall)
		}
	}
}

// requireLettersQueued: each letter waits in the print queue, and a task asks to post it.
func (w *week) requireLettersQueued() {
	w.t.Helper()
	queued := 0
	for _, c := range w.claims {
		file := w.files[c.number]
		for _, m := range file.Messages {
			if !m.Channel.IsPaper() {
				continue
			}
			letter, err := w.store.LetterOfMessage(w.t.Context(), m.ID)
			require.NoError(w.t, err)
			require.True(w.t, byPost.has(c.debtor))
			if _, isPaid := w.paidAt(c); isPaid {
				continue // what lies there unposted is taken out, or another one in its place
			}
			require.Equal(w.t, casefile.LetterQueued, letter.State, c.number)
			require.True(w.t, slices.ContainsFunc(file.Tasks, func(task casefile.Task) bool {
				return task.Kind == collection.TaskPostLetter && task.State == casefile.TaskOpen
			}), "nobody is asked to post the letter of %s", c.number)
			queued++
		}
	}
	require.Positive(w.t, queued)
}

// debtorsByAddress are the debtors by their address for mail and their number.
func (w *week) debtorsByAddress() map[string]int {
	debtors := map[string]int{}
	for _, c := range w.claims {
		debtors[mailOf(c.debtor)], debtors[numberOf(c.debtor)] = c.debtor, c.debtor
	}
	return debtors
}

// workingDay is the day itself, or the Monday after it; no day of the week or of the next is a holiday.
func workingDay(day calendar.Date) calendar.Date {
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDays(1)
	}
	return day
}
