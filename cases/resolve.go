package cases

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"relance/casefile"
)

// ResolveMessage records what a person found out about a message of a case whose
// outcome is unknown. The ID may be cut, as long as one message of the case fits.
func (s *Service) ResolveMessage(ctx context.Context, creditor, invoice, id string, found casefile.Resolution, by string) (casefile.Message, error) {
	file, err := s.Store.CaseFile(ctx, creditor, invoice)
	if err != nil {
		return casefile.Message{}, err
	}
	fits := slices.DeleteFunc(file.Messages, func(m casefile.Message) bool { return id == "" || !strings.HasPrefix(m.ID, strings.ToLower(id)) })
	if len(fits) != 1 {
		return casefile.Message{}, fmt.Errorf("%w: %d messages of %s begin with %q", casefile.ErrUnknownMessage, len(fits), file.Case.ID(), id)
	}
	return s.Store.ResolveMessage(ctx, fits[0].ID, found, casefile.Author{By: by, At: s.now()})
}
