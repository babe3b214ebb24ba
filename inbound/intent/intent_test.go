package intent_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/inbound/intent"
)

// wednesday is the day all answers of the tests come in: 25 November 2026.
var wednesday = calendar.NewDate(2026, time.November, 25)

// spoken is what an answer is recognised as, in short: "paid 2026-11-12 1200.00 EUR ref".
func spoken(found []intent.Intent) string {
	var all []string
	for _, one := range found {
		words := []string{string(one.Kind)}
		if !one.Date.IsZero() {
			words = append(words, one.Date.String())
		}
		if !one.Amount.IsZero() {
			words = append(words, one.Amount.String())
		}
		if one.Reference != "" {
			words = append(words, one.Reference)
		}
		all = append(all, strings.Join(words, " "))
	}
	return strings.Join(all, ", ")
}

func TestAnswersOfDebtorsAreRecognised(t *testing.T) {
	t.Parallel()
	for _, answer := range []struct{ said, means string }{
		// Paid already.
		{"Bonjour,\nNous avons réglé cette facture le 12/11 par virement.\nCordialement", "paid 2026-11-12"},
		{"Bonjour, le virement de 1 200,50 € a été effectué le 20 novembre, référence VIR20261120A.", "paid 2026-11-20 1200.50 EUR VIR20261120A"},
		{"J’ai déjà payé !", "paid"},
		{"Facture déjà réglée, merci de vérifier vos comptes", "paid"},
		{"Facture réglée le 3 novembre", "paid 2026-11-03"},
		{"La facture a été payée lundi.", "paid 2026-11-23"},
		{"Paiement effectué ce jour", "paid 2026-11-25"},
		{"On a payé hier par carte", "paid 2026-11-24"},
		{"We have already paid this invoice on 18 November.", "paid 2026-11-18"},
		{"The payment was made on November 10, 2026 for €1,200.00", "paid 2026-11-10 1200.00 EUR"},
		{"I've paid it yesterday", "paid 2026-11-24"},
		// Not paid, though the words are there.
		{"Je n'ai pas payé car je n'ai pas encore de nouvelles.", ""},
		{"Nous n’avons pas encore réglé cette facture.", ""},
		{"je n ai jamais payé cela", ""},
		{"We have not paid yet.", ""},
		{"We haven't paid the invoice", ""},
		{"Dès que nous aurons payé, nous vous écrirons.", ""},
		{"Avez-vous payé ?", ""},
		// Promises.
		{"Je règle vendredi.", "promise 2026-11-27"},
		{"je regle mercredi", "promise 2026-12-02"},
		{"Nous ferons le virement le 15/12.", "promise 2026-12-15"},
		{"Le paiement sera effectué fin du mois", "promise 2026-11-30"},
		{"Votre facture sera réglée le 5 janvier", "promise 2027-01-05"},
		{"Le virement est prévu pour le 10.", "promise 2026-12-10"},
		{"Je vais payer demain, désolé du retard", "promise 2026-11-26"},
		{"Nous vous réglerons sous 8 jours", "promise 2026-12-03"},
		{"Nous allons procéder au règlement la semaine prochaine", "promise 2026-12-04"},
		{"On vous paye 500 € vendredi", "promise 2026-11-27 500.00 EUR"},
		{"We will pay at the end of the month.", "promise 2026-11-30"},
		{"Payment is scheduled for 15 December", "promise 2026-12-15"},
		{"I'll pay next Friday", "promise 2026-11-27"},
		{"We are going to settle it within two weeks", "promise 2026-12-09"},
		{"Je ne paierai pas vendredi", "dispute"},
		{"We can't pay on Friday", ""},
		// Disputes.
		{"Nous contestons cette facture : la livraison n'est pas conforme.", "dispute"},
		{"Il y a un litige en cours.", "dispute"},
		{"Nous ne contestons pas la facture.", ""},
		{"La marchandise est arrivée cassée", "dispute"},
		{"Nous n'avons jamais reçu les marchandises", "dispute"},
		{"Je n'ai pas été livré", "dispute"},
		{"Je n'ai rien commandé", "dispute"},
		{"Nous attendons un avoir de 150 €", "dispute 150.00 EUR"},
		{"The goods were not received.", "dispute"},
		{"We dispute this invoice, the amount is wrong", "dispute"},
		{"We do not dispute the invoice", ""},
		{"The parts arrived damaged", "dispute"},
		// A copy.
		{"Bonjour, pouvez-vous me renvoyer la facture ?", "copy-wanted"},
		{"Nous n'avons pas reçu cette facture", "copy-wanted"},
		{"Merci de nous transmettre un duplicata", "copy-wanted"},
		{"Could you please send us a copy of the invoice?", "copy-wanted"},
		{"We never received the invoice", "copy-wanted"},
		// A delay.
		{"Serait-il possible d'avoir un délai jusqu'au 15 janvier ?", "delay-wanted 2027-01-15"},
		{"Nous rencontrons des difficultés de trésorerie, peut-on payer en 3 fois ?", "delay-wanted"},
		{"Could we agree on a payment plan?", "delay-wanted"},
		{"Le délai de livraison n'a pas été tenu", ""},
		// The wrong person.
		{"Je ne travaille plus dans cette société.", "wrong-person"},
		{"Vous avez le mauvais numéro", "wrong-person"},
		{"Vous vous trompez de personne", "wrong-person"},
		{"Madame Durand a quitté l'entreprise", "wrong-person"},
		{"Sorry, wrong number", "wrong-person"},
		{"She no longer works here", "wrong-person"},
		// Asked to stop in a sentence: a person decides.
		{"Merci de ne plus m'envoyer de SMS", ""},
		{"Arrêtez de m'envoyer des messages", "stop-asked"},
		{"Do not contact me again", "stop-asked"},
		{"Ne me contactez plus", "stop-asked"},
		// Several things at once.
		{"J'ai payé 300 € le 10/11. Pour le reste il y a un litige.", "paid 2026-11-10 300.00 EUR, dispute"},
		// A procedure.
		{"Société en redressement judiciaire depuis le 12/10, contactez le mandataire", "insolvency 2026-10-12"},
		{"Nous avons déposé le bilan.", "insolvency"},
		{"The company is in administration", "insolvency"},
		// More of the same, otherwise said.
		{"Veuillez trouver ci-joint la preuve de virement", "paid"},
		{"Please find attached the remittance advice", "paid"},
		{"Pouvez-vous nous transmettre l'avis de virement ?", ""},
		{"Le montant n'est pas correct", "dispute"},
		{"Nous avons retourné la marchandise, merci d'établir un avoir.", "dispute"},
		{"Je ne vous dois rien", "dispute"},
		{"Facture non reçue", "copy-wanted"},
		{"Nous ne pouvons pas régler avant le 15 janvier.", "delay-wanted 2027-01-15"},
		{"ok je m'en occupe lundi", "promise 2026-11-30"},
		{"Je suis en arrêt maladie, je paierai dès mon retour.", "promise"},
		{"C'est réglé depuis longtemps !!", "paid"},
		{"Le paiement a été rejeté par la banque", ""},
		{"Will be paid by end of next week", "promise 2026-12-04"},
		{"Bonjour, le règlement est parti vendredi dernier.", "paid 2026-11-20"},
		// Lines that a mail program broke.
		{"Bonjour Madame, je vous confirme que nous avons bien\nréglé cette facture le 12/11 par virement.", "paid 2026-11-12"},
		{"Bonjour Madame, je suis désolé mais nous n'avons pas\nréglé cette facture, elle attend.", ""},
		// Nothing.
		{"Bonjour, bien reçu, merci.", ""},
		{"Ok", ""},
		{"Qui êtes-vous ?", ""},
		{"", ""},
	} {
		got := spoken(intent.Recognise(intent.Message{Said: answer.said, ReceivedOn: wednesday}))
		require.Equal(t, answer.means, got, answer.said)
	}
}

