package workflows_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/deadlines"
	"relance/workflows"
)

func (d *desk) TakeStanding(context.Context, activities.StandingOrder) (activities.StandingTaken, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	position, err := d.account.Position()
	return activities.StandingTaken{Standing: d.standing, Open: position.Open, LateFees: d.account.LateFeesAlone(position), Limitation: d.limitation, Place: d.place}, err
}

// receivership was opened on 2026-04-09 and published on 2026-04-30: claims are to be
// declared by 30 June.
func proceedings() collection.Insolvency {
	return collection.Insolvency{
		Proceeding: "RJ-1", Kind: collection.Receivership, Judgment: on(time.April, 9), From: on(time.April, 10),
		DeclareBy: on(time.June, 30), LastDay: on(time.June, 30), Relief: on(time.October, 30),
	}
}

func receivership(t *testing.T) collection.Insolvency {
	t.Helper()
	return proceedings()
}

// standing has the case file know something of the debtor, and tells the case.
func (b *bench) standing(on string, standing collection.Standing) {
	b.t.Helper()
	b.on(on, func() {
		b.desk.standing = standing
		b.SignalWorkflow(workflows.CommandDebtorStanding, workflows.DebtorStanding{By: "anne"})
	})
}

// of are the days on which tasks of a kind were opened, and of which they told.
func (d *desk) of(kind collection.TaskKind) (opened, about []string) {
	for i, order := range d.tasks {
		if order.Task == kind {
			opened, about = append(opened, dates(d.tasksAt[i:i+1])...), append(about, order.Day.String())
		}
	}
	return opened, about
}

func TestAnInsolventDebtorIsLeftAloneAndItsDeclarationIsWatchedDayByDay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.standing("2026-04-10", collection.Standing{Insolvency: receivership(t)})
	b.on("2026-04-11", func() {
		status := b.status()
		require.Equal(t, collection.StageInsolvency, status.Stage)
		require.Equal(t, "RJ-1", status.Insolvency.Proceeding)
		require.Contains(t, status.Why, "receivership (redressement judiciaire) by the judgment of 2026-04-09")
		require.Contains(t, status.Why, "declare the claim by 2026-06-30")
		require.Contains(t, status.WhyFR, "la créance est à déclarer jusqu’au 30/06/2026")
		require.Equal(t, "2026-05-29", dates([]time.Time{status.NextAt})[0], "30 May is a Saturday: the Friday before")
	})
	b.on("2026-07-03", func() {
		require.Contains(t, b.status().Why, "the time to declare the claim ended on 2026-06-30; relief can be asked for until 2026-10-30")
		require.Zero(t, b.status().NextAt)
	})
	b.payOn("2027-02-01", "LIQ-1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage, "a payment by the liquidator is applied")
	require.Equal(t, []string{"courtesy/email", "courteous/email"}, b.desk.steps(), "nothing leaves after the judgment")
	opened, about := b.desk.of(collection.TaskInsolvency)
	require.Equal(t, []string{"2026-05-29", "2026-06-19", "2026-06-26", "2026-07-01"}, opened, "20 and 28 June are days of a weekend")
	require.Equal(t, opened, about)
}

func TestADeclarationThatWasSentEndsTheWarnings(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.standing("2026-04-10", collection.Standing{Insolvency: receivership(t)})
	declared := receivership(t)
	declared.Declared = date(t, "2026-06-02")
	b.standing("2026-06-02", collection.Standing{Insolvency: declared})
	b.on("2026-07-02", func() { require.Contains(t, b.status().Why, "the claim was declared on 2026-06-02") })
	b.payOn("2026-09-01", "P1", "1000.00")
	b.result()
	opened, _ := b.desk.of(collection.TaskInsolvency)
	require.Equal(t, []string{"2026-05-29"}, opened)
}

