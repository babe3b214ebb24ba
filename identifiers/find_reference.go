package identifiers

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// FindCreditorReferences finds the references in the free text of a bank line, in
// any case, in groups or not, also where other words were glued to them. Such a
// text does not tell where a reference ends, and one reading in a hundred fits its
// check digits by chance: every reading that fits is returned, so that the one
// meant is always among them, the likeliest first. Take those that are known.
func FindCreditorReferences(text string) []CreditorReference {
	line := remittanceLine(text)
	var readings []reading
	for start := range line {
		readings = append(readings, readingsAt(line[start:])...)
	}
	slices.SortStableFunc(readings, func(a, b reading) int { return cmp.Compare(a.doubt, b.doubt) })
	var found []CreditorReference
	for _, r := range readings {
		if !slices.Contains(found, r.reference) {
			found = append(found, r.reference)
		}
	}
	return found
}

// Characters of a remittance line that are not of a reference.
const (
	blank = ' '
	other = '.'
)

// remittanceLine is a text in capitals and digits, everything else being blank or
// other.
func remittanceLine(text string) []byte {
	line := make([]byte, 0, len(text))
	for _, r := range text {
		switch {
		case 'a' <= r && r <= 'z':
			line = utf8.AppendRune(line, r-'a'+'A')
		case 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
			line = utf8.AppendRune(line, r)
		case isBlank(r):
			line = append(line, blank)
		default:
			line = append(line, other)
		}
	}
	return line
}

// doubt is how sure it is that a reference ends where it was read to end.
type doubt int

const (
	wholeWord     doubt = iota // one word, or groups of four
	endOfWord                  // in groups of other lengths, or with words after it
	middleOfAWord              // something is glued to it
)

type reading struct {
	reference CreditorReference
	doubt     doubt
}

// readingsAt gives the references that can be read from the start of a line, the
// longest first.
func readingsAt(line []byte) []reading {
	if len(line) < referenceHead+1 || string(line[:2]) != referencePrefix {
		return nil
	}
	var readings []reading
	var read []byte
	group, even := 0, true
	for i, c := range line {
		if c == other || len(read) == referenceHead+longestBody {
			break
		}
		if c == blank {
			if group != 0 && group != 4 {
				even = false
			}
			group = 0
			continue
		}
		read = append(read, c)
		group++
		if len(read) <= referenceHead {
			if len(read) > len(referencePrefix) && !isDigit(c) {
				break
			}
			continue
		}
		if !referenceFits(string(read)) {
			continue
		}
		ends := i+1 == len(line) || line[i+1] == blank || line[i+1] == other
		inGroups := even && (group <= 4 || group == len(read))
		found := reading{CreditorReference(read), middleOfAWord}
		switch {
		case ends && inGroups:
			found.doubt = wholeWord
		case ends:
			found.doubt = endOfWord
		}
		readings = append(readings, found)
	}
	slices.Reverse(readings)
	return readings
}
