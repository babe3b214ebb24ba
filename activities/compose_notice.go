package activities

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	textlanguage "golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/messaging"
	"relance/messaging/compose"
	"relance/recipients"
)

// UnusableChannelError says why a notice cannot be composed for a channel: no
// address, no template. Trying again cures it only after a person corrected the
// cause. It names no person.
type UnusableChannelError struct {
	Channel collection.Channel
	Reason  string
}

func (e *UnusableChannelError) Error() string {
	return fmt.Sprintf("the channel %s cannot be used: %s", e.Channel, e.Reason)
}

// smsValidity keeps a reminder that is stuck at the provider from ringing long after it
// was due: see withinHours.
const smsValidity = 2 * time.Hour

// draft composes the message of a notice: to whom, in which language, with which
// exact bytes.
func (n *Notices) draft(order NoticeOrder, m casefile.MessageContext) (casefile.Draft, error) {
	if err := n.hasProvider(order.Channel); err != nil {
		return casefile.Draft{}, err
	}
	to, err := recipient(order, m)
	if err != nil {
		return casefile.Draft{}, err
	}
	draft := casefile.Draft{Contact: to.To.ID, Template: order.Template, Language: to.Language}
	group := groupOf(m)
	facts, err := noticeFacts(m, group, casefile.Contact{Name: to.To.Name}, to.Language)
	if err != nil {
		return draft, err
	}
	n = n.worded(&draft, order, m, &facts)
	if m.Plan.Plan.ID != "" {
		facts = ofPlan(facts, m)
	} else if m.Creditor.LateFees.Claims(order.Tone) && facts.Mediation == nil && namesLateFees(order.Channel) {
		facts.LateFees = lateFees(group)
		draft.ClaimsLateFees = facts.LateFees != nil
	}
	facts.PaymentCode = paymentCode(m, group, facts)
	switch order.Channel {
	case collection.ChannelEmail:
		err = n.draftEmail(&draft, order, m, to, facts)
	case collection.ChannelSMS:
		err = n.draftSMS(&draft, order, m, to, facts)
	case collection.ChannelWhatsApp:
		err = n.draftWhatsApp(&draft, order, m, to, facts)
	default:
		err = n.draftLetter(&draft, order, m, facts)
	}
	return draft, err
}

// hasProvider refuses a channel that this installation has no account for.
func (n *Notices) hasProvider(channel collection.Channel) error {
	missing := channel == collection.ChannelEmail && n.Email == nil || channel == collection.ChannelSMS && n.SMS == nil ||
		channel == collection.ChannelWhatsApp && n.WhatsApp == nil
	if missing && !n.previews {
		return &UnusableChannelError{Channel: channel, Reason: "no provider is configured for it"}
	}
	return nil
}

func (n *Notices) draftEmail(draft *casefile.Draft, order NoticeOrder, m casefile.MessageContext, to recipients.Choice, facts compose.Facts) error {
	links := n.unsubscribeLinks(order, m)
	facts.Unsubscribe, facts.AlsoByPost = links.URL(m.MessageID), isPostedToo(order, m)
	composed, err := n.Templates.Email(order.Template, draft.Language, facts)
	if err != nil {
		return &UnusableChannelError{Channel: order.Channel, Reason: err.Error()}
	}
	email := messaging.Email{
		MessageID: m.MessageID,
		From:      sender(m.Creditor, to.Sender),
		To:        messaging.Address{Name: to.To.Name, Email: to.Address},
		CC:        copies(to.Copies),
		Subject:   composed.Subject, Text: composed.Text, HTML: composed.HTML,
		Headers:    unsubscribeHeaders(links, m.MessageID, to.Copies),
		Categories: []string{"relance", category(order.Step)},
	}
	if address := n.replyTo(m); address != "" {
		email.ReplyTo = messaging.Address{Name: m.Creditor.Name, Email: address}
	}
	if order.Tone == collection.ToneFormal && n.Templates.Has(order.Template, composed.Lang, compose.ChannelLetter) {
		pdf, err := n.letter(order, draft.Language, asCopy(order, m, facts))
		if err != nil {
			return err
		}
		email.Attachments = []messaging.Attachment{{Filename: fileName(order.Step) + "-" + fileName(order.Invoice) + ".pdf", ContentType: contentPDF, Content: pdf}}
	}
	draft.Recipient, draft.Subject, draft.Language, draft.ContentType = to.Address, composed.Subject, composed.Lang, contentJSON
	email.Attachments = append(email.Attachments, composed.Inline...)
	draft.Bytes, err = email.Encode()
	return asUnusable(order.Channel, err)
}

