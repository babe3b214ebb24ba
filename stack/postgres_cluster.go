package stack

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// The data folder of a private cluster:
//
//	DataDir/cluster   what initdb made; owned by the user the server runs as
//	DataDir/password  password of the role, readable by its owner only
//	DataDir/socket    Unix socket, for a local psql
//	DataDir/lock      held by the program that runs the server
type cluster struct {
	home     string // DataDir, absolute
	dir      string // DataDir/cluster
	account  account
	binaries postgresBinaries
	lock     *folderLock
}

// A Unix socket address holds 107 bytes; PostgreSQL appends "/.s.PGSQL.65535.lock".
const longestSocketDir = 107 - len("/.s.PGSQL.65535.lock")

// openCluster makes the data folder ready and takes its lock.
func openCluster(ctx context.Context, options PostgresOptions) (_ *cluster, err error) {
	if options.DataDir == "" {
		return nil, errors.New("start PostgreSQL: no data folder given")
	}
	home, err := filepath.Abs(options.DataDir)
	if err != nil {
		return nil, fmt.Errorf("find the PostgreSQL data folder %s: %w", options.DataDir, err)
	}
	c := &cluster{home: home, dir: filepath.Join(home, "cluster")}
	written, err := writtenVersion(c.dir)
	if err != nil {
		return nil, err
	}
	if c.binaries, err = findPostgres(ctx, options.BinDir, home, written); err != nil {
		return nil, err
	}
	if c.account, err = serverAccount(c.dir); err != nil {
		return nil, err
	}
	// Not private as a whole: the server's user must pass through it. What is secret inside is closed by itself.
	if err := os.MkdirAll(home, 0o755); err != nil { //nolint:gosec // see above
		return nil, fmt.Errorf("create the PostgreSQL data folder: %w", err)
	}
	if c.account, err = c.account.enter(home); err != nil {
		return nil, err
	}
	if c.lock, err = lockFolder(home); err != nil {
		return nil, err
	}
	// Root working on someone's data must not lock them out of it for later.
	if err := c.account.own(c.lock.file.Name()); err != nil {
		return nil, errors.Join(err, c.lock.release())
	}
	return c, nil
}

// writtenVersion is the major version that wrote a cluster, 0 when there is none yet.
func writtenVersion(dir string) (int, error) {
	file := filepath.Join(dir, "PG_VERSION")
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if errors.Is(err, fs.ErrPermission) {
		return 0, fmt.Errorf("the PostgreSQL data in %s belongs to another user (it was perhaps created as root): "+
			"run as that user, or choose another data folder: %w", dir, err)
	}
	if err != nil {
		return 0, fmt.Errorf("find the version of the PostgreSQL data: %w", err)
	}
	version, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return 0, fmt.Errorf("find the version of the PostgreSQL data: %s holds %q, not a version number; "+
			"restore the folder from a backup, or choose another one to start empty", file, content)
	}
	return version, nil
}

// initialise creates the cluster unless it exists. It is made beside its final place and moved there when complete, so
// that a start that was killed half-way is simply done again.
func (c *cluster) initialise(ctx context.Context, options PostgresOptions) error {
	if _, err := os.Stat(filepath.Join(c.dir, "PG_VERSION")); err == nil {
		return c.account.own(c.dir)
	}
	unfinished := c.dir + ".new"
	if err := os.RemoveAll(unfinished); err != nil {
		return fmt.Errorf("remove an unfinished PostgreSQL cluster: %w", err)
	}
	if err := os.Mkdir(unfinished, 0o700); err != nil {
		return fmt.Errorf("create the PostgreSQL cluster: %w", err)
	}
	if err := c.writePassword(); err != nil {
		return err
	}
	if err := c.account.own(unfinished, c.passwordFile()); err != nil {
		return err
	}
	args := []string{
		"-D", unfinished, "--username=" + postgresRole, "--pwfile=" + c.passwordFile(), "--auth=scram-sha-256",
		"--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums",
	}
	if options.Durability >= Disposable {
		args = append(args, "--no-sync")
	}
	initdb, err := startProcess(ctx, c.account.run(processSpec{
		Name: "initdb", Path: filepath.Join(c.binaries.dir, "initdb"), Args: args, Env: postgresEnvironment(),
	}))
	if err != nil {
		return err
	}
	select {
	case <-initdb.Done():
	case <-ctx.Done():
		return errors.Join(fmt.Errorf("create the PostgreSQL cluster: %w", context.Cause(ctx)), initdb.Kill())
	}
	if !initdb.cmd.ProcessState.Success() {
		return fmt.Errorf("create the PostgreSQL cluster in %s: %w", c.dir, initdb.Err())
	}
	if err := os.Rename(unfinished, c.dir); err != nil {
		return fmt.Errorf("create the PostgreSQL cluster: %w", err)
	}
	return nil
}

func (c *cluster) passwordFile() string { return filepath.Join(c.home, "password") }

func (c *cluster) writePassword() error {
	if err := os.WriteFile(c.passwordFile(), []byte(rand.Text()+"\n"), 0o600); err != nil {
		return fmt.Errorf("write the PostgreSQL password: %w", err)
	}
	return nil
}

func (c *cluster) password() (string, error) {
	content, err := os.ReadFile(c.passwordFile())
	if err != nil {
		return "", fmt.Errorf("read the PostgreSQL password; without it the data cannot be opened, "+
			"restore the folder as a whole from a backup or move it away to start empty: %w", err)
	}
	return strings.TrimSpace(string(content)), nil
}

// socketDir is the folder of the Unix socket, or nothing when its path is too long for one: all our own connections
// take the loopback port.
func (c *cluster) socketDir() string {
	dir := filepath.Join(c.home, "socket")
	if len(dir) > longestSocketDir || strings.ContainsAny(dir, `",`) {
		return ""
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return ""
	}
	if err := c.account.own(dir); err != nil {
		return ""
	}
	return dir
}

// postgresEnvironment is all the server programs see of ours: PG* and LC_* variables of the user would change what
// they do and the language they say it in.
func postgresEnvironment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "TZ=UTC"}
}

func isAuthenticationError(err error) bool {
	const invalidPassword, invalidAuthorization = "28P01", "28000"
	var refused *pgconn.PgError
	return errors.As(err, &refused) && (refused.Code == invalidPassword || refused.Code == invalidAuthorization)
}
