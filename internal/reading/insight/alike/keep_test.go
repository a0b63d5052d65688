package alike_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/show"
	"sanwen/internal/work/voice/voicetest"
)

// finding is an organisation whose record is followed, and a process that answers.
type finding struct {
	*voicetest.World
	log *event.Log
	f   *alike.Finder
}

func run(t *testing.T, test func(t *testing.T, x finding)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := voicetest.New(t, d, c)
		log, err := event.Open(t.Context(), d, w.Keys, event.Options{})
		if err != nil {
			t.Fatal(err)
		}
		log.Consume(alike.Consumer())
		test(t, finding{w, log, &alike.Finder{}})
	})
}

func (x finding) follow() {
	x.T.Helper()
	if err := x.log.Tick(x.T.Context()); err != nil {
		x.T.Fatal(err)
	}
}

func (x finding) store() alike.Store {
	return alike.Store{Read: x.DB.Read, Write: func(ctx context.Context, f func(tx *db.Tx) error) error { return x.DB.Upkeep(ctx, f) }, Clock: x.Clock}
}

// like lists the ids of voices that are like one, as somebody may see them.
func (x finding) like(f *alike.Finder, who, id string) (out []string) {
	x.T.Helper()
	v := x.Voice(id)
	x.Read(func(tx *db.Tx) error {
		all, ready, err := f.VoicesLike(tx, x.P(who), v, 8)
		if !ready {
			x.T.Error("the index is not ready")
		}
		for _, a := range all {
			out = append(out, a.ID)
		}
		return err
	})
	return out
}

// table lists ref and number of every row.
func (x finding) table() (refs []string, numbers []int64) {
	x.T.Helper()
	x.Read(func(tx *db.Tx) error {
		tx.Asked()
		var err error
		if refs, err = db.All[string](tx, `SELECT ref FROM insight_alike ORDER BY n`); err != nil {
			return err
		}
		numbers, err = db.All[int64](tx, `SELECT n FROM insight_alike ORDER BY n`)
		return err
	})
	return refs, numbers
}

// sound fails where the table says something else than the texts.
func (x finding) sound() {
	x.T.Helper()
	x.Read(func(tx *db.Tx) error {
		tx.Asked()
		all, lag, err := alike.Check(tx, 0)
		for _, h := range all {
			if !h.Ready || h.Bad != 0 || lag != 0 {
				x.T.Errorf("%+v, %d behind", h, lag)
			}
		}
		return err
	})
}

func TestFindsTheSameBath(t *testing.T) {
	run(t, func(t *testing.T, x finding) {
		first := x.Tell("worker", voice.Named, "P104M", "四区新浴室夜班下班后水就不热了,今早八点洗到一半成凉水,喷头水量也小。")
		cold := x.Tell("", voice.Anonymous, "P104M", "又是凉水!上周就有人反映过,没人管。")
		women := x.Tell("worker2", voice.Confidential, "P104F", "女浴室靠里四个喷头忽冷忽热,夜班下班后水就不热。")
		x.Tell("worker", voice.Named, "P201", "一楼餐厅菜就凉了。")
		secret := x.Tell("worker", voice.Named, "P104M", "今早八点洗到一半成凉水,喷头水量也小,还骂人。")
		x.Do("triager", voice.Restrict{Voice: secret.ID, Class: "discipline", Reason: "作风"})
		x.follow()
		got := x.like(x.f, "triager", first.ID)
		if !slices.Contains(got, cold.ID) || !slices.Contains(got, women.ID) || slices.Contains(got, secret.ID) || len(got) != 2 {
			t.Errorf("%v", got)
		}
		var m matter.Register
		x.Must(func(tx *db.Tx) (err error) {
			m, err = voice.NewMatter{Voice: first.ID, Reading: voice.Reading{Title: "四区浴室热水不稳", Category: "B1"}, Say: "已列入。", Register: matter.Register{Public: true, Lead: "D02"}}.Do(tx, x.P("triager"))
			return err
		})
		x.follow()
		v := x.Voice(women.ID)
		x.Read(func(tx *db.Tx) error {
			found, err := x.f.MattersLike(tx, x.P("triager"), v, 4)
			if len(found) != 1 || found[0].ID != m.ID || !found[0].Beside() {
				t.Errorf("matters like it: %+v", found)
			}
			if err != nil {
				return err
			}
			found, err = x.f.OnBoard(tx, "浴室的热水忽冷忽热不稳", "P104M", 3)
			if len(found) != 1 || found[0].ID != m.ID {
				t.Errorf("on the board: %+v", found)
			}
			if err != nil {
				return err
			}
			found, err = x.f.OnBoard(tx, "二食堂的菜是凉的", "P201", 3)
			if len(found) != 0 {
				t.Errorf("the cold meals find %+v", found)
			}
			return err
		})
		x.sound()
	})
}

