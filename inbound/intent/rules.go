package intent

import (
	"regexp"
	"strings"
	"sync"
)

// rule is one way of saying something. It holds in a sentence that has words of
// says and none of unless. Both are written without accents and in small letters.
type rule struct {
	kind   Kind
	name   string
	says   *regexp.Regexp
	unless *regexp.Regexp
}

func (r rule) holds(sentence string) bool {
	return r.says.MatchString(sentence) && (r.unless == nil || !r.unless.MatchString(sentence))
}

// The words that turn a statement about a payment around.
const (
	notYetFR = `\b(pas|jamais|aucun|aucune|ni|sans|impossible|sera|seront|serait|aurai|aurons|etre|soit|si|quand|des que|lorsque|apres avoir|avez)\b`
	notYetEN = `\b(not|never|nothing|cannot|can't|unable|yet to|will|would|if|once|when|until|to be)\b|n't\b`
)

// wording is a rule as it is written.
type wording struct {
	kind         Kind
	name         string
	says, unless string
}

// lasting are the rules for what stays as it is: they are tried before the others of
// their kind, and hold in an automatic reply as well. A note that somebody is away for a
// while, and whom to turn to until then, shall not be among them.
var lasting = []wording{
	{Insolvency, "insolvency (French)", `\b(liquidation|redressement|sauvegarde) judiciaire\b|\bprocedure (collective|de sauvegarde)\b|\b(mandataire|liquidateur|administrateur) judiciaire\b|\bcessation (des|de) paiements?\b|\ben (liquidation|redressement)\b|\bdepot de bilan\b|\bdepose (le |son |notre )?bilan\b|\bsurendettement\b`, ``},
	{Insolvency, "insolvency (English)", `\b(bankrupt|bankruptcy|insolvent|insolvency|in (liquidation|receivership)|liquidator|court-appointed administrator)\b|\b(company|business|firm|limited|ltd|plc|we) (\S+ ){0,3}in administration\b`, `\b(not|avoid)\b`},

	{WrongPerson, "has left (French)", `\b(travaille|travaillons|fais|fait|faisons) plus (\S+ ){0,2}(partie?|chez|dans|a la|ici|pour|salariee?)\b|\bn'est (desormais |aujourd'hui )?plus (\S+ )?(chez (nous|\S+)|dans (la|l'|notre|nos) ?(societe|entreprise|effectifs?|equipes?|groupe)|a la societe|salariee?|employee?|collaborat(eur|rice)|en poste)\b|\b(a|ai|ont|avons) (definitivement )?quitte (la |l'|notre |le |nos |ses |mes )(societe|entreprise|service|groupe|cabinet|effectifs?|fonctions?)\b|\b(partie?|depart) (en|a la) retraite\b`, ``},
	{WrongPerson, "has left (English)", `\bno longer (works?|working|with|employed|at|part of|an employee)\b|\b(has|have|i've) left (the |our )?(company|firm|business|organi[sz]ation|group)\b|\bleft the (company|firm|business|organi[sz]ation)\b`, ``},
	{WrongPerson, "address given up (French)", `\b(adresse|boite|messagerie|e-?mail|mail|courriel)s? (\S+ ){0,4}n'est (desormais )?plus (active?|valide|utilisee?|relevee?|consultee?|surveillee?|lue?|attribuee?|en service)\b`, ``},
	{WrongPerson, "address given up (English)", `\b(address|mailbox|inbox|e-?mail|account) (\S+ ){0,4}(is|are) no longer (active|valid|in use|used|monitored|checked|read)\b`, ``},
}

