package news

import (
	"slices"
	"strings"

	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/publish"
	"sanwen/internal/work/practice"
)

// Limits of what a circular names.
const (
	MaxProblems = 200 // matters; the longest overdue first, of the rest it tells how many they are
	MaxCause    = 200 // characters of a cause
)

// Problem is a matter that a circular names (主要问题, 点名到事): what is owed has been pressed up to the agenda of a meeting or to the circular itself.
// It names matters and units, never people.
type Problem struct {
	Duty   string        `json:"duty"`
	Owed   duty.Kind     `json:"owed"`
	Number string        `json:"number"`
	Title  string        `json:"title"`
	Unit   Named         `json:"unit"`
	Due0   clock.Day     `json:"due0"` // the deadline that was given first
	Due    clock.Day     `json:"due"`
	Late   int           `json:"late"`             // working days overdue, on the day on which it was taken or solved
	On     duty.Rung     `json:"on"`               // "agenda" or "circular"
	Longer bool          `json:"longer,omitempty"` // it has been given more time
	Waited []duty.Reason `json:"waited,omitempty"` // and has waited
	Order  string        `json:"order,omitempty"`  // the supervision order that the unit has answered
	Cause  string        `json:"cause,omitempty"`  // as the unit gave it; empty where it names somebody
	Solved clock.Day     `json:"solved,omitempty"` // struck: it has been done since
}

// problems lists what a circular names: what is overdue up there now, and what has been done since the last circular. Only matters on the ledger for
// everybody, led below the unit that issues it, are named.
func problems(tx *db.Tx, x News, t Text) (out []Problem, more int, err error) {
	since, err := db.One[clock.Millis](tx, `SELECT COALESCE(MAX(c.shown_at), 0) FROM news_copy c JOIN news n ON n.id = c.news
		WHERE c.kind = 'circular' AND c.over_how <> 'withdrawn' AND c.news <> $1 AND n.unit = $2`, x.ID, x.Unit)
	if err != nil {
		return nil, 0, err
	}
	if since == 0 {
		since = clock.MillisOf(t.Since.Time(tx.Zone()))
	}
	all, err := duty.StandingOn(tx, "matter", since, duty.RungAgenda, duty.RungCircular)
	if err != nil {
		return nil, 0, err
	}
	all = slices.DeleteFunc(all, func(s duty.Standing) bool { return !s.Path.Under(x.UnitPath) })
	slices.SortStableFunc(all, func(a, b duty.Standing) int { // what is open first
		switch {
		case a.Open == b.Open:
			return 0
		case a.Open:
			return -1
		}
		return 1
	})
	items, err := onBoard(tx, all)
	if err != nil {
		return nil, 0, err
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return nil, 0, err
	}
	all = slices.DeleteFunc(all, func(s duty.Standing) bool { _, ok := items[s.SubjectID]; return !ok })
	more = max(0, len(all)-MaxProblems)
	all = all[:len(all)-more]
	why, err := reasons(tx, all)
	if err != nil {
		return nil, 0, err
	}
	for _, s := range all {
		i, last := items[s.SubjectID], tx.Today()
		p := Problem{Duty: s.ID, Owed: s.Kind, Number: i.Number, Title: i.Shown(), Unit: Named{Code: i.Unit.Code, Zh: i.Unit.NameZh, En: i.Unit.NameEn},
			Due0: s.Due0.Day(tx.Zone()), Due: s.Due.Day(tx.Zone()), On: s.On}
		if !s.Open {
			last = s.DischargedAt.Day(tx.Zone())
			p.Solved = last
		}
		r := why[s.ID]
		p.Late, p.Longer, p.Waited, p.Order, p.Cause = cal.WorkingDaysBetween(p.Due, last), s.Kind == duty.Completion && i.Extensions > 0, r.waited, r.order, r.cause
		out = append(out, p)
	}
	return out, more, nil
}

// onBoard are the matters of some duties that everybody may know, by id.
func onBoard(tx *db.Tx, all []duty.Standing) (map[string]publish.Item, error) {
	var ids []string
	for _, s := range all {
		if !slices.Contains(ids, s.SubjectID) {
			ids = append(ids, s.SubjectID)
		}
	}
	return boardOf(tx, ids)
}

func boardOf(tx *db.Tx, ids []string) (map[string]publish.Item, error) {
	out := map[string]publish.Item{}
	for some := range slices.Chunk(ids, MaxProblems) {
		items, err := publish.Items(tx, some)
		if err != nil {
			return nil, err
		}
		for _, i := range items {
			out[i.ID] = i
		}
	}
	return out, nil
}

