package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/stretchr/testify/require"
)

func TestGarbageIsCollectedAtASizeAndNeverMoreOftenThanGoWould(t *testing.T) {
	t.Parallel()
	const megabyte = 1 << 20
	for _, c := range []struct {
		heap    heap
		percent int
	}{
		{heap{live: 40 * megabyte, roots: 10 * megabyte}, 304}, // 40 + 3.04 * 50 = 192
		{heap{live: 96 * megabyte}, 100},
		{heap{live: 95 * megabyte}, 102},
		{heap{live: 96 * megabyte, roots: 8 * megabyte}, 100},
		{heap{live: 192 * megabyte}, 100},
		{heap{live: 4000 * megabyte}, 100},
		{heap{live: 1}, 10_000},
		{heap{}, 100},
	} {
		require.Equal(t, c.percent, collectionPercent(192*megabyte, c.heap), "%+v", c.heap)
	}
}

func TestAHeapIsAsLargeAsTheMemoryOfTheMachineAllows(t *testing.T) {
	t.Parallel()
	const megabyte = 1 << 20
	for total, size := range map[uint64]uint64{
		0: 192 * megabyte, 2400 * megabyte: 192 * megabyte, 12_000 * megabyte: 500 * megabyte, 200_000 * megabyte: 1024 * megabyte, math.MaxUint64: 1024 * megabyte,
	} {
		require.Equal(t, size, heapBeforeCollection(memlimit.Limit(total)), "%d", total)
	}
	require.Equal(t, uint64(192*megabyte), heapBeforeCollection(func() (uint64, error) { return 0, memlimit.ErrNoLimit }))
}

// Not in parallel: it changes when this very program collects its garbage.
func TestTheRuleIsAppliedAgainAfterEachCollection(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	done := make(chan int, 10)
	var times int
	afterEachCollection(func() { times++; done <- times })
	require.Equal(t, 1, <-done)
	for collection := 2; collection < 5; collection++ {
		runtime.GC()
		select {
		case times := <-done:
			require.Equal(t, collection, times)
		case <-time.After(10 * time.Second):
			require.FailNow(t, "nothing was done after a collection")
		}
	}
	h := readHeap()
	require.Positive(t, h.live)
	require.Positive(t, h.roots)
}