func TestAWordThatAloneAsksToStopIsTakenAtOnce(t *testing.T) {
	t.Parallel()
	for _, said := range []string{"STOP", "stop", "Stop.", " STOPP ", "ARRET", "Arrêt", "STOP 36105", "désinscription", "Désinscription !", "stop sms", "Unsubscribe", "END"} {
		found := intent.Recognise(intent.Message{Said: said, Short: true, ReceivedOn: wednesday})
		require.NotEmpty(t, found, said)
		require.Equal(t, intent.Stop, found[0].Kind, said)
		require.NotEmpty(t, found[0].Words, said)
	}
	for _, said := range []string{
		"Stop, j'ai déjà payé", "non stop", "Je ne veux pas stopper", "the end", "arrêt maladie jusqu'à lundi", "don't stop", "Arrêt de chantier, nous contestons",
	} {
		for _, one := range intent.Recognise(intent.Message{Said: said, Short: true, ReceivedOn: wednesday}) {
			require.NotEqual(t, intent.Stop, one.Kind, said)
		}
	}
	require.Empty(t, intent.Recognise(intent.Message{Said: "end", ReceivedOn: wednesday}), "a word of short messages only")
	require.Equal(t, intent.Stop, intent.Recognise(intent.Message{Said: "laissez-moi", OptOut: "STOP"})[0].Kind, "Twilio took it as a request to stop")
	require.Equal(t, intent.Stop, intent.Recognise(intent.Message{Subject: "Désinscription"})[0].Kind, "a mail without text")
	require.Equal(t, intent.Stop, intent.Recognise(intent.Message{Said: "STOP\n\nJean Martin"})[0].Kind, "a signature under it")
}

