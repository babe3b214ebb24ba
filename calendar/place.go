package calendar

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

// ZoneOf is the time zone of a place, by ISO 3166-1 alpha-2 country and postcode;
// found is false for a country that is not listed.
func ZoneOf(country, postcode string) (zone Zone, found bool) {
	if country == "FR" && len(postcode) >= 3 {
		if territory, overseas := territoriesByPostcode()[postcode[:3]]; overseas {
			country = territory
		}
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

// HolidaysOf names the public holidays of a place, for Window.Country and
// IsPublicHoliday: a zone where one is known, else the country itself. The days
// that French territories overseas add are not in the tables.
func HolidaysOf(country, postcode string) string {
	if country == "FR" && len(postcode) == frenchPostcodeLength {
		switch postcode[:2] {
		case "57", "67", "68":
			return AlsaceMoselle
		}
	}
	return country
}

const frenchPostcodeLength = 5
