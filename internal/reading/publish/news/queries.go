package news

import (
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// byKey finds a paper by its id or its number.
func byKey(tx *db.Tx, key, lock string) (News, error) {
	col := "id"
	if len(key) > 3 && key[2] == '-' {
		col = "number"
	}
	return db.Need[News](tx, "news.unknown", `SELECT * FROM news WHERE `+col+` = $1`+lock, key)
}

// See gives a paper to somebody who may read it.
func See(tx *db.Tx, who access.Person, key string) (News, error) {
	x, _, err := access.Reach(tx, who, access.NewsSee, key, "", byKey, func(_ *db.Tx, x News) (access.Thing, error) { return x.Thing(), nil })
	return x, err
}

// Heads reads papers by id, as far as the person may read them.
func Heads(tx *db.Tx, who access.Person, ids []string) (map[string]News, error) {
	out := map[string]News{}
	if len(ids) == 0 {
		return out, nil
	}
	in, args := db.In("id", ids, 1)
	all, err := db.All[News](tx, `SELECT * FROM news WHERE `+in, args...)
	for _, x := range all {
		if who.Can(access.NewsSee, x.Thing()) {
			out[x.ID] = x
		}
	}
	return out, err
}

// EventsFor lists the events that the person may bring about.
func EventsFor(who access.Person, x News) (out []string) {
	for _, m := range Cycle.Events(x.State) {
		if !who.Can(m.Action, x.Thing()) || m.Action == access.NewsCheck && x.State == Review && x.wrote(who) || m.Event == EventDrop && x.Copies > 0 {
			continue
		}
		out = append(out, m.Event)
	}
	return out
}

// Filter chooses papers.
type Filter struct {
	State string
	Kind  string
	Text  string // anywhere in title or number
	After string // cursor
}

// PageSize is how many papers a page of a list has.
const PageSize = 50

// List lists papers that the person may read, the last changed first, and the cursor of the next page.
func List(tx *db.Tx, who access.Person, f Filter) ([]News, string, error) {
	tx.Asked()
	cond, args := access.Visible(who, access.NewsSee, access.Columns{Unit: "unit_path", Author: "author", Public: "public"}, 1)
	w := db.NewWhere(args...)
	if f.State != "" {
		w.Add("state = ?", f.State)
	} else {
		w.Add("state <> 'dropped'")
	}
	if f.Kind != "" {
		w.Add("kind = ?", f.Kind)
	}
	if f.Text != "" {
		w.Add(`LOWER(title || ' ' || number) LIKE ? ESCAPE '\'`, db.Within(f.Text))
	}
	if f.After != "" {
		at, key, err := cursor(f.After)
		if err != nil {
			return nil, "", err
		}
		w.Add("(changed_at, id) < (?, ?)", at, key)
	}
	more, args := w.SQL()
	rows, err := db.All[News](tx, `SELECT * FROM news WHERE `+cond+` AND `+more+` ORDER BY changed_at DESC, id DESC LIMIT `+w.Arg(PageSize+1), append(args, PageSize+1)...)
	rows, next := db.Cut(rows, PageSize, func(x News) string { return strconv.FormatInt(int64(x.ChangedAt), 10) + "~" + x.ID })
	return rows, next, err
}

func cursor(s string) (int64, string, error) {
	at, key, ok := strings.Cut(s, "~")
	ms, err := strconv.ParseInt(at, 10, 64)
	if !ok || err != nil {
		return 0, "", fault.New(fault.Invalid, "matter.list.cursor")
	}
	return ms, key, nil
}

// What everybody may see. Callers have no account: only copies are read, only of days that have come, and none for the house alone.

// Current is the newest copy of a paper that everybody may read: NotFound "news.unknown".
func Current(tx *db.Tx, number string) (Copy, error) {
	return db.Need[Copy](tx, "news.unknown", `SELECT * FROM news_copy WHERE number = $1 AND public = 1 AND from_day <= $2 ORDER BY n DESC LIMIT 1`, number, tx.Today())
}

// CopiesOf lists the copies of a paper that everybody may read, the newest first.
func CopiesOf(tx *db.Tx, number string) ([]Copy, error) {
	return db.All[Copy](tx, `SELECT * FROM news_copy WHERE number = $1 AND public = 1 AND from_day <= $2 ORDER BY n DESC LIMIT 50`, number, tx.Today())
}

// All lists every copy of a paper, also those for the house alone and of days to come, the newest first. The caller has asked.
func All(tx *db.Tx, news string) ([]Copy, error) {
	return db.All[Copy](tx, `SELECT * FROM news_copy WHERE news = $1 ORDER BY n DESC LIMIT 50`, news)
}

// Public chooses copies that everybody may read.
type Public struct {
	Past  bool   // those that are over, instead of those that are up
	Kind  string // one kind
	Place string // the scope holds this place
	After string // cursor
}

// PublicList lists copies, the newest first, and the cursor of the next page. A copy that was shown again is left out: its number leads to all.
func PublicList(tx *db.Tx, f Public, size int) ([]Copy, string, error) {
	w := db.NewWhere().Add("public = 1 AND from_day <= ?", tx.Today())
	if f.Past {
		w.Add("over_how <> '' AND NOT EXISTS (SELECT 1 FROM news_copy d WHERE d.news = news_copy.news AND d.n > news_copy.n AND d.from_day <= ?)", tx.Today())
	} else {
		w.Add("over_how = ''")
	}
	if f.Kind != "" {
		w.Add("kind = ?", f.Kind)
	}
	if f.Place != "" {
		in, err := inScope(tx, f.Place)
		if err != nil {
			return nil, "", err
		}
		var some []string
		var args []any
		for _, s := range in {
			some = append(some, s.col+` LIKE ?`)
			args = append(args, "%,"+s.code+",%")
		}
		w.Add("(everywhere = 1 OR "+strings.Join(some, " OR ")+")", args...)
	}
	if err := w.BehindDay("from_day", "number", f.After); err != nil {
		return nil, "", err
	}
	n := w.Arg(size + 1)
	cond, args := w.SQL()
	rows, err := db.All[Copy](tx, `SELECT * FROM news_copy WHERE `+cond+` ORDER BY from_day DESC, number DESC LIMIT `+n, args...)
	rows, next := db.Cut(rows, size, func(c Copy) string { return string(c.From) + "~" + c.Number })
	return rows, next, err
}

type scoped struct{ col, code string }

// inScope lists what the scope of a paper may hold for it to be about a place: the place, what is around it, its unit, and those above.
func inScope(tx *db.Tx, place string) (out []scoped, err error) {
	chain, err := org.PlaceChain(tx, org.NormalCode(place))
	if err != nil {
		return nil, err
	}
	if len(chain) == 0 {
		return nil, fault.New(fault.NotFound, "org.place.unknown")
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return nil, err
	}
	for _, p := range chain {
		out = append(out, scoped{"places", p.Code})
	}
	for _, u := range tree.Chain(chain[0].Unit) {
		out = append(out, scoped{"units", u.Code})
	}
	return out, nil
}

// At lists the notices that are up for a place, the newest first: those with a period, as many as asked for.
func At(tx *db.Tx, place string, most int) ([]Copy, error) {
	all, _, err := PublicList(tx, Public{Place: place}, most*4)
	all = slices.DeleteFunc(all, func(c Copy) bool { return !c.Kind.Period() })
	return all[:min(len(all), most)], err
}

// Recent lists what was put up since a day, or taken down, the newest first: for the feeds. What began on the day until or later waits for its batch.
func Recent(tx *db.Tx, since, until clock.Day, most int) ([]Copy, error) {
	return db.All[Copy](tx, `SELECT * FROM news_copy WHERE public = 1 AND from_day >= $1 AND from_day <= $2 ORDER BY from_day DESC, number DESC, n DESC LIMIT `+strconv.Itoa(most), since, until)
}
