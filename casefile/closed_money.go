package casefile

import (
	"cmp"
	"fmt"

	"relance/collection"
	"relance/ledger"
)

// askAboutMoney opens a task where money moved on a case that does not simply take
// it: a person had closed it, or the debtor may not pay it.
func (c *lockedCase) askAboutMoney(e ledger.Entry) {
	if e.Kind != ledger.EntryPayment && e.Kind != ledger.EntryReversal {
		return
	}
	task := Task{
		Creditor: c.record.value.Creditor, Invoice: c.record.value.Invoice, Round: c.now.Round, State: TaskOpen, OpenedAt: c.at, DueOn: c.day().AddDays(moneyTaskDays),
	}
	switch i := c.now.Insolvency; {
	case c.before.Outcome != "":
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
	default:
		return
	}
	c.insertTask(&task)
}

// moneyTaskDays is how long a person has to look at such money.
const moneyTaskDays = 5
