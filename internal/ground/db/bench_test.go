package db_test

import (
	"context"
	"database/sql/driver"
	"fmt"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"modernc.org/sqlite"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

const clients = 64

// together runs b.N calls of fn from 64 goroutines, as that many clients would.
func together(b *testing.B, fn func(i int64) error) {
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range clients {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := fn(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
}

// BenchmarkRawGroupCommit is what the driver can do: one goroutine inserts one row for every waiting client and commits them
// together, without savepoints, guards or anything else. Other figures are given as parts of this one.
func BenchmarkRawGroupCommit(b *testing.B) {
	q := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(1)", "wal_autocheckpoint(12000)"}}
	c, err := sqlite.NewConnector("file:" + filepath.Join(b.TempDir(), "raw.db") + "?" + q.Encode())
	if err != nil {
		b.Fatal(err)
	}
	conn, err := c.Connect(ctx)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	prepare := func(text string) driver.StmtExecContext {
		s, err := conn.Prepare(text)
		if err != nil {
			b.Fatal(err)
		}
		return s.(driver.StmtExecContext)
	}
	if _, err := prepare("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, n BIGINT)").ExecContext(ctx, nil); err != nil {
		b.Fatal(err)
	}
	begin, insert, commit := prepare("BEGIN IMMEDIATE"), prepare("INSERT INTO item (name, n) VALUES (?1, ?2)"), prepare("COMMIT")
	type request struct {
		i    int64
		done chan error
	}
	requests := make(chan request, clients)
	defer close(requests)
	go func() {
		for r := range requests {
			_, err := begin.ExecContext(context.Background(), nil)
			group := []request{r}
			for more := true; more; {
				if err == nil {
					_, err = insert.ExecContext(context.Background(), []driver.NamedValue{
						{Ordinal: 1, Value: fmt.Sprintf("name %d", r.i)}, {Ordinal: 2, Value: r.i}})
				}
				select {
				case r, more = <-requests:
					if more {
						group = append(group, r)
					}
				default:
					more = false
				}
			}
			if err == nil {
				_, err = commit.ExecContext(context.Background(), nil)
			}
			for _, r := range group {
				r.done <- err
			}
		}
	}()
	together(b, func(i int64) error {
		r := request{i, make(chan error, 1)}
		requests <- r
		return <-r.done
	})
}

func benchWrites(b *testing.B, d *db.DB, statements int) {
	together(b, func(i int64) error {
		return d.Write(ctx, func(tx *db.Tx) error {
			tx.Asked()
			tx.Recorded()
			for s := range statements {
				switch s % 3 {
				case 0:
					if _, err := tx.Exec("INSERT INTO item (name, n) VALUES ($1, $2)", fmt.Sprintf("name %d %d", i, s), i); err != nil {
						return err
					}
				case 1:
					if _, err := db.Maybe[item](tx, "SELECT * FROM item WHERE name = $1", fmt.Sprintf("name %d %d", i, s-1)); err != nil {
						return err
					}
				case 2:
					if _, err := tx.Exec("UPDATE item SET n = n + 1 WHERE name = $1", fmt.Sprintf("name %d %d", i, s-2)); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
	if s := d.Stats(); s.Commits > 0 {
		b.ReportMetric(float64(s.Writes)/float64(s.Commits), "writes/commit")
	}
}

// BenchmarkWrite does what BenchmarkRawGroupCommit does through Write, and then a transaction of the size of a submission.
func BenchmarkWrite(b *testing.B) {
	for _, statements := range []int{1, 10} {
		b.Run(fmt.Sprintf("sqlite/statements=%d", statements), func(b *testing.B) {
			d, _ := dbtest.OpenWith(b, tables)
			benchWrites(b, d, statements)
		})
		b.Run(fmt.Sprintf("postgres/statements=%d", statements), func(b *testing.B) {
			d, _ := dbtest.OpenPostgresWith(b, tables)
			if d == nil {
				b.SkipNow()
			}
			benchWrites(b, d, statements)
		})
	}
}

// BenchmarkRead reads one row by key in a transaction of its own.
func BenchmarkRead(b *testing.B) {
	d, _ := dbtest.OpenWith(b, tables)
	if err := d.Upkeep(ctx, func(tx *db.Tx) error { return insert(tx, "a", 1) }); err != nil {
		b.Fatal(err)
	}
	live, cancel := context.WithCancel(ctx) // as the context of a request
	defer cancel()
	b.ReportAllocs()
	for b.Loop() {
		err := d.Read(live, func(tx *db.Tx) error {
			_, err := db.One[item](tx, "SELECT * FROM item WHERE name = $1", "a")
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
