package wiring

import (
	"context"
	"strings"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/cases/statements"
	"relance/config"
	"relance/inbound"
	"relance/letters"
	"relance/messaging"
	"relance/messaging/compose"
	"relance/messaging/printpost"
	"relance/messaging/sendgrid"
	"relance/messaging/smtp"
	"relance/messaging/twilio"
	"relance/statement/statementfile"
	"relance/worker/pool"
	"relance/workflows"
)

// Workers are the workers of the product, ready to start. A provider without an
// account has no sender: its channel cannot be used, and the steps take another.
func Workers(c config.Config, store *casefile.Store, clock func() calendar.Clock, templates *compose.Templates) (pool.Options, error) {
	notices := &activities.Notices{
		Store: store, Clock: clock, Templates: templates, Print: letters.Print, AmbiguousAfter: c.Sending.AmbiguousAfter, ResendUnproven: c.Sending.ResendUnproven,
		PublicURL: c.HTTP.PublicURL, Statement: statementOf(store, clock, templates),
	}
	if domain, key := c.Inbound.ReplyDomain, []byte(c.Inbound.ReplyKey.Reveal()); domain != "" {
		notices.ReplyTo = func(messageID string) string { return inbound.ReplyAddress(messageID, domain, key) }
	}
	var err error
	if notices.Email, notices.EmailProvider, err = emailSender(c.Mail); err != nil {
		return pool.Options{}, err
	}
	if err := throughTwilio(notices, c.SMS.Twilio, webhook(c, TwilioStatusPath)); err != nil {
		return pool.Options{}, err
	}
	if notices.Post, err = Post(c.Letters); err != nil {
		return pool.Options{}, err
	}
	partners, err := handoffs(c, store, clock, templates, notices.Email)
	if err != nil {
		return pool.Options{}, err
	}
	return pool.Options{
		Cases:          &workflows.Cases{Clock: clock},
		Handoffs:       partners,
		CaseFile:       &activities.CaseFile{Store: store, Clock: clock},
		Notices:        notices,
		EmailPerSecond: c.Mail.PerSecond, SMSPerSecond: c.SMS.PerSecond,
		StopTimeout: c.Worker.StopTimeout, CachedCases: c.Worker.CachedCases, ConcurrentSends: c.Worker.ConcurrentSends,
	}, nil
}

// statementOf writes the statement of account that e-mails carry.
func statementOf(store *casefile.Store, clock func() calendar.Clock, templates *compose.Templates) func(context.Context, activities.StatementOrder) (messaging.Attachment, error) {
	return func(ctx context.Context, of activities.StatementOrder) (messaging.Attachment, error) {
		maker := &statements.Maker{Store: store, Templates: templates.Now(), Clock: clock}
		file, err := maker.File(ctx, statements.Request{Creditor: of.Creditor, Debtor: of.Debtor, On: of.On, Language: of.Language}, statementfile.PDF)
		return messaging.Attachment{Filename: file.Name, ContentType: file.ContentType, Content: file.Content}, err
	}
}

// emailSender is nil without an account; with it comes its name in the case file. The simulator is the stand-in of
// SendGrid, whose address relance up gives; a worker alone has none.
func emailSender(c config.Mail) (sender messaging.EmailSender, provider string, err error) {
	switch way := c.Way(); {
	case way == config.MailBySMTP:
		s := c.SMTP
		sender, err = smtp.New(smtp.Config{
			Host: s.Host, Port: s.Port, TLS: smtp.TLS(s.TLS), User: s.User, Password: s.Password.Reveal(), Timeout: s.Timeout,
		})
		return sender, smtp.Provider, err
	case way == config.MailBySendGrid && c.SendGrid.APIKey != "":
		sender, err = sendgrid.New(sendgrid.Config{APIKey: c.SendGrid.APIKey.Reveal(), BaseURL: c.SendGrid.BaseURL})
		return sender, "sendgrid", err
	default:
		return nil, "", nil
	}
}

// throughTwilio has short and WhatsApp messages sent through an account; without
// one their senders stay nil.
func throughTwilio(notices *activities.Notices, account config.Twilio, statusCallback string) error {
	sender, err := twilioSender(account, statusCallback)
	if sender == nil || err != nil {
		return err
	}
	notices.SMS, notices.FindSMS, notices.WhatsApp = sender, sender, sender
	return nil
}

// twilioSender is nil without an account.
func twilioSender(account config.Twilio, statusCallback string) (*twilio.Sender, error) {
	if account.AccountSID == "" {
		return nil, nil
	}
	return twilio.New(twilio.Config{
		AccountSID: account.AccountSID, Secret: account.AuthToken.Reveal(), BaseURL: account.BaseURL, StatusCallback: statusCallback,
	})
}

// Post is the service that prints and posts letters, nil where people do.
func Post(c config.Letters) (messaging.Post, error) {
	if c.Provider != config.LettersByPrintAndPost {
		return nil, nil
	}
	return printpost.New(printpost.Config{BaseURL: c.PrintAndPost.BaseURL, Key: c.PrintAndPost.Key.Reveal()})
}

// The paths at which the providers' webhooks come in.
const (
	SendGridEventsPath = "/webhooks/sendgrid/events"
	TwilioStatusPath   = "/webhooks/twilio/status"
	// SendGridParsePath is followed by the token.
	SendGridParsePath = "/webhooks/sendgrid/inbound/"
	TwilioInboundPath = "/webhooks/twilio/inbound"
)

func webhook(c config.Config, path string) string {
	if c.HTTP.PublicURL == "" {
		return ""
	}
	return strings.TrimSuffix(c.HTTP.PublicURL, "/") + path
}

// WithoutNews says, in sentences for the person who starts a program, which
// delivery news of the configured providers cannot come in.
func WithoutNews(c config.Config) []string {
	var sentences []string
	if c.SMS.Twilio.AccountSID != "" && c.HTTP.PublicURL == "" {
		sentences = append(sentences, "http.public_url is not set, so Twilio cannot report what became of a short message: "+
			"it is asked an hour and a day after each, and when the answer to a send was lost")
	}
	switch {
	case c.Mail.Way() == config.MailBySMTP:
		sentences = append(sentences, "mail.provider is smtp: a mail server reports nothing after it took an e-mail, "+
			"and a bounce comes back as a mail to the sender's address")
	case c.Mail.SendGrid.APIKey != "" && c.Mail.SendGrid.WebhookPublicKey == "":
		sentences = append(sentences, "mail.sendgrid.webhook_public_key is not set, so SendGrid cannot report what became of an e-mail: "+
			"bounces stay unknown")
	}
	return sentences
}
