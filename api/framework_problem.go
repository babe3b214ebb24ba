package api

import (
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// tellAsProblem gives what the framework refuses by itself a code and a sentence,
// and every problem the ID of its request.
func tellAsProblem(ctx huma.Context, _ string, body any) (any, error) {
	told, isProblem := body.(*Problem)
	if refused, fromFramework := body.(*huma.ErrorModel); fromFramework {
		told, isProblem = frameworkProblem(ctx, refused), true
	}
	if isProblem {
		told.RequestID = callOf(ctx.Context()).id
		return told, nil
	}
	return body, nil
}

func frameworkProblem(ctx huma.Context, refused *huma.ErrorModel) *Problem {
	var faults []Fault
	for _, detail := range refused.Errors {
		if detail != nil {
			faults = append(faults, worded(detail.Location, valueOf(detail), detail.Message))
		}
	}
	switch refused.Status {
	case http.StatusBadRequest:
		if len(faults) == 0 {
			return problem(codeMalformed, "the body is missing: send it as JSON")
		}
		return problem(codeMalformed, "the body cannot be read as JSON"+after(": ", list(faults)), faults...)
	case http.StatusRequestTimeout:
		return problem(codeTimeout, "the body did not arrive in time: send it again")
	case http.StatusRequestEntityTooLarge:
		return problem(codeTooLarge, fmt.Sprintf("the body is larger than %d KiB", ctx.Operation().MaxBodyBytes>>10))
	case http.StatusUnsupportedMediaType:
		return problem(codeMediaType, "send the body as JSON, with the header Content-Type: application/json")
	case http.StatusUnprocessableEntity:
		return problem(codeInvalid, list(faults), faults...)
	default:
		return problem(codeInternal, "the request could not be carried out because of a fault of the server; its log says why")
	}
}

// valueOf is what was given, when it is short enough to help: never a whole body.
func valueOf(detail *huma.ErrorDetail) string {
	switch value := detail.Value.(type) {
	case string:
		if detail.Location == "body" {
			return ""
		}
		return shorten(value)
	case float64, int64, bool:
		return fmt.Sprint(value)
	default:
		return ""
	}
}

func after(separator, text string) string {
	if text == "" {
		return ""
	}
	return separator + text
}
