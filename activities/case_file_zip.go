package activities

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"relance/casefile"
	"relance/collection"
	"relance/handoff"
)

// ZIPCaseFile builds a case file as a ZIP: the facts as JSON, each message and document
// with its exact bytes, and a manifest with the SHA-256 of all of them.
type ZIPCaseFile struct{ Store *casefile.Store }

var _ CaseFileBuilder = ZIPCaseFile{}

// caseFacts are the facts of a case in its file.
type caseFacts struct {
	Case             string                     `json:"case"`
	At               time.Time                  `json:"at"`
	Creditor         casefile.Creditor          `json:"creditor"`
	Debtor           casefile.Debtor            `json:"debtor"`
	Invoice          casefile.Invoice           `json:"invoice"`
	Open             string                     `json:"open"`
	Steps            []collection.StepRecord    `json:"steps"`
	Entries          []casefile.LedgerEntry     `json:"entries"`
	Deliveries       []casefile.DeliveryEvent   `json:"deliveries"`
	ManualContacts   []casefile.ManualContact   `json:"manual_contacts"`
	LimitationEvents []casefile.LimitationEvent `json:"limitation_events"`
	History          []casefile.HistoryEntry    `json:"history"`
	Check            handoff.Check              `json:"check"`
}

// manifestEntry is one file of the ZIP.
type manifestEntry struct {
	Name   string `json:"name"`
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"`
}

// archive is a ZIP that is being written, with its manifest.
type archive struct {
	buffer   bytes.Buffer
	zip      *zip.Writer
	at       time.Time
	manifest []manifestEntry
}

func (a *archive) add(name string, content []byte) error {
	file, err := a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: a.at})
	if err == nil {
		_, err = file.Write(content)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	sum := sha256.Sum256(content)
	a.manifest = append(a.manifest, manifestEntry{Name: name, Size: len(content), SHA256: hex.EncodeToString(sum[:])})
	return nil
}

func (a *archive) addJSON(name string, value any) error {
	content, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return a.add(name, content)
}

// BuildCaseFile builds the file of a case as it is at an instant.
func (z ZIPCaseFile) BuildCaseFile(ctx context.Context, creditor, invoice string, at time.Time) (BuiltCaseFile, error) {
	file, err := z.Store.CaseFile(ctx, creditor, invoice)
	if err != nil {
		return BuiltCaseFile{}, err
	}
	check, err := z.Store.CheckHandoff(ctx, creditor, invoice, at)
	if err != nil {
		return BuiltCaseFile{}, err
	}
	a := &archive{at: at.UTC()}
	a.zip = zip.NewWriter(&a.buffer)
	if err := a.addJSON("case.json", caseFacts{
		Case: file.Case.ID(), At: at.UTC(), Creditor: file.Creditor, Debtor: file.Debtor, Invoice: file.Invoice, Open: file.Position.Open.String(),
		Steps: file.Case.Steps, Entries: file.Entries, Deliveries: file.Deliveries, ManualContacts: file.ManualContacts,
		LimitationEvents: file.LimitationEvents, History: file.History, Check: check,
	}); err != nil {
		return BuiltCaseFile{}, err
	}
	if err := z.addDocuments(ctx, a, file); err != nil {
		return BuiltCaseFile{}, err
	}
	if err := a.addJSON("manifest.json", a.manifest); err != nil {
		return BuiltCaseFile{}, err
	}
	if err := a.zip.Close(); err != nil {
		return BuiltCaseFile{}, fmt.Errorf("closing the case file of %s: %w", invoice, err)
	}
	sum := sha256.Sum256(a.buffer.Bytes())
	return BuiltCaseFile{
		Name: "case-" + archiveName(creditor+"-"+invoice) + ".zip", ContentType: "application/zip", Bytes: a.buffer.Bytes(), SHA256: hex.EncodeToString(sum[:]),
	}, nil
}

func (z ZIPCaseFile) addDocuments(ctx context.Context, a *archive, file casefile.File) error {
	if len(file.Documents) > 0 {
		document, err := z.Store.InvoiceDocument(ctx, file.Row.Creditor, file.Row.Invoice)
		if err != nil {
			return err
		}
		if err := a.add("invoice/"+archiveName(document.Name), document.Bytes); err != nil {
			return err
		}
	}
	for n, message := range file.Messages {
		content, contentType, err := z.Store.MessageBytes(ctx, message.ID)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("messages/%02d-%s-%s%s", n+1, archiveName(message.Step), message.Channel, extension(contentType))
		if err := a.add(name, content); err != nil {
			return err
		}
	}
	return nil
}

func extension(contentType string) string {
	kind, _, _ := strings.Cut(contentType, ";")
	switch kind {
	case "application/pdf":
		return ".pdf"
	case "application/json":
		return ".json"
	case "message/rfc822":
		return ".eml"
	default:
		return ".txt"
	}
}

// archiveName makes a name that every system takes.
func archiveName(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' {
			return r
		}
		return '_'
	}, text)
}
