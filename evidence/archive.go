package evidence

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/chain"
)

// The files of an archive beside its documents.
const (
	recordFile   = "case.json"
	printedFile  = "case-file.pdf"
	manifestFile = "manifest.json"
	sumsFile     = "SHA256SUMS"
)

// ManifestFormat names the form of manifest.json.
const ManifestFormat = "relance-manifest/1"

// Manifest lists the files of an archive with their hashes, but itself and SHA256SUMS.
type Manifest struct {
	Format   string         `json:"format"`
	Creditor string         `json:"creditor"`
	Invoice  string         `json:"invoice"`
	AsOf     calendar.Date  `json:"as_of"`
	Files    []ManifestFile `json:"files"`
	// Head is the end of the chain of the history in case.json.
	Head   chain.Head             `json:"head"`
	Anchor *casefile.AnchorOfCase `json:"anchor,omitempty"`
}

// ManifestFile is one file of an archive.
type ManifestFile struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	// Document is the number of the document it is of, 0 for the other files.
	Document int `json:"document,omitempty"`
}

// archive writes the ZIP archive, one file at a time.
func (d *dossier) archive(ctx context.Context, to io.Writer) error {
	a := &archiver{zip: zip.NewWriter(to), at: d.on.Time(time.UTC)}
	printed, err := d.print(ctx)
	if err != nil {
		return err
	}
	if err := a.add(printedFile, 0, printed); err != nil {
		return err
	}
	record := d.record()
	if err := a.write(recordFile, 0, func(w io.Writer) error { return writeJSON(w, record) }); err != nil {
		return err
	}
	for _, document := range d.documents {
		if err := d.addDocument(ctx, a, document); err != nil {
			return err
		}
	}
	manifest := Manifest{
		Format: ManifestFormat, Creditor: d.Row.Creditor, Invoice: d.Row.Invoice, AsOf: d.on, Files: a.files, Head: d.Head, Anchor: record.Anchor,
	}
	if err := a.write(manifestFile, 0, func(w io.Writer) error { return writeJSON(w, manifest) }); err != nil {
		return err
	}
	var sums strings.Builder
	for _, file := range a.files {
		fmt.Fprintf(&sums, "%s  %s\n", file.SHA256, file.Path)
	}
	if err := a.add(sumsFile, 0, []byte(sums.String())); err != nil {
		return err
	}
	return a.zip.Close()
}

func (d *dossier) addDocument(ctx context.Context, a *archiver, document item) error {
	if !document.Kept {
		return nil
	}
	content, err := d.from.Store.OriginalBytes(ctx, d.Row.Creditor, d.Row.Invoice, document.Original)
	if err != nil {
		return err
	}
	if err := a.add(document.path, document.number, content); err != nil {
		return err
	}
	if document.copy == "" {
		return nil
	}
	mail, err := asMail(content, document.message)
	if err != nil {
		return fmt.Errorf("the e-mail %s cannot be read: %w", document.ID, err)
	}
	return a.add(document.copy, document.number, mail)
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// archiver writes files into an archive and remembers their hashes.
type archiver struct {
	zip   *zip.Writer
	at    time.Time
	files []ManifestFile
}

func (a *archiver) add(name string, document int, content []byte) error {
	return a.write(name, document, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

func (a *archiver) write(name string, document int, write func(io.Writer) error) error {
	header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: a.at}
	switch path.Ext(name) {
	case ".pdf", ".png", ".jpg":
		header.Method = zip.Store // compressed already
	}
	file, err := a.zip.CreateHeader(header)
	if err != nil {
		return fmt.Errorf("adding %s to the archive: %w", name, err)
	}
	counted := &counter{to: file, hash: sha256.New()}
	if err := write(counted); err != nil {
		return fmt.Errorf("adding %s to the archive: %w", name, err)
	}
	a.files = append(a.files, ManifestFile{Path: name, Size: counted.size, SHA256: hex.EncodeToString(counted.hash.Sum(nil)), Document: document})
	return nil
}

// FileName is what a case file is called: "case-file-acme-F-2026-001-2026-09-03.zip".
func FileName(creditor, invoice string, on calendar.Date, extension string) string {
	return "case-file-" + plain(creditor) + "-" + plain(invoice) + "-" + on.String() + "." + extension
}
