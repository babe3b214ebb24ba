package declarations

import (
	"fmt"
	"strconv"

	"relance/casefile"
	"relance/letters"
	"relance/messaging/compose"
	"relance/statement/declaration"
)

// page words a declaration in French, the language of the courts.
type page struct {
	declaration.Declaration
	compose.StatementWording
}

func (p page) statement(creditor casefile.Creditor) letters.Statement {
	letter := p.Letter
	letter.Title = "Déclaration de créances"
	letter.Subject = fmt.Sprintf("%s – %s par jugement du %s", p.Debtor.Name, p.kind(), p.Date(p.Proceedings.Judgment))
	letter.Sending = "Lettre recommandée avec avis de réception"
	letter.References = p.references()
	letter.Payment, letter.PaymentCode = nil, nil
	printed := letters.Statement{Letter: letter, Summary: p.summary()}
	for _, claim := range p.Claims {
		printed.Sections = append(printed.Sections, p.claim(claim))
	}
	return withEnd(printed, p.totals(), p.documents(), p.certificate(creditor))
}

func withEnd(s letters.Statement, sections ...letters.Section) letters.Statement {
	s.Sections = append(s.Sections, sections...)
	return s
}

func (p page) kind() string {
	words := p.Proceedings.Kind.French()
	if p.Proceedings.Simplified {
		words += " simplifiée"
	}
	return words
}

func (p page) references() []string {
	lines := []string{"Procédure : " + p.Proceedings.ID}
	if p.Proceedings.Court != "" {
		lines = append(lines, "Tribunal : "+p.Proceedings.Court)
	}
	if !p.Proceedings.Published.IsZero() {
		lines = append(lines, "BODACC du "+p.ShortDate(p.Proceedings.Published))
	}
	if p.Debtor.SIREN != "" {
		lines = append(lines, "SIREN du débiteur : "+p.Debtor.SIREN)
	}
	return lines
}

func (p page) summary() []string {
	var lines []string
	for _, total := range p.Totals {
		lines = append(lines, fmt.Sprintf("Total déclaré, TVA comprise : %s", p.Amount(total.Total)))
	}
	return lines
}

func (p page) claim(c declaration.DeclaredClaim) letters.Section {
	heading := fmt.Sprintf("Facture %s, échéance du %s", c.Invoice, p.ShortDate(c.DueOn))
	if !c.IssuedOn.IsZero() {
		heading = fmt.Sprintf("Facture %s du %s, échéance du %s", c.Invoice, p.ShortDate(c.IssuedOn), p.ShortDate(c.DueOn))
	}
	principal := "Principal restant dû, TVA comprise"
	if c.FallsDue {
		principal = "Principal à échoir, TVA comprise"
	}
	lines := []compose.Line{{Label: "Montant de la facture, TVA comprise", Value: p.Amount(c.Invoiced)}, {Label: principal, Value: p.Amount(c.Principal)}}
	if !c.Interest.IsZero() {
		lines = append(lines, compose.Line{Label: "Intérêts échus la veille du jugement", Value: p.Amount(c.Interest)})
	}
	if !c.Indemnity.IsZero() {
		lines = append(lines, compose.Line{Label: "Indemnité forfaitaire pour frais de recouvrement", Value: p.Amount(c.Indemnity)})
	}
	if !c.Costs.IsZero() {
		lines = append(lines, compose.Line{Label: "Frais justifiés", Value: p.Amount(c.Costs)})
	}
	section := letters.Section{Heading: heading, Lines: lines}
	if len(c.Segments) > 0 {
		section.Blocks = append(section.Blocks, p.interest(c))
	}
	return section
}

func (p page) interest(c declaration.DeclaredClaim) letters.Block {
	table := letters.Table{Columns: []letters.Column{
		{Heading: "Du"}, {Heading: "Au"}, {Heading: "Jours", IsNumber: true}, {Heading: "Base", IsNumber: true}, {Heading: "Taux", IsNumber: true},
		{Heading: "Intérêts", IsNumber: true}, {Heading: "Texte"},
	}}
	for _, s := range c.Segments {
		table.Rows = append(table.Rows, []string{
			p.ShortDate(s.From), p.ShortDate(s.To), strconv.Itoa(s.Days), p.Amount(s.Base), p.Rate(s.Rate), p.Amount(s.Amount), s.Article,
		})
	}
	return letters.Block{Title: "Calcul des intérêts", Table: table}
}

func (p page) totals() letters.Section {
	section := letters.Section{Heading: "Total"}
	for _, total := range p.Totals {
		section.Blocks = append(section.Blocks, letters.Block{Strong: 1, Lines: []compose.Line{
			{Label: "Principal", Value: p.Amount(total.Principal)}, {Label: "Intérêts", Value: p.Amount(total.Interest)},
			{Label: "Indemnités forfaitaires", Value: p.Amount(total.Indemnity)}, {Label: "Frais", Value: p.Amount(total.Costs)},
			{Label: "Total déclaré, TVA comprise", Value: p.Amount(total.Total)},
		}})
	}
	return section
}

func (p page) documents() letters.Section {
	block := letters.Block{}
	for _, invoice := range p.Documents {
		block.Remarks = append(block.Remarks, "Facture "+invoice+", avec le relevé de ses relances et des paiements reçus")
	}
	return letters.Section{Heading: "Pièces jointes", Blocks: []letters.Block{block}}
}

func (p page) certificate(creditor casefile.Creditor) letters.Section {
	rank := "à titre chirographaire"
	if p.Rank != declaration.RankUnsecured {
		rank = "avec la sûreté suivante : " + p.Rank
	}
	remarks := []string{
		fmt.Sprintf("Ces créances sont déclarées %s, pour leur montant au jour du jugement (articles L622-24, L622-25 et R622-23 du code de commerce).", rank),
		"Le cours des intérêts est arrêté par le jugement d’ouverture (article L622-28), sauf prêts ou paiements différés d’un an ou plus.",
		"Aucune juridiction n’est saisie de ces créances, sauf mention contraire jointe.",
		"Le créancier certifie sincère la présente déclaration.",
		"Nom, qualité et signature :",
	}
	if creditor.SignatoryName != "" {
		remarks[len(remarks)-1] = "Signature de " + creditor.SignatoryName
		if creditor.SignatoryTitle != "" {
			remarks[len(remarks)-1] += ", " + creditor.SignatoryTitle
		}
		remarks[len(remarks)-1] += " :"
	}
	return letters.Section{Heading: "Certification", Blocks: []letters.Block{{Remarks: remarks}}}
}
