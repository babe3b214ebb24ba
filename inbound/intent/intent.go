// Package intent recognises by words what a debtor's answer is about: that it has
// paid, disputes, promises a date, asks for something. Every rule has a name, and
// every result says which words it was recognised by, so that a person can judge
// it at a glance. Only a plain request to stop (Stop), and the one that takes it back
// (Start), may be acted on without a person; everything else is a proposal.
package intent

import (
	"relance/calendar"
	"relance/money"
)

// Kind is what an answer is about.
type Kind string

// The kinds of intents.
const (
	// Stop: a keyword alone asks not to be written to over this channel any more.
	Stop Kind = "stop"
	// Start: a keyword alone in a short message takes Stop back.
	Start Kind = "start"
	// StopAsked: a sentence asks for it.
	StopAsked Kind = "stop-asked"
	// Automatic: no person wrote it.
	Automatic Kind = "automatic"
	Paid      Kind = "paid"
	// Insolvency: a procedure is open; reminders have to stop, and the claim be declared.
	Insolvency  Kind = "insolvency"
	Dispute     Kind = "dispute"
	WrongPerson Kind = "wrong-person"
	Promise     Kind = "promise"
	DelayWanted Kind = "delay-wanted"
	CopyWanted  Kind = "copy-wanted"
)

// Kinds lists the kinds of intents, what weighs most first.
func Kinds() []Kind {
	return []Kind{Stop, Start, StopAsked, Automatic, Paid, Insolvency, Dispute, WrongPerson, Promise, DelayWanted, CopyWanted}
}

// Intent is one thing an answer is about.
type Intent struct {
	Kind Kind `json:"kind"`
	// Rule names the rule that recognised it.
	Rule string `json:"rule"`
	// Words are the words of the answer it was recognised by.
	Words string `json:"words,omitempty"`
	// Date is the day that is promised, or was paid on, or of the return.
	Date calendar.Date `json:"date,omitzero"`
	// Amount is the amount that is named, without one when the currency is not.
	Amount money.Amount `json:"amount,omitzero"`
	// Reference is the reference of a payment, as it was written.
	Reference string `json:"reference,omitempty"`
}

// Lasting are the rules by which an automatic reply says what stays as it is, so that a
// person has to know; none for one that says who is away.
func Lasting(found []Intent) []string {
	var rules []string
	for _, one := range found {
		if one.Kind == WrongPerson || one.Kind == Insolvency {
			rules = append(rules, one.Rule)
		}
	}
	return rules
}

// Message is an answer as the rules see it.
type Message struct {
	Subject string
	// Said is what the sender wrote, without what it quotes.
	Said string
	// Short: it came as a short message, where one word is a command.
	Short bool
	// OptOut is Twilio's OptOutType.
	OptOut string
	// Automatic is the sign by which it is known that no person wrote it.
	Automatic string
	// Report: a mail server wrote it about a mail.
	Report bool
	// ReceivedOn is the day in the debtor's zone from which "Friday" counts.
	ReceivedOn calendar.Date
}

// Recognise gives what a message is about, at most once for each kind, in the
// order of Kinds. What no person wrote is Automatic, and beside that only what stays as
// it is: that somebody has left, that a procedure is open (see Lasting).
func Recognise(m Message) []Intent {
	text := readable(m.Said)
	if m.Automatic != "" {
		found := Intent{Kind: Automatic, Rule: m.Automatic}
		for _, sentence := range text.sentences() {
			if returns.MatchString(sentence.folded) {
				found.Date, found.Words = dateIn(sentence.folded, m.ReceivedOn, ahead), sentence.words(returns)
			}
		}
		if m.Report {
			return []Intent{found}
		}
		return append([]Intent{found}, recogniseAll(text, m.ReceivedOn, lastingRules())...)
	}
	var found []Intent
	if rule, words, is := asksToStop(m, text); is {
		found = append(found, Intent{Kind: Stop, Rule: rule, Words: words})
	}
	if rule, words, is := asksToStart(m); is {
		found = append(found, Intent{Kind: Start, Rule: rule, Words: words})
	}
	return append(found, recogniseAll(text, m.ReceivedOn, rules())...)
}

func recogniseAll(text prose, received calendar.Date, by []rule) []Intent {
	var found []Intent
	for _, kind := range Kinds() {
		if one, is := recognise(kind, text, received, by); is {
			found = append(found, one)
		}
	}
	return found
}

// recognise looks for the first sentence in which a rule of the kind holds.
func recognise(kind Kind, text prose, received calendar.Date, by []rule) (Intent, bool) {
	sentences := text.sentences()
	for _, rule := range by {
		if rule.kind != kind {
			continue
		}
		for i, sentence := range sentences {
			if !rule.holds(sentence.folded) {
				continue
			}
			found := Intent{Kind: kind, Rule: rule.name, Words: sentence.words(rule.says)}
			found.learn(sentence, received)
			if found.Date.IsZero() && i+1 < len(sentences) && kind == Promise {
				found.Date = dateIn(sentences[i+1].folded, received, ahead)
			}
			if kind == Promise && found.Date < received {
				found.Date = 0
			}
			return found, true
		}
	}
	return Intent{}, false
}

// learn takes from the sentence what is stated beside the intent.
func (i *Intent) learn(s sentence, received calendar.Date) {
	switch i.Kind {
	case Paid:
		i.Date = dateIn(s.folded, received, behind)
		i.Amount, i.Reference = amountIn(s.folded), referenceIn(s.text)
	case Insolvency:
		i.Date = dateIn(s.folded, received, behind)
	case Promise, DelayWanted:
		i.Date, i.Amount = dateIn(s.folded, received, ahead), amountIn(s.folded)
	case Dispute:
		i.Amount = amountIn(s.folded)
	default:
	}
}
