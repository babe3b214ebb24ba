package api

import (
	"context"
	"net/http"

	"relance/calendar"
	"relance/law"
)

func (a *api) registerLaw() {
	register(a, operation{
		id: "get-law", method: http.MethodGet, path: "/v1/law", group: groupLaw,
		summary: "Show the law the product works with",
		description: "Every dated rule with its value, article, source and last check; what the law leaves open and what the product does then; " +
			"what runs out within 20 days, and the half-years to add. The texts are in English and French.",
	}, a.getLaw)
}

type lawInput struct {
	On string `query:"on" format:"date" example:"2027-01-01" doc:"The day to look at; the business date of today when it is missing."`
}

type lawOutput struct{ Body law.Watch }

func (a *api) getLaw(_ context.Context, in *lawInput) (*lawOutput, error) {
	on := calendar.DateOf(a.Cases.Clock().Now())
	if in.On != "" {
		var err error
		if on, err = calendar.ParseDate(in.On); err != nil {
			return nil, invalid("query.on", in.On, err.Error())
		}
	}
	return &lawOutput{Body: a.Law().Watch(on)}, nil
}
