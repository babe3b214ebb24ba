package collection

// BrokenPromise is what a strategy does when a promise was broken.
type BrokenPromise struct {
	// GoOnAt is the step to go on with as soon as the debtor may be contacted, unless
	// the case is past it; without one the ladder goes on where it rested.
	GoOnAt string `json:"goOnAt,omitempty"`
}

// mostResponseDays bounds the working days a strategy gives to answer a dispute.
const mostResponseDays = 250

// validateTerms refuses terms of promises and disputes that no case could keep.
func (s Strategy) validateTerms() error {
	grace := s.Promises.GraceDays()
	switch {
	case s.BrokenPromise.GoOnAt != "" && s.index(s.BrokenPromise.GoOnAt) < 0:
		return Refuse(RefusedInvalid, "the strategy %s goes on at %q after a broken promise, which is no step of it", s.Name, s.BrokenPromise.GoOnAt)
	case grace < 0 || grace > mostGrace:
		return Refuse(RefusedInvalid, "the strategy %s gives promises %d days of grace: they must be from 0 to %d", s.Name, grace, mostGrace)
	case s.Promises.MostBroken < 0 || s.Promises.MostBroken > mostBroken:
		return Refuse(RefusedInvalid, "the strategy %s lets %d promises be broken: they must be from 1 to %d", s.Name, s.Promises.MostBroken, mostBroken)
	case s.Promises.Longest < 0 || s.Promises.Longest > mostLongest:
		return Refuse(RefusedInvalid, "the strategy %s takes promises of %d days: they must be from 1 to %d", s.Name, s.Promises.Longest, mostLongest)
	case s.Disputes.RespondWithin < 0 || s.Disputes.RespondWithin > mostResponseDays, s.Disputes.EscalateAfter < 0 || s.Disputes.EscalateAfter > mostResponseDays:
		return Refuse(RefusedInvalid, "the strategy %s gives more than %d working days to answer a dispute", s.Name, mostResponseDays)
	default:
		return nil
	}
}
