package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"relance/config"
)

func TestASecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	const hidden = "hunter2"
	secret := config.Secret(hidden)
	c := config.Default()
	c.Database.URL, c.HTTP.APIKeys = secret, map[string]config.Secret{"erp": secret}
	for _, value := range []any{secret, &secret, []config.Secret{secret}, c, &c, c.HTTP, map[string]any{"key": secret}, fmt.Errorf("with %v", secret)} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10s", "%T %v"} {
			args := []any{value}
			if verb == "%T %v" {
				args = append(args, value)
			}
			require.NotContains(t, fmt.Sprintf(verb, args...), hidden, verb)
			require.NotContains(t, fmt.Sprintf(verb, args...), fmt.Sprintf("%x", hidden), verb)
		}
		var out bytes.Buffer
		slog.New(slog.NewTextHandler(&out, nil)).Info("text", "value", value)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "value", value)
		require.NotContains(t, out.String(), hidden)
		text, err := json.Marshal(value)
		require.NoError(t, err)
		require.NotContains(t, string(text), hidden)
		if _, isError := value.(error); !isError {
			text, err = yaml.Marshal(value)
			require.NoError(t, err)
			require.NotContains(t, string(text), hidden)
		}
	}
	require.Equal(t, "***", secret.String())
	require.Empty(t, config.Secret("").String(), "that there is none is no secret")
	require.Equal(t, hidden, secret.Reveal())
}

func TestNoMistakeRepeatsASecret(t *testing.T) {
	t.Parallel()
	for _, environ := range [][]string{
		{"RELANCE_DATABASE_URL=mysql://root:hunter2@db"},
		{"RELANCE_DATABASE_URL=postgres://root:hunter2@[::1"},
		{"RELANCE_DATABASE_URL=hunter2"},
		{"RELANCE_HTTP_API_KEYS=hunter2"},
		{"RELANCE_HTTP_API_KEYS=erp=hunter2"},
		{"RELANCE_HTTP_API_KEYS=erp=hunter2hunter2hunter2,crm=hunter2hunter2hunter2"},
		{"RELANCE_MAIL_SENDGRID_API_KEY=hunter2 hunter2"},
		{"RELANCE_SMS_TWILIO_AUTH_TOKEN=hunter2"},
	} {
		_, err := config.Load("", environ)
		require.Error(t, err, environ[0])
		require.NotContains(t, err.Error(), "hunter2")
	}
	require.NotContains(t, fmt.Sprint(problems(t, "http: {api_keys: {erp: [hunter2]}}\ndatabase: {url: {hunter2: hunter2}}\n")), "hunter2")
}
