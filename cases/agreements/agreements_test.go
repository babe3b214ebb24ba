package agreements_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/carlos7ags/folio/reader"

	"relance/arrangements"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases/agreements"
	"relance/collection"
	"relance/config"
	"relance/law"
	"relance/messaging/compose"
	"relance/money"
)

func text(t *testing.T, pdf []byte) string {
	t.Helper()
	require.True(t, bytes.HasPrefix(pdf, []byte("%PDF-")))
	read, err := reader.Parse(pdf)
	require.NoError(t, err)
	var all strings.Builder
	for page := range read.PageCount() {
		p, err := read.Page(page)
		require.NoError(t, err)
		words, err := p.ExtractText()
		require.NoError(t, err)
		all.WriteString(words + "\n")
	}
	return strings.Join(strings.Fields(strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(all.String())), " ")
}

// withInterest are terms with interest of 6 % a year.
func withInterest(months int, first calendar.Date) arrangements.Terms {
	return arrangements.Terms{
		Months: months, FirstOn: first, GraceDays: 5, Interest: arrangements.InterestClause{Kind: arrangements.AgreedInterest, Rate: 6 * law.OnePercent},
	}
}

func TestAnAgreementStatesTheDebtInFiguresAndInWordsAndIsKeptAsItWasPrinted(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	_, _, err := store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	opening := casefiletest.Opening("F-2")
	opening.Invoice.Total = money.FromMinor(107180, money.EUR)
	_, _, err = store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	plan, err := arrangements.Propose(arrangements.Proposal{
		Creditor: casefiletest.Creditor, ID: "P-12", Debtor: casefiletest.Debtor, Role: collection.RoleOwner, On: calendar.NewDate(2026, time.April, 3), Window: opening.Window,
		Claims: []arrangements.Claim{
			{Invoice: "F-1", DueDate: opening.Invoice.DueDate, Amount: money.FromMinor(12000, money.EUR)},
			{Invoice: "F-2", DueDate: opening.Invoice.DueDate, Amount: money.FromMinor(107180, money.EUR)},
		},
		Terms: arrangements.Terms{
			Months: 3, FirstOn: calendar.NewDate(2026, time.May, 4), GraceDays: 5,
			Interest: arrangements.InterestClause{Kind: arrangements.AgreedInterest, Rate: 6 * law.OnePercent},
		},
	})
	require.NoError(t, err)
	at := time.Date(2026, time.April, 3, 9, 0, 0, 0, time.UTC)
	require.NoError(t, store.RecordPlan(t.Context(), casefile.PlanWriting{StoredPlan: casefile.StoredPlan{Plan: plan, Revision: 1}, Kind: "plan-proposed", Note: "proposed", At: at}))
	templates, err := compose.Load(config.Templates)
	require.NoError(t, err)
	maker := &agreements.Maker{Store: store, Templates: templates, Clock: func() calendar.Clock { return calendar.Clock{} }}

	printed, name, err := maker.Document(t.Context(), casefiletest.Creditor, "P-12", "fr")
	require.NoError(t, err)
	require.Equal(t, "plan-P-12-v1-fr.pdf", name)
	french := text(t, printed)
	for _, says := range []string{
		"Protocole d’échelonnement et reconnaissance de dette", "Échéancier P-12, version 1", "F-1", "F-2", "1 191,80 €",
		"mille cent quatre-vingt-onze euros et quatre-vingts centimes", "art. 1376", "art. 2240", "4 mai 2026", "6,00 %",
		"immédiatement exigible", "dans les 5 jours", "Martin SAS", "Acme SARL",
	} {
		require.Contains(t, french, says)
	}
	again, _, err := maker.Document(t.Context(), casefiletest.Creditor, "P-12", "fr")
	require.NoError(t, err)
	require.Equal(t, printed, again)
	printed, _, err = maker.Document(t.Context(), casefiletest.Creditor, "P-12", "en")
	require.NoError(t, err)
	require.Contains(t, text(t, printed), "one thousand one hundred and ninety-one euros and eighty cents")
	// Part of it came, and what is left is paid by another schedule.
	for revision, command := range []arrangements.Command{
		arrangements.Accept{Acceptance: arrangements.Acceptance{On: plan.ProposedOn, How: arrangements.ByMail}, Today: plan.ProposedOn},
		arrangements.TakeMoney{Received: money.FromMinor(19180, money.EUR), Open: money.FromMinor(100000, money.EUR), On: plan.ProposedOn},
		arrangements.Reschedule{Terms: arrangements.Terms{Months: 4, FirstOn: calendar.NewDate(2026, time.June, 4), GraceDays: 5}, Role: collection.RoleOwner, On: plan.ProposedOn},
	} {
		events, err := arrangements.Decide(plan, command)
		require.NoError(t, err)
		plan = arrangements.ApplyAll(plan, events)
		require.NoError(t, store.RecordPlan(t.Context(), casefile.PlanWriting{StoredPlan: casefile.StoredPlan{Plan: plan, Revision: revision + 2}, Kind: "plan", At: at}))
	}
	printed, _, err = maker.Document(t.Context(), casefiletest.Creditor, "P-12", "fr")
	require.NoError(t, err)
	french = text(t, printed)
	for _, says := range []string{
		"reconnaît devoir au créancier la somme de 1 000,00 € (mille euros)", "« Je reconnais devoir la somme de 1 000,00 € (mille euros) »",
		"Total à l’origine 1 191,80 €", "Reste dû le 3 avril 2026 1 000,00 €", "remplace la version 1 pour ce qui reste dû",
	} {
		require.Contains(t, french, says)
	}
	require.NotContains(t, french, "Total reconnu")
	require.NotContains(t, french, "intérêts échus")
	// Later another one, with interest: what the schedule has borne by then is acknowledged, and bears none.
	for revision, command := range []arrangements.Command{
		arrangements.Reschedule{Terms: withInterest(4, calendar.NewDate(2026, time.June, 4)), Role: collection.RoleOwner, On: plan.ProposedOn},
		arrangements.Reschedule{Terms: withInterest(2, calendar.NewDate(2026, time.June, 4)), Role: collection.RoleOwner, On: calendar.NewDate(2026, time.May, 3)},
	} {
		events, err := arrangements.Decide(plan, command)
		require.NoError(t, err)
		plan = arrangements.ApplyAll(plan, events)
		require.NoError(t, store.RecordPlan(t.Context(), casefile.PlanWriting{StoredPlan: casefile.StoredPlan{Plan: plan, Revision: revision + 5}, Kind: "plan", At: at}))
	}
	for language, says := range map[string][]string{
		"fr": {
			"somme de 1 004,93 €", "Dont intérêts échus, qui ne portent pas intérêt 4,93 € Reste dû le 3 mai 2026 1 004,93 €",
			"N° Échéance Principal Intérêts échus Intérêts Montant", "1 4 juin 2026 497,53 € 4,93 € 5,26 € 507,72 €",
			"Les intérêts déjà échus, soit 4,93 € compris dans la somme reconnue, ne portent pas eux-mêmes intérêt (Code civil, art. 1343-2).",
		},
		"en": {"Of which earlier interest, which bears none €4.93", "The interest that was owed already, €4.93 of the sum acknowledged, bears no interest itself"},
	} {
		printed, _, err := maker.Document(t.Context(), casefiletest.Creditor, "P-12", language)
		require.NoError(t, err)
		for _, said := range says {
			require.Contains(t, text(t, printed), said)
		}
	}
	_, _, err = maker.Document(t.Context(), casefiletest.Creditor, "P-13", "en")
	require.ErrorIs(t, err, casefile.ErrUnknownPlan)
}

