package lint

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"relance/calendar"
	"relance/messaging"
	"relance/messaging/compose"
)

// Rule is one thing that a text must say or must not say.
type Rule struct {
	Name     string
	Severity Severity
	// Article is the text of law it comes from, or the habit of the house.
	Article string
	// Advice says what to do.
	Advice string
	// Consumers: it holds for texts that consumers may read.
	Consumers bool
	// Before: it holds for texts that are milder than this.
	Before Purpose
	// For: it holds for texts used for one of these; for all when there are none.
	For []Purpose
	// Channels it holds for; all when there are none.
	Channels []string

	// everywhere is what no branch of the file may say.
	everywhere *words
	// except are words that it does not look at.
	except *regexp.Regexp
	// says is what is wrong with a message, empty when nothing is.
	says func(reading, situation) string
}

// words are what to look for in each language.
type words struct{ fr, en *regexp.Regexp }

func (w *words) in(language string) *regexp.Regexp {
	if language == "fr" {
		return w.fr
	}
	return w.en
}

// phrases finds any of the expressions as whole words, in any case, over the ends
// of lines.
func phrases(fr, en string) *words { return &words{fr: wholeWords(fr), en: wholeWords(en)} }

func wholeWords(expressions string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:^|[^\pL])(?:` + strings.ReplaceAll(expressions, " ", `[\s\x{00a0}]+`) + `)(?:[^\pL]|$)`)
}

const (
	house     = "house rule: courteous first, firm later, never aggressive"
	practices = "C. conso. L121-6, L121-7 (aggressive practices)"
)

// concerns reports whether a rule holds for a text. Shared words have no use of
// their own: only what holds everywhere holds for them.
func (rule Rule) concerns(r reading) bool {
	switch {
	case len(rule.Channels) > 0 && !slices.Contains(rule.Channels, r.text.Channel):
		return false
	case rule.Consumers && !r.use.Consumers:
		return false
	case rule.Before != "" && (r.text.Key == "" || !milder(r.use.mildest(), rule.Before)):
		return false
	default:
		return len(rule.For) == 0 || r.use.is(rule.For...)
	}
}

func milder(a, b Purpose) bool {
	order := []Purpose{Receipt, Courtesy, Reminder, Plan, LastReminder, FormalNotice}
	return slices.Index(order, a) < slices.Index(order, b)
}

// Rules are the rules, in the order of the documentation.
var Rules = sync.OnceValue(func() []Rule { return slices.Concat(forbidden(), required(), ofShortMessages()) })

// forbidden is what must not be said.
func forbidden() []Rule {
	return []Rule{
		{
			Name: "consumer-costs", Severity: Error, Consumers: true, Article: "CPCE L111-8",
			Advice: "costs of recovery without an enforceable title stay with the creditor: ask a consumer for none",
			says: sentence(
				phrases(`frais (?:de|d[’'])[ ]?(?:recouvrement|relance|rappel|dossier|gestion|huissier|impayé|mise en demeure|courrier)|frais supplémentaires|à vos frais`,
					`(?:collection|recovery|reminder|administrative|administration|extra|additional) (?:costs?|fees?|charges?)|at your (?:own )?(?:expense|cost)`),
				phrases(`aucuns?|sans|pas|ni|jamais`, `no|not|never|without|any`)),
		},
		{
			Name: "consumer-business-fees", Severity: Error, Consumers: true, Article: "C. com. L441-10, D441-5; CPCE L111-8",
			Advice: "the fixed sum of €40 and the late-payment interest of businesses are not due by consumers: use the block statutory, which knows, or leave them out",
			says: sentence(
				phrases(`indemnité forfaitaire|40 ?€|40 euros|(?:article )?L\.? ?441-10|D\.? ?441-5|pénalités? de retard`,
					`fixed (?:sum|compensation)|€ ?40(?:\.00)?|40 euros|(?:Article )?L\.? ?441-10|late[ -]payment (?:interest|charges?|penalt(?:y|ies))`),
				phrases(`aucune?s?|ni|pas`, `no|not|without`)),
		},
		{
			Name: "court-papers", Severity: Error, Before: FormalNotice, Article: practices,
			Advice:     "no court, judicial officer or seizure before a formal notice: say what you do next, with the block next",
			everywhere: phrases(`huissiers?|tribuna(?:l|ux)|assign(?:er|ation|ations)|saisies? (?:sur|de vos|de votre|des|conservatoire|attribution|immobilière)|(?:une|la|par) saisie|faire saisir|injonction de payer|poursuites|voie judiciaire|action en justice|contentieux`, `bailiffs?|courts?|writs?|seiz(?:e|ed|ure|ures)|summons|lawsuits?|legal (?:action|proceedings)|sue you|prosecut(?:e|ed|ion)|enforcement officers?`),
		},
		{
			Name: "consumer-court-threat", Severity: Error, Consumers: true, Article: practices,
			Advice:     "do not threaten a consumer with courts or seizure: offer instalments, an answer, mediation",
			everywhere: phrases(`huissiers?|tribuna(?:l|ux)|assign(?:er|ation|ations)|saisies? (?:sur|de vos|de votre|des|conservatoire|attribution|immobilière)|(?:une|la|par) saisie|faire saisir|poursuites`, `bailiffs?|courts?|seiz(?:e|ed|ure|ures)|lawsuits?|prosecut(?:e|ed|ion)`),
		},
		{
			Name: "look-alike-court-paper", Severity: Error, Article: "C. pén. 433-13",
			Advice:     "a private letter must not look like an act of a court or of a judicial officer: write in your own name",
			everywhere: phrases(`sommation(?: (?:de payer|interpellative))?|commandement de payer|exploit|acte (?:extra)?judiciaire|signification|au nom (?:du peuple français|de la loi)|République française|titre exécutoire|dernier avis avant (?:saisie|poursuites?)|dont acte`, `summons to pay|order to pay|in the name of the law|writ of execution|enforceable title|notice of seizure|final notice before (?:seizure|legal action|prosecution)`),
		},
		{
			Name: "threat", Severity: Error, Article: "C. pén. 312-10, 222-16; " + practices,
			Advice:     "say what the law gives and nothing else: no complaint, no list, no telling of others",
			everywhere: phrases(`plainte|pénale?(?:ment)?|pénaux|escroquerie|abus de confiance|police|gendarmerie|procureur|prison|liste noire|fich(?:er|age|é|ée)|fichiers? (?:des|d[’'])[ ]?\pL+|Banque de France|votre (?:employeur|famille|conjointe?|entourage|banquier|réputation)|vos (?:proches|voisins|collègues|parents|confrères)|(?:rendre|rendrons) public|assureurs?-crédit`, `criminal|fraud|police|prison|jail|blacklist(?:ed|ing)?|black list|credit (?:bureaus?|rating|score|agency|agencies)|your (?:employer|family|spouse|relatives|neighbours|neighbors|colleagues|bank manager|reputation)|make (?:this|it) public|name and shame|credit insurers?`),
		},
		{
			Name: "aggressive-words", Severity: Error, Article: house,
			Advice:     "state the fact and ask: no blame, no guilt, no ultimatum",
			everywhere: phrases(`inadmissibles?|inacceptables?|intolérables?|scandaleu(?:x|se)|honte(?:ux|use)?|indignes?|malhonnêtes?|mauvaise foi|mauvais payeurs?|irresponsables?|incorrecte?s? de votre part|négligence|vous moque[zr]|(?:notre patience|patience a des limites|perdons patience)|nous exigeons|ultimatum|aucune excuse|désinvolture|manque de (?:sérieux|respect|savoir-vivre)`, `unacceptable|intolerable|disgraceful|shame(?:ful)?|ashamed|dishonest(?:y)?|bad faith|bad payers?|irresponsible|negligen(?:t|ce)|our patience|patience is|we (?:demand|insist)|ultimatum|no excuse|taking advantage|disrespect(?:ful)?|appalled|outrageous`),
		},
		{
			Name: "false-urgency", Severity: Error, Article: house + "; " + practices,
			Advice:     "name the day: the field Deadline is the urgency there is",
			everywhere: phrases(`urgen(?:t|te|ts|tes|ce)|immédiatement|immédiate?|sans délai|(?:dans les )?plus brefs délais|sous (?:24|48|72) ?h(?:eures)?|dernière chance|trop tard|ultime|toutes affaires cessantes`, `urgent(?:ly)?|immediate(?:ly)?|without delay|within (?:24|48|72) hours|last chance|final chance|too late|act now|final warning|last warning`),
		},
		{
			Name: "effect-of-a-formal-notice", Severity: Error, Before: FormalNotice, Article: "C. civ. 1344",
			Advice: "an ordinary reminder may announce a formal notice and must not claim to be one",
			says: exceptDemands(sentence(
				phrases(`(?:vaut|valant|constitue|vaudra) mise en demeure|(?:vous )?mettons (?:\pL+ )?en demeure|(?:la|cette) présente mise en demeure|mise en demeure au sens`,
					`give you (?:\pL+ )?(?:formal )?notice|this (?:letter|message|e-?mail) is a formal notice|formal notice within the meaning|hereby formally`), nil)),
		},
		{
			Name: "title-of-a-formal-notice", Severity: Error, Before: FormalNotice, Article: "C. civ. 1344",
			Advice: "begin the subject with what it is: a reminder",
			says: exceptDemands(func(r reading, s situation) string {
				start := map[string]string{"fr": "mise en demeure", "en": "formal notice"}[r.text.Language]
				if start != "" && strings.HasPrefix(strings.ToLower(s.says.Subject()), start) {
					return "the subject “" + s.says.Subject() + "” is that of a formal notice"
				}
				return ""
			}),
		},
		{
			Name: "interrupts-limitation", Severity: Error, Article: "C. civ. 2240 to 2244; Cass. com. 18 May 2022, 20-23.204",
			Advice:     "no letter interrupts the limitation, a registered one neither: leave it out",
			everywhere: phrases(`interrom(?:pt|pra|pre|pant) (?:la|le|toute) (?:prescription|délai)|interruptif(?:ve)? de prescription`, `interrupts? (?:the|any) (?:limitation|prescription)`),
		},
		{
			Name: "unsubscribing", Severity: Error, Article: "GDPR 6(1)(b) and (f): the message performs a contract and is no advertising",
			Advice: "offer no unsubscribing from notices about a debt: give a contact to answer",
			// What the layout itself offers beneath courtesy mails and reminders, and never beneath a formal notice.
			except:     regexp.MustCompile(`Ne plus recevoir d’e-mails à cette adresse`),
			everywhere: phrases(`désabonne[rz]|désabonnement|désinscri(?:re|ption|vez)(?:-vous)?|ne plus recevoir|stop au \d+|(?:envoyez|répondez|tapez) stop`, `unsubscrib(?:e|ing)|opt(?:ing)?[ -]out|stop receiving|(?:text|reply|send) stop`),
		},
		{
			Name: "links", Severity: Error, Article: "house rule: a debtor who is asked for money must know where a link leads",
			Advice: "the only address to link to is the creditor's: {{.Creditor.Website}}",
			says:   foreignLink,
		},
		{
			Name: "capitals", Severity: Warning, Article: house,
			Advice:     "write it in small letters: capitals shout",
			everywhere: &words{fr: shouting, en: shouting}, except: acronyms,
		},
		{
			Name: "exclamation", Severity: Warning, Article: house,
			Advice:     "one mark says it, and after the due date none does it better",
			everywhere: &words{fr: exclaiming, en: exclaiming},
		},
	}
}

