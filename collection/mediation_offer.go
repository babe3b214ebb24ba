package collection

import "slices"

// MediationOffer is what a step that opens a mediation proposes.
type MediationOffer struct {
	// Kind is who is to mediate; empty where a person decides.
	Kind MediationKind `json:"kind,omitempty"`
	// Mediator is the key of the mediator in the creditor's configuration, where it is
	// a certain one.
	Mediator string `json:"mediator,omitempty"`
	// RespondWithinDays is how many days the debtor has to answer.
	RespondWithinDays int `json:"respondWithinDays,omitempty"`
	// LongestDays is after how many days of mediation a person is asked how it stands;
	// the time limit of the law or of practice when it is not set.
	LongestDays int `json:"longestDays,omitempty"`
	// Invite: the step sends the invitation itself, as a notice, instead of asking a
	// person to propose the mediation.
	Invite bool `json:"invite,omitempty"`
}

// daysGiven is how many days a notice of the step gives the debtor: to pay, or to
// answer an invitation.
func (s Step) daysGiven() int {
	if s.Mediation.Invite {
		return s.Mediation.RespondWithinDays
	}
	return s.DeadlineDays
}

// sendsNotice reports whether the step writes to the debtor.
func (s Step) sendsNotice() bool { return s.Opens == "" || s.Mediation.Invite }

func (s Step) validateMediation() error {
	offer := s.Mediation
	switch {
	case offer == MediationOffer{}:
		return nil
	case s.Opens != TaskMediation:
		return Refuse(RefusedInvalid, "step %s proposes a mediation and does not open one (opens: mediation)", s.Key)
	case offer.Kind != "" && !slices.Contains(MediationKinds(), offer.Kind):
		return Refuse(RefusedInvalid, "step %s proposes a mediation of the kind %q, which is not known", s.Key, offer.Kind)
	case offer.Kind == MediationConsumer:
		return Refuse(RefusedInvalid, "step %s proposes a consumer mediation: only the consumer can turn to that mediator", s.Key)
	case offer.RespondWithinDays < 0 || offer.LongestDays < 0 || !plausibleDays(offer.RespondWithinDays) || !plausibleDays(offer.LongestDays):
		return Refuse(RefusedInvalid, "step %s has a number of days that is negative or beyond ten years", s.Key)
	case !offer.Invite:
		return nil
	case offer.Kind == "" || offer.RespondWithinDays == 0:
		return Refuse(RefusedInvalid, "step %s invites to a mediation and does not say to which kind, or until when to answer", s.Key)
	case s.Template == "" || len(s.Channels) == 0:
		return Refuse(RefusedInvalid, "step %s invites to a mediation and has no channel or no text", s.Key)
	case s.DeadlineDays != 0:
		return Refuse(RefusedInvalid, "step %s invites to a mediation: it gives days to answer, not to pay", s.Key)
	default:
		return nil
	}
}
