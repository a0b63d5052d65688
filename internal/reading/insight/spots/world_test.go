package spots

import (
	"context"
	"encoding/csv"
	"os"
	"strconv"
	"strings"
	"testing"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/voicetest"
)

// place is an organisation whose record is followed.
type place struct {
	*voicetest.World
	log *event.Log
}

func run(t *testing.T, test func(t *testing.T, w place)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := voicetest.New(t, d, c)
		log, err := event.Open(t.Context(), d, w.Keys, event.Options{})
		if err != nil {
			t.Fatal(err)
		}
		log.Consume(Consumer())
		test(t, place{w, log})
	})
}

// follow lets the consumer see what was recorded.
func (w place) follow() {
	w.T.Helper()
	if err := w.log.Tick(w.T.Context()); err != nil {
		w.T.Fatal(err)
	}
	if err := Mend(w.T.Context(), w.store()); err != nil {
		w.T.Fatal(err)
	}
}

func (w place) store() Store {
	return Store{Read: w.DB.Read, Write: func(ctx context.Context, f func(tx *db.Tx) error) error { return w.DB.Upkeep(ctx, f) }}
}

// spots lists the table: voice → spot.
func (w place) spots() map[string]int64 {
	w.T.Helper()
	out := map[string]int64{}
	w.Read(func(tx *db.Tx) error {
		tx.Asked()
		rows, err := db.All[kept](tx, `SELECT voice, hood, at, day, spot, sort FROM insight_spot_voice`)
		for _, r := range rows {
			out[r.Voice] = r.Spot
		}
		return err
	})
	return out
}

// sound fails the test where the table says something else than the voices.
func (w place) sound() {
	w.T.Helper()
	w.Read(func(tx *db.Tx) error {
		tx.Asked()
		h, err := Check(tx, 0)
		if err == nil && (h.Bad != 0 || h.Lost != 0 || h.Lag != 0 || h.Wanted) {
			w.T.Errorf("not sound: %+v", h)
		}
		return err
	})
}

// forty registers the voices of the demonstration and gives their ids by number.
func (w place) forty() map[int]string {
	w.T.Helper()
	b, err := os.ReadFile("../../../app/demo/data/voices.csv")
	if err != nil {
		w.T.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
	if err != nil {
		w.T.Fatal(err)
	}
	out := map[int]string{}
	for _, r := range rows[1:] {
		n, err := strconv.Atoi(r[0])
		if err != nil {
			w.T.Fatal(err)
		}
		in := voice.Register{Level: voice.Level(r[3]), Place: r[2], Text: r[4]}
		if len(in.Place) == 3 {
			in.Place, in.Unit = "", r[2]
		}
		sent, err := w.Say(map[bool]string{true: "worker"}[in.Level != voice.Anonymous], w.Form(in))
		if err != nil {
			w.T.Fatalf("%d: %v", n, err)
		}
		if sent.Voice != "" {
			out[n] = sent.Voice
		}
	}
	return out
}

// inPieces lets a building take so many voices at once, until the test ends.
func inPieces(t *testing.T, n int) {
	was := piece
	piece = n
	t.Cleanup(func() { piece = was })
}
