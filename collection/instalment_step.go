package collection

import (
	"fmt"
	"strconv"
	"strings"
)

// InstalmentNotice is what a debtor is told of an instalment plan.
type InstalmentNotice string

// What a debtor is told of a plan.
const (
	// InstalmentDue: an instalment will be due.
	InstalmentDue InstalmentNotice = "due"
	// InstalmentCollection: an instalment will be collected by direct debit.
	InstalmentCollection InstalmentNotice = "collection"
	// InstalmentMissed: an instalment was not paid on its day.
	InstalmentMissed InstalmentNotice = "missed"
	// PlanDefault: an instalment was missed beyond its grace, and all is due at once.
	PlanDefault InstalmentNotice = "default"
)

// InstalmentStep is the key under which a notice about an instalment of a plan is sent,
// in place of the key of a step of a strategy: each leaves once.
func InstalmentStep(plan string, version, instalment int, kind InstalmentNotice) string {
	return fmt.Sprintf("%s%s/%d/%d/%s", instalmentStep, plan, version, instalment, kind)
}

const instalmentStep = "instalment/"

// InstalmentStepAgain is the key under which the same is told once more, after it was over so
// many times: each leaves once.
func InstalmentStepAgain(step string, times int) string {
	if times == 0 {
		return step
	}
	return fmt.Sprintf("%s/%d", step, times+1)
}

// IsInstalmentStep reports whether a key is that of a notice about an instalment. No
// strategy has such a step, so that its notices move no ladder.
func IsInstalmentStep(key string) bool { return strings.HasPrefix(key, instalmentStep) }

// OfInstalment is what the key of a notice about an instalment names; isOne is false for
// any other key.
func OfInstalment(key string) (plan string, version, instalment int, kind InstalmentNotice, isOne bool) {
	parts := strings.Split(strings.TrimPrefix(key, instalmentStep), "/")
	if !IsInstalmentStep(key) || len(parts) != 4 && !isToldAgain(parts) {
		return "", 0, 0, "", false
	}
	version, err := strconv.Atoi(parts[1])
	if err != nil {
		return "", 0, 0, "", false
	}
	instalment, err = strconv.Atoi(parts[2])
	if err != nil {
		return "", 0, 0, "", false
	}
	kind = InstalmentNotice(parts[3])
	switch kind {
	case InstalmentDue, InstalmentCollection, InstalmentMissed, PlanDefault:
		return parts[0], version, instalment, kind, true
	default:
		return "", 0, 0, "", false
	}
}

// isToldAgain reports whether a key has how often it was told at its end (InstalmentStepAgain).
func isToldAgain(parts []string) bool {
	if len(parts) != 5 {
		return false
	}
	times, err := strconv.Atoi(parts[4])
	return err == nil && times > 1 && strconv.Itoa(times) == parts[4]
}

// announcesCollection reports whether a key is that of the notice of a direct debit,
// which has a time limit of its own and is no reminder.
func announcesCollection(key string) bool {
	_, _, _, kind, _ := OfInstalment(key)
	return kind == InstalmentCollection
}
