package duty

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestLadderByHand: the moments of every rung, worked out with a paper calendar of 2026: in September the 20th (Sunday) and in October the
// 10th (Saturday) were worked, the 25th to 27th and 1st to 7th were free; in February the 14th and 28th (Saturdays) were worked, the 15th
// to 23rd free; in May the 1st to 5th were free, the 9th (Saturday) worked.
func TestLadderByHand(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		for i, k := range []struct {
			n    New
			want string
		}{
			{New{Kind: Answer, Days: 7, Start: at("2026-09-18 09:00")},
				"remind 2026-09-22 17:30, near 2026-09-24 17:30, red 2026-09-29 17:30, sponsor 2026-10-09 17:30, agenda 2026-10-12 17:30, talk 2026-10-19 17:30, circular 2026-10-19 17:30"},
			{New{Kind: Completion, Day: "2026-02-27", Start: at("2026-02-02 10:00")},
				"remind 2026-02-11 17:30, near 2026-02-24 17:30, red 2026-02-27 17:30, sponsor 2026-03-03 17:30, agenda 2026-03-05 17:30, talk 2026-03-12 17:30, circular 2026-03-12 17:30"},
			{New{Kind: Answer, Class: clock.T24H, Start: at("2026-05-01 22:00")},
				"remind 2026-05-02 10:00, near 2026-05-02 17:12, red 2026-05-02 22:00, sponsor 2026-05-08 17:30, agenda 2026-05-11 17:30, talk 2026-05-18 17:30, circular 2026-05-18 17:30"},
			{New{Kind: Plan, Days: 5, Start: at("2026-11-20 16:00")},
				"remind 2026-11-24 17:30, near 2026-11-26 17:30, red 2026-11-27 17:30, sponsor 2026-12-02 17:30, agenda 2026-12-04 17:30, talk 2026-12-11 17:30, circular 2026-12-11 17:30"},
			{New{Kind: Sign, Days: 1, Start: at("2026-11-20 16:00")}, "near 2026-11-20 17:30"},
			{New{Kind: Intake, Days: 2, Start: at("2026-11-20 18:00")}, "near 2026-11-23 17:30, red 2026-11-24 17:30"},
			{New{Kind: Answer, Days: 1, Start: at("2026-11-20 18:00")}, // too short to be reminded before it is near
				"near 2026-11-20 18:00, red 2026-11-23 17:30, sponsor 2026-11-26 17:30, agenda 2026-11-30 17:30, talk 2026-12-07 17:30, circular 2026-12-07 17:30"},
			{New{Kind: Milestone, Day: "2026-11-25", Start: at("2026-11-09 08:00")}, "near 2026-11-20 17:30, red 2026-11-25 17:30"},
		} {
			k.n.Item = fmt.Sprint(i)
			x := owe(t, d, k.n)
			var got []string
			read(t, d, func(tx *db.Tx) (int, error) {
				l, err := LadderOf(tx)
				for _, r := range x.Kind.Ladder() {
					if m := l.When(x, r); m != 0 {
						got = append(got, string(r)+" "+show(m))
					}
				}
				return 0, err
			})
			if s := strings.Join(got, ", "); s != k.want {
				t.Errorf("%s due %s:\n got %s\nwant %s", x.Kind, show(x.Due), s, k.want)
			}
		}
	})
}

// ladderRun runs the ladder at a moment and returns what it fired, "rung:version" in order.
func ladderRun(t testing.TB, d *db.DB, c *clock.Fake, when string) string {
	t.Helper()
	c.Set(at(when).Time())
	if err := RunLadder(context.Background(), d); err != nil {
		t.Fatal(err)
	}
	return strings.Join(read(t, d, func(tx *db.Tx) ([]string, error) {
		return db.All[string](tx, `SELECT rung || ':' || due_version FROM duty_rung WHERE at = $1 ORDER BY meant_at, CASE rung WHEN 'circular' THEN 1 ELSE 0 END, id`, tx.Millis())
	}), " ")
}

