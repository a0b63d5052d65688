package show

import (
	"fmt"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/words"
)

// Alike is a voice that says something similar to another.
type Alike struct {
	ID       string
	Number   string
	Level    core.Level
	Title    string
	Text     string // what may be shown of it
	State    string
	Place    string
	Category string
	Matter   string
	Beside   bool    // of a place beside, as the women's side of a bathhouse
	Score    float64 `db:"-"` // 0–1
}

// Similar lists recent voices that say something similar to one, the most similar first: of the same place, of places
// beside it and of the same topic, as far as the person may see them. The work is bounded.
func Similar(tx *db.Tx, who access.Person, v core.Voice, most int) ([]Alike, error) {
	return NewComparison(tx, who).Similar(v, most)
}

// Comparison finds what is similar to the voices of one list. Voices of one place and topic are compared with the same others, which
// are read once.
type Comparison struct {
	tx    *db.Tx
	who   access.Person
	known map[scope]compared
}

// scope is what decides with which others a voice is compared.
type scope struct{ place, category, restricted string }

// compared are the others of a scope, with their texts taken apart.
type compared struct {
	rows  []Alike
	pairs []words.Pairs
}

// NewComparison begins to compare, for somebody and within one snapshot.
func NewComparison(tx *db.Tx, who access.Person) *Comparison {
	return &Comparison{tx: tx, who: who, known: map[scope]compared{}}
}

// perArm is how many of the newest voices of a place or topic are looked at, in each state. The voice itself may be among them.
const perArm = 41

// others are the voices with which those of a scope are compared, each once.
func (c *Comparison) others(s scope) (compared, error) {
	if o, ok := c.known[s]; ok {
		return o, nil
	}
	var o compared
	seen, args := visible(c.who, access.VoiceList, 1)
	var arms []string
	arg := func(x any) string {
		args = append(args, x)
		return "$" + strconv.Itoa(len(args))
	}
	restricted := arg(s.restricted)
	arm := func(column, value string, beside int, states ...string) {
		val := arg(value)
		for _, st := range states {
			arms = append(arms, fmt.Sprintf(`SELECT * FROM (SELECT v.id, v.number, v.level, v.title, v.redacted AS text, v.state, v.place, v.category, v.matter,
				%d AS beside FROM voice v WHERE v.%s = %s AND v.%s <> '' AND v.state = '%s' AND v.restricted = %s AND %s
				ORDER BY v.due DESC, v.id DESC LIMIT %d) a`, beside, column, val, column, st, restricted, seen, perArm))
		}
	}
	if s.place != "" {
		arm("place", s.place, 0, core.Registered, core.InTriage, core.Assigned, core.Signed, core.Linked, core.Answered)
		beside, err := besides(c.tx, s.place)
		if err != nil {
			return o, err
		}
		for _, p := range beside {
			arm("place", p, 1, core.Registered, core.InTriage, core.Linked)
		}
	}
	if s.category != "" {
		arm("category", s.category, 0, core.Registered, core.InTriage, core.Linked)
	}
	if len(arms) > 0 { // with neither place nor topic there is nothing to compare with
		all, err := db.All[Alike](c.tx, strings.Join(arms, " UNION ALL "), args...)
		if err != nil {
			return o, err
		}
		twice := map[string]bool{}
		for _, r := range all {
			if !twice[r.ID] {
				twice[r.ID] = true
				o.rows, o.pairs = append(o.rows, r), append(o.pairs, words.PairsOf(r.Text))
			}
		}
	}
	c.known[s] = o
	return o, nil
}

// Similar is [Similar] for one voice of the list.
func (c *Comparison) Similar(v core.Voice, most int) ([]Alike, error) {
	c.tx.Asked()
	with, err := c.others(scope{v.Place, v.Category, v.Restricted})
	if err != nil {
		return nil, err
	}
	byID := map[string]Alike{}
	var others []words.Text
	for i, r := range with.rows {
		if r.ID == v.ID {
			continue
		}
		near := 0.0
		switch {
		case r.Place == v.Place && v.Place != "":
			near = words.SamePlace
		case r.Beside:
			near = words.BesidePlace
		}
		if r.Category == v.Category && v.Category != "" {
			near += words.SameTopic
		}
		byID[r.ID] = r
		others = append(others, words.Text{ID: r.ID, Pairs: with.pairs[i], Near: near})
	}
	var out []Alike
	for _, m := range words.Rank(v.Redacted, others, most) {
		a := byID[m.ID]
		a.Score, a.Text = m.Score, words.Excerpt(a.Text, 60)
		out = append(out, a)
	}
	return out, nil
}

// besides lists at most three other places inside the same one.
func besides(tx *db.Tx, place string) ([]string, error) {
	return db.All[string](tx, `SELECT q.code FROM org_place p JOIN org_place q ON q.parent = p.parent AND q.code <> p.code AND q.kind = p.kind
		WHERE p.code = $1 AND p.parent IS NOT NULL ORDER BY q.code LIMIT 3`, place)
}
