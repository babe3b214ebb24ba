package casefile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"relance/collection"
)

// ErrNoMediationCertificate: no document states the failure of this mediation.
var ErrNoMediationCertificate = errors.New("the mediation has no certificate")

// MediationCertificate is the document that states the failure of a mediation.
type MediationCertificate struct {
	Mediation   string
	SHA256      string // in lower-case hexadecimal
	ContentType string
	Size        int // in bytes
	// Bytes are the document; nil in lists.
	Bytes []byte
	// Actor gave it at the business time At.
	Actor string
	At    time.Time
}

// SaveMediationCertificate keeps the document that states the failure of a mediation: a
// PDF, a PNG or a JPEG of at most MaxScan bytes; anything else is a *collection.Refusal,
// and so is the certificate of a mediation that did not fail. The same document again
// changes nothing; the last one given counts.
func (s *Store) SaveMediationCertificate(ctx context.Context, creditor, invoice, mediation string, content []byte, actor string, at time.Time) (MediationCertificate, error) {
	scan, err := newScan(content)
	if err != nil {
		return MediationCertificate{}, err
	}
	certificate := MediationCertificate{
		Mediation: mediation, SHA256: scan.SHA256, ContentType: scan.ContentType, Size: len(content), Bytes: content, Actor: actor, At: businessTime(at),
	}
	var kept []MediationCertificate
	why := because{at: at, actor: actor, cause: "mediation-certificate/" + mediation + "/" + scan.SHA256}
	err = s.changing(ctx, creditor, invoice, why, func(b *batch) {
		all(b, &kept, s.sql.LoadMediationCertificates, named{"creditor": creditor, "invoice": invoice})
	}, func(c *lockedCase) error {
		m, known := c.now.Mediation(mediation)
		switch {
		case !known:
			return unknownMediation(creditor, invoice, mediation)
		case m.Outcome != collection.OutcomeFailure:
			return refuse(collection.RefusedNotNow, "the mediation %s of %s did not fail: record how it ended first", mediation, c.now.ID())
		}
		for _, other := range kept {
			if other.Mediation == mediation && other.SHA256 == certificate.SHA256 {
				return nil
			}
		}
		c.writes.exec(s.sql.InsertMediationCertificate, c.key(), certificate)
		c.note("", "mediation-certificate", fmt.Sprintf("the certificate of the failure of the mediation %s is kept: %d bytes, SHA-256 %s", mediation, len(content), scan.SHA256))
		return nil
	})
	return certificate, err
}

// MediationCertificate reads the document that states the failure of a mediation.
// Without one it is ErrNoMediationCertificate. It refuses bytes that do not have the
// recorded hash.
func (s *Store) MediationCertificate(ctx context.Context, creditor, invoice, mediation string) (MediationCertificate, error) {
	var kept found[MediationCertificate]
	var b batch
	one(&b, &kept, s.sql.LoadMediationCertificate, named{"creditor": creditor, "invoice": invoice, "mediation": mediation})
	if err := b.run(ctx, s.pool); err != nil {
		return MediationCertificate{}, fmt.Errorf("reading the certificate of the mediation %s of %s: %w", mediation, invoice, err)
	}
	if !kept.is {
		return MediationCertificate{}, fmt.Errorf("%w: %s of %s", ErrNoMediationCertificate, mediation, collection.WorkflowID(creditor, invoice))
	}
	if is := hashOf(kept.value.Bytes); is != kept.value.SHA256 {
		return MediationCertificate{}, fmt.Errorf("the certificate of the mediation %s of %s was altered: its hash is %s, recorded is %s", mediation, invoice, is, kept.value.SHA256)
	}
	return kept.value, nil
}
