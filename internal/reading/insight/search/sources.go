package search

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/practice"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
)

// Shelf is a kind of texts with one list of its own.
type Shelf int64

// The shelves. Their numbers stand in the database.
const (
	Voices      Shelf = 1 // what the inbox shows: number, title, masked words
	Handed      Shelf = 2 // voices that units have to answer: of hidden ones only the words that triage has approved
	Matters     Shelf = 3 // number, title, text, plan in force, progress, reply
	Meetings    Shelf = 4 // title, number, place, and the minutes once they are signed
	Resolutions Shelf = 5
	Visits      Shelf = 6 // number, note, what was measured and what was wrong
	Places      Shelf = 7
	People      Shelf = 8  // name and number, for whoever keeps the list of people
	Practices   Shelf = 9  // number and all that the page of a practice says, but whom to ask
	Papers      Shelf = 10 // number, title and text of what the union tells in writing
)

// Shelves lists all shelves.
func Shelves() []Shelf {
	return []Shelf{Voices, Handed, Matters, Meetings, Resolutions, Visits, Places, People, Practices, Papers}
}

// Text is what a shelf holds of a thing: folded, and the hour from which it is.
type Text struct {
	At   int64
	Text string
}

// source says where the texts of a shelf come from.
type source struct {
	name   string   // "insight.shelf." and this is what people call it
	kinds  []string // of things in the record whose entries may change a text; the id in the record is the ref
	whole  []string // of things whose entries may change every text
	strict bool     // what a text said before must be gone at once: its segment is written anew
	all    string   // ref, at of every text
	some   string   // ref, at, text of those with the condition %s on id
	also   string   // the same where what some does not find may be besides, or ""
	id     string   // column of the ref
	more   []string // ref, text of what else belongs to a text; the column is ref
	json   bool     // texts that begin with { or [{" are JSON
}

