package law_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/law"
)

const (
	termHeader = "key,country,debtor,category,title_en,title_fr,days,counted_from,end_of_month,valid_from,valid_to,article,source,confidence,checked_on,next_change\n"
	goodTerm   = "toys,FR,business,toys,Toys,Jouets,75,issue,no,2026-01-01,,L441-11,a source,M,2026-11-22,\n"

	deadlineHeader = "key,country,title_en,title_fr,count,unit,starts_en,starts_fr,extension,acts,action,warn_months,valid_from,valid_to,article,source,confidence,checked_on,next_change\n"
	goodDeadline   = "appeal,FR,Appeal,Appel,1,months,service,la signification,extended,creditor,critical,6 3 1,,,CPC 538,a source,M,2026-11-22,\n"
)

// Each line changes a good row and says why it is refused.
func TestTermsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	_, err := law.Load(folder(map[string]string{"payment_terms.csv": termHeader + goodTerm}))
	require.NoError(t, err)
	for _, c := range []struct{ from, to, says string }{
		{"toys,FR", ",FR", "payment_terms.csv:2: key: is empty"},
		{",toys,", ",,", "payment_terms.csv:2: category: is empty"},
		{",75,", ",0,", `payment_terms.csv:2: days: "0" is not a whole number from 1 to 366`},
		{",75,", ",-3,", `days: "-3" is not a whole number from 1 to 366`},
		{",75,", ",750,", `days: "750" is not a whole number from 1 to 366`},
		{",issue,", ",order,", `counted_from: "order" is none of receipt, issue, delivery, delivery-decade-end, delivery-month-end`},
		{",no,", ",perhaps,", `end_of_month: "perhaps" is none of yes, no`},
		{"L441-11", "", "article: is empty"},
		{"toys,FR", "default,FR", "category: the term default holds for every sale without an agreement: leave it empty"},
	} {
		_, err := law.Load(folder(map[string]string{"payment_terms.csv": termHeader + strings.Replace(goodTerm, c.from, c.to, 1)}))
		require.ErrorContains(t, err, c.says)
	}
}

func TestDeadlinesThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"deadlines.csv", "limitation_periods.csv"} {
		_, err := law.Load(folder(map[string]string{table: deadlineHeader + goodDeadline}))
		require.NoError(t, err)
		for _, c := range []struct{ from, to, says string }{
			{"appeal,", ",", table + ":2: key: is empty"},
			{",1,months", ",0,months", `count: "0" is not a whole number from 1 to 10000`},
			{",1,months", ",-1,months", `count: "-1" is not a whole number from 1 to 10000`},
			{"months", "weeks", `unit: "weeks" is none of days, months, years`},
			{"creditor", "bailiff", `acts: "bailiff" is none of creditor, debtor, court, other`},
			{"6 3 1", "0", `warn_months: "0" are not months before the end`},
			{"6 3 1", "1 3 6", `warn_months: "1 3 6" are not months before the end: write them like 12 6 3 1, the longest first`},
			{"6 3 1", "6; 3", "warn_months: "},
			{"CPC 538", "", "article: is empty"},
		} {
			_, err := law.Load(folder(map[string]string{table: deadlineHeader + strings.Replace(goodDeadline, c.from, c.to, 1)}))
			require.ErrorContains(t, err, c.says)
		}
	}
}

// The same row again, with its list of months, is no contradiction.
func TestADeadlineMayBeSaidAgain(t *testing.T) {
	t.Parallel()
	layer := folder(map[string]string{"deadlines.csv": deadlineHeader + goodDeadline})
	book, err := law.Load(layer, layer)
	require.NoError(t, err)
	require.Len(t, book.Deadlines("FR"), 1)
	_, err = law.Load(layer, folder(map[string]string{"deadlines.csv": deadlineHeader + strings.Replace(goodDeadline, "6 3 1", "6 3", 1)}))
	require.ErrorContains(t, err, "FR/appeal for all the time contradicts deadlines.csv, line 2")
}
