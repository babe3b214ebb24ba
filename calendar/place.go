package calendar

import "strings"

// zonesByCountry are the main time zones of the countries debtors are usually
// in: that of the capital.
func zonesByCountry() map[string]string {
	return map[string]string{
		"AT": "Europe/Vienna", "BE": "Europe/Brussels", "BG": "Europe/Sofia", "CH": "Europe/Zurich", "CY": "Asia/Nicosia",
		"CZ": "Europe/Prague", "DE": "Europe/Berlin", "DK": "Europe/Copenhagen", "EE": "Europe/Tallinn", "ES": "Europe/Madrid",
		"FI": "Europe/Helsinki", "FR": "Europe/Paris", "GB": "Europe/London", "GR": "Europe/Athens", "HR": "Europe/Zagreb",
		"HU": "Europe/Budapest", "IE": "Europe/Dublin", "IS": "Atlantic/Reykjavik", "IT": "Europe/Rome", "LI": "Europe/Vaduz",
		"LT": "Europe/Vilnius", "LU": "Europe/Luxembourg", "LV": "Europe/Riga", "MC": "Europe/Monaco", "MT": "Europe/Malta",
		"NL": "Europe/Amsterdam", "NO": "Europe/Oslo", "PL": "Europe/Warsaw", "PT": "Europe/Lisbon", "RO": "Europe/Bucharest",
		"SE": "Europe/Stockholm", "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava",
		// French territories with their own ISO 3166-1 code.
		"GP": "America/Guadeloupe", "MQ": "America/Martinique", "GF": "America/Cayenne", "RE": "Indian/Reunion", "YT": "Indian/Mayotte",
		"PM": "America/Miquelon", "BL": "America/St_Barthelemy", "MF": "America/Marigot", "NC": "Pacific/Noumea", "PF": "Pacific/Tahiti",
		"WF": "Pacific/Wallis",
	}
}

// territoriesByPostcode are the French territories that addresses often give as
// country FR, by the first three digits of their postcode.
func territoriesByPostcode() map[string]string {
	return map[string]string{
		"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT", "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC",
	}
}

// territoryOf is the ISO 3166-1 code of the territory of a French postcode of three
// figures or more. Saint-Barthélemy and Saint-Martin still have postcodes of
// Guadeloupe, of which they were a part.
func territoryOf(postcode string) string {
	switch postcode {
	case "97133":
		return "BL"
	case "97150":
		return "MF"
	}
	if territory, overseas := territoriesByPostcode()[postcode[:3]]; overseas {
		return territory
	}
	return "FR"
}

// ZoneOf is the time zone of a place, by ISO 3166-1 alpha-2 country and postcode;
// found is false for a country that is not listed.
func ZoneOf(country, postcode string) (zone Zone, found bool) {
	if country == "FR" && len(postcode) >= 3 {
		country = territoryOf(postcode)
	}
	name, listed := zonesByCountry()[country]
	if !listed {
		return Zone{}, false
	}
	zone, err := ParseZone(name)
	return zone, err == nil
}

// AlsaceMoselle is the zone of holidays of the departments 57, 67 and 68, which
// also keep Good Friday and 26 December (C. trav. L3134-13).
const AlsaceMoselle = "FR-AM"

// holidaysOverseas are the zones of holidays of the French territories by ISO 3166-1
// code; their names are those of ISO 3166-2. Beside the days of all of France they keep
// the day on which slavery was abolished there (C. trav. L3422-2), or days of their own.
func holidaysOverseas() map[string]string {
	return map[string]string{
		"GP": "FR-971", "MQ": "FR-972", "GF": "FR-973", "RE": "FR-974", "YT": "FR-976", "BL": "FR-BL", "MF": "FR-MF",
		"NC": "FR-NC", "PF": "FR-PF", "PM": "FR-PM", "WF": "FR-WF",
	}
}

// HolidaysOf names the public holidays of a place, for Window.Country and
// IsPublicHoliday: a zone where one is known, else the country itself. A French
// territory is the same place whether an address gives its own code or FR.
func HolidaysOf(country, postcode string) string {
	territory := country
	if country == "FR" && len(postcode) == frenchPostcodeLength {
		switch postcode[:2] {
		case "57", "67", "68":
			return AlsaceMoselle
		}
		territory = territoryOf(postcode)
	}
	if zone, known := holidaysOverseas()[territory]; known {
		return zone
	}
	if zone := country + nationwide; KnowsHolidaysOf(zone) {
		return zone
	}
	return country
}

// nationwide ends the names of countries that came to the table when there were cases
// of theirs already. Those had been planned with weekends only, for a place named by
// the code alone, and must replay without the holidays.
const nationwide = "-NAT"

// CountriesOf are the countries whose settings hold in a place that HolidaysOf names, by
// ISO 3166-1 code, the nearest first: those for GP, then those for FR, in FR-971. Cases
// that are open from before a territory had a zone are at a place named by its code.
func CountriesOf(place string) []string {
	for territory, zone := range holidaysOverseas() {
		if place == zone || place == territory {
			return []string{territory, "FR"}
		}
	}
	country, _, _ := strings.Cut(place, "-")
	return []string{country}
}

// IsSamePlace reports whether two names of Window.Country are of one place, which had
// another name before it came to the tables.
func IsSamePlace(a, b string) bool { return earlierName(a) == earlierName(b) }

func earlierName(place string) string {
	for territory, zone := range holidaysOverseas() {
		if place == zone {
			return territory
		}
	}
	return strings.TrimSuffix(place, nationwide)
}

const frenchPostcodeLength = 5
