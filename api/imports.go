package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"path"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"relance/cases/intake"
	"relance/imports"
	"relance/imports/invoice"
)

const (
	// maxImport is the largest file that is taken in over HTTP.
	maxImport = 64 << 20
	// uploadTime is how long a file may take to arrive.
	uploadTime = 5 * time.Minute
)

func (a *api) registerImports() {
	register(a, operation{
		id: "import-file", method: http.MethodPost, path: "/v1/imports", group: groupInvoices,
		summary: "Take in a file of invoices",
		description: "The body is the file itself, up to 64 MiB: CSV, UBL, CII, or a Factur-X PDF; its content says which. Credit notes lower the invoice they name. " +
			"The documents that are in order are taken in, the others are listed with line, field and reason; if not one could be taken in, the answer is a problem. " +
			"The same file again changes nothing, so that an import that was interrupted is simply sent again.",
		problems: []problemCode{codeNothingImported, codeTooLarge, codeMediaType, codeMalformed, codeTimeout},
		requestBody: &huma.RequestBody{Required: true, Description: "The file, as it is.", Content: map[string]*huma.MediaType{
			"text/csv": binaryContent(), "application/xml": binaryContent(), "application/pdf": binaryContent(), "application/octet-stream": binaryContent(),
		}},
	}, a.importFile)
}

type importInput struct {
	Filename string `query:"filename" maxLength:"255" example:"ledger.csv" doc:"The name of the file, for the records."`
	Creditor string `query:"creditor" maxLength:"100" doc:"The creditor of documents that name none and whose seller is not recognised."`
	DryRun   bool   `query:"dry_run" doc:"Change nothing; say what would become of each document, given what is recorded and what stands before it in the file."`
	By       string `query:"by" maxLength:"100" doc:"Who asks for it; the name of the key when it is missing."`

	request *http.Request
	limits  *http.ResponseController
}

// Resolve keeps the request, whose body is not read into memory.
func (in *importInput) Resolve(ctx huma.Context) []error {
	request, w := humago.Unwrap(ctx)
	in.request, in.limits = request, http.NewResponseController(w)
	return nil
}

type importOutput struct{ Body importReport }

func (a *api) importFile(ctx context.Context, in *importInput) (*importOutput, error) {
	if err := a.checkChoices(in.Creditor, "", "query."); err != nil {
		return nil, err
	}
	if err := checkFileType(in.request.Header); err != nil {
		return nil, err
	}
	file, size, err := in.receive()
	if err != nil {
		return nil, err
	}
	defer func() { _ = errors.Join(file.Close(), os.Remove(file.Name())) }() // what is left of a temporary file harms nobody
	name := cmp.Or(path.Base(strings.ReplaceAll(in.Filename, `\`, "/")), "upload")
	if name == "." || name == "/" {
		name = "upload"
	}
	taking := a.intakeFor(ctx, intakeChoice{creditor: invoice.Tidy(in.Creditor), by: in.By, dryRun: in.DryRun})
	report, err := takeFile(ctx, taking, invoice.File{Name: name, Content: file, Size: size})
	if err != nil {
		return nil, err
	}
	if report.Accepted == 0 {
		return nil, report.problem()
	}
	return &importOutput{Body: report}, nil
}

// checkFileType refuses what is not the file itself: forms and compressed bodies.
func checkFileType(header http.Header) error {
	kind, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err == nil && strings.HasPrefix(kind, "multipart/") {
		return problem(codeMediaType, "send the file itself as the body, not a form: curl --data-binary @file")
	}
	if encoding := header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return problem(codeMediaType, "send the file uncompressed")
	}
	return nil
}

// receive writes the body to a temporary file: a file is read more than once.
func (in *importInput) receive() (*os.File, int64, error) {
	// Errors mean that the server does not support limits; then there are none to lift.
	_ = in.limits.SetReadDeadline(time.Now().Add(uploadTime))
	_ = in.limits.SetWriteDeadline(time.Time{})
	if in.request.ContentLength > maxImport {
		return nil, 0, tooLargeToImport()
	}
	file, err := os.CreateTemp("", "relance-import-*")
	if err != nil {
		return nil, 0, fmt.Errorf("keeping the file to import: %w", err)
	}
	size, err := io.Copy(file, io.LimitReader(in.request.Body, maxImport+1))
	switch {
	case err != nil:
		err = problem(codeMalformed, "the file did not arrive whole: send it again")
	case size > maxImport:
		err = tooLargeToImport()
	case size == 0:
		err = problem(codeMalformed, "the body is empty: send the file as the body")
	default:
		return file, size, nil
	}
	return nil, 0, errors.Join(err, file.Close(), os.Remove(file.Name()))
}

func tooLargeToImport() *Problem {
	return problem(codeTooLarge, fmt.Sprintf("the file is larger than %d MiB: split it, or import it with the command line on the server", maxImport>>20))
}

// takeFile takes in every document of a file and reports in the order of the
// file. Its error means that the import stopped: some of the documents are
// recorded.
func takeFile(ctx context.Context, taking *intake.Intake, file invoice.File) (importReport, error) {
	report := newImportReport(file.Name, taking.IsDryRun())
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for taken := range takeSideBySide(ctx, taking, imports.Read(ctx, file, imports.Options{Rules: taking.Rules()})) {
		if taken.err == nil {
			report.accept(taken.document, taken.result)
			continue
		}
		if told := problemOf(taken.err); told.Status >= http.StatusInternalServerError {
			told.Detail = fmt.Sprintf("The import stopped after %d documents. %s", report.Accepted+report.Refused, told.Detail)
			return report, errors.Join(told, taken.err)
		}
		report.refuse(taken.document, taken.err)
	}
	return report, nil
}