func TestAJudgmentThatIsLiftedLetsTheCaseGoOnAtItsStep(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.standing("2026-04-10", collection.Standing{Insolvency: receivership(t)})
	lifted := receivership(t)
	lifted.End, lifted.EndedOn = collection.InsolvencyLifted, date(t, "2026-05-11")
	b.standing("2026-05-11", collection.Standing{Insolvency: lifted})
	b.on("2026-05-12", func() {
		require.Equal(t, collection.StageReminding, b.status().Stage)
		require.Equal(t, "firm", b.status().NextStep)
	})
	b.payOn("2026-05-30", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-03-25", "2026-04-07", "2026-05-18", "2026-05-18", "2026-05-28"}, dates(b.desk.noticedAt),
		"the 31 days of the proceedings do not count as spacing, and no step is repeated")
}

func TestProceedingsClosedForLackOfAssetsWriteTheCaseOff(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.standing("2026-04-10", collection.Standing{Insolvency: receivership(t)})
	closed := receivership(t)
	closed.Kind, closed.End, closed.EndedOn = collection.Liquidation, collection.InsolvencyWithoutAssets, date(t, "2026-09-14")
	b.standing("2026-09-15", collection.Standing{Insolvency: closed})
	require.Equal(t, collection.StageWrittenOff, b.result().Stage)
}

func TestAPlanThatIsAdoptedKeepsTheCaseFrozenWithoutWarnings(t *testing.T) {
	t.Parallel()
	b := setup(t)
	plan := receivership(t)
	plan.End, plan.EndedOn = collection.InsolvencyPlan, date(t, "2026-05-20")
	b.standing("2026-05-20", collection.Standing{Insolvency: plan})
	b.on("2027-05-21", func() {
		require.Equal(t, collection.StageInsolvency, b.status().Stage)
		require.Contains(t, b.status().WhyFR, "un plan a été adopté le 20/05/2026")
	})
	b.payOn("2027-05-22", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	opened, _ := b.desk.of(collection.TaskInsolvency)
	require.Empty(t, opened)
}

// Three cases of one debtor: one waits, one is about to send and its provider is
// away, one is on hold. A fourth was born after the judgment: nothing of it concerns
// that claim, so that the case file says nothing.
func TestAJudgmentFreezesEveryCaseOfTheDebtorAlsoOneThatIsSending(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*bench){
		"waiting": func(*bench) {},
		"sending": func(b *bench) {
			b.desk.deliver = func(order activities.NoticeOrder) (activities.Delivery, error) {
				if order.Step == "courteous" {
					return activities.Delivery{}, errors.New("503 Service Unavailable")
				}
				return activities.Delivery{Outcome: activities.DeliveryAccepted}, nil
			}
		},
		"on hold": func(b *bench) {
			b.signalOn("2026-03-03", workflows.CommandHold, workflows.HoldOrder{ID: "H1", Until: date(t, "2026-05-20")})
		},
	} {
		b := setup(t)
		prepare(b)
		b.standing("2026-04-10", collection.Standing{Insolvency: receivership(t)})
		b.on("2026-04-10", func() { b.desk.deliver = nil })
		b.on("2026-06-10", func() { require.Equal(t, collection.StageInsolvency, b.status().Stage, name) })
		b.payOn("2026-06-11", "P1", "1000.00")
		b.result()
		for _, at := range b.desk.noticedAt {
			require.Less(t, calendar.DateOf(at), date(t, "2026-04-10"), name)
		}
	}
	later := setup(t)
	later.standing("2026-04-10", collection.Standing{})
	later.payOn("2026-05-02", "P1", "1000.00")
	later.result()
	require.Equal(t, []string{"courtesy/email", "courteous/email", "firm/email", "firm/sms", "formal/email"}, later.desk.steps())
}

func TestTheInsolvencySurvivesTheEndOfARunAndIsAskedAboutByUpdate(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.desk.standing = collection.Standing{Insolvency: receivership(t)}
	var answer updateAnswer
	b.on("2026-04-10", func() {
		b.UpdateWorkflow(workflows.CommandDebtorStanding, "u1", &answer, workflows.DebtorStanding{By: "anne"})
	})
	b.on("2026-04-11", func() { b.SignalWorkflow(workflows.CommandDebtorStanding, workflows.DebtorStanding{}) })
	b.payOn("2026-06-01", "P1", "1000.00")
	b.result()
	require.NoError(t, answer.err)
	require.Equal(t, collection.Receivership, answer.status.Insolvency.Kind)
	require.Equal(t, "2026-06-30", answer.status.Insolvency.DeclareBy.String())
	opened, _ := b.desk.of(collection.TaskInsolvency)
	require.Equal(t, []string{"2026-05-29"}, opened, "told twice, it asks once")
}

