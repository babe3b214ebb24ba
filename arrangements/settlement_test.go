package arrangements_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/arrangements"
	"relance/money"
)

func TestAReductionIsDividedByWhatIsOpenAndTakesNoInvoiceWhole(t *testing.T) {
	t.Parallel()
	p := running(t, nil)
	rapid.Check(t, func(t *rapid.T) {
		principal, room := map[string]money.Amount{}, int64(0)
		for _, invoice := range []string{"F-1", "F-2"} {
			if minor := rapid.Int64Range(0, 5000).Draw(t, invoice); minor > 0 {
				principal[invoice], room = euros(minor), room+minor-1
			}
		}
		offer := arrangements.Settlement{Reduction: euros(rapid.Int64Range(0, 12_000).Draw(t, "reduction")), Until: day("2026-03-31")}
		parts, err := p.DivideReduction(offer, day("2026-03-10"), principal)
		if len(principal) > 0 && offer.Reduction.Minor() > room {
			require.ErrorContains(t, err, "leaves nothing of the")
			return
		}
		require.NoError(t, err)
		sum := int64(0)
		for i, part := range parts {
			sum += part.Minor()
			require.GreaterOrEqual(t, part.Sign(), 0)
			require.LessOrEqual(t, part.Minor(), max(0, principal[p.Claims[i].Invoice].Minor()-1))
		}
		if len(principal) > 0 {
			require.Equal(t, offer.Reduction.Minor(), sum)
		}
	})
}
