package casefile

import (
	"cmp"
	"fmt"

	"relance/collection"
	"relance/ledger"
	"relance/money"
)

// askAboutMoney opens a task where money moved on a case that does not simply take
// it: a person had closed it, the debtor may not pay it, or it is more than is claimed.
// before is what had been paid too much until then.
func (c *lockedCase) askAboutMoney(e ledger.Entry, before money.Amount) {
	if before.Sign() > 0 && c.position.Overpaid.IsZero() {
		c.writes.exec(c.store.sql.FinishSurplusTasks, c.key(), c.causes())
	}
	isMoney := e.Kind == ledger.EntryPayment || e.Kind == ledger.EntryReversal
	task := Task{
		Creditor: c.record.value.Creditor, Invoice: c.record.value.Invoice, Round: c.now.Round, State: TaskOpen, OpenedAt: c.at, DueOn: c.day().AddDays(moneyTaskDays),
	}
	switch i := c.now.Insolvency; {
	case isMoney && c.before.Outcome != "":
		task.Kind, task.Key = collection.TaskClosedCase, fmt.Sprintf("%s/%s/%s", collection.TaskClosedCase, e.Kind, e.ID)
		task.Title = fmt.Sprintf("Money moved on a case that is closed (%s): %s", c.before.Outcome, describe(e))
		task.Detail = "The case stays closed, and its account has been corrected. Tell whoever collects the claim now, correct the books, and open " +
			"a new case if it is to be collected here again."
	case e.Kind == ledger.EntryPayment && i.Freezes() && e.ValueDate >= i.Judgment:
		task.Kind, task.Key = collection.TaskInsolvency, fmt.Sprintf("%s/%s/%s", collection.TaskInsolvency, e.Kind, e.ID)
		task.Title = "Find out who paid after the judgment: " + describe(e)
		task.Detail = fmt.Sprintf("The payment is dated %s, and the opening judgment %s. What the debtor itself pays for older debts can be annulled for three years "+
			"(C. com. L622-7): keep the money apart unless it came from the mandataire, the liquidateur or by the plan, and correct the declaration.",
			cmp.Or(e.ValueDate, c.day()), i.Judgment)
	case e.Kind == ledger.EntryPayment || e.Kind == ledger.EntryCreditNote:
		c.askAboutSurplus(e, before)
		return
	default:
		return
	}
	c.insertTask(&task)
}

// askAboutSurplus asks a person what becomes of money beyond what was asked for, which is
// the debtor's. A plan counts on such money: its own interest stands beside the ledger.
func (c *lockedCase) askAboutSurplus(e ledger.Entry, before money.Amount) {
	_, followsPlan := c.before.ActivePlan() // the money may have ended it
	more := c.position.Overpaid.Minor() - before.Minor()
	if more <= 0 || followsPlan {
		return
	}
	c.insertTask(&Task{
		Creditor: c.record.value.Creditor, Invoice: c.record.value.Invoice, Round: c.now.Round, Kind: collection.TaskMatchPayment, Key: surplusKey(e),
		Title:  fmt.Sprintf("Decide about %s that came beyond the claim", money.FromMinor(more, c.position.Overpaid.Currency())),
		Detail: c.surplusInWords(e), State: TaskOpen, OpenedAt: c.at, DueOn: c.day().AddDays(moneyTaskDays),
	})
}

func (c *lockedCase) surplusInWords(e ledger.Entry) string {
	detail := fmt.Sprintf("It came by %s and belongs to the debtor. Give it back, or put the payment on the invoice it was meant for (relance move).", describe(e))
	if interest := c.position.LateFees.Interest.Claimable(); c.position.LateFees.ClaimedFrom.IsZero() && interest.Sign() > 0 {
		detail += fmt.Sprintf(" Interest of %s arose that nobody claimed: it is not taken from this money unless you claim the late fees (relance claim-late-fees).", interest)
	}
	return detail
}

// surplusKey begins with what FinishSurplusTasks looks for.
func surplusKey(e ledger.Entry) string { return fmt.Sprintf("surplus/%s/%s", e.Kind, e.ID) }

// moneyTaskDays is how long a person has to look at such money.
const moneyTaskDays = 5
