package spots

import (
	"cmp"
	"slices"
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/insight/spots/crux"
	"sanwen/internal/reading/insight/spots/marks"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/show"
	"sanwen/internal/work/voice/words"
)

// RefKind is the kind of a spot in the record.
const RefKind = "spot"

// Limits of the page (defaults of the product).
const (
	readMost    = 300  // voices whose words are read for sentences
	cruxMost    = 5000 // and for what they share
	voicesMost  = 100  // rows on the page
	monthsShown = 12
	seasonDays  = 120 // over which a problem has to be told for its season to mean something
)

// Page is all that is told of a spot.
type Page struct {
	Row
	Months    []Month
	Sentences []string
	Crux      []crux.Contrast
	Said      []show.Row // for those in whose list they stand, the newest first
	More      bool       // there are more than these
	Acts      []Act
	Beside    []Row // others of the surrounding, with which it could be one
	MayEdit   bool
}

// Month is how often something was said in a month.
type Month struct {
	Month string // "2026-11"
	N     int
	Few   bool // too few to tell
}

// Parts of a spot's voices behind its numbers; another part is a month, "2026-11".
const (
	PartLately = "lately"
	PartAgain  = "again"
)

// See reads a spot: NotFound "spots.unknown" where there is none for this reader.
func See(tx *db.Tx, who access.Person, n int64) (Page, error) { return SeePart(tx, who, n, "") }

// SeePart reads a spot whose list of voices holds one part of them only.
func SeePart(tx *db.Tx, who access.Person, n int64, part string) (Page, error) {
	s, err := newScope(tx, who)
	if err != nil {
		return Page{}, err
	}
	rows, err := s.rows(Filter{}, some{spot: n})
	if err != nil {
		return Page{}, err
	}
	if len(rows) == 0 || !rows[0].Shown {
		return Page{}, fault.New(fault.NotFound, "spots.unknown", strconv.FormatInt(n, 10))
	}
	if err := s.fill(rows); err != nil {
		return Page{}, err
	}
	p := Page{Row: rows[0]}
	if err := s.months(&p); err != nil {
		return p, err
	}
	if err := s.words(&p); err != nil {
		return p, err
	}
	if p.Acts, err = db.All[Act](tx, `SELECT `+actColumns+`, (SELECT COUNT(*) FROM insight_spot_moved m JOIN insight_spot_pin p ON p.voice = m.voice AND p.act = m.act
		WHERE m.act = insight_spot_act.id) AS moves FROM insight_spot_act WHERE spot = $1 OR other = $2 ORDER BY at DESC, id DESC LIMIT 20`, n, n); err != nil {
		return p, err
	}
	if err := s.voices(&p, part); err != nil {
		return p, err
	}
	if p.MayEdit, err = s.mayEdit(n); err != nil || !p.MayEdit {
		return p, err
	}
	return p, s.beside(&p)
}

// months counts by month. Small numbers are told to those only who could count the voices themselves.
func (s *scope) months(p *Page) error {
	w := s.seen()
	from := clock.Day(s.tx.Today()[:8] + "01").AddMonths(1 - monthsShown)
	w.Add("s.spot = ? AND s.day >= ?", p.N, from)
	cond, args := w.SQL()
	rows, err := db.All[Month](s.tx, `SELECT SUBSTR(s.day, 1, 7) AS month, COUNT(*) AS n, 0 AS few`+joined+` WHERE `+cond+` GROUP BY SUBSTR(s.day, 1, 7)`, args...)
	if err != nil {
		return err
	}
	n := map[string]int{}
	for _, r := range rows {
		n[r.Month] = r.N
	}
	for i := range monthsShown {
		m := Month{Month: string(from.AddMonths(i)[:7])}
		if m.N = n[m.Month]; !p.Exact && m.N < s.rule.Answers {
			m.N, m.Few = 0, true
		}
		p.Months = append(p.Months, m)
	}
	return nil
}

// approved are the words of a voice that may be told to all who see the spot: those that triage has approved, or those of a named voice, and
// nothing where somebody is named in it.
const approved = `CASE WHEN v.named = 1 THEN '' WHEN v.level = '` + string(core.Named) + `' OR v.redaction = 'made' THEN v.redacted ELSE '' END`

