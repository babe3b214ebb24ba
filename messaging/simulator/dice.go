package simulator

import (
	"encoding/binary"
	"hash/fnv"
	"strconv"
)

// dice turns names into numbers: the same names give the same number, so that chance hits the same messages in
// every run with the same seed, however the requests interleave.
type dice struct{ seed uint64 }

// share returns a number from 0 up to 1.
func (d dice) share(names ...string) float64 {
	h := fnv.New64a()
	_ = binary.Write(h, binary.LittleEndian, d.seed)
	for _, name := range names {
		_, _ = h.Write([]byte(name))
		_, _ = h.Write([]byte{0})
	}
	// FNV leaves neighbouring names close together; the finalizer of splitmix64 spreads them.
	x := h.Sum64()
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	x ^= x >> 31
	return float64(x>>11) / (1 << 53)
}

// nextAttempt returns the faults in force, the fate of this attempt to send the message, and its latency share.
func (s *Simulator) nextAttempt(p provider, key string) (Faults, fate, float64) {
	s.mu.Lock()
	s.attempts[string(p)+"/"+key]++
	attempt := strconv.Itoa(s.attempts[string(p)+"/"+key])
	faults := s.faults[p]
	s.mu.Unlock()
	return faults, faults.fate(s.dice.share(string(p), key, "fate", attempt)), s.dice.share(string(p), key, "latency", attempt)
}