var sources = map[Shelf]source{
	Voices: {name: "voices", kinds: []string{voice.RefKind}, strict: true, id: "v.id",
		all: `SELECT v.id AS ref, v.registered_at AS at FROM voice v WHERE v.state <> '` + voice.Erased + `'
			UNION ALL SELECT v.id AS ref, v.registered_at AS at FROM ` + core.Decoys + ` v`,
		also: `SELECT v.id AS ref, v.registered_at AS at, v.number || ' ' || v.title AS head, v.redacted AS text FROM ` + core.Decoys + ` v WHERE `,
		some: `SELECT v.id AS ref, v.registered_at AS at, v.number || ' ' || v.title AS head, v.redacted AS text FROM voice v
			WHERE v.state <> '` + voice.Erased + `' AND `},
	Handed: {name: "handed", kinds: []string{voice.RefKind}, strict: true, id: "v.id",
		all: `SELECT v.id AS ref, v.registered_at AS at FROM voice v WHERE ` + handed,
		some: `SELECT v.id AS ref, v.registered_at AS at, CASE WHEN v.level = 'named' THEN v.number ELSE SUBSTR(v.number, 1, 6) || SUBSTR(v.number, 11) END || ' ' || v.title AS head,
			CASE WHEN v.level = 'named' OR v.redaction = 'made' THEN v.redacted ELSE '' END AS text FROM voice v WHERE ` + handed + ` AND `},
	Matters: {name: "matters", kinds: []string{"matter"}, id: "m.id", json: true,
		all: `SELECT m.id AS ref, m.registered_at AS at FROM matter m`,
		some: `SELECT m.id AS ref, m.registered_at AS at, m.number || ' ' || m.title AS head, m.public_text || ' ' || m.body || ' ' || m.reply AS text
			FROM matter m WHERE `,
		more: []string{
			`SELECT m.id AS ref, p.slots AS text FROM matter m JOIN plan p ON p.matter = m.id AND p.version = m.plan_version WHERE %s`,
			`SELECT m.id AS ref, p.text FROM matter m JOIN progress p ON p.matter = m.id WHERE p.text <> '' AND %s ORDER BY p.at, p.id`,
			`SELECT m.id AS ref, i.note AS text FROM matter m JOIN inspection i ON i.matter = m.id WHERE i.note <> '' AND %s ORDER BY i.at, i.id`,
		}},
	Meetings: {name: "meetings", kinds: []string{meeting.RefKind}, id: "m.id", json: true,
		all:  `SELECT m.id AS ref, m.start_at AS at FROM meeting m`,
		some: `SELECT m.id AS ref, m.start_at AS at, m.title AS head, m.number || ' ' || m.place AS text FROM meeting m WHERE `,
		more: []string{`SELECT m.id AS ref, k.body AS text FROM meeting m JOIN meeting_minutes k ON k.meeting = m.id AND k.v = m.minutes WHERE %s`}},
	Resolutions: {name: "resolutions", kinds: []string{meeting.ResolutionKind}, id: "r.id",
		all:  `SELECT r.id AS ref, r.decided_at AS at FROM resolution r`,
		some: `SELECT r.id AS ref, r.decided_at AS at, r.text AS head, r.matter_no || ' ' || r.result AS text FROM resolution r WHERE `},
	Visits: {name: "visits", kinds: []string{inspect.RefKind}, id: "v.id", json: true,
		all:  `SELECT v.id AS ref, v.at FROM visit v`,
		some: `SELECT v.id AS ref, v.at, v.number AS head, v.note AS text FROM visit v WHERE `,
		more: []string{`SELECT v.id AS ref, i.code || ' ' || i.problem || ' ' || i.why AS text FROM visit v JOIN visit_item i ON i.visit = v.id WHERE %s ORDER BY i.n`}},
	Places: {name: "places", kinds: []string{org.KindPlace}, whole: []string{"import", "installation"}, id: "p.code",
		all:  `SELECT p.code AS ref, 0 AS at FROM org_place p WHERE p.active = 1`,
		some: `SELECT p.code AS ref, 0 AS at, p.name_zh || ' ' || p.name_en AS head, p.code AS text FROM org_place p WHERE p.active = 1 AND `},
	People: {name: "people", kinds: []string{org.KindPerson}, whole: []string{"import"}, strict: true, id: "p.id",
		all:  `SELECT p.id AS ref, 0 AS at FROM org_person p WHERE p.status <> 'left'`,
		some: `SELECT p.id AS ref, 0 AS at, p.name AS head, p.employee_no AS text FROM org_person p WHERE p.status <> 'left' AND `},
	Practices: {name: "practices", kinds: []string{practice.RefKind}, strict: true, id: "p.id", json: true,
		all: `SELECT p.id AS ref, p.made_at AS at FROM practice p WHERE p.state <> '` + practice.Dropped + `'`,
		some: `SELECT p.id AS ref, p.made_at AS at, p.number || ' ' || p.title AS head, p.problem || ' ' || p.invest || ' ' || p.fits || ' ' || p.unfit || ' ' || p.tags AS text
			FROM practice p WHERE p.state <> '` + practice.Dropped + `' AND `,
		more: []string{`SELECT p.id AS ref, p.recipe AS text FROM practice p WHERE %s`, `SELECT p.id AS ref, p.words AS text FROM practice p WHERE %s`}},
	Papers: {name: "papers", kinds: []string{"news"}, strict: true, id: "p.id", json: true,
		all:  `SELECT p.id AS ref, p.made_at AS at FROM news p WHERE p.state <> 'dropped'`,
		some: `SELECT p.id AS ref, p.made_at AS at, p.number || ' ' || p.title AS head, '' AS text FROM news p WHERE p.state <> 'dropped' AND `,
		more: []string{`SELECT p.id AS ref, p.draft AS text FROM news p WHERE %s`}},
}

// handed is when a voice stands in the list of a unit.
const handed = `v.lead <> '' AND v.state IN ('` + voice.Assigned + `', '` + voice.Signed + `')`

// raw is what a thing says, as people wrote it.
type raw struct {
	Ref  string
	At   clock.Millis
	Head string // number and title
	Text string // the rest
}

