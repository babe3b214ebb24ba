package handoff

import (
	"fmt"
	"strings"

	"relance/calendar"
	"relance/law"
)

// Verdict is what the data say to a rule.
type Verdict string

// The verdicts.
const (
	Yes Verdict = "yes"
	No  Verdict = "no"
	// Unknown: the data do not say; a person does.
	Unknown Verdict = "unknown"
)

func verdictOf(satisfied bool) Verdict {
	if satisfied {
		return Yes
	}
	return No
}

// Finding is one rule, the data it saw, and what they say to it.
type Finding struct {
	// Key names the rule: "insolvency".
	Key     string    `json:"key"`
	Rule    law.Words `json:"rule"`
	Saw     law.Words `json:"saw"`
	Verdict Verdict   `json:"verdict"`
	// Dated is where the rule stands.
	law.Dated
}

// Assessment is what the law and the data say to one route. Nobody is advised: the
// person who reads it decides.
type Assessment struct {
	Route    Route     `json:"route"`
	Title    law.Words `json:"title"`
	Before   law.Words `json:"before"`
	Terms    law.Words `json:"terms"`
	Verdict  Verdict   `json:"verdict"`
	Findings []Finding `json:"findings"`
}

// Check is what stands against handing a claim over, and how each route looks.
type Check struct {
	On calendar.Date `json:"on"`
	// File are the rules that hold whatever the route: what they refuse is refused.
	File   []Finding    `json:"file"`
	Routes []Assessment `json:"routes"`
}

// Missing are the rules that keep the claim from being handed over at all.
func (c Check) Missing() []Finding {
	var missing []Finding
	for _, finding := range c.File {
		if finding.Verdict == No {
			missing = append(missing, finding)
		}
	}
	return missing
}

// Of is the assessment of a route.
func (c Check) Of(route Route) (Assessment, bool) {
	for _, assessment := range c.Routes {
		if assessment.Route == route {
			return assessment, true
		}
	}
	return Assessment{}, false
}

// Against are the findings of a route that say no.
func (a Assessment) Against() []Finding {
	var against []Finding
	for _, finding := range a.Findings {
		if finding.Verdict == No {
			against = append(against, finding)
		}
	}
	return against
}

// List says findings in one English sentence, with the articles.
func List(findings []Finding) string {
	said := make([]string, len(findings))
	for i, finding := range findings {
		said[i] = fmt.Sprintf("%s (%s)", finding.Saw.EN, finding.Article)
	}
	return strings.Join(said, "; ")
}

// The countries whose tables hold the routes: those of France, and those of the Union.
const (
	france = "FR"
	union  = "EU"
)

// CheckOf looks at the circumstances of a claim under the law of a day.
func CheckOf(book law.Book, c Circumstances) Check {
	k := checking{book: book, c: c}
	check := Check{On: c.On, File: k.file()}
	for _, route := range Routes() {
		if assessment, known := k.assess(route); known {
			check.Routes = append(check.Routes, assessment)
		}
	}
	return check
}

// checking puts circumstances beside the rules of the tables.
type checking struct {
	book law.Book
	c    Circumstances
}

// find is a finding about the rule of a key in the table of plain rules.
func (k checking) find(key string, verdict Verdict, en, fr string) Finding {
	finding := Finding{Key: key, Saw: law.Words{EN: en, FR: fr}, Verdict: verdict}
	if rule, known := k.book.PlainRule(france, "handoff-"+key, k.c.On); known {
		finding.Rule, finding.Dated = rule.Title, rule.Dated
	}
	return finding
}

func (k checking) file() []Finding {
	findings := []Finding{k.due(), k.insolvency()}
	if on := k.c.OverIndebtedOn; !on.IsZero() {
		findings = append(findings, k.find("over-indebtedness", No, fmt.Sprintf("the commission on over-indebtedness found the debtor's file admissible on %s", on),
			fmt.Sprintf("la commission de surendettement a déclaré le dossier du débiteur recevable le %s", on.French())))
	}
	return append(findings, k.dispute(), k.limitation(), k.notice(), k.document(), k.identity())
}

