package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"relance/config"
	"relance/messaging/simulator"
	"relance/stack"
	"relance/wiring"
)

// startSimulator plays the providers for whom no account is configured: their
// messages stay in the mailbox and reach nobody.
func (m *machine) startSimulator(_ context.Context, o machineOptions) error {
	if err := m.chooseAddress(o); err != nil {
		return err
	}
	c := &m.settings.config
	if o.ambiguousAfter > 0 {
		c.Sending.AmbiguousAfter = o.ambiguousAfter
	}
	mail, sms := playedProviders(*c)
	if !mail && !sms {
		return nil
	}
	port, err := o.ports.mailbox()
	if err != nil {
		return err
	}
	if mail && c.Inbound.ParseToken == "" {
		c.Inbound.ParseToken = config.Secret(rand.Text())
	}
	m.simulator, err = simulator.New(simulator.Options{
		Listen: net.JoinHostPort(stack.Loopback, strconv.Itoa(port)), Dir: filepath.Join(m.folder, "mailbox"),
		EventWebhook: urlOf(c.HTTP.Listen) + wiring.SendGridEventsPath,
		ParseWebhook: urlOf(c.HTTP.Listen) + wiring.SendGridParsePath + c.Inbound.ParseToken.Reveal(), MessageWebhook: twilioInbound(*c),
		Now: func() time.Time { return m.clock.Now() }, Logger: m.log,
	})
	if err != nil {
		return err
	}
	m.onStop(func(context.Context) error { return m.simulator.Close() })
	if mail {
		m.simulated = append(m.simulated, "e-mails")
		c.Mail.Provider = config.MailBySendGrid // played
		c.Mail.SendGrid = config.SendGrid{APIKey: simulator.DefaultAPIKey, BaseURL: m.simulator.SendGridURL(), WebhookPublicKey: m.simulator.PublicKey()}
		c.Inbound.ParseUser, c.Inbound.ParsePassword, c.Inbound.ParsePublicKey = "", "", m.simulator.PublicKey()
	}
	if sms {
		m.simulated = append(m.simulated, "short messages")
		c.SMS.Twilio = config.Twilio{AccountSID: simulator.DefaultAccountSID, AuthToken: simulator.DefaultAuthToken, BaseURL: m.simulator.TwilioURL()}
		// The simulator runs on this machine; the real Twilio could not call it.
		if c.HTTP.PublicURL == "" {
			c.HTTP.PublicURL = urlOf(c.HTTP.Listen)
		}
	}
	return nil
}

// playedProviders are those for whom no account is configured.
func playedProviders(c config.Config) (mail, sms bool) {
	way := c.Mail.Way()
	return way == "" || way == config.MailBySimulator, c.SMS.Twilio.AccountSID == ""
}

// twilioInbound is the address that messages to Twilio's numbers are passed on to,
// which Twilio signs: the public one.
func twilioInbound(c config.Config) string {
	return strings.TrimSuffix(cmp.Or(c.HTTP.PublicURL, urlOf(c.HTTP.Listen)), "/") + wiring.TwilioInboundPath
}
