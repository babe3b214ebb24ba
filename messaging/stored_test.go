package messaging_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/messaging"
)

func reminder() messaging.Email {
	return messaging.Email{
		MessageID: "0d9be4a1-3f0f-4a60-8b0a-5f8e1f8a7c11",
		From:      messaging.Address{Name: "Atelier Durand", Email: "compta@durand.example.fr"},
		To:        messaging.Address{Name: "Jeanne Martin", Email: "jeanne@martin.example.fr"},
		Subject:   "Facture F-2026-118 échue",
		Text:      "Bonjour,\n\nla facture F-2026-118 reste à régler.\n",
	}
}

func text() messaging.SMS {
	return messaging.SMS{
		MessageID: "7b1f7f0e-98a6-4bd0-8a39-0b7f3f8a2222",
		From:      "RELANCE", To: "+33612345678", Body: "Facture F-2026-118 : 120,00 EUR restent dus.",
	}
}

func TestWhatIsSentIsWhatWasStored(t *testing.T) {
	t.Parallel()
	line := rapid.StringMatching(`[A-Za-z0-9éàç€<>&"' ]{0,40}`)
	rapid.Check(t, func(t *rapid.T) {
		email := reminder()
		email.Subject = "F" + line.Draw(t, "subject")
		email.Text = "T" + rapid.String().Filter(utf8.ValidString).Draw(t, "text")
		email.HTML = rapid.String().Filter(utf8.ValidString).Draw(t, "html")
		email.From.Name = line.Draw(t, "name")
		if rapid.Bool().Draw(t, "reply-to") {
			email.ReplyTo = messaging.Address{Email: "reponse@example.fr"}
		}
		email.Headers = rapid.MapOfN(rapid.StringMatching(`X-[A-Z]{1,3}`), line, 0, 4).Draw(t, "headers")
		for _, content := range rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 1, 50), 0, 2).Draw(t, "attachments") {
			email.Attachments = append(email.Attachments, messaging.Attachment{
				Filename: "F.pdf", ContentType: "application/pdf", Content: content,
			})
		}

		stored, err := email.Encode()
		require.NoError(t, err)
		again, err := email.Encode()
		require.NoError(t, err)
		require.Equal(t, stored, again, "the same message must give the same bytes")

		read, err := messaging.DecodeEmail(stored)
		require.NoError(t, err)
		restored, err := read.Encode()
		require.NoError(t, err)
		require.Equal(t, messaging.Hash(stored), messaging.Hash(restored))
		require.Equal(t, email.Text, read.Text)
		require.Equal(t, email.Attachments, read.Attachments)
	})
}

func TestAPictureInsideAMailIsStoredWithIt(t *testing.T) {
	t.Parallel()
	email := reminder()
	email.HTML = `<p>À scanner</p><img alt="" src="cid:payment-code">`
	email.Attachments = []messaging.Attachment{{
		Filename: "payment-code.png", ContentType: "image/png", Content: []byte("\x89PNG"), ContentID: "payment-code",
	}}
	stored, err := email.Encode()
	require.NoError(t, err)
	read, err := messaging.DecodeEmail(stored)
	require.NoError(t, err)
	require.Equal(t, email, read)
}

func TestAnSMSComesBackAsItWasStored(t *testing.T) {
	t.Parallel()
	sms := text()
	sms.ValidFor = 3600
	stored, err := sms.Encode()
	require.NoError(t, err)
	read, err := messaging.DecodeSMS(stored)
	require.NoError(t, err)
	require.Equal(t, sms, read)
}

func TestAlteredBytesAreNotSent(t *testing.T) {
	t.Parallel()
	stored, err := reminder().Encode()
	require.NoError(t, err)
	sms, err := text().Encode()
	require.NoError(t, err)
	for name, altered := range map[string][]byte{
		"a space added":        bytes.Replace(stored, []byte(`{"format"`), []byte(`{ "format"`), 1),
		"an unknown field":     bytes.Replace(stored, []byte(`{"format"`), []byte(`{"bcc":"x@example.fr","format"`), 1),
		"a field given twice":  bytes.Replace(stored, []byte(`"subject"`), []byte(`"subject":"a","subject"`), 1),
		"something after it":   append(bytes.Clone(stored), "{}"...),
		"the end missing":      stored[:len(stored)-1],
		"another format":       bytes.Replace(stored, []byte("relance.email.1"), []byte("relance.email.9"), 1),
		"an SMS":               sms,
		"nothing":              nil,
		"an escaped character": bytes.Replace(stored, []byte("échue"), []byte(`\u00e9chue`), 1),
	} {
		_, err := messaging.DecodeEmail(altered)
		require.Error(t, err, name)
	}
	_, err = messaging.DecodeSMS(stored)
	require.ErrorContains(t, err, "reading a stored SMS")
}

