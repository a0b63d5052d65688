package practice

import (
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

func init() {
	event.RegisterState(RefKind, `SELECT id, state FROM practice`)
	event.RegisterState(AdoptionKind, `SELECT id, state FROM practice_adoption`)
	duty.RegisterThing(RefKind, func(tx *db.Tx, id string) (access.Thing, error) {
		p, err := byKey(tx, id, "")
		return p.Thing(), err
	})
}

// byKey finds a practice by its id or its number.
func byKey(tx *db.Tx, key, lock string) (Practice, error) {
	col := "id"
	if strings.HasPrefix(key, "JY-") {
		col = "number"
	}
	return db.Need[Practice](tx, "practice.unknown", `SELECT * FROM practice WHERE `+col+` = $1`+lock, key)
}

// See gives a practice to somebody who may read it.
func See(tx *db.Tx, who access.Person, key string) (Practice, error) {
	p, _, err := access.Reach(tx, who, access.PracticeSee, key, "", byKey, func(_ *db.Tx, p Practice) (access.Thing, error) { return p.Thing(), nil })
	return p, err
}

// OfMatter is the practice that was made of a matter, or nil.
func OfMatter(tx *db.Tx, matterID string) (*Practice, error) {
	return db.Maybe[Practice](tx, `SELECT * FROM practice WHERE matter = $1 AND state <> 'dropped'`, matterID)
}

// OfAdopted is the adoption that a matter was registered for, or nil.
func OfAdopted(tx *db.Tx, matterID string) (*Adoption, error) {
	return db.Maybe[Adoption](tx, `SELECT * FROM practice_adoption WHERE matter = $1`, matterID)
}

// PhotosOf lists the pictures of a practice.
func PhotosOf(tx *db.Tx, practice string) ([]Photo, error) {
	return db.All[Photo](tx, `SELECT * FROM practice_photo WHERE practice = $1 ORDER BY n`, practice)
}

// PhotoShown reports whether a picture stands in a practice that the person may read.
func PhotoShown(tx *db.Tx, who access.Person, hash string) (bool, error) {
	all, err := db.All[Practice](tx, `SELECT p.* FROM practice p WHERE EXISTS (SELECT 1 FROM practice_photo x WHERE x.practice = p.id AND (x.hash = $1 OR x.thumb = $2)) LIMIT 20`, hash, hash)
	for _, p := range all {
		if who.Can(access.PracticeSee, p.Thing()) {
			return true, nil
		}
	}
	return false, err
}

// AdoptionsOf lists who has adopted a practice, the first first.
func AdoptionsOf(tx *db.Tx, practice string) ([]Adoption, error) {
	return db.All[Adoption](tx, `SELECT * FROM practice_adoption WHERE practice = $1 ORDER BY adopted_at, id LIMIT 200`, practice)
}

// Filter chooses practices.
type Filter struct {
	State    string
	Category string // with everything below it, as its code begins
	Unit     string // that did it or for which it was done
	Tag      string
	Text     string // anywhere in title, problem, tags
	Outcome  string // adopted somewhere with this outcome
	After    string // cursor
}

// PageSize is how many practices a page of the list has.
const PageSize = 50

// Row is a practice of a list, with how many have adopted it and what came of it.
type Row struct {
	Practice
	Adopted, Confirmed, Unconfirmed, Failed int64
}

// List lists practices that the person may read, the last changed first, and the cursor of the next page.
func List(tx *db.Tx, who access.Person, f Filter) ([]Row, string, error) {
	tx.Asked()
	cond, args := access.Visible(who, access.PracticeSee, access.Columns{Unit: "unit_path", Lead: "lead_path", Author: "author", Public: "public"}, 1)
	w := db.NewWhere(args...)
	if f.State != "" {
		w.Add("state = ?", f.State)
	} else {
		w.Add("state <> 'dropped'")
	}
	if f.Category != "" {
		w.Add("category >= ? AND category < ?", f.Category, f.Category+"\U0010FFFF")
	}
	if f.Unit != "" {
		w.Add("(unit = ? OR lead = ?)", f.Unit, f.Unit)
	}
	if f.Tag != "" {
		w.Add(`',' || LOWER(tags) || ',' LIKE ? ESCAPE '\'`, db.Within(","+f.Tag+","))
	}
	if f.Text != "" {
		w.Add(`LOWER(title || ' ' || problem || ' ' || tags) LIKE ? ESCAPE '\'`, db.Within(f.Text))
	}
	switch f.Outcome {
	case "":
	case Running, Failed:
		w.Add("EXISTS (SELECT 1 FROM practice_adoption a WHERE a.practice = practice.id AND a.state = ?)", f.Outcome)
	default:
		w.Add("EXISTS (SELECT 1 FROM practice_adoption a WHERE a.practice = practice.id AND a.state = 'finished' AND a.verdict = ?)", f.Outcome)
	}
	if err := w.BehindMillis("changed_at", "id", f.After); err != nil {
		return nil, "", err
	}
	more, args := w.SQL()
	rows, err := db.All[Practice](tx, `SELECT * FROM practice WHERE `+cond+` AND `+more+` ORDER BY changed_at DESC, id DESC LIMIT `+w.Arg(PageSize+1), append(args, PageSize+1)...)
	if err != nil {
		return nil, "", err
	}
	rows, next := db.Cut(rows, PageSize, func(p Practice) string { return strconv.FormatInt(int64(p.ChangedAt), 10) + "~" + p.ID })
	out, err := counted(tx, rows)
	return out, next, err
}

// counted adds the adoptions of practices.
func counted(tx *db.Tx, rows []Practice) ([]Row, error) {
	type count struct {
		Practice string
		State    string
		Verdict  string
		N        int64
	}
	var ids []string
	for _, p := range rows {
		ids = append(ids, p.ID)
	}
	in, args := db.In("practice", ids, 1)
	all, err := db.All[count](tx, `SELECT practice, state, verdict, COUNT(*) AS n FROM practice_adoption WHERE `+in+` GROUP BY practice, state, verdict`, args...)
	out := make([]Row, len(rows))
	for i, p := range rows {
		out[i].Practice = p
		for _, c := range all {
			if c.Practice != p.ID {
				continue
			}
			out[i].Adopted += c.N
			switch (Adoption{State: c.State, Verdict: c.Verdict}).Outcome() {
			case "confirmed":
				out[i].Confirmed += c.N
			case "unconfirmed":
				out[i].Unconfirmed += c.N
			case Failed:
				out[i].Failed += c.N
			}
		}
	}
	return out, err
}

// EventsFor lists the events that the person may bring about.
func EventsFor(who access.Person, p Practice) (out []string) {
	for _, m := range Cycle.Events(p.State) {
		if !who.Can(m.Action, p.Thing()) || m.Action == access.PracticeReview && p.State == Review && p.wrote(who) || m.Event == EventDrop && p.Number != "" {
			continue
		}
		out = append(out, m.Event)
	}
	return out
}

// Heads reads practices by id, as far as the person may read them.
func Heads(tx *db.Tx, who access.Person, ids []string) (map[string]Practice, error) {
	out := map[string]Practice{}
	if len(ids) == 0 {
		return out, nil
	}
	in, args := db.In("id", ids, 1)
	all, err := db.All[Practice](tx, `SELECT * FROM practice WHERE `+in, args...)
	for _, p := range all {
		if who.Can(access.PracticeSee, p.Thing()) {
			out[p.ID] = p
		}
	}
	return out, err
}

// Newest is the practice that was published last before a moment, or nil. It is for everybody: the caller shows of it only what the union has written.
func Newest(tx *db.Tx, before clock.Millis) (*Practice, error) {
	return db.Maybe[Practice](tx, `SELECT * FROM practice WHERE state = 'published' AND published_at < $1 ORDER BY published_at DESC, id DESC LIMIT 1`, before)
}

// Around finds the practice that was made of a matter, and the one that a matter does after.
func Around(tx *db.Tx, matterID string) (made, after *Practice, err error) {
	all, err := db.All[Practice](tx, `SELECT * FROM practice WHERE matter = $1 AND state <> 'dropped'
		UNION ALL SELECT p.* FROM practice p JOIN practice_adoption a ON a.practice = p.id WHERE a.matter = $2`, matterID, matterID)
	for _, p := range all {
		if p.Matter == matterID {
			made = &p
		} else {
			after = &p
		}
	}
	return made, after, err
}
