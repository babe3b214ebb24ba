package deadlines_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/deadlines"
)

func limitsOf(t require.TestingT, category deadlines.TermCategory, on calendar.Date) []deadlines.TermLimit {
	limits, err := deadlines.LimitsOf(termLimits(t), category, on)
	require.NoError(t, err)
	return limits
}

// For each category the last due date the law allows, for an invoice of the 15th
// of January delivered on the 12th and received on the 16th.
func TestTheLatestDueDateOfEachCategory(t *testing.T) {
	t.Parallel()
	invoiced := deadlines.Invoiced{Issued: day("2026-01-15"), Delivered: day("2026-01-12"), Received: day("2026-01-16")}
	for _, c := range []struct {
		category deadlines.TermCategory
		latest   string
		terms    deadlines.Terms
	}{
		{deadlines.General, "2026-03-16", deadlines.Terms{Days: 45}},
		{deadlines.General, "2026-03-31", deadlines.Terms{Days: 45, EndOfMonth: true}},
		{deadlines.Periodic, "2026-03-01", deadlines.Terms{}},
		{deadlines.PerishableFood, "2026-02-11", deadlines.Terms{}},
		{deadlines.PerishableFoodPeriodic, "2026-02-19", deadlines.Terms{}}, // the ten days end on the 20th
		{deadlines.LiveCattleFreshMeat, "2026-02-01", deadlines.Terms{}},
		{deadlines.Alcohol, "2026-03-02", deadlines.Terms{}},
		{deadlines.Wine, "2026-03-31", deadlines.Terms{Days: 45, EndOfMonth: true}},
		{deadlines.Wine, "2026-03-16", deadlines.Terms{Days: 60}},
		{deadlines.RoadFreight, "2026-02-14", deadlines.Terms{}},
		{deadlines.Export, "2026-04-15", deadlines.Terms{}},
		{deadlines.PublicStateLocal, "2026-02-15", deadlines.Terms{}},
		{deadlines.PublicHospital, "2026-03-07", deadlines.Terms{}},
		{deadlines.PublicCompany, "2026-03-17", deadlines.Terms{}},
	} {
		limits, latest := limitsOf(t, c.category, invoiced.Issued), day(c.latest)
		agreed := deadlines.Agreed{Terms: c.terms, Due: latest}
		require.Empty(t, deadlines.Exceeds(agreed, invoiced, limits), "%s on %s", c.category, latest)
		agreed.Due = latest.AddDays(1)
		excess := deadlines.Exceeds(agreed, invoiced, limits)
		require.Len(t, excess, 1, "%s on %s", c.category, agreed.Due)
		require.Equal(t, c.category, excess[0].Category)
		require.Equal(t, latest, excess[0].Latest)
		require.Equal(t, 1, excess[0].Days)
		require.NotEmpty(t, excess[0].Because.Article)
	}
}

func TestTheTenDaysOfADeliveryEndOnThreeDaysOfTheMonth(t *testing.T) {
	t.Parallel()
	limit := limitsOf(t, deadlines.PerishableFoodPeriodic, day("2026-02-01"))[0]
	for delivered, latest := range map[string]string{
		"2026-02-01": "2026-03-12", "2026-02-10": "2026-03-12", // the 10th and 30 days
		"2026-02-11": "2026-03-22", "2026-02-20": "2026-03-22", // the 20th
		"2026-02-21": "2026-03-30", "2026-02-28": "2026-03-30", // the 28th
		"2026-01-21": "2026-03-02", "2026-01-31": "2026-03-02", // the 31st
	} {
		got, assumed := limit.Latest(deadlines.Invoiced{Issued: day("2026-02-28"), Delivered: day(delivered)}, deadlines.ReadingNotStated)
		require.Equal(t, latest, got.String(), delivered)
		require.False(t, assumed)
	}
}

func TestTermsOfNinetyDaysAreTooLong(t *testing.T) {
	t.Parallel()
	invoiced := deadlines.Invoiced{Issued: day("2026-01-15")}
	excess := deadlines.Exceeds(deadlines.Agreed{Terms: deadlines.Terms{Days: 90}}, invoiced, limitsOf(t, deadlines.General, invoiced.Issued))
	require.Len(t, excess, 1)
	require.Equal(t, "2026-04-15", excess[0].Due.String())
	require.False(t, excess[0].OnlyIfAgreed)
	require.Equal(t, "the invoice falls due on 2026-04-15, 15 days after 2026-03-31, the latest date allowed for sales between businesses: "+
		"45 days end of month from issue (C. com. L441-10 I al. 3)", excess[0].Because.String())
	require.Equal(t, "l’échéance du 15/04/2026 dépasse de 15 jours le 31/03/2026, date limite pour les ventes entre professionnels : "+
		"45 jours fin de mois à compter de l’émission (C. com. L441-10 I al. 3)", excess[0].Because.French())
}

