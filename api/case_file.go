package api

import (
	"context"
	"net/url"
	"strings"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/cases/previews"
	"relance/collection"
	"relance/ledger"
	"relance/workflows"
)

// file is everything known and done about one invoice.
type file struct {
	Status     Status            `json:"status"`
	Claim      claim             `json:"invoice"`
	Debtor     debtor            `json:"debtor"`
	Contacts   []contact         `json:"contacts" nullable:"false"`
	Position   position          `json:"position" doc:"total + overpaid + what late fees were paid = paid + credited + tolerated + open."`
	LateFees   *lateFees         `json:"late_fees,omitempty" doc:"What is due beside the principal, counted to today; missing when there are none."`
	Entries    []entry           `json:"entries" nullable:"false" doc:"Payments, reversals, credit notes, and what concerns the late fees, in the order they were recorded."`
	Notices    []notice          `json:"notices" nullable:"false" doc:"What was done about each step."`
	PassedOver []passedOver      `json:"passed_over" nullable:"false" doc:"The steps of this round that were not taken and will not be, in the order of the ladder."`
	Holds      []hold            `json:"holds" nullable:"false"`
	Promises   []promise         `json:"promises" nullable:"false" doc:"What the debtor promised, and what became of it."`
	Disputes   []Dispute         `json:"disputes" nullable:"false" doc:"What the debtor contested, and how it was answered; its papers are at …/disputes."`
	Mediations []mediation       `json:"mediations" nullable:"false" doc:"The attempts to settle the claim with a third person, in order. What was noted of them is read apart."`
	Messages   []message         `json:"messages" nullable:"false" doc:"What left, or is about to."`
	Documents  []invoiceDocument `json:"documents" nullable:"false" doc:"The invoice's own PDF, the newest first; e-mails of steps with attach_invoice carry it."`
	Deliveries []delivery        `json:"deliveries" nullable:"false" doc:"What the providers reported about the messages."`
	Tasks      []task            `json:"tasks" nullable:"false"`
	InTouch    []manualContact   `json:"manual_contacts" nullable:"false" doc:"How people got in touch with the debtor beside the messages."`
	Limitation reckoning         `json:"limitation,omitzero" doc:"How the limitation was reckoned; missing where the law of limitation is not known."`
	Handoffs   []handoffRecord   `json:"handoffs" nullable:"false" doc:"What is recorded of the transfers to professionals."`
	History    []historyEntry    `json:"history" nullable:"false" doc:"The append-only history, oldest first."`
}

// claim is the invoice as its source states it.
type claim struct {
	Number           string        `json:"number"`
	IssuedOn         calendar.Date `json:"issued_on,omitzero"`
	DueOn            calendar.Date `json:"due_on"`
	CompletedOn      calendar.Date `json:"completed_on,omitzero" doc:"When the work was done or the goods were delivered, where the source says so."`
	DueDateSource    string        `json:"due_date_source" example:"terms" doc:"Where the due date comes from: the document, its terms, or the law (legal-default)."`
	Total            decimal       `json:"total" doc:"With VAT."`
	Prepaid          decimal       `json:"prepaid" doc:"What the invoice says was paid before."`
	Currency         string        `json:"currency"`
	Reference        string        `json:"reference,omitempty"`
	PaymentReference string        `json:"payment_reference,omitempty"`
	SourceFormat     string        `json:"source_format,omitempty"`
	SourceFile       string        `json:"source_file,omitempty"`
	SourceSHA256     string        `json:"source_sha256,omitempty"`
}

type debtor struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Kind     string   `json:"kind" enum:"business,consumer,public,unknown"`
	Language string   `json:"language"`
	Zone     string   `json:"zone,omitempty"`
	SIREN    string   `json:"siren,omitempty"`
	SIRET    string   `json:"siret,omitempty"`
	VAT      string   `json:"vat,omitempty"`
	Lines    []string `json:"address_lines" nullable:"false"`
	Postcode string   `json:"postcode,omitempty"`
	City     string   `json:"city,omitempty"`
	Country  string   `json:"country,omitempty"`
}

type position struct {
	Total     decimal `json:"total"`
	Paid      decimal `json:"paid"`
	Credited  decimal `json:"credited"`
	Open      decimal `json:"open" doc:"What is still owed."`
	Tolerated decimal `json:"tolerated,omitempty" doc:"A rest too small to claim."`
	Overpaid  decimal `json:"overpaid" doc:"What was received beyond the claim; it belongs to the debtor."`
	Currency  string  `json:"currency"`
}

