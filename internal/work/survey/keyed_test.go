package survey_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestAnswersKeepThroughTheirNewKey: what waits in boxes and what was answered in a database from before is all there afterwards, photos included.
func TestAnswersKeepThroughTheirNewKey(t *testing.T) {
	before := fstest.MapFS{}
	from := os.DirFS("../../ground/db/migrations")
	names, err := fs.Glob(from, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		text, err := fs.ReadFile(from, n)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(n, "0449_") {
			before[n] = &fstest.MapFile{Data: text}
		}
	}
	if len(before) != len(names)-1 {
		t.Fatalf("%d of %d migrations are from before", len(before), len(names))
	}
	for name, c := range map[string]db.Config{"sqlite": {Dir: t.TempDir()}, "postgres": {DSN: dbtest.PostgresDSN(t)}} {
		if c.Dir == "" && c.DSN == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			open := func(migrations fs.FS) *db.DB {
				t.Helper()
				c.Migrations = migrations
				d, err := db.Open(t.Context(), c)
				if err != nil {
					t.Fatal(err)
				}
				return d
			}
			rows := func(d *db.DB) (out string) {
				t.Helper()
				defer d.Close()
				if err := d.Read(t.Context(), func(tx *db.Tx) error {
					type row struct{ ID, Round, Unit, Body, Texts, Photos string }
					box, err := db.All[row](tx, `SELECT * FROM survey_box ORDER BY id`)
					if err != nil {
						return err
					}
					all, err := db.All[row](tx, `SELECT * FROM survey_answer ORDER BY id`)
					out = fmt.Sprintf("%+v %+v", box, all)
					return err
				}); err != nil {
					t.Fatal(err)
				}
				return out
			}
			d := open(before)
			if err := d.Upkeep(context.Background(), func(tx *db.Tx) error {
				for _, q := range []string{
					`INSERT INTO survey_form (id, version, template, title_zh, title_en, draft, published, changed_at, changed_by) VALUES ('f', 1, '', '题', '', '{}', 1, 0, '')`,
					`INSERT INTO survey_version (form, v, body, digest, made_at, made_by) VALUES ('f', 1, '{}', '', 0, '')`,
				} {
					if _, err := tx.Exec(q); err != nil {
						return err
					}
				}
				for r := range 2 {
					round := fmt.Sprint("r", r)
					if _, err := tx.Exec(`INSERT INTO survey_round (id, version, form, v, state, title, audience, units, wanted, seed, people, invited, opens, closes, made_at, made_by, closed_at, tally, reason)
						VALUES ($1, 1, 'f', 1, 'open', '', 'all', '', 0, '', 0, 0, '2026-11-23', '2026-11-30', 0, '', 0, '', '')`, round); err != nil {
						return err
					}
					for i := range 7 {
						key := fmt.Sprint(i*37%7, "-", r)
						if _, err := tx.Exec(`INSERT INTO survey_box (id, round, unit, body, texts, photos) VALUES ($1, $2, 'U01', $3, '{"say":"粥是凉的"}', 'p')`, key, round, key); err != nil {
							return err
						}
						if _, err := tx.Exec(`INSERT INTO survey_answer (id, round, unit, body) VALUES ($1, $2, 'U02', $3)`, key, round, key); err != nil {
							return err
						}
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			had := rows(d)
			if now := rows(open(nil)); now != had || strings.Count(now, "粥是凉的") != 14 {
				t.Errorf("%.1000s\nwas %.1000s", now, had)
			}
		})
	}
}
