package evidence

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"relance/casefile/chain"
)

// ErrNotACaseFile: the file is no archive of a case.
var ErrNotACaseFile = errors.New("the file is no case file of Relance")

// Verdict is what verifying an archive has found.
type Verdict struct {
	Manifest Manifest
	// Record is the case; History and the rest can be read from it.
	Record Record
	// SHA256 is of manifest.json: whoever compares it with the one that was told when the
	// file was handed over knows that nothing of it was changed since.
	SHA256 string
	// Faults say what is wrong, in the order it was looked at; none when all holds.
	Faults []string
}

// Holds reports whether nothing is wrong.
func (v Verdict) Holds() bool { return len(v.Faults) == 0 }

// mostOfFile bounds what is read of case.json and manifest.json, in bytes.
const mostOfFile = 256 << 20

// Verify verifies an archive by itself: each file against the manifest and SHA256SUMS,
// the chain of the history, and the documents against the hashes that the history has
// of them. What is no archive at all is ErrNotACaseFile; what is wrong in one stands in
// the verdict.
func Verify(archive io.ReaderAt, size int64) (Verdict, error) {
	opened, err := zip.NewReader(archive, size)
	if err != nil {
		return Verdict{}, fmt.Errorf("%w: %w", ErrNotACaseFile, err)
	}
	c := checker{files: map[string]*zip.File{}, hashes: map[string]string{}}
	for _, file := range opened.File {
		if _, twice := c.files[file.Name]; twice {
			c.fault("%s is in the archive twice", file.Name)
		}
		c.files[file.Name] = file
	}
	manifest, err := c.decode(manifestFile, &c.verdict.Manifest)
	if err != nil {
		return Verdict{}, err
	}
	c.verdict.SHA256 = manifest
	if format := c.verdict.Manifest.Format; format != ManifestFormat {
		return Verdict{}, fmt.Errorf("%w: its manifest has the format %q, this program reads %q", ErrNotACaseFile, format, ManifestFormat)
	}
	c.checkFiles()
	c.checkSums(manifest)
	if _, err := c.decode(recordFile, &c.verdict.Record); err != nil {
		c.fault("%v", err)
		return c.verdict, nil
	}
	c.checkRecord()
	return c.verdict, nil
}

// checker looks at the files of an archive.
type checker struct {
	files   map[string]*zip.File
	hashes  map[string]string
	verdict Verdict
}

func (c *checker) fault(format string, args ...any) {
	c.verdict.Faults = append(c.verdict.Faults, fmt.Sprintf(format, args...))
}

// decode reads a file of JSON and tells its hash.
func (c *checker) decode(name string, into any) (string, error) {
	file, found := c.files[name]
	if !found {
		return "", fmt.Errorf("%w: it has no %s", ErrNotACaseFile, name)
	}
	content, err := file.Open()
	if err != nil {
		return "", fmt.Errorf("%w: %s cannot be read: %w", ErrNotACaseFile, name, err)
	}
	defer func() { _ = content.Close() }()
	counted := &counter{to: io.Discard, hash: sha256.New()}
	read := io.TeeReader(io.LimitReader(content, mostOfFile), counted)
	if err := json.NewDecoder(read).Decode(into); err != nil {
		return "", fmt.Errorf("%w: %s cannot be read: %w", ErrNotACaseFile, name, err)
	}
	if _, err := io.Copy(io.Discard, read); err != nil {
		return "", fmt.Errorf("%w: %s cannot be read: %w", ErrNotACaseFile, name, err)
	}
	return hex.EncodeToString(counted.hash.Sum(nil)), nil
}

// checkFiles compares every file with the manifest.
func (c *checker) checkFiles() {
	listed := map[string]bool{manifestFile: true, sumsFile: true}
	for _, file := range c.verdict.Manifest.Files {
		listed[file.Path] = true
		size, hash, err := c.hash(file.Path)
		switch {
		case err != nil:
			c.fault("%s: %v", file.Path, err)
		case hash != file.SHA256:
			c.fault("%s was changed: it has %d bytes with SHA-256 %s, the manifest has %d bytes with %s", file.Path, size, hash, file.Size, file.SHA256)
		case size != file.Size:
			c.fault("%s has %d bytes, the manifest has %d", file.Path, size, file.Size)
		}
		c.hashes[file.Path] = hash
	}
	for _, name := range sortedNames(c.files) {
		if !listed[name] {
			c.fault("%s is not in the manifest: it was put in", name)
		}
	}
}

