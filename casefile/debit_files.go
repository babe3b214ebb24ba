package casefile

import (
	"context"
	"fmt"
	"time"

	"relance/calendar"
	"relance/directdebit"
)

// PlannedDebit is an instalment that is to be collected.
type PlannedDebit struct {
	Plan       string
	Instalment int
	directdebit.Collection
}

// KnownDebit is a collection that stands in a file.
type KnownDebit struct {
	EndToEnd   string
	File       string
	Mandate    string
	Plan       string
	Instalment int
	On         calendar.Date
}

// WriteDebitFile keeps a file with the collections in it, in one transaction. Those
// that stand in an earlier file are left out of it and returned as known: nothing is
// ever collected twice. write makes the bytes of what is left; it is not called when
// nothing is, and the file is empty then.
func (s *Store) WriteDebitFile(
	ctx context.Context, creditor, id string, planned []PlannedDebit, author Author, write func([]directdebit.Collection) ([]byte, error),
) (file []byte, written []PlannedDebit, known []KnownDebit, err error) {
	err = s.writing(ctx, func(tx *transaction) error {
		file, written, known = nil, nil, nil
		var lock batch
		lock.exec(s.sql.LockDebitFiles, named{"creditor": creditor})
		before := make([]found[KnownDebit], len(planned))
		for i, debit := range planned {
			one(&lock, &before[i], s.sql.LoadDirectDebit, named{"creditor": creditor, "end_to_end": debit.EndToEnd})
		}
		if err := lock.run(ctx, tx); err != nil {
			return fmt.Errorf("reading what was collected for %s: %w", creditor, err)
		}
		var collections []directdebit.Collection
		for i, debit := range planned {
			if before[i].is {
				known = append(known, before[i].value)
				continue
			}
			written, collections = append(written, debit), append(collections, debit.Collection)
		}
		if len(collections) == 0 {
			return nil
		}
		if file, err = write(collections); err != nil {
			return err
		}
		var b batch
		b.exec(s.sql.InsertDebitFile, named{
			"creditor": creditor, "id": id, "sha256": hashOf(file), "bytes": file, "actor": author.By, "at": businessTime(author.At.Truncate(time.Microsecond)),
		})
		for _, debit := range written {
			b.exec(s.sql.InsertDirectDebit, named{
				"creditor": creditor, "end_to_end": debit.EndToEnd, "file": id, "mandate": debit.Collection.Mandate.ID, "plan": debit.Plan,
				"instalment": debit.Instalment, "on": debit.On, "amount_minor": debit.Amount.Minor(),
			})
		}
		if err := b.run(ctx, tx); err != nil {
			return fmt.Errorf("keeping the direct debit file %s of %s: %w", id, creditor, err)
		}
		return nil
	})
	return file, written, known, err
}
