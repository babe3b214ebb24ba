package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/stack/stacktest"
	"relance/workflows"
)

// desk is the command line on a case file of its own. It sets the environment, so
// that tests with it are not parallel.
func desk(t *testing.T) (store *casefile.Store, command func(arguments ...string) (said, complaints string, err error)) {
	t.Helper()
	database := casefiletest.Database(t)
	store = casefiletest.OpenAt(t, database)
	opening := casefiletest.Opening("F-1")
	opening.Invoice.DueDate = calendar.DateOf(casefiletest.Opened).AddDays(30)
	_, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	t.Setenv("RELANCE_DATABASE_URL", database)
	t.Setenv("TEMPORAL_ADDRESS", stacktest.Temporal(t, workflows.SearchAttributeTypes()))
	return store, func(arguments ...string) (string, string, error) {
		var out, errOut bytes.Buffer
		err := run(t.Context(), arguments, &out, &errOut)
		return out.String(), errOut.String(), err
	}
}

func TestContactsAreKeptFromTheCommandLine(t *testing.T) {
	store, command := desk(t)
	said, _, err := command("contacts", "add", "acme/martin", "--name", "Paul Roy", "--role", "director", "--email", "paul@martin.example", "--phone", "06 39 98 00 02", "--preferred", "--channels", "email,letter", "--by", "anna")
	require.NoError(t, err)
	require.Equal(t, "Contact 2 is kept: Paul Roy director preferred; only by email, letter\n", said)
	said, _, err = command("contacts", "correct", "acme/martin", "2", "--phone", "", "--no-preferred", "--scope", "PO-7")
	require.NoError(t, err)
	require.Equal(t, "Contact 2 is corrected: Paul Roy director only by email, letter; for PO-7\n", said)
	said, _, err = command("contacts", "retire", "acme/martin", "2", "--last-day", "2026-01-31")
	require.NoError(t, err)
	require.Contains(t, said, "until 2026-01-31")
	said, _, err = command("contacts", "opt-out", "acme/martin", "--channel", "sms", "--address", "06 12 34 56 78", "--source", "telephone call")
	require.NoError(t, err)
	require.Contains(t, said, "+33612345678")
	said, _, err = command("contacts", "opt-out", "acme/martin", "--channel", "sms", "--address", "+33612345678", "--source", "mistake", "--withdraw")
	require.NoError(t, err)
	require.Contains(t, said, "mistake")
	said, _, err = command("contacts", "parent", "acme/martin", "HOLDING", "--bill-to", "parent")
	require.NoError(t, err)
	require.Contains(t, said, "go to the parent HOLDING")
	said, _, err = command("contacts", "debtor", "acme/martin", "--line1", "12 rue des Lilas", "--postcode", "69003", "--city", "Lyon", "--name", "Martin et filles SAS")
	require.NoError(t, err)
	require.Contains(t, said, "Martin et filles SAS (martin)\n  12 rue des Lilas, 69003 Lyon, FR\n")
	said, _, err = command("contacts", "audience", "acme/martin", "loyal")
	require.NoError(t, err)
	require.Contains(t, said, "a payer who is loyal")
	said, _, err = command("contacts", "colleague", "acme/martin", "--role", "salesperson", "--name", "Sam", "--email", "sam@acme.example")
	require.NoError(t, err)
	require.Contains(t, said, "sam@acme.example")
	said, _, err = command("contacts", "list", "acme/martin")
	require.NoError(t, err)
	for _, want := range []string{"Jeanne Martin", "Paul Roy", "for PO-7", "Colleagues", "Opted out"} {
		require.Contains(t, said, want)
	}
	file, err := store.CaseFile(t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(t, err)
	require.Equal(t, "anna", file.History[1].Actor)

	for _, wrong := range [][]string{
		{"contacts", "list", "martin"},
		{"contacts", "list", "acme/nobody"},
		{"contacts", "correct", "acme/martin", "99", "--name", "X"},
		{"contacts", "opt-out", "acme/martin", "--channel", "letter", "--source", "x"},
		{"contacts", "colleague", "acme/martin", "--role", "manager"},
		{"contacts", "add", "acme/martin", "--email", "nobody"},
	} {
		_, _, err := command(wrong...)
		require.Error(t, err, wrong)
	}
}

func TestAFileOfContactsIsTakenInOnceAndItsMistakesAreTold(t *testing.T) {
	store, command := desk(t)
	file := filepath.Join(t.TempDir(), "contacts.csv")
	require.NoError(t, os.WriteFile(file, []byte("debtor_ref;contact_name;contact_role;contact_email;contact_phone;preferred;parent;bill_to\n"+
		"martin;Claire Petit;comptabilité;claire@martin.example;06 39 98 00 01;oui;HOLDING;parent\n"+
		"martin;Paul;gérant;nobody;;;;\n"+
		"nobody;Paul;gérant;paul@x.example;;;;\n"), 0o600))
	for range 2 {
		said, complaints, err := command("contacts", "import", file, "--creditor", "acme")
		require.ErrorIs(t, err, errContactsRefused)
		require.Equal(t, "1 contact kept.\n", said)
		require.Contains(t, complaints, `contacts.csv:3: email "nobody"`)
		require.Contains(t, complaints, "contacts.csv:4: the debtor is not known: nobody of acme")
	}
	contacts, err := store.Contacts(t.Context(), casefiletest.Creditor, casefiletest.Debtor)
	require.NoError(t, err)
	require.Len(t, contacts, 2)
	require.Equal(t, "+33639980001", contacts[1].Phone)
	require.True(t, contacts[1].Preferred)
	debtor, err := store.Debtor(t.Context(), casefiletest.Creditor, casefiletest.Debtor)
	require.NoError(t, err)
	require.Equal(t, casefile.BillToParent, debtor.BillTo)
}

func TestShowTellsWhomTheNextNoticeGoesToAndWhy(t *testing.T) {
	store, _ := desk(t)
	file, err := store.CaseFile(t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(t, err)
	var out bytes.Buffer
	(&program{out: &out}).printRecipients(file, casefiletest.Opened)
	require.Equal(t, "  to        email: Jeanne Martin <jeanne@martin.example> (fr)\n"+
		"            Written to Jeanne Martin, accounts payable, the only one who can be written to by e-mail.\n", out.String())
}
