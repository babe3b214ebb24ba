package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/law"
	"relance/wiring"
)

type lawAddCmd struct {
	spoken
	Rate    string `arg:"" help:"The reference rate, such as ecb-first-day (relance law missing names those to add)."`
	Time    string `arg:"" name:"half-year" help:"The half-year, such as 2027H1; a year, such as 2027, for a rate that is published by the year."`
	Percent string `arg:"" help:"The published percentage, such as 2.40."`

	Source     string        `required:"" help:"Where the percentage was read."`
	Confidence string        `help:"H: an official page, or two sources that agree; M: one source; L: uncertain." default:"H" enum:"H,M,L"`
	Article    string        `help:"The text of the law; the one the table cites by default."`
	CheckedOn  calendar.Date `help:"The day the percentage was read; today by default." placeholder:"DATE"`
	Also       []string      `help:"Another rate that has the same percentage, such as ecb-last-operation."`
	DryRun     bool          `help:"Write nothing; show what would change."`
}

// Run adds the row to the installation's own tables.
func (c *lawAddCmd) Run(p *program) error {
	s, err := p.settings()
	if err != nil {
		return err
	}
	folder, err := s.lawToWrite()
	if err != nil {
		return err
	}
	change := lawChange{folder: folder, files: map[string][]byte{}}
	for _, rate := range append([]string{c.Rate}, c.Also...) {
		addition, file, err := c.addition(s.law, law.ReferenceKey(rate))
		if err != nil {
			return err
		}
		if known, err := isKnown(s.law, addition); err != nil {
			return err
		} else if known {
			fmt.Fprintf(p.out, c.of("%s of %s is %s already: nothing to add.\n", "%s pour %s est déjà %s : rien à ajouter.\n"), rate, c.Time, addition.Percent)
			continue
		}
		if err := change.add(file, addition); err != nil {
			return err
		}
	}
	if len(change.files) == 0 {
		return nil
	}
	after, err := change.check(s)
	if err != nil {
		return err
	}
	p.printLawChange(c.spoken, s.law, after, change.from)
	if c.DryRun {
		fmt.Fprintln(p.out, c.of("Nothing was written.", "Rien n’a été écrit."))
		return nil
	}
	return change.write(func(file string) { fmt.Fprintf(p.out, c.of("Written: %s\n", "Écrit : %s\n"), file) })
}

// lawToWrite is the folder of the installation's own tables, there or not.
func (s *settings) lawToWrite() (string, error) {
	switch {
	case s.config.Law.Folder != "":
		return s.config.Law.Folder, nil
	case s.ownLaw == "":
		return "", errors.New("there is no folder for your own law tables: make one, and set law.folder or RELANCE_LAW_FOLDER for every program of the installation")
	default:
		return s.ownLaw, nil
	}
}

func (c *lawAddCmd) addition(book law.Book, rate law.ReferenceKey) (law.Addition, string, error) {
	first, last, err := halfYears(c.Time)
	if err != nil {
		return law.Addition{}, "", err
	}
	addition, file, err := book.AdditionTo(rate, first, last)
	if err != nil {
		return addition, file, err
	}
	if addition.Percent, err = law.ParsePercent(strings.TrimSpace(strings.TrimSuffix(c.Percent, "%"))); err != nil {
		return addition, file, err
	}
	addition.Source, addition.Confidence = c.Source, law.Confidence(c.Confidence)
	addition.Article = cmp.Or(c.Article, addition.Article)
	addition.CheckedOn = cmp.Or(c.CheckedOn, onDay{}.day())
	return addition, file, nil
}

// halfYears reads a half-year, or a year for both of its half-years.
func halfYears(text string) (first, last law.HalfYear, err error) {
	if year, err := strconv.Atoi(text); err == nil && len(text) == len("2027") {
		first = law.HalfYear(2 * year)
		return first, first + 1, nil
	}
	first, err = law.ParseHalfYear(text)
	return first, first, err
}