type entry struct {
	Kind       string        `json:"kind" enum:"payment,reversal,credit-note,late-fees-claim,cost,waiver,discount,discount-revoked,formal-notice-received,judgment-enforceable,insolvency-opened,insolvency-lifted,interest-paused,interest-pause-lifted"`
	ID         string        `json:"id"`
	Amount     decimal       `json:"amount,omitempty" doc:"A reversal takes back its whole payment and has none."`
	Currency   string        `json:"currency,omitempty"`
	Reverses   string        `json:"reverses,omitempty" doc:"The payment that a reversal takes back."`
	ValueDate  calendar.Date `json:"value_date,omitzero"`
	Allocated  []allocation  `json:"allocated,omitempty" doc:"What it pays; the rest is the debtor's credit."`
	Part       string        `json:"part,omitempty" enum:"interest,indemnity,costs" doc:"What a waiver gives up."`
	Note       string        `json:"note,omitempty" doc:"Why something was waived, or what a cost was for."`
	Source     string        `json:"source,omitempty"`
	By         string        `json:"by,omitempty"`
	At         time.Time     `json:"at"`
	RecordedAt time.Time     `json:"recorded_at"`
}

type allocation struct {
	Part   string  `json:"part" enum:"principal,interest,indemnity,costs"`
	Amount decimal `json:"amount"`
}

type notice struct {
	Round    int           `json:"round" doc:"How often the ladder was begun anew."`
	Step     string        `json:"step"`
	At       time.Time     `json:"at,omitzero"`
	Deadline calendar.Date `json:"deadline,omitzero" doc:"The day the debtor was asked to pay by."`
	Attempts []attempt     `json:"attempts" nullable:"false"`
	Tries    int           `json:"tries,omitempty" doc:"How often a person had the failed channels tried again."`
	Approval string        `json:"approval,omitempty" enum:"requested,granted"`
	Waived   bool          `json:"waived,omitempty" doc:"A person decided that the step is not taken."`
}

// passedOver is a step that is behind the case and reached nobody.
type passedOver struct {
	Step  string `json:"step"`
	Code  string `json:"code" enum:"person,due-date,mediation,later-step"`
	Why   string `json:"why"`
	WhyFR string `json:"why_fr"`
}

type attempt struct {
	Channel string `json:"channel"`
	Failed  bool   `json:"failed,omitempty"`
}

type hold struct {
	ID         string        `json:"id"`
	Reason     string        `json:"reason,omitempty"`
	From       calendar.Date `json:"from,omitzero"`
	Until      calendar.Date `json:"until,omitzero" doc:"The last day; missing when a person ends it."`
	ReleasedOn calendar.Date `json:"released_on,omitzero"`
}

type message struct {
	ID          string            `json:"id"`
	URL         string            `json:"url" doc:"The address of its exact bytes."`
	Invoices    []string          `json:"invoices" nullable:"false" doc:"All the invoices it is about: one message carries what a debtor owes."`
	Round       int               `json:"round"`
	Step        string            `json:"step"`
	Channel     string            `json:"channel" enum:"email,sms,whatsapp,letter,registered-letter"`
	Try         int               `json:"try,omitempty"`
	Recipient   string            `json:"recipient"`
	Subject     string            `json:"subject,omitempty"`
	Template    string            `json:"template"`
	Language    string            `json:"language"`
	Wording     *previews.Wording `json:"wording,omitempty" doc:"Which text worded it, and why that one; missing in messages of earlier versions."`
	ContentType string            `json:"content_type"`
	SHA256      string            `json:"sha256" doc:"Of the exact bytes."`
	Deadline    calendar.Date     `json:"deadline,omitzero"`
	State       string            `json:"state" enum:"composed,sending,accepted,delivered,bounced,failed,withheld"`
	Delivery    string            `json:"delivery" enum:"composed,sending,ambiguous,accepted,delivered,opened,bounced,blocked,failed,withheld" doc:"What became of it, as far as anybody knows. Only accepted, delivered and opened count for the step."`
	Provider    string            `json:"provider,omitempty"`
	ProviderID  string            `json:"provider_id,omitempty"`
	Code        string            `json:"code,omitempty" doc:"The provider's code of a failure."`
	Reason      string            `json:"reason,omitempty" doc:"Why it failed or was not sent yet."`
	BusinessAt  time.Time         `json:"business_at" doc:"When it was written, in business time."`
	ComposedAt  time.Time         `json:"composed_at"`
	AcceptedAt  time.Time         `json:"accepted_at,omitzero"`
	DeliveredAt time.Time         `json:"delivered_at,omitzero"`
	FailedAt    time.Time         `json:"failed_at,omitzero"`
	OpenedAt    time.Time         `json:"opened_at,omitzero" doc:"When the recipient, or a machine on the way, first opened it, where the provider tells."`
}

