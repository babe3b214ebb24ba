// Package smtp hands e-mails to a mail server over SMTP (RFC 5321), for those who have no account at a provider.
//
// One call is one connection, one message and one verdict. The frontier is the final dot: until it is written the
// server holds no message and another attempt is safe; from then on the outcome is unknown until the server's reply
// to it has been read. A mail server reports nothing later: what it cannot deliver comes back as a mail to the
// sender, which package inbound reads.
package smtp

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"

	mail "github.com/wneessen/go-mail"
	client "github.com/wneessen/go-mail/smtp"

	"relance/messaging"
	"relance/messaging/internal/exchange"
)

// Provider names mail servers in the case file.
const Provider = "smtp"

// TLS says when a connection is encrypted.
type TLS string

// The ways a connection is encrypted.
const (
	// TLSMandatory starts in clear and goes on encrypted (STARTTLS), or not at all. Usually port 587.
	TLSMandatory TLS = "mandatory"
	// TLSImplicit is encrypted from the first byte. Usually port 465.
	TLSImplicit TLS = "implicit"
	// TLSOpportunistic is encrypted when the server offers it. Somebody on the way can remove the offer.
	TLSOpportunistic TLS = "opportunistic"
	// TLSNone is never encrypted: for a server on this machine or a network of one's own.
	TLSNone TLS = "none"
)

const defaultTimeout = 25 * time.Second

// Config says which server takes the mails and how.
type Config struct {
	Host     string
	Port     int    // that of TLS when 0: 587 for mandatory, 465 for implicit, 25 otherwise
	TLS      TLS    // TLSMandatory when empty
	User     string // no authentication when empty
	Password string
	// Timeout bounds one whole call; 25 s when 0. Servers that examine mails answer the final dot late, and one
	// that is cut off there leaves an Unknown: rather too long than too short.
	Timeout time.Duration
	// TLSConfig verifies the server; the system's certificates and Host when nil.
	TLSConfig *tls.Config
	// Now is the wall clock, for the Date header; time.Now when nil.
	Now func() time.Time
}

// Sender sends e-mails through a mail server. It is safe for concurrent use.
type Sender struct {
	config Config
	now    func() time.Time
}

var _ messaging.EmailSender = (*Sender)(nil)

// New checks the configuration and returns a sender. It does not call the server.
func New(config Config) (*Sender, error) {
	config.TLS = cmp.Or(config.TLS, TLSMandatory)
	config.Timeout = cmp.Or(config.Timeout, defaultTimeout)
	var problems []error
	report := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if config.Host == "" {
		report("the host is missing")
	}
	ports := map[TLS]int{TLSMandatory: 587, TLSImplicit: 465, TLSOpportunistic: 25, TLSNone: 25}
	if ports[config.TLS] == 0 {
		report("%q is no way to encrypt: use %s, %s, %s or %s", config.TLS, TLSMandatory, TLSImplicit, TLSOpportunistic, TLSNone)
	}
	config.Port = cmp.Or(config.Port, ports[config.TLS])
	if config.Port < 1 || config.Port > 65535 {
		report("the port %d is not one of 1 to 65535", config.Port)
	}
	if (config.User == "") != (config.Password == "") {
		report("user and password go together")
	}
	if config.TLS == TLSNone && config.Password != "" && !isThisMachine(config.Host) {
		report("the password would travel to %s in clear: let the connection be encrypted", config.Host)
	}
	if config.Timeout < 0 {
		report("the timeout %s is negative", config.Timeout)
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("the SMTP configuration cannot be used: %w", errors.Join(problems...))
	}
	if config.TLSConfig == nil {
		config.TLSConfig = &tls.Config{ServerName: config.Host, MinVersion: tls.VersionTLS12}
	}
	sender := &Sender{config: config, now: config.Now}
	if sender.now == nil {
		sender.now = time.Now
	}
	return sender, nil
}

