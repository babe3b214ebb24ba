package latefees

import (
	"relance/law"
	"relance/money"
)

// IndemnityReason says why the fixed sum is due or not.
type IndemnityReason string

// The reasons.
const (
	IndemnityDue        IndemnityReason = "due"
	IndemnityNotLate    IndemnityReason = "not-late"
	IndemnityNone       IndemnityReason = "none-for-this-debtor"
	IndemnityInsolvency IndemnityReason = "insolvency"
)

// Indemnity is the fixed sum for recovery costs: once for each late invoice, in
// euros whatever the currency of the invoice.
type Indemnity struct {
	Amount  money.Amount
	Reason  IndemnityReason
	Words   law.Words
	Article string
}

// insolvencyRule is the plain rule that bars the fixed sum.
const insolvencyRule = "fixed-sum-insolvency"

// Indemnity is the fixed sum, on its own line: payments do not reduce it.
func (s *Statement) Indemnity() Indemnity {
	rule := s.tariff.version(s.due + 1)
	none := rule.FixedSum.Zero()
	switch {
	case rule.FixedSum.IsZero():
		return Indemnity{Amount: none, Reason: IndemnityNone, Article: rule.FixedSumArticle, Words: law.Words{
			EN: "This debtor owes no fixed sum.", FR: "Ce débiteur ne doit pas d’indemnité forfaitaire."}}
	case !s.opened.IsZero() && s.due >= s.opened:
		article := rule.FixedSumArticle
		if barred, found := s.tariff.book.PlainRule(rule.Regime.Country, insolvencyRule, s.opened); found {
			article = barred.Article
		}
		return Indemnity{Amount: none, Reason: IndemnityInsolvency, Article: article, Words: law.Words{
			EN: "The invoice fell due on or after the opening of the insolvency proceedings.",
			FR: "La facture est échue le jour de l’ouverture de la procédure collective ou après."}}
	case !s.late:
		return Indemnity{Amount: none, Reason: IndemnityNotLate, Article: rule.FixedSumArticle, Words: law.Words{
			EN: "Nothing was unpaid after the due date.", FR: "Rien n’était impayé après l’échéance."}}
	default:
		return Indemnity{Amount: rule.FixedSum, Reason: IndemnityDue, Article: rule.FixedSumArticle, Words: law.Words{
			EN: "Due once for each invoice paid late.", FR: "Due une fois par facture payée en retard."}}
	}
}
