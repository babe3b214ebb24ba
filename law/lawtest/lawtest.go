// Package lawtest gives tests the built-in law tables.
package lawtest

import (
	"github.com/stretchr/testify/require"

	"relance/config"
	"relance/law"
)

// BuiltIn is the book of the built-in law tables.
func BuiltIn(t require.TestingT) law.Book {
	book, err := law.Load(config.Law)
	require.NoError(t, err)
	return book
}