// written are the other rules in the order in which they are tried for each kind.
var written = []wording{
	{Paid, "paid (French)", `\b(j'ai|nous avons|on a|avons|ai|avait|a) (bien |deja |donc |tout )*(paye|regle|vire|solde|acquitte|effectue (le|ce|un|notre|votre|mon) (paiement|virement|reglement)|procede au (paiement|virement|reglement)|fait (le|un|ce|notre) (virement|paiement|reglement|cheque)|envoye (le|un|notre|mon) (virement|paiement|reglement|cheque))`, notYetFR},
	{Paid, "it was paid (French)", `\b(deja |bien )*(ete |est |sont )?(deja |bien )*(payee?s?|reglee?s?|soldee?s?|acquittee?s?)( le| par| en date| depuis| ce jour| hier| lundi| mardi| mercredi| jeudi| vendredi)\b|\b(a|ont) (bien |deja )*ete (bien |deja )*(payee?s?|reglee?s?|soldee?s?|acquittee?s?)\b|\bdeja (payee?s?|reglee?s?|soldee?s?|acquittee?s?)\b|\b(facture|facturations?|est|sont) (deja |bien )*(payee?s?|reglee?s?|soldee?s?)\b`, notYetFR + `|\b(je|on|j') ?(vous |le |la |les )*(regle|paye|solde)\b`},
	{Paid, "a payment left (French)", `\b(virement|paiement|reglement|cheque)s? (\S+ ){0,6}?(a ete |ont ete |est |deja |bien )*(effectue|parti|emis|envoye|execute|fait|passe|poste)e?s?\b|\b(vous|le) (\S+ )?(paiement|virement|reglement) est parti\b`, notYetFR + `|\b(prevu|programme)`},
	{Paid, "sends a proof (French)", `\b(preuve|avis|justificatif|ordre|attestation|copie|confirmation) (de |du |d')(votre |notre |mon )?(virement|paiement|reglement)\b`, `\b(envoyer|envoyez|transmettre|transmettez|attente|attendons|avez)\b`},
	{Paid, "paid (English)", `\b(we|i|we've|i've|have|has|was|were|been|already|is) (already |just |been |fully )*(paid|settled|wired|transferred)\b|\bpaid (it |this |that |the |your |in full|on |last |by |via |yesterday)`, notYetEN},
	{Paid, "a payment left (English)", `\b(payment|transfer|wire|cheque|check)s? (\S+ ){0,6}?(was|were|has been|have been|is) (already |just )*(made|sent|done|processed|executed|issued|completed|posted)\b|\b(made|sent|processed) (the|a|this|your|our) (payment|transfer|wire|cheque|check)\b`, notYetEN},

	{Paid, "sends a proof (English)", `\b(proof of payment|remittance advice|payment (confirmation|advice)|confirmation of (the |our )?(payment|transfer))\b`, `\b(send us|need|waiting|require)\b`},

	{Insolvency, "in administration (English)", `\bin administration\b`, `\b(not|avoid)\b`},

	{Dispute, "says so (French)", `\b(litiges?|conteste|contestons|contestation|desaccord|reclamation)\b|\bpas d'accord\b`, `\b(ne|n'|pas de|aucune?|sans) ?(le |la |les |l'|pas )*(litige|conteste|contestons|contestation|desaccord|reclamation)`},
	{Dispute, "not as ordered (French)", `\b(non|pas) ?-?(conformes?)\b|\b(defectueu(x|se|ses)|abimee?s?|cassee?s?|endommagee?s?|malfacons?|incomplete?s?|manquante?s?|erronee?s?)\b|\b(pas|in)\s?(correcte?s?|exacte?s?)\b|\b(retourne|renvoye|retournons) (\S+ ){0,2}(marchandises?|colis|produits?|materiel)\b|\bne correspond(ent)? pas\b|\bne fonctionne(nt)? pas\b|\berreur (sur|dans|de) (la|votre|cette|le|montant|prix|facturation)`, ``},
	{Dispute, "not received or ordered (French)", `\b(jamais|pas|rien) (encore )?(ete )?(recue?s?|livree?s?|commandee?s?|effectuee?s?|realisee?s?|termine?e?s?)\b|\bjamais (passe|fait) (de |cette )?commande\b`, `\b(pas|jamais) (encore )?(recue?s?) (\S+ ){0,4}(factures?|mails?|courriers?|relances?|rappels?|copie|rib|avoir)|\b(facture|mail|courrier|relance|copie)s? (\S+ ){0,4}(pas|jamais) (encore )?(ete )?recue?s?|\b(virement|paiement|reglement)s? (\S+ ){0,6}(pas|jamais)|\b(pas|jamais) (encore )?(ete )?effectuee?s? (\S+ ){0,3}(virement|paiement|reglement)`},
	{Dispute, "refuses to pay (French)", `\brefus(e|ons) de (payer|regler)\b|\bne (le |la |les |vous )?(paierai|payerai|paierons|payerons|reglerai|reglerons|paierai|payons|reglons) (pas|rien)\b|\bne (vous |lui )?(dois|devons|doit) (rien|pas)\b|\bobjet d'un avoir\b|\b(etablir|emettre|faire|recevoir) un avoir\b|\bavoir (en attente|attendu|a recevoir|promis)\b|\battend(s|ons) (un|votre|l'|notre|toujours un) ?avoir\b`, ``},
	{Dispute, "says so (English)", `\b(dispute|disputed|disputing|disagree|complaint|contest)\b`, `\b(no|not|don't|do not) (\S+ )?(dispute|disputing|contest)`},
	{Dispute, "not as ordered (English)", `\b(damaged|defective|faulty|broken|incomplete|missing (parts?|items?|goods)|not (as )?(agreed|ordered|described)|(wrong|incorrect) (amount|price|quantity|invoice|goods|items?))\b|\bdoes(n't| not) (work|match)\b|\b(amount|price|invoice|quantity) is (wrong|incorrect)\b`, ``},
	{Dispute, "not received or ordered (English)", `\b(not|never|n't|nothing) (yet )?(been )?(receive|received|delivered|ordered|order)\b`, `\b(receive|received) (\S+ ){0,4}(invoice|e-?mail|letter|reminder|copy)|\b(invoice|e-?mail|letter|reminder) (\S+ ){0,4}(not|never|n't) (been )?received`},
	{Dispute, "refuses to pay (English)", `\b(refuse|refusing) to pay\b|\b(will not|won't|not going to) pay\b|\b(do not|don't) owe\b|\bcredit note\b`, ``},

	{WrongPerson, "is not the one (French)", `\b(ne )?(travaille|fait|est) plus (\S+ ){0,2}(partie|chez|dans|a la|ici|pour|salariee?)\b|\b(plus|pas) (notre|votre|le bon|la bonne|en charge)\b`, ``},
	{WrongPerson, "wrong address (French)", `\bmauvais(e)? (adresse|personne|destinataire|numero|societe|interlocuteur)\b|\berreur de (destinataire|numero|personne|societe)\b|\b(vous vous trompez|vous faites erreur|trompe de (personne|numero|destinataire|societe))\b|\bpas (le bon|la bonne) (\S+)|\bne (suis|sommes) pas (concernee?s?|cette (personne|societe))\b|\bne (connais|connaissons) pas (cette|ce|votre)\b|\b(contacter|adresser|ecrire|adressez|contactez|ecrivez) (\S+ ){0,4}(comptabilite|service|collegue)`, ``},
	{WrongPerson, "wrong address (English)", `\bwrong (person|address|number|company|recipient|e-?mail)\b|\bnot the right (person|address|contact|company)\b|\b(do not|don't) know (this|that|your) (company|person|invoice)\b|\bplease contact (\S+ ){0,4}(accounts?|accounting|department|colleague)`, ``},

	{Promise, "will pay (French)", `\b(je|nous|on) (vous |le |la |les |l')*(regle|paie|paye|vire|solde|reglons|payons|virons|soldons|reglerai|paierai|payerai|virerai|solderai|reglerons|paierons|payerons|virerons|solderons|reglera|paiera|ferai|ferons|fais|faisons|ferais|vais|allons|va|compte|comptons|pense|pensons)\b ?(\S+ ){0,3}?(regler|payer|virer|solder|virement|paiement|reglement|necessaire|vendredi|lundi|mardi|mercredi|jeudi|samedi|demain|aujourd'hui|sous|d'ici|des|dans|avant|le|la|cette|ce|tout|fin|debut|en fin|votre|en)\b`, `\b(pas|jamais|plus|rien) |\ba \d+ jours\b|\b(si|avez)\b`},
	{Promise, "takes care of it (French)", `\b(je m'en|on s'en|nous nous en|m'en|s'en) (occupe|occupons|occuperai|occuperons|charge|chargeons)\b`, `\b(pas|plus|jamais)\b`},
	{Promise, "it will be paid (French)", `\b(sera|seront|va etre|vont etre|devrait etre) (bien )?(payee?s?|reglee?s?|soldee?s?|viree?s?|effectuee?s?|faite?s?|emise?s?|envoyee?s?)\b|\b(paiement|virement|reglement)s? (\S+ ){0,4}?(prevu|programme|partira|interviendra|suivra|est prevu|a venir|aura lieu)\w*|\b(paiement|virement|reglement) (le|pour le|d'ici|avant|sous|demain|vendredi|lundi|mardi|mercredi|jeudi|fin)\b|\b(vous serez|serez) (payes?|regles?)\b|\bm'engage a (payer|regler)\b|\bnous engageons a (payer|regler)\b`, `\b(pas|jamais) |\b(a|ont) ete\b`},
	{Promise, "will pay (English)", `\b(will|'ll|shall|going to|can|promise to|intend to|plan to|expect to|aim to) (\S+ )?(be )?(pay|paid|settle|settled|transfer|transferred|wire|wired|make the (payment|transfer))\b|\b(payment|transfer) (\S+ ){0,4}?(is )?(scheduled|planned|due|will (follow|be made|be sent|arrive|go out))\b|\b(paying|we pay|i pay) (\S+ ){0,3}(on|by|tomorrow|next|this|before|at the end)\b`, `\b(not|never|cannot|can't|won't|unable)\b|n't\b|\b(refuse)`},

	{DelayWanted, "asks for time (French)", `\bdelais?\b|\b(echelonne\w*|etaler|etalement|echeanciers?|mensualites|en plusieurs fois|en \d+ fois|en (deux|trois|quatre) fois|facilites? de paiement)\b|\breport(er|ons)? (\S+ ){0,3}(echeance|paiement|reglement)\b|\b(difficultes?|probleme) (\S+ ){0,2}(tresorerie|financi\w+)\b|\bpatienter\b|\bun peu (plus )?de temps\b|\bpas (les moyens|en mesure) de (payer|regler)|\b(peux|pouvons|pourrai|pourrons|peut) (pas )?(\S+ )?(payer|regler) (\S+ )?avant\b`, `\b(delais? de (livraison|fabrication)|dans les (meilleurs )?delais|delai (est |etait )?depasse|sans delai)\b`},
	{DelayWanted, "asks for time (English)", `\b(instal?ments?|payment plan|more time|extra time|extension|postpone|extend (\S+ ){0,3}(deadline|due date|term)|cash[- ]?flow|few more (days|weeks)|(unable|not be able|cannot|can't) (to )?(pay|settle) (\S+ )?before|extra (days|weeks)|grace period)\b`, ``},

	{CopyWanted, "asks for the invoice (French)", `\b(envoyer|renvoyer|envoyez|renvoyez|transmettre|transmettez|adresser|adressez|parvenir|fournir|communiquer|retrouve|trouve|besoin)\b[^.]{0,60}\b(factures?|copie|duplicata|justificatifs?|bon de (commande|livraison))\b|\b(copie|duplicata|double) de (la |cette |votre |vos |notre )?factures?\b|\b(pas|jamais) (encore )?(\S+ ){0,2}(recue?s?|retrouve|trouve|trace) (\S+ ){0,4}factures?\b|\bfactures? (non (recue?s?|parvenue?s?)|introuvables?)\b|\bfactures? (\S+ ){0,5}(pas|jamais) (encore )?(ete )?(recue?s?|parvenue?s?)\b`, `\b(avons|ai|a) (bien |deja )*(envoye|transmis|adresse)\b`},
	{CopyWanted, "asks for the invoice (English)", `\b(send|resend|forward|e-?mail|provide|share|need|have)\b[^.]{0,50}\b(copy|invoice|proof of delivery|purchase order)\b|\bcopy of (the|this|your|that) invoice\b|\b(not|never|n't) (yet )?(received?|seen|got|find|found) (\S+ ){0,4}(invoice)\b|\binvoice (\S+ ){0,4}(not|never) (been )?received\b`, `\b(paid|have sent|we sent|i sent)\b`},

	{StopAsked, "asks not to be written to (French)", `\bne (plus|pas) (me |nous )?(recevoir|contacter|envoyer|ecrire|relancer|appeler|solliciter)\b|\bne (me|nous) (contactez|envoyez|ecrivez|relancez|appelez) (plus|pas)\b|\b(arretez|cessez|merci d'arreter|arreter|cesser) (de |d'|ces|vos|toutes?)\s?(\S+ ){0,3}(contacter|envoyer|ecrire|relancer|relances?|messages?|sms|mails?|appels?|harceler|harcelement)|\b(me |nous )?(desinscrire|desabonner|desinscrivez|desabonnez)\b|\bsupprime[rz] (\S+ ){0,3}(adresse|numero|donnees|coordonnees)`, ``},
	{StopAsked, "asks not to be written to (English)", `\bstop (contacting|sending|writing|calling|texting|e-?mailing|messaging|these|this)\b|\b(do not|don't) (contact|write|send|call|text|e-?mail|message) (me|us)\b|\b(unsubscribe|opt out|remove (me|us) from)\b|\bdelete my (data|number|address)`, ``},
}

