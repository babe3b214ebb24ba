package api

import (
	"context"
	"net/http"
	"time"
)

// healthTimeout is how long the parts have to answer.
const healthTimeout = 5 * time.Second

func (a *api) registerHealth() {
	register(a, operation{
		id: "get-health", method: http.MethodGet, path: pathHealth, group: groupServer, withoutKey: true,
		summary:     "Tell whether each part of the server is well",
		description: "Why a part is not well is in the log.",
		answers:     []answerKind{{http.StatusOK, "Every part is well."}, {http.StatusServiceUnavailable, "A part is not well."}},
	}, a.getHealth)
	register(a, operation{
		id: "get-readiness", method: http.MethodGet, path: pathReady, group: groupServer, withoutKey: true,
		summary: "Tell whether the server can take requests",
		status:  http.StatusNoContent,
	}, a.getReadiness)
}

type healthOutput struct {
	Status int
	Body   struct {
		Well  bool              `json:"well"`
		Parts map[string]string `json:"parts" doc:"Each part: well, failing, or outdated when it goes on with the last good of its files."`
	} `nameHint:"Health"`
}

func (a *api) getHealth(ctx context.Context, _ *struct{}) (*healthOutput, error) {
	out := &healthOutput{Status: http.StatusOK}
	out.Body.Well, out.Body.Parts = true, map[string]string{}
	for part, err := range a.checkParts(ctx) {
		out.Body.Parts[part] = "well"
		if err != nil {
			out.Body.Well, out.Body.Parts[part], out.Status = false, "failing", http.StatusServiceUnavailable
			a.Log.WarnContext(ctx, "a part of the server is failing", "part", part, "error", err)
		}
	}
	if a.Outdated == nil {
		return out, nil
	}
	for part, err := range a.Outdated() {
		out.Body.Parts[part] = "well"
		if err != nil {
			out.Body.Parts[part] = "outdated"
			a.Log.WarnContext(ctx, "a part of the server goes on with what it last had", "part", part, "error", err)
		}
	}
	return out, nil
}

func (a *api) getReadiness(ctx context.Context, _ *struct{}) (*struct{}, error) {
	for part, err := range a.checkParts(ctx) {
		if err != nil {
			return nil, problem(codeUnavailable, "the "+part+" is failing; "+pathHealth+" tells of every part").with("Retry-After", "5")
		}
	}
	return nil, nil //nolint:nilnil // 204 has no body
}

func (a *api) checkParts(ctx context.Context) map[string]error {
	if a.Health == nil {
		return nil
	}
	checking, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	return a.Health(checking)
}
