package casefile

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"relance/collection"
	"relance/messaging"
)

// unnamedReach is how long before news that name no message the message can have left: a
// mail server that took a mail sends it back within days.
const unnamedReach = 7 * 24 * time.Hour

// clocksApart is how far the provider's clock and ours may be apart.
const clocksApart = 2 * time.Minute

// isUnnamed reports whether news of a failure name no message at all, neither by our ID nor
// by the provider's. SendGrid's asynchronous bounces are such: what its Return-Path takes
// back bears no custom argument and no sg_message_id (sendgrid/docs, issue 5177).
func (e DeliveryEvent) isUnnamed() bool {
	return e.MessageID == "" && e.ProviderID == "" && e.Kind.NotReceived() && strings.Contains(e.Recipient, "@")
}

// suspect is an e-mail that news without a name may be about.
type suspect struct {
	ID         string
	Creditor   string
	Invoice    string
	Step       string
	Channel    collection.Channel
	Recipient  string
	BusinessAt time.Time
	Bytes      []byte
}

// attribute finds the message that news are about which name none: the one that their
// address can have had. Where there are several, nothing is guessed about them: what the
// news say of the address counts, and a person is asked what came back; the ID is empty
// then. What was found the first time holds when the news are repeated, though messages
// have come and gone since. No message is ErrUnknownMessage.
func (s *Store) attribute(ctx context.Context, event DeliveryEvent) (string, error) {
	until := event.ProviderAt
	if until.IsZero() {
		until = time.Now()
	}
	asked := named{
		"key": unnamedTask(event), "address": strings.ToLower(event.Recipient), "since": until.Add(-unnamedReach), "until": until.Add(clocksApart),
	}
	var known found[struct{ Message string }]
	var maybe []suspect
	var b batch
	one(&b, &known, s.sql.KnownUnnamedEvent, asked, event)
	all(&b, &maybe, s.sql.MessagesToAddress, asked, event)
	if err := b.run(ctx, s.pool); err != nil {
		return "", fmt.Errorf("finding the messages that event %s of %s may be about: %w", event.EventID, event.Provider, err)
	}
	if known.is {
		return known.value.Message, nil
	}
	suspects := slices.DeleteFunc(maybe, func(m suspect) bool { return !m.wentTo(event.Recipient) })
	switch len(suspects) {
	case 0:
		return "", fmt.Errorf("%w: event %s of %s names none, and none went to its address", ErrUnknownMessage, event.EventID, event.Provider)
	case 1:
		return suspects[0].ID, nil
	default:
		return "", s.askWhatCameBack(ctx, suspects, event)
	}
}

func (m suspect) wentTo(address string) bool {
	return strings.EqualFold(m.Recipient, address) || slices.Contains(copiesIn(string(m.Channel), m.Bytes), strings.ToLower(address))
}

func unnamedTask(event DeliveryEvent) string {
	return "came-back/" + event.Provider + "/" + event.EventID
}

// askWhatCameBack keeps what the news say of the address, notes in the cases of the
// messages that one of them may have come back, and asks a person at each creditor. All or
// nothing: the task also tells that the news are known.
func (s *Store) askWhatCameBack(ctx context.Context, suspects []suspect, event DeliveryEvent) error {
	ids := make([]string, len(suspects))
	for i, m := range suspects {
		ids[i] = m.ID
	}
	why := because{at: event.At, actor: keeper, cause: unnamedTask(event)}
	err := s.writing(ctx, func(tx *transaction) error {
		var names []caseName
		var lock batch
		all(&lock, &names, s.sql.LockCasesOfMessages, named{"ids": ids})
		if err := lock.run(ctx, tx); err != nil {
			return err
		}
		cases, err := s.readLocked(ctx, tx, names, why, nil)
		if err != nil {
			return err
		}
		toldCreditors, notedCases := map[string]bool{}, map[caseName]bool{}
		for _, m := range suspects {
			name := caseName{Creditor: m.Creditor, Invoice: m.Invoice}
			c := cases[slices.Index(names, name)]
			if !notedCases[name] {
				notedCases[name] = true
				c.noteOnce("message-maybe-bounced", "an e-mail to the debtor came back ("+strings.TrimSpace(string(event.Kind)+" "+event.Code)+
					"), and "+event.Provider+" does not say which; it may be that of step "+m.Step)
			}
			if !toldCreditors[m.Creditor] {
				toldCreditors[m.Creditor] = true
				c.learnOfAddress(&storedMessage{Message: Message{MessageKey: MessageKey{Channel: m.Channel}, Recipient: m.Recipient}}, event)
				c.askWhatCameBack(suspects, event)
			}
		}
		return cases.save(ctx)
	})
	if err != nil {
		return fmt.Errorf("keeping that one of %d messages came back, as event %s of %s tells: %w", len(suspects), event.EventID, event.Provider, err)
	}
	return nil
}

// askWhatCameBack asks a person to find out which of a creditor's messages came back. The
// cases wait for no answer: that is why the task has no step.
func (c *lockedCase) askWhatCameBack(suspects []suspect, event DeliveryEvent) {
	creditor := c.record.value.Creditor
	var which strings.Builder
	for _, m := range suspects {
		if m.Creditor == creditor {
			fmt.Fprintf(&which, "\n%s: step %s, sent on %s", collection.WorkflowID(m.Creditor, m.Invoice), m.Step, c.now.Window.DateOf(m.BusinessAt))
		}
	}
	detail := "The provider reports that an e-mail did not arrive (" + strings.TrimSpace(string(event.Kind)+" "+event.Code) +
		"), without saying which. It is one of these:" + which.String() + "\nTheir steps count as done. "
	if event.Kind == messaging.DeliveryBounced {
		detail += "The address is not used until somebody corrects it. "
	}
	task := Task{
		Creditor: creditor, Invoice: c.record.value.Invoice, Round: c.now.Round, Kind: collection.TaskProof, Key: unnamedTask(event), State: TaskOpen, OpenedAt: c.at, DueOn: c.day(),
		Title:  "Find out which e-mail came back",
		Detail: detail + "Look into the provider's activity for the address, reach the debtor by another way, and correct the contact.",
	}
	c.insertTask(&task)
}