// TestRungsWaitAndStay: a rung waits when the due moves later, holds while the duty waits, is not fired for what is done, and what was
// fired stays. Nothing fires twice, whatever the clock does.
func TestRungsWaitAndStay(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		c.Set(at("2026-11-02 08:00").Time())
		x := owe(t, d, New{Kind: Completion, Day: "2026-11-20"}) // 14 working days: 50 % on the 11th, 80 % on the 17th
		for _, step := range []struct{ when, want string }{
			{"2026-11-11 17:29", ""},
			{"2026-11-11 17:30", "remind:1"},
			{"2026-11-11 17:30", "remind:1"}, // once more at the same moment: still that one row
			{"2026-11-09 08:00", ""},         // the clock is set back
			{"2026-11-17 17:29", ""},
		} {
			if got := ladderRun(t, d, c, step.when); got != step.want {
				t.Fatalf("at %s: %q, want %q", step.when, got, step.want)
			}
		}
		write(t, d, "", func(tx *db.Tx) error {
			return Extend(tx, boss, Extension{Subject: matter, Kind: Completion, Day: "2026-12-04"})
		})
		// 24 working days now: 50 % was the 18th, which lies ahead, so the reminder comes again for the new due; 80 % the 27th.
		for _, step := range []struct{ when, want string }{{"2026-11-17 18:00", ""}, {"2026-11-18 17:30", "remind:2"}, {"2026-11-27 17:30", "near:2"}} {
			if got := ladderRun(t, d, c, step.when); got != step.want {
				t.Fatalf("after the extension, at %s: %q, want %q", step.when, got, step.want)
			}
		}
		write(t, d, "", func(tx *db.Tx) error {
			_, err := Wait(tx, boss, matter, Waiting{Reason: WaitBid})
			return err
		})
		if got := ladderRun(t, d, c, "2026-12-07 09:00"); got != "" {
			t.Fatalf("while it waits: %q", got)
		}
		write(t, d, "", func(tx *db.Tx) error {
			_, err := Resume(tx, boss, matter, "")
			return err
		})
		x = get(t, d, x.ID)
		if show(x.Due) != "2026-12-11 17:30" { // five whole working days were waited
			t.Fatalf("due after waiting: %s", show(x.Due))
		}
		if got := ladderRun(t, d, c, "2026-12-07 09:01"); got != "" {
			t.Fatalf("right after waiting: %q; that the limit is near was said before", got)
		}
		// After a long sleep everything missed comes, in order, once.
		if got := ladderRun(t, d, c, "2027-03-01 09:00"); got != "red:3 sponsor:3 agenda:3 talk:3 circular:3" {
			t.Fatalf("after a long sleep: %q", got)
		}
		if got := ladderRun(t, d, c, "2027-04-01 09:00"); got != "" {
			t.Fatalf("at the top: %q", got)
		}
		y := owe(t, d, New{Kind: Plan, Subject: event.Ref{Kind: "matter", ID: "m2"}, Start: at("2027-03-31 09:00")})
		write(t, d, "", func(tx *db.Tx) error {
			_, err := Discharge(tx, triager, y.Subject(), Plan, Done)
			return err
		})
		if got := ladderRun(t, d, c, "2027-06-01 09:00"); got != "" {
			t.Fatalf("of what is done: %q", got)
		}
		if n := len(read(t, d, func(tx *db.Tx) ([]Fired, error) { return FiredOf(tx, matter) })); n != 8 {
			t.Errorf("%d rungs are shown, want 8", n)
		}
	})
}

// TestSettingsMoveRungs: a changed setting moves what has not been fired, and 0 turns a rung off.
func TestSettingsMoveRungs(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		c.Set(at("2026-11-02 08:00").Time())
		owe(t, d, New{Kind: Completion, Day: "2026-11-20"})
		act(t, d, admin, "", org.SetSetting{Key: org.LadderRemind, Value: "0", Basis: "公司督办办法第六条"})
		act(t, d, admin, "", org.SetSetting{Key: org.LadderSponsor, Value: "1", Basis: "公司督办办法第六条"})
		for _, step := range []struct{ when, want string }{
			{"2026-11-16 17:30", ""}, {"2026-11-17 17:30", "near:1"}, {"2026-11-20 17:31", "red:1"}, {"2026-11-23 17:30", "sponsor:1"},
		} {
			if got := ladderRun(t, d, c, step.when); got != step.want {
				t.Fatalf("at %s: %q, want %q", step.when, got, step.want)
			}
		}
	})
}

