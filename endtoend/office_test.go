package endtoend_test

import (
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/stretchr/testify/require"

	"relance/api"
	"relance/messaging/simulator"
	"relance/starter/demo"
)

// The professional that cases are given to, and what it shares with us.
const (
	partnerID     = demo.Partner
	partnerKey    = "key-of-the-partner"
	partnerSecret = "secret-of-the-callbacks"
)

// playPartner opens the office of a professional, if the test wants one.
func (i *installation) playPartner() {
	i.t.Helper()
	if !i.plan.partner {
		return
	}
	i.office = simulator.NewPartnerOffice(simulator.PartnerOptions{
		Key: partnerKey, CallbackSecret: partnerSecret, Callback: i.url + api.PathPartnerEvents + partnerID, Faults: i.plan.faults, Seed: 1,
	})
}

// withPartner is the configuration with the address of the partner, in place of that of
// an office that the machine would play.
func (i *installation) withPartner(configuration string) string {
	i.t.Helper()
	if !i.plan.partner {
		return configuration
	}
	door := httptest.NewServer(i.office)
	i.t.Cleanup(door.Close)
	const played = "{base_url: simulator}"
	require.Contains(i.t, configuration, played)
	return strings.Replace(configuration, played, fmt.Sprintf("{base_url: %q, key: %s, callback_secret: %s}", door.URL, partnerKey, partnerSecret), 1)
}
