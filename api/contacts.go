package api

import (
	"context"
	"net/http"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/collection"
	"relance/imports/invoice"
)

func (a *api) registerContacts() {
	register(a, operation{
		id: "list-contacts", method: http.MethodGet, path: "/v1/debtors/{creditor}/{debtor}/contacts", group: groupPeople,
		summary:     "List the people of a debtor",
		description: "Its contacts, those that have left too; who asked not to be written to; the parent that may receive its messages; and the colleagues who look after it.",
		problems:    []problemCode{codeUnknownDebtor},
	}, a.listContacts)
	register(a, operation{
		id: "add-contact", method: http.MethodPost, path: "/v1/debtors/{creditor}/{debtor}/contacts", group: groupPeople,
		summary:     "Add a contact to a debtor",
		description: "A contact with the same e-mail and phone is corrected instead. The open cases have it in their history.",
		problems:    []problemCode{codeUnknownDebtor, codeConflict},
	}, a.addContact)
	register(a, operation{
		id: "correct-contact", method: http.MethodPost, path: "/v1/debtors/{creditor}/{debtor}/contacts/{id}", group: groupPeople,
		summary: "Correct a contact",
		description: "What is missing stays as it is; an empty text removes it. An address that is corrected is used again, whatever happened at the old one; " +
			"then retry the step that failed.",
		problems: []problemCode{codeUnknownDebtor, codeUnknownContact, codeConflict},
	}, a.correctContact)
	register(a, operation{
		id: "retire-contact", method: http.MethodPost, path: "/v1/debtors/{creditor}/{debtor}/contacts/{id}/retire", group: groupPeople,
		summary: "Record that a contact has left", problems: []problemCode{codeUnknownDebtor, codeUnknownContact, codeUnknownCreditor},
	}, a.retireContact)
	register(a, operation{
		id: "record-opt-out", method: http.MethodPost, path: "/v1/debtors/{creditor}/{debtor}/opt-outs", group: groupPeople,
		summary: "Record that a debtor does not want to be written to by a channel",
		description: "It holds at once, for every tone: no law asks for a notice by e-mail or SMS. A letter cannot be refused. " +
			"The same wish again changes nothing.",
		problems: []problemCode{codeUnknownDebtor, codeUnknownCreditor},
	}, a.recordOptOut)
	register(a, operation{
		id: "withdraw-opt-out", method: http.MethodPost, path: "/v1/debtors/{creditor}/{debtor}/opt-outs/withdraw", group: groupPeople,
		summary: "Record that a debtor may be written to by a channel again",
		description: "With an address, the opt-outs of that address; without one, that of the debtor as a whole. The record of what held when stays. " +
			"The provider may have a list of its own, which this does not change: remove the address from SendGrid's suppressions too, else it drops the next e-mail.",
		problems: []problemCode{codeUnknownDebtor, codeUnknownCreditor},
	}, a.withdrawOptOut)
	register(a, operation{
		id: "correct-debtor", method: http.MethodPost, path: "/v1/debtors/{creditor}/{debtor}", group: groupPeople,
		summary: "Correct a debtor's name, kind, address, language or identifiers",
		description: "What is missing stays as it is; an empty text removes it. Letters that were not posted are cancelled and leave in others, to the address as it is now; " +
			"after a letter that came back, retry the step. The country stays: it decides which law holds. At another place the next dates of its open cases move to the days and hours of that. With another kind the words, the late fees and the limitation of its claims " +
			"are those of that kind from now on; its cases go on by their strategies, so migrate those that another one is for.",
		problems: []problemCode{codeUnknownDebtor},
	}, a.correctDebtor)
	register(a, operation{
		id: "set-parent", method: http.MethodPost, path: "/v1/debtors/{creditor}/{debtor}/parent", group: groupPeople,
		summary:     "Say which debtor is above a debtor, and who receives its messages",
		description: "E-mails and SMS go to the contacts of the parent when bill_to says so. Letters always go to the debtor itself, who has to be put on notice.",
		problems:    []problemCode{codeUnknownDebtor},
	}, a.setParent)
	register(a, operation{
		id: "set-audience", method: http.MethodPost, path: "/v1/debtors/{creditor}/{debtor}/audience", group: groupPeople,
		summary:     "Say what kind of payer a debtor is",
		description: "The words of its reminders follow it, in place of what its past invoices show. Consumers and public bodies are always written to as such.",
		problems:    []problemCode{codeUnknownDebtor},
	}, a.setAudience)
	register(a, operation{
		id: "add-colleague", method: http.MethodPost, path: "/v1/debtors/{creditor}/{debtor}/colleagues", group: groupPeople,
		summary:     "Say which colleague looks after a debtor",
		description: "Somebody at the creditor, who gets copies and in whose name a step may be sent. Those who look after all debtors stand in the configuration.",
		problems:    []problemCode{codeUnknownDebtor, codeUnknownCreditor},
	}, a.addColleague)
	register(a, operation{
		id: "remove-colleague", method: http.MethodPost, path: "/v1/debtors/{creditor}/{debtor}/colleagues/{id}/remove", group: groupPeople,
		summary: "Say that a colleague does not look after a debtor any more", problems: []problemCode{codeUnknownDebtor},
	}, a.removeColleague)
	register(a, operation{
		id: "next-recipients", method: http.MethodGet, path: "/v1/cases/{creditor}/{invoice}/recipients", group: groupPeople,
		summary:     "Show whom the next notice of a case goes to, and why",
		description: "By the rule that the notice itself follows when it is composed. Where nobody can be written to, it says what to correct.",
		problems:    []problemCode{codeUnknownCase},
	}, a.nextRecipients)
}

