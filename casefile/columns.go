package casefile

import (
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"relance/calendar"
	"relance/money"
)

// How values of the domain stand in columns: a date or an instant that is not set
// is null, a zone is its name, and an amount is read as the row
// (minor units, currency) and written through two arguments (see arguments).

// registerColumns teaches a connection the types of the domain. The zones are
// shared by all connections of a store: reading one costs more than a query.
func registerColumns(types *pgtype.Map, zones *zoneCache) {
	types.TryWrapEncodePlanFuncs = append([]pgtype.TryWrapEncodePlanFunc{wrapForWriting}, types.TryWrapEncodePlanFuncs...)
	types.TryWrapScanPlanFuncs = append([]pgtype.TryWrapScanPlanFunc{zones.wrapForReading}, types.TryWrapScanPlanFuncs...)
}

func wrapForWriting(value any) (pgtype.WrappedEncodePlanNextSetter, any, bool) {
	switch value := value.(type) {
	case calendar.Date:
		return &dateWriting{}, dateColumn(value), true
	case time.Time:
		return &instantWriting{}, instantColumn(value), true
	case calendar.Zone:
		return &zoneWriting{}, value.String(), true
	default:
		return nil, nil, false
	}
}

func (z *zoneCache) wrapForReading(target any) (pgtype.WrappedScanPlanNextSetter, any, bool) {
	switch target := target.(type) {
	case *calendar.Date:
		return &dateReading{}, (*dateColumn)(target), true
	case *time.Time:
		return &instantReading{}, (*instantColumn)(target), true
	case *calendar.Zone:
		return &zoneReading{zones: z}, new(string), true
	case *money.Amount:
		return &amountReading{}, &amountColumns{}, true
	default:
		return nil, nil, false
	}
}

// dateColumn is a calendar.Date as a date.
type dateColumn calendar.Date

func (d dateColumn) DateValue() (pgtype.Date, error) {
	date := calendar.Date(d)
	return pgtype.Date{Time: date.Time(time.UTC), Valid: !date.IsZero()}, nil
}

func (d *dateColumn) ScanDate(value pgtype.Date) error {
	*d = 0
	if value.Valid {
		*d = dateColumn(calendar.DateOf(value.Time))
	}
	return nil
}

type dateWriting struct{ next pgtype.EncodePlan }

func (p *dateWriting) SetNext(next pgtype.EncodePlan) { p.next = next }
func (p *dateWriting) Encode(value any, buf []byte) ([]byte, error) {
	return p.next.Encode(dateColumn(value.(calendar.Date)), buf) //nolint:forcetypeassert // planned for this type
}

type dateReading struct{ next pgtype.ScanPlan }

func (p *dateReading) SetNext(next pgtype.ScanPlan) { p.next = next }
func (p *dateReading) Scan(src []byte, target any) error {
	return p.next.Scan(src, (*dateColumn)(target.(*calendar.Date))) //nolint:forcetypeassert // planned for this type
}

// instantColumn is a time.Time as a timestamptz, in UTC.
type instantColumn time.Time

func (i instantColumn) TimestamptzValue() (pgtype.Timestamptz, error) {
	instant := time.Time(i)
	return pgtype.Timestamptz{Time: instant, Valid: !instant.IsZero()}, nil
}

func (i *instantColumn) ScanTimestamptz(value pgtype.Timestamptz) error {
	*i = instantColumn{}
	if value.Valid {
		*i = instantColumn(value.Time.UTC())
	}
	return nil
}

type instantWriting struct{ next pgtype.EncodePlan }

func (p *instantWriting) SetNext(next pgtype.EncodePlan) { p.next = next }
func (p *instantWriting) Encode(value any, buf []byte) ([]byte, error) {
	return p.next.Encode(instantColumn(value.(time.Time)), buf) //nolint:forcetypeassert // planned for this type
}

type instantReading struct{ next pgtype.ScanPlan }

func (p *instantReading) SetNext(next pgtype.ScanPlan) { p.next = next }
func (p *instantReading) Scan(src []byte, target any) error {
	return p.next.Scan(src, (*instantColumn)(target.(*time.Time))) //nolint:forcetypeassert // planned for this type
}

// zoneCache remembers the zones that were read.
type zoneCache struct{ byName sync.Map }

func (z *zoneCache) zone(name string) (calendar.Zone, error) {
	if known, found := z.byName.Load(name); found {
		return known.(calendar.Zone), nil //nolint:forcetypeassert // only zones are stored
	}
	zone, err := calendar.ParseZone(name)
	if err != nil {
		return calendar.Zone{}, err
	}
	z.byName.Store(name, zone)
	return zone, nil
}

type zoneWriting struct{ next pgtype.EncodePlan }

func (p *zoneWriting) SetNext(next pgtype.EncodePlan) { p.next = next }
func (p *zoneWriting) Encode(value any, buf []byte) ([]byte, error) {
	return p.next.Encode(value.(calendar.Zone).String(), buf) //nolint:forcetypeassert // planned for this type
}

type zoneReading struct {
	zones *zoneCache
	next  pgtype.ScanPlan
}

func (p *zoneReading) SetNext(next pgtype.ScanPlan) { p.next = next }
func (p *zoneReading) Scan(src []byte, target any) error {
	var name string
	if err := p.next.Scan(src, &name); err != nil {
		return err
	}
	zone, err := p.zones.zone(name)
	*target.(*calendar.Zone) = zone //nolint:forcetypeassert // planned for this type
	return err
}

// amountColumns is an amount as the row (minor bigint, currency char(3)).
type amountColumns struct {
	minor    int64
	currency string
}

func (a *amountColumns) ScanNull() error { return fmt.Errorf("an amount is null") }

func (a *amountColumns) ScanIndex(i int) any {
	if i == 0 {
		return &a.minor
	}
	return &a.currency
}

type amountReading struct{ next pgtype.ScanPlan }

func (p *amountReading) SetNext(next pgtype.ScanPlan) { p.next = next }
func (p *amountReading) Scan(src []byte, target any) error {
	var columns amountColumns
	if src != nil {
		if err := p.next.Scan(src, &columns); err != nil {
			return err
		}
	}
	*target.(*money.Amount) = money.FromMinor(columns.minor, money.Currency(columns.currency)) //nolint:forcetypeassert // planned for this type
	return nil
}
