package recipients_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/collection"
	"relance/recipients"
)

// anyQuestion draws a debtor with many people, of whom some share addresses, have
// left, opted out or cannot be reached.
func anyQuestion(t *rapid.T) recipients.Question {
	addresses := rapid.SampledFrom([]string{"", "a@x.example", "A@x.example", "b@x.example", "c@x.example", "d@x.example"})
	phones := rapid.SampledFrom([]string{"", "+33639980001", "+33639980002", "+33639980003"})
	channels := rapid.SampledFrom(collection.Channels())
	days := rapid.SampledFrom([]calendar.Date{0, today - 1, today, today + 1})
	contacts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) recipients.Contact {
		return recipients.Contact{
			Role:  rapid.SampledFrom(append(collection.ContactRoles(), "", "janitor")).Draw(t, "role"),
			Email: addresses.Draw(t, "email"), Phone: phones.Draw(t, "phone"), TakesSMS: rapid.Bool().Draw(t, "mobile"),
			Preferred: rapid.Bool().Draw(t, "preferred"), PreferredChannel: rapid.SampledFrom([]collection.Channel{"", email, sms}).Draw(t, "prefers"),
			Channels:  rapid.SliceOfNDistinct(channels, 0, 2, rapid.ID).Draw(t, "channels"),
			Scope:     rapid.SampledFrom([]string{"", "", "PO-7", "PO-8"}).Draw(t, "scope"),
			ValidFrom: days.Draw(t, "from"), ValidUntil: days.Draw(t, "until"),
			EmailInvalid: rapid.Bool().Draw(t, "bad email"), PhoneInvalid: rapid.Bool().Draw(t, "bad phone"), WhatsAppInvalid: rapid.Bool().Draw(t, "no WhatsApp"),
		}
	}), 0, 6).Draw(t, "contacts")
	for i := range contacts {
		contacts[i].ID = int64(i + 1)
	}
	q := question("drawn", rapid.SampledFrom([]collection.Channel{email, sms, whatsApp}).Draw(t, "channel"), contacts...)
	q.Strategy.Steps = append(q.Strategy.Steps, collection.Step{
		Key:    "drawn",
		To:     rapid.SliceOfNDistinct(rapid.SampledFrom(collection.ContactRoles()), 0, 3, rapid.ID).Draw(t, "to"),
		Copy:   rapid.SliceOfNDistinct(rapid.SampledFrom(append(collection.ContactRoles(), collection.ColleagueRoles()...)), 0, 4, rapid.ID).Draw(t, "copy"),
		Sender: rapid.SampledFrom([]collection.Role{"", "manager"}).Draw(t, "sender"),
	})
	q.OptOuts = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) recipients.OptOut {
		channel := channels.Draw(t, "opted out of")
		address := addresses.Draw(t, "address")
		if channel == sms {
			address = phones.Draw(t, "number")
		}
		return recipients.OptOut{Channel: channel, Address: address}
	}), 0, 2).Draw(t, "opt-outs")
	q.Colleagues = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) recipients.Colleague {
		return recipients.Colleague{
			Role: rapid.SampledFrom(collection.ColleagueRoles()).Draw(t, "role"), Email: addresses.Draw(t, "email"),
			Debtor: rapid.SampledFrom([]string{"", "martin", "durand"}).Draw(t, "debtor"),
		}
	}), 0, 3).Draw(t, "colleagues")
	return q
}

func TestWhoeverIsChosenMayBeWrittenTo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := anyQuestion(t)
		choice, err := recipients.Choose(q)
		if err != nil {
			refusal := new(recipients.Refusal)
			require.ErrorAs(t, err, &refusal)
			require.Zero(t, choice)
			require.NotEmpty(t, refusal.French())
			require.NotContains(t, refusal.Error(), "@", "a refusal has no personal data")
			require.NotContains(t, refusal.Error(), "+33")
			return
		}
		to := choice.To
		require.True(t, slices.ContainsFunc(q.Contacts, func(c recipients.Contact) bool { return c.ID == to.ID }), "exactly one, who is a contact")
		require.Equal(t, map[collection.Channel]string{email: to.Email, sms: to.Phone, whatsApp: to.Phone}[q.Channel], choice.Address)
		require.NotEmpty(t, choice.Address)
		require.True(t, to.ValidFrom.IsZero() || to.ValidFrom <= q.Day)
		require.True(t, to.ValidUntil.IsZero() || to.ValidUntil >= q.Day)
		require.False(t, q.Channel == email && to.EmailInvalid || q.Channel == sms && to.PhoneInvalid || q.Channel == whatsApp && to.WhatsAppInvalid)
		require.True(t, len(to.Channels) == 0 || slices.Contains(to.Channels, q.Channel))
		require.NotEqual(t, "PO-8", to.Scope)
		for _, o := range q.OptOuts {
			require.False(t, o.Channel == q.Channel && (o.Address == "" || strings.EqualFold(o.Address, choice.Address)), "opted out")
		}
		require.NotEmpty(t, choice.Why.English)
		require.NotEmpty(t, choice.Why.French)
		require.NotEmpty(t, choice.Language)
	})
}

