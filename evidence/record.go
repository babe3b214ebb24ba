package evidence

import (
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/chain"
	"relance/collection"
	"relance/money"
	"relance/statement"
)

// RecordFormat names the form of case.json. Fields may be added to it; what means
// something else gets another name.
const RecordFormat = "relance-case-file/1"

// Record is a case as case.json has it. Amounts are decimals in their currency; days are
// YYYY-MM-DD where the case is; times are RFC 3339 in UTC.
type Record struct {
	Format   string        `json:"format"`
	Creditor string        `json:"creditor"`
	Invoice  string        `json:"invoice"`
	AsOf     calendar.Date `json:"as_of"`
	Language string        `json:"language"`

	Stage           collection.Stage `json:"stage"`
	Outcome         collection.Stage `json:"outcome,omitempty"`
	OpenedAt        time.Time        `json:"opened_at"`
	ClosedAt        time.Time        `json:"closed_at,omitzero"`
	Strategy        string           `json:"strategy"`
	StrategyVersion int              `json:"strategy_version"`
	Zone            string           `json:"zone"`

	Claimant  RecordParty         `json:"claimant"`
	Debtor    RecordParty         `json:"debtor"`
	Claim     RecordClaim         `json:"claim"`
	Statement statement.Statement `json:"statement"`
	// Limitation is not set where it is not watched.
	Limitation *RecordLimitation `json:"limitation,omitempty"`
	Documents  []RecordDocument  `json:"documents"`
	Messages   []RecordMessage   `json:"messages"`
	// Letters are the ways of the letters that were posted.
	Letters []casefile.LetterOfCase `json:"letters"`
	Holds   []collection.Hold       `json:"holds"`
	// Remittances are what partners collected and kept. The fees are the creditor's own cost,
	// and no part of the claim.
	Remittances []RecordRemittance `json:"remittances,omitempty"`
	Contacts    []RecordContact    `json:"contacts"`
	LeftOut     []string           `json:"left_out"`
	// Head is the end of the chain of the history; Anchor covers most of it.
	Head    chain.Head             `json:"head"`
	Anchor  *casefile.AnchorOfCase `json:"anchor,omitempty"`
	History []chain.Entry          `json:"history"`
}

// RecordRemittance is one account of a partner: net is gross less fees.
type RecordRemittance struct {
	ID      string        `json:"id"`
	Handoff string        `json:"handoff"`
	On      calendar.Date `json:"on"`
	Gross   money.Amount  `json:"gross"`
	Fees    money.Amount  `json:"fees"`
	Net     money.Amount  `json:"net"`
}

// RecordParty is who a claim is of, or against.
type RecordParty struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Kind     string   `json:"kind,omitempty"`
	Address  []string `json:"address"`
	Country  string   `json:"country,omitempty"`
	Mentions string   `json:"legal_mentions,omitempty"`
	SIREN    string   `json:"siren,omitempty"`
	SIRET    string   `json:"siret,omitempty"`
	VAT      string   `json:"vat,omitempty"`
	IBAN     string   `json:"iban,omitempty"`
	BIC      string   `json:"bic,omitempty"`
	Email    string   `json:"email,omitempty"`
}

// RecordClaim is the invoice as its source states it.
type RecordClaim struct {
	IssuedOn         calendar.Date `json:"issued_on,omitzero"`
	DueOn            calendar.Date `json:"due_on"`
	CompletedOn      calendar.Date `json:"completed_on,omitzero"`
	DueDateSource    string        `json:"due_date_source,omitempty"`
	Total            money.Amount  `json:"total"`
	Reference        string        `json:"reference,omitempty"`
	PaymentReference string        `json:"payment_reference,omitempty"`
	SourceFormat     string        `json:"source_format,omitempty"`
	SourceSHA256     string        `json:"source_sha256,omitempty"`
}

// RecordLimitation is until when the claim can be brought to court, with care.
type RecordLimitation struct {
	Kind    string                  `json:"kind"`
	LastDay calendar.Date           `json:"prudent_last_day"`
	Stopped bool                    `json:"stopped,omitempty"`
	Events  []RecordLimitationEvent `json:"events"`
}

