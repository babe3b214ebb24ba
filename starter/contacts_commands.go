package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/collection"
)

type contactsCmd struct {
	List      contactsListCmd      `cmd:"" help:"List the people of a debtor, who opted out, and who receives its messages."`
	Add       contactsAddCmd       `cmd:"" help:"Add a contact to a debtor."`
	Correct   contactsCorrectCmd   `cmd:"" help:"Correct a contact; what is not given stays."`
	Retire    contactsRetireCmd    `cmd:"" help:"Record that a contact has left."`
	Debtor    contactsDebtorCmd    `cmd:"" help:"Correct a debtor's own name, address, language or identifiers; what is not given stays."`
	OptOut    contactsOptOutCmd    `cmd:"" help:"Record that a debtor does not want to be written to by a channel, or does again."`
	Parent    contactsParentCmd    `cmd:"" help:"Say which debtor is above a debtor, and who receives its e-mails and SMS."`
	Audience  contactsAudienceCmd  `cmd:"" help:"Say what kind of payer a debtor is: the words of its reminders follow it."`
	Colleague contactsColleagueCmd `cmd:"" help:"Say which colleague looks after a debtor, for copies and as a sender."`
	Import    contactsImportCmd    `cmd:"" help:"Take in a CSV file of contacts (docs/contacts.md)."`
}

// debtorRef names a debtor on the command line: <creditor>/<debtor>.
type debtorRef struct{ creditor, debtor string }

// UnmarshalText reads "atelier-lumiere/CL-001".
func (r *debtorRef) UnmarshalText(text []byte) error {
	creditor, debtor, found := strings.Cut(string(text), "/")
	if !found || creditor == "" || debtor == "" {
		return fmt.Errorf("%q is not a debtor: write <creditor>/<customer number>", text)
	}
	r.creditor, r.debtor = creditor, debtor
	return nil
}

// onDebtor is what every command about one debtor has.
type onDebtor struct {
	Debtor debtorRef `arg:"" help:"The debtor: <creditor>/<customer number>."`
	By     string    `help:"Who gives the command; the system's user by default." placeholder:"NAME"`
}

func (c onDebtor) author() string { return onCase{By: c.By}.author() }

type contactsListCmd struct {
	Debtor debtorRef `arg:"" help:"The debtor: <creditor>/<customer number>."`
}

// Run lists the people of a debtor.
func (c *contactsListCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		return p.printPeople(ctx, service.Store, c.Debtor)
	})
}

func (p *program) printPeople(ctx context.Context, store *casefile.Store, of debtorRef) error {
	debtor, err := store.Debtor(ctx, of.creditor, of.debtor)
	if err != nil {
		return err
	}
	contacts, err := store.Contacts(ctx, of.creditor, of.debtor)
	if err != nil {
		return err
	}
	optOuts, err := store.OptOuts(ctx, of.creditor, of.debtor)
	if err != nil {
		return err
	}
	colleagues, err := store.Colleagues(ctx, of.creditor, of.debtor)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s (%s)\n", debtor.Name, debtor.ID)
	if address := inOneLine(debtor.Address); address != "" {
		fmt.Fprintf(p.out, "  %s\n", address)
	}
	fmt.Fprintf(p.out, "  %s\n", kindInWords(debtor))
	switch {
	case debtor.BillTo == casefile.BillToParent:
		fmt.Fprintf(p.out, "  its e-mails and SMS go to the parent %s\n", debtor.Parent)
	case debtor.Parent != "":
		fmt.Fprintf(p.out, "  its parent is %s; its messages go to itself\n", debtor.Parent)
	}
	if debtor.Audience != "" {
		fmt.Fprintf(p.out, "  it is written to as a payer who is %s, a person decided\n", debtor.Audience)
	}
	p.table(plural(len(contacts), "contact"), table.Row{"ID", "Name", "Role", "E-mail", "Phone", "Notes"}, len(contacts), func(i int) table.Row {
		contact := contacts[i]
		return table.Row{contact.ID, contact.Name, contact.Role, contact.Email, contact.Phone, notesOn(contact)}
	})
	p.table("Opted out", table.Row{"Channel", "Address", "Since", "Source", "By", "Withdrawn"}, len(optOuts), func(i int) table.Row {
		o := optOuts[i]
		withdrawn := ""
		if !o.Holds() {
			withdrawn = dayIn(p.zones.of(of.creditor), o.WithdrawnAt) + " " + o.WithdrawnWhy
		}
		return table.Row{o.Channel, cmp.Or(o.Address, "every one"), dayIn(p.zones.of(of.creditor), o.At), o.Source, o.By, withdrawn}
	})
	p.table("Colleagues", table.Row{"ID", "Role", "Name", "E-mail", "Looks after"}, len(colleagues), func(i int) table.Row {
		colleague := colleagues[i]
		return table.Row{colleague.ID, colleague.Role, colleague.Name, colleague.Email, cmp.Or(colleague.Debtor, "all debtors")}
	})
	return nil
}

