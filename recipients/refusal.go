package recipients

import (
	"fmt"
	"strconv"
	"strings"

	"relance/collection"
)

// Code is why nobody is written to.
type Code string

// The codes of a Refusal.
const (
	// Nobody: no contact, or no postal address, fits.
	Nobody Code = "nobody"
	// Ambiguous: two contacts fit equally well.
	Ambiguous Code = "ambiguous"
	// OptedOut: whoever fits has asked not to be written to by this channel.
	OptedOut Code = "opted-out"
	// AddressInvalid: nothing arrives at the address of whoever fits.
	AddressInvalid Code = "address-invalid"
)

// Refusal is why nobody is written to by a channel, and what to correct. It names
// contacts by their ID and role only, because it travels to the workflow.
type Refusal struct {
	Code    Code
	Channel collection.Channel
	// Contacts are the IDs of those it is about, in order.
	Contacts []int64
	words    Words
}

// Error is the refusal in English.
func (r *Refusal) Error() string { return r.words.English }

// French is the refusal in French.
func (r *Refusal) French() string { return r.words.French }

func (q Question) refuse(code Code, contacts []int64, words Words) *Refusal {
	return &Refusal{Code: code, Channel: q.Channel, Contacts: contacts, words: words}
}

func (q Question) withoutAddress() *Refusal {
	return q.refuse(Nobody, nil, Words{
		"the debtor has no complete postal address: add street and city",
		"le débiteur n’a pas d’adresse postale complète : ajoutez la rue et la ville",
	})
}

func (q Question) withoutParent() *Refusal {
	return q.refuse(Nobody, nil, Words{
		fmt.Sprintf("the messages of the debtor go to its parent %s, which is not known: import that debtor, or have the messages sent to the debtor itself", q.Debtor.Parent),
		fmt.Sprintf("les messages du débiteur vont à sa maison mère %s, qui n’est pas connue : importez ce débiteur, ou adressez les messages au débiteur lui-même", q.Debtor.Parent),
	})
}

// nobody tells for each contact what is in the way. The code is that of the first
// choice of the step that would do, but for its wish or its address.
func (q Question) nobody(step collection.Step, others []hindered) *Refusal {
	code, first := Nobody, len(usualOrder)
	for _, other := range others {
		kind, known := map[obstacle]Code{addressInvalid: AddressInvalid, optedOut: OptedOut}[other.by]
		if p := place(step, other.Role); known && p < first {
			code, first = kind, p
		}
	}
	var ids []int64
	var english, french []string
	for _, other := range others {
		ids = append(ids, other.ID)
		words := q.inTheWay(other)
		english, french = append(english, other.anonymous().English+" "+words.English), append(french, other.anonymous().French+" "+words.French)
	}
	what := channelWords[q.Channel]
	words := Words{
		"no contact of the debtor can be written to by " + what.English, "aucun contact du débiteur ne peut être joint par " + what.French,
	}
	if len(others) > 0 {
		words.English += " (" + strings.Join(english, "; ") + ")"
		words.French += " (" + strings.Join(french, " ; ") + ")"
	}
	words.English += ": add a contact with " + addressWords[q.Channel].English + ", or correct one"
	words.French += " : ajoutez un contact avec " + addressWords[q.Channel].French + ", ou corrigez-en un"
	return q.refuse(code, ids, words)
}

func (q Question) ambiguous(rivals []candidate) *Refusal {
	var ids []int64
	var names []string
	for _, rival := range rivals {
		ids = append(ids, rival.ID)
		names = append(names, strconv.FormatInt(rival.ID, 10))
	}
	what, role := channelWords[q.Channel], roleWords(rivals[0].Role)
	return q.refuse(Ambiguous, ids, Words{
		fmt.Sprintf("the contacts %s fit equally well by %s (%s): mark one of them as preferred, give them different roles or scopes, or retire who has left",
			strings.Join(names, ", "), what.English, role.English),
		fmt.Sprintf("les contacts %s conviennent aussi bien l’un que l’autre par %s (%s) : désignez le contact préféré, donnez-leur des rôles ou des périmètres différents, ou retirez qui est parti",
			strings.Join(names, ", "), what.French, role.French),
	})
}
