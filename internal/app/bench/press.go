package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/app/demo"
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	_ "sanwen/internal/work/supervise" // what its rungs set going
)

// Of the ledger that the supervising office works with, and of the ladder.
const (
	ledgerMatters = 100_000
	ladderRungs   = 10_000
)

// press measures the pages of the ledger with 100,000 matters, and how long the ladder takes for 10,000 rungs that are due at once.
func (b *bench) press(ctx context.Context) error {
	data := filepath.Join(b.dir, "press")
	if out, err := exec.CommandContext(ctx, b.bin, "demo", "--only-make", "--data", data).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	most := filepath.Join(b.dir, "press-most")
	if err := os.CopyFS(most, os.DirFS(data)); err != nil {
		return err
	}
	for _, x := range []struct {
		data, name, ended string
	}{
		{data, "100,000 matters", "c.i % 16 <> 0"}, // one in sixteen is open, as in a ledger that has been kept for years; a year's demonstration has far more of them
		{most, "100,000 matters, nearly all open", "c.i % 16 = 0"},
	} {
		if err := manyMatters(ctx, x.data, ledgerMatters, x.ended); err != nil {
			return err
		}
		if err := b.ledgerPages(ctx, x.data, x.name); err != nil {
			return err
		}
	}
	return b.rungs(ctx, data)
}

// manyMatters copies the matters of a demonstration until there are n more, each like one of them but for its number; ended says of the
// i-th (c.i) whether it is like one that is over.
func manyMatters(ctx context.Context, data string, n int, ended string) error {
	d, err := sql.Open("sqlite", "file:"+filepath.Join(data, db.FileName)+"?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=cache_size(-200000)")
	if err != nil {
		return err
	}
	defer d.Close()
	d.SetMaxOpenConns(1)
	var columns []string
	table := "matter"
	rows, err := d.QueryContext(ctx, `SELECT name FROM pragma_table_info(?)`, table)
	if err != nil {
		return err
	}
	for rows.Next() {
		var c string
		if err := rows.Scan(&c); err != nil {
			return err
		}
		columns = append(columns, c)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	values := slices.Clone(columns)
	for i, c := range values {
		switch c {
		case "id":
			values[i] = "'copy' || c.i"
		case "number":
			values[i] = "'SS-2001-' || c.i"
		default:
			values[i] = "m." + c
		}
	}
	_, err = d.ExecContext(ctx, `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < `+strconv.Itoa(n)+`),
		m AS (SELECT ROW_NUMBER() OVER (PARTITION BY state IN ('closed', 'cancelled') ORDER BY id) - 1 AS nth, state IN ('closed', 'cancelled') AS ended,
			COUNT(*) OVER (PARTITION BY state IN ('closed', 'cancelled')) AS of_all, t.* FROM `+table+` t)
		INSERT INTO `+table+` (`+strings.Join(columns, ", ")+`) SELECT `+strings.Join(values, ", ")+`
		FROM c JOIN m ON m.ended = (`+ended+`) AND m.nth = (CASE WHEN c.i % 16 = 0 THEN c.i / 16 ELSE c.i END) % m.of_all`)
	if err != nil {
		return err
	}
	_, err = d.ExecContext(ctx, "ANALYZE")
	return err
}

// ledgerPages opens pages of the ledger one after the other, and tells what each costs the server's processor.
func (b *bench) ledgerPages(ctx context.Context, data, name string) error {
	text, err := os.ReadFile(filepath.Join(data, "sign-ins"))
	if err != nil {
		return err
	}
	var accounts []demo.SignIn
	if err := json.Unmarshal(text, &accounts); err != nil {
		return err
	}
	s, err := b.start(ctx, data)
	if err != nil {
		return err
	}
	defer s.stop()
	time.Sleep(2 * time.Second) // what comes due at the start is done
	for _, x := range []struct{ role, path string }{
		{"supervisor", "/ledger"}, {"supervisor", "/ledger?sort=due"}, {"supervisor", "/ledger?light=red"}, {"supervisor", "/supervise"}, {"triager", "/ledger"},
	} {
		cookie, err := signIn(s.base, accounts, x.role)
		if err != nil {
			return err
		}
		t, costs, err := b.singly(ctx, s, s.base+x.path, cookie)
		if err != nil {
			return fmt.Errorf("%s as %s: %w", x.path, x.role, err)
		}
		b.note(fmt.Sprintf("%s: %s as %s", name, x.path, x.role), fmt.Sprintf("p95 %s of the processor", round(costs.quantile(.95))), "p95 ≤ 150 ms",
			fmt.Sprintf("p50 %s; on the clock p50 %s, p95 %s; %d pages", round(costs.quantile(.5)), round(t.quantile(.5)), round(t.quantile(.95)), t.n))
	}
	return nil
}

// singly opens a page again and again, one at a time, and returns what each took on the clock and of the server's processor.
func (b *bench) singly(ctx context.Context, s *server, url string, cookie *http.Cookie) (clocks, costs times, err error) {
	request, err := page(url, cookie, true)
	if err != nil {
		return clocks, costs, err
	}
	base, _, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
	all, end, err := dialAll(base, 1)
	if err != nil {
		return clocks, costs, err
	}
	defer end()
	if err := want(all[0], request); err != nil { // the first answer is not measured
		return clocks, costs, err
	}
	for begun := time.Now(); ctx.Err() == nil && (time.Since(begun) < b.seconds || clocks.n < 20); clocks.n++ {
		at, had := time.Now(), s.exact()
		if err := want(all[0], request); err != nil {
			return clocks, costs, err
		}
		clocks.all, costs.all = append(clocks.all, time.Since(at)), append(costs.all, s.exact()-had)
	}
	return clocks, costs, ctx.Err()
}

// exact is what the server has used of the processor so far, to the nanosecond.
func (s *server) exact() (sum time.Duration) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", s.cmd.Process.Pid))
	for _, file := range tasks {
		text, _ := os.ReadFile(file)
		first, _, _ := strings.Cut(string(text), " ")
		n, _ := strconv.ParseInt(first, 10, 64)
		sum += time.Duration(n)
	}
	return sum
}

