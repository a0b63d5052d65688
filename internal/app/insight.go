package app

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/reading/insight/evaluate"
	"sanwen/internal/reading/insight/search"
	"sanwen/internal/reading/insight/silence"
	"sanwen/internal/reading/insight/spots"
)

// InsightCmd measures what the program proposes by itself, and keeps what it has derived.
type InsightCmd struct {
	Rebuild  RebuildCmd  `cmd:"" help:"Make the indexes of searches and of similar voices, and the hot spots, anew from what the texts say now."`
	Evaluate EvaluateCmd `cmd:"" help:"Measure proposals on CSV files of labelled texts; needs no installation."`
}

// RebuildCmd makes the indexes and the hot spots anew.
type RebuildCmd struct{}

// Run builds shelf by shelf and tells how far it is. On PostgreSQL a server may run meanwhile; on SQLite it must not.
func (c RebuildCmd) Run(ctx context.Context, cfg *Config, s Streams) error {
	a, err := Open(ctx, *cfg, nil, s.Err)
	if err != nil {
		return err
	}
	defer a.Close()
	l, texts, from := language(), 0, a.Clock.Now()
	err = search.Rebuild(ctx, a.index(), func(shelf string, done, all int) {
		fmt.Fprintln(s.Out, l.T("insight.rebuilt", l.T("insight.shelf."+shelf), done, all))
		if done == all {
			texts += all
		}
	})
	if err != nil {
		return err
	}
	if err := alike.Rebuild(ctx, alike.Store(a.index()), func(shelf string, done, all int) {
		fmt.Fprintln(s.Out, l.T("insight.rebuilt", l.T("insight.alike."+shelf), done, all))
		if done == all {
			texts += all
		}
	}); err != nil {
		return err
	}
	if err := spots.Rebuild(ctx, a.spots(), func(done, all int) {
		if done == all {
			fmt.Fprintln(s.Out, l.T("insight.rebuilt_spots", all))
		}
	}); err != nil {
		return err
	}
	if err := silence.Rebuild(ctx, silence.Store(a.spots())); err != nil {
		return err
	}
	fmt.Fprintln(s.Out, l.T("insight.rebuild_done", texts, fmt.Sprintf("%.1f", a.Clock.Now().Sub(from).Seconds())))
	return nil
}

// EvaluateCmd measures one task.
type EvaluateCmd struct {
	Task      string `name:"task" enum:"classify,similar,cluster,search" required:"" help:"What is measured: classify (topics), similar (earlier voices of the same problem), cluster (voices into problems), search."`
	Train     string `name:"train" type:"path" required:"" help:"CSV file: of decisions to learn from (classify), of texts that were there before (similar, cluster), of texts in which is searched."`
	Test      string `name:"test" type:"path" required:"" help:"CSV file to measure on: texts, with labels or without; for search questions in the column query, or texts out of which they are cut."`
	Words     string `name:"words" type:"path" help:"classify: CSV file with the columns class and word: what speaks for a topic on the first day."`
	Decisions int    `name:"decisions" default:"-1" help:"classify: learn only so many rows; negative: all."`
	First     int    `name:"first" default:"0" help:"classify: read only so many characters of each text; 0: all."`
	Online    bool   `name:"online" help:"classify: learn row by row, once, as decisions come in, instead of studying all together."`
	JSON      bool   `name:"json" help:"Print the figures as JSON; what the file has no labels for is null."`
	Out       string `name:"out" type:"path" help:"Write the predictions to this CSV file: row,label; id,rank,hit_id; id,cluster; query,rank,hit_id."`
}

// Run prints the figures.
func (c EvaluateCmd) Run(s Streams) error {
	for _, in := range []string{c.Train, c.Test, c.Words} {
		if c.Out != "" && sameFile(c.Out, in) {
			return fault.New(fault.Invalid, "insight.out", c.Out)
		}
	}
	r, err := evaluate.Run(evaluate.Options{Task: c.Task, Train: c.Train, Test: c.Test, Clock: clock.System(),
		Classify: evaluate.ClassifyOptions{Words: c.Words, Decisions: c.Decisions, First: c.First, Online: c.Online}})
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := writeRows(c.Out, r.Head, r.Rows); err != nil {
			return err
		}
	}
	if c.JSON {
		e := json.NewEncoder(s.Out)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	for _, l := range r.Lines() {
		fmt.Fprintln(s.Out, l)
	}
	return nil
}

// sameFile reports whether two names lead to one file that is there.
func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// writeRows writes a CSV file with a header.
func writeRows(name string, head []string, rows [][]string) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return fault.Wrap(fault.Invalid, "app.file", err, name)
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	w := csv.NewWriter(f)
	if err := w.Write(head); err != nil {
		return err
	}
	return w.WriteAll(rows)
}
