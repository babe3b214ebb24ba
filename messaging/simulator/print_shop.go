package simulator

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"relance/messaging"
)

// PrintShopOptions configure a print-and-post service.
type PrintShopOptions struct {
	Key string // bearer token that callers need
	// WebhookSecret signs what is told to Webhook.
	WebhookSecret, Webhook string
	Faults                 Faults
	Seed                   uint64
	Now                    func() time.Time // the wall clock of signatures; time.Now when nil
}

// PrintShop plays a print-and-post service by the contract of docs/print-and-post.md: it
// takes letters under the sender's ID, once each, and misbehaves as its Faults say. What
// becomes of a letter is told when a test says so (Tell). It is an http.Handler, safe
// for concurrent use.
type PrintShop struct {
	options PrintShopOptions
	mux     *http.ServeMux
	dice    dice
	door    *http.Client

	mu       sync.Mutex
	faults   Faults
	webhook  string
	attempts map[string]int
	letters  []*ShopLetter
}

// ShopLetter is a letter that the service has.
type ShopLetter struct {
	ID         string
	MessageID  string
	Kind       string
	Reference  string
	Recipient  []string
	SHA256     string
	PDF        []byte
	State      messaging.LetterState
	ReceivedAt time.Time
	// Submissions counts how often it was handed in.
	Submissions int
}

// NewPrintShop makes a service without letters.
func NewPrintShop(options PrintShopOptions) *PrintShop {
	if options.Now == nil {
		options.Now = time.Now
	}
	s := &PrintShop{
		options: options, dice: dice{seed: options.Seed}, faults: options.Faults, webhook: options.Webhook, door: newDoor(),
		attempts: map[string]int{}, mux: http.NewServeMux(),
	}
	s.mux.HandleFunc("PUT /v1/letters/{id}", s.authenticated(s.take))
	s.mux.HandleFunc("GET /v1/letters/{id}", s.authenticated(s.show))
	s.mux.HandleFunc("DELETE /v1/letters/{id}", s.authenticated(s.cancel))
	return s
}

// ServeHTTP answers as the service does.
func (s *PrintShop) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// SetFaults replaces the faults for what is to come.
func (s *PrintShop) SetFaults(faults Faults) error {
	if err := faults.Validate(); err != nil {
		return fmt.Errorf("the faults of the print shop cannot be used: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = faults
	return nil
}

// SetWebhook changes where the service tells what became of letters.
func (s *PrintShop) SetWebhook(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook = url
}

// Letters are the letters it has, in order of their arrival.
func (s *PrintShop) Letters() []ShopLetter {
	s.mu.Lock()
	defer s.mu.Unlock()
	letters := make([]ShopLetter, 0, len(s.letters))
	for _, letter := range s.letters {
		letters = append(letters, *letter)
	}
	return letters
}

func (s *PrintShop) authenticated(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+s.options.Key)) != 1 {
			refuseCall(w, http.StatusUnauthorized, "key", "the key is not known")
			return
		}
		next(w, r)
	}
}

func refuseCall(w http.ResponseWriter, status int, code, reason string) {
	writeJSON(w, status, map[string]string{"code": code, "reason": reason})
}

// nextFate is what happens to this attempt on a letter.
func (s *PrintShop) nextFate(key string) (Faults, fate, float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts[key]++
	attempt := strconv.Itoa(s.attempts[key])
	return s.faults, s.faults.fate(s.dice.share(key, "fate", attempt)), s.dice.share(key, "latency", attempt)
}

// mostOfALetter is the largest request it reads, in bytes.
const mostOfALetter = 16 << 20

// take is PUT /v1/letters/{id}.
func (s *PrintShop) take(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	faults, fate, share := s.nextFate(id)
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostOfALetter))
	if err != nil || !wait(r.Context(), faults.latency(share)) {
		dropConnection()
	}
	switch fate {
	case rateLimited:
		w.Header().Set("Retry-After", strconv.Itoa(max(faults.RetryAfterS, 1)))
		refuseCall(w, http.StatusTooManyRequests, "rate", "too many letters")
		return
	case failedBefore:
		refuseCall(w, http.StatusServiceUnavailable, "fault", "simulated fault before accepting")
		return
	case droppedBefore:
		dropConnection()
	case accepted, failedAfter, droppedAfter:
	}
	var asked struct {
		Kind, Reference, SHA256 string
		Recipient               []string
		PDF                     []byte
	}
	switch err := json.Unmarshal(body, &asked); {
	case err != nil || asked.Kind != "plain" && asked.Kind != "registered":
		refuseCall(w, http.StatusUnprocessableEntity, "content", "the order cannot be read")
		return
	case !bytes.HasPrefix(asked.PDF, []byte("%PDF-")) || messaging.Hash(asked.PDF) != asked.SHA256:
		refuseCall(w, http.StatusUnprocessableEntity, "content", "the PDF is not whole")
		return
	case len(asked.Recipient) < 2 || faults.bounces(asked.Recipient[len(asked.Recipient)-1], 1):
		refuseCall(w, http.StatusUnprocessableEntity, "address", "there is no such address: "+fmt.Sprint(asked.Recipient))
		return
	}
	letter := &ShopLetter{
		MessageID: id, Kind: asked.Kind, Reference: asked.Reference, Recipient: asked.Recipient, SHA256: asked.SHA256, PDF: asked.PDF,
		State: messaging.LetterAccepted, ReceivedAt: s.options.Now(),
	}
	known, isNew := s.keep(letter)
	switch {
	case known.SHA256 != asked.SHA256 || known.Kind != asked.Kind:
		refuseCall(w, http.StatusConflict, "conflict", "another letter has this ID")
	case fate == failedAfter:
		refuseCall(w, http.StatusInternalServerError, "fault", "simulated fault after accepting")
	case fate == droppedAfter:
		dropConnection()
	case isNew:
		s.tellState(w, http.StatusCreated, known)
	default:
		s.tellState(w, http.StatusOK, known)
	}
}