// read reads what things say now; those that are gone, or stand on no list, are missing.
func (s Shelf) read(tx *db.Tx, refs []string) (map[string]*raw, error) {
	out := make(map[string]*raw, len(refs))
	if len(refs) == 0 {
		return out, nil
	}
	src := sources[s]
	in, args := db.In(src.id, refs, 1)
	rows, err := db.All[raw](tx, src.some+in, args...)
	if err != nil {
		return nil, err
	}
	if src.also != "" && len(rows) < len(refs) {
		more, err := db.All[raw](tx, src.also+in, args...)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	for i := range rows {
		out[rows[i].Ref] = &rows[i]
	}
	for _, q := range src.more {
		more, err := db.All[struct{ Ref, Text string }](tx, strings.Replace(q, "%s", in, 1), args...)
		if err != nil {
			return nil, err
		}
		for _, m := range more {
			if r := out[m.Ref]; r != nil {
				if src.json && (strings.HasPrefix(m.Text, "{") || strings.HasPrefix(m.Text, `[{"`)) {
					m.Text = prose(m.Text)
				}
				r.Text += " " + m.Text
			}
		}
	}
	return out, nil
}

// texts is read in the form in which it is indexed.
func (s Shelf) texts(tx *db.Tx, refs []string) (map[string]Text, error) {
	all, err := s.read(tx, refs)
	out := make(map[string]Text, len(all))
	for ref, r := range all {
		out[ref] = Text{int64(r.At) / hour * hour, Fold(r.Head + " " + r.Text)}
	}
	return out, err
}

// Shown is what a list shows of a hit besides its title.
type Shown struct {
	Text []Piece // around what was looked for
	Hit  bool    // it stands in Text, not only in number and title
}

// Show gives of some things what stands around what was looked for, at most width characters of each. It leaves out those that do not say it
// any more: the index is a moment behind. The caller has found that they may be read.
func Show(tx *db.Tx, s Shelf, refs []string, question string, width int) (map[string]Shown, error) {
	all, err := s.read(tx, refs)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Shown, len(all))
	for ref, r := range all {
		if _, whole := Mark(r.Head+" "+r.Text, question, 1); !whole {
			continue
		}
		var x Shown
		x.Text, _ = Mark(strings.TrimSpace(r.Text), question, width)
		for _, p := range x.Text {
			x.Hit = x.Hit || p.Hit
		}
		out[ref] = x
	}
	return out, nil
}

// spoken are the fields of plans and minutes in which people say something; the others hold ids, days and states.
var spoken = map[string]bool{"item": true, "standard": true, "qualitative": true, "contingency": true, "assessment": true, "approval": true,
	"text": true, "name": true, "opening": true, "demands": true, "title": true, "number": true, "place": true, "progress": true, "conclusion": true,
	"with": true, "note": true, "unit": true, "who": true, "chair": true, "recorder": true, "person": true, "supervisor": true, "co": true, "reason": true}

// prose gives what people say in a plan or in minutes that are kept as JSON.
func prose(text string) string {
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return ""
	}
	var out []string
	var walk func(v any, said bool)
	walk = func(v any, said bool) {
		switch v := v.(type) {
		case string:
			if said && v != "" {
				out = append(out, v)
			}
		case []any:
			for _, x := range v {
				walk(x, said)
			}
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				walk(v[k], spoken[k])
			}
		}
	}
	walk(v, false)
	return strings.Join(out, " ")
}

// Person is what a list of people shows of one.
type Person struct {
	ID, EmployeeNo, Name, Unit string
}

// PeopleOf gives those of some people who are here, by id, for whoever keeps the list of people.
func PeopleOf(tx *db.Tx, ids []string) (map[string]Person, error) {
	out := map[string]Person{}
	if len(ids) == 0 {
		return out, nil
	}
	in, args := db.In("id", ids, 1)
	rows, err := db.All[Person](tx, `SELECT id, employee_no, name, unit FROM org_person WHERE status <> 'left' AND `+in, args...)
	for _, p := range rows {
		out[p.ID] = p
	}
	return out, err
}
