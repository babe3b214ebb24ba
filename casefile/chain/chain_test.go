package chain_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/casefile/chain"
)

// history is a chain of so many lines that holds.
func history(count int) ([]chain.Entry, chain.Head) {
	lines := make([]chain.Entry, count)
	var head chain.Head
	for i := range lines {
		at := time.Date(2026, time.March, 2, 9, 0, i, 123456000, time.UTC)
		lines[i] = chain.Entry{
			Line: i + 1, Creditor: "acme", Invoice: "F-1", Key: "fact/" + strconv.Itoa(i), Kind: "payment-received", Actor: "bank",
			Summary: "le paiement est arrivé", Reason: "it came in", Strategy: "gentle", StrategyVersion: 2, At: at, RecordedAt: at.Add(time.Hour),
		}
		lines[i].Hash = lines[i].HashAfter(head.Hash)
		head = chain.Head{Lines: i + 1, Hash: lines[i].Hash}
	}
	return lines, head
}

func TestTheHashOfALineIsPublished(t *testing.T) {
	lines, _ := history(2)
	require.Equal(t, "d237", lines[0].Hash[:4], "whoever has an old export counts it this way: a change needs a new scheme")
	require.NotEqual(t, lines[0].Hash, lines[1].Hash)
}

func TestAChainThatNobodyTouchedHolds(t *testing.T) {
	for _, count := range []int{0, 1, 2, 100} {
		lines, head := history(count)
		require.Nil(t, chain.Check(lines, head))
	}
}

func TestTheFirstBreakIsNamed(t *testing.T) {
	for name, test := range map[string]struct {
		tamper func(lines []chain.Entry) []chain.Entry
		line   int
		says   string
	}{
		"a line was changed":     {func(l []chain.Entry) []chain.Entry { l[2].Summary = "le paiement n’est pas arrivé"; return l }, 3, "was changed"},
		"an author was changed":  {func(l []chain.Entry) []chain.Entry { l[4].Actor = "nobody"; return l }, 5, "was changed"},
		"a time was changed":     {func(l []chain.Entry) []chain.Entry { l[1].At = l[1].At.Add(time.Microsecond); return l }, 2, "was changed"},
		"a line was removed":     {func(l []chain.Entry) []chain.Entry { return slices.Delete(l, 3, 4) }, 4, "the line is missing"},
		"lines were removed":     {func(l []chain.Entry) []chain.Entry { return slices.Delete(l, 3, 5) }, 4, "the lines 4 to 5 are missing"},
		"the first was removed":  {func(l []chain.Entry) []chain.Entry { return l[1:] }, 1, "the line is missing"},
		"the end was cut off":    {func(l []chain.Entry) []chain.Entry { return l[:4] }, 5, "missing: they were removed at the end"},
		"all lines were removed": {func([]chain.Entry) []chain.Entry { return nil }, 1, "missing"},
		"a line was put in":      {func(l []chain.Entry) []chain.Entry { return slices.Insert(l, 3, l[2]) }, 3, "one was put in"},
		"a line was added": {func(l []chain.Entry) []chain.Entry {
			more := l[5]
			more.Line, more.Key = 7, "fact/new"
			more.Hash = more.HashAfter(l[5].Hash)
			return append(l, more)
		}, 7, "put in at the end"},
		"two lines changed places": {func(l []chain.Entry) []chain.Entry {
			l[2], l[3] = l[3], l[2]
			l[2].Line, l[3].Line = 3, 4
			return l
		}, 3, "the order of the lines"},
		"a changed line was hashed anew": {func(l []chain.Entry) []chain.Entry {
			l[2].Summary = "something else"
			l[2].Hash = l[2].HashAfter(l[1].Hash)
			return l
		}, 4, "was changed"},
		"all from a line on was hashed anew": {func(l []chain.Entry) []chain.Entry {
			l[2].Summary = "something else"
			for i := 2; i < len(l); i++ {
				l[i].Hash = l[i].HashAfter(l[i-1].Hash)
			}
			return l
		}, 6, "not the one recorded as the end"},
	} {
		t.Run(name, func(t *testing.T) {
			lines, head := history(6)
			broken := chain.Check(test.tamper(lines), head)
			require.NotNil(t, broken)
			require.Equal(t, test.line, broken.Line, broken.Error())
			require.Contains(t, broken.Error(), test.says)
		})
	}
}

// Text that moves from one field to the next gives another hash.
func TestFieldsCannotRunIntoEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(2, 20, 60).Draw(t, "text")
		cut := rapid.IntRange(0, len(text)-1).Draw(t, "cut")
		other := rapid.IntRange(0, len(text)-1).Filter(func(i int) bool { return i != cut }).Draw(t, "other")
		of := func(cut int) string { return chain.Entry{Key: text[:cut], Kind: text[cut:]}.HashAfter("") }
		require.NotEqual(t, of(cut), of(other))
	})
}

func TestAnAnchorCoversItsDayItsHeadsAndTheOneBefore(t *testing.T) {
	head := chain.AnchoredHead{Creditor: "acme", Invoice: "F-1", Lines: 3, Hash: "ab"}
	root := func(day, previous string, heads ...chain.AnchoredHead) string {
		a := chain.NewAnchor(day, previous)
		for _, h := range heads {
			a.Add(h)
		}
		return a.Root()
	}
	first := root("2026-03-02", "", head)
	require.Equal(t, first, root("2026-03-02", "", head))
	longer := head
	longer.Lines = 4
	for _, other := range []string{root("2026-03-03", "", head), root("2026-03-02", first, head), root("2026-03-02", "", longer), root("2026-03-02", "")} {
		require.NotEqual(t, first, other)
	}
}
