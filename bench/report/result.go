package report

import (
	"time"

	"relance/bench/rig"
	"relance/bench/scenario"
)

// Result is everything that one run measured.
type Result struct {
	At      time.Time     `json:"at"`
	Took    string        `json:"took"`
	Machine Machine       `json:"machine"`
	Size    scenario.Size `json:"size"`
	Lines   []Line        `json:"figures"`

	Memory   []scenario.Memory `json:"memory"`
	Starts   scenario.Starts   `json:"starts"`
	Payments scenario.Payments `json:"payments"`
	Steps    scenario.Steps    `json:"steps"`
	History  scenario.History  `json:"history"`
	Morning  scenario.Morning  `json:"morning"`
	Outreach scenario.Outreach `json:"outreach"`
	// Trouble is what went wrong in the whole run.
	Trouble rig.Trouble `json:"trouble"`
}

// Verdict says how a figure stands to its target.
type Verdict string

// The verdicts; figures without a target have none.
const (
	Met     Verdict = "met"
	AtLeast Verdict = "at least" // of a rate: what is needed, not what is wished
	Missed  Verdict = "missed"
)

// Line is one figure.
type Line struct {
	Figure   string  `json:"figure"`
	Measured string  `json:"measured"`
	Bare     string  `json:"bare,omitempty"`
	Ratio    float64 `json:"ratio,omitempty"`
	Target   string  `json:"target,omitempty"`
	Verdict  Verdict `json:"verdict,omitempty"`
}
