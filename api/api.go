// Package api is the HTTP API of Relance: billing code in any language starts
// cases, signals money and asks how a case stands; the providers' webhooks say
// what became of messages. Every operation is described at /openapi.json and
// /docs, every error is an RFC 9457 problem document, and every command may be
// sent again without counting twice.
package api

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"relance/cases"
	"relance/cases/answers"
	"relance/cases/intake"
	"relance/collection/strategyfile"
	"relance/config"
	"relance/law"
	"relance/messaging/compose"
	"relance/messaging/partner"
	"relance/messaging/sendgrid"
	"relance/messaging/unsubscribe"
)

// Options are what the API is made of.
type Options struct {
	Cases *cases.Service
	// Intake is the pattern for taking documents in; each request works on a copy
	// with its own author, default creditor and dry run.
	Intake *intake.Intake
	// Strategies are those that cases may follow.
	Strategies strategyfile.Set
	// Templates word the statements of account; the built-in ones when nil.
	Templates *compose.Templates
	// Law is the book of the law tables as they stand now.
	Law func() law.Book

	// Keys let programs call the API. Without any, AllowWithoutKey must be set, and
	// only programs on the same machine are answered: for demonstrations.
	Keys            []Key
	AllowWithoutKey bool

	// SendGridPublicKey verifies SendGrid's event webhook, TwilioAuthToken Twilio's
	// status callbacks. Without its key a webhook answers 503.
	SendGridPublicKey string
	TwilioAuthToken   string
	// Answers takes in what debtors answer; with the usual hold when nil.
	Answers *answers.Service
	// ParseToken is the secret at the end of the address SendGrid's Inbound Parse posts
	// to; without it that webhook answers 503. ParseUser and ParsePassword are asked
	// for, and ParsePublicKey verifies the signature, when they are given.
	ParseToken     string
	ParseUser      string
	ParsePassword  string
	ParsePublicKey string
	// PrintPostSecret verifies the webhook of the print-and-post service.
	PrintPostSecret string
	// PartnerSecrets verify the callbacks of the partners that cases are handed over to,
	// by their ID.
	PartnerSecrets map[string]string
	// PublicURL is this server's address as the providers see it,
	// "https://relance.example": Twilio signs it. Needed with TwilioAuthToken.
	PublicURL string

	// Health checks the parts the server needs; nil for a part that is well.
	Health func(ctx context.Context) map[string]error
	// Outdated tells of the parts that go on with what they last had, because what
	// is there now is faulty; nil for a part that is up to date.
	Outdated func() map[string]error
	Log      *slog.Logger
}

// The paths that are not operations on cases.
const (
	pathV1          = "/v1/"
	pathHealth      = "/healthz"
	pathReady       = "/readyz"
	pathDocs        = "/docs"
	pathOpenAPIJSON = "/openapi.json"
	pathOpenAPIYAML = "/openapi.yaml"
	// PathSendGridEvents and PathTwilioStatus are where the providers report what
	// became of messages.
	PathSendGridEvents = "/webhooks/sendgrid/events"
	PathTwilioStatus   = "/webhooks/twilio/status"
	// PathSendGridParse, followed by the token, and PathTwilioInbound are where the
	// providers pass on what comes in.
	PathSendGridParse = "/webhooks/sendgrid/inbound/"
	PathTwilioInbound = "/webhooks/twilio/inbound"
	// PathPrintPostEvents is where the print-and-post service reports.
	PathPrintPostEvents = "/webhooks/print-and-post/events"
)

type api struct {
	Options
	keys        keyring
	sendGridKey *ecdsa.PublicKey
	parseKey    *ecdsa.PublicKey
	// large bounds the large requests in memory.
	large       chan struct{}
	crossOrigin *http.CrossOriginProtection

	mux  *http.ServeMux
	huma huma.API
	// operations are those described, in the order of the reference.
	operations []*huma.Operation
}