// The kind of its debtor was corrected: a claim on a consumer is barred after two years.
func TestACaseTakesTheLimitationForAnotherKindOfDebtor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.desk.limitation = collection.Limitation{Kind: deadlines.AgainstConsumer, LastDay: date(t, "2028-03-01"), Warnings: []calendar.Date{date(t, "2027-09-01")}}
	b.standing("2026-04-10", collection.Standing{})
	b.on("2026-04-11", func() {
		require.Equal(t, deadlines.AgainstConsumer, b.status().Limitation.Kind)
		require.Equal(t, "2028-03-01", b.status().Limitation.LastDay.String())
		b.desk.limitation = collection.Limitation{}
		b.SignalWorkflow(workflows.CommandDebtorStanding, workflows.DebtorStanding{})
	})
	b.on("2026-04-12", func() {
		require.Equal(t, "2028-03-01", b.status().Limitation.LastDay.String(), "one that is not watched takes nothing away")
	})
	b.payOn("2026-06-01", "P1", "1000.00")
	b.result()
}

// Its address was corrected: the reminder after that leaves in the hours of Guadeloupe.
func TestACaseFollowsTheHoursOfThePlaceItsDebtorIsAt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.desk.place = collection.PlaceOf("FR", "97110")
	b.standing("2026-03-27", collection.Standing{})
	b.payOn("2026-04-15", "P1", "1000.00")
	b.result()
	require.Len(t, b.desk.noticedAt, 2)
	zone, err := calendar.ParseZone("America/Guadeloupe")
	require.NoError(t, err)
	guadeloupe := calendar.StandardWindow("FR-971", zone)
	for i, place := range []calendar.Window{b.start.Case.Window, guadeloupe} {
		require.True(t, place.Contains(b.desk.noticedAt[i]), "notice %d left at %s", i, b.desk.noticedAt[i])
	}
	require.False(t, guadeloupe.Contains(b.desk.noticedAt[0]), "it is six in the morning there, or earlier")
}

func TestInHardshipAFirmReminderIsCourteousAndAFormalNoticeNeedsApproval(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.standing("2026-03-10", collection.Standing{Hardship: collection.Hardship{
		ID: "H-1", Kind: collection.SoftHardship, Reason: collection.HardshipIncome, From: date(t, "2026-03-10"),
	}})
	b.payOn("2026-06-01", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"courtesy/email", "courteous/email", "firm/email", "firm/sms"}, b.desk.steps())
	for _, notice := range b.desk.notices {
		require.Equal(t, collection.ToneCourteous, notice.Tone, notice.Step)
	}
	require.Equal(t, "reminder-courteous", b.desk.notices[2].Template)
	approvals := 0
	for _, task := range b.desk.tasks {
		if task.Task == collection.TaskApproval && task.Step == "formal" {
			approvals++
		}
	}
	require.Equal(t, 1, approvals)
}

func TestAnOverIndebtedConsumerIsLeftAloneUntilThatEnds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	flag := collection.Hardship{ID: "BDF-1", Kind: collection.OverIndebtedness, Reason: collection.HardshipAdmissible, From: date(t, "2026-04-08")}
	b.standing("2026-04-08", collection.Standing{Hardship: flag})
	b.on("2026-06-08", func() {
		require.Equal(t, collection.StageOnHold, b.status().Stage)
		require.Contains(t, b.status().WhyFR, "la commission de surendettement a déclaré le dossier du débiteur recevable le 08/04/2026")
	})
	flag.Ended = date(t, "2026-07-08")
	b.standing("2026-07-08", collection.Standing{Hardship: flag})
	b.payOn("2026-07-18", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-03-25", "2026-04-07", "2026-07-15", "2026-07-15"}, dates(b.desk.noticedAt))
}