// rules are all rules, made ready once; lastingRules only those that hold in an
// automatic reply.
var (
	rules        = sync.OnceValue(func() []rule { return append(readied(lasting), readied(written)...) })
	lastingRules = sync.OnceValue(func() []rule { return readied(lasting) })
)

func readied(wordings []wording) []rule {
	ready := make([]rule, 0, len(wordings))
	for _, w := range wordings {
		one := rule{kind: w.kind, name: w.name, says: regexp.MustCompile(w.says)}
		if w.unless != "" {
			one.unless = regexp.MustCompile(w.unless)
		}
		ready = append(ready, one)
	}
	return ready
}

// returns tells of the day somebody is back.
var returns = regexp.MustCompile(`\b(retour|reviens|revient|jusqu'au|jusqu'a|back|return|returning|until)\b`)

// stopKeywords are the words that alone, as the whole message, ask to stop. Twilio
// knows the English ones by itself.
var stopKeywords = []string{
	"stop", "stopp", "stopall", "stop all", "stop sms", "sms stop", "stop svp", "stop merci", "arret", "arreter", "arretez", "desinscription",
	"desabonnement", "desinscrire", "desabonner", "se desinscrire", "me desinscrire", "desinscrivez moi", "desabonnez moi", "unsubscribe", "optout", "opt out",
}

