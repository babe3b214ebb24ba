package wiring

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"relance/config"
	"relance/law"
)

// builtInLaw begins the names of the built-in tables.
const builtInLaw = "law/"

// Law are the built-in law tables and, on top of them, those of the configured
// folder, and more layers on top of both. The error names everything that is
// wrong with the tables, each with its file, line and reason.
func Law(c config.Config, more ...fs.FS) (law.Book, error) {
	layers := []fs.FS{config.Law}
	if c.Law.Folder != "" {
		layers = append(layers, os.DirFS(c.Law.Folder))
	}
	book, err := law.Load(append(layers, more...)...)
	return book, inFolder(c.Law.Folder, err)
}

// inFolder names the installation's files as a person finds them.
func inFolder(folder string, err error) error {
	var problems law.Problems
	if !errors.As(err, &problems) {
		return err
	}
	placed := make(law.Problems, len(problems))
	for i, problem := range problems {
		if !strings.HasPrefix(problem.File, builtInLaw) {
			problem.File = filepath.Join(folder, problem.File)
		}
		placed[i] = problem
	}
	return placed
}