// reason is what is known of why something is late.
type reason struct {
	waited       []duty.Reason
	order, cause string
}

// reasons gives them by duty: what it has waited for, and the cause that the head of the unit has given in the last answer to a supervision order. A
// cause that names somebody of the house, or tells who spoke, is left out; the order tells where it stands.
func reasons(tx *db.Tx, all []duty.Standing) (map[string]reason, error) {
	out := map[string]reason{}
	if len(all) == 0 {
		return out, nil
	}
	var ids []string
	var ds []duty.Duty
	of := map[string]string{}
	for _, s := range all {
		ids, ds = append(ids, s.ID), append(ds, s.Duty)
		of[s.ID] = s.SubjectID
	}
	spells, err := duty.Spells(tx, ds...)
	if err != nil {
		return nil, err
	}
	for d, list := range spells {
		r := out[d]
		for _, w := range list {
			if w.Counts && !slices.Contains(r.waited, w.Reason) {
				r.waited = append(r.waited, w.Reason)
			}
		}
		out[d] = r
	}
	type answer struct{ Duty, Number, Cause string }
	in, args := db.In("duty", ids, 1)
	answers, err := db.All[answer](tx, `SELECT duty, number, cause FROM supervise_order WHERE replied_at > 0 AND state <> 'withdrawn' AND `+in+` ORDER BY replied_at, id`, args...)
	if err != nil {
		return nil, err
	}
	causes := make([]string, len(answers))
	for i, a := range answers {
		causes[i] = a.Cause
	}
	names, err := naming(tx, causes)
	if err != nil {
		return nil, err
	}
	for i, a := range answers {
		r := out[a.Duty]
		r.order, r.cause = a.Number, ""
		if !names[i] {
			var f fault.Form
			if err := practice.Private(tx, &f, []string{of[a.Duty]}, nil, []practice.Written{{Field: "cause", Text: a.Cause}}); err != nil {
				return nil, err
			}
			if f.Err() == nil {
				r.cause = cut(a.Cause)
			}
		}
		out[a.Duty] = r
	}
	return out, nil
}

// naming tells of each text whether it names somebody of the house, large letters or small. All names are read once, however many texts there are, and
// held only against those texts in which their first two characters stand beside each other.
func naming(tx *db.Tx, texts []string) ([]bool, error) {
	out := make([]bool, len(texts))
	if len(texts) == 0 {
		return out, nil
	}
	small := make([]string, len(texts))
	with := map[[2]rune][]int{} // texts by their pairs of characters
	for i, t := range texts {
		small[i] = strings.ToLower(t)
		runes := []rune(small[i])
		for k := 1; k < len(runes); k++ {
			pair := [2]rune{runes[k-1], runes[k]}
			if in := with[pair]; len(in) == 0 || in[len(in)-1] != i {
				with[pair] = append(in, i)
			}
		}
	}
	names, err := db.All[string](tx, `SELECT DISTINCT name FROM org_person WHERE LENGTH(name) > 1`)
	for _, n := range names {
		n = strings.ToLower(n)
		runes := []rune(n)
		if len(runes) < 2 {
			continue
		}
		for _, i := range with[[2]rune{runes[0], runes[1]}] {
			out[i] = out[i] || strings.Contains(small[i], n)
		}
	}
	return out, err
}

// cut is a cause as far as a table has room for it.
func cut(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= MaxCause {
		return string(r)
	}
	return string(r[:MaxCause-1]) + "…"
}

// settled is what is left of the problems of a draft on the day on which it is shown: nothing is named that nobody has read, so lines are only struck,
// because it has been done, or left out, because it waits, got more time, was let off or is not for everybody any more.
func settled(tx *db.Tx, was []Problem) (out []Problem, err error) {
	var ids, matters []string
	for _, p := range was {
		ids = append(ids, p.Duty)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	now, err := duty.ByID(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, d := range now {
		matters = append(matters, d.SubjectID)
	}
	items, err := boardOf(tx, matters)
	if err != nil {
		return nil, err
	}
	for _, p := range was {
		d, ok := now[p.Duty]
		_, known := items[d.SubjectID]
		switch {
		case !ok || !known || d.Restricted != "":
			continue
		case d.Open && (d.Waiting() || d.Exempt != "" || d.Due.Day(tx.Zone()) > p.Due), !d.Open && d.Outcome != string(duty.Done):
			continue
		case !d.Open && p.Solved == "":
			p.Solved = d.DischargedAt.Day(tx.Zone())
		}
		out = append(out, p)
	}
	return out, nil
}
