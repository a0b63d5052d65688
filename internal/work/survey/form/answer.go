package form

import (
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sanwen/internal/ground/fault"
)

// usual is for how many answers room is made at first.
const usual = 40

// Answers is what somebody has answered: by key of the question, of a grid by "key.row". A ranking is its options from the first place on,
// what was left out is not in it. Of a question with photos they are texts of [Picture].
type Answers map[string][]string

// Shown lists the questions that somebody is asked who has answered so far: those without a condition, and those whose condition holds.
func (b Body) Shown(a Answers) []Question {
	var out []Question
	for q := range b.Asked(a) {
		out = append(out, *q)
	}
	return out
}

// Asked gives the questions of [Body.Shown] one by one, as they stand in the questionnaire. Nobody changes them.
func (b Body) Asked(a Answers) iter.Seq[*Question] {
	return func(yield func(*Question) bool) {
		var hidden []string // whose condition does not hold
		for q := range b.each() {
			if q.If != nil && (!b.before(q, q.If.Question) || slices.Contains(hidden, q.If.Question) || !q.If.holds(a)) {
				hidden = append(hidden, q.Key)
				continue
			}
			if !yield(q) {
				return
			}
		}
	}
}

// before reports whether a question stands before another one.
func (b Body) before(q *Question, key string) bool {
	for p := range b.each() {
		if p == q {
			return false
		}
		if p.Key == key {
			return true
		}
	}
	return false
}

func (c *Condition) holds(a Answers) bool {
	return slices.ContainsFunc(a[c.Question], func(v string) bool { return slices.Contains(c.Values, v) })
}

// Field is the name of a question's field in a form; a grid has one for each row, a ranking one for each option.
func Field(q Question, part string) string { return q.field(part) }

func (q *Question) field(part string) string {
	if part == "" {
		return "q." + q.Key
	}
	return "q." + q.Key + "." + part
}

