package app

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"sanwen/internal/app/demo"
	"sanwen/internal/app/demo/bulk"
	"sanwen/internal/base/access"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/publish/news"
)

// TestVerifyComparesTheRows: what was changed beside the record, so that the log itself is whole, is found in the rows.
func TestVerifyComparesTheRows(t *testing.T) {
	ctx := context.Background()
	cfg := &Config{Data: t.TempDir(), Zone: "Asia/Shanghai", LogLevel: "error"}
	clk := clock.NewFake(time.Date(2026, 9, 1, 8, 0, 0, 0, clock.Shanghai()))
	a, err := Open(ctx, *cfg, clk, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	cast, err := demo.Organisation(ctx, a.DB, 1000)
	for _, p := range cast.Holders[access.Handler] {
		if err == nil {
			err = a.DB.Write(ctx, func(tx *db.Tx) error { return login.Issue{Person: p.ID}.Do(tx, access.System("test")) })
		}
	}
	if err == nil { // one matter from the first voice to the end
		err = bulk.Run(ctx, bulk.Fill{DB: a.DB, Keys: a.Keys, Clock: clk, From: clk.Now(), To: clk.Now().AddDate(0, 1, 0), Voices: 30, Holders: cast.Holders, Crew: cast.Crew})
	}
	if err == nil {
		err = a.DB.Write(ctx, func(tx *db.Tx) error { return showPaper(tx, cast) })
	}
	if err == nil {
		_, err = a.Log.Checkpoint(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	a.Close()
	verify := func() (string, error) {
		var out bytes.Buffer
		err := VerifyCmd{}.Run(ctx, cfg, Streams{Out: &out, Err: io.Discard})
		return out.String(), err
	}
	if out, err := verify(); err != nil {
		t.Fatal(out, err)
	}
	spoil := func(q string) {
		t.Helper()
		a, err := Open(ctx, *cfg, nil, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		if err := a.DB.Upkeep(ctx, func(tx *db.Tx) error {
			n, err := tx.Exec(q)
			if n != 1 {
				t.Fatalf("%s: %d rows", q, n)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ spoil, mend, want string }{
		{`UPDATE matter SET claimant = inspector, number = 'X' || number WHERE id = (SELECT MIN(id) FROM matter WHERE inspected_at <> 0)`,
			`UPDATE matter SET claimant = owner, number = substr(number, 2) WHERE number LIKE 'X%'`, "matter XSS-"},
		{`UPDATE acceptance SET invited = invited + 1 WHERE matter = (SELECT MIN(matter) FROM acceptance) AND round = 1`,
			`UPDATE acceptance SET invited = invited - 1 WHERE matter = (SELECT MIN(matter) FROM acceptance) AND round = 1`, "acceptance of"},
		{`UPDATE news_copy SET title = 'X' || title`, `UPDATE news_copy SET title = substr(title, 2)`, "copy 1 of JB-"},
	} {
		spoil(c.spoil)
		if _, err := verify(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("after %s: %v", c.spoil, err)
		}
		spoil(c.mend)
		if _, err := verify(); err != nil {
			t.Errorf("after %s: %v", c.mend, err)
		}
	}
}

// showPaper lets the union tell something: one writes it, somebody else shows it.
func showPaper(tx *db.Tx, cast demo.Cast) error {
	writer, err := org.Actor(tx, cast.First(access.Triager).ID)
	if err != nil {
		return err
	}
	checker, err := org.Actor(tx, cast.First(access.Supervisor).ID)
	if err != nil {
		return err
	}
	in := &news.Write{Kind: news.Bulletin, Title: "职工心声工作简报"}
	if err := in.Do(tx, writer); err != nil {
		return err
	}
	e := news.Edit{News: in.ID, Submit: true, Title: in.Title, Everywhere: true, Blocks: []news.Block{{Key: "lead", Text: "本月办理情况平稳有序推进。"}, {Key: "work", Text: "先看现场，再定方案，办完请职工确认。"}}}
	if err := e.Do(tx, writer); err != nil {
		return err
	}
	return news.Judge{News: in.ID, Show: true}.Do(tx, checker)
}
