package activities

import (
	"strings"

	"relance/casefile"
	"relance/collection"
)

// whereToLook says where a person finds out whether a provider has a message.
type whereToLook struct{ name, at, nom, ou string }

var placesToLook = map[collection.Channel]whereToLook{
	collection.ChannelEmail: {
		"e-mail", "the mail provider's own list (SendGrid: Email Activity, by recipient) or the log of the mail server (by the ID of the message)",
		"e-mail", "la liste du prestataire (SendGrid : Email Activity, par destinataire) ou le journal du serveur de messagerie (par l’identifiant du message)",
	},
	collection.ChannelSMS: {
		"SMS", "Twilio's list of messages (Monitor, Logs, by recipient)",
		"SMS", "la liste des messages de Twilio (Monitor, Logs, par destinataire)",
	},
	collection.ChannelWhatsApp: {
		"WhatsApp message", "Twilio's list of messages (Monitor, Logs, by recipient)",
		"message WhatsApp", "la liste des messages de Twilio (Monitor, Logs, par destinataire)",
	},
}

// doubtfulTask asks a person what became of the messages of a step that may have arrived:
// where to look, and how to answer, in English and in French.
func doubtfulTask(file casefile.File, order TaskOrder, task casefile.TaskOrder) casefile.TaskOrder {
	var english, french strings.Builder
	for _, message := range file.Messages {
		place, known := placesToLook[message.Channel]
		if !message.IsDoubtful() || !known || message.Step != order.Step || message.Round != order.Round || message.Try != order.Try {
			continue
		}
		left := message.BusinessAt.In(file.Case.Window.Zone.Location()).Format("2006-01-02 15:04")
		named := strings.NewReplacer("{step}", order.Step, "{id}", message.ID, "{at}", left, "{case}", order.Creditor+"/"+order.Invoice,
			"{name}", place.name, "{place}", place.at, "{nom}", place.nom, "{lieu}", place.ou)
		english.WriteString(named.Replace("The {name} of the step {step} ({at}, message {id}) may have arrived: the provider never said whether it took it. " +
			"It is not sent again by itself. Look in {place}, or ask the debtor, then answer. It has arrived, so that the step is done and the ladder goes on: " +
			"relance resolve {case} {id} --outcome arrived. It has not, and is to be sent once more: relance resolve {case} {id} --outcome lost. " +
			"Over HTTP: POST /v1/cases/{case}/messages/{id}/resolution.\n"))
		french.WriteString(named.Replace("Le {nom} de l’étape {step} ({at}, message {id}) est peut-être arrivé : le prestataire n’a jamais dit s’il l’avait pris. " +
			"Il n’est pas renvoyé automatiquement. Regardez dans {lieu}, ou demandez au débiteur, puis répondez. Il est arrivé, l’étape est faite et le scénario continue : " +
			"relance resolve {case} {id} --outcome arrived. Il n’est pas arrivé et doit partir une seconde fois : relance resolve {case} {id} --outcome lost. " +
			"Par HTTP : POST /v1/cases/{case}/messages/{id}/resolution.\n"))
	}
	if english.Len() == 0 {
		return task // its outcome has become known meanwhile
	}
	task.Title = "Find out whether the message of the step " + order.Step + " has arrived"
	task.Detail = strings.TrimSuffix(english.String()+french.String(), "\n")
	return task
}
