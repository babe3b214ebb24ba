package smtp_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	server "github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"relance/messaging"
	"relance/messaging/simulator"
	"relance/messaging/smtp"
)

// scripted is a real SMTP server that says what the script tells it.
type scripted struct {
	mail, data error
	rcpt       map[string]error
	// hangUp closes the connection in the middle of a message.
	hangUp bool
	// inData is called once the whole message came.
	inData func()
}

type scriptedServer struct {
	port  int
	mu    sync.Mutex
	mails []string
	// to are those the last mail was taken for.
	to []string
}

func (s *scriptedServer) taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mails
}

func script(t *testing.T, play scripted, encryption *tls.Config) *scriptedServer {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	if encryption != nil {
		listener = tls.NewListener(listener, encryption)
	}
	address, ok := listener.Addr().(*net.TCPAddr)
	require.True(t, ok)
	kept := &scriptedServer{port: address.Port}
	s := server.NewServer(server.BackendFunc(func(c *server.Conn) (server.Session, error) {
		return &scriptedSession{scripted: play, conn: c, kept: kept}, nil
	}))
	s.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	stopped := make(chan struct{})
	go func() {
		_ = s.Serve(listener) // it ends with Close
		close(stopped)
	}()
	t.Cleanup(func() {
		require.NoError(t, s.Close())
		_ = listener.Close() // a server that never came to serve does not know it
		<-stopped
	})
	return kept
}

type scriptedSession struct {
	scripted
	conn *server.Conn
	kept *scriptedServer
	to   []string
}

func (s *scriptedSession) Reset()                                 {}
func (s *scriptedSession) Logout() error                          { return nil }
func (s *scriptedSession) Mail(string, *server.MailOptions) error { return s.mail }
func (s *scriptedSession) Rcpt(to string, _ *server.RcptOptions) error {
	if s.rcpt[to] == nil {
		s.to = append(s.to, to)
	}
	return s.rcpt[to]
}
func (s *scriptedSession) Data(r io.Reader) error {
	if s.hangUp {
		_, _ = io.ReadFull(r, make([]byte, 100))
		_ = s.conn.Conn().Close()
		return errors.New("gone")
	}
	mail, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.data != nil {
		return s.data
	}
	if s.inData != nil {
		s.inData()
	}
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	s.kept.mails, s.kept.to = append(s.kept.mails, string(mail)), s.to
	return nil
}

func reply(code, class, subject, detail int, words string) *server.SMTPError {
	enhanced := server.EnhancedCode{class, subject, detail}
	if class == 0 {
		enhanced = server.NoEnhancedCode
	}
	return &server.SMTPError{Code: code, EnhancedCode: enhanced, Message: words}
}

