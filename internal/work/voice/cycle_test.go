package voice_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/show"
	"sanwen/internal/work/voice/voicetest"
)

func TestCycleTable(t *testing.T) {
	if err := voice.Cycle.Check(); err != nil {
		t.Fatal(err)
	}
	for _, m := range voice.Cycle.Moves {
		for _, l := range lang.All() {
			if m.From != "" && core.StateName(l, m.From) == "" || core.StateName(l, m.To) == "" || core.EventName(l, m.Event) == "" {
				t.Errorf("%+v has no words in %s", m, l)
			}
			if m.Guard != "" && l.T(m.Guard) == "" {
				t.Errorf("guard %s has no words in %s", m.Guard, l)
			}
		}
	}
}

var okText = voice.Reply{Text: "周五前换好喷头,设备部老李负责。", Result: "done"}

func reading(v voice.Voice) voice.Reading {
	return voice.Reading{Title: "热水不稳", Category: "B1", Redacted: v.Redacted}
}

// newMatter links a voice to a new matter led by D02 and returns it.
func newMatter(t *testing.T, w *voicetest.World, id string) matter.Register {
	t.Helper()
	r := reading(w.Voice(id))
	var m matter.Register
	w.Must(func(tx *db.Tx) (err error) {
		m, err = voice.NewMatter{Voice: id, Reading: r, Say: "已列入实事。", Register: matter.Register{Public: true, Lead: "D02"}}.Do(tx, w.P("triager"))
		return err
	})
	return m
}

// ways brings a fresh named voice into every state.
var ways = map[string]func(t *testing.T, w *voicetest.World, id string){
	voice.Registered: func(*testing.T, *voicetest.World, string) {},
	voice.Quarantined: func(t *testing.T, w *voicetest.World, id string) {
		w.Do("triager", voice.Quarantine{Voice: id, Reason: "像广告"})
	},
	voice.InTriage: func(t *testing.T, w *voicetest.World, id string) { w.Do("triager", voice.Claim{Voice: id}) },
	voice.WaitingInfo: func(t *testing.T, w *voicetest.World, id string) {
		w.Do("triager", voice.AskInfo{Voice: id, Question: "哪个喷头?"})
	},
	voice.Assigned: func(t *testing.T, w *voicetest.World, id string) {
		w.Do("triager", voice.AssignForAnswer{Voice: id, Reading: reading(w.Voice(id)), Lead: "D02"})
	},
	voice.Signed: func(t *testing.T, w *voicetest.World, id string) {
		w.Do("triager", voice.AssignForAnswer{Voice: id, Reading: reading(w.Voice(id)), Lead: "D02"})
		w.Do("equipment", assignment.Sign{Subject: w.Voice(id).Ref()})
	},
	voice.Linked: func(t *testing.T, w *voicetest.World, id string) { newMatter(t, w, id) },
	voice.Answered: func(t *testing.T, w *voicetest.World, id string) {
		w.Do("triager", voice.AnswerDirectly{Voice: id, Reply: okText})
	},
	voice.Closed: func(t *testing.T, w *voicetest.World, id string) {
		w.Do("triager", voice.AnswerDirectly{Voice: id, Reply: okText})
		w.Holding(id, voice.ConfirmSolved{Voice: id})
	},
	voice.Rejected: func(t *testing.T, w *voicetest.World, id string) {
		w.Do("triager", voice.OutOfScope(id, 0, "property", "请找物业服务中心。"))
	},
	voice.WasSplit: func(t *testing.T, w *voicetest.World, id string) {
		v := w.Voice(id)
		r := []rune(v.Text)
		w.Must(func(tx *db.Tx) error {
			_, err := voice.Split{Voice: id, Parts: []voice.Part{{Text: string(r[:6])}, {Text: string(r[6:])}}}.Do(tx, w.P("triager"))
			return err
		})
	},
	voice.Withdrawn: func(t *testing.T, w *voicetest.World, id string) { w.Holding(id, voice.Withdraw{Voice: id}) },
	voice.Erased:    func(t *testing.T, w *voicetest.World, id string) { w.Do("triager", voice.ToCrisis{Voice: id}) },
}

