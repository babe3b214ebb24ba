package main

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"relance/wiring"
	"relance/workflows"
)

type setupCmd struct{}

// Run prepares a database and a namespace of the user's own.
func (setupCmd) Run(p *program) error {
	s, machine, err := p.installation()
	if err != nil {
		return err
	}
	store, err := p.preparedStore(s)
	if err != nil {
		return machine.unreachable(err)
	}
	store.Close()
	fmt.Fprintln(p.out, "The database is ready.")
	temporal, err := wiring.Temporal(wiring.Logger(quiet(s.config.Log), p.errOut))
	if err != nil {
		return err
	}
	defer temporal.Close()
	if err := addSearchAttributes(p.ctx, temporal); err != nil {
		return err
	}
	fmt.Fprintln(p.out, "The Temporal namespace has the search attributes.")
	return nil
}

// addSearchAttributes adds those the namespace does not have. Temporal Cloud
// refuses this call: add them there with its own console or command.
func addSearchAttributes(ctx context.Context, temporal client.Client) error {
	types := map[string]enums.IndexedValueType{
		"Keyword":  enums.INDEXED_VALUE_TYPE_KEYWORD,
		"Datetime": enums.INDEXED_VALUE_TYPE_DATETIME,
		"Int":      enums.INDEXED_VALUE_TYPE_INT,
	}
	namespace, err := wiring.Namespace()
	if err != nil {
		return err
	}
	for name, typeName := range workflows.SearchAttributeTypes() {
		_, err := temporal.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
			Namespace: namespace, SearchAttributes: map[string]enums.IndexedValueType{name: types[typeName]},
		})
		var exists *serviceerror.AlreadyExists
		if err != nil && !errors.As(err, &exists) {
			return fmt.Errorf("adding the search attribute %s (%s) to the namespace %s: %w", name, typeName, namespace, err)
		}
	}
	return nil
}
