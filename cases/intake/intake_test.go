package intake_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases"
	"relance/cases/intake"
	"relance/collection/strategyfile"
	"relance/config"
	"relance/deadlines"
	"relance/imports/invoice"
	"relance/money"
)

// dry is an intake that changes nothing, for two creditors.
func dry(t *testing.T) *intake.Intake {
	t.Helper()
	store := casefiletest.Open(t)
	require.NoError(t, store.SaveCreditor(t.Context(), casefile.Creditor{ID: "other", Name: "Other"}))
	strategies, err := strategyfile.LoadAll(config.Strategies)
	require.NoError(t, err)
	paris, err := calendar.ParseZone("Europe/Paris")
	require.NoError(t, err)
	byKind := map[invoice.DebtorKind]string{
		invoice.KindBusiness: "fr-b2b-standard", invoice.KindConsumer: "fr-consumer", invoice.KindPublic: "gentle",
	}
	made := &intake.Intake{
		Cases: &cases.Service{Store: store, Clock: func() calendar.Clock { return calendar.Clock{} }, Log: slog.New(slog.DiscardHandler)}, Strategies: strategies,
		Creditors: []intake.Creditor{
			{ID: "acme", Name: "Acme", SIREN: "732829320", Country: "FR", Zone: paris, Hours: cases.ContactHours{Standard: calendar.Hours{Opens: 540, Closes: 1080}}, Strategies: byKind},
			{ID: "other", Name: "Other", VATID: "BE0123456749", Country: "BE", Zone: paris, Hours: cases.ContactHours{Standard: calendar.Hours{Opens: 540, Closes: 1080}}, Strategies: byKind},
		},
	}
	return made.DryRun()
}

func bill(change ...func(*invoice.Document)) invoice.Document {
	total := money.FromMinor(120_00, money.EUR)
	document := invoice.Document{
		Source: invoice.Source{File: "f.csv", Line: 2}, Number: "F-1", Kind: invoice.Invoice, Issued: calendar.NewDate(2026, time.March, 1),
		Due: calendar.NewDate(2026, time.March, 31), Currency: money.EUR, Total: total, AmountDue: total, Prepaid: total.Zero(), Creditor: "acme",
		Buyer: invoice.Debtor{Party: invoice.Party{Name: "Jeanne Martin", Address: invoice.Address{Lines: []string{"1 rue X"}, Postcode: "97110", City: "Pointe-à-Pitre", Country: "FR"}}},
	}
	for _, with := range change {
		with(&document)
	}
	return document
}

func TestAnInvoiceBelongsToTheCreditorItNamesOrWhoseNumberItsSellerBears(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		document invoice.Document
		creditor string
	}{
		"named":           {bill(), "acme"},
		"seller by SIREN": {bill(func(d *invoice.Document) { d.Creditor, d.Seller.SIREN = "", "732829320" }), "acme"},
		"seller by VAT":   {bill(func(d *invoice.Document) { d.Creditor, d.Seller.VAT = "", "BE0123456749" }), "other"},
	} {
		result, err := dry(t).Take(t.Context(), c.document)
		require.NoError(t, err, name)
		require.Equal(t, c.creditor, result.Creditor, name)
	}
	_, err := dry(t).Take(t.Context(), bill(func(d *invoice.Document) { d.Creditor, d.Seller.Name = "", "Nobody" }))
	require.ErrorContains(t, err, `the seller "Nobody" is none of the configured creditors (acme, other)`)
	_, err = dry(t).Take(t.Context(), bill(func(d *invoice.Document) { d.Creditor = "acmee" }))
	require.ErrorContains(t, err, `the creditor "acmee" is not configured`)
}

