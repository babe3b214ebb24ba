package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/money"
)

type lettersCmd struct {
	List      lettersListCmd     `cmd:"" default:"withargs" help:"List the letters to print and post, or write them to a folder."`
	Printed   letterPrintedCmd   `cmd:"" help:"Report letters as printed."`
	Posted    letterPostedCmd    `cmd:"" help:"Report a letter as posted, with its posting number."`
	Delivered letterDeliveredCmd `cmd:"" help:"Report that a letter was handed over."`
	Unclaimed letterUnclaimedCmd `cmd:"" help:"Report that a registered letter was not fetched: it is served all the same."`
	Refused   letterRefusedCmd   `cmd:"" help:"Report that the debtor would not take a letter: it is served all the same."`
	Returned  letterReturnedCmd  `cmd:"" help:"Report that a letter came back, because the debtor is not at the address."`
	Cancel    letterCancelCmd    `cmd:"" help:"Take a letter out of the queue, with a reason."`
	Scan      letterScanCmd      `cmd:"" help:"Keep a scan of what came back: PDF, PNG or JPEG."`
}

// Help has the examples.
func (lettersCmd) Help() string {
	return `Examples:
  relance letters
  relance letters --export to-print
  relance letters printed 2026-000123 2026-000124
  relance letters posted 2026-000123 --posting-number "1A 234 567 8901 2" --on 2026-11-24 --postage 5.74
  relance letters unclaimed 2026-000123 --presented 2026-11-26 --on 2026-12-15
  relance letters scan 2026-000123 acknowledgement.jpg
Where several creditors have a letter of that number, write <creditor>/<number>.`
}

type lettersListCmd struct {
	Creditor string `help:"Only the letters of this creditor." placeholder:"ID"`
	Kind     string `help:"plain or registered." enum:",plain,registered" default:"" placeholder:"KIND"`
	All      bool   `help:"The whole register: posted and cancelled letters too, and those that a service prints and posts."`
	Export   string `help:"Write the letters to this folder, a PDF each, named by number, and letters.csv with their addresses." type:"path" placeholder:"FOLDER"`
}

// Run lists letters or writes them to a folder.
func (c *lettersListCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		letters, err := c.letters(ctx, service)
		if err != nil {
			return err
		}
		if c.Export != "" {
			return p.exportLetters(ctx, service.Store, p.withoutStopped(letters), c.Export)
		}
		if len(letters) == 0 {
			fmt.Fprintln(p.out, "No letter waits to be posted.")
		}
		p.table(plural(len(letters), "letter"), table.Row{"Letter", "Kind", "To", "About", "State", "Posted", "Posting number", "Presented", "Ended"},
			len(letters), func(i int) table.Row {
				letter := letters[i]
				to, _, _ := strings.Cut(letter.Recipient, "\n")
				return table.Row{
					letter.Creditor + "/" + letter.Number, letter.Kind, to, strings.Join(letter.Invoices, ", "), stateOf(letter),
					letter.PostedOn, letter.PostingNumber, letter.PresentedOn, letter.EndedOn,
				}
			})
		return nil
	})
}

// stateOf is how far a letter has come, and what it must not be posted for.
func stateOf(letter casefile.Letter) string {
	switch {
	case letter.DoNotPost != "":
		return "DO NOT POST: " + letter.DoNotPost
	case letter.Warning() != "":
		return letter.Reason
	case letter.StoppedBy == "":
		return string(letter.State)
	}
	return string(letter.State) + ", not to be posted: " + letter.StoppedBy
}

// withoutStopped leaves out the letters that must not be posted now, and says so.
func (p *program) withoutStopped(letters []casefile.Letter) []casefile.Letter {
	kept := slices.DeleteFunc(slices.Clone(letters), func(l casefile.Letter) bool { return l.StoppedBy != "" })
	if stopped := len(letters) - len(kept); stopped > 0 {
		fmt.Fprintf(p.errOut, "%s left out, because a stop is in force (relance stops) or an answer has come in (relance answers)\n", plural(stopped, "letter"))
	}
	return kept
}

