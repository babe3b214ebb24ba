package latefees_test

import (
	"bytes"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"relance/config"
	"relance/latefees"
	"relance/law"
)

func TestTheDefaultRateIsThatOfTheECBAndNotTheLegalRate(t *testing.T) {
	t.Parallel()
	s := statement(t, tariff(t, frenchBusiness(), latefees.Terms{}), claim("1000", "2023-09-30"), "2023-10-31")
	require.Equal(t, []string{"14.00"}, rates(s), "not 10 + 4.22")
}

// The ECB rate fell in February, March, April and June 2025.
func TestTheFirstDayOfTheHalfYearFixesTheRate(t *testing.T) {
	t.Parallel()
	s := statement(t, tariff(t, frenchBusiness(), latefees.Terms{}), claim("1000", "2024-12-31"), "2025-06-30")
	require.Equal(t, []string{"13.15"}, rates(s))
	require.Equal(t, 181, s.Segments()[0].Days)
}

func TestEachDayTakesTheRateOfItsHalfYearButPublicRatesStay(t *testing.T) {
	t.Parallel()
	c := claim("30000", "2026-06-10")
	require.Equal(t, []string{"12.15", "12.40"}, rates(statement(t, tariff(t, frenchBusiness(), latefees.Terms{}), c, "2026-09-08")))
	public := statement(t, tariff(t, frenchPublic(), latefees.Terms{}), c, "2026-09-08")
	require.Equal(t, []string{"10.15", "10.15"}, rates(public))
	require.Equal(t, euros("750.82"), public.Interest(), "with the rate of July it would be 765.21")
	require.Equal(t, "CCP R2192-31", public.Segments()[0].Article)
}

// A frozen rate needs nothing but the half-year in which it was fixed.
func TestAFrozenRateDoesNotNeedTheNextHalfYear(t *testing.T) {
	t.Parallel()
	s := statement(t, tariff(t, frenchPublic(), latefees.Terms{}), claim("30000", "2026-12-01"), "2027-03-31")
	require.Equal(t, []string{"10.40", "10.40"}, rates(s))
	require.Equal(t, 120, s.Segments()[0].Days+s.Segments()[1].Days)
	require.False(t, s.PerDay().IsZero())
	_, err := tariff(t, frenchPublic(), latefees.Terms{}).Statement(claim("30000", "2026-12-31"), day("2027-03-31"))
	var missing *law.MissingRateError
	require.ErrorAs(t, err, &missing)
}

func TestTheFloorLimitsClausesAndNeverTheDefault(t *testing.T) {
	t.Parallel()
	c := claim("10000", "2023-12-31")
	byLaw := statement(t, tariff(t, frenchBusiness(), latefees.Terms{}), c, "2024-12-31")
	require.Equal(t, []string{"14.50", "14.25"}, rates(byLaw), "below 15.21 and 14.76, and due all the same")
	require.NotContains(t, codes(byLaw), latefees.BelowFloor)

	clause := tariff(t, frenchBusiness(), latefees.Terms{Clause: latefees.FixedRate(percent("15"))})
	s := statement(t, clause, c, "2025-03-31")
	require.Equal(t, []string{"15.00", "15.00", "15.00"}, rates(s), "flagged, not changed")
	require.Equal(t, []latefees.WarningCode{latefees.BelowFloor}, codes(s))
	require.Equal(t, []latefees.Floor{{HalfYear: law.HalfYearOf(day("2024-01-01")), Clause: percent("15"), Least: percent("15.21")}}, s.Warnings()[0].Floors)
	require.Equal(t, law.Words{
		EN: "The clause is below the least the law allows, which the amounts do not change: 15.00 % for the first half of 2024, at least 15.21 %.",
		FR: "La clause est sous le minimum légal, ce que les montants ne corrigent pas : 15,00 % pour le premier semestre 2024, au moins 15,21 %.",
	}, s.Warnings()[0].Message)
	require.Equal(t, "contract", s.Segments()[0].Rule)

	require.Empty(t, statement(t, clause, claim("10000", "2024-06-30"), "2024-12-31").Warnings(), "14.76 is less than 15")
}

func TestAClauseThatOutlivesTheTablesIsComputedAndItsFloorUnknown(t *testing.T) {
	t.Parallel()
	s := statement(t, tariff(t, frenchBusiness(), latefees.Terms{Clause: latefees.FixedRate(percent("8"))}), claim("10000", "2026-06-30"), "2027-01-31")
	require.Equal(t, []latefees.WarningCode{latefees.BelowFloor, latefees.FloorUnknown}, codes(s))
	require.Equal(t, percent("8.25"), s.Warnings()[0].Floors[0].Least)
	require.Len(t, s.Warnings()[0].Floors, 1)
	require.Equal(t, "Whether the clause is high enough is not known: the first half of 2027.", s.Warnings()[1].Message.EN)
	require.Equal(t, []string{"8.00", "8.00"}, rates(s))
}

func TestAConsumerOwesTheLegalRateOfProfessionalCreditorsAndNoFixedSum(t *testing.T) {
	t.Parallel()
	c := claim("1200", "2026-07-10")
	c.NoticeReceived = day("2026-09-01")
	s := statement(t, tariff(t, frenchConsumer(), latefees.Terms{}), c, "2026-09-30")
	require.Equal(t, []string{"2.75"}, rates(s), "not the 6.84 of individuals")
	require.Equal(t, day("2026-09-02"), s.Starts())
	require.Equal(t, 29, s.Segments()[0].Days)
	require.Equal(t, euros("0"), s.Indemnity().Amount)
	require.Equal(t, latefees.IndemnityNone, s.Indemnity().Reason)
	require.Equal(t, "CPCE L111-8; C. com. L441-10 II", s.Indemnity().Article)
}

