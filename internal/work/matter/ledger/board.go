package ledger

import (
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
)

// BoardRow is what everybody may know of a matter: nothing in it comes from a voice's words or tells who did what.
type BoardRow struct {
	ID           string `json:"-"`
	Number       string
	Title        string
	PublicText   string
	State        string
	Category     string
	Place        string
	Lead         string
	Due0         clock.Day
	Due          clock.Day
	Extensions   int64
	Round        int64
	Relapses     int64
	RegisteredAt clock.Millis
	MovedAt      clock.Millis
	CompletedAt  clock.Millis
	Completed0   clock.Millis `db:"completed0"` // for the first time
	ClosedAt     clock.Millis
	Verdict      string
	EndedHow     string
	EndReason    string
	EndRule      string
	EndDecider   string
	Condition    string `db:"carry_condition"`
	ReviewDay    clock.Day
	LongTerm     bool
	Voices       int64
	Supporters   int64
	Before       []matter.Photo `db:"-"`
	After        []matter.Photo `db:"-"`
}

// Shown is the wording for everybody.
func (b BoardRow) Shown() string {
	if b.PublicText != "" {
		return b.PublicText
	}
	return b.Title
}

// Solved reports whether it counts as solved.
func (b BoardRow) Solved() bool { return b.State == matter.Closed && b.Verdict == matter.Confirmed }

// BoardFilter is what of the board is wanted.
type BoardFilter struct {
	IDs    []string
	States []string
	Places []string     // any of them
	Lead   string       // unit code
	Until  clock.Millis // registered before this; 0: all
	Since  clock.Millis
	Before clock.Millis // moved before this, for the next page
	Limit  int
}

// Board lists public matters, those that moved last first, with their photos before and after.
func Board(tx *db.Tx, f BoardFilter) ([]BoardRow, error) {
	w := db.NewWhere()
	if len(f.IDs) > 0 {
		w.Add("(public + 0) = 1 AND (restricted || '') = ''").In("id", f.IDs) // found by their ids, not among all that are public
	} else {
		w.Add("public = 1 AND restricted = ''")
	}
	if len(f.States) > 0 {
		w.In("state", f.States)
	}
	if len(f.Places) > 0 {
		w.In("place", f.Places)
	}
	if f.Lead != "" {
		w.Add("lead = ?", f.Lead)
	}
	if f.Until != 0 {
		w.Add("registered_at < ?", f.Until)
	}
	if f.Since != 0 {
		w.Add("moved_at >= ?", f.Since)
	}
	if f.Before != 0 {
		w.Add("moved_at < ?", f.Before)
	}
	n := w.Arg(min(max(f.Limit, 1), MaxRows))
	cond, args := w.SQL()
	rows, err := db.All[BoardRow](tx, `SELECT id, number, title, public_text, state, category, place, lead, due0, due, extensions, round, relapses,
		registered_at, moved_at, completed_at, completed0, closed_at, verdict, ended_how, end_reason, end_rule, end_decider, carry_condition, review_day,
		long_term, voices, supporters FROM matter WHERE `+cond+` ORDER BY moved_at DESC, id LIMIT `+n, args...)
	if err != nil || len(rows) == 0 {
		return rows, err
	}
	at := map[string]int{}
	var ids []string
	for i, r := range rows {
		at[r.ID] = i
		ids = append(ids, r.ID)
	}
	in, inArgs := db.In("matter", ids, 1)
	photos, err := db.All[matter.Photo](tx, `SELECT * FROM matter_photo WHERE kind IN ('before','after') AND `+in+` ORDER BY at, hash`, inArgs...)
	for _, p := range photos {
		r := &rows[at[p.Matter]]
		p.By = ""
		if p.Kind == matter.PhotoBefore {
			r.Before = append(r.Before, p)
		} else {
			r.After = append(r.After, p)
		}
	}
	return rows, err
}
