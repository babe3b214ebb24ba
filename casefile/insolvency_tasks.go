package casefile

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"relance/calendar"
	"relance/collection"
)

// A declaration of claims is made once for all claims of a debtor: its tasks are of
// the debtor and of no invoice, and whichever case comes to a day first opens them.

func insolvencyTaskPrefix(debtor, proceeding string) string {
	return fmt.Sprintf("%s/%s/%s/", collection.TaskInsolvency, debtor, proceeding)
}

// askForDeclaration opens the tasks that a report makes necessary, and answers those
// that it makes needless.
func (s *Store) askForDeclaration(writes *batch, r InsolvencyRecorded, before Proceedings) {
	task := Task{
		Creditor: r.Creditor, Kind: collection.TaskInsolvency, State: TaskOpen, OpenedAt: r.At, DueOn: r.Insolvency.DeclareBy,
	}
	prefix := insolvencyTaskPrefix(r.Debtor, r.ID)
	finish := func(note string) {
		writes.exec(s.sql.FinishDebtorTasks, named{"creditor": r.Creditor, "kind": collection.TaskInsolvency, "prefix": prefix, "note": note, "actor": r.Actor, "at": r.At})
	}
	switch {
	case r.Ended != before.Ended && r.Ended == collection.InsolvencyLifted:
		finish("the proceedings were lifted")
		return
	case r.Ended != before.Ended && r.Ended == collection.InsolvencyPlan:
		finish("a plan was adopted")
		task.Key, task.DueOn = prefix+string(r.Ended), r.Insolvency.EndedOn.AddDays(30)
		task.Title = fmt.Sprintf("Note what the plan of the debtor %s pays, and when", r.Debtor)
		task.Detail = "The court adopted a plan. The cases stay frozen, because what is owed is paid as the plan says. Note its dividends, record the payments as " +
			"they come, and close the cases for what the plan gives up."
	case r.Ended != before.Ended && r.Ended == collection.InsolvencyWithoutAssets:
		finish("the proceedings were closed for lack of assets")
		task.Key, task.DueOn = prefix+string(r.Ended), r.Insolvency.EndedOn.AddDays(30)
		task.Title = fmt.Sprintf("Ask for the certificate that nothing can be recovered from the debtor %s", r.Debtor)
		task.Detail = "The proceedings were closed for lack of assets and the cases written off. The certificate of the liquidateur is the accountant's proof: for the " +
			"loss, and to take back the VAT of the invoices (CGI 272)."
	case !r.Declared.IsZero() && before.Declared.IsZero():
		finish("the claims were declared on " + r.Declared.String())
		return
	case before.Revision == 0 || before.Published.IsZero() && !r.Published.IsZero():
		task.Key = prefix + "opened"
		if before.Revision > 0 {
			finish("the publication is known")
			task.Key = prefix + "published"
		}
		task.Title, task.Detail = openingTexts(r)
	default:
		return
	}
	s.openDebtorTask(writes, &task)
}

func openingTexts(r InsolvencyRecorded) (title, detail string) {
	title = fmt.Sprintf("Declare the claims on the debtor %s in its %s", r.Debtor, r.Kind)
	detail = fmt.Sprintf("Opening judgment of %s%s. Claims born before it are frozen. ", r.Judgment, inCourt(r.Court))
	if r.Insolvency.DeclareBy.IsZero() {
		return title, detail + "Find the notice in the BODACC: the two months to declare run from its publication. Record its day."
	}
	return title, detail + fmt.Sprintf("Declare them to the mandataire or liquidateur by %s, by registered letter: the day of posting counts. relance insolvency declaration prints it. "+
		"Record the day it was sent.", r.Insolvency.DeclareBy)
}

func inCourt(court string) string {
	if court == "" {
		return ""
	}
	return " (" + court + ")"
}

