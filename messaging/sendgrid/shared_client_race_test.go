//go:build race

package sendgrid_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/sendgrid/rest"
	api "github.com/sendgrid/sendgrid-go"
	"github.com/sendgrid/sendgrid-go/helpers/mail"
	"github.com/stretchr/testify/require"
)

const naiveUse = "RELANCE_TEST_NAIVE_SENDGRID"

// Why every send has its own request: goroutines that share the library's client write each other's mail body. The
// race detector ends a test that does so, therefore the naive use runs in a process of its own.
func TestSharingTheLibrarysClientIsADataRace(t *testing.T) {
	t.Parallel()
	naive := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestNaiveUseOfTheLibrary$", "-test.count=1")
	naive.Env = append(os.Environ(), naiveUse+"=1")
	output, err := naive.CombinedOutput()
	require.Error(t, err, "the library was mended: the wrapper's first reason is gone\n%s", output)
	require.Contains(t, string(output), "DATA RACE")
	require.Contains(t, string(output), "sendgrid-go")
}

func TestNaiveUseOfTheLibrary(t *testing.T) {
	if os.Getenv(naiveUse) == "" {
		t.Skip("run by TestSharingTheLibrarysClientIsADataRace")
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }))
	defer server.Close()
	shared := api.NewSendClient("SG.naive")
	shared.BaseURL = server.URL + "/v3/mail/send"
	var wait sync.WaitGroup
	for i := range 32 {
		wait.Go(func() {
			m := mail.NewV3MailInit(mail.NewEmail("", "a@example.fr"), fmt.Sprint(i), mail.NewEmail("", "b@example.fr"), mail.NewContent("text/plain", "x"))
			var response *rest.Response
			response, err := shared.SendWithContext(t.Context(), m)
			if err != nil || response.StatusCode != http.StatusAccepted {
				t.Errorf("mail %d: %v", i, err)
			}
		})
	}
	wait.Wait()
}
