package api

import (
	"cmp"
	"context"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"relance/casefile"
	"relance/cases"
	"relance/collection"
	"relance/imports/invoice"
)

// problemOf says in HTTP what an error of the layers below means. What the
// caller can correct is told in the words of the layer that refused; what is
// wrong with the server is not told at all, but logged.
func problemOf(err error) *Problem {
	var (
		known    *Problem
		refused  *collection.Refusal
		conflict *casefile.ConflictError
		document *invoice.Refusal
	)
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &refused):
		return problem(codeOfRefusal(refused.Code), refused.Message)
	case errors.As(err, &conflict):
		return problem(codeConflict, conflict.Error(), Fault{
			Field: conflict.Field, Value: shorten(conflict.Given), Known: shorten(conflict.Known),
			Reason: "it is recorded already as " + cmp.Or(shorten(conflict.Known), "nothing"),
		})
	case errors.As(err, &document):
		faults := faultsOf(document)
		return problem(codeInvalid, list(faults), faults...)
	case errors.Is(err, cases.ErrUnknownCase):
		return problem(codeUnknownCase, err.Error()+": take the invoice in first, or check the creditor and the number")
	case errors.Is(err, cases.ErrUnknownPlan):
		return problem(codeUnknownPlan, err.Error()+": check its ID")
	case errors.Is(err, casefile.ErrUnknownMandate):
		return problem(codeUnknownMandate, err.Error()+": check its ID")
	case errors.Is(err, casefile.ErrUnknownDebitFile):
		return problem(codeUnknownDebitFile, err.Error()+": list the files")
	case errors.Is(err, casefile.ErrUnknownMessage):
		return problem(codeUnknownMessage, err.Error())
	case errors.Is(err, casefile.ErrUnknownAnswer):
		return problem(codeUnknownAnswer, err.Error())
	case errors.Is(err, casefile.ErrUnknownDispute):
		return problem(codeUnknownDispute, err.Error())
	case errors.Is(err, casefile.ErrNoInvoiceDocument):
		return problem(codeNoDocument, err.Error()+": attach it first")
	case errors.Is(err, casefile.ErrUnknownMediation):
		return problem(codeUnknownMediation, err.Error())
	case errors.Is(err, casefile.ErrNoMediationCertificate):
		return problem(codeNoCertificate, err.Error())
	case errors.Is(err, casefile.ErrUnknownTask):
		return problem(codeUnknownTask, err.Error())
	case errors.Is(err, casefile.ErrUnknownLetter):
		return problem(codeUnknownLetter, err.Error())
	case errors.Is(err, casefile.ErrUnknownStop):
		return problem(codeUnknownStop, err.Error()+": list the stops")
	case errors.Is(err, casefile.ErrUnknownCreditor):
		return problem(codeUnknownCreditor, err.Error()+": configure it, or check its ID")
	case errors.Is(err, casefile.ErrUnknownDebtor):
		return problem(codeUnknownDebtor, err.Error()+": check its ID")
	case errors.Is(err, casefile.ErrUnknownProceedings):
		return problem(codeNoProceedings, err.Error()+": record them first")
	case errors.Is(err, casefile.ErrUnknownContact):
		return problem(codeUnknownContact, err.Error()+": list its contacts")
	case isNoAnswer(err):
		return problem(codeNoAnswer, cases.ErrNoAnswer.Error()+". The command may still be carried out; sending the same one again is safe").with("Retry-After", "5")
	case isUnavailable(err):
		return problem(codeUnavailable, "the database or the workflow engine cannot be reached. Sending the same request again is safe").with("Retry-After", "5")
	case isUnstorable(err):
		return problem(codeInvalid, "a text holds a character that cannot be stored: remove control characters")
	default:
		return problem(codeInternal, "the request could not be carried out because of a fault of the server; its log says why")
	}
}

func codeOfRefusal(code collection.RefusalCode) problemCode {
	switch code {
	case collection.RefusedClosed:
		return codeClosed
	case collection.RefusedConflict:
		return codeConflict
	case collection.RefusedNotNow:
		return codeNotNow
	default:
		return codeInvalid
	}
}

// faultsOf are the faults of a refused document.
func faultsOf(refused *invoice.Refusal) []Fault {
	faults := make([]Fault, 0, len(refused.Faults))
	for _, fault := range refused.Faults {
		faults = append(faults, Fault{Line: fault.Line, Field: fault.Field, Value: fault.Value, Reason: fault.Reason})
	}
	return faults
}

// isNoAnswer reports whether nobody carried a command out in time. Temporal may
// find that out a moment before our own limit does.
func isNoAnswer(err error) bool {
	var late *client.WorkflowUpdateServiceTimeoutOrCanceledError
	return errors.Is(err, cases.ErrNoAnswer) || errors.As(err, &late) && !errors.Is(err, context.Canceled)
}

// isUnavailable reports whether the database or the workflow engine could not be
// reached, or had no room, or the caller has gone, so that the same request may
// succeed later.
func isUnavailable(err error) bool {
	var (
		unavailable *serviceerror.Unavailable
		exhausted   *serviceerror.ResourceExhausted
		late        *serviceerror.DeadlineExceeded
		connecting  *pgconn.ConnectError
		network     net.Error
		database    *pgconn.PgError
	)
	if errors.As(err, &database) {
		// 08 connection lost, 53 no resources, 57P the server stops or starts, 40 a
		// deadlock or a lost race.
		return hasAnyPrefix(database.Code, "08", "53", "57P", "40")
	}
	return errors.As(err, &unavailable) || errors.As(err, &exhausted) || errors.As(err, &late) ||
		errors.As(err, &connecting) || errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// isUnstorable reports whether the database refused a text because of its
// characters (22021, 22P05).
func isUnstorable(err error) bool {
	var database *pgconn.PgError
	return errors.As(err, &database) && hasAnyPrefix(database.Code, "22021", "22P05")
}

func hasAnyPrefix(text string, prefixes ...string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}
