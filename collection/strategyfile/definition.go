// Package strategyfile reads strategies from the files that controllers write:
// YAML, described in docs/strategies.md. It says everything that is wrong with a
// file at once, each with file, line, field and reason.
package strategyfile

import (
	"fmt"

	"relance/collection"
	"relance/config/strictyaml"
)

// Problem is one mistake in a strategy file.
type Problem = strictyaml.Problem

// Problems are all the mistakes in strategy files, as one error.
type Problems = strictyaml.Problems

// Definition is a strategy with what people read about it.
type Definition struct {
	collection.Strategy
	Title       Text
	Description Text
	For         Audience
	// StepTitles are the titles of the steps by key.
	StepTitles map[string]Text
	// File is the file it was read from.
	File string

	places strictyaml.Document
}

// Parse reads one strategy file. The error is Problems with all that is wrong
// with it.
func Parse(filename string, data []byte) (Definition, error) {
	definition, problems := parse(filename, data)
	if err := problems.Err(); err != nil {
		return Definition{}, err
	}
	return definition, nil
}

func parse(filename string, data []byte) (Definition, Problems) {
	var doc document
	places, problems := strictyaml.Decode(filename, data, &doc)
	if places.Has("") {
		problems = check(doc, places, problems)
	}
	if len(problems) > 0 {
		return Definition{}, problems
	}
	return doc.definition(filename, places), nil
}

// TemplateExists reports whether a template has a text for a channel.
type TemplateExists func(template string, channel collection.Channel) bool

// CheckTemplates reports the steps whose texts do not exist in every channel the
// step may use. The error is Problems.
func (d Definition) CheckTemplates(exists TemplateExists) error {
	return d.templateProblems(exists).Err()
}

func (d Definition) templateProblems(exists TemplateExists) Problems {
	var problems Problems
	report := func(field string, step collection.Step, channels []collection.Channel) {
		for i, channel := range channels {
			if !exists(step.Template, channel) {
				problems = append(problems, d.places.Problem(fmt.Sprintf("%s[%d]", field, i+1),
					"the template %s has no text for %s", step.Template, channel))
			}
		}
	}
	for i, step := range d.Steps {
		report(stepAt(i)+".channels", step, step.Channels)
		report(stepAt(i)+".fallback", step, step.Fallbacks)
	}
	return problems
}

func (doc document) definition(filename string, places strictyaml.Document) Definition {
	d := Definition{
		Strategy: collection.Strategy{
			Name: doc.Name, Version: doc.Version, Grouping: doc.Grouping,
			ApprovalAbove: doc.ApprovalAbove.limit(), ApprovalTerms: doc.Approval.terms(),
		},
		Title: doc.Title, Description: doc.Description, For: doc.For,
		StepTitles: map[string]Text{}, File: filename, places: places,
	}
	d.Promises, d.BrokenPromise, d.Disputes = doc.Promises.terms(places), doc.Broken.follows(), doc.Disputes.terms()
	offsets, stages := doc.offsets(), doc.stages()
	for i, s := range doc.Steps {
		d.StepTitles[s.Key] = s.Title
		d.Steps = append(d.Steps, collection.Step{
			Key: s.Key, DueOffset: offsets[i], Spacing: s.When.AfterPrevious, Tone: s.Tone,
			Channels: s.Channels, Fallbacks: s.Fallback, Template: s.Template, AttachInvoice: s.AttachInvoice,
			AttachStatement: s.AttachStatement || doc.AttachStatement && s.sendsEmail(),
			To:              s.To, Copy: s.Copy, Sender: s.Sender,
			Approval: s.Approval.isRequired(), ApprovalAbove: s.ApprovalAbove.limit(), ApprovalTerms: s.Approval.terms(), DeadlineDays: s.Deadline, CoolingOffDays: s.CoolingOff, Proof: s.Proof, Opens: s.Opens, Stage: stages[i],
			Mediation: s.Mediation.offer(),
		})
		d.Steps[i].Tone, d.Steps[i].Template = s.inviting(doc.For)
	}
	return d
}

// offsets are the days from the due date on which the steps are planned. A step
// that only counts from the one before it gets the day it would come at if all
// went as planned, so that it does not act early when the one before it was left
// out.
func (doc document) offsets() []int {
	offsets := make([]int, len(doc.Steps))
	previous := 0
	for i, s := range doc.Steps {
		switch {
		case s.When.BeforeDue > 0:
			offsets[i] = -s.When.BeforeDue
		case s.When.AfterDue > 0 || s.When.AfterPrevious == 0:
			offsets[i] = s.When.AfterDue
		default:
			offsets[i] = max(0, previous+s.When.AfterPrevious)
		}
		previous = offsets[i]
	}
	return offsets
}

// stages are where the case stands after each step: as written, else what the
// step means; never back.
func (doc document) stages() []collection.Stage {
	stages := make([]collection.Stage, len(doc.Steps))
	for i, s := range doc.Steps {
		stages[i] = s.Stage
		if s.Stage == "" {
			stages[i] = s.impliedStage()
		}
		if s.Stage == "" && i > 0 && rank(stages[i-1], collection.StepStages()) > rank(stages[i], collection.StepStages()) {
			stages[i] = stages[i-1]
		}
	}
	return stages
}

func (s step) impliedStage() collection.Stage {
	switch {
	case s.Opens == collection.TaskMediation:
		return collection.StageMediation
	case s.Opens == collection.TaskHandoff:
		return collection.StageHandoff
	case s.Tone == collection.ToneFormal:
		return collection.StageFormalNotice
	case s.When.BeforeDue > 0:
		return collection.StageOpen
	default:
		return collection.StageReminding
	}
}
