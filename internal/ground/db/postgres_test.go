package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
)

// onPostgres returns a database with the tables, its address, and a second way to it; nil where the tests may do without.
func onPostgres(t *testing.T, dsn string) (*db.DB, *pgx.Conn) {
	t.Helper()
	if dsn == "" {
		return nil, nil
	}
	d := opened(t, db.Config{DSN: dsn, Migrations: tables, MaxConns: 4, Clock: clock.NewFake(dbtest.Start())})
	other, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close(ctx) })
	return d, other
}

func update(tx *db.Tx, name string) error {
	_, err := tx.Exec("UPDATE item SET n = n + 1 WHERE name = $1", name)
	return err
}

func TestDeadlocksAreRunAgain(t *testing.T) {
	d, _ := onPostgres(t, dbtest.PostgresDSN(t))
	if d == nil {
		return
	}
	put(t, d, "a", "b")
	var both sync.WaitGroup
	both.Add(2)
	tries := make([]int, 2)
	var wg sync.WaitGroup
	for i, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		wg.Go(func() {
			err := d.Write(ctx, func(tx *db.Tx) error {
				allowed(tx)
				tries[i]++
				if err := update(tx, order[0]); err != nil {
					return err
				}
				if tries[i] == 1 {
					both.Done()
					both.Wait()
				}
				if err := update(tx, order[1]); err != nil {
					return fault.Wrap(fault.Conflict, "test.hidden", nil) // what fn makes of the error does not hide it
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	// One gives way, or more than one: whoever tries again may take its first row before the other has been woken, and they stand as before.
	if again := d.Stats().Retries; again < 1 || int64(tries[0]+tries[1]) != 2+int64(again) {
		t.Errorf("tries %v, %d retries", tries, d.Stats().Retries)
	}
	d.Read(ctx, func(tx *db.Tx) error {
		if n, err := db.All[int](tx, "SELECT n FROM item ORDER BY name"); err != nil || fmt.Sprint(n) != "[2 3]" {
			t.Error(n, err)
		}
		return nil
	})
}

func backend(tx *db.Tx) (int, error) { return db.One[int](tx, "SELECT pg_backend_pid()") }

func TestBrokenConnectionsAreRunAgain(t *testing.T) {
	d, other := onPostgres(t, dbtest.PostgresDSN(t))
	if d == nil {
		return
	}
	tries := 0
	err := d.Write(ctx, func(tx *db.Tx) error {
		allowed(tx)
		tries++
		pid, err := backend(tx)
		if err != nil {
			return err
		}
		if tries == 1 {
			other.Exec(ctx, "SELECT pg_terminate_backend($1, 2000)", pid)
		}
		return insert(tx, "once", tries)
	})
	if got := names(t, d); err != nil || got != "once" || tries != 2 {
		t.Errorf("%v after %d tries: %s", err, tries, got)
	}
	// Connections that broke while nobody used them are not noticed by anybody.
	other.Exec(ctx, "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	put(t, d, "twice")
}

// TestUnknownOutcome: the connection breaks while the commit is under way. Nobody may call it failed, and it is not run again.
func TestUnknownOutcome(t *testing.T) {
	d, other := onPostgres(t, dbtest.PostgresDSN(t))
	if d == nil {
		return
	}
	_, err := other.Exec(ctx, `CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$;
		CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()`)
	if err != nil {
		t.Fatal(err)
	}
	tries, pid := 0, make(chan int, 10)
	done := make(chan error, 1)
	cancelled, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		done <- d.Write(cancelled, func(tx *db.Tx) error {
			allowed(tx)
			tries++
			p, err := backend(tx)
			if err != nil {
				return err
			}
			pid <- p
			return insert(tx, "a", 1)
		})
	}()
	p := <-pid
	waitFor(t, func() bool {
		var q string
		other.QueryRow(ctx, "SELECT query FROM pg_stat_activity WHERE pid = $1 AND state = 'active'", p).Scan(&q)
		return q == "COMMIT"
	})
	cancel() // does not interrupt a commit
	select {
	case err := <-done:
		t.Fatalf("interrupted: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	other.Exec(ctx, "SELECT pg_terminate_backend($1)", p)
	err = <-done
	if !errors.Is(err, db.ErrUnknown) || tries != 1 {
		t.Errorf("%v after %d tries", err, tries)
	}
	unavailable(t, err, "db.unknown")
}

// TestUnconfirmedCommit: the server gives up waiting for its standby and calls the commit a success; this is not one.
func TestUnconfirmedCommit(t *testing.T) {
	dsn := dbtest.PrivatePostgres(t, "synchronous_standby_names=nobody")
	if dsn == "" {
		return
	}
	local, other := onPostgres(t, dsn+"&synchronous_commit=local") // makes the tables without waiting for nobody
	put(t, local, "a")
	d, _ := onPostgres(t, dsn)
	done := make(chan error, 1)
	go func() {
		done <- d.Write(ctx, func(tx *db.Tx) error { allowed(tx); return insert(tx, "b", 1) })
	}()
	waitFor(t, func() bool {
		tag, err := other.Exec(ctx, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query = 'COMMIT'")
		return err == nil && tag.RowsAffected() == 1
	})
	err := <-done
	if !errors.Is(err, db.ErrUnknown) {
		t.Error(err)
	}
	unavailable(t, err, "db.unknown")
}

func TestSettingsOfConnections(t *testing.T) {
	dsn := dbtest.PostgresDSN(t)
	if dsn == "" {
		return
	}
	d, _ := onPostgres(t, dsn+"&lock_timeout=1234")
	d.Read(ctx, func(tx *db.Tx) error {
		for name, want := range map[string]string{
			"synchronous_commit": "on", "statement_timeout": "1min", "lock_timeout": "1234ms",
			"idle_in_transaction_session_timeout": "1min", "TimeZone": "UTC", "transaction_isolation": "repeatable read",
			"transaction_read_only": "on",
		} {
			if got, err := db.One[string](tx, "SELECT current_setting($1)", name); got != want || err != nil {
				t.Errorf("%s is %s, want %s: %v", name, got, want, err)
			}
		}
		return nil
	})
}

func TestServerThatIsNotThere(t *testing.T) {
	_, err := db.Open(ctx, db.Config{DSN: "postgres://127.0.0.1:1/none?connect_timeout=1", Migrations: tables})
	unavailable(t, err, "db.unavailable")
	if _, err := db.Open(ctx, db.Config{DSN: "postgres://%"}); err == nil {
		t.Error("a broken address was accepted")
	}
}
