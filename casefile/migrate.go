package casefile

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx" of database/sql, which goose needs
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Programs that start together wait for the one that migrates, asking every
// second for five minutes.
const (
	lockPeriodSeconds = 1
	lockAttempts      = 300
)

// Migrate brings the database of a DSN to the schema of this program. Programs
// that start at the same time wait for one another; each migration runs once.
// The lock is one of the session: the DSN must not lead through a pooler that
// shares sessions.
func Migrate(ctx context.Context, dsn string) (err error) {
	database, err := sql.Open("pgx", dsn)
	if err != nil {
		return fmt.Errorf("the address of the database cannot be read: %w", err)
	}
	defer func() { err = errors.Join(err, database.Close()) }()

	migrations, err := migrationsOf(database)
	if err != nil {
		return fmt.Errorf("reading the migrations of the case file: %w", err)
	}
	if _, err := migrations.Up(ctx); err != nil {
		return fmt.Errorf("migrating the case file: %w", err)
	}
	return nil
}

func migrationsOf(database *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(lockPeriodSeconds, lockAttempts))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, database, files,
		goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
}

// SchemaKey names the schema that Migrate brings a database to: equal keys mean
// equal migrations. Tests keep a migrated template database under it.
func SchemaKey() (string, error) {
	hash := sha256.New()
	err := fs.WalkDir(migrationFiles, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := migrationFiles.ReadFile(path)
		hash.Write([]byte(path))
		hash.Write(content)
		return err
	})
	return "casefile-" + hex.EncodeToString(hash.Sum(nil))[:16], err
}
