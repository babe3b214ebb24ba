package identifiers_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/identifiers"
)

func TestReferencesAreFoundInTheTextsOfBanks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]identifiers.CreditorReference{
		"RF83FA20260042": "RF83FA20260042",
		"VIR SEPA RECU /DE ACME /MOTIF RF83FA20260042 /REF 12": "RF83FA20260042",
		"rf83 fa20 2600 42":                  "RF83FA20260042",
		"VIR DURAND RF83 FA20 2600 42 MERCI": "RF83FA20260042",
		"RF 83 FA 2026 0042":                 "RF83FA20260042",
		"Virement,RF18539007547034,facture":  "RF18539007547034",
		"REFRF83FA20260042":                  "RF83FA20260042",
		"PAIEMENTRF83FA20260042MERCI":        "RF83FA20260042",
		"RF05 2026\u00a0118\tEUR":            "RF052026118",
		"/RFB/rf73inv000123":                 "RF73INV000123",
		"RFRF73INV000123":                    "RF73INV000123",
	} {
		require.Contains(t, identifiers.FindCreditorReferences(text), want, text)
	}
}

func TestTheLikeliestReadingComesFirst(t *testing.T) {
	t.Parallel()
	require.Equal(t, []identifiers.CreditorReference{"RF83FA20260042", "RF73INV000123"},
		identifiers.FindCreditorReferences("RF83FA20260042, RF73INV000123, RF83 FA20 2600 42")[:2], "in the order of the text, each once")

	found := identifiers.FindCreditorReferences("FACTURE RF18 5390 0754 7034 DU 12/03")
	require.Equal(t, identifiers.CreditorReference("RF18539007547034"), found[0])
}

func TestWhatIsNoReferenceIsNotFound(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "RF", "RF83", "VIR ACME FA20260042", "RF83FA20260043!", "SURF 12", "RF83.FA20260042", "PERFORMANCE 2026",
	} {
		require.Empty(t, identifiers.FindCreditorReferences(text), text)
	}
}

// However a payer writes a reference and whatever stands around it, it is found.
func TestNoReferenceIsMissed(t *testing.T) {
	t.Parallel()
	words := rapid.StringMatching(`([A-Z0-9 /,.-]|RF){0,20}`)
	rapid.Check(t, func(t *rapid.T) {
		reference := identifiers.NewCreditorReference(rapid.StringMatching(`[A-Z0-9-]{1,24}`).Draw(t, "number"))
		var written strings.Builder
		written.WriteString(words.Draw(t, "before"))
		for _, c := range string(reference) {
			if rapid.IntRange(0, 5).Draw(t, "blanks") == 0 && c != 'F' {
				written.WriteString(" ")
			}
			written.WriteRune(c)
		}
		written.WriteString(words.Draw(t, "after"))
		text := written.String()
		if rapid.Bool().Draw(t, "small") {
			text = strings.ToLower(text)
		}
		require.Contains(t, identifiers.FindCreditorReferences(text), reference, text)
	})
}

// A reference that stands by itself, whole or in groups, comes before all that
// could be read out of it.
func TestAReferenceByItselfComesFirst(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		reference := identifiers.NewCreditorReference("acme", rapid.StringMatching(`[A-Z0-9-]{1,24}`).Draw(t, "number"))
		for _, written := range []string{string(reference), reference.Print(), strings.ToLower(reference.Print())} {
			require.Equal(t, reference, identifiers.FindCreditorReferences("MOTIF: " + written + ".")[0])
		}
	})
}

func FuzzFindCreditorReferences(f *testing.F) {
	f.Add("VIR RF83 FA20 2600 42 MERCI")
	f.Add("rf\u00a083\xff")
	f.Fuzz(func(t *testing.T, text string) {
		for _, reference := range identifiers.FindCreditorReferences(text) {
			_, err := identifiers.ParseCreditorReference(string(reference))
			require.NoError(t, err, "everything found is valid")
		}
	})
}
