package stack

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldestPostgres is the first major version whose features the case file may use.
const oldestPostgres = 14

// postgresFolders are where packages put the server programs: Debian and Ubuntu, Red Hat, Homebrew.
var postgresFolders = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/opt/homebrew/opt/postgresql@*/bin",
}

// PostgresMissingError says that the PostgreSQL server programs were not found.
type PostgresMissingError struct {
	Searched []string // folders and patterns
}

func (e *PostgresMissingError) Error() string {
	return fmt.Sprintf("the PostgreSQL server programs (initdb and postgres, version %d or newer) are not in %s: "+
		"install them with `apt-get install postgresql` (./relance does it by itself when run as root), or name their folder",
		oldestPostgres, strings.Join(e.Searched, ", "))
}

// PostgresVersionError says that no installed PostgreSQL can read the data folder: each major version has its own format.
type PostgresVersionError struct {
	DataDir   string
	Written   int   // major version that wrote the data
	Installed []int // major versions that were found
}

func (e *PostgresVersionError) Error() string {
	found := make([]string, len(e.Installed))
	for i, major := range e.Installed {
		found[i] = strconv.Itoa(major)
	}
	return fmt.Sprintf("the data in %s was written by PostgreSQL %d, and only version %s is installed: "+
		"install version %d (`apt-get install postgresql-%d`), bring the data over with pg_upgrade, or choose another data folder to start empty",
		e.DataDir, e.Written, strings.Join(found, ", "), e.Written, e.Written)
}

// postgresBinaries is a folder with initdb and postgres of one version.
type postgresBinaries struct {
	dir   string
	major int
}

// findPostgres returns the newest installed PostgreSQL, or the one of the major version that wrote the data folder when
// there is data (written > 0). A given binDir is the only place looked at.
func findPostgres(ctx context.Context, binDir, dataDir string, written int) (postgresBinaries, error) {
	installed, searched := installedPostgres(ctx, binDir)
	if len(installed) == 0 {
		return postgresBinaries{}, &PostgresMissingError{Searched: searched}
	}
	if written == 0 {
		return slices.MaxFunc(installed, func(a, b postgresBinaries) int { return a.major - b.major }), nil
	}
	versions := make([]int, 0, len(installed))
	for _, binaries := range installed {
		if binaries.major == written {
			return binaries, nil
		}
		versions = append(versions, binaries.major)
	}
	slices.Sort(versions)
	return postgresBinaries{}, &PostgresVersionError{DataDir: dataDir, Written: written, Installed: slices.Compact(versions)}
}

func installedPostgres(ctx context.Context, binDir string) (installed []postgresBinaries, searched []string) {
	var folders []string
	if binDir != "" {
		folders, searched = []string{binDir}, []string{binDir}
	} else {
		for _, pattern := range postgresFolders {
			found, _ := filepath.Glob(pattern)
			folders = append(folders, found...)
		}
		searched = append(slices.Clone(postgresFolders), "PATH")
		if program, err := exec.LookPath("postgres"); err == nil {
			// The link in PATH may stand alone; initdb and the shared files are beside the real program.
			if resolved, err := filepath.EvalSymlinks(program); err == nil {
				folders = append(folders, filepath.Dir(resolved))
			}
		}
	}
	for _, folder := range folders {
		major, err := postgresVersion(ctx, folder)
		if err == nil && major >= oldestPostgres {
			installed = append(installed, postgresBinaries{dir: folder, major: major})
		}
	}
	return installed, searched
}

// versionLine matches "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)" and "initdb (PostgreSQL) 18beta1".
var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// postgresVersion asks both programs of a folder for their version, which also shows that they are there and run.
func postgresVersion(ctx context.Context, folder string) (major int, err error) {
	for _, program := range []string{"initdb", "postgres"} {
		out, err := exec.CommandContext(ctx, filepath.Join(folder, program), "--version").Output()
		if err != nil {
			return 0, fmt.Errorf("ask %s in %s for its version: %w", program, folder, err)
		}
		match := versionLine.FindSubmatch(out)
		if match == nil {
			return 0, fmt.Errorf("%s in %s gives no PostgreSQL version: %q", program, folder, out)
		}
		if major, err = strconv.Atoi(string(match[1])); err != nil {
			return 0, fmt.Errorf("read the version of %s in %s: %w", program, folder, err)
		}
	}
	return major, nil
}
