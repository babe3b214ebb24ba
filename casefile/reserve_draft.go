package casefile

import (
	"cmp"
	"fmt"
	"slices"

	"relance/calendar"
	"relance/collection"
)

// keepDraft queues a composed message, in place of an earlier composition.
func (g *group) keepDraft(carrier *lockedCase, r Reservation, context MessageContext, draft Draft) Message {
	sql, id := g.store.sql, r.ID()
	var m storedMessage
	if g.known.is && g.known.value.ID == id {
		m = g.known.value
	}
	m.ID, m.MessageKey = id, r.MessageKey
	m.Contact, m.Recipient, m.Template, m.Language = draft.Contact, draft.Recipient, draft.Template, draft.Language
	m.Subject, m.ContentType, m.Bytes, m.SHA256 = draft.Subject, draft.ContentType, draft.Bytes, hashOf(draft.Bytes)
	m.BusinessAt, m.ComposedAt = r.At, carrier.record.value.Wall
	m.State, m.Reason = MessageComposed, ""
	m.Notices = g.carry(context, draft, cmp.Or(draft.Deadline, r.Deadline))
	own := m.Notices[0]
	m.Deadline, m.ClaimsLateFees = own.Deadline, own.ClaimsLateFees
	m.Compositions++
	if g.begins {
		g.begun = true
		m.begin(carrier)
	}
	if m.Compositions == 1 {
		carrier.writes.exec(sql.ReserveNotice, own)
		carrier.writes.exec(sql.InsertMessage, m, own, named{"replacement": r.replacement})
	} else {
		carrier.writes.exec(sql.RecomposeMessage, m, own)
		carrier.writes.exec(sql.ReleaseNotices, named{"id": id, "keeps_own": false})
		if m.Channel.IsPaper() {
			carrier.writes.exec(sql.ReopenLetter, named{"id": id})
		}
	}
	carrier.writes.exec(sql.SaveMessageContent, m)
	carrier.saveText(m.ID, draft.Text)
	m.Invoices = nil
	for i, notice := range m.Notices {
		m.Invoices = append(m.Invoices, notice.Invoice)
		if i > 0 {
			carrier.writes.exec(sql.ReserveNotice, notice)
			carrier.writes.exec(sql.FreeNotice, notice)
		}
		carrier.writes.exec(sql.InsertMessageNotice, named{"id": id, "replaces": r.replacement > 0}, notice)
		c := g.cases.of(notice.Invoice)
		c.noteOn(fmt.Sprintf("message/%s/composed/%d", id, m.Compositions), "message-composed",
			fmt.Sprintf("%s composed%s; %s is claimed; SHA-256 %s", notice.describe(), m.company(notice), notice.ComposedFor, m.SHA256),
			basis{Reason: c.whyNow(), Template: cmp.Or(draft.Text.Key, draft.Template), TemplateVersion: draft.Text.Version, SHA256: m.SHA256})
	}
	slices.Sort(m.Invoices)
	m.Debtor = carrier.record.value.Debtor
	return m.Message
}

// carry are the notices of a draft, that of the message's own key first.
func (g *group) carry(context MessageContext, draft Draft, deadline calendar.Date) []CarriedNotice {
	contexts := []NoticeContext{context.NoticeContext}
	for _, sibling := range context.Siblings {
		if slices.Contains(draft.Carries, sibling.Key) {
			contexts = append(contexts, sibling)
		}
	}
	grouped := make([]collection.Notice, len(contexts))
	for i, notice := range contexts {
		grouped[i] = notice.Notice()
	}
	announced := collection.AnnouncedOnly(grouped, context.Case.Window.DateOf(context.At))
	notices := make([]CarriedNotice, len(contexts))
	for i, notice := range contexts {
		notices[i] = CarriedNotice{MessageKey: notice.Key, ComposedFor: notice.Claimed(), LastEntry: lastOf(notice.Entries), Upcoming: announced[i]}
		if context.Plan.isDue() {
			notices[i].ComposedFor, announced[i], notices[i].Upcoming = context.Plan.Amount, false, false
		}
		if !announced[i] {
			notices[i].Deadline, notices[i].ClaimsLateFees = deadline, draft.ClaimsLateFees && notice.Case.Disputed().IsZero()
			notices[i].Discount = notice.Offer.ID
		}
	}
	return notices
}
