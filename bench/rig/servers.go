package rig

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/sdk/client"

	"relance/bench/bare"
	"relance/stack"
	"relance/workflows"
)

// startPostgres starts a private PostgreSQL, or makes a database of its own in the one that is given.
func (r *Rig) startPostgres(ctx context.Context, o Options) error {
	if o.DatabaseURL != "" {
		return r.makeDatabase(ctx, o.DatabaseURL)
	}
	postgres, err := stack.StartPostgres(ctx, stack.PostgresOptions{
		DataDir: filepath.Join(o.Folder, "postgres"), Durability: o.Durability, Log: r.file, MaxConnections: 200,
	})
	if err != nil {
		return err
	}
	r.onStop(postgres.Stop)
	r.database = postgres.DSN()
	return nil
}

// makeDatabase: the benchmark fills a database with invented debtors, and never one that somebody uses.
func (r *Rig) makeDatabase(ctx context.Context, given string) error {
	address, err := url.Parse(given)
	if err != nil {
		return errors.New("the address of the database cannot be read: write it like postgres://user:password@host:5432/database")
	}
	name := "relance_bench_" + strings.ToLower(rand.Text()[:8])
	if err := execute(ctx, given, "create database "+pgx.Identifier{name}.Sanitize()); err != nil {
		return fmt.Errorf("making a database for the benchmark (the role needs the right to): %w", err)
	}
	r.onStop(func(ctx context.Context) error {
		return execute(ctx, given, "drop database "+pgx.Identifier{name}.Sanitize()+" with (force)")
	})
	address.Path = "/" + name
	r.database = address.String()
	return nil
}

func execute(ctx context.Context, dsn, statement string) error {
	connection, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	_, err = connection.Exec(ctx, statement)
	return errors.Join(err, connection.Close(ctx))
}

// startTemporal starts a private server, or prepares the one that is given. Workers find it through Temporal's standard
// environment variables.
func (r *Rig) startTemporal(ctx context.Context, o Options) (err error) {
	if o.TemporalAddress != "" {
		if err := os.Setenv("TEMPORAL_ADDRESS", o.TemporalAddress); err != nil {
			return err
		}
		if r.Temporal, err = dial(r.log, r.meter); err != nil {
			return err
		}
		r.onStop(r.endForeign)
		return errors.Join(r.refuseSharedQueues(ctx), r.addSearchAttributes(ctx))
	}
	server, err := stack.StartTemporal(ctx, stack.TemporalOptions{
		Binary: o.TemporalBinary, DataDir: filepath.Join(o.Folder, "temporal"), SearchAttributes: workflows.SearchAttributeTypes(),
		Durability: o.Durability, Log: r.serverLog, DynamicConfig: o.TemporalSettings,
	})
	if err != nil {
		return err
	}
	r.onStop(server.Stop)
	if err := onlyThisTemporal(server.Address, server.Namespace); err != nil {
		return err
	}
	r.Temporal, err = dial(r.log, r.meter)
	r.onStop(func(context.Context) error { r.Temporal.Close(); return nil })
	return err
}

// onlyThisTemporal keeps a profile of the user from leading the workers to another server.
func onlyThisTemporal(address, namespace string) error {
	var problems []error
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "TEMPORAL_") {
			problems = append(problems, os.Unsetenv(name))
		}
	}
	return errors.Join(append(problems, os.Setenv("TEMPORAL_ADDRESS", address), os.Setenv("TEMPORAL_NAMESPACE", namespace))...)
}

// refuseSharedQueues: another worker of the product on the namespace would take the benchmark's work.
func (r *Rig) refuseSharedQueues(ctx context.Context) error {
	for _, queue := range []string{workflows.TaskQueue, workflows.TaskQueueEmail, bare.TaskQueue} {
		described, err := r.Temporal.DescribeTaskQueue(ctx, queue, enums.TASK_QUEUE_TYPE_WORKFLOW)
		if err != nil {
			return fmt.Errorf("looking for other workers of the task queue %s: %w", queue, err)
		}
		if len(described.GetPollers()) > 0 {
			return fmt.Errorf("other workers serve the task queue %s of this namespace, or did within five minutes: give the benchmark a namespace of its own (TEMPORAL_NAMESPACE)", queue)
		}
	}
	return nil
}

func (r *Rig) addSearchAttributes(ctx context.Context) error {
	known, err := r.Temporal.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace()})
	if err != nil {
		return fmt.Errorf("listing the search attributes of the namespace %s: %w", namespace(), err)
	}
	missing := map[string]enums.IndexedValueType{}
	for name, kind := range workflows.SearchAttributeTypes() {
		if _, there := known.GetCustomAttributes()[name]; !there {
			missing[name] = map[string]enums.IndexedValueType{
				"Keyword": enums.INDEXED_VALUE_TYPE_KEYWORD, "Int": enums.INDEXED_VALUE_TYPE_INT, "Datetime": enums.INDEXED_VALUE_TYPE_DATETIME,
			}[kind]
		}
	}
	if len(missing) == 0 {
		return nil
	}
	_, err = r.Temporal.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
		Namespace: namespace(), SearchAttributes: missing,
	})
	if err != nil {
		return fmt.Errorf("adding the search attributes that the product needs to the namespace %s; add them as its documentation says: %w", namespace(), err)
	}
	// The servers know new attributes when their caches turn over.
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(90 * time.Second):
		return nil
	}
}

func namespace() string {
	if name := os.Getenv("TEMPORAL_NAMESPACE"); name != "" {
		return name
	}
	return client.DefaultNamespace
}

// Count is the one number that a query answers with.
func (r *Rig) Count(ctx context.Context, query string, arguments ...any) (n int, err error) {
	connection, err := pgx.Connect(ctx, r.database)
	if err != nil {
		return 0, fmt.Errorf("connecting to count: %w", err)
	}
	defer func() { err = errors.Join(err, connection.Close(ctx)) }()
	return n, connection.QueryRow(ctx, query, arguments...).Scan(&n)
}
