// Package law holds the dated tables of the law on late payment: reference
// rates, rules of late interest, payment terms, limitation periods and
// deadlines, each value with its validity, article, source and confidence. It
// reads them from CSV files and never extrapolates: what is not in a table is an
// error that names what is missing.
package law

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"relance/calendar"
)

// Book is everything the tables say. It is read once and only read from then on.
type Book struct {
	references   map[string][]ReferenceRate
	values       map[string][]RateValue
	lateInterest map[string][]LateInterest
	terms        map[string][]PaymentTerm
	limitations  map[string][]Deadline
	deadlines    map[string][]Deadline
	routes       map[string][]Route
	plain        map[string][]PlainRule
	contested    map[string][]ContestedOption

	version string
}

// Version names the tables as they were read: SHA-256 over the files of all layers, in
// lower-case hexadecimal. The same files have the same version; a book that was not
// loaded has none.
func (b Book) Version() string { return b.version }

// Load reads the tables of the layers, the built-in ones first. A later layer
// adds rows to the tables of the earlier ones, in files of the same names; a row
// that says again what is known already changes nothing, one that contradicts it
// is refused. The error is Problems with all that is wrong with the files, or
// that of a folder that cannot be read.
func Load(layers ...fs.FS) (Book, error) {
	var tables tables
	version := sha256.New()
	for number, layer := range layers {
		if err := readLayer(layer, number, &tables, version); err != nil {
			return Book{}, fmt.Errorf("reading the law tables: %w", err)
		}
	}
	book := tables.arrange()
	if err := tables.problems.Err(); err != nil {
		return Book{}, err
	}
	book.version = hex.EncodeToString(version.Sum(nil))
	return book, nil
}

func readLayer(layer fs.FS, number int, into *tables, version io.Writer) error {
	return fs.WalkDir(layer, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.ToLower(path.Ext(name)) != ".csv" {
			return err
		}
		data, err := fs.ReadFile(layer, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(version, "%d %s %d\n%s", number, name, len(data), data)
		into.read(name, number, data)
		return nil
	})
}

// ReferenceRate describes a reference rate.
func (b Book) ReferenceRate(key ReferenceKey) (ReferenceRate, bool) {
	versions := b.references[string(key)]
	if len(versions) == 0 {
		return ReferenceRate{}, false
	}
	return versions[len(versions)-1], true
}

// RateValue is the value of a reference rate in a half-year. The error is a
// *MissingRateError when the table does not hold it.
func (b Book) RateValue(key ReferenceKey, half HalfYear) (RateValue, error) {
	for _, value := range b.values[string(key)] {
		if value.Covers(half.First()) {
			return value, nil
		}
	}
	return RateValue{}, b.missing(key, half)
}

// KnownHalfYears are the first and the last half-year whose value of a reference
// rate is known; found is false when none is.
func (b Book) KnownHalfYears(key ReferenceKey) (first, last HalfYear, found bool) {
	values := b.values[string(key)]
	if len(values) == 0 {
		return 0, 0, false
	}
	return HalfYearOf(values[0].ValidFrom), HalfYearOf(values[len(values)-1].ValidTo), true
}

// Regimes lists the debtors whose late interest the tables know, by country.
func (b Book) Regimes() []Regime {
	var regimes []Regime
	for _, key := range sortedKeys(b.lateInterest) {
		regimes = append(regimes, b.lateInterest[key][0].Regime)
	}
	return regimes
}

// LateInterest is the rule of late interest of a regime in all its versions, the
// oldest first.
func (b Book) LateInterest(regime Regime) ([]LateInterest, error) {
	versions := b.lateInterest[regime.String()]
	if len(versions) == 0 {
		return nil, fmt.Errorf("the late interest of %s is not in the law tables, which know %s",
			regime, strings.Join(sortedKeys(b.lateInterest), ", "))
	}
	return slices.Clone(versions), nil
}

// PaymentTerm is a payment term of a country under its key, as it stands on a date.
func (b Book) PaymentTerm(country, key string, on calendar.Date) (PaymentTerm, bool) {
	return inForce(b.terms[country+"/"+key], on)
}

// Limitation is a limitation period of a country under its key, as it stands on a date.
func (b Book) Limitation(country, key string, on calendar.Date) (Deadline, bool) {
	return inForce(b.limitations[country+"/"+key], on)
}

// Deadline is a procedural deadline of a country under its key, as it stands on a date.
func (b Book) Deadline(country, key string, on calendar.Date) (Deadline, bool) {
	return inForce(b.deadlines[country+"/"+key], on)
}

// PaymentTerms are the payment terms of a country in all their versions.
func (b Book) PaymentTerms(country string) []PaymentTerm { return ofCountry(b.terms, country) }

// Limitations are the limitation periods of a country in all their versions.
func (b Book) Limitations(country string) []Deadline { return ofCountry(b.limitations, country) }

// Deadlines are the procedural deadlines of a country in all their versions.
func (b Book) Deadlines(country string) []Deadline { return ofCountry(b.deadlines, country) }

func ofCountry[T fact[T]](lines map[string][]T, country string) []T {
	var rows []T
	for _, key := range sortedKeys(lines) {
		if strings.HasPrefix(key, country+"/") {
			rows = append(rows, lines[key]...)
		}
	}
	return rows
}

// PlainRule is a rule in words of a country under its key, as it stands on a date.
func (b Book) PlainRule(country, key string, on calendar.Date) (PlainRule, bool) {
	return inForce(b.plain[country+"/"+key], on)
}

func inForce[T fact[T]](versions []T, on calendar.Date) (T, bool) {
	for _, version := range versions {
		if version.dated().Covers(on) {
			return version, true
		}
	}
	var none T
	return none, false
}