// TestEveryRungTellsEachOnce: one row per addressee in the transaction of the rung, and the fact says the same; of what is restricted only
// who owes it is told, and nobody who is named in the subject.
func TestEveryRungTellsEachOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		people := staff(t, d)
		named := access.Thing{}
		RegisterThing("case", func(*db.Tx, string) (access.Thing, error) { return named, nil })
		c.Set(at("2026-11-02 08:00").Time())
		subject := event.Ref{Kind: "case", ID: "c1"}
		owe(t, d, New{Kind: Answer, Subject: subject, Days: 5, Unit: "D02", Path: "/G/D02/", Role: access.Handler})
		owe(t, d, New{Kind: Answer, Subject: event.Ref{Kind: "case", ID: "c2"}, Days: 5, Unit: "D02", Path: "/G/D02/", Role: access.Handler, Restricted: "health"})
		owe(t, d, New{Kind: Intake, Subject: event.Ref{Kind: "case", ID: "c3"}, Days: 2, Unit: "D02", Path: "/G/D02/", Role: access.Triager})
		named.Sponsor = people["leader2"]
		ladderRun(t, d, c, "2026-12-31 09:00")
		names := map[string]string{}
		for name, id := range people {
			names[id] = name
		}
		type row struct{ Subject, Rung, People string }
		told := func() map[string]string {
			out := map[string]string{}
			for _, r := range read(t, d, func(tx *db.Tx) ([]row, error) {
				return db.All[row](tx, `SELECT r.subject_id AS subject, r.rung, n.person AS people FROM duty_rung r JOIN duty_notice n ON n.rung = r.id ORDER BY r.id, n.person`)
			}) {
				key := r.Subject + " " + r.Rung
				out[key] = strings.TrimSpace(out[key] + " " + names[r.People])
			}
			for k, v := range out {
				all := strings.Fields(v)
				slices.Sort(all)
				out[k] = strings.Join(all, " ")
			}
			return out
		}
		want := map[string]string{
			"c1 remind": "handler1 handler2", "c1 near": "handler1 handler2 head", "c1 red": "handler1 handler2 head office",
			"c1 sponsor": "head leader2", "c1 agenda": "head office", "c1 talk": "head leader2 office", "c1 circular": "head leader2 office",
			"c2 remind": "handler1 handler2", "c2 near": "handler1 handler2", "c2 red": "handler1 handler2", "c2 sponsor": "handler1 handler2",
			"c2 agenda": "handler1 handler2", "c2 talk": "handler1 handler2", "c2 circular": "handler1 handler2",
			"c3 near": "triager", "c3 red": "office triager",
		}
		if got := told(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("told\n got %v\nwant %v", got, want)
		}
		facts, rungs := 0, 0
		for _, s := range []string{"c1", "c2", "c3"} {
			for _, e := range read(t, d, func(tx *db.Tx) ([]event.Entry, error) {
				return event.Timeline(tx, event.Ref{Kind: "case", ID: s}, 99, 0)
			}) {
				if e.Kind != FactRung {
					continue
				}
				var f firedFact
				if err := json.Unmarshal(e.Data, &f); err != nil {
					t.Fatal(err)
				}
				var to []string
				for _, p := range f.To {
					to = append(to, names[p])
				}
				slices.Sort(to)
				if got := strings.Join(to, " "); got != want[s+" "+string(f.Rung)] {
					t.Errorf("the fact of %s %s tells %q", s, f.Rung, got)
				}
				facts++
			}
		}
		rungs = read(t, d, func(tx *db.Tx) (int, error) {
			return db.One[int](tx, `SELECT COUNT(*) FROM duty_rung WHERE passed = 0`)
		})
		if facts != rungs || facts != len(want) {
			t.Errorf("%d facts, %d rungs, want %d", facts, rungs, len(want))
		}
		// Who is named is never told.
		named.NamedPersons = []string{people["handler1"], people["head"]}
		owe(t, d, New{Kind: Answer, Subject: event.Ref{Kind: "case", ID: "c4"}, Days: 5, Unit: "D02", Path: "/G/D02/", Role: access.Handler})
		ladderRun(t, d, c, "2027-03-01 09:00")
		if got := told()["c4 red"]; got != "handler2 office" {
			t.Errorf("told of a case that names handler1 and the head: %q", got)
		}
	})
}

// TestContactMakesTheReminderNeedless: half the time is no reason to remind of a contact that was made.
func TestContactMakesTheReminderNeedless(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		c.Set(at("2026-11-02 08:00").Time())
		owe(t, d, New{Kind: Answer, Days: 7})
		owe(t, d, New{Kind: FirstContact})
		write(t, d, "", func(tx *db.Tx) error {
			_, err := Discharge(tx, triager, matter, FirstContact, Done)
			return err
		})
		ladderRun(t, d, c, "2026-11-09 18:00")
		var got []string
		for _, f := range read(t, d, func(tx *db.Tx) ([]Fired, error) { return FiredOf(tx, matter) }) {
			got = append(got, string(f.Rung))
		}
		if s := strings.Join(got, " "); s != "near" {
			t.Errorf("fired %q, want near alone", s)
		}
	})
}

