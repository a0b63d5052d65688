package modeltest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
)

// events names what a verb brings about in the tables: those of voices, matters or assignments.
var events = map[string][]string{
	"claim": {"claim"}, "let_go": {"let_go"}, "ask": {"ask"}, "info": {"info"}, "answer": {"answer"}, "reply": {"answer"}, "assign_v": {"assign"},
	"new_matter": {"link"}, "join": {"link"}, "merge": {"merge"}, "split": {"split"}, "hazard": {"hazard"}, "restrict": {"restrict"},
	"transfer": {"transfer"}, "reject": {"reject", "propose_reject"}, "countersign": {"reject", "dismiss_reject"}, "quarantine": {"quarantine"},
	"free": {"free"}, "crisis": {"crisis"}, "confirm": {"confirm"}, "not_solved": {"not_solved"}, "object": {"object"}, "withdraw": {"withdraw"},

	"assign_m": {"assign"}, "sign": {"sign"}, "return": {"return", "return_again"}, "adjudicate": {"adjudicate"}, "reassign": {"reassign"},
	"plan": {"submit_plan", "start_quick"}, "head": {"head_sign", "head_return"}, "finance": {"finance_sign", "finance_return"},
	"top": {"top_sign", "top_return"}, "approve": {"approve", "return_plan", "return_change"}, "report": {"report_step"},
	"more": {"request_extension"}, "pause": {"pause"}, "resume": {"resume"}, "claim_done": {"claim_done"}, "inspect": {"pass", "fail"},
	"close": {"close"}, "look_back": {"look_back"}, "carry": {"carry_over"}, "review": {"review"}, "take_up": {"take_up"}, "decline": {"decline"},
	"cancel": {"cancel"}, "show": {"amend"}, "not_fixed": {"reopen", "relapse"},
}

// byTaking are decisions that take a voice out of the inbox by themselves.
var byTaking = []string{"ask", "answer", "assign_v", "new_matter", "join", "merge", "split", "hazard", "transfer", "reject"}

var errUndo = errors.New("undone")

// probe tries a command and undoes it; it returns the error and the facts that were recorded.
func (w *world) probe(c cmd) ([]Fact, error) {
	var out made
	in, hour := w.action(c, &out)
	last := w.was.Facts[len(w.was.Facts)-1].Ins
	var facts []Fact
	err := w.write(hour, func(tx *db.Tx) error {
		if err := in.Do(tx, w.who(c.Who)); err != nil {
			return err
		}
		err := error(nil)
		fill(tx, &err, &facts, `SELECT ins, COALESCE(seq, -1) AS seq, at, kind, subject_kind, subject_id, about_kind, about_id, from_state, to_state,
			actor_class, actor FROM event WHERE ins > `+fmt.Sprint(last)+` ORDER BY ins`)
		if err == nil {
			err = errUndo
		}
		return err
	})
	if errors.Is(err, errUndo) {
		return facts, nil
	}
	return nil, err
}

// covered collects the moves of the tables that were made.
type covered map[string]bool

func (c covered) add(facts []Fact) {
	for _, f := range facts {
		ev := f.Kind[strings.IndexByte(f.Kind, '.')+1:]
		if f.SubjectKind == "assignment" {
			if ev = words[ev]; ev == "" && f.ToState == "adjudicating" {
				ev = "return_again"
			} else if ev == "" {
				ev = "return"
			}
		}
		c[f.SubjectKind+" "+f.FromState+" · "+ev+" · "+f.ToState] = true
	}
}

// inOne counts a decision on a voice that nobody has taken, which takes it first: one press, two moves.
func (c covered) inOne(facts []Fact) {
	taken := map[string]string{}
	for _, f := range facts {
		switch {
		case f.Kind == "voice.claim":
			taken[f.SubjectID] = f.FromState
		case f.SubjectKind == "voice" && f.FromState == voice.InTriage && taken[f.SubjectID] != "":
			f.FromState = taken[f.SubjectID]
			c.add([]Fact{f})
		}
	}
}