func TestAWordThatAloneTakesAStopBackCountsInAShortMessageOnly(t *testing.T) {
	t.Parallel()
	for _, said := range []string{"START", "start.", " Unstop "} {
		found := intent.Recognise(intent.Message{Said: said, Short: true, ReceivedOn: wednesday})
		require.Len(t, found, 1, said)
		require.Equal(t, intent.Start, found[0].Kind, said)
	}
	require.Equal(t, intent.Start, intent.Recognise(intent.Message{Said: "oui", OptOut: "START"})[0].Kind, "Twilio took it as one")
	for _, said := range []string{"yes", "oui", "start\nwe start on Monday", "we start on Monday", "STOP"} {
		for _, one := range intent.Recognise(intent.Message{Said: said, Short: true, ReceivedOn: wednesday}) {
			require.NotEqual(t, intent.Start, one.Kind, said)
		}
	}
	require.Empty(t, intent.Recognise(intent.Message{Said: "start", ReceivedOn: wednesday}), "not in a mail")
}

func TestAnAutomaticReplyIsNothingElse(t *testing.T) {
	t.Parallel()
	found := intent.Recognise(intent.Message{
		Said: "Je suis absent. Je serai de retour le 07/12. Nous avons réglé toutes les factures.", Automatic: "Auto-Submitted", ReceivedOn: wednesday,
	})
	require.Len(t, found, 1)
	require.Equal(t, "automatic 2026-12-07", spoken(found))
	require.Equal(t, "Auto-Submitted", found[0].Rule)
}

