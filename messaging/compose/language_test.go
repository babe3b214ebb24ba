package compose

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/money"
)

func speak(t *testing.T, tag string) language {
	t.Helper()
	l, ok := languageOf(tag)
	require.True(t, ok, tag)
	return l
}

func TestAmountsAreWrittenTheReadersWay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		minor    int64
		currency money.Currency
		fr, en   string
	}{
		{123456, "EUR", "1\u202f234,56\u00a0€", "€1,234.56"},
		{500, "EUR", "5,00\u00a0€", "€5.00"},
		{-123456789, "EUR", "-1\u202f234\u202f567,89\u00a0€", "-€1,234,567.89"},
		{150000, "JPY", "150\u202f000\u00a0¥", "JP¥150,000"},
		{1234567, "TND", "1\u202f234,567\u00a0TND", "TND\u00a01,234.567"},
	} {
		amount := money.FromMinor(c.minor, c.currency)
		french, err := speak(t, "fr").amount(amount)
		require.NoError(t, err)
		require.Equal(t, c.fr, french)
		english, err := speak(t, "en").amount(amount)
		require.NoError(t, err)
		require.Equal(t, c.en, english)
	}
}

func TestAnAmountThatIsNotSetIsNeverWrittenAsZero(t *testing.T) {
	t.Parallel()
	_, err := speak(t, "fr").amount(money.Amount{})
	require.ErrorContains(t, err, "the amount is not set")
	_, err = speak(t, "fr").date(0)
	require.ErrorContains(t, err, "the date is not set")
}

func TestEveryCentSurvivesFormatting(t *testing.T) {
	t.Parallel()
	english := speak(t, "en")
	rapid.Check(t, func(t *rapid.T) {
		amount := money.FromMinor(rapid.Int64Range(0, 1_000_000_000_000).Draw(t, "cents"), money.EUR)
		text, err := english.amount(amount)
		require.NoError(t, err)
		digits := []rune{}
		for _, r := range text {
			if r >= '0' && r <= '9' || r == '.' {
				digits = append(digits, r)
			}
		}
		back, err := money.Parse(string(digits), money.EUR)
		require.NoError(t, err)
		require.Equal(t, amount, back)
	})
}

func TestDatesAreWrittenInFull(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		date   calendar.Date
		fr, en string
	}{
		{calendar.NewDate(2026, time.November, 22), "22\u00a0novembre 2026", "22\u00a0November 2026"},
		{calendar.NewDate(2026, time.December, 1), "1er\u00a0décembre 2026", "1\u00a0December 2026"},
		{calendar.NewDate(2027, time.January, 11), "11\u00a0janvier 2027", "11\u00a0January 2027"},
		{calendar.NewDate(2028, time.August, 31), "31\u00a0août 2028", "31\u00a0August 2028"},
	} {
		french, err := speak(t, "fr").date(c.date)
		require.NoError(t, err)
		require.Equal(t, c.fr, french)
		english, err := speak(t, "en").date(c.date)
		require.NoError(t, err)
		require.Equal(t, c.en, english)
	}
	short, err := speak(t, "en").shortDate(calendar.NewDate(2026, time.December, 1))
	require.NoError(t, err)
	require.Equal(t, "1 Dec 2026", short)
}

func TestDatesInARowShareMonthAndYear(t *testing.T) {
	t.Parallel()
	day := func(y int, m time.Month, d int) calendar.Date { return calendar.NewDate(y, m, d) }
	for _, c := range []struct {
		dates []calendar.Date
		want  string
	}{
		{[]calendar.Date{day(2026, 11, 5)}, "5\u00a0novembre 2026"},
		{[]calendar.Date{day(2026, 11, 1), day(2026, 11, 13)}, "1er et 13\u00a0novembre 2026"},
		{[]calendar.Date{day(2026, 10, 30), day(2026, 11, 5), day(2026, 11, 13)}, "30\u00a0octobre, 5\u00a0novembre et 13\u00a0novembre 2026"},
		{[]calendar.Date{day(2026, 3, 23), day(2026, 3, 31), day(2026, 4, 8)}, "23\u00a0mars, 31\u00a0mars et 8\u00a0avril 2026"},
		{[]calendar.Date{day(2026, 3, 23), day(2026, 3, 31)}, "23 et 31\u00a0mars 2026"},
		{[]calendar.Date{day(2025, 11, 5), day(2026, 11, 5)}, "5\u00a0novembre 2025 et 5\u00a0novembre 2026"},
		{[]calendar.Date{day(2026, 12, 23), day(2026, 12, 30), day(2027, 1, 5)}, "23\u00a0décembre 2026, 30\u00a0décembre 2026 et 5\u00a0janvier 2027"},
		{[]calendar.Date{day(2026, 12, 30), day(2027, 1, 5)}, "30\u00a0décembre 2026 et 5\u00a0janvier 2027"},
	} {
		got, err := speak(t, "fr").dateList(c.dates)
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
	english, err := speak(t, "en").dateList([]calendar.Date{day(2026, 3, 23), day(2026, 3, 31), day(2026, 4, 8)})
	require.NoError(t, err)
	require.Equal(t, "23\u00a0March, 31\u00a0March and 8\u00a0April 2026", english)
}

func TestNumbersOfDaysAgree(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n      int
		fr, en string
	}{{0, "0 jour", "0 days"}, {1, "1 jour", "1 day"}, {2, "2 jours", "2 days"}, {30, "30 jours", "30 days"}} {
		require.Equal(t, c.fr, speak(t, "fr").days(c.n))
		require.Equal(t, c.en, speak(t, "en").days(c.n))
	}
}

func TestFrenchPunctuationIsSpacedWithoutBreaks(t *testing.T) {
	t.Parallel()
	require.Equal(t, "Une question\u00a0? Voici\u00a0: n°\u00a012, «\u00a040\u00a0€\u00a0»\u00a0!",
		speak(t, "fr").typeset("Une question ? Voici : n° 12, « 40 € » !"))
	require.Equal(t, "A question? Here: no. 12", speak(t, "en").typeset("A question? Here: no. 12"))
}

func TestAccountAndCompanyNumbersAreGrouped(t *testing.T) {
	t.Parallel()
	require.Equal(t, "732\u00a0829\u00a0320", inThrees("732 829 320"))
	require.Equal(t, "12345", inThrees("12345"))
}

func TestTextsForSMSLoseOnlyWhatTheAlphabetLacks(t *testing.T) {
	t.Parallel()
	require.Equal(t, "Hotel d'Évry : recu 1 234,56 €, été à où",
		plainer.Replace("Hôtel d’Évry\u00a0: reçu 1\u202f234,56\u00a0€, été à où"))
}

func TestParagraphsAreFilledAtOrdinarySpacesOnly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zé]{1,12}(\x{00a0}[0-9]{1,3}){0,2}`), 1, 60).Draw(t, "words")
		paragraph := strings.Join(words, " ")
		filled := fill(paragraph)
		for line := range strings.SplitSeq(filled, "\n") {
			require.LessOrEqual(t, len([]rune(line)), textWidth, "no word here is longer than a line")
		}
		require.Equal(t, paragraph, oneLine(filled), "filling moves no word")
	})
}
