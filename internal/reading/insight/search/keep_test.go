package search

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// fill lays out n voices in segments and the tail.
func (w *shelfTest) fill(n int, words func(i int) string) []string {
	w.t.Helper()
	var refs []string
	w.upkeep(func(tx *db.Tx) error {
		for i := range n {
			ref := fmt.Sprintf("%06x", i*7919%1000003)
			refs = append(refs, ref)
			if err := w.say(tx, ref, w.start+int64(i/20)*hour, "", words(i)); err != nil {
				return err
			}
		}
		return w.follow(tx, refs...)
	})
	return refs
}

// traces looks for the pairs of a word in every row of the index.
func (w *shelfTest) traces(word string) (n int) {
	w.t.Helper()
	word = Fold(word)
	if err := w.d.Read(context.Background(), func(tx *db.Tx) error {
		pages, err := db.All[struct {
			ID   int64
			Data []byte
		}](tx, `SELECT id, data FROM insight_page`)
		if err != nil {
			return err
		}
		pairs, _ := cover(word)
		for _, p := range pages {
			if p.ID&(1<<20-1) == maxBuckets {
				continue
			}
			for _, x := range pairs {
				l, ok := find(p.Data, x)
				if !ok {
					w.t.Fatal("a page cannot be read")
				}
				n += len(l.docs)
			}
		}
		tails, err := db.All[string](tx, `SELECT text FROM insight_tail`)
		for _, t := range tails {
			n += strings.Count(t, word)
		}
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// What is erased or redacted anew leaves no trace, in a segment or in the tail.
func TestNoTrace(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := newShelf(t, d, 1)
		const word = "麒麟貔貅"
		refs := w.fill(small+40, func(i int) string {
			if i == 3 || i == 7 || i == small+35 || i == small+36 {
				return "水不热，" + word + "说的"
			}
			return "水不热"
		})
		if n := w.traces(word); n != 6 {
			t.Fatalf("%d traces of four texts", n) // two pairs for each of two in a segment, and two in the tail
		}
		w.upkeep(func(tx *db.Tx) error {
			for i, ref := range []string{refs[3], refs[7], refs[small+35], refs[small+36]} {
				var err error
				if i%2 == 0 {
					err = w.erase(tx, ref)
				} else {
					err = w.say(tx, ref, 0, "", "水不热，〔…〕说的")
				}
				if err != nil {
					return err
				}
			}
			return w.follow(tx, refs...)
		})
		if n := w.traces(word); n != 0 {
			t.Errorf("%d traces are left", n)
		}
		if got := w.found(Query{Shelf: Voices, Words: "〔…〕", Limit: 9, Keep: everybody}); len(got) != 2 {
			t.Errorf("redacted anew: %v", got)
		}
	})
}

// A building that is interrupted leaves an index that says so and is mended; what changes while it runs is followed.
func TestBuildingIsInterrupted(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := newShelf(t, d, 1)
		refs := w.fill(small+100, func(i int) string { return fmt.Sprintf("水不热%d号", i) })
		stopped := errors.New("killed")
		for _, after := range []int{2, 4} {
			n := 0
			broken := storeOf(d)
			write := broken.Write
			broken.Write = func(ctx context.Context, f func(tx *db.Tx) error) error {
				if n++; n > after {
					return stopped
				}
				return write(ctx, f)
			}
			if err := Voices.rebuild(t.Context(), broken, 0, nil); !errors.Is(err, stopped) {
				t.Fatalf("after %d steps: %v", after, err)
			}
			w.upkeep(func(tx *db.Tx) error { // somebody goes on working meanwhile
				if err := w.erase(tx, refs[after]); err != nil {
					return err
				}
				if err := w.say(tx, refs[after+10], 0, "改过", "水热了"); err != nil {
					return err
				}
				return Voices.update(tx, []string{refs[after], refs[after+10]})
			})
			if h := w.page(Query{Shelf: Voices, Words: "水热", Limit: 5, Keep: everybody}); !h.Unready {
				t.Error("half an index does not say so")
			}
			if err := Mend(t.Context(), storeOf(d)); err != nil {
				t.Fatal(err)
			}
			if h := w.page(Query{Shelf: Voices, Words: "水热", Limit: 5, Keep: everybody}); !h.Unready {
				t.Error("a building that may still run was taken over")
			}
			c.Advance(10 * time.Minute)
			if err := Mend(t.Context(), storeOf(d)); err != nil {
				t.Fatal(err)
			}
			for ref, x := range w.texts {
				x.At = w.one(`SELECT at FROM insight_doc WHERE shelf = 1 AND ref = $1 UNION ALL SELECT at FROM insight_tail WHERE shelf = 1 AND ref = $1`, ref)
				w.texts[ref] = x
			}
			w.sound()
		}
		w.check(6)
	})
}

func (w *shelfTest) page(q Query) (h Hits) {
	w.t.Helper()
	if err := w.d.Read(context.Background(), func(tx *db.Tx) (err error) { h, err = Find(tx, q); return err }); err != nil {
		w.t.Fatal(err)
	}
	return h
}

