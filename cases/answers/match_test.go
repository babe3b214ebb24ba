package answers

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
)

func at(creditor, debtor, invoice string) casefile.Whereabouts {
	return casefile.Whereabouts{Creditor: creditor, Debtor: debtor, Invoice: invoice}
}

// billed is a place at a debtor whose messages the holding receives.
func billed(debtor, invoice, message string) casefile.Whereabouts {
	return casefile.Whereabouts{Creditor: "acme", Debtor: debtor, Parent: "holding", Invoice: invoice, Message: message}
}

func TestAnAnswerGoesWhereItBelongsAndNeverWhereItMight(t *testing.T) {
	t.Parallel()
	martin, durand, holding := at("acme", "martin", ""), at("acme", "durand", ""), at("acme", "holding", "")
	lyon, brest := billed("lyon", "", ""), billed("brest", "", "")
	children := []casefile.Whereabouts{brest, lyon}
	toBoth := []casefile.Whereabouts{billed("lyon", "F-1", "one"), billed("brest", "F-3", "one")}
	for name, known := range map[string]struct {
		traces   casefile.Traces
		debtor   string // creditor/debtor, one or several, empty for the triage
		invoices []string
	}{
		"the message it answers": {
			traces: casefile.Traces{Answered: []casefile.Whereabouts{at("acme", "martin", "F-1")}, Contacts: []casefile.Whereabouts{durand}},
			debtor: "acme/martin", invoices: []string{"F-1"},
		},
		"the message it answers, and another invoice of the same debtor": {
			traces: casefile.Traces{Answered: []casefile.Whereabouts{at("acme", "martin", "F-1")}, Written: []casefile.Whereabouts{at("acme", "martin", "F-2"), at("acme", "durand", "F-3")}},
			debtor: "acme/martin", invoices: []string{"F-1", "F-2"},
		},
		"messages to two debtors": {
			traces: casefile.Traces{Answered: []casefile.Whereabouts{at("acme", "martin", "F-1"), at("acme", "durand", "F-3")}},
		},
		"an earlier message of the conversation": {
			traces: casefile.Traces{Thread: []casefile.Whereabouts{at("acme", "martin", "F-1")}},
			debtor: "acme/martin", invoices: []string{"F-1"},
		},
		"an invoice, from a stranger": {
			traces: casefile.Traces{Written: []casefile.Whereabouts{at("acme", "martin", "F-1")}},
			debtor: "acme/martin", invoices: []string{"F-1"},
		},
		"an invoice of one debtor, from a contact of another": {
			traces: casefile.Traces{Written: []casefile.Whereabouts{at("acme", "martin", "F-1")}, Contacts: []casefile.Whereabouts{durand}},
		},
		"a number that two creditors have": {
			traces: casefile.Traces{Written: []casefile.Whereabouts{at("acme", "martin", "1001"), at("zeta", "x", "1001")}},
		},
		"a number that two creditors have, to one of them": {
			traces: casefile.Traces{Written: []casefile.Whereabouts{at("acme", "martin", "1001"), at("zeta", "x", "1001")}, Creditors: []string{"zeta"}},
			debtor: "zeta/x", invoices: []string{"1001"},
		},
		"a number that two creditors have, from a contact of one": {
			traces: casefile.Traces{Written: []casefile.Whereabouts{at("acme", "martin", "1001"), at("zeta", "x", "1001")}, Contacts: []casefile.Whereabouts{martin}},
			debtor: "acme/martin", invoices: []string{"1001"},
		},
		"a contact of one debtor": {
			traces: casefile.Traces{Contacts: []casefile.Whereabouts{martin}}, debtor: "acme/martin",
		},
		"a contact of two debtors": {
			traces: casefile.Traces{Contacts: []casefile.Whereabouts{martin, durand}},
		},
		"an accountant of debtors of two creditors, to one of them": {
			traces: casefile.Traces{Contacts: []casefile.Whereabouts{martin, at("zeta", "x", "")}, Creditors: []string{"acme"}}, debtor: "acme/martin",
		},
		"the message that a parent received for two debtors": {
			traces: casefile.Traces{Answered: toBoth, Contacts: []casefile.Whereabouts{holding}, Billed: children},
			debtor: "acme/lyon+brest", invoices: []string{"F-1", "F-3"},
		},
		"one message to two debtors, one of which has left the group since": {
			traces: casefile.Traces{Answered: []casefile.Whereabouts{billed("lyon", "F-1", "one"), {Creditor: "acme", Debtor: "brest", Invoice: "F-3", Message: "one"}}},
			debtor: "acme/lyon+brest", invoices: []string{"F-1", "F-3"},
		},
		"two messages of a conversation with a parent": {
			traces: casefile.Traces{Thread: []casefile.Whereabouts{billed("lyon", "F-1", "one"), billed("brest", "F-3", "two")}},
			debtor: "acme/lyon+brest", invoices: []string{"F-1", "F-3"},
		},
		"the message about one debtor of a group, and an invoice of another": {
			traces: casefile.Traces{Answered: []casefile.Whereabouts{billed("lyon", "F-1", "one")}, Written: []casefile.Whereabouts{billed("brest", "F-3", ""), at("acme", "durand", "F-9")}},
			debtor: "acme/lyon+brest", invoices: []string{"F-1", "F-3"},
		},
		"an invoice of a debtor, from its parent": {
			traces: casefile.Traces{Written: []casefile.Whereabouts{billed("lyon", "F-1", "")}, Contacts: []casefile.Whereabouts{holding}, Billed: children},
			debtor: "acme/lyon", invoices: []string{"F-1"},
		},
		"invoices of two debtors, from their parent": {
			traces: casefile.Traces{Written: toBoth, Contacts: []casefile.Whereabouts{holding}, Billed: children},
			debtor: "acme/lyon+brest", invoices: []string{"F-1", "F-3"},
		},
		"an invoice of one debtor of a group, from a contact of another": {
			traces: casefile.Traces{Written: []casefile.Whereabouts{billed("lyon", "F-1", "")}, Contacts: []casefile.Whereabouts{brest}},
		},
		"an invoice of a stranger, from a parent": {
			traces: casefile.Traces{Written: []casefile.Whereabouts{at("acme", "durand", "F-9")}, Contacts: []casefile.Whereabouts{holding}, Billed: children},
		},
		"a contact of a parent": {
			traces: casefile.Traces{Contacts: []casefile.Whereabouts{holding}, Billed: children}, debtor: "acme/holding+brest+lyon",
		},
		"a contact of a parent and of one it pays for": {
			traces: casefile.Traces{Contacts: []casefile.Whereabouts{holding, lyon}, Billed: children}, debtor: "acme/holding+lyon+brest",
		},
		"a contact of a parent and of a stranger": {
			traces: casefile.Traces{Contacts: []casefile.Whereabouts{durand, holding}, Billed: children},
		},
		"nothing": {},
	} {
		m := whose(known.traces)
		debtor := ""
		if m.creditor != "" {
			debtor = m.creditor + "/" + strings.Join(m.debtors, "+")
		}
		require.Equal(t, known.debtor, debtor, name)
		require.Equal(t, known.invoices, m.invoices, name)
		require.NotEmpty(t, m.because, name)
	}
}

