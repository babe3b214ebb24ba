// Package config is the product's typed configuration and its built-in data:
// strategies, templates and legal tables.
//
// The connection to Temporal is not configured here: it follows Temporal's own
// standard environment configuration (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE,
// TEMPORAL_PROFILE, TLS and API key settings).
package config

import "time"

// Config is everything an installation can set. Each value can stand in the
// YAML file, under the names of the json tags, and be overridden by an
// environment variable: RELANCE_ and the path in capitals,
// RELANCE_MAIL_SENDGRID_API_KEY. The doc tags are docs/configuration.md.
type Config struct {
	Database      Database   `json:"database"`
	HTTP          HTTP       `json:"http"`
	Mail          Mail       `json:"mail"`
	SMS           SMS        `json:"sms"`
	Letters       Letters    `json:"letters"`
	Sending       Sending    `json:"sending"`
	Inbound       Inbound    `json:"inbound"`
	Handoff       Handoff    `json:"handoff"`
	Worker        Worker     `json:"worker"`
	Log           Log        `json:"log"`
	Law           LawTables  `json:"law"`
	StrategiesDir string     `json:"strategies_dir" doc:"Folder of your own strategies (docs/strategies.md), read beside the built-in ones. In the file it is relative to the file."`
	TemplatesDir  string     `json:"templates_dir" doc:"Folder of your own templates (docs/templates.md), read before the built-in ones; a folder in it with a creditor's ID is for that creditor. In the file it is relative to the file."`
	Creditors     []Creditor `json:"creditors" doc:"The companies whose invoices are collected."`
}

// Database is the PostgreSQL of the case file.
type Database struct {
	URL Secret `json:"url" doc:"PostgreSQL of the case file: postgres://user:password@host:5432/relance?sslmode=verify-full. Not needed on one machine, where the product runs its own."`
}

// HTTP is the server of the API and of the providers' webhooks.
type HTTP struct {
	Listen    string            `json:"listen" doc:"Address and port the server listens on."`
	PublicURL string            `json:"public_url" doc:"How providers reach the server, for their webhooks. Without it Twilio is given no address to report deliveries to."`
	APIKeys   map[string]Secret `json:"api_keys" doc:"Who may call the API: the caller's name and a secret of 16 characters or more, or sha256: and its 64 hexadecimal digits."`
}

// Mail is how e-mails leave.
type Mail struct {
	Provider  string   `json:"provider" doc:"Who takes the e-mails: sendgrid, smtp (a mail server), or simulator (the mailbox of relance up: they reach nobody). Empty: the one that has an account."`
	SendGrid  SendGrid `json:"sendgrid"`
	SMTP      SMTP     `json:"smtp"`
	PerSecond float64  `json:"per_second" doc:"Most e-mails per second of all workers together; 0 is no limit."`
}

// SendGrid is an account at SendGrid.
type SendGrid struct {
	APIKey           Secret `json:"api_key" doc:"SendGrid API key with the right to send mail. Without it and without a mail server no e-mail leaves: each step takes its next channel, or raises a task."`
	BaseURL          string `json:"base_url" doc:"Address of SendGrid or of a stand-in; SendGrid's own when empty."`
	WebhookPublicKey string `json:"webhook_public_key" doc:"Verification key of the signed event webhook, as SendGrid shows it."`
}

// SMS is how short messages leave.
type SMS struct {
	Twilio    Twilio  `json:"twilio"`
	PerSecond float64 `json:"per_second" doc:"Most short messages per second of all workers together; 0 is no limit. One number sends about 1."`
}

// Twilio is an account at Twilio.
type Twilio struct {
	AccountSID string `json:"account_sid" doc:"Twilio account: AC and 32 hexadecimal digits. Without it no short message leaves: each step takes its next channel, or raises a task."`
	AuthToken  Secret `json:"auth_token" doc:"Its auth token, which also signs the webhooks."`
	BaseURL    string `json:"base_url" doc:"Address of Twilio or of a stand-in; Twilio's own when empty."`
}

// Letters is how letters are printed and posted.
type Letters struct {
	Provider     string       `json:"provider" doc:"Who prints and posts letters: queue (people, from the print queue: docs/letters.md) or print-and-post (a service: docs/print-and-post.md)."`
	PrintAndPost PrintAndPost `json:"print_and_post"`
}

// PrintAndPost is an account at a service that prints and posts.
type PrintAndPost struct {
	BaseURL       string `json:"base_url" doc:"Address of the print-and-post service."`
	Key           Secret `json:"key" doc:"Key that letters are handed in with."`
	WebhookSecret Secret `json:"webhook_secret" doc:"Secret of 16 characters or more that signs what the service reports."`
}

