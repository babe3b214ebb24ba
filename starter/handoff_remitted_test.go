package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/money"
)

func TestWhatPartnersCollectedAndKeptIsAddedUp(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	euros := func(minor int64) money.Amount { return money.FromMinor(minor, money.EUR) }
	(&program{out: &out}).printRemitted([]casefile.Remittance{
		{ID: "R1", Gross: euros(12000), Fees: euros(1440), Net: euros(10560)}, {ID: "R2", Gross: euros(0), Fees: euros(4000), Net: euros(-4000)},
	})
	require.Equal(t, "Collected: 120.00 EUR, less fees of 54.40 EUR, which are your own cost: 65.60 EUR.\n", out.String())
}