// openDebtorTask queues a task of a debtor, with its line of the history, unless it
// is there.
func (s *Store) openDebtorTask(writes *batch, task *Task) {
	insert := s.sql.InsertTask
	writes.Queue(insert.text, insert.with(*task, named{"closed_with_case": false, "owner_roles": task.Kind.TaskOwners()})).Query(func(rows pgx.Rows) error {
		defer rows.Close()
		for rows.Next() {
			if err := rows.Scan(&task.ID, &task.Owner); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

// InsolvencyTaskOrder asks to tell a person of the declaration of claims, on the day
// of which a case tells.
type InsolvencyTaskOrder struct {
	TaskOrder
	Proceeding string
	Day        calendar.Date
	// Handoff and Partner are set to ask to tell the partner that has the case.
	Handoff string
	Partner string
}

// partnerDays is how long a person has to tell a partner.
const partnerDays = 2

// askToTellPartner opens the task to tell the partner that has the claim that it is
// frozen: what it enforces from the judgment on is void (C. com. L622-21).
func (c *lockedCase) askToTellPartner(order InsolvencyTaskOrder) {
	i := c.now.Insolvency
	c.report(collection.ReportTask{Task: collection.TaskInsolvency, At: c.at})
	if i.Proceeding != order.Proceeding || !i.Freezes() {
		return // lifted meanwhile
	}
	task := Task{
		Creditor: order.Creditor, Invoice: order.Invoice, Round: order.Round, Kind: collection.TaskInsolvency, State: TaskOpen, OpenedAt: c.at,
		DueOn: c.day().AddDays(partnerDays), Key: fmt.Sprintf("%s/handoff/%s/%s", collection.TaskInsolvency, order.Handoff, i.Proceeding),
	}
	task.Title = fmt.Sprintf("Tell %s that the debtor is in insolvency proceedings", order.Partner)
	task.Detail = fmt.Sprintf("Opening judgment of %s. %s has the case (handoff %s) and may not go on with it (C. com. L622-21). Tell it to stop, ask for its costs and its title, "+
		"and take the case back (relance handoff recall). The claim is declared by the creditor.", i.Judgment, order.Partner, order.Handoff)
	c.insertTask(&task)
}

// OpenInsolvencyTask opens the task once for all cases of the debtor, and reports it
// to the case.
func (s *Store) OpenInsolvencyTask(ctx context.Context, order InsolvencyTaskOrder) error {
	why := because{at: order.At, actor: keeper, cause: fmt.Sprintf("task/%s/%s%s", collection.TaskInsolvency, order.Day, order.Handoff)}
	return s.changing(ctx, order.Creditor, order.Invoice, why, nil, func(c *lockedCase) error {
		i := c.now.Insolvency
		if order.Handoff != "" {
			c.askToTellPartner(order)
			return nil
		}
		c.report(collection.ReportTask{Task: collection.TaskInsolvency, At: c.at})
		if i.Proceeding != order.Proceeding || !i.Declared.IsZero() || i.End != "" {
			return nil // it was declared meanwhile
		}
		task := Task{
			Creditor: order.Creditor, Kind: collection.TaskInsolvency, State: TaskOpen, OpenedAt: c.at, DueOn: i.DeclareBy,
			Key: insolvencyTaskPrefix(c.record.value.Debtor, i.Proceeding) + order.Day.String(),
		}
		task.Title = fmt.Sprintf("Declare the claims on the debtor %s: the last day is %s", c.record.value.Debtor, i.DeclareBy)
		task.Detail = "They are not recorded as declared. A claim that is declared too late takes no part in what is paid (C. com. L622-26). relance insolvency declaration " +
			"prints it; record the day it was sent."
		if order.Day > i.LastDay {
			task.DueOn = i.Relief
			task.Title = fmt.Sprintf("The time to declare the claims on the debtor %s ended on %s: ask for relief", c.record.value.Debtor, i.LastDay)
			task.Detail = fmt.Sprintf("The last chance is to ask the juge-commissaire for relief (relevé de forclusion, C. com. L622-26), until %s, showing that the delay was "+
				"no fault of the creditor's. If the claims were declared in time, record the day.", i.Relief)
		}
		c.insertTask(&task)
		return nil
	})
}