// Sending is how sends whose outcome is unknown are decided.
type Sending struct {
	AmbiguousAfter time.Duration `json:"ambiguous_after" doc:"When a provider did not answer: how long to look for proof that it has the message (its list, its signed news) before the message counts as failed: the next channel or a person takes over, and nothing is sent again (but see resend_unproven)."`
	ResendUnproven bool          `json:"resend_unproven" doc:"true: an ordinary reminder that may have left, and of which there is no proof in that time, is sent once more by itself: the debtor may have it twice. Never for a formal notice."`
}

// Inbound is how answers of debtors come in (docs/answers.md).
type Inbound struct {
	ParseToken     Secret `json:"parse_token" doc:"Secret of 16 letters and digits or more at the end of the address SendGrid's Inbound Parse posts to: <public address>/webhooks/sendgrid/inbound/<token>. Without it no mail comes in that way."`
	ParseUser      string `json:"parse_user" doc:"User that must stand in that address (https://user:password@…), beside the token; not asked for when empty."`
	ParsePassword  Secret `json:"parse_password" doc:"Password of that user."`
	ParsePublicKey string `json:"parse_public_key" doc:"Verification key of the security policy attached to Inbound Parse; its signature is not asked for when empty."`
	ReplyDomain    string `json:"reply_domain" doc:"Domain whose mail comes in here, as answers.example.com: mails ask for answers at an address there that says what it answers. Needs reply_key."`
	ReplyKey       Secret `json:"reply_key" doc:"Random secret of 16 characters or more that proves such addresses were given out here. When it changes, older addresses are not recognised any more."`
	HoldDays       int    `json:"hold_days" doc:"Working days of the debtor for which an answer holds its cases; then they go on by themselves."`
}

// Worker bounds what one worker program does at a time.
type Worker struct {
	CachedCases     int           `json:"cached_cases" doc:"Cases kept in memory between their steps, about 50 KB each; 0 leaves it to the Temporal SDK (10000)."`
	ConcurrentSends int           `json:"concurrent_sends" doc:"Calls to one provider at a time; 0 is 5, or two for each processor where that is more."`
	StopTimeout     time.Duration `json:"stop_timeout" doc:"How long a worker that is told to stop finishes the sends under way. At least 20s: a provider may take 15s to answer."`
}

// Log is what programs write to standard error.
type Log struct {
	Level  string `json:"level" doc:"debug, info, warn or error."`
	Format string `json:"format" doc:"text or json."`
}

// LawTables are the law tables of the installation.
type LawTables struct {
	Folder string `json:"folder" doc:"Folder of your own law tables (docs/late-fees.md), read on top of the built-in ones: half-years that came after the release. In the file it is relative to the file. On one machine it is the folder law in the data folder, when that is there."`
}

// WhatsApp is how a creditor's WhatsApp messages leave, through the account at
// Twilio.
type WhatsApp struct {
	From        string            `json:"from" doc:"WhatsApp sender: a number (+33…) or a messaging service (MG and 32 hexadecimal digits)."`
	ContentSIDs map[string]string `json:"content_sids" doc:"Approved content templates by template/language: reminder-firm/fr: HX and 32 hexadecimal digits. WhatsApp takes nothing else; a step without one takes its next channel."`
}

