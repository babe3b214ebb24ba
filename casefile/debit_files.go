package casefile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"relance/calendar"
	"relance/directdebit"
	"relance/money"
)

// ErrUnknownDebitFile: the creditor has no file of direct debits of that ID.
var ErrUnknownDebitFile = errors.New("there is no such file of direct debits")

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

// DebitFile is a file that was written for the bank.
type DebitFile struct {
	Creditor string
	ID       string
	SHA256   string
	// Bytes are missing in a list.
	Bytes []byte
	Actor string
	At    time.Time
	// Debits are what it collects, in the order of their days.
	Debits []FiledDebit
}

// FiledDebit is a collection in a file.
type FiledDebit struct {
	Creditor   string
	File       string
	EndToEnd   string
	Plan       string
	Instalment int
	On         calendar.Date
	Mandate    string
	Amount     money.Amount
}

// Total is what the file collects in all.
func (f DebitFile) Total() money.Amount {
	sum := int64(0)
	for _, debit := range f.Debits {
		sum += debit.Amount.Minor()
	}
	return money.FromMinor(sum, money.EUR)
}

// DebitFile reads a file that was written for the bank; an unknown one is
// ErrUnknownDebitFile. It refuses bytes that do not have the recorded hash.
func (s *Store) DebitFile(ctx context.Context, creditor, id string) (DebitFile, error) {
	if id == "" {
		return DebitFile{}, fmt.Errorf("%w: of %s without an ID", ErrUnknownDebitFile, creditor)
	}
	files, err := s.debitFiles(ctx, creditor, id, 1)
	switch {
	case err != nil:
		return DebitFile{}, err
	case len(files) == 0:
		return DebitFile{}, fmt.Errorf("%w: %s of %s", ErrUnknownDebitFile, id, creditor)
	case hashOf(files[0].Bytes) != files[0].SHA256:
		return DebitFile{}, fmt.Errorf("the direct debit file %s of %s was altered: its hash is not the recorded one", id, creditor)
	default:
		return files[0], nil
	}
}

// DebitFiles lists the files of a creditor, or of all when it is empty, the newest first:
// 100 unless another limit is given.
func (s *Store) DebitFiles(ctx context.Context, creditor string, limit int) ([]DebitFile, error) {
	return s.debitFiles(ctx, creditor, "", cmp.Or(limit, defaultLimit))
}

func (s *Store) debitFiles(ctx context.Context, creditor, id string, limit int) ([]DebitFile, error) {
	var rows []struct {
		Creditor, ID, SHA256 string
		Bytes                []byte
		Actor                string
		At                   time.Time
	}
	var debits []FiledDebit
	err := s.reading(ctx, func(tx *transaction) error {
		var b batch
		all(&b, &rows, s.sql.LoadDebitFiles, named{"creditor": creditor, "id": id, "limit": limit})
		if err := b.run(ctx, tx); err != nil {
			return err
		}
		var creditors, files []string
		for _, row := range rows {
			creditors, files = append(creditors, row.Creditor), append(files, row.ID)
		}
		var more batch
		all(&more, &debits, s.sql.LoadFiledDebits, named{"creditors": creditors, "files": files})
		return more.run(ctx, tx)
	})
	if err != nil {
		return nil, fmt.Errorf("reading the direct debit files of %s: %w", creditor, err)
	}
	made := make([]DebitFile, len(rows))
	for i, row := range rows {
		made[i] = DebitFile{Creditor: row.Creditor, ID: row.ID, SHA256: row.SHA256, Bytes: row.Bytes, Actor: row.Actor, At: row.At}
		for _, debit := range debits {
			if debit.Creditor == row.Creditor && debit.File == row.ID {
				made[i].Debits = append(made[i].Debits, debit)
			}
		}
	}
	return made, nil
}
