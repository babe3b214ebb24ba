package main

import (
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/cases/answers"
	"relance/inbound/intent"
	"relance/money"
)

var placeholder = regexp.MustCompile(`<[a-z ]+>`)

func TestTheCommandsProposedForAnAnswerAreOnesTheCommandLineTakes(t *testing.T) {
	t.Parallel()
	answer := casefile.Answer{ID: "0a0b0c0d-1111-8222-8333-444455556666", Channel: "email", Creditor: "acme", Invoice: "F/2026 42"}
	commands := 0
	for _, kind := range intent.Kinds() {
		for _, date := range []calendar.Date{0, calendar.NewDate(2026, time.December, 15)} {
			for _, amount := range []money.Amount{{}, money.FromMinor(120050, money.EUR), money.FromMinor(99, "USD")} {
				proposal := answers.Proposal(answer, intent.Intent{Kind: kind, Rule: "test", Date: date, Amount: amount})
				require.NotContains(t, proposal, "%!", kind)
				for _, command := range strings.Split(proposal, ";") {
					_, command, found := strings.Cut(command, "relance ")
					if !found {
						continue
					}
					command = strings.NewReplacer("<day>", "2026-12-15", "<day of the judgment>", "2026-12-15", "<amount>", "1.00", "<reason>", "quality").Replace(command)
					command = placeholder.ReplaceAllString(command, "X")
					parser, err := newParser(&cli{}, io.Discard, io.Discard)
					require.NoError(t, err)
					_, err = parser.Parse(words(command))
					require.NoError(t, err, proposal)
					commands++
				}
			}
		}
	}
	require.Greater(t, commands, 20)
}

func TestAnAnswerIsPutToCasesOfOneCreditor(t *testing.T) {
	t.Parallel()
	var commands cli
	parser, err := newParser(&commands, io.Discard, io.Discard)
	require.NoError(t, err)
	_, err = parser.Parse([]string{"answers", "link", "0a0b0c0d-1111-8222-8333-444455556666", "acme/F-1", "acme/F/2026 42"})
	require.NoError(t, err)
	require.Equal(t, []caseRef{{"acme", "F-1"}, {"acme", "F/2026 42"}}, commands.Answers.Link.Cases)

	two := answersLinkCmd{ID: "0a0b0c0d-1111-8222-8333-444455556666", Cases: []caseRef{{"acme", "F-1"}, {"zeta", "F-2"}}}
	require.ErrorContains(t, two.Run(nil), "one creditor")
	_, err = parser.Parse([]string{"answers", "link", "0a0b0c0d-1111-8222-8333-444455556666"})
	require.Error(t, err)
}

// words are the words of a command line, with 'single quotes' as a shell reads them.
func words(line string) []string {
	var all []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			all = append(all, part)
			continue
		}
		all = append(all, strings.Fields(part)...)
	}
	return all
}
