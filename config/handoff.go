package config

import (
	"fmt"
	"slices"
)

// Handoff is how cases are given to professionals (docs/handoff.md).
type Handoff struct {
	CoolingOffDays int       `json:"cooling_off_days" doc:"Days after a proposal before a person may approve it; a payment meanwhile wins."`
	LinkDays       int       `json:"link_days" doc:"Days for which the link to a case file in an e-mail to a partner is good."`
	SimulatorURL   string    `json:"simulator_url" doc:"Where the offices of simulated partners are played; relance up and relance demo give it."`
	Partners       []Partner `json:"partners" doc:"The collection agencies, commissaires de justice, lawyers and courts that cases may be given to."`
}

// Partner is a professional.
type Partner struct {
	ID       string     `json:"id" doc:"Name of the partner in commands: letters, digits and hyphens. Never change it."`
	Kind     string     `json:"kind" doc:"agency, commissaire-de-justice, lawyer or court; it decides which routes the partner can work."`
	Name     string     `json:"name" doc:"Name of the partner."`
	Language string     `json:"language" doc:"Language of e-mails to the partner: fr or en; fr when empty."`
	Fees     string     `json:"fees" doc:"What the partner asks for, as a note for whoever decides."`
	Email    string     `json:"email" doc:"Address that gets the links to case files; not needed with an API."`
	API      PartnerAPI `json:"api"`
}

// PartnerAPI is how a partner is reached over HTTP.
type PartnerAPI struct {
	BaseURL        string `json:"base_url" doc:"Address of the partner's API (docs/partner-api.md), or simulator: an office that relance up plays. Without it the partner gets e-mails."`
	Key            Secret `json:"key" doc:"Key that cases are handed in with."`
	CallbackSecret Secret `json:"callback_secret" doc:"Secret of 16 characters or more that signs what the partner reports."`
}

// PartnerBySimulator in place of the address of a partner's API has its office played.
const PartnerBySimulator = "simulator"

// IsSimulated reports whether the partner's office is played.
func (p Partner) IsSimulated() bool { return p.API.BaseURL == PartnerBySimulator }

// The usual cooling-off time and life of a link, in days.
const (
	usualCoolingOff = 5
	usualLinkDays   = 14
	longestHandoff  = 365
)

// handoff never repeats the secrets.
func (k *checker) handoff(h Handoff) {
	if h.CoolingOffDays < 0 || h.CoolingOffDays > longestHandoff {
		k.refuse("handoff.cooling_off_days", "is %d: it must be 0 to %d days", h.CoolingOffDays, longestHandoff)
	}
	if h.LinkDays < 1 || h.LinkDays > longestHandoff {
		k.refuse("handoff.link_days", "is %d: it must be 1 to %d days", h.LinkDays, longestHandoff)
	}
	k.provider("handoff.simulator_url", h.SimulatorURL)
	first := map[string]int{}
	for i, partner := range h.Partners {
		at := fmt.Sprintf("handoff.partners[%d].", i+1)
		if before, taken := first[partner.ID]; taken && partner.ID != "" {
			k.refuse(at+"id", "%q is the ID of partner %d already", partner.ID, before)
		}
		first[partner.ID] = i + 1
		k.partner(at, partner)
	}
}

func (k *checker) partner(at string, p Partner) {
	k.given(at+"id", p.ID)
	k.matches(at+"id", p.ID, creditorID, "an ID: use letters, digits and single hyphens")
	k.given(at+"name", p.Name)
	k.oneOf(at+"kind", p.Kind, "agency", "commissaire-de-justice", "lawyer", "court")
	if p.Language != "" && !slices.Contains(builtInLanguages, p.Language) {
		k.refuse(at+"language", "there are no texts in %q: use fr or en", p.Language)
	}
	k.mailAddress(at+"email", p.Email)
	if !p.IsSimulated() {
		k.provider(at+"api.base_url", p.API.BaseURL)
	}
	if secret := p.API.CallbackSecret.Reveal(); secret != "" && len(secret) < shortestAPIKey {
		k.refuse(at+"api.callback_secret", "is shorter than %d characters: use a random one", shortestAPIKey)
	}
	switch {
	case p.Email == "" && p.API.BaseURL == "":
		k.refuse(at+"email", "is missing: a partner without an API gets its cases by e-mail")
	case p.API.BaseURL != "" && p.API.Key == "" && !p.IsSimulated():
		k.refuse(at+"api.key", "is missing: the API is at %s", p.API.BaseURL)
	}
}
