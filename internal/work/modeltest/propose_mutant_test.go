package modeltest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/proposal"
)

// The ways to the situations of proposals.
const (
	sought    = "submit d0 congress\n"
	examined  = sought + "second d1 p0\nsecond d2 p0\n"
	filed     = examined + "review triager p0 file/D05\n"
	spoken    = filed + "reply head p0 b\n"
	improved  = "submit worker improvement\n"
	given     = improved + "assign triager p0 D05\n"
	adopted   = given + "judge head p0 adopted\n"
	carriedBy = adopted + "finish head p0\n"
	counted   = carriedBy + "verify triager p0 yes\n"
)

var askWays = []struct{ name, way string }{
	{"nothing yet", ""},
	{"sought", sought},
	{"sought without a name", "submit d0 congress/secret\n"},
	{"examined", examined},
	{"seconded once more", examined + "second d3 p0\n"},
	{"filed", filed},
	{"filed, followed closely", examined + "review both p0 file/D06+prime\n"},
	{"merged", filed + strings.ReplaceAll(examined, "p0", "p1") + "review triager2 p1 merge/0\n"},
	{"goes on", examined + "review triager p0 convert\nassign triager p1 D06\n"},
	{"not filed", examined + "review ironoffice p0 refuse\n"},
	{"taken back", examined + "withdraw d0 p0\n"},
	{"taken back at once", sought + "withdraw d0 p0\n"},
	{"answered", spoken},
	{"all have spoken", spoken + "rate d0 p0 yes\nrate d1 p0 partly\nrate d2 p0 no\n"},
	{"nobody has spoken", spoken + "days 7\ndays 1\n"},
	{"half are dissatisfied", spoken + "rate d1 p0 no\ndays 8\n"},
	{"once more", spoken + "rate d0 p0 no\nrate d1 p0 yes\nrate d2 p0 yes\n"},
	{"never a third time", spoken + "rate d0 p0 no\ndays 9\nreply both p0 c\nrate d0 p0 no\ndays 8\n"},
	{"an improvement", improved},
	{"taken back improvement", given + "withdraw worker p0\n"},
	{"taken back before", improved + "withdraw worker p0\n"},
	{"given", given},
	{"given to another", given + "assign triager2 p0 D06\n"},
	{"adopted", adopted},
	{"tried and adopted", given + "judge head p0 tried\njudge both p0 adopted\n"},
	{"tried and declined", given + "judge head p0 tried\njudge head p0 declined\n"},
	{"kept", given + "judge head p0 kept\nassign triager p0 D06\n"},
	{"declined", given + "judge head p0 declined\n"},
	{"done", carriedBy},
	{"done by somebody of the office", adopted + "finish both p0\n"},
	{"sent back", carriedBy + "verify triager p0 return\nfinish head p0\n"},
	{"counted", counted},
	{"awarded", counted + "award triager p0 first\n"},
	{"one's own", "submit head improvement\nassign triager p0 D05\n"},
	{"the office's own", "submit triager improvement\nassign triager p0 D05\njudge head p0 adopted\nfinish head p0\nverify triager2 p0 yes\n"},
	{"four numbers", filed + strings.ReplaceAll(filed, "p0", "p1") + strings.ReplaceAll(filed, "p0", "p2") + strings.ReplaceAll(given, "p0", "p3")},
}

// TestProposalWays walks all of them: then every move of both tables was made, and everybody reads what he may.
func TestProposalWays(t *testing.T) {
	open, made := asking(t, db.SQLite), map[string]bool{}
	for _, s := range askWays[:few(len(askWays))] {
		func() {
			w, done := open(t)
			defer done()
			w.through(s.way)
			w.reads()
			for _, p := range w.m.all {
				for _, f := range p.facts {
					made[p.kind+" "+f] = true
				}
			}
		}()
	}
	if testing.Short() {
		return
	}
	for kind, table := range map[string]cycle.Table{"congress": proposal.Congress, "improvement": proposal.Improvement} {
		for _, m := range table.Moves {
			if what := kind + " " + m.Event + " " + m.From + ">" + m.To; !made[what] {
				t.Errorf("nobody has made the move %s", what)
			}
		}
	}
}

