package dsn_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/messaging/dsn"
)

// notification is a report in the form of RFC 3464 with the parts given.
func notification(parts ...string) []byte {
	text := `From: MAILER-DAEMON@mail.durand.example.fr
To: compta@durand.example.fr
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="report-1"

Servers that know no MIME show this line.
`
	for _, part := range parts {
		text += "--report-1\n" + part + "\n"
	}
	return []byte(strings.ReplaceAll(text+"--report-1--\n", "\n", "\r\n"))
}

const (
	words = "Content-Type: text/plain; charset=us-ascii\n\nYour message could not be delivered.\n"

	failed = `Content-Type: message/delivery-status

Reporting-MTA: dns; mail.durand.example.fr
Arrival-Date: Tue, 12 May 2026 09:00:01 +0200

Final-Recipient: rfc822; jeanne.m@martin.example.fr
Original-Recipient: rfc822;jeanne@martin.example.fr
Action: failed (after 5 days)
Status: 5.1.1 (bad address)
Remote-MTA: dns; mx.martin.example.fr
Diagnostic-Code: smtp; 550 5.1.1
    <jeanne.m@martin.example.fr> no mailbox of that name
`
	returned = `Content-Type: message/rfc822

Received: from worker by mail.durand.example.fr; Tue, 12 May 2026 09:00:00 +0200
From: "Atelier Durand" <compta@durand.example.fr>
Message-ID: <0d9be4a1-3f0f-4a60-8b0a-5f8e1f8a7c11@durand.example.fr>
x-relance-message: 0d9be4a1-3f0f-4a60-8b0a-5f8e1f8a7c11
Subject: Facture F-2026-118

Bonjour
`
	id = "0d9be4a1-3f0f-4a60-8b0a-5f8e1f8a7c11"
)

func TestABounceNamesOurMessageAndTheReason(t *testing.T) {
	t.Parallel()
	report, err := dsn.Parse(notification(words, failed, returned))
	require.NoError(t, err)
	require.Equal(t, dsn.Report{
		MessageID: id, OriginalMessageID: id + "@durand.example.fr", ReportingServer: "mail.durand.example.fr",
		Recipients: []dsn.Recipient{{
			Address: "jeanne@martin.example.fr", Action: dsn.Failed, Status: "5.1.1",
			Diagnostic: "550 5.1.1 <jeanne.m@martin.example.fr> no mailbox of that name",
		}},
	}, report)
	require.True(t, report.Recipients[0].IsPermanent())
}

func TestTheHeaderAloneIsEnoughToFindTheMessage(t *testing.T) {
	t.Parallel()
	header := strings.Replace(strings.Split(returned, "\n\nBonjour")[0], "message/rfc822", "text/rfc822-headers", 1)
	for name, part := range map[string]string{
		"headers only":     header,
		"Message-ID only":  strings.Replace(header, "x-relance-message", "x-other", 1),
		"a cut header":     header[:strings.Index(header, "\nSubject")],
		"quoted-printable": strings.Replace(header, "text/rfc822-headers", "text/rfc822-headers\nContent-Transfer-Encoding: quoted-printable", 1),
	} {
		report, err := dsn.Parse(notification(words, failed, part))
		require.NoError(t, err, name)
		require.Equal(t, id, report.MessageID, name)
	}
}

func TestEachRecipientHasAFateOfItsOwn(t *testing.T) {
	t.Parallel()
	report, err := dsn.Parse(notification(words, `Content-Type: message/delivery-status

Reporting-MTA: dns; mail.durand.example.fr


Final-Recipient: rfc822; <jeanne@martin.example.fr>
Action: Delayed
Status: 4.4.1
Will-Retry-Until: Sun, 17 May 2026 09:00:01 +0200

Final-Recipient: rfc822; direction@martin.example.fr
Action: delivered
Status: 2.0.0

Final-Recipient: rfc822; archives@martin.example.fr
Action: relayed
Status: 2.0.0`, returned))
	require.NoError(t, err)
	require.Equal(t, []dsn.Recipient{
		{Address: "jeanne@martin.example.fr", Action: dsn.Delayed, Status: "4.4.1"},
		{Address: "direction@martin.example.fr", Action: dsn.Delivered, Status: "2.0.0"},
		{Address: "archives@martin.example.fr", Action: dsn.Relayed, Status: "2.0.0"},
	}, report.Recipients)
	require.False(t, report.Recipients[0].IsPermanent())
}

func TestAReportWithoutTheReturnedMailNamesNoMessage(t *testing.T) {
	t.Parallel()
	report, err := dsn.Parse(notification(words, failed))
	require.NoError(t, err)
	require.Empty(t, report.MessageID)
	require.Len(t, report.Recipients, 1)
}

func TestAMailCutInItsReturnedPartStillCounts(t *testing.T) {
	t.Parallel()
	whole := notification(words, failed, returned)
	report, err := dsn.Parse(whole[:len(whole)-len("Bonjour\r\n\r\n--report-1--\r\n")])
	require.NoError(t, err)
	require.Equal(t, id, report.MessageID)
}

func TestOtherMailsAreNoReports(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"nothing":        "",
		"an answer":      "From: jeanne@martin.example.fr\r\nContent-Type: text/plain\r\n\r\nBonjour",
		"no type":        "From: jeanne@martin.example.fr\r\n\r\nBonjour",
		"a read receipt": "Content-Type: multipart/report; report-type=disposition-notification; boundary=x\r\n\r\n--x--\r\n",
		"too large":      strings.Repeat("x", 9<<20),
	} {
		_, err := dsn.Parse([]byte(raw))
		require.ErrorIs(t, err, dsn.ErrNotAReport, name)
	}
}

func TestAReportThatCannotBeReadIsToldApart(t *testing.T) {
	t.Parallel()
	for reason, raw := range map[string][]byte{
		"it tells of no recipient": notification(words, returned),
		"is none of RFC 3464":      notification(words, strings.Replace(failed, "failed", "eaten", 1), returned),
		"the fields of group 2":    notification(words, strings.Replace(failed, "Action:", "Action", 1), returned),
	} {
		_, err := dsn.Parse(raw)
		require.ErrorContains(t, err, reason)
		require.NotErrorIs(t, err, dsn.ErrNotAReport)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(notification(words, failed, returned))
	f.Add(notification(words, failed))
	f.Fuzz(func(t *testing.T, raw []byte) {
		report, err := dsn.Parse(raw)
		if err == nil {
			require.NotEmpty(t, report.Recipients)
		}
	})
}
