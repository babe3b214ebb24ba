package main

import (
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"relance/law"
)

// The widths at which the columns of the law are broken into lines.
const (
	titleWidth  = 40
	valueWidth  = 44
	sourceWidth = 30
)

func (p *program) printRules(s spoken, watch law.Watch) {
	columns := []column{
		{s.of("What", "Quoi"), titleWidth},
		{"Article", sourceWidth},
		{s.of("Value", "Valeur"), valueWidth},
		{s.of("Valid", "Validité"), 0},
		{"Source", sourceWidth},
		{s.of("Confidence", "Confiance"), 0},
		{s.of("Checked", "Vérifié le"), 0},
		{s.of("Next change", "Prochain changement"), 0},
	}
	title := fmt.Sprintf(s.of("The law on %s: %d rules", "Le droit au %s : %d règles"), watch.On, len(watch.Rules))
	p.brokenTable(title, columns, len(watch.Rules), func(i int) table.Row {
		rule := watch.Rules[i]
		return table.Row{
			s.say(rule.Title), rule.Article, s.valueOf(rule), s.validity(rule), rule.Source, rule.Confidence, rule.CheckedOn, rule.NextChange,
		}
	})
}

func (s spoken) valueOf(rule law.WatchedRule) string {
	value := s.say(rule.Value)
	switch {
	case rule.Missing:
		value = s.of("MISSING: ", "MANQUANT : ") + value
	case rule.Announced:
		value = s.of("announced: ", "annoncé : ") + value
	}
	if note := s.say(rule.Note); note != "" {
		value += " — " + note
	}
	return value
}

func (s spoken) validity(rule law.WatchedRule) string {
	switch {
	case rule.ValidFrom.IsZero() && rule.ValidTo.IsZero():
		return ""
	case rule.ValidTo.IsZero():
		return s.of("since ", "depuis le ") + rule.ValidFrom.String()
	case rule.ValidFrom.IsZero():
		return s.of("until ", "jusqu’au ") + rule.ValidTo.String()
	default:
		return rule.ValidFrom.String() + " – " + rule.ValidTo.String()
	}
}

func (p *program) printContested(s spoken, points []law.ContestedPoint) {
	var rows []table.Row
	for _, point := range points {
		for i, option := range point.Options {
			question := s.say(point.Question)
			if i > 0 {
				question = ""
			}
			rows = append(rows, table.Row{question, option.Option, s.say(option.Answer), s.standing(option), s.say(option.Reason), option.Article, option.Source})
		}
	}
	columns := []column{
		{s.of("What the law leaves open", "Ce que le droit laisse ouvert"), titleWidth},
		{"Option", 0},
		{s.of("Answer", "Réponse"), sourceWidth},
		{"", 0},
		{s.of("Reason", "Raison"), valueWidth},
		{"Article", sourceWidth},
		{"Source", sourceWidth},
	}
	p.brokenTable(fmt.Sprintf(s.of("%d contested points", "%d points discutés"), len(points)), columns, len(rows), func(i int) table.Row { return rows[i] })
}

func (s spoken) standing(option law.ContestedOption) string {
	switch {
	case option.Default:
		return s.of("default", "par défaut")
	case !option.Offered:
		return s.of("not offered", "non proposé")
	default:
		return ""
	}
}

func (p *program) printRunsOut(s spoken, runsOut []law.Expiry) {
	header := table.Row{s.of("What", "Quoi"), s.of("Last day", "Dernier jour"), s.of("Days left", "Jours restants"), s.of("Table", "Table")}
	p.table(s.of("What runs out within 20 days, or has run out", "Ce qui expire dans les 20 jours, ou a expiré"), header, len(runsOut), func(i int) table.Row {
		return table.Row{s.say(runsOut[i].Title), runsOut[i].LastDay, runsOut[i].DaysLeft, runsOut[i].File}
	})
}

// printNeeded prints the rows to add on lines of their own, to be copied.
func (p *program) printNeeded(s spoken, needed []law.NeededRate, folder string) {
	if len(needed) == 0 {
		return
	}
	if folder == "" {
		folder = s.of("your own law tables (law.folder)", "vos propres tables (law.folder)")
	}
	fmt.Fprintf(p.out, "\n%s\n", p.bold(fmt.Sprintf(s.of("Rows to add in %s", "Lignes à ajouter dans %s"), folder)))
	for _, n := range needed {
		when := fmt.Sprintf(s.of("begins in %d days", "commence dans %d jours"), n.DaysLeft)
		if n.Missing {
			when = s.of("MISSING since ", "MANQUANT depuis le ") + n.From.String()
		}
		fmt.Fprintf(p.out, "\n%s, %s: %s\n  %s\n    %s\n    %s\n  %s\n", s.say(n.Title), n.HalfYear, when, n.File, n.Header, n.Row, n.Command)
	}
}

// column is a column of a table whose cells are broken into lines at a width; 0
// does not break them.
type column struct {
	name  string
	width int
}

func (p *program) brokenTable(title string, columns []column, rows int, row func(i int) table.Row) {
	header := make(table.Row, len(columns))
	var broken []table.ColumnConfig
	for i, c := range columns {
		header[i] = c.name
		if c.width > 0 {
			broken = append(broken, table.ColumnConfig{Number: i + 1, WidthMax: c.width, WidthMaxEnforcer: text.WrapSoft})
		}
	}
	p.tableOf(title, header, rows, row, broken)
}
