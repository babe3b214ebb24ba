package collection

import "relance/calendar"

// TakePlace reports where the debtor is, which may be elsewhere than the case was planned
// for.
type TakePlace struct{ Place Place }

func (TakePlace) command() {}

// Place is where a debtor is. What is empty is not known.
type Place struct {
	// Holidays names the public holidays it keeps (calendar.HolidaysOf), Zone its time zone
	// (IANA).
	Holidays string `json:"holidays,omitempty"`
	Zone     string `json:"zone,omitempty"`
}

// PlaceOf is the place of an address, by ISO 3166-1 alpha-2 country and postcode. Without a
// country it is not known.
func PlaceOf(country, postcode string) Place {
	if country == "" {
		return Place{}
	}
	place := Place{Holidays: calendar.HolidaysOf(country, postcode)}
	if zone, found := calendar.ZoneOf(country, postcode); found {
		place.Zone = zone.String()
	}
	return place
}

// takePlace moves the next dates of the case to the days and hours of the place. The
// creditor's contact hours and closed days stay.
func (c Case) takePlace(command TakePlace) ([]Event, error) {
	place, window := command.Place, c.Window
	if place.Holidays != "" {
		window.Country = place.Holidays
	}
	if place.Zone != "" && place.Zone != window.Zone.String() {
		zone, err := calendar.ParseZone(place.Zone)
		if err != nil {
			return nil, Refuse(RefusedInvalid, "%s", err)
		}
		window.Zone = zone
	}
	if window == c.Window {
		return nil, nil
	}
	return []Event{WindowTaken{Window: window}}, nil
}
