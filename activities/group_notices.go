package activities

import (
	"cmp"
	"slices"
	"strings"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/money"
)

// draftGroup composes one message for all notices of the debtor that may leave
// together: to the same recipient, in the tone and by the deadline of the leading
// one.
func (n *Notices) draftGroup(order NoticeOrder, m casefile.MessageContext) (groupDraft, error) {
	own := m.NoticeContext
	carried, err := sameRecipient(order, m)
	if err != nil {
		return groupDraft{}, err
	}
	lead := leading(append([]casefile.NoticeContext{own}, carried...), own.Case.Window.DateOf(m.At))
	order = leadingOrder(order, lead) // in the words that the rows give it, whatever the case knew when it asked
	m.NoticeContext, m.Siblings = lead, nil
	for _, notice := range append([]casefile.NoticeContext{own}, carried...) {
		if notice.Key != lead.Key {
			m.Siblings = append(m.Siblings, notice)
		}
	}
	draft, err := n.draft(order, m)
	draft.Deadline = lead.Deadline
	for _, notice := range carried {
		draft.Carries = append(draft.Carries, notice.Key)
	}
	return groupDraft{Draft: draft, attaches: attaches(order, groupOf(m)), states: n.states(order, m, draft.Language)}, err
}

// groupDraft is a composed message, the invoices whose documents it carries, and the
// statements of account it carries, one for each debtor.
type groupDraft struct {
	casefile.Draft
	attaches []string
	states   []wantedStatement
}

// sameRecipient are the siblings whose notice goes to the same person, with the same
// copies and from the same sender, as the message's own.
func sameRecipient(order NoticeOrder, m casefile.MessageContext) ([]casefile.NoticeContext, error) {
	if len(m.Siblings) == 0 {
		return nil, nil
	}
	to, err := recipient(leadingOrder(order, m.NoticeContext), m)
	if err != nil {
		return nil, err
	}
	var same []casefile.NoticeContext
	for _, sibling := range m.Siblings {
		of := m
		of.NoticeContext = sibling
		if choice, err := recipient(leadingOrder(order, sibling), of); err == nil && choice.IsSameAs(to) && !isForOthers(of, sibling.Key.Step) {
			same = append(same, sibling)
		}
	}
	return same, nil
}

func leading(notices []casefile.NoticeContext, today calendar.Date) casefile.NoticeContext {
	return notices[collection.Leading(grouped(notices), today)]
}

func grouped(notices []casefile.NoticeContext) []collection.Notice {
	group := make([]collection.Notice, len(notices))
	for i, notice := range notices {
		group[i] = notice.Notice()
	}
	return group
}

// leadingOrder is the order of the leading notice, as its own case would give it.
func leadingOrder(order NoticeOrder, lead casefile.NoticeContext) NoticeOrder {
	order.CaseKey = CaseKey{Creditor: lead.Key.Creditor, Invoice: lead.Key.Invoice}
	order.Round, order.Step, order.Try, order.Deadline = lead.Key.Round, lead.Key.Step, lead.Key.Try, lead.Deadline
	order.Template, order.Tone, order.AttachInvoice = lead.Step.Template, lead.Step.Tone, lead.Step.AttachInvoice
	order.AttachStatement = lead.Step.AttachStatement
	return order
}

// messageGroup is what a message asks for, and what it only announces; each debtor by
// debtor, by due date, then number.
type messageGroup struct{ due, upcoming []casefile.NoticeContext }

func groupOf(m casefile.MessageContext) messageGroup {
	notices := append([]casefile.NoticeContext{m.NoticeContext}, m.Siblings...)
	slices.SortFunc(notices, func(a, b casefile.NoticeContext) int {
		return cmp.Or(strings.Compare(a.Debtor.Name, b.Debtor.Name), strings.Compare(a.Debtor.ID, b.Debtor.ID),
			cmp.Compare(a.Invoice.DueDate, b.Invoice.DueDate), strings.Compare(a.Invoice.Number, b.Invoice.Number))
	})
	var group messageGroup
	for i, announced := range collection.AnnouncedOnly(grouped(notices), m.Case.Window.DateOf(m.At)) {
		if announced {
			group.upcoming = append(group.upcoming, notices[i])
		} else {
			group.due = append(group.due, notices[i])
		}
	}
	return group
}

// severalDebtors reports whether the invoices are of more than one debtor.
func severalDebtors(notices []casefile.NoticeContext) bool {
	return slices.ContainsFunc(notices, func(n casefile.NoticeContext) bool { return n.Debtor.ID != notices[0].Debtor.ID })
}

// totalOpen is what the message asks for, late fees not included. All notices of a
// message are in one currency.
func (g messageGroup) totalOpen() (money.Amount, error) { return openOf(g.due) }

func openOf(notices []casefile.NoticeContext) (money.Amount, error) {
	total := notices[0].Claimed()
	for _, notice := range notices[1:] {
		sum, err := total.Add(notice.Claimed())
		if err != nil {
			return total, err
		}
		total = sum
	}
	return total, nil
}

// paymentText is what to write on a transfer that pays several invoices: their
// numbers, as far as a transfer has room for them.
func (g messageGroup) paymentText(account, messageRef string) string {
	var numbers []string
	for _, notice := range g.due {
		numbers = append(numbers, notice.Invoice.Number)
	}
	return paymentText(numbers, account, messageRef)
}

func paymentText(numbers []string, account, messageRef string) string {
	text := strings.Join(numbers, " ")
	if len(text) > maxTransferText {
		return strings.TrimSpace(account + " " + messageRef)
	}
	return text
}

// maxTransferText is the length of the remittance text of a SEPA transfer (EPC069-12).
const maxTransferText = 140
