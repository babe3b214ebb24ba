package activities

import (
	"relance/casefile"
	"relance/collection"
	"relance/messaging/compose"
)

// invitedTo is the mediation to which the step of a message invites, with what the
// creditor's configuration says of the mediator; nil when it invites to none.
func invitedTo(m casefile.MessageContext) *compose.Mediation {
	offer := m.Step.Mediation
	if !offer.Invite {
		return nil
	}
	mediator, _ := m.Creditor.Mediator(offer.Mediator)
	return &compose.Mediation{Kind: string(offer.Kind), Name: mediator.Name, Contact: mediator.Contact, Fee: mediator.Fee}
}

// isInvitation reports whether the notice of a step was no reminder but an invitation.
func isInvitation(strategy collection.Strategy, key string) bool {
	step, found := strategy.Step(key)
	return found && step.Mediation.Invite
}