// keep adds a letter, unless there is one of its message.
func (s *PrintShop) keep(letter *ShopLetter) (ShopLetter, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.find(letter.MessageID); known != nil {
		known.Submissions++
		return *known, false
	}
	letter.ID, letter.Submissions = fmt.Sprintf("L-%d", len(s.letters)+1), 1
	s.letters = append(s.letters, letter)
	return *letter, true
}

func (s *PrintShop) find(messageID string) *ShopLetter {
	at := slices.IndexFunc(s.letters, func(l *ShopLetter) bool { return l.MessageID == messageID })
	if at < 0 {
		return nil
	}
	return s.letters[at]
}

func (s *PrintShop) tellState(w http.ResponseWriter, status int, letter ShopLetter) {
	writeJSON(w, status, map[string]any{"id": letter.ID, "state": letter.State, "created_at": letter.ReceivedAt.UTC()})
}

// show is GET /v1/letters/{id}.
func (s *PrintShop) show(w http.ResponseWriter, r *http.Request) {
	faults, _, share := s.nextFate("lookup " + r.PathValue("id"))
	if share < faults.LookupsFail {
		refuseCall(w, http.StatusServiceUnavailable, "fault", "simulated fault of a lookup")
		return
	}
	s.mu.Lock()
	known := s.find(r.PathValue("id"))
	var letter ShopLetter
	if known != nil {
		letter = *known
	}
	s.mu.Unlock()
	if known == nil {
		refuseCall(w, http.StatusNotFound, "unknown", "there is no such letter")
		return
	}
	s.tellState(w, http.StatusOK, letter)
}

// cancel is DELETE /v1/letters/{id}.
func (s *PrintShop) cancel(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	known := s.find(r.PathValue("id"))
	var letter ShopLetter
	if known != nil {
		if known.State == messaging.LetterAccepted {
			known.State = messaging.LetterCancelled
		}
		letter = *known
	}
	s.mu.Unlock()
	switch {
	case known == nil:
		refuseCall(w, http.StatusNotFound, "unknown", "there is no such letter")
	case letter.State != messaging.LetterCancelled:
		refuseCall(w, http.StatusConflict, "too-late", "the letter is "+string(letter.State))
	default:
		s.tellState(w, http.StatusOK, letter)
	}
}

// Telling is how the service tells of an event.
type Telling struct {
	Event messaging.LetterEvent
	// Forged signs with a wrong secret; Age is how long ago it was signed.
	Forged bool
	Age    time.Duration
}

// Tell moves a letter on and tells the webhook, as often as Faults.EventDuplicates says.
// It returns the statuses the webhook answered.
func (s *PrintShop) Tell(ctx context.Context, t Telling) ([]int, error) {
	s.mu.Lock()
	copies, webhook := 1+s.faults.EventDuplicates, s.webhook
	if known := s.find(t.Event.MessageID); known != nil && !t.Forged {
		known.State, t.Event.ProviderID = t.Event.State, cmp.Or(t.Event.ProviderID, known.ID)
	}
	s.mu.Unlock()
	e := t.Event
	told := map[string]string{"event_id": e.EventID, "message_id": e.MessageID, "id": e.ProviderID, "state": string(e.State), "on": e.On.String()}
	for name, value := range map[string]string{
		"posting_number": e.PostingNumber, "postage": e.Postage, "currency": e.Currency, "reason": e.Reason,
		"posted_on": e.PostedOn.String(), "presented_on": e.PresentedOn.String(),
	} {
		if value != "" {
			told[name] = value
		}
	}
	body, err := json.Marshal(told)
	if err != nil {
		return nil, err
	}
	statuses := make([]int, 0, copies)
	for range copies {
		status, err := s.knock(ctx, webhook, t, body)
		if err != nil {
			return statuses, err
		}
		statuses = append(statuses, status)
	}
	return statuses, nil
}

func (s *PrintShop) knock(ctx context.Context, webhook string, t Telling, body []byte) (int, error) {
	timestamp := strconv.FormatInt(s.options.Now().Add(-t.Age).Unix(), 10)
	secret := s.options.WebhookSecret
	if t.Forged {
		secret += "?"
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "." + string(body)))
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, webhook, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Letter-Timestamp", timestamp)
	request.Header.Set("Letter-Signature", hex.EncodeToString(mac.Sum(nil)))
	response, err := s.door.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}
