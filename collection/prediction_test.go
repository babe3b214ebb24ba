package collection_test

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/collection"
)

// anything is a command that may be given to a case at a moment, sensible or not: one
// generator for each command of the core.
type anything func(t *rapid.T, c collection.Case, now time.Time) collection.Command

// commands has a generator for every command of the core; a test counts them. Whoever
// adds a command adds it here, and what the case then predicts is held to what it does.
func commands() map[string]anything {
	step := func(t *rapid.T, c collection.Case) string {
		return rapid.SampledFrom(c.Strategy.Steps).Draw(t, "step").Key
	}
	within := func(t *rapid.T, c collection.Case, now time.Time, days int) calendar.Date {
		return c.Window.DateOf(now).AddDays(rapid.IntRange(-days, days).Draw(t, "day"))
	}
	all := map[string]anything{
		"TakePosition": func(t *rapid.T, c collection.Case, now time.Time) collection.Command { return anyPosition(t, c, now) },
		"TakeContactHours": func(t *rapid.T, _ collection.Case, _ time.Time) collection.Command {
			opens := rapid.IntRange(0, 23*60).Draw(t, "opens")
			return collection.TakeContactHours{Opens: opens, Closes: opens + 60, Closed: rapid.SampledFrom([]calendar.Closures{"", "12-24..01-02"}).Draw(t, "closed")}
		},
		"TakePlace": func(t *rapid.T, _ collection.Case, _ time.Time) collection.Command {
			return collection.TakePlace{Place: collection.PlaceOf("FR", rapid.SampledFrom([]string{"75011", "67000", "97110", "98800"}).Draw(t, "postcode"))}
		},
		"TakeLimitation": func(t *rapid.T, c collection.Case, _ time.Time) collection.Command {
			return collection.TakeLimitation{Limitation: anyLimitation(t, c, 20, 400)}
		},
		"TakeStanding": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.TakeStanding{Standing: anyStanding(t, c, now)}
		},
		"PlaceHold": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			hold := collection.PlaceHold{ID: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "hold"), Reason: "dispute", On: c.Window.DateOf(now)}
			if rapid.Bool().Draw(t, "has end") {
				hold.Until = hold.On.AddDays(rapid.IntRange(0, 40).Draw(t, "days"))
			}
			return hold
		},
		"ReleaseHold": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.ReleaseHold{ID: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "hold"), On: c.Window.DateOf(now)}
		},
		"ReportAttempt": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.ReportAttempt{Step: step(t, c), Channel: rapid.SampledFrom(collection.Channels()).Draw(t, "channel"), Failed: true, Reason: "bounced", At: now}
		},
		"ReportReplaced": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.ReportReplaced{Step: step(t, c), Deadline: within(t, c, now, 20)}
		},
		"ReportServed": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.ReportServed{Step: step(t, c), On: within(t, c, now, 5), Today: c.Window.DateOf(now)}
		},
		"ReportTask": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.ReportTask{Step: step(t, c), Task: rapid.SampledFrom([]collection.TaskKind{collection.TaskReach, collection.TaskApproval}).Draw(t, "task"), At: now}
		},
		"Postpone": func(t *rapid.T, _ collection.Case, now time.Time) collection.Command {
			return collection.Postpone{
				Until: now.Add(time.Duration(rapid.IntRange(1, 5*24*60).Draw(t, "minutes")) * time.Minute),
				For:   rapid.SampledFrom([]collection.PostponedFor{"", collection.PostponedForSpacing, collection.PostponedForWindow}).Draw(t, "for"),
			}
		},
		"ApproveStep": func(t *rapid.T, c collection.Case, _ time.Time) collection.Command {
			return collection.ApproveStep{Step: step(t, c)}
		},
		"SkipStep": func(t *rapid.T, c collection.Case, now time.Time) collection.Command {
			return collection.SkipStep{Step: step(t, c), Reason: "agreed by telephone", At: now}
		},
		"RetryStep": func(t *rapid.T, c collection.Case, _ time.Time) collection.Command {
			return collection.RetryStep{Step: step(t, c)}
		},
		"CloseCase": func(t *rapid.T, _ collection.Case, _ time.Time) collection.Command {
			return collection.CloseCase{Outcome: rapid.SampledFrom([]collection.Stage{"", "", "", collection.StageWrittenOff}).Draw(t, "outcome"), Reason: "r"}
		},
		"MigrateStrategy": func(_ *rapid.T, c collection.Case, _ time.Time) collection.Command {
			strategy := c.Strategy
			strategy.Version++
			return collection.MigrateStrategy{Strategy: strategy}
		},
	}
	for _, more := range []map[string]anything{
		promiseCommands(), disputeCommands(), stopCommands(), planCommands(), mediationCommands(), handoffCommands(), approvalCommands(),
	} {
		maps.Copy(all, more)
	}
	return all
}

