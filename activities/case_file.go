package activities

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/jackc/pgx/v5/pgconn"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
)

// CaseFile are the activities that read and write the case file only.
type CaseFile struct {
	Store *casefile.Store
	// Clock is the installation's business clock.
	Clock func() calendar.Clock
}

// Register adds the activities to a worker of the task queue "relance".
func (f *CaseFile) Register(registry worker.ActivityRegistry) {
	registry.RegisterActivityWithOptions(f.LoadCase, activity.RegisterOptions{Name: NameLoadCase})
	registry.RegisterActivityWithOptions(f.PostEntry, activity.RegisterOptions{Name: NamePostEntry})
	registry.RegisterActivityWithOptions(f.OpenTask, activity.RegisterOptions{Name: NameOpenTask})
	registry.RegisterActivityWithOptions(f.RecordDecision, activity.RegisterOptions{Name: NameRecordDecision})
	registry.RegisterActivityWithOptions(f.TakeStanding, activity.RegisterOptions{Name: NameTakeStanding})
	registry.RegisterActivityWithOptions(f.RecordLimitationEvent, activity.RegisterOptions{Name: NameRecordLimitationEvent})
	registry.RegisterActivityWithOptions(f.MediationFacts, activity.RegisterOptions{Name: NameMediationFacts})
	f.registerPlans(registry)
}

// ErrorUnknownCase is the type of the error LoadCase fails with, for good, when
// no invoice of that number was ever imported.
const ErrorUnknownCase = "UnknownCase"

// LoadCase reads a case from its rows.
func (f *CaseFile) LoadCase(ctx context.Context, key CaseKey) (LoadedCase, error) {
	loaded, err := f.Store.LoadCase(ctx, key.Creditor, key.Invoice)
	if errors.Is(err, casefile.ErrUnknownCase) {
		return LoadedCase{}, temporal.NewNonRetryableApplicationError(
			fmt.Sprintf("there is no invoice %s of %s: import it before its case is started", key.Invoice, key.Creditor), ErrorUnknownCase, err)
	}
	if err != nil {
		return LoadedCase{}, err
	}
	return LoadedCase{Case: loaded, Clock: f.Clock()}, nil
}

// PostEntry posts a payment, a reversal or a credit note to the account.
func (f *CaseFile) PostEntry(ctx context.Context, order EntryOrder) (EntryPosted, error) {
	posted, err := f.Store.PostEntry(ctx, casefile.Posting{
		Creditor: order.Creditor, Invoice: order.Invoice, Entry: order.Entry, Source: "signal", Actor: plainText(order.By), At: order.At,
		Role: order.Role, ApprovedBy: plainText(order.ApprovedBy),
	})
	var refused *collection.Refusal
	if errors.As(err, &refused) {
		return EntryPosted{Refused: refused.Message, RefusedAs: refused.Code}, nil
	}
	if err != nil {
		return EntryPosted{}, err
	}
	return EntryPosted{Outcome: posted.Outcome, Open: posted.Position.Open, LateFees: posted.LateFees, Settled: posted.Settled, Plan: posted.Plan, Concluded: posted.Concluded}, nil
}

// OpenTask asks a person to do something about a case.
func (f *CaseFile) OpenTask(ctx context.Context, order TaskOrder) error {
	if order.Task == collection.TaskInsolvency {
		return f.openInsolvencyTask(ctx, order)
	}
	task := ordinaryTask(order)
	switch order.Task {
	case collection.TaskLimitation:
		task = limitationTask(order)
	case collection.TaskDisputeOverdue:
		task = disputeOverdueTask(order)
	case collection.TaskHandoffApproval, collection.TaskTimeLimit:
		task = handoffTask(order)
	case collection.TaskHandoff:
		routes, err := f.Store.Routes(ctx, order.Creditor, order.Invoice, order.At)
		if err != nil {
			return err
		}
		task.Detail += routesText(routes)
	case collection.TaskReach:
		file, err := f.Store.CaseFile(ctx, order.Creditor, order.Invoice)
		if err != nil {
			return err
		}
		if order.Doubtful {
			task = doubtfulTask(file, order, task)
		}
		task.Detail += reachText(file, order)
	default:
		if order.Mediation != "" {
			task = mediationTask(order)
		}
	}
	task.Creditor, task.Invoice, task.Round, task.Step = order.Creditor, order.Invoice, order.Round, order.Step
	task.Kind, task.At = order.Task, order.At
	_, _, err := f.Store.OpenTask(ctx, task)
	return err
}

