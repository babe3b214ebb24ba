package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/collection"
	"relance/money"
	"relance/workflows"
)

type mediationCmd struct {
	Propose     mediationProposeCmd     `cmd:"" help:"Record that one side asks for a mediation: nothing leaves until it is answered."`
	Answer      mediationAnswerCmd      `cmd:"" help:"Record whether the other side takes part."`
	Session     mediationSessionCmd     `cmd:"" help:"Record a meeting with the mediator, or prolong the mediation."`
	End         mediationEndCmd         `cmd:"" help:"Record how a mediation ended."`
	Certificate mediationCertificateCmd `cmd:"" help:"Keep the document that states the failure of a mediation."`
	Note        mediationNoteCmd        `cmd:"" help:"Note what was said in a mediation. It is confidential, and kept apart."`
	Notes       mediationNotesCmd       `cmd:"" help:"Read the confidential notes of a mediation; who reads them is recorded."`
	Readings    mediationReadingsCmd    `cmd:"" help:"List who read the notes of a mediation, for a supervisor."`
}

type mediationProposeCmd struct {
	onCase
	Kind      string        `arg:"" enum:"company-mediator,conciliator,contractual,consumer,conventional" help:"Who is to mediate: company-mediator, conciliator, contractual, consumer or conventional."`
	AskedBy   string        `enum:"creditor,debtor" default:"creditor" help:"Which side asks: creditor or debtor."`
	Mediator  string        `help:"Key of one of the creditor's configured mediators." placeholder:"KEY"`
	RespondBy calendar.Date `help:"Last day to answer; fifteen days from now by default." placeholder:"DATE"`
	ByHand    bool          `help:"A person sends the invitation: by default that of the creditor leaves by itself, by e-mail or else by letter."`
	ID        string        `help:"ID of the mediation, to propose it once; made from the time by default."`
}

// Run proposes a mediation.
func (c *mediationProposeCmd) Run(p *program) error {
	return p.command(c.onCase, workflows.CommandProposeMediation, workflows.MediationProposal{
		ID: cmp.Or(c.ID, "mediation-"+time.Now().UTC().Format("20060102T150405.000")), Kind: collection.MediationKind(c.Kind), Mediator: c.Mediator,
		AskedBy: collection.Party(c.AskedBy), RespondBy: c.RespondBy, ByHand: c.ByHand, By: c.author(),
	})
}

// onMediation is what every command about one mediation has.
type onMediation struct {
	onCase
	ID string `help:"ID of the mediation; the last one of the case by default."`
}

var errNoMediation = errors.New("no mediation was proposed in this case: relance mediation propose")

// mediation is the one named, or the last one of the case.
func (c onMediation) mediation(ctx context.Context, store *casefile.Store) (string, error) {
	if c.ID != "" {
		return c.ID, nil
	}
	known, err := store.LoadCase(ctx, c.Case.creditor, c.Case.invoice)
	if err != nil {
		return "", unknownCaseHint(err, c.Case)
	}
	if len(known.Mediations) == 0 {
		return "", errNoMediation
	}
	return known.Mediations[len(known.Mediations)-1].ID, nil
}

// give gives a case an order about its mediation.
func (c onMediation) give(p *program, name string, order func(id string) any) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		id, err := c.mediation(ctx, service.Store)
		if err != nil {
			return err
		}
		return p.give(ctx, service, c.onCase, name, order(id))
	})
}

type mediationAnswerCmd struct {
	onMediation
	Answer    string        `arg:"" enum:"accepted,declined" help:"accepted or declined."`
	On        calendar.Date `help:"Day of the answer; today by default." placeholder:"DATE"`
	InWriting bool          `help:"Both sides agreed in writing: the limitation is suspended from that day."`
	EndBy     calendar.Date `help:"Day by which it should have ended; that of the mediator or of the law by default." placeholder:"DATE"`
}

// Run records an answer.
func (c *mediationAnswerCmd) Run(p *program) error {
	return c.give(p, workflows.CommandMediationAnswered, func(id string) any {
		return workflows.MediationAnswer{ID: id, Answer: c.Answer, On: c.On, InWriting: c.InWriting, EndBy: c.EndBy, By: c.author()}
	})
}

