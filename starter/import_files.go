package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"relance/imports"
)

// filesOf lists the files of paths; a folder stands for the files in it and in
// the folders below.
func filesOf(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be imported: %w", path, err)
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Type().IsRegular() && isImportable(name) {
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", path, err)
		}
	}
	if len(files) == 0 {
		return nil, errors.New("there is no CSV, XML or PDF file to import")
	}
	return files, nil
}

func isImportable(name string) bool {
	return slices.Contains([]string{".csv", ".txt", ".tsv", ".xml", ".pdf"}, strings.ToLower(filepath.Ext(name)))
}

// documentsIn estimates how many documents a file holds: a row each in a ledger,
// else one. It only serves to show progress.
func documentsIn(path string) int64 {
	file, err := os.Open(path)
	if err != nil {
		return 1 // told when it is read
	}
	defer file.Close() //nolint:errcheck // only read from
	buffer := make([]byte, 64<<10)
	n, err := io.ReadFull(file, buffer)
	if imports.Detect(buffer[:min(n, 1024)]) != imports.ContentCSV {
		return 1
	}
	rows := int64(-1) // the columns' names
	for n > 0 {
		rows += int64(bytes.Count(buffer[:n], []byte{'\n'}))
		if err != nil {
			break
		}
		n, err = io.ReadFull(file, buffer)
	}
	return max(rows, 1)
}
