package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/law"
)

type lawCmd struct {
	List    lawListCmd    `cmd:"" default:"withargs" help:"Every dated rule in use with its source, the points the law leaves open, and what runs out."`
	Check   lawCheckCmd   `cmd:"" help:"Fail when a table has run out or lacks a half-year; warn 20 days before."`
	Missing lawMissingCmd `cmd:"" help:"The rows to add, and the files to put them in."`
	Add     lawAddCmd     `cmd:"" help:"Add a half-year of a reference rate to your own law tables."`
}

// onDay is the day a command about the law looks at.
type onDay struct {
	On calendar.Date `help:"The day to look at; today by default." placeholder:"DATE"`
}

func (o onDay) day() calendar.Date {
	if !o.On.IsZero() {
		return o.On
	}
	return calendar.DateOf(time.Now())
}

// spoken is the language of a command about the law.
type spoken struct {
	Language string `help:"Language of the rules: en or fr." default:"en" enum:"en,fr"`
}

func (s spoken) say(words law.Words) string { return s.of(words.EN, words.FR) }

func (s spoken) of(english, french string) string {
	if s.Language == "fr" {
		return french
	}
	return english
}

type lawListCmd struct {
	onDay
	spoken
	JSON bool `help:"As JSON, in both languages; the API answers the same at /v1/law." name:"json"`
}

// Run lists the law the product works with.
func (c *lawListCmd) Run(p *program) error {
	s, err := p.settings()
	if err != nil {
		return err
	}
	watch := s.law.Watch(c.day())
	if c.JSON {
		written := json.NewEncoder(p.out)
		written.SetIndent("", "  ")
		written.SetEscapeHTML(false)
		return written.Encode(watch)
	}
	p.printRules(c.spoken, watch)
	p.printContested(c.spoken, watch.Contested)
	p.printRunsOut(c.spoken, watch.RunsOut)
	p.printNeeded(c.spoken, watch.Needed, cmp.Or(s.config.Law.Folder, s.ownLaw))
	return nil
}

type lawCheckCmd struct {
	onDay
	spoken
}

// errLawRunsOut ends a check of tables that do not cover the day.
var errLawRunsOut = errors.New("the law tables do not cover the day: see above (relance law missing prints the rows to add)")

// Run checks that the tables cover the day.
func (c *lawCheckCmd) Run(p *program) error {
	s, err := p.settings()
	if err != nil {
		return err
	}
	watch := s.law.Watch(c.day())
	p.printGone(c.spoken, watch.Rules)
	p.printRunsOut(c.spoken, watch.RunsOut)
	switch {
	case watch.HasRunOut():
		return errLawRunsOut
	case len(watch.RunsOut) > 0:
		fmt.Fprintln(p.out, c.of("Warning: the law tables cover "+c.day().String()+", and run out soon: see above.",
			"Attention : les tables couvrent le "+c.day().String()+" et expirent bientôt, voir ci-dessus."))
	default:
		fmt.Fprintln(p.out, c.of("The law tables cover "+c.day().String()+" and the next 20 days.",
			"Les tables couvrent le "+c.day().String()+" et les 20 jours suivants."))
	}
	return nil
}

type lawMissingCmd struct {
	onDay
	spoken
}

// Run prints the rows to add.
func (c *lawMissingCmd) Run(p *program) error {
	s, err := p.settings()
	if err != nil {
		return err
	}
	needed := s.law.Needed(c.day(), law.WarningDays)
	if len(needed) == 0 {
		fmt.Fprintln(p.out, c.of("No half-year is missing, now or in the next 20 days.", "Aucun semestre ne manque, ni maintenant ni dans les 20 jours."))
	}
	p.printNeeded(c.spoken, needed, cmp.Or(s.config.Law.Folder, s.ownLaw))
	return nil
}

// printGone tells of rules without a value, which tables of rates do not.
func (p *program) printGone(s spoken, rules []law.WatchedRule) {
	gone := slices.DeleteFunc(slices.Clone(rules), func(r law.WatchedRule) bool { return !r.Missing })
	p.table(s.of("Not known on this day", "Inconnu ce jour-là"), table.Row{s.of("What", "Quoi"), s.of("Last known until", "Connu jusqu’au"), "Article", s.of("Table", "Table")},
		len(gone), func(i int) table.Row {
			return table.Row{s.say(gone[i].Title), gone[i].ValidTo, gone[i].Article, gone[i].File}
		})
}
