package recipients

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"relance/collection"
)

var channelWords = map[collection.Channel]Words{
	collection.ChannelEmail:            {"e-mail", "e-mail"},
	collection.ChannelSMS:              {"SMS", "SMS"},
	collection.ChannelWhatsApp:         {"WhatsApp", "WhatsApp"},
	collection.ChannelRegisteredLetter: {"registered letter", "lettre recommandée"},
	collection.ChannelLetter:           {"letter", "lettre"},
}

var addressWords = map[collection.Channel]Words{
	collection.ChannelEmail:    {"an e-mail address", "une adresse e-mail"},
	collection.ChannelSMS:      {"a mobile number", "un numéro de mobile"},
	collection.ChannelWhatsApp: {"a mobile number", "un numéro de mobile"},
}

var lackingWords = map[collection.Channel]Words{
	collection.ChannelEmail:    {"has no e-mail address", "n’a pas d’adresse e-mail"},
	collection.ChannelSMS:      {"has no mobile number", "n’a pas de numéro de mobile"},
	collection.ChannelWhatsApp: {"has no mobile number", "n’a pas de numéro de mobile"},
}

var letterWords = Words{
	"The letter goes to the debtor itself, who has to be put on notice.",
	"La lettre est adressée au débiteur lui-même, qui doit être mis en demeure.",
}

// roleWords name a role in the middle of a sentence.
func roleWords(role collection.Role) Words {
	if words, known := map[collection.Role]Words{
		"":                             {"a contact without a role", "un contact sans rôle"},
		collection.RoleAccountsPayable: {"accounts payable", "la comptabilité fournisseurs"},
		collection.RoleBuyer:           {"the buyer", "l’acheteur"},
		collection.RoleDirector:        {"the director", "la direction"},
		collection.RoleSales:           {"sales", "le service commercial"},
		collection.RoleLegal:           {"legal", "le service juridique"},
		collection.RoleEInvoicing:      {"the address for e-invoices", "l’adresse de facturation électronique"},
		collection.RoleOther:           {"another function", "une autre fonction"},
		collection.RoleSalesperson:     {"the salesperson", "le commercial"},
		collection.RoleAccountant:      {"the accountant", "le comptable"},
		collection.RoleManager:         {"the manager", "le responsable"},
		collection.RoleOwner:           {"the owner", "le dirigeant"},
	}[role]; known {
		return words
	}
	return Words{"the role " + string(role), "le rôle " + string(role)}
}

// name is what a person at the creditor knows the contact by.
func (c Contact) name() string {
	return cmp.Or(c.Name, c.Email, c.Phone, "contact "+strconv.FormatInt(c.ID, 10))
}

// anonymous names the contact without personal data.
func (c Contact) anonymous() Words {
	words := Words{fmt.Sprintf("contact %d", c.ID), fmt.Sprintf("le contact %d", c.ID)}
	if c.Role != "" {
		words.English += ", " + roleWords(c.Role).English + ","
		words.French += ", " + roleWords(c.Role).French + ","
	}
	return words
}

// inTheWay is why a contact is not written to.
func (q Question) inTheWay(other hindered) Words {
	channel := channelWords[q.Channel]
	switch other.by {
	case notYetThere:
		return Words{"begins on " + other.ValidFrom.String(), "arrive le " + other.ValidFrom.French()}
	case hasLeft:
		return Words{"left after " + other.ValidUntil.String(), "est parti après le " + other.ValidUntil.French()}
	case otherScope:
		return Words{"speaks for other invoices only", "ne parle que pour d’autres factures"}
	case otherRole:
		return Words{"has a role that this step does not write to", "a un rôle auquel cette étape n’écrit pas"}
	case notThisWay:
		return Words{"may not be written to by " + channel.English, "ne doit pas être joint par " + channel.French}
	case noAddress:
		return lackingWords[q.Channel]
	case addressInvalid:
		if isToPhone(q.Channel) {
			return Words{"cannot be reached by " + channel.English + " at its number: correct it", "n’est pas joignable par " + channel.French + " à son numéro : corrigez-le"}
		}
		return Words{"cannot be reached at its address: correct it", "n’est pas joignable à son adresse : corrigez-la"}
	default:
		return Words{"asked not to be written to by " + channel.English, "a demandé à ne plus être joint par " + channel.French}
	}
}

