package compose

import (
	"time"

	"relance/calendar"
	"relance/epcqr"
	"relance/identifiers"
	"relance/law"
	"relance/money"
)

// Example is a worked example, the same every time: one overdue, part-paid
// invoice of a business. Previews show templates with it.
func Example() Facts {
	euros := func(cents int64) money.Amount { return money.FromMinor(cents, money.EUR) }
	return Facts{
		Creditor: Creditor{
			Name:    "Ateliers Vauban",
			Legal:   "SAS au capital de 50 000 €, RCS Lyon 732 829 320",
			Address: []string{"14 quai Saint-Vincent", "69001 Lyon"},
			City:    "Lyon",
			SIREN:   "732829320",
			VAT:     "FR44732829320",
			IBAN:    "FR7630006000011234567890189",
			BIC:     "AGRIFRPP",
			Phone:   "04 78 00 12 34",
			Email:   "compta@ateliers-vauban.example",
			Website: "https://www.ateliers-vauban.example",

			SignatoryName: "Hélène Marchand", SignatoryTitle: "Responsable du crédit client",
			ConsumerMediator: "Médiation Exemple, 1 rue de la Paix, 75002 Paris",
			Language:         "fr",
		},
		Debtor: Debtor{
			Name: "Menuiserie Durand SARL", Kind: Business, Account: "C00042",
			Address: []string{"Service comptabilité", "8 rue des Tanneurs", "38000 Grenoble"},
		},
		Contact: Contact{Name: "Claire Martin"},
		Invoices: []Invoice{{
			Number: "FA-2026-0117", References: []string{"BC-5521"},
			IssueDate: calendar.NewDate(2026, time.October, 1), DueDate: calendar.NewDate(2026, time.October, 31),
			Total: euros(184_560), Paid: euros(60_000), Credited: euros(1_104), Open: euros(123_456), DaysLate: 23,
		}},
		TotalOpen:        euros(123_456),
		Deadline:         calendar.NewDate(2026, time.December, 1),
		Today:            calendar.NewDate(2026, time.November, 23),
		MessageRef:       "M-7K4Q2",
		PaymentReference: "FA-2026-0117",
		Previous: []PreviousNotice{
			{Date: calendar.NewDate(2026, time.October, 23), Kind: CourtesyNotice},
			{Date: calendar.NewDate(2026, time.November, 5), Kind: ReminderNotice},
			{Date: calendar.NewDate(2026, time.November, 13), Kind: ReminderNotice},
		},
		NextStep:   NextFormalNotice,
		AlsoByPost: true, LetterNumber: "2026-000123", Registered: true,
	}
}

// examples are the facts every template is tried with at load: with everything
// and with the least, one invoice and several, each kind of debtor and each next
// step.
func examples() []Facts {
	all := []Facts{Example(), leastExample(), statementExample(), PlanExample(), collectionExample()}
	for _, kind := range []DebtorKind{Consumer, Public} {
		f := Example()
		f.Debtor.Kind = kind
		all = append(all, f)
	}
	offered := Example()
	offered.Discounts = []Discount{{Invoice: offered.Invoices[0].Number, Saved: money.FromMinor(3_456, money.EUR), ToPay: money.FromMinor(120_000, money.EUR), Until: offered.Today.AddDays(7)}}
	offered.BrokenPromises = []Promise{{On: offered.Today.AddDays(-3)}}
	all = append(all, offered)
	for _, next := range []NextStep{NoNextStep, NextReminder, NextMediation, NextHandoff} {
		f := Example()
		f.NextStep = next
		all = append(all, f)
	}
	return all
}

// leastExample has the required facts only.
func leastExample() Facts {
	due := calendar.NewDate(2026, time.October, 31)
	total := money.FromMinor(50_000, money.EUR)
	return Facts{
		Creditor:  Creditor{Name: "Ateliers Vauban"},
		Debtor:    Debtor{Name: "Menuiserie Durand SARL", Kind: Business},
		Invoices:  []Invoice{{Number: "1", DueDate: due, Total: total, Open: total}},
		TotalOpen: total,
		Deadline:  due.AddDays(30),
		Today:     due.AddDays(23),
	}
}

