package calendar_test

import (
	"testing"
	"time"

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

func TestAPlaceThatCameToTheTablesLaterIsTheSamePlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		is, was string
		same    bool
	}{
		{calendar.HolidaysOf("DE", ""), "DE", true},
		{calendar.HolidaysOf("FR", "97110"), "GP", true},
		{calendar.HolidaysOf("FR", "97110"), "FR", false},
		{calendar.HolidaysOf("FR", "67000"), "FR", false},
		{calendar.HolidaysOf("FR", "75011"), "FR", true},
		{calendar.HolidaysOf("BE", ""), "DE", false},
	} {
		require.Equal(t, c.same, calendar.IsSamePlace(c.is, c.was), c)
		require.Equal(t, c.same, calendar.IsSamePlace(c.was, c.is), c)
	}
}

func TestAlsaceAndMoselleHaveTheirOwnHolidays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ country, postcode, holidays string }{
		{"FR", "67000", "FR-AM"},
		{"FR", "68100", "FR-AM"},
		{"FR", "57000", "FR-AM"},
		{"FR", "75011", "FR"},
		{"FR", "54000", "FR"},
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

// Their own days; New Caledonia's and Polynesia's are of their own labour codes.
func TestTheTerritoriesOfThePacificKeepTheirOwnDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ country, postcode, day string }{
		{"NC", "98800", "2027-09-24"},
		{"PF", "98714", "2027-03-05"},
		{"PF", "98714", "2026-11-20"},
		{"WF", "98600", "2027-04-28"},
		{"WF", "98600", "2027-07-29"},
	} {
		require.True(t, calendar.IsPublicHoliday(calendar.HolidaysOf(c.country, c.postcode), date(c.day)), c)
		require.False(t, calendar.IsPublicHoliday("FR", date(c.day)), c)
	}
	require.False(t, calendar.IsPublicHoliday("FR-PF", date("2026-06-29")), "a working day since 2025")
}

// An address in a territory bears its own code, or FR and its postcode.
func TestATerritoryOverseasIsOnePlaceHoweverItsAddressIsWritten(t *testing.T) {
	t.Parallel()
	for territory, postcode := range map[string]string{
		"GP": "97110", "MQ": "97200", "GF": "97300", "RE": "97400", "PM": "97500", "YT": "97600", "BL": "97133", "MF": "97150",
		"WF": "98600", "PF": "98714", "NC": "98800",
	} {
		place := calendar.HolidaysOf("FR", postcode)
		require.Equal(t, place, calendar.HolidaysOf(territory, ""), territory)
		require.Equal(t, place, calendar.HolidaysOf(territory, postcode), territory)
		for _, day := range []string{"2026-12-25", "2027-01-01", "2027-05-01", "2027-07-14"} {
			require.True(t, calendar.IsPublicHoliday(place, date(day)), "%s on %s", place, day)
		}
		require.Equal(t, []string{territory, "FR"}, calendar.CountriesOf(place))
	}
}

func TestTheSettingsOfAPlaceAreThoseOfItsCountry(t *testing.T) {
	t.Parallel()
	for place, countries := range map[string][]string{
		"FR": {"FR"}, "FR-AM": {"FR"}, "FR-971": {"GP", "FR"}, "DE": {"DE"}, "LU": {"LU"}, "LU-NAT": {"LU"}, "": {""},
		"NC": {"NC", "FR"}, // a case opened before FR-NC was a place
	} {
		require.Equal(t, countries, calendar.CountriesOf(place))
	}
}

func TestNobodyIsContactedOnChristmasDayInAnyCountryWhoseTimeZoneIsKnown(t *testing.T) {
	t.Parallel()
	found := 0
	for first := 'A'; first <= 'Z'; first++ {
		for second := 'A'; second <= 'Z'; second++ {
			country := string([]rune{first, second})
			zone, known := calendar.ZoneOf(country, "")
			if !known {
				continue
			}
			found++
			place := calendar.HolidaysOf(country, "")
			require.True(t, calendar.KnowsHolidaysOf(place), country)
			window := calendar.StandardWindow(place, zone)
			for _, day := range []string{"2026-12-25", "2027-01-01", "2028-12-25"} {
				require.False(t, window.IsWorkingDay(date(day)), "%s on %s", country, day)
			}
			working := 0
			for day := date("2027-01-01"); day.Year() == 2027; day = day.AddDays(1) {
				if window.IsWorkingDay(day) && day.Weekday() != time.Saturday {
					working++
				}
			}
			require.Greater(t, working, 240, country)
		}
	}
	require.Equal(t, 44, found)
	require.False(t, calendar.KnowsHolidaysOf("US"))
}

// A case bears the name of its place. What it did before the place had a table must
// replay as it was done, so the names it may bear never get rows.
func TestCasesOpenedBeforeTheirPlaceHadATableStayAsTheyWerePlanned(t *testing.T) {
	t.Parallel()
	for _, place := range []string{"NC", "PF", "PM", "WF", "GP", "LU", "PT", "CH", "PL", "SE", "GB", "MC"} {
		require.False(t, calendar.KnowsHolidaysOf(place), place)
		require.NotEqual(t, place, calendar.HolidaysOf(place, ""))
	}
	for _, place := range []string{"AT", "BE", "DE", "ES", "FR", "IE", "IT", "NL"} {
		require.Equal(t, place, calendar.HolidaysOf(place, ""))
	}
}