// Read takes the answers from a form, with whatever was typed: [Body.Check] says what is wrong. get gives the values of a field.
func (b Body) Read(get func(field string) []string) Answers {
	a := make(Answers, usual)
	blank := func(s string) bool { return strings.TrimSpace(s) == "" }
	put := func(key string, values []string) {
		if slices.ContainsFunc(values, blank) {
			values = slices.DeleteFunc(slices.Clone(values), blank)
		}
		if len(values) > 0 {
			a[key] = values
		}
	}
	for q := range b.each() {
		switch q.Kind {
		case Photo: // whoever has stored them puts them in: a form could name any file
		case Grid:
			for _, row := range q.Rows {
				put(q.Key+"."+row.Key, get(q.field(row.Key)))
			}
		case Ranking:
			place := map[string]string{}
			var order []string
			for _, o := range q.Options {
				if v := get(q.field(o.Key)); len(v) > 0 && v[0] != "" {
					place[o.Key] = v[0]
					order = append(order, o.Key)
				}
			}
			slices.SortStableFunc(order, func(x, y string) int { return number(place[x]) - number(place[y]) })
			put(q.Key, order)
		case Number, Text:
			v := get(q.field(""))
			if len(v) > 0 {
				put(q.Key, []string{strings.TrimSpace(strings.ReplaceAll(v[0], "\r\n", "\n"))})
			}
			if na := get(q.field("na")); q.NA && len(na) > 0 && na[0] != "" && len(a[q.Key]) == 0 {
				a[q.Key] = []string{NotApplicable}
			}
		default:
			put(q.Key, get(q.field("")))
		}
	}
	return a
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// Whole checks the answers to what is shown and returns them without what is not: faults stand at the fields of a form. places gives the
// places of a ranking as they were typed, to say that one was given twice; nil where the answers do not come from a form.
func (b Body) Whole(a Answers, places func(field string) []string) (Answers, error) {
	var f fault.Form
	out := make(Answers, len(a))
	for q := range b.Asked(a) {
		switch q.Kind {
		case Grid:
			for _, row := range q.Rows {
				key := q.Key + "." + row.Key
				b.one(&f, q, row.Key, a[key])
				if len(a[key]) > 0 {
					out[key] = a[key]
				}
			}
			continue
		case Ranking:
			checkRanking(&f, q, a[q.Key], places)
		case Multi:
			checkMulti(&f, q, a[q.Key])
		case Photo:
			checkPhotos(&f, q, a[q.Key])
		case Number:
			out.number(&f, q, a[q.Key])
			continue
		case Text:
			switch v := a[q.Key]; {
			case len(v) == 0 && q.Required:
				f.Add(q.field(""), "fault.required")
			case len(v) > 0 && utf8.RuneCountInString(v[0]) > q.Longest():
				f.Add(q.field(""), "fault.too_long", q.Longest(), utf8.RuneCountInString(v[0]))
			}
		default:
			b.one(&f, q, "", a[q.Key])
		}
		if len(a[q.Key]) > 0 {
			out[q.Key] = a[q.Key]
		}
	}
	return out, f.Err()
}

// one checks a choice of exactly one, of a question or of a row of it.
func (b Body) one(f *fault.Form, q *Question, part string, v []string) {
	switch {
	case len(v) == 0:
		if q.Required {
			f.Add(q.field(part), "survey.answer.missing")
		}
	case len(v) > 1 || v[0] == NotApplicable && !q.NA || v[0] != NotApplicable && !b.offers(q, v[0]):
		f.Add(q.field(part), "fault.choice")
	}
}

// offers reports whether something is among the choices of a question.
func (b Body) offers(q *Question, v string) bool {
	if q.Kind != Scale && q.Kind != Grid {
		return has(q.Options, v)
	}
	for i := range b.Scales[q.Steps] {
		if stepKey(i) == v {
			return true
		}
	}
	return false
}

func checkMulti(f *fault.Form, q *Question, v []string) {
	at := q.field("")
	switch {
	case len(v) == 0 && q.Required:
		f.Add(at, "survey.answer.missing")
	case slices.Contains(v, NotApplicable) && (len(v) > 1 || !q.NA):
		f.Add(at, "survey.answer.na_alone")
	case q.Max > 0 && len(v) > q.Max:
		f.Add(at, "survey.answer.most", q.Max, len(v))
	}
	seen := map[string]bool{}
	for _, x := range v {
		if x != NotApplicable && (!has(q.Options, x) || seen[x]) {
			f.Add(at, "fault.choice")
			return
		}
		seen[x] = true
	}
}

func checkRanking(f *fault.Form, q *Question, v []string, places func(string) []string) {
	if len(v) == 0 && !q.Required {
		return
	}
	if len(v) < len(q.Options) {
		for _, o := range q.Options {
			if !slices.Contains(v, o.Key) {
				f.Add(q.field(o.Key), "survey.answer.place")
				return
			}
		}
	}
	taken := map[string]bool{}
	for _, o := range q.Options {
		p := ""
		if places == nil {
			p = strconv.Itoa(slices.Index(v, o.Key) + 1)
		} else if x := places(q.field(o.Key)); len(x) > 0 {
			p = x[0]
		}
		if n := number(p); n < 1 || n > len(q.Options) || taken[p] {
			f.Add(q.field(o.Key), "survey.answer.place_twice")
			return
		}
		taken[p] = true
	}
}

// number checks a whole number, however it was typed.
func (out Answers) number(f *fault.Form, q *Question, v []string) {
	at := q.field("")
	if len(v) == 0 {
		if q.Required {
			f.Add(at, "fault.required")
		}
		return
	}
	if v[0] == NotApplicable && q.NA {
		out[q.Key] = v
		return
	}
	n, err := strconv.Atoi(strings.Map(plainDigit, v[0]))
	switch {
	case err != nil:
		f.Add(at, "fault.number")
	case n < q.Min || n > q.Max:
		f.Add(at, "fault.range", q.Min, q.Max)
	default:
		out[q.Key] = []string{strconv.Itoa(n)}
	}
}

func plainDigit(c rune) rune {
	if c >= '０' && c <= '９' {
		return c - '０' + '0'
	}
	return c
}

// Longest is how many characters an answer in words may have.
func (q Question) Longest() int {
	if q.Max > 0 {
		return min(q.Max, MaxText)
	}
	return MaxText
}

// Said is what is kept apart from the rest of an answer: sentences and photos, by the key of the question.
type Said struct {
	Texts  map[string]string
	Photos map[string][]Picture
}

// Split takes sentences and photos out of answers. The rest does not even say that there were any.
func (b Body) Split(a Answers) (rest Answers, said Said) {
	rest, said = maps.Clone(a), Said{Texts: map[string]string{}, Photos: map[string][]Picture{}}
	for q := range b.each() {
		if q.Kind != Text && q.Kind != Photo {
			continue
		}
		v, ok := a[q.Key]
		if !ok {
			continue
		}
		delete(rest, q.Key)
		if q.Kind == Text {
			said.Texts[q.Key] = v[0]
			continue
		}
		for _, s := range v {
			if p, ok := pictureOf(s); ok {
				said.Photos[q.Key] = append(said.Photos[q.Key], p)
			}
		}
	}
	return rest, said
}
