package bodacc

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"relance/calendar"
)

// record is a record of the data set. Some of its fields are JSON in a text.
type record struct {
	ID        string         `json:"id"`
	Family    string         `json:"familleavis"`
	Type      string         `json:"typeavis"`
	Published string         `json:"dateparution"`
	Court     string         `json:"tribunal"`
	Registry  texts          `json:"registre"`
	Judgment  inner[ruling]  `json:"jugement"`
	Previous  inner[earlier] `json:"parutionavisprecedent"`
}

type ruling struct {
	Family string `json:"famille"`
	Nature string `json:"nature"`
	Date   string `json:"date"`
}

// earlier is the notice that a correction or an annulment is about.
type earlier struct {
	Publication string   `json:"nomPublication"`
	Issue       anyDigit `json:"numeroParution"`
	Number      anyDigit `json:"numeroAnnonce"`
}

// inner is a value that stands as JSON in a text, or as it is.
type inner[T any] struct{ value T }

func (i *inner[T]) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		if strings.TrimSpace(text) == "" {
			return nil
		}
		data = []byte(text)
	}
	return json.Unmarshal(data, &i.value)
}

// texts are a list, or one text with commas.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*t = strings.Split(text, ",")
		return nil
	}
	var list []string
	err := json.Unmarshal(data, &list)
	*t = list
	return err
}

// anyDigit is a number, or the same as a text.
type anyDigit string

func (d *anyDigit) UnmarshalJSON(data []byte) error {
	*d = anyDigit(strings.Trim(string(data), `" `))
	return nil
}

func readNotice(raw json.RawMessage) (Notice, error) {
	var r record
	if err := json.Unmarshal(raw, &r); err != nil {
		return Notice{ID: r.ID}, fmt.Errorf("the record cannot be read: %w", err)
	}
	notice := Notice{
		ID: strings.TrimSpace(r.ID), Type: NoticeType(strings.TrimSpace(r.Type)), SIRENs: sirens(r.Registry), Court: strings.TrimSpace(r.Court),
		Nature: strings.TrimSpace(r.Judgment.value.Family + ": " + r.Judgment.value.Nature), Corrects: r.Previous.value.id(),
	}
	if notice.Type == "" {
		notice.Type = TypeNotice
	}
	if r.Family != "" && r.Family != "collective" {
		return notice, fmt.Errorf("it is of the family %q and not of insolvency (collective)", r.Family)
	}
	if notice.ID == "" {
		return notice, errors.New("it has no id")
	}
	if len(notice.SIRENs) == 0 {
		return notice, errors.New("its registre names no SIREN: a person compares the name")
	}
	if !slices.Contains([]NoticeType{TypeNotice, TypeCorrection, TypeAnnulment}, notice.Type) {
		return notice, fmt.Errorf("its typeavis %q is not known", r.Type)
	}
	var err error
	if notice.Published, err = readDate(r.Published); err != nil {
		return notice, fmt.Errorf("its dateparution: %w", err)
	}
	if r.Judgment.value.Date != "" {
		if notice.Judgment, err = readDate(r.Judgment.value.Date); err != nil {
			return notice, fmt.Errorf("the date of its jugement: %w", err)
		}
	}
	return notice, nil
}

// id is made of the letter of the edition, the issue and the number.
func (e earlier) id() string {
	edition := strings.Fields(e.Publication)
	if len(edition) == 0 || e.Issue == "" || e.Number == "" {
		return ""
	}
	return edition[len(edition)-1] + string(e.Issue) + string(e.Number)
}

// sirens are the numbers of companies, each once: the record writes each with and
// without spaces.
func sirens(registry []string) []string {
	var found []string
	for _, text := range registry {
		digits := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, text)
		if len(digits) == 9 && !slices.Contains(found, digits) {
			found = append(found, digits)
		}
	}
	return found
}

// readDate reads "2026-03-09" and "9 mars 2026".
func readDate(text string) (calendar.Date, error) {
	text = strings.TrimSpace(text)
	if date, err := calendar.ParseDate(text); err == nil {
		return date, nil
	}
	words := strings.Fields(plain(text))
	if len(words) == 3 {
		day, errDay := strconv.Atoi(strings.TrimSuffix(words[0], "er"))
		month := slices.Index(monthNames(), words[1]) + 1
		year, errYear := strconv.Atoi(words[2])
		if errDay == nil && errYear == nil && month > 0 {
			if date := calendar.NewDate(year, time.Month(month), day); date.Day() == day {
				return date, nil
			}
		}
	}
	return 0, fmt.Errorf("%q is no date", text)
}

func monthNames() []string {
	return []string{"janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre"}
}
