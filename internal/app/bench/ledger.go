package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/app/demo"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db"
)

// ledgerMatters is how many matters the ledger has that the supervising office works with.
const ledgerMatters = 100_000

// shape is how many of them are open; ended says of the i-th (c.i) whether it is like one that is over.
type shape struct{ name, dir, ended, goal string }

var shapes = []shape{
	{"one in sixteen open", "press", "c.i % 16 <> 0", "p95 ≤ 150 ms"}, // as in a ledger that has been kept for years
	{"nearly all open", "press-most", "c.i % 16 = 0", ""},             // how it grows with what is open: nobody answers for 94,000 at once
}

// ledgerPaths are the pages that are opened; %MEETING% is a meeting that has been called.
var ledgerPaths = []struct{ role, path string }{
	{"supervisor", "/ledger"}, {"supervisor", "/ledger?sort=due"}, {"supervisor", "/ledger?light=red"}, {"supervisor", "/ledger?light=yellow&sort=due"},
	{"supervisor", "/ledger?changed=worse"}, {"supervisor", "/ledger?still=14"}, {"supervisor", "/ledger?q=SS-2001-123"}, {"supervisor", "/ledger?lead=D01"},
	{"triager", "/ledger"}, {"dept_head", "/ledger"},
	{"supervisor", "/supervise"}, {"supervisor", "/meeting/" + theMeeting}, {"supervisor", "/meeting/" + theMeeting + "/pack"},
}

const theMeeting = "MEETING"

// ledgerBench measures the pages of a ledger of 100,000 matters, open ones with their promises: on SQLite in both shapes, and on PostgreSQL in the
// first.
func (b *bench) ledgerBench(ctx context.Context) error {
	data := filepath.Join(b.dir, shapes[0].dir)
	if err := b.demonstration(ctx, data); err != nil {
		return err
	}
	if err := os.CopyFS(filepath.Join(b.dir, shapes[1].dir), os.DirFS(data)); err != nil {
		return err
	}
	for _, s := range shapes {
		if err := b.ledgerOf(ctx, s, "SQLite", ""); err != nil {
			return err
		}
	}
	return b.onPostgres(ctx, "100,000 matters on PostgreSQL", func(url string) error {
		s := shapes[0]
		s.dir = "press-pg"
		if err := b.demonstration(ctx, filepath.Join(b.dir, s.dir), "--database", url); err != nil {
			return err
		}
		return b.ledgerOf(ctx, s, "PostgreSQL", url)
	})
}

func (b *bench) demonstration(ctx context.Context, data string, extra ...string) error {
	if out, err := exec.CommandContext(ctx, b.bin, append([]string{"demo", "--only-make", "--data", data}, extra...)...).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// ledgerOf fills a demonstration's ledger and opens its pages.
func (b *bench) ledgerOf(ctx context.Context, s shape, database, url string) error {
	data, driver, at := filepath.Join(b.dir, s.dir), "pgx", url
	var extra []string
	if url != "" {
		extra = []string{"--database", url}
	} else {
		driver, at = "sqlite", "file:"+filepath.Join(data, db.FileName)+"?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=cache_size(-200000)"
	}
	d, err := sql.Open(driver, at)
	if err != nil {
		return err
	}
	d.SetMaxOpenConns(1)
	var meeting string
	if err = manyMatters(ctx, d, url != "", ledgerMatters, s.ended); err == nil {
		err = d.QueryRowContext(ctx, `SELECT id FROM meeting WHERE kind = 'dispatch' AND state = 'called' ORDER BY id LIMIT 1`).Scan(&meeting)
	}
	if err = errors.Join(err, d.Close()); err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, b.bin, append([]string{"insight", "rebuild", "--data", data}, extra...)...).CombinedOutput(); err != nil { // the copies are behind the record's back
		return fmt.Errorf("%w: %s", err, out)
	}
	return b.ledgerPages(ctx, data, s, fmt.Sprintf("%s, 100,000 matters, %s", database, s.name), meeting, extra...)
}

