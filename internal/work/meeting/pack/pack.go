// Package pack finds what belongs on the agenda of a meeting, and writes the one-page brief of each item. It reads across the ledger and
// writes nothing.
package pack

import (
	"cmp"
	"slices"
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/voice/core"
)

// Why something is on the agenda; the names are "meeting.Why.<why>". The order is that of the agenda: it opens with what was not done.
const (
	WhyUndone    = "undone"    // a resolution of an earlier meeting that is not done
	WhyLadder    = "ladder"    // the ladder put it there
	WhyRed       = "red"       // overdue
	WhyExtension = "extension" // a third or later extension is asked for
	WhyReturned  = "returned"  // departments have sent it back twice
	WhyCarried   = "carried"   // carried over, and its review is due
	WhyYellow    = "yellow"    // a milestone missed, or nothing happened
	WhySpot      = "spot"      // many speak of one thing at one place
	WhyHand      = "hand"      // put there by hand
)

// Whys returns all, in the order of the agenda.
func Whys() []string {
	return []string{WhyUndone, WhyLadder, WhyRed, WhyExtension, WhyReturned, WhyCarried, WhyYellow, WhySpot, WhyHand}
}

// The kinds of items.
const (
	ItemMatter     = "matter"
	ItemVoice      = "voice"
	ItemResolution = "resolution"
	ItemSpot       = "spot" // subject is "place|category"
	ItemTopic      = "topic"
)

// Scope is for whom a pack is made: the unit whose ledger is looked at, and the day of the meeting.
type Scope struct {
	Meeting string // id
	Unit    string
	Path    access.Path
	Day     clock.Day
}

// Candidate is something that belongs on the agenda now.
type Candidate struct {
	Kind, Subject, Number, Title string
	Why                          []string
	Lead                         string
	LeadPath                     access.Path
}

// Sizes of a pack (defaults of the product).
const (
	packRed    = 60
	packYellow = 30
	packOther  = 40
	spotDays   = 30
	spotVoices = 5 // fewer are not shown as a number anywhere
	spotMost   = 8
	spotLook   = 200_000 // voices looked at; the limit also keeps the planner on the index of days
)

// scope is an overseer of the meeting's unit: a pack does not depend on who presses the button.
func (m Scope) scope() access.Person {
	return access.Person{Kind: access.Account, ID: "-", Grants: []access.Grant{{Role: access.Supervisor, Unit: m.Unit, Path: m.Path}}}
}

// found collects candidates, one per subject with all its reasons.
type found struct {
	list []Candidate
	at   map[string]int
}

func (f *found) add(why string, c Candidate) {
	key := c.Kind + ":" + c.Subject
	if i, ok := f.at[key]; ok {
		if !slices.Contains(f.list[i].Why, why) {
			f.list[i].Why = append(f.list[i].Why, why)
		}
		return
	}
	c.Why = []string{why}
	f.at[key] = len(f.list)
	f.list = append(f.list, c)
}

func (f *found) matters(why string, ms []matter.Matter) {
	for _, m := range ms {
		if m.Restricted == "" {
			f.add(why, Candidate{Kind: ItemMatter, Subject: m.ID, Number: m.Number, Title: m.Title, Lead: m.Lead, LeadPath: m.LeadPath})
		}
	}
}

