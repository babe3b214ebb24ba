package exchange_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/messaging"
	"relance/messaging/internal/exchange"
)

func post(ctx context.Context, t *testing.T, base string) (*exchange.Exchange, error) {
	t.Helper()
	target, err := exchange.ParseBase(base)
	require.NoError(t, err)
	transport := exchange.NewTransport()
	t.Cleanup(transport.CloseIdleConnections)
	client, watched := exchange.Client(ctx, transport, target)
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "https://library.example/v1/send?a=1", strings.NewReader("body"))
	require.NoError(t, err)
	res, err := client.Do(req)
	if err == nil {
		require.NoError(t, res.Body.Close())
	}
	return watched, err
}

func refusedPort(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return "http://" + listener.Addr().String()
}

func TestARequestThatNeverLeftIsNotSent(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	for name, base := range map[string]string{
		"connection refused":   refusedPort(t),
		"no such host":         "http://no-such-host.invalid",
		"no TLS on the server": strings.Replace(plain.URL, "http:", "https:", 1),
	} {
		watched, err := post(t.Context(), t, base)
		require.Error(t, err, name)
		outcome := watched.Unanswered(err)
		require.Equal(t, messaging.NotSent, outcome.Verdict, name)
		require.Equal(t, messaging.CauseUnreachable, outcome.Cause, name)
		require.NotContains(t, outcome.Reason, "/v1/send", name)
	}
}

func TestACancelledCallThatFoundNoConnectionIsNotSent(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	watched, err := post(ctx, t, refusedPort(t))
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, messaging.NotSent, watched.Unanswered(err).Verdict)
}

func TestARequestWithoutAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	t.Run("the server closes the connection", func(t *testing.T) {
		t.Parallel()
		server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
		t.Cleanup(server.Close)
		watched, err := post(t.Context(), t, server.URL)
		require.Error(t, err)
		require.Equal(t, messaging.Unknown, watched.Unanswered(err).Verdict)
		require.Contains(t, watched.Unanswered(err).Reason, "closed by the provider")
	})
	t.Run("the time runs out", func(t *testing.T) {
		t.Parallel()
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // the server notices a closed connection only once the body is read
			<-r.Context().Done()
		}))
		t.Cleanup(server.Close)
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		watched, err := post(ctx, t, server.URL)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, messaging.Unknown, watched.Unanswered(err).Verdict)
	})
}

func TestTheCallGoesToTheConfiguredHostAndFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	var calls []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls = append(calls, r.Host+r.URL.String())
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	t.Cleanup(server.Close)
	watched, err := post(t.Context(), t, server.URL+"/prefix/")
	require.NoError(t, err)
	require.Equal(t, http.StatusTemporaryRedirect, watched.Status())
	require.Equal(t, []string{strings.TrimPrefix(server.URL, "http://") + "/prefix/v1/send?a=1"}, calls)
}

func TestTheWaitAskedForIsReadFromEitherHeader(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, value string
		want        time.Duration
	}{
		{"Retry-After", "7", 7 * time.Second},
		{"Retry-After", "Mon, 23 Nov 2026 09:02:00 GMT", 2 * time.Minute},
		{"X-RateLimit-Reset", "1795424430", 30 * time.Second},
		{"X-RateLimit-Reset", "1795424300", time.Second},
		{"Retry-After", "86400", time.Hour},
		{"X-RateLimit-Reset", "soon", 0},
		{"X-Other", "1", 0},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(c.name, c.value)
			w.WriteHeader(http.StatusTooManyRequests)
		}))
		watched, err := post(t.Context(), t, server.URL)
		server.Close()
		require.NoError(t, err)
		require.Equal(t, c.want, watched.RetryAfter(now), "%s: %s", c.name, c.value)
	}
}

func TestAnUnusableBaseURLIsRefused(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "api.sendgrid.com", "ftp://host", "https://", "https://u:p@host", "https://host?x=1", "https://h\x7f"} {
		_, err := exchange.ParseBase(raw)
		require.ErrorContains(t, err, "base URL", raw)
		require.NotContains(t, err.Error(), "u:p", raw)
	}
}

func TestADescriptionNeverRepeatsTheAddressCalled(t *testing.T) {
	t.Parallel()
	err := &url.Error{Op: "Get", URL: "https://host/Messages.json?To=%2B33612345678", Err: context.DeadlineExceeded}
	require.Equal(t, "the time for the call ran out", exchange.Describe(err))
}