// manyMatters copies the matters of a demonstration until there are n more, each like one of them but for its number, with what is owed for
// them and who answers for them; ended says of the i-th (c.i) whether it is like one that is over.
func manyMatters(ctx context.Context, d *sql.DB, postgres bool, n int, ended string) error {
	over := "state IN ('closed', 'cancelled')"
	if _, err := d.ExecContext(ctx, `CREATE TEMPORARY TABLE pair AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < `+strconv.Itoa(n)+`),
		m AS (SELECT ROW_NUMBER() OVER (PARTITION BY `+over+` ORDER BY id) - 1 AS nth, `+over+` AS ended, COUNT(*) OVER (PARTITION BY `+over+`) AS of_all, id FROM matter)
		SELECT c.i, m.id FROM c JOIN m ON m.ended = (`+ended+`) AND m.nth = (CASE WHEN c.i % 16 = 0 THEN c.i / 16 ELSE c.i END) % m.of_all`); err != nil {
		return err
	}
	for _, x := range []struct {
		table, on, only string
		values          map[string]string
	}{
		{"matter", "t.id = pair.id", "1 = 1", map[string]string{"id": "'copy' || pair.i", "number": "'SS-2001-' || pair.i"}},
		// What they owe has climbed as far as it goes: a rung that comes due while a page is measured is no part of it.
		{"duty", "t.subject_id = pair.id", "t.subject_kind = 'matter' AND t.open = 1", map[string]string{"id": "'copy' || pair.i || '-' || t.id", "subject_id": "'copy' || pair.i", "rung": "''", "rung_at": "0"}},
		{"duty_rung", "t.subject_id = pair.id", "t.subject_kind = 'matter' AND t.duty IN (SELECT id FROM duty WHERE open = 1)",
			map[string]string{"id": "'copy' || pair.i || '-' || t.id", "subject_id": "'copy' || pair.i", "duty": "'copy' || pair.i || '-' || t.duty"}},
		{"assignment", "t.subject_id = pair.id", "t.subject_kind = 'matter' AND t.ended_at = 0", map[string]string{"id": "'copy' || pair.i || '-' || t.id", "subject_id": "'copy' || pair.i"}},
		{"progress", "t.matter = pair.id", "t.at = (SELECT MAX(l.at) FROM progress l WHERE l.matter = t.matter)", map[string]string{"id": "'copy' || pair.i || '-' || t.id", "matter": "'copy' || pair.i"}},
	} {
		columns, err := columnsOf(ctx, d, postgres, x.table)
		if err != nil {
			return err
		}
		values := slices.Clone(columns)
		for i, c := range columns {
			if values[i] = "t." + c; x.values[c] != "" {
				values[i] = x.values[c]
			}
		}
		if _, err := d.ExecContext(ctx, `INSERT INTO `+x.table+` (`+strings.Join(columns, ", ")+`) SELECT `+strings.Join(values, ", ")+` FROM pair JOIN `+x.table+` t ON `+x.on+` WHERE `+x.only); err != nil {
			return fmt.Errorf("%s: %w", x.table, err)
		}
	}
	if !postgres {
		return nil // nothing gathers statistics there
	}
	_, err := d.ExecContext(ctx, "VACUUM ANALYZE") // as it does by itself after a while
	return err
}

