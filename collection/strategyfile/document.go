package strategyfile

import "relance/collection"

// document is a strategy file as a person writes it. The tags also give the
// published schema, docs/strategy.schema.json.
type document struct {
	Name        string              `json:"name" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" maxLength:"60" doc:"What cases, settings and reports call the strategy: small letters, digits and hyphens."`
	Version     int                 `json:"version" minimum:"1" doc:"Raise it with every change: an open case keeps the version it began with until it is migrated."`
	Title       Text                `json:"title" doc:"What people read."`
	Description Text                `json:"description" doc:"When to use the strategy, in a sentence or two."`
	For         Audience            `json:"for" enum:"business,consumer,public,any" doc:"The debtors it may be used for; the law differs."`
	Grouping    collection.Grouping `json:"grouping,omitempty" enum:"account,step,invoice" doc:"What leaves together in one message to a debtor: all that is due on its account (the default), notices of the same step only, or each invoice on its own."`
	// AttachStatement is the default of all steps that send e-mails.
	AttachStatement bool `json:"attach_statement,omitempty" doc:"E-mails of all steps carry the debtor's statement of account when they are about several invoices."`

	Promises promises      `json:"promises,omitzero" doc:"How long a promise to pay may run."`
	Broken   brokenPromise `json:"broken_promise,omitzero" doc:"What follows when nothing of a promise was paid. Without it the ladder goes on where it rested."`
	Disputes disputes      `json:"disputes,omitzero" doc:"How soon disputes are answered."`
	// ApprovalAbove and Approval are for all steps that do not say their own.
	ApprovalAbove amountLimit `json:"approval_above,omitempty" doc:"A person must release every notice that asks for more than this: one amount for every currency, or one for each. A currency that is left out has the limit 0."`
	Approval      approval    `json:"approval,omitempty" doc:"The terms of the approvals of all steps."`
	Steps         []step      `json:"steps" minItems:"1" maxItems:"20" doc:"The steps, from the first to the last."`
}

type step struct {
	Key           string               `json:"key" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" maxLength:"60" doc:"Names the step in the case file; never used twice in one strategy."`
	Title         Text                 `json:"title" doc:"What people read."`
	When          when                 `json:"when" doc:"The step acts when all that is given here has come. It also waits for the deadline that the notice before it gave, and for the debtor's contact hours."`
	Tone          collection.Tone      `json:"tone,omitempty" enum:"courteous,firm,final,formal" doc:"Never milder than that of the step before."`
	Channels      []collection.Channel `json:"channels,omitempty" minItems:"1" uniqueItems:"true" enum:"email,sms,whatsapp,letter,registered-letter" doc:"All of them are used."`
	Fallback      []collection.Channel `json:"fallback,omitempty" uniqueItems:"true" enum:"email,sms,whatsapp,letter,registered-letter" doc:"Tried in this order while no channel worked. When all failed, a person is asked to reach the debtor."`
	Template      string               `json:"template,omitempty" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"The texts that are sent."`
	AttachInvoice bool                 `json:"attach_invoice,omitempty" doc:"E-mails of the step carry the PDF of the invoice, if it came with the import or was attached."`
	// AttachStatement: see document.
	AttachStatement bool `json:"attach_statement,omitempty" doc:"E-mails of the step carry the debtor's statement of account as a PDF when they are about several invoices."`

	To            []collection.Role   `json:"to,omitempty" minItems:"1" uniqueItems:"true" enum:"accounts-payable,buyer,director,sales,legal,e-invoicing,other" doc:"Whom at the debtor to write to, the first choice first; only these, and contacts whose role nobody gave. Without it: accounts payable, then whoever can be reached."`
	Copy          []collection.Role   `json:"copy,omitempty" minItems:"1" uniqueItems:"true" enum:"accounts-payable,buyer,director,sales,legal,e-invoicing,other,salesperson,accountant,manager,owner" doc:"Who gets a copy of the e-mail, at the debtor or at the creditor (salesperson, accountant, manager, owner)."`
	Sender        collection.Role     `json:"sender,omitempty" enum:"salesperson,accountant,manager,owner" doc:"Who at the creditor the e-mail comes from; without it, the creditor's own sender."`
	Deadline      int                 `json:"deadline,omitempty" minimum:"1" maximum:"365" doc:"Days the notice gives the debtor to pay, moved to a working day. No later step acts before it has passed."`
	CoolingOff    int                 `json:"cooling_off,omitempty" minimum:"1" maximum:"30" doc:"Days before it leaves on which the notice is announced to your own people by a task; a payment or a hold meanwhile wins."`
	Proof         collection.Channel  `json:"proof,omitempty" enum:"email,sms,whatsapp,letter,registered-letter" doc:"The channel over which the notice must be proven to have arrived: later steps wait for that proof, and the deadline is counted from that day. One of channels."`
	Approval      approval            `json:"approval,omitempty" doc:"A person must release the notice before it is sent: true, or the terms."`
	ApprovalAbove amountLimit         `json:"approval_above,omitempty" doc:"A person must release the notice when more than this is open: one amount for every currency, or one for each."`
	Opens         collection.TaskKind `json:"opens,omitempty" enum:"mediation,handoff,call" doc:"The step opens this task for a person instead of sending a notice."`
	Mediation     mediation           `json:"mediation,omitempty" doc:"What a step that opens a mediation proposes (docs/mediation.md). Without it a person decides."`
	Stage         collection.Stage    `json:"stage,omitempty" enum:"open,reminding,formal-notice,mediation,handoff" doc:"Where the case stands once the step is done. Without it: open before the due date, then reminding, formal-notice after a formal tone, mediation or handoff after such a task."`
}

