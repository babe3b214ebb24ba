package collection

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
)

func days2026(days ...int) []calendar.Date {
	dates := make([]calendar.Date, len(days))
	for i, day := range days {
		dates[i] = calendar.NewDate(2026, time.June, day)
	}
	return dates
}

func TestTheEarliestDayOfContactKeepsBothBounds(t *testing.T) {
	t.Parallel()
	policy := StandardContactPolicy()
	for _, c := range []struct {
		day      int
		contacts []int
		earliest int
		why      PostponedFor
	}{
		{10, nil, 10, ""},
		{10, []int{8}, 10, ""},
		{10, []int{9}, 11, PostponedForSpacing},
		{10, []int{10}, 12, PostponedForSpacing},
		{10, []int{5, 8}, 12, PostponedForWeek},
		{10, []int{3, 8}, 10, ""},
		{10, []int{7, 9}, 14, PostponedForWeek},
	} {
		earliest, why := policy.Earliest(days2026(c.day)[0], days2026(c.contacts...))
		require.Equal(t, days2026(c.earliest)[0], earliest, c)
		require.Equal(t, c.why, why, c)
	}
}

func TestNoDebtorIsContactedMoreOftenThanThePolicySays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		policy := ContactPolicy{Spacing: rapid.IntRange(0, 9).Draw(t, "spacing"), PerWeek: rapid.IntRange(0, 7).Draw(t, "per week")}
		wanted := rapid.SliceOfN(rapid.IntRange(0, 40), 1, 20).Draw(t, "wanted")
		slices.Sort(wanted)
		var contacts []calendar.Date
		for _, day := range wanted {
			earliest, why := policy.Earliest(days2026(1)[0].AddDays(day), contacts)
			if (why == "") != (earliest == days2026(1)[0].AddDays(day)) {
				t.Fatalf("moved to %s without a reason, or the other way round", earliest)
			}
			contacts = append(contacts, earliest)
			slices.Sort(contacts)
		}
		contacts = slices.Compact(contacts)
		for i, day := range contacts {
			if i > 0 && int(day-contacts[i-1]) < policy.Spacing {
				t.Fatalf("%s follows %s", day, contacts[i-1])
			}
			if n := policy.PerWeek; n > 0 && i >= n && day-contacts[i-n] < 7 {
				t.Fatalf("%d days of contact in a week, to %s", n+1, day)
			}
		}
	})
}

func TestThePolicyOfACountryHoldsInItsZonesAndTerritories(t *testing.T) {
	t.Parallel()
	standard, french, polynesian, luxembourger := StandardContactPolicy(), ContactPolicy{Spacing: 3, PerWeek: 1}, ContactPolicy{Spacing: 7, PerWeek: 1}, ContactPolicy{Spacing: 4}
	policies := ContactPolicies{ContactPolicy: standard, Countries: map[string]ContactPolicy{"FR": french, "PF": polynesian, "LU": luxembourger}}
	for place, policy := range map[string]ContactPolicy{
		"FR": french, "FR-AM": french, "FR-971": french, "FR-NC": french, "NC": french, "FR-PM": french,
		"FR-PF": polynesian, "PF": polynesian, "LU-NAT": luxembourger, "LU": luxembourger, "PT-NAT": standard, "": standard,
	} {
		require.Equal(t, policy, policies.In(place), place)
	}
}
