package arrangements

import (
	"math/big"

	"relance/law"
	"relance/money"
)

// wholePercent is 100 % in ten-thousandths of a percent.
const wholePercent = 100 * int64(law.OnePercent)

// PercentOf is a percentage of an amount, exact and then rounded down to the smallest
// unit: what is given away is never more than was said.
func PercentOf(amount money.Amount, percent law.Percent) money.Amount {
	product := new(big.Int).Mul(big.NewInt(amount.Minor()), big.NewInt(int64(percent)))
	return money.FromMinor(product.Quo(product, big.NewInt(wholePercent)).Int64(), amount.Currency())
}

func rationalShare(part, whole int64) int64 {
	product := new(big.Int).Mul(big.NewInt(part), big.NewInt(wholePercent))
	return product.Quo(product, big.NewInt(whole)).Int64()
}

// compareShare compares part/whole with a limit.
func compareShare(part, whole, limit int64) int {
	left := new(big.Int).Mul(big.NewInt(part), big.NewInt(wholePercent))
	return left.Cmp(new(big.Int).Mul(big.NewInt(whole), big.NewInt(limit)))
}
