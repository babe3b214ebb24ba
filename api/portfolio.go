package api

import (
	"context"
	"net/http"

	"relance/casefile"
	"relance/collection"
	"relance/collection/strategyfile"
)

func (a *api) registerPortfolio() {
	register(a, operation{
		id: "get-summary", method: http.MethodGet, path: "/v1/summary", group: groupPortfolio,
		summary: "Show the whole portfolio in numbers",
	}, a.getSummary)
	register(a, operation{
		id: "list-strategies", method: http.MethodGet, path: "/v1/strategies", group: groupPortfolio,
		summary: "List the strategies that cases may follow",
	}, a.listStrategies)
}

type summaryOutput struct {
	Body struct {
		Cases    []stageCount   `json:"cases" nullable:"false" doc:"By stage and currency."`
		Messages []messageCount `json:"messages" nullable:"false" doc:"By state and channel."`
		Tasks    []taskCount    `json:"open_tasks" nullable:"false" doc:"By kind."`
	} `nameHint:"Summary"`
}

type stageCount struct {
	Stage    string  `json:"stage"`
	Cases    int     `json:"cases"`
	Open     decimal `json:"open" doc:"What is still owed on them."`
	Currency string  `json:"currency"`
}

type messageCount struct {
	State    string `json:"state"`
	Channel  string `json:"channel"`
	Messages int    `json:"messages"`
}

type taskCount struct {
	Kind  string `json:"kind"`
	Tasks int    `json:"tasks"`
}

func (a *api) getSummary(ctx context.Context, _ *struct{}) (*summaryOutput, error) {
	summary, err := a.Cases.Store.Summary(ctx)
	if err != nil {
		return nil, err
	}
	var out summaryOutput
	out.Body.Cases = each(summary.Cases, func(c casefile.StageCount) stageCount {
		return stageCount{Stage: string(c.Stage), Cases: c.Cases, Open: decimalOf(c.Open), Currency: string(c.Open.Currency())}
	})
	out.Body.Messages = each(summary.Messages, func(c casefile.MessageCount) messageCount {
		return messageCount{State: string(c.State), Channel: string(c.Channel), Messages: c.Messages}
	})
	out.Body.Tasks = each(summary.Tasks, func(c casefile.TaskCount) taskCount {
		return taskCount{Kind: string(c.Kind), Tasks: c.Tasks}
	})
	return &out, nil
}

type strategiesOutput struct {
	Body struct {
		Strategies []strategy `json:"strategies" nullable:"false" doc:"The newest version of each, by name."`
	} `nameHint:"StrategyList"`
}

// strategy is a dunning policy as people read it.
type strategy struct {
	Name        string         `json:"name" example:"fr-b2b-standard"`
	Version     int            `json:"version"`
	For         string         `json:"for" enum:"business,consumer,public,any" doc:"The debtors it is written for."`
	Title       text           `json:"title"`
	Description text           `json:"description"`
	Steps       []strategyStep `json:"steps" nullable:"false" doc:"From the first to the last."`
}

type text struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

type strategyStep struct {
	Key       string   `json:"key"`
	Title     text     `json:"title"`
	DueOffset int      `json:"due_offset" doc:"Days from the due date; negative is before it."`
	Spacing   int      `json:"spacing,omitempty" doc:"Days at least after the step before."`
	Tone      string   `json:"tone,omitempty" enum:"courteous,firm,final,formal"`
	Channels  []string `json:"channels" nullable:"false" doc:"All are used."`
	Fallbacks []string `json:"fallbacks" nullable:"false" doc:"Tried in this order while no channel worked."`
	Deadline  int      `json:"deadline_days,omitempty" doc:"Days the notice gives the debtor to pay."`
	Approval  bool     `json:"approval,omitempty" doc:"A person must release it."`
	Opens     string   `json:"opens,omitempty" doc:"The task it opens instead of sending a notice."`
	Stage     string   `json:"stage,omitempty" doc:"Where the case stands once it is done."`
}

func (a *api) listStrategies(context.Context, *struct{}) (*strategiesOutput, error) {
	var out strategiesOutput
	out.Body.Strategies = each(a.Strategies.All(), newStrategy)
	return &out, nil
}

func newStrategy(d strategyfile.Definition) strategy {
	return strategy{
		Name: d.Name, Version: d.Version, For: string(d.For), Title: text(d.Title), Description: text(d.Description),
		Steps: each(d.Steps, func(s collection.Step) strategyStep {
			return strategyStep{
				Key: s.Key, Title: text(d.StepTitles[s.Key]), DueOffset: s.DueOffset, Spacing: s.Spacing, Tone: string(s.Tone),
				Channels: each(s.Channels, channelName), Fallbacks: each(s.Fallbacks, channelName),
				Deadline: s.DeadlineDays, Approval: s.Approval, Opens: string(s.Opens), Stage: string(s.Stage),
			}
		}),
	}
}

func channelName(c collection.Channel) string { return string(c) }
