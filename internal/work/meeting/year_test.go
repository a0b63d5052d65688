package meeting_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/supervise"
)

// yearsMatters are 39 promises of a year: title, unit, deadline, and when it was kept where that was later.
var yearsMatters = []struct{ title, unit, day, done string }{
	{"L1", "D05", "02-13", "03-06"}, {"L2", "D06", "04-30", "05-19"}, {"L3", "D05", "06-18", "06-29"}, {"L4", "D05", "09-18", "10-12"},
	{"L5", "D06", "09-30", "10-14"}, {"L6", "D05", "03-27", "04-16"}, {"L7", "D06", "07-31", "08-20"}, {"L8", "D05", "12-31", "never"},
	// worked Saturdays and a worked Sunday are deadlines like any other
	{"01", "D05", "01-20", ""}, {"02", "D06", "01-23", ""}, {"03", "D05", "01-30", ""}, {"04", "D06", "02-06", ""}, {"05", "D05", "02-10", ""},
	{"06", "D06", "02-28", ""}, {"07", "D05", "03-06", ""}, {"08", "D06", "03-13", ""}, {"09", "D05", "03-20", ""}, {"10", "D06", "03-31", ""},
	{"11", "D05", "04-03", ""}, {"12", "D06", "04-17", ""}, {"13", "D05", "04-24", ""}, {"14", "D06", "05-09", ""}, {"15", "D05", "05-15", ""},
	{"16", "D06", "05-29", ""}, {"17", "D05", "06-05", ""}, {"18", "D06", "06-12", ""}, {"19", "D05", "06-26", ""}, {"20", "D06", "07-03", ""},
	{"21", "D05", "07-10", ""}, {"22", "D06", "07-17", ""}, {"23", "D05", "07-24", ""}, {"24", "D06", "08-07", ""}, {"25", "D05", "08-21", ""},
	{"26", "D06", "09-04", ""}, {"27", "D05", "09-11", ""}, {"28", "D06", "09-20", ""}, {"29", "D05", "10-10", ""}, {"30", "D06", "11-13", ""},
	{"31", "D05", "12-18", ""},
}

// yearsMeetings are the days on which a dispatch meeting is held; its pack is frozen the evening before.
var yearsMeetings = []string{"03-05", "04-14", "05-12", "06-26", "08-18", "09-29", "10-13"}

// year plays a year, a day at a time.
type year struct {
	*world
	ids, titles map[string]string // by title, by id
	seen        map[string]bool   // rungs
	lines       []string
	letters     strings.Builder
}

func (y *year) say(format string, args ...any) {
	y.lines = append(y.lines, y.today()+" "+fmt.Sprintf(format, args...))
}

func (y *year) today() string { return string(clock.DayOf(y.Clock.Now(), clock.Shanghai())) }

func (y *year) hour(day clock.Day, at string) { y.Clock.Set(y.at(string(day) + " " + at).Time()) }

func people(unit string) (handler, head string) {
	if unit == "D06" {
		return "other", "otherhead"
	}
	return "handler", "head"
}

// promise registers a matter and has its plan approved, all on one day.
func (y *year) promise(title, unit, day string) {
	handler, head := people(unit)
	in := &matter.Register{Title: "实事 " + title, Public: true, Category: "BA-1", Place: "P104M", Unit: "U01", Voices: 3, Lead: unit}
	y.Do("triager", in)
	y.ids[title], y.titles[in.ID] = in.ID, title
	y.Do(handler, matter.SubmitPlan{Matter: in.ID, Plan: matter.Slots{Item: "提高水温", Standard: "水温不低于 38 ℃",
		Checks: []matter.Check{{Text: "水温", Kind: plan.CheckNumber, Unit: "℃", Low: "38"}}, Owner: y.P(handler).ID, Deadline: clock.Day(day),
		Acceptors: []string{y.P("mill").ID}, Sponsor: y.P("leader").ID, Steps: []plan.Step{{Text: "更换喷头", Day: clock.Day(day)}}}})
	y.Do(head, matter.SignPlan{Matter: in.ID, As: chain.AsHead, Approve: true})
	y.Do("supervisor", matter.DecidePlan{Matter: in.ID, Approve: true})
}

