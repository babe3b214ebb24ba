package activities_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases"
	"relance/collection"
	"relance/ledger"
	"relance/messaging/compose"
	"relance/messaging/simulator"
	"relance/money"
	"relance/workflows"
)

// paper has the cases of this test begin with a formal notice by letter.
func paper(opening *casefile.Opening) {
	opening.Strategy = collection.Strategy{Name: "paper", Version: 1, Steps: []collection.Step{
		{Key: "formal", DueOffset: -20, Tone: collection.ToneFormal, Channels: []collection.Channel{"letter"}, Template: "formal-notice", DeadlineDays: 8, Stage: collection.StageFormalNotice},
		{Key: "handoff", Spacing: 30, Opens: collection.TaskHandoff, Stage: collection.StageHandoff},
	}}
}

// printQueue is a post office with one letter about three invoices in its print queue,
// and what is printed.
type printQueue struct {
	*postOffice
	printed []compose.Letter
}

func lettered(t *testing.T, change ...func(*postOffice)) *printQueue {
	t.Helper()
	q := &printQueue{postOffice: open(t, paper)}
	q.also("F-2", paper)
	q.also("F-3", paper)
	q.Print = func(letter compose.Letter) ([]byte, error) {
		q.printed = append(q.printed, letter)
		return []byte("%PDF-" + strings.Join(letter.References, " ")), nil
	}
	for _, with := range change {
		with(q.postOffice)
	}
	require.Equal(t, activities.DeliveryAccepted, q.deliver("formal", collection.ChannelLetter).Outcome)
	require.Equal(t, []string{"F-1", "F-2", "F-3"}, q.rows(0))
	return q
}

// rows are the invoices of the n-th letter that was printed.
func (q *printQueue) rows(n int) []string {
	var invoices []string
	for _, row := range q.printed[n].Invoices.Rows {
		invoices = append(invoices, row[0])
	}
	return invoices
}

func (q *printQueue) replace() int {
	q.t.Helper()
	replaced, err := q.ReplaceLetters(q.t.Context())
	require.NoError(q.t, err)
	return replaced
}

// register is each letter's state by its number.
func (q *printQueue) register() map[string]casefile.LetterState {
	q.t.Helper()
	letters, err := q.store.Letters(q.t.Context(), casefile.LetterFilter{})
	require.NoError(q.t, err)
	states := map[string]casefile.LetterState{}
	for _, letter := range letters {
		states[letter.Number] = letter.State
	}
	return states
}

// toPost are the open tasks to post a letter.
func (q *printQueue) toPost() []string {
	q.t.Helper()
	tasks, err := q.store.Tasks(q.t.Context(), casefile.TaskFilter{Kind: collection.TaskPostLetter, State: casefile.TaskOpen})
	require.NoError(q.t, err)
	var titles []string
	for _, task := range tasks {
		titles = append(titles, task.Title)
	}
	return titles
}

func TestALetterAboutSeveralInvoicesLeavesWithoutTheOneThatIsPaidOrHeld(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, invoice string
		stops         func(*printQueue, string)
	}{
		{"its own invoice is paid", "F-1", func(q *printQueue, invoice string) { q.pay(invoice) }},
		{"another is paid", "F-2", func(q *printQueue, invoice string) { q.pay(invoice) }},
		{"its own is held", "F-1", func(q *printQueue, invoice string) { q.decideAbout(invoice, "k", heldFrom(calendar.DateOf(moment))) }},
		{"another is held", "F-3", func(q *printQueue, invoice string) { q.decideAbout(invoice, "k", heldFrom(calendar.DateOf(moment))) }},
		{"another is written off", "F-3", func(q *printQueue, invoice string) {
			q.decideAbout(invoice, "k", collection.CaseEnded{Outcome: collection.StageWrittenOff})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			q := lettered(t)
			c.stops(q, c.invoice)
			require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterCancelled}, q.register())
			require.Empty(t, q.toPost(), "nobody posts it")
			for range 3 {
				q.replace()
			}
			require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterCancelled, "2026-000002": casefile.LetterQueued}, q.register())
			require.Len(t, q.printed, 2)
			require.Len(t, q.rows(1), 2)
			require.NotContains(t, q.rows(1), c.invoice)
			require.Equal(t, []string{"Print and post the letter 2026-000002"}, q.toPost())
			for _, invoice := range numbers(3) {
				require.Len(t, q.fileOf(invoice).Case.Steps, 1)
				require.Equal(t, []collection.Attempt{{Channel: collection.ChannelLetter}}, q.fileOf(invoice).Case.Steps[0].Attempts, "the ladder knows of one letter")
				if invoice != c.invoice {
					require.Len(t, q.fileOf(invoice).Messages, 2)
				}
			}
			posted, err := q.store.ReportLetter(t.Context(), casefile.LetterReport{
				Creditor: casefiletest.Creditor, Number: "2026-000001", State: casefile.LetterPosted, On: calendar.DateOf(moment).AddDays(1), Actor: "anne", At: moment,
			})
			require.NoError(t, err)
			require.Contains(t, posted.Warning(), "was posted although it was not to be")
			require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterPosted, "2026-000002": casefile.LetterCancelled}, q.register(),
				"the one in its place would say the same once more")
			require.Empty(t, q.toPost())
			require.Zero(t, q.replace(), "and nothing follows it")
		})
	}
}

