package csvfile_test

import (
	"errors"
	"strings"
	"testing"

	"relance/imports/csvfile"
	"relance/imports/invoice"
)

// FuzzRead feeds any bytes to the reader: it must end, must not panic, and must
// say either a document with a number, a date and an amount, or why not.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		minimal + "F-1;2026-01-05;12.00;X\n",
		"numéro,date,montant,client\n\"F-1\",05/01/2026,\"1 234,56\",\"a\nb\"\n",
		"\ufeffinvoice_number\tissue_date\ttotal\tdebtor_name\nF\t20260105\t(1.234)\tX\n",
		"sep=|\nnumero|date|solde|client\nF|1/1/2026|1,234|X\nG|1/1/2026|\"|X\n",
		"\xff\xfen\x00u\x00m\x00",
		"numero;date;montant;client;email;telephone;terms\nF;1/1/2026;1;\xe9;a@b.c;+33;30 jours fin de mois le 10\n",
	} {
		f.Add([]byte(seed))
	}
	options := usual(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		file := invoice.File{Name: "fuzz.csv", Content: strings.NewReader(string(data)), Size: int64(len(data))}
		for document, err := range csvfile.Read(t.Context(), file, options) {
			var refusal *invoice.Refusal
			switch {
			case err != nil && !errors.As(err, &refusal):
				t.Fatalf("an error that is not a refusal: %v", err)
			case err != nil && (len(refusal.Faults) == 0 || refusal.Error() == ""):
				t.Fatal("a refusal without a reason")
			case err == nil && (document.Number == "" || document.Issued.IsZero() || document.Total.Currency() == "" || document.AmountDue.Currency() == ""):
				t.Fatalf("an incomplete document: %+v", document)
			case err == nil && document.Kind == invoice.Invoice && document.Due < document.Issued:
				t.Fatalf("due before it is issued: %+v", document)
			}
		}
	})
}
