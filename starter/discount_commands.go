package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/collection"
	"relance/law"
	"relance/money"
	"relance/workflows"
)

// discountCmd are the commands about discounts for quick payment.
type discountCmd struct {
	Offer  offerDiscountCmd  `cmd:"" help:"Offer a discount for payment in full by a day."`
	Revoke revokeDiscountCmd `cmd:"" help:"End an offer that was not earned yet."`
}

type offerDiscountCmd struct {
	onCase
	ID            string          `required:"" help:"The offer's own ID. It counts once."`
	Amount        string          `help:"By how much the claim is lowered." placeholder:"AMOUNT"`
	Currency      money.Currency  `help:"ISO 4217 code." default:"EUR"`
	Percent       string          `help:"Of what is open now, in place of an amount." placeholder:"PERCENT"`
	Until         calendar.Date   `required:"" help:"Last value date of the payment." placeholder:"DATE"`
	KeepsLateFees bool            `help:"The late fees that were claimed must be paid as well."`
	Reason        string          `help:"Why, without personal data."`
	Role          collection.Role `required:"" enum:"salesperson,accountant,manager,owner" help:"What you are at the creditor: it says what you may grant."`
	ApprovedBy    string          `help:"Who approved it, when it is beyond what you may grant." placeholder:"NAME"`
}

var errNoDiscount = errors.New("give the discount with --amount, or with --percent")

// Run offers a discount.
func (c *offerDiscountCmd) Run(p *program) error {
	var percent law.Percent
	switch {
	case c.Percent != "":
		var err error
		if percent, err = law.ParsePercent(c.Percent); err != nil {
			return fmt.Errorf("--percent: %w", err)
		}
	case c.Amount == "":
		return errNoDiscount
	}
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		outcome, err := service.OfferDiscount(ctx, c.Case.creditor, c.Case.invoice, workflows.DiscountOffer{
			ID: c.ID, Amount: workflows.Decimal(c.Amount), Currency: string(c.Currency), Until: c.Until, KeepsLateFees: c.KeepsLateFees,
			Reason: c.Reason, Role: c.Role, ApprovedBy: c.ApprovedBy, By: c.author(),
		}, percent, true)
		return p.told(outcome, err)
	})
}

type revokeDiscountCmd struct {
	onCase
	Discount string `arg:"" help:"ID of the offer."`
	ID       string `required:"" help:"The revocation's own ID."`
}

// Run revokes a discount.
func (c *revokeDiscountCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		outcome, err := service.RevokeDiscount(ctx, c.Case.creditor, c.Case.invoice, workflows.DiscountRevocation{
			ID: c.ID, Discount: c.Discount, By: c.author(),
		}, true)
		return p.told(outcome, err)
	})
}

// printDiscounts prints the offers of discounts and how they stand on a day.
func (p *program) printDiscounts(file casefile.File, day calendar.Date) {
	discounts, err := file.Account.Discounts(day)
	if err != nil {
		return
	}
	p.table("Discounts", table.Row{"ID", "Amount", "Until", "State", "To pay", "Earned on"}, len(discounts), func(i int) table.Row {
		d := discounts[i]
		return table.Row{d.ID, d.Amount, d.Until, d.State, d.ToPay, d.AppliedOn}
	})
}
