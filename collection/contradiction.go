package collection

// Contradiction refuses a command that names what the case knows under the same ID, and
// says something else of it. Decide takes such a command for the one that was carried
// out, which is right for a signal that is delivered twice; whoever waits for the answer
// is to know that nothing was changed.
func (c Case) Contradiction(command Command) error {
	switch command := command.(type) {
	case PlaceHold:
		for _, hold := range c.Holds {
			other := hold.Until != command.Until || hold.Reason != command.reason()
			if hold.ID == command.ID && !hold.From.IsZero() && other {
				return Refuse(RefusedConflict, "the hold %s of %s is known with another reason or last day: resume the case from it, and give the new one an ID of its own", hold.ID, c.ID())
			}
		}
	case RaiseDispute:
		dispute, known := c.Dispute(command.ID)
		other := dispute.Reason != command.Reason || dispute.WholeClaim != command.Amount.IsZero() || !dispute.WholeClaim && dispute.Amount != command.Amount
		if known && other {
			return Refuse(RefusedConflict, "the dispute %s of %s is known for another reason or amount: give a new one an ID of its own", dispute.ID, c.ID())
		}
	case ResolveDispute:
		dispute, known := c.Dispute(command.ID)
		if known && !dispute.IsOpen() && dispute.Outcome == command.Outcome && !command.Amount.IsZero() && dispute.Accepted != command.Amount {
			return Refuse(RefusedConflict, "the dispute %s was answered on %s already: %s, %s were given up", dispute.ID, dispute.ResolvedOn, dispute.Outcome, c.amount(dispute.Accepted.Minor()))
		}
	}
	return nil
}
