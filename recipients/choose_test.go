package recipients_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/collection"
	"relance/recipients"
)

const (
	email    = collection.ChannelEmail
	sms      = collection.ChannelSMS
	whatsApp = collection.ChannelWhatsApp
	letter   = collection.ChannelLetter
)

var today = calendar.NewDate(2026, time.April, 7)

// The people of the examples.
func claire() recipients.Contact {
	return recipients.Contact{ID: 1, Name: "Claire Petit", Role: collection.RoleAccountsPayable, Email: "claire@martin.example", Phone: "+33639980001", TakesSMS: true}
}

func paul() recipients.Contact {
	return recipients.Contact{ID: 2, Name: "Paul Roy", Role: collection.RoleDirector, Email: "paul@martin.example", Phone: "+33639980002", TakesSMS: true}
}

func with(c recipients.Contact, change func(*recipients.Contact)) recipients.Contact {
	change(&c)
	return c
}

// ladder writes to accounts payable, and to the director from the formal notice on.
func ladder() collection.Strategy {
	return collection.Strategy{Name: "s", Version: 1, Steps: []collection.Step{
		{Key: "usual"},
		{Key: "reminder", To: []collection.Role{"accounts-payable"}, Copy: []collection.Role{"salesperson"}},
		{Key: "formal-notice", Tone: collection.ToneFormal, To: []collection.Role{"director", "accounts-payable"}, Copy: []collection.Role{"buyer", "accountant"}, Sender: collection.RoleManager},
	}}
}

func question(step string, channel collection.Channel, contacts ...recipients.Contact) recipients.Question {
	return recipients.Question{
		People: recipients.People{Contacts: contacts}, Debtor: recipients.Debtor{ID: "martin", Country: "FR", HasAddress: true},
		Creditor: recipients.Creditor{Language: "fr", Country: "FR"}, Strategy: ladder(), Step: step, Channel: channel, Day: today,
		Marks: []string{"F-1", "PO-7"},
	}
}

func TestTheRightPersonIsWrittenTo(t *testing.T) {
	t.Parallel()
	anna := recipients.Contact{ID: 3, Name: "Anna", Email: "anna@martin.example"}
	machine := recipients.Contact{ID: 4, Role: collection.RoleEInvoicing, Email: "invoices@martin.example"}
	for name, c := range map[string]struct {
		question recipients.Question
		to       int64
	}{
		"accounts payable before the director":                   {question("usual", email, paul(), claire()), 1},
		"whoever can be reached when nobody pays":                {question("usual", email, paul()), 2},
		"a person before a machine":                              {question("usual", email, machine, anna), 3},
		"a machine when there is nobody else":                    {question("usual", email, machine), 4},
		"the step's first role":                                  {question("formal-notice", email, claire(), paul()), 2},
		"the step's second role when the first cannot be":        {question("formal-notice", email, claire(), with(paul(), func(c *recipients.Contact) { c.EmailInvalid = true })), 1},
		"the only contact, whose role nobody gave":               {question("formal-notice", email, anna), 3},
		"a role of the step before a contact without a role":     {question("reminder", email, anna, claire()), 1},
		"a contact without a role after those of the step":       {question("reminder", email, anna, paul()), 3},
		"the preferred of two":                                   {question("usual", email, claire(), with(claire(), func(c *recipients.Contact) { c.ID, c.Email, c.Preferred = 9, "b@x.example", true })), 9},
		"the one who prefers the channel":                        {question("usual", sms, claire(), with(claire(), func(c *recipients.Contact) { c.ID, c.Phone, c.PreferredChannel = 9, "+33639980009", sms })), 9},
		"the one of the order before the preferred one of all":   {question("usual", email, with(claire(), func(c *recipients.Contact) { c.Preferred = true }), with(claire(), func(c *recipients.Contact) { c.ID, c.Email, c.Scope = 9, "b@x.example", "po-7" })), 9},
		"who speaks for another order is not asked":              {question("usual", email, paul(), with(claire(), func(c *recipients.Contact) { c.Scope = "PO-8" })), 2},
		"who has left is not written to":                         {question("usual", email, paul(), with(claire(), func(c *recipients.Contact) { c.ValidUntil = today - 1 })), 2},
		"the last day counts":                                    {question("usual", email, paul(), with(claire(), func(c *recipients.Contact) { c.ValidUntil = today })), 1},
		"who has not begun is not written to":                    {question("usual", email, paul(), with(claire(), func(c *recipients.Contact) { c.ValidFrom = today + 1 })), 2},
		"who may not be written to this way":                     {question("usual", sms, paul(), with(claire(), func(c *recipients.Contact) { c.Channels = []collection.Channel{email} })), 2},
		"one address twice is one":                               {question("usual", email, claire(), with(claire(), func(c *recipients.Contact) { c.ID, c.Email = 9, "CLAIRE@martin.example" })), 1},
		"a landline takes no SMS":                                {question("usual", sms, paul(), with(claire(), func(c *recipients.Contact) { c.TakesSMS = false })), 2},
		"a bad number says nothing about the mail address":       {question("usual", email, with(claire(), func(c *recipients.Contact) { c.PhoneInvalid = true })), 1},
		"a number without WhatsApp takes an SMS":                 {question("usual", sms, with(claire(), func(c *recipients.Contact) { c.WhatsAppInvalid = true })), 1},
		"a landline may have WhatsApp":                           {question("usual", whatsApp, with(claire(), func(c *recipients.Contact) { c.PhoneInvalid = true })), 1},
		"a role that is not known is nobody's when steps choose": {question("formal-notice", email, paul(), with(claire(), func(c *recipients.Contact) { c.Role = "janitor" })), 2},
	} {
		choice, err := recipients.Choose(c.question)
		require.NoError(t, err, name)
		require.Equal(t, c.to, choice.To.ID, name)
	}
}