func TestTheKindOfDebtorChoosesTheStrategyAndDoubtProtects(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		document invoice.Document
		strategy string
	}{
		"business":            {bill(func(d *invoice.Document) { d.Buyer.Kind = invoice.KindBusiness }), "fr-b2b-standard"},
		"public":              {bill(func(d *invoice.Document) { d.Buyer.Kind = invoice.KindPublic }), "gentle"},
		"unknown":             {bill(), "fr-consumer"},
		"unknown with a VAT":  {bill(func(d *invoice.Document) { d.Buyer.VAT = "FR44732829320" }), "fr-b2b-standard"},
		"the document's wish": {bill(func(d *invoice.Document) { d.Strategy, d.Buyer.Kind = "strict", invoice.KindBusiness }), "strict"},
	} {
		result, err := dry(t).Take(t.Context(), c.document)
		require.NoError(t, err, name)
		require.Equal(t, c.strategy, result.Strategy, name)
		require.Equal(t, intake.WouldOpen, result.Outcome)
	}
	_, err := dry(t).Take(t.Context(), bill(func(d *invoice.Document) { d.Strategy = "strict" }))
	require.ErrorContains(t, err, "made for debtors of the kind business")
	_, err = dry(t).Take(t.Context(), bill(func(d *invoice.Document) { d.Strategy = "stricct" }))
	require.ErrorContains(t, err, `there is no strategy "stricct"`)
}

func TestADebtorIsNotWrittenToOnTheHolidaysOfItsPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ country, postcode, holidays string }{
		{"FR", "67000", calendar.AlsaceMoselle},
		{"FR", "69003", "FR"},
		{"DE", "67059", "DE"},
		{"FR", "98800", "FR-NC"},
		{"NC", "98800", "FR-NC"}, // the same place
		{"LU", "1111", "LU-NAT"},
		{"", "67000", "FR"}, // the creditor's: a postcode alone may be of any country
	} {
		opening, err := dry(t).Opening(bill(func(d *invoice.Document) { d.Buyer.Address.Country, d.Buyer.Address.Postcode = c.country, c.postcode }))
		require.NoError(t, err)
		require.Equal(t, c.holidays, opening.Window.Country, c)
	}
}

func TestTheHoursOfFranceHoldInItsTerritoriesHoweverTheAddressIsWritten(t *testing.T) {
	t.Parallel()
	taking := dry(t)
	early, ofItsOwn := calendar.Hours{Opens: 480, Closes: 720}, calendar.Hours{Opens: 600, Closes: 900}
	taking.Creditors[0].Hours.Countries = map[string]calendar.Hours{"FR": early, "PF": ofItsOwn}
	for _, c := range []struct {
		country, postcode string
		hours             calendar.Hours
	}{
		{"FR", "98800", early},
		{"NC", "98800", early},
		{"PM", "97500", early},
		{"GP", "", early},
		{"FR", "98714", ofItsOwn},
		{"PF", "98714", ofItsOwn},
		{"LU", "1111", calendar.Hours{Opens: 540, Closes: 1080}},
	} {
		opening, err := taking.Opening(bill(func(d *invoice.Document) { d.Buyer.Address.Country, d.Buyer.Address.Postcode = c.country, c.postcode }))
		require.NoError(t, err)
		require.Equal(t, opening.Window.During(c.hours), opening.Window, c)
	}
	require.Equal(t, early, taking.Creditors[0].Hours.In("NC"), "a case that is open from before FR-NC was a place")
}

func TestAPersonIsWarnedOfADebtorWhosePublicHolidaysAreNotKnown(t *testing.T) {
	t.Parallel()
	for country, warnings := range map[string]int{"US": 1, "LU": 0, "WF": 0, "FR": 0, "": 0} {
		result, err := dry(t).Take(t.Context(), bill(func(d *invoice.Document) { d.Buyer.Address.Country = country }))
		require.NoError(t, err)
		require.Len(t, result.Warnings, warnings, country)
		for _, warning := range result.Warnings {
			require.Equal(t, `buyer country "US": its public holidays are not known: only weekends keep the debtor from being written to; `+
				`name the other days in contact.countries[].closed`, warning.String())
		}
	}
}

func TestADebtorIsWrittenToInItsOwnTimeZone(t *testing.T) {
	t.Parallel()
	opening, err := dry(t).Opening(bill())
	require.NoError(t, err)
	require.Equal(t, "America/Guadeloupe", opening.Window.Zone.String())
	require.Empty(t, opening.Debtor.Language, "what nobody has said is not recorded as a fact")
}

