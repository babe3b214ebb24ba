package casefile

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"relance/collection"
)

// recallMail ends the ID of the e-mail that tells a partner to stop.
const recallMail = "recall"

// HandoffMailID is the ID of the e-mail with the link to the file of an attempt.
func HandoffMailID(reference string, attempt int) string {
	return reference + "-" + strconv.Itoa(attempt)
}

// RecallMailID is the ID of the e-mail that tells a partner to stop.
func RecallMailID(reference string) string { return reference + "-" + recallMail }

// lengthOfID is how long a reference, a UUID, is in characters.
const lengthOfID = 36

// IsHandoffMail reports whether the ID of a message has the form of those to partners.
func IsHandoffMail(messageID string) bool {
	return len(messageID) > lengthOfID+1 && messageID[lengthOfID] == '-' && isMessageID(messageID[:lengthOfID])
}

// RecordHandoffMail takes news of an e-mail to a partner. One that did not arrive is
// noted, and a person is asked to tell the partner by another way: else a case would be
// taken to be where nobody knows of it. Told again it changes nothing. An e-mail of no
// handoff is ErrUnknownMessage.
func (s *Store) RecordHandoffMail(ctx context.Context, event DeliveryEvent) error {
	if !IsHandoffMail(event.MessageID) {
		return fmt.Errorf("%w: %s is no e-mail to a partner", ErrUnknownMessage, event.MessageID)
	}
	row, err := s.HandoffOfReference(ctx, event.MessageID[:lengthOfID])
	switch {
	case errors.Is(err, ErrUnknownHandoff):
		return fmt.Errorf("%w: %s is of no handoff", ErrUnknownMessage, event.MessageID)
	case err != nil:
		return err
	case !event.Kind.NotReceived():
		return nil
	}
	mail := event.MessageID[lengthOfID+1:]
	why := because{at: event.At, actor: keeper, cause: fmt.Sprintf("handoff/%s/mail/%s", row.ID, mail)}
	return s.changing(ctx, row.Creditor, row.Invoice, why, nil, func(c *lockedCase) error {
		c.noteOnce("handoff-mail-failed", fmt.Sprintf("the e-mail about the handoff %s did not reach %s (%s)", row.ID, row.Partner, strings.TrimSpace(string(event.Kind)+" "+event.Code)))
		c.askToReachPartner(row, mail)
		return nil
	})
}

func (c *lockedCase) askToReachPartner(row HandoffRow, mail string) {
	task := Task{
		Creditor: row.Creditor, Invoice: row.Invoice, Round: c.now.Round, Kind: collection.TaskHandoff, State: TaskOpen, OpenedAt: c.at, DueOn: c.day(),
		Key:   fmt.Sprintf("%s/%s/mail/%s", collection.TaskHandoff, row.ID, mail),
		Title: fmt.Sprintf("%s did not get the e-mail with the case file", row.PartnerName),
		Detail: fmt.Sprintf("The e-mail of the handoff %s did not arrive: nobody works on the case. Correct the partner's address in the configuration, take the case back "+
			"(relance handoff recall) and propose it anew; or give the partner the file yourself (relance handoff file) and record what it reports (relance handoff status).", row.ID),
	}
	if mail == recallMail {
		task.Title = fmt.Sprintf("Tell %s by another way to stop", row.PartnerName)
		task.Detail = fmt.Sprintf("The e-mail that takes the handoff %s back did not arrive: the partner may still recover the claim. Telephone it, and correct its address in the configuration.", row.ID)
	}
	c.insertTask(&task)
}
