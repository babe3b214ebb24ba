package casefile

import "cmp"

// basis is what an act rested on, as the history keeps it beside the act.
type basis struct {
	// Reason is why it was done; empty where a person decided it.
	Reason string
	// Strategy and its version were in force; where they are not given, the database
	// takes those of the case.
	Strategy        string
	StrategyVersion int
	// Law is the version of the tables of the law (law.Book.Version).
	Law string
	// Template and its version worded a message.
	Template        string
	TemplateVersion string
	// SHA256 is of the bytes the act is about.
	SHA256 string
}

// based completes a basis with what the case says.
func (c *lockedCase) based(on basis) basis {
	on.Strategy, on.StrategyVersion = c.now.Strategy.Name, c.now.Strategy.Version
	on.Law = c.store.tariffs.Load().book.Version()
	if on.Reason == "" && isAutomatic(c.actor) {
		on.Reason = "follows from " + c.cause
	}
	return on
}

// unknownAuthor is who did what nobody signed: a command sent past the API.
const unknownAuthor = "unknown"

// ByItself is the author of what the product does by itself.
const ByItself = keeper

func authorOf(actor string) string { return cmp.Or(actor, unknownAuthor) }

// isAutomatic reports whether the product itself acted, and no person.
func isAutomatic(actor string) bool { return actor == keeper }

// whyNow is why the case acts at the moment of the writes.
func (c *lockedCase) whyNow() string { return dueToday(c.before, c.at).Because.String() }

// why is the reason for a task that the product opens by itself.
func (t Task) why() string {
	if t.Step != "" {
		return "the step " + t.Step + " asks for it"
	}
	return "the case asks for it"
}

// reason is why a change of the people of a debtor was recorded, where no person made it.
func (n peopleNote) reason(author Author, key string) string {
	if isAutomatic(author.By) {
		return "follows from " + key
	}
	return ""
}
