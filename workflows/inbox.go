package workflows

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"
)

// order is a command as a caller sends it.
type order interface {
	// name is the command's name in the contract.
	name() string
	// author is who gave it.
	author() string
}

// request is an order that waits for its answer.
type request[O order, A any] struct {
	order O
	// source names the request: an update by its ID, a signal by its name and its number
	// within the run. It is the same when the server has a task done again, though the time
	// and what else has arrived are not.
	source string
	done   bool
	answer A
	err    error
}

// inbox holds what was asked of a workflow and not answered yet, in order.
type inbox[O order, A any] struct {
	requests []*request[O, A]
	signals  []signal[O]
}

type signal[O order] struct {
	channel workflow.ReceiveChannel
	read    func(data []byte) (O, error)
	// taken is how many have been read in this run.
	taken int
}

func (b *inbox[O, A]) hasCommands() bool {
	if len(b.requests) > 0 {
		return true
	}
	for _, s := range b.signals {
		if s.channel.Len() > 0 {
			return true
		}
	}
	return false
}

// listenTo takes orders of a type, which must be an O, as signals and as updates of the
// same name.
func listenTo[T, O order, A any](ctx workflow.Context, b *inbox[O, A], validate func(workflow.Context, O) error, description string) error {
	var zero T
	as := func(o T) O {
		return any(o).(O) //nolint:forcetypeassert // who registers T says that it is one
	}
	b.signals = append(b.signals, signal[O]{
		channel: workflow.GetSignalChannelWithOptions(ctx, zero.name(), workflow.SignalChannelOptions{Description: description}),
		read: func(data []byte) (O, error) {
			var o T
			err := json.Unmarshal(data, &o)
			return as(o), err
		},
	})
	return workflow.SetUpdateHandlerWithOptions(ctx, zero.name(),
		func(ctx workflow.Context, o T) (A, error) { return b.ask(ctx, as(o)) },
		workflow.UpdateHandlerOptions{
			Validator:   func(ctx workflow.Context, o T) error { return asApplicationError(validate(ctx, as(o))) },
			Description: description,
		})
}

// ask hands an order to the main loop and waits for its answer.
func (b *inbox[O, A]) ask(ctx workflow.Context, o O) (answer A, err error) {
	asked := &request[O, A]{order: o, source: sourceOfUpdate(workflow.GetCurrentUpdateInfo(ctx).ID)}
	b.requests = append(b.requests, asked)
	if err := workflow.Await(ctx, func() bool { return asked.done }); err != nil {
		return answer, err
	}
	return asked.answer, asApplicationError(asked.err)
}

// sourceOfUpdate names an update. Callers choose its ID, and may choose what no database
// takes for a key.
func sourceOfUpdate(id string) string {
	isKey := len(id) <= longestPlainID && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' })
	if !isKey {
		sum := sha256.Sum256([]byte(id))
		id = hex.EncodeToString(sum[:])
	}
	return "update/" + id
}

// longestPlainID is how long an ID may be, in bytes, that stands in a key as it is.
const longestPlainID = 100

// answer carries out all that was asked, updates in order of arrival and then signals
// by kind. What was asked counts even when somebody cancels the workflow meanwhile: a
// payment must not be lost with it. unreadable is told of a signal that cannot be read,
// because nobody waits for its answer. Both are told the source of the request.
func (b *inbox[O, A]) answer(ctx workflow.Context, carryOut func(ctx workflow.Context, source string, o O) (A, error), unreadable func(ctx workflow.Context, source, name string, why error) error) error {
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	for b.hasCommands() {
		if err := b.readSignals(ctx, unreadable); err != nil {
			return err
		}
		requests := b.requests
		b.requests = nil
		for _, asked := range requests {
			answer, err := carryOut(ctx, asked.source, asked.order)
			if err != nil && !isRefusal(err) {
				return err
			}
			asked.answer, asked.err, asked.done = answer, err, true
		}
	}
	return nil
}

// readSignals takes every signal that has arrived.
func (b *inbox[O, A]) readSignals(ctx workflow.Context, unreadable func(ctx workflow.Context, source, name string, why error) error) error {
	run := workflow.GetInfo(ctx).WorkflowExecution.RunID
	for i := range b.signals {
		s := &b.signals[i]
		for {
			var raw converter.RawValue
			if !s.channel.ReceiveAsync(&raw) {
				break
			}
			s.taken++
			source := fmt.Sprintf("%s/%s/%d", s.channel.Name(), run, s.taken)
			o, err := s.read(raw.Payload().GetData())
			if err != nil {
				if err := unreadable(ctx, source, s.channel.Name(), err); err != nil {
					return err
				}
				continue
			}
			b.requests = append(b.requests, &request[O, A]{order: o, source: source})
		}
	}
	return nil
}