// letters are those asked for, all pages of them.
func (c *lettersListCmd) letters(ctx context.Context, service *cases.Service) ([]casefile.Letter, error) {
	filter := casefile.LetterFilter{Creditor: c.Creditor, Kind: casefile.LetterKind(c.Kind), Limit: 500, At: service.Clock().Now()}
	if !c.All {
		filter.States, filter.ForPeople, filter.DoNotPost = []casefile.LetterState{casefile.LetterQueued, casefile.LetterPrinted}, true, c.Export == ""
	}
	var all []casefile.Letter
	for {
		page, err := service.Store.Letters(ctx, filter)
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
		last := page[len(page)-1]
		filter.AfterCreditor, filter.AfterNumber = last.Creditor, last.Number
	}
}

// letterRef names a letter on the command line: its number, with the creditor before it
// where several have one of that number.
type letterRef struct{ creditor, number string }

// UnmarshalText reads "2026-000123" or "atelier-lumiere/2026-000123".
func (r *letterRef) UnmarshalText(text []byte) error {
	creditor, number, found := strings.Cut(string(text), "/")
	if !found {
		creditor, number = "", creditor
	}
	if number == "" || found && creditor == "" {
		return fmt.Errorf("%q is not a letter: write its number, such as 2026-000123, or <creditor>/<number>", text)
	}
	r.creditor, r.number = creditor, number
	return nil
}

// of is the one letter that is meant.
func (r letterRef) of(ctx context.Context, store *casefile.Store) (casefile.Letter, error) {
	letters, err := store.Letters(ctx, casefile.LetterFilter{Creditor: r.creditor, Number: r.number})
	switch {
	case err != nil:
		return casefile.Letter{}, err
	case len(letters) == 0:
		return casefile.Letter{}, fmt.Errorf("there is no letter %s: relance letters --all shows the register", r.number)
	case len(letters) > 1:
		creditors := make([]string, 0, len(letters))
		for _, letter := range letters {
			creditors = append(creditors, letter.Creditor)
		}
		return casefile.Letter{}, fmt.Errorf("the creditors %s all have a letter %s: write <creditor>/%s", strings.Join(creditors, ", "), r.number, r.number)
	}
	return letters[0], nil
}

// onLetter is what every report on letters has.
type onLetter struct {
	On calendar.Date `help:"The day, YYYY-MM-DD; today by default." placeholder:"DATE"`
	By string        `help:"Who says so; the system's user by default." placeholder:"NAME"`
}

func (o onLetter) author() string { return onCase{By: o.By}.author() }

// reportLetter reports one thing of some letters.
func (p *program) reportLetters(on onLetter, refs []letterRef, report casefile.LetterReport) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		return p.reportLettersTo(ctx, service, on, refs, report)
	})
}

func (p *program) reportLettersTo(ctx context.Context, service *cases.Service, on onLetter, refs []letterRef, report casefile.LetterReport) error {
	report.On, report.Actor = on.On, on.author()
	for _, ref := range refs {
		letter, err := ref.of(ctx, service.Store)
		if err != nil {
			return err
		}
		report.Creditor, report.Number = letter.Creditor, letter.Number
		told, err := service.ReportLetter(ctx, report)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "Letter %s is %s.\n", told.Number, told.State)
		if warning := told.Warning(); warning != "" {
			fmt.Fprintf(p.errOut, "Warning: %s.\n", warning)
		}
		if proof := told.Proof(); !proof.Served().IsZero() {
			fmt.Fprintf(p.out, "It is served, on %s.\n", proof.Served())
		}
	}
	return nil
}

type letterPrintedCmd struct {
	Letters []letterRef `arg:"" help:"Numbers of the letters."`
	onLetter
}

// Run reports letters as printed.
func (c *letterPrintedCmd) Run(p *program) error {
	return p.reportLetters(c.onLetter, c.Letters, casefile.LetterReport{State: casefile.LetterPrinted})
}

type letterPostedCmd struct {
	Letter letterRef `arg:"" help:"Number of the letter."`
	onLetter
	PostingNumber string         `help:"The post's number; a registered letter needs it." placeholder:"NUMBER"`
	Postage       string         `help:"What it cost, such as 5.74." placeholder:"AMOUNT"`
	Currency      money.Currency `help:"ISO 4217 code of the postage." default:"EUR"`
}

// Run reports a letter as posted.
func (c *letterPostedCmd) Run(p *program) error {
	report := casefile.LetterReport{State: casefile.LetterPosted, PostingNumber: c.PostingNumber}
	if c.Postage != "" {
		var err error
		if report.Cost, err = money.Parse(c.Postage, c.Currency); err != nil {
			return err
		}
	}
	return p.reportLetters(c.onLetter, []letterRef{c.Letter}, report)
}