// What is not there for whoever asks is neither found nor counted, and no page is shorter for it.
func TestOnlyWhatIsKept(t *testing.T) {
	d, _ := dbtest.Open(t)
	w := newShelf(t, d, 1)
	refs := w.fill(small+200, func(i int) string { return strings.Repeat("水热", 1+i%3) })
	mine := map[string]bool{}
	for i, ref := range refs {
		mine[ref] = i%50 == 0
	}
	keep := func(refs []string) (map[string]bool, error) {
		out := map[string]bool{}
		for _, r := range refs {
			out[r] = mine[r]
		}
		return out, nil
	}
	for _, ranked := range []bool{false, true} {
		got := w.found(Query{Shelf: Voices, Words: "水热", Ranked: ranked, Limit: 7, Keep: keep})
		if len(got) != (len(refs)+49)/50 {
			t.Errorf("ranked %v: found %d", ranked, len(got))
		}
		for _, ref := range got {
			if !mine[ref] {
				t.Errorf("ranked %v: found %s", ranked, ref)
			}
		}
	}
	nobody := func([]string) (map[string]bool, error) { return nil, nil }
	if h := w.page(Query{Shelf: Voices, Words: "水热", Limit: 7, Keep: nobody}); len(h.Refs) != 0 || h.Next != "" || h.Partial || h.Unready {
		t.Errorf("whoever may see nothing gets %+v", h)
	}
}

// Who may see what is asked for as many as a page shows, and one more, at once: whether they stand in one segment or in many.
func TestAsksOnceForAPage(t *testing.T) {
	d, _ := dbtest.Open(t)
	w := newShelf(t, d, 1)
	refs := w.fill(6*small+200, func(i int) string {
		if i%300 == 0 {
			return "水热麒麟"
		}
		return "水热"
	})
	if n := w.count(`SELECT COUNT(*) FROM insight_segment`); n < 6 {
		t.Fatalf("%d segments are too few to tell anything", n)
	}
	for _, words := range []string{"水热", "麒麟"} {
		var asked []int
		keep := func(refs []string) (map[string]bool, error) {
			asked = append(asked, len(refs))
			return everybody(refs)
		}
		h := w.page(Query{Shelf: Voices, Words: words, Limit: 7, Keep: keep})
		if len(h.Refs) != 7 || h.Next == "" || len(asked) != 1 || asked[0] != 8 {
			t.Errorf("%s: for %d of %d texts it was asked for %v", words, len(h.Refs), len(refs), asked)
		}
	}
}

// Texts are folded alike wherever they come from, and what is marked is what was looked for, in the form in which it stands.
func TestFoldAndMark(t *testing.T) {
	for _, x := range []struct{ text, question, want string }{
		{"澡堂的熱水器壞了", "热水器", "澡堂的[熱水器]壞了"},
		{"ＫＱ－３号风机", "kq-3", "[ＫＱ－３]号风机"},
		{"Pump Room 2", "room  2 pump", "[Pump] [Room] [2]"},
		{"食堂 \n 很远", "堂 很", "食[堂] \n [很]远"},
		{"<b>热水</b>", "热水", "<b>[热水]</b>"},
		{"热热热热", "热热", "[热热热热]"},
		{"没有", "热水", "没有"},
	} {
		var b strings.Builder
		pieces, found := Mark(x.text, x.question, 0)
		for _, p := range pieces {
			if p.Hit {
				b.WriteString("[" + p.Text + "]")
			} else {
				b.WriteString(p.Text)
			}
		}
		if b.String() != x.want || found != strings.Contains(x.want, "[") {
			t.Errorf("%q in %q: %q %v", x.question, x.text, b.String(), found)
		}
	}
	pieces, _ := Mark(strings.Repeat("甲", 200)+"热水"+strings.Repeat("乙", 200), "热水", 40)
	var all strings.Builder
	for _, p := range pieces {
		all.WriteString(p.Text)
	}
	if s := all.String(); len([]rune(s)) != 42 || !strings.HasPrefix(s, "…甲") || !strings.HasSuffix(s, "乙…") || !strings.Contains(s, "热水") {
		t.Errorf("cut to %q", s)
	}
}

func FuzzMark(f *testing.F) {
	f.Add("澡堂的熱水器壞了", "热水器", 10)
	f.Add(" a\tB  c ", "b c", 2)
	f.Fuzz(func(t *testing.T, text, question string, width int) {
		text, question = strings.ToValidUTF8(text, ""), strings.ToValidUTF8(question, "")
		pieces, found := Mark(text, question, 0)
		var all strings.Builder
		for _, p := range pieces {
			all.WriteString(p.Text)
		}
		if all.String() != text {
			t.Errorf("%q became %q", text, all.String())
		}
		want := true
		for _, p := range Parts(question) {
			want = want && strings.Contains(Fold(text), p)
		}
		if found != want {
			t.Errorf("%q in %q: %v", question, text, found)
		}
		Mark(text, question, width)
		if Fold(Fold(text)) != Fold(text) {
			t.Errorf("%q is folded twice", text)
		}
	})
}

// Lengths are kept in a byte, exactly while they are short, and never in the wrong order.
func TestShortLen(t *testing.T) {
	last := 0
	for n := range 100000 {
		l := longLen(shortLen(n))
		if n < 32 && l != n || l > n || n-l > n/16 || l < last {
			t.Fatalf("%d became %d", n, l)
		}
		last = l
	}
}