// The forty voices of the demonstration: 1, 2 and 3 speak of one bathhouse; what calls for other doors is never in a list.
func TestTheForty(t *testing.T) {
	b, err := os.ReadFile("../../../work/voice/words/testdata/voices.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		N         int
		Place, Zh string
		Level     voice.Level
	}
	if err := json.Unmarshal(b, &list); err != nil {
		t.Fatal(err)
	}
	run(t, func(t *testing.T, x finding) {
		id := map[int]string{}
		for _, s := range list {
			in := voice.Register{Level: s.Level, Place: s.Place, Text: s.Zh}
			if len(s.Place) == 3 {
				in.Place, in.Unit = "", s.Place
			}
			sent, err := x.Say(map[bool]string{true: "worker"}[s.Level != voice.Anonymous], x.Form(in))
			if err != nil {
				t.Fatalf("%d: %v", s.N, err)
			}
			id[s.N] = sent.Voice
		}
		for _, n := range []int{26, 32, 33, 34} {
			x.Do("triager", voice.Restrict{Voice: id[n], Class: "discipline", Reason: "涉及个人"})
		}
		x.follow()
		if got := x.like(x.f, "triager", id[1]); !slices.Contains(got, id[2]) || !slices.Contains(got, id[3]) {
			t.Errorf("1 finds %v, want 2 (%s) and 3 (%s)", got, id[2], id[3])
		}
		refs, _ := x.table()
		for _, n := range []int{26, 32, 33, 34} {
			if slices.Contains(refs, id[n]) {
				t.Errorf("%d is in the index", n)
			}
			if got := x.like(x.f, "discipline", id[n]); len(got) != 0 {
				t.Errorf("%d is compared: %v", n, got)
			}
		}
		x.sound()
	})
}

// What is erased, restricted or closed leaves nothing but a number; what changes is compared anew.
func TestNothingRemains(t *testing.T) {
	run(t, func(t *testing.T, x finding) {
		var ids []string
		for i := range 6 {
			ids = append(ids, x.Tell("worker", voice.Named, "P104M", fmt.Sprintf("%d号柜旁边的喷头坏了，水不热", i)).ID)
		}
		x.follow()
		if got := x.like(x.f, "triager", ids[0]); len(got) != 5 {
			t.Fatalf("found %v", got)
		}
		x.Do("triager", voice.Restrict{Voice: ids[1], Class: "discipline", Reason: "作风"}, voice.ToCrisis{Voice: ids[2]})
		x.Do("worker", voice.Withdraw{Voice: ids[3]})
		if got := x.like(x.f, "triager", ids[0]); len(got) != 2 { // before the index has followed
			t.Errorf("found %v of what has gone", got)
		}
		x.follow()
		refs, numbers := x.table()
		if len(refs) != 3 || len(numbers) != 3 {
			t.Fatalf("in the table: %v", refs)
		}
		x.Read(func(tx *db.Tx) error {
			tx.Asked()
			gone, err := db.All[struct{ N, Old int64 }](tx, `SELECT n, old FROM insight_alike_gone`)
			if len(gone) != 3 {
				t.Errorf("gone: %v", gone)
			}
			return err
		})
		if got := x.like(x.f, "triager", ids[0]); len(got) != 2 || x.f.Len(alike.Voices) != 3 {
			t.Errorf("found %v, %d texts in memory", got, x.f.Len(alike.Voices))
		}
		x.sound()
	})
}

