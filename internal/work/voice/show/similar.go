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
	tx.Asked()
	seen, args := visible(who, access.VoiceList, 1)
	var arms []string
	arg := func(x any) string {
		args = append(args, x)
		return "$" + strconv.Itoa(len(args))
	}
	self, restricted := arg(v.ID), arg(v.Restricted)
	arm := func(column, value string, beside int, states ...string) {
		val := arg(value)
		for _, st := range states {
			arms = append(arms, fmt.Sprintf(`SELECT * FROM (SELECT v.id, v.number, v.level, v.title, v.redacted AS text, v.state, v.place, v.category, v.matter,
				%d AS beside FROM voice v WHERE v.%s = %s AND v.%s <> '' AND v.state = '%s' AND v.id <> %s AND v.restricted = %s AND %s
				ORDER BY v.due DESC, v.id DESC LIMIT 40) a`, beside, column, val, column, st, self, restricted, seen))
		}
	}
	if v.Place != "" {
		arm("place", v.Place, 0, core.Registered, core.InTriage, core.Assigned, core.Signed, core.Linked, core.Answered)
		others, err := besides(tx, v.Place)
		if err != nil {
			return nil, err
		}
		for _, p := range others {
			arm("place", p, 1, core.Registered, core.InTriage, core.Linked)
		}
	}
	if v.Category != "" {
		arm("category", v.Category, 0, core.Registered, core.InTriage, core.Linked)
	}
	if len(arms) == 0 {
		return nil, nil // neither place nor topic: nothing to compare with
	}
	rows, err := db.All[Alike](tx, strings.Join(arms, " UNION ALL "), args...)
	if err != nil {
		return nil, err
	}
	byID := map[string]Alike{}
	var others []words.Text
	for _, r := range rows {
		if _, twice := byID[r.ID]; twice {
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
		others = append(others, words.Text{ID: r.ID, Text: r.Text, Near: near})
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
