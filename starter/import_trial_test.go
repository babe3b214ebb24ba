package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases"
	"relance/config"
	"relance/wiring"
)

// trying is a program with an installation in which Acme's invoices can be tried.
func trying(t *testing.T) (p *program, said *bytes.Buffer, s *settings, service *cases.Service) {
	t.Helper()
	c := config.Default()
	c.Creditors = []config.Creditor{{ID: casefiletest.Creditor, Name: "Acme", Address: config.Address{Country: "FR"}}}
	templates, err := wiring.Templates(c)
	require.NoError(t, err)
	strategies, err := wiring.Strategies(c, templates)
	require.NoError(t, err)
	book, err := wiring.Law(c)
	require.NoError(t, err)
	clock, err := calendar.Accelerated(time.Now(), casefiletest.Opened, 1)
	require.NoError(t, err)
	said = &bytes.Buffer{}
	service = &cases.Service{Store: casefiletest.OpenWithLaw(t), Clock: func() calendar.Clock { return clock }}
	return &program{out: said, errOut: said, zones: zonesOf(c.Creditors)}, said, &settings{config: c, strategies: strategies, law: book}, service
}

func written(t *testing.T, rows ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ledger.csv")
	require.NoError(t, os.WriteFile(file, []byte(columns+strings.Join(rows, "\n")+"\n"), 0o600))
	return file
}

func TestADryRunOfAnImportSaysWhatIsKnownAndWhatWouldBeRefused(t *testing.T) {
	t.Parallel()
	p, said, s, service := trying(t)
	file := written(t, "F-1;2026-01-05;2026-02-04;12.00;Client;business;FR", "F-1;2026-01-05;2026-02-04;12.00;Client;business;FR",
		"F-1;2026-01-05;2026-02-04;13.00;Client;business;FR", "F-2;2026-01-05;2026-02-04;12.00;Client;business;FR")
	err := p.importInto(t.Context(), s, service, &importCmd{Files: []string{file}, DryRun: true})
	require.ErrorIs(t, err, errWouldRefuse)
	require.Contains(t, said.String(), "line 4, total: opening the case of invoice F-1 of acme: the invoice F-1 of acme is already recorded with the total 12.00 EUR")
	require.Contains(t, said.String(), ": 2 would open, 1 known, 1 refused\n")
	require.Contains(t, said.String(), "nothing was changed")
	rows, err := service.Store.Cases(t.Context(), casefile.CaseFilter{Limit: 10})
	require.NoError(t, err)
	require.Empty(t, rows)
}

func TestAPreviewOfFilesPromisesNothingForAClaimThatIsTooOld(t *testing.T) {
	t.Parallel()
	p, _, s, service := trying(t)
	again := "F-2;2026-01-05;2026-02-04;12.00;Client;business;FR"
	file := written(t, "F-1;2013-01-05;2013-02-04;12.00;Client;business;FR", again, again, "F-2;2026-01-05;2026-02-04;99.00;Client;business;FR")
	portfolio, err := (&previewCmd{Files: []string{file}}).portfolio(t.Context(), s, service)
	require.NoError(t, err)
	require.Len(t, portfolio, 2, "an invoice that stands twice is one case")
	said := &bytes.Buffer{}
	p.out = said
	now := service.Clock().Now()
	p.printPreview(portfolio[:1], now, now.AddDate(0, 0, 90), 60)
	require.Contains(t, said.String(), "1 case, 1 action until")
	require.Contains(t, said.String(), "the limitation has passed")
	require.Contains(t, said.String(), "nothing leaves by itself")
	said.Reset()
	p.printPreview(portfolio[1:], now, now.AddDate(0, 0, 90), 60)
	require.Contains(t, said.String(), "formal-notice")
}