func TestWhenNobodyCanBeWrittenToItIsSaidWhyAndWhatToCorrect(t *testing.T) {
	t.Parallel()
	stopped := question("usual", sms, claire())
	stopped.OptOuts = []recipients.OptOut{{Channel: sms, Address: "+33639980001"}}
	refused := question("usual", email, claire(), paul())
	refused.OptOuts = []recipients.OptOut{{Channel: email}}
	homeless := question("usual", letter, claire())
	homeless.Debtor.HasAddress = false
	orphan := question("usual", email)
	orphan.Debtor.Parent = "holding"
	for name, c := range map[string]struct {
		question recipients.Question
		code     recipients.Code
		says     string
		saysFR   string
	}{
		"no contact at all": {question("usual", email), recipients.Nobody,
			"no contact of the debtor can be written to by e-mail: add a contact with an e-mail address, or correct one",
			"aucun contact du débiteur ne peut être joint par e-mail : ajoutez un contact avec une adresse e-mail, ou corrigez-en un"},
		"no contact with the channel": {question("usual", sms, with(claire(), func(c *recipients.Contact) { c.Phone = "" })), recipients.Nobody,
			"no contact of the debtor can be written to by SMS (contact 1, accounts payable, has no mobile number): add a contact with a mobile number, or correct one",
			"aucun contact du débiteur ne peut être joint par SMS (le contact 1, la comptabilité fournisseurs, n’a pas de numéro de mobile) : ajoutez un contact avec un numéro de mobile, ou corrigez-en un"},
		"a role the step does not write to": {question("reminder", email, paul()), recipients.Nobody,
			"no contact of the debtor can be written to by e-mail (contact 2, the director, has a role that this step does not write to): add a contact with an e-mail address, or correct one",
			"aucun contact du débiteur ne peut être joint par e-mail (le contact 2, la direction, a un rôle auquel cette étape n’écrit pas) : ajoutez un contact avec une adresse e-mail, ou corrigez-en un"},
		"STOP": {stopped, recipients.OptedOut,
			"no contact of the debtor can be written to by SMS (contact 1, accounts payable, asked not to be written to by SMS): add a contact with a mobile number, or correct one",
			"aucun contact du débiteur ne peut être joint par SMS (le contact 1, la comptabilité fournisseurs, a demandé à ne plus être joint par SMS) : ajoutez un contact avec un numéro de mobile, ou corrigez-en un"},
		"the whole debtor opted out": {refused, recipients.OptedOut,
			"no contact of the debtor can be written to by e-mail (contact 1, accounts payable, asked not to be written to by e-mail; contact 2, the director, asked not to be written to by e-mail): add a contact with an e-mail address, or correct one",
			"aucun contact du débiteur ne peut être joint par e-mail (le contact 1, la comptabilité fournisseurs, a demandé à ne plus être joint par e-mail ; le contact 2, la direction, a demandé à ne plus être joint par e-mail) : ajoutez un contact avec une adresse e-mail, ou corrigez-en un"},
		"an address where nothing arrives": {question("usual", email, with(claire(), func(c *recipients.Contact) { c.EmailInvalid = true })), recipients.AddressInvalid,
			"no contact of the debtor can be written to by e-mail (contact 1, accounts payable, cannot be reached at its address: correct it): add a contact with an e-mail address, or correct one",
			"aucun contact du débiteur ne peut être joint par e-mail (le contact 1, la comptabilité fournisseurs, n’est pas joignable à son adresse : corrigez-la) : ajoutez un contact avec une adresse e-mail, ou corrigez-en un"},
		"a number without WhatsApp": {question("usual", whatsApp, with(claire(), func(c *recipients.Contact) { c.WhatsAppInvalid = true })), recipients.AddressInvalid,
			"no contact of the debtor can be written to by WhatsApp (contact 1, accounts payable, cannot be reached by WhatsApp at its number: correct it): add a contact with a mobile number, or correct one",
			"aucun contact du débiteur ne peut être joint par WhatsApp (le contact 1, la comptabilité fournisseurs, n’est pas joignable par WhatsApp à son numéro : corrigez-le) : ajoutez un contact avec un numéro de mobile, ou corrigez-en un"},
		"two who fit equally well": {question("usual", email, claire(), with(claire(), func(c *recipients.Contact) { c.ID, c.Email = 9, "b@x.example" })), recipients.Ambiguous,
			"the contacts 1, 9 fit equally well by e-mail (accounts payable): mark one of them as preferred, give them different roles or scopes, or retire who has left",
			"les contacts 1, 9 conviennent aussi bien l’un que l’autre par e-mail (la comptabilité fournisseurs) : désignez le contact préféré, donnez-leur des rôles ou des périmètres différents, ou retirez qui est parti"},
		"two preferred ones": {question("usual", email, with(claire(), func(c *recipients.Contact) { c.Preferred = true }), with(claire(), func(c *recipients.Contact) { c.ID, c.Email, c.Preferred = 9, "b@x.example", true })), recipients.Ambiguous,
			"the contacts 1, 9 fit equally well by e-mail (accounts payable): mark one of them as preferred, give them different roles or scopes, or retire who has left",
			"les contacts 1, 9 conviennent aussi bien l’un que l’autre par e-mail (la comptabilité fournisseurs) : désignez le contact préféré, donnez-leur des rôles ou des périmètres différents, ou retirez qui est parti"},
		"no postal address": {homeless, recipients.Nobody,
			"the debtor has no complete postal address: add street and city", "le débiteur n’a pas d’adresse postale complète : ajoutez la rue et la ville"},
		"a parent that is not known": {orphan, recipients.Nobody,
			"the messages of the debtor go to its parent holding, which is not known: import that debtor, or have the messages sent to the debtor itself",
			"les messages du débiteur vont à sa maison mère holding, qui n’est pas connue : importez ce débiteur, ou adressez les messages au débiteur lui-même"},
	} {
		_, err := recipients.Choose(c.question)
		var refusal *recipients.Refusal
		require.ErrorAs(t, err, &refusal, name)
		require.Equal(t, c.code, refusal.Code, name)
		require.Equal(t, c.says, refusal.Error(), name)
		require.Equal(t, c.saysFR, refusal.French(), name)
		require.NotContains(t, refusal.Error(), "Petit", "a refusal travels to the workflow and names nobody")
		require.NotContains(t, refusal.Error(), "martin.example")
	}
}

