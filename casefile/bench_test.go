package casefile_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/casefile/casefiletest"
	"relance/collection"
)

func BenchmarkOpenCase(b *testing.B) {
	store := casefiletest.Open(b)
	var count atomic.Int64
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_, _, err := store.OpenCase(b.Context(), casefiletest.Opening(fmt.Sprintf("F-%d", count.Add(1))))
			require.NoError(b, err)
		}
	})
}

func BenchmarkPostEntry(b *testing.B) {
	store := casefiletest.Open(b)
	const entriesOfCase = 3
	cases := int64(b.N/entriesOfCase + 1)
	for i := range cases {
		openCase(b, store, fmt.Sprintf("F-%d", i))
	}
	var count atomic.Int64
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n := count.Add(1)
			post(b, store, fmt.Sprintf("F-%d", n%cases), payment(fmt.Sprintf("P-%d", n), 1))
		}
	})
}

// BenchmarkMessage is one whole message: reserved, begun, accepted.
func BenchmarkMessage(b *testing.B) {
	store := casefiletest.Open(b)
	for i := range b.N {
		openCase(b, store, fmt.Sprintf("F-%d", i))
	}
	var count atomic.Int64
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			message := sent(b, store, fmt.Sprintf("F-%d", count.Add(1)-1))
			_, err := store.MarkAccepted(b.Context(), message.ID, "sendgrid", "sg", sendingDay)
			require.NoError(b, err)
		}
	})
}

func BenchmarkLoadCase(b *testing.B) {
	store := casefiletest.Open(b)
	openCase(b, store, "F-1")
	_, err := store.MarkAccepted(b.Context(), sent(b, store, "F-1").ID, "sendgrid", "sg", sendingDay)
	require.NoError(b, err)
	post(b, store, "F-1", payment("P-1", 100))
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			loaded, err := store.LoadCase(b.Context(), acme, "F-1")
			require.NoError(b, err)
			require.Equal(b, collection.StageOpen, loaded.Stage(sendingDay))
		}
	})
}
