package simulator

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"relance/messaging"
	"relance/messaging/partner"
	"relance/messaging/signed"
)

// PartnerOptions configure the office of a professional.
type PartnerOptions struct {
	Key string // bearer token that callers need
	// CallbackSecret signs what is told to Callback.
	CallbackSecret, Callback string
	// Declines refuses every case.
	Declines bool
	Faults   Faults
	Seed     uint64
	// File keeps the cases from one start to the next (OpenPartnerOffice); empty keeps none.
	File string
	// Logger is told what cannot be kept; nobody is when nil.
	Logger *slog.Logger
	Now    func() time.Time // the wall clock of signatures; time.Now when nil
}

// PartnerOffice plays a collection agency, a commissaire de justice or a lawyer by the
// contract of docs/partner-api.md: it takes cases under the sender's reference, once
// each, and misbehaves as its Faults say. What becomes of a case is told when a test says
// so (Tell). It is an http.Handler, safe for concurrent use.
type PartnerOffice struct {
	options PartnerOptions
	mux     *http.ServeMux
	dice    dice
	door    *http.Client

	mu       sync.Mutex
	faults   Faults
	callback string
	attempts map[string]int
	cases    []*OfficeCase
}

// OfficeCase is a case that the office has.
type OfficeCase struct {
	partner.Case
	ID        string
	Status    string
	CreatedAt time.Time
	// Submissions counts how often it was handed in, Recalls how often it was recalled.
	Submissions, Recalls int
}

// NewPartnerOffice makes an office without cases.
func NewPartnerOffice(options PartnerOptions) *PartnerOffice {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	o := &PartnerOffice{
		options: options, dice: dice{seed: options.Seed}, faults: options.Faults, callback: options.Callback, door: newDoor(),
		attempts: map[string]int{}, mux: http.NewServeMux(),
	}
	o.mux.HandleFunc("PUT /v1/cases/{reference}", o.authenticated(o.take))
	o.mux.HandleFunc("GET /v1/cases/{reference}", o.authenticated(o.show))
	o.mux.HandleFunc("POST /v1/cases/{reference}/recall", o.authenticated(o.recall))
	return o
}

// ServeHTTP answers as the office does.
func (o *PartnerOffice) ServeHTTP(w http.ResponseWriter, r *http.Request) { o.mux.ServeHTTP(w, r) }

// SetFaults replaces the faults for what is to come.
func (o *PartnerOffice) SetFaults(faults Faults) error {
	if err := faults.Validate(); err != nil {
		return fmt.Errorf("the faults of the partner cannot be used: %w", err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.faults = faults
	return nil
}

// SetCallback changes where the office tells what became of cases.
func (o *PartnerOffice) SetCallback(url string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.callback = url
}

// Cases are the cases it has, in order of their arrival.
func (o *PartnerOffice) Cases() []OfficeCase {
	o.mu.Lock()
	defer o.mu.Unlock()
	cases := make([]OfficeCase, 0, len(o.cases))
	for _, known := range o.cases {
		cases = append(cases, *known)
	}
	return cases
}

func (o *PartnerOffice) authenticated(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+o.options.Key)) != 1 {
			refuseCall(w, http.StatusUnauthorized, "key", "the key is not known")
			return
		}
		next(w, r)
	}
}

func (o *PartnerOffice) nextFate(key string) (Faults, fate, float64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.attempts[key]++
	attempt := strconv.Itoa(o.attempts[key])
	return o.faults, o.faults.fate(o.dice.share(key, "fate", attempt)), o.dice.share(key, "latency", attempt)
}

// mostOfACase is the largest request it reads, in bytes.
const mostOfACase = 64 << 20

// begin reads a request and misbehaves before it is carried out; false when it is
// answered.
func (o *PartnerOffice) begin(w http.ResponseWriter, r *http.Request, key string) (body []byte, after fate, goOn bool) {
	faults, drawn, share := o.nextFate(key)
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostOfACase))
	if err != nil || !wait(r.Context(), faults.latency(share)) {
		dropConnection()
	}
	switch drawn {
	case rateLimited:
		w.Header().Set("Retry-After", strconv.Itoa(max(faults.RetryAfterS, 1)))
		refuseCall(w, http.StatusTooManyRequests, "rate", "too many cases")
		return nil, drawn, false
	case failedBefore:
		refuseCall(w, http.StatusServiceUnavailable, "fault", "simulated fault before accepting")
		return nil, drawn, false
	case droppedBefore:
		dropConnection()
	case accepted, failedAfter, droppedAfter:
	}
	return body, drawn, true
}

// answer tells how a case stands, unless the office misbehaves after it acted.
func (o *PartnerOffice) answer(w http.ResponseWriter, after fate, status int, known OfficeCase) {
	switch after {
	case failedAfter:
		refuseCall(w, http.StatusInternalServerError, "fault", "simulated fault after accepting")
	case droppedAfter:
		dropConnection()
	case accepted, rateLimited, failedBefore, droppedBefore:
		writeJSON(w, status, map[string]any{"id": known.ID, "status": known.Status, "created_at": known.CreatedAt.UTC()})
	}
}