// TestEveryCell brings voices, matters and assignments into every situation, and lets one person of every role, the program, the
// submitter and a stranger try every action there. What happens is what the model says; it is a move of the table, by somebody whom the
// access table lets; and a move without a guard is refused to nobody whom it lets. In the end every move of the tables was made.
func TestEveryCell(t *testing.T) {
	grounds(t, func(t *testing.T, g *ground) {
		seen, cells := covered{}, 0
		whole := g.every && !testing.Short()
		people, some, list := everyRole, 1, scenarios
		if !whole { // the other database, or with the race detector: some situations, by those who usually do it
			people, some, list = nil, 3, nil
			for i := 0; i < len(scenarios); i += 9 {
				list = append(list, scenarios[i])
			}
		}
		for _, chain := range chains(list) {
			w, done := g.world(t)
			for i, s := range chain {
				if i > 0 { // what was tried was undone: here begins the rest of the way
					s.way = strings.TrimPrefix(s.way, chain[i-1].way)
				}
				w.through(s)
				seen.add(w.was.Facts)
				for _, look := range strings.Fields(s.look) {
					for _, v := range verbs {
						for _, c := range w.around(v, look, people) {
							if cells++; cells%some != 0 {
								continue
							}
							facts, err := w.probe(c)
							seen.add(facts)
							seen.inOne(facts)
							if wrong := w.judge(c, facts, err); wrong != "" {
								t.Errorf("%s: %s: %s", s.name, c, wrong)
							}
						}
					}
				}
			}
			now := w.look()
			if w.was.Now = now.Now; !reflect.DeepEqual(now, w.was) {
				t.Errorf("%s: something that was tried has left a trace", chain[len(chain)-1].name)
			}
			done()
		}
		for _, table := range []cycle.Table{voice.Cycle, matter.Cycle, assignment.Cycle} {
			for _, m := range table.Moves {
				if k := table.Subject + " " + m.From + " · " + m.Event + " · " + m.To; !seen[k] && whole {
					t.Errorf("no action has made the move %s", k)
				}
			}
		}
		t.Logf("%d situations, %d tries", len(list), cells)
	})
}

// chains puts scenarios behind each other where the way of one begins with the whole way of the other, so that nobody walks twice.
func chains(all []scenario) (out [][]scenario) {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b scenario) int { return len(a.way) - len(b.way) })
	for _, s := range all {
		best, long := -1, -1
		for i, c := range out {
			if tail := c[len(c)-1].way; strings.HasPrefix(s.way, tail) && len(tail) > long {
				best, long = i, len(tail)
			}
		}
		if best < 0 {
			out = append(out, []scenario{s})
		} else {
			out[best] = append(out[best], s)
		}
	}
	return out
}

// everyRole is one person for every role, and who has none.
var everyRole = []string{"triager", "triager3", "supervisor", "leader", "auditor", "inspector", "chair", "shift", "handler", "head", "other", "worker", "mill",
	"discipline", "health", "aid", "delegate", "custodian1", "sysadmin", "secadmin", "audadmin", "nobody"}