func isThisMachine(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// SendEmail makes one attempt to hand the message to the server. A message that is not valid is Rejected without a
// connection.
func (s *Sender) SendEmail(ctx context.Context, email messaging.Email) messaging.Outcome {
	if err := email.Validate(); err != nil {
		return refusedHere(email, err)
	}
	// Written before there is a connection: a fault of the message must not be met between DATA and the final dot.
	content, err := compose(email, s.now())
	if err != nil {
		return refusedHere(email, err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	outcome := s.transact(ctx, email, content)
	outcome.Reason = exchange.Redact(outcome.Reason, recipients(email)...)
	return outcome
}

func refusedHere(email messaging.Email, err error) messaging.Outcome {
	return messaging.Outcome{
		Verdict: messaging.Rejected, Cause: messaging.CauseContent,
		Reason: exchange.Redact("the message is not valid: "+err.Error(), recipients(email)...),
	}
}

func recipients(email messaging.Email) []string {
	all := []string{email.To.Email}
	for _, copied := range email.CC {
		all = append(all, copied.Email)
	}
	return all
}

// transact is one SMTP transaction. The library's own stops the message with QUIT when writing it fails, which ends a
// cut message with a dot; here a connection that broke is closed and nothing else.
func (s *Sender) transact(ctx context.Context, email messaging.Email, content []byte) messaging.Outcome {
	server, err := s.open(ctx)
	if err != nil {
		return failed(connecting, err)
	}
	if err := server.Mail("<" + email.From.Email + ">"); err != nil {
		return failed(naming, err)
	}
	if err := server.Rcpt("<" + email.To.Email + ">"); err != nil {
		return failed(addressing, err)
	}
	// Each recipient is answered by itself (RFC 5321 section 3.3): the message goes to those that were taken.
	var refused []messaging.RefusedCopy
	for _, copied := range email.CC {
		switch err := server.Rcpt("<" + copied.Email + ">"); {
		case err == nil:
		case refusesRecipient(err):
			refused = append(refused, refusedCopy(copied.Email, err))
		default:
			return failed(addressing, err)
		}
	}
	isForMore := len(refused) < len(email.CC)
	data, err := server.Data()
	if err != nil {
		return failedForAll(offering, err, isForMore)
	}
	if _, err := data.Write(content); err != nil {
		return failedForAll(offering, err, isForMore)
	}
	if err := data.Close(); err != nil { // the final dot and the reply to it
		return failedForAll(handingOver, err, isForMore)
	}
	_ = server.Quit() // the message is the server's, whatever it answers to this
	return messaging.Outcome{Verdict: messaging.Accepted, ProviderID: MessageID(email), RefusedCopies: refused}
}

// open connects, encrypts and authenticates. The end of ctx closes the connection.
func (s *Sender) open(ctx context.Context) (*client.Client, error) {
	c := s.config
	options := []mail.Option{
		mail.WithPort(c.Port), mail.WithTimeout(c.Timeout), mail.WithTLSConfig(c.TLSConfig), mail.WithTLSPolicy(policies[c.TLS]),
		mail.WithoutSMTPUTF8(),
		// The library bounds a connection by a time but not by a context: we keep hold of it.
		mail.WithDialContextFunc(func(dialling context.Context, network, _ string) (net.Conn, error) {
			wire, err := s.dial(dialling, network)
			if err == nil {
				context.AfterFunc(ctx, func() { _ = wire.Close() })
			}
			return wire, err
		}),
	}
	if c.TLS == TLSImplicit {
		options = append(options, mail.WithSSL())
	}
	if c.User != "" {
		options = append(options, mail.WithUsername(c.User), mail.WithPassword(c.Password),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlain, mail.SMTPAuthLogin, mail.SMTPAuthCramMD5))
	}
	library, err := mail.NewClient(c.Host, options...)
	if err != nil {
		return nil, err
	}
	return library.DialToSMTPClientWithContext(ctx)
}

var policies = map[TLS]mail.TLSPolicy{
	TLSMandatory: mail.TLSMandatory, TLSImplicit: mail.TLSMandatory, TLSOpportunistic: mail.TLSOpportunistic, TLSNone: mail.NoTLS,
}

func (s *Sender) dial(ctx context.Context, network string) (net.Conn, error) {
	address := net.JoinHostPort(s.config.Host, strconv.Itoa(s.config.Port))
	if s.config.TLS == TLSImplicit {
		return (&tls.Dialer{Config: s.config.TLSConfig}).DialContext(ctx, network, address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}
