package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases/statements"
	"relance/collection"
	"relance/messaging"
	"relance/statement/statementfile"
)

// statesAccounts has the post office write real statements, and counts them.
func (o *postOffice) statesAccounts() *[]activities.StatementOrder {
	asked := &[]activities.StatementOrder{}
	o.Statement = func(ctx context.Context, of activities.StatementOrder) (messaging.Attachment, error) {
		*asked = append(*asked, of)
		maker := &statements.Maker{Store: o.store, Templates: o.Templates, Clock: o.Clock}
		file, err := maker.File(ctx, statements.Request{Creditor: of.Creditor, Debtor: of.Debtor, On: of.On, Language: of.Language}, statementfile.PDF)
		return messaging.Attachment{Filename: file.Name, ContentType: file.ContentType, Content: file.Content}, err
	}
	return asked
}

func withStatement(opening *casefile.Opening) {
	opening.Strategy = byMail()
	opening.Strategy.Steps[0].AttachStatement = true
}

func TestAMailAboutSeveralInvoicesCarriesTheStatementOfAccountWhenItsStepAsksForIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		asks     bool
		invoices int
		carried  int
	}{{"several", true, 3, 1}, {"one", true, 1, 0}, {"not asked for", false, 3, 0}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			strategy := follows(byMail())
			if c.asks {
				strategy = withStatement
			}
			o := open(t, strategy, func(opening *casefile.Opening) { opening.Debtor.Language = "fr" })
			asked := o.statesAccounts()
			for _, invoice := range numbers(c.invoices)[1:] {
				o.also(invoice, strategy)
			}
			order := o.order("firm", collection.ChannelEmail)
			order.AttachStatement = c.asks
			delivery, err := o.Deliver(t.Context(), order)
			require.NoError(t, err)
			require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
			require.Len(t, *asked, c.carried)

			stored, _, err := o.store.MessageBytes(t.Context(), o.file().Messages[0].ID)
			require.NoError(t, err)
			mail, err := messaging.DecodeEmail(stored)
			require.NoError(t, err)
			var pdfs []messaging.Attachment
			for _, file := range mail.Attachments {
				if file.ContentType == "application/pdf" {
					pdfs = append(pdfs, file)
				}
			}
			require.Len(t, pdfs, c.carried, "what is kept as proof has it")
			if c.carried > 0 {
				require.Equal(t, "releve-de-compte-martin-2026-03-23.pdf", pdfs[0].Filename)
				require.Equal(t, "%PDF", string(pdfs[0].Content[:4]))
			}
		})
	}
}

// The message is composed anew after a payment: so is its statement.
func TestAStatementThatIsAttachedIsOfTheMomentTheMailIsComposed(t *testing.T) {
	t.Parallel()
	o := open(t, withStatement)
	o.also("F-2", withStatement)
	o.also("F-3", withStatement)
	asked := o.statesAccounts()
	order := o.order("firm", collection.ChannelEmail)
	order.AttachStatement = true
	compose := o.Statement
	paid := false
	o.Statement = func(ctx context.Context, of activities.StatementOrder) (messaging.Attachment, error) {
		file, err := compose(ctx, of)
		if !paid { // between reading the accounts and storing the mail
			paid = true
			o.pay("F-2")
		}
		return file, err
	}
	require.Eventually(t, func() bool {
		delivery, err := o.Deliver(t.Context(), order)
		return err == nil && delivery.Outcome == activities.DeliveryAccepted
	}, 10*time.Second, 10*time.Millisecond)
	require.Equal(t, 1, o.accepted())
	require.NotContains(t, o.text(0), "F-2")
	require.Len(t, *asked, 2, "the accounts were read again")
	require.Equal(t, casefiletest.Debtor, (*asked)[0].Debtor)
}
