package bodacc_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
	"relance/imports/bodacc"
)

// opening is a record as the data set has it: the judgment is JSON in a text, and the
// company stands twice in the registry.
const opening = `{"id": "A202600761234", "publicationavis": "A", "parution": "20260076", "dateparution": "2026-04-30", "numeroannonce": 1234,
	"typeavis": "annonce", "familleavis": "collective", "registre": ["552 100 554", "552100554"], "commercant": "MENUISERIE DURAND", "tribunal": "TRIBUNAL DES ACTIVITES ECONOMIQUES DE LYON",
	"jugement": "{\"type\": \"initial\", \"famille\": \"Jugement d'ouverture\", \"nature\": \"Jugement d'ouverture d'une procédure de redressement judiciaire\", \"date\": \"2026-04-09\", \"complementJugement\": \"désignant mandataire judiciaire Me Untel 1 rue X 69000 Lyon\"}"}`

func TestANoticeIsReadInEveryFormItIsHandedOutIn(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"one record": opening, "a list": "[" + opening + "]", "an answer": `{"total_count": 1, "results": [` + opening + `]}`,
		"an older answer": `{"nhits": 1, "records": [{"recordid": "x", "fields": ` + opening + `}]}`, "a record a line": strings.ReplaceAll(opening, "\n", " ") + "\n",
	} {
		notices, skipped, err := bodacc.Read(strings.NewReader(file))
		require.NoError(t, err, name)
		require.Empty(t, skipped, name)
		require.Len(t, notices, 1, name)
		notice := notices[0]
		require.Equal(t, []string{"552100554"}, notice.SIRENs, name)
		require.Equal(t, "2026-04-30", notice.Published.String(), name)
		require.Equal(t, "2026-04-09", notice.Judgment.String(), name)
		require.Equal(t, bodacc.Reading{Decision: bodacc.Opened, Kind: collection.Receivership}, notice.Read(), name)
		require.NotContains(t, notice.Nature, "Untel", "no person is kept")
	}
}

// Each line is what the bulletin says, and what that means for claims.
func TestWhatACourtDecidedIsReadFromTheWordsOfTheBulletin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		famille, nature string
		wanted          bodacc.Reading
	}{
		{"Jugement d'ouverture", "Jugement d'ouverture de liquidation judiciaire", bodacc.Reading{Decision: bodacc.Opened, Kind: collection.Liquidation}},
		{"Jugement d'ouverture", "Jugement d'ouverture d’une procédure de liquidation judiciaire simplifiée", bodacc.Reading{Decision: bodacc.Opened, Kind: collection.Liquidation, Simplified: true}},
		{"Jugement d'ouverture", "Jugement d'ouverture d'une procédure de sauvegarde", bodacc.Reading{Decision: bodacc.Opened, Kind: collection.Safeguard}},
		{"Jugement prononçant", "Jugement de conversion en liquidation judiciaire de la procédure de redressement", bodacc.Reading{Decision: bodacc.Converted, Kind: collection.Liquidation}},
		{"Extrait de jugement", "Jugement de conversion du redressement judiciaire en liquidation judiciaire", bodacc.Reading{Decision: bodacc.Converted, Kind: collection.Liquidation}},
		{"Extrait de jugement", "Jugement arrêtant le plan de redressement", bodacc.Reading{Decision: bodacc.PlanAdopted, Kind: collection.Receivership}},
		{"Extrait de jugement", "Jugement modifiant le plan de redressement", bodacc.Reading{Decision: bodacc.Unclear, Kind: collection.Receivership}},
		{"Jugement de clôture", "Jugement de clôture pour insuffisance d'actif", bodacc.Reading{Decision: bodacc.ClosedNoAsset}},
		{"Jugement de clôture", "Jugement de clôture pour extinction du passif", bodacc.Reading{Decision: bodacc.Lifted}},
		{"Avis de dépôt", "Dépôt de l'état des créances", bodacc.Reading{Decision: bodacc.Unclear}},
		{"Jugement d'ouverture", "Arrêt de la cour d'appel", bodacc.Reading{Decision: bodacc.Unclear}},
		{"Arrêt", "Arrêt infirmant le jugement d'ouverture d'une procédure de redressement judiciaire", bodacc.Reading{Decision: bodacc.Unclear, Kind: collection.Receivership}},
		{"Arrêt", "Arrêt de la cour d'appel relatif au plan de redressement", bodacc.Reading{Decision: bodacc.Unclear, Kind: collection.Receivership}},
		{"Extrait de jugement", "Jugement rejetant la demande d'ouverture d'une liquidation judiciaire", bodacc.Reading{Decision: bodacc.Unclear, Kind: collection.Liquidation}},
		{"Extrait de jugement", "Jugement de refus d'homologation du plan de sauvegarde", bodacc.Reading{Decision: bodacc.Unclear, Kind: collection.Safeguard}},
	} {
		ruling, err := json.Marshal(map[string]string{"famille": c.famille, "nature": c.nature, "date": "1er mars 2026"})
		require.NoError(t, err)
		file, err := json.Marshal(map[string]any{"id": "A1", "dateparution": "2026-03-20", "familleavis": "collective", "registre": "552100554", "jugement": string(ruling)})
		require.NoError(t, err)
		notices, skipped, err := bodacc.Read(strings.NewReader(string(file)))
		require.NoError(t, err)
		require.Empty(t, skipped)
		require.Equal(t, c.wanted, notices[0].Read(), c.nature)
		require.Equal(t, "2026-03-01", notices[0].Judgment.String())
	}
}

