package activities

import (
	"fmt"
	"strings"

	"relance/law"
)

// routesText tells the person who hands a case over which ways the law leaves
// open and which it closes, with the article of each.
func routesText(verdicts []law.RouteVerdict) string {
	var open, closed []string
	for _, verdict := range verdicts {
		route := verdict.Route
		if verdict.IsOpen() {
			open = append(open, fmt.Sprintf("%s, before %s (%s)", route.Title.EN, route.Before.EN, route.Article))
		} else {
			closed = append(closed, fmt.Sprintf("%s: %s (%s)", route.Title.EN, verdict.Closed.EN, route.Article))
		}
	}
	var text strings.Builder
	if len(open) > 0 {
		text.WriteString(" By the tables of the law these ways are open: " + strings.Join(open, "; ") + ".")
	}
	if len(closed) > 0 {
		text.WriteString(" Closed are: " + strings.Join(closed, "; ") + ".")
	}
	return text.String()
}
