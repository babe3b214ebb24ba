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

// smsValidity keeps a reminder that is stuck at the provider from ringing at
// night.
const smsValidity = 2 * time.Hour

// draft composes the message of a notice: to whom, in which language, with which
// exact bytes.
func (n *Notices) draft(order NoticeOrder, m casefile.MessageContext) (casefile.Draft, error) {
	if err := n.hasProvider(order.Channel); err != nil {
		return casefile.Draft{}, err
	}
	contact, err := recipient(order.Channel, m)
	if err != nil {
		return casefile.Draft{}, err
	}
	draft := casefile.Draft{
		Contact: contact.ID, Template: order.Template,
		Language: cmp.Or(contact.Language, m.Debtor.Language, languageOf(m.Debtor.Country, m.Creditor)),
	}
	facts := noticeFacts(m, contact, draft.Language)
	if m.Creditor.LateFees.Claims(order.Tone) {
		facts.LateFees = lateFees(m)
		draft.ClaimsLateFees = facts.LateFees != nil
	}
	facts.PaymentCode = paymentCode(m, facts)
	switch order.Channel {
	case collection.ChannelEmail:
		err = n.draftEmail(&draft, order, m, contact, facts)
	case collection.ChannelSMS:
		err = n.draftSMS(&draft, order, m, contact, facts)
	case collection.ChannelWhatsApp:
		err = n.draftWhatsApp(&draft, order, m, contact, facts)
	default:
		err = n.draftLetter(&draft, order, m, facts)
	}
	return draft, err
}

