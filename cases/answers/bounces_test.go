package answers

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/inbound"
)

// oldServer reads the notifications of a mail server that knows no standard.
type oldServer struct{}

func (oldServer) ParseBounce(raw []byte) (inbound.Bounce, bool) {
	return inbound.Bounce{Action: "failed", Status: "5.1.1"}, bytes.Contains(raw, []byte("Hi. This is the qmail-send program"))
}

func TestAnotherParserReadsWhatIsNotInTheStandardForm(t *testing.T) {
	t.Parallel()
	s := &Service{Bounces: oldServer{}}
	a := inbound.ReadMail([]byte("From: MAILER-DAEMON@x.example\r\n\r\nHi. This is the qmail-send program at x.example.\r\n"))
	require.Equal(t, inbound.FromPerson, a.Kind)
	s.readBounce(&a)
	require.Equal(t, inbound.BounceMail, a.Kind)
	require.Equal(t, "5.1.1", a.Bounce.Status)

	person := inbound.ReadMail([]byte("From: a@x.example\r\n\r\nBonjour\r\n"))
	s.readBounce(&person)
	require.Equal(t, inbound.FromPerson, person.Kind)
}