// statementExample has every optional fact and several invoices.
func statementExample() Facts {
	f := Example()
	euros := func(cents int64) money.Amount { return money.FromMinor(cents, money.EUR) }
	second := euros(76_544)
	f.Invoices = append(f.Invoices, Invoice{
		Number: "FA-2026-0131", IssueDate: calendar.NewDate(2026, time.October, 15),
		DueDate: calendar.NewDate(2026, time.November, 14), Total: second, Open: second, DaysLate: 9,
	})
	f.TotalOpen = money.FromMinor(200_000, money.EUR)
	f.PaymentReference = ""
	f.PaymentCode = exampleCode(f)
	f.Previous = append(f.Previous, PreviousNotice{Date: f.Today.AddDays(-2), Kind: FormalNotice})
	f.Payment = &Payment{Amount: money.FromMinor(60_000, money.EUR), Date: f.Today}
	f.Promises = []Promise{{On: f.Today.AddDays(3), Amount: money.FromMinor(50_000, money.EUR)}, {On: f.Today.AddDays(9)}}
	f.BrokenPromises = []Promise{{On: f.Today.AddDays(-3), Amount: euros(50_000)}}
	f.Discounts = []Discount{{Invoice: "FA-2026-0131", Saved: euros(1_544), ToPay: euros(75_000), Until: f.Today.AddDays(7)}}
	f.Mediation = &Mediation{Kind: "company-mediator", Name: "Médiateur des entreprises", Contact: "01 00 00 00 00", Fee: "Sans frais."}
	f.LateFees = &LateFees{
		Interest: money.FromMinor(1_230, money.EUR), Indemnity: money.FromMinor(8_000, money.EUR),
		Total: money.FromMinor(9_230, money.EUR), AsOf: f.Today,
		Periods: []InterestPeriod{{
			Invoice: "FA-2026-0117", From: calendar.NewDate(2026, time.November, 1), To: f.Today, Days: 23, YearDays: 365,
			Rate: exampleRate, Principal: euros(123_456),
		}},
	}
	return f
}

// PlanExample is a worked example, the same every time: the third of four instalments of
// a plan over one invoice, which will soon be due.
func PlanExample() Facts {
	f := Example()
	euros := func(cents int64) money.Amount { return money.FromMinor(cents, money.EUR) }
	invoice := &f.Invoices[0]
	invoice.Total, invoice.Paid, invoice.Credited, invoice.Open = euros(123_456), money.Amount{}, money.Amount{}, euros(123_456)
	f.Today, f.Deadline = calendar.NewDate(2027, time.February, 2), calendar.NewDate(2027, time.February, 5)
	f.TotalOpen, f.Previous, f.NextStep = euros(30_864), nil, NoNextStep
	f.Plan = &Plan{
		ID: "P-12", Number: 3, Count: 4, DueOn: f.Deadline, Outstanding: euros(61_728),
		Schedule: []Instalment{
			{Number: 1, DueOn: calendar.NewDate(2026, time.December, 5), Amount: euros(30_864), Paid: euros(30_864), Open: euros(0), State: InstalmentPaid},
			{Number: 2, DueOn: calendar.NewDate(2027, time.January, 5), Amount: euros(30_864), Paid: euros(30_864), Open: euros(0), State: InstalmentPaid},
			{Number: 3, DueOn: f.Deadline, Amount: euros(30_864), Paid: euros(0), Open: euros(30_864), State: InstalmentNext},
			{Number: 4, DueOn: calendar.NewDate(2027, time.March, 5), Amount: euros(30_864), Paid: euros(0), Open: euros(30_864), State: InstalmentLater},
		},
	}
	f.PaymentCode = exampleCode(f)
	return f
}

// PlanExampleOf is the worked example of a plan at the moment the text of a key is sent.
func PlanExampleOf(key string) Facts {
	f := PlanExample()
	late := &f.Plan.Schedule[f.Plan.Number-1].State
	switch key {
	case "instalment-collection":
		f = collectionExample()
		f.Today, f.Deadline = f.Plan.DueOn.AddDays(-14), 0
	case "instalment-missed":
		*late = InstalmentLate
		f.Today, f.Plan.Missed, f.Plan.Grace = f.Plan.DueOn.AddDays(3), true, f.Plan.DueOn.AddDays(8)
		f.Deadline = f.Plan.Grace
	case "plan-default":
		*late, f.Plan.Schedule[f.Plan.Count-1].State = InstalmentLate, InstalmentDue
		f.Plan.Missed, f.Plan.Defaulted, f.Plan.Grace = true, true, f.Plan.DueOn.AddDays(8)
		f.Today, f.Deadline = f.Plan.Grace.AddDays(1), f.Plan.Grace.AddDays(11)
		f.TotalOpen = f.Plan.Outstanding
		f.PaymentCode = exampleCode(f)
	}
	return f
}

// collectionExample is the same instalment, collected by direct debit.
func collectionExample() Facts {
	f := PlanExample()
	f.PaymentCode = nil
	f.Plan.Collection = &Collection{On: f.Plan.DueOn, Mandate: "RUM-2026-0042", CreditorIdentifier: "FR72ZZZ123456", Account: "…0189"}
	return f
}

// exampleRate is 12.40 % a year.
const exampleRate = 12*law.OnePercent + law.OnePercent*2/5

// exampleCode is the code that pays an example; nil when there can be none.
func exampleCode(f Facts) *PaymentCode {
	code, err := epcqr.New(epcqr.Transfer{
		Payee: f.Creditor.Name, IBAN: f.Creditor.IBAN, BIC: f.Creditor.BIC, Amount: f.TotalOpen,
		Reference: identifiers.NewCreditorReference("ateliers-vauban", f.Invoices[0].Number),
	})
	if err != nil {
		return nil
	}
	return &PaymentCode{Code: code}
}
