package casefile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
)

func moveTo(t *testing.T, store *casefile.Store, postcode, city string) casefile.Debtor {
	t.Helper()
	moved, err := store.CorrectDebtor(t.Context(), acme, martin, casefile.Author{By: "anne", At: sendingDay}, func(d *casefile.Debtor) error {
		d.Line1, d.Postcode, d.City, d.Country = "1 rue du Port", postcode, city, "FR"
		return nil
	})
	require.NoError(t, err)
	return moved
}

func TestTheCasesOfADebtorThatIsElsewhereFollowTheHoursOfThatPlace(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	was := readFile(t, store, "F-1").Case.Window
	require.Equal(t, "Europe/Paris", was.Zone.String())

	moveTo(t, store, "75011", "Paris")
	require.Equal(t, "America/Guadeloupe", moveTo(t, store, "97110", "Pointe-à-Pitre").Zone)
	waiting, err := store.CasesToTell(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, waiting, 1)
	require.Equal(t, was, readFile(t, store, "F-1").Case.Window, "its workflow decides when it takes the place")

	for range 2 { // it asks again where the answer was lost
		taken, err := store.TakeStanding(t.Context(), acme, "F-1", sendingDay)
		require.NoError(t, err)
		require.Equal(t, "America/Guadeloupe", taken.Place.Zone)
		file := readFile(t, store, "F-1")
		require.Equal(t, calendar.HolidaysOf("FR", "97110"), file.Case.Window.Country)
		require.Equal(t, "America/Guadeloupe", file.Case.Window.Zone.String())
		require.Equal(t, []int{was.Opens, was.Closes}, []int{file.Case.Window.Opens, file.Case.Window.Closes})
		require.Equal(t,
			[]string{"the debtor is at another place: what is to come follows the days and hours of FR-971 (America/Guadeloupe), and no longer those of FR (Europe/Paris)"},
			summaries(file, "contact-hours"))
	}
	// Cases from before the table of a country go on with its name of then.
	opening := casefiletest.Opening("F-2")
	opening.Window.Country, opening.Window.Zone = "GP", readFile(t, store, "F-1").Case.Window.Zone
	_, _, err = store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	taken, err := store.TakeStanding(t.Context(), acme, "F-2", sendingDay)
	require.NoError(t, err)
	require.Equal(t, "GP", taken.Place.Holidays)
	require.Empty(t, summaries(readFile(t, store, "F-2"), "contact-hours"))
	require.NoError(t, store.MarkTold(t.Context(), waiting[0]))
	moveTo(t, store, "97122", "Baie-Mahault")
	waiting, err = store.CasesToTell(t.Context(), 10)
	require.NoError(t, err)
	require.Empty(t, waiting, "the days and hours are the same")
}
