// Command relance is the one program people and scripts use: it brings the whole
// product up on one machine, imports invoices, signals payments and shows cases.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"relance/collection"
)

// Version is the version of the product.
const Version = "0.1.0"

// cli is the command line.
type cli struct {
	Config string `help:"Configuration file (YAML). See docs/configuration.md." type:"path" env:"RELANCE_CONFIG" placeholder:"FILE"`
	Data   string `help:"Data folder of the product on one machine." type:"path" env:"RELANCE_DATA" default:"data" placeholder:"DIR"`

	Demo demoCmd `cmd:"" group:"One machine" help:"Show the whole product: a portfolio of invoices on an accelerated clock, a day in a second."`
	Up   upCmd   `cmd:"" group:"One machine" help:"Run the whole product on this machine, in real time."`

	Serve serveCmd `cmd:"" group:"Many machines" help:"Run the HTTP server, beside a PostgreSQL and a Temporal of your own."`
	Setup setupCmd `cmd:"" group:"Many machines" help:"Prepare the database and the Temporal namespace. Safe to repeat."`

	Import        importCmd        `cmd:"" group:"Cases" help:"Import invoices and credit notes: CSV, UBL, CII, Factur-X; files or folders."`
	Start         startCmd         `cmd:"" group:"Cases" help:"Start the case of one invoice."`
	Pay           payCmd           `cmd:"" group:"Cases" help:"Signal a payment."`
	Transfer      transferCmd      `cmd:"" group:"Cases" help:"Signal one payment that may be for many invoices."`
	Move          movePaymentCmd   `cmd:"" group:"Cases" help:"Put a payment on another invoice."`
	Reverse       reverseCmd       `cmd:"" group:"Cases" help:"Signal that a payment was taken back."`
	Credit        creditCmd        `cmd:"" group:"Cases" help:"Signal a credit note."`
	ClaimLateFees claimLateFeesCmd `cmd:"" group:"Late fees" help:"Claim interest and the fixed sum from a day on."`
	WaiveLateFees waiveLateFeesCmd `cmd:"" group:"Late fees" help:"Give up late fees, with a reason."`
	ClaimCost     claimCostCmd     `cmd:"" group:"Late fees" help:"Claim a cost of recovery that you can prove."`
	LegalEvent    legalEventCmd    `cmd:"" group:"Late fees" help:"Record a day that changes the interest: a formal notice received, a judgment, an insolvency."`
	Journal       journalCmd       `cmd:"" group:"Late fees" help:"Show the double-entry journal of a claim."`

	LimitationEvent limitationEventCmd `cmd:"" group:"Cases" help:"Record what touches the limitation of a claim: a court claim, a payment order served, a mediation, an acknowledgement."`

	Insolvency insolvencyCmd `cmd:"" group:"People" help:"Insolvency proceedings of a debtor: record a judgment, read BODACC notices, declare the claims."`
	Hardship   hardshipCmd   `cmd:"" group:"People" help:"Flag a debtor as in difficulties, or end the flag."`
	Mediation  mediationCmd  `cmd:"" group:"Cases" help:"Mediation and conciliation: propose, answer, sessions, how it ended, certificate, confidential notes."`

	Handoff handoffCmd `cmd:"" group:"Cases" help:"Give a case to a professional: check, propose, approve, refuse, recall, statuses, remittances."`

	Plan      planCmd      `cmd:"" group:"Cases" help:"Instalment plans: propose, approve, accept, settle, reschedule, cancel, print."`
	Mandate   mandateCmd   `cmd:"" group:"Cases" help:"Mandates for SEPA direct debit: add, list or revoke."`
	DebitFile debitFileCmd `cmd:"" group:"Cases" help:"Write the SEPA direct debit file of the instalments that are due."`

	Discount discountCmd `cmd:"" group:"Cases" help:"Discounts for quick payment: offer or revoke."`

	Contacts    contactsCmd    `cmd:"" group:"People" help:"The people of a debtor: list, add, correct, retire, opt out, import."`
	Attach      attachCmd      `cmd:"" group:"Cases" help:"Keep the PDF of an invoice, which e-mails of some steps carry."`
	Call        callCmd        `cmd:"" group:"Cases" help:"Prepare a telephone call: numbers, what to say, promises, contacts before it."`
	CallOutcome callOutcomeCmd `cmd:"" group:"Cases" help:"Note what came of a call."`
	Contact     contactCmd     `cmd:"" group:"Cases" help:"Note a contact with the debtor that you had yourself: an e-mail, a meeting."`

	Resolve         resolveCmd         `cmd:"" group:"Cases" help:"Say what became of a message whose outcome is unknown."`
	Hold            holdCmd            `cmd:"" group:"Cases" help:"Pause a case."`
	Promise         promiseCmd         `cmd:"" group:"Cases" help:"Note that the debtor promised to pay on a day."`
	WithdrawPromise withdrawPromiseCmd `cmd:"" group:"Cases" help:"Take a promise back."`
	Dispute         disputeCmd         `cmd:"" group:"Cases" help:"Note that the claim is contested, all or a part."`
	ResolveDispute  resolveDisputeCmd  `cmd:"" group:"Cases" help:"Answer a dispute: by a credit note, a split, a rejection, or as withdrawn."`
	AssignDispute   assignDisputeCmd   `cmd:"" group:"Cases" help:"Give a dispute to another owner."`
	Resume          resumeCmd          `cmd:"" group:"Cases" help:"End the pauses of a case."`
	Stop            stopCmd            `cmd:"" group:"Stops" help:"Hold or block a debtor, exclude an invoice or a debtor from reminders, or set a kill switch."`
	Lift            liftCmd            `cmd:"" group:"Stops" help:"Lift a stop."`
	Stops           stopsCmd           `cmd:"" group:"Stops" help:"List what is stopped, by whom and why."`
	Approve         approveCmd         `cmd:"" group:"Cases" help:"Release a step that waits for approval."`
	Refuse          refuseCmd          `cmd:"" group:"Cases" help:"Refuse to release a step: skip it, or put the case on hold."`
	ApproveAll      approveAllCmd      `cmd:"" group:"Cases" help:"Release all steps that wait for approval and fit."`
	Approvals       approvalsCmd       `cmd:"" group:"Looking" help:"List the steps that wait for approval, with the claim each is for."`
	Skip            skipCmd            `cmd:"" group:"Cases" help:"Do not take the next step."`
	Retry           retryCmd           `cmd:"" group:"Cases" help:"Try a step again that reached nobody."`
	Migrate         migrateCmd         `cmd:"" group:"Cases" help:"Move a case to another strategy or version."`
	Close           closeCmd           `cmd:"" group:"Cases" help:"End a case without full payment."`

	Show           showCmd           `cmd:"" group:"Looking" help:"Show a case: how it stands, what comes next and why, what was done."`
	Statement      statementCmd      `cmd:"" group:"Looking" help:"State the account of a case or a debtor on a day: as a table, PDF, CSV or JSON."`
	List           listCmd           `cmd:"" group:"Looking" help:"List cases."`
	Export         exportCmd         `cmd:"" group:"Evidence" help:"Export the case file of a case: an archive with one PDF, the originals and their hashes."`
	Verify         verifyCmd         `cmd:"" group:"Evidence" help:"Verify that nobody tampered with the history and the documents of a case, or of all."`
	VerifyFile     verifyFileCmd     `cmd:"" group:"Evidence" help:"Verify an exported archive, without any database."`
	Anchor         anchorCmd         `cmd:"" group:"Evidence" help:"Make one hash over all histories, to be kept elsewhere; once a day."`
	Answers        answersCmd        `cmd:"" group:"Looking" help:"List what debtors answered, read an answer, put it to its case, or record what came of it."`
	Promises       promisesCmd       `cmd:"" group:"Looking" help:"Show how a debtor keeps its promises."`
	Disputes       disputesCmd       `cmd:"" group:"Looking" help:"List disputes, show those of a case with their papers, or count them by root cause."`
	Tasks          tasksCmd          `cmd:"" group:"Looking" help:"List what people have to do, give it to somebody, or mark it done."`
	Letters        lettersCmd        `cmd:"" group:"Looking" help:"List the letters to print and post, write them to a folder, or report what became of one."`
	Preview        previewCmd        `cmd:"" group:"Looking" help:"What would leave in the coming days: for the open cases, or for files before they are imported."`
	PreviewMessage previewMessageCmd `cmd:"" group:"Looking" help:"How a message of a case would read, from the case as it is."`
	Templates      templatesCmd      `cmd:"" group:"Looking" help:"List the texts for debtors with what is to be said about them, or write a gallery of them."`
	Strategies     strategiesCmd     `cmd:"" group:"Looking" help:"List the strategies, or show the steps of one."`
	Law            lawCmd            `cmd:"" group:"Looking" help:"Show the law the product works with, check that no table runs out, or add a half-year."`
	Check          checkCmd          `cmd:"" group:"Looking" help:"Check the configuration, strategies and templates, all at once."`
	Version        versionCmd        `cmd:"" group:"Looking" help:"Print the version."`
}