// words chooses typical sentences and looks for what the voices share.
func (s *scope) words(p *Page) error {
	w := s.seen()
	w.Add("s.spot = ?", p.N).Add("v.redacted <> ''")
	cond, args := w.SQL()
	type said struct {
		ID       string
		Place    string
		Day      clock.Day
		Approved string
		Redacted string
	}
	all, err := db.All[said](s.tx, `SELECT v.id, v.place, s.day, `+approved+` AS approved, v.redacted`+joined+` WHERE `+cond+`
		ORDER BY s.at DESC, v.id LIMIT `+strconv.Itoa(cruxMost), args...)
	if err != nil {
		return err
	}
	seasons := p.First.Until(p.Last) >= seasonDays // what was said within a few weeks is in one season by itself
	var texts []string
	have, here := map[crux.Trait][2]int{}, map[crux.Trait][2]int{}
	for i, v := range all {
		if t := words.RedactSuggest(v.Approved); t != "" && i < readMost {
			texts = append(texts, t)
		}
		for _, t := range crux.Traits(v.Redacted, v.Place, v.Day) {
			if t.Kind == crux.TraitSeason && !seasons {
				continue
			}
			count(have, here, t, 0)
		}
	}
	p.Sentences = marks.Typical(texts, s.r.Named(p.Hood))
	if len(all) < s.rule.Answers {
		return nil
	}
	w = s.seen()
	w.Add("s.spot <> ?", p.N).Add(sinceThen, s.since).Add("v.redacted <> ''")
	cond, args = w.SQL()
	others, near := 0, 0
	if err := db.Each(s.tx, func(v struct {
		said
		Hood string
	}) error {
		others++
		if v.Hood == p.Hood {
			near++
		}
		for _, t := range crux.Traits(v.Redacted, v.Place, v.Day) {
			if t.Kind != crux.TraitPlace || v.Hood == p.Hood {
				count(have, here, t, 1)
			}
		}
		return nil
	}, `SELECT v.id, v.place, s.day, '' AS approved, v.redacted, s.hood`+lately+` WHERE `+cond+` ORDER BY s.day DESC, s.at DESC, s.voice DESC LIMIT `+strconv.Itoa(cruxMost), args...); err != nil {
		return err
	}
	for t := range here { // of a part that few people use nothing is told
		if s.users(t.Value) < s.rule.People {
			delete(here, t)
		}
	}
	out := append(crux.Contrasts(have, len(all), others, s.rule.Answers), crux.Contrasts(here, len(all), near, s.rule.Answers)...)
	slices.SortStableFunc(out, func(a, b crux.Contrast) int { return cmp.Compare(b.Low, a.Low) })
	p.Crux = out[:min(len(out), crux.Most)]
	return nil
}

// count counts a trait; places are compared within their surrounding only.
func count(have, here map[crux.Trait][2]int, t crux.Trait, side int) {
	m := have
	if t.Kind == crux.TraitPlace {
		m = here
	}
	c := m[t]
	c[side]++
	m[t] = c
}

// members lists the voices of a spot, the newest first.
func (s *scope) members(n int64, limit int) ([]string, error) {
	return db.All[string](s.tx, `SELECT voice FROM insight_spot_voice WHERE spot = $1 ORDER BY at DESC, voice LIMIT $2`, n, limit)
}

// voices are those of the spot's voices that stand in the reader's list.
func (s *scope) voices(p *Page, part string) error {
	w := db.NewWhere()
	w.Add("s.spot = ?", p.N)
	today := s.tx.Today()
	switch part {
	case "":
	case PartLately:
		w.Add("s.day > ? AND s.day <= ?", today.Add(-latelyDays), today)
	case PartAgain:
		w.Add(`s.at > (SELECT MIN(m.completed0) FROM insight_spot_voice b JOIN voice x ON x.id = b.voice JOIN matter m ON m.id = x.matter
			WHERE b.spot = ? AND x.matter <> '' AND m.completed0 > 0 AND m.restricted = '')`, p.N)
		w.Add("NOT EXISTS (SELECT 1 FROM insight_spot_apart a WHERE a.voice = s.voice)")
	default:
		w.Add("s.day >= ? AND s.day <= ?", part+"-01", part+"-31")
	}
	cond, args := w.SQL()
	ids, err := db.All[string](s.tx, `SELECT s.voice FROM insight_spot_voice s WHERE `+cond+` ORDER BY s.at DESC, s.voice LIMIT `+strconv.Itoa(2*voicesMost), args...)
	if err != nil {
		return err
	}
	rows, err := show.Among(s.tx, s.who, ids)
	for _, id := range ids {
		if r, ok := rows[id]; ok && len(p.Said) < voicesMost {
			p.Said = append(p.Said, r)
		} else if ok {
			p.More = true
		}
	}
	return err
}

