package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"relance/messaging"
)

// Stats counts what happened since the start; messages and doubles also count what the folder held.
type Stats struct {
	Messages map[messaging.Channel]int64 `json:"messages"` // accepted
	// Doubled counts message IDs that were accepted more than once: it must stay 0.
	Doubled       int              `json:"doubled"`
	Answers       map[string]int64 `json:"answers"` // "sendgrid refused with 429": 12
	EventsWaiting int              `json:"events_waiting"`
	EventsDropped int64            `json:"events_dropped"` // too many were waiting
}

// Stats returns the counts of this moment.
func (s *Simulator) Stats() Stats {
	stats := Stats{}
	for _, p := range s.postmen {
		waiting, dropped := p.counts()
		stats.EventsWaiting += waiting
		stats.EventsDropped += dropped
	}
	s.mu.Lock()
	stats.Answers = maps.Clone(s.requests)
	s.mu.Unlock()
	s.mailbox.mu.RLock()
	defer s.mailbox.mu.RUnlock()
	stats.Messages = maps.Clone(s.mailbox.perChannel)
	stats.Doubled = s.mailbox.doubled
	return stats
}

func (s *Simulator) count(p provider, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests[string(p)+" "+what]++
}

// Messages returns the messages with a number above since, oldest first, without their bodies.
func (s *Simulator) Messages(since int64) []Message {
	return s.mailbox.oldestAfter(filter{after: since}, int(^uint(0)>>1))
}

// Accepted returns how often a message with this ID was accepted: 1 is right, 0 is lost, 2 is twice.
func (s *Simulator) Accepted(messageID string) int {
	s.mailbox.mu.RLock()
	defer s.mailbox.mu.RUnlock()
	return s.mailbox.accepted[messageID]
}

// AcceptedByID returns how often each message ID was accepted.
func (s *Simulator) AcceptedByID() map[string]int {
	s.mailbox.mu.RLock()
	defer s.mailbox.mu.RUnlock()
	return maps.Clone(s.mailbox.accepted)
}

const (
	defaultJSONPage = 1000
	largestJSONPage = 10_000
)

type messageJSON struct {
	Message
	Content *Content `json:"content,omitempty"`
}

// mailboxJSON is GET /mailbox.json?since=N&limit=N&q=words&channel=sms&bodies=1: messages with a number above
// since, oldest first. "last" is the since of the next call.
func (s *Simulator) mailboxJSON(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	since, err := strconv.ParseInt(query.Get("since"), 10, 64)
	if query.Get("since") != "" && (err != nil || since < 0) {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "since is the number of the last message already seen"})
		return
	}
	limit := min(number(query, "limit", defaultJSONPage), largestJSONPage)
	found := s.mailbox.oldestAfter(filter{
		after: since, words: query.Get("q"), channel: messaging.Channel(query.Get("channel")),
	}, limit)
	messages := make([]messageJSON, len(found))
	for i, m := range found {
		messages[i].Message = m
		since = m.Number
		if query.Get("bodies") == "" {
			continue
		}
		content, err := s.Content(m.Number)
		switch {
		case errors.Is(err, errBodyGone):
		case err != nil:
			writeJSON(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
			return
		default:
			messages[i].Content = &content
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"messages": messages, "last": since})
}

func (s *Simulator) statusJSON(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.Stats())
}

type everyFaults struct {
	SendGrid *Faults `json:"sendgrid,omitempty"`
	Twilio   *Faults `json:"twilio,omitempty"`
	SMTP     *Faults `json:"smtp,omitempty"` // when there is a mail server
}

func (s *Simulator) allFaults() everyFaults {
	sendgrid, twilioFaults := s.Faults()
	all := everyFaults{SendGrid: &sendgrid, Twilio: &twilioFaults}
	if s.mailServer != nil {
		smtp := s.faultsOf(mailServers)
		all.SMTP = &smtp
	}
	return all
}

func (s *Simulator) faultsJSON(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.allFaults())
}

// replaceFaults is PUT /faults.json: the faults of each provider named are exactly those given.
func (s *Simulator) replaceFaults(w http.ResponseWriter, r *http.Request) {
	s.changeFaults(w, r, everyFaults{})
}

// adjustFaults is PATCH /faults.json: only the fields given change.
func (s *Simulator) adjustFaults(w http.ResponseWriter, r *http.Request) {
	s.changeFaults(w, r, s.allFaults())
}

func (s *Simulator) changeFaults(w http.ResponseWriter, r *http.Request, faults everyFaults) {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&faults)
	if err == nil {
		if _, tail := decoder.Token(); !errors.Is(tail, io.EOF) {
			err = errors.New("something follows the JSON object")
		}
	}
	if err == nil {
		err = s.setAll(faults)
	}
	if err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	s.faultsJSON(w, r)
}

// setAll changes all providers or none.
func (s *Simulator) setAll(faults everyFaults) error {
	given := map[provider]*Faults{sendGrid: faults.SendGrid, twilio: faults.Twilio, mailServers: faults.SMTP}
	for _, p := range slices.Sorted(maps.Keys(given)) {
		if given[p] == nil {
			continue
		}
		if err := given[p].Validate(); err != nil {
			return fmt.Errorf("the faults of %s cannot be used: %w", p, err)
		}
	}
	for p, f := range given {
		if f == nil {
			continue
		}
		if err := s.setFaults(p, *f); err != nil {
			return err
		}
	}
	return nil
}
