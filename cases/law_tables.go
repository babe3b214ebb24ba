package cases

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"relance/calendar"
	"relance/casefile"
	"relance/law"
)

// KeepLawTables asks the creditors, given with the country whose law their late
// fees follow, for what the tables they use lack today or in the coming days,
// once for each half-year, and completes what the tables know meanwhile. It tells
// how many tasks it opened and completed.
func (s *Service) KeepLawTables(ctx context.Context, book law.Book, countries map[string]string) (opened, done int, err error) {
	var problems []error
	for _, creditor := range slices.Sorted(maps.Keys(countries)) {
		asked, answered, err := s.Store.KeepLawTasks(ctx, creditor, lawTasks(book, countries[creditor], calendar.DateOf(s.now())), s.now())
		opened, done = opened+asked, done+answered
		problems = append(problems, err)
	}
	return opened, done, errors.Join(problems...)
}

// lawTasks are the half-years and rules that the law of a country lacks.
func lawTasks(book law.Book, country string, today calendar.Date) []casefile.LawTask {
	var tasks []casefile.LawTask
	used := book.ReferencesOf(country)
	for _, needed := range book.Needed(today, law.WarningDays) {
		if slices.Contains(used, needed.Rate) {
			tasks = append(tasks, casefile.LawTask{
				Key: "law/" + needed.Key(), DueOn: needed.From, Title: fmt.Sprintf("Add the %s of %s to the law tables", needed.Title.EN, needed.HalfYear),
				Detail: fmt.Sprintf("Late interest from %s on cannot be computed without it. Run %s, or add this row to %s of your own law tables: %s",
					needed.From, needed.Command, needed.File, needed.Row),
			})
		}
	}
	for _, ends := range book.Expiring(today, law.WarningDays) {
		if ends.Missing == nil && strings.HasPrefix(ends.Key, law.LateInterestOf(country)) {
			tasks = append(tasks, casefile.LawTask{
				Key: fmt.Sprintf("law/%s/after/%s", ends.Key, ends.LastDay), DueOn: ends.LastDay + 1,
				Title:  fmt.Sprintf("Find the rule that follows %q after %s", ends.Title.EN, ends.LastDay),
				Detail: fmt.Sprintf("The last row of %s ends on %s (%s). Install the release that brings the next one, or add it to your own law tables.", ends.File, ends.LastDay, ends.Article),
			})
		}
	}
	return tasks
}
