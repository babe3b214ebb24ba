package csvfile_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/imports/csvfile"
	"relance/imports/invoice"
)

func contactsOf(t *testing.T, text string) (contacts []csvfile.Contact, refusals []string) {
	t.Helper()
	for contact, err := range csvfile.ReadContacts(t.Context(), fileOf(text), csvfile.Options{Creditor: "acme"}) {
		if err != nil {
			refusals = append(refusals, err.Error())
			continue
		}
		contact.Source = invoice.Source{}
		contacts = append(contacts, contact)
	}
	return contacts, refusals
}

func TestAFileOfContactsIsReadInFrenchAndEnglish(t *testing.T) {
	t.Parallel()
	contacts, refusals := contactsOf(t, "code client;contact;fonction;email;téléphone;langue contact;préféré;canaux;canal préféré;périmètre;depuis;jusque;maison mère;bill_to;type de payeur\n"+
		"CL-1;Claire Petit;Comptabilité;claire@martin.example;06 39 98 00 01;fr;oui;email sms;email;PO-7;01/02/2026;31/12/2026;HOLDING;maison mère;fidèle\n"+
		";;;;\nCL-2;Paul;;;;;;;;;;;;;\n")
	require.Empty(t, refusals)
	require.Equal(t, []csvfile.Contact{
		{
			Creditor: "acme", Debtor: "CL-1", Name: "Claire Petit", Role: invoice.RoleAccountsPayable, Email: "claire@martin.example", Phone: "06 39 98 00 01",
			Language: "fr", Preferred: true, Channels: []string{"email", "sms"}, PreferredChannel: "email", Scope: "PO-7",
			ValidFrom: calendar.NewDate(2026, time.February, 1), ValidUntil: calendar.NewDate(2026, time.December, 31),
			Parent: "HOLDING", BillToParent: true, HasParent: true, Audience: "loyal",
		},
		{Creditor: "acme", Debtor: "CL-2", Name: "Paul"},
	}, contacts)
}

func TestARowOfContactsThatCannotBeMeantIsRefusedAlone(t *testing.T) {
	t.Parallel()
	contacts, refusals := contactsOf(t, "debtor_ref,contact_email,contact_role,preferred,valid_until,bill_to,debtor_audience\n"+
		",a@x.example,boss,perhaps,yesterday,sister,rude\nCL-2,b@x.example,buyer,no,2026-03-31,,\n")
	require.Len(t, contacts, 1)
	require.Len(t, refusals, 1)
	for _, reason := range []string{"whose contact is it?", "not a role; use accounts payable", "neither yes nor no", "not a date", "use debtor or parent", "use loyal, irregular or new"} {
		require.Contains(t, refusals[0], reason)
	}
	_, refusals = contactsOf(t, "contact_email\na@x.example\n")
	require.Contains(t, refusals[0], "these were not found: debtor_ref")
}

func TestAnInvoiceMayNameSeveralContactsAndTheParent(t *testing.T) {
	t.Parallel()
	d := only(t, "numero,date,montant,client,contact_email,contact_role,contact2_name,contact2_email,contact2_role,contact2_language,contact3_email,contact3_role,debtor_parent,bill_to\n"+
		"F-1,2026-01-05,100,Martin,a@x.example,compta,Paul,b@x.example,gérant,en,c@x.example,compta,HOLDING,parent\n", csvfile.Options{})
	require.Equal(t, []invoice.Contact{
		{Email: "a@x.example", Role: invoice.RoleAccountsPayable, Preferred: true},
		{Name: "Paul", Email: "b@x.example", Role: invoice.RoleDirector, Language: "en"},
		{Email: "c@x.example", Role: invoice.RoleAccountsPayable},
	}, d.Buyer.Contacts)
	require.Equal(t, "HOLDING", d.Buyer.Parent)
	require.True(t, d.Buyer.BillToParent)
	require.Empty(t, d.Warnings)
}

func TestTheDocumentationNamesEveryColumnOfAFileOfContacts(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/contacts.md")
	require.NoError(t, err)
	for _, column := range csvfile.ContactNames {
		require.Contains(t, string(page), "| `"+string(column.Column)+"` |")
	}
}
