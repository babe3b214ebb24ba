package compose

import "strings"

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