// take is PUT /v1/cases/{reference}.
func (o *PartnerOffice) take(w http.ResponseWriter, r *http.Request) {
	reference := r.PathValue("reference")
	body, after, goOn := o.begin(w, r, reference)
	if !goOn {
		return
	}
	var given partner.Case
	switch err := json.Unmarshal(body, &given); {
	case err != nil || given.Reference != reference:
		refuseCall(w, http.StatusUnprocessableEntity, "content", "the case cannot be read")
		return
	case len(given.File) == 0 || messaging.Hash(given.File) != given.SHA256:
		refuseCall(w, http.StatusUnprocessableEntity, "content", "the file is not whole")
		return
	case o.options.Declines:
		refuseCall(w, http.StatusUnprocessableEntity, "declined", "we do not take such cases")
		return
	}
	known, isNew := o.keep(given)
	switch {
	case known.SHA256 != given.SHA256:
		refuseCall(w, http.StatusConflict, "conflict", "another file has this reference")
	case isNew:
		o.answer(w, after, http.StatusCreated, known)
	default:
		o.answer(w, after, http.StatusOK, known)
	}
}

func (o *PartnerOffice) keep(given partner.Case) (OfficeCase, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if known := o.find(given.Reference); known != nil {
		known.Submissions++
		o.save()
		return *known, false
	}
	taken := &OfficeCase{Case: given, ID: fmt.Sprintf("D-%d", len(o.cases)+1), Status: "received", CreatedAt: o.options.Now(), Submissions: 1}
	o.cases = append(o.cases, taken)
	o.save()
	return *taken, true
}

func (o *PartnerOffice) find(reference string) *OfficeCase {
	at := slices.IndexFunc(o.cases, func(c *OfficeCase) bool { return c.Reference == reference })
	if at < 0 {
		return nil
	}
	return o.cases[at]
}

// show is GET /v1/cases/{reference}.
func (o *PartnerOffice) show(w http.ResponseWriter, r *http.Request) {
	faults, _, share := o.nextFate("lookup " + r.PathValue("reference"))
	if share < faults.LookupsFail {
		refuseCall(w, http.StatusServiceUnavailable, "fault", "simulated fault of a lookup")
		return
	}
	known, found := o.change(r.PathValue("reference"), func(*OfficeCase) {})
	if !found {
		refuseCall(w, http.StatusNotFound, "unknown", "there is no such case")
		return
	}
	o.answer(w, accepted, http.StatusOK, known)
}

// recall is POST /v1/cases/{reference}/recall.
func (o *PartnerOffice) recall(w http.ResponseWriter, r *http.Request) {
	reference := r.PathValue("reference")
	_, after, goOn := o.begin(w, r, "recall "+reference)
	if !goOn {
		return
	}
	known, found := o.change(reference, func(c *OfficeCase) { c.Recalls, c.Status = c.Recalls+1, "recalled" })
	if !found {
		refuseCall(w, http.StatusNotFound, "unknown", "there is no such case")
		return
	}
	o.answer(w, after, http.StatusOK, known)
}

func (o *PartnerOffice) change(reference string, change func(*OfficeCase)) (OfficeCase, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	known := o.find(reference)
	if known == nil {
		return OfficeCase{}, false
	}
	change(known)
	o.save()
	return *known, true
}

// PartnerTelling is how the office tells of a case.
type PartnerTelling struct {
	partner.Callback
	// Forged signs with a wrong secret; Age is how long ago it was signed.
	Forged bool
	Age    time.Duration
}

// Tell calls back, as often as Faults.EventDuplicates says. It returns the statuses that
// were answered.
func (o *PartnerOffice) Tell(ctx context.Context, t PartnerTelling) ([]int, error) {
	if t.Status != "" && !t.Forged {
		o.change(t.Reference, func(c *OfficeCase) { c.Status = t.Status })
	}
	o.mu.Lock()
	copies, callback := 1+o.faults.EventDuplicates, o.callback
	o.mu.Unlock()
	body, err := json.Marshal(t.Callback)
	if err != nil {
		return nil, err
	}
	statuses := make([]int, 0, copies)
	for range copies {
		status, err := o.knock(ctx, callback, t, body)
		if err != nil {
			return statuses, err
		}
		statuses = append(statuses, status)
	}
	return statuses, nil
}

func (o *PartnerOffice) knock(ctx context.Context, callback string, t PartnerTelling, body []byte) (int, error) {
	timestamp := strconv.FormatInt(o.options.Now().Add(-t.Age).Unix(), 10)
	secret := o.options.CallbackSecret
	if t.Forged {
		secret += "?"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, callback, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(partner.TimestampHeader, timestamp)
	request.Header.Set(partner.SignatureHeader, signed.Sign(secret, timestamp, body))
	response, err := o.door.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}