func TestAMailThatCameBackBelongsToTheDebtorsOfItsMessageOnly(t *testing.T) {
	t.Parallel()
	m := ofMessage(casefile.Traces{
		Message:  "one",
		Answered: []casefile.Whereabouts{billed("lyon", "F-1", "one"), billed("brest", "F-3", "one"), at("acme", "durand", "F-9")},
		Written:  []casefile.Whereabouts{billed("lyon", "F-2", "")},
	})
	require.Equal(t, []string{"lyon", "brest"}, m.debtors)
	require.Equal(t, []string{"F-1", "F-3"}, m.invoices)
}

func TestTheHoldIsCountedInWorkingDaysOfTheDebtor(t *testing.T) {
	t.Parallel()
	paris, err := calendar.ParseZone("Europe/Paris")
	require.NoError(t, err)
	window := calendar.StandardWindow("FR", paris)
	for from, until := range map[string]string{
		"2026-11-23": "2026-11-26", "2026-11-27": "2026-12-02", "2026-11-28": "2026-12-02", "2026-12-23": "2026-12-29", // Christmas is a Friday
	} {
		day, err := calendar.ParseDate(from)
		require.NoError(t, err)
		require.Equal(t, until, workingDaysAfter(window, day, 3).String(), from)
	}
	require.Equal(t, calendar.NewDate(2026, time.November, 24), workingDaysAfter(window, calendar.NewDate(2026, time.November, 23), 1))
}
