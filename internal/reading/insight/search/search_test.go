package search

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// seedOf draws the seed of a random test; SANWEN_SEED repeats one.
func seedOf(t *testing.T) uint64 {
	seed := rand.Uint64()
	if s := os.Getenv("SANWEN_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	t.Logf("SANWEN_SEED=%d", seed)
	return seed
}

// shelfTest is a shelf of voices with what it should hold beside it.
type shelfTest struct {
	t     *testing.T
	d     *db.DB
	rnd   *rand.Rand
	texts map[string]Text // by id
	start int64
}

func (w *shelfTest) upkeep(f func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.d.Upkeep(context.Background(), f); err != nil {
		w.t.Fatal(err)
	}
}

var alphabets = []string{"水电食堂浴室", "ab1 ", "浴室abＡB１２ 水，。", "體体溫温Ⅲ%_\\'\""}

func (w *shelfTest) words() string {
	a := []rune(alphabets[w.rnd.IntN(len(alphabets))])
	var b strings.Builder
	for range 1 + w.rnd.IntN(30) {
		b.WriteRune(a[w.rnd.IntN(len(a))])
	}
	return b.String()
}

// say writes a voice without following it.
func (w *shelfTest) say(tx *db.Tx, ref string, at int64, title, words string) error {
	w.texts[ref] = Text{at / hour * hour, Fold("N" + ref + " " + title + " " + words)}
	_, err := tx.Exec(`INSERT INTO voice (id, number, level, kind, channel, text, redacted, title, state, day, registered_at)
		VALUES ($1, $2, 'named', 'need', 'scan', $3, $4, $5, 'registered', '2026-01-01', $6)
		ON CONFLICT (id) DO UPDATE SET redacted = excluded.redacted, title = excluded.title, state = excluded.state`, ref, "N"+ref, "原话"+words, words, title, at)
	return err
}

// erase takes the words of a voice away.
func (w *shelfTest) erase(tx *db.Tx, ref string) error {
	delete(w.texts, ref)
	_, err := tx.Exec(`UPDATE voice SET state = 'erased', redacted = '', title = '' WHERE id = $1`, ref)
	return err
}

func (w *shelfTest) follow(tx *db.Tx, refs ...string) error {
	for part := range slices.Chunk(refs, 100) {
		if err := Voices.update(tx, part); err != nil {
			return err
		}
	}
	row, err := shelfOf(tx, Voices)
	if err != nil {
		return err
	}
	return Voices.seal(tx, row)
}

// want lists what holds the parts, by reading everything.
func (w *shelfTest) want(question string) map[string]int64 {
	out := map[string]int64{}
next:
	for ref, t := range w.texts {
		var s int64
		for _, p := range Parts(question) {
			if !strings.Contains(t.Text, p) {
				continue next
			}
			s += score(strings.Count(t.Text, p), runeLen(t.Text))
		}
		out[ref] = s
	}
	return out
}

// found pages through everything that is found.
func (w *shelfTest) found(q Query) []string {
	w.t.Helper()
	var out []string
	if err := w.d.Read(context.Background(), func(tx *db.Tx) error {
		tx.Asked()
		for {
			h, err := Find(tx, q)
			if err != nil {
				return err
			}
			if out = append(out, h.Refs...); h.Next == "" {
				return nil
			}
			if len(h.Refs) != q.Limit {
				w.t.Fatalf("a page of %d has %d and is not the last", q.Limit, len(h.Refs))
			}
			q.After = h.Next
		}
	}); err != nil {
		w.t.Fatal(err)
	}
	return out
}

func everybody(refs []string) (map[string]bool, error) {
	out := map[string]bool{}
	for _, r := range refs {
		out[r] = true
	}
	return out, nil
}

// check compares questions with a reading of all texts: which, in which order, page by page.
func (w *shelfTest) check(n int) {
	w.t.Helper()
	var all []string
	for ref := range w.texts {
		all = append(all, ref)
	}
	slices.Sort(all)
	for i := range n {
		question := w.words()
		if i%3 > 0 { // cut out of a text
			r := []rune(w.texts[all[w.rnd.IntN(len(all))]].Text)
			at := w.rnd.IntN(len(r) - 1)
			question = string(r[at:min(len(r), at+2+w.rnd.IntN(5))])
		}
		parts := Parts(question)
		if !slices.ContainsFunc(parts, func(p string) bool { return len([]rune(p)) > 1 }) {
			continue
		}
		want := w.want(question)
		limit := max(1+w.rnd.IntN(40), len(want)/4)
		got := w.found(Query{Shelf: Voices, Words: question, Limit: limit, Keep: everybody})
		missing := len(want) - len(got)
		for _, ref := range got {
			if _, ok := want[ref]; !ok {
				w.t.Fatalf("%q finds %q", question, w.texts[ref].Text)
			}
		}
		if missing != 0 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(want) {
			w.t.Fatalf("%q finds %d of %d", question, len(got), len(want))
		}
		ranked := w.found(Query{Shelf: Voices, Words: question, Limit: limit, Ranked: true, Keep: everybody})
		place := map[string]int{}
		for i, ref := range got {
			place[ref] = i
		}
		var order []string
		for ref := range want {
			order = append(order, ref)
		}
		if len(parts) == len(w.parts(parts)) { // single characters are not in the lists, and do not count
			slices.SortFunc(order, func(a, b string) int { return cmp.Or(cmp.Compare(want[b], want[a]), cmp.Compare(place[a], place[b])) })
			if !slices.Equal(ranked, order) {
				w.t.Fatalf("%q ranks\n%v, not\n%v", question, ranked, order)
			}
		}
	}
}

func (w *shelfTest) parts(in []string) []string {
	return slices.DeleteFunc(slices.Clone(in), func(p string) bool { return len([]rune(p)) < 2 })
}

// sound looks at every byte of the index.
func (w *shelfTest) sound() {
	w.t.Helper()
	if err := w.d.Read(context.Background(), func(tx *db.Tx) error {
		states, _, err := Check(tx, 0)
		if err != nil {
			return err
		}
		st := states[0]
		if !st.Ready || st.Bad != 0 || st.Gone != 0 || st.Texts != int64(len(w.texts)) {
			w.t.Fatalf("the index of %d texts is %+v", len(w.texts), st)
		}
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
}

func newShelf(t *testing.T, d *db.DB, seed uint64) *shelfTest {
	w := &shelfTest{t: t, d: d, rnd: rand.New(rand.NewPCG(seed, 1)), texts: map[string]Text{}, start: int64(clock.MillisOf(dbtest.Start())) - 400*hour}
	w.upkeep(func(tx *db.Tx) error { return putShelf(tx, shelfRow{Shelf: Voices, Version: version, State: ready}) })
	return w
}

// Every substring of two characters and more is found, and nothing else, newest first and ranked, page by page, whatever was changed and
// erased meanwhile, and again after the index was made anew.
func TestFindsEverySubstring(t *testing.T) {
	seed := seedOf(t)
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := newShelf(t, d, seed)
		n := 0
		add := func(tx *db.Tx, count int) error {
			var refs []string
			for range count {
				n++
				ref := fmt.Sprintf("%06x", n*7919%1000003)
				if err := w.say(tx, ref, w.start+int64(n/30)*hour+int64(w.rnd.IntN(hour)), w.words(), w.words()+w.words()); err != nil {
					return err
				}
				refs = append(refs, ref)
			}
			return w.follow(tx, refs...)
		}
		for range 3 {
			w.upkeep(func(tx *db.Tx) error { return add(tx, 50+w.rnd.IntN(100)) })
		}
		w.upkeep(func(tx *db.Tx) error { return add(tx, 1100) })
		w.check(8)
		w.sound()
		if segments := w.count(`SELECT COUNT(*) FROM insight_segment`); segments == 0 {
			t.Fatal("all texts are still in the tail")
		}
		w.upkeep(func(tx *db.Tx) error {
			var refs []string
			for ref := range w.texts {
				refs = append(refs, ref)
			}
			slices.Sort(refs)
			w.rnd.Shuffle(len(refs), func(i, j int) { refs[i], refs[j] = refs[j], refs[i] })
			refs = refs[:60]
			for i, ref := range refs {
				var err error
				if i%3 == 0 {
					err = w.erase(tx, ref)
				} else {
					err = w.say(tx, ref, 0, w.words(), w.words())
				}
				if err != nil {
					return err
				}
			}
			return w.follow(tx, refs...)
		})
		for ref, x := range w.texts {
			if x.At == 0 { // the moment does not change
				x.At = w.one(`SELECT at FROM insight_doc WHERE shelf = 1 AND ref = $1 UNION ALL SELECT at FROM insight_tail WHERE shelf = 1 AND ref = $1`, ref)
				w.texts[ref] = x
			}
		}
		w.check(8)
		w.sound()
		if err := Rebuild(context.Background(), storeOf(d), nil); err != nil {
			t.Fatal(err)
		}
		w.check(8)
		w.sound()
		if got := w.found(Query{Shelf: Voices, Words: "原话", Limit: 5, Keep: everybody}); len(got) > 0 {
			t.Errorf("the original words are found: %v", got)
		}
	})
}

func (w *shelfTest) count(q string) int64 { return w.one(q) }

func (w *shelfTest) one(q string, args ...any) (n int64) {
	w.t.Helper()
	if err := w.d.Read(context.Background(), func(tx *db.Tx) (err error) { n, err = db.One[int64](tx, q, args...); return err }); err != nil {
		w.t.Fatal(err)
	}
	return n
}

func storeOf(d *db.DB) Store {
	return Store{Read: d.Read, Write: func(ctx context.Context, f func(tx *db.Tx) error) error { return d.Upkeep(ctx, f) }, Clock: d.Clock()}
}