// shortStopKeywords ask to stop in a short message only.
var shortStopKeywords = []string{"cancel", "end", "quit", "revoke"}

// stopWithCode is STOP to the short number of a French sender.
var stopWithCode = regexp.MustCompile(`^stop (au )?\d{5}$`)

// asksToStop reports whether the message, or the first line of it, is nothing but
// a keyword.
func asksToStop(m Message, text prose) (rule, words string, is bool) {
	if strings.EqualFold(m.OptOut, "STOP") {
		return optOutType, m.OptOut, true
	}
	said := readable(firstLine(m.Said))
	if strings.TrimSpace(text.folded) == "" {
		said = readable(m.Subject)
	}
	word := keyword(said)
	if contains(stopKeywords, word) || m.Short && contains(shortStopKeywords, word) || stopWithCode.MatchString(word) {
		return "keyword alone", strings.TrimSpace(said.text), true
	}
	return "", "", false
}

// optOutType is the rule of what Twilio recognised by itself.
const optOutType = "Twilio's OptOutType"

// startKeywords alone, as a whole short message, take a request to stop back. YES, which
// Twilio takes for one too, may answer anything.
var startKeywords = []string{"start", "unstop"}

// asksToStart reports whether a short message is nothing but a keyword that takes a
// request to stop back.
func asksToStart(m Message) (rule, words string, is bool) {
	if strings.EqualFold(m.OptOut, "START") {
		return optOutType, m.OptOut, true
	}
	said := readable(strings.TrimSpace(m.Said))
	if m.Short && contains(startKeywords, keyword(said)) {
		return "keyword alone", strings.TrimSpace(said.text), true
	}
	return "", "", false
}

// keyword is a text without what stands between its words.
func keyword(said prose) string {
	return strings.Join(strings.FieldsFunc(said.folded, func(r rune) bool { return strings.ContainsRune(" .,;:!?-_'\"*()\t", r) }), " ")
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

func contains(list []string, word string) bool {
	for _, one := range list {
		if one == word {
			return true
		}
	}
	return false
}
