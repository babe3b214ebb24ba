package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestColleaguesHaveARoleAndAnAddress(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		`relance.yaml:7: creditors[1].colleagues[1].role: "boss" is not known: use salesperson, accountant, manager, owner`,
		"relance.yaml:8: creditors[1].colleagues[2].email: is missing",
	}, problems(t, minimal+"    colleagues:\n      - {role: boss, email: a@a.example}\n      - {role: manager}\n"))
	require.Empty(t, problems(t, minimal+"    colleagues:\n      - {role: manager, name: Max, email: max@a.example}\n"))
}