// keep says that a matter is done, and has it inspected.
func (y *year) keep(title, unit string) {
	handler, _ := people(unit)
	read := []matter.Reading{{Check: 1, Value: "40"}}
	y.Do(handler, matter.Report{Matter: y.ids[title], Text: "已更换", Done: true, Step: 1}, matter.ClaimDone{Matter: y.ids[title], Text: "已更换", Readings: read})
	y.Do("inspector", matter.Inspect{Matter: y.ids[title], Passed: true, Readings: read})
}

func (y *year) jobs(run ...func(tx *db.Tx) (int, error)) {
	for _, f := range run {
		y.Must(func(tx *db.Tx) error {
			if err := access.System("test").May(tx, access.DutySystem, access.Thing{}); err != nil {
				return err
			}
			_, err := f(tx)
			return err
		})
	}
}

// matters lists those in a state.
func (y *year) matters(state string) (ids []struct{ ID, Lead string }) {
	y.Read(func(tx *db.Tx) (err error) {
		ids, err = db.All[struct{ ID, Lead string }](tx, `SELECT id, lead FROM matter WHERE state = $1 ORDER BY number`, state)
		return err
	})
	return ids
}

// sign signs every draft that lies on the table of the office.
func (y *year) sign(cal *clock.Calendar) {
	var drafts []supervise.Order
	y.Read(func(tx *db.Tx) (err error) { drafts, err = supervise.Drafts(tx, y.P("supervisor"), 50); return err })
	for _, o := range drafts {
		terms := supervise.Terms{Grade: duty.Red, Basis: supervise.BasisOverdue, Title: o.Title, Demand: "三个工作日内书面说明原因、措施和日期。",
			Due: cal.AddWorkdays(clock.Day(y.today()), 7)}
		y.Do("supervisor", supervise.Issue{Order: o.ID, Terms: terms})
		y.Read(func(tx *db.Tx) error {
			rows, _, err := supervise.Ledger(tx, y.P("supervisor"), supervise.Filter{})
			if err != nil {
				return err
			}
			i := slices.IndexFunc(rows, func(r supervise.Order) bool { return r.ID == o.ID })
			ds, err := duty.Of(tx, o.Ref())
			var by [2]clock.Day
			for _, d := range ds {
				by[map[duty.Kind]int{duty.OrderReceipt: 0, duty.OrderReply: 1}[d.Kind]] = d.Due.Day(clock.Shanghai())
			}
			y.say("letter %s %s %s, received by %s, answered by %s", rows[i].Number, o.Unit, y.titles[o.SubjectID], by[0], by[1])
			l, err2 := supervise.LetterOf(tx, o.ID)
			for _, r := range l.Rows() {
				fmt.Fprintf(&y.letters, "%s：%s\n", r.Label, r.Text)
			}
			y.letters.WriteString("\n")
			return firstError(err, err2)
		})
	}
}