func TestWhatWasHeldLeavesInALetterOfItsOwnOnceTheHoldEnds(t *testing.T) {
	t.Parallel()
	q := lettered(t)
	today := calendar.DateOf(moment)
	q.decideAbout("F-2", "hold", heldFrom(today))
	require.Equal(t, 1, q.replace())
	require.Zero(t, q.replace())
	q.decideAbout("F-2", "release", collection.HoldReleased{ID: "h", On: today})
	require.Equal(t, 1, q.replace())
	require.Equal(t, []string{"F-1", "F-3"}, q.rows(1))
	require.Equal(t, []string{"F-2"}, q.rows(2))
	require.Zero(t, q.replace())
	require.Len(t, q.toPost(), 2)
}

func TestAPaymentThatIsTakenBackBringsTheLetterOfItsInvoiceBack(t *testing.T) {
	t.Parallel()
	for _, invoice := range []string{"F-1", "F-2"} { // that of the letter's own case, and another
		q := lettered(t)
		q.pay(invoice)
		q.replace()
		_, err := q.store.PostEntry(t.Context(), casefile.Posting{
			Creditor: casefiletest.Creditor, Invoice: invoice, Source: "test", At: moment,
			Entry: ledger.Entry{Kind: ledger.EntryReversal, ID: "R", Reverses: "pay-" + invoice, ValueDate: calendar.DateOf(moment)},
		})
		require.NoError(t, err)
		require.Equal(t, 1, q.replace())
		require.Equal(t, []string{invoice}, q.rows(2))
		require.ElementsMatch(t, []string{"Print and post the letter 2026-000002", "Print and post the letter 2026-000003"}, q.toPost(), "and nobody posts the first one")
	}
}

func TestALetterThatWaitsAsksForWhatIsStillOpen(t *testing.T) {
	t.Parallel()
	q := &printQueue{postOffice: open(t, paper)}
	q.Print = func(letter compose.Letter) ([]byte, error) {
		q.printed = append(q.printed, letter)
		return []byte("%PDF-"), nil
	}
	q.deliver("formal", collection.ChannelLetter)
	q.paysPart("P1", 20_50)
	require.Equal(t, 1, q.replace())
	require.Contains(t, q.printed[1].Invoices.Total.Value, "99,50")
	require.Equal(t, q.printed[0].Payment[len(q.printed[0].Payment)-1], q.printed[1].Payment[len(q.printed[1].Payment)-1], "until the same day")
	require.Zero(t, q.replace())
}

// The debtor was to be contacted by the letter that was cancelled, and is not once more.
func TestALetterInPlaceOfAnotherIsNoFurtherContact(t *testing.T) {
	t.Parallel()
	q := &printQueue{postOffice: open(t, paper, func(opening *casefile.Opening) { opening.Strategy.Steps[0].Tone = collection.ToneFirm })}
	q.Print = func(letter compose.Letter) ([]byte, error) {
		q.printed = append(q.printed, letter)
		return []byte("%PDF-"), nil
	}
	q.keepsContactPolicy()
	order := q.order("formal", collection.ChannelLetter)
	order.Tone = collection.ToneFirm
	delivery, err := q.Deliver(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
	q.paysPart("P1", 20_50)
	require.Equal(t, 1, q.replace())
	require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterCancelled, "2026-000002": casefile.LetterQueued}, q.register())
	require.Equal(t, []string{"Print and post the letter 2026-000002"}, q.toPost())
}

