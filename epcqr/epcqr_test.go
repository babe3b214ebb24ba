package epcqr_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/epcqr"
	"relance/identifiers"
	"relance/money"
)

func transfer() epcqr.Transfer {
	return epcqr.Transfer{
		Payee: "Acme SARL", IBAN: "FR14 2004 1010 0505 0001 3M02 606",
		Amount: money.FromMinor(124_050, money.EUR), Reference: "RF83FA20260042",
	}
}

func TestThePayloadIsThatOfTheNorm(t *testing.T) {
	t.Parallel()
	code, err := epcqr.New(transfer())
	require.NoError(t, err)
	require.Equal(t, "BCD\n002\n1\nSCT\n\nAcme SARL\nFR1420041010050500013M02606\nEUR1240.50\n\nRF83FA20260042", code.Payload())

	texted := transfer()
	texted.Reference, texted.Text, texted.BIC = "", "Facture FA-2026-0042 d’avril", "psstfrpp"
	code, err = epcqr.New(texted)
	require.NoError(t, err)
	require.Equal(t, "BCD\n002\n1\nSCT\nPSSTFRPP\nAcme SARL\nFR1420041010050500013M02606\nEUR1240.50\n\n\nFacture FA-2026-0042 d’avril", code.Payload())
}

func TestEachFieldThatCannotBeUsedIsNamedWithItsReason(t *testing.T) {
	t.Parallel()
	euros := func(cents int64) money.Amount { return money.FromMinor(cents, money.EUR) }
	for _, c := range []struct {
		want   string
		change func(*epcqr.Transfer)
	}{
		{"payee: it is empty", func(p *epcqr.Transfer) { p.Payee = " " }},
		{"payee: it has 71 characters and at most 70 are allowed", func(p *epcqr.Transfer) { p.Payee = strings.Repeat("é", 71) }},
		{"payee: it has a line break", func(p *epcqr.Transfer) { p.Payee = "Acme\nDE71110220330123456789" }},
		{"payee: it is not valid UTF-8", func(p *epcqr.Transfer) { p.Payee = "Acm\xe9" }},
		{"IBAN: \"FR1420041010050500013M02607\" is not an IBAN", func(p *epcqr.Transfer) { p.IBAN = "FR1420041010050500013M02607" }},
		{"IBAN: \"\" is not an IBAN", func(p *epcqr.Transfer) { p.IBAN = "" }},
		{"AE07 0331 2345 6789 0123 456 is an account outside the Single Euro Payments Area", func(p *epcqr.Transfer) { p.IBAN = "AE070331234567890123456" }},
		{"BIC: \"AGRI\" is not a BIC", func(p *epcqr.Transfer) { p.BIC = "AGRI" }},
		{"amount: \"12.00 CHF\" is not in euros", func(p *epcqr.Transfer) { p.Amount = money.FromMinor(1200, "CHF") }},
		{"amount: it is not set", func(p *epcqr.Transfer) { p.Amount = money.Amount{} }},
		{"amount: 0.00 EUR is not between", func(p *epcqr.Transfer) { p.Amount = euros(0) }},
		{"amount: -0.01 EUR is not between", func(p *epcqr.Transfer) { p.Amount = euros(-1) }},
		{"amount: 1000000000.00 EUR is not between", func(p *epcqr.Transfer) { p.Amount = euros(1_000_000_000_00) }},
		{"reference: \"RF84FA20260042\" is not a creditor reference: its check digits do not fit", func(p *epcqr.Transfer) { p.Reference = "RF84FA20260042" }},
		{"reference: a transfer has a reference or a text, never both", func(p *epcqr.Transfer) { p.Text = "Facture" }},
		{"reference: there is neither a reference nor a text", func(p *epcqr.Transfer) { p.Reference = "" }},
		{"text: it has 141 characters", func(p *epcqr.Transfer) { p.Reference, p.Text = "", strings.Repeat("x", 141) }},
		{"text: it has a line break", func(p *epcqr.Transfer) { p.Reference, p.Text = "", "a\rb" }},
		{"payee and text are too long together: the code would have 401 bytes and at most 331 are allowed", func(p *epcqr.Transfer) {
			p.Reference, p.Payee, p.Text = "", strings.Repeat("é", 70), strings.Repeat("é", 102)
		}},
	} {
		changed := transfer()
		c.change(&changed)
		code, err := epcqr.New(changed)
		require.ErrorContains(t, err, c.want)
		require.ErrorContains(t, err, "there can be no payment code")
		require.True(t, code.IsZero())
	}
	_, err := epcqr.New(epcqr.Transfer{})
	for _, field := range []string{"payee:", "IBAN:", "amount:", "reference:"} {
		require.ErrorContains(t, err, field, "all that is wrong is said at once")
	}
}