// letterEnd is what every report on what became of a letter has.
type letterEnd struct {
	Letter letterRef `arg:"" help:"Number of the letter."`
	onLetter
	Presented calendar.Date `help:"First day the post held it out to the debtor, YYYY-MM-DD." placeholder:"DATE"`
	Reason    string        `help:"The post's words, without personal data."`
}

func (c letterEnd) report(p *program, state casefile.LetterState) error {
	return p.reportLetters(c.onLetter, []letterRef{c.Letter}, casefile.LetterReport{State: state, PresentedOn: c.Presented, Reason: c.Reason})
}

type (
	letterDeliveredCmd struct{ letterEnd }
	letterUnclaimedCmd struct{ letterEnd }
	letterRefusedCmd   struct{ letterEnd }
	letterReturnedCmd  struct{ letterEnd }
)

// Run reports that a letter was handed over.
func (c *letterDeliveredCmd) Run(p *program) error { return c.report(p, casefile.LetterDelivered) }

// Run reports that a letter was not fetched.
func (c *letterUnclaimedCmd) Run(p *program) error { return c.report(p, casefile.LetterUnclaimed) }

// Run reports that a letter was refused.
func (c *letterRefusedCmd) Run(p *program) error { return c.report(p, casefile.LetterRefused) }

// Run reports that a letter came back.
func (c *letterReturnedCmd) Run(p *program) error { return c.report(p, casefile.LetterReturned) }

type letterCancelCmd struct {
	Letter letterRef `arg:"" help:"Number of the letter."`
	onLetter
	Reason string `required:"" help:"Why it is not to be posted, without personal data."`
}

// Run takes a letter out of the queue.
func (c *letterCancelCmd) Run(p *program) error {
	return p.reportLetters(c.onLetter, []letterRef{c.Letter}, casefile.LetterReport{State: casefile.LetterCancelled, Reason: c.Reason})
}

type letterScanCmd struct {
	Letter letterRef `arg:"" help:"Number of the letter."`
	File   string    `arg:"" help:"The scan." type:"existingfile"`
	By     string    `help:"Who scanned it; the system's user by default." placeholder:"NAME"`
}

// Run keeps a scan.
func (c *letterScanCmd) Run(p *program) error {
	if about, err := os.Stat(c.File); err == nil && about.Size() > casefile.MaxScan {
		return fmt.Errorf("%s is larger than %d MiB: scan it coarser", c.File, casefile.MaxScan>>20)
	}
	content, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("the scan cannot be read: %w", err)
	}
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		letter, err := c.Letter.of(ctx, service.Store)
		if err != nil {
			return err
		}
		scan, err := service.Store.SaveLetterScan(ctx, letter.Creditor, letter.Number, content, onLetter{By: c.By}.author(), service.Clock().Now())
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "The scan (%s) of letter %s is kept; SHA-256 %s\n", scan.ContentType, letter.Number, scan.SHA256)
		return nil
	})
}

var errNothingToExport = errors.New("no letter waits to be posted: nothing was written")

// exportLetters writes letters for a print shop: a PDF each and a table of addresses.
func (p *program) exportLetters(ctx context.Context, store *casefile.Store, letters []casefile.Letter, folder string) error {
	letters = slices.DeleteFunc(letters, func(l casefile.Letter) bool {
		return l.State == casefile.LetterComposed || l.State == casefile.LetterCancelled || l.HandedTo != ""
	})
	if len(letters) == 0 {
		return errNothingToExport
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("the folder for the letters cannot be made: %w", err)
	}
	sheet := newLetterSheet()
	several := letters[0].Creditor != letters[len(letters)-1].Creditor // they are in order of their creditors
	for _, letter := range letters {
		content, _, err := store.MessageBytes(ctx, letter.Message)
		if err != nil {
			return err
		}
		name := letter.Number + ".pdf"
		if several {
			name = letter.Creditor + "-" + name
		}
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return fmt.Errorf("the letter %s cannot be written: %w", letter.Number, err)
		}
		sheet.add(letter, name)
	}
	content, err := sheet.bytes()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, letterSheetName), content, 0o600); err != nil {
		return fmt.Errorf("the table of the letters cannot be written: %w", err)
	}
	fmt.Fprintf(p.out, "%s in %s, with their addresses in %s\n", plural(len(letters), "letter"), folder, letterSheetName)
	return nil
}
