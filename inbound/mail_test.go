package inbound_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/inbound"
)

// mailOf is a mail with CRLF line ends.
func mailOf(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }

var simple = mailOf(
	"From: =?utf-8?q?Jeanne_H=C3=A9brard?= <Jeanne@Martin.Example>",
	"To: Acme <compta@acme.example>, reply@acme.example",
	"Subject: =?iso-8859-1?Q?Re:_Facture_F-2026-001_impay=E9e?=",
	"Message-ID: <abc@martin.example>",
	"In-Reply-To: <0a0b0c0d-1111-8222-8333-444455556666@acme.example>",
	"References: <old@acme.example> <0a0b0c0d-1111-8222-8333-444455556666@acme.example>",
	"Content-Type: text/plain; charset=utf-8",
	"",
	"Bonjour,",
	"je règle vendredi.",
	"",
	"Le lun. 23 nov. 2026 à 10:00, Acme <compta@acme.example> a écrit :",
	"> Nous n'avons pas reçu votre règlement.",
)

func TestAMailIsReadAsItWasMeant(t *testing.T) {
	t.Parallel()
	a := inbound.ReadMail(simple)
	require.Equal(t, inbound.FromPerson, a.Kind)
	require.Equal(t, "jeanne@martin.example", a.From)
	require.Equal(t, "Jeanne Hébrard", a.FromName)
	require.Equal(t, []string{"compta@acme.example", "reply@acme.example"}, a.To)
	require.Equal(t, "Re: Facture F-2026-001 impayée", a.Subject)
	require.Equal(t, "Bonjour,\nje règle vendredi.", a.Said, "without what it quotes")
	require.Contains(t, a.Text, "pas reçu votre règlement")
	require.Equal(t, "abc@martin.example", a.ProviderID)
	require.Equal(t, []string{"0a0b0c0d-1111-8222-8333-444455556666@acme.example"}, a.InReplyTo)
	require.Empty(t, a.Notes)
	require.Equal(t, a.ID(), inbound.ReadMail(simple).ID(), "the same mail again is the same answer")
}

func TestAMessageIDThatTwoMailsShareDoesNotHideTheSecond(t *testing.T) {
	t.Parallel()
	first := inbound.ReadMail(mailOf("From: a@x.example", "Message-ID: <1@x>", "", "oui"))
	second := inbound.ReadMail(mailOf("From: a@x.example", "Message-ID: <1@x>", "", "non"))
	require.NotEqual(t, first.ID(), second.ID())
}

func TestCharsetsAreReadWhateverIsDeclared(t *testing.T) {
	t.Parallel()
	for name, mail := range map[string][]byte{
		"declared Windows-1252":         append(mailOf("Content-Type: text/plain; charset=windows-1252", ""), "pay\xe9 \x80 20 \x96 merci"...),
		"declared UTF-8, is Windows":    append(mailOf("Content-Type: text/plain; charset=utf-8", ""), "pay\xe9 \x80 20 \x96 merci"...),
		"nothing declared, is Windows":  append(mailOf("Subject: x", ""), "pay\xe9 \x80 20 \x96 merci"...),
		"quoted-printable of ISO-8859":  mailOf("Content-Type: text/plain; charset=iso-8859-15", "Content-Transfer-Encoding: quoted-printable", "", "pay=E9 =A4 20 =2D merci"),
		"a charset that does not exist": append(mailOf("Content-Type: text/plain; charset=klingon-7", ""), "pay\xe9 \x80 20 \x96 merci"...),
		"base64 of UTF-16":              mailOf("Content-Type: text/plain; charset=utf-16le", "Content-Transfer-Encoding: base64", "", "cABhAHkA6QAgAKwgIAAyADAAIAAtACAAbQBlAHIAYwBpAA=="),
	} {
		text := inbound.ReadMail(mail).Text
		require.Contains(t, text, "payé € 20", name)
		require.Contains(t, text, "merci", name)
	}
}