// notesOn are the facts of a contact that most have not.
func notesOn(c casefile.Contact) string {
	var notes []string
	note := func(when bool, format string, args ...any) {
		if when {
			notes = append(notes, fmt.Sprintf(format, args...))
		}
	}
	note(c.Preferred, "preferred")
	note(c.Language != "", "in %s", c.Language)
	note(len(c.Channels) > 0, "only by %s", strings.Join(texts(c.Channels), ", "))
	note(c.PreferredChannel != "", "rather by %s", c.PreferredChannel)
	note(c.Scope != "", "for %s", c.Scope)
	note(!c.ValidFrom.IsZero(), "from %s", c.ValidFrom)
	note(!c.ValidUntil.IsZero(), "until %s", c.ValidUntil)
	note(!c.EmailInvalidAt.IsZero(), "e-mail does not work: %s", c.EmailInvalidWhy)
	note(!c.PhoneInvalidAt.IsZero(), "phone takes no SMS: %s", c.PhoneInvalidWhy)
	note(!c.WhatsAppInvalidAt.IsZero(), "phone takes no WhatsApp: %s", c.WhatsAppInvalidWhy)
	return strings.Join(notes, "; ")
}

func texts[T ~string](words []T) []string {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = string(word)
	}
	return list
}

// contactFlags are the facts of a contact. A flag that is not given changes nothing.
type contactFlags struct {
	Name             *string        `help:"Name of the person or the department."`
	Role             *string        `help:"accounts-payable, buyer, director, sales, legal, e-invoicing or other."`
	Email            *string        `help:"E-mail address."`
	Phone            *string        `help:"Phone, as in the debtor's country or with an international prefix."`
	Language         *string        `help:"Language to write in."`
	Preferred        *bool          `help:"The one to write to among those of its role." negatable:""`
	Channels         *[]string      `help:"Channels it may be written to by, separated by commas." placeholder:"CHANNEL,…"`
	PreferredChannel *string        `help:"Channel it would rather be written to by." placeholder:"CHANNEL"`
	Scope            *string        `help:"Order, contract or invoice it alone speaks for."`
	From             *calendar.Date `help:"Its first day." placeholder:"DATE"`
	Until            *calendar.Date `help:"Its last day." placeholder:"DATE"`
}

func (f contactFlags) facts() cases.ContactFacts {
	return cases.ContactFacts{
		Name: f.Name, Role: f.Role, Email: f.Email, Phone: f.Phone, Language: f.Language, Preferred: f.Preferred, Channels: f.Channels,
		PreferredChannel: f.PreferredChannel, Scope: f.Scope, ValidFrom: f.From, ValidUntil: f.Until,
	}
}

type contactsAddCmd struct {
	onDebtor
	contactFlags
}

// Run adds a contact.
func (c *contactsAddCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		added, err := service.AddContact(ctx, c.Debtor.creditor, c.Debtor.debtor, c.facts(), c.author())
		return p.toldContact("kept", added, err)
	})
}

