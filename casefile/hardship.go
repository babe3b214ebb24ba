package casefile

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"relance/calendar"
	"relance/collection"
)

// HardshipFlag is a flag about a debtor's difficulties, as it is recorded.
type HardshipFlag struct {
	Creditor string
	Debtor   string
	ID       string
	Revision int
	Kind     collection.HardshipKind
	Reason   collection.HardshipReason
	From     calendar.Date
	Until    calendar.Date
	ReviewOn calendar.Date
	// Ended is the day on which a person ended it, or withdrew it: Withdrawn says that it
	// should never have been.
	Ended      calendar.Date
	Withdrawn  bool
	Actor      string
	At         time.Time
	RecordedAt time.Time
}

// hardshipReviewDays is when a person looks again at a flag that names no day.
const hardshipReviewDays = 90

// FlagHardship records difficulties of a debtor, or the end of those recorded under
// the ID, and has every case of the debtor take it, in one transaction. Tasks ask a
// person to care for it, and to look again. The same flag again changes nothing.
func (s *Store) FlagHardship(ctx context.Context, flag HardshipFlag) (HardshipFlag, error) {
	flag.At = businessTime(flag.At)
	if err := collection.CheckID("the hardship", flag.ID); err != nil {
		return flag, err
	}
	why := because{at: flag.At, actor: flag.Actor, cause: fmt.Sprintf("hardship/%s/%s", flag.ID, flag.At.Format(time.RFC3339Nano))}
	err := s.changingStanding(ctx, flag.Creditor, flag.Debtor, why, func(tx *transaction, known knownStanding, writes *batch) (collection.Standing, bool, error) {
		var err error
		if flag, err = s.learnHardship(ctx, tx, flag, known, writes); err != nil {
			return known.Standing, false, err
		}
		standing := known.Standing
		standing.Hardship = collection.Hardship{
			ID: flag.ID, Kind: flag.Kind, Reason: flag.Reason, From: flag.From, Until: flag.Until, ReviewOn: flag.ReviewOn, Ended: flag.Ended, Withdrawn: flag.Withdrawn,
		}
		return standing, standing != known.Standing, nil
	})
	return flag, err
}

func (s *Store) learnHardship(ctx context.Context, tx *transaction, said HardshipFlag, known knownStanding, writes *batch) (HardshipFlag, error) {
	var rows []HardshipFlag
	var reads batch
	all(&reads, &rows, s.sql.LoadHardships, named{"creditor": said.Creditor, "debtor": said.Debtor})
	if err := reads.run(ctx, tx); err != nil {
		return said, fmt.Errorf("reading the hardship of %s of %s: %w", said.Debtor, said.Creditor, err)
	}
	learned := HardshipFlag{Creditor: said.Creditor, Debtor: said.Debtor, ID: said.ID}
	if at := slices.IndexFunc(rows, func(f HardshipFlag) bool { return f.ID == said.ID }); at >= 0 {
		learned = rows[at]
	}
	before, today := learned, dayAt(said.At, known.CreditorZone)
	learned.Kind, learned.Reason, learned.From = cmp.Or(said.Kind, learned.Kind), cmp.Or(said.Reason, learned.Reason), cmp.Or(said.From, learned.From, today)
	learned.Until, learned.ReviewOn, learned.Ended = cmp.Or(said.Until, learned.Until), cmp.Or(said.ReviewOn, learned.ReviewOn), cmp.Or(said.Ended, learned.Ended)
	learned.Withdrawn = learned.Withdrawn || said.Withdrawn
	if learned.Withdrawn {
		learned.Ended = cmp.Or(learned.Ended, today)
	}
	if learned.ReviewOn.IsZero() {
		learned.ReviewOn = today.AddDays(hardshipReviewDays)
	}
	if learned == before {
		return learned, nil
	}
	current := known.Standing.Hardship
	switch {
	case before.Kind == "" && (!said.Ended.IsZero() || said.Withdrawn):
		return learned, refuse(collection.RefusedInvalid, "the debtor %s has no hardship %s to end: compare its ID with those recorded", said.Debtor, said.ID)
	case learned.Kind == "" || learned.Reason == "":
		return learned, refuse(collection.RefusedInvalid, "the hardship %s is not recorded: say its kind, %s, and its reason, %s",
			said.ID, collection.AnyOf(collection.HardshipKinds()), collection.AnyOf(collection.HardshipReasons()))
	case learned.From > today:
		return learned, refuse(collection.RefusedInvalid, "the hardship %s would begin on %s, which is to come", said.ID, learned.From)
	case learned.Kind == collection.OverIndebtedness && actsAs(known.Kind, false) != DebtorConsumer:
		return learned, refuse(collection.RefusedInvalid, "only consumers come before the commission on over-indebtedness, and the debtor %s is a %s", said.Debtor, known.Kind)
	case current.Holds(today) && current.ID != learned.ID:
		return learned, refuse(collection.RefusedConflict, "the hardship %s of the debtor %s still holds: end it before another begins", current.ID, said.Debtor)
	}
	if _, err := collection.Decide(collection.Case{}, collection.TakeStanding{Standing: collection.Standing{Hardship: collection.Hardship{
		ID: learned.ID, Kind: learned.Kind, Reason: learned.Reason, From: learned.From, Until: learned.Until,
	}}}); err != nil {
		return learned, err
	}
	learned.Revision, learned.Actor, learned.At = before.Revision+1, said.Actor, said.At
	writes.exec(s.sql.InsertHardship, learned)
	s.askToCare(writes, learned, before)
	return learned, nil
}

