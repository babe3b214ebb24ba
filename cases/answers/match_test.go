package answers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
)

func at(creditor, debtor, invoice string) casefile.Whereabouts {
	return casefile.Whereabouts{Creditor: creditor, Debtor: debtor, Invoice: invoice}
}

func TestAnAnswerGoesWhereItBelongsAndNeverWhereItMight(t *testing.T) {
	t.Parallel()
	martin, durand := at("acme", "martin", ""), at("acme", "durand", "")
	for name, known := range map[string]struct {
		traces   casefile.Traces
		debtor   string // creditor/debtor, empty for the triage
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
		"nothing": {},
	} {
		m := whose(known.traces)
		debtor := ""
		if m.creditor != "" {
			debtor = m.creditor + "/" + m.debtor
		}
		require.Equal(t, known.debtor, debtor, name)
		require.Equal(t, known.invoices, m.invoices, name)
		require.NotEmpty(t, m.because, name)
	}
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