// TestOneBadRungHoldsUpNoOther: an act that fails undoes its own rung alone, which comes once the act succeeds.
func TestOneBadRungHoldsUpNoOther(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		broken := true
		RegisterThing("shaky", func(_ *db.Tx, id string) (access.Thing, error) {
			if broken && id == "s1" {
				return access.Thing{}, os.ErrInvalid
			}
			return access.Thing{}, nil
		})
		for _, id := range []string{"s0", "s1", "s2"} {
			owe(t, d, New{Kind: Milestone, Subject: event.Ref{Kind: "shaky", ID: id}, Due: clock.MillisOf(c.Now().Add(time.Hour))})
		}
		c.Advance(2 * time.Hour)
		if err := RunLadder(context.Background(), d); err == nil {
			t.Error("no error was told")
		}
		count := func() (n int) {
			return read(t, d, func(tx *db.Tx) (int, error) { return db.One[int](tx, `SELECT COUNT(*) FROM duty_rung`) })
		}
		if n := count(); n != 4 {
			t.Errorf("%d rungs, want the 4 of the two others", n)
		}
		broken = false
		if err := RunLadder(context.Background(), d); err != nil || count() != 6 {
			t.Errorf("%d rungs after it was mended: %v", count(), err)
		}
	})
}

// staff makes a department D02 with its people, and returns their ids by name.
func staff(t testing.TB, d *db.DB) map[string]string {
	t.Helper()
	out := map[string]string{}
	who := access.System("test")
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		if err := (org.PutUnits{Units: []org.Unit{{Code: "G", Kind: org.Group, NameZh: "集团", NameEn: "Group", Active: true},
			{Code: "D02", Parent: "G", Kind: org.Department, NameZh: "设备部", NameEn: "Equipment", Active: true}}}).Do(tx, who); err != nil {
			return err
		}
		if err := org.Seed(tx, who); err != nil {
			return err
		}
		for i, p := range [][3]string{{"handler1", "handler", "D02"}, {"handler2", "handler", "D02"}, {"head", "dept_head", "D02"}, {"office", "supervisor", "G"},
			{"leader1", "leader", "G"}, {"leader2", "leader", "G"}, {"triager", "triager", "G"}} {
			no := fmt.Sprintf("N%03d", i)
			if err := (org.PutPeople{People: []org.Person{{EmployeeNo: no, Name: p[0], Unit: "D02", Status: org.Active}}}).Do(tx, who); err != nil {
				return err
			}
			x, err := org.PersonByNo(tx, no)
			if err != nil {
				return err
			}
			out[p[0]] = x.ID
			if err := (org.GiveRole{Person: x.ID, Role: access.Role(p[1]), Unit: p[2]}).Do(tx, who); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestLadderStoodStill: a due moves after it was near, and the program stands still until the new one is near and beyond: nothing that lay
// ahead when the due moved is left out. What lay behind then is not told again.
func TestLadderStoodStill(t *testing.T) {
	d, c := dbtest.Open(t)
	staff(t, d)
	c.Set(at("2026-11-02 09:00").Time())
	x := owe(t, d, New{Kind: Completion, Day: "2026-11-13"})
	climb := func(when string) {
		t.Helper()
		c.Set(at(when).Time())
		if err := RunLadder(context.Background(), d); err != nil {
			t.Fatal(err)
		}
	}
	climb("2026-11-12 18:00") // remind and near
	if err := d.Write(context.Background(), func(tx *db.Tx) error {
		if err := triager.May(tx, access.DutySee, access.Thing{}); err != nil {
			return err
		}
		return Extend(tx, triager, Extension{Subject: x.Subject(), Kind: Completion, Day: "2026-12-04"})
	}); err != nil {
		t.Fatal(err)
	}
	climb("2026-11-12 18:01") // works out what lies ahead: half of the time on 18 November, near on 27 November
	climb("2026-12-07 09:00")
	var got []string
	for _, f := range read(t, d, func(tx *db.Tx) ([]Fired, error) { return FiredOf(tx, x.Subject()) }) {
		got = append(got, fmt.Sprintf("%s %d %s", f.Rung, f.DueVersion, show(f.MeantAt)))
	}
	if s := strings.Join(got, ", "); s != "remind 1 2026-11-06 17:30, near 1 2026-11-11 17:30, remind 2 2026-11-18 17:30, near 2 2026-11-27 17:30, red 2 2026-12-04 17:30" {
		t.Errorf("fired: %s", s)
	}
}
