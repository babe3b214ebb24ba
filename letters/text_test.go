package letters

import (
	"strings"
	"testing"

	"github.com/carlos7ags/folio/layout"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestLinesBreakAtOrdinarySpacesOnly(t *testing.T) {
	t.Parallel()
	typography, err := newTypography()
	require.NoError(t, err)
	s := typography.text()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zé]{1,10}|[0-9]{1,3}(\x{202f}[0-9]{3}){0,2},[0-9]{2}\x{00a0}€`), 1, 40).Draw(t, "words")
		paragraph := strings.Join(words, " ")
		width := rapid.Float64Range(100, 400).Draw(t, "width")
		lines := s.wrap(paragraph, width)
		require.Equal(t, paragraph, strings.Join(lines, " "), "no word is cut: all fit the width")
		for _, line := range lines {
			require.LessOrEqual(t, s.width(line), width)
		}
	})
}

func TestWordsLongerThanALineAreCut(t *testing.T) {
	t.Parallel()
	typography, err := newTypography()
	require.NoError(t, err)
	s := typography.text()
	lines := s.wrap("un "+strings.Repeat("m", 100)+" deux", 200)
	require.Greater(t, len(lines), 3)
	require.Equal(t, "un"+strings.Repeat("m", 100)+"deux", strings.ReplaceAll(strings.Join(lines, ""), " ", ""))
	for _, line := range lines {
		require.LessOrEqual(t, s.width(line), 200.0)
	}
}

func TestNoLineOfAParagraphIsLeftAlone(t *testing.T) {
	t.Parallel()
	typography, err := newTypography()
	require.NoError(t, err)
	s := typography.text()
	paragraph := newText(s, "un", "deux", "trois", "quatre")
	height := s.lineHeight()
	for fitting, want := range map[float64]int{0.5: 0, 1: 0, 2: 2, 3: 2, 4: 4, 9: 4} {
		plan := paragraph.PlanLayout(layout.LayoutArea{Width: 300, Height: fitting * height})
		switch want {
		case 0:
			require.Equal(t, layout.LayoutNothing, plan.Status, "room for %v lines", fitting)
		case 4:
			require.Equal(t, layout.LayoutFull, plan.Status, "room for %v lines", fitting)
		default:
			require.Equal(t, layout.LayoutPartial, plan.Status, "room for %v lines", fitting)
			require.InDelta(t, float64(want)*height, plan.Blocks[0].Height, 0.01)
		}
	}
}
