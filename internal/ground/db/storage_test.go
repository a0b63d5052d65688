package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"modernc.org/sqlite"

	"sanwen/internal/ground/fault"
)

func openSmall(t *testing.T, c Config) *DB {
	t.Helper()
	if c.Dir == "" {
		c.Dir = t.TempDir()
	}
	c.Migrations = fstest.MapFS{
		"0001_db.sql": {Data: []byte("CREATE TABLE db_ready (id BIGINT PRIMARY KEY, at BIGINT NOT NULL, tries BIGINT NOT NULL);")},
		"0002_t.sql":  {Data: []byte("CREATE TABLE t (id {{serial}}, text TEXT NOT NULL);")},
	}
	d, err := Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func fill(d *DB, text string) error {
	return d.Upkeep(context.Background(), func(tx *Tx) error {
		_, err := tx.Exec("INSERT INTO t (text) VALUES ($1)", text)
		return err
	})
}

func count(t *testing.T, d *DB) (n int) {
	t.Helper()
	err := d.Read(context.Background(), func(tx *Tx) (err error) {
		n, err = One[int](tx, "SELECT COUNT(*) FROM t")
		return err
	})
	if err != nil {
		t.Errorf("reading does not go on: %v", err)
	}
	return n
}

// TestStorageThatCannotBeWritten: reads go on, writes are refused and say why, and all is well again without a new start.
func TestStorageThatCannotBeWritten(t *testing.T) {
	for _, c := range []struct{ key, fail, heal string }{
		{"db.full", "PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000"},
		{"db.readonly", "PRAGMA query_only = 1", "PRAGMA query_only = 0"},
	} {
		d := openSmall(t, Config{})
		if err := fill(d, "a"); err != nil {
			t.Fatal(err)
		}
		big := strings.Repeat("x", 100_000)
		if err := d.writer.script(c.fail); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			err := fill(d, big)
			if e := fault.Of(err); e.Kind != fault.Unavailable || e.Key != c.key {
				t.Errorf("%s: %v", c.key, err)
			}
		}
		if n := count(t, d); n != 1 {
			t.Errorf("%s: %d rows", c.key, n)
		}
		if err := d.Ready(context.Background()); c.key == "db.readonly" && err == nil {
			t.Errorf("%s: ready all the same", c.key)
		}
		if err := d.writer.script(c.heal); err != nil {
			t.Fatal(err)
		}
		if err := d.Ready(context.Background()); err != nil {
			t.Errorf("%s: %v", c.key, err)
		}
		if err := fill(d, big); err != nil {
			t.Errorf("%s: %v", c.key, err)
		}
		if n := count(t, d); n != 2 {
			t.Errorf("%s: %d rows", c.key, n)
		}
	}
}

