package modeltest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/base/cycle"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
)

// A mutant is a mistake made on purpose: a move of a live table altered, or a rule broken by a trigger in the database, as a program would
// break it that forgets to check or writes a column too much. Each has to be caught by the model or by an invariant.
type mutant struct {
	name string
	move string // "table from event → to": the move leads there instead; "→ never" takes it away
	sql  string // body of a trigger
}

var mutants = []mutant{
	{"claiming leaves a voice in the inbox", "voice registered claim → registered", ""},
	{"an answer closes at once", "voice in_triage answer → closed", ""},
	{"an answer of a unit is no answer", "voice assigned answer → signed", ""},
	{"what was asked waits for ever", "voice waiting_info info → waiting_info", ""},
	{"what times out is rejected", "voice waiting_info ask_timeout → rejected", ""},
	{"a rejection is final", "voice rejected object → never", ""},
	{"an objection goes back to the inbox", "voice rejected object → registered", ""},
	{"a link closes", "voice in_triage link → closed", ""},
	{"a split closes the whole", "voice in_triage split → closed", ""},
	{"parts do not close the whole", "voice split parts_done → answered", ""},
	{"silence leaves it answered", "voice answered silent → answered", ""},
	{"confirming keeps it answered", "voice answered confirm → answered", ""},
	{"a withdrawn voice is rejected", "voice registered withdraw → rejected", ""},
	{"what was set aside cannot come back", "voice quarantined free → never", ""},
	{"a crisis keeps the voice", "voice registered crisis → registered", ""},
	{"a transfer keeps it in hand", "voice in_triage transfer → in_triage", ""},
	{"a return closes", "voice assigned return → answered", ""},
	{"a matter starts without approval", "matter assigned submit_plan → executing", ""},
	{"approving sends the plan back", "matter plan_review approve → assigned", ""},
	{"a returned plan is worked on", "matter plan_review return_plan → executing", ""},
	{"a signature of the head approves", "matter plan_review head_sign → executing", ""},
	{"finance alone approves", "matter plan_review finance_sign → executing", ""},
	{"a leader's signature is lost", "matter plan_review top_sign → never", ""},
	{"what finance sends back is worked on", "matter plan_review finance_return → executing", ""},
	{"done is accepted without a look", "matter executing claim_done → accepting", ""},
	{"a passed inspection closes", "matter inspecting pass → closed", ""},
	{"a failed inspection passes", "matter inspecting fail → accepting", ""},
	{"counted is closed", "matter accepting rate → closed", ""},
	{"closing leaves it rated", "matter rated close → rated", ""},
	{"what is closed stays closed", "matter closed reopen → never", ""},
	{"nothing relapses", "matter closed relapse → never", ""},
	{"a pause goes on working", "matter executing pause → executing", ""},
	{"resuming ends", "matter paused resume → cancelled", ""},
	{"carrying over cancels", "matter executing carry_over → cancelled", ""},
	{"a cancelled matter is closed", "matter assigned cancel → closed", ""},
	{"signing returns", "assignment assigned sign → returned", ""},
	{"the second return is like the first", "assignment assigned return_again → returned", ""},
	{"a decision has to be signed", "assignment adjudicating adjudicate → assigned", ""},
	{"moving to another unit keeps the signature", "assignment signed reassign → signed", ""},

	{"a transfer begins the time anew", "", `AFTER UPDATE OF transfers ON voice BEGIN UPDATE voice SET registered_at = registered_at + 86400000 WHERE id = NEW.id; END`},
	{"parts begin their own time", "", `AFTER INSERT ON voice WHEN NEW.parent <> '' BEGIN UPDATE voice SET registered_at = registered_at + 3600000 WHERE id = NEW.id; END`},
	{"a merge makes a voice public", "", `AFTER UPDATE OF merged_into ON voice WHEN NEW.merged_into <> '' BEGIN UPDATE voice SET level = 'named' WHERE id = NEW.id; END`},
	{"a confidential voice keeps the name", "", `AFTER INSERT ON voice WHEN NEW.level = 'anonymous' BEGIN UPDATE voice SET submitter = 'p' WHERE id = NEW.id; END`},
	{"the receipt is lost", "", `AFTER UPDATE OF merged_into ON voice WHEN NEW.merged_into <> '' BEGIN DELETE FROM voice_receipt WHERE voice = NEW.id; END`},
	{"silence counts as solved", "", `AFTER UPDATE OF closed_how ON voice WHEN NEW.closed_how = 'unconfirmed' BEGIN UPDATE voice SET closed_how = 'confirmed' WHERE id = NEW.id; END`},
	{"names are forgotten by a merge", "", `AFTER INSERT ON voice_named BEGIN DELETE FROM matter_named; END`},
	{"an extension moves the first deadline", "", `AFTER UPDATE OF extensions ON matter WHEN NEW.extensions > OLD.extensions BEGIN UPDATE matter SET due0 = due WHERE id = NEW.id; END`},
	{"extending heals the breach", "", `AFTER UPDATE OF due ON duty WHEN NEW.due > OLD.due BEGIN UPDATE duty SET due0 = NEW.due WHERE id = NEW.id; END`},
	{"handing over begins the time anew", "", `AFTER UPDATE OF unit ON duty WHEN NEW.unit <> OLD.unit BEGIN UPDATE duty SET due = due + 86400000 WHERE id = NEW.id; END`},
	{"a plan is changed after approval", "", `AFTER UPDATE OF state ON plan WHEN NEW.state = 'approved' BEGIN UPDATE plan SET slots = REPLACE(slots, '38', '28') WHERE matter = NEW.matter AND version = NEW.version; END`},
	{"the head is not asked", "", `AFTER UPDATE OF review ON matter WHEN NEW.review = 'head' BEGIN UPDATE matter SET review = 'office' WHERE id = NEW.id; END`},
	{"finance is not asked", "", `AFTER UPDATE OF review ON matter WHEN NEW.review = 'finance' BEGIN UPDATE matter SET review = 'office' WHERE id = NEW.id; END`},
	{"a clerk's own plan counts as signed", "", `AFTER UPDATE OF head_by ON plan WHEN NEW.head_by <> '' BEGIN UPDATE plan SET head_by = author WHERE matter = NEW.matter AND version = NEW.version; END`},
	{"nobody owes the signature", "", `AFTER INSERT ON duty WHEN NEW.kind = 'plan_head' BEGIN DELETE FROM duty WHERE id = NEW.id; END`},
	{"the signature is owed for ever", "", `AFTER UPDATE OF open ON duty WHEN NEW.open = 0 AND NEW.kind = 'plan_finance' BEGIN UPDATE duty SET open = 1, discharged_at = 0, outcome = '' WHERE id = NEW.id; END`},
	{"a plan approves itself", "", `AFTER UPDATE OF state ON plan WHEN NEW.state = 'approved' BEGIN UPDATE plan SET decided_by = author WHERE matter = NEW.matter AND version = NEW.version; END`},
	{"who did it has inspected it", "", `AFTER UPDATE OF inspected_at ON matter WHEN NEW.inspected_at <> 0 BEGIN UPDATE matter SET inspector = claimant WHERE id = NEW.id; END`},
	{"an answer counts twice", "", `AFTER INSERT ON rating_box WHEN NEW.note <> 'x' BEGIN INSERT INTO rating (id, matter, round, fact, result, grade, note) VALUES ('twice' || SUBSTR(NEW.id, 6), NEW.matter, NEW.round, NEW.fact, NEW.result, NEW.grade, 'x'); END`},
	{"an invitation is never used up", "", `AFTER UPDATE OF used ON invitation BEGIN UPDATE invitation SET used = 0 WHERE id = NEW.id; END`},
	{"somebody is uninvited when the window opens", "", `AFTER UPDATE OF state ON acceptance WHEN NEW.state = 'open' BEGIN DELETE FROM invitation WHERE person <> '' AND matter = NEW.matter; END`},
	{"a round is not counted", "", `AFTER UPDATE OF round ON matter BEGIN UPDATE matter SET round = OLD.round WHERE id = NEW.id; END`},
	{"the overall clock begins with the round", "", `AFTER UPDATE OF round ON matter BEGIN UPDATE matter SET first_voice_at = NEW.moved_at WHERE id = NEW.id; END`},
	{"the first completion is overwritten", "", `AFTER UPDATE OF completed_at ON matter WHEN NEW.completed_at <> 0 BEGIN UPDATE matter SET completed0 = NEW.completed_at + NEW.round WHERE id = NEW.id; END`},
	{"a fact is left out", "", `AFTER INSERT ON event WHEN NEW.kind = 'voice.ask' BEGIN DELETE FROM event WHERE id = NEW.id; END`},
	{"returns are forgiven", "", `AFTER UPDATE OF returns ON assignment BEGIN UPDATE assignment SET returns = 0 WHERE id = NEW.id; END`},
	{"time without an owner is forgotten", "", `AFTER UPDATE OF to_at ON ownerless BEGIN UPDATE ownerless SET from_at = to_at WHERE id = NEW.id AND NEW.to_at <> 0 AND from_at < to_at; END`},
	{"a duty is dropped", "", `AFTER INSERT ON duty WHEN NEW.kind = 'inspect' BEGIN DELETE FROM duty WHERE id = NEW.id; END`},
	{"a closed voice is still owed", "", `AFTER UPDATE OF open ON duty WHEN NEW.open = 0 AND NEW.kind = 'answer' BEGIN UPDATE duty SET open = 1, discharged_at = 0, outcome = '' WHERE id = NEW.id; END`},
	{"look-backs are not owed", "", `AFTER INSERT ON duty WHEN NEW.kind = 'lookback90' BEGIN DELETE FROM duty WHERE id = NEW.id; END`},
	{"the unit strikes off itself", "", `AFTER UPDATE OF closed_by ON matter WHEN NEW.closed_by <> '' BEGIN UPDATE matter SET closed_by = NEW.owner WHERE id = NEW.id; END`},
}

