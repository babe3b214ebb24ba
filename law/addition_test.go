package law_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/config"
	"relance/law"
)

// addition is the ECB rate of the first half of 2027.
func addition(t require.TestingT, book law.Book) (law.Addition, string) {
	half, err := law.ParseHalfYear("2027H1")
	require.NoError(t, err)
	a, file, err := book.AdditionTo(law.ECBOnTheFirstDay, half, half)
	require.NoError(t, err)
	a.Percent, a.Source, a.CheckedOn = 26500, "ecb.europa.eu", day("2027-01-04")
	return a, file
}

func TestAnAdditionIsARowThatTheTablesTake(t *testing.T) {
	t.Parallel()
	a, file := addition(t, builtIn(t))
	require.Equal(t, "ecb_main_refinancing_rate.csv", file)
	content, err := a.AppendTo(nil)
	require.NoError(t, err)
	require.Equal(t, rateHeader+next("2.65"), string(content))
	book, err := law.Load(config.Law, folder(map[string]string{file: string(content)}))
	require.NoError(t, err)
	value, err := book.RateValue(law.ECBOnTheFirstDay, a.First)
	require.NoError(t, err)
	require.Equal(t, "2.65", value.Percent.String())
	require.Equal(t, day("2027-07-01"), value.NextChange)
}

func TestAnAdditionKeepsWhatStandsInTheFile(t *testing.T) {
	t.Parallel()
	a, _ := addition(t, builtIn(t))
	a.Source = `a letter, "of our bank"`
	own := "\ufeffpercent,rate,valid_to,valid_from,next_change,article,source,confidence,checked_on\n1.00,x,2026-12-31,2026-07-01,,a,s,H,2026-11-22"
	content, err := a.AppendTo([]byte(own))
	require.NoError(t, err)
	require.Equal(t, own+"\n2.65,ecb-first-day,2027-06-30,2027-01-01,2027-07-01,Directive 2011/7/EU art. 2,\"a letter, \"\"of our bank\"\"\",H,2027-01-04\n", string(content))

	for _, broken := range []string{"rate;percent\n", "rate,percent\n", "\"rate\n"} {
		_, err := a.AppendTo([]byte(broken))
		require.Error(t, err, broken)
	}
}

func TestOnlyARateOfTheTablesCanBeAddedTo(t *testing.T) {
	t.Parallel()
	_, _, err := builtIn(t).AdditionTo("ecb", 4054, 4054)
	require.EqualError(t, err, `there is no rate "ecb": the rates are at-base, be-civil, de-base, ecb-first-day, ecb-last-operation, fr-legal-individual, fr-legal-professional`)
}

func TestEveryAdditionIsReadBackAsItWasGiven(t *testing.T) {
	t.Parallel()
	book := builtIn(t)
	rapid.Check(t, func(t *rapid.T) {
		a, file := addition(t, book)
		a.Percent = law.Percent(rapid.Int64Range(-90_000, 900_000).Draw(t, "percent"))
		a.Source = "read in " + rapid.StringMatching(`[ -~é]{1,30}`).Draw(t, "source") + "."
		content, err := a.AppendTo(nil)
		require.NoError(t, err)
		read, err := law.Load(config.Law, folder(map[string]string{file: string(content)}))
		require.NoError(t, err)
		value, err := read.RateValue(a.Rate, a.First)
		require.NoError(t, err)
		require.Equal(t, a.Percent, value.Percent)
		require.Equal(t, a.Source, value.Source)
	})
}