// languageOf is what a debtor is written to in when nobody has said: the
// creditor's language in its own country and where that language is common, else
// English.
func languageOf(country string, creditor casefile.Creditor) string {
	french := []string{"FR", "BE", "LU", "CH", "MC", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF"}
	home := country == "" || country == creditor.Country || creditor.Language == "fr" && slices.Contains(french, country)
	if home && creditor.Language != "" {
		return creditor.Language
	}
	return "en"
}

// hasProvider refuses a channel that this installation has no account for.
func (n *Notices) hasProvider(channel collection.Channel) error {
	if channel == collection.ChannelEmail && n.Email == nil || channel == collection.ChannelSMS && n.SMS == nil ||
		channel == collection.ChannelWhatsApp && n.WhatsApp == nil {
		return &UnusableChannelError{Channel: channel, Reason: "no provider is configured for it"}
	}
	return nil
}

// recipient chooses whom to write to: accounts payable first, then whoever can be
// reached over the channel. A letter goes to the company.
func recipient(channel collection.Channel, m casefile.MessageContext) (casefile.Contact, error) {
	usable := func(c casefile.Contact) bool { return c.Email != "" }
	switch channel {
	case collection.ChannelLetter:
		if m.Debtor.Line1 == "" || m.Debtor.City == "" {
			return casefile.Contact{}, &UnusableChannelError{Channel: channel, Reason: "the debtor has no complete postal address"}
		}
		return casefile.Contact{}, nil
	case collection.ChannelSMS, collection.ChannelWhatsApp:
		usable = func(c casefile.Contact) bool { return messaging.MayReceiveSMS(c.Phone) }
	case collection.ChannelEmail:
	}
	var chosen *casefile.Contact
	for i, contact := range m.Contacts {
		if usable(contact) && (chosen == nil || contact.Role == rolePayables && chosen.Role != rolePayables) {
			chosen = &m.Contacts[i]
		}
	}
	if chosen == nil {
		missing := map[collection.Channel]string{collection.ChannelEmail: "an e-mail address", collection.ChannelSMS: "a mobile number", collection.ChannelWhatsApp: "a mobile number"}
		return casefile.Contact{}, &UnusableChannelError{Channel: channel, Reason: "no contact of the debtor has " + missing[channel]}
	}
	return *chosen, nil
}

// rolePayables is the contact role that pays the invoices.
const rolePayables = "accounts-payable"

func (n *Notices) draftEmail(draft *casefile.Draft, order NoticeOrder, m casefile.MessageContext, contact casefile.Contact, facts compose.Facts) error {
	composed, err := n.Templates.Email(order.Template, draft.Language, facts)
	if err != nil {
		return &UnusableChannelError{Channel: order.Channel, Reason: err.Error()}
	}
	email := messaging.Email{
		MessageID: m.MessageID,
		From:      messaging.Address{Name: cmp.Or(m.Creditor.SenderName, m.Creditor.Name), Email: m.Creditor.SenderEmail},
		To:        messaging.Address{Name: contact.Name, Email: contact.Email},
		Subject:   composed.Subject, Text: composed.Text, HTML: composed.HTML,
		Categories: []string{"relance", order.Step},
	}
	if m.Creditor.ReplyTo != "" {
		email.ReplyTo = messaging.Address{Name: m.Creditor.Name, Email: m.Creditor.ReplyTo}
	}
	if order.Tone == collection.ToneFormal && n.Templates.Has(order.Template, composed.Lang, compose.ChannelLetter) {
		pdf, err := n.letter(order, draft.Language, facts)
		if err != nil {
			return err
		}
		email.Attachments = []messaging.Attachment{{Filename: order.Step + "-" + fileName(order.Invoice) + ".pdf", ContentType: contentPDF, Content: pdf}}
	}
	draft.Recipient, draft.Subject, draft.Language, draft.ContentType = contact.Email, composed.Subject, composed.Lang, contentJSON
	email.Attachments = append(email.Attachments, composed.Inline...)
	draft.Bytes, err = email.Encode()
	return asUnusable(order.Channel, err)
}

const (
	contentPDF  = "application/pdf"
	contentJSON = "application/json"
)

func (n *Notices) draftSMS(draft *casefile.Draft, order NoticeOrder, m casefile.MessageContext, contact casefile.Contact, facts compose.Facts) error {
	body, err := n.Templates.SMS(order.Template, draft.Language, facts)
	if err != nil {
		return &UnusableChannelError{Channel: order.Channel, Reason: err.Error()}
	}
	sms := messaging.SMS{
		MessageID: m.MessageID, From: m.Creditor.SMSSender, To: contact.Phone, Body: body,
		ValidFor: messaging.Seconds(smsValidity / time.Second),
	}
	draft.Recipient, draft.ContentType = contact.Phone, contentJSON
	draft.Bytes, err = sms.Encode()
	return asUnusable(order.Channel, err)
}

func (n *Notices) draftLetter(draft *casefile.Draft, order NoticeOrder, m casefile.MessageContext, facts compose.Facts) error {
	pdf, err := n.letter(order, draft.Language, facts)
	if err != nil {
		return err
	}
	draft.Recipient = strings.Join(append([]string{m.Debtor.Name}, facts.Debtor.Address...), "\n")
	draft.ContentType, draft.Bytes = contentPDF, pdf
	return nil
}

func (n *Notices) letter(order NoticeOrder, language string, facts compose.Facts) ([]byte, error) {
	wording, err := n.Templates.Letter(order.Template, language, facts)
	if err != nil {
		return nil, &UnusableChannelError{Channel: collection.ChannelLetter, Reason: err.Error()}
	}
	pdf, err := n.Print(wording)
	if err != nil {
		return nil, &UnusableChannelError{Channel: collection.ChannelLetter, Reason: err.Error()}
	}
	return pdf, nil
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
func noticeFacts(m casefile.MessageContext, contact casefile.Contact, language string) compose.Facts {
	today := m.Case.Window.DateOf(m.At)
	return compose.Facts{
		Creditor: compose.Creditor{
			Name: m.Creditor.Name, Legal: m.Creditor.LegalMentions, Address: addressLines(m.Creditor.Address), City: m.Creditor.City,
			SIREN: m.Creditor.SIREN, VAT: m.Creditor.VATID, IBAN: m.Creditor.IBAN, BIC: m.Creditor.BIC, Phone: messaging.PrintPhone(m.Creditor.Phone, m.Debtor.Country),
			Email: cmp.Or(m.Creditor.ReplyTo, m.Creditor.Email), Website: m.Creditor.Website,
			SignatoryName: m.Creditor.SignatoryName, SignatoryTitle: m.Creditor.SignatoryTitle, Language: m.Creditor.Language,
			ConsumerMediator: m.Creditor.ConsumerMediator,
		},
		Debtor:  compose.Debtor{Name: m.Debtor.Name, Address: abroad(m, language), Kind: debtorKinds[m.Debtor.ActsAs()], Account: account(m.Debtor)},
		Contact: compose.Contact{Name: contact.Name},
		Invoices: []compose.Invoice{{
			Number: m.Invoice.Number, IssueDate: m.Invoice.IssueDate, DueDate: m.Invoice.DueDate,
			Total: m.Position.Total, Paid: m.Position.PrincipalPaid(), Credited: m.Position.Credited, Open: m.Position.Open,
			DaysLate: max(0, int(today-m.Invoice.DueDate)), References: references(m.Invoice),
		}},
		TotalOpen: m.Position.Open, Deadline: m.Deadline, Today: today,
		MessageRef:       strings.ToUpper(m.MessageID[:min(8, len(m.MessageID))]),
		PaymentReference: cmp.Or(m.Invoice.PaymentReference, m.Invoice.Number),
		Previous:         previousNotices(m), NextStep: followingStep(m),
	}
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

// previousNotices lists each earlier step once, whatever its channels.
func previousNotices(m casefile.MessageContext) []compose.PreviousNotice {
	var notices []compose.PreviousNotice
	seen := map[string]bool{m.Key.Step: true}
	for _, previous := range m.Previous {
		if seen[previous.Step] {
			continue
		}
		seen[previous.Step] = true
		notices = append(notices, compose.PreviousNotice{Date: sentOn(m, previous), Kind: noticeKind(m.Case.Strategy, previous.Step)})
	}
	return notices
}

func sentOn(m casefile.MessageContext, previous casefile.PreviousNotice) calendar.Date {
	return m.Case.Window.DateOf(previous.SentAt)
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
