package demo

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

//go:embed portfolio demo.yaml
var files embed.FS

// Creditor is the ID of the fictional company whose invoices are shown.
const Creditor = "atelier-lumiere"

// invoices are the numbers of the portfolio's invoices: those of the ledger, then
// the e-invoices.
func invoices() []string {
	const inLedger = 40
	var numbers []string
	for n := range inLedger {
		numbers = append(numbers, fmt.Sprintf("AL-2026-%04d", n+1))
	}
	return append(numbers, "AL-2026-0101", "AL-2026-0103", "AL-2026-0104", "AL-2026-0105", "AL-2026-0106")
}

// Begins is the business time at which the demonstration begins.
func Begins() time.Time { return time.Date(2026, time.March, 2, 7, 0, 0, 0, time.UTC) }

// Unpack writes the demonstration's invoices and its configuration to a folder,
// as a user would have them, and returns their paths.
func Unpack(folder string) (portfolio, configuration string, err error) {
	portfolio, configuration = filepath.Join(folder, "portfolio"), filepath.Join(folder, "demo.yaml")
	err = fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(folder, filepath.FromSlash(name))
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755) //nolint:gosec // fictional invoices that anybody may read
		}
		data, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o644) //nolint:gosec // fictional invoices that anybody may read
	})
	if err != nil {
		return "", "", fmt.Errorf("unpacking the demonstration to %s: %w", folder, err)
	}
	return portfolio, configuration, nil
}
