package answers

import (
	"fmt"
	"strings"

	"relance/calendar"
	"relance/casefile"
	"relance/inbound/intent"
	"relance/money"
)

// Proposal is what a person can do about an intent: what was recognised, by which
// words, and the command that is ready to run.
func Proposal(answer casefile.Answer, one intent.Intent) string {
	ref := quoted(answer.Creditor + "/" + answer.Invoice)
	short := answer.ID[:min(8, len(answer.ID))]
	hold := func(reason string, until calendar.Date) string {
		command := fmt.Sprintf("relance hold %s --id %s-%s --reason %s", ref, reason, short, reason)
		if !until.IsZero() {
			command += " --until " + until.String()
		}
		return command
	}
	command := ""
	switch one.Kind {
	case intent.Paid:
		command = fmt.Sprintf("look for the payment at the bank, then: relance pay %s %s --id <bank line>%s", ref, amountOr(one, "<amount>"), on(one.Date))
	case intent.Promise:
		command = "note it: relance answers promise " + answer.ID
		if one.Date.IsZero() {
			command = "ask for the day, then: relance answers promise " + answer.ID + " --date <day>"
		}
	case intent.Insolvency:
		day := "<day of the judgment>"
		if !one.Date.IsZero() {
			day = one.Date.String()
		}
		command = fmt.Sprintf("check the public register; then %s; relance legal-event %s insolvency-opened %s --id <file number>; and declare the claim in time", hold("insolvency", 0), ref, day)
	case intent.Dispute:
		command = fmt.Sprintf("note it, all or a part: relance dispute %s --id dispute-%s --reason <reason>%s", ref, short, disputed(one))
	case intent.DelayWanted:
		command = "if you grant it: " + hold("delay", one.Date)
		if one.Date.IsZero() {
			command += " --until <day>"
		}
	case intent.CopyWanted:
		command = "send the invoice again, then: relance answers done " + answer.ID + " --resume"
	case intent.WrongPerson:
		command = "correct the contact of the debtor, then: relance answers done " + answer.ID + " --resume"
	case intent.StopAsked:
		command = "decide whether it is a wish not to be written to by " + answer.Channel
	case intent.Stop:
		command = "done: nothing is sent to the sender by " + answer.Channel + " any more"
	case intent.Start:
		command = "done: the STOP of the sender by " + answer.Channel + " is taken back"
	case intent.Automatic:
		command = "nothing"
	}
	return fmt.Sprintf("%s (rule: %s) — %s", one.Kind, one.Rule, command)
}

func amountOr(one intent.Intent, otherwise string) string {
	if one.Amount.IsZero() {
		return otherwise
	}
	if currency := one.Amount.Currency(); currency != money.EUR { // what the command takes unless told
		return one.Amount.Decimal() + " --currency " + string(currency)
	}
	return one.Amount.Decimal()
}

// disputed is the part an answer contests, where it names one.
func disputed(one intent.Intent) string {
	if one.Amount.IsZero() {
		return ""
	}
	return " --amount " + amountOr(one, "")
}

func on(date calendar.Date) string {
	if date.IsZero() {
		return ""
	}
	return " --on " + date.String()
}

// quoted is a word as a shell takes it.
func quoted(word string) string {
	if strings.IndexFunc(word, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./", r)
	}) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