// mayEdit reports whether the person may say of every voice of a spot where it belongs.
func (s *scope) mayEdit(n int64) (bool, error) {
	seen, args := show.Seen(s.who, access.SpotEdit, 1)
	w := db.NewWhere(args...)
	w.Add("s.spot = ?", n)
	cond, args := w.SQL()
	type row struct{ May, AllOf int }
	c, err := db.One[row](s.tx, `SELECT COALESCE(SUM(CASE WHEN `+seen+` THEN 1 ELSE 0 END), 0) AS may, COUNT(*) AS all_of`+joined+` WHERE `+cond, args...)
	return c.AllOf > 0 && c.May == c.AllOf, err
}

// beside lists other spots of the surrounding.
func (s *scope) beside(p *Page) error {
	rows, err := s.rows(Filter{}, some{hood: &p.Hood})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.N != p.N && r.Shown {
			p.Beside = append(p.Beside, r)
		}
	}
	slices.SortFunc(p.Beside, func(a, b Row) int { return cmp.Or(cmp.Compare(b.Voices, a.Voices), cmp.Compare(a.N, b.N)) })
	p.Beside = p.Beside[:min(len(p.Beside), 20)]
	return s.fill(p.Beside)
}

// Of tells in which spot a voice is, 0 for none.
func Of(tx *db.Tx, voice string) (int64, error) {
	n, err := db.Maybe[int64](tx, `SELECT spot FROM insight_spot_voice WHERE voice = $1`, voice)
	if n == nil {
		return 0, err
	}
	return *n, err
}

// OfMatter lists the spots to which voices of a matter belong, the one with most of them first, with how many.
func OfMatter(tx *db.Tx, who access.Person, matter string) ([]Row, error) {
	s, err := newScope(tx, who)
	if err != nil {
		return nil, err
	}
	ns, err := db.All[int64](tx, `SELECT s.spot`+joined+` WHERE v.matter = $1 AND v.matter <> '' GROUP BY s.spot ORDER BY COUNT(*) DESC, s.spot LIMIT 5`, matter)
	if err != nil || len(ns) == 0 {
		return nil, err
	}
	var out []Row
	for _, n := range ns {
		rows, err := s.rows(Filter{}, some{spot: n})
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.Shown {
				out = append(out, r)
			}
		}
	}
	return out, s.fill(out)
}

// Waiting is a voice of a spot that can go to a matter.
type Waiting struct {
	ID, Number string
	Version    int
	Level      core.Level
	State      string
	Text       string // masked words
	Made       bool   // triage has approved them
	Day        clock.Day
}

// Approve reports whether the words have to be approved with the step, because a department will read them.
func (w Waiting) Approve() bool { return w.Level.Hidden() && !w.Made }

// Open lists the voices of a spot that the person may give to a matter now, the newest first.
func Open(tx *db.Tx, who access.Person, n int64) ([]Waiting, error) {
	tx.Asked()
	seen, args := show.Seen(who, access.VoiceTriage, 1)
	w := db.NewWhere(args...)
	w.Add("s.spot = ?", n).Add("v.appeal = 0 AND (v.refusal = '' OR v.refusal_by2 <> '')")
	w.Add("v.state IN ('"+core.Registered+"', '"+core.Assigned+"', '"+core.Signed+"') OR v.state = '"+core.InTriage+"' AND v.claimed_by IN ('', ?)", who.ID)
	cond, args := w.SQL()
	return db.All[Waiting](tx, `SELECT v.id, v.number, v.version, v.level, v.state, v.redacted AS text, CASE WHEN v.redaction = 'made' THEN 1 ELSE 0 END AS made, v.day`+joined+`
		WHERE `+seen+` AND `+cond+` ORDER BY s.at DESC, v.id LIMIT `+strconv.Itoa(voicesMost), args...)
}

// OfVoice is the spot of a voice as the reader may see it, or nil: a voice that is alone in its spot is in none.
func OfVoice(tx *db.Tx, who access.Person, voice string) (*Row, error) {
	n, err := Of(tx, voice)
	if err != nil || n == 0 {
		return nil, err
	}
	s, err := newScope(tx, who)
	if err != nil {
		return nil, err
	}
	rows, err := s.rows(Filter{}, some{spot: n})
	if err != nil || len(rows) == 0 || !rows[0].Shown || rows[0].Voices < leastOf {
		return nil, err
	}
	return &rows[0], s.fill(rows)
}