// caught is what a failing world panics with under a mutant.
type caught string

type trap struct{}

func (trap) Helper() {}
func (trap) Fatalf(format string, args ...any) {
	panic(caught(fmt.Sprintf(format, args...)))
}

// hints say for events and columns in which scenarios to look first: those with that verb on their way.
var hints = map[string]string{"ask_timeout": "timeouts", "parts_done": "confirm", "rate": "windows", "relapse": "look_back", "reopen": "not_fixed",
	"claim": "claim", "link": "new_matter", "assign": "assign_v", "submit_plan": "plan", "return_plan": "approve", "pass": "inspect",
	"fail": "inspect", "carry_over": "carry", "return_again": "return", "answer": "answer", "voice_named": "name", "OF transfers": "transfer",
	"NEW.parent": "split", "OF merged_into": "merge", "closed_how": "silent", "OF extensions": "extend", "OF due ON duty": "extend", "OF unit": "reassign",
	"ON plan ": "approve", "review ON": "finance", "plan_head": "head", "plan_finance": "finance", "head_sign": "head", "finance_sign": "finance", "top_sign": "top", "finance_return": "finance", "inspected_at": "inspect", "ON rating_box": "rate", "ON invitation": "rate", "ON acceptance": "inspect", "OF round": "not_fixed",
	"completed_at": "claim_done", "voice.ask": "ask", "OF returns": "return", "ownerless": "sign", "'inspect'": "claim_done", "'answer'": "answer",
	"lookback90": "close", "closed_by": "close"}