// A process that has followed every step, one that starts later, and one after the table was made anew answer the same.
func TestEveryProcessAnswersTheSame(t *testing.T) {
	run(t, func(t *testing.T, x finding) {
		var ids []string
		for i := range 16 {
			ids = append(ids, x.Tell("worker", voice.Named, []string{"P104M", "P104F", "P201"}[i%3], fmt.Sprintf("%d号%s，第%d天", i%7, []string{"喷头坏了水不热", "菜是凉的", "灯坏了没人修"}[i%3], i)).ID)
			if i%5 == 0 {
				x.follow()
				x.like(x.f, "triager", ids[0])
			}
			if i%7 == 3 {
				x.Do("worker", voice.Withdraw{Voice: ids[i-2]})
			}
		}
		x.follow()
		open := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return x.Voice(id).State != voice.Registered })
		all := func(f *alike.Finder) (out []string) {
			for _, id := range open {
				out = append(out, strings.Join(x.like(f, "triager", id), " "))
			}
			return out
		}
		steps, late := all(x.f), all(&alike.Finder{})
		if !slices.Equal(steps, late) {
			t.Errorf("followed:\n%v\nstarted later:\n%v", steps, late)
		}
		// An interrupted building says so and is mended.
		ctx, stop := context.WithCancel(t.Context())
		if err := alike.Rebuild(ctx, x.store(), func(string, int, int) { stop() }); !errors.Is(err, context.Canceled) {
			t.Fatalf("interrupted: %v", err)
		}
		x.Read(func(tx *db.Tx) error {
			tx.Asked()
			h, _, err := alike.Check(tx, 0)
			if h[0].Ready {
				t.Error("half a building is called ready")
			}
			return err
		})
		if err := alike.Mend(t.Context(), x.store()); err != nil {
			t.Fatal(err)
		}
		x.Clock.Advance(10 * 60e9)
		if err := alike.Mend(t.Context(), x.store()); err != nil {
			t.Fatal(err)
		}
		x.sound()
		if a, b := all(x.f), all(&alike.Finder{}); !slices.Equal(a, steps) || !slices.Equal(b, steps) {
			t.Errorf("after rebuilding:\n%v\n%v\nbefore:\n%v", a, b, steps)
		}
	})
}

// Check notices a row that says something else, one that is missing and one too many.
func TestCheckNotices(t *testing.T) {
	run(t, func(t *testing.T, x finding) {
		x.Tell("worker", voice.Named, "P104M", "浴室的水不热")
		x.Tell("worker", voice.Named, "P104M", "浴室的水又不热")
		x.follow()
		for name, harm := range map[string]string{
			"other":   `UPDATE insight_alike SET place = 'P201' WHERE n = (SELECT MIN(n) FROM insight_alike)`,
			"missing": `DELETE FROM insight_alike WHERE n = (SELECT MIN(n) FROM insight_alike)`,
			"more":    `INSERT INTO insight_alike (shelf, ref, n, hour, place, topic, codes) SELECT shelf, 'nobody', 999, hour, place, topic, codes FROM insight_alike WHERE n = (SELECT MIN(n) FROM insight_alike)`,
		} {
			x.sound()
			if err := x.DB.Upkeep(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(harm); return err }); err != nil {
				t.Fatal(err)
			}
			x.Read(func(tx *db.Tx) error {
				tx.Asked()
				h, _, err := alike.Check(tx, 0)
				if err == nil && h[0].Bad != 1 {
					t.Errorf("%s: %+v", name, h)
				}
				return err
			})
			if err := alike.Rebuild(t.Context(), x.store(), nil); err != nil {
				t.Fatal(err)
			}
		}
		x.sound()
	})
}

