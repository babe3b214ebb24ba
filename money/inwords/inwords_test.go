package inwords_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/money"
	"relance/money/inwords"
)

func TestNumbersAreSpeltAsTheGrammarSays(t *testing.T) {
	t.Parallel()
	for n, words := range map[int64][2]string{
		0: {"zéro", "zero"}, 1: {"un", "one"}, 16: {"seize", "sixteen"}, 17: {"dix-sept", "seventeen"},
		21: {"vingt et un", "twenty-one"}, 22: {"vingt-deux", "twenty-two"}, 31: {"trente et un", "thirty-one"},
		60: {"soixante", "sixty"}, 61: {"soixante et un", "sixty-one"}, 70: {"soixante-dix", "seventy"}, 71: {"soixante et onze", "seventy-one"},
		72: {"soixante-douze", "seventy-two"}, 77: {"soixante-dix-sept", "seventy-seven"}, 79: {"soixante-dix-neuf", "seventy-nine"},
		80: {"quatre-vingts", "eighty"}, 81: {"quatre-vingt-un", "eighty-one"}, 90: {"quatre-vingt-dix", "ninety"},
		91: {"quatre-vingt-onze", "ninety-one"}, 99: {"quatre-vingt-dix-neuf", "ninety-nine"},
		100: {"cent", "one hundred"}, 101: {"cent un", "one hundred and one"}, 180: {"cent quatre-vingts", "one hundred and eighty"},
		200: {"deux cents", "two hundred"}, 201: {"deux cent un", "two hundred and one"}, 280: {"deux cent quatre-vingts", "two hundred and eighty"},
		1_000: {"mille", "one thousand"}, 1_001: {"mille un", "one thousand and one"}, 1_100: {"mille cent", "one thousand one hundred"},
		2_000: {"deux mille", "two thousand"}, 21_000: {"vingt et un mille", "twenty-one thousand"},
		80_000:    {"quatre-vingt mille", "eighty thousand"},
		80_080:    {"quatre-vingt mille quatre-vingts", "eighty thousand and eighty"},
		200_000:   {"deux cent mille", "two hundred thousand"},
		300_200:   {"trois cent mille deux cents", "three hundred thousand two hundred"},
		999_999:   {"neuf cent quatre-vingt-dix-neuf mille neuf cent quatre-vingt-dix-neuf", "nine hundred and ninety-nine thousand nine hundred and ninety-nine"},
		1_000_000: {"un million", "one million"}, 1_000_001: {"un million un", "one million and one"},
		80_000_000:    {"quatre-vingts millions", "eighty million"},
		200_000_000:   {"deux cents millions", "two hundred million"},
		201_001_000:   {"deux cent un millions mille", "two hundred and one million one thousand"},
		1_000_000_000: {"un milliard", "one billion"}, 2_000_000_200: {"deux milliards deux cents", "two billion two hundred"},
	} {
		require.Equal(t, words[0], inwords.FrenchNumber(n))
		require.Equal(t, words[1], inwords.EnglishNumber(n))
	}
}

func TestAmountsAreWrittenWithTheirCents(t *testing.T) {
	t.Parallel()
	for minor, words := range map[int64][2]string{
		0:           {"zéro euro", "zero euros"},
		1:           {"un centime", "one cent"},
		80:          {"quatre-vingts centimes", "eighty cents"},
		100:         {"un euro", "one euro"},
		101:         {"un euro et un centime", "one euro and one cent"},
		200:         {"deux euros", "two euros"},
		7_171:       {"soixante et onze euros et soixante et onze centimes", "seventy-one euros and seventy-one cents"},
		8_000:       {"quatre-vingts euros", "eighty euros"},
		120_050:     {"mille deux cents euros et cinquante centimes", "one thousand two hundred euros and fifty cents"},
		123_456_78:  {"cent vingt-trois mille quatre cent cinquante-six euros et soixante-dix-huit centimes", "one hundred and twenty-three thousand four hundred and fifty-six euros and seventy-eight cents"},
		100_000_000: {"un million d’euros", "one million euros"},
		300_000_050: {"trois millions d’euros et cinquante centimes", "three million euros and fifty cents"},
		100_000_100: {"un million un euros", "one million and one euros"},
	} {
		french, err := inwords.French(money.FromMinor(minor, money.EUR))
		require.NoError(t, err)
		english, err := inwords.English(money.FromMinor(minor, money.EUR))
		require.NoError(t, err)
		require.Equal(t, words[0], french)
		require.Equal(t, words[1], english)
	}
}

func TestWhatCannotBeWrittenIsRefused(t *testing.T) {
	t.Parallel()
	for _, amount := range []money.Amount{money.FromMinor(-1, money.EUR), money.FromMinor(inwords.Limit*100, money.EUR), money.FromMinor(5, "USD"), {}} {
		_, err := inwords.French(amount)
		require.Error(t, err)
		_, err = inwords.English(amount)
		require.Error(t, err)
	}
}

// Two numbers that were written alike would make a document say another sum.
func TestNoTwoNumbersAreWrittenAlike(t *testing.T) {
	t.Parallel()
	seen := map[string]int64{}
	for n := range int64(20_000) {
		for _, words := range []string{"fr " + inwords.FrenchNumber(n), "en " + inwords.EnglishNumber(n)} {
			if other, taken := seen[words]; taken {
				require.Fail(t, "written alike", "%d and %d: %s", other, n, words)
			}
			seen[words] = n
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64Range(0, inwords.Limit-1).Draw(t, "a"), rapid.Int64Range(0, inwords.Limit-1).Draw(t, "b")
		require.Equal(t, a == b, inwords.FrenchNumber(a) == inwords.FrenchNumber(b))
		require.Equal(t, a == b, inwords.EnglishNumber(a) == inwords.EnglishNumber(b))
	})
}
