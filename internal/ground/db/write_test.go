package db

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/fstest"
)

func TestWriteTogether(t *testing.T) {
	ctx := context.Background()
	d, err := Open(ctx, Config{Dir: t.TempDir(), Migrations: fstest.MapFS{
		"0001_db.sql": {Data: []byte("CREATE TABLE db_ready (id BIGINT PRIMARY KEY, at BIGINT NOT NULL, tries BIGINT NOT NULL);")},
		"0002_t.sql":  {Data: []byte("CREATE TABLE t (id {{serial}}, name TEXT NOT NULL UNIQUE, n BIGINT, raw {{blob}});")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	err = d.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec("INSERT INTO t (name, n) VALUES ($1, $2)", "a", 5)
		return err
	})
	if !errors.Is(err, ErrUnasked) {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			err := d.Write(ctx, func(tx *Tx) error {
				tx.Asked()
				tx.Recorded()
				_, err := tx.Exec("INSERT INTO t (name, n) VALUES ($1, $2)", string(rune('a'+i%32)), 5)
				return err
			})
			if err != nil && !IsUnique(err) {
				t.Error(err)
			}
			if err := d.Write(ctx, func(tx *Tx) error { return d.Upkeep(context.Background(), func(tx *Tx) error { return nil }) }); err != ErrNested {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	d.Read(ctx, func(tx *Tx) error {
		type row struct {
			ID   int64
			Name string
			N    *int
			Raw  []byte
		}
		all, err := All[row](tx, "SELECT * FROM t")
		n, err2 := One[int](tx, "SELECT COUNT(*) FROM t")
		if err != nil || err2 != nil || len(all) != 32 || n != 32 || *all[0].N != 5 {
			t.Error(all, n, err, err2)
		}
		return nil
	})
}
