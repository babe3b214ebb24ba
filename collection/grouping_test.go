package collection

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
)

var groupingDay = calendar.NewDate(2026, time.June, 10)

func anyNotice(t *rapid.T, invoice string) Notice {
	return Notice{
		Invoice: invoice, DueDate: groupingDay.AddDays(rapid.IntRange(-30, 10).Draw(t, "due")), Strategy: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "strategy"),
		Grouping: rapid.SampledFrom(Groupings()).Draw(t, "grouping"), Channel: rapid.SampledFrom(Channels()).Draw(t, "channel"),
		Step: Step{Key: rapid.SampledFrom([]string{"one", "two"}).Draw(t, "step"), Tone: rapid.SampledFrom(Tones()).Draw(t, "tone")},
	}
}

func TestNoticesJoinWhoeverAsksAndNeverMixLegalWithOrdinary(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyNotice(t, "A"), anyNotice(t, "B")
		joined := a.MayJoin(b, groupingDay)
		if joined != b.MayJoin(a, groupingDay) {
			t.Fatal("it depends on who asks")
		}
		if joined && (a.IsLegal() != b.IsLegal() || a.Channel != b.Channel || a.Grouping == GroupInvoice || b.Grouping == GroupInvoice) {
			t.Fatalf("%+v joined %+v", a, b)
		}
	})
}

func TestTheLeadingNoticeDoesNotDependOnTheOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		notices := []Notice{anyNotice(t, "A"), anyNotice(t, "B"), anyNotice(t, "C")}
		lead := notices[Leading(notices, groupingDay)]
		shuffled := rapid.Permutation(notices).Draw(t, "shuffled")
		if again := shuffled[Leading(shuffled, groupingDay)]; again.Invoice != lead.Invoice {
			t.Fatalf("%s leads, or %s", lead.Invoice, again.Invoice)
		}
		for _, other := range notices {
			if lead.IsUpcoming(groupingDay) && !other.IsUpcoming(groupingDay) {
				t.Fatal("what is not due leads what is")
			}
		}
	})
}

func TestOnlyWhatIsNotDueBesideWhatIsDueIsOnlyAnnounced(t *testing.T) {
	t.Parallel()
	due, upcoming := Notice{DueDate: groupingDay.AddDays(-1)}, Notice{DueDate: groupingDay}
	require.Equal(t, []bool{false, true}, AnnouncedOnly([]Notice{due, upcoming}, groupingDay))
	require.Equal(t, []bool{false, false}, AnnouncedOnly([]Notice{upcoming, upcoming}, groupingDay))
	require.Equal(t, []bool{false, false}, AnnouncedOnly([]Notice{due, due}, groupingDay))
}