// Whoever may not see a voice learns nothing of it: what he is shown, in what order and with what figures, is the same with and without it.
func TestWhatIsHiddenWeighsNothing(t *testing.T) {
	run(t, func(t *testing.T, x finding) {
		var ids []string
		for i, s := range []string{"甲班休息室空调不制冷", "甲班更衣室空调坏了不制冷", "休息室的饮水机不出热水"} {
			v := x.Tell("worker", voice.Named, "P903", s+fmt.Sprint(i))
			ids = append(ids, v.ID)
		}
		x.follow()
		// What everybody is shown, read in one snapshot, and whether a voice is among what is like the first.
		shown := func(canary string) (all map[string]string, sees map[string]bool) {
			all, sees = map[string]string{}, map[string]bool{}
			x.Read(func(tx *db.Tx) error {
				for i, id := range ids {
					v := x.voiceIn(tx, id)
					for who := range x.People {
						found, _, err := x.f.VoicesLike(tx, x.P(who), v, 8)
						if err != nil {
							return err
						}
						row := show.Row{ID: v.ID, Title: v.Title, Excerpt: v.Redacted, Place: v.Place, Category: v.Category, Restricted: v.Restricted}
						n, err := x.f.CountLike(tx, x.P(who), []show.Row{row})
						if err != nil || n[v.ID] != len(found) {
							t.Errorf("%s: the list counts %d, %d are shown: %v", who, n[v.ID], len(found), err)
						}
						for _, a := range found {
							all[who] += fmt.Sprintf("%s %.6f %v\n", a.Number, a.Score, a.Matching(v.Redacted, 3))
							sees[who] = sees[who] || i == 0 && a.ID == canary
						}
					}
				}
				return nil
			})
			return all, sees
		}
		before, _ := shown("")
		if before["triager3"] == "" || before["triager"] == "" {
			t.Fatalf("triage is shown nothing: %v", before)
		}
		canary := x.Tell("worker", voice.Named, "P105", "休息室空调不制冷，金丝雀四十二")
		x.follow()
		after, sees := shown(canary.ID)
		for who := range x.People {
			if !sees[who] && after[who] != before[who] {
				t.Errorf("%s may not see the voice, and is shown\n%s\nwas\n%s", who, after[who], before[who])
			}
			if who == "triager" && !sees[who] || who == "triager3" && sees[who] {
				t.Errorf("%s sees the voice: %v", who, sees[who])
			}
			if sees[who] && before[who] == "" {
				t.Errorf("%s is shown the voice and none of the others", who)
			}
		}
	})
}

func (x finding) voiceIn(tx *db.Tx, id string) voice.Voice {
	v, err := voice.ByID(tx, id)
	if err != nil {
		x.T.Fatal(err)
	}
	return v
}

// TestALongRecordIsNotReadAgain: an index that is made of how things stand does not read what led to it, and follows from there.
func TestALongRecordIsNotReadAgain(t *testing.T) {
	run(t, func(t *testing.T, x finding) {
		first := x.Tell("worker", voice.Named, "P104M", "四区浴室淋浴水不热。")
		if err := alike.Rebuild(t.Context(), x.store(), nil); err != nil {
			t.Fatal(err)
		}
		x.Read(func(tx *db.Tx) error {
			tx.Asked()
			next, err := db.One[int64](tx, `SELECT next FROM event_cursor WHERE name = 'insight.alike'`)
			size, e := event.Size(tx)
			if err == nil {
				err = e
			}
			if next != size || size == 0 {
				t.Errorf("the cursor stands at %d of %d", next, size)
			}
			return err
		})
		second := x.Tell("worker2", voice.Named, "P104M", "四区浴室淋浴的水是凉的。")
		x.follow()
		x.sound()
		if got := x.like(x.f, "triager", second.ID); len(got) != 1 || got[0] != first.ID {
			t.Errorf("like the second: %v", got)
		}
	})
}
