package form

import (
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/ground/fault"
)

// Answers is what somebody has answered: by key of the question, of a grid by "key.row". A ranking is its options from the first place on,
// what was left out is not in it. Of a question with photos they are texts of [Picture].
type Answers map[string][]string

// Shown lists the questions that somebody is asked who has answered so far: those without a condition, and those whose condition holds.
func (b Body) Shown(a Answers) []Question {
	var out []Question
	open := map[string]bool{}
	for _, q := range b.Questions() {
		if q.If != nil {
			if !open[q.If.Question] || !slices.ContainsFunc(a[q.If.Question], func(v string) bool { return slices.Contains(q.If.Values, v) }) {
				continue
			}
		}
		open[q.Key] = true
		out = append(out, q)
	}
	return out
}

// Field is the name of a question's field in a form; a grid has one for each row, a ranking one for each option.
func Field(q Question, part string) string {
	if part == "" {
		return "q." + q.Key
	}
	return "q." + q.Key + "." + part
}

// Read takes the answers from a form, with whatever was typed: [Body.Check] says what is wrong. get gives the values of a field.
func (b Body) Read(get func(field string) []string) Answers {
	a := Answers{}
	put := func(key string, values []string) {
		values = slices.DeleteFunc(slices.Clone(values), func(s string) bool { return strings.TrimSpace(s) == "" })
		if len(values) > 0 {
			a[key] = values
		}
	}
	for _, q := range b.Questions() {
		switch q.Kind {
		case Photo: // whoever has stored them puts them in: a form could name any file
		case Grid:
			for _, row := range q.Rows {
				put(q.Key+"."+row.Key, get(Field(q, row.Key)))
			}
		case Ranking:
			place := map[string]string{}
			var order []string
			for _, o := range q.Options {
				if v := get(Field(q, o.Key)); len(v) > 0 && v[0] != "" {
					place[o.Key] = v[0]
					order = append(order, o.Key)
				}
			}
			slices.SortStableFunc(order, func(x, y string) int { return number(place[x]) - number(place[y]) })
			put(q.Key, order)
		case Number, Text:
			v := get(Field(q, ""))
			if len(v) > 0 {
				put(q.Key, []string{strings.TrimSpace(strings.ReplaceAll(v[0], "\r\n", "\n"))})
			}
			if na := get(Field(q, "na")); q.NA && len(na) > 0 && na[0] != "" && len(a[q.Key]) == 0 {
				a[q.Key] = []string{NotApplicable}
			}
		default:
			put(q.Key, get(Field(q, "")))
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
	out := Answers{}
	for _, q := range b.Shown(a) {
		switch q.Kind {
		case Grid:
			for _, row := range q.Rows {
				key := q.Key + "." + row.Key
				b.one(&f, q, Field(q, row.Key), a[key])
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
			at := Field(q, "")
			switch v := a[q.Key]; {
			case len(v) == 0 && q.Required:
				f.Add(at, "fault.required")
			case len(v) > 0 && len([]rune(v[0])) > q.Longest():
				f.Add(at, "fault.too_long", q.Longest(), len([]rune(v[0])))
			}
		default:
			b.one(&f, q, Field(q, ""), a[q.Key])
		}
		if len(a[q.Key]) > 0 {
			out[q.Key] = a[q.Key]
		}
	}
	return out, f.Err()
}

// one checks a choice of exactly one.
func (b Body) one(f *fault.Form, q Question, at string, v []string) {
	switch {
	case len(v) == 0:
		if q.Required {
			f.Add(at, "survey.answer.missing")
		}
	case len(v) > 1 || v[0] == NotApplicable && !q.NA || v[0] != NotApplicable && !has(b.Choices(q), v[0]):
		f.Add(at, "fault.choice")
	}
}

func checkMulti(f *fault.Form, q Question, v []string) {
	at := Field(q, "")
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

func checkRanking(f *fault.Form, q Question, v []string, places func(string) []string) {
	if len(v) == 0 && !q.Required {
		return
	}
	if len(v) < len(q.Options) {
		for _, o := range q.Options {
			if !slices.Contains(v, o.Key) {
				f.Add(Field(q, o.Key), "survey.answer.place")
				return
			}
		}
	}
	taken := map[string]bool{}
	for _, o := range q.Options {
		p := ""
		if places == nil {
			p = strconv.Itoa(slices.Index(v, o.Key) + 1)
		} else if x := places(Field(q, o.Key)); len(x) > 0 {
			p = x[0]
		}
		if n := number(p); n < 1 || n > len(q.Options) || taken[p] {
			f.Add(Field(q, o.Key), "survey.answer.place_twice")
			return
		}
		taken[p] = true
	}
}

// number checks a whole number, however it was typed.
func (out Answers) number(f *fault.Form, q Question, v []string) {
	at := Field(q, "")
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
	rest, said = Answers{}, Said{Texts: map[string]string{}, Photos: map[string][]Picture{}}
	for key, v := range a {
		switch q, _ := b.Question(key); q.Kind {
		case Text:
			said.Texts[key] = v[0]
		case Photo:
			for _, s := range v {
				if p, ok := pictureOf(s); ok {
					said.Photos[key] = append(said.Photos[key], p)
				}
			}
		default:
			rest[key] = v
		}
	}
	return rest, said
}
