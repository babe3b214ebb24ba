package casefile

import (
	"fmt"
	"strconv"
	"strings"

	"relance/collection"
	"relance/ledger"
)

// pauseRule is the plain rule of the law by which the debts of an over-indebted consumer
// bear no interest.
const pauseRule = "interest-over-indebtedness"

// interestPause is the pause of the interest of a claim that a flag brings with it, by the
// law of the debtor's country as it stood on the day of the flag; it has no ID yet.
func (s *Store) interestPause(h collection.Hardship, dates claimDates, l liability) (ledger.Entry, bool) {
	first, last, pauses := h.InterestPause(dates.CompletedOn, dates.IssueDate, dates.DueDate)
	if !pauses {
		return ledger.Entry{}, false
	}
	rule, known := s.tariffs.Load().book.PlainRule(l.regime().Country, pauseRule, first)
	return ledger.Entry{Kind: ledger.EntryInterestPaused, ValueDate: first, Until: last, Note: rule.Article}, known
}

// pauseInterest has the account of a locked case say what a flag says of its interest. A
// flag that was corrected, ended or withdrawn takes its pause back, and pauses anew if it
// still pauses.
func (c *lockedCase) pauseInterest(h collection.Hardship) error {
	if h.ID == "" {
		return nil
	}
	record := c.record.value
	pause, pauses := c.store.interestPause(h, record.claimDates, record.liability)
	if _, _, says := h.InterestPause(record.CompletedOn, record.IssueDate, record.DueDate); says && !pauses {
		return nil // no law is known by which it would; what was recorded by one stays
	}
	known, isPaused, number := c.pauseOf(h)
	switch {
	case isPaused && pauses && known.ValueDate == pause.ValueDate && known.Until == pause.Until:
		return nil
	case isPaused:
		lifted := ledger.Entry{Kind: ledger.EntryInterestPauseLifted, ID: known.ID, ValueDate: known.ValueDate}
		if err := c.postFact(lifted, "hardship"); err != nil {
			return err
		}
	}
	if !pauses {
		return nil
	}
	pause.ID = pauseID(h, record.Invoice, number+1)
	return c.postFact(pause, "hardship")
}

// pauseOf is the pause that a flag brought and that counts, and how many it has brought.
func (c *lockedCase) pauseOf(h collection.Hardship) (known ledger.Entry, found bool, number int) {
	lifted := map[string]bool{}
	for _, entry := range c.entries {
		lifted[entry.ID] = lifted[entry.ID] || entry.Kind == ledger.EntryInterestPauseLifted
	}
	for _, entry := range c.entries {
		n, err := strconv.Atoi(strings.TrimPrefix(entry.ID, pausePrefix(h, c.record.value.Invoice)))
		if entry.Kind != ledger.EntryInterestPaused || err != nil {
			continue
		}
		number = max(number, n)
		if !lifted[entry.ID] {
			known, found = entry.Entry, true
		}
	}
	return known, found, number
}

func pauseID(h collection.Hardship, invoice string, number int) string {
	return fmt.Sprintf("%s%d", pausePrefix(h, invoice), number)
}

func pausePrefix(h collection.Hardship, invoice string) string { return h.ID + "/" + invoice + "/" }