// askToCare opens the tasks of a flag that is new, and answers those of one that
// ended.
func (s *Store) askToCare(writes *batch, flag, before HardshipFlag) {
	prefix := fmt.Sprintf("%s/%s/%s/", collection.TaskHardship, flag.Debtor, flag.ID)
	if !flag.Ended.IsZero() {
		writes.exec(s.sql.FinishDebtorTasks, named{
			"creditor": flag.Creditor, "kind": collection.TaskHardship, "prefix": prefix, "note": "the hardship ended on " + flag.Ended.String(), "actor": flag.Actor, "at": flag.At,
		})
		return
	}
	task := Task{Creditor: flag.Creditor, Kind: collection.TaskHardship, State: TaskOpen, OpenedAt: flag.At}
	if before.Revision == 0 || flag.Kind != before.Kind {
		first := task
		first.Key, first.DueOn = prefix+string(flag.Kind), calendar.DateOf(flag.At).AddDays(moneyTaskDays)
		first.Title = fmt.Sprintf("Offer the debtor %s a plan", flag.Debtor)
		first.Detail = "The debtor is in difficulties. Until that ends, nothing firmer than a courteous reminder leaves without approval. Offer to pay in instalments."
		if flag.Kind == collection.OverIndebtedness {
			first.Title = fmt.Sprintf("Declare the claims on the debtor %s to the commission on over-indebtedness", flag.Debtor)
			first.Detail = "Its file was found admissible: old debts must not be paid, nothing is enforced and no interest runs on the debts it lists (C. conso. L722-2, L722-5, " +
				"L722-14). Everything has stopped, the interest too, until the flag ends: on the day from which the measures apply. Check that the commission knows the claims, and follow its plan."
		}
		s.openDebtorTask(writes, &first)
	}
	task.Key, task.DueOn = prefix+"review/"+flag.ReviewOn.String(), flag.ReviewOn
	task.Title = fmt.Sprintf("Look again at the difficulties of the debtor %s on %s", flag.Debtor, flag.ReviewOn)
	task.Detail = "Ask whether they last. End the flag if not, or give it another day."
	s.openDebtorTask(writes, &task)
}

// Hardships lists the flags about a debtor, by their first day. An unknown debtor is
// ErrUnknownDebtor.
func (s *Store) Hardships(ctx context.Context, creditor, debtor string) ([]HardshipFlag, error) {
	var known found[Debtor]
	var rows []HardshipFlag
	key := named{"creditor": creditor, "debtor": debtor}
	var b batch
	one(&b, &known, s.sql.LoadDebtorOfID, key)
	all(&b, &rows, s.sql.LoadHardships, key)
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the hardship of %s of %s: %w", debtor, creditor, err)
	}
	if !known.is {
		return nil, fmt.Errorf("%w: %s of %s", ErrUnknownDebtor, debtor, creditor)
	}
	return rows, nil
}
