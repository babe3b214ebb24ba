// Package simulator plays SendGrid and Twilio on one HTTP port, well enough that their untouched client
// libraries and signature checks work against it, and a mail server (SMTP) on another. It takes messages, keeps them in a mailbox that people can read,
// sends signed events back, and misbehaves on demand: slow, limiting, failing, dropping the connection after
// having accepted, repeating, delaying and shuffling its events.
//
// What it accepted, and how often, is the truth against which "never twice, never lost" is measured. With a folder
// that truth survives a restart and the kill of its process, though not the loss of power: nothing is synced.
//
// Beside the providers' own paths it serves
//
//	/                  the mailbox page, /mailbox/{number} one message, /faults the knobs
//	/mailbox.json      GET ?since=&limit=&q=&channel=&bodies=1: accepted messages, oldest first
//	/faults.json       GET, PUT (replaces the providers named), PATCH (changes the fields given)
//	/reply.json        POST a Reply: what the recipient of a message answers
//	/status.json       GET: counts, among them the message IDs accepted more than once
package simulator

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Credentials that the simulator expects when Options names none.
const (
	DefaultAPIKey     = "SG.simulator.key" //nolint:gosec // opens nothing but the simulator
	DefaultAccountSID = "AC00000000000000000000000000005150"
	DefaultAuthToken  = "simulatortoken"
)

const (
	defaultKeptBytes     = 64 << 20
	defaultPendingEvents = 200_000
)

// Options configure a simulator. The zero value is a simulator in memory without a port of its own.
type Options struct {
	// Listen is the address of its own port, "127.0.0.1:0" for any free one. Empty: only Handler is served, by
	// the caller.
	Listen string
	// Dir keeps the mailbox and the signing key across restarts, for one simulator at a time. Empty: in memory
	// only.
	Dir string
	// Seed decides which messages the fault rates hit. The same message meets the same fate at the same attempt
	// in every run, in whatever order the messages come.
	Seed uint64

	APIKey     string // SendGrid API key; DefaultAPIKey when empty
	AccountSID string // Twilio account; DefaultAccountSID when empty
	AuthToken  string // Twilio auth token, also signs the callbacks; DefaultAuthToken when empty

	// EventWebhook is where SendGrid's events go; none are sent while it is empty. Twilio's go where each message
	// says.
	EventWebhook string
	// ParseWebhook is where Inbound Parse posts what recipients answer to mails, MessageWebhook where Twilio posts
	// what they answer to short messages. Without them nobody can answer.
	ParseWebhook, MessageWebhook string
	// SigningKey signs SendGrid's events, P-256. Nil: the key in Dir, or a new one.
	SigningKey *ecdsa.PrivateKey

	// SMTPListen is the address of its mail server, "127.0.0.1:0" for any free port. Empty: there is none.
	SMTPListen string

	SendGrid, Twilio, SMTP Faults

	// Now is the business clock that the mailbox shows. The wire always carries the wall clock, as the real
	// providers do. time.Now when nil.
	Now func() time.Time
	// KeptBytes bounds the request bodies kept in memory; 64 MiB when 0. Older ones are read from Dir, or
	// are gone without one. About a kilobyte per message stays: its IDs, addresses, subject and events.
	KeptBytes int64
	// PendingEvents bounds the events waiting to be posted, per provider; 200 000 when 0. Further ones are dropped
	// and counted.
	PendingEvents int
	Logger        *slog.Logger
}

// Simulator is a running pair of providers. It is safe for concurrent use.
type Simulator struct {
	options Options
	log     *slog.Logger
	dice    dice
	mailbox *mailbox
	handler http.Handler

	mu           sync.Mutex
	faults       map[provider]Faults
	attempts     map[string]int // how often each message was tried: its next fate depends on it
	eventWebhook string
	requests     map[string]int64 // answers given, by provider and kind

	signingKey *ecdsa.PrivateKey
	publicKey  string
	postmen    map[provider]*postman
	door       *http.Client

	url        string
	server     *http.Server
	mailServer *mailServer     // nil without SMTPListen
	life       context.Context //nolint:containedctx // ends with Close, and every wait with it
	stop       context.CancelFunc
	done       sync.WaitGroup
}

type provider string

