package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"relance/calendar"
)

// startClock sets the clock going again where it stood: while the machine is off,
// accelerated business time does not pass, and it never runs backwards.
func (m *machine) startClock(ctx context.Context, o machineOptions) error {
	known, _, err := m.store.Clock(ctx)
	if err != nil {
		return err
	}
	recorded, err := m.store.LastRecordedAt(ctx)
	if err != nil {
		return err
	}
	isUsed := known.IsAccelerated() || !recorded.IsZero()
	switch {
	case isUsed && known.IsAccelerated() != (o.speed > 0):
		return fmt.Errorf("the data in %s belong to another kind of clock: demo data run with `relance demo`, real data with `relance up`; use another --data folder", m.folder)
	case o.speed == 0:
		return nil
	}
	file := clockFile(filepath.Join(m.folder, "clock"))
	stopped, err := file.read()
	if err != nil {
		return err
	}
	begins := o.begins
	if known.IsAccelerated() {
		begins = latest(begins, known.Business, known.At(recorded))
	}
	begins = latest(begins, stopped)
	if m.clock, err = calendar.Accelerated(time.Now(), begins, o.speed); err != nil {
		return err
	}
	if err := m.store.SaveClock(ctx, m.clock); err != nil {
		return err
	}
	m.onStop(func(context.Context) error { return file.write(m.clock.Now()) })
	m.untilStopped(ctx, func(ctx context.Context) { m.keepClock(ctx, file) })
	return file.write(m.clock.Now())
}

func latest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }

// keepClock writes down, now and then, where the clock stands, so that a crash
// loses only moments of it.
func (m *machine) keepClock(ctx context.Context, file clockFile) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := file.write(m.clock.Now())
		if err != nil && !failing {
			m.log.Error("the business time is not kept", "error", err)
		}
		failing = err != nil
	}
}

// clockFile is the path of the file that keeps the business time at which the
// machine last stopped.
type clockFile string

// write leaves the earlier time when it fails.
func (f clockFile) write(business time.Time) error {
	fresh := string(f) + ".new"
	err := os.WriteFile(fresh, []byte(business.Format(time.RFC3339Nano)+"\n"), 0o600)
	if err == nil {
		err = os.Rename(fresh, string(f))
	}
	if err != nil {
		return fmt.Errorf("keeping the business time in %s: %w", string(f), err)
	}
	return nil
}

// read is the zero time when there is no file.
func (f clockFile) read() (time.Time, error) {
	text, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, nil
	}
	var business time.Time
	if err == nil {
		business, err = time.Parse(time.RFC3339Nano, strings.TrimSpace(string(text)))
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("the business time at which the machine stopped cannot be read from %s: "+
			"write the time to go on from into it, such as 2026-05-12T08:00:00Z, or delete it to go on from when something was done last: %w", string(f), err)
	}
	return business, nil
}
