package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/common/resolver"
	"go.temporal.io/server/schema/sqlite"
)

// storeConfig describes the SQLite file. Everything in the process must use this one value: the server shares a
// single connection among those who ask with the same attributes, and SQLite allows one writer.
func storeConfig(path string, d durability) *config.SQL {
	return &config.SQL{
		PluginName:   sqliteplugin.PluginName,
		DatabaseName: (&url.URL{Path: path}).EscapedPath(),
		MaxConns:     1,
		MaxIdleConns: 1,
		ConnectAttributes: map[string]string{
			"mode":         "rwc",
			"journal_mode": "wal",
			"synchronous":  string(d),
			"busy_timeout": "10000", // milliseconds
		},
	}
}

// lockPatience is how long a server that has lost its parent may take to leave its database file.
const (
	lockPatience = 5 * time.Second
	lockPoll     = 50 * time.Millisecond
)

// lockDatabase makes sure that no other server uses the file: two would corrupt each other's workflows. It waits a
// little, because after a crash of the parent the old server is still on its way out. The lock ends with the process.
// The path is made absolute, its folder must exist.
func lockDatabase(ctx context.Context, path string) (absolute string, unlock func() error, err error) {
	absolute, err = filepath.Abs(path)
	if err != nil {
		return "", nil, setupErrorf("find the database file %s: %w", path, err)
	}
	lock, err := os.OpenFile(absolute+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", nil, setupErrorf("cannot write beside the database file %s: %w", absolute, err)
	}
	if err := waitForLock(ctx, lock); err != nil {
		holder, _ := os.ReadFile(lock.Name())
		_ = lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return "", nil, setupErrorf("the database file %s is in use by another server (process %s): stop it first, or give another file with -db",
				absolute, strings.TrimSpace(string(holder)))
		}
		return "", nil, setupErrorf("cannot lock the database file %s: %w", absolute, err)
	}
	// Only the message above reads it, so a failure to write it matters little.
	if err := lock.Truncate(0); err == nil {
		_, _ = lock.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return absolute, lock.Close, nil
}

// waitForLock fails with EWOULDBLOCK when another process keeps the lock.
func waitForLock(ctx context.Context, lock *os.File) error {
	for deadline := time.Now().Add(lockPatience); ; {
		err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(lockPoll):
		}
	}
}

// createFile makes an empty database file when there is none, readable for its owner only; SQLite gives its companion
// files the same rights.
func createFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return setupErrorf("cannot write the database file: %w", err)
	}
	if err := file.Close(); err != nil {
		return setupErrorf("cannot write the database file: %w", err)
	}
	return nil
}

// createSchema makes the tables in an empty database, all or none, and leaves an existing Temporal database as it is.
func createSchema(path string, store *config.SQL) (err error) {
	db, err := sql.NewSQLAdminDB(sqlplugin.DbKindUnknown, store, resolver.NewNoopResolver(), log.NewNoopLogger(), metrics.NoopMetricsHandler)
	if err != nil {
		return setupErrorf("cannot open the database file %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()

	tables, err := db.ListTables(store.DatabaseName)
	switch {
	case err != nil:
		return setupErrorf("cannot read the database file %s: %w", path, err)
	case slices.Contains(tables, "namespaces") && slices.Contains(tables, "executions_visibility"):
		return nil
	case len(tables) > 0:
		return setupErrorf("the file %s holds the database of another program: give another file with -db", path)
	}
	return inTransaction(db, func() error {
		if err := sqlite.SetupSchemaOnDB(db); err != nil {
			return fmt.Errorf("create the tables in %s: %w", path, err)
		}
		return nil
	})
}

// inTransaction changes the schema completely or, after an error or a crash, not at all. The process has one connection,
// which makes this a transaction.
func inTransaction(db sqlplugin.AdminDB, change func() error) error {
	if err := db.Exec("BEGIN IMMEDIATE"); err != nil {
		return setupErrorf("cannot write the database file: %w", err)
	}
	if err := change(); err != nil {
		return errors.Join(err, db.Exec("ROLLBACK"))
	}
	if err := db.Exec("COMMIT"); err != nil {
		return errors.Join(fmt.Errorf("keep the change of the database file: %w", err), db.Exec("ROLLBACK"))
	}
	return nil
}