func TestTheLimitsThemselvesAreAllowed(t *testing.T) {
	t.Parallel()
	for _, cents := range []int64{1, 999_999_999_99} {
		p := transfer()
		p.Amount = money.FromMinor(cents, money.EUR)
		_, err := epcqr.New(p)
		require.NoError(t, err)
	}
	p := transfer()
	p.Payee, p.Reference, p.Text = strings.Repeat("p", 70), "", strings.Repeat("t", 140)
	p.BIC = "PSSTFRPPXXX"
	_, err := epcqr.New(p)
	require.NoError(t, err)
}

// 331 bytes are the last that fit the largest symbol, and a letter with an accent
// takes two of them.
func TestTheLongestCodeFitsTheLargestSymbol(t *testing.T) {
	t.Parallel()
	p := transfer()
	p.Payee, p.Reference = strings.Repeat("é", 70), ""
	p.Text = strings.Repeat("é", 66)
	code, err := epcqr.New(p)
	require.NoError(t, err)
	room := 331 - len(code.Payload())
	require.Positive(t, room)
	p.Text += strings.Repeat("x", room)
	code, err = epcqr.New(p)
	require.NoError(t, err)
	require.Len(t, code.Payload(), 331)
	require.Equal(t, 69, code.Size(), "version 13")
	require.Equal(t, code.Payload(), scanned(t, code, 4))

	p.Text += "x"
	_, err = epcqr.New(p)
	require.ErrorContains(t, err, "332 bytes")
}

// drawn is any transfer that the norm allows.
func drawn(t *rapid.T) epcqr.Transfer {
	line := func(label string, longest int) string {
		return rapid.StringMatching(`[A-Za-zéèçœ0-9&'()+,./:? -]{0,139}[a-zé]`).Filter(func(s string) bool {
			return len([]rune(s)) <= longest
		}).Draw(t, label)
	}
	p := epcqr.Transfer{
		Payee:  line("payee", 70),
		IBAN:   rapid.SampledFrom([]string{"FR1420041010050500013M02606", "de71 1102 2033 0123 4567 89", "BE72000000001616"}).Draw(t, "IBAN"),
		BIC:    rapid.SampledFrom([]string{"", "PSSTFRPP", "AGRIFRPPXXX"}).Draw(t, "BIC"),
		Amount: money.FromMinor(rapid.Int64Range(1, 999_999_999_99).Draw(t, "cents"), money.EUR),
	}
	if rapid.Bool().Draw(t, "structured") {
		p.Reference = identifiers.NewCreditorReference("acme", rapid.String().Draw(t, "number"))
	} else {
		p.Text = line("text", 140)
	}
	return p
}

// Every transfer the norm allows can be read back from its picture, field by
// field.
func TestEveryCodeCanBeScanned(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		code, err := epcqr.New(p)
		if err != nil {
			require.ErrorContains(t, err, "too long together")
			return
		}
		require.LessOrEqual(t, len(code.Payload()), 331)
		require.LessOrEqual(t, code.Size(), 69)
		read := scanned(t, code, rapid.IntRange(1, 4).Draw(t, "scale"))
		require.Equal(t, code.Payload(), read)
		fields := strings.Split(read, "\n")
		require.Equal(t, []string{"BCD", "002", "1", "SCT", p.BIC, p.Payee, identifiers.Compact(p.IBAN)}, fields[:7])
		amount, err := money.Parse(strings.TrimPrefix(fields[7], "EUR"), money.EUR)
		require.NoError(t, err)
		require.Equal(t, p.Amount, amount)
		require.Equal(t, string(p.Reference), fields[9])
		require.Equal(t, p.Text, strings.Join(fields[10:], "\n"))
	})
}