func TestUTF7IsLeftAsItIs(t *testing.T) {
	t.Parallel()
	a := inbound.ReadMail(mailOf("Content-Type: text/plain; charset=utf-7", "", "+ADw-script+AD4-alert(1)+ADw-/script+AD4- F-2026-001"))
	require.Contains(t, a.Text, "+ADw-script+AD4-", "nothing is decoded that no mail program uses")
	require.Contains(t, inbound.CluesOf(a, "", nil).Numbers, "F-2026-001")
}

func TestAMailOfHTMLOnlySaysItsText(t *testing.T) {
	t.Parallel()
	a := inbound.ReadMail(mailOf(
		"Content-Type: text/html; charset=utf-8", "",
		`<html><head><title>x</title><style>p{color:red}</style><script>alert(1)</script></head><body>`,
		`<div>Bonjour,</div><p>nous avons <b>pay&eacute;</b>&nbsp;la facture<br>F-2026-001</p>`,
		`<img src="https://tracker.example/pixel.gif"><a href="https://evil.example">ici</a>`,
		`<blockquote>Votre facture est impayée</blockquote></body></html>`,
	))
	require.Contains(t, a.Said, "Bonjour,\nnous avons payé la facture\nF-2026-001")
	require.NotContains(t, a.Text, "tracker.example")
	require.NotContains(t, a.Text, "alert")
	require.NotContains(t, a.Text, "color")
	require.NotContains(t, a.Said, "impayée")
	require.Contains(t, a.Text, "> Votre facture est impayée")
}

func TestAPictureWrittenIntoAMailDoesNotHideWhatFollowsIt(t *testing.T) {
	t.Parallel()
	a := inbound.ReadMail(mailOf("Content-Type: text/html", "", `<p>Bonjour</p><img src="data:image/png;base64,`+strings.Repeat("A", 1<<20)+`"><p>nous contestons</p>`))
	require.Contains(t, a.Text, "nous contestons")
}

func TestWhatOutlookQuotesIsNotSaid(t *testing.T) {
	t.Parallel()
	a := inbound.ReadMail(mailOf("From: a@x.example", "", "Nous réglons demain.", "", "De : Acme", "Envoyé : lundi 23 novembre 2026", "Objet : relance", "", "Vous n'avez pas payé."))
	require.Equal(t, "Nous réglons demain.", a.Said)
	a = inbound.ReadMail(mailOf("From: a@x.example", "", "> quoted only", "> twice"))
	require.Equal(t, "> quoted only\n> twice", a.Said, "when nothing else is left, all of it")
}

func TestFilesAreKeptUnderHarmlessNamesWithWhatTheyLookLike(t *testing.T) {
	t.Parallel()
	a := inbound.ReadMail(mailOf(
		"Content-Type: multipart/mixed; boundary=x", "",
		"--x", "Content-Type: text/plain", "", "voir la pièce jointe",
		"--x", `Content-Type: application/pdf; name="../../etc/passwd"`, `Content-Disposition: attachment; filename="..\..\evil.pdf"`, "", "<html><script>alert(1)</script></html>",
		"--x", "Content-Type: image/png", "Content-Transfer-Encoding: base64", "Content-ID: <logo>", "", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ",
		"--x--",
	))
	require.Equal(t, "voir la pièce jointe", a.Text)
	require.Len(t, a.Attachments, 2)
	require.Equal(t, "evil.pdf", a.Attachments[0].Name)
	require.Equal(t, "application/pdf", a.Attachments[0].Declared)
	require.Contains(t, a.Attachments[0].Detected, "text/html", "what it says it is and what it is are two things")
	require.Equal(t, "image/png", a.Attachments[1].Detected)
	require.Len(t, a.Attachments[1].SHA256, 64)
}