// Find is what belongs on the agenda of a meeting at this moment, in its order.
func Find(tx *db.Tx, m Scope) ([]Candidate, error) {
	f := &found{at: map[string]int{}}
	for _, find := range []func(*db.Tx, Scope, *found) error{undone, byLadder, byLight(duty.Red, WhyRed, packRed), thirdExtensions, returned, carried,
		byLight(duty.Yellow, WhyYellow, packYellow), spots} {
		if err := find(tx, m, f); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(f.list, func(a, b Candidate) int { return rank(a.Why) - rank(b.Why) })
	return f.list, nil
}

func rank(whys []string) int {
	best := len(Whys())
	for _, w := range whys {
		best = min(best, slices.Index(Whys(), w))
	}
	return best
}

func byLight(c duty.Color, why string, most int) func(*db.Tx, Scope, *found) error {
	return func(tx *db.Tx, m Scope, f *found) error {
		rows, err := brightest(tx, m, c, most)
		f.matters(why, rows)
		return err
	}
}

// brightest lists the matters of the meeting's unit with a light, the longest overdue first.
func brightest(tx *db.Tx, m Scope, c duty.Color, most int) ([]matter.Matter, error) {
	return ledger.Matters(tx, m.scope(), ledger.Filter{Light: c, Sort: ledger.SortDue, Limit: most,
		States: []string{matter.Proposed, matter.Assigned, matter.PlanReview, matter.Executing, matter.Paused}})
}

// within is the condition that a column lies in the meeting's unit.
func (m Scope) within(w *db.Where, col string) {
	if m.Path.Root() {
		return // everything does
	}
	from, to := m.Path.Range()
	w.Add(col+" >= ? AND "+col+" < ?", from, to)
}

func thirdExtensions(tx *db.Tx, m Scope, f *found) error {
	most, err := org.Int(tx, org.ExtensionMax)
	if err != nil {
		return err
	}
	w := db.NewWhere()
	w.Add("m.extensions >= ? AND m.restricted = ''", most)
	m.within(w, "m.unit_path")
	cond, args := w.SQL()
	// Few extensions wait at any time: CROSS JOIN lets them be found first, whatever indexes the ledger has, and their order is made here.
	rows, err := db.All[matter.Matter](tx, `SELECT m.* FROM (SELECT DISTINCT matter FROM extension WHERE state = 'asked') e CROSS JOIN matter m
		WHERE m.id = e.matter AND `+cond+` LIMIT `+w.Arg(packOther), append(args, packOther)...)
	slices.SortFunc(rows, func(a, b matter.Matter) int { return cmp.Compare(a.Number, b.Number) })
	f.matters(WhyExtension, rows)
	return err
}

func returned(tx *db.Tx, m Scope, f *found) error {
	w := db.NewWhere()
	w.Add("(m.state || '') IN ('proposed','assigned') AND m.restricted = ''") // few were sent back: no state is looked for
	m.within(w, "m.unit_path")
	cond, args := w.SQL()
	rows, err := db.All[matter.Matter](tx, `SELECT m.* FROM (SELECT DISTINCT subject_id FROM assignment WHERE subject_kind = 'matter' AND ended_at = 0 AND returns >= 2) a CROSS JOIN matter m
		WHERE m.id = a.subject_id AND `+cond+` ORDER BY m.number LIMIT `+w.Arg(packOther), append(args, packOther)...)
	f.matters(WhyReturned, rows)
	return err
}

func carried(tx *db.Tx, m Scope, f *found) error {
	w := db.NewWhere()
	w.Add("(state || '') = 'carried_over' AND (restricted || '') = '' AND review_day <> '' AND review_day <= ?", m.Day) // few have a day of review: their index is read
	m.within(w, "unit_path")
	cond, args := w.SQL()
	rows, err := db.All[matter.Matter](tx, `SELECT * FROM matter WHERE `+cond+` ORDER BY review_day, number LIMIT `+w.Arg(packOther), append(args, packOther)...)
	f.matters(WhyCarried, rows)
	return err
}

func undone(tx *db.Tx, m Scope, f *found) error {
	w := db.NewWhere()
	w.Add("r.state IN ('open','reported') AND r.meeting <> ?", m.Meeting)
	m.within(w, "r.unit_path")
	cond, args := w.SQL()
	type row struct {
		ID, Text, Lead, Minutes string
		LeadPath                access.Path
		N                       int
		StartAt                 clock.Millis
	}
	rows, err := db.All[row](tx, `SELECT r.id, r.text, r.lead, r.lead_path, r.n, t.number AS minutes, t.start_at FROM resolution r JOIN meeting t ON t.id = r.meeting
		WHERE `+cond+` ORDER BY r.day, r.id LIMIT `+w.Arg(packOther), append(args, packOther)...)
	for _, r := range rows {
		f.add(WhyUndone, Candidate{Kind: ItemResolution, Subject: r.ID, Number: Printed(r.Minutes, r.StartAt.Day(tx.Zone()), r.N), Title: r.Text, Lead: r.Lead, LeadPath: r.LeadPath})
	}
	return err
}

// Printed is what a resolution is called: the number of its minutes, or the day of the meeting, and its own.
func Printed(minutes string, day clock.Day, n int) string {
	if minutes == "" {
		minutes = string(day)
	}
	return minutes + "-" + strconv.Itoa(n)
}

// byLadder finds what the ladder has put on the agenda and is still owed.
func byLadder(tx *db.Tx, m Scope, f *found) error {
	w := db.NewWhere()
	w.Add("d.open = 1 AND d.restricted = '' AND d.due < ? AND (d.subject_kind || '') IN ('matter','voice')", tx.Millis())
	cond, args := w.SQL()
	type owed struct{ SubjectKind, SubjectID string }
	// CROSS JOIN: far fewer duties have climbed so far than are open. Their order is made here.
	rows, err := db.All[owed](tx, `SELECT d.subject_kind, d.subject_id FROM (SELECT DISTINCT duty FROM duty_rung WHERE rung = 'agenda' AND passed = 0) r CROSS JOIN duty d
		WHERE d.id = r.duty AND `+cond+` ORDER BY d.due, d.id LIMIT `+w.Arg(packRed), append(args, packRed)...)
	if err != nil {
		return err
	}
	var matters, voices []string
	for _, r := range rows {
		if r.SubjectKind == "matter" {
			matters = append(matters, r.SubjectID)
		} else {
			voices = append(voices, r.SubjectID)
		}
	}
	heads, err := ledger.Heads(tx, m.scope(), matters)
	if err != nil {
		return err
	}
	for _, id := range matters {
		if x, ok := heads[id]; ok {
			f.matters(WhyLadder, []matter.Matter{x})
		}
	}
	return voicesOf(tx, m, voices, f)
}

// voicesOf adds voices that wait for an answer. One that names somebody is not for a meeting.
func voicesOf(tx *db.Tx, m Scope, ids []string, f *found) error {
	if len(ids) == 0 {
		return nil
	}
	w := db.NewWhere()
	w.In("id", ids).Add("named = 0 AND restricted = ''")
	m.within(w, "unit_path")
	cond, args := w.SQL()
	type head struct {
		ID, Number, Title, Lead string
		Level                   core.Level
		LeadPath                access.Path
	}
	rows, err := db.All[head](tx, `SELECT id, number, level, title, lead, lead_path FROM voice WHERE `+cond+` ORDER BY due, id`, args...)
	for _, v := range rows {
		f.add(WhyLadder, Candidate{Kind: ItemVoice, Subject: v.ID, Number: core.Voice{Number: v.Number, Level: v.Level}.FileNumber(), Title: v.Title, Lead: v.Lead, LeadPath: v.LeadPath})
	}
	return err
}

// spots are the places of which many have lately said the same. They are counted by days, as the board counts.
func spots(tx *db.Tx, m Scope, f *found) error {
	w := db.NewWhere()
	w.Add("day >= ? AND restricted = '' AND place <> '' AND category <> ''", tx.Today().Add(-spotDays))
	m.within(w, "unit_path")
	cond, args := w.SQL()
	type spot struct {
		Place, Category string
		N               int
	}
	rows, err := db.All[spot](tx, `SELECT place, category, COUNT(*) AS n FROM (SELECT place, category FROM voice WHERE `+cond+` LIMIT `+w.Arg(spotLook)+`) AS lately
		GROUP BY place, category HAVING COUNT(*) >= `+w.Arg(spotVoices)+` ORDER BY n DESC, place, category LIMIT `+w.Arg(spotMost), append(args, spotLook, spotVoices, spotMost)...)
	if err != nil || len(rows) == 0 {
		return err
	}
	cat, err := org.CatalogueOf(tx)
	if err != nil {
		return err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	for _, s := range rows {
		p, err := org.PlaceByCode(tx, s.Place)
		if err != nil {
			continue // a place that is no more
		}
		c, ok := cat.Category(s.Category)
		if !ok {
			continue
		}
		f.add(WhySpot, Candidate{Kind: ItemSpot, Subject: s.Place + "|" + s.Category, Number: strconv.Itoa(s.N), Title: p.NameZh + " · " + c.NameZh, Lead: c.Lead, LeadPath: tree.Path(c.Lead)})
	}
	return nil
}