// program is what every command needs.
type program struct {
	ctx    context.Context //nolint:containedctx // the life of the one command that runs
	cli    *cli
	out    io.Writer
	errOut io.Writer
	// zones are those of the settings that were read last.
	zones zones
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once, and its parts with it
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "relance:", err)
		stop()
		os.Exit(1) //nolint:gocritic // the deferred stop has just been called
	}
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	var commands cli
	parser, err := newParser(&commands, out, errOut)
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return refused(err, args)
	}
	return parsed.Run(&program{ctx: ctx, cli: &commands, out: out, errOut: errOut})
}

func newParser(commands *cli, out, errOut io.Writer) (*kong.Kong, error) {
	return kong.New(commands,
		kong.Name("relance"),
		kong.Description("Relance collects unpaid invoices: each is one durable workflow that reminds, waits and escalates until it is paid.\n\n"+examples),
		kong.UsageOnError(), kong.Writers(out, errOut), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"stages": stageWords()},
	)
}

// stageWords are the words for the stages of a case, for the help and for what is accepted.
func stageWords() string {
	var words []string
	for _, stage := range collection.Stages() {
		words = append(words, string(stage))
	}
	return strings.Join(words, ", ")
}

var negativeNumber = regexp.MustCompile(`^-[0-9.,]+$`)

// refused explains why a command line could not be read. The parser takes a
// negative amount for a flag.
func refused(err error, args []string) error {
	if i := slices.IndexFunc(args, negativeNumber.MatchString); i >= 0 && strings.HasPrefix(err.Error(), "unknown flag -"+args[i][1:2]) {
		return fmt.Errorf("%s is negative: amounts are written without a sign; relance reverse takes a payment back, relance credit lowers an invoice", args[i])
	}
	return fmt.Errorf("%w (relance --help shows the commands)", err)
}

const examples = `Examples:
  relance demo
  relance import invoices.csv factur-x.pdf --creditor atelier-lumiere --dry-run
  relance pay atelier-lumiere/F-2026-001 1200.00 --id BANK-7781 --on 2026-05-12
  relance show atelier-lumiere/F-2026-001
  relance statement atelier-lumiere/F-2026-001 --on 2026-09-03 --output statement.pdf
  relance preview --strategy strict --days 30`

type versionCmd struct{}

func (versionCmd) Run(p *program) error {
	_, err := fmt.Fprintln(p.out, "relance", Version)
	return err
}