func anyStanding(t *rapid.T, c collection.Case, now time.Time) collection.Standing {
	today := c.Window.DateOf(now)
	standing := collection.Standing{}
	if rapid.IntRange(0, 2).Draw(t, "insolvent") > 0 {
		judgment := today.AddDays(-rapid.IntRange(0, 30).Draw(t, "judged"))
		i := collection.Insolvency{
			Proceeding: "RJ-1", Kind: rapid.SampledFrom(collection.InsolvencyKinds()).Draw(t, "kind"), Judgment: judgment, From: today,
			End: rapid.SampledFrom([]collection.InsolvencyEnd{"", "", collection.InsolvencyLifted, collection.InsolvencyPlan}).Draw(t, "end"),
		}
		if i.End != "" {
			i.EndedOn = today
		}
		if rapid.Bool().Draw(t, "published") {
			i.DeclareBy = judgment.AddDays(rapid.IntRange(30, 130).Draw(t, "declare"))
			i.LastDay, i.Relief = i.DeclareBy.AddDays(rapid.IntRange(0, 3).Draw(t, "extended")), i.DeclareBy.AddDays(120)
		}
		if rapid.IntRange(0, 3).Draw(t, "declared") == 0 {
			i.Declared = today
		}
		standing.Insolvency = i
	}
	if rapid.Bool().Draw(t, "in hardship") {
		h := collection.Hardship{ID: "H-1", Kind: rapid.SampledFrom(collection.HardshipKinds()).Draw(t, "hardship"), Reason: collection.HardshipCash, From: today}
		if rapid.Bool().Draw(t, "hardship ends") {
			h.Until = today.AddDays(rapid.IntRange(0, 60).Draw(t, "hardship days"))
		}
		standing.Hardship = h
	}
	return standing
}

func TestEveryCommandOfTheCoreIsGivenWhereThePredictionIsHeldToTheAct(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var named []string
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		for _, declaration := range parsed.Decls {
			if method, ok := declaration.(*ast.FuncDecl); ok && method.Recv != nil && method.Name.Name == "command" && !strings.HasSuffix(file, "_test.go") {
				if receiver, ok := method.Recv.List[0].Type.(*ast.Ident); ok {
					named = append(named, receiver.Name)
				}
			}
		}
	}
	slices.Sort(named)
	require.Equal(t, named, slices.Sorted(maps.Keys(commands())), "give the new command a generator in commands()")
	c := newCase()
	rapid.Check(t, func(t *rapid.T) {
		for name, generate := range commands() {
			require.Equal(t, name, reflect.TypeOf(generate(t, c, c.DueDate.Time(time.UTC))).Name())
		}
	})
}

// prediction is what a case says it will do next.
type prediction struct {
	kind    collection.ActionKind
	step    string
	channel collection.Channel
	task    collection.TaskKind
	day     calendar.Date
	at      time.Time
	about   string
	amount  string
}

func predictionOf(a collection.Action) prediction {
	return prediction{
		kind: a.Kind, step: a.Step.Key, channel: a.Channel, task: a.Task, day: a.Day, at: a.At.UTC(),
		about: cmp.Or(a.Promise, a.Dispute, a.Mediation, a.Handoff), amount: a.Amount.String(),
	}
}

// Whatever happened to a case, what it says it will do next is what it then does, at
// the moment it said, for as long as nobody interferes; whenever it is asked in between
// it says the same; and what it says of the reason is true on the day it is said.
func TestWhatACaseSaysItWillDoIsWhatItThenDoes(t *testing.T) {
	t.Parallel()
	generators := commands()
	names := slices.Sorted(maps.Keys(generators))
	rapid.Check(t, func(t *rapid.T) {
		c := anyCaseOfAll(t)
		now := anyStart(t, c)
		for range rapid.IntRange(1, 30).Draw(t, "length") {
			if rapid.IntRange(0, 2).Draw(t, "is told something") == 0 {
				events, err := collection.Decide(c, generators[rapid.SampledFrom(names).Draw(t, "command")](t, c, now))
				if err == nil {
					c = collection.ApplyAll(c, events)
				}
			}
			requireTrueWords(t, c, now)
			requireWaitsEnd(t, c, now)
			said := collection.Upcoming(c, now)
			if said.Kind == collection.ActionIdle {
				require.True(t, said.At.IsZero(), "a case that waits for a command names no moment")
				now = now.Add(time.Duration(rapid.IntRange(1, 40*24*60).Draw(t, "minutes")) * time.Minute)
				require.Equal(t, predictionOf(said), predictionOf(collection.Upcoming(c, now)), "nothing comes of time alone")
				continue
			}
			require.False(t, said.At.Before(now), "what is to come is not past")
			if gap := said.At.Sub(now); gap > time.Minute {
				between := now.Add(time.Duration(rapid.Int64Range(0, int64(gap)-1).Draw(t, "asked in between")))
				told := collection.Upcoming(c, between)
				if told.At.Equal(between) {
					told.At = said.At // its window has opened, and it acts when it has planned to: see workflows.Status.AsPlanned
				}
				require.Equal(t, predictionOf(said), predictionOf(told), "asked on %s", between)
				requireTrueWords(t, c, between)
			}
			c, now = actAsSaid(t, c, now, said)
		}
	})
}

