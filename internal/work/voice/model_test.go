package voice_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/voicetest"
)

// told is what the model knows of a voice: its life as somebody outside would write it down.
type told struct {
	root    string // whose receipt speaks
	at      int64
	level   voice.Level
	version int
	parts   []string
}

// TestLife does anything to a few voices in any order, time passing between, and looks after every step whether what has to hold holds.
func TestLife(t *testing.T) {
	d, c := dbtest.Open(t)
	w := voicetest.New(t, d, c)
	steps := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		known := map[string]*told{}
		ids := func() []string { return slices.Sorted(maps.Keys(known)) }
		pick := func(rt *rapid.T) string {
			return rapid.SampledFrom(ids()).Draw(rt, "voice")
		}
		note := func(id, root string) {
			v := w.Voice(id)
			known[id] = &told{root: root, at: int64(v.RegisteredAt), level: v.Level, version: 0}
		}
		do := func(rt *rapid.T, name string, err error) {
			if err == nil {
				steps[name]++
				return
			}
			if k := fault.KindOf(err); k == fault.Internal {
				rt.Fatalf("%s: %v", name, err)
			}
		}
		who := rapid.SampledFrom([]string{"triager", "triager2", "supervisor", "equipment", "hr", "discipline"})
		// lead is a clerk of the unit that has the voice, mostly.
		lead := func(rt *rapid.T, id string) string {
			clerk, ok := map[string]string{"D01": "welfare-dept", "D02": "equipment", "D05": "hr"}[w.Voice(id).Lead]
			if !ok || rapid.IntRange(0, 5).Draw(rt, "stranger") == 0 {
				return who.Draw(rt, "who")
			}
			return clerk
		}
		actions := map[string]func(*rapid.T){
			"register": func(rt *rapid.T) {
				if len(known) > 5 {
					return
				}
				l := rapid.SampledFrom(voice.Levels()).Draw(rt, "level")
				k := rapid.SampledFrom([]voice.Kind{voice.Need, voice.Problem, voice.Hazard}).Draw(rt, "kind")
				in := w.Form(voice.Register{Level: l, Kind: k, Place: "P104M", Text: "水不热了,班车也晚点。"})
				sent, err := w.Say("worker", in)
				if err != nil {
					rt.Fatal(err)
				}
				again, err := w.Say("worker", in)
				if err != nil || again.Voice != sent.Voice || !again.Again {
					rt.Fatalf("again: %+v, %v", again, err)
				}
				note(sent.Voice, sent.Voice)
			},
			"claim": func(rt *rapid.T) { id := pick(rt); do(rt, "claim", w.Try(who.Draw(rt, "who"), voice.Claim{Voice: id})) },
			"let go": func(rt *rapid.T) {
				id := pick(rt)
				do(rt, "let go", w.Try(who.Draw(rt, "who"), voice.LetGo{Voice: id}))
			},
			"ask": func(rt *rapid.T) {
				do(rt, "ask", w.Try(who.Draw(rt, "who"), voice.AskInfo{Voice: pick(rt), Question: "哪里?"}))
			},
			"info": func(rt *rapid.T) {
				id := pick(rt)
				do(rt, "info", w.As(access.Holder(known[id].root), voice.AddInfo{Voice: id, Text: "二层"}))
			},
			"answer": func(rt *rapid.T) {
				do(rt, "answer", w.Try(who.Draw(rt, "who"), voice.AnswerDirectly{Voice: pick(rt), Reply: okText}))
			},
			"assign": func(rt *rapid.T) {
				id := pick(rt)
				v := w.Voice(id)
				do(rt, "assign", w.Try(who.Draw(rt, "who"), voice.AssignForAnswer{Voice: id, Reading: reading(v), Lead: rapid.SampledFrom([]string{"D02", "D05"}).Draw(rt, "lead")}))
			},
			"sign": func(rt *rapid.T) {
				id := pick(rt)
				do(rt, "sign", w.Try(lead(rt, id), assignment.Sign{Subject: w.Voice(id).Ref()}))
			},
			"return": func(rt *rapid.T) {
				id := pick(rt)
				do(rt, "return", w.Try(lead(rt, id), assignment.Return{Subject: w.Voice(id).Ref(), Rule: "目录", Proposed: rapid.SampledFrom([]string{"D01", "D05", "D02"}).Draw(rt, "to")}))
			},
			"adjudicate": func(rt *rapid.T) {
				do(rt, "adjudicate", w.Try("supervisor", assignment.Adjudicate{Subject: w.Voice(pick(rt)).Ref(), Lead: "D02", Basis: "设备归设备部"}))
			},
			"reply": func(rt *rapid.T) {
				id := pick(rt)
				do(rt, "reply", w.Try(lead(rt, id), voice.AnswerAssigned{Voice: id, Reply: okText}))
			},
			"matter": func(rt *rapid.T) {
				id := pick(rt)
				r := reading(w.Voice(id))
				do(rt, "matter", w.Write(func(tx *db.Tx) error {
					_, err := voice.NewMatter{Voice: id, Reading: r, Say: "已列入"}.Do(tx, w.P("triager"))
					return err
				}))
			},
			"join": func(rt *rapid.T) {
				id, other := pick(rt), pick(rt)
				if m := w.Voice(other).Matter; m != "" {
					do(rt, "join", w.Try("triager", voice.JoinMatter{Voice: id, Reading: reading(w.Voice(id)), Matter: m, Say: "一起办"}))
				}
			},
			"merge": func(rt *rapid.T) {
				do(rt, "merge", w.Try("triager", voice.Merge{Voice: pick(rt), Into: pick(rt)}))
			},
			"split": func(rt *rapid.T) {
				id := pick(rt)
				if len(known) > 7 {
					return
				}
				r := []rune(w.Voice(id).Text)
				if len(r) < 3 {
					return
				}
				cut := rapid.IntRange(1, len(r)-1).Draw(rt, "cut")
				var parts []string
				err := w.Write(func(tx *db.Tx) (err error) {
					parts, err = voice.Split{Voice: id, Parts: []voice.Part{{Text: string(r[:cut])}, {Text: string(r[cut:])}}}.Do(tx, w.P("triager"))
					return err
				})
				do(rt, "split", err)
				if err == nil {
					known[id].parts = parts
					for _, p := range parts {
						note(p, known[id].root)
						if known[p].at != known[id].at || known[p].level != known[id].level {
							rt.Fatalf("part %+v of %+v", known[p], known[id])
						}
					}
				}
			},
			"reject": func(rt *rapid.T) {
				do(rt, "reject", w.Try(who.Draw(rt, "who"), voice.OutOfScope(pick(rt), 0, "property", "请找物业")))
			},
			"countersign": func(rt *rapid.T) {
				do(rt, "countersign", w.Try(who.Draw(rt, "who"), voice.Countersign{Voice: pick(rt), Agree: rapid.Bool().Draw(rt, "agree"), Note: "再看"}))
			},
			"object": func(rt *rapid.T) {
				id := pick(rt)
				do(rt, "object", w.As(access.Holder(known[id].root), voice.Object{Voice: id, Text: "不对"}))
			},
			"solved": func(rt *rapid.T) {
				id := pick(rt)
				do(rt, "solved", w.As(access.Holder(known[id].root), voice.ConfirmSolved{Voice: id}))
			},
			"not solved": func(rt *rapid.T) {
				id := pick(rt)
				do(rt, "not solved", w.As(access.Holder(known[id].root), voice.NotSolved{Voice: id, Text: "没好"}))
			},
			"withdraw": func(rt *rapid.T) {
				id := pick(rt)
				if rapid.IntRange(0, 3).Draw(rt, "really") > 0 {
					return // few do, and a voice that is gone can do nothing more
				}
				do(rt, "withdraw", w.As(access.Holder(known[id].root), voice.Withdraw{Voice: id}))
			},
			"quarantine": func(rt *rapid.T) {
				do(rt, "quarantine", w.Try("triager", voice.Quarantine{Voice: pick(rt), Reason: "像广告"}))
			},
			"free": func(rt *rapid.T) { do(rt, "free", w.Try("triager2", voice.Free{Voice: pick(rt), Reason: "不是"})) },
			"restrict": func(rt *rapid.T) {
				do(rt, "restrict", w.Try(who.Draw(rt, "who"), voice.Restrict{Voice: pick(rt), Class: rapid.SampledFrom([]string{"", "discipline"}).Draw(rt, "class"), Reason: "作风"}))
			},
			"call out": func(rt *rapid.T) { do(rt, "call out", w.Try("triager", voice.CallOut{Voice: pick(rt)})) },
			"time": func(rt *rapid.T) {
				w.Clock.Advance(time.Duration(rapid.IntRange(1, 24*15).Draw(rt, "hours")) * time.Hour)
				for _, job := range []func(*db.Tx) (int, error){voice.CloseSilent, voice.AskTimeouts, duty.Climb, assignment.RunAutoSign} {
					w.Must(func(tx *db.Tx) error { _, err := job(tx); return err })
				}
			},
			"": func(rt *rapid.T) { holds(rt, w, known) },
		}
		actions["register"](rt)
		actions["register"](rt)
		rt.Repeat(actions)
	})
	for _, name := range []string{"ask", "info", "answer", "assign", "matter", "split", "not solved"} {
		if steps[name] == 0 && !testing.Short() { // a fifth of the walks need not come to all of it
			t.Errorf("%s never succeeded in %v", name, steps)
		}
	}
}

