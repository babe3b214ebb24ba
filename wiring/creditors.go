package wiring

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/cases/intake"
	"relance/collection"
	"relance/collection/strategyfile"
	"relance/config"
	"relance/deadlines"
	"relance/imports/invoice"
	"relance/law"
)

// SaveCreditors writes the configured creditors to the case file, so that
// messages show what the configuration says now.
func SaveCreditors(ctx context.Context, store *casefile.Store, creditors []config.Creditor, book law.Book) error {
	if err := errors.Join(CheckLateFees(creditors, book), CheckContact(creditors), CheckArrangements(creditors), CheckTerms(creditors)); err != nil {
		return err
	}
	for _, c := range creditors {
		lateFees, err := LateFees(c)
		if err != nil {
			return err
		}
		granted, err := Arrangements(c)
		if err != nil {
			return err
		}
		terms, err := Terms(c)
		if err != nil {
			return err
		}
		err = store.SaveCreditor(ctx, casefile.Creditor{
			ID: c.ID, Name: c.Name, LegalMentions: c.LegalMentions,
			Address: casefile.Address{
				Line1: c.Address.Line1, Line2: c.Address.Line2, Postcode: c.Address.Postcode, City: c.Address.City, Country: c.Address.Country,
			},
			SIREN: c.SIREN, VATID: c.VATID, IBAN: c.IBAN, BIC: c.BIC, Email: c.Email, Phone: c.Phone, Website: c.Website,
			Language: c.Language, Zone: c.Zone, SignatoryName: c.SignatoryName, SignatoryTitle: c.SignatoryTitle,
			ConsumerMediator: c.ConsumerMediator,
			SenderEmail:      c.SenderEmail, SenderName: c.SenderName, ReplyTo: c.ReplyTo, SMSSender: c.SMSSender,
			LateFees: lateFees, ContactPolicy: ContactPolicies(c), Arrangements: granted, SEPAIdentifier: c.SEPAIdentifier, Terms: terms,
			Mediators: mediatorsOf(c),
			WhatsApp:  casefile.WhatsAppSender{From: c.WhatsApp.From, ContentSIDs: c.WhatsApp.ContentSIDs},
		})
		if err != nil {
			return fmt.Errorf("saving the creditor %s: %w", c.ID, err)
		}
		if err := store.ConfigureColleagues(ctx, c.ID, colleaguesOf(c)); err != nil {
			return fmt.Errorf("saving the colleagues of the creditor %s: %w", c.ID, err)
		}
	}
	return nil
}

func mediatorsOf(c config.Creditor) []casefile.Mediator {
	mediators := []casefile.Mediator{}
	for _, mediator := range c.Mediators {
		mediators = append(mediators, casefile.Mediator{
			Key: mediator.Key, Kind: collection.MediationKind(mediator.Kind), Name: mediator.Name, Contact: mediator.Contact, Fee: mediator.Fee,
			LongestDays: mediator.LongestDays,
		})
	}
	return mediators
}

func colleaguesOf(c config.Creditor) []casefile.Colleague {
	var colleagues []casefile.Colleague
	for _, colleague := range c.Colleagues {
		colleagues = append(colleagues, casefile.Colleague{Role: collection.Role(colleague.Role), Name: colleague.Name, Email: colleague.Email})
	}
	return colleagues
}

// Intake opens cases for the configured creditors. A single creditor is the
// default of documents that name none.
func Intake(service *cases.Service, set strategyfile.Set, creditors []config.Creditor, book law.Book) (*intake.Intake, error) {
	made := &intake.Intake{Cases: service, Strategies: set, Law: invoice.LawOf(book)}
	for _, c := range creditors {
		zone, err := calendar.ParseZone(cmp.Or(c.Zone, "Europe/Paris"))
		if err != nil {
			return nil, fmt.Errorf("creditor %s: %w", c.ID, err)
		}
		hours, err := ContactHours(c)
		if err != nil {
			return nil, err
		}
		strategies := map[invoice.DebtorKind]string{}
		for _, chosen := range defaultStrategies(c) {
			strategies[chosen.kind] = chosen.name
		}
		made.Creditors = append(made.Creditors, intake.Creditor{
			ID: c.ID, Name: c.Name, SIREN: c.SIREN, VATID: c.VATID, Country: c.Address.Country, Zone: zone, Hours: hours,
			Strategies: strategies, Sells: deadlines.TermCategory(c.Sells), Carriage: c.Carriage,
		})
	}
	if len(creditors) == 1 {
		made.DefaultCreditor = creditors[0].ID
	}
	return made, nil
}
