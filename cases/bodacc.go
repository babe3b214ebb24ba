package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/imports/bodacc"
)

// NoticeFate is what became of a BODACC notice.
type NoticeFate string

// What can become of a notice.
const (
	// NoticeTaken: it was recorded, and the cases of the debtor took it.
	NoticeTaken NoticeFate = "taken"
	// NoticeKnown: all of it was recorded already.
	NoticeKnown NoticeFate = "known"
	// NoticeForeign: it is about no debtor.
	NoticeForeign NoticeFate = "no-debtor"
	// NoticeForPerson: it is about a debtor, and a person must read it.
	NoticeForPerson NoticeFate = "for-a-person"
)

// NoticeOutcome is what became of a notice for one debtor, or for none.
type NoticeOutcome struct {
	Notice   bodacc.Notice
	Creditor string
	Debtor   string
	Fate     NoticeFate
	// Says is what the notice was read as, or why it was not taken.
	Says string
}

// TakeNotices takes BODACC notices: the debtors they are about are found by their
// SIREN, whichever creditor they owe. The same notices again change nothing.
func (s *Service) TakeNotices(ctx context.Context, notices []bodacc.Notice, by string) ([]NoticeOutcome, error) {
	notices = slices.Clone(notices)
	// What came first is taken first: an annulment needs what it annuls.
	slices.SortStableFunc(notices, func(a, b bodacc.Notice) int { return int(a.Published - b.Published) })
	var outcomes []NoticeOutcome
	for _, notice := range notices {
		some, err := s.takeNotice(ctx, notice, by)
		if err != nil {
			return outcomes, fmt.Errorf("taking the notice %s: %w", notice.ID, err)
		}
		outcomes = append(outcomes, some...)
	}
	return outcomes, nil
}

func (s *Service) takeNotice(ctx context.Context, notice bodacc.Notice, by string) ([]NoticeOutcome, error) {
	var outcomes []NoticeOutcome
	for _, siren := range notice.SIRENs {
		debtors, err := s.Store.DebtorsOfSIREN(ctx, siren)
		if err != nil {
			return nil, err
		}
		for _, debtor := range debtors {
			outcome := NoticeOutcome{Notice: notice, Creditor: debtor.Creditor, Debtor: debtor.ID}
			outcome.Fate, outcome.Says, err = s.applyNotice(ctx, notice, debtor, by)
			if err != nil {
				return nil, err
			}
			outcomes = append(outcomes, outcome)
		}
	}
	if len(outcomes) == 0 {
		outcomes = append(outcomes, NoticeOutcome{Notice: notice, Fate: NoticeForeign, Says: "no debtor has its SIREN"})
	}
	return outcomes, nil
}

func (s *Service) applyNotice(ctx context.Context, notice bodacc.Notice, debtor casefile.DebtorName, by string) (NoticeFate, string, error) {
	known, err := s.Store.Proceedings(ctx, debtor.Creditor, debtor.ID)
	if err != nil {
		return "", "", err
	}
	report, why := reportOf(notice, known)
	if why != "" {
		return NoticeForPerson, why, nil
	}
	report.Creditor, report.Debtor, report.Actor = debtor.Creditor, debtor.ID, by
	recorded, err := s.RecordInsolvency(ctx, report)
	var refused *collection.Refusal
	switch {
	case errors.As(err, &refused):
		return NoticeForPerson, refused.Message, nil
	case err != nil:
		return "", "", err
	case recorded.Duplicate:
		return NoticeKnown, string(notice.Read().Decision), nil
	default:
		return NoticeTaken, string(notice.Read().Decision), nil
	}
}

// reportOf is what a notice says of the proceedings of a debtor, or why a person must
// read it.
func reportOf(notice bodacc.Notice, known []casefile.Proceedings) (casefile.InsolvencyReport, string) {
	reading := notice.Read()
	// A notice says more of those proceedings that it names, else of the last ones.
	current := casefile.Proceedings{}
	for _, p := range known {
		if p.Ended == "" || p.Ended == collection.InsolvencyPlan || p.Notice == notice.ID {
			current = p
		}
	}
	if i := slices.IndexFunc(known, func(p casefile.Proceedings) bool {
		return p.Notice == notice.ID || notice.Corrects != "" && p.Notice == notice.Corrects
	}); i >= 0 {
		current = known[i]
	}
	report := casefile.InsolvencyReport{Proceedings: casefile.Proceedings{ID: current.ID, Court: notice.Court}}
	switch reading.Decision {
	case bodacc.Opened:
		report.Kind, report.Simplified, report.Judgment, report.Published = reading.Kind, reading.Simplified, notice.Judgment, notice.Published
		isOf := current.ID != "" && (current.Notice == notice.ID || current.Notice == notice.Corrects && notice.Corrects != "" || current.Judgment == notice.Judgment)
		report.Notice = cmp.Or(current.Notice, notice.ID)
		if !isOf {
			report.ID, report.Notice = notice.ID, notice.ID
		}
		if report.Judgment.IsZero() {
			return report, "it does not say on which day the judgment was given"
		}
		return report, ""
	case bodacc.Unclear:
		return report, fmt.Sprintf("it says %q: read it", notice.Nature)
	default:
		if current.ID == "" {
			return report, "it is about proceedings that are not recorded: record the opening judgment first"
		}
	}
	switch reading.Decision {
	case bodacc.Converted:
		report.Kind, report.Simplified = reading.Kind, reading.Simplified
	case bodacc.PlanAdopted:
		report.Ended, report.EndedOn = collection.InsolvencyPlan, orPublished(notice)
	case bodacc.ClosedNoAsset:
		report.Ended, report.EndedOn = collection.InsolvencyWithoutAssets, orPublished(notice)
	case bodacc.Lifted:
		if notice.Type == bodacc.TypeAnnulment && notice.Corrects == "" {
			return report, "it does not say which notice it annuls: read it"
		}
		if notice.Type == bodacc.TypeAnnulment && current.Notice != notice.Corrects {
			return report, fmt.Sprintf("it annuls the notice %s, which is not the one of the opening", notice.Corrects)
		}
		report.Ended, report.EndedOn = collection.InsolvencyLifted, orPublished(notice)
	default: // told apart above
	}
	return report, ""
}

func orPublished(notice bodacc.Notice) calendar.Date {
	if notice.Judgment.IsZero() {
		return notice.Published
	}
	return notice.Judgment
}
