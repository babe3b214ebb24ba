package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Durability says what a power cut may cost. The zero value loses nothing.
type Durability int

const (
	// Durable confirms a commit only when it is on the disk.
	Durable Durability = iota
	// Relaxed confirms a commit before it is on the disk: a power cut may lose the last commits (under a second), but
	// never corrupts the data. A crash of the program alone loses nothing. For demonstrations.
	Relaxed
	// Disposable never waits for the disk: a power cut may leave a broken cluster. For tests, which throw it away.
	Disposable
)

// Role and database that every private cluster has. The role owns the cluster.
const (
	postgresRole     = "relance"
	postgresDatabase = "relance"
)

// PostgresOptions configures a private PostgreSQL cluster.
type PostgresOptions struct {
	// DataDir holds everything that must survive: the cluster, its password, and the lock of the running program.
	// It is created when missing.
	DataDir string
	// Port on 127.0.0.1; 0 takes a free one.
	Port int
	// PortFlag is the command line option that chooses the port, named in the error when the port is taken.
	PortFlag string
	// BinDir is the folder of initdb and postgres. Empty looks where systems install them, then in PATH.
	BinDir string
	// Durability against power cuts. May change from one start to the next.
	Durability Durability
	// Log receives the server log; nil keeps only its end, for error messages.
	Log io.Writer
	// MaxConnections the server accepts; 0 means 100.
	MaxConnections int
}

// Postgres is a running private cluster: reachable on the loopback address with a random password, and gone when this
// program is, whatever ended it.
//
// It runs initdb and postgres itself rather than through a library: the library at hand refuses to run as root, leaves
// postgres behind when its program is killed, and would need a re-executed child program to mend both. Two commands,
// another user and a parent-death signal do the same with nothing in between, and with the errors of PostgreSQL itself.
type Postgres struct {
	dsn    string
	server *process
	lock   *folderLock
}

const (
	defaultMaxConnections = 100
	// A fast shutdown writes out all dirty pages; a slow disk may need a while.
	postgresGrace = 60 * time.Second
	// How often the start asks whether the server answers, and waits for a crashed one to let go.
	postgresPoll = 20 * time.Millisecond
	// A start is repeated this often when the chosen port was taken meanwhile, or while the last processes of a killed
	// server still hold its memory.
	postgresStartAttempts = 50
	postgresRetryDelay    = 200 * time.Millisecond
)

// StartPostgres starts the cluster of a data folder, creating it the first time, and returns when it answers and has
// its database. A server that a crashed program left behind is stopped first; one that is in use by a living program is
// an error. The context limits only the start; recovery after a power cut may take minutes.
//
// Errors the caller may want to tell apart: *PostgresMissingError, *PostgresVersionError, *PortTakenError,
// *FolderInUseError, *ClosedFolderError.
func StartPostgres(ctx context.Context, options PostgresOptions) (_ *Postgres, err error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	cluster, err := openCluster(ctx, options)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, cluster.lock.release())
		}
	}()
	if err := stopLeftover(ctx, cluster.dir); err != nil {
		return nil, err
	}
	if err := cluster.initialise(ctx, options); err != nil {
		return nil, err
	}
	password, err := cluster.password()
	if err != nil {
		return nil, err
	}
	server, port, err := cluster.start(ctx, options, password)
	if err != nil {
		return nil, err
	}
	return &Postgres{dsn: loopbackDSN(port, password, postgresDatabase), server: server, lock: cluster.lock}, nil
}

// DSN is the connection address of the database, "postgres://relance:…@127.0.0.1:5433/relance?sslmode=disable".
// It contains the password: do not log it.
func (p *Postgres) DSN() string { return p.dsn }

// Done is closed when the server has ended, for whatever reason.
func (p *Postgres) Done() <-chan struct{} { return p.server.Done() }

// Err says why the server ended by itself, with the end of its log. It is nil while it runs and after a Stop.
func (p *Postgres) Err() error { return p.server.Err() }

// Stop ends open sessions, writes everything out and stops the server. When the context ends earlier the server is
// killed and recovers at its next start. Calling it again does nothing.
func (p *Postgres) Stop(ctx context.Context) error {
	return errors.Join(p.server.Stop(ctx), p.lock.release())
}

