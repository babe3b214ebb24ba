package casefile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

// The writes whose repetition no other test compares row by row.
func TestRepeatingAWriteLeavesTheSameRows(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	task, _ := order(t, store, collection.TaskCall, "call")
	message := sent(t, store, "F-1")
	file := readFile(t, store, "F-1")
	ctx := t.Context()
	writes := map[string]func() error{
		"SaveCreditor": func() error { return store.SaveCreditor(ctx, file.Creditor) },
		"CorrectDebtor": func() error {
			_, err := store.CorrectDebtor(ctx, acme, martin, casefile.Author{By: "anne", At: sendingDay}, func(d *casefile.Debtor) error {
				d.City = "Lyon"
				return nil
			})
			return err
		},
		"SaveContact": func() error {
			_, err := store.SaveContact(ctx, file.Contacts[0])
			return err
		},
		"MarkStarted": func() error { return store.MarkStarted(ctx, casefile.StartedCase{Creditor: acme, Invoice: "F-1"}) },
		"SaveClock":   func() error { return store.SaveClock(ctx, calendar.Clock{}) },
		"Project": func() error {
			_, err := store.Project(ctx, acme, "F-1", sendingDay)
			return err
		},
		"CompleteTask": func() error {
			_, err := store.CompleteTask(ctx, task.ID, "sophie", "done", sendingDay)
			return err
		},
		"MarkNotSent": func() error {
			_, err := store.MarkNotSent(ctx, message.ID, "away", sendingDay)
			return err
		},
		"MarkRejected": func() error {
			_, err := store.MarkRejected(ctx, message.ID, "550", "no", sendingDay)
			return err
		},
		"CloseCase": func() error {
			return store.RecordDecision(ctx, decision("F-1", "close", collection.CaseEnded{Outcome: collection.StageHandedOver}))
		},
		"PostEntry": func() error {
			_, err := store.PostEntry(ctx, posting("F-1", payment("P-1", 100)))
			return err
		},
		"PostEntry for an unknown invoice": func() error {
			_, err := store.PostEntry(ctx, posting("F-2", payment("P-2", 100)))
			return err
		},
		"OpenCase": func() error {
			_, _, err := store.OpenCase(ctx, casefiletest.Opening("F-2"))
			return err
		},
		"OpenTask on a closed case": func() error {
			_, _, err := store.OpenTask(ctx, casefile.TaskOrder{
				Creditor: acme, Invoice: "F-1", Kind: collection.TaskCall, Key: "late", Title: "call", At: sendingDay,
			})
			return err
		},
	}
	for _, name := range []string{
		"SaveCreditor", "CorrectDebtor", "SaveContact", "MarkStarted", "SaveClock", "Project", "CompleteTask", "MarkNotSent",
		"MarkRejected", "CloseCase", "PostEntry", "PostEntry for an unknown invoice", "OpenCase", "OpenTask on a closed case",
	} {
		require.NoError(t, writes[name](), name)
		before := dump(t, dsn)
		require.NoError(t, writes[name](), name)
		require.Equal(t, before, dump(t, dsn), name)
	}
}
