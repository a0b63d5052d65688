package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"sanwen/internal/app/demo"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
)

// DemoCmd makes and serves a demonstration.
type DemoCmd struct {
	Listen
	People int  `name:"people" default:"12860" help:"How many people the organisation has."`
	Voices int  `name:"voices" default:"0" help:"How many more voices and matters to make, for measuring."`
	Only   bool `name:"only-make" help:"Make the data and stop."`
	Bare   bool `name:"organisation-only" help:"Make the organisation without its year of history."`
	Still  bool `name:"read-only" help:"Refuse to save anything, as with a full disk: to see what people see then."`
	Keep   bool `name:"keep" help:"Serve the demonstration that is already in the data directory, without making it anew."`
}

// Run makes 澄川特钢集团 with a year of history in the data directory (by default ./demo-data, which is made anew each time
// unless --keep is given), prints the address and one sign-in for each role, and serves.
func (c DemoCmd) Run(ctx context.Context, cfg *Config, s Streams) error {
	if cfg.Data == absolute("data") {
		cfg.Data = absolute("demo-data")
	}
	marker := filepath.Join(cfg.Data, "demonstration")
	made := false
	if !c.Keep {
		if err := clearDemo(cfg.Data, marker); err != nil {
			return err
		}
		made = true
	}
	if err := ensureDir(cfg.Data); err != nil {
		return err
	}
	if err := os.WriteFile(marker, []byte("This directory holds demonstration data and is made anew by `sanwen demo`.\n"), 0o600); err != nil {
		return fault.Wrap(fault.Unavailable, "app.data_dir", err, cfg.Data)
	}
	var offer demo.Made
	if made {
		var err error
		if offer, err = c.build(ctx, *cfg, s); err != nil {
			return err
		}
		if err := offer.Save(cfg.Data); err != nil {
			return err
		}
	} else {
		var err error
		if offer, err = demo.Load(cfg.Data); err != nil {
			return err
		}
	}
	if c.Only {
		return nil
	}
	a, err := Open(ctx, *cfg, nil, s.Err)
	if err != nil {
		return err
	}
	defer a.Close()
	a.Demo, a.Still = true, c.Still
	return a.Serve(ctx, c.Listen, func(base string) error { printDemo(s.Out, base, offer); return nil })
}

// build makes the demonstration with a clock of its own that starts a year ago and ends now.
func (c DemoCmd) build(ctx context.Context, cfg Config, s Streams) (demo.Made, error) {
	clk := clock.NewFake(clock.System().Now())
	cfg.LogLevel, cfg.Fill = "error", true
	a, err := Open(ctx, cfg, clk, s.Err)
	if err != nil {
		return demo.Made{}, err
	}
	defer a.Close()
	if c.Bare {
		_, err := demo.Organisation(ctx, a.DB, c.People)
		return demo.Made{}, err
	}
	return demo.Make(ctx, demo.House{DB: a.DB, Keys: a.Keys, Photos: a.Photos, Log: a.Log, Login: a.Login, Clock: clk, Zone: a.Zone},
		demo.Size{People: c.People, Voices: c.Voices, Progress: func(n int) {
			if n%20_000 < 500 {
				fmt.Fprintf(s.Err, "%d / %d\n", n, c.Voices)
			}
		}})
}

// clearDemo empties the data directory of an earlier demonstration; it refuses a directory that holds anything else.
func clearDemo(dir, marker string) error {
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, "app.data_dir", err, dir)
	}
	if _, err := os.Stat(marker); err != nil {
		return fault.New(fault.Conflict, "app.not_demo", dir)
	}
	if err := db.InUse(dir); err != nil { // a demonstration that is being shown is not taken away from under its server
		return badDisk(err, dir)
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return fault.Wrap(fault.Unavailable, "app.data_dir", err, dir)
		}
	}
	return nil
}

func absolute(p string) string {
	a, err := filepath.Abs(p)
	if err != nil {
		return p
	}
	return a
}

func printDemo(w io.Writer, base string, offer demo.Made) {
	l := language()
	fmt.Fprintf(w, "\n%s %s\n\n", l.T("app.ready"), base)
	for _, p := range []string{"/p/P104M", "/f", "/board", "/login"} {
		fmt.Fprintf(w, "  %-22s %s\n", l.T("app.demo"+key(p)), base+p)
	}
	fmt.Fprintf(w, "\n%s\n", l.T("app.demo_receipts"))
	for _, r := range offer.Receipts {
		fmt.Fprintf(w, "  %-22s %s   %s\n", r.Number, seal.FormatCode(r.Code), l.T("app.demo_receipt."+r.Key))
	}
	fmt.Fprintf(w, "\n%s\n", l.T("app.demo_signins"))
	for _, x := range offer.SignIns {
		var counts []any
		for _, n := range x.Counts {
			counts = append(counts, n)
		}
		fmt.Fprintf(w, "  %s  %-10s %-16s %s  %s\n", pad(l.T("role."+string(x.Role)), 16), x.Number, x.Password, pad(x.Name, 8), l.T(x.See, counts...))
	}
	fmt.Fprintln(w)
}

func key(path string) string {
	switch path {
	case "/p/P104M":
		return "_tell"
	case "/f":
		return "_follow"
	case "/board":
		return "_board"
	}
	return "_login"
}

// pad fills text up to a width on the screen, on which a Chinese character is two wide.
func pad(s string, width int) string {
	n := 0
	for _, r := range s {
		if n++; r > 0x2E7F {
			n++
		}
	}
	for ; n < width; n++ {
		s += " "
	}
	return s
}