// Creditor is a company that is owed.
type Creditor struct {
	ID             string  `json:"id" doc:"Part of every case's ID: letters, digits and hyphens. Never change it."`
	Name           string  `json:"name" doc:"Name on messages and letters, and payee of transfers."`
	LegalMentions  string  `json:"legal_mentions" doc:"The line business papers must carry (Code de commerce, art. R123-237): legal form, capital, registry."`
	Address        Address `json:"address"`
	SIREN          string  `json:"siren" doc:"French company number, 9 digits; recognises the company as the seller on e-invoices."`
	VATID          string  `json:"vat_id" doc:"VAT number; recognises the company as the seller on e-invoices."`
	IBAN           string  `json:"iban" doc:"Account debtors pay to."`
	BIC            string  `json:"bic" doc:"Bank of that account."`
	Email          string  `json:"email" doc:"Address debtors may write to."`
	Phone          string  `json:"phone" doc:"Number debtors may call: +33 and so on, without spaces."`
	Website        string  `json:"website" doc:"The only link messages carry."`
	Language       string  `json:"language" doc:"Language of the company, and of debtors whose own has no texts: fr or en."`
	Zone           string  `json:"zone" doc:"Time zone of debtors whose own is not known; Europe/Paris when empty."`
	SignatoryName  string  `json:"signatory_name" doc:"Who signs letters."`
	SignatoryTitle string  `json:"signatory_title" doc:"The signatory's function."`
	// ConsumerMediator has to be told to consumers: Code de la consommation, art. L616-1.
	ConsumerMediator string            `json:"consumer_mediator" doc:"Name and address of the consumer mediator you have joined; formal notices to consumers name it (Code de la consommation, art. L616-1)."`
	SenderEmail      string            `json:"sender_email" doc:"Address e-mails come from; its domain must be authenticated at the provider."`
	SenderName       string            `json:"sender_name" doc:"Name e-mails come from."`
	ReplyTo          string            `json:"reply_to" doc:"Where answers to e-mails go; the sender when empty."`
	SMSSender        string            `json:"sms_sender" doc:"Number (+33…) or name (1 to 11 letters and digits) short messages come from."`
	WhatsApp         WhatsApp          `json:"whatsapp"`
	Strategies       DefaultStrategies `json:"strategies"`
	ContactFrom      string            `json:"contact_from" doc:"Hour of working days, in the debtor's own time, from which debtors are contacted; 09:00 when empty."`
	ContactUntil     string            `json:"contact_until" doc:"Hour until which debtors are contacted; 18:00 when empty."`
	Contact          Contact           `json:"contact"`
	Sells            string            `json:"sells" doc:"What you sell, where French law has a longest payment term of its own for it: perishable-food, perishable-food-periodic, live-cattle-fresh-meat, alcohol, wine or road-freight (Code de commerce, art. L441-11); the general term when empty."`
	Carriage         bool              `json:"carriage" doc:"Your invoices are for the carriage of goods: such claims are barred one year after delivery (Code de commerce, art. L133-6)."`
	LateFees         LateFees          `json:"late_fees"`
	SEPAIdentifier   string            `json:"sepa_identifier" doc:"SEPA creditor identifier (ICS) from your bank, for direct debits (docs/direct-debit.md): FR72ZZZ123456."`
	Arrangements     []Arrangement     `json:"arrangements" doc:"What each role may grant of instalment plans and discounts (docs/plans.md); the product's own limits when there are none."`
	Promises         PromiseTerms      `json:"promises"`
	Disputes         DisputeTerms      `json:"disputes"`
	Colleagues       []Colleague       `json:"colleagues" doc:"People of yours whom strategies name: for copies, and in whose name a step is sent (docs/contacts.md). Who looks after one debtor only is added with relance contacts colleague."`
	Mediators        []Mediator        `json:"mediators" doc:"Mediators you work with, whom strategies and commands name by their key (docs/mediation.md)."`
}

// Colleague is a person at the creditor.
type Colleague struct {
	Role  string `json:"role" doc:"salesperson, accountant, manager or owner."`
	Name  string `json:"name" doc:"Name that debtors see."`
	Email string `json:"email" doc:"Address; where a step is sent in its name, its domain must be authenticated at the provider."`
}

// Mediator is a third person who helps to settle a claim.
type Mediator struct {
	Key         string `json:"key" doc:"Names the mediator in strategies and commands: small letters, digits and hyphens."`
	Kind        string `json:"kind" doc:"company-mediator, conciliator, contractual, consumer or conventional."`
	Name        string `json:"name" doc:"Name that invitations give."`
	Contact     string `json:"contact" doc:"How to reach the mediator, as invitations print it: an address or a telephone number."`
	Fee         string `json:"fee" doc:"What it costs and who pays, as a sentence; nothing when it is free."`
	LongestDays int    `json:"longest_days" doc:"After how many days of mediation a person is asked how it stands; the time limit of the law, or 90 days, when 0."`
}

// Arrangement is what a role at a creditor may grant alone.
type Arrangement struct {
	Role        string `json:"role" doc:"salesperson, accountant, manager or owner. A role that is not listed may grant nothing."`
	Months      int    `json:"months" doc:"Most monthly instalments of a plan; 0 is without a bound."`
	DownPayment string `json:"down_payment" doc:"Least down payment of a plan, in percent of what is owed; none when empty."`
	Amount      string `json:"amount" doc:"Greatest debt of a plan, in whole units of its currency: 5000; without a bound when empty."`
	Discount    string `json:"discount" doc:"Greatest discount for quick payment, in percent of what is open; without a bound when empty."`
}