// DebtorKey names the debtor of a request.
type DebtorKey struct {
	Creditor string `path:"creditor" maxLength:"100" example:"acme" doc:"The creditor's ID."`
	Debtor   string `path:"debtor" maxLength:"100" example:"C-1007" doc:"The debtor's ID at the creditor, URL-escaped."`
}

func (in DebtorKey) key() (creditor, debtor string) {
	return invoice.Tidy(in.Creditor), invoice.Tidy(in.Debtor)
}

// ContactKey names the contact of a request.
type ContactKey struct {
	DebtorKey
	ID int64 `path:"id" minimum:"1" doc:"The contact's ID."`
}

// contact is a person or a mailbox at the debtor.
type contact struct {
	ID                 int64         `json:"id"`
	Name               string        `json:"name,omitempty"`
	Role               string        `json:"role,omitempty"`
	Email              string        `json:"email,omitempty"`
	Phone              string        `json:"phone,omitempty"`
	Language           string        `json:"language,omitempty"`
	Preferred          bool          `json:"preferred,omitempty" doc:"The one to write to among those of its role."`
	Channels           []string      `json:"channels,omitempty" nullable:"false" doc:"The channels it may be written to by; all when missing."`
	PreferredChannel   string        `json:"preferred_channel,omitempty"`
	Scope              string        `json:"scope,omitempty" doc:"The order, contract or invoice it alone speaks for."`
	ValidFrom          calendar.Date `json:"valid_from,omitzero"`
	ValidUntil         calendar.Date `json:"valid_until,omitzero" doc:"Its last day."`
	EmailInvalidAt     time.Time     `json:"email_invalid_at,omitzero" doc:"Since when nothing arrives at the e-mail address; until it is corrected."`
	EmailInvalidWhy    string        `json:"email_invalid_why,omitempty"`
	PhoneInvalidAt     time.Time     `json:"phone_invalid_at,omitzero" doc:"Since when no SMS arrives at the number; until it is corrected. WhatsApp and calls may still reach it."`
	PhoneInvalidWhy    string        `json:"phone_invalid_why,omitempty"`
	WhatsAppInvalidAt  time.Time     `json:"whatsapp_invalid_at,omitzero" doc:"Since when no WhatsApp message arrives at the number; until it is corrected. SMS and calls may still reach it."`
	WhatsAppInvalidWhy string        `json:"whatsapp_invalid_why,omitempty"`
}

func newContact(c casefile.Contact) contact {
	return contact{
		ID: c.ID, Name: c.Name, Role: c.Role, Email: c.Email, Phone: c.Phone, Language: c.Language, Preferred: c.Preferred,
		Channels: channelNames(c.Channels), PreferredChannel: string(c.PreferredChannel), Scope: c.Scope, ValidFrom: c.ValidFrom, ValidUntil: c.ValidUntil,
		EmailInvalidAt: c.EmailInvalidAt, EmailInvalidWhy: c.EmailInvalidWhy, PhoneInvalidAt: c.PhoneInvalidAt, PhoneInvalidWhy: c.PhoneInvalidWhy,
		WhatsAppInvalidAt: c.WhatsAppInvalidAt, WhatsAppInvalidWhy: c.WhatsAppInvalidWhy,
	}
}