type delivery struct {
	MessageID  string    `json:"message_id"`
	Provider   string    `json:"provider"`
	EventID    string    `json:"event_id"`
	Kind       string    `json:"kind" example:"delivered"`
	Code       string    `json:"code,omitempty"`
	Reason     string    `json:"reason,omitempty"`
	ProviderAt time.Time `json:"provider_at,omitzero"`
	At         time.Time `json:"at"`
}

type historyEntry struct {
	Kind       string    `json:"kind" example:"payment-applied"`
	By         string    `json:"by,omitempty"`
	Summary    string    `json:"summary"`
	Reason     string    `json:"reason,omitempty" doc:"Why, where no person decided it."`
	Strategy   string    `json:"strategy,omitempty"`
	Version    int       `json:"strategy_version,omitempty"`
	Law        string    `json:"law,omitempty" doc:"The version of the tables of the law in use: SHA-256 over them."`
	Template   string    `json:"template,omitempty"`
	Wording    string    `json:"template_version,omitempty" doc:"SHA-256 of the template's file."`
	SHA256     string    `json:"sha256,omitempty" doc:"Of the bytes the line is about."`
	At         time.Time `json:"at" doc:"Business time."`
	RecordedAt time.Time `json:"recorded_at" doc:"Wall time."`
	Line       int       `json:"line" doc:"Its number within the case, from 1."`
	Hash       string    `json:"hash" doc:"It covers the line and the hash of the line before."`
}

type getCaseOutput struct{ Body file }

func (a *api) getCase(ctx context.Context, in *CaseKey) (*getCaseOutput, error) {
	creditor, number := in.key()
	stored, err := a.Cases.Store.CaseFile(ctx, creditor, number)
	if err != nil {
		return nil, err
	}
	now := a.Cases.Clock().Now()
	out := &getCaseOutput{Body: newFile(stored, now)}
	today, err := stored.Today(now)
	if err != nil {
		return nil, err
	}
	warnings, err := stored.Warnings(now)
	out.Body.LateFees = newLateFees(today, warnings)
	return out, err
}

func newFile(f casefile.File, now time.Time) file {
	return file{
		Status:     newStatus(f.Row.Creditor, f.Row.Invoice, workflows.NewStatus(f.Case, now).AsPlanned(f.Row.NextAt, now)),
		Claim:      newClaim(f.Invoice),
		Debtor:     newDebtor(f.Debtor),
		Contacts:   each(f.Contacts, newContact),
		Position:   newPosition(f.Position),
		Entries:    newEntries(f),
		Notices:    each(f.Notices, newNotice),
		PassedOver: each(collection.StepsPassedOver(f.Case, now), newPassedOver),
		Holds:      each(f.Case.Holds, newHold),
		Promises:   each(f.Case.Promises, func(p collection.Promise) promise { return newPromise(f.Row.Invoice, p) }),
		Disputes:   each(f.Case.Disputes, newDispute),
		Mediations: each(f.Case.Mediations, func(m collection.Mediation) mediation { return newMediation(workflows.NewMediationStatus(m)) }),
		Messages:   each(f.Messages, func(m casefile.Message) message { return newMessage(f, m) }),
		Documents:  each(f.Documents, newInvoiceDocument),
		Deliveries: each(f.Deliveries, newDelivery),
		Tasks:      each(f.Tasks, newTask),
		InTouch:    each(f.ManualContacts, newManualContact),
		Limitation: newReckoning(f), Handoffs: newHandoffRecords(f),
		History: each(f.History, newHistoryEntry),
	}
}

// each tells every item of a list; the list is never null.
func each[From, To any](items []From, tell func(From) To) []To {
	told := make([]To, 0, len(items))
	for _, item := range items {
		told = append(told, tell(item))
	}
	return told
}

func newClaim(i casefile.Invoice) claim {
	return claim{
		Number: i.Number, IssuedOn: i.IssueDate, DueOn: i.DueDate, CompletedOn: i.CompletedOn, DueDateSource: hyphenated(i.DueDateSource),
		Total: decimalOf(i.Total), Prepaid: decimalOf(i.Prepaid), Currency: string(i.Total.Currency()),
		Reference: i.Reference, PaymentReference: i.PaymentReference,
		SourceFormat: i.SourceFormat, SourceFile: i.SourceFile, SourceSHA256: i.SourceSHA256,
	}
}

