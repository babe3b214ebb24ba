package calendar

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"
)

// Window says when a debtor may be contacted: on working days of a country,
// between two hours of the day, in a time zone. It is plain data, so that a
// case can carry the window it was planned with.
type Window struct {
	// Country is the ISO 3166-1 alpha-2 code, or the zone such as FR-AM, whose
	// public holidays apply (see HolidaysOf); a country without a table
	// (KnowsHolidaysOf) has weekends only.
	Country string `json:"country,omitempty"`
	// Zone is the debtor's time zone.
	Zone Zone `json:"zone"`
	// Opens and Closes are minutes after local midnight: 540 is 09:00.
	Opens  int `json:"opens"`
	Closes int `json:"closes"`
	// Closed are days on which the creditor contacts nobody.
	Closed Closures `json:"closed,omitempty"`
}

// StandardWindow is the product's default: working days from 09:00 to 18:00.
func StandardWindow(country string, zone Zone) Window {
	return Window{Country: country, Zone: zone, Opens: 9 * 60, Closes: 18 * 60}
}

// The last tenth of the window is left free, so that a message planned for the
// last moment still leaves inside it when the machine is busy.
const spreadTenths = 9

// Validate says what is wrong with the window.
func (w Window) Validate() error {
	if w.Opens < 0 || w.Closes > 24*60 || w.Opens >= w.Closes {
		return fmt.Errorf("the contact hours %d to %d are not minutes of one day in order", w.Opens, w.Closes)
	}
	if w.Closed == "" {
		return nil
	}
	_, err := ParseClosures(strings.Split(string(w.Closed), ","))
	return err
}

// Contains reports whether the debtor may be contacted at the instant.
func (w Window) Contains(t time.Time) bool {
	day := w.DateOf(t)
	return w.nextOpen(day) == day && !t.Before(w.opening(day)) && t.Before(w.closing(day))
}

// IsOpen reports whether the debtor may be contacted on a day.
func (w Window) IsOpen(d Date) bool { return w.IsWorkingDay(d) && !w.Closed.Has(d) }

// nextOpen is the first day on or after one on which the debtor may be contacted.
// Closures that leave no day of a whole year open keep nobody from being contacted.
func (w Window) nextOpen(d Date) Date {
	for day := d; day < d.AddDays(366); day = day.AddDays(1) {
		if w.IsOpen(day) {
			return day
		}
	}
	for !w.IsWorkingDay(d) {
		d = d.AddDays(1)
	}
	return d
}

// IsWorkingDay reports whether the date is neither a weekend nor a public
// holiday of the window's country.
func (w Window) IsWorkingDay(d Date) bool {
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday && !IsPublicHoliday(w.Country, d)
}

// Instant is the moment inside the window of the first open day on or after
// the date at which a debtor is contacted. The key (the debtor) spreads debtors
// over the window, always the same way: all steps of one debtor share one
// moment of the day, and ten thousand debtors do not share one second.
func (w Window) Instant(d Date, key string) time.Time {
	d = w.nextOpen(d)
	opens, closes := w.opening(d), w.closing(d)
	seconds := int64(closes.Sub(opens)/time.Second) * spreadTenths / 10
	return opens.Add(time.Duration(seconds*int64(spread(key))>>32) * time.Second)
}

// InstantAfter is the first contact moment at or after t: t itself when it lies
// inside the window, else the debtor's moment of the next open day.
func (w Window) InstantAfter(t time.Time, key string) time.Time {
	if w.Contains(t) {
		return t
	}
	day := w.DateOf(t)
	if !t.Before(w.opening(day)) {
		day = day.AddDays(1)
	}
	return w.Instant(day, key)
}

// DateOf is the local date of an instant in the window's zone.
func (w Window) DateOf(t time.Time) Date { return DateOf(t.In(w.Zone.Location())) }

// OpeningOf is the moment the contact hours begin on a day, whether anybody may be
// contacted on it or not: for what people must know on that very day.
func (w Window) OpeningOf(d Date) time.Time { return w.opening(d) }

// Days is how many whole days of contact hours lie between two instants: 1.5 is a day and
// a half in which the debtor could have been contacted. It counts no further than most.
func (w Window) Days(from, to time.Time, most int) float64 {
	var open time.Duration
	whole := time.Duration(w.Closes-w.Opens) * time.Minute
	for day := w.DateOf(from); day <= w.DateOf(to) && open < time.Duration(most)*whole; day = day.AddDays(1) {
		if !w.IsOpen(day) {
			continue
		}
		begins, ends := w.opening(day), w.closing(day)
		if from.After(begins) {
			begins = from
		}
		if to.Before(ends) {
			ends = to
		}
		open += max(ends.Sub(begins), 0)
	}
	return min(float64(open)/float64(whole), float64(most))
}

// ClosingOf is the moment the contact hours end on a day, whether anybody may be contacted
// on it or not.
func (w Window) ClosingOf(d Date) time.Time { return w.closing(d) }

func (w Window) opening(d Date) time.Time { return w.wallTime(d, w.Opens) }
func (w Window) closing(d Date) time.Time { return w.wallTime(d, w.Closes) }

// wallTime is what a clock on the debtor's wall shows, also on the days when
// summer time begins or ends.
func (w Window) wallTime(d Date, minutes int) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), minutes/60, minutes%60, 0, 0, w.Zone.Location()).UTC()
}

// ShareOf puts a key into one of a number of equal shares, from 0, always the same one.
func ShareOf(key string, shares int) int {
	return int(uint64(shares) * uint64(spread(key+"/share")) >> 32) //nolint:gosec // below the number of shares
}

func spread(key string) uint32 {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(key)) // never fails (hash.Hash)
	value := hash.Sum32()
	// FNV's low bits mix better than its high ones; swap them so that close
	// keys land far apart.
	return value<<16 | value>>16
}
