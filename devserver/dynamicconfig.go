package main

import (
	"errors"
	"fmt"
	"strings"

	"go.temporal.io/server/common/dynamicconfig"
)

// singleMachineTuning is the dynamic configuration of one server that serves one application on one machine. The
// defaults of the server share it among many tenants: there the limits protect neighbours, here they would only refuse
// our own work.
func singleMachineTuning() dynamicconfig.StaticClient {
	return dynamicconfig.StaticClient{
		dynamicconfig.FrontendRPS.Key():                                  20_000,
		dynamicconfig.FrontendMaxNamespaceRPSPerInstance.Key():           20_000,
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): 200,
		dynamicconfig.HistoryRPS.Key():                                   20_000,
		dynamicconfig.MatchingRPS.Key():                                  20_000,
		// The database takes one write at a time. The server's hundreds of queue workers would wait for it in line, each
		// until its time is over, and then begin again: under load hardly anything got done. Few of them keep the line
		// short. It must stay under a second even on a slow disk: a workflow task that waits longer to be recorded as
		// started is given up, and its case does nothing for ten seconds. Fewer timers than transfers fire side by side, so
		// that what has begun is finished before more begins. What only people look at (visibility) may be a little behind
		// what debtors wait for.
		dynamicconfig.TransferProcessorSchedulerWorkerCount.Key():   4,
		dynamicconfig.TimerProcessorSchedulerWorkerCount.Key():      3,
		dynamicconfig.VisibilityProcessorSchedulerWorkerCount.Key(): 2,
		// A namespace with many tasks in a queue is set apart from the others, so that it does not keep them waiting: its
		// tasks are sorted out anew with every one that comes. Here there are no others.
		dynamicconfig.QueueMoveGroupTaskCountBase.Key():        1_000_000,
		dynamicconfig.QueueShrinkPredicateMaxPendingKeys.Key(): 0,
		// Partitions spread a task queue over many machines; on one they only keep tasks and workers apart.
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): 1,
		// Cached workflow states are most of the server's memory; those not in the cache are one read away.
		dynamicconfig.HistoryCacheHostLevelMaxSize.Key(): 10_000,
	}
}

// setDynamicConfig adds one "key=value" to config. The value is a YAML scalar. A key that the server does not know and a
// value of the wrong type are errors, because the server would silently go on with its default.
func setDynamicConfig(config dynamicconfig.StaticClient, text string) error {
	name, value, found := strings.Cut(text, "=")
	if !found || name == "" {
		return errors.New("want key=value, such as frontend.namespaceRPS=5000")
	}
	key := dynamicconfig.MakeKey(name)
	var loader dynamicconfig.YamlLoader
	loader.LoadValue(key, fmt.Appendf(nil, "- value: %s\n", value))
	if err := errors.Join(loader.Err(), errors.Join(loader.Warnings...)); err != nil {
		return err
	}
	config[key] = loader.Map[key]
	return nil
}