// A letter that is written anew days later names a later day, and the ladder waits for it.
func TestTheCaseIsToldWhichDayALetterInPlaceOfAnotherNames(t *testing.T) {
	t.Parallel()
	q := lettered(t)
	untold := func() []casefile.ReplacedNotice {
		notices, err := q.store.ReplacedNotices(t.Context())
		require.NoError(t, err)
		return notices
	}
	require.Empty(t, untold())
	q.at(moment.AddDate(0, 0, 4))
	q.pay("F-2")
	require.Equal(t, 1, q.replace())
	named := calendar.NewDate(2026, time.April, 7) // 8 days from Friday 27 March, and Easter between
	require.ElementsMatch(t, []casefile.ReplacedNotice{
		{Creditor: casefiletest.Creditor, Invoice: "F-1", Step: "formal", Deadline: named},
		{Creditor: casefiletest.Creditor, Invoice: "F-3", Step: "formal", Deadline: named},
	}, untold())
	q.decideAbout("F-1", "replaced", collection.NoticeReplaced{Step: "formal", Deadline: named})
	require.Equal(t, named, q.fileOf("F-1").Case.Steps[0].Deadline)
	require.Len(t, untold(), 1, "who knows is not told again")
	q.pay("F-3")
	require.Empty(t, untold(), "nor a case that is over")
}

func TestManyWorkersReplaceALetterOnce(t *testing.T) {
	t.Parallel()
	q := lettered(t)
	q.Print = func(compose.Letter) ([]byte, error) { return []byte("%PDF-"), nil }
	q.pay("F-2")
	var together sync.WaitGroup
	for range 6 {
		together.Go(func() {
			if _, err := q.ReplaceLetters(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	q.replace()
	require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterCancelled, "2026-000002": casefile.LetterQueued}, q.register())
	require.Len(t, q.toPost(), 1)
}

// A worker dies between composing the other letter and handing it on; meanwhile another
// of its invoices is paid.
func TestALetterInPlaceOfAnotherIsReplacedAsWell(t *testing.T) {
	t.Parallel()
	q := lettered(t)
	q.pay("F-2")
	cancelled, err := q.store.LettersToReplace(t.Context(), q.Clock().Now())
	require.NoError(t, err)
	require.Len(t, cancelled, 1)
	replaced, err := q.store.ReplaceLetter(t.Context(), cancelled[0], moment, func(m casefile.MessageContext) (casefile.Draft, error) {
		return casefile.Draft{
			Recipient: "Martin", Template: "formal-notice", Language: "fr", ContentType: "application/pdf", Bytes: []byte("%PDF-"),
			Carries: []casefile.MessageKey{m.Siblings[0].Key},
		}, nil
	})
	require.NoError(t, err)
	require.True(t, replaced)
	q.pay("F-3")
	require.Equal(t, 1, q.replace())
	require.Equal(t, []string{"F-1"}, q.rows(1))
	require.Equal(t, map[string]casefile.LetterState{
		"2026-000001": casefile.LetterCancelled, "2026-000002": casefile.LetterCancelled, "2026-000003": casefile.LetterQueued,
	}, q.register())
}

func TestALetterThatAServiceMayHaveIsReplacedOnceItIsHeldBack(t *testing.T) {
	t.Parallel()
	for _, inTime := range []bool{true, false} {
		var played *simulator.PrintShop
		q := lettered(t, func(o *postOffice) { played = withShop(t, o) })
		q.pay("F-2")
		require.Zero(t, q.replace(), "the service is told first")
		if !inTime {
			require.NoError(t, played.SetFaults(simulator.Faults{}))
			require.NoError(t, q.store.MarkLetterRecalled(t.Context(), q.file().Messages[0].ID, false, moment))
		}
		service := &cases.Service{Store: q.store, Clock: q.Clock}
		_, err := service.RecallLetters(t.Context(), q.Post)
		require.NoError(t, err)
		if inTime {
			require.Equal(t, 1, q.replace())
			require.Equal(t, []string{"F-1", "F-3"}, q.rows(1))
			require.Len(t, played.Letters(), 2)
			_, err := q.store.ReportLetter(t.Context(), casefile.LetterReport{
				Creditor: casefiletest.Creditor, Number: "2026-000001", State: casefile.LetterPosted, On: calendar.DateOf(moment).AddDays(1), Actor: "print shop", At: moment,
			})
			require.NoError(t, err)
			require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterPosted, "2026-000002": casefile.LetterCancelled}, q.register(), "the service had said that it would not post it")
			_, err = service.RecallLetters(t.Context(), q.Post)
			require.NoError(t, err)
			second, err := q.store.LetterOfMessage(t.Context(), q.fileOf("F-3").Messages[1].ID)
			require.NoError(t, err)
			require.Equal(t, "2026-000002", second.Number)
			for range 2 { // too late for it, say: both have left, and nobody asks once more
				require.NoError(t, q.store.MarkLetterRecalled(t.Context(), second.Message, false, moment))
			}
		} else {
			require.Zero(t, q.replace(), "it has left with all three")
			require.Len(t, played.Letters(), 1)
		}
		require.Zero(t, q.replace())
	}
}

