package compose

import (
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"relance/config"
)

func manual(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("../../docs/templates.md")
	require.NoError(t, err)
	return string(content)
}

// documented are the names in the first column of the table under a heading.
func documented(t *testing.T, heading string) []string {
	t.Helper()
	_, section, found := strings.Cut(manual(t), "\n"+heading)
	require.True(t, found, "docs/templates.md has no heading %q", heading)
	section, _, _ = strings.Cut(section, "\n#")
	var names []string
	for _, match := range regexp.MustCompile("(?m)^\\| `\\.?([A-Za-z]+)[^`]*`").FindAllStringSubmatch(section, -1) {
		names = append(names, match[1])
	}
	return names
}

func TestEveryFactIsDocumented(t *testing.T) {
	t.Parallel()
	for heading, typ := range map[string]reflect.Type{
		"### Facts":          reflect.TypeFor[Facts](),
		"### Creditor":       reflect.TypeFor[Creditor](),
		"### Debtor":         reflect.TypeFor[Debtor](),
		"### Contact":        reflect.TypeFor[Contact](),
		"### Invoice":        reflect.TypeFor[Invoice](),
		"### PreviousNotice": reflect.TypeFor[PreviousNotice](),
		"### Promise":        reflect.TypeFor[Promise](),
		"### Payment":        reflect.TypeFor[Payment](),
		"### PaymentCode":    reflect.TypeFor[PaymentCode](),
		"### Discount":       reflect.TypeFor[Discount](),
		"### Plan":           reflect.TypeFor[Plan](),
		"### Instalment":     reflect.TypeFor[Instalment](),
		"### Collection":     reflect.TypeFor[Collection](),
		"### Mediation":      reflect.TypeFor[Mediation](),
		"### LateFees":       reflect.TypeFor[LateFees](),
		"### InterestPeriod": reflect.TypeFor[InterestPeriod](),
	} {
		var names []string
		for field := range typ.Fields() {
			names = append(names, field.Name)
		}
		for method := range typ.Methods() {
			names = append(names, method.Name)
		}
		require.ElementsMatch(t, names, documented(t, heading), heading)
	}
}

func TestEveryFunctionIsDocumented(t *testing.T) {
	t.Parallel()
	require.ElementsMatch(t, slices.Collect(maps.Keys((&piece{}).layoutFuncs())), documented(t, "## Functions"))
}

func TestEveryTemplateIsDocumented(t *testing.T) {
	t.Parallel()
	templates, err := Load(config.Templates)
	require.NoError(t, err)
	text := manual(t)
	for _, key := range templates.Keys() {
		require.Contains(t, text, "\n| `"+key+"` |")
	}
}

// What the manual shows works: its examples are loaded as it says.
func TestTheManualsExamplesLoad(t *testing.T) {
	t.Parallel()
	shown := fstest.MapFS{}
	for _, match := range regexp.MustCompile("(?s)```gotemplate (\\S+)\n(.*?)```").FindAllStringSubmatch(manual(t), -1) {
		shown[match[1]] = &fstest.MapFile{Data: []byte(match[2])}
	}
	require.Len(t, shown, 2)
	templates, err := Load(shown, config.Templates)
	require.NoError(t, err)
	mail, err := templates.Email("autumn-reminder", "en", Example())
	require.NoError(t, err)
	require.Contains(t, mail.Text, "The invoice is 23 days late.")
	text, err := templates.SMS("autumn-reminder", "fr", Example())
	require.NoError(t, err)
	require.Equal(t, "Ateliers Vauban : 1 234,56 € à régler d'ici au 01/12/2026, réf. FA-2026-0117. Question : 04 78 00 12 34.", text)
}
