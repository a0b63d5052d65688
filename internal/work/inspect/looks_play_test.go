package inspect_test

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
)

// looker does what the model of looks says and compares.
type looker struct {
	*player
	later
}

func looks(t *testing.T, d *db.DB, c *clock.Fake) *looker {
	c.Set(begins)
	w := &world{orgtest.New(t, d, c)}
	w.checkItems()
	return &looker{player: &player{world: w, did: map[string]int{}}}
}

// sweep lets the lots and matters of earlier plays belong to no month of this one.
func (p *looker) sweep() {
	p.Must(func(tx *db.Tx) error {
		tx.Asked()
		tx.Recorded()
		for _, q := range []string{`DELETE FROM inspect_draw_item`, `DELETE FROM inspect_draw`, `DELETE FROM checkpoint`, `UPDATE matter SET closed_at = 0`} {
			if _, err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
}

// begin plans the matters; none of them is done yet.
func (p *looker) begin() {
	p.Clock.Set(begins)
	p.sweep()
	p.later = later{now: begins, all: promises(), draws: map[string][]string{}}
	for _, m := range p.all {
		in := &matter.Register{Title: "水温和照明", Public: true, Class: matter.Standard, Source: matter.FromVoice, Category: "BA-1", Place: m.place, Voices: 3, Lead: "D05"}
		p.Do("triager", in)
		m.id, m.number, m.round, m.marks = in.ID, one[string](p.player, `SELECT number FROM matter WHERE id = $1`, in.ID), 1, map[int]bool{}
		due := clock.Day(after(p.day(), 11))
		s := matter.Slots{Item: "按标准做好", Standard: "各项达标", Steps: []plan.Step{{Text: "做好", Day: due}}, Owner: p.P("handler").ID, Deadline: due, Acceptors: []string{p.P("worker").ID}}
		for _, c := range m.items {
			s.Checks = append(s.Checks, c.in)
		}
		p.Do("handler", matter.SubmitPlan{Matter: in.ID, Plan: s})
		p.Do("head", matter.SignPlan{Matter: in.ID, As: chain.AsHead, Approve: true})
		p.Do("triager", matter.DecidePlan{Matter: in.ID, Approve: true})
		p.Do("handler", matter.Report{Matter: in.ID, Step: 1, Done: true, Text: "已做好"})
	}
}

// done works a matter off and strikes it off.
func (p *looker) done(m *promise) {
	var good []matter.Reading
	for i, c := range m.items {
		good = append(good, matter.Reading{Check: int64(i + 1), Value: c.good})
	}
	if m.round > 1 { // nobody says that it is done again without having done something
		p.Do("handler", matter.Report{Matter: m.id, Text: "又做了一遍"})
	}
	p.Do("handler", matter.ClaimDone{Matter: m.id, Text: "已做好，自查达标", Readings: good})
	p.Do("inspector", matter.Inspect{Matter: m.id, Passed: true, Readings: good})
	p.Must(func(tx *db.Tx) error { return matter.SetRated(tx, access.System("test"), m.id, matter.Confirmed) })
	p.Do("triager", matter.Close{Matter: m.id, Reply: "已达标，请大家监督"})
	m.closed, m.day = true, p.day()
}

// play begins anew and does everything; what is first found to be otherwise is told.
func (p *looker) play(acts []glance) error {
	p.begin()
	for i, g := range acts {
		err := p.do(g)
		if err == nil {
			err = p.compare()
		}
		if err != nil {
			return fmt.Errorf("act %d, %+v: %w", i+1, g, err)
		}
	}
	return nil
}

func (p *looker) do(g glance) error {
	m := p.all[g.At%len(p.all)]
	switch g.Do {
	case "done":
		if !m.closed {
			p.done(m)
		}
	case "look":
		p.now = p.now.Add(time.Minute) // looks are listed in the order in which they were made
		p.Clock.Set(p.now)
		in, ok := p.look(g)
		if err := p.try(g.Who, in, ok); err != nil || !ok {
			return err
		}
		p.did[fmt.Sprintf("look %d passed %v", g.Days, g.Passes)]++
		p.looked(g, in)
	case "wait":
		if !p.passes(g.Days) {
			return nil
		}
		p.Clock.Set(p.now)
		if g.Sealed {
			root := []byte(strings.Repeat(string(rune('a'+g.Root%26)), 32))
			p.roots = append(p.roots, struct {
				at   time.Time
				root string
			}{p.now, fmt.Sprintf("%x", root)})
			p.Must(func(tx *db.Tx) error {
				tx.Asked()
				tx.Recorded()
				_, err := tx.Exec(`INSERT INTO checkpoint (size, root, at, note) VALUES ($1, $2, $3, '')`, len(p.roots), root, tx.Millis())
				return err
			})
		}
		drawn := 0
		for again := true; again; {
			p.Must(func(tx *db.Tx) error { n, err := inspect.RunDraw(tx); drawn += n; again = n > 0; return err })
		}
		if want := p.draw(); drawn != want {
			return fmt.Errorf("%d months were drawn, the model says %d", drawn, want)
		}
		p.did[fmt.Sprintf("%d months drawn", drawn)]++
	}
	return nil
}

// compare looks at the matters, what is owed for them, every look with its readings, and the lots.
func (p *looker) compare() error {
	var bad []string
	no := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	p.Read(func(tx *db.Tx) error {
		for _, m := range p.all {
			type row struct {
				State                               string
				Round, Relapses                     int64
				LookBack30, LookBack90, LookBack365 string
			}
			got, err := db.One[row](tx, `SELECT state, round, relapses, look_back30, look_back90, look_back365 FROM matter WHERE id = $1`, m.id)
			if err != nil {
				return err
			}
			said := map[bool]string{true: "passed"}
			want := row{"executing", int64(m.round), int64(m.relapses), said[m.marks[30]], said[m.marks[90]], said[m.marks[365]]}
			if m.closed {
				want.State = "closed"
			}
			if got != want {
				no("%s %+v, the model says %+v", m.number, got, want)
			}
			owed, err := db.All[string](tx, `SELECT kind || ' ' || role || ' ' || day FROM duty WHERE subject_id = $1 AND open = 1 AND kind IN ('lookback30', 'lookback90', 'lookback365', 'recheck') ORDER BY kind`, m.id)
			if err != nil {
				return err
			}
			should := []string{}
			for _, n := range []int{30, 365, 90} { // as they are sorted
				if m.closed && !m.marks[n] {
					should = append(should, fmt.Sprintf("lookback%d inspector %s", n, after(m.day, n)))
				}
			}
			if m.drawn {
				should = append(should, "recheck inspector ")
			}
			if !slices.Equal(owed, should) && len(owed)+len(should) > 0 {
				no("for %s is owed %q, the model says %q", m.number, owed, should)
			}
			type reading struct {
				ID, Kind       string
				Round, Passed  int64
				N              int64
				Value          string
				Good, Measured int64
			}
			all, err := db.All[reading](tx, `SELECT i.id, i.kind, i.round, i.passed, COALESCE(r.check_n, 0) AS n, COALESCE(r.value, '') AS value, COALESCE(r.passed, 0) AS good, CASE WHEN r.check_n IS NULL THEN 0 ELSE 1 END AS measured
				FROM inspection i LEFT JOIN reading r ON r.inspection = i.id WHERE i.matter = $1 AND i.kind IN ('lookback30', 'lookback90', 'lookback365', 'recheck') ORDER BY i.at, i.id, r.check_n`, m.id)
			if err != nil {
				return err
			}
			var told []string
			for i, r := range all {
				if i == 0 || all[i-1].ID != r.ID {
					told = append(told, fmt.Sprintf("%s round %d passed %v:", r.Kind, r.Round, r.Passed == 1))
				}
				if r.Measured == 1 {
					told[len(told)-1] += fmt.Sprintf(" %d=%s:%v", r.N, r.Value, r.Good == 1)
				}
			}
			if !slices.Equal(trimmed(told), trimmed(m.looks)) {
				no("looks at %s %q, the model says %q", m.number, told, m.looks)
			}
		}
		type head struct {
			Month, Seed   string
			Drawn, Closed int64
		}
		heads, err := db.All[head](tx, `SELECT month, seed, drawn, closed FROM inspect_draw ORDER BY month`)
		if err != nil {
			return err
		}
		var above []string
		for _, h := range heads {
			above = append(above, fmt.Sprintf("%s %s %d of %d", h.Month, h.Seed, h.Drawn, h.Closed))
		}
		if !slices.Equal(trimmed(above), trimmed(p.heads)) {
			no("drawn was %q, the model says %q", above, p.heads)
		}
		for _, h := range heads {
			month := h.Month
			lot, err := db.All[string](tx, `SELECT number || ' ' || ticket || CASE WHEN drawn = 1 THEN ' true' ELSE ' false' END FROM inspect_draw_item WHERE month = $1 ORDER BY number`, month)
			if err != nil {
				return err
			}
			if !slices.Equal(trimmed(lot), p.draws[month]) {
				no("the lot of %s is %q, the model says %q", month, lot, p.draws[month])
			}
		}
		return nil
	})
	if len(bad) > 0 {
		return fmt.Errorf("%s", strings.Join(bad, "; "))
	}
	return nil
}

// trimmed is a copy without spaces at the ends, and never nil.
func trimmed(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = strings.TrimSpace(s)
	}
	return out
}

// glanced draws what is done: mostly what is due, by those whose work it is.
func glanced(t *rapid.T) glance {
	g := glance{Do: rapid.SampledFrom([]string{"done", "look", "look", "look", "look", "wait", "wait"}).Draw(t, "do"), At: rapid.IntRange(0, 2).Draw(t, "at"),
		Who: rapid.SampledFrom([]string{"inspector", "inspector", "inspector", "triager", "triager2", "chair", "chair2", "handler", "head", "leader", "worker"}).Draw(t, "who"), Note: rapid.Bool().Draw(t, "note")}
	switch g.Do {
	case "look":
		g.Days = rapid.SampledFrom([]int{30, 30, 90, 90, 365, 0, 0, 60}).Draw(t, "days")
		g.Bad = rapid.SampledFrom([]int{0, 0, 0, 0, 1, 2}).Draw(t, "bad")
		g.Passes = g.Bad == 0 && rapid.IntRange(0, 7).Draw(t, "honest") > 0 || rapid.IntRange(0, 5).Draw(t, "claims") == 0
		g.Forgets = rapid.IntRange(0, 9).Draw(t, "forgets") == 0
		if rapid.IntRange(0, 3).Draw(t, "usual") > 0 {
			g.Who, g.Forgets, g.Note = rapid.SampledFrom([]string{"inspector", "triager", "triager2"}).Draw(t, "looker"), false, true
		}
	case "wait":
		g.Days, g.Sealed, g.Root = rapid.SampledFrom([]int{5, 20, 31, 90, 160}).Draw(t, "days"), rapid.IntRange(0, 3).Draw(t, "sealed") > 0, byte(rapid.IntRange(0, 25).Draw(t, "root"))
	}
	return g
}

// TestModelOfLooks strikes matters off and looks back at them after 30, 90 and 365 days and where the lot fell on them, in any order, by
// anybody, with good readings and bad ones of exactly the items of their own plan; a look that fails begins a new round. After every step the
// matters, what is owed for them, every reading and every lot are those that a model expects that was written beside the product.
func TestModelOfLooks(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := looks(t, d, c)
		if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
			if f.Value.Set("10"); testing.Short() { // a whole installation and two databases: -rapid.checks asks for more
				f.Value.Set("3")
			}
			defer f.Value.Set(f.DefValue)
		}
		rapid.Check(t, func(rt *rapid.T) {
			acts := []glance{{Do: "done"}, {Do: "done", At: 1}}
			if err := p.play(append(acts, rapid.SliceOfN(rapid.Custom(glanced), 8, 24).Draw(rt, "acts")...)); err != nil {
				rt.Fatal(err)
			}
		})
		t.Logf("%v", p.did)
	})
}