// RecordLimitationEvent is what touches the limitation.
type RecordLimitationEvent struct {
	ID    string        `json:"id"`
	Kind  string        `json:"kind"`
	On    calendar.Date `json:"on"`
	Until calendar.Date `json:"until,omitzero"`
	By    string        `json:"by,omitempty"`
}

// RecordDocument is one numbered document.
type RecordDocument struct {
	Number int    `json:"number"`
	Kind   string `json:"kind"`
	Title  string `json:"title"`
	// File is the original in the archive, empty when it was too large to be kept; Copy
	// the same for people.
	File        string    `json:"file,omitempty"`
	Copy        string    `json:"copy,omitempty"`
	ContentType string    `json:"content_type"`
	SHA256      string    `json:"sha256"`
	Size        int64     `json:"size"`
	At          time.Time `json:"at"`
	By          string    `json:"by,omitempty"`
	// Message is the ID of the message it is, or came back of.
	Message string `json:"message,omitempty"`
}

// RecordMessage is what left, and what became of it.
type RecordMessage struct {
	ID              string           `json:"id"`
	Document        int              `json:"document"`
	Round           int              `json:"round"`
	Step            string           `json:"step"`
	Channel         string           `json:"channel"`
	Recipient       string           `json:"recipient"`
	Subject         string           `json:"subject,omitempty"`
	Template        string           `json:"template"`
	TemplateVersion string           `json:"template_version,omitempty"`
	Deadline        calendar.Date    `json:"deadline,omitzero"`
	SentAt          time.Time        `json:"sent_at"`
	State           string           `json:"state"`
	Provider        string           `json:"provider,omitempty"`
	ProviderID      string           `json:"provider_id,omitempty"`
	Code            string           `json:"code,omitempty"`
	Deliveries      []RecordDelivery `json:"deliveries"`
}

// RecordDelivery is news of a provider about a message.
type RecordDelivery struct {
	Provider   string    `json:"provider"`
	EventID    string    `json:"event_id"`
	Kind       string    `json:"kind"`
	Code       string    `json:"code,omitempty"`
	ProviderAt time.Time `json:"provider_at,omitzero"`
	At         time.Time `json:"at"`
}

// RecordContact is a contact by hand, without what was noted of it.
type RecordContact struct {
	Channel    string        `json:"channel"`
	Outcome    string        `json:"outcome,omitempty"`
	At         time.Time     `json:"at"`
	By         string        `json:"by"`
	PromisedOn calendar.Date `json:"promised_on,omitzero"`
	Promised   money.Amount  `json:"promised,omitzero"`
}

