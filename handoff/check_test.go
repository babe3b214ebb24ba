package handoff_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/handoff"
	"relance/law"
	"relance/law/lawtest"
	"relance/money"
)

func day(t require.TestingT, text string) calendar.Date {
	parsed, err := calendar.ParseDate(text)
	require.NoError(t, err)
	return parsed
}

func euros(text string) money.Amount {
	amount, err := money.Parse(text, money.EUR)
	if err != nil {
		panic(err)
	}
	return amount
}

// complete are the circumstances of a claim on a business that may be handed over.
func complete(t require.TestingT, on string) handoff.Circumstances {
	return handoff.Circumstances{
		On: day(t, on), DueDate: day(t, "2026-01-31"), Open: euros("4900.00"), Claimed: euros("4900.00"), Debtor: law.Business,
		DebtorCountry: "FR", CreditorCountry: "FR", CompanyNumber: true, FullAddress: true, LimitationDay: day(t, "2031-01-31"),
		NoticeSent: day(t, "2026-02-20"), NoticeServed: day(t, "2026-02-23"), NoticeDeadline: day(t, "2026-03-04"), InvoiceDocument: true,
	}
}

// Each line is a claim and what the rules and its data say to each route; - is a route
// that the law of the day does not have.
func TestTheRoutesOfAClaimFollowTheLawOfTheDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, on string
		change   func(*handoff.Circumstances)
		// agency, small claims, undisputed, payment order, European order, lawyer
		want string
	}{
		{"between merchants on the eve of the law of 2026", "2026-04-24", func(*handoff.Circumstances) {}, "yes yes - yes no yes"},
		{"between merchants from 25 April 2026", "2026-04-25", func(*handoff.Circumstances) {}, "yes no yes yes no yes"},
		{"between merchants above 5,000", "2026-05-04", func(c *handoff.Circumstances) { c.Claimed = euros("80000.00") }, "yes no yes yes no yes"},
		{"above 5,000 before the law", "2026-04-24", func(c *handoff.Circumstances) { c.Claimed = euros("5000.01") }, "yes no - yes no yes"},
		{"a business without a number", "2026-05-04", func(c *handoff.Circumstances) { c.CompanyNumber = false }, "yes no unknown yes no yes"},
		{"a consumer below 5,000 without an attempt", "2026-05-04", func(c *handoff.Circumstances) { c.Debtor = law.Consumer }, "yes yes no no no yes"},
		{"a consumer after a conciliation", "2026-05-04", func(c *handoff.Circumstances) {
			c.Debtor, c.AmicableAttempt = law.Consumer, c.NoticeServed
		}, "yes yes no yes no yes"},
		{"a consumer above 5,000", "2026-05-04", func(c *handoff.Circumstances) { c.Debtor, c.Claimed = law.Consumer, euros("5000.01") }, "yes no no yes no yes"},
		{"a consumer at 5,000", "2026-05-04", func(c *handoff.Circumstances) { c.Debtor, c.Claimed = law.Consumer, euros("5000.00") }, "yes yes no no no yes"},
		{"a German business", "2026-05-04", func(c *handoff.Circumstances) { c.DebtorCountry = "DE" }, "yes no no no yes yes"},
		{"a Danish business", "2026-05-04", func(c *handoff.Circumstances) { c.DebtorCountry = "DK" }, "yes no no no no yes"},
		{"a Swiss business", "2026-05-04", func(c *handoff.Circumstances) { c.DebtorCountry = "CH" }, "yes no no no no yes"},
		{"a debtor of an unknown country", "2026-05-04", func(c *handoff.Circumstances) { c.DebtorCountry = "" }, "yes no unknown unknown unknown yes"},
		{"a public body", "2026-05-04", func(c *handoff.Circumstances) { c.Debtor = law.Public }, "yes no no no no yes"},
	} {
		circumstances := complete(t, c.on)
		c.change(&circumstances)
		check := handoff.CheckOf(lawtest.BuiltIn(t), circumstances)
		var got []string
		for _, route := range handoff.Routes() {
			verdict := "-"
			if assessment, known := check.Of(route); known {
				verdict = string(assessment.Verdict)
			}
			got = append(got, verdict)
		}
		require.Equal(t, c.want, strings.Join(got, " "), c.name)
		require.Empty(t, check.Missing(), c.name)
	}
}