func channelNames(channels []collection.Channel) []string {
	return each(channels, func(c collection.Channel) string { return string(c) })
}

type optOutRecord struct {
	Channel      string    `json:"channel" enum:"email,sms,whatsapp"`
	Address      string    `json:"address,omitempty" doc:"The address it is for; missing when it is for every one of the debtor."`
	Source       string    `json:"source" example:"sms-stop"`
	By           string    `json:"by,omitempty"`
	At           time.Time `json:"at"`
	WithdrawnAt  time.Time `json:"withdrawn_at,omitzero"`
	WithdrawnBy  string    `json:"withdrawn_by,omitempty"`
	WithdrawnWhy string    `json:"withdrawn_why,omitempty"`
}

func newOptOut(o casefile.OptOutRecord) optOutRecord {
	return optOutRecord{
		Channel: string(o.Channel), Address: o.Address, Source: o.Source, By: o.By, At: o.At,
		WithdrawnAt: o.WithdrawnAt, WithdrawnBy: o.WithdrawnBy, WithdrawnWhy: o.WithdrawnWhy,
	}
}

type colleague struct {
	ID         int64  `json:"id"`
	Role       string `json:"role" enum:"salesperson,accountant,manager,owner"`
	Name       string `json:"name,omitempty"`
	Email      string `json:"email"`
	AllDebtors bool   `json:"all_debtors,omitempty" doc:"Looks after all debtors of the creditor."`
}

func newColleague(c casefile.Colleague) colleague {
	return colleague{ID: c.ID, Role: string(c.Role), Name: c.Name, Email: c.Email, AllDebtors: c.Debtor == ""}
}

// people are all who may take part in the notices to a debtor.
type people struct {
	Debtor     string         `json:"debtor"`
	Name       string         `json:"name,omitempty"`
	Kind       string         `json:"kind" enum:"business,consumer,public,unknown" doc:"Which law protects it. One of unknown kind is a business when it has the number of one, else it is treated as a consumer."`
	Address    *postalAddress `json:"address,omitempty" doc:"Where its letters go."`
	Language   string         `json:"language,omitempty"`
	SIREN      string         `json:"siren,omitempty"`
	SIRET      string         `json:"siret,omitempty"`
	VATID      string         `json:"vat_id,omitempty"`
	Parent     string         `json:"parent,omitempty" doc:"The debtor above it in its group."`
	BillTo     string         `json:"bill_to" enum:"debtor,parent" doc:"Who receives its e-mails and SMS."`
	Audience   string         `json:"audience,omitempty" enum:"loyal,irregular,new" doc:"What kind of payer a person decided that it is; missing: what its past invoices show."`
	Contacts   []contact      `json:"contacts" nullable:"false"`
	OptOuts    []optOutRecord `json:"opt_outs" nullable:"false" doc:"Of the debtor and of its contacts' addresses, those that were withdrawn too."`
	Colleagues []colleague    `json:"colleagues" nullable:"false"`
}

// postalAddress is where a letter goes.
type postalAddress struct {
	Line1    string `json:"line1,omitempty"`
	Line2    string `json:"line2,omitempty"`
	Postcode string `json:"postcode,omitempty"`
	City     string `json:"city,omitempty"`
	Country  string `json:"country,omitempty" doc:"ISO 3166-1 alpha-2 code."`
}

type peopleOutput struct{ Body people }

func (a *api) listContacts(ctx context.Context, in *DebtorKey) (*peopleOutput, error) {
	return a.people(ctx, *in)
}

func (a *api) people(ctx context.Context, key DebtorKey) (*peopleOutput, error) {
	creditor, id := key.key()
	store := a.Cases.Store
	debtor, err := store.Debtor(ctx, creditor, id)
	if err != nil {
		return nil, err
	}
	contacts, err := store.Contacts(ctx, creditor, id)
	if err != nil {
		return nil, err
	}
	optOuts, err := store.OptOuts(ctx, creditor, id)
	if err != nil {
		return nil, err
	}
	colleagues, err := store.Colleagues(ctx, creditor, id)
	out := &peopleOutput{Body: people{
		Debtor: debtor.ID, Name: debtor.Name, Kind: string(debtor.Kind), Language: debtor.Language, SIREN: debtor.SIREN, SIRET: debtor.SIRET, VATID: debtor.VATID,
		Parent: debtor.Parent, BillTo: billToDebtor, Audience: string(debtor.Audience), Contacts: each(contacts, newContact), OptOuts: each(optOuts, newOptOut),
		Colleagues: each(colleagues, newColleague),
	}}
	if debtor.BillTo == casefile.BillToParent {
		out.Body.BillTo = string(casefile.BillToParent)
	}
	if at := postalAddress(debtor.Address); at != (postalAddress{}) {
		out.Body.Address = &at
	}
	return out, err
}

