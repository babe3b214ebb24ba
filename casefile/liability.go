package casefile

import (
	"sync"

	"relance/calendar"
	"relance/deadlines"
	"relance/latefees"
	"relance/law"
	"relance/ledger"
	"relance/money"
)

// liability is what decides which law of late payment a claim is under.
type liability struct {
	CreditorCountry string
	Policy          ledger.Policy
	DebtorCountry   string
	DebtorKind      DebtorKind
	DebtorHasNumber bool
}

// regime is whose law of late payment applies.
func (l liability) regime() law.Regime {
	return ledger.Regime(l.CreditorCountry, l.DebtorCountry, inLaw(actsAs(l.DebtorKind, l.DebtorHasNumber)))
}

// inLaw is a kind of debtor as the tables of the law have it.
func inLaw(kind DebtorKind) law.Debtor {
	switch kind {
	case DebtorConsumer:
		return law.Consumer
	case DebtorPublic:
		return law.Public
	default:
		return law.Business
	}
}

// actsAs treats a debtor of unknown kind as a business only when it has a
// business's number; else it has the protection of a consumer.
func actsAs(kind DebtorKind, hasNumber bool) DebtorKind {
	switch {
	case kind != DebtorUnknown && kind != "":
		return kind
	case hasNumber:
		return DebtorBusiness
	default:
		return DebtorConsumer
	}
}

// ActsAs is the kind of debtor whose law applies: a debtor of unknown kind is a
// business only when it has a business's number.
func (d Debtor) ActsAs() DebtorKind {
	return actsAs(d.Kind, d.SIREN != "" || d.SIRET != "" || d.VATID != "")
}

// UseLaw has late fees and limitations counted by a book of law from now on;
// without one there are none.
func (s *Store) UseLaw(book law.Book) *Store {
	s.tariffs.Store(&tariffs{book: book, limits: deadlines.TimeLimits(book), isSet: true})
	return s
}

// tariffs are prepared once for each regime and each creditor's terms: resolving
// the rates of all half-years costs more than using them.
type tariffs struct {
	book   law.Book
	limits []deadlines.TimeLimit
	isSet  bool
	known  sync.Map // of tariffKey to *latefees.Tariff, nil when no rule is known
}

type tariffKey struct {
	regime law.Regime
	terms  latefees.Terms
}

func (t *tariffs) of(regime law.Regime, terms latefees.Terms) *latefees.Tariff {
	if !t.isSet {
		return nil
	}
	key := tariffKey{regime, terms}
	if known, found := t.known.Load(key); found {
		return known.(*latefees.Tariff) //nolint:forcetypeassert // only tariffs are stored
	}
	// Terms were checked with the configuration; what remains is a country whose
	// law is not known, where late fees are the law's business and not counted.
	prepared, err := latefees.NewTariff(t.book, regime, terms)
	if err != nil {
		prepared = nil
	}
	t.known.Store(key, prepared)
	return prepared
}

// claim is what the account of an invoice is about.
func (t *tariffs) claim(l liability, total money.Amount, due calendar.Date) ledger.Claim {
	claim := ledger.Claim{
		Total: total, Due: due, Tolerance: l.Policy.ToleranceIn(total.Currency()),
		Consumer: actsAs(l.DebtorKind, l.DebtorHasNumber) == DebtorConsumer,
	}
	if l.Policy.ClaimFrom != "" {
		claim.Tariff = t.of(l.regime(), l.Policy.Terms)
	}
	return claim
}
