package calendar_test

import (
	"slices"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/bg"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/cy"
	"github.com/rickar/cal/v2/cz"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/ee"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fi"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/gr"
	"github.com/rickar/cal/v2/hr"
	"github.com/rickar/cal/v2/hu"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/is"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/lt"
	"github.com/rickar/cal/v2/lu"
	"github.com/rickar/cal/v2/lv"
	"github.com/rickar/cal/v2/mt"
	"github.com/rickar/cal/v2/nc"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/pt"
	"github.com/rickar/cal/v2/ro"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/si"
	"github.com/rickar/cal/v2/sk"
)

// tableOf is what the table holds for a country or zone.
type tableOf struct {
	code     string
	holidays []*cal.Holiday
	// moved: a holiday on a weekend gives another day off.
	moved bool
}

// holidayTables are the holidays of all in a country, or in most of it where each
// part has its own: Germany, Spain, Switzerland; of the United Kingdom those of England
// and Wales. Days that a government moves by a decree of the year are not among them.
var holidayTables = []tableOf{
	{code: "AT", holidays: at.Holidays},
	{code: "BE", holidays: be.Holidays},
	{code: "BG-NAT", holidays: bulgaria(), moved: true},
	{code: "CH-NAT", holidays: switzerland},
	{code: "CY-NAT", holidays: cy.Holidays},
	{code: "CZ-NAT", holidays: cz.Holidays},
	{code: "DE", holidays: de.Holidays},
	{code: "DK-NAT", holidays: dk.Holidays},
	{code: "EE-NAT", holidays: ee.Holidays},
	{code: "ES", holidays: es.Holidays},
	{code: "FI-NAT", holidays: fi.Holidays},
	{code: "FR", holidays: fr.Holidays},
	{code: "FR-971", holidays: slaveryAbolished(time.May, 27)},
	{code: "FR-972", holidays: slaveryAbolished(time.May, 22)},
	{code: "FR-973", holidays: slaveryAbolished(time.June, 10)},
	{code: "FR-974", holidays: slaveryAbolished(time.December, 20)},
	{code: "FR-976", holidays: slaveryAbolished(time.April, 27)},
	{code: "FR-AM", holidays: alsaceMoselle},
	{code: "FR-BL", holidays: slaveryAbolished(time.October, 9)},
	{code: "FR-MF", holidays: slaveryAbolished(time.May, 27)},
	{code: "FR-NC", holidays: nc.Holidays},
	{code: "FR-PF", holidays: polynesia},
	{code: "FR-PM", holidays: fr.Holidays},
	{code: "FR-WF", holidays: wallisAndFutuna},
	{code: "GB-NAT", holidays: gb.Holidays, moved: true},
	{code: "GR-NAT", holidays: gr.Holidays},
	{code: "HR-NAT", holidays: hr.Holidays},
	{code: "HU-NAT", holidays: hu.Holidays},
	{code: "IE", holidays: ie.Holidays},
	{code: "IS-NAT", holidays: is.Holidays},
	{code: "IT", holidays: it.Holidays},
	{code: "LI-NAT", holidays: liechtenstein},
	{code: "LT-NAT", holidays: lt.Holidays},
	{code: "LU-NAT", holidays: luxembourg},
	{code: "LV-NAT", holidays: lv.Holidays, moved: true},
	{code: "MC-NAT", holidays: monaco, moved: true},
	{code: "MT-NAT", holidays: mt.Holidays},
	{code: "NL", holidays: nl.Holidays},
	{code: "NO-NAT", holidays: no.Holidays},
	{code: "PL-NAT", holidays: pl.Holidays},
	{code: "PT-NAT", holidays: pt.Holidays},
	{code: "RO-NAT", holidays: ro.Holidays},
	{code: "SE-NAT", holidays: se.Holidays},
	{code: "SI-NAT", holidays: si.Holidays},
	{code: "SK-NAT", holidays: slovakia()},
}

// The two days that C. trav. L3134-13 adds in Bas-Rhin, Haut-Rhin and Moselle.
var alsaceMoselle = slices.Concat(fr.Holidays, []*cal.Holiday{
	aa.GoodFriday.Clone(&cal.Holiday{Name: "Vendredi saint"}),
	aa.ChristmasDay2.Clone(&cal.Holiday{Name: "Saint-Étienne"}),
})

// slaveryAbolished are the holidays of all of France with the day on which slavery was
// abolished in a territory (C. trav. L3422-2).
func slaveryAbolished(month time.Month, day int) []*cal.Holiday {
	return slices.Concat(fr.Holidays, []*cal.Holiday{dayOf("Abolition de l’esclavage", month, day)})
}

// French Polynesia: Code du travail de la Polynésie française, Lp. 3322-1; 20 November
// took the place of 29 June in 2025 (loi du pays adopted on 6 May 2025). Of the years
// before 2026, which no case was planned with, only today's days are given.
var polynesia = slices.Concat(fr.Holidays, []*cal.Holiday{
	dayOf("Arrivée de l’Évangile", time.March, 5),
	aa.GoodFriday.Clone(&cal.Holiday{Name: "Vendredi saint"}),
	dayOf("Matari’i i ni’a", time.November, 20),
})