func TestAPersonsNameNeverBecomesAnID(t *testing.T) {
	t.Parallel()
	first, err := dry(t).Opening(bill())
	require.NoError(t, err)
	require.NotContains(t, first.Debtor.ID, "martin")
	again, err := dry(t).Opening(bill(func(d *invoice.Document) { d.Number = "F-2" }))
	require.NoError(t, err)
	require.Equal(t, first.Debtor.ID, again.Debtor.ID, "the same person has the same ID")
	namesake, err := dry(t).Opening(bill(func(d *invoice.Document) { d.Buyer.Address.Lines = []string{"9 rue Y"} }))
	require.NoError(t, err)
	require.NotEqual(t, first.Debtor.ID, namesake.Debtor.ID, "two persons of one name do not get each other's mail")
	company, err := dry(t).Opening(bill(func(d *invoice.Document) { d.Buyer.Kind, d.Buyer.Name = invoice.KindBusiness, "Société Générale" }))
	require.NoError(t, err)
	require.Equal(t, "societe-generale", company.Debtor.ID)
}

func TestNothingIsCollectedWhereNothingIsDue(t *testing.T) {
	t.Parallel()
	result, err := dry(t).Take(t.Context(), bill(func(d *invoice.Document) { d.AmountDue = d.Total.Zero() }))
	require.NoError(t, err)
	require.Equal(t, intake.NothingDue, result.Outcome)
}

func TestACreditNoteThatDoesNotSayWhatItLowersIsRefused(t *testing.T) {
	t.Parallel()
	credit := func(d *invoice.Document) { d.Kind = invoice.CreditNote }
	_, err := dry(t).Take(t.Context(), bill(credit))
	require.ErrorContains(t, err, "names no invoice")
	_, err = dry(t).Take(t.Context(), bill(credit, func(d *invoice.Document) {
		d.References = []invoice.Reference{{Number: "F-8"}, {Number: "F-9"}}
	}))
	require.ErrorContains(t, err, "names 2 invoices")
}

func TestACorrectedInvoiceIsNotClaimedBesideTheOneItReplaces(t *testing.T) {
	t.Parallel()
	taking := dry(t)
	corrected := bill(func(d *invoice.Document) {
		d.Number, d.TypeCode, d.References = "F-1-bis", "384", []invoice.Reference{{Number: "F-1"}}
	})
	result, err := taking.Take(t.Context(), corrected)
	require.NoError(t, err, "the replaced invoice is not collected")
	require.Equal(t, intake.WouldOpen, result.Outcome)
	opening := casefiletest.Opening("F-1")
	opening.Invoice.Creditor = casefiletest.Creditor
	_, _, err = taking.Cases.Store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	_, err = taking.Take(t.Context(), corrected)
	require.ErrorContains(t, err, "still being collected")
}

func TestAPersonIsWarnedOfWhatRemindersWouldGetWrong(t *testing.T) {
	t.Parallel()
	result, err := dry(t).Take(t.Context(), bill(func(d *invoice.Document) { d.DirectDebit, d.Payee = true, &invoice.Party{Name: "Factor"} }))
	require.NoError(t, err)
	require.Len(t, result.Warnings, 2)
}

func TestTheLimitationIsCountedFromADeliveryThatTheDocumentStates(t *testing.T) {
	t.Parallel()
	delivered := calendar.NewDate(2026, time.February, 20)
	opening, err := dry(t).Opening(bill(func(d *invoice.Document) { d.Delivered = delivered }))
	require.NoError(t, err)
	require.Equal(t, delivered, opening.Invoice.CompletedOn)
	require.Empty(t, opening.Claim)

	carrier := dry(t)
	carrier.Creditors[0].Carriage = true
	opening, err = carrier.Opening(bill())
	require.NoError(t, err)
	require.Equal(t, deadlines.CarriageOfGoods, opening.Claim)
}
