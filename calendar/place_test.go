package calendar_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
)

func TestAPlaceHasItsOwnTimeZone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ country, postcode, zone string }{
		{"FR", "75011", "Europe/Paris"},
		{"FR", "97110", "America/Guadeloupe"},
		{"GP", "", "America/Guadeloupe"},
		{"FR", "98800", "Pacific/Noumea"},
		{"BE", "1000", "Europe/Brussels"},
		{"BE", "9710", "Europe/Brussels"},
	} {
		zone, found := calendar.ZoneOf(c.country, c.postcode)
		require.True(t, found, c)
		require.Equal(t, c.zone, zone.String(), c)
	}
	_, found := calendar.ZoneOf("XX", "")
	require.False(t, found)
}

func TestAlsaceAndMoselleHaveTheirOwnHolidays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ country, postcode, holidays string }{
		{"FR", "67000", "FR-AM"},
		{"FR", "68100", "FR-AM"},
		{"FR", "57000", "FR-AM"},
		{"FR", "75011", "FR"},
		{"FR", "54000", "FR"},
		{"FR", "97500", "FR"},
		{"FR", "", "FR"},
		{"FR", "6700", "FR"}, // half a postcode is no postcode
		{"DE", "67059", "DE"},
		{"", "67000", ""},
	} {
		require.Equal(t, c.holidays, calendar.HolidaysOf(c.country, c.postcode), c)
	}
	goodFriday, secondDayOfChristmas := date("2027-03-26"), date("2029-12-26")
	for _, d := range []calendar.Date{goodFriday, secondDayOfChristmas} {
		require.False(t, calendar.IsPublicHoliday("FR", d), d)
		require.True(t, calendar.IsPublicHoliday("FR-AM", d), d)
	}
}

// The days of C. trav. L3422-2.
func TestTheTerritoriesOverseasKeepTheDaySlaveryWasAbolishedThere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ country, postcode, holidays, day string }{
		{"FR", "97110", "FR-971", "05-27"},
		{"GP", "", "FR-971", "05-27"},
		{"FR", "97200", "FR-972", "05-22"},
		{"FR", "97300", "FR-973", "06-10"},
		{"FR", "97400", "FR-974", "12-20"},
		{"FR", "97600", "FR-976", "04-27"},
		{"FR", "97133", "FR-BL", "10-09"},
		{"MF", "97150", "FR-MF", "05-27"},
	} {
		require.Equal(t, c.holidays, calendar.HolidaysOf(c.country, c.postcode), c)
		for _, year := range []string{"2026-", "2027-", "2040-"} {
			require.True(t, calendar.IsPublicHoliday(c.holidays, date(year+c.day)), c)
			require.True(t, calendar.IsPublicHoliday(c.holidays, date(year+"07-14")), "what all of France keeps")
			require.False(t, calendar.IsPublicHoliday("FR", date(year+c.day)), c)
		}
	}
}
