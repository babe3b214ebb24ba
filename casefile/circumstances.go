package casefile

import (
	"fmt"
	"strings"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/deadlines"
	"relance/handoff"
	"relance/ledger"
)

// circumstancesOf reads from a case file what decides where the claim may go. What is
// recorded elsewhere (a dispute, insolvency proceedings, the certificate of a mediator)
// is read by the small functions below, one for each.
func circumstancesOf(file File, at time.Time) (handoff.Circumstances, error) {
	position, err := file.Today(at)
	if err != nil {
		return handoff.Circumstances{}, err
	}
	claimed, err := position.Open.Add(position.LateFees.Interest.Open)
	if err != nil {
		return handoff.Circumstances{}, fmt.Errorf("adding what is due in %s of %s: %w", file.Row.Invoice, file.Row.Creditor, err)
	}
	day := file.Case.Window.DateOf(at)
	c := handoff.Circumstances{
		On: day, DueDate: file.Case.DueDate, Open: position.Open, Claimed: claimed, Debtor: inLaw(file.Debtor.ActsAs()),
		DebtorCountry: file.Debtor.Country, CreditorCountry: file.Creditor.Country,
		CompanyNumber: file.Debtor.SIREN != "" || file.Debtor.SIRET != "" || file.Debtor.VATID != "",
		FullAddress:   file.Debtor.Line1 != "" && file.Debtor.City != "",
		InsolvencyOn:  insolvencyOpened(file), OverIndebtedOn: overIndebted(file, day), Dispute: openDispute(file, day),
		LimitationDay: file.Case.Limitation.LastDay, LimitationPassed: file.Case.Limitation.HasPassed(day),
		InvoiceDocument: len(file.Documents) > 0, AmicableAttempt: amicableAttempt(file),
	}
	c.NoticeSent, c.NoticeServed, c.NoticeDeadline = formalNotice(file)
	return c, nil
}

// formalNotice is when the last formal notice left, when it is proven to have reached
// the debtor, and until when it lets the debtor pay. A day recorded in the ledger
// counts as well.
func formalNotice(file File) (sent, served, deadline calendar.Date) {
	for _, record := range file.Case.Steps {
		step, known := file.Case.Strategy.Step(record.Key)
		if !known || step.Tone != collection.ToneFormal || record.At.IsZero() || !hasLeft(record) {
			continue
		}
		sent, deadline = file.Case.Window.DateOf(record.At), record.Deadline
		if !record.Served.IsZero() {
			served = record.Served
		}
	}
	for _, entry := range file.Entries {
		if entry.Kind == ledger.EntryNoticeReceived {
			served = max(served, entry.ValueDate)
		}
	}
	return sent, served, deadline
}

func hasLeft(record collection.StepRecord) bool {
	for _, attempt := range record.Attempts {
		if !attempt.Failed {
			return true
		}
	}
	return false
}

// insolvencyOpened is the day of the judgment that opened proceedings which freeze the
// claim, or that is recorded for the claim alone.
func insolvencyOpened(file File) calendar.Date {
	if file.Case.Insolvency.Freezes() {
		return file.Case.Insolvency.Judgment
	}
	var opened calendar.Date
	for _, entry := range file.Entries {
		switch entry.Kind {
		case ledger.EntryInsolvency:
			opened = entry.ValueDate
		case ledger.EntryInsolvencyLifted:
			opened = 0
		default:
		}
	}
	return opened
}

// overIndebted is the day of the decision by which a consumer is left alone on a day.
func overIndebted(file File, day calendar.Date) calendar.Date {
	if h := file.Case.Hardship; h.Kind == collection.OverIndebtedness && h.Holds(day) {
		return h.From
	}
	return 0
}

// openDispute names the dispute that is not answered on a day; a hold whose reason says
// that there is one counts as well.
func openDispute(file File, day calendar.Date) string {
	for _, dispute := range file.Case.Disputes {
		if dispute.IsOpen() {
			return dispute.ID
		}
	}
	for _, hold := range file.Case.Holds {
		isOpen := !hold.From.IsZero() && hold.Released.IsZero() && (hold.Until.IsZero() || day <= hold.Until)
		reason := strings.ToLower(hold.Reason)
		if isOpen && (strings.Contains(reason, "dispute") || strings.Contains(reason, "litige")) {
			return hold.ID
		}
	}
	return ""
}

// amicableAttempt is the day on which a mediation or conciliation ended without
// settling the claim (CPC 750-1): one that was followed here, or only recorded for the
// limitation. The simplified procedure for small claims, tried in vain, stands in for
// it (CPC 750-1, 5°).
func amicableAttempt(file File) calendar.Date {
	var attempt calendar.Date
	for _, mediation := range file.Case.Mediations {
		if mediation.Outcome == collection.OutcomeFailure {
			attempt = max(attempt, mediation.Ended)
		}
	}
	for _, h := range file.Case.Handoffs {
		inVain := h.End == handoff.EndUnpaid || h.End == handoff.EndReturned
		if h.Route == handoff.SmallClaims && !h.DeliveredOn.IsZero() && inVain {
			attempt = max(attempt, h.EndedOn)
		}
	}
	for _, event := range file.LimitationEvents {
		isAttempt := event.Kind == deadlines.Mediation || event.Kind == deadlines.Conciliation
		if isAttempt && event.Void == deadlines.NotVoid && !event.Until.IsZero() && !strings.HasPrefix(event.ID, "mediation/") {
			attempt = max(attempt, event.Until)
		}
	}
	return attempt
}
