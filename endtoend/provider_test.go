package endtoend_test

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/messaging/simulator"
)

// provider is SendGrid, Twilio and a print-and-post service as the simulators play them, behind a door that
// sees every send come and go.
type provider struct {
	*simulator.Simulator
	// shop prints and posts letters behind the same door; nil: nobody does.
	shop *simulator.PrintShop
	url  string

	mu       sync.Mutex
	begun    int // sends that arrived, since the start
	underWay int // sends that are not answered yet
	strike   *strike
}

func playProviders(t *testing.T, options simulator.Options) *provider {
	t.Helper()
	played, err := simulator.New(options)
	require.NoError(t, err)
	p := &provider{Simulator: played}
	door := httptest.NewServer(p)
	t.Cleanup(func() {
		door.CloseClientConnections()
		door.Close()
		require.NoError(t, played.Close())
	})
	p.url = door.URL
	return p
}

// moment is how far a send has come.
type moment string

const (
	// arrived: the provider has read the request and has not decided.
	arrived moment = "arrived"
	// accepted: the provider has decided, mostly to take the message, and its
	// answer is not on the way yet.
	accepted moment = "accepted"
	// answered: the answer is on its way, or has just been read.
	answered moment = "answered"
)

// strike is something that happens to us at a moment of a coming send.
type strike struct {
	at     moment
	nth    int // send from now on
	hit    func()
	chance *rand.Rand
	// done is closed after hit, and underWay is how many sends were then.
	done     chan struct{}
	underWay int
}

// aim has hit called at a moment of the nth send from now on.
func (p *provider) aim(nth int, at moment, chance *rand.Rand, hit func()) *strike {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.strike = &strike{at: at, nth: nth, hit: hit, chance: chance, done: make(chan struct{})}
	return p.strike
}

// sendsBegun is how many sends have arrived.
func (p *provider) sendsBegun() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.begun
}

// ServeHTTP lets the simulator answer.
func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	handler := p.Handler()
	isLetter := strings.HasPrefix(r.URL.Path, "/v1/letters/")
	if isLetter && p.shop != nil {
		handler = p.shop
	}
	isMessage := strings.HasSuffix(r.URL.Path, "/mail/send") || strings.HasSuffix(r.URL.Path, "/Messages.json")
	if (r.Method != http.MethodPost || !isMessage) && (r.Method != http.MethodPut || !isLetter) {
		handler.ServeHTTP(w, r)
		return
	}
	struck := p.begin()
	defer p.end(struck) // the simulator may drop the connection by a panic
	if struck != nil && struck.at == arrived {
		p.land(struck)
	}
	handler.ServeHTTP(w, r)
}

func (p *provider) begin() *strike {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begun++
	p.underWay++
	if p.strike == nil {
		return nil
	}
	if p.strike.nth--; p.strike.nth > 0 {
		return nil
	}
	struck := p.strike
	p.strike = nil
	return struck
}

func (p *provider) end(struck *strike) {
	if struck != nil && struck.at == accepted {
		p.land(struck)
	}
	p.mu.Lock()
	p.underWay--
	p.mu.Unlock()
	if struck != nil && struck.at == answered {
		time.AfterFunc(time.Duration(struck.chance.IntN(20_000))*time.Microsecond, func() { p.land(struck) })
	}
}

func (p *provider) land(struck *strike) {
	p.mu.Lock()
	struck.underWay = p.underWay
	p.mu.Unlock()
	struck.hit()
	close(struck.done)
}

// about lists the messages about an invoice, oldest first: what its number finds
// in their subjects and texts.
func (p *provider) about(invoice string) []simulator.Message {
	var found []simulator.Message
	for _, message := range p.Messages(0) {
		if strings.Contains(message.Subject, invoice) {
			found = append(found, message)
		}
	}
	return found
}
