package casefile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/arrangements"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
)

// agreedOn is a case whose mediation ended on 2 April 2026 with an agreement to conclude.
func agreedOn(t *testing.T, kind collection.AgreementKind) *casefile.Store {
	t.Helper()
	store := mediated(t)
	on := casefiletest.Opening("x").Window.DateOf(mediationDay)
	decided(t, store, "F-1", mediationDay, propose("m"), accept("m"), collection.EndMediation{
		ID: "m", Outcome: collection.OutcomeAgreement, On: on, Today: on, Agreement: collection.Agreement{Kind: kind, Amount: euros(6000), Until: on.AddDays(20)},
	})
	return store
}

func concludedOn(t *testing.T, store *casefile.Store) string {
	t.Helper()
	return readFile(t, store, "F-1").Case.Mediations[0].Agreement.Concluded.String()
}

func TestAPlanThatIsAcceptedConcludesTheAgreementOfAMediation(t *testing.T) {
	t.Parallel()
	store := agreedOn(t, collection.AgreementPlan)
	plan := planOver(t, "P-1", "F-1")
	require.NoError(t, store.RecordPlan(t.Context(), writing(plan, 1, "proposed")))
	require.Empty(t, concludedOn(t, store))
	require.NoError(t, store.RecordPlan(t.Context(), writing(acceptPlan(t, plan), 2, "accepted")))
	require.Equal(t, plan.ProposedOn.String(), concludedOn(t, store))
}

func TestADiscountThatIsOfferedConcludesTheAgreementOfAMediation(t *testing.T) {
	t.Parallel()
	store := agreedOn(t, collection.AgreementDiscount)
	offer := posting("F-1", ledger.Entry{Kind: ledger.EntryDiscount, ID: "S-1", Amount: euros(6000), ValueDate: may(5), Until: may(20)})
	offer.Role, offer.At = collection.RoleOwner, noonOf(may(5))
	for range 2 {
		posted, err := store.PostEntry(t.Context(), offer)
		require.NoError(t, err)
		require.Equal(t, "m", posted.Concluded, "its workflow hears of it, also after a crash")
	}
	require.Equal(t, "2026-05-05", concludedOn(t, store))
}

func TestACaseThatAPartnerHasIsNotPaidInInstalmentsBeforeItIsRecalled(t *testing.T) {
	t.Parallel()
	store := partnered(t, "F-1")
	withPartner(t, store, "F-1")
	plan := planOver(t, "P-1", "F-1")
	plan.Claims = []arrangements.Claim{{Invoice: "F-1", DueDate: plan.Claims[0].DueDate, Amount: euros(12000)}}
	require.ErrorContains(t, store.RecordPlan(t.Context(), writing(plan, 1, "proposed")), "the partner etude has the case case/acme/F-1: recall it before")
}