// start runs the server until it answers and has its database.
func (c *cluster) start(ctx context.Context, options PostgresOptions, password string) (*process, int, error) {
	var last error
	for range postgresStartAttempts {
		port, err := ChoosePort(options.Port, "PostgreSQL", options.PortFlag)
		if err != nil {
			return nil, 0, err
		}
		server, err := startProcess(ctx, c.serverSpec(options, port))
		if err != nil {
			return nil, 0, err
		}
		err = prepareDatabase(ctx, server, port, password)
		if err == nil {
			return server, port, nil
		}
		// The caller's context may be over, and the server must go in any case.
		last = errors.Join(err, server.Stop(context.WithoutCancel(ctx)))
		if !worthAnotherStart(server.Tail(), options.Port) {
			break
		}
		if err := sleep(ctx, postgresRetryDelay); err != nil {
			break
		}
	}
	return nil, 0, fmt.Errorf("start PostgreSQL on %s: %w", c.dir, last)
}

// worthAnotherStart recognises the two failures that pass by themselves, from the messages of PostgreSQL, which are
// English because the cluster is made so.
func worthAnotherStart(log string, wishedPort int) bool {
	if strings.Contains(log, "pre-existing shared memory block") {
		return true
	}
	return wishedPort == 0 && strings.Contains(log, "Address already in use")
}

func (c *cluster) serverSpec(options PostgresOptions, port int) processSpec {
	connections := options.MaxConnections
	if connections == 0 {
		connections = defaultMaxConnections
	}
	// Settings are given at each start and not kept in the folder, so that a new release changes them everywhere.
	settings := []string{
		"listen_addresses=" + Loopback,
		"port=" + strconv.Itoa(port),
		"unix_socket_directories=" + c.socketDir(),
		"max_connections=" + strconv.Itoa(connections),
		"timezone=UTC",
		"log_timezone=UTC",
		"logging_collector=off", // its log goes to our log
		// Compiling expressions pays off on large analytical queries; ours are small, and a wrong guess costs 100 ms.
		"jit=off",
		// No replica reads from a private cluster: less to write per commit.
		"wal_level=minimal",
		"max_wal_senders=0",
	}
	if options.Durability >= Relaxed {
		settings = append(settings, "synchronous_commit=off")
	}
	if options.Durability >= Disposable {
		settings = append(settings, "fsync=off", "full_page_writes=off")
	}
	args := []string{"-D", c.dir}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	return c.account.run(processSpec{
		Name:       "PostgreSQL",
		Path:       filepath.Join(c.binaries.dir, "postgres"),
		Args:       args,
		Env:        postgresEnvironment(),
		Log:        options.Log,
		StopSignal: syscall.SIGINT, // "fast": ends sessions, writes out, stops; SIGTERM would wait for idle clients
		Grace:      postgresGrace,
	})
}

// prepareDatabase waits until the server answers and creates the database the first time.
func prepareDatabase(ctx context.Context, server *process, port int, password string) error {
	connection, err := connectWhenReady(ctx, server, loopbackDSN(port, password, "postgres"))
	if err != nil {
		return err
	}
	var exists bool
	err = connection.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", postgresDatabase).Scan(&exists)
	if err == nil && !exists {
		_, err = connection.Exec(ctx, "create database "+pgx.Identifier{postgresDatabase}.Sanitize())
	}
	if err != nil {
		err = fmt.Errorf("create the database %s: %w", postgresDatabase, err)
	}
	return errors.Join(err, connection.Close(ctx))
}

func connectWhenReady(ctx context.Context, server *process, dsn string) (*pgx.Conn, error) {
	for {
		connection, err := pgx.Connect(ctx, dsn)
		if err == nil {
			return connection, nil
		}
		// A wrong password does not become right by waiting; everything else may be the server still starting.
		if isAuthenticationError(err) {
			return nil, fmt.Errorf("the password kept in the data folder does not open its database; "+
				"restore the folder as a whole from a backup, or move it away to start empty: %w", err)
		}
		select {
		case <-server.Done():
			return nil, server.Err()
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the server to answer (%w); last answer: %w", context.Cause(ctx), err)
		case <-time.After(postgresPoll):
		}
	}
}

func loopbackDSN(port int, password, database string) string {
	address := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(postgresRole, password),
		Host:     net.JoinHostPort(Loopback, strconv.Itoa(port)),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return address.String()
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