// isKnown reports whether the tables say the same already. A table that says
// something else, and one that would be left with a gap, refuse the addition.
func isKnown(book law.Book, a law.Addition) (bool, error) {
	known := 0
	for half := a.First; half <= a.Last; half++ {
		value, err := book.RateValue(a.Rate, half)
		if err != nil {
			continue
		}
		if value.Percent != a.Percent {
			return false, fmt.Errorf("%s of %s is %s in %s, line %d, not %s: correct that row if it is wrong", a.Rate, half, value.Percent, value.File, value.Line, a.Percent)
		}
		known++
	}
	if known == int(a.Last-a.First)+1 {
		return true, nil
	}
	if _, last, found := book.KnownHalfYears(a.Rate); found && a.First > last+1 {
		return false, fmt.Errorf("%s is not known for %s yet: add that first", a.Rate, last+1)
	}
	return false, nil
}

// lawChange is what an addition writes: files of the folder with new content.
type lawChange struct {
	folder string
	files  map[string][]byte
	// from is the first day for which something changes.
	from calendar.Date
}

func (c *lawChange) add(file string, addition law.Addition) error {
	content, read := c.files[file]
	if !read {
		var err error
		content, err = os.ReadFile(filepath.Join(c.folder, file))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("reading your law table: %w", err)
		}
	}
	added, err := addition.AppendTo(content)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(c.folder, file), err)
	}
	c.files[file] = added
	if c.from.IsZero() || addition.First.First() < c.from {
		c.from = addition.First.First()
	}
	return nil
}

// check reads the tables as they would be.
func (c *lawChange) check(s *settings) (book law.Book, err error) {
	trial, err := os.MkdirTemp("", "relance-law-*")
	if err != nil {
		return book, fmt.Errorf("trying the law tables: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(trial)) }()
	for file, content := range c.files {
		if err := os.WriteFile(filepath.Join(trial, file), content, 0o600); err != nil {
			return book, fmt.Errorf("trying the law tables: %w", err)
		}
	}
	return wiring.Law(s.config, os.DirFS(trial))
}

// write puts each file in its place whole: a program that reads meanwhile finds
// the old one or the new one.
func (c *lawChange) write(tell func(file string)) error {
	if err := os.MkdirAll(c.folder, 0o755); err != nil { //nolint:gosec // law is no secret, and other programs of the installation read it
		return fmt.Errorf("making the folder of your law tables: %w", err)
	}
	for file, content := range c.files {
		path := filepath.Join(c.folder, file)
		if err := replaceFile(path, content); err != nil {
			return fmt.Errorf("writing your law table: %w", err)
		}
		tell(path)
	}
	return nil
}

// replaceFile writes beside a file and takes its place.
func replaceFile(path string, content []byte) (err error) {
	written, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(written.Name()))
		}
	}()
	_, err = written.Write(content)
	err = errors.Join(err, written.Chmod(0o644), written.Sync(), written.Close()) // law is no secret, and other programs of the installation read it
	if err != nil {
		return err
	}
	return os.Rename(written.Name(), path)
}

// printLawChange shows the rules that have another value from a day on.
func (p *program) printLawChange(s spoken, before, after law.Book, from calendar.Date) {
	known := map[string]law.WatchedRule{}
	for _, rule := range before.Watch(from).Rules {
		if !rule.Announced {
			known[rule.Key] = rule
		}
	}
	eve := map[string]law.WatchedRule{}
	for _, rule := range before.Watch(from - 1).Rules {
		if !rule.Announced {
			eve[rule.Key] = rule
		}
	}
	var rows []table.Row
	for _, rule := range after.Watch(from).Rules {
		if !rule.Announced && rule.Value != known[rule.Key].Value {
			rows = append(rows, table.Row{s.say(rule.Title), s.say(eve[rule.Key].Value), s.say(rule.Value)})
		}
	}
	header := []column{
		{s.of("What changes", "Ce qui change"), titleWidth},
		{s.of("On ", "Le ") + (from - 1).String(), valueWidth},
		{s.of("From ", "Dès le ") + from.String(), valueWidth},
	}
	p.brokenTable(s.of("The law with the new row", "Le droit avec la nouvelle ligne"), header, len(rows), func(i int) table.Row { return rows[i] })
}
