// Package form is what a questionnaire says, as data: sections, questions, conditions, in Chinese and English; and what is a whole answer to
// it. Nothing here knows a database or who answers.
package form

import (
	"encoding/json"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

// Words is a text in both languages. Chinese comes first; where there is no English the Chinese stands for it.
type Words struct {
	Zh string `json:"zh"`
	En string `json:"en,omitempty"`
}

// In is the text in a language.
func (w Words) In(l lang.Lang) string {
	if l == lang.EN && w.En != "" {
		return w.En
	}
	return w.Zh
}

// Kind is how a question is answered; its name is "survey.kind.<kind>".
type Kind string

// The kinds of questions.
const (
	Single  Kind = "single"  // one of the options
	Multi   Kind = "multi"   // several of them
	Scale   Kind = "scale"   // a step from 1 on, the last the best
	Grid    Kind = "grid"    // a step for each of several rows
	Ranking Kind = "ranking" // the options in their order
	Number  Kind = "number"
	Text    Kind = "text"  // read by the union only
	Photo   Kind = "photo" // pictures, seen by the union only
)

// Kinds returns all kinds.
func Kinds() []Kind { return []Kind{Single, Multi, Scale, Grid, Ranking, Number, Text, Photo} }

// NotApplicable is the answer that a question does not concern somebody.
const NotApplicable = "-"

// Option is one choice, or one row of a grid.
type Option struct {
	Key string `json:"key"`
	Words
}

// Condition shows a question only where an earlier one was answered with one of the values.
type Condition struct {
	Question string   `json:"question"`
	Values   []string `json:"values"`
}

// Question is one question.
type Question struct {
	Key  string `json:"key"`
	Kind Kind   `json:"kind"`
	Words
	Options  []Option   `json:"options,omitempty"` // of choices and rankings
	Rows     []Option   `json:"rows,omitempty"`    // of a grid
	Steps    string     `json:"steps,omitempty"`   // name of the scale of a scale or grid
	Min      int        `json:"min,omitempty"`     // of a number
	Max      int        `json:"max,omitempty"`     // of a number; most choices; longest text; most photos
	Hint     *Words     `json:"hint,omitempty"`    // what to take a photo of
	Required bool       `json:"required,omitempty"`
	NA       bool       `json:"na,omitempty"` // "does not concern me" is offered
	If       *Condition `json:"if,omitempty"`
	Least    int        `json:"least,omitempty"` // answers from which on it is shown, where that is more than the setting
}

// Section is questions under a heading.
type Section struct {
	Words
	Questions []Question `json:"questions"`
}

// Score is a number made of several questions on scales: the mean of (step−1)/(steps−1), times 100.
type Score struct {
	Key string `json:"key"`
	Words
	Of []string `json:"of"`
}

// Body is a questionnaire.
type Body struct {
	Title    Words              `json:"title"`
	Lede     Words              `json:"lede"`
	Note     Words              `json:"note"` // what whoever reads the results has to know
	Scales   map[string][]Words `json:"scales,omitempty"`
	Sections []Section          `json:"sections"`
	Scores   []Score            `json:"scores,omitempty"`
}

// Parse reads a questionnaire as it is stored.
func Parse(s string) (Body, error) {
	var b Body
	err := json.Unmarshal([]byte(s), &b)
	return b, err
}

// mostPublished is how many questionnaires are kept as they were read.
const mostPublished = 64

var published struct {
	sync.RWMutex
	read map[string]Body // by the digest of the text that was read
}

// Published reads a questionnaire of which the text never changes, such as a version that is asked, and which has that digest. Thousands answer
// the same one on one morning, so what was read is kept, and the text is asked for only where it is not. Nobody changes what this returns.
func Published(digest string, text func() (string, error)) (Body, error) {
	published.RLock()
	b, ok := published.read[digest]
	published.RUnlock()
	if ok {
		return b, nil
	}
	s, err := text()
	if err != nil {
		return b, err
	}
	if b, err = Parse(s); err != nil {
		return b, err
	}
	published.Lock()
	defer published.Unlock()
	if published.read == nil || len(published.read) >= mostPublished {
		published.read = map[string]Body{}
	}
	published.read[digest] = b
	return b, nil
}

// JSON is the questionnaire as it is stored.
func (b Body) JSON() (string, error) {
	s, err := json.Marshal(b)
	return string(s), err
}

// Questions lists all questions in their order.
func (b Body) Questions() []Question {
	n := 0
	for _, s := range b.Sections {
		n += len(s.Questions)
	}
	out := make([]Question, 0, n)
	for _, s := range b.Sections {
		out = append(out, s.Questions...)
	}
	return out
}

// each gives all questions in their order, as they stand in the questionnaire.
func (b Body) each() iter.Seq[*Question] {
	return func(yield func(*Question) bool) {
		for i := range b.Sections {
			all := b.Sections[i].Questions
			for k := range all {
				if !yield(&all[k]) {
					return
				}
			}
		}
	}
}

// Question finds one by its key.
func (b Body) Question(key string) (Question, bool) {
	for _, s := range b.Sections {
		for i := range s.Questions {
			if s.Questions[i].Key == key {
				return s.Questions[i], true
			}
		}
	}
	return Question{}, false
}

// StepsOf are the steps of a question's scale as options "1", "2", …
func (b Body) StepsOf(q Question) []Option {
	var out []Option
	for i, w := range b.Scales[q.Steps] {
		out = append(out, Option{Key: stepKey(i), Words: w})
	}
	return out
}

// stepKey is how the step of a scale is answered.
func stepKey(i int) string { return strconv.Itoa(i + 1) }

// Choices are what can be chosen of a question: options or steps.
func (b Body) Choices(q Question) []Option {
	if q.Kind == Scale || q.Kind == Grid {
		return b.StepsOf(q)
	}
	return q.Options
}

// Limits of a questionnaire.
const (
	MaxTitle     = 60
	MaxLede      = 400
	MaxQuestion  = 200
	MaxOption    = 60
	MaxOptions   = 20
	MaxQuestions = 60
	MaxText      = 500 // of an answer in words
	MaxNumber    = 1_000_000
	MaxHint      = 120
	MaxPhotos    = 6 // of a whole answer: what a phone with a poor signal can send at once
)

// Check reports what is wrong with a questionnaire, at fields named "q.<key>" or "title".
func (b Body) Check() error {
	var f fault.Form
	length := func(field, s string, least, most int) {
		if n := len([]rune(strings.TrimSpace(s))); n < least {
			f.Add(field, "survey.form.missing")
		} else if n > most {
			f.Add(field, "fault.too_long", most, n)
		}
	}
	length("title", b.Title.Zh, 2, MaxTitle)
	length("title_en", b.Title.En, 0, 2*MaxTitle)
	length("lede", b.Lede.Zh, 0, MaxLede)
	if n := len(b.Questions()); n == 0 || n > MaxQuestions {
		f.Add("", "survey.form.questions", MaxQuestions)
	}
	earlier := map[string]Question{}
	photos := 0
	for _, q := range b.Questions() {
		at := "q." + q.Key
		length(at, q.Zh, 2, MaxQuestion)
		length(at, q.En, 0, 2*MaxQuestion)
		if _, twice := earlier[q.Key]; twice || !validKey(q.Key) {
			f.Add(at, "survey.form.key")
		}
		if !slices.Contains(Kinds(), q.Kind) {
			f.Add(at, "fault.choice")
		}
		b.checkChoices(&f, at, q)
		if q.Kind == Photo {
			photos += q.Most()
			q.checkPhoto(&f, at, photos)
		}
		if q.If != nil {
			on, ok := earlier[q.If.Question]
			if !ok || on.Kind != Single && on.Kind != Multi && on.Kind != Scale || len(q.If.Values) == 0 {
				f.Add(at, "survey.form.condition")
			}
			for _, v := range q.If.Values {
				if ok && !has(b.Choices(on), v) {
					f.Add(at, "survey.form.condition")
				}
			}
		}
		earlier[q.Key] = q
	}
	for _, s := range b.Scores {
		for _, key := range s.Of {
			if q := earlier[key]; q.Kind != Scale {
				f.Add("score."+s.Key, "survey.form.score")
			}
		}
	}
	return f.Err()
}

func (b Body) checkChoices(f *fault.Form, at string, q Question) {
	list := func(all []Option) {
		if len(all) < 2 || len(all) > MaxOptions {
			f.Add(at, "survey.form.options", 2, MaxOptions)
		}
		seen := map[string]bool{}
		for _, o := range all {
			if seen[o.Key] || !validKey(o.Key) {
				f.Add(at, "survey.form.key")
			}
			seen[o.Key] = true
			if n := len([]rune(strings.TrimSpace(o.Zh))); n == 0 || n > MaxOption {
				f.Add(at, "survey.form.option", MaxOption)
			}
		}
	}
	switch q.Kind {
	case Single, Multi, Ranking:
		list(q.Options)
	case Grid:
		list(q.Rows)
	case Number:
		if q.Min >= q.Max || q.Max > MaxNumber || q.Min < -MaxNumber {
			f.Add(at, "survey.form.range")
		}
	}
	if q.Kind == Scale || q.Kind == Grid {
		if n := len(b.Scales[q.Steps]); n < 2 || n > 10 {
			f.Add(at, "survey.form.scale")
		}
	}
}

// checkPhoto checks a question that is answered with photos, with those before it so many of them. Nobody has to take one: not everybody has a camera
// at hand, and whoever does not want to show a place has the same right to answer the rest.
func (q Question) checkPhoto(f *fault.Form, at string, photos int) {
	if q.Required {
		f.Add(at, "survey.form.photo_must")
	}
	if q.Max < 0 || q.Max > MaxPhotos || photos > MaxPhotos {
		f.Add(at, "survey.form.photos", MaxPhotos)
	}
	if h := q.Hint; h != nil && (len([]rune(h.Zh)) > MaxHint || len([]rune(h.En)) > 2*MaxHint) {
		f.Add(at, "survey.form.hint", MaxHint)
	}
}

func validKey(s string) bool {
	if s == "" || len(s) > 20 {
		return false
	}
	for _, c := range s {
		if c > unicode.MaxASCII || !unicode.IsLower(c) && !unicode.IsDigit(c) {
			return false
		}
	}
	return true
}

func has(all []Option, key string) bool {
	return slices.ContainsFunc(all, func(o Option) bool { return o.Key == key })
}