// year does everything once that the model of looks has to see.
var year = []glance{
	{Do: "done"}, {Do: "done", At: 1},
	{Do: "look", Who: "inspector", Days: 30, Passes: true}, // too early
	{Do: "wait", Days: 25, Sealed: true, Root: 3},          // November: the lot of October
	{Do: "look", Who: "inspector", Days: 0, Passes: true}, {Do: "look", Who: "inspector", At: 1, Days: 0, Passes: true},
	{Do: "look", Who: "worker", Days: 30, Passes: true},
	{Do: "look", Who: "inspector", Days: 30, Passes: true, Forgets: true},
	{Do: "look", Who: "inspector", Days: 30, Passes: true},
	{Do: "look", Who: "chair", At: 1, Days: 30, Passes: true}, // not his unit
	{Do: "look", Who: "triager", At: 1, Days: 30, Passes: true},
	{Do: "done", At: 2},
	{Do: "wait", Days: 31, Sealed: true, Root: 7}, // December: the lot of November, of one
	{Do: "look", Who: "inspector", At: 2, Days: 0, Bad: 1, Note: true},
	{Do: "done", At: 2},
	{Do: "wait", Days: 60},
	{Do: "look", Who: "inspector", Days: 90, Passes: true},
	{Do: "look", Who: "inspector", Days: 90, Passes: true}, // made already
	{Do: "look", Who: "inspector", At: 1, Days: 90, Bad: 2, Note: true},
	{Do: "done", At: 1},
	{Do: "wait", Days: 160}, {Do: "wait", Days: 130, Sealed: true, Root: 11}, // nothing was sealed for nine months: their lots are made up for
	{Do: "look", Who: "inspector", Days: 365, Passes: true},
	{Do: "look", Who: "inspector", At: 1, Days: 30, Passes: true},
	{Do: "look", Who: "inspector", At: 2, Days: 365, Bad: 1, Note: true},
}

