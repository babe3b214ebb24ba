package api

import (
	"context"
	"net/http"

	"relance/calendar"
	"relance/collection"
	"relance/imports/invoice"
	"relance/law"
	"relance/workflows"
)

func (a *api) registerDiscounts() {
	answers := []answerKind{
		{http.StatusOK, "It is recorded; this is how the case stands now."},
		{http.StatusAccepted, "It is stored and will count when a worker runs (pending)."},
	}
	problems := []problemCode{codeUnknownCase, codeConflict, codeNotNow, codeNoAnswer}
	register(a, operation{
		id: "offer-discount", method: http.MethodPost, path: "/v1/cases/{creditor}/{invoice}/discounts", group: groupMoney,
		summary: "Offer a discount for quick payment",
		description: "The claim is lowered by the amount if the rest is paid in full by the last day; the value date of the payment counts, whenever its news comes. " +
			"Until then reminders claim all. A payment that is taken back takes the discount with it. Beyond what the role may grant it needs approved_by.",
		answers: answers, problems: problems,
	}, a.offerDiscount)
	register(a, operation{
		id: "revoke-discount", method: http.MethodPost, path: "/v1/cases/{creditor}/{invoice}/discounts/{discount}/revoke", group: groupMoney,
		summary: "End the offer of a discount", description: "One that was earned before that day stays.",
		answers: answers, problems: problems,
	}, a.revokeDiscount)
}

type discountInput struct {
	CaseKey
	Wait
	Body struct {
		ID            string            `json:"id" minLength:"1" maxLength:"200" example:"DISCOUNT-2026-0004" doc:"The offer's own ID. It counts once."`
		Amount        workflows.Decimal `json:"amount,omitempty" doc:"By how much the claim is lowered, exact: text or number. This or percent."`
		Currency      string            `json:"currency,omitempty" minLength:"3" maxLength:"3" example:"EUR" doc:"ISO 4217 code, with an amount."`
		Percent       string            `json:"percent,omitempty" maxLength:"10" example:"2.5" doc:"Of what is open now, rounded down to the cent."`
		Until         calendar.Date     `json:"until" doc:"The last value date of the payment."`
		KeepsLateFees bool              `json:"keeps_late_fees,omitempty" doc:"The late fees that were claimed must be paid as well; else they are given up with the discount."`
		Reason        string            `json:"reason,omitempty" maxLength:"500" doc:"Why, without personal data."`
		Role          string            `json:"role,omitempty" enum:"salesperson,accountant,manager,owner" doc:"What the person who offers it is at the creditor; the one who may grant least when it is missing."`
		ApprovedBy    string            `json:"approved_by,omitempty" maxLength:"100" doc:"Who approved it, when it is beyond what the role may grant."`
		By            string            `json:"by,omitempty" maxLength:"100" doc:"Who offers it; the name of the key when it is missing."`
	} `nameHint:"DiscountOffer"`
}

func (a *api) offerDiscount(ctx context.Context, in *discountInput) (*moneyOutput, error) {
	creditor, number := in.key()
	given := in.Body
	var percent law.Percent
	if given.Percent != "" {
		var err error
		if percent, err = law.ParsePercent(given.Percent); err != nil || percent <= 0 {
			return nil, invalid("body.percent", given.Percent, "it is a percentage above 0, such as 2.5")
		}
	} else if given.Amount == "" {
		return nil, invalid("body.amount", "", "give an amount with its currency, or a percentage")
	}
	outcome, err := a.Cases.OfferDiscount(ctx, creditor, number, workflows.DiscountOffer{
		ID: invoice.Tidy(given.ID), Amount: given.Amount, Currency: given.Currency, Until: given.Until, KeepsLateFees: given.KeepsLateFees,
		Reason: invoice.Tidy(given.Reason), Role: collection.Role(given.Role), ApprovedBy: invoice.Tidy(given.ApprovedBy), By: author(ctx, given.By),
	}, percent, in.Wait.isTrue())
	return newMoneyOutput(creditor, number, outcome, err)
}

type revokeDiscountInput struct {
	CaseKey
	Wait
	Discount string `path:"discount" maxLength:"200" doc:"The ID of the offer, URL-escaped."`
	Body     struct {
		ID string `json:"id" minLength:"1" maxLength:"200" example:"REVOKED-2026-0004" doc:"The revocation's own ID. It counts once."`
		By string `json:"by,omitempty" maxLength:"100" doc:"Who revokes it; the name of the key when it is missing."`
	} `nameHint:"DiscountRevocation"`
}

func (a *api) revokeDiscount(ctx context.Context, in *revokeDiscountInput) (*moneyOutput, error) {
	creditor, number := in.key()
	outcome, err := a.Cases.RevokeDiscount(ctx, creditor, number, workflows.DiscountRevocation{
		ID: invoice.Tidy(in.Body.ID), Discount: invoice.Tidy(in.Discount), By: author(ctx, in.Body.By),
	}, in.Wait.isTrue())
	return newMoneyOutput(creditor, number, outcome, err)
}
