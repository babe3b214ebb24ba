package simulator

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

const (
	firstRetry   = 200 * time.Millisecond
	slowestRetry = 30 * time.Second
	postTimeout  = 10 * time.Second

	// SendGrid repeats a refused batch for a day; Twilio has given up after 15 seconds (its connection overrides: tt).
	sendGridGivesUpAfter = 24 * time.Hour
	twilioGivesUpAfter   = 15 * time.Second
)

// posting is one event on its way to us, once.
type posting struct {
	message int64
	event   int // index in the message's events
	due     time.Time
	since   time.Time // when it was first due
	attempt int
}

// postman posts what is due, in batches, and comes back later when the door stays shut.
type postman struct {
	limit int
	batch int
	// giveUpAfter is how long a posting is repeated.
	giveUpAfter time.Duration
	post        func(ctx context.Context, batch []*posting) error

	mu      sync.Mutex
	waiting postings
	dropped int64
	wake    chan struct{}
}

func newPostman(limit, batch int, giveUpAfter time.Duration, post func(context.Context, []*posting) error) *postman {
	return &postman{limit: limit, batch: batch, giveUpAfter: giveUpAfter, post: post, wake: make(chan struct{}, 1)}
}

// add takes a posting, or drops and counts it when too many are waiting.
func (p *postman) add(item *posting) {
	p.mu.Lock()
	if len(p.waiting) >= p.limit {
		p.dropped++
	} else {
		heap.Push(&p.waiting, item)
	}
	p.mu.Unlock()
	p.ring()
}

func (p *postman) ring() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *postman) counts() (waiting int, dropped int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.waiting), p.dropped
}

// run posts until ctx ends. Several may run side by side.
func (p *postman) run(ctx context.Context, log *slog.Logger) {
	for {
		batch := p.next(ctx)
		if batch == nil {
			return
		}
		err := p.post(ctx, batch)
		if err == nil || ctx.Err() != nil {
			continue
		}
		for _, item := range batch {
			item.attempt++
			item.due = time.Now().Add(min(firstRetry<<min(item.attempt-1, 20), slowestRetry))
			if item.due.Sub(item.since) > p.giveUpAfter {
				log.WarnContext(ctx, "the simulator gives up posting an event", "message", item.message, "event", item.event, "error", err)
				continue
			}
			p.add(item)
		}
	}
}

// next waits for the next due postings; nil when ctx ended.
func (p *postman) next(ctx context.Context) []*posting {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		p.mu.Lock()
		var batch []*posting
		now := time.Now()
		for len(batch) < p.batch && len(p.waiting) > 0 && !p.waiting[0].due.After(now) {
			batch = append(batch, heap.Pop(&p.waiting).(*posting)) //nolint:forcetypeassert // the heap holds nothing else
		}
		pause := time.Hour
		if len(p.waiting) > 0 {
			pause = time.Until(p.waiting[0].due)
		}
		p.mu.Unlock()
		if ctx.Err() != nil {
			return nil
		}
		if batch != nil {
			p.ring() // let a colleague look after the rest
			return batch
		}
		timer.Reset(max(pause, time.Millisecond))
		select {
		case <-ctx.Done():
			return nil
		case <-p.wake:
		case <-timer.C:
		}
	}
}

// postings is a heap, the earliest due first.
type postings []*posting

func (p postings) Len() int           { return len(p) }
func (p postings) Less(i, j int) bool { return p[i].due.Before(p[j].due) }
func (p postings) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }

// Push is for package heap.
func (p *postings) Push(item any) { *p = append(*p, item.(*posting)) } //nolint:forcetypeassert // see next

// Pop is for package heap.
func (p *postings) Pop() any {
	old := *p
	item := old[len(old)-1]
	old[len(old)-1] = nil
	*p = old[:len(old)-1]
	return item
}

// newDoor returns the client that posts to our webhooks.
func newDoor() *http.Client {
	return &http.Client{
		Timeout:       postTimeout,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// knock makes one webhook call; anything but a 2xx is an error.
func (s *Simulator) knock(req *http.Request) error {
	res, err := s.door.Do(req)
	if err != nil {
		return err
	}
	_, readErr := io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16))
	if err := res.Body.Close(); err != nil || readErr != nil {
		return errors.New("the webhook's answer was cut")
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return fmt.Errorf("the webhook answered %s", res.Status)
	}
	return nil
}