// No law asks for a notice by e-mail or SMS, so that an opt-out holds for every
// tone; a letter cannot be refused.
func TestALegalNoticeStillGoesByLetterAfterAnOptOut(t *testing.T) {
	t.Parallel()
	for _, channel := range []collection.Channel{email, sms} {
		q := question("formal-notice", channel, claire())
		q.OptOuts = []recipients.OptOut{{Channel: email}, {Channel: sms, Address: claire().Phone}}
		_, err := recipients.Choose(q)
		require.Error(t, err)
	}
	q := question("formal-notice", letter, claire())
	q.OptOuts = []recipients.OptOut{{Channel: email}, {Channel: sms}, {Channel: letter}}
	choice, err := recipients.Choose(q)
	require.NoError(t, err)
	require.Zero(t, choice.To, "the letter goes to the debtor itself")
}

func TestTheChoiceIsExplained(t *testing.T) {
	t.Parallel()
	bruno := recipients.Colleague{Role: "salesperson", Name: "Bruno", Email: "bruno@acme.example"}
	for name, c := range map[string]struct {
		question recipients.Question
		says     string
		saysFR   string
	}{
		"the first role": {question("usual", email, claire(), paul()),
			"Written to Claire Petit because accounts payable comes first.",
			"Adressé à Claire Petit parce que la comptabilité fournisseurs vient en premier."},
		"the director is asked later": {question("reminder", email, claire(), paul()),
			"Written to Claire Petit, accounts payable, the only one who can be written to by e-mail. The director is written to only from step formal-notice on.",
			"Adressé à Claire Petit, la comptabilité fournisseurs, seul contact joignable par e-mail. La direction n’est sollicité(e) qu’à partir de l’étape formal-notice."},
		"the only one": {question("usual", email, recipients.Contact{ID: 5, Email: "hello@martin.example"}),
			"Written to hello@martin.example, the only one who can be written to by e-mail.",
			"Adressé à hello@martin.example, seul contact joignable par e-mail."},
		"the preferred one": {question("usual", email, with(claire(), func(c *recipients.Contact) { c.Preferred = true }), with(claire(), func(c *recipients.Contact) { c.ID, c.Email = 9, "b@x.example" })),
			"Written to Claire Petit because accounts payable comes first, and is the preferred contact.",
			"Adressé à Claire Petit parce que la comptabilité fournisseurs vient en premier, et est le contact préféré."},
		"one is passed over, and nobody known sends": {question("formal-notice", email, claire(), with(paul(), func(c *recipients.Contact) { c.EmailInvalid = true })),
			"Written to Claire Petit, accounts payable, the only one who can be written to by e-mail. Paul Roy is passed over: cannot be reached at its address: correct it. Not exactly one colleague is known as manager: the creditor's own sender writes.",
			"Adressé à Claire Petit, la comptabilité fournisseurs, seul contact joignable par e-mail. Paul Roy est écarté : n’est pas joignable à son adresse : corrigez-la. Aucun collègue unique n’est connu comme le responsable : l’expéditeur habituel écrit."},
	} {
		choice, err := recipients.Choose(c.question)
		require.NoError(t, err, name)
		require.Equal(t, c.says, choice.Why.String(), name)
		require.Equal(t, c.saysFR, choice.Why.French, name)
	}
	q := question("reminder", email, claire())
	q.Colleagues = []recipients.Colleague{bruno}
	choice, err := recipients.Choose(q)
	require.NoError(t, err)
	require.Contains(t, choice.Why.String(), "Copy to Bruno, the salesperson.")
}