func TestAnAnnulmentNamesTheNoticeThatItAnnuls(t *testing.T) {
	t.Parallel()
	notices, _, err := bodacc.Read(strings.NewReader(`{"id": "A202600802222", "typeavis": "annulation", "familleavis": "collective", "dateparution": "2026-05-12",
		"registre": ["552100554"], "jugement": null, "parutionavisprecedent": "{\"nomPublication\": \"BODACC A\", \"numeroParution\": \"20260076\", \"numeroAnnonce\": 1234}"}`))
	require.NoError(t, err)
	require.Equal(t, "A202600761234", notices[0].Corrects)
	require.Equal(t, bodacc.Lifted, notices[0].Read().Decision)
}

func TestWhatCannotBeTakenIsToldWithItsReason(t *testing.T) {
	t.Parallel()
	notices, skipped, err := bodacc.Read(strings.NewReader(`[
		{"id": "B1", "familleavis": "modification", "dateparution": "2026-05-12", "registre": ["552100554"]},
		{"id": "A2", "familleavis": "collective", "dateparution": "2026-05-12", "registre": []},
		{"id": "A3", "familleavis": "collective", "dateparution": "one day", "registre": ["552100554"]},
		{"id": "A4", "familleavis": "collective", "dateparution": "2026-05-12", "registre": ["552100554"], "jugement": {"date": "31 février 2026"}},
		{"id": "A5", "familleavis": "collective", "typeavis": "autre", "dateparution": "2026-05-12", "registre": ["552100554"]}]`))
	require.NoError(t, err)
	require.Empty(t, notices)
	require.Len(t, skipped, 5)
	for i, says := range []string{"not of insolvency", "names no SIREN", "dateparution", "the date of its jugement", "typeavis"} {
		require.Contains(t, skipped[i].Reason, says)
	}
	for _, broken := range []string{"", "no JSON", "[]", "3"} {
		_, _, err := bodacc.Read(strings.NewReader(broken))
		require.Error(t, err, broken)
	}
}

func FuzzReadingNeverFailsBadly(f *testing.F) {
	f.Add(opening)
	f.Add(`{"records": [{"fields": {"jugement": "{"}}]}`)
	f.Fuzz(func(t *testing.T, file string) {
		notices, _, _ := bodacc.Read(strings.NewReader(file))
		for _, notice := range notices {
			require.NotEmpty(t, notice.SIRENs)
			require.NotZero(t, notice.Published)
			notice.Read()
		}
	})
}
