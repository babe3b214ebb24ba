package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// collectLate makes this program collect its garbage only when the heap has a part of the memory that there is, or twice what
// is in use if that is more. Go's own rule is the latter alone: a server that holds 40 MB then spends a twelfth of its
// processor time on collecting 40 MB at a time. GOGC in the environment keeps Go's own rule, and GOMEMLIMIT bounds this one.
func collectLate() {
	if os.Getenv("GOGC") == "" {
		size := heapBeforeCollection(memlimit.ApplyFallback(memlimit.FromCgroup, memlimit.FromSystem))
		afterEachCollection(func() { debug.SetGCPercent(collectionPercent(size, readHeap())) })
	}
}

// The size of a heap before its garbage is collected, in bytes: beyond the most little is gained.
const (
	leastHeap = 192 << 20
	mostHeap  = 1 << 30
	heapShare = 24 // of which a heap is one: server, worker, PostgreSQL and what else runs share the machine
)

// heapBeforeCollection is the share of the memory that a container, or else the machine, has.
func heapBeforeCollection(memory memlimit.Provider) uint64 {
	total, err := memory()
	if err != nil {
		return leastHeap
	}
	return min(max(total/heapShare, leastHeap), mostHeap)
}

// heap is what counts for when the next collection begins, in bytes.
type heap struct {
	live  uint64 // what the last collection found in use
	roots uint64 // stacks and global variables, which are read at a collection as the heap is
}

func readHeap() heap {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"}}
	metrics.Read(samples)
	value := func(s metrics.Sample) uint64 {
		if s.Value.Kind() != metrics.KindUint64 {
			return 0 // this Go does not tell it
		}
		return s.Value.Uint64()
	}
	return heap{live: value(samples[0]), roots: value(samples[1]) + value(samples[2])}
}

// collectionPercent is the GOGC with which a heap grows to a size, and never less than Go's own: the next collection
// begins at the live heap and that many percent of it and of the roots.
func collectionPercent(size uint64, h heap) int {
	const least, most = 100, 10_000
	if h.live >= size || h.live+h.roots == 0 {
		return least
	}
	return int(min(max(100*(size-h.live)/(h.live+h.roots), least), most))
}

// afterEachCollection does something now and at the end of each garbage collection, for as long as the program runs: a
// value that nobody holds is cleaned up then, and the next one takes its place.
func afterEachCollection(do func()) {
	do()
	type passenger struct{ _ [16]byte } // large enough to be cleaned up on its own
	runtime.AddCleanup(new(passenger), afterEachCollection, do)
}
