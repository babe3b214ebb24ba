// Package config is the product's typed configuration and its built-in data:
// strategies, templates and legal tables.
//
// The connection to Temporal is not configured here: it follows Temporal's own
// standard environment configuration (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE,
// TEMPORAL_PROFILE, TLS and API key settings).
package config

import "time"

// Config is everything an installation can set. Each value can stand in the
// YAML file, under the name of its yaml tag, and be overridden by an environment
// variable: RELANCE_ and the path in capitals, RELANCE_MAIL_SENDGRID_API_KEY.
type Config struct {
	Database Database `yaml:"database"`
	HTTP     HTTP     `yaml:"http"`
	Mail     Mail     `yaml:"mail"`
	SMS      SMS      `yaml:"sms"`
	Sending  Sending  `yaml:"sending"`
	Worker   Worker   `yaml:"worker"`
	// Creditors are the companies whose invoices are collected.
	Creditors []Creditor `yaml:"creditors"`
	// StrategiesDir and TemplatesDir hold more strategies and templates, or newer
	// versions of the built-in ones.
	StrategiesDir string `yaml:"strategies_dir"`
	TemplatesDir  string `yaml:"templates_dir"`
	Log           Log    `yaml:"log"`
}

// Database is the PostgreSQL of the case file.
type Database struct {
	// URL is postgres://user:password@host:5432/database?sslmode=verify-full.
	URL Secret `yaml:"url"`
}

// HTTP is the server of the API and the providers' webhooks.
type HTTP struct {
	// Listen is the address the server listens on.
	Listen string `yaml:"listen"`
	// PublicURL is how the providers reach the server, for webhooks.
	PublicURL string `yaml:"public_url"`
	// APIKeys are the keys that callers may use, by the caller's name.
	APIKeys map[string]Secret `yaml:"api_keys"`
}

// Mail is how e-mails leave.
type Mail struct {
	SendGrid SendGrid `yaml:"sendgrid"`
	// PerSecond bounds the e-mails of all workers together; 0 is no limit.
	PerSecond float64 `yaml:"per_second"`
}

// SendGrid is an account at SendGrid.
type SendGrid struct {
	APIKey  Secret `yaml:"api_key"`
	BaseURL string `yaml:"base_url"`
	// WebhookPublicKey verifies the signed event webhook (base64 DER, as SendGrid
	// shows it).
	WebhookPublicKey string `yaml:"webhook_public_key"`
}

// SMS is how short messages leave.
type SMS struct {
	Twilio Twilio `yaml:"twilio"`
	// PerSecond bounds the messages of all workers together; 0 is no limit.
	PerSecond float64 `yaml:"per_second"`
}

// Twilio is an account at Twilio.
type Twilio struct {
	AccountSID string `yaml:"account_sid"`
	AuthToken  Secret `yaml:"auth_token"`
	BaseURL    string `yaml:"base_url"`
}

// Sending is how sends whose outcome is unknown are decided.
type Sending struct {
	// AmbiguousAfter is how long to look for proof that a provider has a message.
	AmbiguousAfter time.Duration `yaml:"ambiguous_after"`
}

// Worker bounds what one worker program does at a time.
type Worker struct {
	CachedCases     int           `yaml:"cached_cases"`
	ConcurrentSends int           `yaml:"concurrent_sends"`
	StopTimeout     time.Duration `yaml:"stop_timeout"`
}

// Log is what programs write to standard error.
type Log struct {
	// Level is debug, info, warn or error.
	Level string `yaml:"level"`
	// Format is text or json.
	Format string `yaml:"format"`
}

// Creditor is a company that is owed.
type Creditor struct {
	// ID is part of every case's ID: letters, digits and hyphens.
	ID            string  `yaml:"id"`
	Name          string  `yaml:"name"`
	LegalMentions string  `yaml:"legal_mentions"`
	Address       Address `yaml:"address"`
	SIREN         string  `yaml:"siren"`
	VATID         string  `yaml:"vat_id"`
	IBAN          string  `yaml:"iban"`
	BIC           string  `yaml:"bic"`
	Email         string  `yaml:"email"`
	Phone         string  `yaml:"phone"`
	Website       string  `yaml:"website"`
	// Language and Zone are those of the company, and of debtors whose own are
	// not known: "fr", "Europe/Paris".
	Language       string `yaml:"language"`
	Zone           string `yaml:"zone"`
	SignatoryName  string `yaml:"signatory_name"`
	SignatoryTitle string `yaml:"signatory_title"`
	// SenderEmail and SenderName are what e-mails come from, ReplyTo where the
	// answers go, SMSSender the number or name short messages come from.
	SenderEmail string            `yaml:"sender_email"`
	SenderName  string            `yaml:"sender_name"`
	ReplyTo     string            `yaml:"reply_to"`
	SMSSender   string            `yaml:"sms_sender"`
	Strategies  DefaultStrategies `yaml:"strategies"`
	// ContactFrom and ContactUntil are the hours of working days, "09:00" and
	// "18:00", in the debtor's own time, between which debtors are contacted.
	ContactFrom  string `yaml:"contact_from"`
	ContactUntil string `yaml:"contact_until"`
}

// Address is a postal address.
type Address struct {
	Line1    string `yaml:"line1"`
	Line2    string `yaml:"line2"`
	Postcode string `yaml:"postcode"`
	City     string `yaml:"city"`
	Country  string `yaml:"country"`
}

// DefaultStrategies are the names of the strategies that collect the invoices of
// each kind of debtor.
type DefaultStrategies struct {
	Business string `yaml:"business"`
	Consumer string `yaml:"consumer"`
	Public   string `yaml:"public"`
}
