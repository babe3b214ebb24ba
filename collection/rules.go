package collection

// The versions of the rules that changed after cases had been opened under them: a case
// keeps its own (Case.Rules), so that its workflow decides again as it did.
const (
	// rulesOfCourtesy: the due date also overtakes a courtesy notice that was begun and
	// has not reached the debtor by all its channels.
	rulesOfCourtesy = 1
	// rulesOfCredits: whether nothing but what is disputed is open is judged anew once a
	// credit note is counted for its dispute.
	rulesOfCredits = 1

	// CurrentRules is the version that cases are opened under.
	CurrentRules = 1
)