const (
	contentPDF  = "application/pdf"
	contentJSON = "application/json"
)

// replyTo is where answers to a mail go: where they are recognised, else where the
// creditor reads them, else to the sender.
func (n *Notices) replyTo(m casefile.MessageContext) string {
	if n.ReplyTo != nil {
		if address := n.ReplyTo(m.MessageID); address != "" {
			return address
		}
	}
	return m.Creditor.ReplyTo
}

func (n *Notices) draftSMS(draft *casefile.Draft, order NoticeOrder, m casefile.MessageContext, to recipients.Choice, facts compose.Facts) error {
	body, err := n.Templates.SMS(order.Template, draft.Language, facts)
	if err != nil {
		return &UnusableChannelError{Channel: order.Channel, Reason: err.Error()}
	}
	sms := messaging.SMS{
		MessageID: m.MessageID, From: m.Creditor.SMSSender, To: to.Address, Body: body,
		ValidFor: messaging.Seconds(smsValidity / time.Second),
	}
	draft.Recipient, draft.ContentType = to.Address, contentJSON
	draft.Bytes, err = sms.Encode()
	return asUnusable(order.Channel, err)
}

// asUnusable tells why a message cannot be encoded without repeating the address
// or number in it: the reason travels to the workflow and into the history.
func asUnusable(channel collection.Channel, err error) error {
	if err == nil {
		return nil
	}
	return &UnusableChannelError{Channel: channel, Reason: "the sender, the recipient or the text is not valid: check the creditor and the contact"}
}

func fileName(number string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, number)
}

// noticeFacts are the facts a template may use, as the rows say at this moment.
func noticeFacts(m casefile.MessageContext, group messageGroup, contact casefile.Contact, language string) (compose.Facts, error) {
	today := m.Case.Window.DateOf(m.At)
	total, err := group.totalOpen()
	facts := compose.Facts{
		Creditor: compose.Creditor{
			Name: m.Creditor.Name, Legal: m.Creditor.LegalMentions, Address: addressLines(m.Creditor.Address), City: m.Creditor.City,
			SIREN: m.Creditor.SIREN, VAT: m.Creditor.VATID, IBAN: m.Creditor.IBAN, BIC: m.Creditor.BIC, Phone: messaging.PrintPhone(m.Creditor.Phone, m.Debtor.Country),
			Email: cmp.Or(m.Creditor.ReplyTo, m.Creditor.Email), Website: m.Creditor.Website,
			SignatoryName: m.Creditor.SignatoryName, SignatoryTitle: m.Creditor.SignatoryTitle, Language: m.Creditor.Language,
			ConsumerMediator: m.Creditor.ConsumerMediator,
		},
		Debtor:   compose.Debtor{Name: m.Debtor.Name, Address: abroad(m, language), Kind: debtorKinds[m.Debtor.ActsAs()], Account: account(m.Debtor)},
		Contact:  compose.Contact{Name: contact.Name},
		Invoices: invoices(group.due, today), Upcoming: invoices(group.upcoming, today),
		TotalOpen: total, Deadline: m.Deadline, Today: today,
		MessageRef: strings.ToUpper(m.MessageID[:min(8, len(m.MessageID))]),
		Previous:   previousNotices(m, group), NextStep: followingStep(m), BrokenPromises: brokenPromises(group), Mediation: invitedTo(m),
		Discounts: discounts(group),
	}
	if len(group.due) == 1 {
		facts.PaymentReference = cmp.Or(group.due[0].Invoice.PaymentReference, group.due[0].Invoice.Number)
	}
	return facts, err
}

func invoices(notices []casefile.NoticeContext, today calendar.Date) []compose.Invoice {
	var listed []compose.Invoice
	several := severalDebtors(notices)
	for i, n := range notices {
		invoice := compose.Invoice{
			Number: n.Invoice.Number, IssueDate: n.Invoice.IssueDate, DueDate: n.Invoice.DueDate,
			Total: n.Position.Total, Paid: n.Position.PrincipalPaid(), Credited: n.Position.Credited, Open: n.Claimed(),
			Disputed: n.Case.Disputed(),
			DaysLate: max(0, int(today-n.Invoice.DueDate)), References: references(n.Invoice),
		}
		if several && (i == 0 || notices[i-1].Debtor.ID != n.Debtor.ID) {
			of := slices.DeleteFunc(slices.Clone(notices), func(other casefile.NoticeContext) bool { return other.Debtor.ID != n.Debtor.ID })
			if open, err := openOf(of); err == nil {
				invoice.Debtor, invoice.DebtorOpen = n.Debtor.Name, open
			}
		}
		listed = append(listed, invoice)
	}
	return listed
}