// tries are the actions behind the events that a person or a job starts, done by who may.
func tries(w *voicetest.World, id, other string) map[string]func() error {
	v := w.Voice(id)
	try := func(who string, in voicetest.Doer) func() error { return func() error { return w.Try(who, in) } }
	hold := func(in voicetest.Doer) func() error { return func() error { return w.As(access.Holder(id), in) } }
	write := func(who string, fn func(tx *db.Tx, p access.Person) error) func() error {
		return func() error { return w.Write(func(tx *db.Tx) error { return fn(tx, w.P(who)) }) }
	}
	return map[string]func() error{
		"quarantine": try("triager", voice.Quarantine{Voice: id, Reason: "像广告"}),
		"free":       try("triager", voice.Free{Voice: id, Reason: "不是广告"}),
		"claim":      try("triager", voice.Claim{Voice: id}),
		"let_go":     try("triager", voice.LetGo{Voice: id}),
		"ask":        try("triager", voice.AskInfo{Voice: id, Question: "哪一层?"}),
		"info":       hold(voice.AddInfo{Voice: id, Text: "二层。"}),
		"answer":     try("triager", voice.AnswerDirectly{Voice: id, Reply: okText}),
		"link": write("triager", func(tx *db.Tx, p access.Person) error {
			_, err := voice.NewMatter{Voice: id, Reading: reading(v), Say: "已列入。"}.Do(tx, p)
			return err
		}),
		"merge":    try("triager", voice.Merge{Voice: id, Into: other}),
		"assign":   try("triager", voice.AssignForAnswer{Voice: id, Reading: reading(v), Lead: "D02"}),
		"sign":     try("equipment", assignment.Sign{Subject: v.Ref()}),
		"return":   try("equipment", assignment.Return{Subject: v.Ref(), Rule: "责任目录 B3", Proposed: "D01"}),
		"hazard":   try("triager", voice.CallOut{Voice: id}),
		"restrict": try("triager", voice.Restrict{Voice: id, Class: "discipline", Reason: "涉及作风"}),
		"transfer": try("triager", voice.Transfer{Voice: id, Unit: "U03", Reason: "该厂自己的事"}),
		"reject":   try("triager", voice.OutOfScope(id, 0, "property", "请找物业。")),
		"split": write("triager", func(tx *db.Tx, p access.Person) error {
			r := []rune(v.Text + "空空空空空空")
			_, err := voice.Split{Voice: id, Parts: []voice.Part{{Text: string(r[:6])}, {Text: string([]rune(v.Text)[min(6, len([]rune(v.Text))):])}}}.Do(tx, p)
			return err
		}),
		"crisis":     try("triager", voice.ToCrisis{Voice: id}),
		"confirm":    hold(voice.ConfirmSolved{Voice: id}),
		"not_solved": hold(voice.NotSolved{Voice: id, Text: "还是凉的"}),
		"object":     hold(voice.Object{Voice: id, Text: "这就是单位的事"}),
		"withdraw":   hold(voice.Withdraw{Voice: id}),
	}
}

// byTriage: decisions that take a voice out of the inbox by themselves, so that they go from registered as from in_triage.
var byTriage = []string{"ask", "answer", "link", "assign", "split", "reject", "transfer", "merge", "hazard"}

// TestEveryStateAndEvent does every action in every state: what the table has succeeds and leads where it says, everything else is
// refused and changes nothing.
func TestEveryStateAndEvent(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		cells := 0
		for _, st := range voice.Cycle.States() {
			way, ok := ways[st]
			if !ok {
				t.Fatalf("no way into state %s", st)
			}
			probe := w.Tell("worker", voice.Named, "P104M", "洗到一半成凉水,喷头水量也小。")
			for ev := range tries(w, probe.ID, probe.ID) {
				v := w.Tell("worker", voice.Named, "P104M", "洗到一半成凉水,喷头水量也小。")
				other := w.Tell("worker", voice.Named, "P104M", "水又凉了。")
				way(t, w, v.ID)
				before := state(t, w, v.ID, st)
				err := tries(w, v.ID, other.ID)[ev]()
				after := w.Voice(v.ID)
				allowed := voice.Cycle.Can(st, ev) || st == voice.Registered && slices.Contains(byTriage, ev)
				name := fmt.Sprintf("%s + %s", st, ev)
				cells++
				switch {
				case allowed && err != nil:
					// Answering what a unit has in hand is the unit's, not triage's; a withdrawn assignment is its own error.
					if ev == "answer" && (st == voice.Assigned || st == voice.Signed || st == voice.Linked) {
						continue
					}
					t.Errorf("%s: %v", name, err)
				case !allowed && err == nil && !(ev == "claim" && st == voice.InTriage) && !(ev == "info" && !voice.Cycle.Over(st)):
					t.Errorf("%s is not in the table and went to %s", name, after.State)
				case !allowed && err != nil:
					if k := fault.KindOf(err); k != fault.Conflict && k != fault.Invalid && k != fault.NotFound && k != fault.Forbidden {
						t.Errorf("%s: %v", name, err)
					}
					if after.Version != before.Version {
						t.Errorf("%s was refused and changed the voice", name)
					}
				case allowed:
					from := st
					if st == voice.Registered && !voice.Cycle.Can(st, ev) {
						from = voice.InTriage
					}
					if ev == "reject" && from == voice.Quarantined { // proposed only: a second person decides
						from, ev = voice.Quarantined, "propose_reject"
					}
					if e := voice.Cycle.To(from, ev, after.State); e != nil {
						t.Errorf("%s went to %s", name, after.State)
					}
				}
				if after.RegisteredAt != before.RegisteredAt || after.Number != before.Number || after.Day != before.Day {
					t.Errorf("%s changed when or as what it was registered", name)
				}
			}
		}
		if cells < 250 {
			t.Errorf("only %d cells", cells)
		}
	})
}

