package wiring

import (
	"cmp"
	"context"
	"fmt"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/cases/intake"
	"relance/collection/strategyfile"
	"relance/config"
	"relance/imports/invoice"
)

// SaveCreditors writes the configured creditors to the case file, so that
// messages show what the configuration says now.
func SaveCreditors(ctx context.Context, store *casefile.Store, creditors []config.Creditor) error {
	for _, c := range creditors {
		err := store.SaveCreditor(ctx, casefile.Creditor{
			ID: c.ID, Name: c.Name, LegalMentions: c.LegalMentions,
			Address: casefile.Address{
				Line1: c.Address.Line1, Line2: c.Address.Line2, Postcode: c.Address.Postcode, City: c.Address.City, Country: c.Address.Country,
			},
			SIREN: c.SIREN, VATID: c.VATID, IBAN: c.IBAN, BIC: c.BIC, Email: c.Email, Phone: c.Phone, Website: c.Website,
			Language: c.Language, Zone: c.Zone, SignatoryName: c.SignatoryName, SignatoryTitle: c.SignatoryTitle,
			SenderEmail: c.SenderEmail, SenderName: c.SenderName, ReplyTo: c.ReplyTo, SMSSender: c.SMSSender,
		})
		if err != nil {
			return fmt.Errorf("saving the creditor %s: %w", c.ID, err)
		}
	}
	return nil
}

// The built-in strategies that collect what a creditor has not decided.
const (
	defaultBusiness = "fr-b2b-standard"
	defaultConsumer = "fr-consumer"
)

// Intake opens cases for the configured creditors. A single creditor is the
// default of documents that name none.
func Intake(service *cases.Service, strategies strategyfile.Set, creditors []config.Creditor) (*intake.Intake, error) {
	made := &intake.Intake{Cases: service, Strategies: strategies}
	for _, c := range creditors {
		zone, err := calendar.ParseZone(cmp.Or(c.Zone, "Europe/Paris"))
		if err != nil {
			return nil, fmt.Errorf("creditor %s: %w", c.ID, err)
		}
		opens, err := minutes(cmp.Or(c.ContactFrom, "09:00"))
		if err != nil {
			return nil, fmt.Errorf("creditor %s: contact_from: %w", c.ID, err)
		}
		closes, err := minutes(cmp.Or(c.ContactUntil, "18:00"))
		if err != nil {
			return nil, fmt.Errorf("creditor %s: contact_until: %w", c.ID, err)
		}
		made.Creditors = append(made.Creditors, intake.Creditor{
			ID: c.ID, Name: c.Name, SIREN: c.SIREN, VATID: c.VATID, Country: c.Address.Country, Zone: zone, Opens: opens, Closes: closes,
			Strategies: map[invoice.DebtorKind]string{
				invoice.KindBusiness: cmp.Or(c.Strategies.Business, defaultBusiness),
				invoice.KindConsumer: cmp.Or(c.Strategies.Consumer, defaultConsumer),
				invoice.KindPublic:   cmp.Or(c.Strategies.Public, c.Strategies.Business, defaultBusiness),
			},
		})
	}
	if len(creditors) == 1 {
		made.DefaultCreditor = creditors[0].ID
	}
	return made, nil
}

// minutes reads an hour of the day, "09:00", as minutes after midnight.
func minutes(hour string) (int, error) {
	var h, m int
	if n, err := fmt.Sscanf(hour, "%d:%d", &h, &m); n != 2 || err != nil || h < 0 || h > 24 || m < 0 || m > 59 {
		return 0, fmt.Errorf("%q is not an hour: write it like 09:00", hour)
	}
	return h*60 + m, nil
}
