package latefees_test

import (
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/latefees"
	"relance/money"
)

// portfolio is many open invoices, due over nine half-years, half of them paid
// in part up to three times.
func portfolio(n int) []latefees.Claim {
	dice := rand.New(rand.NewPCG(9, 9))
	first, today := day("2022-07-01"), benchmarkDay()
	claims := make([]latefees.Claim, n)
	for i := range claims {
		c := latefees.Claim{
			Principal: money.FromMinor(10_000+dice.Int64N(5_000_000), money.EUR),
			Due:       first + calendar.Date(dice.Int32N(int32(today-first))),
		}
		on := c.Due
		for p := range dice.IntN(4) * (i % 2) {
			on += 1 + calendar.Date(dice.Int32N(200))
			if on > today {
				break
			}
			c.Movements = append(c.Movements, latefees.Movement{
				Kind: latefees.Payment, ID: []string{"P1", "P2", "P3"}[p], On: on,
				Amount: money.FromMinor(1+c.Principal.Minor()/5, money.EUR),
			})
		}
		claims[i] = c
	}
	return claims
}

// million is made once for all benchmarks.
var million = sync.OnceValue(func() []latefees.Claim { return portfolio(1_000_000) })

func benchmarkDay() calendar.Date { return day("2026-11-22") }

// half is a half-year for the plain loop.
type half struct {
	from, to calendar.Date
	rate     int64
}

func plainHalves() []half {
	var halves []half
	for _, h := range []struct{ from, to, rate string }{
		{"2022-07-01", "2022-12-31", "10.00"}, {"2023-01-01", "2023-06-30", "12.50"}, {"2023-07-01", "2023-12-31", "14.00"},
		{"2024-01-01", "2024-06-30", "14.50"}, {"2024-07-01", "2024-12-31", "14.25"}, {"2025-01-01", "2025-06-30", "13.15"},
		{"2025-07-01", "2025-12-31", "12.15"}, {"2026-01-01", "2026-06-30", "12.15"}, {"2026-07-01", "2026-12-31", "12.40"},
	} {
		halves = append(halves, half{day(h.from), day(h.to), int64(percent(h.rate))})
	}
	return halves
}

type plainSegment struct {
	from, to        calendar.Date
	principal, rate int64
}

type plainMemory struct {
	segments []plainSegment
	splits   []plainSplit
}

type plainSplit struct{ movement, interest, principal, left int64 }

const plainUnit = 365_000_000

// plain is what one would write for this portfolio only: the same segments and
// allocations in int64, nothing checked and nothing explained.
func plain(halves []half, m *plainMemory, c *latefees.Claim, asOf calendar.Date) (interest, principal, owed int64) {
	principal = c.Principal.Minor()
	m.segments, m.splits = m.segments[:0], m.splits[:0]
	var units int64
	at, from := 0, c.Due+1
	for halves[at].to < from {
		at++
	}
	count := func(to calendar.Date) {
		for principal > 0 && from <= to {
			for halves[at].to < from {
				at++
			}
			end := min(halves[at].to, to)
			units += principal * halves[at].rate * int64(end-from+1)
			m.segments = append(m.segments, plainSegment{from, end, principal, halves[at].rate})
			from = end + 1
		}
		rounded := (units + plainUnit/2) / plainUnit
		units = 0
		interest += rounded
		owed += rounded
	}
	for i := range c.Movements {
		count(c.Movements[i].On)
		sum := c.Movements[i].Amount.Minor()
		paid := min(sum, owed)
		off := min(sum-paid, principal)
		owed -= paid
		principal -= off
		m.splits = append(m.splits, plainSplit{int64(i), paid, off, sum - paid - off})
	}
	count(asOf)
	return interest, principal, owed
}

func TestThePlainLoopOfTheBenchmarkGivesTheSame(t *testing.T) {
	t.Parallel()
	prepared, halves := tariff(t, frenchBusiness(), latefees.Terms{}), plainHalves()
	for _, c := range portfolio(2000) {
		s, err := prepared.Statement(c, benchmarkDay())
		require.NoError(t, err)
		var memory plainMemory
		interest, principal, owed := plain(halves, &memory, &c, benchmarkDay())
		require.Equal(t, []int64{interest, principal, owed}, []int64{s.Interest().Minor(), s.Owed().Principal.Minor(), s.Owed().Interest.Minor()})
		require.Len(t, s.Segments(), len(memory.segments))
		require.Len(t, s.Splits(), len(memory.splits))
	}
}

func BenchmarkStatements(b *testing.B) {
	prepared, claims, asOf := tariff(b, frenchBusiness(), latefees.Terms{}), million(), benchmarkDay()
	var s latefees.Statement
	var total int64
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := prepared.Fill(&s, &claims[i%len(claims)], asOf); err != nil {
			b.Fatal(err)
		}
		total += s.Interest().Minor()
	}
	require.Positive(b, total)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "invoices/s")
}

func BenchmarkPlainLoop(b *testing.B) {
	halves, claims, asOf := plainHalves(), million(), benchmarkDay()
	var memory plainMemory
	var total int64
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		interest, _, _ := plain(halves, &memory, &claims[i%len(claims)], asOf)
		total += interest
	}
	require.Positive(b, total)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "invoices/s")
}

// BenchmarkSegments adds what a page shows: every segment explained.
func BenchmarkSegments(b *testing.B) {
	prepared, claims, asOf := tariff(b, frenchBusiness(), latefees.Terms{}), million(), benchmarkDay()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s, err := prepared.Statement(claims[i%len(claims)], asOf)
		if err != nil {
			b.Fatal(err)
		}
		s.Segments()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "invoices/s")
}
