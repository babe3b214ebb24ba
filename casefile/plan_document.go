package casefile

import (
	"context"
	"fmt"
	"time"
)

// PlanDocument names the printed agreement of a version of a plan.
type PlanDocument struct {
	Creditor string
	Plan     string
	Version  int
	Language string
}

// PlanDocument reads an agreement that was printed; found is false when none was. It
// refuses bytes that do not have the recorded hash.
func (s *Store) PlanDocument(ctx context.Context, d PlanDocument) (document []byte, exists bool, err error) {
	var kept found[struct {
		Bytes  []byte
		SHA256 string
	}]
	var b batch
	one(&b, &kept, s.sql.LoadPlanDocument, d)
	if err := b.run(ctx, s.pool); err != nil {
		return nil, false, fmt.Errorf("reading the agreement of the plan %s: %w", d.Plan, err)
	}
	if kept.is && hashOf(kept.value.Bytes) != kept.value.SHA256 {
		return nil, false, fmt.Errorf("the agreement of the plan %s was altered: its hash is not the recorded one", d.Plan)
	}
	return kept.value.Bytes, kept.is, nil
}

// KeepPlanDocument keeps an agreement as it was printed, unless another was kept
// before; it returns the one that is kept.
func (s *Store) KeepPlanDocument(ctx context.Context, d PlanDocument, document []byte, at time.Time) ([]byte, error) {
	var b batch
	b.exec(s.sql.InsertPlanDocument, d, named{"sha256": hashOf(document), "bytes": document, "at": businessTime(at)})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("keeping the agreement of the plan %s: %w", d.Plan, err)
	}
	kept, _, err := s.PlanDocument(ctx, d)
	return kept, err
}
