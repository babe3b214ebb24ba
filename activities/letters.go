package activities

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/messaging"
	"relance/messaging/compose"
)

// draftLetter composes a letter under its number in the creditor's register.
func (n *Notices) draftLetter(draft *casefile.Draft, order NoticeOrder, m casefile.MessageContext, facts compose.Facts) error {
	facts.LetterNumber, facts.Registered = m.LetterNumber, order.Channel == collection.ChannelRegisteredLetter
	facts.LateFees = withPeriods(m, facts.LateFees)
	pdf, err := n.letter(order, draft.Language, facts)
	if err != nil {
		return err
	}
	draft.Recipient = strings.Join(append([]string{m.Debtor.Name}, facts.Debtor.Address...), "\n")
	draft.ContentType, draft.Bytes = contentPDF, pdf
	return nil
}

// asCopy are the facts of a copy by mail of the letter that the step also posts: it
// says how that is posted, and has no number of its own.
func asCopy(order NoticeOrder, m casefile.MessageContext, facts compose.Facts) compose.Facts {
	step, found := m.Case.Strategy.Step(order.Step)
	facts.Registered = found && slices.Contains(step.Channels, collection.ChannelRegisteredLetter)
	facts.LateFees = withPeriods(m, facts.LateFees)
	return facts
}

// isPostedToo reports whether the step of a mail also posts a letter. A mail that leaves
// in place of a letter goes alone, and so does one whose letter has failed or has nowhere
// to go.
func isPostedToo(order NoticeOrder, m casefile.MessageContext) bool {
	step, found := m.Case.Strategy.Step(order.Step)
	if !found || !slices.Contains(step.Channels, order.Channel) || m.Debtor.Line1 == "" || m.Debtor.City == "" {
		return false
	}
	failed := func(channel collection.Channel) bool {
		return slices.ContainsFunc(m.Case.Steps, func(r collection.StepRecord) bool {
			return r.Key == order.Step && slices.ContainsFunc(r.Attempts, func(a collection.Attempt) bool { return a.Channel == channel && a.Failed })
		})
	}
	return slices.ContainsFunc(step.Channels, func(channel collection.Channel) bool { return channel.IsPaper() && !failed(channel) })
}

// withPeriods are the late fees with how their interest came about, invoice by invoice,
// as a judge wants to see it. Where a payment or a waiver took a part of it, the statement of account says
// how, and a letter does not.
func withPeriods(m casefile.MessageContext, fees *compose.LateFees) *compose.LateFees {
	if fees == nil || fees.Interest.IsZero() {
		return fees
	}
	detailed := *fees
	for _, notice := range groupOf(m).due {
		detailed.Periods = append(detailed.Periods, periods(notice)...)
	}
	return &detailed
}

// periods are the times that the interest of one invoice is made of; none where they
// are not known, or where it was partly paid or waived. The amounts are told all the
// same.
func periods(notice casefile.NoticeContext) []compose.InterestPeriod {
	interest := notice.Today.LateFees.Interest
	if !interest.Paid.IsZero() || !interest.Waived.IsZero() {
		return nil
	}
	explained, err := notice.Account.Explain(notice.Today.AsOf)
	if err != nil {
		return nil
	}
	var times []compose.InterestPeriod
	for _, segment := range explained.Segments {
		times = append(times, compose.InterestPeriod{
			Invoice: notice.Invoice.Number, From: segment.From, To: segment.To, Days: segment.Days, YearDays: segment.Base,
			Rate: segment.Rate, Principal: segment.Principal,
		})
	}
	return times
}

func (n *Notices) letter(order NoticeOrder, language string, facts compose.Facts) ([]byte, error) {
	wording, err := n.Templates.Letter(order.Template, language, facts)
	if err != nil {
		return nil, &UnusableChannelError{Channel: order.Channel, Reason: err.Error()}
	}
	if facts.LetterNumber == "" || n.Post != nil {
		wording.PostingNumber = "" // on a copy, and on what a service posts, nobody writes it
	}
	pdf, err := n.Print(wording)
	if err != nil {
		return nil, &UnusableChannelError{Channel: order.Channel, Reason: err.Error()}
	}
	return pdf, nil
}

// printAndPost is the service that Notices.Post is, in the case file.
const printAndPost = "print-and-post"

