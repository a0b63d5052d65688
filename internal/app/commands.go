package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"sanwen/internal/app/backup"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/ground/seal"
)

// language of a command's output: that of the terminal, Chinese where it says nothing else.
func language() lang.Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" && v != "C" && v != "POSIX" && v != "C.UTF-8" {
			return lang.Parse(v)
		}
	}
	return lang.ZH
}

// VerifyCmd recomputes the record.
type VerifyCmd struct {
	Outside []string `name:"checkpoint" type:"existingfile" help:"Signed checkpoints kept outside (a printed one typed in, one mailed to the superior union); may be repeated."`
}

// Run reads the whole log beside a running server or alone, recomputes it, and fails with the first bad entry.
func (c VerifyCmd) Run(ctx context.Context, cfg *Config, s Streams) error {
	d, keys, done, err := readOnly(ctx, cfg)
	if err != nil {
		return err
	}
	defer done()
	o := event.VerifyOptions{Keys: []string{keys.LogVerifier()}}
	for _, name := range append(c.Outside, filepath.Join(cfg.Data, "checkpoints", "latest")) {
		b, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return fault.Wrap(fault.Invalid, "app.file", err, name)
		}
		o.Outside = append(o.Outside, string(b))
	}
	r, err := event.Verify(ctx, d, o)
	if err != nil {
		return err
	}
	if r.Bad != nil {
		return fault.Wrap(fault.Invalid, "app.verify_bad", fmt.Errorf("%s", r.Bad), r.Bad.Number, language().T("event.bad."+string(r.Bad.What)))
	}
	if err := sound(ctx, d); err != nil {
		return err
	}
	fmt.Fprintln(s.Out, language().T("app.verify_ok", r.Entries, r.Checkpoints))
	return nil
}

// readOnly opens the database for reading, beside a server that may be running.
func readOnly(ctx context.Context, cfg *Config) (*db.DB, *seal.Keys, func(), error) {
	zone, err := time.LoadLocation(cfg.Zone)
	if err != nil {
		return nil, nil, nil, fault.Wrap(fault.Invalid, "app.zone", err, cfg.Zone)
	}
	keyDir := filepath.Join(cfg.Data, "keys")
	if _, err := os.Stat(keyDir); err != nil {
		return nil, nil, nil, fault.Wrap(fault.Invalid, "app.no_installation", err, cfg.Data)
	}
	keys, err := seal.OpenKeys(keyDir)
	if err != nil {
		return nil, nil, nil, err
	}
	d, err := db.Open(ctx, db.Config{Dir: cfg.Data, DSN: cfg.Database, Zone: zone, AllowNetworkDir: cfg.Network, ReadOnly: true})
	if err != nil {
		return nil, nil, nil, badDisk(err, cfg.Data)
	}
	return d, keys, func() { d.Close() }, nil
}

// BackupCmd writes a backup.
type BackupCmd struct {
	To string `name:"to" type:"path" help:"New directory for the backup. Default: backup-DATE-TIME beside the data directory."`
}

// Run writes the backup; a server may be running and writing meanwhile.
func (c BackupCmd) Run(ctx context.Context, cfg *Config, s Streams) error {
	zone, err := time.LoadLocation(cfg.Zone)
	if err != nil {
		return fault.Wrap(fault.Invalid, "app.zone", err, cfg.Zone)
	}
	keyDir := filepath.Join(cfg.Data, "keys")
	if _, err := os.Stat(keyDir); err != nil {
		return fault.Wrap(fault.Invalid, "app.no_installation", err, cfg.Data)
	}
	keys, err := seal.OpenKeys(keyDir)
	if err != nil {
		return err
	}
	clk := clock.System()
	dest := c.To
	if dest == "" {
		dest = filepath.Join(filepath.Dir(filepath.Clean(cfg.Data)), "backup-"+clk.Now().In(zone).Format("20060102-150405"))
	}
	m, err := backup.Make(ctx, backup.Source{Data: cfg.Data, Database: cfg.Database, Zone: zone, Keys: keys, Clock: clk, Program: Version}, dest, nil)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.Out, language().T("app.backup_done", dest, m.Entries, len(m.Blobs), keyDir))
	return nil
}

// RestoreCmd restores a backup.
type RestoreCmd struct {
	From    string   `arg:"" type:"existingdir" help:"Directory of the backup."`
	Keys    string   `name:"keys" required:"" type:"path" help:"Key directory that belongs to the backup."`
	Outside []string `name:"checkpoint" type:"existingfile" help:"Signed checkpoints published since; the restored log must reach them."`
	Older   bool     `name:"accept-older" help:"Accept that what came after the backup is lost, against those checkpoints."`
}

// Run restores into the data directory, which must be empty or missing.
func (c RestoreCmd) Run(ctx context.Context, cfg *Config, s Streams) error {
	zone, err := time.LoadLocation(cfg.Zone)
	if err != nil {
		return fault.Wrap(fault.Invalid, "app.zone", err, cfg.Zone)
	}
	to := backup.Target{Data: cfg.Data, Database: cfg.Database, Zone: zone, Clock: clock.System(), Keys: c.Keys, Older: c.Older}
	for _, name := range c.Outside {
		b, err := os.ReadFile(name)
		if err != nil {
			return fault.Wrap(fault.Invalid, "app.file", err, name)
		}
		to.Outside = append(to.Outside, string(b))
	}
	m, err := backup.Restore(ctx, c.From, to, nil)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.Out, language().T("app.restore_done", cfg.Data, m.Entries, len(m.Blobs)))
	return nil
}