// Mistakes made on purpose; each has to be noticed.
var askMutants = []struct {
	name       string
	in         string // the situation that shows it, looked at first
	move       string // "kind from event → to"
	sql        string
	key, value string
}{
	{"one is enough", "examined", "", "", proposal.SecondersSetting, "1"},
	{"seven days are eight", "nobody has spoken", "", "", proposal.RateSetting, "8"},
	{"enough files it", "examined", "congress seeking enough → filed", "", "", ""},
	{"what is examined is seconded no more", "seconded once more", "congress reviewing seconded → seeking", "", "", ""},
	{"an answer closes", "answered", "congress filed replied → closed", "", "", ""},
	{"what is not filed is merged", "not filed", "congress reviewing refused → merged", "", "", ""},
	{"once more is the end", "once more", "congress replied again → closed", "", "", ""},
	{"the end is asked again", "all have spoken", "congress replied closed → filed", "", "", ""},
	{"what is taken back is examined", "taken back at once", "congress seeking withdrawn → reviewing", "", "", ""},
	{"what is tried is adopted", "tried and adopted", "improvement judging tried → adopted", "", "", ""},
	{"what is kept is declined", "kept", "improvement judging kept → declined", "", "", ""},
	{"done is counted", "done", "improvement adopted done → verified", "", "", ""},
	{"sent back is judged again", "sent back", "improvement done returned → judging", "", "", ""},
	{"counted is awarded", "counted", "improvement done verified → awarded", "", "", ""},

	{"a name is not kept", "sought without a name", "", `AFTER INSERT ON proposal WHEN NEW.secret = 1 BEGIN UPDATE proposal SET secret = 0 WHERE id = NEW.id; END`, "", ""},
	{"a seconder is forgotten", "examined", "", `AFTER INSERT ON proposal_second BEGIN DELETE FROM proposal_second WHERE proposal = NEW.proposal; END`, "", ""},
	{"no is yes", "half are dissatisfied", "", `AFTER INSERT ON proposal_rating WHEN NEW.grade = 'no' BEGIN UPDATE proposal_rating SET grade = 'yes' WHERE proposal = NEW.proposal; END`, "", ""},
	{"a day more", "nobody has spoken", "", `AFTER UPDATE OF until_day ON proposal WHEN NEW.state = 'replied' BEGIN UPDATE proposal SET until_day = date(NEW.until_day, '+1 day') WHERE id = NEW.id; END`, "", ""},
	{"a second handling is the first", "never a third time", "", `AFTER UPDATE OF handlings ON proposal WHEN NEW.handlings = 2 BEGIN UPDATE proposal SET handlings = 1 WHERE id = NEW.id; END`, "", ""},
	{"nobody owes the answer", "filed", "", `AFTER INSERT ON duty WHEN NEW.kind = 'proposal_reply' BEGIN DELETE FROM duty WHERE id = NEW.id; END`, "", ""},
	{"the answer is owed for ever", "answered", "", `AFTER UPDATE OF open ON duty WHEN NEW.open = 0 AND NEW.kind = 'proposal_reply' BEGIN UPDATE duty SET open = 1, discharged_at = 0, outcome = '' WHERE id = NEW.id; END`, "", ""},
	{"what was taken back is done", "taken back", "", `AFTER UPDATE OF outcome ON duty WHEN NEW.outcome = 'cancelled' BEGIN UPDATE duty SET outcome = 'done' WHERE id = NEW.id; END`, "", ""},
	{"a number is left out", "four numbers", "", `AFTER UPDATE OF last ON proposal_number WHEN NEW.last = OLD.last + 1 BEGIN UPDATE proposal_number SET last = NEW.last + 1 WHERE kind = NEW.kind AND year = NEW.year; END`, "", ""},
	{"another department has it", "filed", "", `AFTER UPDATE OF lead ON proposal WHEN NEW.lead = 'D05' BEGIN UPDATE proposal SET lead_path = '/G/D06/' WHERE id = NEW.id; END`, "", ""},
	{"it stays with the first", "given to another", "", `AFTER UPDATE OF lead_path ON proposal WHEN OLD.lead_path <> '' BEGIN UPDATE proposal SET lead_path = OLD.lead_path WHERE id = NEW.id; END`, "", ""},
	{"what it went into is lost", "merged", "", `AFTER UPDATE OF other ON proposal WHEN NEW.other <> '' BEGIN UPDATE proposal SET other = '' WHERE id = NEW.id; END`, "", ""},
	{"nobody knows when it was told", "adopted", "", `AFTER UPDATE OF told ON proposal WHEN NEW.told <> '' BEGIN UPDATE proposal SET told = '' WHERE id = NEW.id; END`, "", ""},
	{"who did it may count", "done by somebody of the office", "", `AFTER UPDATE OF done_by ON proposal WHEN NEW.done_by <> '' BEGIN UPDATE proposal SET done_by = '' WHERE id = NEW.id; END`, "", ""},
	{"who answered has counted", "counted", "", `AFTER UPDATE OF checked_by ON proposal WHEN NEW.checked_by <> '' BEGIN UPDATE proposal SET checked_by = by_person WHERE id = NEW.id; END`, "", ""},
	{"money is kept back", "awarded", "", `AFTER UPDATE OF bonus ON proposal WHEN NEW.bonus > 0 BEGIN UPDATE proposal SET bonus = bonus / 2 WHERE id = NEW.id; END`, "", ""},
	{"the day of the end is lost", "declined", "", `AFTER UPDATE OF over_day ON proposal WHEN NEW.over_day <> '' BEGIN UPDATE proposal SET over_day = '' WHERE id = NEW.id; END`, "", ""},
	{"a fact is left out", "examined", "", `AFTER INSERT ON event WHEN NEW.kind = 'proposal.seconded' BEGIN DELETE FROM event WHERE id = NEW.id; END`, "", ""},
}

