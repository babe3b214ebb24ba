package simulator

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAPostmanGivesUpWhenTheDoorStaysShut(t *testing.T) {
	t.Parallel()
	var posted atomic.Int32
	p := newPostman(10, 1, 500*time.Millisecond, func(context.Context, []*posting) error {
		posted.Add(1)
		return errors.New("nobody is there")
	})
	go p.run(t.Context(), slog.New(slog.DiscardHandler))
	now := time.Now()
	p.add(&posting{message: 1, due: now, since: now})
	require.Eventually(t, func() bool { return posted.Load() == 2 }, 10*time.Second, 10*time.Millisecond, "at once, and after 200 ms")
	require.Never(t, func() bool { return posted.Load() > 2 }, time.Second, 50*time.Millisecond, "the third time would be too late")
	waiting, _ := p.counts()
	require.Zero(t, waiting)
}

func TestTwilioGivesUpAfterSecondsAndSendGridAfterADay(t *testing.T) {
	t.Parallel()
	s, err := New(Options{Listen: "127.0.0.1:0"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.Equal(t, 15*time.Second, s.postmen[twilio].giveUpAfter)
	require.Equal(t, 24*time.Hour, s.postmen[sendGrid].giveUpAfter)
}