// billToDebtor is how the API calls a debtor that receives its own messages.
const billToDebtor = "debtor"

type correctDebtorInput struct {
	DebtorKey
	Body struct {
		Name     *string `json:"name,omitempty" maxLength:"200" example:"Durand et fils SARL"`
		Kind     *string `json:"kind,omitempty" maxLength:"20" example:"consumer" doc:"business, consumer or public."`
		Language *string `json:"language,omitempty" maxLength:"40" example:"fr" doc:"What to write in, where a contact has none of its own."`
		Line1    *string `json:"line1,omitempty" maxLength:"200" example:"12 rue des Lilas"`
		Line2    *string `json:"line2,omitempty" maxLength:"200"`
		Postcode *string `json:"postcode,omitempty" maxLength:"20" example:"69003"`
		City     *string `json:"city,omitempty" maxLength:"100" example:"Lyon"`
		Country  *string `json:"country,omitempty" maxLength:"40" example:"FR" doc:"Only where it was not known."`
		SIREN    *string `json:"siren,omitempty" maxLength:"20" example:"732829320"`
		SIRET    *string `json:"siret,omitempty" maxLength:"20"`
		VATID    *string `json:"vat_id,omitempty" maxLength:"20"`
		By       string  `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"DebtorFacts"`
}

func (a *api) correctDebtor(ctx context.Context, in *correctDebtorInput) (*peopleOutput, error) {
	creditor, debtor := in.key()
	given := in.Body
	_, err := a.Cases.CorrectDebtor(ctx, creditor, debtor, cases.DebtorFacts{
		Name: given.Name, Kind: given.Kind, Language: given.Language, Line1: given.Line1, Line2: given.Line2, Postcode: given.Postcode, City: given.City,
		Country: given.Country, SIREN: given.SIREN, SIRET: given.SIRET, VATID: given.VATID,
	}, author(ctx, given.By))
	if err != nil {
		return nil, err
	}
	return a.people(ctx, in.DebtorKey)
}

// contactFacts are facts of a contact as a program gives them.
type contactFacts struct {
	Name             *string        `json:"name,omitempty" maxLength:"200"`
	Role             *string        `json:"role,omitempty" enum:"accounts-payable,buyer,director,sales,legal,e-invoicing,other," doc:"What the contact does; it decides which steps are written to it."`
	Email            *string        `json:"email,omitempty" maxLength:"320" example:"compta@durand.example"`
	Phone            *string        `json:"phone,omitempty" maxLength:"40" example:"+33 6 39 98 12 34"`
	Language         *string        `json:"language,omitempty" maxLength:"40" example:"fr" doc:"What to write in; the debtor's language when it is missing."`
	Preferred        *bool          `json:"preferred,omitempty" doc:"The one to write to among those of its role; the one preferred before gives way."`
	Channels         *[]string      `json:"channels,omitempty" nullable:"false" maxItems:"10" doc:"The channels it may be written to by: email, sms, letter; all when it is empty."`
	PreferredChannel *string        `json:"preferred_channel,omitempty" maxLength:"20" doc:"The channel it would rather be written to by."`
	Scope            *string        `json:"scope,omitempty" maxLength:"200" example:"PO-7" doc:"The order, contract or invoice it alone speaks for."`
	ValidFrom        *calendar.Date `json:"valid_from,omitempty" doc:"Its first day."`
	ValidUntil       *calendar.Date `json:"valid_until,omitempty" doc:"Its last day."`
	Works            bool           `json:"works,omitempty" doc:"A person knows that the address and the number work, whatever a provider found before."`
	By               string         `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
}

func (f contactFacts) facts() cases.ContactFacts {
	return cases.ContactFacts{
		Name: f.Name, Role: f.Role, Email: f.Email, Phone: f.Phone, Language: f.Language, Preferred: f.Preferred, Channels: f.Channels,
		PreferredChannel: f.PreferredChannel, Scope: f.Scope, ValidFrom: f.ValidFrom, ValidUntil: f.ValidUntil, Works: f.Works,
	}
}

type addContactInput struct {
	DebtorKey
	Body contactFacts `nameHint:"ContactFacts"`
}

type contactOutput struct{ Body contact }

func (a *api) addContact(ctx context.Context, in *addContactInput) (*contactOutput, error) {
	creditor, debtor := in.key()
	added, err := a.Cases.AddContact(ctx, creditor, debtor, in.Body.facts(), author(ctx, in.Body.By))
	return &contactOutput{Body: newContact(added)}, err
}

type correctContactInput struct {
	ContactKey
	Body contactFacts `nameHint:"ContactFacts"`
}

func (a *api) correctContact(ctx context.Context, in *correctContactInput) (*contactOutput, error) {
	creditor, debtor := in.key()
	corrected, err := a.Cases.CorrectContact(ctx, creditor, debtor, in.ID, in.Body.facts(), author(ctx, in.Body.By))
	return &contactOutput{Body: newContact(corrected)}, err
}

type retireContactInput struct {
	ContactKey
	Body *struct {
		LastDay calendar.Date `json:"last_day,omitzero" doc:"The last day on which it may be written to; yesterday when it is missing."`
		By      string        `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"Retirement"`
}

func (a *api) retireContact(ctx context.Context, in *retireContactInput) (*contactOutput, error) {
	creditor, debtor := in.key()
	given := orZero(in.Body)
	retired, err := a.Cases.RetireContact(ctx, creditor, debtor, in.ID, given.LastDay, author(ctx, given.By))
	return &contactOutput{Body: newContact(retired)}, err
}

type optOutInput struct {
	DebtorKey
	Body struct {
		Channel string `json:"channel" enum:"email,sms,whatsapp,letter,registered-letter" doc:"The channel; a letter cannot be refused."`
		Address string `json:"address,omitempty" maxLength:"320" doc:"The e-mail address or number it is for; every one of the debtor when it is missing."`
		Source  string `json:"source" minLength:"1" maxLength:"200" example:"telephone call" doc:"How it became known, or why it is withdrawn, without personal data."`
		By      string `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"OptOutOrder"`
}

func (in optOutInput) optOut(ctx context.Context) casefile.OptOut {
	creditor, debtor := in.key()
	return casefile.OptOut{
		Creditor: creditor, Debtor: debtor, Channel: collection.Channel(in.Body.Channel), Address: in.Body.Address,
		Source: invoice.Tidy(in.Body.Source), By: author(ctx, in.Body.By),
	}
}

func (a *api) recordOptOut(ctx context.Context, in *optOutInput) (*peopleOutput, error) {
	if err := a.Cases.OptOut(ctx, in.optOut(ctx)); err != nil {
		return nil, err
	}
	return a.people(ctx, in.DebtorKey)
}

func (a *api) withdrawOptOut(ctx context.Context, in *optOutInput) (*peopleOutput, error) {
	if err := a.Cases.WithdrawOptOut(ctx, in.optOut(ctx)); err != nil {
		return nil, err
	}
	return a.people(ctx, in.DebtorKey)
}

type parentInput struct {
	DebtorKey
	Body struct {
		Parent string `json:"parent" maxLength:"100" example:"C-1000" doc:"The ID of the debtor above it in its group; empty: none."`
		BillTo string `json:"bill_to" enum:"debtor,parent" doc:"Who receives its e-mails and SMS."`
		By     string `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"ParentOrder"`
}

func (a *api) setParent(ctx context.Context, in *parentInput) (*peopleOutput, error) {
	creditor, debtor := in.key()
	billTo := casefile.BillToDebtor
	if in.Body.BillTo == string(casefile.BillToParent) {
		billTo = casefile.BillToParent
	}
	if err := a.Cases.SetParent(ctx, creditor, debtor, invoice.Tidy(in.Body.Parent), billTo, author(ctx, in.Body.By)); err != nil {
		return nil, err
	}
	return a.people(ctx, in.DebtorKey)
}

type audienceInput struct {
	DebtorKey
	Body struct {
		Audience string `json:"audience" enum:",loyal,irregular,new" example:"loyal" doc:"Empty: what its past invoices show."`
		By       string `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"AudienceOrder"`
}

func (a *api) setAudience(ctx context.Context, in *audienceInput) (*peopleOutput, error) {
	creditor, debtor := in.key()
	if err := a.Cases.SetAudience(ctx, creditor, debtor, in.Body.Audience, author(ctx, in.Body.By)); err != nil {
		return nil, err
	}
	return a.people(ctx, in.DebtorKey)
}

type colleagueInput struct {
	DebtorKey
	Body struct {
		Role  string `json:"role" enum:"salesperson,accountant,manager,owner"`
		Name  string `json:"name,omitempty" maxLength:"200"`
		Email string `json:"email" maxLength:"320" example:"sam@acme.example"`
	} `nameHint:"ColleagueGiven"`
}

func (a *api) addColleague(ctx context.Context, in *colleagueInput) (*peopleOutput, error) {
	creditor, debtor := in.key()
	email, err := invoice.ParseEmail(in.Body.Email)
	if err != nil {
		return nil, invalid("body.email", in.Body.Email, err.Error())
	}
	added := casefile.Colleague{Creditor: creditor, Debtor: debtor, Role: collection.Role(in.Body.Role), Name: invoice.Tidy(in.Body.Name), Email: email}
	if _, err := a.Cases.Store.SaveColleague(ctx, added); err != nil {
		return nil, err
	}
	return a.people(ctx, in.DebtorKey)
}

type removeColleagueInput struct {
	DebtorKey
	ID int64 `path:"id" minimum:"1" doc:"The colleague's ID."`
}

func (a *api) removeColleague(ctx context.Context, in *removeColleagueInput) (*peopleOutput, error) {
	creditor, _ := in.key()
	if err := a.Cases.Store.RemoveColleague(ctx, creditor, in.ID); err != nil {
		return nil, err
	}
	return a.people(ctx, in.DebtorKey)
}

type nextRecipientsOutput struct {
	Body struct {
		Case       string          `json:"case"`
		Step       string          `json:"step,omitempty" doc:"The step of the next notice; missing when none is to come in 90 days."`
		Recipients []nextRecipient `json:"recipients" nullable:"false" doc:"For each channel of the step."`
	} `nameHint:"NextRecipients"`
}

// nextRecipient is who the next notice goes to by a channel.
type nextRecipient struct {
	Channel  string   `json:"channel" enum:"email,sms,whatsapp,letter,registered-letter"`
	Fallback bool     `json:"fallback,omitempty" doc:"The channel is tried only when the others failed."`
	Contact  int64    `json:"contact,omitempty" doc:"The ID of the contact; missing for a letter, which goes to the debtor itself."`
	Name     string   `json:"name,omitempty"`
	Address  string   `json:"address,omitempty"`
	Copies   []string `json:"copies,omitempty" nullable:"false" doc:"Who gets a copy of the e-mail."`
	Language string   `json:"language,omitempty"`
	Sender   string   `json:"sender,omitempty" doc:"The e-mail address it is sent from, where it is not the creditor's usual one."`
	Refused  string   `json:"refused,omitempty" enum:"nobody,ambiguous,opted-out,address-invalid" doc:"Why it can go to nobody."`
	Why      string   `json:"why" doc:"Why it goes there, or what to correct."`
	WhyFR    string   `json:"why_fr"`
}

func (a *api) nextRecipients(ctx context.Context, in *CaseKey) (*nextRecipientsOutput, error) {
	creditor, number := in.key()
	file, err := a.Cases.Store.CaseFile(ctx, creditor, number)
	if err != nil {
		return nil, err
	}
	list := cases.NextRecipients(file, a.Cases.Clock().Now())
	var out nextRecipientsOutput
	out.Body.Case, out.Body.Recipients = collection.WorkflowID(creditor, number), each(list, newNextRecipient)
	if len(list) > 0 {
		out.Body.Step = list[0].Step
	}
	return &out, nil
}

func newNextRecipient(n cases.NextRecipient) nextRecipient {
	told := nextRecipient{Channel: string(n.Channel), Fallback: n.Fallback}
	if n.Refusal != nil {
		told.Refused, told.Why, told.WhyFR = string(n.Refusal.Code), n.Refusal.Error(), n.Refusal.French()
		return told
	}
	choice := n.Choice
	told.Contact, told.Name, told.Address, told.Language, told.Sender = choice.To.ID, choice.To.Name, choice.Address, choice.Language, choice.Sender.Email
	told.Why, told.WhyFR = choice.Why.English, choice.Why.French
	for _, copied := range choice.Copies {
		told.Copies = append(told.Copies, copied.Email)
	}
	return told
}