func TestCopiesAndTheSenderAreThoseOfTheStep(t *testing.T) {
	t.Parallel()
	buyer := recipients.Contact{ID: 6, Name: "Buyer", Role: collection.RoleBuyer, Email: "buyer@martin.example"}
	gone := recipients.Contact{ID: 7, Name: "Gone", Role: collection.RoleBuyer, Email: "gone@martin.example", ValidUntil: today - 1}
	refuses := recipients.Contact{ID: 8, Name: "Refuses", Role: collection.RoleBuyer, Email: "refuses@martin.example"}
	q := question("formal-notice", email, paul(), buyer, gone, refuses)
	q.OptOuts = []recipients.OptOut{{Channel: email, Address: "Refuses@martin.example"}}
	q.Colleagues = []recipients.Colleague{
		{Role: collection.RoleAccountant, Name: "Zoe", Email: "zoe@acme.example"},
		{Role: collection.RoleAccountant, Name: "Also Paul", Email: "PAUL@martin.example"},
		{Role: collection.RoleManager, Name: "Max", Email: "max@acme.example"},
		{Role: collection.RoleManager, Name: "Mia", Email: "mia@acme.example", Debtor: "martin"},
		{Role: collection.RoleManager, Name: "Mel", Email: "mel@acme.example", Debtor: "durand"},
	}
	choice, err := recipients.Choose(q)
	require.NoError(t, err)
	require.Equal(t, []recipients.Copy{
		{Name: "Buyer", Email: "buyer@martin.example", Role: collection.RoleBuyer},
		{Name: "Zoe", Email: "zoe@acme.example", Role: collection.RoleAccountant},
	}, choice.Copies)
	require.Equal(t, "Mia", choice.Sender.Name, "who looks after this debtor comes before who looks after all")

	q.Channel = sms
	choice, err = recipients.Choose(q)
	require.NoError(t, err)
	require.Empty(t, choice.Copies, "only an e-mail has copies")
	require.Zero(t, choice.Sender)
}

func TestTheLanguageIsTheContactsThenTheDebtorsThenTheUsualOne(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		contact, debtor, country, want string
	}{
		"the contact's":                {"nl", "de", "FR", "nl"},
		"the debtor's":                 {"", "de", "FR", "de"},
		"the creditor's at home":       {"", "", "FR", "fr"},
		"the creditor's where unknown": {"", "", "", "fr"},
		"French in Belgium":            {"", "", "BE", "fr"},
		"English elsewhere":            {"", "", "GB", "en"},
	} {
		q := question("usual", email, with(claire(), func(to *recipients.Contact) { to.Language = c.contact }))
		q.Debtor.Language, q.Debtor.Country = c.debtor, c.country
		choice, err := recipients.Choose(q)
		require.NoError(t, err, name)
		require.Equal(t, c.want, choice.Language, name)
	}
}

func TestTheMessagesOfAParentSaySo(t *testing.T) {
	t.Parallel()
	q := question("usual", email, claire())
	q.Debtor.Parent, q.Debtor.ParentIsKnown = "holding", true
	choice, err := recipients.Choose(q)
	require.NoError(t, err)
	require.Contains(t, choice.Why.String(), "The messages of the debtor go to its parent holding.")
	require.Contains(t, choice.Why.French, "Les messages du débiteur vont à sa maison mère holding.")
}