// PromiseTerms are what a creditor says of promises to pay in place of the strategies.
type PromiseTerms struct {
	Grace      string `json:"grace" doc:"Calendar days after the day promised on which the payment may still come, 0 to 31; the strategy's when empty."`
	Longest    int    `json:"longest" doc:"Days ahead that a promise may lie without a reason, 1 to 366; the strategy's when 0."`
	MostBroken int    `json:"most_broken" doc:"After how many broken promises about an invoice another one needs a reason, 1 to 20; the strategy's when 0."`
}

// DisputeTerms are what a creditor says of disputes in place of the strategies.
type DisputeTerms struct {
	RespondWithin int `json:"respond_within" doc:"Working days in which the owner of a dispute answers it, 1 to 250; the strategy's when 0."`
	EscalateAfter int `json:"escalate_after" doc:"Working days after that on which a supervisor is asked, 1 to 250; the strategy's when 0."`
}

// Contact bounds when and how often a creditor's debtors are contacted, whatever
// number of invoices they owe and whatever the channels.
type Contact struct {
	Spacing   int              `json:"spacing" doc:"Least number of days from one day on which a debtor is contacted to the next; 2 when not set, 1 allows every day."`
	PerWeek   int              `json:"per_week" doc:"Most days in any seven on which a debtor is contacted; 2 when not set, 7 is without a bound. Formal notices count and are never kept back."`
	Closed    []string         `json:"closed" doc:"Days on which nobody is contacted, beside weekends and public holidays: 2027-05-07, 12-24 of every year, or 12-24..01-02 for all days between."`
	Countries []CountryContact `json:"countries" doc:"What differs for the debtors of some countries."`
}

// CountryContact is what differs for the debtors of a country.
type CountryContact struct {
	Country string   `json:"country" doc:"ISO 3166-1 code of two letters. FR is for the French territories overseas too, except those that are named with their own, such as NC."`
	From    string   `json:"from" doc:"Hour from which debtors of the country are contacted; contact_from when empty."`
	Until   string   `json:"until" doc:"Hour until which they are; contact_until when empty."`
	Spacing int      `json:"spacing" doc:"As contact.spacing, which it replaces."`
	PerWeek int      `json:"per_week" doc:"As contact.per_week, which it replaces."`
	Closed  []string `json:"closed" doc:"Closed days beside those of contact.closed."`
}

// LateFees are how a creditor claims interest, fixed sums and costs. Where the law
// leaves a choice, the names of the answers are those that `relance law` lists.
type LateFees struct {
	ClaimFrom   string `json:"claim_from" doc:"Mildest tone whose notices claim late fees with their amounts: courteous, firm, final, formal, or never; formal when empty. Until then payments pay the principal."`
	Rate        string `json:"rate" doc:"Rate of your contracts: \"12.5\" percent a year, \"legal x 3\" or \"ecb + 10\"; the law's own when empty."`
	DayCount    string `json:"day_count" doc:"Days of a year of interest: ACT/365F or ACT/ACT; ACT/365F when empty."`
	PartPayment string `json:"part_payment" doc:"What a payment pays first once late fees are claimed: INTEREST_FIRST (Code civil, art. 1343-1) or PRINCIPAL_FIRST; the former when empty."`
	CreditNotes string `json:"credit_notes" doc:"From when a credit note lowers the interest: FROM_ITS_DATE or RETROACTIVE; the former when empty."`
	PaymentDay  string `json:"payment_day" doc:"Whether the day of payment bears interest, and the due date does not: COUNTED or NOT_COUNTED; the former when empty."`
	Tolerance   string `json:"tolerance" doc:"Rest in the invoice's currency, such as \"0.50\", at or below which a claim counts as paid once something came in; none when empty."`
}

// Address is a postal address.
type Address struct {
	Line1    string `json:"line1" doc:"Street and number."`
	Line2    string `json:"line2" doc:"Second line."`
	Postcode string `json:"postcode" doc:"In quotes, so that a leading zero stays."`
	City     string `json:"city" doc:"City, also the place written beside the date of a letter."`
	Country  string `json:"country" doc:"ISO 3166-1 code of two letters; also the holidays of debtors whose country is not known."`
}

// DefaultStrategies are the names of the strategies that collect the invoices of
// each kind of debtor.
type DefaultStrategies struct {
	Business string `json:"business" doc:"Strategy for businesses; fr-b2b-standard when empty."`
	Consumer string `json:"consumer" doc:"Strategy for consumers; fr-consumer when empty."`
	Public   string `json:"public" doc:"Strategy for public bodies; gentle when empty."`
}