const (
	sendGrid provider = "sendgrid"
	twilio   provider = "twilio"
	// mailServers is no provider but any server that speaks SMTP.
	mailServers provider = "smtp"
)

// New starts a simulator. Close stops it.
func New(options Options) (*Simulator, error) {
	options.APIKey = cmp.Or(options.APIKey, DefaultAPIKey)
	options.AccountSID = cmp.Or(options.AccountSID, DefaultAccountSID)
	options.AuthToken = cmp.Or(options.AuthToken, DefaultAuthToken)
	options.KeptBytes = cmp.Or(options.KeptBytes, defaultKeptBytes)
	options.PendingEvents = cmp.Or(options.PendingEvents, defaultPendingEvents)
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	if err := errors.Join(options.SendGrid.Validate(), options.Twilio.Validate(), options.SMTP.Validate()); err != nil {
		return nil, fmt.Errorf("the simulator's faults cannot be used: %w", err)
	}
	s := &Simulator{
		options:      options,
		log:          options.Logger,
		dice:         dice{seed: options.Seed},
		faults:       map[provider]Faults{sendGrid: options.SendGrid, twilio: options.Twilio, mailServers: options.SMTP},
		attempts:     map[string]int{},
		requests:     map[string]int64{},
		eventWebhook: options.EventWebhook,
		door:         newDoor(),
	}
	s.life, s.stop = context.WithCancel(context.Background())
	s.postmen = map[provider]*postman{
		// SendGrid posts its events in batches, Twilio one by one.
		sendGrid: newPostman(options.PendingEvents, 200, sendGridGivesUpAfter, s.postEvents),
		twilio:   newPostman(options.PendingEvents, 1, twilioGivesUpAfter, s.postStatus),
	}
	var err error
	if s.signingKey, s.publicKey, err = signingKey(options.SigningKey, options.Dir); err != nil {
		return nil, err
	}
	if s.mailbox, err = openMailbox(options.Dir, options.KeptBytes); err != nil {
		return nil, err
	}
	if s.handler, err = s.routes(); err != nil {
		return nil, errors.Join(err, s.mailbox.close())
	}
	if err := s.listenSMTP(); err != nil {
		return nil, errors.Join(err, s.mailbox.close())
	}
	if err := s.listen(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.startPostmen()
	return s, nil
}

func (s *Simulator) listen() error {
	if s.options.Listen == "" {
		return nil
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", s.options.Listen)
	if err != nil {
		return fmt.Errorf("the simulator cannot listen on %s: %w", s.options.Listen, err)
	}
	s.url = "http://" + listener.Addr().String()
	s.server = &http.Server{Handler: s.handler, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug)}
	s.done.Go(func() {
		if err := s.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("the simulator stopped serving", "error", err)
		}
	})
	return nil
}

func (s *Simulator) startPostmen() {
	for name, workers := range map[provider]int{sendGrid: 2, twilio: 8} {
		for range workers {
			s.done.Go(func() { s.postmen[name].run(s.life, s.log) })
		}
	}
	for _, number := range s.mailbox.unfinished() {
		s.schedule(number)
	}
}

// Close stops serving and posting. Events not yet posted are kept in Dir and posted after the next start.
func (s *Simulator) Close() error {
	s.stop()
	var err error
	if s.server != nil {
		err = s.server.Close()
	}
	err = errors.Join(err, s.mailServer.close())
	s.done.Wait()
	s.door.CloseIdleConnections()
	return errors.Join(err, s.mailbox.close())
}

// Handler serves both providers' APIs at their own paths, the mailbox page at "/", and the JSON for tests.
func (s *Simulator) Handler() http.Handler { return s.handler }

// URL is the address of its own port, empty when it has none.
func (s *Simulator) URL() string { return s.url }

// SendGridURL is the base URL for a SendGrid client.
func (s *Simulator) SendGridURL() string { return s.url }

// TwilioURL is the base URL for a Twilio client.
func (s *Simulator) TwilioURL() string { return s.url }

// PublicKey verifies SendGrid's events: base64 of the DER public key, as SendGrid shows it.
func (s *Simulator) PublicKey() string { return s.publicKey }

// SetEventWebhook changes where SendGrid's events go; events that fall due while it is empty are dropped.
func (s *Simulator) SetEventWebhook(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.eventWebhook = url
}

func (s *Simulator) webhook() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.eventWebhook
}
