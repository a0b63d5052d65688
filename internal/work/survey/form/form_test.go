package form

import (
	"encoding/json"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"sanwen/internal/ground/fault"
)

// TestTemplates: each that comes with the product is sound, and complete in both languages.
func TestTemplates(t *testing.T) {
	for _, name := range Templates() {
		b, ok := Template(name)
		if !ok {
			t.Fatalf("no template %s", name)
		}
		if err := b.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		words := func(what string, w Words) {
			if w.Zh == "" || w.En == "" || strings.ContainsFunc(w.En, func(c rune) bool { return unicode.Is(unicode.Han, c) }) || strings.ContainsAny(w.Zh, "?:(),;") {
				t.Errorf("%s: %s is not whole: %q %q", name, what, w.Zh, w.En)
			}
		}
		words("title", b.Title)
		words("lede", b.Lede)
		for _, s := range b.Sections {
			words("section", s.Words)
			for _, q := range s.Questions {
				words(q.Key, q.Words)
				for _, o := range append(slices.Clone(b.Choices(q)), q.Rows...) {
					words(q.Key+"."+o.Key, o.Words)
				}
			}
		}
		s, err := b.JSON()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(s)
		if err != nil || !reflect.DeepEqual(again, b) {
			t.Errorf("%s does not survive being stored: %v", name, err)
		}
	}
	pulse, _ := Template("pulse")
	if !strings.Contains(pulse.Note.Zh, "不是经过验证的量表") || !strings.Contains(pulse.Note.En, "not a validated scale") || len(pulse.Questions()) != 9 {
		t.Error("the pulse does not say what it is")
	}
}

func faults(err error) (out []string) {
	if err == nil {
		return nil
	}
	e := fault.Of(err)
	for _, x := range append([]*fault.Error{e}, e.More...) {
		if x.Field != "" {
			out = append(out, x.Field+":"+x.Key)
		}
	}
	return out
}

func typed(pairs ...string) func(string) []string {
	m := map[string][]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = append(m[pairs[i]], pairs[i+1])
	}
	return func(f string) []string { return m[f] }
}

// TestAnswers: conditions decide what is asked, what is missing or wrong is said at its field, and what is not asked is not kept.
func TestAnswers(t *testing.T) {
	needs, _ := Template("needs")
	bath, _ := Template("bath")
	for _, x := range []struct {
		name  string
		b     Body
		get   func(string) []string
		want  string
		wrong []string
	}{
		{"nothing", needs, typed(), ``, []string{"q.fields:survey.answer.missing", "q.known:survey.answer.missing"}},
		{"the least", needs, typed("q.fields", "food", "q.known", "no"), `{"fields":["food"],"known":["no"]}`, nil},
		{"too many, and one that is none", needs, typed("q.fields", "food", "q.fields", "bath", "q.fields", "heat", "q.fields", "bus", "q.known", "perhaps"), ``,
			[]string{"q.fields:survey.answer.most", "q.known:fault.choice"}},
		{"the same twice", needs, typed("q.fields", "food", "q.fields", "food", "q.known", "no"), ``, []string{"q.fields:fault.choice"}},
		{"a ranking", needs, typed("q.fields", "food", "q.known", "no", "q.rank.work", "3", "q.rank.life", "1", "q.rank.income", "4", "q.rank.family", "2"),
			`{"fields":["food"],"known":["no"],"rank":["life","family","work","income"]}`, nil},
		{"a place twice", needs, typed("q.fields", "food", "q.known", "no", "q.rank.work", "1", "q.rank.life", "1", "q.rank.income", "4", "q.rank.family", "2"), ``, []string{"q.rank.life:survey.answer.place_twice"}},
		{"half a ranking", needs, typed("q.fields", "food", "q.known", "no", "q.rank.work", "1"), ``, []string{"q.rank.life:survey.answer.place"}},
		{"a condition that holds", needs, typed("q.fields", "food", "q.known", "no", "q.family", "yes", "q.help", "ill"), `{"family":["yes"],"fields":["food"],"help":["ill"],"known":["no"]}`, nil},
		{"one that does not", needs, typed("q.fields", "food", "q.known", "no", "q.family", "no", "q.help", "ill"), `{"family":["no"],"fields":["food"],"known":["no"]}`, nil},
		{"a grid, and a number as phones type it", bath, typed("q.use", "yes", "q.bath.temp", "2", "q.bath.flow", "-", "q.cold", "７", "q.heat", "-"),
			`{"bath.flow":["-"],"bath.temp":["2"],"cold":["7"],"heat":["-"],"use":["yes"]}`, nil},
		{"numbers that are none", bath, typed("q.use", "yes", "q.cold", "11", "q.heat", "6"), ``, []string{"q.cold:fault.range", "q.heat:fault.choice"}},
		{"a sentence too long", bath, typed("q.use", "no", "q.heat", "3", "q.say", strings.Repeat("长", 301)), ``, []string{"q.say:fault.too_long"}},
	} {
		got, err := x.b.Whole(x.b.Read(x.get), x.get)
		if w := faults(err); !slices.Equal(w, x.wrong) {
			t.Errorf("%s: faults %v, want %v", x.name, w, x.wrong)
		}
		if x.wrong != nil {
			continue
		}
		if s, _ := json.Marshal(got); string(s) != x.want {
			t.Errorf("%s: %s, want %s", x.name, s, x.want)
		}
	}
	rest, said := needs.Split(Answers{"fields": {"food"}, "say": {"暖气"}})
	if len(rest) != 1 || said.Texts["say"] != "暖气" {
		t.Errorf("split into %v and %v", rest, said)
	}
}

