package strictyaml_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/config/strictyaml"
)

type recipe struct {
	Name    string            `json:"name"`
	Serves  int               `json:"serves,omitempty"`
	Spicy   bool              `json:"spicy,omitempty"`
	Price   float64           `json:"price,omitempty"`
	Time    time.Duration     `json:"time,omitempty"`
	Steps   []step            `json:"steps,omitempty"`
	Notes   map[string]string `json:"notes,omitempty"`
	Grade   grade             `json:"grade,omitempty"`
	private string
}

type step struct {
	Do    string   `json:"do"`
	Tools []string `json:"tools,omitempty"`
}

type grade string

func (g *grade) UnmarshalText(text []byte) error {
	if len(text) != 1 {
		return fmt.Errorf("%q is not a grade: use one letter", text)
	}
	*g = grade(text)
	return nil
}

func problemsOf(text string) []string {
	var into recipe
	_, problems := strictyaml.Decode("soup.yaml", []byte(text), &into)
	var lines []string
	for _, problem := range problems {
		lines = append(lines, problem.Error())
	}
	return lines
}

func TestAFileIsReadAsWritten(t *testing.T) {
	t.Parallel()
	var into recipe
	document, problems := strictyaml.Decode("soup.yaml", []byte(`
name: 007        # text that looks like a number stays as written
serves: 4
spicy: true
price: 2.5
time: 1h30m
grade: A
notes: {salt: a little}
steps:
  - do: cut
    tools: [knife, board]
  - {do: cook}
`), &into)
	require.Empty(t, problems)
	require.Equal(t, recipe{
		Name: "007", Serves: 4, Spicy: true, Price: 2.5, Time: 90 * time.Minute, Grade: "A",
		Notes: map[string]string{"salt": "a little"},
		Steps: []step{{Do: "cut", Tools: []string{"knife", "board"}}, {Do: "cook"}},
	}, into)
	require.True(t, document.Has("steps[1].tools[2]"))
	require.False(t, document.Has("steps[2].tools"))
}

func TestFieldsThatAreNotWrittenKeepTheirValues(t *testing.T) {
	t.Parallel()
	into := recipe{Name: "soup", Serves: 2, private: "untouched"}
	_, problems := strictyaml.Decode("soup.yaml", []byte("name: stew"), &into)
	require.Empty(t, problems)
	require.Equal(t, recipe{Name: "stew", Serves: 2, private: "untouched"}, into)
}

func TestEveryMistakeIsReportedAtOnceWithItsLine(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		`soup.yaml:1: nmae: there is no such field: did you mean name?`,
		`soup.yaml:2: serves: "four" is not a whole number`,
		`soup.yaml:3: spicy: "yes" is neither true nor false`,
		`soup.yaml:4: price: ".inf" is not a number`,
		`soup.yaml:5: time: "90" is not a duration: write it like 30s, 15m or 2h`,
		`soup.yaml:6: grade: "AB" is not a grade: use one letter`,
		`soup.yaml:8: steps[1].tools: must be a list, not "knife": write [one, two], or one line with - for each`,
		`soup.yaml:9: steps[2]: must hold fields (key: value), not "cook"`,
		`soup.yaml:10: steps[3].do: must be one value, not a list`,
		`soup.yaml:11: notes: has no value: give it one or remove the line`,
		`soup.yaml:12: serves: is written twice, first on line 2`,
		`soup.yaml:13: colour: there is no such field: the fields here are name, serves, spicy, price, time, steps, notes, grade`,
		`soup.yaml:14: private: there is no such field: did you mean price?`,
	}, problemsOf(`nmae: soup
serves: four
spicy: yes
price: .inf
time: 90
grade: AB
steps:
  - {do: cut, tools: knife}
  - cook
  - do: [a, b]
notes:
serves: 5
colour: red
private: x
`))
}

func TestWhatHidesItsMeaningIsRefused(t *testing.T) {
	t.Parallel()
	for text, problem := range map[string]string{
		"name: &n soup\ngrade: *n":        "soup.yaml:2: grade: aliases (*n) are not allowed: write the value out",
		"name: !secret soup":              "soup.yaml:1: name: the tag !secret is not allowed: write the value alone",
		"name: soup\n---\nname: stew":     "soup.yaml:2: the file holds more than one document (---): write one file for each",
		"":                                "soup.yaml: the file is empty",
		"# only a comment":                "soup.yaml: the file is empty",
		"- a\n- b":                        "soup.yaml:1: the file must hold fields (key: value), such as name, serves, spicy, price, time, steps, notes, grade",
		"name: soup\n\tserves: 2":         "soup.yaml:2: this is not YAML: found a tab character that violates indentation",
		"name: soup\n? [a, b]\n: c":       "soup.yaml:1: line 2 does not begin with the name of a field",
		"name: \"\x00\"":                  "soup.yaml: this is not YAML: control characters are not allowed",
		"# " + strings.Repeat("x", 1<<20): "soup.yaml: the file is larger than 1048576 bytes",
	} {
		require.Equal(t, []string{problem}, problemsOf(text), "%.60q", text)
	}
}

func TestAMissingFieldIsReportedWhereItShouldStand(t *testing.T) {
	t.Parallel()
	var into recipe
	document, problems := strictyaml.Decode("soup.yaml", []byte("name: soup\nsteps:\n  - do: cut\n  - do: cook"), &into)
	require.Empty(t, problems)
	require.Equal(t, "soup.yaml:4: steps[2].tools[1]: is missing", document.Problem("steps[2].tools[1]", "is missing").Error())
	require.Equal(t, "soup.yaml:1: serves: is missing", document.Problem("serves", "is missing").Error())
}

func TestProblemsAreOneErrorInTheOrderOfTheFile(t *testing.T) {
	t.Parallel()
	require.NoError(t, strictyaml.Problems(nil).Err())
	err := strictyaml.Problems{
		{File: "b.yaml", Line: 1, Reason: "third"},
		{File: "a.yaml", Line: 9, Field: "x", Reason: "second"},
		{File: "a.yaml", Line: 2, Reason: "first"},
	}.Err()
	require.EqualError(t, err, "a.yaml:2: first\na.yaml:9: x: second\nb.yaml:1: third")
	var problem strictyaml.Problem
	require.ErrorAs(t, err, &problem)
	require.Equal(t, 2, problem.Line)
}

func TestNoFileMakesTheReaderPanic(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{
		"name", "\"\"", "steps", "do", "tools", ":", " ", "\n", "\n  ", "- ", "[", "]", "{", "}", "*a", "&a ", "!t ", "?", "---\n", "\"", "'", "|", "<<", "~", "\xff", "é", "%", ",",
	})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(word, 0, 30).Draw(t, "text"), "")
		var into recipe
		require.NotPanics(t, func() { _, _ = strictyaml.Decode("soup.yaml", []byte(text), &into) })
	})
}