func TestAReplyIsJudgedByWhatItAnswers(t *testing.T) {
	t.Parallel()
	const to, copied = "jeanne@martin.example.fr", "direction@martin.example.fr"
	at := func(recipient string, answer error) map[string]error { return map[string]error{recipient: answer} }
	for _, c := range []struct {
		name    string
		script  scripted
		verdict messaging.Verdict
		cause   messaging.Cause
		code    string
	}{
		{"the sender's address is not ours", scripted{mail: reply(550, 5, 7, 1, "not your domain")}, messaging.NotSent, messaging.CauseConfiguration, "5.7.1"},
		{"authentication is wanted late", scripted{rcpt: at(to, reply(530, 5, 7, 0, "log in"))}, messaging.NotSent, messaging.CauseConfiguration, "5.7.0"},
		{"the mail is too large", scripted{mail: reply(552, 5, 3, 4, "too big")}, messaging.Rejected, messaging.CauseContent, "5.3.4"},
		{"the sender comes too often", scripted{mail: reply(421, 0, 0, 0, "too many connections")}, messaging.NotSent, messaging.CauseRateLimited, "421"},
		{"greylisted", scripted{rcpt: at(to, reply(450, 4, 2, 0, "greylisted"))}, messaging.NotSent, messaging.CauseProviderFault, "4.2.0"},
		{"no mailbox of that name", scripted{rcpt: at(to, reply(550, 5, 1, 1, "jeanne@martin.example.fr unknown"))}, messaging.Rejected, messaging.CauseRecipient, "5.1.1"},
		{"no mailbox, no enhanced code", scripted{rcpt: at(to, reply(550, 0, 0, 0, "unknown user"))}, messaging.Rejected, messaging.CauseRecipient, "550"},
		{"no relaying", scripted{rcpt: at(to, reply(554, 5, 7, 1, "relay access denied"))}, messaging.NotSent, messaging.CauseConfiguration, "5.7.1"},
		{"no mailbox of one of several", scripted{data: reply(550, 5, 1, 1, "unknown")}, messaging.Rejected, messaging.CauseRoute, "5.1.1"},
		{"the server goes away at a copy", scripted{rcpt: at(copied, reply(421, 4, 3, 2, "shutting down"))}, messaging.NotSent, messaging.CauseRateLimited, "4.3.2"},
		{"spam", scripted{data: reply(554, 5, 7, 1, "looks like spam")}, messaging.Rejected, messaging.CauseRoute, "5.7.1"},
		{"the content is refused", scripted{data: reply(554, 5, 6, 0, "no PDF please")}, messaging.Rejected, messaging.CauseContent, "5.6.0"},
		{"no space", scripted{data: reply(452, 4, 3, 1, "disk full")}, messaging.NotSent, messaging.CauseProviderFault, "4.3.1"},
		{"the connection breaks before the final dot", scripted{hangUp: true}, messaging.NotSent, messaging.CauseInterrupted, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := script(t, c.script, nil)
			email := reminder("m-1")
			email.CC = []messaging.Address{{Email: copied}}
			if c.script.hangUp { // more than the buffers on the way hold, so that the end is not written yet
				email.Attachments = []messaging.Attachment{{Filename: "f.pdf", ContentType: "application/pdf", Content: make([]byte, 12<<20)}}
			}
			outcome := send(t, smtp.Config{Host: "127.0.0.1", Port: s.port, TLS: smtp.TLSNone}, email)
			require.Equal(t, c.verdict, outcome.Verdict, outcome)
			require.Equal(t, c.cause, outcome.Cause, outcome)
			require.Equal(t, c.code, outcome.Code, outcome)
			require.NotContains(t, outcome.Reason, "jeanne@")
			require.Empty(t, s.taken(), "no part of a message may count as one")
		})
	}
}

// What a server holds against our account it often says only to the recipient or to the message.
func TestARefusalOfOurAccountIsNotTheDebtors(t *testing.T) {
	t.Parallel()
	const to = "jeanne@martin.example.fr"
	const fixed, waits = messaging.CauseConfiguration, messaging.CauseRateLimited
	const address, way = messaging.CauseRecipient, messaging.CauseRoute
	for _, c := range []struct {
		answer *server.SMTPError
		cause  messaging.Cause
	}{
		{reply(550, 5, 1, 8, "Access denied, bad outbound sender"), fixed},
		{reply(550, 5, 1, 7, "bad sender's mailbox address syntax"), fixed},
		{reply(553, 5, 7, 1, "<compta@durand.example.fr>: Sender address rejected: not owned by user"), fixed},
		{reply(554, 5, 7, 1, "<unknown[192.0.2.1]>: Client host rejected: Access denied"), fixed},
		{reply(504, 5, 5, 2, "<localhost>: Helo command rejected: need fully-qualified hostname"), fixed},
		{reply(550, 5, 7, 54, "SMTP; Unable to relay recipient in non-accepted domain"), fixed},
		{reply(550, 0, 0, 0, "relaying denied"), fixed},
		{reply(550, 0, 0, 0, "relay not permitted"), fixed},

		{reply(550, 5, 4, 5, "Daily user sending limit exceeded"), waits},
		{reply(550, 5, 4, 5, "Domain Sending Quota Exceeded"), waits},
		{reply(554, 5, 7, 1, "Recipient address rejected: Quota exceeded"), waits},
		{reply(550, 5, 1, 90, "Your message can't be sent because you've reached your daily limit"), waits},
		{reply(550, 0, 0, 0, "Domain durand.example.fr has exceeded the max emails per hour (150/150) allowed"), waits},
		{reply(550, 0, 0, 0, "daily sending quota exceeded"), waits},

		{reply(550, 5, 1, 1, "no such user"), address},
		{reply(550, 5, 1, 2, "no such domain"), address},
		{reply(553, 5, 1, 3, "not an address"), address},
		{reply(550, 5, 1, 6, "moved"), address},
		{reply(556, 5, 1, 10, "the domain takes no mail"), address},
		{reply(550, 5, 2, 1, "disabled"), address},
		{reply(550, 0, 0, 0, "No such user here"), address},

		{reply(552, 5, 2, 2, "user quota exceeded, too much was sent"), way},
		{reply(550, 5, 2, 2, "user quota exceeded, too much was sent"), way},
		{reply(550, 0, 0, 0, "mailbox quota exceeded, sender will be told"), way},
		{reply(550, 5, 1, 0, "refused"), way},
		{reply(550, 0, 0, 0, "blocked"), way},
		{reply(554, 5, 7, 1, "spam score exceeds the limit for this sender"), way},
	} {
		for phase, play := range map[string]scripted{"to the recipient": {rcpt: map[string]error{to: c.answer}}, "to the message": {data: c.answer}} {
			t.Run(c.answer.Error()+" "+phase, func(t *testing.T) {
				t.Parallel()
				s := script(t, play, nil)
				outcome := send(t, smtp.Config{Host: "127.0.0.1", Port: s.port, TLS: smtp.TLSNone}, reminder("m-1"))
				verdict, wait := messaging.NotSent, time.Duration(0)
				if c.cause == address || c.cause == way {
					verdict = messaging.Rejected
				}
				if c.cause == waits {
					wait = time.Hour
				}
				require.Equal(t, verdict, outcome.Verdict, outcome)
				require.Equal(t, c.cause, outcome.Cause, outcome)
				require.Equal(t, wait, outcome.RetryAfter, outcome)
			})
		}
	}
}

