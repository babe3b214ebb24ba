package api_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/api"
	"relance/collection"
	"relance/workflows"
)

const (
	apiGuide     = "../docs/api.md"
	signalsGuide = "../docs/signals.md"
)

func guide(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}

// blocks are the fenced blocks of a guide whose first line begins as given, with
// the rest of that line.
func blocks(text, kind string) (names, contents []string) {
	for _, match := range regexp.MustCompile("(?ms)^```"+kind+"(?: ([a-z-]+))?\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		names, contents = append(names, match[1]), append(contents, match[2])
	}
	return names, contents
}

// payloads are the Go types of the documented payloads.
func payloads() map[string]any {
	return map[string]any{
		workflows.CommandPaymentReceived: &workflows.PaymentReceived{}, workflows.CommandPaymentReversed: &workflows.PaymentReversed{},
		workflows.CommandCreditNoteIssued: &workflows.CreditNoteIssued{}, workflows.CommandHold: &workflows.HoldOrder{}, workflows.CommandContactHours: &workflows.ContactHours{},
		workflows.CommandOfferDiscount: &workflows.DiscountOffer{}, workflows.CommandRevokeDiscount: &workflows.DiscountRevocation{},
		workflows.CommandPlanAttached: &workflows.PlanAttached{}, workflows.CommandPlanEnded: &workflows.PlanEnded{},
		workflows.CommandResume: &workflows.ResumeOrder{}, workflows.CommandApproveStep: &workflows.StepOrder{},
		workflows.CommandSkipStep: &workflows.StepOrder{}, workflows.CommandRetryStep: &workflows.StepOrder{}, workflows.CommandNoticeServed: &workflows.ServedNotice{}, workflows.CommandNoticeReplaced: &workflows.ReplacedNotice{},
		workflows.CommandMigrateStrategy: &workflows.MigrationOrder{}, workflows.CommandCloseCase: &workflows.CloseOrder{},
		workflows.CommandDeliveryFailed: &workflows.DeliveryFailed{}, workflows.CommandDeliveryProven: &workflows.DeliveryProven{},
		workflows.CommandClaimLateFees: &workflows.LateFeesClaim{}, workflows.CommandWaiveLateFees: &workflows.LateFeesWaiver{},
		workflows.CommandClaimCost: &workflows.CostClaim{}, workflows.CommandLegalEvent: &workflows.LegalEvent{},
		workflows.CommandLimitationEvent: &workflows.LimitationEvent{},
		workflows.CommandPromise:         &workflows.PromiseOrder{}, workflows.CommandWithdrawPromise: &workflows.PromiseWithdrawal{},
		workflows.CommandDispute: &workflows.DisputeOrder{}, workflows.CommandResolveDispute: &workflows.DisputeAnswer{},
		workflows.CommandAssignDispute: &workflows.DisputeAssignment{}, workflows.CommandDebtorStanding: &workflows.DebtorStanding{},
		workflows.CommandProposeMediation: &workflows.MediationProposal{}, workflows.CommandMediationAnswered: &workflows.MediationAnswer{},
		workflows.CommandMediationSession: &workflows.MediationSession{}, workflows.CommandMediationEnded: &workflows.MediationEnd{},
		workflows.CommandStop:           &workflows.StopOrder{},
		workflows.CommandRefuseApproval: &workflows.ApprovalRefusal{},
		workflows.CommandProposeHandoff: &workflows.HandoffProposal{}, workflows.CommandApproveHandoff: &workflows.HandoffApproval{},
		workflows.CommandRefuseHandoff: &workflows.HandoffRefusal{}, workflows.CommandRecallHandoff: &workflows.HandoffRecall{},
		workflows.CommandPartnerStatus: &workflows.PartnerStatus{}, workflows.CommandRemittance: &workflows.Remittance{},
		workflows.QueryStatus: &workflows.Status{}, workflows.QueryForecast: &[]workflows.ForecastEntry{},
	}
}

func decodeStrictly(t *testing.T, name, payload string) any {
	t.Helper()
	into := payloads()[name]
	require.NotNil(t, into, "the contract has no %s", name)
	decoder := json.NewDecoder(strings.NewReader(payload))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(into), name)
	return reflect.ValueOf(into).Elem().Interface()
}

