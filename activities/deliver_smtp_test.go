package activities_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"relance/activities"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/messaging"
	"relance/messaging/simulator"
	"relance/messaging/smtp"
)

// bySMTP has e-mails taken by a mail server.
func bySMTP(t *testing.T, o *postOffice) *simulator.Simulator {
	t.Helper()
	server, err := simulator.New(simulator.Options{SMTPListen: "127.0.0.1:0"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	o.Email, err = smtp.New(smtp.Config{
		Host: "127.0.0.1", Port: server.SMTPPort(), User: simulator.DefaultSMTPUser, Password: simulator.DefaultSMTPPassword,
		TLSConfig: &tls.Config{RootCAs: server.SMTPRoots(), ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12},
	})
	require.NoError(t, err)
	o.EmailProvider = smtp.Provider
	return server
}

func TestAMailServerTakesANoticeOnceAndTheCaseFileNamesIt(t *testing.T) {
	t.Parallel()
	o := open(t)
	server := bySMTP(t, o)
	for range 2 {
		require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelEmail).Outcome)
	}
	taken := server.Messages(0)
	require.Len(t, taken, 1)
	message := o.file().Messages[0]
	require.Equal(t, casefile.MessageAccepted, message.State)
	require.Equal(t, "smtp", message.Provider)
	require.Equal(t, taken[0].ProviderID, message.ProviderID)
	require.Equal(t, taken[0].MessageID, message.ID)
}

func TestARefusedRecipientSendsTheStepToItsNextChannel(t *testing.T) {
	t.Parallel()
	o := open(t)
	server := bySMTP(t, o)
	require.NoError(t, server.SetSMTPFaults(simulator.Faults{BounceMatching: "*"}))
	delivery := o.deliver("firm", collection.ChannelEmail)
	require.Equal(t, activities.DeliveryFailed, delivery.Outcome)
	message := o.file().Messages[0]
	require.Equal(t, casefile.MessageFailed, message.State)
	require.Equal(t, "5.1.1", message.Code)
}

func TestARefusedCopyStopsNoNoticeAndSaysNothingAboutTheDebtorsAddress(t *testing.T) {
	t.Parallel()
	o := open(t, reaching)
	require.NoError(t, o.store.ConfigureColleagues(t.Context(), casefiletest.Creditor, []casefile.Colleague{
		{Role: "manager", Name: "Max Roche", Email: "max@acme.example"}, {Role: "salesperson", Name: "Sam", Email: "sam@acme.example"},
	}))
	server := bySMTP(t, o)
	require.NoError(t, server.SetSMTPFaults(simulator.Faults{BounceMatching: "bea@*", OptedOut: []string{"sam@acme.example"}}))
	require.Equal(t, activities.DeliveryAccepted, o.deliver("formal", collection.ChannelEmail).Outcome)
	sent := server.Messages(0)
	require.Len(t, sent, 1)
	require.Equal(t, "paul@martin.example", sent[0].To)
	require.Empty(t, sent[0].CC)

	file := o.file()
	require.Equal(t, casefile.MessageAccepted, file.Messages[0].State)
	var missed []string
	for _, line := range file.History {
		require.NotContains(t, line.Summary+line.Reason, "@")
		if line.Kind == "message-copy-missed" {
			missed = append(missed, line.Summary)
		}
	}
	invalid := map[string]bool{}
	ids := map[string]int64{}
	for _, contact := range file.Contacts {
		invalid[contact.Email], ids[contact.Email] = !contact.EmailInvalidAt.IsZero(), contact.ID
	}
	require.Equal(t, map[string]bool{"jeanne@martin.example": false, "paul@martin.example": false, "bea@martin.example": true}, invalid)
	require.Equal(t, []string{
		fmt.Sprintf("the email of step formal went without the copy for contact %d (buyer): the provider refused it for good (code 5.1.1)", ids["bea@martin.example"]),
		"the email of step formal went without the copy for the colleague (salesperson): the provider refused it for good (code 5.7.1)",
	}, missed)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("formal", collection.ChannelEmail).Outcome, "nothing is sent again for a copy")
	require.Len(t, server.Messages(0), 1)
}

func TestAMailWhoseAnswerIsLostIsNotSentAgainBeforeItsTime(t *testing.T) {
	t.Parallel()
	o := open(t)
	server := bySMTP(t, o)
	require.NoError(t, server.SetSMTPFaults(simulator.Faults{DropAfter: 1}))
	for range 3 {
		_, err := o.Deliver(t.Context(), o.order("firm", collection.ChannelEmail))
		require.Error(t, err)
	}
	require.Len(t, server.Messages(0), 1)
	require.Equal(t, casefile.MessageSending, o.file().Messages[0].State)
}

// strictServer is a mail server that gives one reply to every recipient.
type strictServer struct{ reply *gosmtp.SMTPError }

func (s strictServer) NewSession(*gosmtp.Conn) (gosmtp.Session, error) { return s, nil }
func (s strictServer) Reset()                                          {}
func (s strictServer) Logout() error                                   { return nil }
func (s strictServer) Mail(string, *gosmtp.MailOptions) error          { return nil }
func (s strictServer) Rcpt(string, *gosmtp.RcptOptions) error          { return s.reply }
func (s strictServer) Data(io.Reader) error                            { return s.reply }

func byStrictServer(t *testing.T, o *postOffice, reply *gosmtp.SMTPError) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address, ok := listener.Addr().(*net.TCPAddr)
	require.True(t, ok)
	server := gosmtp.NewServer(strictServer{reply})
	server.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	stopped := make(chan struct{})
	go func() {
		_ = server.Serve(listener) // it ends with Close
		close(stopped)
	}()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		_ = listener.Close() // a server that never came to serve does not know it
		<-stopped
	})
	o.Email, err = smtp.New(smtp.Config{Host: "127.0.0.1", Port: address.Port, TLS: smtp.TLSNone})
	require.NoError(t, err)
	o.EmailProvider = smtp.Provider
}

func TestWhatAServerHoldsAgainstOurAccountWaitsAndSaysNothingAboutTheDebtor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reply *gosmtp.SMTPError
		cause messaging.Cause
		wait  time.Duration
	}{
		"a sender it does not trust": {&gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 8}, Message: "bad outbound sender"}, messaging.CauseConfiguration, 0},
		"a quota that is used up":    {&gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 4, 5}, Message: "Daily user sending limit exceeded"}, messaging.CauseRateLimited, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := open(t)
			byStrictServer(t, o, c.reply)
			_, err := o.Deliver(t.Context(), o.order("firm", collection.ChannelEmail))
			var again *temporal.ApplicationError
			require.ErrorAs(t, err, &again)
			require.Equal(t, string(c.cause), again.Type())
			require.Equal(t, c.wait, again.NextRetryDelay())
			file := o.file()
			require.Equal(t, casefile.MessageComposed, file.Messages[0].State)
			require.True(t, file.Contacts[0].EmailInvalidAt.IsZero())
		})
	}
}
