package statementfile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/epcqr"
	"relance/messaging/compose"
	"relance/money"
	"relance/statement"
)

// transfer is what the code on the page pays, nothing when there is none.
func transfer(t *testing.T, s statement.Statement, f compose.Facts) epcqr.Transfer {
	t.Helper()
	page, err := writer(t).Page(s, f, "fr")
	require.NoError(t, err)
	if page.Letter.PaymentCode == nil {
		return epcqr.Transfer{}
	}
	return page.Letter.PaymentCode.Code.Transfer()
}

func TestTheCodePaysExactlyTheTotalInEuros(t *testing.T) {
	t.Parallel()
	one := transfer(t, state(t, "2026-09-03", workedExample(t)), parties())
	require.Equal(t, euros(637_799), one.Amount)
	require.Equal(t, "Ateliers Vauban", one.Payee)
	require.Regexp(t, `^RF\d\dFA20260117`, string(one.Reference))

	all := transfer(t, state(t, "2026-09-03", everything(t)...), parties())
	require.Equal(t, euros(679_132), all.Amount)
	require.Equal(t, "FA-2026-0117 FA-2026-0120 FA-2026-0121 FA-2026-0122", all.Text, "those on which something is due")

	var many []statement.Account
	for i := range 12 {
		many = append(many, accountOf(t, "A-LONG-NUMBER-"+string(rune('A'+i)), euros(100)))
	}
	require.Equal(t, "C00042", transfer(t, state(t, "2026-09-03", many...), parties()).Text, "the account, where the numbers are too long")

	settled := accountOf(t, "F-0", euros(100), paid("P-0", "2026-04-28", euros(100)))
	quoted := workedExample(t)
	quoted.PaymentReference = "Dossier 12"
	require.Equal(t, "Dossier 12", transfer(t, state(t, "2026-09-03", quoted, settled), parties()).Text, "what the invoice asks to quote")
	quoted.PaymentReference = "RF83 FA20 2600 42"
	require.Equal(t, "RF83FA20260042", string(transfer(t, state(t, "2026-09-03", quoted, settled), parties()).Reference))
}

func TestThereIsNoCodeWhereNoneCouldPay(t *testing.T) {
	t.Parallel()
	settled := state(t, "2026-04-29", accountOf(t, "F-1", euros(10_000), paid("P-1", "2026-04-28", euros(10_000))))
	require.Equal(t, epcqr.Transfer{}, transfer(t, settled, parties()), "nothing is due")
	page, err := writer(t).Page(settled, parties(), "en")
	require.NoError(t, err)
	require.Empty(t, page.Letter.Payment)
	require.Equal(t, []string{"Nothing is to be paid on this date."}, page.Summary)

	yen := state(t, "2026-04-29", accountOf(t, "F-1", money.FromMinor(10_000, "JPY")))
	require.Equal(t, epcqr.Transfer{}, transfer(t, yen, parties()), "nothing is due in euros")
	page, err = writer(t).Page(yen, parties(), "en")
	require.NoError(t, err)
	require.NotEmpty(t, page.Letter.Payment, "the account to pay to all the same")

	f := parties()
	f.Creditor.IBAN, f.Creditor.BIC = "", ""
	require.Equal(t, epcqr.Transfer{}, transfer(t, state(t, "2026-09-03", workedExample(t)), f), "no account")
}

func TestAnEmptyStatementSaysSo(t *testing.T) {
	t.Parallel()
	page, err := writer(t).Page(state(t, "2026-03-01", everything(t)[:2]...), parties(), "fr")
	require.NoError(t, err)
	require.Equal(t, []string{"Aucune facture ne figure à votre compte à cette date."}, page.Summary)
	require.Empty(t, page.Sections)
}

func TestAHalfYearThatIsMissingIsNamedAndNoInterestIsShown(t *testing.T) {
	t.Parallel()
	for lang, text := range map[string]string{
		"fr": "le taux de refinancement de la BCE en vigueur le premier jour n’est pas connu pour le premier semestre 2027",
		"en": "the ECB main refinancing rate in force on the first day is not known for the first half of 2027",
	} {
		page, err := writer(t).Page(state(t, "2027-02-01", workedExample(t)), parties(), lang)
		require.NoError(t, err)
		blocks := page.Sections[0].Blocks
		require.Contains(t, blocks[len(blocks)-1].Remarks[0], text)
		require.Empty(t, blocks[1].Table.Rows)
	}
}