func TestBeyondSixtyDaysOnlyAnAgreedEndOfMonthIsLawful(t *testing.T) {
	t.Parallel()
	invoiced := deadlines.Invoiced{Issued: day("2026-02-01")}
	limits := limitsOf(t, deadlines.General, invoiced.Issued)
	stated := deadlines.Exceeds(deadlines.Agreed{Due: day("2026-04-14")}, invoiced, limits)
	require.Len(t, stated, 1)
	require.True(t, stated[0].OnlyIfAgreed)
	require.Equal(t, "the invoice falls due on 2026-04-14, beyond 60 days from issue (2026-04-02); this is lawful for sales between businesses "+
		"only if the contract expressly says 45 days end of month from issue (C. com. L441-10 I al. 3)", stated[0].Because.String())
	require.Equal(t, "l’échéance du 14/04/2026 dépasse le délai de 60 jours à compter de l’émission (02/04/2026) ; elle n’est licite pour les ventes "+
		"entre professionnels que si le contrat prévoit expressément 45 jours fin de mois à compter de l’émission (C. com. L441-10 I al. 3)", stated[0].Because.French())

	agreed := deadlines.Terms{Days: 45, EndOfMonth: true, Reading: deadlines.MonthEndFirst}
	require.Empty(t, deadlines.Exceeds(deadlines.Agreed{Terms: agreed}, invoiced, limits))
	require.Empty(t, deadlines.Exceeds(deadlines.Agreed{}, invoiced, limits), "nothing was agreed")
}

func TestADateThatIsNotKnownIsReplacedAndSaid(t *testing.T) {
	t.Parallel()
	issued := day("2026-01-15")
	for category, words := range map[deadlines.TermCategory]string{
		deadlines.PerishableFood:   "the date of delivery is not known, the issue date stands in for it",
		deadlines.PublicStateLocal: "the date of receipt is not known, issue and delivery stand in for it",
	} {
		excess := deadlines.Exceeds(deadlines.Agreed{Due: issued.AddDays(31)}, deadlines.Invoiced{Issued: issued}, limitsOf(t, category, issued))
		require.Len(t, excess, 1)
		require.Contains(t, excess[0].Because.String(), words)
		require.Contains(t, excess[0].Because.French(), "n’est pas connue")
	}
}

func TestALimitIsNeverTakenFromAnotherDate(t *testing.T) {
	t.Parallel()
	_, err := deadlines.LimitsOf(termLimits(t), deadlines.General, day("2018-05-02"))
	require.EqualError(t, err, "no longest payment period is known for sales between businesses on 2018-05-02: add the row to the table of payment terms")
	_, err = deadlines.LimitsOf(termLimits(t), "toys", day("2026-05-02"))
	require.ErrorContains(t, err, "toys")
}

func TestAWarningNeverComesForADateThatALongerOneIsSpared(t *testing.T) {
	t.Parallel()
	all := termLimits(t)
	rapid.Check(t, func(t *rapid.T) {
		issued := anyDate(t, "issued")
		invoiced := deadlines.Invoiced{Issued: issued, Delivered: issued.AddDays(rapid.IntRange(-40, 5).Draw(t, "delivered"))}
		limits := limitsOf(t, rapid.SampledFrom(all).Draw(t, "row").Category, issued)
		due := issued.AddDays(rapid.IntRange(0, 120).Draw(t, "due"))
		later := due.AddDays(rapid.IntRange(0, 30).Draw(t, "later"))
		sooner, longer := deadlines.Exceeds(deadlines.Agreed{Due: due}, invoiced, limits), deadlines.Exceeds(deadlines.Agreed{Due: later}, invoiced, limits)
		require.LessOrEqual(t, len(sooner), len(longer))
		for _, excess := range longer {
			require.Greater(t, later, excess.Latest)
			require.Equal(t, int(later-excess.Latest), excess.Days)
			require.Equal(t, later, excess.Due, "the agreed date is never changed")
		}
	})
}
