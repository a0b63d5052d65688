package search_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/seal"
	"sanwen/internal/reading/insight/search"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
)

// TestLedgerFindsTheSame compares what the filter of the ledger finds among the candidates of the index with what it finds by reading all its
// rows: for pieces of what matters say, while the index has read nothing, a part and everything of the record.
func TestLedgerFindsTheSame(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := orgtest.New(t, d, c)
		rnd := rand.New(rand.NewPCG(seed, 3))
		keys, err := seal.OpenKeys(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		log, err := event.Open(t.Context(), d, keys, event.Options{})
		if err != nil {
			t.Fatal(err)
		}
		log.Consume(search.Consumer())
		pieces := []string{"四区浴室", "水温不足", "ＡＢ１２", "Ab 12", "温度%低_", "體育館", "食堂  排队", "夜班", "é É", "更换\\阀门", "100%"}
		word := func(n int) (s string) {
			for range n {
				s += pieces[rnd.IntN(len(pieces))]
			}
			return s
		}
		var ids []string
		register := func(n int) {
			for range n {
				in := &matter.Register{Title: "第" + word(2) + "处", Body: word(4), PublicText: word(2), Public: true, Category: "BA-1", Place: "P104M", Voices: 1, Lead: "D05"}
				w.Do("triager", in)
				ids = append(ids, in.ID)
			}
		}
		told := 0
		compare := func(when string) {
			var texts []string
			for _, p := range append(slices.Clone(pieces), word(2), "SS-2026-00", "2026-003", "没有这个", "水温 不足", "ab", "AB", "体育") {
				r := []rune(p)
				from := rnd.IntN(max(1, len(r)-2))
				texts = append(texts, p, string(r[from:min(len(r), from+2+rnd.IntN(3))]))
			}
			rnd.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
			texts = append(texts[:10], "水温", "浴室")
			w.Read(func(tx *db.Tx) error {
				for _, text := range texts {
					if strings.TrimSpace(text) == "" {
						continue
					}
					refs, ok, err := search.Among(tx, search.Matters, text, 500)
					if err != nil {
						return err
					}
					if !ok {
						continue
					}
					told++
					for _, f := range []ledger.Filter{{}, {Sort: ledger.SortDue, States: matter.Open}} {
						f.Text, f.Limit = text, 1000
						plain, _, err := ledger.Ledger(tx, w.P("auditor"), f)
						if err != nil {
							return err
						}
						f.Of = refs
						quick, _, err := ledger.Ledger(tx, w.P("auditor"), f)
						if err != nil {
							return err
						}
						n, _, err := ledger.Count(tx, w.P("auditor"), f)
						if !slices.Equal(numbers(plain), numbers(quick)) || n != len(plain) || err != nil {
							t.Errorf("%s: %q: %v, reading everything %v (%v)", when, text, numbers(quick), numbers(plain), err)
						}
					}
				}
				return nil
			})
		}
		register(10)
		compare("before the index is there")
		if told != 0 {
			t.Error("an index that is not there has told something")
		}
		if err := log.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		compare("when the index has read all")
		register(8)
		w.Do("leader", matter.Cancel{Matter: ids[2], Reason: "与另一件重复，合并办理"})
		compare("when the index is behind")
		if err := log.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		compare("when it has caught up")
		if told < 15 {
			t.Errorf("the index was asked %d times", told)
		}
		w.Read(func(tx *db.Tx) error {
			if _, ok, err := search.Among(tx, search.Matters, "水", 500); ok || err != nil {
				t.Errorf("a single character: %v %v", ok, err)
			}
			_, ok, err := search.Among(tx, search.Matters, "浴室", 1)
			if ok {
				t.Error("more than a list can name")
			}
			return err
		})
	})
}

func numbers(rows []ledger.Row) (out []string) {
	for _, r := range rows {
		out = append(out, r.Number)
	}
	return out
}