// Each line is one thing that keeps a claim from being handed over, whatever the route.
func TestWhatIsMissingIsNamedWithItsArticle(t *testing.T) {
	t.Parallel()
	for says, change := range map[string]func(*handoff.Circumstances){
		"nothing is open of the principal (CPC 1405":                   func(c *handoff.Circumstances) { c.Open = euros("0") },
		"4900.00 EUR is open, due on 2026-05-04":                       func(c *handoff.Circumstances) { c.DueDate = c.On },
		"insolvency proceedings were opened on 2026-04-20 (C. com. L6": func(c *handoff.Circumstances) { c.InsolvencyOn = day(t, "2026-04-20") },
		"the dispute D-7 is open (CPC 1405; CPCE L126-1)":              func(c *handoff.Circumstances) { c.Dispute = "D-7" },
		"the limitation has passed: the prudent last day was 2026-05-01": func(c *handoff.Circumstances) {
			c.LimitationDay, c.LimitationPassed = day(t, "2026-05-01"), true
		},
		"no formal notice was sent (C. civ. 1344)":   func(c *handoff.Circumstances) { c.NoticeSent, c.NoticeServed = 0, 0 },
		"nothing proves that it reached the debtor":  func(c *handoff.Circumstances) { c.NoticeServed = 0 },
		"lets the debtor pay until 2026-05-04":       func(c *handoff.Circumstances) { c.NoticeDeadline = c.On },
		"attach its PDF (CPC 1407)":                  func(c *handoff.Circumstances) { c.InvoiceDocument = false },
		"neither the company number nor the full ad": func(c *handoff.Circumstances) { c.CompanyNumber, c.FullAddress = false, false },
		"the full address of the debtor is not known": func(c *handoff.Circumstances) {
			c.Debtor, c.FullAddress = law.Consumer, false
		},
	} {
		circumstances := complete(t, "2026-05-04")
		change(&circumstances)
		missing := handoff.CheckOf(lawtest.BuiltIn(t), circumstances).Missing()
		require.Len(t, missing, 1, says)
		require.Contains(t, handoff.List(missing), says)
	}
	everything := handoff.CheckOf(lawtest.BuiltIn(t), handoff.Circumstances{
		On: day(t, "2026-05-04"), InsolvencyOn: day(t, "2026-04-20"), Dispute: "D-7", LimitationDay: day(t, "2026-05-01"), LimitationPassed: true, Debtor: law.Business,
	})
	require.Len(t, everything.Missing(), 7, "the list is complete, not its first line")
}

func TestEveryRuleHasItsWordsItsArticleAndItsDate(t *testing.T) {
	t.Parallel()
	check := handoff.CheckOf(lawtest.BuiltIn(t), complete(t, "2026-05-04"))
	findings := check.File
	for _, route := range check.Routes {
		require.NotEmpty(t, route.Title.FR)
		findings = append(findings, route.Findings...)
	}
	require.Greater(t, len(findings), 15)
	for _, finding := range findings {
		require.NotEmpty(t, finding.Rule.EN, finding.Key)
		require.NotEmpty(t, finding.Rule.FR, finding.Key)
		require.NotEmpty(t, finding.Saw.EN, finding.Key)
		require.NotEmpty(t, finding.Saw.FR, finding.Key)
		require.NotEmpty(t, finding.Article, finding.Key)
		require.NotEmpty(t, finding.Source, finding.Key)
		require.False(t, finding.CheckedOn.IsZero(), finding.Key)
	}
}

// Each line is a report of a partner and the last days it sets running: the worked dates
// of the law.
func TestReportsSetTheTimeLimitsOfTheirDateRunning(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		route  handoff.Route
		status handoff.Status
		debtor law.Debtor
		on     string
		want   string
	}{
		{handoff.PaymentOrder, handoff.OrderObtained, law.Business, "2026-08-31", "payment-order-serve 2027-03-01"},
		{handoff.PaymentOrder, handoff.OrderObtained, law.Business, "2026-09-01", "payment-order-serve 2026-12-01"},
		{handoff.PaymentOrder, handoff.Served, law.Business, "2026-09-20", "payment-order-opposition 2026-10-20, payment-order-enforceable 2026-11-20"},
		{handoff.PaymentOrder, handoff.Served, law.Business, "2026-07-20", "payment-order-opposition 2026-08-20"},
		{handoff.PaymentOrder, handoff.Opposed, law.Business, "2026-11-24", "payment-order-deposit 2026-12-09"},
		{handoff.PaymentOrder, handoff.Opposed, law.Consumer, "2026-11-24", "payment-order-appoint-lawyer 2026-12-09"},
		{handoff.SmallClaims, handoff.InProgress, law.Consumer, "2026-10-30", "small-claims-answer 2026-11-30"},
		{handoff.UndisputedClaim, handoff.InProgress, law.Business, "2026-10-30", "undisputed-claim-contest 2026-11-30, undisputed-claim-report 2026-12-08"},
		{handoff.UndisputedClaim, handoff.OrderObtained, law.Business, "2026-12-10", "undisputed-claim-serve 2027-06-10"},
		{handoff.EuropeanOrder, handoff.Served, law.Business, "2026-10-30", "european-order-opposition 2026-11-29"},
		{handoff.Lawyer, handoff.Served, law.Business, "2026-10-30", ""},
		{handoff.PaymentOrder, handoff.Accepted, law.Business, "2026-10-30", ""},
	} {
		running, _ := handoff.LimitsOf(c.route, c.status, day(t, c.on), c.debtor, lawtest.BuiltIn(t), "FR")
		var got []string
		for _, limit := range running {
			got = append(got, limit.Key+" "+limit.Last.String())
			require.NotEmpty(t, limit.Title.FR, limit.Key)
			require.NotEmpty(t, limit.Article, limit.Key)
		}
		require.Equal(t, c.want, strings.Join(got, ", "), "%v", c)
	}
}