// queueLetter puts the letter into the print queue and asks a person to print and post
// it, or hands it to the service that does. What it writes is idempotent: the task stands
// in the case of the letter, whichever notice in it has it sent.
func (n *Notices) queueLetter(ctx context.Context, order NoticeOrder, message casefile.Message) messaging.Outcome {
	handedTo := ""
	if n.Post != nil {
		handedTo = printAndPost
	}
	letter, err := n.Store.QueueLetter(ctx, message.ID, handedTo, message.BusinessAt)
	if err != nil && !errors.Is(err, casefile.ErrUnknownLetter) { // composed before there was a register, it has no number
		return messaging.Outcome{Verdict: messaging.NotSent, Cause: messaging.CauseUnreachable, Reason: err.Error()}
	}
	if letter.State == casefile.LetterCancelled { // what it says stopped being true in this very moment
		return messaging.Outcome{Verdict: messaging.Accepted, ProviderID: letter.ProviderID()}
	}
	if letter.HandedTo != "" {
		return n.handIn(ctx, letter, message)
	}
	title, detail := letterTask(order, letter)
	_, _, err = n.Store.OpenTask(ctx, casefile.TaskOrder{
		Creditor: message.Creditor, Invoice: message.Invoice, Kind: collection.TaskPostLetter, Key: "post/" + message.ID,
		Title: title, Detail: detail, At: message.BusinessAt, DueOn: calendar.DateOf(message.BusinessAt).AddDays(1),
	})
	if err != nil {
		return messaging.Outcome{Verdict: messaging.NotSent, Cause: messaging.CauseUnreachable, Reason: err.Error()}
	}
	return messaging.Outcome{Verdict: messaging.Accepted, ProviderID: letter.ProviderID()}
}

// handIn hands a letter to the service that prints and posts it. One that a service may
// have is for no person to post.
func (n *Notices) handIn(ctx context.Context, letter casefile.Letter, message casefile.Message) messaging.Outcome {
	if n.Post == nil {
		return messaging.Outcome{
			Verdict: messaging.NotSent, Cause: messaging.CauseConfiguration,
			Reason: "letter " + letter.Number + " is for the service " + letter.HandedTo + ", which is not configured any more",
		}
	}
	address := strings.Split(message.Recipient, "\n")
	outcome := n.Post.PostLetter(ctx, messaging.Letter{
		MessageID: message.ID, Reference: letter.ProviderID(), Registered: letter.Kind == casefile.LetterRegistered,
		Recipient: append(address[:1:1], compose.Postal(address[1:])...), PDF: message.Bytes,
	})
	if outcome.Verdict == messaging.Rejected {
		_, err := n.Store.ReportLetter(ctx, casefile.LetterReport{
			Creditor: letter.Creditor, Number: letter.Number, State: casefile.LetterCancelled, Reason: outcome.Reason,
			Actor: letter.HandedTo, At: message.BusinessAt,
		})
		if err != nil { // asked again, the service refuses it again
			return messaging.Outcome{Verdict: messaging.NotSent, Cause: outcome.Cause, Reason: err.Error()}
		}
	}
	return outcome
}

// letterTask is what a person is asked to do with a letter.
func letterTask(order NoticeOrder, letter casefile.Letter) (title, detail string) {
	if letter.Number == "" {
		return taskTexts(TaskOrder{Task: collection.TaskPostLetter, Step: order.Step})
	}
	title, how := "Print and post the letter "+letter.Number, "Post it"
	if letter.Kind == casefile.LetterRegistered {
		title, how = "Print and post the registered letter "+letter.Number, "Post it registered, with acknowledgement of receipt,"
	}
	return title, "The letter of the step " + order.Step + " is in the print queue. " + how +
		" and report it as posted with its day and its posting number: that does this task."
}

// absenceProves is how long after a call (wall) a service that does not have the letter
// will not get it any more by that call.
const absenceProves = 2 * time.Minute

// proveLetter decides about a letter of which it is not known whether the service has it.
// The service is asked; one that does not have it is handed the letter again, past the
// gate, because the debtor may have paid since. To ask a person again is idempotent.
func (n *Notices) proveLetter(ctx context.Context, order NoticeOrder, message casefile.Message, at time.Time) (Delivery, error) {
	if n.Post == nil {
		return n.send(ctx, order, casefile.Sending{Message: message}, at, func() {})
	}
	proof, found, err := n.Post.FindLetter(ctx, message.ID)
	switch waited := time.Since(message.LastSendingAt); {
	case err != nil:
		return Delivery{}, tryAgain("looking for proof that the letter was taken: "+err.Error(), "NoProof", proofDelay)
	case found:
		accepted, err := n.Store.MarkAccepted(ctx, message.ID, providerPost, proof.ProviderID, at)
		return delivered(accepted, order.Invoice), err
	case waited < absenceProves:
		return Delivery{}, tryAgain("the letter may be on its way to the service", "NoProof", min(proofDelay, absenceProves-waited))
	}
	if _, err := n.Store.MarkNotSent(ctx, message.ID, "the service does not have the letter", at); err != nil {
		return Delivery{}, err
	}
	return Delivery{}, tryAgain("the service does not have the letter: it is handed in again", "NotSent", time.Second)
}