var errMissing = errors.New("the file is missing")

// hash reads a file whole.
func (c *checker) hash(name string) (size int64, hash string, err error) {
	file, found := c.files[name]
	if !found {
		return 0, "", errMissing
	}
	content, err := file.Open()
	if err != nil {
		return 0, "", fmt.Errorf("the file cannot be read: %w", err)
	}
	defer func() { _ = content.Close() }()
	sum := sha256.New()
	size, err = io.Copy(sum, io.LimitReader(content, int64(max(file.UncompressedSize64, 1))+1)) //nolint:gosec // a size beyond what fits is refused by the reader
	if err != nil {
		return size, "", fmt.Errorf("the file cannot be read: %w", err)
	}
	return size, hex.EncodeToString(sum.Sum(nil)), nil
}

// checkSums compares SHA256SUMS with the manifest: both say the same.
func (c *checker) checkSums(manifest string) {
	file, found := c.files[sumsFile]
	if !found {
		c.fault("%s: %v", sumsFile, errMissing)
		return
	}
	var expected strings.Builder
	for _, listed := range c.verdict.Manifest.Files {
		fmt.Fprintf(&expected, "%s  %s\n", listed.SHA256, listed.Path)
	}
	fmt.Fprintf(&expected, "%s  %s\n", manifest, manifestFile)
	content, err := file.Open()
	if err != nil {
		c.fault("%s cannot be read: %v", sumsFile, err)
		return
	}
	defer func() { _ = content.Close() }()
	is, err := io.ReadAll(io.LimitReader(content, int64(expected.Len())+1))
	if err != nil || string(is) != expected.String() {
		c.fault("%s does not say what the manifest says: one of the two was changed", sumsFile)
	}
}

// checkRecord counts the chain again and compares the documents with it.
func (c *checker) checkRecord() {
	r := c.verdict.Record
	m := c.verdict.Manifest
	if r.Format != RecordFormat {
		c.fault("%s has the format %q, this program reads %q", recordFile, r.Format, RecordFormat)
		return
	}
	if r.Creditor != m.Creditor || r.Invoice != m.Invoice || r.Head != m.Head {
		c.fault("%s is of another case or another time than the manifest", recordFile)
	}
	for i := range r.History {
		r.History[i].Creditor, r.History[i].Invoice = r.Creditor, r.Invoice
	}
	if broken := chain.Check(r.History, r.Head); broken != nil {
		c.fault("the history in %s: %v", recordFile, broken)
	}
	if anchor := r.Anchor; anchor != nil && anchor.Lines > len(r.History) {
		c.fault("the history in %s has %d lines, and %d were anchored on %s: the end was cut off", recordFile, len(r.History), anchor.Lines, anchor.Day)
	}
	said := map[string]bool{}
	for _, line := range r.History {
		said[line.SHA256] = true
		if _, hash, found := strings.Cut(line.Summary, "SHA-256 "); found { // lines of before say it in words
			said[hash] = true
		}
	}
	for _, document := range r.Documents {
		if document.File == "" {
			continue
		}
		if hash, found := c.hashes[document.File]; !found {
			c.fault("document %d: %s is not in the archive", document.Number, document.File)
		} else if hash != document.SHA256 {
			c.fault("document %d: %s is not the one of %s, which has SHA-256 %s", document.Number, document.File, recordFile, document.SHA256)
		}
		if !said[document.SHA256] && document.Kind != "answer" { // answers of earlier versions were not named
			c.fault("document %d: no line of the history knows its bytes (SHA-256 %s)", document.Number, document.SHA256)
		}
	}
}

func sortedNames(files map[string]*zip.File) []string {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