// around lists the ways of trying a verb on one thing: by those who usually do it in every variant, and by the others in the first.
func (w *world) around(v verb, look string, people []string) (out []cmd) {
	if v.on == "" && !slices.Contains(v.by, "job") {
		return nil
	}
	no := int(look[1] - '0')
	first := map[string]cmd{}
	for _, c := range w.ways(v) {
		if v.on == "" || look[0] == 'v' && c.V == no || look[0] == 'm' && c.M == no && c.V < 0 {
			out = append(out, c)
			k := fmt.Sprint(c.V, c.W, c.M)
			if _, ok := first[k]; !ok {
				first[k] = c
			}
		}
	}
	if v.name == "rate" || v.on == "" {
		return out
	}
	for _, c := range first {
		for _, who := range people {
			if c.Who = who; !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// judge says what is wrong with what came of a try.
func (w *world) judge(c cmd, facts []Fact, err error) string {
	want, kind := w.expect(c), refusal(err)
	switch {
	case kind == "broken":
		return err.Error()
	case kind == "" && len(want.no) > 0:
		return "done, the model refuses it as " + strings.Join(want.no, ", ")
	case kind != "" && !slices.Contains(want.no, kind):
		return fmt.Sprintf("refused as %s (%v), the model says %q", kind, err, want.no)
	}
	for _, f := range facts {
		if t, ok := map[string]cycle.Table{"voice": voice.Cycle, "matter": matter.Cycle}[f.SubjectKind]; ok && f.FromState != f.ToState {
			if e := t.To(f.FromState, strings.TrimPrefix(f.Kind, f.SubjectKind+"."), f.ToState); e != nil {
				return fmt.Sprintf("it made the move %s from %q to %q, which is in no table", f.Kind, f.FromState, f.ToState)
			}
		}
	}
	evs, ok := events[c.Verb]
	if !ok {
		return ""
	}
	may, free := w.tableSays(c, evs)
	switch {
	case kind == "" && !may:
		return "done; no move of the table with an action that the access table allows him"
	case kind != "" && free && !c.Stale && c.Verb != "countersign":
		return "refused (" + kind + "), though the move has no guard and he may"
	}
	return ""
}

// things are what commands are about as permission sees it, read once for each situation.
type things struct {
	at   *Snapshot
	kept map[string]access.Thing
}

// thing is what a command is about.
func (w *world) thing(c cmd) access.Thing {
	if w.things.at != w.was {
		w.things = things{w.was, map[string]access.Thing{}}
	}
	id := w.ref(c).ID
	if t, ok := w.things.kept[id]; ok {
		return t
	}
	var t access.Thing
	if err := w.d.Read(w.ctx(), func(tx *db.Tx) (err error) {
		if c.V >= 0 {
			v, _ := w.was.Voice(id)
			t, err = core.ThingOf(tx, v)
		} else {
			m, _ := w.was.Matter(id)
			t, err = matter.ThingOf(tx, m)
		}
		return err
	}); err != nil {
		w.fail("thing of %s: %v", c, err)
	}
	w.things.kept[id] = t
	return t
}

// tableSays reports whether the table has a move for the command's events in the present state that the person may make, and whether one
// of them has no guard.
func (w *world) tableSays(c cmd, evs []string) (may, free bool) {
	who := w.who(c.Who)
	var moves []cycle.Move
	table, state, appeal, t := matter.Cycle, "", false, w.thing(c)
	if id := w.ref(c).ID; c.V >= 0 {
		v, _ := w.was.Voice(id)
		table, state, appeal = voice.Cycle, v.State, v.Appeal
	} else {
		m, _ := w.was.Matter(id)
		state = m.State
	}
	if in(c.Verb, "sign", "return", "adjudicate", "reassign") || c.Verb == "assign_m" {
		a, ok := w.was.Running(w.ref(c).Kind, w.ref(c).ID)
		table, state = assignment.Cycle, ""
		if ok {
			state, t.Lead = a.State, a.LeadPath
		}
	}
	for _, m := range table.Events(state) {
		if slices.Contains(evs, m.Event) {
			moves = append(moves, m)
		}
	}
	if c.V >= 0 && state == voice.Registered && slices.Contains(byTaking, c.Verb) {
		for _, m := range table.Events(voice.InTriage) {
			if slices.Contains(evs, m.Event) {
				moves = append(moves, m)
			}
		}
	}
	if slices.Contains([]string{"claim", "info"}, c.Verb) && len(moves) == 0 { // taking what is free, adding to what is open: nothing moves
		return true, false
	}
	for _, m := range moves {
		a := m.Action
		if appeal && in(string(a), string(access.VoiceTriage), string(access.VoiceClaim), string(access.VoiceReject)) {
			a = access.VoiceAppeal
		}
		if c.Verb == "extend" {
			continue
		}
		if who.Can(a, t) || a == access.VoiceReject && who.Can(access.VoiceCountersig, t) {
			may, free = true, free || m.Guard == ""
		}
	}
	return may, free
}