func ordinaryTask(order TaskOrder) casefile.TaskOrder {
	title, detail := taskTexts(order)
	return casefile.TaskOrder{
		Key:   taskKey(order),
		Title: title, Detail: detail, DueOn: calendar.DateOf(order.At).AddDays(taskDays),
	}
}

// taskKey makes a task open once, however often the activity runs. What to do about
// late fees is asked anew whenever the principal has been paid again.
func taskKey(order TaskOrder) string {
	if order.Task == collection.TaskLateFees {
		return fmt.Sprintf("%s/%s", order.Task, order.At.UTC().Format(time.RFC3339Nano))
	}
	return fmt.Sprintf("%s/%d/%s/%d", order.Task, order.Round, order.Step, order.Try)
}

// taskDays is how long a person has for a task before it shows as late.
const taskDays = 5

func taskTexts(order TaskOrder) (title, detail string) {
	switch order.Task {
	case collection.TaskApproval:
		if order.OtherRecipient {
			return "Approve the step " + order.Step + " again", "It goes to others than it was approved for: a contact or an address has changed since. Look at whom it goes to, and approve it, or skip it with a reason."
		}
		return "Approve the step " + order.Step, "The strategy asks for a person's approval before this step acts. Approve it, or skip it with a reason."
	case collection.TaskDeputy:
		return "Approve the step " + order.Step + " as a deputy", "Nobody has approved this step yet, and the request will expire. Approve it, or refuse it with a reason."
	case collection.TaskReach:
		return "Find a way to reach the debtor", "Every channel of the step " + order.Step + " failed. Correct the contact and retry the step, or skip it with a reason."
	case collection.TaskAnnounce:
		return "A formal notice is about to leave", "The step " + order.Step + " leaves on " + order.Day.String() +
			" unless the claim is paid. If it must not, put the case on hold or skip the step."
	case collection.TaskProof:
		return "Find out whether the notice arrived", "There is no proof yet that the notice of the step " + order.Step +
			" reached the debtor, and later steps wait for it. Note the day it was presented or delivered, or have the step tried again."
	case collection.TaskMediation:
		return "Propose a mediation", "The reminders had no effect. Propose an amicable mediation to the debtor and note what comes of it."
	case collection.TaskHandoff:
		return "Hand the case over", "Every amicable step was taken. Propose a handoff to an agency, a commissaire de justice or a lawyer (relance handoff check shows what stands against it), or give the file away yourself and close the case as handed over."
	case collection.TaskLateFees:
		return "Decide about the late fees", "The principal is paid; late fees that were claimed are open. Claim them from the debtor again, or waive them with a reason."
	case collection.TaskCall:
		return "Call the debtor", "The strategy asks for a telephone call at this step. relance call shows whom to call and what to say; note what comes of it with relance call-outcome."
	case collection.TaskPostLetter:
		return "Print and post the letter", "The letter of the step " + order.Step + " is ready in the case file. Post it and note the posting number."
	default:
		return string(order.Task), ""
	}
}

// ErrorRefused is the type of the error an activity fails with, for good, when the
// case file cannot take what it was given, however often it is tried.
const ErrorRefused = "RefusedByCaseFile"

// RecordDecision writes what was decided about a case.
func (f *CaseFile) RecordDecision(ctx context.Context, order DecisionOrder) error {
	return refusedForGood(f.Store.RecordDecision(ctx, casefile.Decision{
		Creditor: order.Creditor, Invoice: order.Invoice, Key: order.Key, Kind: order.Kind, Actor: plainText(order.By),
		Summary: plainText(order.Note), At: order.At, Events: order.Events,
	}))
}

// refusedForGood marks what retrying cannot cure: a contradiction of recorded
// facts, a refusal of the core, data that PostgreSQL's types or constraints do
// not take (SQLSTATE classes 22 and 23).
func refusedForGood(err error) error {
	var conflict *casefile.ConflictError
	var refused *collection.Refusal
	var database *pgconn.PgError
	switch {
	case errors.As(err, &conflict), errors.As(err, &refused):
	case errors.As(err, &database) && (strings.HasPrefix(database.Code, "22") || strings.HasPrefix(database.Code, "23")):
	default:
		return err
	}
	return temporal.NewNonRetryableApplicationError(err.Error(), ErrorRefused, nil)
}

// maxHistoryText bounds what a signal can write into the history.
const maxHistoryText = 1000

// plainText makes any text storable: signals come from outside, and one that
// PostgreSQL refuses would be tried for ever.
func plainText(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "�"))
	if runes := []rune(text); len(runes) > maxHistoryText {
		text = string(runes[:maxHistoryText]) + "…"
	}
	return text
}