func TestAnAutomaticReplySaysWhatStaysAsItIs(t *testing.T) {
	t.Parallel()
	for said, means := range map[string]string{
		"Mme Durand ne fait plus partie de la société, écrivez à compta@durand.example.": "automatic, wrong-person",
		"Je ne fais plus partie des effectifs de la société Martin.":                     "automatic, wrong-person",
		"Paul Roy ne travaille plus chez Martin SA.":                                     "automatic, wrong-person",
		"M. Roy n'est plus dans nos effectifs depuis le 1er octobre.":                    "automatic, wrong-person",
		"J'ai quitté la société.":                                                        "automatic, wrong-person",
		"Bonjour, cette adresse mail n'est plus utilisée.":                               "automatic, wrong-person",
		"Jane no longer works here. Please contact accounts@martin.example.":             "automatic, wrong-person",
		"Jane Roy has left the company.":                                                 "automatic, wrong-person",
		"This mailbox is no longer monitored.":                                           "automatic, wrong-person",
		"La société est en liquidation judiciaire, contactez le liquidateur.":            "automatic, insolvency",
		"The company is in administration.":                                              "automatic, insolvency",
		// Away for a while, or a receipt.
		"Je suis absent. En cas d'urgence, merci de contacter ma collègue ou le service comptabilité.": "automatic",
		"Je ne traiterai pas votre message avant mon retour le 07/12.":                                 "automatic 2026-12-07",
		"Le téléphone est plus adapté pour les demandes urgentes.":                                     "automatic",
		"Je ne suis pas au bureau aujourd'hui. Nous contestons toute facture.":                         "automatic",
		"I am out of office until 7 December, please contact Jane in administration.":                  "automatic 2026-12-07",
		"Nous avons bien reçu votre message et payé votre facture.":                                    "automatic",
		"Please do not reply: this mailbox is not monitored.":                                          "automatic",
	} {
		require.Equal(t, means, spoken(intent.Recognise(intent.Message{Said: said, Automatic: "Auto-Submitted", ReceivedOn: wednesday})), said)
	}
	report := intent.Recognise(intent.Message{Said: "The user no longer works here.", Automatic: "multipart/report", Report: true, ReceivedOn: wednesday})
	require.Equal(t, "automatic", spoken(report), "what a mail server says of a mail")
}

func TestTheWordsAreThoseOfTheAnswer(t *testing.T) {
	t.Parallel()
	found := intent.Recognise(intent.Message{Said: "Bonjour. Ça y est : J’ai déjà RÉGLÉ la facture.", ReceivedOn: wednesday})
	require.Len(t, found, 1)
	require.Equal(t, "J'ai déjà RÉGLÉ", found[0].Words)
	require.Equal(t, "paid (French)", found[0].Rule)
}

func TestDatesAreCountedFromTheDayOfTheAnswer(t *testing.T) {
	t.Parallel()
	for said, date := range map[string]string{
		"le 15/12/2026": "2026-12-15", "le 15.12.26": "2026-12-15", "2026-12-15": "2026-12-15", "le 15": "2026-12-15", "le 30": "2026-11-30",
		"le 1er décembre": "2026-12-01", "December 1st": "2026-12-01", "le 2 janvier": "2027-01-02", "fin décembre": "2026-12-31", "fin novembre": "2026-11-30",
		"fin du mois prochain": "2026-12-31", "début du mois prochain": "2026-12-01", "après-demain": "2026-11-27", "sous quinzaine": "2026-12-10",
		"dans une semaine": "2026-12-02", "d'ici 3 jours": "2026-11-28", "cette semaine": "2026-11-27", "le 31/02": "", "le 45": "", "le 12/25": "2026-12-25",
	} {
		found := intent.Recognise(intent.Message{Said: "We will pay: " + said, ReceivedOn: wednesday})
		require.NotEmpty(t, found, said)
		require.Equal(t, date, found[0].Date.String(), said)
	}
}

func TestAnyTextIsReadWithoutHarm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.String().Draw(t, "said") + rapid.SampledFrom([]string{"", " j'ai payé", "\nSTOP", " İstanbul payé ǅ"}).Draw(t, "more")
		for _, one := range intent.Recognise(intent.Message{Said: said, Subject: rapid.String().Draw(t, "subject"), ReceivedOn: wednesday}) {
			require.NotEmpty(t, one.Rule)
			require.LessOrEqual(t, len([]rune(one.Words)), 100)
		}
	})
}
