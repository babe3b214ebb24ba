package wiring_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/protobuf/proto"

	"relance/wiring"
)

func TestAProfileConnectsWithItsNamespaceItsKeyAndItsCertificate(t *testing.T) {
	identity := newIdentity(t)
	cluster := startCluster(t, identity)
	useProfiles(t, "remote", fmt.Sprintf(`
[profile.default]
address = "127.0.0.1:1"

[profile.remote]
address = %q
namespace = "collections.a1b2"
api_key = "key-of-the-cluster"

[profile.remote.tls]
client_cert_path = %q
client_key_path = %q
server_ca_cert_path = %q
`, cluster.address, identity.certificateFile, identity.keyFile, identity.certificateFile))

	namespace, err := wiring.Namespace()
	require.NoError(t, err)
	require.Equal(t, "collections.a1b2", namespace)
	temporal, err := wiring.Temporal(slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer temporal.Close()
	_, err = temporal.DescribeWorkflowExecution(t.Context(), "case/acme/F-1", "")
	require.NoError(t, err)

	asked := <-cluster.described
	require.Equal(t, "collections.a1b2", asked.namespace)
	require.Equal(t, "Bearer key-of-the-cluster", asked.authorization)
	require.Equal(t, identity.certificate.Raw, asked.certificate, "the client has shown its certificate")

	t.Setenv("TEMPORAL_NAMESPACE", "another")
	namespace, err = wiring.Namespace()
	require.NoError(t, err)
	require.Equal(t, "another", namespace, "the environment takes the place of the profile")
}

func TestAnAPIKeyIsNeverSentInTheClear(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	heard := make(chan string, 1)
	go func() {
		connection, err := listener.Accept()
		if err != nil {
			close(heard)
			return
		}
		first := make([]byte, 1)
		_, _ = io.ReadFull(connection, first)
		_ = connection.Close()
		_ = listener.Close() // whoever tries again is refused
		heard <- string(first)
	}()
	t.Cleanup(func() { _ = listener.Close() })
	useProfiles(t, "default", fmt.Sprintf("[profile.default]\naddress = %q\napi_key = \"key-of-the-cluster\"\n", listener.Addr()))

	_, err = wiring.Temporal(slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "connecting to Temporal at "+listener.Addr().String()+" (set TEMPORAL_ADDRESS, or a profile)")
	const handshake = "\x16" // the record type, RFC 8446 B.1
	require.Equal(t, handshake, <-heard)
}

func TestAFaultyProfileIsExplainedBeforeAnythingIsCalled(t *testing.T) {
	identity := newIdentity(t)
	missing := filepath.Join(t.TempDir(), "missing.pem")
	for what, faulty := range map[string]struct{ profiles, told string }{
		"no TOML":                         {"[profile.remote\n", "toml"},
		"a profile that is not there":     {"[profile.other]\naddress = \"127.0.0.1:1\"\n", "profile remote"},
		"a certificate that is not there": {fmt.Sprintf("[profile.remote.tls]\nclient_cert_path = %q\nclient_key_path = %q\n", missing, identity.keyFile), missing},
		"a certificate without its key":   {fmt.Sprintf("[profile.remote.tls]\nclient_cert_path = %q\n", identity.certificateFile), "key"},
		"a key in place of a certificate": {fmt.Sprintf("[profile.remote.tls]\nclient_cert_path = %q\nclient_key_path = %q\n", identity.keyFile, identity.keyFile), "certificate"},
		"an authority that is not there":  {fmt.Sprintf("[profile.remote.tls]\nserver_ca_cert_path = %q\n", missing), missing},
	} {
		t.Run(what, func(t *testing.T) {
			useProfiles(t, "remote", faulty.profiles)
			_, connecting := wiring.Temporal(slog.New(slog.DiscardHandler))
			_, naming := wiring.Namespace()
			for _, err := range []error{connecting, naming} {
				require.ErrorContains(t, err, "the Temporal connection is not configured well: ")
				require.ErrorContains(t, err, faulty.told)
			}
		})
	}
}

// useProfiles has this test connect by a profile of a file, and by nothing else.
func useProfiles(t *testing.T, profile, text string) {
	t.Helper()
	for _, variable := range os.Environ() {
		if name, value, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "TEMPORAL_") {
			t.Setenv(name, value) // is put back after the test
			require.NoError(t, os.Unsetenv(name))
		}
	}
	file := filepath.Join(t.TempDir(), "temporal.toml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	t.Setenv("TEMPORAL_CONFIG_FILE", file)
	t.Setenv("TEMPORAL_PROFILE", profile)
}

// identity is a certificate that vouches for itself, of this machine, in files.
type identity struct {
	certificate              *x509.Certificate
	pair                     tls.Certificate
	certificateFile, keyFile string
}

func newIdentity(t *testing.T) identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "relance"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	folder := t.TempDir()
	made := identity{certificateFile: filepath.Join(folder, "certificate.pem"), keyFile: filepath.Join(folder, "key.pem")}
	certificatePEM, keyPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	require.NoError(t, os.WriteFile(made.certificateFile, certificatePEM, 0o600))
	require.NoError(t, os.WriteFile(made.keyFile, keyPEM, 0o600))
	made.certificate, err = x509.ParseCertificate(signed)
	require.NoError(t, err)
	made.pair, err = tls.X509KeyPair(certificatePEM, keyPEM)
	require.NoError(t, err)
	return made
}

// cluster is the door of a cluster that asks for certificates. The server of this
// product has no such door: it listens on its own machine only.
type cluster struct {
	address   string
	described chan question
}

// question is how somebody asked for a workflow.
type question struct {
	namespace, authorization string
	certificate              []byte
}

// startCluster answers every call with an empty message, as gRPC travels over HTTP/2.
func startCluster(t *testing.T, own identity) *cluster {
	t.Helper()
	trusted := x509.NewCertPool()
	trusted.AddCert(own.certificate)
	c := &cluster{described: make(chan question, 1)}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		message, err := io.ReadAll(r.Body)
		const prefix = 5 // a byte for the compression, four for the length
		var asked workflowservice.DescribeWorkflowExecutionRequest
		if path.Base(r.URL.Path) == "DescribeWorkflowExecution" && err == nil && len(message) >= prefix && proto.Unmarshal(message[prefix:], &asked) == nil {
			c.described <- question{asked.GetNamespace(), r.Header.Get("Authorization"), r.TLS.PeerCertificates[0].Raw}
		}
		w.Header().Set("Content-Type", "application/grpc")
		w.Header().Set("Trailer", "Grpc-Status")
		_, _ = w.Write(make([]byte, prefix))
		w.Header().Set("Grpc-Status", "0")
	}))
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{Certificates: []tls.Certificate{own.pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: trusted, MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	c.address = server.Listener.Addr().String()
	return c
}
