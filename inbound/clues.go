package inbound

import (
	"regexp"
	"strings"

	"relance/identifiers"
)

// Clues are what an answer says of what it answers, the surest first.
type Clues struct {
	// Answered are the messages it answers: by a reply address of ours with its proof,
	// or by the IDs it names.
	Answered Named
	// Thread are the messages it names as earlier in the conversation.
	Thread Named
	// Numbers are words that can be invoice numbers, in capitals; References are
	// creditor references (ISO 11649).
	Numbers    []string
	References []string
	// Channel, From and To tell whose answer it is and to whom.
	Channel Channel
	From    string
	To      []string
	// Forged: it came to a reply address whose proof is wrong.
	Forged bool
}

// Named are messages by our ID or by the provider's.
type Named struct {
	MessageIDs  []string
	ProviderIDs []string
}

// IsEmpty reports whether no message is named.
func (n Named) IsEmpty() bool { return len(n.MessageIDs) == 0 && len(n.ProviderIDs) == 0 }

// CluesOf gathers the clues of an answer. The domain and the key are those of
// ReplyAddress; without them no reply address counts.
func CluesOf(a Answer, domain string, key []byte) Clues {
	c := Clues{Channel: a.Channel, From: a.From, To: a.To}
	for _, address := range a.To {
		id, ok, forged := ReadReplyAddress(address, domain, key)
		if ok {
			c.Answered.MessageIDs = append(c.Answered.MessageIDs, id)
		}
		c.Forged = c.Forged || forged
	}
	if len(c.Answered.MessageIDs) == 0 {
		c.Answered = namedBy(append(a.InReplyTo, a.Bounce.Returned...))
	}
	c.Thread = namedBy(a.References)
	text := a.Subject + "\n" + a.Text
	text = text[:min(len(text), maxSearched)]
	c.Numbers = numbersIn(text)
	for _, reference := range identifiers.FindCreditorReferences(text[:min(len(text), maxReferenced)]) {
		c.References = append(c.References, string(reference))
	}
	c.References = c.References[:min(len(c.References), maxNumbers)]
	return c
}

const (
	maxSearched = 64 << 10
	// maxReferenced is less, because every reading of a reference is tried.
	maxReferenced = 16 << 10
	maxNumbers    = 400
)

var uuid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// namedBy reads message IDs. The part before the @ is our ID where we gave the
// mail its Message-ID, and SendGrid's own where SendGrid did; Twilio's SIDs have
// no @.
func namedBy(ids []string) Named {
	var n Named
	for _, id := range ids {
		local, _, _ := strings.Cut(id, "@")
		if uuid.MatchString(local) {
			n.MessageIDs = append(n.MessageIDs, local)
			continue
		}
		n.ProviderIDs = append(n.ProviderIDs, local)
	}
	return n
}

const (
	shortestNumber = 3
	longestNumber  = 60
	// shortestBare is how many digits make a number without letters an invoice number
	// when no word before it says so: shorter ones are amounts and years.
	shortestBare = 6
)

var announcesNumber = regexp.MustCompile(`(?i)^(factures?|facts?|invoices?|inv|bills?|rechnung|n°|nº|no|nr|num|numéro|numero|number|réf|ref|référence|reference)$`)

// numbersIn are the words of a text that can be invoice numbers, in capitals.
func numbersIn(text string) []string {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n\u00a0\u202f:;,=\"'«»<>()[]{}|*", r) })
	var numbers []string
	before := ""
	for _, word := range words {
		word = strings.Trim(word, ".!?-_#/…")
		announced := announcesNumber.MatchString(before)
		for _, mark := range []string{"n°", "N°", "nº", "Nº"} {
			if rest, found := strings.CutPrefix(word, mark); found {
				word, announced = rest, true
			}
		}
		before = word
		if len(word) < shortestNumber && !announced || len(word) > longestNumber || !strings.ContainsAny(word, "0123456789") {
			continue
		}
		bare := strings.Trim(word, "0123456789") == ""
		if word != "" && (!bare || announced || len(word) >= shortestBare) {
			numbers = append(numbers, strings.ToUpper(word))
		}
	}
	numbers = distinct(numbers)
	return numbers[:min(len(numbers), maxNumbers)]
}
