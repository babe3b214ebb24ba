package wiring

import (
	"cmp"

	"relance/cases"
	"relance/cases/answers"
	"relance/config"
)

// Answers takes in what debtors answer, as it is configured.
func Answers(service *cases.Service, c config.Inbound) *answers.Service {
	return &answers.Service{
		Cases: service, HoldDays: cmp.Or(c.HoldDays, answers.DefaultHoldDays), ReplyDomain: c.ReplyDomain, ReplyKey: []byte(c.ReplyKey.Reveal()),
		Log: service.Log,
	}
}