func columnsOf(ctx context.Context, d *sql.DB, postgres bool, table string) (out []string, err error) {
	q := `SELECT name FROM pragma_table_info('` + table + `')`
	if postgres {
		q = `SELECT quote_ident(column_name) FROM information_schema.columns WHERE table_name = '` + table + `'`
	}
	rows, err := d.QueryContext(ctx, q)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c string
		if err := rows.Scan(&c); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// ledgerPages opens pages of the ledger one after the other, and tells what each takes on the clock and of the server's processor.
func (b *bench) ledgerPages(ctx context.Context, data string, of shape, name, meeting string, extra ...string) error {
	text, err := os.ReadFile(filepath.Join(data, "sign-ins"))
	if err != nil {
		return err
	}
	var accounts []demo.SignIn
	if err := json.Unmarshal(text, &accounts); err != nil {
		return err
	}
	s, err := b.start(ctx, data, extra...)
	if err != nil {
		return err
	}
	defer s.stop()
	time.Sleep(2 * time.Second) // what comes due at the start is done
	cookies := map[string]*http.Cookie{}
	for _, x := range ledgerPaths {
		if cookies[x.role] == nil {
			if cookies[x.role], err = signIn(s.base, accounts, x.role); err != nil {
				return err
			}
		}
		path := strings.Replace(x.path, theMeeting, meeting, 1)
		request, err := page(s.base+path, cookies[x.role], true)
		if err != nil {
			return err
		}
		t, costs, err := b.singly(ctx, s, http.StatusOK, func() ([]byte, error) { return request, nil })
		if err != nil {
			return fmt.Errorf("%s as %s: %w", path, x.role, err)
		}
		shown, err := url.PathUnescape(x.path)
		if err != nil {
			return err
		}
		b.ledgerNote(fmt.Sprintf("%s: %s as %s", name, strings.Replace(shown, theMeeting, "…", 1), x.role), of.goal, t, costs)
	}
	t, costs, err := b.built(ctx, s, "/meeting/"+meeting+"/pack", cookies["supervisor"])
	if err == nil {
		b.ledgerNote(name+": building the pack of a meeting", of.goal, t, costs)
	}
	return err
}

func (b *bench) ledgerNote(what, goal string, t, costs times) {
	b.note(what, fmt.Sprintf("p50 %s, p95 %s", round(t.quantile(.5)), round(t.quantile(.95))), goal,
		fmt.Sprintf("of the processor p50 %s, p95 %s; %d in turn", round(costs.quantile(.5)), round(costs.quantile(.95)), t.n))
}

// built presses the button that makes a pack anew, again and again.
func (b *bench) built(ctx context.Context, s *server, path string, cookie *http.Cookie) (times, times, error) {
	show, err := page(s.base+path, cookie, false)
	if err != nil {
		return times{}, times{}, err
	}
	all, end, err := dialAll(s.base, 1)
	if err != nil {
		return times{}, times{}, err
	}
	defer end()
	return b.singly(ctx, s, http.StatusSeeOther, func() ([]byte, error) {
		status, text, err := all[0].do(show)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("status %d: %.200s", status, text)
		}
		if err != nil {
			return nil, err
		}
		f, err := webtest.ReadForm(text, "/pack")
		if err != nil {
			return nil, err
		}
		f.Values.Set("act", "build")
		req, err := f.Request(s.base)
		if err != nil {
			return nil, err
		}
		req.AddCookie(cookie)
		return raw(req)
	})
}

// singly sends request after request, one at a time, and returns what each took on the clock and of the server's processor; next makes
// each while nothing is measured.
func (b *bench) singly(ctx context.Context, s *server, status int, next func() ([]byte, error)) (clocks, costs times, err error) {
	all, end, err := dialAll(s.base, 1)
	if err != nil {
		return clocks, costs, err
	}
	defer end()
	for begun, n := time.Now(), -1; ctx.Err() == nil && (time.Since(begun) < b.seconds || n < 20); n++ {
		request, err := next()
		if err != nil {
			return clocks, costs, err
		}
		at, had := time.Now(), s.exact()
		got, text, err := all[0].do(request)
		if err == nil && got != status {
			err = fmt.Errorf("status %d: %.200s", got, text)
		}
		if err != nil {
			return clocks, costs, err
		}
		if n >= 0 { // the first answer is not measured
			clocks.all, costs.all = append(clocks.all, time.Since(at)), append(costs.all, s.exact()-had)
			clocks.n++
		}
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
