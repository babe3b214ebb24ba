// Package config is the product's typed configuration and its built-in data:
// strategies, templates and legal tables.
//
// The connection to Temporal is not configured here: it follows Temporal's own
// standard environment configuration (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE,
// TEMPORAL_PROFILE, TLS and API key settings).
package config

import "time"

// Config is everything an installation can set. Each value can stand in the
// YAML file, under the name of its json tag, and be overridden by an environment
// variable: RELANCE_ and the path in capitals, RELANCE_MAIL_SENDGRID_API_KEY.
type Config struct {
	Database Database `json:"database"`
	HTTP     HTTP     `json:"http"`
	Mail     Mail     `json:"mail"`
	SMS      SMS      `json:"sms"`
	Sending  Sending  `json:"sending"`
	Worker   Worker   `json:"worker"`
	// Creditors are the companies whose invoices are collected.
	Creditors []Creditor `json:"creditors"`
	// StrategiesDir and TemplatesDir hold more strategies and templates, or newer
	// versions of the built-in ones.
	StrategiesDir string `json:"strategies_dir"`
	TemplatesDir  string `json:"templates_dir"`
	Log           Log    `json:"log"`
}

// Database is the PostgreSQL of the case file.
type Database struct {
	// URL is postgres://user:password@host:5432/database?sslmode=verify-full.
	URL Secret `json:"url"`
}

// HTTP is the server of the API and the providers' webhooks.
type HTTP struct {
	// Listen is the address the server listens on.
	Listen string `json:"listen"`
	// PublicURL is how the providers reach the server, for webhooks.
	PublicURL string `json:"public_url"`
	// APIKeys are the keys that callers may use, by the caller's name.
	APIKeys map[string]Secret `json:"api_keys"`
}

// Mail is how e-mails leave.
type Mail struct {
	SendGrid SendGrid `json:"sendgrid"`
	// PerSecond bounds the e-mails of all workers together; 0 is no limit.
	PerSecond float64 `json:"per_second"`
}

// SendGrid is an account at SendGrid.
type SendGrid struct {
	APIKey  Secret `json:"api_key"`
	BaseURL string `json:"base_url"`
	// WebhookPublicKey verifies the signed event webhook (base64 DER, as SendGrid
	// shows it).
	WebhookPublicKey string `json:"webhook_public_key"`
}

// SMS is how short messages leave.
type SMS struct {
	Twilio Twilio `json:"twilio"`
	// PerSecond bounds the messages of all workers together; 0 is no limit.
	PerSecond float64 `json:"per_second"`
}

// Twilio is an account at Twilio.
type Twilio struct {
	AccountSID string `json:"account_sid"`
	AuthToken  Secret `json:"auth_token"`
	BaseURL    string `json:"base_url"`
}

// Sending is how sends whose outcome is unknown are decided.
type Sending struct {
	// AmbiguousAfter is how long to look for proof that a provider has a message.
	AmbiguousAfter time.Duration `json:"ambiguous_after"`
}

// Worker bounds what one worker program does at a time.
type Worker struct {
	CachedCases     int           `json:"cached_cases"`
	ConcurrentSends int           `json:"concurrent_sends"`
	StopTimeout     time.Duration `json:"stop_timeout"`
}

// Log is what programs write to standard error.
type Log struct {
	// Level is debug, info, warn or error.
	Level string `json:"level"`
	// Format is text or json.
	Format string `json:"format"`
}

// Creditor is a company that is owed.
type Creditor struct {
	// ID is part of every case's ID: letters, digits and hyphens.
	ID            string  `json:"id"`
	Name          string  `json:"name"`
	LegalMentions string  `json:"legal_mentions"`
	Address       Address `json:"address"`
	SIREN         string  `json:"siren"`
	VATID         string  `json:"vat_id"`
	IBAN          string  `json:"iban"`
	BIC           string  `json:"bic"`
	Email         string  `json:"email"`
	Phone         string  `json:"phone"`
	Website       string  `json:"website"`
	// Language and Zone are those of the company, and of debtors whose own are
	// not known: "fr", "Europe/Paris".
	Language       string `json:"language"`
	Zone           string `json:"zone"`
	SignatoryName  string `json:"signatory_name"`
	SignatoryTitle string `json:"signatory_title"`
	// SenderEmail and SenderName are what e-mails come from, ReplyTo where the
	// answers go, SMSSender the number or name short messages come from.
	SenderEmail string            `json:"sender_email"`
	SenderName  string            `json:"sender_name"`
	ReplyTo     string            `json:"reply_to"`
	SMSSender   string            `json:"sms_sender"`
	Strategies  DefaultStrategies `json:"strategies"`
	// ContactFrom and ContactUntil are the hours of working days, "09:00" and
	// "18:00", in the debtor's own time, between which debtors are contacted.
	ContactFrom  string `json:"contact_from"`
	ContactUntil string `json:"contact_until"`
}

// Address is a postal address.
type Address struct {
	Line1    string `json:"line1"`
	Line2    string `json:"line2"`
	Postcode string `json:"postcode"`
	City     string `json:"city"`
	Country  string `json:"country"`
}

// DefaultStrategies are the names of the strategies that collect the invoices of
// each kind of debtor.
type DefaultStrategies struct {
	Business string `json:"business"`
	Consumer string `json:"consumer"`
	Public   string `json:"public"`
}
