package app

import (
	"context"
	"fmt"
	"os"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org/load"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// ImportCmd brings people or places from a spreadsheet while the server is stopped; the pages do the same while it runs.
type ImportCmd struct {
	What    string `arg:"" enum:"people,places" help:"people or places."`
	File    string `arg:"" type:"existingfile" help:"An .xlsx or .csv file (UTF-8 or GB18030)."`
	Write   bool   `name:"write" help:"Write. Without it the file is only checked."`
	Valid   bool   `name:"valid-only" help:"Write the rows without faults although others have some."`
	Missing int    `name:"remove-missing" default:"-1" help:"Deactivate who is there and not in the file; the number must be the one that the check printed."`
	Units   bool   `name:"create-units" help:"Make workshops and crews that the file names and the organisation does not have."`
	Scope   string `name:"scope" help:"Code of the unit whose people or places the file holds; who is missing is looked for there."`
}

// Run checks the file, prints counts and faults with their cells, and writes if --write was given.
func (c ImportCmd) Run(ctx context.Context, cfg *Config, s Streams) error {
	l := language()
	f, err := os.Open(c.File)
	if err != nil {
		return fault.Wrap(fault.Invalid, "app.file", err, c.File)
	}
	defer f.Close()
	i, err := f.Stat()
	if err != nil {
		return fault.Wrap(fault.Invalid, "app.file", err, c.File)
	}
	file, err := load.Read(ctx, f, i.Size(), load.Options{Kind: load.Kind(c.What)})
	if err != nil {
		return err
	}
	return withApp(ctx, cfg, s, func(a *App) error {
		who := access.System("command line")
		choice := load.Choice{Scope: c.Scope, CreateUnits: c.Units, ValidOnly: c.Valid, Dismiss: c.Missing >= 0, Missing: max(c.Missing, 0)}
		var plan *load.Plan
		if err := a.DB.Read(ctx, func(tx *db.Tx) (err error) { plan, err = file.Plan(tx, who, choice); return err }); err != nil {
			return err
		}
		fmt.Fprintln(s.Out, l.T("app.import_plan", plan.New, plan.Changed, plan.Unchanged, plan.Missing, plan.Faulty))
		for _, x := range plan.Faults {
			fmt.Fprintf(s.Out, "  %s\n", l.Error(x))
		}
		if !c.Write {
			return nil
		}
		run, err := file.Apply(ctx, a.DB, who, choice, func(p load.Progress) {
			fmt.Fprintf(s.Out, "\r%d / %d", p.Done, p.Total)
		})
		fmt.Fprintln(s.Out)
		if err != nil {
			return err
		}
		fmt.Fprintln(s.Out, l.T("app.import_done", run.Added, run.Changed, run.Removed, run.Refused))
		return nil
	})
}