func TestBombsAreCutAndTheRestIsKept(t *testing.T) {
	t.Parallel()
	var nested strings.Builder
	nested.WriteString("From: a@x.example\r\n")
	for i := range 3000 {
		fmt.Fprintf(&nested, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	nested.WriteString("\r\nau fond")
	a := inbound.ReadMail([]byte(nested.String()))
	require.Equal(t, "a@x.example", a.From)
	require.Contains(t, strings.Join(a.Notes, " "), "nested deeper")

	many := "From: a@x.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nle début\r\n" + strings.Repeat("--x\r\nContent-Type: image/gif\r\n\r\nGIF89a\r\n", 5000) + "--x--\r\n"
	a = inbound.ReadMail([]byte(many))
	require.Equal(t, "le début", a.Text)
	require.LessOrEqual(t, len(a.Attachments), 50)
	require.Contains(t, strings.Join(a.Notes, " "), "more parts")

	a = inbound.ReadMail([]byte("From: a@x.example\r\nX-Huge: " + strings.Repeat("a", 2<<20) + "\r\n\r\nbonjour"))
	require.Contains(t, strings.Join(a.Notes, " "), "header")
	require.NotEmpty(t, a.Raw)

	a = inbound.ReadMail(mailOf("From: a@x.example", "", strings.Repeat("mot ", 1<<20)))
	require.Less(t, len(a.Text), 300<<10)
}

func TestAnyBytesAreAnAnswer(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOf(rapid.Byte()).Draw(t, "raw")
		if rapid.Bool().Draw(t, "cut") {
			raw = append(bytes.Clone(simple[:rapid.IntRange(0, len(simple)).Draw(t, "at")]), raw...)
		}
		a := inbound.ReadMail(raw)
		require.NotContains(t, a.Text, "\x00")
		require.NotContains(t, a.Subject, "\n")
		require.NotEmpty(t, a.ID())
		inbound.CluesOf(a, "in.acme.example", []byte("key"))
	})
}

var returned = mailOf(
	"From: MAILER-DAEMON@mx.martin.example", "Auto-Submitted: auto-replied", "Subject: Undelivered Mail Returned to Sender", "Message-ID: <dsn@mx>",
	"Content-Type: multipart/report; report-type=delivery-status; boundary=r", "",
	"--r", "Content-Type: text/plain", "", "I am sorry.",
	"--r", "Content-Type: message/delivery-status", "",
	"Reporting-MTA: dns; mx.martin.example", "",
	"Final-Recipient: rfc822; jeanne@martin.example", "Action: failed", "Status: 5.1.1", "Diagnostic-Code: smtp; 550 5.1.1 user unknown",
	"", "--r", "Content-Type: message/rfc822", "",
	"From: compta@acme.example", "Message-ID: <14c5d75ce93.dfd.64b469@ismtpd-555>", "Subject: Facture F-2026-001", "", "Bonjour",
	"--r--",
)

func TestABounceSaysWhatCameBackAndWhy(t *testing.T) {
	t.Parallel()
	a := inbound.ReadMail(returned)
	require.Equal(t, inbound.BounceMail, a.Kind)
	require.Equal(t, inbound.Bounce{
		Action: "failed", Status: "5.1.1", Diagnostic: "smtp; 550 5.1.1 user unknown", Returned: []string{"14c5d75ce93.dfd.64b469@ismtpd-555"},
		Recipients: []inbound.BounceRecipient{{Address: "jeanne@martin.example", Action: "failed", Status: "5.1.1"}},
	}, a.Bounce)
	require.True(t, a.Bounce.IsPermanent())
	require.Equal(t, []string{"14c5d75ce93.dfd.64b469"}, inbound.CluesOf(a, "", nil).Answered.ProviderIDs)
}

func TestAReportTellsTheRecipientsApart(t *testing.T) {
	t.Parallel()
	a := inbound.ReadMail(mailOf(
		"From: MAILER-DAEMON@mx.martin.example", "Content-Type: multipart/report; report-type=delivery-status; boundary=r", "",
		"--r", "Content-Type: message/delivery-status", "",
		"Reporting-MTA: dns; mx.martin.example", "Arrival-Date: Tue, 24 Nov 2026 09:00:00 +0100", "",
		"Original-Recipient: rfc822;Jeanne@Martin.Example", "Final-Recipient: rfc822; j.hebrard@group.example", "Action: delivered", "Status: 2.0.0", "",
		"Final-Recipient: RFC822; <boss@martin.example>", "Action: failed", "Status: 5.0.0", "Diagnostic-Code: smtp; 550-5.1.1 no such user at 195.5.12.4", "",
		"Final-Recipient: rfc822; other@martin.example", "Action: failed", "Status: 5.0.0", "Diagnostic-Code: smtp; 550 refused by 195.5.12.4", "",
		"Final-Recipient: x400; /C=fr/", "Action: delayed", "Status: 4.4.1", "",
		"--r--",
	))
	require.Equal(t, []inbound.BounceRecipient{
		{Address: "jeanne@martin.example", Action: "delivered", Status: "2.0.0"},
		{Address: "boss@martin.example", Action: "failed", Status: "5.1.1"},
		{Address: "other@martin.example", Action: "failed", Status: "5.0.0"},
		{Action: "delayed", Status: "4.4.1"},
	}, a.Bounce.Recipients)
}