func (k checking) due() Finding {
	c := k.c
	if c.Open.Sign() <= 0 {
		return k.find("due", No, "nothing is open of the principal", "rien ne reste dû en principal")
	}
	return k.find("due", verdictOf(c.On > c.DueDate), fmt.Sprintf("%s is open, due on %s", c.Open, c.DueDate), fmt.Sprintf("%s reste dû, échéance du %s", c.Open.French(), c.DueDate.French()))
}

func (k checking) insolvency() Finding {
	if on := k.c.InsolvencyOn; !on.IsZero() {
		return k.find("insolvency", No, fmt.Sprintf("insolvency proceedings were opened on %s", on), fmt.Sprintf("une procédure collective a été ouverte le %s", on.French()))
	}
	return k.find("insolvency", Yes, "no insolvency is recorded: check the BODACC on the day itself", "aucune procédure collective n’est enregistrée : vérifiez le BODACC le jour même")
}

func (k checking) dispute() Finding {
	if k.c.Dispute != "" {
		return k.find("dispute", No, fmt.Sprintf("the dispute %s is open", k.c.Dispute), fmt.Sprintf("le litige %s est ouvert", k.c.Dispute))
	}
	return k.find("dispute", Yes, "no dispute is open", "aucun litige n’est ouvert")
}

func (k checking) limitation() Finding {
	day := k.c.LimitationDay
	switch {
	case day.IsZero():
		return k.find("limitation", Unknown, "the limitation of the claim is not watched", "la prescription de la créance n’est pas suivie")
	case k.c.LimitationPassed:
		return k.find("limitation", No, fmt.Sprintf("the limitation has passed: the prudent last day was %s", day), fmt.Sprintf("la prescription est acquise : le dernier jour prudent était le %s", day.French()))
	default:
		return k.find("limitation", Yes, fmt.Sprintf("the prudent last day is %s", day), fmt.Sprintf("le dernier jour prudent est le %s", day.French()))
	}
}

func (k checking) notice() Finding {
	c := k.c
	switch {
	case c.NoticeSent.IsZero() && c.NoticeServed.IsZero():
		return k.find("formal-notice", No, "no formal notice was sent", "aucune mise en demeure n’a été envoyée")
	case c.NoticeServed.IsZero():
		return k.find("formal-notice", No, fmt.Sprintf("the formal notice left on %s, and nothing proves that it reached the debtor: record the day it was presented or delivered", c.NoticeSent),
			fmt.Sprintf("la mise en demeure est partie le %s, et rien ne prouve sa réception : notez le jour de sa présentation ou de sa remise", c.NoticeSent.French()))
	case c.NoticeDeadline >= c.On:
		return k.find("formal-notice", No, fmt.Sprintf("the formal notice lets the debtor pay until %s", c.NoticeDeadline), fmt.Sprintf("la mise en demeure laisse au débiteur jusqu’au %s", c.NoticeDeadline.French()))
	default:
		return k.find("formal-notice", Yes, fmt.Sprintf("a formal notice reached the debtor on %s", c.NoticeServed), fmt.Sprintf("une mise en demeure a été reçue le %s", c.NoticeServed.French()))
	}
}

func (k checking) document() Finding {
	if k.c.InvoiceDocument {
		return k.find("invoice-document", Yes, "the invoice is kept", "la facture est conservée")
	}
	return k.find("invoice-document", No, "the document of the invoice is not kept: attach its PDF", "le document de la facture n’est pas conservé : joignez son PDF")
}

func (k checking) identity() Finding {
	switch c := k.c; {
	case c.Debtor == law.Business && c.CompanyNumber, c.Debtor != law.Business && c.FullAddress:
		return k.find("identity", Yes, "the debtor is identified", "le débiteur est identifié")
	case c.Debtor == law.Business && c.FullAddress:
		return k.find("identity", Unknown, "the debtor's address is known, its company number is not", "l’adresse du débiteur est connue, pas son numéro d’entreprise")
	case c.Debtor == law.Business:
		return k.find("identity", No, "neither the company number nor the full address of the debtor is known", "ni le numéro d’entreprise ni l’adresse complète du débiteur ne sont connus")
	default:
		return k.find("identity", No, "the full address of the debtor is not known", "l’adresse complète du débiteur n’est pas connue")
	}
}
