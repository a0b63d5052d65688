package db

import (
	"context"
	"errors"
	"net"

	"github.com/jackc/pgx/v5/pgconn"

	"sanwen/internal/ground/fault"
)

// What a transaction is refused for. They are mistakes of the program, not of a person.
var (
	ErrNone       = errors.New("db: no row")
	ErrNested     = errors.New("db: a transaction inside a transaction: use the tx you have, or end it first")
	ErrUnasked    = errors.New("db: not committed: a statement wrote and nobody asked for permission")
	ErrUnrecorded = errors.New("db: not committed: a statement wrote and nothing was recorded")
	ErrOver       = errors.New("db: the transaction is over")
	ErrReadOnly   = errors.New("db: a statement that writes in a read")
	ErrStreaming  = errors.New("db: a statement while Each is still reading")

	// ErrUnknown is in the chain of an error when the outcome of a commit is not known: the connection broke, or an fsync failed,
	// after the commit was sent. Only a repeat with the same idempotency key tells.
	ErrUnknown = errors.New("db: the outcome of the commit is not known")

	// ErrInUse is in the chain of the error of Open when another process has the data directory open.
	ErrInUse = errors.New("db: the data directory is in use by another process")
	// ErrNewer is in the chain of the error of Open when the database was migrated by a newer program.
	ErrNewer = errors.New("db: the database was made by a newer version of the program")
	// ErrOlder is in the chain of the error of Open for reading only when the database lacks a migration.
	ErrOlder = errors.New("db: the database was made by an older version of the program and has to be opened for writing first")
	// ErrChanged is in the chain of the error of Open when a migration is not the one that was applied under its name.
	ErrChanged = errors.New("db: a migration has been changed after it was applied")
	// ErrNetworkDir is in the chain of the error of Open when the data directory is on a network file system.
	ErrNetworkDir = errors.New("db: the data directory is on a network file system, whose locks and fsync cannot be relied on")

	errClosed         = errors.New("db: closed")
	errOpenedReadOnly = errors.New("db: opened for reading only")
	errUnsynced       = errors.New("db: committed here, but the standby did not confirm it")
	errRolledBack     = errors.New("db: the server rolled back instead of committing")
)

// IsNone reports whether err says that [One] found no row.
func IsNone(err error) bool { return errors.Is(err, ErrNone) }

// IsUnique reports whether err says that a row would break a UNIQUE or PRIMARY KEY constraint.
func IsUnique(err error) bool {
	switch code, state := codes(err); {
	case state != "":
		return state == "23505"
	default:
		return code == 2067 || code == 1555 || code == 2579 // UNIQUE, PRIMARYKEY, ROWID
	}
}

// IsForeignKey reports whether err says that a row refers to one that is not there, or is referred to and cannot go.
func IsForeignKey(err error) bool {
	code, state := codes(err)
	return code == 787 || state == "23503"
}

// IsCheck reports whether err says that a value breaks a CHECK constraint.
func IsCheck(err error) bool {
	code, state := codes(err)
	return code == 275 || state == "23514"
}

// sqliteError is what the driver's errors are.
type sqliteError interface {
	error
	Code() int
}

// codes returns the SQLite extended code or the PostgreSQL state within err.
func codes(err error) (int, string) {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return 0, e.Code
	}
	if e, ok := errors.AsType[sqliteError](err); ok {
		return e.Code(), ""
	}
	return 0, ""
}

// SQLite primary codes that say the storage, not the statement, is at fault.
const (
	sqliteBusy, sqliteLocked, sqliteNoMem, sqliteReadOnly, sqliteIOErr = 5, 6, 7, 8, 10
	sqliteFull, sqliteCantOpen, sqliteProtocol                         = 13, 14, 15
	sqliteIOErrFsync, sqliteIOErrDirFsync                              = 1034, 1290
	sqliteIOErrShmSize                                                 = 4874 // no space for the index of the write-ahead log
)

// explain turns an error of the storage into one that a person may see; other errors pass through.
func explain(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if errors.Is(err, ErrUnknown) {
		return fault.Wrap(fault.Unavailable, "db.unknown", err)
	}
	code, state := codes(err)
	if code == sqliteIOErrShmSize {
		return fault.Wrap(fault.Unavailable, "db.full", err)
	}
	switch code & 0xff {
	case sqliteFull:
		return fault.Wrap(fault.Unavailable, "db.full", err)
	case sqliteReadOnly:
		return fault.Wrap(fault.Unavailable, "db.readonly", err)
	case sqliteBusy, sqliteLocked, sqliteNoMem, sqliteIOErr, sqliteCantOpen, sqliteProtocol:
		return fault.Wrap(fault.Unavailable, "db.unavailable", err)
	}
	switch {
	case state == "53100":
		return fault.Wrap(fault.Unavailable, "db.full", err)
	case state == "25006":
		return fault.Wrap(fault.Unavailable, "db.readonly", err)
	case len(state) == 5 && (state[:2] == "53" || state[:2] == "57" || state[:2] == "58" || state[:2] == "08" || state == "55P03" ||
		state == "40001" || state == "40P01" || state == "25P03"):
		return fault.Wrap(fault.Unavailable, "db.unavailable", err)
	case state != "":
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if connectionLost(err) {
		return fault.Wrap(fault.Unavailable, "db.unavailable", err)
	}
	return err
}

// connectionLost reports whether err says that the PostgreSQL server was not reached or went away.
func connectionLost(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return isBadConn(err)
}
