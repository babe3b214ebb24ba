package main

import (
	"context"
	"fmt"

	"relance/casefile"
	"relance/cases"
)

type resolveCmd struct {
	onCase
	Message string `arg:"" help:"ID of the message, or its beginning (relance show)."`
	Outcome string `required:"" enum:"arrived,lost" help:"arrived: its step is done; lost: it is sent once more."`
}

// Run records what a person found out about a message.
func (c *resolveCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		message, err := service.ResolveMessage(ctx, c.Case.creditor, c.Case.invoice, c.Message, casefile.Resolution(c.Outcome), c.author())
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		fmt.Fprintf(p.out, "The %s of step %s is %s.\n", message.Channel, message.Step, message.State)
		return nil
	})
}
