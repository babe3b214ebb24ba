// Package bodacc reads notices of insolvency from the open data of the BODACC, the
// official bulletin of commercial notices: the records of its data set of
// the family "collective", as its API or an export gives them.
package bodacc

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"relance/calendar"
	"relance/collection"
)

// NoticeType says whether a notice is the first of its matter.
type NoticeType string

// The types of notices.
const (
	TypeNotice     NoticeType = "annonce"
	TypeCorrection NoticeType = "rectificatif"
	TypeAnnulment  NoticeType = "annulation"
)

// Notice is a notice of insolvency. It keeps no name of a person: those who hold an
// office stand in a free text that a person reads.
type Notice struct {
	// ID is the bulletin's own, such as "A202600761234".
	ID        string
	Type      NoticeType
	Published calendar.Date
	// SIRENs are the companies it is about, nine digits each.
	SIRENs []string
	Court  string
	// Nature is what the court decided, in the bulletin's words, and Judgment its day.
	Nature   string
	Judgment calendar.Date
	// Corrects is the ID of the notice that this one corrects or annuls.
	Corrects string
}

// Decision is what a notice tells, as far as it bears on claims.
type Decision string

// What a notice can tell.
const (
	Opened        Decision = "opened"
	Converted     Decision = "converted"
	PlanAdopted   Decision = "plan-adopted"
	ClosedNoAsset Decision = "insufficient-assets"
	Lifted        Decision = "lifted"
	// Unclear: a person reads it.
	Unclear Decision = "unclear"
)

// Reading is what a notice tells.
type Reading struct {
	Decision   Decision
	Kind       collection.InsolvencyKind
	Simplified bool
}

// Read is what the notice tells, judged by the words of the bulletin. What is not
// certain is Unclear: a case is neither frozen nor freed by a guess.
func (n Notice) Read() Reading {
	words := plain(n.Nature)
	has := func(parts ...string) bool {
		return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(words, part) })
	}
	reading := Reading{Decision: Unclear, Kind: kindIn(words), Simplified: has("liquidation", "simplifiee")}
	switch {
	case n.Type == TypeAnnulment, has("retractation"), has("cloture", "extinction du passif"):
		reading.Decision = Lifted
	case has("cloture", "insuffisance d'actif"):
		reading.Decision = ClosedNoAsset
	case has("infirm"), has("cour d'appel"), has("cassation"), has("rejet"), has("refus"):
		// It undoes or denies what its other words name.
	case has("extension"), has("resolution"), has("modification"):
		// Whom it concerns, and from when on, is for a person to say.
	case has("plan de sauvegarde"), has("plan de redressement"), has("plan de continuation"):
		if has("arret") || has("adopt") || has("homolog") {
			reading.Decision = PlanAdopted
		}
	case has("conversion"), has("convertissant"):
		reading.Decision = Converted
		if _, into, found := strings.Cut(words, " en "); found {
			reading.Kind = kindIn(into)
		}
	case has("ouverture"), has("ouvrant"), has("prononcant la liquidation"):
		reading.Decision = Opened
	}
	if reading.Kind == "" && (reading.Decision == Opened || reading.Decision == Converted) {
		reading.Decision = Unclear
	}
	return reading
}

// kindIn is the kind of proceedings that words name first.
func kindIn(words string) collection.InsolvencyKind {
	kind, first := collection.InsolvencyKind(""), len(words)
	for name, candidate := range map[string]collection.InsolvencyKind{
		"sauvegarde": collection.Safeguard, "redressement": collection.Receivership, "liquidation": collection.Liquidation,
	} {
		if at := strings.Index(words, name); at >= 0 && at < first {
			kind, first = candidate, at
		}
	}
	return kind
}

// plain are words in small letters without accents.
func plain(words string) string {
	return strings.NewReplacer("é", "e", "è", "e", "ê", "e", "à", "a", "â", "a", "ô", "o", "û", "u", "ù", "u", "î", "i", "ç", "c", "’", "'").Replace(strings.ToLower(words))
}

// maxNotices bounds what is read at a time.
const maxNotices = 20_000

// Skipped is a record that is not taken, with the reason.
type Skipped struct {
	// Record counts from 1.
	Record int
	ID     string
	Reason string
}

// Read reads the notices of a file: one record, a list of them, what the API answers
// ({"results": […]} or {"records": [{"fields": …}]}), or a record on each line.
// Records of other families and those that lack what is needed are told apart.
func Read(file io.Reader) ([]Notice, []Skipped, error) {
	records, err := readRecords(file)
	if err != nil {
		return nil, nil, err
	}
	var notices []Notice
	var skipped []Skipped
	for i, raw := range records {
		notice, err := readNotice(raw)
		if err != nil {
			skipped = append(skipped, Skipped{Record: i + 1, ID: notice.ID, Reason: err.Error()})
			continue
		}
		notices = append(notices, notice)
	}
	return notices, skipped, nil
}

func readRecords(file io.Reader) ([]json.RawMessage, error) {
	var records []json.RawMessage
	decoder := json.NewDecoder(file)
	for {
		var value json.RawMessage
		err := decoder.Decode(&value)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("this is no JSON of BODACC notices: %w", err)
		}
		some, err := recordsIn(value)
		if err != nil {
			return nil, err
		}
		if records = append(records, some...); len(records) > maxNotices {
			return nil, fmt.Errorf("these are more than %d notices: split the file", maxNotices)
		}
	}
	if len(records) == 0 {
		return nil, errors.New("the file has no BODACC notice in it")
	}
	return records, nil
}

func recordsIn(value json.RawMessage) ([]json.RawMessage, error) {
	var list []json.RawMessage
	if json.Unmarshal(value, &list) == nil {
		return recordsOf(list)
	}
	var answer struct {
		Results, Records []json.RawMessage
		Fields           json.RawMessage
	}
	if err := json.Unmarshal(value, &answer); err != nil {
		return nil, fmt.Errorf("a BODACC notice is a JSON object: %w", err)
	}
	switch {
	case answer.Results != nil:
		return answer.Results, nil
	case answer.Records != nil:
		return recordsOf(answer.Records)
	case answer.Fields != nil:
		return []json.RawMessage{answer.Fields}, nil
	default:
		return []json.RawMessage{value}, nil
	}
}

func recordsOf(list []json.RawMessage) ([]json.RawMessage, error) {
	var records []json.RawMessage
	for _, one := range list {
		some, err := recordsIn(one)
		if err != nil {
			return nil, err
		}
		records = append(records, some...)
	}
	return records, nil
}
