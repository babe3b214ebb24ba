package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/config"
	"relance/stack"
)

func freePort(t *testing.T) int {
	t.Helper()
	free, err := stack.FreePorts(1)
	require.NoError(t, err)
	return free[0]
}

func TestTheConfiguredAddressIsListenedOn(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"127.0.0.1", "0.0.0.0", "", "localhost", "::", "192.0.2.7"} {
		configured := net.JoinHostPort(host, strconv.Itoa(freePort(t)))
		address, err := ports{}.chosen().listenAddress(configured)
		require.NoError(t, err)
		require.Equal(t, configured, address)
	}
}

func TestThePortOfTheCommandLineTakesThePlaceOfTheConfiguredOne(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	address, err := ports{HTTPPort: &port}.chosen().listenAddress("0.0.0.0:1")
	require.NoError(t, err)
	require.Equal(t, "0.0.0.0:"+strconv.Itoa(port), address)

	address, err = ports{HTTPPort: &port, FreePorts: true, UIPort: 8233}.chosen().listenAddress("127.0.0.1:1")
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:"+strconv.Itoa(port), address, "a port that is named is not replaced by a free one")

	address, err = ports{FreePorts: true}.chosen().listenAddress("127.0.0.1:1")
	require.NoError(t, err)
	require.NotContains(t, []string{"127.0.0.1:1", "127.0.0.1:0"}, address)
}

// anotherProgram listens on a port.
func anotherProgram(t *testing.T) net.Listener {
	t.Helper()
	var listening net.ListenConfig
	other, err := listening.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, other.Close()) })
	return other
}

func TestATakenPortIsExplained(t *testing.T) {
	t.Parallel()
	other := anotherProgram(t)
	_, err := ports{}.listenAddress(other.Addr().String())
	var taken *stack.PortTakenError
	require.ErrorAs(t, err, &taken)
	require.ErrorContains(t, err, "wanted for the HTTP API (http.listen), is already in use")
	require.ErrorContains(t, err, "--http-port")
}

func TestPortsThatAreTakenAreToldTogetherBeforeAnythingStarts(t *testing.T) {
	t.Parallel()
	taken := func() int { return anotherProgram(t).Addr().(*net.TCPAddr).Port }
	http, mailbox, offices := taken(), taken(), taken()
	c := config.Default()
	c.Handoff.Partners = []config.Partner{{ID: "etude", API: config.PartnerAPI{BaseURL: config.PartnerBySimulator}}}
	folder := t.TempDir()
	_, err := startMachine(t.Context(), &settings{config: c}, machineOptions{
		folder: folder, ports: ports{HTTPPort: &http, MailboxPort: mailbox, PartnerPort: offices}, tell: t.Logf,
	})
	require.Error(t, err)
	told := strings.Split(err.Error(), "\n")
	require.Len(t, told, 3)
	require.True(t, strings.HasPrefix(told[0], fmt.Sprintf("port %d, wanted for the HTTP API, is already in use", http)), told[0])
	require.True(t, strings.HasPrefix(told[1], fmt.Sprintf("port %d, wanted for the mailbox, is already in use", mailbox)), told[1])
	require.True(t, strings.HasPrefix(told[2], fmt.Sprintf("port %d, wanted for the offices of simulated partners, is already in use", offices)), told[2])
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left, "no part was started")
}

func TestAPortThatNothingListensOnIsNotLookedAt(t *testing.T) {
	t.Parallel()
	taken := anotherProgram(t).Addr().(*net.TCPAddr).Port
	c := config.Default()
	c.HTTP.Listen = net.JoinHostPort(stack.Loopback, strconv.Itoa(freePort(t)))
	c.Mail.SMTP.Host, c.SMS.Twilio.AccountSID = "mail.example", "AC1"
	require.NoError(t, ports{MailboxPort: taken, PartnerPort: taken}.requireFree(c))
	c.SMS.Twilio.AccountSID = ""
	require.ErrorContains(t, ports{MailboxPort: taken, PartnerPort: taken}.requireFree(c), "wanted for the mailbox")
}

func TestOnlyLoopbackAddressesArePrivate(t *testing.T) {
	t.Parallel()
	for address, private := range map[string]bool{
		"127.0.0.1:80": true, "localhost:80": true, "[::1]:80": true,
		"0.0.0.0:80": false, ":80": false, "[::]:80": false, "192.0.2.7:80": false, "relance.example:80": false, "nonsense": false,
	} {
		require.Equal(t, private, isPrivate(address), address)
	}
}

func TestAServerOnAllAddressesIsCalledOnLoopback(t *testing.T) {
	t.Parallel()
	for address, url := range map[string]string{
		"0.0.0.0:80": "http://127.0.0.1:80", ":80": "http://127.0.0.1:80", "[::]:80": "http://127.0.0.1:80",
		"[::1]:80": "http://[::1]:80", "192.0.2.7:80": "http://192.0.2.7:80",
	} {
		require.Equal(t, url, urlOf(address))
	}
}