// requireWaitsEnd: every wait ends later than it began, and there is an end of waiting.
func requireWaitsEnd(t *rapid.T, c collection.Case, now time.Time) {
	t.Helper()
	for range 200 {
		action := collection.Next(c, now)
		if action.Kind != collection.ActionWait {
			return
		}
		require.True(t, action.At.After(now), "on %s the case waits until %s: %s", now, action.At, action.Because)
		now = action.At
	}
	require.Fail(t, "the case waits without end")
}

// actAsSaid lives the case as the shell does, one wait after the other, until it acts.
func actAsSaid(t *rapid.T, c collection.Case, now time.Time, said collection.Action) (collection.Case, time.Time) {
	action := collection.Next(c, now)
	for action.Kind == collection.ActionWait {
		require.True(t, action.At.After(now))
		requireTrueWords(t, c, now)
		now = action.At
		action = collection.Next(c, now)
	}
	require.Equal(t, predictionOf(said), predictionOf(action))
	return done(t, c, now, action), now
}

// done is the case after it has acted as the shell does, and told what came of it.
func done(t *rapid.T, c collection.Case, now time.Time, action collection.Action) collection.Case {
	today := c.Window.DateOf(now)
	switch action.Kind {
	case collection.ActionNotify:
		return after(t, c, collection.ReportAttempt{
			Step: action.Step.Key, Channel: action.Channel, Try: action.Try, At: now, Deadline: action.Deadline, Failed: rapid.IntRange(0, 4).Draw(t, "fails") == 0,
		})
	case collection.ActionConclude:
		return after(t, c, collection.ConcludePromise{ID: action.Promise, At: now})
	case collection.ActionGiveUp:
		if nowAndThen(t, "the account takes no credit") {
			return after(t, c, collection.BreakAgreement{Mediation: action.Mediation, On: today})
		}
		rest := collection.TakePosition{Open: euros(0), Settled: c.Settled, On: today}
		if c.Open.Sign() > 0 {
			rest.LateFees = c.LateFees
		}
		return after(t, c, rest)
	case collection.ActionHandOver:
		return after(t, c, collection.ReportHandoff{ID: action.Handoff, Outcome: collection.HandoffBegun},
			collection.ReportHandoff{ID: action.Handoff, Outcome: anyHandoffOutcome(t), On: today})
	case collection.ActionRecall:
		return after(t, c, collection.ReportRecalled{ID: action.Handoff, On: today})
	default:
		return after(t, c, collection.ReportTask{Step: action.Step.Key, Task: action.Task, At: now})
	}
}

var (
	// behind are words that say of a day that it has passed, or may have; ahead those that
	// say that it is still to come.
	behind = regexp.MustCompile(`(?:gathered until|in the mediation until|was waited for until|was to [^;]* by|was due by|to a mediation \([^)]*\) by|was agreed [^;]* by) \d{4}-\d{2}-\d{2}`)
	ahead  = regexp.MustCompile(`(?:until|by|; on|bring the claim to court is|waits for the deadline of|next instalment of [^;]* on|asked for anew on|approves it from) (\d{4}-\d{2}-\d{2})`)
	passe  = regexp.MustCompile(`(?:accumulé|en médiation|était attendu|recevoir une réponse au plus tard le|devait [^;]* le|était attendue au plus tard le) (?:jusqu’au )?\d{2}/\d{2}/\d{4}`)
	aVenir = regexp.MustCompile(`(?:jusqu’au|au plus tard le|à achever le|attend la date limite du|agir en justice est le|; le|redemandé le|à partir du|prochaine échéance de [^;]* le) (\d{2}/\d{2}/\d{4})`)
)

// requireTrueWords holds the two sentences to the truth of a moment.
func requireTrueWords(t *rapid.T, c collection.Case, now time.Time) {
	action, today := collection.Next(c, now), c.Window.DateOf(now)
	english, french := action.Because.String(), action.Because.French()
	for _, sentence := range []string{english, french} {
		require.NotEmpty(t, sentence)
		require.NotContains(t, sentence, "%!")
		require.NotContains(t, sentence, "0001-01-01")
		require.NotContains(t, sentence, "01/01/0001")
		require.NotContains(t, sentence, "1970")
	}
	require.NotEqual(t, english, french)
	for _, named := range ahead.FindAllStringSubmatch(behind.ReplaceAllString(english, ""), -1) {
		require.GreaterOrEqual(t, day(named[1]), today, english)
	}
	for _, named := range aVenir.FindAllStringSubmatch(passe.ReplaceAllString(french, ""), -1) {
		parsed, err := time.Parse("02/01/2006", named[1])
		require.NoError(t, err)
		require.GreaterOrEqual(t, calendar.DateOf(parsed), today, french)
	}
	if action.Kind == collection.ActionNotify {
		require.Contains(t, english, action.Step.Key)
		require.Contains(t, french, action.Step.Key)
	}
	if action.Task == collection.TaskLateFees {
		require.Contains(t, english, c.LateFees.String())
		require.Contains(t, french, c.LateFees.French())
	}
}
