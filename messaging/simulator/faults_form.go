package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// knob is one field of the faults form; Name is the JSON name in Faults.
type knob struct {
	Name, Label, Hint string
	Kind              string     // share, count, flag, text or list
	Only              []provider // every provider when empty
	Value             string     // filled in for the page
}

type knobGroup struct {
	Title string
	Knobs []knob
}

func knobGroups() []knobGroup {
	return []knobGroup{
		{"Answers to a send", []knob{
			{Name: "rate_limited", Label: "Too many requests (429)", Kind: "share", Hint: "not accepted"},
			{Name: "retry_after_s", Label: "…asking to wait", Kind: "count", Hint: "seconds", Only: []provider{sendGrid, twilio}},
			{Name: "fail_before_accept", Label: "Server error before accepting", Kind: "share", Hint: "not accepted, but the sender cannot know"},
			{Name: "drop_before_accept", Label: "Connection dropped before accepting", Kind: "share", Hint: "not accepted, but the sender cannot know"},
			{Name: "fail_after_accept", Label: "Server error after accepting", Kind: "share", Hint: "accepted: a naive sender sends twice"},
			{Name: "drop_after_accept", Label: "Connection dropped after accepting", Kind: "share", Hint: "accepted: a naive sender sends twice"},
			{Name: "latency_ms", Label: "Latency", Kind: "count", Hint: "milliseconds"},
			{Name: "jitter_ms", Label: "Latency, random part", Kind: "count", Hint: "milliseconds"},
		}},
		{"What becomes of messages", []knob{
			{Name: "queued_ms", Label: "Wait in the provider's queue", Kind: "count", Hint: "milliseconds", Only: []provider{sendGrid, twilio}},
			{Name: "bounced", Label: "Bounced or undelivered", Kind: "share"},
			{Name: "bounce_matching", Label: "Bounce every address like", Kind: "text", Hint: "*@gone.example, +3361234*"},
			{Name: "blocked", Label: "Turned away, good address", Kind: "share", Only: []provider{sendGrid, twilio}},
			{Name: "bounced_later", Label: "Bounced after delivery", Kind: "share", Only: []provider{sendGrid}},
			{Name: "unnamed_bounces", Label: "…without any ID", Kind: "flag", Only: []provider{sendGrid}},
			{Name: "opted_out", Label: "Asked to stop", Kind: "list", Hint: "addresses or numbers, separated by spaces"},
			{Name: "deferred", Label: "Deferred once", Kind: "share", Only: []provider{sendGrid}},
			{Name: "opened", Label: "Opened, or read on WhatsApp", Kind: "share", Only: []provider{sendGrid, twilio}},
			{Name: "subscription_tracking", Label: "The account adds a link to unsubscribe", Kind: "flag", Only: []provider{sendGrid}},
			{Name: "lookups_fail", Label: "Lookups fail", Kind: "share", Only: []provider{twilio}},
			{Name: "listed_after_ms", Label: "Listed only after", Kind: "count", Hint: "milliseconds", Only: []provider{twilio}},
		}},
		{"Events", []knob{
			{Name: "event_delay_ms", Label: "Delay", Kind: "count", Hint: "milliseconds", Only: []provider{sendGrid, twilio}},
			{Name: "event_jitter_ms", Label: "Delay, random part", Kind: "count", Hint: "milliseconds", Only: []provider{sendGrid, twilio}},
			{Name: "event_duplicates", Label: "Further copies of each", Kind: "count", Only: []provider{sendGrid, twilio}},
			{Name: "events_out_of_order", Label: "Out of order", Kind: "flag", Only: []provider{sendGrid, twilio}},
			{Name: "events_suppressed", Label: "Messages without any", Kind: "share", Only: []provider{sendGrid, twilio}},
		}},
	}
}

type faultsData struct {
	Providers []providerKnobs
	Problem   string
	Changed   string
}

type providerKnobs struct {
	Provider provider
	Title    string
	Groups   []knobGroup
}

func (p *pages) faults(w http.ResponseWriter, r *http.Request) {
	data := faultsData{}
	if changed := provider(r.URL.Query().Get("changed")); titles[changed] != "" {
		data.Changed = titles[changed]
	}
	p.showFaults(w, http.StatusOK, data)
}

var titles = map[provider]string{sendGrid: "SendGrid", twilio: "Twilio", mailServers: "Mail server (SMTP)"}

// played are the providers that can be misused here.
func (s *Simulator) played() []provider {
	if s.mailServer == nil {
		return []provider{sendGrid, twilio}
	}
	return []provider{sendGrid, twilio, mailServers}
}

func (p *pages) showFaults(w http.ResponseWriter, status int, data faultsData) {
	for _, name := range p.simulator.played() {
		groups, err := filledGroups(name, p.simulator.faultsOf(name))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		data.Providers = append(data.Providers, providerKnobs{Provider: name, Title: titles[name], Groups: groups})
	}
	p.show(w, status, "faults", "Faults", data)
}

func filledGroups(p provider, faults Faults) ([]knobGroup, error) {
	text, err := json.Marshal(faults)
	if err != nil {
		return nil, err
	}
	values := map[string]any{}
	if err := json.Unmarshal(text, &values); err != nil {
		return nil, err
	}
	groups := knobGroups()
	for g := range groups {
		var knobs []knob
		for _, k := range groups[g].Knobs {
			if len(k.Only) > 0 && !slices.Contains(k.Only, p) {
				continue
			}
			switch value := values[k.Name].(type) {
			case []any:
				k.Value = strings.Trim(fmt.Sprint(value), "[]")
			case nil:
			default:
				k.Value = fmt.Sprint(value)
			}
			knobs = append(knobs, k)
		}
		groups[g].Knobs = knobs
	}
	return slices.DeleteFunc(groups, func(g knobGroup) bool { return len(g.Knobs) == 0 }), nil
}

// setFaults is the form's POST: all knobs of one provider.
func (p *pages) setFaults(w http.ResponseWriter, r *http.Request) {
	name := provider(r.PathValue("provider"))
	if titles[name] == "" {
		http.Error(w, "There is no such provider.", http.StatusNotFound)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "The form cannot be read.", http.StatusBadRequest)
		return
	}
	faults, err := readFaults(r.PostForm)
	if err == nil {
		err = p.simulator.setFaults(name, faults)
	}
	if err != nil {
		p.showFaults(w, http.StatusUnprocessableEntity, faultsData{Problem: err.Error()})
		return
	}
	http.Redirect(w, r, "/faults?changed="+url.QueryEscape(string(name)), http.StatusSeeOther)
}

func readFaults(form url.Values) (Faults, error) {
	values := map[string]any{}
	var problems []error
	for _, group := range knobGroups() {
		for _, k := range group.Knobs {
			text := strings.TrimSpace(form.Get(k.Name))
			var err error
			switch {
			case k.Kind == "flag":
				values[k.Name] = text != ""
			case text == "":
			case k.Kind == "share":
				values[k.Name], err = strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
			case k.Kind == "count":
				values[k.Name], err = strconv.Atoi(text)
			case k.Kind == "list":
				values[k.Name] = strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;\r\n\t", r) })
			default:
				values[k.Name] = text
			}
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: %q is not a number", k.Label, text))
			}
		}
	}
	if len(problems) > 0 {
		return Faults{}, errors.Join(problems...)
	}
	text, err := json.Marshal(values)
	if err != nil {
		return Faults{}, err
	}
	var faults Faults
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(&faults)
	return faults, err
}
