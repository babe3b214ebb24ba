package sendgrid

import (
	"encoding/base64"

	"github.com/sendgrid/sendgrid-go/helpers/mail"

	"relance/messaging"
)

// compose puts the message in SendGrid's form. Our ID travels as a custom argument, which comes back on every
// event; it is the only one, because SendGrid keeps custom arguments for good and cannot erase personal data.
func (s *Sender) compose(email messaging.Email) *mail.SGMailV3 {
	recipients := mail.NewPersonalization()
	recipients.AddTos(address(email.To))
	for _, copied := range email.CC {
		recipients.AddCCs(address(copied))
	}

	m := mail.NewV3Mail()
	m.SetFrom(address(email.From))
	if !email.ReplyTo.IsZero() {
		m.SetReplyTo(address(email.ReplyTo))
	}
	m.AddPersonalizations(recipients)
	m.Subject = email.Subject
	m.AddContent(mail.NewContent("text/plain", email.Text))
	if email.HTML != "" {
		m.AddContent(mail.NewContent("text/html", email.HTML))
	}
	for _, file := range email.Attachments {
		m.AddAttachment(attachment(file))
	}
	for name, value := range email.Headers {
		m.SetHeader(name, value)
	}
	m.AddCategories(email.Categories...)
	m.SetCustomArg(messaging.MessageIDKey, email.MessageID)
	// What is not set here, the account's own settings decide, and a mail has to leave as it was stored: with nothing
	// added at its end, least of all a link that puts its reader on SendGrid's own list of those who unsubscribed.
	m.SetTrackingSettings(mail.NewTrackingSettings().
		SetOpenTracking(mail.NewOpenTrackingSetting().SetEnable(s.config.TrackOpens)).
		SetClickTracking(mail.NewClickTrackingSetting().SetEnable(s.config.TrackClicks).SetEnableText(false)).
		SetSubscriptionTracking(mail.NewSubscriptionTrackingSetting().SetEnable(false)).
		SetGoogleAnalytics(mail.NewGaSetting().SetEnable(false)))
	settings := mail.NewMailSettings().SetFooter(mail.NewFooterSetting().SetEnable(false))
	if s.config.Sandbox {
		settings.SetSandboxMode(mail.NewSetting(true))
	}
	m.SetMailSettings(settings)
	return m
}

func address(a messaging.Address) *mail.Email { return mail.NewEmail(a.Name, a.Email) }

func attachment(file messaging.Attachment) *mail.Attachment {
	a := mail.NewAttachment().
		SetFilename(file.Filename).
		SetType(file.ContentType).
		SetContent(base64.StdEncoding.EncodeToString(file.Content)).
		SetDisposition("attachment")
	if file.ContentID != "" {
		a.SetDisposition("inline").SetContentID(file.ContentID)
	}
	return a
}
