package main

import (
	"flag"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/server/common/dynamicconfig"
)

func TestOptionsHaveDefaultsForAllButTheFile(t *testing.T) {
	t.Parallel()
	o, err := parseOptions([]string{"-db", "t.db"}, io.Discard)
	require.NoError(t, err)
	require.Equal(t, "default", o.namespace)
	require.Equal(t, 90*24*time.Hour, o.retention)
	require.Equal(t, durableFull, o.durability)
	require.Equal(t, "warn", o.logLevel)
	require.Zero(t, o.port)
	require.False(t, o.dieWithStdin)
}

func TestAWrongOptionIsRefusedWithAReason(t *testing.T) {
	t.Parallel()
	for _, wrong := range []struct{ args, reason string }{
		{"", "-db is missing"},
		{"-db t.db extra", `unexpected argument "extra"`},
		{"-db t.db -port 70000", "-port 70000 is not a port"},
		{"-db t.db -ui-port -1", "-ui-port -1 is not a port"},
		{"-db t.db -port 7233 -ui-port 7233", "-port and -ui-port are both 7233"},
		{"-db t.db -namespace=", "-namespace is empty"},
		{"-db t.db -retention 5", "want days such as 90d or hours such as 36h"},
		{"-db t.db -retention 1.5d", "want a whole number of days such as 90d"},
		{"-db t.db -retention 5m", "want one hour at least"},
		{"-db t.db -durability maybe", "want full, normal or off"},
		{"-db t.db -log-level loud", "want one of debug, info, warn, error"},
		{"-db t.db -search-attributes Stage", `"Stage" has no type`},
		{"-db t.db -dynamic-config frontend.rps", "want key=value"},
		{"-db t.db -dynamic-config frontend.noSuchKey=1", `unregistered key "frontend.nosuchkey"`},
		{"-db t.db -dynamic-config frontend.rps=many", "validation failed"},
	} {
		t.Run(wrong.args, func(t *testing.T) {
			t.Parallel()
			_, err := parseOptions(strings.Fields(wrong.args), io.Discard)
			require.ErrorContains(t, err, wrong.reason)
			var setup *setupError
			require.ErrorAs(t, err, &setup)
		})
	}
}

func TestHelpExplainsEveryFlag(t *testing.T) {
	t.Parallel()
	var help strings.Builder
	_, err := parseOptions([]string{"-help"}, &help)
	require.ErrorIs(t, err, flag.ErrHelp)
	for _, name := range []string{"-db file", "-port port", "-ui-port port", "-namespace name", "-retention 90d", "-durability full",
		"-search-attributes Name=Type", "-dynamic-config key=value", "-log-level level", "-die-with-stdin"} {
		require.Contains(t, help.String(), name)
	}
}

func TestDynamicConfigFromTheCommandLineReplacesOurTuning(t *testing.T) {
	t.Parallel()
	o, err := parseOptions([]string{"-db", "t.db", "-dynamic-config", "frontend.namespaceRPS=7",
		"-dynamic-config", "system.forceSearchAttributesCacheRefreshOnRead=true"}, io.Discard)
	require.NoError(t, err)
	value := func(key dynamicconfig.Key) any {
		values := o.dynamic.GetValue(key)
		require.Len(t, values, 1)
		return values[0].Value
	}
	require.Equal(t, 7, value(dynamicconfig.FrontendMaxNamespaceRPSPerInstance.Key()))
	require.Equal(t, true, value(dynamicconfig.ForceSearchAttributesCacheRefreshOnRead.Key()))
	require.Equal(t, 200, value(dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key()), "left as it was")
}

func TestAllFaultyAttributesAreReportedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := parseSearchAttributes("Good=Keyword, bad name=Keyword, Amount=Money, WorkflowId=Keyword, Good=Int")
	require.ErrorContains(t, err, `"bad name" is not a name`)
	require.ErrorContains(t, err, `Amount has the unknown type "Money": want one of Bool, Datetime, Double, Int, Keyword, KeywordList, Text`)
	require.ErrorContains(t, err, `"WorkflowId" is a name that Temporal keeps for itself`)
	require.ErrorContains(t, err, "Good is given twice with different types")
}

func TestAttributesKeepTheirColumnsWhateverIsAddedLater(t *testing.T) {
	t.Parallel()
	first, added, err := assignColumns(nil, searchAttributes{"Stage": enumspb.INDEXED_VALUE_TYPE_KEYWORD, "Due": enumspb.INDEXED_VALUE_TYPE_DATETIME})
	require.NoError(t, err)
	require.True(t, added)
	require.Equal(t, map[string]string{"Keyword01": "Stage", "Datetime01": "Due"}, first)

	second, added, err := assignColumns(first, searchAttributes{"Creditor": enumspb.INDEXED_VALUE_TYPE_KEYWORD, "Stage": enumspb.INDEXED_VALUE_TYPE_KEYWORD})
	require.NoError(t, err)
	require.True(t, added)
	require.Equal(t, map[string]string{"Keyword01": "Stage", "Keyword02": "Creditor", "Datetime01": "Due"}, second)

	third, added, err := assignColumns(second, searchAttributes{"Creditor": enumspb.INDEXED_VALUE_TYPE_KEYWORD})
	require.NoError(t, err)
	require.False(t, added)
	require.Equal(t, second, third)
}

func TestAFourthIntAttributeHasNoRoom(t *testing.T) {
	t.Parallel()
	number := enumspb.INDEXED_VALUE_TYPE_INT
	_, _, err := assignColumns(nil, searchAttributes{"A": number, "B": number, "C": number, "D": number})
	require.ErrorContains(t, err, "no room for search attribute D: all columns of type Int are taken")
}