// rungs lets 10,000 rungs come due at once: six of each duty, with notices, records, drafts of orders and talks.
func (b *bench) rungs(ctx context.Context, data string) error {
	keys, err := seal.OpenKeys(filepath.Join(data, "keys"))
	if err != nil {
		return err
	}
	open := func(c clock.Clock) (*db.DB, error) {
		d, err := db.Open(ctx, db.Config{Dir: data, Clock: c})
		if err == nil {
			_, err = event.Open(ctx, d, keys, event.Options{})
		}
		return d, err
	}
	now := clock.System().Now()
	past := clock.NewFake(now)
	d, err := open(past)
	if err != nil {
		return err
	}
	defer func() { d.Close() }()
	if err := duty.RunLadder(ctx, d); err != nil { // what the demonstration owes is no part of it
		return err
	}
	past.Set(now.Add(-90 * 24 * time.Hour))
	who := access.System("bench")
	var subjects []struct {
		ID       string
		LeadPath access.Path
	}
	if err := d.Read(ctx, func(tx *db.Tx) (err error) {
		subjects, err = db.All[struct {
			ID       string
			LeadPath access.Path
		}](tx, `SELECT id, lead_path FROM matter WHERE id > 'copy' AND id < 'copz' AND lead <> '' AND restricted = '' ORDER BY id LIMIT $1`, ladderRungs/6+1)
		return err
	}); err != nil {
		return err
	}
	for from := 0; from < len(subjects); from += 200 {
		if err := d.Write(ctx, func(tx *db.Tx) error {
			if err := who.May(tx, access.DutySystem, access.Thing{Kind: "duty"}); err != nil {
				return err
			}
			for _, m := range subjects[from:min(len(subjects), from+200)] {
				if _, err := duty.Owe(tx, who, duty.New{Kind: duty.Completion, Subject: event.Ref{Kind: "matter", ID: m.ID}, Item: "bench", Path: m.LeadPath, Role: access.Handler, Days: 5}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	count := func() (n int, err error) {
		err = d.Read(ctx, func(tx *db.Tx) (err error) {
			n, err = db.One[int](tx, `SELECT COUNT(*) FROM duty_rung`)
			return err
		})
		return n, err
	}
	before, err := count()
	if err != nil {
		return err
	}
	past.Set(now)
	begun, used := time.Now(), ownProcessor()
	if err := duty.RunLadder(ctx, d); err != nil {
		return err
	}
	took, cpu := time.Since(begun), ownProcessor()-used
	after, err := count()
	if err != nil {
		return err
	}
	if n := after - before; n < ladderRungs {
		return fmt.Errorf("only %d rungs were fired", n)
	}
	b.note(fmt.Sprintf("ladder: firing %d rungs that are due at once", after-before), took.Round(10*time.Millisecond).String(), "≤ 30 s",
		fmt.Sprintf("%d duties on a ledger of 100,000 matters, with notices, records, orders and talks; %s of the processor, %.0f rungs/s", len(subjects), cpu.Round(10*time.Millisecond), float64(after-before)/took.Seconds()))
	return nil
}