func TestEveryCommandOfTheContractIsInTheGuideWithAPayloadThatCanBeRead(t *testing.T) {
	t.Parallel()
	text := guide(t, signalsGuide)
	documented := map[string]any{}
	names, contents := blocks(text, "json")
	for i, name := range names {
		documented[name] = decodeStrictly(t, name, contents[i])
	}
	for _, name := range commandsOfContract(t) {
		require.Contains(t, documented, name)
		require.Contains(t, text, "### "+name+"\n")
		given := reflect.ValueOf(documented[name])
		require.False(t, given.IsZero(), name)
	}
	for i, name := range names {
		for _, member := range []string{"amount", "received_on", "reversed_on", "until", "issued_on"} {
			if strings.Contains(contents[i], `"`+member+`"`) {
				written, err := json.Marshal(documented[name])
				require.NoError(t, err)
				require.Contains(t, string(written), `"`+member+`":"`, "%s of %s is read", member, name)
			}
		}
	}
	inline := regexp.MustCompile(`--name ([a-z-]+) \\\n\s*--input '([^']+)'`).FindAllStringSubmatch(text, -1)
	require.Len(t, inline, 2)
	for _, example := range inline {
		decodeStrictly(t, example[1], example[2])
	}
}

// commandsOfContract reads the names of the commands from the contract itself.
func commandsOfContract(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../workflows/contract.go", nil, 0)
	require.NoError(t, err)
	var names []string
	ast.Inspect(file, func(node ast.Node) bool {
		constant, isValue := node.(*ast.ValueSpec)
		if isValue && strings.HasPrefix(constant.Names[0].Name, "Command") {
			name, err := strconv.Unquote(constant.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			names = append(names, name)
		}
		return true
	})
	require.Len(t, names, 42)
	return names
}

func TestTheGoOfTheGuideIsTheGoThatIsTested(t *testing.T) {
	t.Parallel()
	tested := guide(t, "signal_example_test.go")
	_, shown := blocks(guide(t, signalsGuide), "go")
	require.Len(t, shown, 2)
	for _, snippet := range shown {
		require.Contains(t, tested, snippet)
	}
}

func TestTheGuideListsEveryProblem(t *testing.T) {
	t.Parallel()
	text := guide(t, apiGuide)
	for code, status := range api.ProblemCodes() {
		require.Contains(t, text, fmt.Sprintf("| %d | `%s` |", status, code))
	}
	require.Equal(t, len(api.ProblemCodes()), strings.Count(text, "\n| 4")+strings.Count(text, "\n| 5"))
}

// The examples of the guides are run as they stand, with curl.
func TestTheExamplesOfTheGuidesRun(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	b := setup(t)
	b.work()
	folder := t.TempDir()
	for _, file := range []string{apiGuide, signalsGuide} {
		_, examples := blocks(guide(t, file), "sh")
		require.NotEmpty(t, examples)
		for _, example := range examples {
			script := strings.NewReplacer(`/acme/`, "/"+b.creditor+"/", `"acme"`, `"`+b.creditor+`"`, "creditor=acme", "creditor="+b.creditor).Replace(example)
			command := exec.CommandContext(t.Context(), "sh", "-e", "-c", script)
			command.Dir = folder
			command.Env = append(os.Environ(), "RELANCE_URL="+b.server.URL, "RELANCE_KEY="+keySecret)
			output, err := command.CombinedOutput()
			require.NoError(t, err, "%s\n%s", example, output)
		}
	}
	shown := b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-2026-0042", nil).is(http.StatusOK)
	require.Equal(t, "679.50", shown.at("status", "open"))
}

func TestTheDocumentedSignalsReachARunningCase(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.opened("F-2026-0042")
	id := collection.WorkflowID(b.creditor, "F-2026-0042")
	names, contents := blocks(guide(t, signalsGuide), "json")
	for i, name := range names {
		if name == workflows.QueryStatus || name == workflows.QueryForecast || name == workflows.CommandCloseCase {
			continue
		}
		require.NoError(t, b.cases.Temporal.SignalWorkflow(t.Context(), id, "", name, json.RawMessage(contents[i])), name)
	}
	require.NoError(t, signalPayment(t.Context(), elsewhere{b.cases.Temporal, id}))
	outcome, err := updateWithPayment(t.Context(), elsewhere{b.cases.Temporal, id})
	require.NoError(t, err)
	require.Equal(t, "duplicate", outcome, "however it was sent, it counts once")

	var shown object
	require.Eventually(t, func() bool {
		shown = b.call(http.MethodGet, at, nil).is(http.StatusOK)
		return shown.at("position", "credited") == "20.00" && shown.at("holds", 0, "released_on") == "2026-11-23" &&
			shown.at("status", "strategy") == "gentle-call@1"
	}, eventually, often)
	require.Equal(t, "1180.00", shown.at("position", "open"), "the payment was reversed")
	history, err := json.Marshal(shown["history"])
	require.NoError(t, err)
	require.NotContains(t, string(history), "cannot be read")
}
