package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/config"
)

func TestContactHoursAreThoseOfTheFileOrNineToSix(t *testing.T) {
	t.Parallel()
	opens, closes, err := config.Creditor{}.ContactHours("")
	require.NoError(t, err)
	require.Equal(t, []int{9 * 60, 18 * 60}, []int{opens, closes})

	opens, closes, err = config.Creditor{ContactFrom: "00:00", ContactUntil: "24:00"}.ContactHours("")
	require.NoError(t, err)
	require.Equal(t, []int{0, 24 * 60}, []int{opens, closes})
}

func TestAnHourThatDoesNotExistIsRefused(t *testing.T) {
	t.Parallel()
	for _, hour := range []string{"24:59", "24:01", "09:00x", "9", "09:60", "-1:00", " 09:00"} {
		_, _, err := config.Creditor{ContactFrom: hour}.ContactHours("")
		require.EqualError(t, err, `contact hours: "`+hour+`" is not an hour: write it like 09:00`)
		require.Contains(t, problems(t, minimal+"    contact_until: \""+hour+"\"\n"),
			`relance.yaml:6: creditors[1].contact_until: "`+hour+`" is not an hour: write it like 09:00`)
	}
}
