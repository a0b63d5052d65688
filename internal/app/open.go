package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"sanwen/internal/base/event"
	"sanwen/internal/base/jobs"
	"sanwen/internal/base/login"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/reading/insight/search"
	"sanwen/internal/reading/insight/silence"
	"sanwen/internal/reading/insight/spots"
	"sanwen/internal/reading/insight/topics"
)

// App is one opened installation.
type App struct {
	Config Config
	Clock  clock.Clock
	Zone   *time.Location
	Logger *slog.Logger
	DB     *db.DB
	Keys   *seal.Keys
	Blobs  *blob.DirStore
	Photos *blob.Photos
	Log    *event.Log
	Jobs   *jobs.Runner
	Login  *login.Service
	Topics *topics.Topics // proposes topics
	Alike  *alike.Finder  // finds what speaks of the same
	Still  bool           // pages refuse to save, for looking at what people see then
	Demo   bool           // the installation holds demonstration data: sign-ins are printed, components are shown

	published *publisher
}

// Open opens the installation in cfg.Data: keys, database (migrated), photos, log. What an earlier process left half done
// is finished before Open returns. It refuses, before anything is touched, a directory that another process holds, a
// network disk, a newer database, and keys that do not belong to the log.
func Open(ctx context.Context, cfg Config, clk clock.Clock, stderr io.Writer) (*App, error) {
	a, err := open(ctx, cfg, clk, stderr)
	return a, badDisk(err, cfg.Data)
}

// badDisk says of an error at the start that the disk is at fault and in what way, where it is.
func badDisk(err error, dir string) error {
	if err == nil {
		return nil
	}
	e := fault.Of(err)
	switch {
	case errors.Is(err, db.ErrInUse):
		return fault.Wrap(fault.Unavailable, "app.in_use", err, dir)
	case errors.Is(err, db.ErrNewer):
		return fault.Wrap(fault.Unavailable, "app.newer", err)
	case errors.Is(err, db.ErrNetworkDir):
		return fault.Wrap(fault.Unavailable, "app.network_disk", err, dir)
	case errors.Is(err, db.ErrOlder):
		return fault.Wrap(fault.Unavailable, "app.older", err)
	case errors.Is(err, db.ErrChanged):
		return fault.Wrap(fault.Unavailable, "app.changed", err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), e.Key == "db.full", e.Key == "blob.disk_full":
		return fault.Wrap(fault.Unavailable, "app.disk_full", err, dir)
	case errors.Is(err, syscall.EROFS), e.Key == "db.readonly":
		return fault.Wrap(fault.Unavailable, "app.disk_readonly", err, dir)
	case errors.Is(err, syscall.EIO), e.Key == "db.unavailable", e.Key == "db.unknown":
		return fault.Wrap(fault.Unavailable, "app.data_dir", err, dir)
	}
	return err
}

func open(ctx context.Context, cfg Config, clk clock.Clock, stderr io.Writer) (*App, error) {
	if clk == nil {
		clk = clock.System()
	}
	zone, err := time.LoadLocation(cfg.Zone)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "app.zone", err, cfg.Zone)
	}
	a := &App{Config: cfg, Clock: clk, Zone: zone, Logger: logger(cfg.LogLevel, stderr)}
	if err := ensureDir(cfg.Data); err != nil {
		return nil, err
	}
	ok := false
	defer func() {
		if !ok {
			a.Close()
		}
	}()
	if a.DB, err = db.Open(ctx, db.Config{Dir: cfg.Data, DSN: cfg.Database, Fill: cfg.Fill, Clock: clk, Zone: zone, Log: a.Logger,
		AllowNetworkDir: cfg.Network, OnLost: a.lost}); err != nil {
		return nil, err
	}
	if a.Keys, err = seal.OpenKeys(filepath.Join(cfg.Data, "keys")); err != nil {
		return nil, err
	}
	if a.Blobs, err = blob.OpenDir(filepath.Join(cfg.Data, "blobs"), clk, zone); err != nil {
		return nil, err
	}
	a.Photos = blob.NewPhotos(a.Blobs, blob.Limits{})
	a.published = &publisher{dir: filepath.Join(cfg.Data, "checkpoints"), log: a.Logger}
	if a.Log, err = event.Open(ctx, a.DB, a.Keys, event.Options{Logger: a.Logger, OnCheckpoint: a.published.keep}); err != nil {
		return nil, err
	}
	a.Log.Consume(topics.Consumer())
	a.Log.Consume(search.Consumer())
	a.Log.Consume(alike.Consumer())
	a.Alike, a.Topics = &alike.Finder{}, &topics.Topics{}
	a.Log.Consume(spots.Consumer())
	a.Log.Consume(silence.Consumer())
	a.Login = login.New(a.DB, a.Keys, a.Logger)
	if a.Jobs, err = a.wire(); err != nil {
		return nil, err
	}
	ok = true
	return a, nil
}

// lost ends the process after a failed fsync: what is on the disk is not known any more, and only a start from the disk
// can tell. What was acknowledged before is safe.
func (a *App) lost(err error) {
	a.Logger.Error("storage failed, stopping", "err", err)
	os.Exit(74) // EX_IOERR of sysexits(3)
}

// Close closes what Open opened.
func (a *App) Close() error {
	if a.Blobs != nil {
		a.Blobs.Close()
	}
	if a.DB != nil {
		return a.DB.Close()
	}
	return nil
}

func logger(level string, w io.Writer) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: l}))
}

// hidePassword makes a database address fit to be shown.
func hidePassword(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.User == nil {
		if strings.Contains(dsn, "password") {
			return "(hidden)"
		}
		return dsn
	}
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), "xxxxx")
	}
	return u.String()
}

// publisher keeps every signed checkpoint in a file outside the database, so that an older database put in its place is
// noticed: `verify` compares the log with these files.
type publisher struct {
	dir string
	log *slog.Logger
}

func (p *publisher) keep(c event.Checkpoint) {
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		p.log.Error("checkpoint not kept outside the database", "err", err)
		return
	}
	name := filepath.Join(p.dir, "latest")
	tmp := name + ".new"
	if err := os.WriteFile(tmp, []byte(c.Note), 0o600); err == nil {
		err = os.Rename(tmp, name)
		if err != nil {
			p.log.Error("checkpoint not kept outside the database", "err", err)
		}
	} else {
		p.log.Error("checkpoint not kept outside the database", "err", err)
	}
}
