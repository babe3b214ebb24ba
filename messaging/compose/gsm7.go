package compose

import "strings"

// The SMS alphabet of 3GPP TS 23.038: one septet for the basic characters, two
// for the extension. Any other character turns the whole message into UCS-2,
// where a segment holds 70 characters instead of 160.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtension = "^{}\\[~]|€\f"
)

// Segment sizes of a message alone and of a part of a longer one (3GPP TS 23.040:
// the concatenation header takes 7 septets or 3 UCS-2 characters).
const (
	gsmSingle, gsmPart   = 160, 153
	ucs2Single, ucs2Part = 70, 67
)

// plainer replaces what the SMS alphabet lacks by what a reader takes for the
// same: it lacks most French capitals and ç, ê, ô, though it has é, è, à and ù.
var plainer = strings.NewReplacer(
	"\u00a0", " ", "\u202f", " ", "\u2009", " ",
	"’", "'", "‘", "'", "“", `"`, "”", `"`, "«\u00a0", `"`, "\u00a0»", `"`, "«", `"`, "»", `"`,
	"–", "-", "—", "-", "\u2011", "-", "…", "...", "°", "o", "•", "-",
	"ç", "c", "â", "a", "ê", "e", "î", "i", "ô", "o", "û", "u", "ë", "e", "ï", "i", "ÿ", "y", "œ", "oe",
	"À", "A", "Â", "A", "È", "E", "Ê", "E", "Ë", "E", "Î", "I", "Ï", "I", "Ô", "O", "Ù", "U", "Û", "U", "Œ", "OE", "Ÿ", "Y",
	"á", "a", "í", "i", "ó", "o", "ú", "u", "ã", "a", "õ", "o", "Á", "A", "Í", "I", "Ó", "O", "Ú", "U", "Ã", "A", "Õ", "O",
)

// Segments is the number of SMS segments a text takes, as providers bill them.
func Segments(text string) int {
	septets := 0
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsmBasic, r):
			septets++
		case strings.ContainsRune(gsmExtension, r):
			septets += 2
		default:
			return segmentsOf(utf16Length(text), ucs2Single, ucs2Part)
		}
	}
	return segmentsOf(septets, gsmSingle, gsmPart)
}

func segmentsOf(length, single, part int) int {
	if length <= single {
		return 1
	}
	return (length + part - 1) / part
}

func utf16Length(text string) int {
	length := 0
	for _, r := range text {
		length++
		if r > 0xFFFF {
			length++
		}
	}
	return length
}