type contactsCorrectCmd struct {
	onDebtor
	Contact int64 `arg:"" help:"The contact's ID, as relance contacts list shows it."`
	contactFlags
	Works bool `help:"The address and the number work, whatever a provider found before."`
}

// Run corrects a contact.
func (c *contactsCorrectCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		facts := c.facts()
		facts.Works = c.Works
		corrected, err := service.CorrectContact(ctx, c.Debtor.creditor, c.Debtor.debtor, c.Contact, facts, c.author())
		return p.toldContact("corrected", corrected, err)
	})
}

// kindInWords says which law protects a debtor.
func kindInWords(d casefile.Debtor) string {
	words := map[casefile.DebtorKind]string{casefile.DebtorBusiness: "a business", casefile.DebtorConsumer: "a consumer", casefile.DebtorPublic: "a public body"}
	if d.Kind == casefile.DebtorUnknown {
		return "of unknown kind, and treated as " + words[d.ActsAs()]
	}
	return words[d.Kind]
}

// inOneLine is an address as a person says it.
func inOneLine(a casefile.Address) string {
	place := strings.TrimSpace(a.Postcode + " " + a.City)
	return strings.Join(slices.DeleteFunc([]string{a.Line1, a.Line2, place, a.Country}, func(part string) bool { return part == "" }), ", ")
}

type contactsDebtorCmd struct {
	onDebtor
	Name     *string `help:"Its name."`
	Kind     *string `help:"business, consumer or public. Its cases go on by their strategies: relance migrate has them follow another."`
	Language *string `help:"Language to write in, where a contact has none of its own."`
	Line1    *string `help:"Street and number." name:"line1"`
	Line2    *string `help:"What stands under the street." name:"line2"`
	Postcode *string `help:"Postcode."`
	City     *string `help:"City."`
	Country  *string `help:"Country, where it was not known."`
	Siren    *string `help:"SIREN."`
	Siret    *string `help:"SIRET."`
	VATID    *string `help:"VAT number." name:"vat-id" placeholder:"VAT"`
}

// Run corrects a debtor.
func (c *contactsDebtorCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		_, err := service.CorrectDebtor(ctx, c.Debtor.creditor, c.Debtor.debtor, cases.DebtorFacts{
			Name: c.Name, Kind: c.Kind, Language: c.Language, Line1: c.Line1, Line2: c.Line2, Postcode: c.Postcode, City: c.City, Country: c.Country,
			SIREN: c.Siren, SIRET: c.Siret, VATID: c.VATID,
		}, c.author())
		if err != nil {
			return err
		}
		return p.printPeople(ctx, service.Store, c.Debtor)
	})
}

type contactsRetireCmd struct {
	onDebtor
	Contact int64         `arg:"" help:"The contact's ID, as relance contacts list shows it."`
	LastDay calendar.Date `help:"Last day on which it may be written to; yesterday by default." placeholder:"DATE"`
}

// Run retires a contact.
func (c *contactsRetireCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		retired, err := service.RetireContact(ctx, c.Debtor.creditor, c.Debtor.debtor, c.Contact, c.LastDay, c.author())
		return p.toldContact("retired", retired, err)
	})
}

func (p *program) toldContact(what string, contact casefile.Contact, err error) error {
	if err != nil {
		return err
	}
	name := cmp.Or(contact.Name, contact.Email, contact.Phone)
	fmt.Fprintf(p.out, "Contact %d is %s: %s\n", contact.ID, what, strings.Join(strings.Fields(name+" "+contact.Role+" "+notesOn(contact)), " "))
	return nil
}

type contactsOptOutCmd struct {
	onDebtor
	Channel  string `required:"" enum:"email,sms,whatsapp" help:"email or sms; a letter cannot be refused."`
	Address  string `help:"The e-mail address or number it is for; every one of the debtor by default."`
	Source   string `required:"" help:"How it became known, or why it is withdrawn, without personal data."`
	Withdraw bool   `help:"The debtor may be written to again. Remove the address from the provider's own list too (SendGrid: suppressions)."`
}

