package messaging_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/messaging"
)

func TestAnEmailAddressComesBackReadyToSend(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]messaging.Address{
		"jeanne@example.fr":                       {Email: "jeanne@example.fr"},
		"  Jeanne.Martin+ap@Example.FR ":          {Email: "Jeanne.Martin+ap@example.fr"},
		"Jeanne  Martin <jeanne@example.fr>":      {Name: "Jeanne Martin", Email: "jeanne@example.fr"},
		`"Martin, Jeanne" <jeanne@example.fr>`:    {Name: "Martin, Jeanne", Email: "jeanne@example.fr"},
		"compta@société.fr":                       {Email: "compta@xn--socit-esab.fr"},
		"=?utf-8?q?Ren=C3=A9?= <rene@example.fr>": {Name: "René", Email: "rene@example.fr"},
	} {
		got, err := messaging.ValidateEmailAddress(raw)
		require.NoError(t, err, raw)
		require.Equal(t, want, got, raw)
	}
}

func TestAnUnusableEmailAddressIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	for raw, reason := range map[string]string{
		"":                                      "is empty",
		"jeanne":                                "has no @",
		"jeanne@localhost":                      "no full domain",
		"jeanne@[127.0.0.1]":                    "no full domain",
		"jeanne@exa mple.fr":                    "is not an e-mail address",
		"jeanne@example..fr":                    "is not an e-mail address",
		"jeanne@example.123":                    "cannot exist",
		"jeanne@-example.fr":                    "cannot exist",
		"élise@example.fr":                      "before the @",
		`"a b"@example.fr`:                      "before the @",
		"a@example.fr, b@example.fr":            "2 addresses",
		"a@example.fr; b@example.fr":            "semicolon",
		"a@example.fr\r\nBcc: x@y.fr":           "line break",
		strings.Repeat("a", 65) + "@x.fr":       "65 characters before the @",
		"a@" + strings.Repeat("b.", 130) + "fr": "longer than 254",
		"\xff@example.fr":                       "not valid UTF-8",
	} {
		_, err := messaging.ValidateEmailAddress(raw)
		var refused *messaging.AddressError
		require.ErrorAs(t, err, &refused, raw)
		require.Contains(t, refused.Reason, reason, raw)
		require.Equal(t, raw, refused.Value)
	}
}

func TestATelephoneNumberIsReadAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ raw, country, want string }{
		{"06 12 34 56 78", "FR", "+33612345678"},
		{"06.12.34.56.78", "fr", "+33612345678"},
		{"+33 6 12 34 56 78", "", "+33612345678"},
		{"+33 (0)6 12 34 56 78", "BE", "+33612345678"},
		{"0033 6 12 34 56 78", "FR", "+33612345678"},
		{"0470 12 34 56", "BE", "+32470123456"},
		{"(202) 555-0143", "US", "+12025550143"},
	} {
		got, err := messaging.ParsePhone(c.raw, c.country)
		require.NoError(t, err, c.raw)
		require.Equal(t, c.want, got, c.raw)
	}
}

func TestAnUnusableTelephoneNumberIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ raw, country, reason string }{
		{"", "FR", "is empty"},
		{"06 12 34", "FR", "too few digits"},
		{"06 12 34 56 78 90", "FR", "too many digits"},
		{"+999 12345678", "", "telephone number"},
		{"06 12 34 56 78", "", "no country is known"},
		{"06 12 34 56 78", "XX", "not a known country code"},
		{"0800 FLEURS", "FR", "contains letters"},
		{"--", "FR", "is not a telephone number"},
		{"+1 202 055 0143", "", "not a number in use"},
	} {
		_, err := messaging.ParsePhone(c.raw, c.country)
		var refused *messaging.AddressError
		require.ErrorAs(t, err, &refused, c.raw)
		require.Contains(t, refused.Reason, c.reason, c.raw)
	}
}

func TestALandlineReceivesNoSMS(t *testing.T) {
	t.Parallel()
	require.True(t, messaging.MayReceiveSMS("+33612345678"))
	require.False(t, messaging.MayReceiveSMS("+33142278186"))
	require.False(t, messaging.MayReceiveSMS("+33800123456"))
	require.False(t, messaging.MayReceiveSMS("0612345678"))
}
