package collection

import (
	"slices"

	"relance/calendar"
	"relance/money"
)

// ContactWay is how a person got in touch with a debtor outside of a notice.
type ContactWay string

// The ways.
const (
	ContactCall     ContactWay = "call"
	ContactEmail    ContactWay = "email"
	ContactSMS      ContactWay = "sms"
	ContactWhatsApp ContactWay = "whatsapp"
	ContactLetter   ContactWay = "letter"
	ContactMeeting  ContactWay = "meeting"
	ContactOther    ContactWay = "other"
)

// ContactWays lists the ways.
func ContactWays() []ContactWay {
	return []ContactWay{ContactCall, ContactEmail, ContactSMS, ContactWhatsApp, ContactLetter, ContactMeeting, ContactOther}
}

// CallOutcome is what came of a telephone call.
type CallOutcome string

// The outcomes of a call.
const (
	CallReached     CallOutcome = "reached"
	CallNoAnswer    CallOutcome = "no-answer"
	CallVoicemail   CallOutcome = "voicemail"
	CallWrongNumber CallOutcome = "wrong-number"
	// CallPromised: a payment was promised, on a day and perhaps of an amount.
	CallPromised CallOutcome = "promised"
	// CallDisputes: the debtor contests the claim.
	CallDisputes CallOutcome = "disputes"
	CallRefuses  CallOutcome = "refuses"
	// CallBack: the debtor asked to be called on a day.
	CallBack CallOutcome = "call-back"
)

// CallOutcomes lists the outcomes.
func CallOutcomes() []CallOutcome {
	return []CallOutcome{CallReached, CallNoAnswer, CallVoicemail, CallWrongNumber, CallPromised, CallDisputes, CallRefuses, CallBack}
}

// EndsTask reports whether the call that was asked for is made: somebody was
// reached, and did not ask to be called another day.
func (o CallOutcome) EndsTask() bool {
	return o == CallReached || o == CallPromised || o == CallDisputes || o == CallRefuses
}

// CheckContact refuses a manual contact that cannot be: an outcome of what is no
// call, a day without meaning, a promise without one.
func CheckContact(way ContactWay, outcome CallOutcome, on, today calendar.Date, promised money.Amount) error {
	switch {
	case !slices.Contains(ContactWays(), way):
		return Refuse(RefusedInvalid, "%q is no way to get in touch", way)
	case (way == ContactCall) != (outcome != ""):
		return Refuse(RefusedInvalid, "a call has an outcome, and only a call has")
	case outcome != "" && !slices.Contains(CallOutcomes(), outcome):
		return Refuse(RefusedInvalid, "%q is no outcome of a call", outcome)
	case (outcome == CallPromised || outcome == CallBack) && on.IsZero():
		return Refuse(RefusedInvalid, "say on which day: of the promised payment, or to call back")
	case outcome != CallPromised && outcome != CallBack && !on.IsZero():
		return Refuse(RefusedInvalid, "a day belongs to a promise or to a wish to be called back")
	case !on.IsZero() && on < today:
		return Refuse(RefusedInvalid, "the day %s is past", on)
	case outcome != CallPromised && promised.Sign() != 0:
		return Refuse(RefusedInvalid, "an amount belongs to a promise")
	case promised.Sign() < 0:
		return Refuse(RefusedInvalid, "the promised amount %s is negative", promised)
	default:
		return nil
	}
}