func TestEachInvoiceOfALetterSaysHowItsInterestCameAbout(t *testing.T) {
	t.Parallel()
	bill := func(opening *casefile.Opening) {
		paper(opening)
		opening.Strategy.Steps[0].DueOffset = 20
		opening.Invoice.Total = money.FromMinor(1_000_000, money.EUR)
		opening.Invoice.IssueDate, opening.Invoice.DueDate = calendar.NewDate(2026, time.April, 1), calendar.NewDate(2026, time.May, 1)
	}
	o := late(t, bill)
	o.also("F-2", bill, func(opening *casefile.Opening) { opening.Invoice.DueDate = calendar.NewDate(2026, time.June, 1) })
	var printed []compose.Letter
	o.Print = func(letter compose.Letter) ([]byte, error) {
		printed = append(printed, letter)
		return []byte("%PDF-"), nil
	}
	o.deliverToday("formal", collection.ChannelLetter)
	require.Len(t, printed[0].Invoices.Rows, 2)
	plain := strings.NewReplacer("\u00a0", " ", "\u202f", " ")
	require.Equal(t, `Calcul des pénalités de retard :
F-1 : 10 000,00 € au taux de 12,15 % l’an, du 02/05/2026 au 30/06/2026 inclus, soit 60 jours sur 365.
F-1 : 10 000,00 € au taux de 12,40 % l’an, du 01/07/2026 au 01/07/2026 inclus, soit 1 jour sur 365.
F-2 : 10 000,00 € au taux de 12,15 % l’an, du 02/06/2026 au 30/06/2026 inclus, soit 29 jours sur 365.
F-2 : 10 000,00 € au taux de 12,40 % l’an, du 01/07/2026 au 01/07/2026 inclus, soit 1 jour sur 365.`, plain.Replace(strings.Join(printed[0].Interest, "\n")))
}