// explain tells why the best was chosen, and what else the message has.
func (q Question) explain(step collection.Step, choice Choice, best candidate, fits []candidate, others []hindered, unknownSender bool) Words {
	sentences := []Words{q.whyBest(step, best, fits)}
	add := func(english, french string) { sentences = append(sentences, Words{english, french}) }
	if q.Debtor.Parent != "" {
		add(fmt.Sprintf("The messages of the debtor go to its parent %s.", q.Debtor.Parent),
			fmt.Sprintf("Les messages du débiteur vont à sa maison mère %s.", q.Debtor.Parent))
	}
	for _, other := range others {
		if p := place(step, other.Role); p >= 0 && p <= best.fit.role && slices.Contains([]obstacle{hasLeft, addressInvalid, optedOut, notThisWay}, other.by) {
			words := q.inTheWay(other)
			add(other.name()+" is passed over: "+words.English+".", other.name()+" est écarté : "+words.French+".")
		}
	}
	if role, from, later := q.laterRole(step); later {
		add(fmt.Sprintf("%s is written to only from step %s on.", capital(roleWords(role).English), from),
			fmt.Sprintf("%s n’est sollicité(e) qu’à partir de l’étape %s.", capital(roleWords(role).French), from))
	}
	for _, c := range choice.Copies {
		name := cmp.Or(c.Name, c.Email)
		add(fmt.Sprintf("Copy to %s, %s.", name, roleWords(c.Role).English), fmt.Sprintf("Copie à %s, %s.", name, roleWords(c.Role).French))
	}
	switch {
	case choice.Sender.Email != "":
		name := cmp.Or(choice.Sender.Name, choice.Sender.Email)
		add(fmt.Sprintf("Sent in the name of %s, %s.", name, roleWords(choice.Sender.Role).English),
			fmt.Sprintf("Envoyé au nom de %s, %s.", name, roleWords(choice.Sender.Role).French))
	case unknownSender:
		add(fmt.Sprintf("Not exactly one colleague is known as %s: the creditor's own sender writes.", step.Sender),
			fmt.Sprintf("Aucun collègue unique n’est connu comme %s : l’expéditeur habituel écrit.", roleWords(step.Sender).French))
	}
	var words Words
	for i, sentence := range sentences {
		if i > 0 {
			words.English, words.French = words.English+" ", words.French+" "
		}
		words.English, words.French = words.English+sentence.English, words.French+sentence.French
	}
	return words
}

// whyBest is the sentence about the one it is written to.
func (q Question) whyBest(step collection.Step, best candidate, fits []candidate) Words {
	name := best.name()
	written := Words{"Written to " + name, "Adressé à " + name}
	if len(fits) == 1 {
		var role, roleFR string
		if best.Role != "" {
			role, roleFR = ", "+roleWords(best.Role).English, ", "+roleWords(best.Role).French
		}
		channel := channelWords[q.Channel]
		return Words{
			written.English + role + ", the only one who can be written to by " + channel.English + ".",
			written.French + roleFR + ", seul contact joignable par " + channel.French + ".",
		}
	}
	role := roleWords(best.Role)
	why := Words{"because " + role.English + " comes first", "parce que " + role.French + " vient en premier"}
	if best.fit.role > 0 {
		first := roleWords(order(step)[0])
		why = Words{
			fmt.Sprintf("because nobody of %s can be written to and %s comes next", first.English, role.English),
			fmt.Sprintf("parce que personne (%s) n’est joignable et que vient ensuite : %s", first.French, role.French),
		}
	}
	// The best comes first, and who it was preferred to, if anybody of its role, next.
	if second := fits[1].fit; second.role == best.fit.role {
		switch {
		case second.general != best.fit.general:
			why.English += ", and speaks for " + best.Scope
			why.French += ", et parle pour " + best.Scope
		case second.notPreferred != best.fit.notPreferred:
			why.English += ", and is the preferred contact"
			why.French += ", et est le contact préféré"
		case second.notByThisChannel != best.fit.notByThisChannel:
			why.English += ", and prefers " + channelWords[q.Channel].English
			why.French += ", et préfère " + channelWords[q.Channel].French
		}
	}
	return Words{written.English + " " + why.English + ".", written.French + " " + why.French + "."}
}

// laterRole is a role that the debtor has and that only a later step writes to.
func (q Question) laterRole(step collection.Step) (role collection.Role, from string, later bool) {
	if len(step.To) == 0 {
		return "", "", false
	}
	here := slices.IndexFunc(q.Strategy.Steps, func(s collection.Step) bool { return s.Key == step.Key })
	for _, next := range q.Strategy.Steps[here+1:] {
		for _, role := range next.To {
			has := slices.ContainsFunc(q.Contacts, func(c Contact) bool { return c.Role == role })
			if has && !slices.Contains(step.To, role) {
				return role, next.Key, true
			}
		}
	}
	return "", "", false
}

func capital(text string) string {
	for i, letter := range text {
		return strings.ToUpper(string(letter)) + text[i+len(string(letter)):]
	}
	return text
}