func TestAConsumerWithoutAFormalNoticeOwesNoInterest(t *testing.T) {
	t.Parallel()
	s := statement(t, tariff(t, frenchConsumer(), latefees.Terms{}), claim("1200", "2026-03-10"), "2026-09-15")
	require.True(t, s.Interest().IsZero())
	require.True(t, s.Starts().IsZero())
	require.True(t, s.PerDay().IsZero())
	require.Equal(t, []latefees.WarningCode{latefees.NoNotice}, codes(s))
	require.Equal(t, euros("1200"), s.Owed().Principal)

	early := claim("1200", "2026-03-10")
	early.NoticeReceived = day("2026-02-01")
	s = statement(t, tariff(t, frenchConsumer(), latefees.Terms{}), early, "2026-09-15")
	require.Equal(t, day("2026-03-11"), s.Starts(), "a notice before the due date starts nothing early")
}

// Interest stops on the eve of the judgment itself, whatever the day it was
// published for the creditors.
func TestInsolvencyStopsInterestAndBarsTheFixedSumOfLaterInvoices(t *testing.T) {
	t.Parallel()
	prepared := tariff(t, frenchBusiness(), latefees.Terms{})
	for due, indemnity := range map[string]string{"2026-05-19": "40", "2026-05-20": "0", "2026-05-21": "0"} {
		c := claim("15000", due)
		c.InsolvencyOpened = day("2026-05-20")
		s := statement(t, prepared, c, "2026-11-22")
		require.Equal(t, euros(indemnity), s.Indemnity().Amount, due)
		require.True(t, s.Interest().IsZero(), due)
		require.True(t, s.PerDay().IsZero(), due)
	}
	c := claim("15000", "2026-05-20", payment("P1", "2026-06-01", "100"))
	c.InsolvencyOpened = day("2026-05-20")
	s := statement(t, prepared, c, "2026-11-22")
	require.Equal(t, latefees.IndemnityInsolvency, s.Indemnity().Reason)
	require.Equal(t, "C. com. L441-10 II", s.Indemnity().Article)
	require.Equal(t, []latefees.WarningCode{latefees.PaidAfterInsolvency}, codes(s))
}

func TestAMissingHalfYearIsRefusedByNameAndNeverExtrapolated(t *testing.T) {
	t.Parallel()
	prepared := tariff(t, frenchBusiness(), latefees.Terms{})
	_, err := prepared.Statement(claim("1000", "2026-11-30"), day("2027-01-01"))
	require.ErrorContains(t, err, "the ECB main refinancing rate in force on the first day of the first half of 2027 is not known: add it with this row")
	var missing *law.MissingRateError
	require.ErrorAs(t, err, &missing)
	require.Equal(t, "2027 H1", missing.HalfYear.String())

	s := statement(t, prepared, claim("1000", "2026-11-30"), "2026-12-31")
	require.True(t, s.PerDay().IsZero())
	require.Equal(t, []latefees.WarningCode{latefees.NextDayUnknown}, codes(s))
	require.Contains(t, s.Warnings()[0].Message.EN, "the first half of 2027")

	paid := statement(t, prepared, claim("1000", "2026-11-30", payment("P1", "2026-12-15", "2000")), "2027-03-01")
	require.Equal(t, euros("5.10"), paid.Interest(), "a paid invoice needs no rate of 2027")

	_, err = prepared.Statement(claim("1000", "2014-06-30"), day("2015-03-01"))
	require.EqualError(t, err, "no rule of late interest of FR/business is known for 2014-07-01")
}

func TestTheRowOfANewHalfYearIsAllItTakes(t *testing.T) {
	t.Parallel()
	book, err := law.Load(config.Law, fstest.MapFS{"ecb_main_refinancing_rate.csv": {Data: []byte(
		"rate,valid_from,valid_to,percent,article,source,confidence,checked_on,next_change\n" +
			"ecb-first-day,2027-01-01,2027-06-30,2.65,Directive 2011/7/EU art. 2,ecb.europa.eu,H,2027-01-04,2027-07-01\n")}})
	require.NoError(t, err)
	prepared, err := latefees.NewTariff(book, frenchBusiness(), latefees.Terms{})
	require.NoError(t, err)
	require.Equal(t, []string{"12.40", "12.65"}, rates(statement(t, prepared, claim("1000", "2026-12-01"), "2027-01-31")))
}

// A corrected rate of one half-year changes the days of that half-year, and no
// other segment.
func TestAChangedTableChangesOnlyTheDaysItCovers(t *testing.T) {
	t.Parallel()
	changed := fstest.MapFS{}
	require.NoError(t, fs.WalkDir(config.Law, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := config.Law.ReadFile(path)
		changed[path] = &fstest.MapFile{Data: bytes.ReplaceAll(text, []byte("2026-01-01,2026-06-30,2.15,"), []byte("2026-01-01,2026-06-30,2.55,"))}
		return err
	}))
	other, err := law.Load(changed)
	require.NoError(t, err)
	prepared, err := latefees.NewTariff(other, frenchBusiness(), latefees.Terms{})
	require.NoError(t, err)
	c := claim("10000", "2025-05-15")
	before := statement(t, tariff(t, frenchBusiness(), latefees.Terms{}), c, "2026-09-30").Segments()
	after := statement(t, prepared, c, "2026-09-30").Segments()
	require.Len(t, after, len(before))
	for i := range before {
		if before[i].From == day("2026-01-01") {
			require.Equal(t, "12.55", after[i].Rate.String())
			require.NotEqual(t, before[i].Exact, after[i].Exact)
		} else {
			require.Equal(t, before[i], after[i])
		}
	}
}