// The worker of the first invoice stopped when the letter was composed, and the second
// one's sends it.
func TestALetterThatASiblingSendsIsPostedByOneTask(t *testing.T) {
	t.Parallel()
	q := &printQueue{postOffice: open(t, paper)}
	q.also("F-2", paper)
	order := q.order("formal", collection.ChannelLetter)
	key := casefile.MessageKey{Creditor: order.Creditor, Invoice: order.Invoice, Round: order.Round, Step: order.Step, Channel: order.Channel, Try: order.Try}
	composed, gate, err := q.store.ReserveMessage(t.Context(), casefile.Reservation{MessageKey: key, At: order.At, Deadline: order.Deadline}, func(m casefile.MessageContext) (casefile.Draft, error) {
		draft := casefile.Draft{
			Recipient: m.Debtor.Name, Template: order.Template, Language: "fr", ContentType: "application/pdf", Bytes: []byte("%PDF-"),
		}
		for _, sibling := range m.Siblings {
			draft.Carries = append(draft.Carries, sibling.Key)
		}
		return draft, nil
	})
	require.NoError(t, err)
	require.True(t, gate.Passes, gate.Reason)
	require.Equal(t, []string{"F-1", "F-2"}, composed.Invoices)

	order.Invoice = "F-2"
	delivery, err := q.Deliver(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
	letter, err := q.store.LetterOfMessage(t.Context(), composed.ID)
	require.NoError(t, err)
	require.Len(t, q.toPost(), 1)
	_, err = q.store.ReportLetter(t.Context(), casefile.LetterReport{
		Creditor: letter.Creditor, Number: letter.Number, State: casefile.LetterPosted, On: calendar.DateOf(moment).AddDays(1), Actor: "anne", At: moment,
	})
	require.NoError(t, err)
	require.Empty(t, q.toPost(), "it is posted")
}

// What keeps a letter from being written anew is corrected, and nobody has to say so; or
// a person ticks the task off.
func TestTheTaskToCorrectALetterIsDoneByTheLetter(t *testing.T) {
	t.Parallel()
	q := lettered(t)
	q.pay("F-2")
	printing := q.Print
	q.Print = func(compose.Letter) ([]byte, error) { return nil, errors.New("the logo cannot be read") }
	require.Zero(t, q.replace())
	require.Zero(t, q.replace())
	tasks, err := q.store.Tasks(t.Context(), casefile.TaskFilter{Kind: collection.TaskReach})
	require.NoError(t, err)
	require.Len(t, tasks, 1)
	require.Contains(t, tasks[0].Detail, "the logo cannot be read")

	q.Print = printing
	require.Equal(t, 1, q.replace())
	tasks, err = q.store.Tasks(t.Context(), casefile.TaskFilter{Kind: collection.TaskReach})
	require.NoError(t, err)
	require.Equal(t, casefile.TaskDone, tasks[0].State)
	require.Equal(t, "the letter is written anew", tasks[0].Note)
	require.False(t, tasks[0].IsDoneByDecision(), "a person may tick it off as well")
}

// recalled is a print queue whose service has no letter any more: F-2 is paid meanwhile.
func recalled(t *testing.T) (*printQueue, *simulator.PrintShop) {
	t.Helper()
	byRegisteredLetter := func(opening *casefile.Opening) {
		paper(opening)
		opening.Strategy.Steps[0].Channels = []collection.Channel{collection.ChannelRegisteredLetter}
	}
	q := &printQueue{postOffice: open(t, byRegisteredLetter)}
	q.also("F-2", byRegisteredLetter)
	played := withShop(t, q.postOffice)
	q.Print = func(letter compose.Letter) ([]byte, error) {
		q.printed = append(q.printed, letter)
		return []byte("%PDF-" + strings.Join(letter.References, " ")), nil
	}
	require.Equal(t, activities.DeliveryAccepted, q.deliver("formal", collection.ChannelRegisteredLetter).Outcome)
	q.pay("F-2")
	_, err := (&cases.Service{Store: q.store, Clock: q.Clock}).RecallLetters(t.Context(), q.Post)
	require.NoError(t, err)
	return q, played
}

// inPlace is the same queue after the service could not be handed the letter in place of the
// one it had.
func inPlace(t *testing.T) (*printQueue, *simulator.PrintShop) {
	t.Helper()
	q, played := recalled(t)
	require.NoError(t, played.SetFaults(simulator.Faults{RateLimited: 1}))
	replaced, err := q.ReplaceLetters(t.Context())
	require.ErrorContains(t, err, "slow down")
	require.Equal(t, 1, replaced)
	require.NoError(t, played.SetFaults(simulator.Faults{}))
	return q, played
}

func TestALetterInPlaceOfAnotherLeavesThoughContactsChangeWhileTheServiceIsAway(t *testing.T) {
	t.Parallel()
	q, played := inPlace(t)
	q.stop(collection.ChannelSMS, "+33612345678")
	require.Zero(t, q.replace())
	require.Len(t, played.Letters(), 2)
	require.Equal(t, casefile.LetterQueued, q.register()["2026-000002"])
}

func TestALetterInPlaceOfAnotherWaitsForTheGate(t *testing.T) {
	t.Parallel()
	q, played := inPlace(t)
	stop := casefile.Stop{Creditor: casefiletest.Creditor, Stop: collection.Stop{
		ID: "b", Kind: collection.StopKillSwitch, Scope: collection.ScopeCreditor, Reason: "the bank is closed", At: moment,
	}}
	_, _, err := q.store.SetStop(t.Context(), stop)
	require.NoError(t, err)
	for range 2 {
		require.Zero(t, q.replace())
	}
	require.Len(t, played.Letters(), 1)
	_, err = q.store.LiftStop(t.Context(), "b", "anne", moment)
	require.NoError(t, err)
	q.replace()
	require.Len(t, played.Letters(), 2, "no case was told of the stop")
	require.Len(t, q.printed, 2)
}

func TestALetterInPlaceOfAnotherThatIsOutOfDateIsWrittenAnew(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*printQueue){
		"by a discount":            func(q *printQueue) { q.offers() },
		"by the day that it names": func(q *printQueue) { q.at(moment.AddDate(0, 0, 9)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, played := inPlace(t)
			change(q)
			require.Zero(t, q.replace(), "it is cancelled")
			_, err := (&cases.Service{Store: q.store, Clock: q.Clock}).RecallLetters(t.Context(), q.Post)
			require.NoError(t, err)
			require.Equal(t, 1, q.replace())
			require.Zero(t, q.replace())
			require.Equal(t, map[string]casefile.LetterState{
				"2026-000001": casefile.LetterCancelled, "2026-000002": casefile.LetterCancelled, "2026-000003": casefile.LetterQueued,
			}, q.register())
			require.Len(t, played.Letters(), 2)
		})
	}
}

