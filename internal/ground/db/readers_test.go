package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"testing"
	"testing/synctest"
)

// lent takes every connection that reads.
func lent(t *testing.T, d *DB) (out []*sqliteConn) {
	t.Helper()
	for range d.readers.most() {
		c, err := d.readers.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// TestReadersStayWarm: who reads gets the connection that was used last; the one that has rested longest can be had, too; and whoever comes when all
// are lent waits until one is given back, or does not want it any more.
func TestReadersStayWarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReaders(3)
		var all []*sqliteConn
		for range 3 {
			c := &sqliteConn{}
			all = append(all, c)
			r.give(c)
		}
		take := func(f func(context.Context) (*sqliteConn, error)) *sqliteConn {
			t.Helper()
			c, err := f(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		for range 5 {
			c := take(r.take)
			if c != all[2] {
				t.Error("another one was lent than the last")
			}
			r.give(c)
		}
		for i := range 6 {
			c := take(r.oldest)
			if c != all[i%3] {
				t.Errorf("time %d: another one was lent than the oldest", i)
			}
			r.give(c)
		}
		for range 3 {
			take(r.take)
		}
		gone, leave := context.WithCancel(t.Context())
		var err error
		go func() { _, err = r.take(gone) }()
		got := make(chan *sqliteConn, 1)
		go func() { got <- take(r.take) }()
		synctest.Wait()
		leave()
		synctest.Wait()
		if err == nil || len(got) != 0 {
			t.Errorf("%v; %d were lent beyond those that there are", err, len(got))
		}
		r.give(all[1])
		if c := <-got; c != all[1] {
			t.Error("another one was lent than was given back")
		}
	})
}

// broken is a connection that does not work any more.
type broken struct{ driver.Conn }

func (broken) Prepare(string) (driver.Stmt, error) { return nil, errors.New("disk I/O error") }

// TestABrokenReaderIsLentLast: a connection that does not work any more refuses who has got it, and those who come next get others.
func TestABrokenReaderIsLentLast(t *testing.T) {
	d := openSmall(t, Config{})
	c, err := d.readers.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.forget()
	c.conn = broken{c.conn}
	d.readers.give(c)
	read := func() error {
		return d.Read(t.Context(), func(tx *Tx) error { _, err := One[int](tx, "SELECT COUNT(*) FROM t"); return err })
	}
	if err := read(); err == nil {
		t.Fatal("a connection that does not work has read")
	}
	for range 2 * d.readers.most() {
		if err := read(); err != nil {
			t.Error(err)
		}
	}
}
