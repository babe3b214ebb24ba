package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// operation is how an operation is described. Every operation can also answer
// with the problems that any request can meet.
type operation struct {
	id, method, path, group string
	summary, description    string
	status                  int // of the usual answer
	answers                 []answerKind
	contentTypes            []string     // of an answer that is not JSON
	json                    reflect.Type // of an answer that is written elsewhere
	problems                []problemCode
	withoutKey              bool
	requestBody             *huma.RequestBody // when it is not a Body of JSON
}

// answerKind is another answer than the usual one.
type answerKind struct {
	status      int
	description string
}

const (
	maxBody     = 1 << 20
	bodyTimeout = 20 * time.Second
)

// register adds an operation. The errors of its handler are told as Problems, and
// logged when they are the server's fault.
func register[In, Out any](a *api, o operation, handle func(context.Context, *In) (*Out, error)) {
	described := huma.Operation{
		OperationID: o.id, Method: o.method, Path: o.path, Summary: o.summary, Description: o.description, Tags: []string{o.group},
		DefaultStatus: o.status, MaxBodyBytes: maxBody, BodyReadTimeout: bodyTimeout, RequestBody: o.requestBody,
		Responses: map[string]*huma.Response{},
	}
	if o.withoutKey {
		described.Security = []map[string][]string{}
	} else {
		o.problems = append(o.problems, codeUnauthorized)
	}
	a.describeProblems(&described, slices.Concat(o.problems, problemsOfInput(reflect.TypeFor[In]()), []problemCode{codeInternal, codeUnavailable}))
	huma.Register(a.huma, described, func(ctx context.Context, in *In) (*Out, error) {
		out, err := handle(ctx, in)
		if err == nil {
			return out, nil
		}
		told := problemOf(err)
		if told.Status >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
			a.logFault(ctx, o.id, err)
		}
		return nil, told
	})
	a.describeAnswers(o)
}

// problemsOfInput are the problems that reading the input of an operation can
// meet.
func problemsOfInput(in reflect.Type) []problemCode {
	var codes []problemCode
	if in.NumField() > 0 {
		codes = append(codes, codeInvalid)
	}
	if _, hasBody := in.FieldByName("Body"); hasBody {
		codes = append(codes, codeMalformed, codeTooLarge, codeMediaType, codeTimeout)
	}
	return codes
}

// problemPrefix begins the description of an answer that is a problem; its codes
// follow.
const problemPrefix = "Problem: "

// describeProblems names under each status the codes an operation can answer
// with.
func (a *api) describeProblems(o *huma.Operation, codes []problemCode) {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	var byStatus [600][]string
	for _, code := range codes {
		status := code.kind().status
		if !slices.Contains(byStatus[status], string(code)) {
			byStatus[status] = append(byStatus[status], string(code))
		}
	}
	for status, codes := range byStatus {
		if len(codes) == 0 {
			continue
		}
		o.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: problemPrefix + strings.Join(codes, ", "),
			Content:     map[string]*huma.MediaType{problemContentType: {Schema: schema}},
		}
	}
}

// describeAnswers adds the answers that have the form of the usual one and
// another status, and keeps the operation for the reference.
func (a *api) describeAnswers(o operation) {
	item := a.huma.OpenAPI().Paths[o.path]
	described := map[string]*huma.Operation{http.MethodGet: item.Get, http.MethodPost: item.Post}[o.method]
	a.operations = append(a.operations, described)
	usual := described.Responses[strconv.Itoa(described.DefaultStatus)]
	if usual.Content == nil && (o.json != nil || len(o.contentTypes) > 0) {
		usual.Content = map[string]*huma.MediaType{}
	}
	if o.json != nil {
		usual.Content[contentTypeJSON] = &huma.MediaType{Schema: a.huma.OpenAPI().Components.Schemas.Schema(o.json, true, "")}
	}
	for _, contentType := range o.contentTypes {
		usual.Content[contentType] = binaryContent()
	}
	for _, kind := range o.answers {
		if kind.status == described.DefaultStatus {
			usual.Description = kind.description
			continue
		}
		described.Responses[strconv.Itoa(kind.status)] = &huma.Response{Description: kind.description, Content: usual.Content}
	}
}

// binaryContent describes bytes of any kind.
func binaryContent() *huma.MediaType {
	return &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
}