func firstError(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// climb lets the ladder look, and tells what it has done for promises.
func (y *year) climb() {
	if err := duty.RunLadder(context.Background(), y.DB); err != nil {
		y.T.Fatal(err)
	}
	y.Read(func(tx *db.Tx) error {
		rungs, err := db.All[struct{ ID, Rung, SubjectID string }](tx, `SELECT id, rung, subject_id FROM duty_rung WHERE kind = 'completion'
			AND rung IN ('red', 'sponsor', 'agenda', 'talk', 'circular') ORDER BY at, meant_at, id`)
		for _, r := range rungs {
			if !y.seen[r.ID] {
				y.seen[r.ID] = true
				y.say("%s %s", r.Rung, y.titles[r.SubjectID])
			}
		}
		return err
	})
}

// hold holds a meeting that was frozen, and tells what was on its agenda.
func (y *year) hold(id string) {
	y.Do("supervisor", meeting.OpenRoom{Meeting: id})
	var items []string
	for _, it := range y.agenda("supervisor", id) {
		name := y.titles[it.Subject]
		if it.Kind == "resolution" {
			name = "R1"
		}
		items = append(items, fmt.Sprintf("%s (%s)", name, strings.ReplaceAll(it.Why, ",", ", ")))
	}
	y.say("meeting: %s", strings.Join(items, ", "))
}

// TestYear plays 2026 with 39 promises and compares letters and agendas with what was worked out by hand (testdata/year/expected.txt), and
// the words of the letters with those that were looked at (letters.txt).
func TestYear(t *testing.T) { dbtest.Run(t, playYear) }

func playYear(t *testing.T, d *db.DB, c *clock.Fake) {
	c.Set(time.Date(2026, 1, 4, 8, 0, 0, 0, clock.Shanghai()))
	y := &year{world: &world{orgtest.New(t, d, c)}, ids: map[string]string{}, titles: map[string]string{}, seen: map[string]bool{}}
	var cal *clock.Calendar
	y.Read(func(tx *db.Tx) (err error) { cal, err = org.Calendar(tx); return err })
	called, frozen := "", ""
	for day := clock.Day("2026-01-04"); day <= "2026-12-31"; day = day.Add(1) {
		short := string(day)[5:]
		y.hour(day, "08:00")
		y.jobs(matter.RunTimers, accept.RunWindows)
		work, _ := cal.IsWorkday(day)
		if work {
			y.hour(day, "09:00")
			y.sign(cal)
			for _, m := range y.matters("rated") {
				y.Do("triager", matter.Close{Matter: m.ID, Reply: "已解决，请监督。"})
			}
			for _, m := range yearsMatters {
				if begin := cal.ThisOrNextWorkday(clock.Day("2026-" + m.day).Add(-14)); begin == day {
					y.promise(m.title, m.unit, "2026-"+m.day)
				}
			}
			y.hour(day, "10:00")
			if weekday, _ := time.Parse(time.DateOnly, string(day)); weekday.Weekday() == time.Monday {
				for _, m := range y.matters("executing") {
					handler, _ := people(m.Lead)
					y.Do(handler, matter.Report{Matter: m.ID, Text: "正在施工"})
				}
			}
			switch short {
			case "03-20":
				y.Do("handler", matter.AskMore{Matter: y.ids["L6"], Day: "2026-04-10", Reason: "配件未到货", Interim: "临时供水"})
			case "03-23":
				y.Do("supervisor", matter.DecideMore{Matter: y.ids["L6"], Grant: true})
			case "07-20":
				y.Do("supervisor", matter.Pause{Matter: y.ids["L7"], Reason: "bid", Until: "2026-08-03", Note: "招标中"})
			}
			y.hour(day, "11:00")
			if slices.Contains(yearsMeetings, short) && frozen != "" {
				y.hold(frozen)
				if short == "09-29" {
					y.Do("supervisor", meeting.Decide{Meeting: frozen, Text: "全面检查浴室喷头", Lead: "D05", Day: "2026-10-09"})
				}
				frozen = ""
			}
			for _, m := range yearsMatters {
				if m.done == short || m.done == "" && m.day == short {
					y.keep(m.title, m.unit)
				}
			}
		}
		y.hour(day, "18:00")
		y.climb()
		if next := string(day.Add(1))[5:]; slices.Contains(yearsMeetings, next) {
			in := &meeting.Call{Kind: meeting.Dispatch, Terms: y.terms()}
			in.Start, in.End = y.at("2026-"+next+" 11:00"), y.at("2026-"+next+" 12:00")
			y.Do("supervisor", in)
			called = in.ID
			y.Do("supervisor", meeting.Freeze{Meeting: called})
			frozen = called
		}
	}
	if len(y.ids) != 39 {
		t.Errorf("%d promises were made", len(y.ids))
	}
	var want []string
	for line := range strings.Lines(string(readFile(t, "testdata/year/expected.txt"))) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			want = append(want, line)
		}
	}
	slices.Sort(want)
	slices.Sort(y.lines)
	if got, want := strings.Join(y.lines, "\n"), strings.Join(want, "\n"); got != want {
		t.Errorf("the year was\n%s\n\nby hand it is\n%s", got, want)
	}
	file := "testdata/year/letters.txt"
	if os.Getenv("SANWEN_GOLDEN") == "new" {
		if err := os.WriteFile(file, []byte(y.letters.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := string(readFile(t, file)); y.letters.String() != want {
		t.Errorf("the letters are\n%s\nand were\n%s", y.letters.String(), want)
	}
	y.sound()
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
