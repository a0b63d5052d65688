package show

import (
	"fmt"
	"slices"
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
	Beside   bool    `db:"-"` // of a place beside, as the women's side of a bathhouse
	Score    float64 `db:"-"` // 0–1
	said     string  // all that may be shown of it
}

// Shared are the longest pieces, at most most, that stand in the voice and in a text.
func (a Alike) Shared(text string, most int) []string { return words.Shared(text, a.said, most) }

// Similar lists recent voices that say something similar to one, the most similar first: of the same place, of places
// beside it and of the same topic, as far as the person may see them. The work is bounded.
func Similar(tx *db.Tx, who access.Person, v core.Voice, most int) ([]Alike, error) {
	c := NewComparison(tx, who)
	c.perArm = perArm
	return c.Similar(v, most)
}

// Comparison finds what is similar to the voices of one list. The voices of a place or of a topic are read once, however many rows of
// the list are compared with them.
type Comparison struct {
	tx     *db.Tx
	who    access.Person
	perArm int
	known  map[scope]compared
	near   map[arm][]*alike
	beside map[string][]string
}

// scope is what decides with which others a voice is compared.
type scope struct{ place, category, restricted string }

// arm is one of the ways to find the others: of a place, or of a topic.
type arm struct{ column, value, restricted string }

// alike is a voice that others are compared with; its text is taken apart when it is needed first.
type alike struct {
	row   Alike
	pairs words.Pairs
}

// compared are the others of a scope, each once, and whether they are of a place beside.
type compared struct {
	voices []*alike
	beside []bool
}

// NewComparison begins to compare, for somebody and within one snapshot.
func NewComparison(tx *db.Tx, who access.Person) *Comparison {
	return &Comparison{tx: tx, who: who, perArm: perArmOfList, known: map[scope]compared{}, near: map[arm][]*alike{}, beside: map[string][]string{}}
}

// How many of the newest voices of a place or topic are looked at, in each state: beside one voice, and for the number in a row of a
// list, which only says whether it is worth looking. The voice itself may be among them.
const (
	perArm       = 41
	perArmOfList = 16
)

// Which states are looked at: of the same place all that are not over, elsewhere those that may still be dealt with together.
var (
	statesHere   = []string{core.Registered, core.InTriage, core.Linked, core.Assigned, core.Signed, core.Answered}
	statesBeside = statesHere[:3]
)

// others are the voices with which those of a scope are compared, each once.
func (c *Comparison) others(s scope) (compared, error) {
	if o, ok := c.known[s]; ok {
		return o, nil
	}
	var o compared
	twice := map[string]bool{}
	add := func(column, value string, beside bool) error {
		all, err := c.arm(arm{column, value, s.restricted})
		for _, a := range all {
			if twice[a.row.ID] || beside && !slices.Contains(statesBeside, a.row.State) {
				continue
			}
			twice[a.row.ID] = true
			o.voices, o.beside = append(o.voices, a), append(o.beside, beside)
		}
		return err
	}
	if s.place != "" {
		if err := add("place", s.place, false); err != nil {
			return o, err
		}
		beside, ok := c.beside[s.place]
		if !ok {
			var err error
			if beside, err = besides(c.tx, s.place); err != nil {
				return o, err
			}
			c.beside[s.place] = beside
		}
		for _, p := range beside {
			if err := add("place", p, true); err != nil {
				return o, err
			}
		}
	}
	if s.category != "" {
		if err := add("category", s.category, false); err != nil {
			return o, err
		}
	}
	c.known[s] = o
	return o, nil
}

// arm reads the newest voices of a place or topic in each state.
func (c *Comparison) arm(a arm) ([]*alike, error) {
	if found, ok := c.near[a]; ok {
		return found, nil
	}
	seen, args := visible(c.who, access.VoiceList, 1)
	value, restricted := "$"+strconv.Itoa(len(args)+1), "$"+strconv.Itoa(len(args)+2)
	args = append(args, a.value, a.restricted)
	states := statesHere
	if a.column == "category" {
		states = statesBeside
	}
	var arms []string
	for _, st := range states {
		arms = append(arms, fmt.Sprintf(`SELECT * FROM (SELECT v.id, v.number, v.level, v.title, v.redacted AS text, v.state, v.place, v.category, v.matter
			FROM voice v WHERE v.%s = %s AND v.%s <> '' AND v.state = '%s' AND v.restricted = %s AND %s
			ORDER BY v.due DESC, v.id DESC LIMIT %d) a`, a.column, value, a.column, st, restricted, seen, c.perArm))
	}
	rows, err := db.All[Alike](c.tx, strings.Join(arms, " UNION ALL "), args...)
	if err != nil {
		return nil, err
	}
	found := make([]*alike, len(rows))
	for i, r := range rows {
		found[i] = &alike{row: r}
	}
	c.near[a] = found
	return found, nil
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
	for i, a := range with.voices {
		r := a.row
		if r.ID == v.ID {
			continue
		}
		if r.Beside = with.beside[i]; a.pairs == nil {
			a.pairs = words.PairsOf(r.Text)
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
		others = append(others, words.Text{ID: r.ID, Pairs: a.pairs, Near: near})
	}
	var out []Alike
	for _, m := range words.Rank(v.Redacted, others, most) {
		a := byID[m.ID]
		a.Score, a.said, a.Text = m.Score, a.Text, words.Excerpt(a.Text, 60)
		out = append(out, a)
	}
	return out, nil
}

// besides lists at most three other places inside the same one.
func besides(tx *db.Tx, place string) ([]string, error) {
	return db.All[string](tx, `SELECT q.code FROM org_place p JOIN org_place q ON q.parent = p.parent AND q.code <> p.code AND q.kind = p.kind
		WHERE p.code = $1 AND p.parent IS NOT NULL ORDER BY q.code LIMIT 3`, place)
}