// TestProposalMutantsAreCaught makes them one by one.
func TestProposalMutantsAreCaught(t *testing.T) {
	open := asking(t, db.SQLite)
	for _, m := range askMutants[:few(len(askMutants))] {
		t.Run(m.name, func(t *testing.T) {
			if f := strings.Fields(m.move); len(f) == 5 {
				table := map[string]cycle.Table{"congress": proposal.Congress, "improvement": proposal.Improvement}[f[0]]
				i := slices.IndexFunc(table.Moves, func(c cycle.Move) bool { return c.From == f[1] && c.Event == f[2] })
				if i < 0 {
					t.Fatalf("no such move: %s", m.move)
				}
				defer func(old cycle.Move) { table.Moves[i] = old }(table.Moves[i])
				table.Moves[i].To = f[4]
			}
			i := slices.IndexFunc(askWays, func(s struct{ name, way string }) bool { return s.name == m.in })
			if i < 0 {
				t.Fatalf("no such situation: %s", m.in)
			}
			by := func() (by string) {
				defer func() {
					if r := recover(); r != nil {
						c, ok := r.(caught)
						if !ok {
							panic(r)
						}
						by = string(c)
					}
				}()
				w, done := open(trap{})
				defer done()
				if m.sql != "" {
					plant(w.d, m.sql)
				}
				if m.key != "" {
					if err := w.d.Write(context.Background(), func(tx *db.Tx) error {
						return org.SetSetting{Key: m.key, Value: m.value, Basis: "试验"}.Do(tx, access.System("test"))
					}); err != nil {
						t.Fatal(err)
					}
				}
				w.through(askWays[i].way)
				w.reads()
				return ""
			}()
			if by == "" {
				t.Error("nobody noticed")
			}
			first, _, _ := strings.Cut(by, "\nby way of")
			t.Log(first)
		})
	}
}