// Wallis and Futuna: the feast of Saint Pierre Chanel and that of the territory.
var wallisAndFutuna = slices.Concat(fr.Holidays, []*cal.Holiday{
	dayOf("Saint Pierre Chanel", time.April, 28),
	dayOf("Fête du Territoire", time.July, 29),
})

// Luxembourg: Code du travail, L. 232-2. The library lacks Europe Day, a holiday since
// 2019, and has the national day in July.
var luxembourg = append(without(lu.Holidays, lu.Nationalfeierdag),
	dayOf("Europadag", time.May, 9),
	dayOf("Nationalfeierdag", time.June, 23),
)

// Switzerland has one holiday of the federation, 1 August; the others are those of
// nearly all cantons. The library lists those of all cantons together.
var switzerland = []*cal.Holiday{
	ch.Neujahr, ch.Karfreitag, ch.Ostermontag, ch.Auffahrt, ch.Pfingstmontag, ch.Bundesfeiertag, ch.Weihnachtstag, ch.ZweiterWeihnachtsfeiertag,
}

// Liechtenstein: the holidays that are equal to Sundays (Verordnung I zum Arbeitsgesetz)
// and Good Friday, on which everything is closed.
var liechtenstein = []*cal.Holiday{
	ch.Neujahr, ch.HeiligeDreiKoenige, ch.Karfreitag, ch.Ostermontag, ch.TagderArbeit, ch.Auffahrt, ch.Pfingstmontag, ch.Fronleichnam,
	aa.AssumptionOfMary.Clone(&cal.Holiday{Name: "Staatsfeiertag"}),
	dayOf("Mariä Geburt", time.September, 8),
	ch.Allerheiligen, ch.MariaEmpfangnis, ch.Weihnachtstag, ch.ZweiterWeihnachtsfeiertag,
}

// Monaco: loi n° 798 of 18 February 1966; the Monday after where one of these is on a
// Sunday, for 8 December since circular 2019-2.
var monaco = []*cal.Holiday{
	mondayAfter(fr.NouvelAn),
	dayOf("Sainte Dévote", time.January, 27),
	fr.LundiDePâques,
	mondayAfter(fr.FêteDuTravail),
	fr.Ascension,
	fr.LundiDePentecôte,
	aa.CorpusChristi.Clone(&cal.Holiday{Name: "Fête-Dieu"}),
	mondayAfter(fr.Assomption),
	mondayAfter(fr.Toussaint),
	mondayAfter(dayOf("Fête du Prince", time.November, 19)),
	mondayAfter(aa.ImmaculateConception.Clone(&cal.Holiday{Name: "Immaculée Conception"})),
	mondayAfter(fr.Noël),
}

// Bulgaria: Labour Code, article 154. A holiday on a weekend gives the next working day
// off, which is the Tuesday where the Monday is that after Easter. The library moves
// 1 May whenever Easter is later.
func bulgaria() []*cal.Holiday {
	labourDay := aa.WorkersDay.Clone(&cal.Holiday{Name: bg.LabourDay.Name, Observed: bg.NewYear.Observed})
	return append(without(bg.Holidays, bg.LabourDay), labourDay, afterEasterMonday(labourDay), afterEasterMonday(bg.StGeorgesDay))
}

func afterEasterMonday(h *cal.Holiday) *cal.Holiday {
	return &cal.Holiday{Name: h.Name, Func: func(_ *cal.Holiday, year int) time.Time {
		easterMonday, _ := bg.OrthodoxEasterMonday.Calc(year)
		if actual, observed := h.Calc(year); !observed.Equal(easterMonday) || actual.Equal(observed) {
			return time.Time{}
		}
		return easterMonday.AddDate(0, 0, 1)
	}}
}

// Slovakia: zákon 241/1993, which since November 2025 has 17 November as a working day,
// and for the year 2026 also 8 May and 15 September.
func slovakia() []*cal.Holiday {
	return append(without(sk.Holidays, sk.Freedom, sk.Liberation, sk.LadyOfSorrows),
		sk.Liberation.Clone(&cal.Holiday{Except: []int{2026}}),
		sk.LadyOfSorrows.Clone(&cal.Holiday{Except: []int{2026}}),
	)
}

func dayOf(name string, month time.Month, day int) *cal.Holiday {
	return &cal.Holiday{Name: name, Month: month, Day: day, Func: cal.CalcDayOfMonth}
}

func mondayAfter(h *cal.Holiday) *cal.Holiday {
	return h.Clone(&cal.Holiday{Observed: []cal.AltDay{{Day: time.Sunday, Offset: 1}}})
}

func without(holidays []*cal.Holiday, wrong ...*cal.Holiday) []*cal.Holiday {
	return slices.DeleteFunc(slices.Clone(holidays), func(h *cal.Holiday) bool { return slices.Contains(wrong, h) })
}
