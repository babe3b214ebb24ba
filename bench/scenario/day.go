package scenario

import (
	"context"
	"fmt"
	"time"

	"relance/calendar"
	"relance/messaging/simulator"
)

// spreadOver is the part of the contact window, in business time, that moments are spread over: the last tenth is left
// free.
const spreadOver = 9 * 9 * time.Hour / 10

// monday begins the week of the benchmark's business days, none of which is a holiday.
func monday() calendar.Date { return calendar.NewDate(2027, time.March, 1) }

// clockBefore is a clock of a speed that reaches the opening of the contact window of a day after so long on the wall.
func clockBefore(day calendar.Date, lead time.Duration, speed int64) (calendar.Clock, error) {
	opening := time.Date(day.Year(), day.Month(), day.Day(), 9, 0, 0, 0, window().Zone.Location())
	return calendar.Accelerated(time.Now(), opening.Add(-lead*time.Duration(speed)), speed)
}

// wall is when a clock shows a business time.
func wall(clock calendar.Clock, business time.Time) time.Time {
	return clock.Wall.Add(business.Sub(clock.Business) / time.Duration(clock.Speed))
}

// planned is the wall time for which the first notice of an invoice is planned, one day after its due date.
func (b *Bench) planned(i invoice) time.Time {
	return wall(b.Rig.Clock(), window().Instant(i.due.AddDays(1), i.debtor))
}

// stillAhead makes sure that opening took no longer than planned: else steps were due before their cases were asleep.
func stillAhead(moment time.Time, what string) error {
	if late := time.Since(moment); late > 0 {
		return fmt.Errorf("%s began %s before everything for it was open: the machine is slower than it was at the start, run again when it is quieter", what, late.Round(time.Millisecond))
	}
	return nil
}

// accepted waits until the provider has so many messages beyond a number, and returns them.
func (b *Bench) accepted(ctx context.Context, beyond int64, n int) ([]simulator.Message, error) {
	err := within(ctx, max(patience, time.Duration(n)*time.Second/10), fmt.Sprintf("%d messages are accepted", n), func(context.Context) (bool, error) {
		return b.lastMessage()-beyond >= int64(n), nil
	})
	return b.Rig.Mailbox.Messages(beyond), err
}

// lastMessage is the number of the last message that the provider accepted.
func (b *Bench) lastMessage() int64 {
	var n int64
	for _, accepted := range b.Rig.Mailbox.Stats().Messages {
		n += accepted
	}
	return n
}