// In hardship a formal notice needs a person's approval, also one that lies there unposted;
// to its ladder the step is done, and nothing else asks.
func TestALetterOfADebtorInHardshipIsPostedOnceAPersonApprovesIt(t *testing.T) {
	t.Parallel()
	q := lettered(t)
	flag := casefile.HardshipFlag{
		Creditor: casefiletest.Creditor, Debtor: casefiletest.Debtor, ID: "H-1", Kind: collection.SoftHardship, Reason: collection.HardshipCash, Actor: "anne", At: moment,
	}
	_, err := q.store.FlagHardship(t.Context(), flag)
	require.NoError(t, err)
	require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterCancelled}, q.register())
	for range 2 {
		require.Zero(t, q.replace())
	}
	service := &cases.Service{Store: q.store, Clock: q.Clock}
	pending, _, _, err := service.Approvals(t.Context(), cases.ApprovalFilter{})
	require.NoError(t, err)
	require.Len(t, pending, 3)

	_, err = service.Approve(t.Context(), casefiletest.Creditor, "F-1", workflows.StepOrder{Step: "formal", By: "paul", For: "1.00 EUR by paper@1"})
	require.ErrorContains(t, err, "has changed since it was looked at")
	_, err = service.Approve(t.Context(), casefiletest.Creditor, "F-1", workflows.StepOrder{Step: "formal", By: "paul"})
	require.NoError(t, err)
	_, err = service.Command(t.Context(), casefiletest.Creditor, "F-2", workflows.CommandRefuseApproval, workflows.ApprovalRefusal{Step: "formal", Reason: "they are ill", By: "paul"})
	require.NoError(t, err)
	require.Equal(t, 1, q.replace())
	require.Zero(t, q.replace())
	require.Equal(t, []string{"F-1"}, q.rows(1))
	require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterCancelled, "2026-000002": casefile.LetterQueued}, q.register())

	flag.Ended = calendar.DateOf(moment)
	_, err = q.store.FlagHardship(t.Context(), flag)
	require.NoError(t, err)
	require.Equal(t, 1, q.replace())
	require.Zero(t, q.replace())
	require.Equal(t, []string{"F-3"}, q.rows(2))
	pending, _, _, err = service.Approvals(t.Context(), cases.ApprovalFilter{})
	require.NoError(t, err)
	require.Empty(t, pending)
	tasks, err := q.store.Tasks(t.Context(), casefile.TaskFilter{Kind: collection.TaskApproval, State: casefile.TaskOpen})
	require.NoError(t, err)
	require.Empty(t, tasks)
}

// Until the case is told of the later day, the gate keeps the next step back.
func TestNoStepLeavesBeforeTheDayThatALetterInPlaceOfAnotherNames(t *testing.T) {
	t.Parallel()
	thenByMail := func(opening *casefile.Opening) {
		paper(opening)
		opening.Strategy.Steps[1] = ladder().Steps[0]
		opening.Strategy.Steps[1].Key = "last"
	}
	q := &printQueue{postOffice: open(t, thenByMail)}
	q.also("F-2", thenByMail)
	q.Print = func(compose.Letter) ([]byte, error) { return []byte("%PDF-"), nil }
	require.Equal(t, activities.DeliveryAccepted, q.deliver("formal", collection.ChannelLetter).Outcome)
	q.at(moment.AddDate(0, 0, 4))
	q.pay("F-2")
	require.Equal(t, 1, q.replace())

	deliver := func(day time.Time) activities.Delivery {
		q.at(day)
		order := q.order("firm", collection.ChannelEmail)
		order.Step, order.At, order.Deadline = "last", day, calendar.NewDate(2026, time.April, 30)
		delivery, err := q.Deliver(t.Context(), order)
		require.NoError(t, err)
		return delivery
	}
	early := deliver(time.Date(2026, time.April, 7, 9, 0, 0, 0, time.UTC))
	require.Equal(t, activities.DeliveryWithheld, early.Outcome)
	require.Equal(t, "a letter in place of another gives the debtor until 2026-04-07", early.Reason)
	require.Equal(t, calendar.NewDate(2026, time.April, 8), calendar.DateOf(early.Until))
	require.Equal(t, activities.DeliveryAccepted, deliver(time.Date(2026, time.April, 8, 9, 0, 0, 0, time.UTC)).Outcome)
}