var (
	shouting   = regexp.MustCompile(`(?:^|[^\pL\d-])\p{Lu}{4,}(?:[^\pL\d-]|$)`)
	exclaiming = regexp.MustCompile(`[!?][\s\x{00a0}]*[!?]+`)
	// acronyms are written in capitals.
	acronyms = regexp.MustCompile(`\b(?:IBAN|SIREN|SIRET|SEPA|RIB|TTC|SMS|CPCE|LRAR)\b`)
	links    = regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s<>"]+|\b[a-z0-9][a-z0-9.-]*\.(?:com|fr|net|org|eu|io|ly|me|info|biz|gl|link|app|co)(?:/[^\s<>"]*)`)
)

// sentence finds a sentence that says one thing, unless it also says another.
func sentence(says, unless *words) func(reading, situation) string {
	return func(r reading, s situation) string {
		for _, one := range sentences(s) {
			at := says.in(r.text.Language).FindString(one)
			if at == "" || unless != nil && unless.in(r.text.Language).MatchString(one) {
				continue
			}
			return "it says “" + strings.Trim(at, " .,;:()’'\"\x00") + "”"
		}
		return ""
	}
}

var sentenceEnds = regexp.MustCompile(`[.!?]\s+|\n\n`)

// sentences are those of a message, its subject first.
func sentences(s situation) []string {
	all := []string{plain(s.says.Subject())}
	for _, paragraph := range s.says.Prose {
		all = append(all, sentenceEnds.Split(plain(paragraph), -1)...)
	}
	return all
}

// plain has ordinary spaces only.
func plain(text string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text)
}

// foreignLink finds an address that is not the creditor's.
func foreignLink(_ reading, s situation) string {
	own, _ := url.Parse(s.facts.Creditor.Website)
	for _, link := range links.FindAllString(s.says.Words(), -1) {
		address := link
		if !strings.Contains(address, "://") {
			address = "https://" + address
		}
		to, err := url.Parse(strings.TrimRight(address, ".,;)"))
		if err != nil || own == nil || to.Host != own.Host {
			return "it links to “" + link + "”"
		}
	}
	return ""
}

// required is what must be said.
func required() []Rule {
	written := []string{compose.ChannelEmail, compose.ChannelLetter}
	asking := []Purpose{Courtesy, Reminder, LastReminder, FormalNotice}
	overdue := []Purpose{Reminder, LastReminder, FormalNotice}
	return []Rule{
		{
			Name: "creditor", Severity: Error, Article: "C. com. R123-237",
			Advice: "say who is owed: {{.Creditor.Name}}", says: missing("the creditor's name", func(f compose.Facts) []string { return []string{f.Creditor.Name} }),
		},
		{
			Name: "invoices", Severity: Error, Article: "C. civ. 1344 (the debtor must know what is claimed)", Channels: written,
			Advice: "name the invoices: the frame of mails and letters does, unless a layout of your own left the table out", says: missing("the number of an invoice, or the plan over many", claimed),
		},
		{
			// A short message about a plan names the plan and the instalment.
			Name: "invoice", Severity: Error, For: append([]Purpose{Receipt}, asking...), Article: "C. civ. 1344 (the debtor must know what is claimed)", Channels: []string{compose.ChannelSMS},
			Advice: "name the invoice, {{.Oldest.Number}}, or how many there are, {{len .Invoices}}",
			says: func(_ reading, s situation) string {
				want := s.facts.Invoices[0].Number
				if !s.facts.Single() {
					want = fmt.Sprint(len(s.facts.Invoices))
				}
				return lacks(s, "the invoice", want)
			},
		},
		{
			Name: "amount", Severity: Error, For: asking, Article: "C. civ. 1344 (the debtor must know what is claimed)",
			Advice: "say how much: {{amount .TotalOpen}}",
			says: func(r reading, s situation) string {
				return lacks(s, "the amount", figure(s.facts.TotalOpen.Minor(), r.text.Language))
			},
		},
		{
			Name: "how-to-pay", Severity: Error, For: asking, Channels: written, Article: house,
			Advice: "give the account and the reference: the frame of mails and letters does, unless a layout of your own left them out",
			says:   missing("the account to pay to", func(f compose.Facts) []string { return []string{grouped(f.Creditor.IBAN)} }),
		},
		{
			Name: "contact", Severity: Error, Article: house + "; C. conso. L121-6", For: asking,
			Advice: "say whom to call or write to: the block contact, or {{with .Creditor.Phone}}…{{end}}",
			says: func(_ reading, s situation) string {
				words := plain(strings.Join(s.says.Prose, " "))
				if strings.Contains(words, s.facts.Creditor.Phone) || strings.Contains(words, s.facts.Creditor.Email) {
					return ""
				}
				return "it names neither a phone number nor an address to answer to"
			},
		},
		{
			Name: "deadline", Severity: Error, For: append([]Purpose{Plan}, overdue...), Article: "C. civ. 1231 (a reasonable time), and the next step waits for it",
			Advice: "name the new day to pay by: {{date .Deadline}}, in a short message {{shortdate .Deadline}}",
			says: func(r reading, s situation) string {
				if !s.facts.AsksToPay() {
					return "" // a direct debit is only announced
				}
				words := plain(strings.Join(s.says.Prose, " "))
				for _, form := range dates(s.facts.Deadline, r.text.Language) {
					if strings.Contains(words, form) {
						return ""
					}
				}
				return "its sentences do not name the deadline"
			},
		},
		{
			Name: "consumer-instalment-demanded", Severity: Error, For: []Purpose{Plan}, Consumers: true, Channels: written, Article: "C. conso. L212-1; Cass. 1re civ., 22 March 2023, 21-16.044",
			Advice: "say to a consumer that the message is a formal notice (mise en demeure) to pay the instalment: the balance is due only after one",
			says: func(r reading, s situation) string {
				word := map[string]string{"fr": "en demeure", "en": "formal notice"}[r.text.Language]
				if !isDemand(s.facts) || strings.Contains(strings.ToLower(plain(strings.Join(s.says.Prose, " "))), word) {
					return ""
				}
				return "no sentence demands the instalment that a consumer missed"
			},
		},
		{
			Name: "formal-notice-says-so", Severity: Error, For: []Purpose{FormalNotice}, Channels: written, Article: "C. civ. 1344",
			Advice: "a formal notice says that it is one (mise en demeure), in its title and in a sentence",
			says: func(r reading, s situation) string {
				word := map[string]string{"fr": "en demeure", "en": "formal notice"}[r.text.Language]
				title := map[string]string{"fr": "mise en demeure", "en": "formal notice"}[r.text.Language]
				switch {
				case !strings.Contains(strings.ToLower(plain(strings.Join(s.says.Prose, " "))), word):
					return "no sentence says that it is a formal notice"
				case !strings.Contains(strings.ToLower(s.says.Subject()), title):
					return "its title does not say that it is a formal notice"
				default:
					return ""
				}
			},
		},
		{
			Name: "formal-notice-sum", Severity: Error, For: []Purpose{FormalNotice}, Channels: written, Article: "C. civ. 1344",
			Advice: "ask for the sum in a sentence: {{amount .TotalOpen}}",
			says: func(r reading, s situation) string {
				if strings.Contains(plain(strings.Join(s.says.Prose, " ")), figure(s.facts.TotalOpen.Minor(), r.text.Language)) {
					return ""
				}
				return "no sentence asks for the sum"
			},
		},
		{
			Name: "mediator", Severity: Error, Consumers: true, For: []Purpose{LastReminder, FormalNotice}, Channels: written, Article: "C. conso. L616-1, R616-1",
			Advice: "tell a consumer of the mediator: the block consumer-mediator",
			says: func(_ reading, s situation) string {
				if strings.Contains(plain(strings.Join(s.says.Prose, " ")), s.facts.Creditor.ConsumerMediator) {
					return ""
				}
				return "it does not name the consumer mediator"
			},
		},
	}
}

// ofShortMessages is what holds for SMS.
func ofShortMessages() []Rule {
	return []Rule{
		{
			Name: "sms-length", Severity: Warning, Channels: []string{compose.ChannelSMS}, Article: "3GPP TS 23.038: 153 characters a segment, 67 with letters outside of the alphabet",
			Advice: "keep it within two segments, in the SMS alphabet",
			says: func(_ reading, s situation) string {
				if segments := messaging.Segments(s.says.SMS); segments > 2 {
					return fmt.Sprintf("it takes %d segments", segments)
				}
				return ""
			},
		},
	}
}

// missing tells which of some words a message does not have.
func missing(what string, wanted func(compose.Facts) []string) func(reading, situation) string {
	return func(_ reading, s situation) string {
		for _, want := range wanted(s.facts) {
			if fault := lacks(s, what, want); fault != "" {
				return fault
			}
		}
		return ""
	}
}

func lacks(s situation, what, want string) string {
	if strings.Contains(plain(s.says.Subject()+"\n"+s.says.Words()), want) {
		return ""
	}
	return "it does not give " + what
}

// isDemand reports whether a message demands what a consumer missed of a plan: its balance
// is due only after that.
func isDemand(f compose.Facts) bool {
	return f.Plan != nil && f.Plan.Missed && !f.Plan.Defaulted && f.Debtor.Kind == compose.Consumer
}

// exceptDemands leaves out messages that must say that they are formal notices.
func exceptDemands(says func(reading, situation) string) func(reading, situation) string {
	return func(r reading, s situation) string {
		if isDemand(s.facts) {
			return ""
		}
		return says(r, s)
	}
}

// claimed is what a message must name of what it is about. A plan over many invoices is
// known by its ID, and its agreement lists them.
func claimed(f compose.Facts) []string {
	const listed = 3 // as the block plan-invoices does
	if f.Plan != nil && len(f.Invoices) > listed {
		return []string{f.Plan.ID}
	}
	return f.Numbers()
}

// figure is an amount of cents as a language writes it, without the currency.
func figure(cents int64, language string) string {
	thousands, decimals := ",", "."
	if language == "fr" {
		thousands, decimals = " ", ","
	}
	whole := fmt.Sprint(cents / 100)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + thousands + whole[i:]
	}
	return fmt.Sprintf("%s%s%02d", whole, decimals, cents%100)
}

// dates are the forms in which a language writes a day, from its number on.
func dates(day calendar.Date, language string) []string {
	at := day.Time(time.UTC)
	months := strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")
	if language == "fr" {
		number := fmt.Sprint(at.Day())
		if at.Day() == 1 {
			number = "1er"
		}
		return []string{at.Format("02/01/2006"), number + " " + months[at.Month()-1] + " " + fmt.Sprint(at.Year())}
	}
	return []string{at.Format("2 Jan 2006"), at.Format("2 January 2006"), at.Format("02/01/2006")}
}

// grouped is an IBAN in groups of four.
func grouped(iban string) string {
	var out strings.Builder
	for i, r := range iban {
		if i > 0 && i%4 == 0 {
			out.WriteByte(' ')
		}
		out.WriteRune(r)
	}
	return out.String()
}