// holds looks at the invariants of every known voice.
func holds(rt *rapid.T, w *voicetest.World, known map[string]*told) {
	type ev struct{ Kind, FromState, ToState string }
	err := w.DB.Read(rt.Context(), func(tx *db.Tx) error {
		for id, k := range known {
			v, err := voice.ByID(tx, id)
			if err != nil {
				return err
			}
			if int64(v.RegisteredAt) != k.at || v.Level != k.level {
				return fmt.Errorf("registration changed: %+v", v)
			}
			if v.Version < k.version {
				return fmt.Errorf("version went back: %d after %d", v.Version, k.version)
			}
			k.version = v.Version
			events, err := db.All[ev](tx, `SELECT kind, from_state, to_state FROM event WHERE subject_kind = 'voice' AND subject_id = $1
				AND kind LIKE 'voice.%' ORDER BY ins`, id)
			if err != nil {
				return err
			}
			st := ""
			for i, e := range events {
				if e.ToState == "" {
					continue
				}
				if e.FromState != st {
					return fmt.Errorf("%s: event %d %+v follows state %q", v.Number, i, e, st)
				}
				if e.FromState != e.ToState && voice.Cycle.To(e.FromState, strings.TrimPrefix(e.Kind, "voice."), e.ToState) != nil {
					return fmt.Errorf("%s: %+v is not in the table", v.Number, e)
				}
				st = e.ToState
			}
			if st != v.State {
				return fmt.Errorf("%s: state %s, its events say %s", v.Number, v.State, st)
			}
			n := func(q string, args ...any) int {
				x, e := db.One[int](tx, q, args...)
				if e != nil && err == nil {
					err = e
				}
				return x
			}
			if k.root == id && n(`SELECT COUNT(*) FROM voice_receipt WHERE voice = $1 AND number = $2`, id, v.Number) != 1 {
				return fmt.Errorf("%s: not one receipt", v.Number)
			}
			if v.State == voice.Answered && n(`SELECT COUNT(*) FROM voice_entry WHERE voice = $1 AND kind = 'answer'`, id) == 0 {
				return fmt.Errorf("%s: answered without an answer", v.Number)
			}
			if v.ClosedHow == voice.Confirmed && n(`SELECT COUNT(*) FROM voice_entry WHERE voice = $1 AND kind = 'solved' AND by_whom = 'submitter'`, id) == 0 {
				return fmt.Errorf("%s: confirmed by nobody", v.Number)
			}
			if voice.Cycle.Over(v.State) && n(`SELECT COUNT(*) FROM duty WHERE subject_kind = 'voice' AND subject_id = $1 AND open = 1`, id) != 0 {
				return fmt.Errorf("%s: over in state %s and still owed", v.Number, v.State)
			}
			if (v.State == voice.Registered || v.State == voice.InTriage) && n(`SELECT COUNT(*) FROM duty WHERE subject_kind = 'voice' AND subject_id = $1 AND open = 1`, id) == 0 {
				return fmt.Errorf("%s: in state %s and nobody owes anything", v.Number, v.State)
			}
			if m := n(`SELECT COUNT(*) FROM (SELECT due0 FROM duty WHERE subject_kind = 'voice' AND subject_id = $1 AND kind = 'answer' AND round = 1 GROUP BY started_at) x`, id); m > 1 {
				return fmt.Errorf("%s: the clock of the answer was started anew", v.Number)
			}
			if (v.State == voice.Assigned || v.State == voice.Signed) != (n(`SELECT COUNT(*) FROM assignment WHERE subject_kind = 'voice' AND subject_id = $1 AND ended_at = 0 AND state <> 'returned'`, id) == 1) {
				return fmt.Errorf("%s: state %s and its assignment differ", v.Number, v.State)
			}
			if len(k.parts) > 0 && v.State != voice.Withdrawn {
				over := true
				for _, p := range k.parts {
					c, err := voice.ByID(tx, p)
					if err != nil {
						return err
					}
					over = over && voice.Cycle.Over(c.State)
				}
				if over != (v.State == voice.Closed) {
					return fmt.Errorf("%s: parts over %v, whole %s", v.Number, over, v.State)
				}
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		rt.Fatal(err)
	}
}
