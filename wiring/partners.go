package wiring

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/config"
	"relance/handoff"
	"relance/messaging"
	"relance/messaging/compose"
	"relance/messaging/partner"
)

// SavePartners writes the configured partners to the case file, without their secrets.
func SavePartners(ctx context.Context, store *casefile.Store, c config.Handoff) error {
	var partners []casefile.Partner
	for _, p := range c.Partners {
		delivery := "email"
		if p.API.BaseURL != "" {
			delivery = "api"
		}
		partners = append(partners, casefile.Partner{ID: p.ID, Kind: handoff.PartnerKind(p.Kind), Name: p.Name, Delivery: delivery, Fees: p.Fees})
	}
	return store.SavePartners(ctx, partners)
}

// PartnerSecrets are what signs the callbacks of each partner, by its ID.
func PartnerSecrets(c config.Handoff) map[string]string {
	secrets := map[string]string{}
	for _, p := range c.Partners {
		if secret := p.API.CallbackSecret.Reveal(); secret != "" {
			secrets[p.ID] = secret
		}
	}
	return secrets
}

// SimulatedPartnerKey is what cases are handed in with at the offices that a machine plays.
const SimulatedPartnerKey = "simulator"

// partnerAPI is how a partner is reached: a simulated one at its office among those that
// the machine plays.
func partnerAPI(p config.Partner, simulators string) partner.Config {
	if p.IsSimulated() {
		return partner.Config{BaseURL: strings.TrimSuffix(simulators, "/") + "/" + p.ID, Key: SimulatedPartnerKey}
	}
	return partner.Config{BaseURL: p.API.BaseURL, Key: p.API.Key.Reveal()}
}

// handoffs are the activities that give cases to the configured partners.
func handoffs(c config.Config, store *casefile.Store, clock func() calendar.Clock, templates *compose.Templates, email messaging.EmailSender) (*activities.Handoffs, error) {
	made := &activities.Handoffs{
		Store: store, Clock: clock, CoolingOffDays: c.Handoff.CoolingOffDays, CaseFiles: activities.CaseFileArchive{Store: store, Templates: templates},
		Partners: map[string]activities.PartnerSender{},
	}
	for _, p := range c.Handoff.Partners {
		if p.IsSimulated() && c.Handoff.SimulatorURL == "" {
			continue // a worker alone has no office for it: what is given to it waits
		}
		if p.API.BaseURL != "" {
			client, err := partner.New(partnerAPI(p, c.Handoff.SimulatorURL))
			if err != nil {
				return nil, fmt.Errorf("partner %s: %w", p.ID, err)
			}
			made.Partners[p.ID] = activities.PartnerByAPI{Client: client}
			continue
		}
		made.Partners[p.ID] = activities.PartnerByEmail{
			Sender: email, To: messaging.Address{Name: p.Name, Email: p.Email}, Language: cmp.Or(p.Language, "fr"), LinkDays: c.Handoff.LinkDays,
			From: func(ctx context.Context, creditor string) (messaging.Address, error) {
				owner, err := store.Creditor(ctx, creditor)
				return messaging.Address{Name: cmp.Or(owner.SenderName, owner.Name), Email: owner.SenderEmail}, err
			},
			Link: func(ctx context.Context, to partner.Linked, until time.Time) (string, error) {
				key, err := store.LinkKey(ctx)
				return partner.NewLinks(c.HTTP.PublicURL, key).URL(to, until), err
			},
		}
	}
	return made, nil
}