// account is the debtor's customer number, unless the creditor gave it none and
// its ID was made of something else: a number of the state's, or its name.
func account(debtor casefile.Debtor) string {
	fromName := strings.HasPrefix(debtor.ID, "d-") || !strings.ContainsAny(debtor.ID, "0123456789")
	if fromName || debtor.ID == debtor.SIREN || debtor.ID == debtor.VATID {
		return ""
	}
	return debtor.ID
}

// abroad is the debtor's address, with the country in capitals as its last line
// when it is not the creditor's, as postal services ask for.
func abroad(m casefile.MessageContext, language string) []string {
	lines := addressLines(m.Debtor.Address)
	if len(lines) == 0 || m.Debtor.Country == "" || m.Debtor.Country == m.Creditor.Country {
		return lines
	}
	country := m.Debtor.Country
	if region, err := textlanguage.ParseRegion(country); err == nil {
		if name := display.Regions(textlanguage.Make(language)).Name(region); name != "" {
			country = name
		}
	}
	return append(lines, strings.ToUpper(country))
}

func references(invoice casefile.Invoice) []string {
	if invoice.Reference == "" {
		return nil
	}
	return []string{invoice.Reference}
}

func addressLines(a casefile.Address) []string {
	var lines []string
	for _, line := range []string{a.Line1, a.Line2, strings.TrimSpace(a.Postcode + " " + a.City)} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// debtorKinds are the kinds of debtor as templates know them.
var debtorKinds = map[casefile.DebtorKind]compose.DebtorKind{
	casefile.DebtorBusiness: compose.Business, casefile.DebtorPublic: compose.Public, casefile.DebtorConsumer: compose.Consumer,
}

// previousNotices lists each earlier step about what is due once, whatever its
// channels and however many invoices it was about.
func previousNotices(m casefile.MessageContext, group messageGroup) []compose.PreviousNotice {
	var notices []compose.PreviousNotice
	for _, due := range group.due {
		seen := map[string]bool{due.Key.Step: true}
		for _, previous := range due.Previous {
			if seen[previous.Step] || collection.IsInstalmentStep(previous.Step) || collection.IsInvitationStep(previous.Step) || isInvitation(due.Case.Strategy, previous.Step) {
				continue
			}
			seen[previous.Step] = true
			told := compose.PreviousNotice{Date: m.Case.Window.DateOf(previous.SentAt), Kind: noticeKind(due.Case.Strategy, previous.Step)}
			if !slices.Contains(notices, told) {
				notices = append(notices, told)
			}
		}
	}
	slices.SortStableFunc(notices, func(a, b compose.PreviousNotice) int { return cmp.Compare(a.Date, b.Date) })
	return notices
}

// brokenPromises are the promises about what is due of which nothing came, unless a
// notice has left since.
func brokenPromises(group messageGroup) []compose.Promise {
	var broken []compose.Promise
	for _, due := range group.due {
		for _, promise := range due.Case.Promises {
			told := slices.ContainsFunc(due.Previous, func(n casefile.PreviousNotice) bool {
				return due.Case.Window.DateOf(n.SentAt) >= promise.EndedOn
			})
			if promise.Outcome == collection.PromiseBroken && !told {
				broken = append(broken, compose.Promise{On: promise.Date, Amount: promise.Amount})
			}
		}
	}
	return broken
}

func noticeKind(strategy collection.Strategy, key string) compose.NoticeKind {
	step, found := strategy.Step(key)
	switch {
	case found && step.DueOffset < 0:
		return compose.CourtesyNotice
	case found && step.Tone == collection.ToneFormal:
		return compose.FormalNotice
	default:
		return compose.ReminderNotice
	}
}

// followingStep is what the strategy does when this notice has no effect.
func followingStep(m casefile.MessageContext) compose.NextStep {
	next, found := m.Case.Strategy.After(m.Key.Step)
	switch {
	case !found, next.Opens == collection.TaskCall:
		return compose.NoNextStep
	case next.Opens == collection.TaskMediation:
		return compose.NextMediation
	case next.Opens == collection.TaskHandoff:
		return compose.NextHandoff
	case next.Tone == collection.ToneFormal:
		return compose.NextFormalNotice
	default:
		return compose.NextReminder
	}
}
