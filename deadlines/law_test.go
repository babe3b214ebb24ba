package deadlines_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/deadlines"
)

// row is a line of a table of the law, by the names of its columns.
type row map[string]string

func readTable(t require.TestingT, name string) []row {
	file, err := os.Open(filepath.Join("..", "config", "law", name))
	require.NoError(t, err)
	lines, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	require.NoError(t, file.Close())
	var rows []row
	for _, line := range lines[1:] {
		r := row{}
		for i, column := range lines[0] {
			r[column] = line[i]
		}
		rows = append(rows, r)
	}
	return rows
}

func (r row) number(t require.TestingT, column string) int {
	n, err := strconv.Atoi(r[column])
	require.NoError(t, err, "%s of %v", column, r)
	return n
}

func (r row) date(t require.TestingT, column string) calendar.Date {
	var d calendar.Date
	require.NoError(t, d.UnmarshalText([]byte(r[column])), "%s of %v", column, r)
	return d
}

func (r row) yes(t require.TestingT, column string) bool {
	require.Contains(t, []string{"yes", "no"}, r[column], "%s of %v", column, r)
	return r[column] == "yes"
}

func (r row) provision(t require.TestingT) deadlines.Provision {
	require.Contains(t, []string{"H", "M", "L"}, r["confidence"], "%v", r)
	require.NotEmpty(t, r["source"], "%v", r)
	return deadlines.Provision{
		Article: r["article"], Source: r["source"], Confidence: r["confidence"],
		ValidFrom: r.date(t, "valid_from"), ValidTo: r.date(t, "valid_to"),
		CheckedOn: r.date(t, "checked_on"), NextChange: r.date(t, "next_change"),
	}
}

func termLimits(t require.TestingT) []deadlines.TermLimit {
	var limits []deadlines.TermLimit
	for _, r := range readTable(t, "fr_payment_terms.csv") {
		limit := deadlines.TermLimit{
			Category: deadlines.TermCategory(r["category"]), Days: r.number(t, "days"),
			CountedFrom: deadlines.CountedFrom(r["counted_from"]), EndOfMonth: r.yes(t, "end_of_month"), Provision: r.provision(t),
		}
		require.NoError(t, limit.Validate())
		limits = append(limits, limit)
	}
	return limits
}

func timeLimits(t require.TestingT) []deadlines.TimeLimit {
	var limits []deadlines.TimeLimit
	for _, r := range readTable(t, "fr_time_limits.csv") {
		limit := deadlines.TimeLimit{
			Key: r["key"], CountedFrom: r["counted_from"], Extends: r.yes(t, "extends"), Acts: deadlines.Actor(r["acts"]), Provision: r.provision(t),
		}
		switch n := r.number(t, "value"); r["unit"] {
		case "years":
			limit.Period.Years = n
		case "months":
			limit.Period.Months = n
		case "days":
			limit.Period.Days = n
		default:
			require.Fail(t, "a unit that is not known", "%v", r)
		}
		for _, months := range strings.Fields(r["warn_months"]) {
			n, err := strconv.Atoi(months)
			require.NoError(t, err)
			limit.WarnMonths = append(limit.WarnMonths, n)
		}
		require.NoError(t, limit.Validate())
		limits = append(limits, limit)
	}
	return limits
}

func TestEveryCategoryOfTheTableIsSaidInWords(t *testing.T) {
	t.Parallel()
	for _, limit := range termLimits(t) {
		require.NotEqual(t, string(limit.Category), limit.Category.String())
		require.NotEqual(t, string(limit.Category), limit.Category.French())
		require.NotEqual(t, limit.Category.String(), limit.Category.French())
		require.NotEqual(t, limit.String(), limit.French())
	}
}
