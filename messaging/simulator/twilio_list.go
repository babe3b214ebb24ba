package simulator

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	defaultPage = 50
	largestPage = 1000
)

// listSMS is GET /2010-04-01/Accounts/{account}/Messages.json with To, From, DateSent, DateSent> and DateSent<,
// newest first. As at Twilio, a filter on the date of sending leaves out what is still queued.
func (s *Simulator) listSMS(w http.ResponseWriter, r *http.Request) {
	if s.lookupFails(w, r) {
		return
	}
	query := r.URL.Query()
	now := time.Now()
	match, err := listFilter(query, now, now.Add(-time.Duration(s.faultsOf(twilio).ListedAfterMS)*time.Millisecond))
	if err != nil {
		s.refuseSMS(w, refusal(http.StatusBadRequest, 20001, "%v", err))
		return
	}
	size := min(number(query, "PageSize", defaultPage), largestPage)
	page := number(query, "Page", 0)
	// The token fixes the newest message of the first page, so that later arrivals do not shift the pages.
	before := int64(number(query, "PageToken", 0))
	found, more := s.mailbox.newest(filter{before: before, match: func(m *Message) bool { return isTwilios(m.Channel) && match(m) }}, size)

	resources := make([]smsResource, len(found))
	for i, m := range found {
		resources[i] = s.resource(m, s.text(m), now)
	}
	answer := map[string]any{
		"messages": resources, "page": page, "page_size": size, "start": page * size, "end": page*size + max(len(found)-1, 0),
		"uri": r.URL.RequestURI(), "first_page_uri": pageURI(r.URL, 0, 0), "next_page_uri": nil, "previous_page_uri": nil,
	}
	if more {
		answer["next_page_uri"] = pageURI(r.URL, page+1, found[len(found)-1].Number)
	}
	writeJSON(w, http.StatusOK, answer)
}

func number(query url.Values, name string, otherwise int) int {
	n, err := strconv.Atoi(query.Get(name))
	if err != nil || n < 0 || name == "PageSize" && n == 0 {
		return otherwise
	}
	return n
}

func pageURI(at *url.URL, page int, before int64) string {
	query := at.Query()
	query.Set("Page", strconv.Itoa(page))
	query.Del("PageToken")
	if before > 0 {
		query.Set("PageToken", strconv.FormatInt(before, 10))
	}
	return at.Path + "?" + query.Encode()
}

// listFilter turns the query into a filter over the messages listed by now.
func listFilter(query url.Values, now, listedBefore time.Time) (func(*Message) bool, error) {
	bounds := map[string]time.Time{}
	for _, name := range []string{"DateSent", "DateSent>", "DateSent<"} {
		if !query.Has(name) {
			continue
		}
		at, err := parseDate(query.Get(name))
		if err != nil {
			return nil, err
		}
		bounds[name] = at
	}
	to, from := query.Get("To"), query.Get("From")
	return func(m *Message) bool {
		if to != "" && m.To != to || from != "" && m.From != from || m.ReceivedAt.After(listedBefore) {
			return false
		}
		if len(bounds) == 0 {
			return true
		}
		sent, ok := m.happened("sent", now)
		if !ok || m.Changed == "canceled" {
			return false
		}
		day, onDay := bounds["DateSent"]
		from, hasFrom := bounds["DateSent>"]
		until, hasUntil := bounds["DateSent<"]
		return (!onDay || sent.UTC().Format(time.DateOnly) == day.UTC().Format(time.DateOnly)) &&
			(!hasFrom || !sent.Before(from)) && (!hasUntil || !sent.After(until))
	}, nil
}

func parseDate(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("the date %q is not valid", text)
}