const ourID = "0a0b0c0d-1111-8222-8333-444455556666"

var (
	ofQmail = mailOf(
		"Return-Path: <>", "From: MAILER-DAEMON@mx.martin.example", "Subject: failure notice", "Message-ID: <q1@mx>", "",
		"Hi. This is the qmail-send program at mx.martin.example.",
		"I'm afraid I wasn't able to deliver your message to the following addresses.",
		"This is a permanent error; I've given up. Sorry it didn't work out.", "",
		"<jeanne@martin.example>:", "192.0.2.4 does not like recipient.", "Remote host said: 550 5.1.1 no such user", "Giving up on 192.0.2.4.", "",
		"<boss@martin.example>:", "Sorry, the mailbox is over its quota. (#5.2.2)", "",
		"--- Below this line is a copy of the message.", "",
		"Return-Path: <compta@acme.example>", "Message-ID: <"+ourID+"@acme.example>", "Subject: Facture F-2026-001", "", "Bonjour",
	)
	ofExim = mailOf(
		"Return-path: <>", "X-Failed-Recipients: Jeanne@martin.example", "Auto-Submitted: auto-replied", "From: Mail Delivery System <Mailer-Daemon@mx.martin.example>",
		"Subject: Mail delivery failed: returning message to sender", "Message-ID: <e1@mx>", "",
		"This message was created automatically by mail delivery software.", "",
		"A message that you sent could not be delivered to one or more of its", "recipients. This is a permanent error. The following address(es) failed:", "",
		"  jeanne@martin.example", "    host mx2.martin.example [195.5.12.4]", "    SMTP error from remote mail server after RCPT TO:<jeanne@martin.example>:", "    550 5.1.1 no such user", "",
		"------ This is a copy of the message, including all the headers. ------", "",
		"Message-Id: <"+ourID+"@acme.example>", "X-Relance-Message: "+ourID, "", "Bonjour",
	)
	warnedByExim = mailOf(
		"Return-path: <>", "Auto-Submitted: auto-replied", "From: Mail Delivery System <Mailer-Daemon@mx.martin.example>", "References: <"+ourID+"@acme.example>",
		"Subject: Warning: message 1tFabc-0001aB-2c delayed 24 hours", "Message-ID: <w1@mx>", "",
		"A message that you sent has not yet been delivered to one or more of its recipients after more than 24 hours on the queue.",
	)
	notPlain = mailOf(
		"Return-Path: <>", "From: postmaster@martin.example", "Subject: Mail System Error", "Message-ID: <p1@mx>", "",
		"Your mail could not be handled.", "", "> Message-ID: <"+ourID+"@acme.example>",
	)
)

func TestBouncesInOlderFormsAreRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		raw        []byte
		recipients []inbound.BounceRecipient
	}{
		"qmail": {ofQmail, []inbound.BounceRecipient{
			{Address: "jeanne@martin.example", Action: "failed", Status: "5.1.1"}, {Address: "boss@martin.example", Action: "failed", Status: "5.2.2"},
		}},
		"Exim":             {ofExim, []inbound.BounceRecipient{{Address: "jeanne@martin.example", Action: "failed", Status: "5.1.1"}}},
		"a delay by Exim":  {warnedByExim, []inbound.BounceRecipient{{Action: "delayed"}}},
		"one not so plain": {notPlain, nil},
	} {
		a := inbound.ReadMail(c.raw)
		require.Equal(t, inbound.BounceMail, a.Kind, name)
		require.Equal(t, c.recipients, a.Bounce.Recipients, name)
		require.Equal(t, c.recipients != nil, a.Bounce.SaysWhatBecame(), name)
		require.Contains(t, inbound.CluesOf(a, "", nil).Answered.MessageIDs, ourID, name)

		header, text, _ := strings.Cut(string(c.raw), "\r\n\r\n")
		parsed, err := inbound.ReadParse(form(t, map[string]string{"headers": header, "text": text}))
		require.NoError(t, err)
		require.Equal(t, a.Bounce, parsed.Bounce, "%s, in parsed fields", name)
	}
}

