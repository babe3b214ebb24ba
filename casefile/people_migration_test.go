package casefile_test

import (
	"database/sql"
	"os"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

// goBackTo takes a database back to the schema of a version.
func goBackTo(t *testing.T, dsn string, version int64) {
	t.Helper()
	database, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, database.Close()) }()
	migrations, err := goose.NewProvider(goose.DialectPostgres, database, os.DirFS("migrations"), goose.WithDisableGlobalRegistry(true))
	require.NoError(t, err)
	_, err = migrations.DownTo(t.Context(), version)
	require.NoError(t, err)
}

// Before there were preferred contacts, the first of a role was written to. An
// installation that is brought up to date goes on writing to it.
func TestTheOneWrittenToUntilNowStaysTheOne(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	opening := casefiletest.Opening("F-1")
	opening.Contacts = []casefile.Contact{
		{Role: "accounts-payable", Email: "first@martin.example"}, {Role: "accounts-payable", Email: "second@martin.example"}, {Role: "director", Email: "boss@martin.example"},
	}
	_, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	goBackTo(t, dsn, 50)
	require.NoError(t, casefile.Migrate(t.Context(), dsn))
	choice, err := who(t, store, "F-1", collection.ChannelEmail)
	require.NoError(t, err)
	require.Equal(t, "first@martin.example", choice.Address)
	file := readFile(t, store, "F-1")
	require.False(t, file.Contacts[2].Preferred, "the only one of a role needs no mark")
}

// What a provider said of a number over one channel had counted for both.
func TestWhatWasKnownOfANumberIsToldApartByChannel(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	opening := casefiletest.Opening("F-1")
	opening.Contacts = []casefile.Contact{
		{Name: "no WhatsApp", Phone: "+33639980001"}, {Name: "landline", Phone: "+33639980002"}, {Name: "gone", Phone: "+33639980003"}, {Name: "good", Phone: "+33639980004"},
	}
	_, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	goBackTo(t, dsn, 196)
	database, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, database.Close()) }()
	for name, why := range map[string]string{
		"no WhatsApp": "the whatsapp bounced (code 63003)", "landline": "the sms bounced (code 30006)", "gone": "the provider refused the whatsapp: code 21211",
	} {
		_, err := database.ExecContext(t.Context(), "update contact set phone_invalid_at = now(), phone_invalid_why = $1 where name = $2", why, name)
		require.NoError(t, err)
	}
	require.NoError(t, casefile.Migrate(t.Context(), dsn))
	type known struct{ sms, whatsApp string }
	found := map[string]known{}
	for _, contact := range readFile(t, store, "F-1").Contacts {
		found[contact.Name] = known{contact.PhoneInvalidWhy, contact.WhatsAppInvalidWhy}
		require.Equal(t, contact.PhoneInvalidWhy == "", contact.PhoneInvalidAt.IsZero())
		require.Equal(t, contact.WhatsAppInvalidWhy == "", contact.WhatsAppInvalidAt.IsZero())
	}
	require.Equal(t, map[string]known{
		"no WhatsApp": {"", "the whatsapp bounced (code 63003)"}, "landline": {"the sms bounced (code 30006)", ""},
		"gone": {"the provider refused the whatsapp: code 21211", "the provider refused the whatsapp: code 21211"}, "good": {},
	}, found)
}