func newDebtor(d casefile.Debtor) debtor {
	lines := []string{}
	for _, line := range []string{d.Line1, d.Line2} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return debtor{
		ID: d.ID, Name: d.Name, Kind: string(d.Kind), Language: d.Language, Zone: d.Zone, SIREN: d.SIREN, SIRET: d.SIRET, VAT: d.VATID,
		Lines: lines, Postcode: d.Postcode, City: d.City, Country: d.Country,
	}
}

func newPosition(p ledger.Position) position {
	return position{
		Total: decimalOf(p.Total), Paid: decimalOf(p.Paid), Credited: decimalOf(p.Credited), Open: decimalOf(p.Open),
		Overpaid: decimalOf(p.Overpaid), Tolerated: decimalUnlessZero(p.Tolerated), Currency: string(p.Total.Currency()),
	}
}

func newEntries(f casefile.File) []entry {
	type key struct {
		kind ledger.EntryKind
		id   string
	}
	allocated := map[key][]allocation{}
	for _, a := range f.Allocations {
		k := key{a.Kind, a.ID}
		allocated[k] = append(allocated[k], allocation{Part: string(a.Part), Amount: decimalOf(a.Amount)})
	}
	return each(f.Entries, func(e casefile.LedgerEntry) entry {
		told := entry{
			Kind: string(e.Kind), ID: e.ID, Reverses: e.Reverses, ValueDate: e.ValueDate, Allocated: allocated[key{e.Kind, e.ID}], Part: string(e.Part), Note: e.Note,
			Source: e.Source, By: e.Actor, At: e.At, RecordedAt: e.RecordedAt,
		}
		if e.Amount.Currency() != "" {
			told.Amount, told.Currency = decimalOf(e.Amount), string(e.Amount.Currency())
		}
		return told
	})
}

func newNotice(n casefile.Notice) notice {
	return notice{
		Round: n.Round, Step: n.Key, At: n.At, Deadline: n.Deadline, Tries: n.Tries, Approval: string(n.Approval), Waived: n.Waived,
		Attempts: each(n.Attempts, func(tried collection.Attempt) attempt {
			return attempt{Channel: string(tried.Channel), Failed: tried.Failed}
		}),
	}
}

func newHold(h collection.Hold) hold {
	return hold{ID: h.ID, Reason: h.Reason, From: h.From, Until: h.Until, ReleasedOn: h.Released}
}

func newMessage(f casefile.File, m casefile.Message) message {
	var worded *previews.Wording
	if text, known := f.TextOf(m.ID); known {
		of := previews.WordingOf(text)
		worded = &of
	}
	return message{
		Wording: worded, Invoices: m.Invoices,
		ID: m.ID, URL: strings.Join([]string{caseURL(m.Creditor, m.Invoice), "messages", url.PathEscape(m.ID)}, "/"),
		Round: m.Round, Step: m.Step, Channel: string(m.Channel), Try: m.Try, Recipient: m.Recipient, Subject: m.Subject,
		Template: m.Template, Language: m.Language, ContentType: m.ContentType, SHA256: m.SHA256, Deadline: m.Deadline,
		State: string(m.State), Delivery: string(m.Truth(time.Now())), OpenedAt: m.OpenedAt, Provider: m.Provider, ProviderID: m.ProviderID, Code: m.Code, Reason: m.Reason,
		BusinessAt: m.BusinessAt, ComposedAt: m.ComposedAt, AcceptedAt: m.AcceptedAt, DeliveredAt: m.DeliveredAt, FailedAt: m.FailedAt,
	}
}

func newDelivery(e casefile.DeliveryEvent) delivery {
	return delivery{
		MessageID: e.MessageID, Provider: e.Provider, EventID: e.EventID, Kind: string(e.Kind), Code: e.Code, Reason: e.Reason,
		ProviderAt: e.ProviderAt, At: e.At,
	}
}

func newPassedOver(p collection.PassedOver) passedOver {
	return passedOver{Step: p.Step, Code: string(p.Because), Why: p.Because.String(), WhyFR: p.Because.French()}
}

func newHistoryEntry(h casefile.HistoryEntry) historyEntry {
	return historyEntry{
		Kind: h.Kind, By: h.Actor, Summary: h.Summary, Reason: h.Reason, Strategy: h.Strategy, Version: h.StrategyVersion, Law: h.Law,
		Template: h.Template, Wording: h.TemplateVersion, SHA256: h.SHA256, At: h.At, RecordedAt: h.RecordedAt, Line: h.Line, Hash: h.Hash,
	}
}
