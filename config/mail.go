package config

import (
	"time"
)

// The ways e-mails leave, as mail.provider names them.
const (
	MailBySendGrid  = "sendgrid"
	MailBySMTP      = "smtp"
	MailBySimulator = "simulator"
)

// SMTP is an account at a mail server.
type SMTP struct {
	Host     string        `json:"host" doc:"Mail server that takes e-mails for the world, such as smtp.example.com."`
	Port     int           `json:"port" doc:"Its port; 0 is that of the encryption: 587 (mandatory), 465 (implicit), 25 (opportunistic, none)."`
	TLS      string        `json:"tls" doc:"Encryption: mandatory (STARTTLS or nothing), implicit (from the first byte), opportunistic (when the server offers it) or none (for a server of your own)."`
	User     string        `json:"user" doc:"Who logs in; empty where the server asks for nobody."`
	Password Secret        `json:"password" doc:"The user's password."`
	Timeout  time.Duration `json:"timeout" doc:"How long one hand-over may last, 1s to 50s. One that is cut off at its end leaves the outcome unknown: rather too long than too short."`
}

// Way is how e-mails leave: the provider that is named, else the one that has an account. Empty: none does.
func (m Mail) Way() string {
	switch {
	case m.Provider != "":
		return m.Provider
	case m.SendGrid.APIKey != "":
		return MailBySendGrid
	case m.SMTP.Host != "":
		return MailBySMTP
	default:
		return ""
	}
}

// An activity that sends has 60 s, a worker that stops 20 s or more.
const (
	shortestHandOver = time.Second
	longestHandOver  = 50 * time.Second
	stoppingMargin   = 5 * time.Second
)

func (k *checker) mailProvider(m Mail, w Worker) {
	if m.Provider != "" {
		k.oneOf("mail.provider", m.Provider, MailBySendGrid, MailBySMTP, MailBySimulator)
	} else if m.SendGrid.APIKey != "" && m.SMTP.Host != "" {
		k.refuse("mail.provider", "is missing: both SendGrid and a mail server are set, so name the one that sends")
	}
	if m.Provider == MailBySMTP && m.SMTP.Host == "" {
		k.refuse("mail.smtp.host", "is missing: name the mail server that sends")
	}
	k.smtp(m.SMTP)
	if m.Way() == MailBySMTP && m.SMTP.Timeout+stoppingMargin > w.StopTimeout {
		k.refuse("mail.smtp.timeout", "is %s: a worker that stops after %s (worker.stop_timeout) would cut off sends under way; leave it %s less", m.SMTP.Timeout,
			w.StopTimeout, shortDuration(stoppingMargin))
	}
}

func (k *checker) smtp(s SMTP) {
	k.oneOf("mail.smtp.tls", s.TLS, "mandatory", "implicit", "opportunistic", "none")
	if s.Port < 0 || s.Port > 65535 {
		k.refuse("mail.smtp.port", "is %d: a port is 1 to 65535", s.Port)
	}
	if s.Timeout < shortestHandOver || s.Timeout > longestHandOver {
		k.refuse("mail.smtp.timeout", "is %s: it must be %s to %s", s.Timeout, shortDuration(shortestHandOver), shortDuration(longestHandOver))
	}
	switch {
	case s.User != "" && s.Password == "":
		k.refuse("mail.smtp.password", "is missing: the user %s logs in with it", s.User)
	case s.User == "" && s.Password != "":
		k.refuse("mail.smtp.user", "is missing: the password belongs to a user")
	case s.TLS == "none" && s.Password != "" && !isThisMachine(s.Host):
		k.refuse("mail.smtp.tls", "none would carry the password to %s in clear: use mandatory or implicit", s.Host)
	}
}
