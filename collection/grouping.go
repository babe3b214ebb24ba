package collection

import (
	"cmp"
	"slices"

	"relance/calendar"
)

// Grouping says which notices of one debtor leave together in one message.
type Grouping string

// The groupings a strategy may ask for.
const (
	// GroupAccount: whatever is due on the debtor's account; the default.
	GroupAccount Grouping = "account"
	// GroupStep: only notices of the same step.
	GroupStep Grouping = "step"
	// GroupInvoice: each invoice has messages of its own.
	GroupInvoice Grouping = "invoice"
)

// Groupings lists the groupings a strategy may ask for.
func Groupings() []Grouping { return []Grouping{GroupAccount, GroupStep, GroupInvoice} }

// Notice is what one step owes to a debtor about one invoice over one channel.
type Notice struct {
	Debtor   string
	Invoice  string
	DueDate  calendar.Date
	Strategy string
	Grouping Grouping
	Step     Step
	Channel  Channel
}

// NoticeOf is the notice of a step of a case.
func NoticeOf(c Case, step Step, channel Channel) Notice {
	return Notice{
		Debtor: c.Debtor, Invoice: c.Invoice, DueDate: c.DueDate, Strategy: c.Strategy.Name, Grouping: cmp.Or(c.Strategy.Grouping, GroupAccount), Step: step, Channel: channel,
	}
}

// IsUpcoming reports whether the invoice can still be paid in time on a day.
func (n Notice) IsUpcoming(today calendar.Date) bool { return n.DueDate >= today }

// IsLegal reports whether the notice has effects in law, or must leave by a day: no limit
// on how often a debtor is contacted may keep it back.
func (n Notice) IsLegal() bool { return n.Step.Tone == ToneFormal || announcesCollection(n.Step.Key) }

// MayJoin reports whether two notices for one reader that are due in the same contact
// window may leave in one message. A formal notice only goes with others:
// what has legal effect must not be read past among reminders. What is not due yet
// is announced beside what is only where a message has room to tell them apart,
// in a mail; so are the invoices of several debtors whose messages one parent receives,
// each of which has to be put on notice by itself.
func (n Notice) MayJoin(other Notice, today calendar.Date) bool {
	switch {
	case n.Step.Mediation.Invite, other.Step.Mediation.Invite: // an invitation is no demand, and stands alone
		return false
	case IsInstalmentStep(n.Step.Key), IsInstalmentStep(other.Step.Key): // it is about all invoices of a plan already
		return false
	case n.Channel != other.Channel, n.Grouping == GroupInvoice, other.Grouping == GroupInvoice, n.IsLegal() != other.IsLegal():
		return false
	case n.Debtor != other.Debtor && (n.Channel != ChannelEmail || n.IsLegal()):
		return false
	case n.Channel != ChannelEmail && n.IsUpcoming(today) != other.IsUpcoming(today):
		return false
	case n.Grouping == GroupStep || other.Grouping == GroupStep:
		return n.Strategy == other.Strategy && n.Step.Key == other.Step.Key
	default:
		return true
	}
}

// Leading is the place of the notice in whose tone the message is written: what is
// due leads what is not yet, then the firmest tone leads, then the invoice that has
// been due for longest. The notices must not be empty.
func Leading(notices []Notice, today calendar.Date) int {
	leading := 0
	for i, notice := range notices {
		if compareLead(notice, notices[leading], today) < 0 {
			leading = i
		}
	}
	return leading
}

func compareLead(a, b Notice, today calendar.Date) int {
	due := func(n Notice) int {
		if n.IsUpcoming(today) {
			return 1
		}
		return 0
	}
	firmness := func(n Notice) int { return -slices.Index(Tones(), n.Step.Tone) }
	return cmp.Or(cmp.Compare(due(a), due(b)), cmp.Compare(firmness(a), firmness(b)), cmp.Compare(a.DueDate, b.DueDate), cmp.Compare(a.Invoice, b.Invoice))
}

// AnnouncedOnly tells, for each notice of a message, whether it only announces what
// is not due yet, beside others that are. A message about nothing that is due asks
// for everything it is about.
func AnnouncedOnly(notices []Notice, today calendar.Date) []bool {
	isDue := func(n Notice) bool { return !n.IsUpcoming(today) }
	anyDue := slices.ContainsFunc(notices, isDue)
	announced := make([]bool, len(notices))
	for i, notice := range notices {
		announced[i] = anyDue && !isDue(notice)
	}
	return announced
}
