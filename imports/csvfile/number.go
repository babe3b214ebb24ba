package csvfile

import (
	"errors"
	"strings"
	"unicode"

	"relance/money"
)

var (
	errNotANumber = errors.New("not an amount; write it like 1234.56 or 1 234,56")
	errAmbiguous  = errors.New("can mean two amounts, and the file does not show whether its decimals follow a comma or a point; " +
		"write two decimals, or say which mark is used when importing")
	errOtherStyle = errors.New("does not use the decimal mark this import was told to expect")
)

// evidence is what one amount shows about the decimal mark of its file.
type evidence int

const (
	showsNothing evidence = iota
	showsComma
	showsPoint
	showsEither // "1,234" or "1.234": thousands or thousandths
)

// number is an amount taken apart: its digits with at most one mark of each kind
// left where it stood.
type number struct {
	currency money.Currency // where the cell states one; "$" is taken for USD
	negative bool
	body     string // digits, ',' and '.', spaces removed
	spaced   bool   // it groups its thousands with spaces or apostrophes
}

// plain rewrites an amount as money.Parse reads it ("-1234.56"), in a style. With
// NumbersFromFile an amount that can mean two things is errAmbiguous.
func (n number) plain(style NumberStyle) (string, error) {
	shown, err := n.evidence()
	if err != nil {
		return "", err
	}
	var decimal byte
	switch {
	case shown == showsComma && style == DecimalPoint, shown == showsPoint && style == DecimalComma:
		return "", errOtherStyle
	case shown == showsComma, shown == showsEither && style == DecimalComma:
		decimal = ','
	case shown == showsPoint, shown == showsEither && style == DecimalPoint:
		decimal = '.'
	case shown == showsEither:
		return "", errAmbiguous
	}
	return n.rewrite(decimal), nil
}

// dissect removes what surrounds the number: white space, a sign before or after
// it or parentheses around it (both are ways of accountants), and a currency.
func dissect(text string) (number, error) {
	var n number
	text = n.takeCurrency(strings.TrimFunc(text, unicode.IsSpace))
	if inside, ok := strings.CutPrefix(text, "("); ok {
		if inside, ok = strings.CutSuffix(inside, ")"); !ok {
			return n, errNotANumber
		}
		n.negative, text = true, inside
	}
	for _, minus := range []string{"-", "−", "–"} {
		before, isBefore := strings.CutPrefix(text, minus)
		after, isAfter := strings.CutSuffix(text, minus)
		switch {
		case (isBefore || isAfter) && n.negative, isBefore && isAfter:
			return n, errNotANumber
		case isBefore:
			n.negative, text = true, before
		case isAfter:
			n.negative, text = true, after
		}
	}
	text = strings.TrimPrefix(text, "+")
	return n.split(n.takeCurrency(strings.TrimFunc(text, unicode.IsSpace)))
}

// split checks the spaces, which must group thousands, and removes them.
func (n number) split(text string) (number, error) {
	groups := strings.FieldsFunc(text, isGroupSpace)
	if len(groups) == 0 {
		return n, errNotANumber
	}
	n.spaced = len(groups) > 1
	n.body = strings.Join(groups, "")
	for i, group := range groups {
		whole := group
		if cut := strings.IndexAny(group, ",."); cut >= 0 {
			if i < len(groups)-1 {
				return n, errNotANumber
			}
			whole = group[:cut]
		}
		if n.spaced && (i > 0 && len(whole) != 3 || i == 0 && (len(whole) < 1 || len(whole) > 3)) {
			return n, errNotANumber
		}
	}
	for i := range len(n.body) {
		if c := n.body[i]; !isDigit(c) && c != ',' && c != '.' {
			return n, errNotANumber
		}
	}
	return n, nil
}

// isGroupSpace recognises the marks that only ever group thousands: the space and
// its narrow and unbreakable kinds, and the Swiss apostrophe.
func isGroupSpace(r rune) bool { return unicode.IsSpace(r) || r == '\'' || r == '’' || r == '\u202f' }

// evidence decides which mark is the decimal one, from the number alone:
//   - two kinds of mark: the last one, and the other must group thousands;
//   - one kind, several times: it groups thousands, there are no decimals;
//   - one mark, next to spaces that group thousands: it is the decimal one;
//   - one mark with three digits after it, and one to three before, not
//     beginning with 0: it can be either;
//   - one mark otherwise: it is the decimal one.
func (n number) evidence() (evidence, error) {
	commas, points := strings.Count(n.body, ","), strings.Count(n.body, ".")
	last := strings.LastIndexAny(n.body, ",.")
	switch {
	case commas+points == 0:
		return showsNothing, nil
	case last == len(n.body)-1 || last == 0 && len(n.body) == 1:
		return 0, errNotANumber
	case commas > 0 && points > 0:
		return n.twoMarks(commas, points, last)
	case commas+points > 1:
		mark := n.body[last]
		if n.spaced || !groupsThousands(n.body, mark) {
			return 0, errNotANumber
		}
		return otherMark(mark), nil
	case n.spaced || last == 0 || last > 3 || n.body[0] == '0' || len(n.body)-last-1 != 3:
		return thisMark(n.body[last]), nil
	default:
		return showsEither, nil
	}
}

func (n number) twoMarks(commas, points, last int) (evidence, error) {
	decimal := n.body[last]
	grouping, times := byte(','), points
	if decimal == ',' {
		grouping, times = '.', commas
	}
	if n.spaced || times != 1 || !groupsThousands(n.body[:last], grouping) {
		return 0, errNotANumber
	}
	return thisMark(decimal), nil
}

func thisMark(mark byte) evidence {
	if mark == ',' {
		return showsComma
	}
	return showsPoint
}

func otherMark(mark byte) evidence {
	if mark == ',' {
		return showsPoint
	}
	return showsComma
}

// groupsThousands reports whether a mark stands before each three digits.
func groupsThousands(whole string, mark byte) bool {
	groups := strings.Split(whole, string(mark))
	for i, group := range groups {
		if i == 0 && (group == "" || len(group) > 3) || i > 0 && len(group) != 3 {
			return false
		}
	}
	return true
}

func (n number) rewrite(decimal byte) string {
	var b strings.Builder
	b.Grow(len(n.body) + 1)
	if n.negative {
		b.WriteByte('-')
	}
	for i := range len(n.body) {
		switch c := n.body[i]; {
		case isDigit(c):
			b.WriteByte(c)
		case c == decimal:
			b.WriteByte('.')
		}
	}
	return b.String()
}

// takeCurrency removes one currency sign or code before or after the number.
func (n *number) takeCurrency(text string) string {
	if text == "" || n.currency != "" || isDigit(text[0]) && isDigit(text[len(text)-1]) {
		return text
	}
	for _, c := range currencyMarks {
		if rest, ok := strings.CutSuffix(text, c.mark); ok {
			n.currency = c.currency
			return strings.TrimRightFunc(rest, unicode.IsSpace)
		}
		if rest, ok := strings.CutPrefix(text, c.mark); ok {
			n.currency = c.currency
			return strings.TrimLeftFunc(rest, unicode.IsSpace)
		}
	}
	return text
}

var currencyMarks = []struct {
	mark     string
	currency money.Currency
}{
	{"€", "EUR"}, {"EUR", "EUR"}, {"eur", "EUR"}, {"euros", "EUR"}, {"$", "USD"}, {"USD", "USD"},
	{"£", "GBP"}, {"GBP", "GBP"}, {"CHF", "CHF"},
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
