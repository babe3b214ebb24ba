package wiring

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"relance/collection"
	"relance/collection/strategyfile"
	"relance/config"
	"relance/imports/invoice"
	"relance/messaging/compose"
)

// Strategies are the built-in strategies and those of the configured folder.
// Their templates must exist, and every creditor's default strategies must be
// among them and be written for the kind of debtor they are to collect from.
func Strategies(c config.Config, templates *compose.Templates) (strategyfile.Set, error) {
	folders := []fs.FS{config.Strategies}
	if c.StrategiesDir != "" {
		folders = append(folders, os.DirFS(c.StrategiesDir))
	}
	set, err := strategyfile.LoadAll(folders...)
	if err != nil {
		return set, err
	}
	return set, errors.Join(set.CheckTemplates(inEveryLanguage(templates)), checkDefaults(c.Creditors, set))
}

func inEveryLanguage(templates *compose.Templates) strategyfile.TemplateExists {
	return func(template string, channel collection.Channel) bool {
		if channel.IsPaper() {
			channel = compose.ChannelLetter // a registered letter has the words of a letter
		}
		for _, language := range templates.Languages() {
			has := templates.Has(template, language, string(channel))
			if channel == collection.ChannelWhatsApp {
				has = templates.HasWhatsApp(template, language)
			}
			if !has {
				return false
			}
		}
		return true
	}
}

// defaultStrategy is the strategy that collects a creditor's invoices to one kind
// of debtor.
type defaultStrategy struct {
	field    string
	kind     invoice.DebtorKind
	audience strategyfile.Audience
	name     string
}

// defaultStrategies are what a creditor decided and, for the rest, the built-in
// strategies that suit.
func defaultStrategies(c config.Creditor) []defaultStrategy {
	return []defaultStrategy{
		{"strategies.business", invoice.KindBusiness, strategyfile.ForBusiness, cmp.Or(c.Strategies.Business, "fr-b2b-standard")},
		{"strategies.consumer", invoice.KindConsumer, strategyfile.ForConsumer, cmp.Or(c.Strategies.Consumer, "fr-consumer")},
		{"strategies.public", invoice.KindPublic, strategyfile.ForPublic, cmp.Or(c.Strategies.Public, "gentle")},
	}
}

// checkDefaults reports every default strategy that does not exist, or that is
// written for other debtors, for whom other law holds.
func checkDefaults(creditors []config.Creditor, set strategyfile.Set) error {
	var problems []error
	for _, c := range creditors {
		for _, chosen := range defaultStrategies(c) {
			definition, err := set.Newest(chosen.name)
			if err == nil && !definition.For.Suits(chosen.audience) {
				err = fmt.Errorf("the strategy %q is for %s, not for %s: choose one that is for %s or for any",
					chosen.name, definition.For, chosen.audience, chosen.audience)
			}
			if err != nil {
				problems = append(problems, fmt.Errorf("creditor %s: %s: %w", c.ID, chosen.field, err))
			}
		}
	}
	return errors.Join(problems...)
}
