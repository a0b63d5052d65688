package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sanwen/internal/app/demo/picture"
	"sanwen/internal/base/event"
	"sanwen/internal/base/login"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

// forgetful takes pictures and keeps none, nor has them drawn: where nobody looks at them, that is most of the work.
type forgetful struct{ n atomic.Int64 }

func (f *forgetful) Add(context.Context, io.Reader) (blob.Photo, error) {
	h := sha256.Sum256(fmt.Append(nil, f.n.Add(1)))
	name := hex.EncodeToString(h[:])
	return blob.Photo{Hash: name, Thumb: name, W: picture.Width, H: picture.Height, Bytes: 1}, nil
}

// house is an installation around a database that keeps no pictures.
func house(t testing.TB, d *db.DB, c *clock.Fake) House {
	t.Helper()
	dir := t.TempDir()
	keys, err := seal.OpenKeys(filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	log, err := event.Open(context.Background(), d, keys, event.Options{Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	return House{DB: d, Keys: keys, Photos: &forgetful{}, Log: log, Login: login.New(d, keys, quiet), Clock: c, Zone: d.Zone()}
}

// kept draws, converts and stores one picture of each kind of scene as an installation does; it forgets the others, which differ by the day
// in their corner.
type kept struct {
	forgetful
	to   *blob.Photos
	mu   sync.Mutex
	seen map[string]bool
}

func (k *kept) Add(ctx context.Context, r io.Reader) (blob.Photo, error) {
	s := r.(*drawing).scene
	k.mu.Lock()
	again := k.seen[s.Name+s.Moment]
	k.seen[s.Name+s.Moment] = true
	k.mu.Unlock()
	if again {
		return k.forgetful.Add(ctx, r)
	}
	return k.to.Add(ctx, r)
}

func photos(t testing.TB, d *db.DB, c *clock.Fake) *blob.Photos {
	t.Helper()
	dir, err := blob.OpenDir(filepath.Join(t.TempDir(), "blobs"), c, d.Zone())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dir.Close() })
	return blob.NewPhotos(dir, blob.Limits{})
}

// TestMake: what the demonstration promises is there, on SQLite on a Monday, with its pictures, and on PostgreSQL right after long holidays.
func TestMake(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := house(t, d, c)
		if d.Dialect() == db.SQLite {
			h.Photos = &kept{to: photos(t, d, c), seen: map[string]bool{}}
		} else {
			c.Set(at(t, "2026-10-09 08:05"))
		}
		end := c.Now()
		m, err := Make(context.Background(), h, Size{People: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if !c.Now().Equal(end) {
			t.Errorf("the clock ends at %v", c.Now())
		}
		x := &made{t: t, House: h, Made: m}
		x.read(func(tx *db.Tx) (err error) {
			if x.matters, err = db.All[matter.Matter](tx, `SELECT * FROM matter ORDER BY number`); err != nil {
				return err
			}
			ids, err := db.All[string](tx, `SELECT id FROM voice ORDER BY registered_at, id`)
			if err != nil {
				return err
			}
			for _, id := range ids {
				v, err := voice.ByID(tx, id)
				if err != nil {
					return err
				}
				x.voices = append(x.voices, v)
			}
			return nil
		})
		x.ledger()
		x.lights()
		x.orders()
		x.meetings()
		x.subjects()
		x.told()
		x.inbox()
		x.separation()
		x.answered()
		x.kept()
		x.ratings()
		x.secrets()
		x.hours()
		x.offered()
		x.asked()
		x.circular()
		r, err := event.Verify(context.Background(), d, event.VerifyOptions{})
		if err != nil || r.Bad != nil || r.Entries < 3000 {
			t.Errorf("verify: %+v, %v", r, err)
		}
	})
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Shanghai())
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// TestAnyDay: the demonstration can be made on any day, also after the Spring Festival, at night and on a Sunday. Voices made in bulk are
// worked off like all others, and the log of them is whole.
func TestAnyDay(t *testing.T) {
	days := []struct {
		now  string
		many int
	}{{"2026-02-25 00:20", 0}, {"2026-05-06 12:30", 0}, {"2027-06-27 17:45", 1200}}
	if testing.Short() {
		days = days[:1]
	}
	for _, day := range days {
		t.Run(day.now, func(t *testing.T) {
			now, many := day.now, day.many
			c := clock.NewFake(at(t, now))
			d := open(t, c)
			defer func() {
				if err := d.Close(); err != nil {
					t.Error(err)
				}
			}()
			h := house(t, d, c)
			told := 0
			if _, err := Make(context.Background(), h, Size{People: 1000, Voices: many, Progress: func(n int) { told = n }}); err != nil {
				t.Fatal(err)
			}
			x := &made{t: t, House: h}
			x.answered()
			x.separation()
			if told != many {
				t.Errorf("told of %d voices", told)
			}
			before := clock.MillisOf(c.Now().AddDate(-1, -1, 1))
			if n := x.count(`SELECT COUNT(*) FROM voice WHERE registered_at < $1`, before); n != many {
				t.Errorf("%d voices before the story", n)
			}
			if n := x.count(`SELECT COUNT(*) FROM matter WHERE registered_at < $1 AND state <> 'closed'`, before); n > 1 {
				t.Errorf("%d matters of those are not struck off", n)
			}
			if r, err := event.Verify(context.Background(), d, event.VerifyOptions{}); err != nil || r.Bad != nil {
				t.Errorf("verify: %+v, %v", r, err)
			}
		})
	}
}

func open(t testing.TB, c *clock.Fake) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), db.Config{Dir: t.TempDir(), Clock: c, Zone: clock.Shanghai(), Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// BenchmarkMake measures the demonstration with as many people as it has by default.
func BenchmarkMake(b *testing.B) {
	for b.Loop() {
		c := clock.NewFake(clock.System().Now())
		d := open(b, c)
		h := house(b, d, c)
		h.Photos = photos(b, d, c)
		if _, err := Make(context.Background(), h, Size{}); err != nil {
			b.Fatal(err)
		}
		if err := d.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