// TestCheck: what is wrong with a questionnaire is found.
func TestCheck(t *testing.T) {
	good := func() Body {
		return Body{Title: Words{Zh: "问卷"}, Scales: map[string][]Words{"s": {{Zh: "差"}, {Zh: "好"}}}, Sections: []Section{{Questions: []Question{
			{Key: "a", Kind: Single, Words: Words{Zh: "吃不吃"}, Options: []Option{{"y", Words{Zh: "吃"}}, {"n", Words{Zh: "不吃"}}}},
			{Key: "b", Kind: Scale, Words: Words{Zh: "好不好"}, Steps: "s", If: &Condition{"a", []string{"y"}}}}}}, Scores: []Score{{Key: "x", Of: []string{"b"}}}}
	}
	if b := good(); b.Check() != nil {
		t.Fatalf("the good one: %v", b.Check())
	}
	for _, x := range []struct {
		name   string
		change func(*Body)
		want   string
	}{
		{"no title", func(b *Body) { b.Title.Zh = " " }, "title:survey.form.missing"},
		{"no words", func(b *Body) { b.Sections[0].Questions[0].Zh = "" }, "q.a:survey.form.missing"},
		{"the same key", func(b *Body) { b.Sections[0].Questions[1].Key = "a" }, "q.a:survey.form.key"},
		{"one option", func(b *Body) { b.Sections[0].Questions[0].Options = b.Sections[0].Questions[0].Options[:1] }, "q.a:survey.form.options"},
		{"a condition on a later question", func(b *Body) { b.Sections[0].Questions[0].If = &Condition{"b", []string{"1"}} }, "q.a:survey.form.condition"},
		{"a condition on no option", func(b *Body) { b.Sections[0].Questions[1].If.Values = []string{"z"} }, "q.b:survey.form.condition"},
		{"no scale", func(b *Body) { b.Sections[0].Questions[1].Steps = "" }, "q.b:survey.form.scale"},
		{"a score of a choice", func(b *Body) { b.Scores[0].Of = []string{"a"} }, "score.x:survey.form.score"},
		{"a photo that must be", func(b *Body) {
			b.Sections[0].Questions[0] = pictured("a", 1)
			b.Sections[0].Questions[0].Required = true
		}, "q.a:survey.form.photo_must"},
		{"too many photos", func(b *Body) { b.Sections[0].Questions[0] = pictured("a", 7) }, "q.a:survey.form.photos"},
		{"too many photos together", func(b *Body) {
			b.Sections[0].Questions = append(b.Sections[0].Questions, pictured("c", 0), pictured("d", 4))
		}, "q.d:survey.form.photos"},
		{"too much about a photo", func(b *Body) {
			b.Sections[0].Questions[0] = pictured("a", 1)
			b.Sections[0].Questions[0].Hint = &Words{Zh: strings.Repeat("长", MaxHint+1)}
		}, "q.a:survey.form.hint"},
		{"a condition on a photo", func(b *Body) { b.Sections[0].Questions[0] = pictured("a", 1) }, "q.b:survey.form.condition"},
		{"a kind that is none", func(b *Body) { b.Sections[0].Questions[0].Kind = "x" }, "q.a:fault.choice"},
	} {
		b := good()
		x.change(&b)
		if got := faults(b.Check()); !slices.Contains(got, x.want) {
			t.Errorf("%s: %v, want %s", x.name, got, x.want)
		}
	}
}

// TestPublishedIsKept: a version is read once, each by its own digest, and what cannot be read is not kept.
func TestPublishedIsKept(t *testing.T) {
	one, _ := Template("pulse")
	two, _ := Template("bus")
	read := 0
	for range 2 {
		for _, want := range []Body{one, two} {
			got, err := Published("digest of "+want.Title.Zh, func() (string, error) { read++; return want.JSON() })
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %v, %v", want.Title.Zh, got.Title, err)
			}
		}
		if _, err := Published("digest of half", func() (string, error) { return `{"title":`, nil }); err == nil {
			t.Error("half a questionnaire is read")
		}
		if _, err := Published("digest of none", func() (string, error) { return "", io.EOF }); err != io.EOF {
			t.Errorf("no text: %v", err)
		}
	}
	if read != 2 {
		t.Errorf("two versions were read %d times", read)
	}
}

// TestHiddenWithWhatTheyDependOn: a question is asked only where the one that it depends on stands before it, is asked itself, and was answered so.
func TestHiddenWithWhatTheyDependOn(t *testing.T) {
	yes := []Option{{Key: "yes"}, {Key: "no"}}
	on := func(key string) *Condition { return &Condition{Question: key, Values: []string{"yes"}} }
	b := Body{Sections: []Section{
		{Questions: []Question{{Key: "a", Kind: Single, Options: yes}, {Key: "early", Kind: Single, Options: yes, If: on("b")}}},
		{Questions: []Question{{Key: "b", Kind: Single, Options: yes, If: on("a")}, {Key: "c", Kind: Single, Options: yes, If: on("b")}, {Key: "d", If: on("none")}}},
	}}
	for answered, want := range map[string]string{"": "a", "a": "a b", "a b": "a b c", "b": "a", "a b none": "a b c", "b c none": "a"} {
		a := Answers{}
		for _, k := range strings.Fields(answered) {
			a[k] = []string{"yes"}
		}
		var got []string
		for _, q := range b.Shown(a) {
			got = append(got, q.Key)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("answered %q: asked %q, want %q", answered, s, want)
		}
	}
}
