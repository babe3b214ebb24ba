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
		NextStep:     NextFormalNotice,
		LetterNumber: "2026-000123", Registered: true,
	}
}

// examples are the facts every template is tried with at load: with everything
// and with the least, one invoice and several, each kind of debtor and each next
// step.
func examples() []Facts {
	all := []Facts{Example(), leastExample(), statementExample()}
	for _, kind := range []DebtorKind{Consumer, Public} {
		f := Example()
		f.Debtor.Kind = kind
		all = append(all, f)
	}
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