func TestATimeLimitThatTheTablesDoNotHaveIsNamed(t *testing.T) {
	t.Parallel()
	running, unknown := handoff.LimitsOf(handoff.PaymentOrder, handoff.OrderObtained, day(t, "2021-03-15"), law.Business, lawtest.BuiltIn(t), "FR")
	require.Empty(t, running)
	require.Equal(t, []string{"payment-order-serve"}, unknown)
	_, unknown = handoff.LimitsOf(handoff.PaymentOrder, handoff.Served, day(t, "2045-11-10"), law.Business, lawtest.BuiltIn(t), "FR")
	require.NotEmpty(t, unknown, "the holidays of that year are not known")
}

func TestAPersonIsToldBeforeAtAndAfterWhatMustBeDoneAndAfterWhatIsWaitedFor(t *testing.T) {
	t.Parallel()
	running, _ := handoff.LimitsOf(handoff.PaymentOrder, handoff.OrderObtained, day(t, "2026-09-01"), law.Business, lawtest.BuiltIn(t), "FR")
	var told []string
	for today := day(t, "2026-09-01"); today < day(t, "2027-01-15"); today++ {
		if limit, on, due := handoff.Due(running, today); due {
			told = append(told, on.String())
			running = handoff.WithTold(running, limit.Key, on)
		}
	}
	require.Equal(t, []string{"2026-11-01", "2026-11-24", "2026-12-01", "2026-12-02"}, told)

	late, _ := handoff.LimitsOf(handoff.PaymentOrder, handoff.OrderObtained, day(t, "2026-09-01"), law.Business, lawtest.BuiltIn(t), "FR")
	_, on, due := handoff.Due(late, day(t, "2027-05-01"))
	require.True(t, due)
	require.Equal(t, "2026-12-02", on.String(), "after an outage one telling is enough")
	_, _, due = handoff.Due(handoff.WithTold(late, late[0].Key, on), day(t, "2027-05-01"))
	require.False(t, due)

	served, _ := handoff.LimitsOf(handoff.PaymentOrder, handoff.Served, day(t, "2026-11-26"), law.Business, lawtest.BuiltIn(t), "FR")
	kept := handoff.After(late, handoff.Served, served)
	require.Len(t, kept, 2, "the time to serve it is kept")
	require.Empty(t, handoff.After(kept, handoff.Collected, nil))
}

func TestAPartnerWorksTheRoutesOfItsKind(t *testing.T) {
	t.Parallel()
	require.True(t, handoff.Commissaire.Works(handoff.SmallClaims))
	require.False(t, handoff.Agency.Works(handoff.PaymentOrder))
	require.False(t, handoff.PartnerKind("friend").Works(handoff.CollectionAgency))
	for _, route := range handoff.Routes() {
		works := false
		for _, kind := range handoff.PartnerKinds() {
			works = works || kind.Works(route)
		}
		require.True(t, works, route)
	}
}

func TestTheFileIsRefusedWhileAConsumerIsOverIndebted(t *testing.T) {
	t.Parallel()
	c := complete(t, "2026-05-04")
	c.Debtor = law.Consumer
	require.Empty(t, handoff.CheckOf(lawtest.BuiltIn(t), c).Missing())
	c.OverIndebtedOn = day(t, "2026-04-21")
	missing := handoff.CheckOf(lawtest.BuiltIn(t), c).Missing()
	require.Len(t, missing, 1)
	require.Equal(t, "the commission on over-indebtedness found the debtor's file admissible on 2026-04-21 (C. conso. L722-2; L722-5)", handoff.List(missing))
	require.Equal(t, "la commission de surendettement a déclaré le dossier du débiteur recevable le 21/04/2026", missing[0].Saw.FR)
}