// New makes the handler of the API. Its error names everything that is wrong with
// the options.
func New(options Options) (http.Handler, error) {
	a := &api{Options: options, mux: http.NewServeMux(), crossOrigin: http.NewCrossOriginProtection(), large: make(chan struct{}, largeAtATime)}
	if err := a.prepare(); err != nil {
		return nil, fmt.Errorf("the HTTP API cannot be set up: %w", err)
	}
	a.huma = humago.New(a.mux, a.configuration())
	a.registerOperations()
	a.mux.HandleFunc("POST "+PathSendGridEvents, a.receiveSendGridEvents)
	a.mux.HandleFunc("POST "+PathTwilioStatus, a.receiveTwilioStatus)
	a.mux.HandleFunc("POST "+PathSendGridParse+"{token}", a.receiveParse)
	a.mux.HandleFunc("POST "+PathTwilioInbound, a.receiveTwilioMessage)
	a.mux.HandleFunc("POST "+PathPrintPostEvents, a.receivePrintPostEvent)
	a.mux.HandleFunc("POST "+PathPartnerEvents+"{partner}", a.receivePartnerEvent)
	a.mux.HandleFunc("GET "+partner.FilePath+"{token}", a.serveHandoffFile)
	a.mux.HandleFunc("GET "+unsubscribe.Path+"{token}", a.askToUnsubscribe)
	a.mux.HandleFunc("POST "+unsubscribe.Path+"{token}", a.unsubscribe)
	if err := a.serveDocumentation(); err != nil {
		return nil, fmt.Errorf("the HTTP API cannot be set up: %w", err)
	}
	return a, nil
}

func (a *api) prepare() error {
	var problems []error
	if a.Cases == nil || a.Intake == nil || a.Law == nil {
		problems = append(problems, errors.New("it needs the cases, the intake and the law tables"))
	}
	if a.Log == nil {
		a.Log = slog.New(slog.DiscardHandler)
	}
	var err error
	if a.Templates == nil {
		if a.Templates, err = compose.Load(config.Templates); err != nil {
			problems = append(problems, err)
		}
	}
	if a.keys, err = newKeyring(a.Keys); err != nil {
		problems = append(problems, err)
	}
	if len(a.Keys) == 0 && !a.AllowWithoutKey {
		problems = append(problems, errors.New("no API key is configured: configure one, or allow calls without a key for a demonstration on this machine"))
	}
	if a.Answers == nil {
		a.Answers = &answers.Service{Cases: a.Cases, HoldDays: answers.DefaultHoldDays, Log: a.Log}
	}
	if a.ParsePublicKey != "" {
		if a.parseKey, err = sendgrid.ParsePublicKey(a.ParsePublicKey); err != nil {
			problems = append(problems, fmt.Errorf("the verification key of Inbound Parse: %w", err))
		}
	}
	if a.SendGridPublicKey != "" {
		if a.sendGridKey, err = sendgrid.ParsePublicKey(a.SendGridPublicKey); err != nil {
			problems = append(problems, err)
		}
	}
	a.PublicURL = strings.TrimRight(a.PublicURL, "/")
	if public, err := url.Parse(a.PublicURL); a.PublicURL != "" && (err != nil || public.Host == "" || public.RawQuery != "" || public.Fragment != "") {
		problems = append(problems, fmt.Errorf("the public address %q cannot be used: write it like https://relance.example", a.PublicURL))
	}
	if a.TwilioAuthToken != "" && a.PublicURL == "" {
		problems = append(problems, errors.New("Twilio signs the public address of its callbacks: configure the public address of this server")) //nolint:staticcheck // a proper name
	}
	return errors.Join(problems...)
}

// registerOperations adds every operation, in the order the reference shows them.
func (a *api) registerOperations() {
	a.registerInvoices()
	a.registerImports()
	a.registerCases()
	a.registerMessages()
	a.registerMessagePreview()
	a.registerInvoiceDocuments()
	a.registerMoney()
	a.registerLateFees()
	a.registerLimitation()
	a.registerDiscounts()
	a.registerPlans()
	a.registerDirectDebits()
	a.registerTransfers()
	a.registerInsolvency()
	a.registerHardship()
	a.registerStatements()
	a.registerEvidence()
	a.registerDecisions()
	a.registerPromises()
	a.registerDisputes()
	a.registerDisputePapers()
	a.registerMediations()
	a.registerMediationRecords()
	a.registerApprovals()
	a.registerStops()
	a.registerHandoffs()
	a.registerContacts()
	a.registerTasks()
	a.registerAnswers()
	a.registerLetters()
	a.registerManualContacts()
	a.registerPortfolio()
	a.registerPreview()
	a.registerLaw()
	a.registerHealth()
}
