// Package relance_test checks what lies in the top folder beside the code.
package relance_test

import (
	"cmp"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"relance/config"
)

// composeFile is the part of the Compose specification that docker-compose.yml uses.
type composeFile struct {
	Services map[string]composeService
	Volumes  map[string]any
}

type composeService struct {
	Image       string
	Build       string
	Restart     string
	Environment map[string]string
	Ports       []string
	Volumes     []string
	HealthCheck *struct{ Test []string } `yaml:"healthcheck"`
	DependsOn   map[string]struct {
		Condition string
	} `yaml:"depends_on"`
}

func TestComposeWaitsForWhatEachServiceNeeds(t *testing.T) {
	t.Parallel()
	file := readCompose(t)
	require.Subset(t, slices.Collect(maps.Keys(file.Services)), []string{"server", "worker", "postgres", "temporal", "temporal-ui"})
	for name, service := range file.Services {
		for needed, how := range service.DependsOn {
			other, exists := file.Services[needed]
			require.True(t, exists, "%s waits for %s, which does not exist", name, needed)
			switch how.Condition {
			case "service_healthy":
				require.NotNil(t, other.HealthCheck, "%s waits for the health of %s, which has no check", name, needed)
			case "service_completed_successfully":
				require.True(t, strings.HasPrefix(other.Restart, "on-failure"), "%s waits for the end of %s, which starts again", name, needed)
			default:
				require.Fail(t, "unknown condition", "%s: %q", name, how.Condition)
			}
		}
		for _, volume := range service.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			if !strings.HasPrefix(source, "$") { // a file that the settings name
				require.Contains(t, file.Volumes, source, "volume of %s", name)
			}
		}
	}
}

func TestComposePinsVersionsAndStaysOnThisMachine(t *testing.T) {
	t.Parallel()
	pinned := regexp.MustCompile(`^[a-z/-]+:\d+\.\d+(\.\d+)?$`)
	file := readCompose(t)
	for name, service := range file.Services {
		if service.Build == "" {
			require.Regexp(t, pinned, service.Image, "image of %s", name)
		}
		for _, port := range service.Ports {
			require.True(t, strings.HasPrefix(port, "127.0.0.1:"), "port %s of %s is open to the network", port, name)
		}
	}
	require.Equal(t, version(file.Services["temporal"].Image), version(file.Services["temporal-schema"].Image),
		"the tables must fit the server")
	embedded, err := os.ReadFile("devserver/go.mod")
	require.NoError(t, err)
	minor := regexp.MustCompile(`^\d+\.\d+`).FindString(version(file.Services["temporal"].Image))
	require.Contains(t, string(embedded), "go.temporal.io/server v"+minor+".", "the embedded server is of the same minor version")
}

func TestComposeTakesSecretsFromTheEnvironment(t *testing.T) {
	t.Parallel()
	secret := regexp.MustCompile(`(?i)password|pwd|token|api_key|database_url`)
	example, err := os.ReadFile(".env.example")
	require.NoError(t, err)
	for name, service := range readCompose(t).Services {
		for variable, value := range service.Environment {
			if secret.MatchString(variable) {
				require.Contains(t, value, "${", "%s of %s", variable, name)
			}
			for _, match := range regexp.MustCompile(`\$\{([A-Z_]+)`).FindAllStringSubmatch(value, -1) {
				require.Contains(t, string(example), "\n"+match[1]+"=", ".env.example explains every setting")
			}
		}
	}
}

func TestTheExampleConfigurationIsValid(t *testing.T) {
	t.Parallel()
	service := readCompose(t).Services["server"]
	require.Contains(t, service.Volumes, "${RELANCE_CONFIG_FILE:-./relance.example.yaml}:/etc/relance.yaml:ro")

	filledIn := map[string]string{
		"RELANCE_MAIL_SENDGRID_API_KEY": "SG.key", "RELANCE_SMS_TWILIO_ACCOUNT_SID": "AC" + strings.Repeat("0", 32), "RELANCE_SMS_TWILIO_AUTH_TOKEN": "token",
	}
	placeholder := regexp.MustCompile(`\$\{([A-Z_]+)(?::-([^}]*))?\}`)
	var environment []string
	for name, value := range service.Environment {
		environment = append(environment, name+"="+placeholder.ReplaceAllStringFunc(value, func(found string) string {
			part := placeholder.FindStringSubmatch(found)
			return cmp.Or(filledIn[part[1]], part[2])
		}))
	}
	settings, err := config.Load("relance.example.yaml", environment)
	require.NoError(t, err)
	require.Equal(t, "0.0.0.0:8080", settings.HTTP.Listen, "variables have the names the programs read")
	require.Contains(t, settings.Database.URL.Reveal(), "@postgres:5432/relance")
	require.Equal(t, "SG.key", settings.Mail.SendGrid.APIKey.Reveal())
	require.Equal(t, "token", settings.SMS.Twilio.AuthToken.Reveal())
	require.Empty(t, settings.HTTP.PublicURL, "the providers cannot call an address of this machine")
	require.NotEmpty(t, settings.Creditors)
	require.NotEmpty(t, settings.HTTP.APIKeys)
}

func readCompose(t *testing.T) composeFile {
	t.Helper()
	content, err := os.ReadFile("docker-compose.yml")
	require.NoError(t, err)
	var file composeFile
	require.NoError(t, yaml.Unmarshal(content, &file))
	return file
}

func version(image string) string {
	_, tag, _ := strings.Cut(image, ":")
	return tag
}
