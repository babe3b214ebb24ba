package collection

import (
	"slices"
	"time"

	"relance/calendar"
)

// HardshipKind says how far a debtor's difficulties go.
type HardshipKind string

// The kinds of hardship.
const (
	// SoftHardship softens the ladder: nothing firmer than a courteous reminder leaves
	// without a person's approval.
	SoftHardship HardshipKind = "hardship"
	// OverIndebtedness: the commission on over-indebtedness found the file of a
	// consumer admissible, which stops everything (C. conso. L722-2, L722-5).
	OverIndebtedness HardshipKind = "over-indebtedness"
)

// HardshipKinds lists the kinds of hardship.
func HardshipKinds() []HardshipKind { return []HardshipKind{SoftHardship, OverIndebtedness} }

// HardshipReason is a code. There is no free text, and no code for health: what a
// debtor says of that is not stored (GDPR art. 9).
type HardshipReason string

// The reasons of hardship.
const (
	HardshipIncome     HardshipReason = "loss-of-income"
	HardshipHousehold  HardshipReason = "change-of-household"
	HardshipCash       HardshipReason = "cash-shortage"
	HardshipFiled      HardshipReason = "commission-seized"
	HardshipAdmissible HardshipReason = "commission-admissible"
	HardshipOther      HardshipReason = "other"
)

// HardshipReasons lists the reasons of hardship.
func HardshipReasons() []HardshipReason {
	return []HardshipReason{HardshipIncome, HardshipHousehold, HardshipCash, HardshipFiled, HardshipAdmissible, HardshipOther}
}

// Hardship is what a case knows of its debtor's difficulties. The zero Hardship is
// none.
type Hardship struct {
	// ID is the flag's own.
	ID     string         `json:"id,omitempty"`
	Kind   HardshipKind   `json:"kind,omitempty"`
	Reason HardshipReason `json:"reason,omitempty"`
	// From is the day of the decision or of the flag.
	From calendar.Date `json:"from,omitzero"`
	// Until is the last day, not set for one that a person ends.
	Until calendar.Date `json:"until,omitzero"`
	// ReviewOn is when a person looks at it again.
	ReviewOn calendar.Date `json:"reviewOn,omitzero"`
	// Ended is the first day on which it holds no more.
	Ended calendar.Date `json:"ended,omitzero"`
	// Withdrawn: it ended because it should never have been, a mistake or a decision
	// that was annulled.
	Withdrawn bool `json:"withdrawn,omitempty"`
}

// Holds reports whether the flag is in force on a day.
func (h Hardship) Holds(day calendar.Date) bool {
	return h.ID != "" && (h.Until.IsZero() || day <= h.Until) && (h.Ended.IsZero() || day < h.Ended)
}

// stops reports whether everything stops.
func (h Hardship) stops(day calendar.Date) bool { return h.Kind == OverIndebtedness && h.Holds(day) }

// InterestPause is the first and the last day on which a claim bears neither interest nor
// penalties, because the file of its debtor was found admissible (C. conso. L722-14): from
// that day until the measures apply, which is when the flag ends. The last day is not set
// while that is not known. It concerns claims born before; a file that was only brought to
// the commission pauses nothing, nor does a flag that was withdrawn. See
// Insolvency.ConcernsClaim for when a claim was born.
func (h Hardship) InterestPause(completed, issued, due calendar.Date) (first, last calendar.Date, found bool) {
	if h.ID == "" || h.Kind != OverIndebtedness || h.Reason == HardshipFiled || h.Withdrawn || !wasBornBy(h.From, completed, issued, due) {
		return 0, 0, false
	}
	last = h.Until
	if !h.Ended.IsZero() && (last.IsZero() || h.Ended <= last) {
		last = h.Ended - 1
	}
	return h.From, last, last.IsZero() || last >= h.From
}

func (h Hardship) softens(day calendar.Date) bool { return h.Kind == SoftHardship && h.Holds(day) }

func (h Hardship) validate() error {
	switch {
	case h == Hardship{}:
		return nil
	case h.ID == "":
		return Refuse(RefusedInvalid, "the hardship has no ID")
	case !slices.Contains(HardshipKinds(), h.Kind):
		return Refuse(RefusedInvalid, "%q is no kind of hardship: they are %v", h.Kind, HardshipKinds())
	case !slices.Contains(HardshipReasons(), h.Reason):
		return Refuse(RefusedInvalid, "%q is no reason of hardship: they are the codes %v; details of a person's health are never stored", h.Reason, HardshipReasons())
	case h.From.IsZero():
		return Refuse(RefusedInvalid, "the hardship %s does not say since when", h.ID)
	case !h.Until.IsZero() && h.Until < h.From:
		return Refuse(RefusedInvalid, "the hardship %s would end on %s, before it begins on %s", h.ID, h.Until, h.From)
	default:
		return nil
	}
}

// whileOverIndebted leaves a consumer alone whose file was found admissible.
func (c Case) whileOverIndebted(now time.Time) (Action, bool) {
	today := c.Window.DateOf(now)
	if !c.Hardship.stops(today) {
		return Action{}, false
	}
	why := Reason{Code: becauseOverIndebted, Date: c.Hardship.From}
	if c.Hardship.Until.IsZero() {
		return Action{Kind: ActionIdle, Because: why}, true
	}
	return Action{Kind: ActionWait, At: c.Window.Instant(c.Hardship.Until.AddDays(1), c.Debtor), Because: why}, true
}

func (c Case) hardshipPause(until calendar.Date) (pause, bool) {
	h := c.Hardship
	if h.Kind != OverIndebtedness {
		return pause{}, false
	}
	end := until
	if !h.Until.IsZero() {
		end = min(end, h.Until.AddDays(1))
	}
	if !h.Ended.IsZero() {
		end = min(end, h.Ended)
	}
	return pause{h.From, end}, true
}

// Softened is a step as it is carried out on a day. In hardship what is firm is said
// courteously, in the words of the strategy's own courteous reminder, and what has
// effects in law, or brings others in, needs a person's approval.
func (c Case) Softened(step Step, day calendar.Date) Step {
	if !c.Hardship.softens(day) {
		return step
	}
	switch {
	case step.Tone == ToneFormal, step.Opens == TaskHandoff:
		step.Approval = true
	case step.Tone == ToneFirm, step.Tone == ToneFinal:
		gentle, found := c.courteousStep()
		if !found {
			step.Approval = true
			return step
		}
		step.Tone, step.Template = gentle.Tone, gentle.Template
	}
	return step
}

// courteousStep is the last step of the strategy that asks courteously for what is
// due.
func (c Case) courteousStep() (Step, bool) {
	for _, step := range slices.Backward(c.Strategy.Steps) {
		if step.Tone == ToneCourteous && len(step.Channels) > 0 && step.DueOffset >= 0 {
			return step, true
		}
	}
	return Step{}, false
}
