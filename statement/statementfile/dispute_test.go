package statementfile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
	"relance/statement/statementfile"
)

func TestTheCodeAndTheSheetLeaveOutWhatIsDisputed(t *testing.T) {
	t.Parallel()
	contested := workedExample(t)
	contested.Disputes = []collection.Dispute{{ID: "d", Amount: euros(100_000), RaisedOn: day("2026-08-20")}}
	s := state(t, "2026-09-03", contested)
	require.Equal(t, euros(537_799), transfer(t, s, parties()).Amount, "6,377.99 euros are open, 1,000.00 of them disputed")
	for language, label := range map[string]string{"fr": "Contesté, non réclamé", "en": "Disputed, not claimed"} {
		file, err := writer(t).Write(s, parties(), language, statementfile.CSV)
		require.NoError(t, err)
		require.Contains(t, string(file.Content), label)
	}

	contested.Disputes[0].WholeClaim = true
	settled := accountOf(t, "F-1", euros(10_000))
	settled.Disputes = []collection.Dispute{{ID: "d", Amount: euros(10_000), WholeClaim: true, RaisedOn: day("2026-04-10")}}
	page, err := writer(t).Page(state(t, "2026-04-29", settled), parties(), "en")
	require.NoError(t, err)
	require.Nil(t, page.Letter.PaymentCode)
	require.Equal(t, []string{"Nothing is to be paid on this date."}, page.Summary)
}