type mediationSessionCmd struct {
	onMediation
	Meeting string        `arg:"" enum:"held,missed" help:"held or missed."`
	On      calendar.Date `required:"" help:"Day of the meeting." placeholder:"DATE"`
	EndBy   calendar.Date `help:"Day by which the mediation should now have ended." placeholder:"DATE"`
}

// Run records a session.
func (c *mediationSessionCmd) Run(p *program) error {
	return c.give(p, workflows.CommandMediationSession, func(id string) any {
		return workflows.MediationSession{ID: id, On: c.On, Meeting: c.Meeting, EndBy: c.EndBy, By: c.author()}
	})
}

type mediationEndCmd struct {
	onMediation
	Outcome     string         `arg:"" enum:"agreement,failure,withdrawn" help:"agreement, failure or withdrawn."`
	On          calendar.Date  `help:"Day it ended; today by default." placeholder:"DATE"`
	Certificate string         `help:"Reference of the document that states its failure." placeholder:"REFERENCE"`
	Agreement   string         `help:"What was agreed: settlement, plan, discount or withdrawal." enum:",settlement,plan,discount,withdrawal" default:""`
	Amount      string         `help:"Amount the debtor pays, such as 600.00."`
	Currency    money.Currency `help:"ISO 4217 code." default:"EUR"`
	Until       calendar.Date  `help:"Last day to pay it, or to conclude the plan or the discount." placeholder:"DATE"`
}

// Help shows how an agreement is written.
func (mediationEndCmd) Help() string {
	return `A settlement that is paid in time gives up the rest of the claim; one that is not leaves all of it due.

Examples:
  relance mediation end atelier-lumiere/F-2026-001 failure --certificate CONST-2026-7
  relance mediation end atelier-lumiere/F-2026-001 agreement --agreement settlement --amount 600.00 --until 2026-07-10`
}

// Run records an end.
func (c *mediationEndCmd) Run(p *program) error {
	return c.give(p, workflows.CommandMediationEnded, func(id string) any {
		return workflows.MediationEnd{
			ID: id, Outcome: collection.MediationOutcome(c.Outcome), On: c.On, Certificate: c.Certificate, Agreement: collection.AgreementKind(c.Agreement),
			Amount: workflows.Decimal(c.Amount), Currency: string(c.Currency), Until: c.Until, By: c.author(),
		}
	})
}

// printMediation prints how the last mediation stands.
func (p *program) printMediation(m workflows.MediationStatus) {
	if m.ID == "" {
		return
	}
	words := []string{string(m.Kind), "asked for by the " + string(m.AskedBy), string(m.Phase)}
	switch {
	case m.Phase == collection.MediationInvited:
		words = append(words, "to be answered by "+m.RespondBy.String())
	case m.Phase == collection.MediationAccepted:
		words = append(words, "to end by "+m.EndBy.String())
	case m.Agreement != "":
		words = append(words, agreementInWords(m))
	default:
		words = append(words, fmt.Sprintf("%s on %s", m.Outcome, m.Ended))
	}
	if m.Certificate != "" {
		words = append(words, "certificate "+m.Certificate)
	}
	fmt.Fprintf(p.out, "  mediation   %s: %s\n", m.ID, strings.Join(words, ", "))
}

func agreementInWords(m workflows.MediationStatus) string {
	words := string(m.Agreement)
	if m.Amount.Sign() > 0 {
		words += " of " + m.Amount.String()
	}
	if !m.Until.IsZero() {
		words += " by " + m.Until.String()
	}
	return words
}

// printMediations prints the attempts to settle the claim with a third person.
func (p *program) printMediations(mediations []collection.Mediation) {
	p.table("Mediations", table.Row{"ID", "Kind", "Asked by", "Proposed", "Accepted", "Sessions", "Ended", "Outcome", "Certificate"}, len(mediations), func(i int) table.Row {
		m := mediations[i]
		outcome := cmp.Or(string(m.Outcome), string(m.Phase()))
		if m.Agreement.Kind != "" {
			outcome = string(m.Agreement.Kind) + ", " + string(m.Phase())
		}
		return table.Row{m.ID, m.Kind, m.AskedBy, m.Proposed, m.Accepted, len(m.Sessions), m.Ended, outcome, m.Certificate}
	})
}