func TestTheHashIsSHA256(t *testing.T) {
	t.Parallel()
	require.Equal(t, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", messaging.Hash([]byte("abc")))
}

func TestAnEmailThatAProviderWouldRefuseOrChangeIsNotStored(t *testing.T) {
	t.Parallel()
	for reason, spoil := range map[string]func(*messaging.Email){
		"message ID":               func(e *messaging.Email) { e.MessageID = "a b" },
		"from":                     func(e *messaging.Email) { e.From.Email = "nobody" },
		"to":                       func(e *messaging.Email) { e.To = messaging.Address{} },
		"reply-to":                 func(e *messaging.Email) { e.ReplyTo = messaging.Address{Name: "X"} },
		"already receives":         func(e *messaging.Email) { e.CC = []messaging.Address{{Email: "Jeanne@martin.example.fr"}} },
		"validated form":           func(e *messaging.Email) { e.To.Email = "jeanne@MARTIN.example.fr" },
		"name is not one line":     func(e *messaging.Email) { e.To.Name = "a\r\nBcc: b" },
		"subject is empty":         func(e *messaging.Email) { e.Subject = " " },
		"subject is not one line":  func(e *messaging.Email) { e.Subject = "a\nb" },
		"plain text part is empty": func(e *messaging.Email) { e.Text = "" },
		"not valid UTF-8":          func(e *messaging.Email) { e.HTML = "\xff" },
		"is not a file name": func(e *messaging.Email) {
			e.Attachments = []messaging.Attachment{{Filename: "../f", ContentType: "a/b", Content: []byte("x")}}
		},
		"is not a media type": func(e *messaging.Email) {
			e.Attachments = []messaging.Attachment{{Filename: "f", Content: []byte("x")}}
		},
		"the file is empty": func(e *messaging.Email) { e.Attachments = []messaging.Attachment{{Filename: "f", ContentType: "a/b"}} },
		"only a picture can be shown inside a mail, not application/pdf": func(e *messaging.Email) {
			e.Attachments = []messaging.Attachment{{Filename: "f.pdf", ContentType: "application/pdf", Content: []byte("x"), ContentID: "f"}}
		},
		"is not one of letters, digits": func(e *messaging.Email) {
			e.Attachments = []messaging.Attachment{{Filename: "f", ContentType: "image/png", Content: []byte("x"), ContentID: "<f>"}}
		},
		"the HTML does not show the picture code.png, cid:code": func(e *messaging.Email) {
			e.Attachments = []messaging.Attachment{{Filename: "code.png", ContentType: "image/png", Content: []byte("x"), ContentID: "code"}}
		},
		"the HTML shows the picture cid:code, which is not attached": func(e *messaging.Email) { e.HTML = `<img src="cid:code">` },
		"two pictures have the content ID code": func(e *messaging.Email) {
			picture := messaging.Attachment{Filename: "code.png", ContentType: "image/png", Content: []byte("x"), ContentID: "code"}
			e.HTML, e.Attachments = `<img src="cid:code">`, []messaging.Attachment{picture, picture}
		},
		"header Reply-to":         func(e *messaging.Email) { e.Headers = map[string]string{"Reply-to": "x"} },
		"value of the header X-A": func(e *messaging.Email) { e.Headers = map[string]string{"X-A": "a\nb"} },
		"is not a header name":    func(e *messaging.Email) { e.Headers = map[string]string{"X A": "b"} },
		"is not a category":       func(e *messaging.Email) { e.Categories = []string{""} },
		"at most 20971520 are":    func(e *messaging.Email) { e.HTML = strings.Repeat("x", messaging.MaxEmailSize) },
	} {
		email := reminder()
		spoil(&email)
		_, err := email.Encode()
		require.ErrorContains(t, err, reason)
		require.ErrorContains(t, err, "cannot be stored for sending")
	}
	require.NoError(t, reminder().Validate())
}

func TestAnSMSThatAProviderWouldRefuseIsNotStored(t *testing.T) {
	t.Parallel()
	for reason, spoil := range map[string]func(*messaging.SMS){
		"message ID":    func(s *messaging.SMS) { s.MessageID = "" },
		"to:":           func(s *messaging.SMS) { s.To = "0612345678" },
		"from:":         func(s *messaging.SMS) { s.From = "A NAME FAR TOO LONG" },
		"empty":         func(s *messaging.SMS) { s.Body = "\n" },
		"1601":          func(s *messaging.SMS) { s.Body = strings.Repeat("é", 1601) },
		"not valid UTF": func(s *messaging.SMS) { s.Body = "\xff" },
		"validity":      func(s *messaging.SMS) { s.ValidFor = 36001 },
	} {
		sms := text()
		spoil(&sms)
		_, err := sms.Encode()
		require.ErrorContains(t, err, reason)
	}
	for _, from := range []string{"+33612345678", "38000", "RELANCE", "MG0123456789abcdef0123456789abcdef"} {
		sms := text()
		sms.From = from
		require.NoError(t, sms.Validate(), from)
	}
}

func TestSegmentsAreCountedAsTheyAreBilled(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int{
		"":                            1,
		strings.Repeat("a", 160):      1,
		strings.Repeat("a", 161):      2,
		strings.Repeat("a", 306):      2,
		strings.Repeat("a", 307):      3,
		strings.Repeat("é", 160):      1,
		strings.Repeat("€", 80):       1,
		strings.Repeat("€", 81):       2,
		strings.Repeat("ê", 70):       1,
		strings.Repeat("ê", 71):       2,
		"ê" + strings.Repeat("a", 70): 2,
		strings.Repeat("🙂", 35):       1,
		strings.Repeat("🙂", 36):       2,
	} {
		require.Equal(t, want, messaging.Segments(body), body)
	}
}

func TestAVerdictIsStoredByName(t *testing.T) {
	t.Parallel()
	for _, verdict := range []messaging.Verdict{messaging.Unknown, messaging.NotSent, messaging.Accepted, messaging.Rejected} {
		name, err := verdict.MarshalText()
		require.NoError(t, err)
		var read messaging.Verdict
		require.NoError(t, read.UnmarshalText(name))
		require.Equal(t, verdict, read)
	}
	var read messaging.Verdict
	require.ErrorContains(t, read.UnmarshalText([]byte("sent")), "expected one of unknown, not_sent")
	require.Equal(t, messaging.Unknown, messaging.Outcome{}.Verdict, "an outcome nobody filled in permits nothing")
}
