package calendar

import (
	"errors"
	"fmt"
	"time"
)

// Clock is business time. The zero Clock is the wall clock. An accelerated Clock
// runs Speed times as fast: it showed Business when the wall showed Wall. It is
// a value, so that a workflow can record the clock it was run with.
type Clock struct {
	Wall     time.Time `json:"wall,omitzero"`
	Business time.Time `json:"business,omitzero"`
	Speed    int64     `json:"speed,omitempty"`
}

// onTimeTolerance is how late, on the wall, a timer may fire and still count as
// on time. Servers fire timers up to seconds late; on an accelerated clock those
// seconds are days, and must not change what a case decides.
const onTimeTolerance = time.Minute

// Accelerated is a clock that shows business when the wall shows wall and from
// then on runs speed times as fast.
func Accelerated(wall, business time.Time, speed int64) (Clock, error) {
	if speed < 1 {
		return Clock{}, fmt.Errorf("the clock's speed is %d: it must be at least 1", speed)
	}
	if wall.IsZero() || business.IsZero() {
		return Clock{}, errors.New("an accelerated clock needs the wall time and the business time it starts from")
	}
	return Clock{Wall: wall.UTC(), Business: business.UTC(), Speed: speed}, nil
}

// IsAccelerated reports whether business time differs from the wall.
func (c Clock) IsAccelerated() bool { return c.Speed != 0 }

// Equal reports whether two clocks always show the same time.
func (c Clock) Equal(other Clock) bool {
	return c.Speed == other.Speed && c.Wall.Equal(other.Wall) && c.Business.Equal(other.Business)
}

// At is the business time when the wall shows the given time.
func (c Clock) At(wall time.Time) time.Time {
	if !c.IsAccelerated() {
		return wall.UTC()
	}
	// In seconds: in nanoseconds, centuries of business time would overflow.
	elapsed := wall.Sub(c.Wall)
	seconds, nanoseconds := int64(elapsed/time.Second), int64(elapsed%time.Second)
	return time.Unix(c.Business.Unix()+seconds*c.Speed, int64(c.Business.Nanosecond())+nanoseconds*c.Speed).UTC()
}

// Now is the current business time. Workflow code uses At with its own time.
func (c Clock) Now() time.Time { return c.At(time.Now()) }

// Wait is how long the wall must run, from wall, until business time reaches the
// given instant; at least zero.
func (c Clock) Wait(wall, business time.Time) time.Duration {
	remaining := business.Sub(c.At(wall))
	if remaining <= 0 {
		return 0
	}
	if !c.IsAccelerated() {
		return remaining
	}
	speed := time.Duration(c.Speed)
	return (remaining + speed - 1) / speed
}

// WokenAt is the business time of something that was planned for an instant and
// woke when the wall showed the given time: the planned instant itself if the
// wake-up was on time, the current business time if it was late or too early.
func (c Clock) WokenAt(planned, wall time.Time) time.Time {
	now := c.At(wall)
	lateness := now.Sub(planned)
	if c.IsAccelerated() {
		lateness /= time.Duration(c.Speed)
	}
	if lateness < 0 || lateness > onTimeTolerance {
		return now
	}
	return planned
}