func TestWhoOnlySoundsLikeAMailServerIsNone(t *testing.T) {
	t.Parallel()
	for kind, raw := range map[inbound.Kind][]byte{
		inbound.AutoReply:  mailOf("Return-Path: <>", "From: jeanne@martin.example", "Subject: Absente", "", "Je suis absente jusqu'au 7 décembre."),
		inbound.FromPerson: mailOf("Return-Path: <postmaster@martin.example>", "From: postmaster@martin.example", "", "Hi. This is the accounts department.", "", "We paid <F-2026-001> yesterday."),
	} {
		a := inbound.ReadMail(raw)
		require.Equal(t, kind, a.Kind)
		require.True(t, a.Bounce.IsZero())
	}
}

func TestOurOwnHeaderTellsWhichMailCameBack(t *testing.T) {
	t.Parallel()
	raw := strings.Replace(string(returned), "Message-ID: <14c5d75ce93.dfd.64b469@ismtpd-555>", "Message-ID: <rewritten@gateway>\r\nX-Relance-Message: "+ourID, 1)
	require.Equal(t, []string{ourID}, inbound.CluesOf(inbound.ReadMail([]byte(raw)), "", nil).Answered.MessageIDs)
}

func TestAReplyAddressProvesWhatItAnswers(t *testing.T) {
	t.Parallel()
	const id, domain = "0a0b0c0d-1111-8222-8333-444455556666", "in.acme.example"
	key := []byte("the key of the installation")
	address := inbound.ReplyAddress(id, domain, key)
	require.Regexp(t, `^reply\+[a-z2-7]{42}@in\.acme\.example$`, address)
	found, ok, forged := inbound.ReadReplyAddress(strings.ToUpper(address), domain, key)
	require.Equal(t, id, found)
	require.True(t, ok)
	require.False(t, forged)

	for _, other := range []string{
		inbound.ReplyAddress(id, domain, []byte("another key")), "reply+aaaa@" + domain, "reply+@" + domain,
		strings.Replace(address, "reply+"+address[6:8], "reply+zz", 1),
	} {
		_, ok, forged = inbound.ReadReplyAddress(other, domain, key)
		require.False(t, ok, other)
		require.True(t, forged, other)
	}
	for _, other := range []string{"compta@acme.example", strings.Replace(address, "in.acme", "in.evil", 1)} {
		_, ok, forged = inbound.ReadReplyAddress(other, domain, key)
		require.False(t, ok || forged, other)
	}
	require.Empty(t, inbound.ReplyAddress("not a uuid", domain, key))
	require.Empty(t, inbound.ReplyAddress(id, "", key))
	require.Empty(t, inbound.ReplyAddress(id, domain, nil))
}

func TestCluesAreFoundInTheText(t *testing.T) {
	t.Parallel()
	a := inbound.ReadMail(mailOf("Subject: TR: facture F-2026/001", "", "Réf. RF18 5390 0754 7034, n°4711, 1200 euros du 2026, tél. 0639981234 (AB-12)."))
	clues := inbound.CluesOf(a, "", nil)
	require.Contains(t, clues.Numbers, "F-2026/001")
	require.Contains(t, clues.Numbers, "4711", "a bare number that is announced")
	require.Contains(t, clues.Numbers, "AB-12")
	require.NotContains(t, clues.Numbers, "1200", "an amount is no invoice")
	require.NotContains(t, clues.Numbers, "2026")
	require.Contains(t, clues.References, "RF18539007547034")
}