func TestARefusedCopyIsLeftOutAndTheMailGoesToWhomItIsFor(t *testing.T) {
	t.Parallel()
	const gone, full = "parti@martin.example.fr", "sam@durand.example.fr"
	s := script(t, scripted{rcpt: map[string]error{
		gone: reply(550, 5, 1, 1, "unknown"), full: reply(452, 4, 2, 2, "the mailbox is full"),
	}}, nil)
	email := reminder("m-1")
	email.CC = []messaging.Address{{Email: gone}, {Email: "direction@martin.example.fr"}, {Email: full}}
	outcome := send(t, smtp.Config{Host: "127.0.0.1", Port: s.port, TLS: smtp.TLSNone}, email)
	require.Equal(t, messaging.Accepted, outcome.Verdict, outcome)
	require.Equal(t, []messaging.RefusedCopy{
		{Address: gone, Cause: messaging.CauseRecipient, Code: "5.1.1", Permanent: true},
		{Address: full, Cause: messaging.CauseProviderFault, Code: "4.2.2"},
	}, outcome.RefusedCopies)
	require.NotContains(t, outcome.String(), "@martin", "a line for logs names nobody")
	require.Len(t, s.taken(), 1)
	require.Equal(t, []string{"jeanne@martin.example.fr", "direction@martin.example.fr"}, s.to)
}

func TestACallThatIsCancelledAfterTheFinalDotIsUnknown(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := script(t, scripted{inData: func() { cancel() }}, nil)
	sender, err := smtp.New(smtp.Config{Host: "127.0.0.1", Port: s.port, TLS: smtp.TLSNone})
	require.NoError(t, err)
	outcome := sender.SendEmail(ctx, reminder("m-1"))
	// The reply may have been on its way already: then it counts.
	require.Contains(t, []messaging.Verdict{messaging.Unknown, messaging.Accepted}, outcome.Verdict, outcome)
}

func TestAnEncryptedPortAndAnOfferOfEncryptionBothWork(t *testing.T) {
	t.Parallel()
	certified := start(t, simulator.Options{})
	config := account(certified)
	config.TLS = smtp.TLSOpportunistic
	require.Equal(t, messaging.Accepted, send(t, config, reminder("m-1")).Verdict)
	content, err := certified.Content(1)
	require.NoError(t, err)
	require.NotEmpty(t, content.Raw)

	key, roots := certificate(t)
	implicit := script(t, scripted{}, &tls.Config{Certificates: []tls.Certificate{key}, MinVersion: tls.VersionTLS12})
	outcome := send(t, smtp.Config{
		Host: "127.0.0.1", Port: implicit.port, TLS: smtp.TLSImplicit,
		TLSConfig: &tls.Config{RootCAs: roots, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12},
	}, reminder("m-2"))
	require.Equal(t, messaging.Accepted, outcome.Verdict, outcome)
	require.Len(t, implicit.taken(), 1)
}
