package main

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"relance/calendar"
	"relance/cases"
	"relance/law"
)

// lawKeeper keeps the law tables of a server as they stand in the files, and asks
// people for what they lack.
type lawKeeper struct {
	settings settings
	log      *slog.Logger
	current  atomic.Pointer[law.Book]
	// told is the last fault that was logged, kept what the tasks were made for.
	told, kept string
}

func newLawKeeper(s *settings, logger *slog.Logger) *lawKeeper {
	k := &lawKeeper{settings: *s, log: logger}
	k.current.Store(&s.law)
	return k
}

// book is the law as it stands now.
func (k *lawKeeper) book() law.Book { return *k.current.Load() }

// lawInterval is how often the files and the business date are looked at.
const lawInterval = 15 * time.Second

// keep reads the tables anew and keeps the tasks about them, at once, on every
// business day and when a half-year was added, until the context ends.
func (k *lawKeeper) keep(ctx context.Context, service *cases.Service) {
	ticks := time.NewTicker(lawInterval)
	defer ticks.Stop()
	for {
		if k.read() {
			service.Store.UseLaw(k.book())
		}
		k.keepTasks(ctx, service)
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}

// read takes the tables as they stand in the files. Tables that have become wrong
// are told once, and those read before stay; it reports whether they were read.
func (k *lawKeeper) read() bool {
	book, err := k.settings.readLaw()
	if err == nil {
		k.told = ""
		k.current.Store(&book)
		return true
	}
	if k.told != err.Error() {
		k.told = err.Error()
		k.log.Error("the law tables cannot be read any more; those read before stay in use", "error", err)
	}
	return false
}

func (k *lawKeeper) keepTasks(ctx context.Context, service *cases.Service) {
	today := calendar.DateOf(service.Clock().Now())
	book := k.book()
	state := today.String()
	for _, needed := range book.Needed(today, law.WarningDays) {
		state += " " + needed.Key()
	}
	if state == k.kept {
		return
	}
	countries := map[string]string{}
	for _, creditor := range k.settings.config.Creditors {
		countries[creditor.ID] = strings.ToUpper(creditor.Address.Country)
	}
	opened, done, err := service.KeepLawTables(ctx, book, countries)
	if err == nil {
		k.kept = state
	}
	if ctx.Err() == nil && (opened+done > 0 || err != nil) {
		k.log.Warn("the law tables run out or were added to: see relance law", "tasks_opened", opened, "tasks_done", done, "error", err)
	}
}
