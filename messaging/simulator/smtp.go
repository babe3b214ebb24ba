package simulator

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"relance/messaging"
)

// Who may send through the simulator's mail server.
const (
	DefaultSMTPUser     = "simulator"
	DefaultSMTPPassword = "simulatorpassword"
)

// smtpDomain is what the mail server calls itself, and where it refuses no recipient's domain.
const smtpDomain = "simulator.example"

// mailServer is the simulated mail server: SMTP with STARTTLS, and authentication once the connection is encrypted.
type mailServer struct {
	server   *smtp.Server
	listener net.Listener
	port     int
	roots    *x509.CertPool
}

// close also closes the listener itself: the server does not know it before it serves.
func (m *mailServer) close() error {
	if m == nil {
		return nil
	}
	err := m.server.Close()
	if closed := m.listener.Close(); !errors.Is(closed, net.ErrClosed) {
		err = errors.Join(err, closed)
	}
	return err
}

// listenSMTP opens the port of the mail server; without an address there is none.
func (s *Simulator) listenSMTP() error {
	if s.options.SMTPListen == "" {
		return nil
	}
	certificate, roots, err := selfSigned()
	if err != nil {
		return fmt.Errorf("the certificate of the simulated mail server: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", s.options.SMTPListen)
	if err != nil {
		return fmt.Errorf("the simulated mail server cannot listen on %s: %w", s.options.SMTPListen, err)
	}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &smtpSession{simulator: s, conn: c}, nil
	}))
	server.Domain = smtpDomain
	server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	server.MaxMessageBytes = maxMailBytes
	server.MaxRecipients = maxRecipients
	server.ReadTimeout, server.WriteTimeout = time.Minute, time.Minute
	server.ErrorLog = slog.NewLogLogger(s.log.Handler(), slog.LevelDebug)
	address, _ := listener.Addr().(*net.TCPAddr)
	s.mailServer = &mailServer{server: server, listener: listener, port: address.Port, roots: roots}
	s.done.Go(func() {
		if err := server.Serve(listener); err != nil && !errors.Is(err, net.ErrClosed) {
			s.log.Error("the simulated mail server stopped serving", "error", err)
		}
	})
	return nil
}

// selfSigned is a certificate of this machine, and the roots that trust it.
func selfSigned() (tls.Certificate, *x509.CertPool, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: smtpDomain},
		DNSNames: []string{"localhost", smtpDomain}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(10, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots, nil
}

// SMTPPort is the port of the mail server on this machine, 0 when it has none.
func (s *Simulator) SMTPPort() int {
	if s.mailServer == nil {
		return 0
	}
	return s.mailServer.port
}

// SMTPRoots trust the certificate of the mail server, which is made anew at every start.
func (s *Simulator) SMTPRoots() *x509.CertPool {
	if s.mailServer == nil {
		return nil
	}
	return s.mailServer.roots
}

// smtpSession is one connection to the mail server.
type smtpSession struct {
	simulator  *Simulator
	conn       *smtp.Conn
	known      bool // authenticated
	from       string
	recipients []string
}

// AuthMechanisms is for package smtp.
func (c *smtpSession) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth is for package smtp.
func (c *smtpSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		right := subtle.ConstantTimeCompare([]byte(user+"\x00"+password), []byte(DefaultSMTPUser+"\x00"+DefaultSMTPPassword)) == 1
		if !right {
			c.simulator.count(mailServers, "refused with 535")
			return smtp.ErrAuthFailed
		}
		c.known = true
		return nil
	}), nil
}

// Reset is for package smtp.
func (c *smtpSession) Reset() { c.from, c.recipients = "", nil }

// Logout is for package smtp.
func (c *smtpSession) Logout() error { return nil }

// Mail is for package smtp.
func (c *smtpSession) Mail(from string, _ *smtp.MailOptions) error {
	if !c.known {
		return c.refuse(530, smtp.EnhancedCode{5, 7, 0}, "Authentication required")
	}
	c.from = from
	return nil
}

// Rcpt is for package smtp.
func (c *smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	faults := c.simulator.faultsOf(mailServers)
	switch {
	case faults.optedOut(to):
		return c.refuse(550, smtp.EnhancedCode{5, 7, 1}, "the recipient wants no mail from this sender")
	case faults.bounces(to, c.simulator.dice.share("bounced", to)):
		return c.refuse(550, smtp.EnhancedCode{5, 1, 1}, "no mailbox of that name")
	}
	c.recipients = append(c.recipients, to)
	return nil
}

// Data takes the message and answers as the faults say.
func (c *smtpSession) Data(r io.Reader) error {
	s := c.simulator
	raw, err := io.ReadAll(r)
	if err != nil {
		return err // too large, or the connection broke: then nobody hears it
	}
	message, err := readMail(raw)
	if err != nil {
		return c.refuse(550, smtp.EnhancedCode{5, 6, 0}, err.Error())
	}
	key := message.header.Get(smtpMessageHeader)
	if key == "" {
		key = messaging.Hash(raw)
	}
	faults, fate, share := s.nextAttempt(mailServers, key)
	if !wait(s.life, faults.latency(share)) {
		return c.drop()
	}
	switch fate {
	case rateLimited:
		return c.refuse(451, smtp.EnhancedCode{4, 7, 1}, "too many messages, come again later")
	case failedBefore:
		return c.refuse(554, smtp.EnhancedCode{5, 3, 0}, "simulated fault: the message is refused")
	case droppedBefore:
		s.count(mailServers, "dropped before accepting")
		return c.drop()
	case accepted, failedAfter, droppedAfter:
	}
	if err := s.keepMail(message, c.from, c.recipients, raw, fate); err != nil {
		s.log.Error("the simulator could not keep a mail", "error", err)
		return c.refuse(452, smtp.EnhancedCode{4, 3, 1}, "the mailbox cannot be written")
	}
	s.count(mailServers, answers[fate])
	switch fate {
	case failedAfter:
		_, _ = c.conn.Conn().Write([]byte("25")) // a reply cut short
		return c.drop()
	case droppedAfter:
		return c.drop()
	default:
		return nil
	}
}

// drop closes the connection before the reply, which then reaches nobody.
func (c *smtpSession) drop() error {
	_ = c.conn.Conn().Close()
	return errors.New("the connection was dropped")
}

func (c *smtpSession) refuse(code int, enhanced smtp.EnhancedCode, words string) error {
	c.simulator.count(mailServers, fmt.Sprintf("refused with %d", code))
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: words}
}

// keepMail puts an accepted mail into the mailbox.
func (s *Simulator) keepMail(mail smtpMail, from string, recipients []string, raw []byte, fate fate) error {
	content, err := mail.content()
	if err != nil {
		return err
	}
	files := 0
	for _, file := range content.Files {
		if file.ContentID == "" {
			files++
		}
	}
	message := Message{
		Provider: mailServers, Channel: messaging.ChannelEmail, MessageID: mail.header.Get(smtpMessageHeader), ProviderID: mail.id(),
		At: s.options.Now(), ReceivedAt: time.Now(), From: from, FromName: mail.names("From")[from], Subject: mail.subject(),
		To: recipients[0], ToName: mail.names("To")[recipients[0]], CC: recipients[1:],
		Size: len(raw), SHA256: messaging.Hash(raw), Answer: answers[fate], Attachments: files,
	}
	_, err = s.mailbox.accept(message, raw)
	return err
}