func TestACopyNeverGoesToWhoIsWrittenToNorTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := anyQuestion(t)
		choice, err := recipients.Choose(q)
		if err != nil || q.Channel != email {
			require.Empty(t, choice.Copies)
			return
		}
		seen := map[string]bool{strings.ToLower(choice.Address): true}
		for _, c := range choice.Copies {
			key := strings.ToLower(c.Email)
			require.NotEmpty(t, key)
			require.False(t, seen[key])
			seen[key] = true
			if slices.Contains(collection.ContactRoles(), c.Role) {
				require.False(t, slices.ContainsFunc(q.OptOuts, func(o recipients.OptOut) bool {
					return o.Channel == email && (o.Address == "" || strings.EqualFold(o.Address, c.Email))
				}), "who opted out gets no copy either")
			}
		}
	})
}

func TestTheOrderOfThePeopleDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := anyQuestion(t)
		choice, err := recipients.Choose(q)
		shuffled := q
		shuffled.Contacts = rapid.Permutation(q.Contacts).Draw(t, "contacts")
		shuffled.Colleagues = rapid.Permutation(q.Colleagues).Draw(t, "colleagues")
		shuffled.OptOuts = rapid.Permutation(q.OptOuts).Draw(t, "opt-outs")
		again, errAgain := recipients.Choose(shuffled)
		require.Equal(t, err, errAgain)
		require.Equal(t, choice, again)
	})
}

func TestOneAddressWrittenInTwoWaysGetsTheSameCopyInAnyOrder(t *testing.T) {
	t.Parallel()
	q := recipients.Question{
		Strategy: collection.Strategy{Steps: []collection.Step{{Key: "reminder", Copy: []collection.Role{collection.RoleAccountant}}}}, Step: "reminder", Channel: email,
		People: recipients.People{
			Contacts:   []recipients.Contact{{ID: 1, Role: collection.RoleAccountsPayable, Email: "b@x.example"}},
			Colleagues: []recipients.Colleague{{Role: collection.RoleAccountant, Email: "a@x.example"}, {Role: collection.RoleAccountant, Email: "A@x.example"}},
		},
	}
	choice, err := recipients.Choose(q)
	require.NoError(t, err)
	require.Len(t, choice.Copies, 1)
	slices.Reverse(q.Colleagues)
	again, err := recipients.Choose(q)
	require.NoError(t, err)
	require.Equal(t, choice, again)
}

func TestAddingAnOptOutNeverReachesSomebodyByThatAddress(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := anyQuestion(t)
		choice, err := recipients.Choose(q)
		if err != nil {
			return
		}
		q.OptOuts = append(q.OptOuts, recipients.OptOut{Channel: q.Channel, Address: strings.ToUpper(choice.Address)})
		again, err := recipients.Choose(q)
		require.True(t, err != nil || !strings.EqualFold(again.Address, choice.Address))
	})
}

func TestWhoWasChosenIsStillReachedUntilSomethingChanges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := anyQuestion(t)
		choice, err := recipients.Choose(q)
		if err != nil {
			return
		}
		require.True(t, q.StillReaches(q.Channel, choice.Address, q.Day))
		opted := q.People
		opted.OptOuts = append(slices.Clone(q.OptOuts), recipients.OptOut{Channel: q.Channel, Address: choice.Address})
		require.False(t, opted.StillReaches(q.Channel, choice.Address, q.Day))
		nobody := q.People
		nobody.Contacts = nil
		require.False(t, nobody.StillReaches(q.Channel, choice.Address, q.Day))
	})
}