// hunt walks the scenarios, the likely ones first, until something is noticed.
func (g *ground) hunt(m mutant) (by string) {
	likely := func(s scenario) bool {
		for word, verb := range hints {
			if (strings.Contains(m.sql, word) || slices.Contains(strings.Fields(m.move), word)) && strings.Contains("\n"+s.way, "\n"+verb+" ") {
				return true
			}
		}
		f := strings.Fields(m.move)
		return len(f) > 2 && strings.Contains("\n"+s.way, "\n"+f[2]+" ")
	}
	for _, first := range []bool{true, false} {
		for _, s := range scenarios {
			if likely(s) != first {
				continue
			}
			if by = g.tour(m, s); by != "" {
				return s.name + ": " + by
			}
		}
	}
	return ""
}

// tour walks one scenario under a mutant and returns what was noticed.
func (g *ground) tour(m mutant, s scenario) (by string) {
	defer func() {
		if r := recover(); r != nil {
			c, ok := r.(caught)
			if !ok {
				panic(r)
			}
			by = string(c)
		}
	}()
	w, done := g.world(trap{})
	defer done()
	if m.sql != "" {
		plant(w.d, m.sql)
	}
	w.through(s)
	return ""
}

// plant makes a trigger, by a connection of its own: the program's own transactions do not let themselves be changed like that.
func plant(d *db.DB, body string) {
	var file string
	if err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
		file, err = db.One[string](tx, `SELECT file FROM pragma_database_list WHERE name = 'main'`)
		return err
	}); err != nil {
		panic(err)
	}
	raw, err := sql.Open("sqlite", file)
	if err != nil {
		panic(err)
	}
	defer raw.Close()
	if _, err := raw.Exec(`CREATE TRIGGER mutant ` + body); err != nil {
		panic(err)
	}
}

// alter changes a move of the live tables and returns what puts it right again.
func alter(t *testing.T, move string) (restore func()) {
	f := strings.Fields(strings.ReplaceAll(move, "→", ""))
	table := map[string]*cycle.Table{"voice": &core.Cycle, "matter": &matter.Cycle, "assignment": &assignment.Cycle}[f[0]]
	i := slices.IndexFunc(table.Moves, func(m cycle.Move) bool { return m.From == f[1] && m.Event == f[2] })
	if i < 0 {
		t.Fatalf("no such move: %s", move)
	}
	old := table.Moves[i]
	if f[3] == "never" {
		table.Moves[i].Event = "never"
	} else {
		table.Moves[i].To = f[3]
	}
	if &core.Cycle.Moves[0] != &voice.Cycle.Moves[0] {
		t.Fatal("the tables of voices are two")
	}
	return func() { table.Moves[i] = old }
}

// TestMutantsAreCaught breaks the tables and the rules one by one.
func TestMutantsAreCaught(t *testing.T) {
	g := newGround(t, db.SQLite)
	if !testing.Short() {
		if by := g.hunt(mutant{}); by != "" {
			t.Fatalf("without any mutant: %s", by)
		}
	}
	for _, m := range mutants[:few(len(mutants))] {
		t.Run(m.name, func(t *testing.T) {
			if m.move != "" {
				defer alter(t, m.move)()
			}
			by := g.hunt(m)
			if by == "" {
				t.Error("nobody noticed")
			}
			first, _, _ := strings.Cut(by, "\nby way of")
			t.Log(first)
		})
	}
}
