package cases

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"relance/casefile"
	"relance/collection"
	"relance/identifiers"
	"relance/imports/invoice"
)

// DebtorFacts are facts of a debtor itself as people write them. A fact that is nil stays
// as it is; an empty one is removed.
type DebtorFacts struct {
	Name, Language *string
	// Kind is business, consumer or public.
	Kind *string
	// Country is an ISO 3166-1 alpha-2 code. It can be given where it was not known.
	Line1, Line2, Postcode, City, Country *string
	SIREN, SIRET, VATID                   *string
}

// CorrectDebtor corrects what facts say of a debtor; see casefile.Store.CorrectDebtor. What
// cannot be is a *collection.Refusal that names all of it. Where another law holds for the
// debtor by now, or it is at another place, the workflows of its cases have been told, or will be (TellStanding).
func (s *Service) CorrectDebtor(ctx context.Context, creditor, debtor string, facts DebtorFacts, by string) (casefile.Debtor, error) {
	corrected, err := s.Store.CorrectDebtor(ctx, creditor, debtor, s.author(by), facts.correct)
	if err != nil {
		return corrected, err
	}
	s.tellSoon(ctx)
	return corrected, nil
}

func (f DebtorFacts) correct(debtor *casefile.Debtor) error {
	before := *debtor
	var faults []error
	read := func(field string, given, into *string, parse func(string) (string, error)) {
		if given == nil {
			return
		}
		*into = invoice.Tidy(*given)
		if *into == "" || parse == nil {
			return
		}
		value, err := parse(*into)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s %q %w", field, *given, err))
		}
		*into = value
	}
	read("name", f.Name, &debtor.Name, nil)
	kind := string(debtor.Kind)
	read("kind", f.Kind, &kind, parseKind)
	debtor.Kind = casefile.DebtorKind(kind)
	read("language", f.Language, &debtor.Language, parseLanguage)
	read("line1", f.Line1, &debtor.Line1, nil)
	read("line2", f.Line2, &debtor.Line2, nil)
	read("postcode", f.Postcode, &debtor.Postcode, nil)
	read("city", f.City, &debtor.City, nil)
	read("country", f.Country, &debtor.Country, parseCountry)
	read("siren", f.SIREN, &debtor.SIREN, checked(identifiers.ValidSIREN, "is not a SIREN: nine digits with a checksum"))
	read("siret", f.SIRET, &debtor.SIRET, checked(identifiers.ValidSIRET, "is not a SIRET: fourteen digits with a checksum"))
	read("vat_id", f.VATID, &debtor.VATID, parseVAT)
	faults = append(faults, f.refuse(before, *debtor)...)
	if len(faults) > 0 {
		return &collection.Refusal{Code: collection.RefusedInvalid, Message: strings.ReplaceAll(errors.Join(faults...).Error(), "\n", "; ")}
	}
	return nil
}

// refuse says what of a correction cannot be, though each fact can be read.
func (f DebtorFacts) refuse(before, after casefile.Debtor) []error {
	var faults []error
	if after.Kind == "" {
		faults = append(faults, errors.New("a debtor is a business, a consumer or public: the kind cannot be removed"))
	}
	if after.Name == "" {
		faults = append(faults, errors.New("a debtor has a name: give one"))
	}
	if (after.Line1 == "") != (after.City == "") {
		faults = append(faults, errors.New("an address has a street (line1) and a city: give both, or remove both"))
	}
	if before.Country != "" && after.Country != before.Country {
		faults = append(faults, fmt.Errorf("the country %s is not changed to %q: it decides which law holds for the open cases. Close them as withdrawn, and import the claims as other invoices of another debtor", before.Country, after.Country))
	}
	return faults
}

func parseKind(text string) (string, error) {
	switch kind := casefile.DebtorKind(text); kind {
	case casefile.DebtorBusiness, casefile.DebtorConsumer, casefile.DebtorPublic:
		return text, nil
	default:
		return "", errors.New("is no kind of debtor: use business, consumer or public")
	}
}

func parseCountry(text string) (string, error) {
	code, ok := invoice.ParseCountry(text)
	if !ok {
		return "", errors.New("is not a country: use a code such as FR or BE")
	}
	return code, nil
}

func parseVAT(text string) (string, error) {
	vat, ok := identifiers.ParseVAT(text)
	if !ok {
		return "", errors.New("is not a VAT number of the country it names")
	}
	return vat, nil
}

// checked reads a number that has a checksum.
func checked(valid func(string) bool, otherwise string) func(string) (string, error) {
	return func(text string) (string, error) {
		compact := identifiers.Compact(text)
		if !valid(compact) {
			return "", errors.New(otherwise)
		}
		return compact, nil
	}
}
