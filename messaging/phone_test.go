package messaging_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/messaging"
)

func TestATelephoneNumberIsPrintedForItsReader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ number, reader, want string }{
		{"+33639980000", "FR", "06 39 98 00 00"},
		{"+33639980000", "fr", "06 39 98 00 00"},
		{"+33639980000", "BE", "+33 6 39 98 00 00"},
		{"+33639980000", "", "+33 6 39 98 00 00"},
		{"+33 1 42 27 81 86", "FR", "01 42 27 81 86"},
		{"+32470123456", "BE", "0470 12 34 56"},
		{"+442079460000", "GB", "020 7946 0000"},
		{"+442079460000", "FR", "+44 20 7946 0000"},
	} {
		require.Equal(t, c.want, messaging.PrintPhone(c.number, c.reader), "%s for %s", c.number, c.reader)
	}
}

func TestATextThatIsNoInternationalNumberIsPrintedUnchanged(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "06 39 98 00 00", "standard", "+33 800 FLEURS", "+33 1", "04 78 00 12 34 (9h-12h)"} {
		require.Equal(t, text, messaging.PrintPhone(text, "FR"))
	}
}
