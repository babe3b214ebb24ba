package invoice_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/imports/invoice"
)

func TestEmailAddressesAreChecked(t *testing.T) {
	t.Parallel()
	for text, address := range map[string]string{
		" compta@example.com ":     "compta@example.com",
		"Jean.Dupont@EXAMPLE.com":  "Jean.Dupont@example.com",
		"a+b@sub.example.org":      "a+b@sub.example.org",
		"compta@société.example":   "compta@xn--socit-esab.example",
		"mailto:ap@example.com":    "ap@example.com",
		"o'brien@example.com":      "o'brien@example.com",
		"name@xn--bcher-kva.examp": "name@xn--bcher-kva.examp",
	} {
		read, err := invoice.ParseEmail(text)
		require.NoError(t, err, text)
		require.Equal(t, address, read)
	}
	for _, text := range []string{
		"", "jean", "jean@", "@example.com", "jean@localhost", "jean@example..com", "jean@-example.com", "jean dupont@example.com",
		"Jean <jean@example.com>", `"jean dupont"@example.com`, "jérôme@example.com", "jean@example.com.", "jean@127.0.0.1", "jean@[127.0.0.1]",
		"jean@example.com\r\nBcc: all@example.com", strings.Repeat("a", 65) + "@example.com", "a@" + strings.Repeat("b.", 130) + "example",
	} {
		_, err := invoice.ParseEmail(text)
		require.Error(t, err, text)
	}
}

func TestPhoneNumbersMustExistInTheirCountry(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, country, number string }{
		{"01 99 00 12 34", "FR", "+33199001234"},
		{"06.39.98.12.34", "FR", "+33639981234"},
		{"+33 (0)6 39 98 00 00", "DE", "+33639980000"},
		{"0032 2 555 12 12", "FR", "+3225551212"},
		{"02 555 12 12", "BE", "+3225551212"},
	} {
		number, err := invoice.ParsePhone(c.text, c.country)
		require.NoError(t, err, c.text)
		require.Equal(t, c.number, number)
	}
	for _, text := range []string{"", "abc", "123", "06 39 97", "5121230", "+33 6 39 98 00", "+999 123456789"} {
		_, err := invoice.ParsePhone(text, "FR")
		require.Error(t, err, text)
	}
}

func TestAnInvoiceIsNotLostForABadAddress(t *testing.T) {
	t.Parallel()
	draft := newDraft(usual(t))
	draft.AddContact(invoice.ContactCells{
		Name:  invoice.Cell{Field: "contact", Value: "Jeanne Martin"},
		Email: invoice.Cell{Field: "email", Value: "jeanne@", Line: 7},
		Phone: invoice.Cell{Field: "téléphone", Value: "12", Line: 7},
		Role:  invoice.RoleDirector,
	})
	document, err := draft.Complete()
	require.NoError(t, err)
	require.Equal(t, []invoice.Contact{{Name: "Jeanne Martin", Role: invoice.RoleDirector}}, document.Buyer.Contacts)
	require.Len(t, document.Warnings, 2)
	for _, warning := range document.Warnings {
		require.Equal(t, invoice.AboutContact, warning.About)
		require.Equal(t, 7, warning.Line)
	}
	require.Equal(t, `email "jeanne@": is not an e-mail address: check for spaces, missing parts or stray characters; it is left out`, document.Warnings[1].String())
}

func TestSeveralAddressesInOneCellAreSeveralContacts(t *testing.T) {
	t.Parallel()
	draft := newDraft(usual(t))
	draft.AddContact(invoice.ContactCells{
		Name: invoice.Cell{Value: "Comptabilité"}, Email: invoice.Cell{Value: "a@example.com; b@example.com, a@example.com"},
	})
	document, err := draft.Complete()
	require.NoError(t, err)
	require.Equal(t, []invoice.Contact{{Name: "Comptabilité", Email: "a@example.com", Preferred: true}, {Email: "b@example.com"}}, document.Buyer.Contacts)
}

func TestANationalNumberIsReadInTheDebtorsCountry(t *testing.T) {
	t.Parallel()
	draft := newDraft(usual(t))
	draft.SetCountry(&draft.Buyer.Address, invoice.Cell{Value: "Belgique"})
	draft.AddContact(invoice.ContactCells{Phone: invoice.Cell{Value: "02 555 12 12"}})
	document, err := draft.Complete()
	require.NoError(t, err)
	require.Equal(t, "+3225551212", document.Buyer.Contacts[0].Phone)
}
