package compose_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"relance/messaging/audience"
	"relance/messaging/compose"
)

// sms are text messages that tell which file they come from.
func sms(names ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for _, name := range names {
		files[name] = &fstest.MapFile{Data: []byte(name)}
	}
	return files
}

// layered are a product's files, an installation's and those of the creditor acme.
func layered(t *testing.T, product, general, acme fstest.MapFS) *compose.Templates {
	t.Helper()
	frame := fstest.MapFS{
		"layout.txt": {Data: []byte("x")}, "layout.html": {Data: []byte("x")}, "words/fr.tmpl": {Data: []byte("")}, "words/en.tmpl": {Data: []byte("")},
	}
	for name, file := range frame {
		product[name] = file
	}
	loaded, err := compose.LoadLayers(
		map[string]compose.Layer{"acme": {Origin: compose.CreditorsOwn, Files: acme, Shown: "own/acme"}},
		compose.Layer{Origin: compose.General, Files: general, Shown: "own"},
		compose.Layer{Origin: compose.BuiltIn, Files: product, Shown: "templates"},
	)
	require.NoError(t, err)
	return loaded
}

func TestATextIsTheNearestOneForItsReader(t *testing.T) {
	t.Parallel()
	loaded := layered(t,
		sms("a/fr.sms", "a/fr.loyal.sms", "a/en.sms", "b/fr.sms", "b/fr.loyal.sms", "c/fr.sms", "c/fr.public.sms"),
		sms("b/fr.sms", "c/fr.public.sms"),
		sms("a/fr.sms", "c/fr.new.sms"),
	)
	for _, c := range []struct {
		creditor, key, lang string
		reader              audience.Audience
		file                string
	}{
		{"other", "a", "fr", audience.Anyone, "templates/a/fr.sms"},
		{"other", "a", "fr", audience.Loyal, "templates/a/fr.loyal.sms"},
		{"other", "a", "fr", audience.Irregular, "templates/a/fr.sms"},
		{"other", "a", "en", audience.Loyal, "templates/a/en.sms"}, // never another language for the sake of the audience
		{"acme", "a", "fr", audience.Loyal, "own/acme/a/fr.sms"},   // its own words for everyone go before others' for the loyal
		{"acme", "a", "en", audience.Loyal, "templates/a/en.sms"},
		{"other", "b", "fr", audience.Loyal, "own/b/fr.sms"},
		{"acme", "b", "fr", audience.Loyal, "own/b/fr.sms"},
		{"other", "c", "fr", audience.New, "templates/c/fr.sms"},
		{"acme", "c", "fr", audience.New, "own/acme/c/fr.new.sms"},
		{"acme", "c", "fr", audience.Public, "own/c/fr.public.sms"},
	} {
		f := compose.Example()
		f.Creditor.ID, f.Audience = c.creditor, c.reader
		if c.reader == audience.Public {
			f.Debtor.Kind = compose.Public
		}
		text, err := loaded.Text(c.key, c.lang, compose.ChannelSMS, f)
		require.NoError(t, err)
		require.Equal(t, c.file, text.File, "%+v", c)
	}
	var own []string
	for _, text := range loaded.Texts() {
		if text.Creditor == "acme" {
			own = append(own, text.File)
			require.Equal(t, compose.CreditorsOwn, text.Origin)
		}
	}
	require.Equal(t, []string{"own/acme/a/fr.sms", "own/acme/c/fr.new.sms"}, own)
}

func TestTheLawOfADebtorGoesBeforeItsHabits(t *testing.T) {
	t.Parallel()
	loaded := layered(t, sms("a/fr.sms", "a/fr.loyal.sms", "a/fr.consumer.sms", "a/fr.public.sms"), nil, nil)
	for kind, file := range map[compose.DebtorKind]string{
		compose.Consumer: "templates/a/fr.consumer.sms", compose.Public: "templates/a/fr.public.sms", compose.Business: "templates/a/fr.loyal.sms",
	} {
		f := compose.Example()
		f.Debtor.Kind, f.Audience = kind, audience.Loyal
		text, err := loaded.Text("a", "fr", compose.ChannelSMS, f)
		require.NoError(t, err)
		require.Equal(t, file, text.File)
	}
	f := compose.Example()
	f.Audience = audience.Consumer
	text, err := loaded.Text("a", "fr", compose.ChannelSMS, f)
	require.NoError(t, err)
	require.Equal(t, "templates/a/fr.sms", text.File, "a business is no consumer")
}

func TestATextForSomeNeedsOneForTheOthers(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"templates/extra/fr.loyal.sms":           "templates/extra/fr.loyal.sms: there is no text for all the others: write fr.sms beside it",
		"templates/extra/fr.vip.sms":             `templates/extra/fr.vip.sms: "vip" is not an audience: loyal, irregular, new, consumer, public are`,
		"templates/statement/fr.loyal.statement": "templates/statement/fr.loyal.statement: a statement of account has one wording for everyone",
	} {
		_, err := overridden(t, map[string]string{name: "x"})
		require.ErrorContains(t, err, want)
	}
}

func TestAFaultOfACreditorsFileNamesIt(t *testing.T) {
	t.Parallel()
	product := sms("a/fr.sms")
	product["layout.txt"], product["layout.html"] = &fstest.MapFile{Data: []byte("x")}, &fstest.MapFile{Data: []byte("x")}
	product["words/fr.tmpl"] = &fstest.MapFile{Data: []byte(`{{define "hello"}}Bonjour{{end}}`)}
	load := func(acme fstest.MapFS) (*compose.Templates, error) {
		return compose.LoadLayers(map[string]compose.Layer{"acme": {Origin: compose.CreditorsOwn, Files: acme, Shown: "own/acme"}},
			compose.Layer{Origin: compose.BuiltIn, Files: product, Shown: "templates"})
	}
	_, err := load(fstest.MapFS{"a/fr.sms": {Data: []byte("Bonjour\n{{.Nom}}")}})
	require.ErrorContains(t, err, `own/acme/a/fr.sms:2:2: .Nom: Facts has no field "Nom"`)

	changed, err := load(fstest.MapFS{"words/fr.tmpl": {Data: []byte(`{{define "hello"}}Salut{{end}}`)}})
	require.NoError(t, err)
	f := compose.Example()
	general, err := changed.Text("a", "fr", compose.ChannelSMS, f)
	require.NoError(t, err)
	f.Creditor.ID = "acme"
	own, err := changed.Text("a", "fr", compose.ChannelSMS, f)
	require.NoError(t, err)
	require.NotEqual(t, general.Version, own.Version, "its words are others")
	require.Equal(t, general.File, own.File)
}

func TestTemplatesAreReplacedWhileTheyAreUsed(t *testing.T) {
	t.Parallel()
	inUse := layered(t, sms("a/fr.sms"), nil, nil)
	before := inUse.Now()
	inUse.Replace(layered(t, sms("a/fr.sms"), sms("a/fr.sms"), nil))
	for templates, file := range map[*compose.Templates]string{before: "templates/a/fr.sms", inUse: "own/a/fr.sms"} {
		text, err := templates.Text("a", "fr", compose.ChannelSMS, compose.Example())
		require.NoError(t, err)
		require.Equal(t, file, text.File)
	}
}