func TestTheAgreementOfAConsumerHasNoClauseThatIsUnfair(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	opening := casefiletest.Opening("F-1")
	_, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	plan, err := arrangements.Propose(arrangements.Proposal{
		Creditor: casefiletest.Creditor, ID: "P-12", Debtor: casefiletest.Debtor, Consumer: true, Role: collection.RoleOwner, On: calendar.NewDate(2026, time.April, 3), Window: opening.Window,
		Claims: []arrangements.Claim{{Invoice: "F-1", DueDate: opening.Invoice.DueDate, Amount: money.FromMinor(12000, money.EUR)}},
		Terms:  arrangements.Terms{Months: 3, FirstOn: calendar.NewDate(2026, time.May, 4), GraceDays: 5},
	})
	require.NoError(t, err)
	at := time.Date(2026, time.April, 3, 9, 0, 0, 0, time.UTC)
	require.NoError(t, store.RecordPlan(t.Context(), casefile.PlanWriting{StoredPlan: casefile.StoredPlan{Plan: plan, Revision: 1}, Kind: "plan-proposed", Note: "proposed", At: at}))
	templates, err := compose.Load(config.Templates)
	require.NoError(t, err)
	maker := &agreements.Maker{Store: store, Templates: templates, Clock: func() calendar.Clock { return calendar.Clock{} }}
	for language, words := range map[string]struct{ says, not []string }{
		"fr": {[]string{"met le débiteur en demeure de la régler", "dans les 30 jours qui suivent cette mise en demeure"}, []string{"sans autre formalité", "dans les 5 jours", "intérêts courus"}},
		"en": {[]string{"gives the debtor formal notice to pay it", "within 30 days of that notice"}, []string{"without further formality", "within 5 days", "interest accrued"}},
	} {
		printed, _, err := maker.Document(t.Context(), casefiletest.Creditor, "P-12", language)
		require.NoError(t, err)
		read := text(t, printed)
		for _, said := range words.says {
			require.Contains(t, read, said)
		}
		for _, unfair := range words.not {
			require.NotContains(t, read, unfair)
		}
	}
}