// record is the case for case.json.
func (d *dossier) record() Record {
	r := Record{
		Format: RecordFormat, Creditor: d.Row.Creditor, Invoice: d.Row.Invoice, AsOf: d.on, Language: d.Lang(),
		Stage: d.Case.Stage(d.from.At), Outcome: d.Case.Outcome, OpenedAt: d.Row.OpenedAt, ClosedAt: d.Row.ClosedAt,
		Strategy: d.Case.Strategy.Name, StrategyVersion: d.Case.Strategy.Version, Zone: d.Case.Window.Zone.String(),
		Claimant: RecordParty{
			ID: d.Creditor.ID, Name: d.Creditor.Name, Address: d.facts.Creditor.Address, Country: d.Creditor.Country, Mentions: d.Creditor.LegalMentions,
			SIREN: d.Creditor.SIREN, VAT: d.Creditor.VATID, IBAN: d.Creditor.IBAN, BIC: d.Creditor.BIC, Email: d.Creditor.Email,
		},
		Debtor: RecordParty{
			ID: d.Debtor.ID, Name: d.Debtor.Name, Kind: string(d.Debtor.Kind), Address: d.facts.Debtor.Address, Country: d.Debtor.Country,
			SIREN: d.Debtor.SIREN, SIRET: d.Debtor.SIRET, VAT: d.Debtor.VATID,
		},
		Claim: RecordClaim{
			IssuedOn: d.Invoice.IssueDate, DueOn: d.Invoice.DueDate, CompletedOn: d.Invoice.CompletedOn, DueDateSource: d.Invoice.DueDateSource, Total: d.Invoice.Total,
			Reference: d.Invoice.Reference, PaymentReference: d.Invoice.PaymentReference, SourceFormat: d.Invoice.SourceFormat, SourceSHA256: d.Invoice.SourceSHA256,
		},
		Statement: d.stated, LeftOut: leftOut, Head: d.Head,
		Documents: []RecordDocument{}, Messages: []RecordMessage{}, Letters: []casefile.LetterOfCase{}, Holds: []collection.Hold{}, Contacts: []RecordContact{}, History: []chain.Entry{},
	}
	for _, document := range d.documents {
		r.Documents = append(r.Documents, document.record())
		if document.isMessage() {
			r.Messages = append(r.Messages, d.recordMessage(document))
		}
		if document.Kind == casefile.OriginalMessage && document.letter.Number != "" {
			r.Letters = append(r.Letters, document.letter)
		}
	}
	r.Holds = append(r.Holds, d.Case.Holds...)
	for _, remitted := range d.Remittances {
		r.Remittances = append(r.Remittances, RecordRemittance{
			ID: remitted.ID, Handoff: remitted.Handoff, On: remitted.On, Gross: remitted.Gross, Fees: remitted.Fees, Net: remitted.Net,
		})
	}
	for _, c := range d.ManualContacts {
		contact := RecordContact{Channel: string(c.Channel), Outcome: string(c.Outcome), At: c.At, By: c.By}
		if c.Outcome == collection.CallPromised {
			contact.PromisedOn, contact.Promised = c.On, c.Promised
		}
		r.Contacts = append(r.Contacts, contact)
	}
	for _, line := range d.History {
		r.History = append(r.History, line.Entry)
	}
	if !d.Anchor.Day.IsZero() {
		r.Anchor = &d.Anchor
	}
	r.Limitation = d.recordLimitation()
	return r
}

func (d *dossier) recordLimitation() *RecordLimitation {
	known := d.Case.Limitation
	if !known.IsKnown() {
		return nil
	}
	limitation := &RecordLimitation{Kind: string(known.Kind), LastDay: known.LastDay, Stopped: known.Stopped, Events: []RecordLimitationEvent{}}
	for _, event := range d.LimitationEvents {
		limitation.Events = append(limitation.Events, RecordLimitationEvent{ID: event.ID, Kind: string(event.Kind), On: event.On, Until: event.Until, By: event.Actor})
	}
	return limitation
}

func (i item) record() RecordDocument {
	r := RecordDocument{
		Number: i.number, Kind: i.Kind, Title: i.title, Copy: i.copy, ContentType: i.ContentType, SHA256: i.SHA256, Size: i.Size, At: i.At, By: i.Actor,
	}
	if i.Kept {
		r.File = i.path
	}
	switch i.Kind {
	case casefile.OriginalMessage, casefile.OriginalUnproven:
		r.Message = i.message.ID
	case casefile.OriginalScan:
		r.Message = i.letter.Message
	}
	return r
}

// stateUnproven is the state of a message as it was when its provider never answered.
const stateUnproven = "unproven"

func (d *dossier) recordMessage(document item) RecordMessage {
	m := document.message
	r := RecordMessage{
		ID: m.ID, Document: document.number, Round: m.Round, Step: m.Step, Channel: string(m.Channel), Recipient: m.Recipient, Subject: m.Subject,
		Template: m.Template, Deadline: m.Deadline, SentAt: sentAt(m), State: string(m.State), Provider: m.Provider, ProviderID: m.ProviderID, Code: m.Code,
		Deliveries: []RecordDelivery{},
	}
	if document.Kind == casefile.OriginalUnproven {
		r.State = stateUnproven // the rest is known of the words it was sent in afterwards
		return r
	}
	if text, known := d.TextOf(m.ID); known {
		r.TemplateVersion = text.Version
	}
	for _, event := range d.Deliveries {
		if event.MessageID == m.ID {
			r.Deliveries = append(r.Deliveries, RecordDelivery{
				Provider: event.Provider, EventID: event.EventID, Kind: string(event.Kind), Code: event.Code, ProviderAt: event.ProviderAt, At: event.At,
			})
		}
	}
	return r
}
