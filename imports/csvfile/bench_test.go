package csvfile_test

import (
	"fmt"
	"strings"
	"testing"

	"relance/imports/csvfile"
)

// BenchmarkRead measures whole rows per second: split, understood, checked.
func BenchmarkRead(b *testing.B) {
	const rows = 10_000
	for _, c := range []struct {
		name, header string
		row          func(i int) string
	}{
		{"amounts only", minimal, func(i int) string {
			return fmt.Sprintf("FA-%06d;05/01/2026;%d,50;Société %d\n", i, i%1000, i%500)
		}},
		{"with contact and identifiers", "numero;date;conditions;montant;code client;client;siren;tva;adresse;cp;ville;pays;contact;email;telephone\n", func(i int) string {
			return fmt.Sprintf("FA-%06d;05/01/2026;30 jours;1 %03d,50;C%04d;Société %d;732829320;FR44732829320;12 rue de l'Été;75001;Paris;FR;Jeanne Martin;compta%d@example.com;01 99 00 %02d %02d\n",
				i, i%1000, i%500, i%500, i%500, i/100%100, i%100)
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var text strings.Builder
			text.WriteString(c.header)
			for i := range rows {
				text.WriteString(c.row(i))
			}
			file, options := fileOf(text.String()), usual(b)
			b.SetBytes(file.Size)
			b.ReportAllocs()
			for b.Loop() {
				read := 0
				for _, err := range csvfile.Read(b.Context(), file, options) {
					if err != nil {
						b.Fatal(err)
					}
					read++
				}
				if read != rows {
					b.Fatalf("%d rows of %d", read, rows)
				}
			}
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