// TestShrinkGivesPagesBack: every connection gives back the pages that it keeps, and reading and writing go on.
func TestShrinkGivesPagesBack(t *testing.T) {
	d := openSmall(t, Config{})
	big := strings.Repeat("x", 200_000)
	if err := fill(d, big); err != nil {
		t.Fatal(err)
	}
	conns := lent(t, d)
	for _, c := range conns {
		if _, err := firstInt(c, "SELECT COUNT(*) FROM t WHERE text LIKE '%y'"); err != nil {
			t.Fatal(err)
		}
		d.readers.give(c)
	}
	conns = append(conns, d.writer)
	kept := func() (total int) {
		for _, c := range conns {
			n, _, err := c.conn.(sqlite.DBStatus).Status(sqlite.DBStatusCacheUsed, false)
			if err != nil {
				t.Fatal(err)
			}
			total += n
		}
		return total
	}
	before := kept()
	if err := d.Shrink(context.Background()); err != nil {
		t.Fatal(err)
	}
	if after := kept(); before < len(conns)*len(big) || after > before/8 {
		t.Errorf("%d bytes were kept, and %d after", before, after)
	}
	for range 2 { // and again, with nothing to give
		if err := d.Shrink(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if err := fill(d, "a"); err != nil || count(t, d) != 2 {
		t.Error(err, count(t, d))
	}
}

// codeError is an error as the driver makes it.
type codeError int

func (e codeError) Error() string { return "code" }
func (e codeError) Code() int     { return int(e) }

func TestFailedFsyncEndsWriting(t *testing.T) {
	var told error
	d := openSmall(t, Config{OnLost: func(err error) { told = err }, Log: slog.New(slog.DiscardHandler)})
	if err := fill(d, "a"); err != nil {
		t.Fatal(err)
	}
	d.BeforeCommit(func(*Tx) error { return codeError(sqliteIOErrFsync) })
	err := fill(d, "b")
	if !errors.Is(err, ErrUnknown) || fault.Of(err).Key != "db.unknown" || told == nil {
		t.Errorf("%v, told %v", err, told)
	}
	d.before = nil
	if err := fill(d, "c"); fault.KindOf(err) != fault.Unavailable || errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
	if err := d.Ready(context.Background()); err == nil {
		t.Error("ready")
	}
	if n := count(t, d); n != 1 {
		t.Error(n)
	}
}

func TestNetworkFileSystemsAreRefused(t *testing.T) {
	dir, err := os.MkdirTemp("/dev/shm", "sanwen-test-") // tmpfs
	if err != nil {
		dir = t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := refuseNetworkDir(dir); err != nil {
		t.Fatal(err)
	}
	magic, err := fileSystem(dir)
	if err != nil {
		t.Fatal(err)
	}
	networkFS[magic] = "a test"
	t.Cleanup(func() { delete(networkFS, magic) })
	if _, err := Open(context.Background(), Config{Dir: filepath.Join(dir, "data")}); !errors.Is(err, ErrNetworkDir) {
		t.Error(err)
	}
	openSmall(t, Config{Dir: filepath.Join(dir, "data"), AllowNetworkDir: true})
}

func TestEveryConnectionIsSetUp(t *testing.T) {
	d := openSmall(t, Config{})
	look := func(c *sqliteConn, pragma string, want int64) {
		t.Helper()
		if got, err := firstInt(c, "PRAGMA "+pragma); err != nil || got != want {
			t.Errorf("%s is %d, want %d: %v", pragma, got, want, err)
		}
	}
	conns := []*sqliteConn{d.writer}
	for _, r := range lent(t, d) {
		conns = append(conns, r)
		defer d.readers.give(r)
	}
	for i, c := range conns {
		look(c, "synchronous", 2)
		look(c, "foreign_keys", 1)
		look(c, "secure_delete", 1)
		look(c, "trusted_schema", 0)
		look(c, "busy_timeout", 10000)
		look(c, "temp_store", 2)
		look(c, "query_only", map[bool]int64{true: 0, false: 1}[i == 0])
		if lines, err := report(context.Background(), c, "PRAGMA journal_mode"); err != nil || strings.Join(lines, "") != "wal" {
			t.Errorf("journal mode %v %v", lines, err)
		}
	}
}

func TestStatementsKeptAreBounded(t *testing.T) {
	d := openSmall(t, Config{})
	err := d.Read(context.Background(), func(tx *Tx) error {
		for i := range 3 * stmtsPerConn {
			cond, args := In("id", make([]string, 1), 1)
			if _, err := All[int](tx, "SELECT id FROM t WHERE "+cond+strings.Repeat(" ", i), args...); err != nil {
				return err
			}
			if n := len(tx.s.(*sqliteConn).stmts); n > stmtsPerConn {
				t.Fatalf("%d statements", n)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestShapeOf(t *testing.T) {
	for q, want := range map[string]shape{
		"SELECT 1":                   shapeRead,
		"  \n-- x\n/* y */ select 1": shapeRead,
		"SELECT id FROM t WHERE text = 'DELETE' FOR UPDATE": shapeRead,
		"VALUES (1)": shapeRead,
		"WITH a AS (SELECT 'INSERT' AS \"DELETE\") SELECT * FROM a": shapeRead,
		"WITH a AS (SELECT 1) SELECT * FROM t FOR UPDATE":           shapeRead,
		"WITH a AS (SELECT 1) -- it's\n UPDATE t SET id = 1":        shapeWrite,
		"WITH a AS (DELETE FROM t RETURNING id) SELECT id FROM a":   shapeWrite,
		"insert into t values (1)":                                  shapeWrite,
		"Update t SET id = 1":                                       shapeWrite,
		"DELETE FROM t":                                             shapeWrite,
		"BEGIN":                                                     shapeOther,
		"PRAGMA query_only = 0":                                     shapeOther,
		"ATTACH 'x' AS y":                                           shapeOther,
		"":                                                          shapeOther,
		"'unclosed":                                                 shapeOther,
		"-- only a comment":                                         shapeOther,
	} {
		if got := shapeOf(q); got != want {
			t.Errorf("%q: %d, want %d", q, got, want)
		}
	}
}

func TestSnake(t *testing.T) {
	for name, want := range map[string]string{
		"ID": "id", "Name": "name", "EmployeeNo": "employee_no", "PlaceID": "place_id", "Due0": "due0", "DueVersion": "due_version",
		"URL": "url", "URLPath": "url_path", "VoiceIDs": "voice_ids", "FirstHours": "first_hours", "NameZh": "name_zh", "T24H": "t24_h",
	} {
		if got := snake(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestIn(t *testing.T) {
	for values, want := range map[string]string{
		"":          "1 = 0",
		"a":         "c IN ($3)",
		"a b":       "c IN ($3,$4)",
		"a b c":     "c IN ($3,$4,$5,$6)",
		"a b c d":   "c IN ($3,$4,$5,$6)",
		"a b c d e": "c IN ($3,$4,$5,$6,$7,$8,$9,$10)",
	} {
		list := strings.Fields(values)
		got, args := In("c", list, 3)
		if got != want {
			t.Errorf("%q: %s, want %s", values, got, want)
		}
		for i, a := range args {
			if want := list[min(i, len(list)-1)]; a != want {
				t.Errorf("%q: argument %d is %v", values, i, a)
			}
		}
	}
}

// TestBehind: a page begins behind the last row of the one before; what is no cursor is refused, and the first page needs none.
func TestBehind(t *testing.T) {
	for _, c := range []struct {
		cursor string
		day    bool // a day is in it
		millis bool // a number is
	}{{"", true, true}, {"2026-11-23~a", true, false}, {"1796000000000~a", false, true}, {"a", false, false}, {"~", false, false}, {"2026-02-30~a", false, false}, {"1e9~a", false, false}, {"12", false, false}} {
		day, millis := NewWhere(), NewWhere()
		if err := day.BehindDay("closes", "id", c.cursor); (err == nil) != c.day || err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("day %q: %v", c.cursor, err)
		}
		if err := millis.BehindMillis("made_at", "id", c.cursor); (err == nil) != c.millis || err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("millis %q: %v", c.cursor, err)
		}
		cond, args := day.SQL()
		if c.day && c.cursor != "" && (cond != "((closes, id) < ($1, $2))" || len(args) != 2) {
			t.Errorf("%q: %s %v", c.cursor, cond, args)
		}
	}
}

func TestWhere(t *testing.T) {
	if cond, args := NewWhere().SQL(); cond != "1 = 1" || len(args) != 0 {
		t.Error(cond, args)
	}
	w := NewWhere("first").Add("a = ? OR b = ?", 1, 2).Add("c = '?' AND \"d?\" = ?", 3).In("e", []string{"x", "y"})
	cond, args := w.SQL()
	if cond != `(a = $2 OR b = $3) AND (c = '?' AND "d?" = $4) AND (e IN ($5,$6))` || len(args) != 6 || args[0] != "first" || args[5] != "y" {
		t.Error(cond, args)
	}
	if p := w.Arg(9); p != "$7" {
		t.Error(p)
	}
	defer func() {
		if recover() == nil {
			t.Error("a missing argument was not noticed")
		}
	}()
	NewWhere().Add("a = ?")
}

func TestValuesThatCannotBeStored(t *testing.T) {
	var nothing *string
	for _, c := range []struct {
		in   any
		want any
		ok   bool
	}{
		{nothing, nil, true},
		{uint64(1 << 63), nil, false},
		{"bad \xff", nil, false},
		{"nul \x00", nil, false},
		{uint8(7), int64(7), true},
		{float32(0.5), 0.5, true},
		{[]int{1}, nil, false},
		{map[string]int{}, nil, false},
	} {
		got, err := value(c.in)
		if got != c.want || (err == nil) != c.ok {
			t.Errorf("%v: %v, %v", c.in, got, err)
		}
	}
}

// TestFillIsThereAfterClose: what was written without waiting for the disk is synced into the database when it is closed, and the next
// start is an ordinary one.
func TestFillIsThereAfterClose(t *testing.T) {
	dir := t.TempDir()
	d := openSmall(t, Config{Dir: dir, Fill: true})
	for range 20 {
		if err := fill(d, strings.Repeat("x", 3000)); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, FileName+"-wal")); err == nil && info.Size() > 0 {
		t.Errorf("%d bytes are left in the log", info.Size())
	}
	d = openSmall(t, Config{Dir: dir})
	if n := count(t, d); n != 20 {
		t.Errorf("%d rows, want 20", n)
	}
	for pragma, want := range map[string]string{"synchronous": "2", "wal_autocheckpoint": "12000"} {
		if got := d.pragma(t, pragma); got != want {
			t.Errorf("%s is %s, want %s", pragma, got, want)
		}
	}
}

func (d *DB) pragma(t *testing.T, name string) string {
	t.Helper()
	r, err := d.writer.query(context.Background(), "PRAGMA "+name, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	row := make([]driver.Value, 1)
	if err := r.Next(row); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(row[0])
}

// TestFirstOfAGroupFails: the first member has no savepoint; if it fails, nothing of it stays and the next ones are not touched.
func TestFirstOfAGroupFails(t *testing.T) {
	d := openSmall(t, Config{})
	no := errors.New("no")
	for i := range 5 {
		err := d.Upkeep(context.Background(), func(tx *Tx) error {
			if _, err := tx.Exec("INSERT INTO t (text) VALUES ('undone')"); err != nil {
				return err
			}
			return no
		})
		if err != no {
			t.Fatal(err)
		}
		if n := count(t, d); n != i {
			t.Fatalf("%d rows after a failure, want %d", n, i)
		}
		if err := fill(d, "kept"); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, d); n != 5 {
		t.Errorf("%d rows, want 5", n)
	}
}

// TestKeptForTheTransaction: what one action has read is there for the next of the same transaction and for no other.
func TestKeptForTheTransaction(t *testing.T) {
	d := openSmall(t, Config{})
	type key struct{}
	for range 2 {
		err := d.Upkeep(context.Background(), func(tx *Tx) error {
			if got := tx.Kept(key{}); got != nil {
				t.Errorf("%v of another transaction", got)
			}
			tx.Keep(key{}, 7)
			if got := tx.Kept(key{}); got != 7 {
				t.Errorf("kept %v", got)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