// mediation is what a step proposes.
type mediation struct {
	Kind              collection.MediationKind `json:"kind" enum:"company-mediator,conciliator,contractual,conventional" doc:"Who is to mediate. Only a consumer can turn to the consumer mediator: no step proposes it."`
	Mediator          string                   `json:"mediator,omitempty" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" maxLength:"60" doc:"Key of one of the creditor's mediators (creditors[].mediators)."`
	RespondWithinDays int                      `json:"respond_within_days,omitempty" minimum:"1" maximum:"365" doc:"Days the debtor has to answer, moved to a working day; needed with invite. Nothing leaves meanwhile, and no answer counts as declining."`
	LongestDays       int                      `json:"longest_days,omitempty" minimum:"1" maximum:"365" doc:"After how many days of mediation a person is asked how it stands; that of the mediator or of the law without it."`
	Invite            bool                     `json:"invite,omitempty" doc:"The step sends the invitation itself: it then has channels and may have fallback, template, to, copy, sender, attach_invoice and approval. Without it a person is asked to propose the mediation."`
}

type when struct {
	BeforeDue     int `json:"before_due,omitempty" minimum:"1" maximum:"365" doc:"Days before the due date. The step is left out once that date has come."`
	AfterDue      int `json:"after_due,omitempty" minimum:"0" maximum:"365" doc:"Days after the due date; 0 is the due date itself."`
	AfterPrevious int `json:"after_previous,omitempty" minimum:"1" maximum:"365" doc:"Days after the step before it was done, and so many days after its planned day if it was left out. Days on hold do not count."`
}

// Text is a text in the languages of the product.
type Text struct {
	FR string `json:"fr" minLength:"1" maxLength:"400" doc:"French"`
	EN string `json:"en" minLength:"1" maxLength:"400" doc:"English"`
}

// In is the text in a language given as a BCP 47 tag: French for "fr" and its
// variants, English for all others.
func (t Text) In(language string) string {
	if language == "fr" || len(language) > 2 && language[:3] == "fr-" {
		return t.FR
	}
	return t.EN
}

// Audience is the kind of debtor a strategy is written for.
type Audience string

// The audiences of a strategy.
const (
	ForBusiness Audience = "business"
	ForConsumer Audience = "consumer"
	ForPublic   Audience = "public"
	ForAny      Audience = "any"
)

// Audiences lists the audiences of a strategy.
func Audiences() []Audience { return []Audience{ForBusiness, ForConsumer, ForPublic, ForAny} }

// Suits reports whether a strategy for the audience may be used for a kind of
// debtor.
func (a Audience) Suits(debtor Audience) bool { return a == ForAny || a == debtor }