// form is a request of Inbound Parse.
func form(t *testing.T, fields map[string]string, files ...string) (string, []byte) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range fields {
		require.NoError(t, w.WriteField(name, value))
	}
	for i, content := range files {
		header := textproto.MIMEHeader{}
		header.Set("Content-Disposition", fmt.Sprintf(`form-data; name="attachment%d"; filename="f%d.pdf"`, i+1, i+1))
		header.Set("Content-Type", "application/pdf")
		part, err := w.CreatePart(header)
		require.NoError(t, err)
		_, err = part.Write([]byte(content))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return w.FormDataContentType(), body.Bytes()
}

func TestParsedFieldsAndTheRawMailAreTheSameAnswer(t *testing.T) {
	t.Parallel()
	raw, err := inbound.ReadParse(form(t, map[string]string{"email": string(simple), "envelope": `{"to":["reply+x@in.acme.example"],"from":"jeanne@martin.example"}`}))
	require.NoError(t, err)
	require.Equal(t, "reply+x@in.acme.example", raw.To[0], "the envelope says to whom it came")
	header, text, _ := strings.Cut(string(simple), "\r\n\r\n")
	parsed, err := inbound.ReadParse(form(t, map[string]string{
		"headers": header, "from": "Jeanne <jeanne@martin.example>", "to": "compta@acme.example", "subject": "Re: Facture F-2026-001 impayée",
		"text": text, "charsets": `{"text":"UTF-8"}`, "envelope": `{"to":["reply+x@in.acme.example"]}`,
	}, "%PDF-1.7 the proof"))
	require.NoError(t, err)
	require.Equal(t, raw.ID(), parsed.ID())
	require.Equal(t, raw.InReplyTo, parsed.InReplyTo)
	require.Equal(t, raw.Said, parsed.Said)
	require.Len(t, parsed.Attachments, 1)
	require.Equal(t, "application/pdf", parsed.Attachments[0].Detected)

	latin, err := inbound.ReadParse(form(t, map[string]string{"from": "a@x.example", "text": "pay\xe9", "charsets": `{"text":"iso-8859-1"}`}))
	require.NoError(t, err)
	require.Equal(t, "payé", latin.Text)
}

func TestWhatIsNoFormIsRefused(t *testing.T) {
	t.Parallel()
	for _, contentType := range []string{"", "application/json", "multipart/form-data", "multipart/form-data; boundary=x"} {
		_, err := inbound.ReadParse(contentType, []byte("--y\r\n\r\n"))
		require.ErrorIs(t, err, inbound.ErrMalformed, contentType)
	}
	_, err := inbound.ReadTwilio([]byte("Body=x"))
	require.ErrorIs(t, err, inbound.ErrMalformed)
}

func TestShortMessagesAndWhatsAppAreRead(t *testing.T) {
	t.Parallel()
	a, err := inbound.ReadTwilio([]byte(url.Values{
		"MessageSid": {"SM1"}, "From": {"+33639981234"}, "To": {"+33639980000"}, "Body": {"STOP"}, "OptOutType": {"STOP"}, "NumMedia": {"1"},
		"MediaContentType0": {"image/jpeg"}, "MediaUrl0": {"https://api.twilio.com/m"},
	}.Encode()))
	require.NoError(t, err)
	require.Equal(t, inbound.SMS, a.Channel)
	require.Equal(t, "STOP", a.OptOut)
	require.Contains(t, a.Notes[0], "image/jpeg")

	a, err = inbound.ReadTwilio([]byte(url.Values{
		"MessageSid": {"SM2"}, "From": {"whatsapp:+33639981234"}, "To": {"whatsapp:+33639980000"}, "Body": {"Je règle vendredi"}, "OriginalRepliedMessageSid": {"SM9"},
	}.Encode()))
	require.NoError(t, err)
	require.Equal(t, inbound.WhatsApp, a.Channel)
	require.Equal(t, "+33639981234", a.From)
	require.Equal(t, []string{"+33639980000"}, a.To)
	require.Equal(t, []string{"SM9"}, inbound.CluesOf(a, "", nil).Answered.ProviderIDs)
}