// lookFaults are planted in the tables, each as a trigger: the model of looks has to notice every one.
var lookFaults = []planted{
	{"the look after 90 days is not noted", `AFTER UPDATE OF look_back90 ON matter WHEN NEW.look_back90 <> '' BEGIN UPDATE matter SET look_back90 = '' WHERE id = NEW.id; END`},
	{"the look after a year is not noted", `AFTER UPDATE OF look_back365 ON matter WHEN NEW.look_back365 <> '' BEGIN UPDATE matter SET look_back365 = '' WHERE id = NEW.id; END`},
	{"the look after 30 days counts for 90", `AFTER UPDATE OF look_back30 ON matter WHEN NEW.look_back30 <> '' BEGIN UPDATE matter SET look_back90 = 'passed' WHERE id = NEW.id; END`},
	{"a relapse keeps what was seen", `AFTER UPDATE OF round ON matter WHEN NEW.round > OLD.round BEGIN UPDATE matter SET look_back30 = 'passed' WHERE id = NEW.id; END`},
	{"a relapse is not counted", `AFTER UPDATE OF relapses ON matter WHEN NEW.relapses > 0 BEGIN UPDATE matter SET relapses = 0 WHERE id = NEW.id; END`},
	{"nobody owes the look after 90 days", `AFTER INSERT ON duty WHEN NEW.kind = 'lookback90' BEGIN DELETE FROM duty WHERE id = NEW.id; END`},
	{"the look after a year is owed a day later", `AFTER INSERT ON duty WHEN NEW.kind = 'lookback365' BEGIN UPDATE duty SET day = '2027-10-13' WHERE id = NEW.id; END`},
	{"the unit looks back at itself", `AFTER INSERT ON duty WHEN NEW.kind = 'lookback30' BEGIN UPDATE duty SET role = 'handler' WHERE id = NEW.id; END`},
	{"one look ends the next", `AFTER UPDATE OF open ON duty WHEN NEW.open = 0 AND NEW.kind = 'lookback30' BEGIN UPDATE duty SET open = 0 WHERE subject_id = NEW.subject_id AND kind = 'lookback90'; END`},
	{"a look ends nothing", `AFTER UPDATE OF open ON duty WHEN NEW.open = 0 AND NEW.kind = 'lookback90' BEGIN UPDATE duty SET open = 1, discharged_at = 0, outcome = '' WHERE id = NEW.id; END`},
	{"who is drawn is not measured", `AFTER INSERT ON duty WHEN NEW.kind = 'recheck' BEGIN DELETE FROM duty WHERE id = NEW.id; END`},
	{"who was measured is measured for ever", `AFTER UPDATE OF open ON duty WHEN NEW.open = 0 AND NEW.kind = 'recheck' BEGIN UPDATE duty SET open = 1, discharged_at = 0, outcome = '' WHERE id = NEW.id; END`},
	{"everybody is drawn", `AFTER INSERT ON inspect_draw_item WHEN NEW.drawn = 0 BEGIN UPDATE inspect_draw_item SET drawn = 1 WHERE month = NEW.month AND number = NEW.number; END`},
	{"nobody is drawn", `AFTER INSERT ON inspect_draw_item WHEN NEW.drawn = 1 BEGIN UPDATE inspect_draw_item SET drawn = 0 WHERE month = NEW.month AND number = NEW.number; END`},
	{"one has another ticket", `AFTER INSERT ON inspect_draw_item BEGIN UPDATE inspect_draw_item SET ticket = 'ff' || substr(ticket, 3) WHERE month = NEW.month AND number = NEW.number AND substr(ticket, 1, 2) <> 'ff'; END`},
	{"one is left out of the lot", `AFTER INSERT ON inspect_draw_item WHEN NEW.drawn = 0 BEGIN DELETE FROM inspect_draw_item WHERE month = NEW.month AND number = NEW.number; END`},
	{"another seed is published", `AFTER INSERT ON inspect_draw BEGIN UPDATE inspect_draw SET seed = '00' || substr(seed, 3) WHERE month = NEW.month; END`},
	{"a month that was missed stays missed", `BEFORE INSERT ON inspect_draw WHEN NEW.month = '2026-12' BEGIN SELECT RAISE(IGNORE); END`},
	{"fewer were struck off", `AFTER INSERT ON inspect_draw WHEN NEW.closed > 0 BEGIN UPDATE inspect_draw SET closed = NEW.closed - 1 WHERE month = NEW.month; END`},
	{"an item of the plan is left out", `AFTER INSERT ON reading WHEN NEW.check_n = 2 BEGIN DELETE FROM reading WHERE inspection = NEW.inspection AND check_n = 2; END`},
	{"what is bad is good", `AFTER INSERT ON reading WHEN NEW.passed = 0 BEGIN UPDATE reading SET passed = 1 WHERE inspection = NEW.inspection AND check_n = NEW.check_n; END`},
	{"a reading is rounded", `AFTER INSERT ON reading WHEN NEW.value = '52.5' BEGIN UPDATE reading SET value = '53' WHERE inspection = NEW.inspection AND check_n = NEW.check_n; END`},
	{"a look is told as another", `AFTER INSERT ON inspection WHEN NEW.kind = 'lookback365' BEGIN UPDATE inspection SET kind = 'lookback90' WHERE id = NEW.id; END`},
	{"a failed look passes", `AFTER INSERT ON inspection WHEN NEW.passed = 0 BEGIN UPDATE inspection SET passed = 1 WHERE id = NEW.id; END`},
	{"a look belongs to the round before", `AFTER INSERT ON inspection WHEN NEW.round = 2 AND NEW.kind <> 'inspect' BEGIN UPDATE inspection SET round = 1 WHERE id = NEW.id; END`},
}

// TestFaultsOfLooksAreNoticed: the year is as the model says, and with any fault planted it is not.
func TestFaultsOfLooksAreNoticed(t *testing.T) {
	d, c := dbtest.Open(t)
	p := looks(t, d, c)
	p.notices(t, lookFaults, func() error { return p.play(year) })
}