// TestSaysItsState: in every state the submitter reads a sentence, in both languages, without a hole in it.
func TestSaysItsState(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		for _, st := range voice.Cycle.States() {
			v := w.Tell("worker", voice.Named, "P104M", "洗到一半成凉水,喷头水量也小。")
			ways[st](t, w, v.ID)
			state(t, w, v.ID, st)
			w.Read(func(tx *db.Tx) error {
				f, err := show.FollowOf(tx, access.Holder(v.ID), "")
				if err != nil {
					return err
				}
				seen := map[string]bool{}
				for _, l := range lang.All() {
					s := f.Say(l)
					if len([]rune(s)) < 6 || seen[s] {
						t.Errorf("%s in %s: %q", st, l, s)
					}
					seen[s] = true
				}
				if f.Entry == "" {
					t.Errorf("%s: no entry in the log", st)
				}
				if len(f.Steps) != 5 || !f.Steps[0].Done {
					t.Errorf("%s: steps %+v", st, f.Steps)
				}
				return nil
			})
		}
	})
}

func TestSilenceClosesUnconfirmed(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		v := w.Tell("worker", voice.Named, "P104M", "洗到一半成凉水。")
		ways[voice.Answered](t, w, v.ID)
		run := func() (n int) {
			w.Must(func(tx *db.Tx) (err error) {
				n, err = voice.CloseSilent(tx)
				return err
			})
			return n
		}
		w.Clock.Advance(9 * 24 * time.Hour)
		if n := run(); n != 0 {
			t.Fatalf("closed %d after nine days", n)
		}
		w.Clock.Advance(7 * 24 * time.Hour) // ten working days and more
		if n := run(); n != 1 {
			t.Fatalf("closed %d, want 1", n)
		}
		got := state(t, w, v.ID, voice.Closed)
		if got.ClosedHow != voice.Unconfirmed {
			t.Errorf("closed as %s", got.ClosedHow)
		}
		w.Holding(v.ID, voice.NotSolved{Voice: v.ID, Text: "还是凉的"})
		if got := state(t, w, v.ID, voice.InTriage); got.Reopens != 1 || got.RegisteredAt != v.RegisteredAt {
			t.Errorf("reopened: %+v", got)
		}
	})
}

func TestQuestionTimesOut(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		v := w.Tell("worker", voice.Named, "P104M", "洗到一半成凉水。")
		ways[voice.WaitingInfo](t, w, v.ID)
		run := func() (n int) {
			w.Must(func(tx *db.Tx) (err error) {
				n, err = voice.AskTimeouts(tx)
				return err
			})
			return n
		}
		w.Clock.Advance(4 * 24 * time.Hour)
		if n := run(); n != 0 {
			t.Fatalf("timed out after four days")
		}
		w.Clock.Advance(4 * 24 * time.Hour)
		if n := run(); n != 1 {
			t.Fatalf("did not time out")
		}
		state(t, w, v.ID, voice.InTriage)
		w.Do("triager", voice.AskInfo{Voice: v.ID, Question: "几点?"})
		w.Holding(v.ID, voice.AddInfo{Voice: v.ID, Text: "早八点"})
		if err := w.Try("triager", voice.AskInfo{Voice: v.ID, Question: "又问"}); fault.Of(err) == nil || fault.Of(err).Key != "voice.ask.max" {
			t.Errorf("a third question: %v", err)
		}
	})
}
