package activities

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"relance/casefile"
	"relance/evidence"
	"relance/messaging/compose"
)

// CaseFileArchive builds what a partner is given: the case file as package evidence
// makes it, which verifies itself.
type CaseFileArchive struct {
	Store     *casefile.Store
	Templates *compose.Templates
}

var _ CaseFileBuilder = CaseFileArchive{}

// BuildCaseFile is the archive in the creditor's language, as of an instant.
func (a CaseFileArchive) BuildCaseFile(ctx context.Context, creditor, invoice string, at time.Time) (BuiltCaseFile, error) {
	var written bytes.Buffer
	summary, err := evidence.Build(ctx, evidence.Source{Store: a.Store, Templates: a.Templates, At: at}, creditor, invoice, "", &written)
	if err != nil {
		return BuiltCaseFile{}, fmt.Errorf("building the case file of invoice %s of %s: %w", invoice, creditor, err)
	}
	return BuiltCaseFile{
		Name: evidence.FileName(creditor, invoice, summary.On, "zip"), ContentType: "application/zip", Bytes: written.Bytes(), SHA256: summary.SHA256,
	}, nil
}