// Run records an opt-out or its end.
func (c *contactsOptOutCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		o := casefile.OptOut{
			Creditor: c.Debtor.creditor, Debtor: c.Debtor.debtor, Channel: collection.Channel(c.Channel), Address: c.Address, Source: c.Source, By: c.author(),
		}
		change := service.OptOut
		if c.Withdraw {
			change = service.WithdrawOptOut
		}
		if err := change(ctx, o); err != nil {
			return err
		}
		return p.printPeople(ctx, service.Store, c.Debtor)
	})
}

type contactsParentCmd struct {
	onDebtor
	Parent string `arg:"" optional:"" help:"Customer number of the debtor above it; none by default."`
	BillTo string `enum:"debtor,parent" default:"debtor" help:"Who receives its e-mails and SMS: debtor or parent."`
}

// Run names the parent of a debtor.
func (c *contactsParentCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		billTo := casefile.BillToDebtor
		if c.BillTo == string(casefile.BillToParent) {
			billTo = casefile.BillToParent
		}
		if err := service.SetParent(ctx, c.Debtor.creditor, c.Debtor.debtor, c.Parent, billTo, c.author()); err != nil {
			return err
		}
		return p.printPeople(ctx, service.Store, c.Debtor)
	})
}

type contactsAudienceCmd struct {
	onDebtor
	Audience string `arg:"" enum:"loyal,irregular,new,by-its-past" help:"loyal, irregular or new; by-its-past leaves it to its past invoices."`
}

// Run says what kind of payer a debtor is.
func (c *contactsAudienceCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		decided := c.Audience
		if decided == "by-its-past" {
			decided = ""
		}
		if err := service.SetAudience(ctx, c.Debtor.creditor, c.Debtor.debtor, decided, c.author()); err != nil {
			return err
		}
		return p.printPeople(ctx, service.Store, c.Debtor)
	})
}

type contactsColleagueCmd struct {
	Debtor debtorRef `arg:"" help:"The debtor: <creditor>/<customer number>."`
	Role   string    `help:"salesperson, accountant, manager or owner."`
	Name   string    `help:"Name that debtors see."`
	Email  string    `help:"E-mail address."`
	Remove int64     `help:"Remove the colleague of this ID." placeholder:"ID"`
}

var errNoColleague = errors.New("name the colleague with --role and --email, or the one to remove with --remove")

// Run adds or removes a colleague.
func (c *contactsColleagueCmd) Run(p *program) error {
	if c.Remove == 0 && (c.Role == "" || c.Email == "") {
		return errNoColleague
	}
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		var err error
		if c.Remove != 0 {
			err = service.Store.RemoveColleague(ctx, c.Debtor.creditor, c.Remove)
		} else {
			_, err = service.Store.SaveColleague(ctx, casefile.Colleague{
				Creditor: c.Debtor.creditor, Debtor: c.Debtor.debtor, Role: collection.Role(c.Role), Name: c.Name, Email: c.Email,
			})
		}
		if err != nil {
			return err
		}
		return p.printPeople(ctx, service.Store, c.Debtor)
	})
}

// printRecipients prints whom the next notice goes to, and why.
func (p *program) printRecipients(file casefile.File, now time.Time) {
	for _, next := range cases.NextRecipients(file, now) {
		channel := string(next.Channel)
		if next.Fallback {
			channel += ", if the others fail"
		}
		switch choice := next.Choice; {
		case next.Refusal != nil:
			fmt.Fprintf(p.out, "  to        %s: nobody\n            %s\n", channel, next.Refusal)
		case choice.Address == "":
			fmt.Fprintf(p.out, "  to        %s: %s\n            %s\n", channel, file.Debtor.Name, choice.Why)
		default:
			fmt.Fprintf(p.out, "  to        %s: %s (%s)\n            %s\n", channel, strings.TrimSpace(choice.To.Name+" <"+choice.Address+">"), choice.Language, choice.Why)
		}
	}
}
