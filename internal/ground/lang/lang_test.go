package lang

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
)

// TestCataloguesAgree walks over every sentence of every area.
func TestCataloguesAgree(t *testing.T) {
	all, err := read(files)
	if err != nil {
		t.Fatal(err)
	}
	zh, en := all[ZH], all[EN]
	if len(zh) == 0 {
		t.Fatal("no sentences")
	}
	for key := range en {
		if _, ok := zh[key]; !ok {
			t.Errorf("%s: not in Chinese", key)
		}
	}
	for key, z := range zh {
		e, ok := en[key]
		if !ok {
			t.Errorf("%s: not in English", key)
			continue
		}
		if a, b := z.forms["other"].places(), e.forms["other"].places(); !slices.Equal(a, b) {
			t.Errorf("%s: arguments %v in Chinese, %v in English", key, a, b)
		}
		if a := e.forms["other"].places(); len(a) > 0 && a[len(a)-1] != len(a)-1 {
			t.Errorf("%s: arguments %v leave a gap", key, a)
		}
		if _, one := e.forms["one"]; !one && len(e.forms) > 1 {
			t.Errorf("%s: English has plural forms but no \"one\"", key)
		}
		if _, one := z.forms["one"]; one {
			t.Errorf("%s: Chinese has no form \"one\"", key)
		}
		for form, p := range e.forms {
			if strings.ContainsFunc(strings.Join(p.text, ""), func(r rune) bool { return unicode.Is(unicode.Han, r) }) && key != "common.language" {
				t.Errorf("%s (%s): Chinese in the English text", key, form)
			}
			for _, n := range p.places() {
				if !slices.Contains(e.forms["other"].places(), n) {
					t.Errorf("%s (%s): argument %d only in this form", key, form, n)
				}
			}
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"not json":          {"a.zh.json", `{"a.b": `, "EOF"},
		"a list":            {"a.zh.json", `[]`, "not an object"},
		"twice":             {"a.zh.json", `{"a.b":"x","a.b":"y"}`, "a.b: twice"},
		"other area":        {"a.zh.json", `{"b.c":"x"}`, "not a key of area a"},
		"odd key":           {"a.zh.json", `{"a.b c":"x"}`, "not a key"},
		"no text":           {"a.zh.json", `{"a.b":""}`, "no text"},
		"number":            {"a.zh.json", `{"a.b":3}`, "cannot unmarshal"},
		"unknown form":      {"a.zh.json", `{"a.b":{"two":"x","other":"y"}}`, `plural form "two"`},
		"no other":          {"a.zh.json", `{"a.b":{"one":"x"}}`, "no text"},
		"open brace":        {"a.zh.json", `{"a.b":"x {0"}`, "no place"},
		"named place":       {"a.zh.json", `{"a.b":"x {n}"}`, "no place"},
		"closing brace":     {"a.zh.json", `{"a.b":"x } y"}`, "closing brace"},
		"language":          {"a.fr.json", `{}`, "the name is not"},
		"no language":       {"a.json", `{}`, "the name is not"},
		"something follows": {"a.zh.json", `{} {}`, "something follows"},
	} {
		_, err := read(fstest.MapFS{"catalogue/" + c.file: {Data: []byte(c.text)}})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.file) {
			t.Errorf("%s: %v, want %q and the file's name", name, err, c.want)
		}
	}
}

// with replaces the catalogues for one test.
func with(t *testing.T, zh, en string) {
	t.Helper()
	all, err := read(fstest.MapFS{"catalogue/t.zh.json": {Data: []byte(zh)}, "catalogue/t.en.json": {Data: []byte(en)}})
	if err != nil {
		t.Fatal(err)
	}
	before := loaded
	loaded = func() map[Lang]catalogue { return all }
	t.Cleanup(func() { loaded = before })
}

func TestPluralsAndPlaces(t *testing.T) {
	with(t, `{"t.n":{"zero":"没有","other":"{0} 条"},"t.swap":"{1}在{0}","t.brace":"{{{0}}}","t.state":"开","t.in":"状态:{0}"}`,
		`{"t.n":{"zero":"none","one":"one voice","other":"{0} voices"},"t.swap":"{0} has {1}, {0}","t.brace":"{{{0}}}","t.state":"open","t.in":"state: {0}"}`)
	type thing uint8
	for _, c := range []struct {
		lang Lang
		key  string
		args []any
		want string
	}{
		{ZH, "t.n", []any{0}, "没有"}, {ZH, "t.n", []any{1}, "1 条"}, {ZH, "t.n", []any{2}, "2 条"},
		{EN, "t.n", []any{0}, "none"}, {EN, "t.n", []any{1}, "one voice"}, {EN, "t.n", []any{int64(2)}, "2 voices"},
		{EN, "t.n", []any{thing(1)}, "one voice"}, {EN, "t.n", []any{-1}, "-1 voices"}, {EN, "t.n", []any{"1"}, "1 voices"},
		{ZH, "t.swap", []any{"甲", "乙"}, "乙在甲"}, {EN, "t.swap", []any{"A", "B"}, "A has B, A"},
		{EN, "t.swap", []any{"{1}", "{0}"}, "{1} has {0}, {1}"}, // what was typed is never read for places
		{EN, "t.swap", []any{"{{", "%d"}, "{{ has %d, {{"},
		{EN, "t.brace", []any{3}, "{3}"},
		{EN, "t.in", []any{Key("t.state")}, "state: open"}, {ZH, "t.in", []any{Key("t.state")}, "状态:开"},
		{EN, "t.in", []any{nil}, "state: "},
		{Lang("xx"), "t.state", nil, "开"},
	} {
		if got := c.lang.T(c.key, c.args...); got != c.want {
			t.Errorf("%s %s%v = %q, want %q", c.lang, c.key, c.args, got, c.want)
		}
	}
	if EN.Enum("t", "state") != "open" || EN.Enum("t", "") != "" || EN.Enum("t", nil) != "" {
		t.Error("Enum")
	}
}

func TestMissingSentence(t *testing.T) {
	panics := func(f func()) (v any) {
		defer func() { v = recover() }()
		f()
		return nil
	}
	if v := panics(func() { ZH.T("fault.no_such_sentence") }); !strings.Contains(fmt.Sprint(v), "fault.no_such_sentence") {
		t.Errorf("in tests: %v", v)
	}
	if v := panics(func() { ZH.T("fault.code") }); v == nil {
		t.Error("too few arguments went unseen")
	}
	strict = false
	defer func() { strict = true }()
	if got := EN.T("fault.no_such_sentence"); got != "fault.no_such_sentence" {
		t.Errorf("in production: %q", got)
	}
	if got := EN.T("fault.code"); got != "Error code: " {
		t.Errorf("too few arguments in production: %q", got)
	}
}

func TestWhatWasTypedStaysAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.StringOf(rapid.SampledFrom([]rune("{}01%s<>&\"'甲\\ "))).Draw(t, "typed")
		if got, want := EN.T("fault.parameter", typed), "Unknown parameter “"+typed+"”."; got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	})
}

func TestCompileGivesTheTextBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("{}1ab字"))).Draw(t, "text")
		p, err := compile(text)
		if err != nil {
			return
		}
		var b strings.Builder
		for i, s := range p.text {
			b.WriteString(strings.NewReplacer("{", "{{", "}", "}}").Replace(s))
			if i < len(p.arg) {
				fmt.Fprintf(&b, "{%d}", p.arg[i])
			}
		}
		if b.String() != text {
			t.Fatalf("%q came back as %q", text, b.String())
		}
	})
}

func TestParseAndNegotiate(t *testing.T) {
	for in, want := range map[string]Lang{"en": EN, "EN-us": EN, "zh": ZH, "zh-Hans-CN": ZH, "": ZH, "fr": ZH, "eng": ZH, "<script>": ZH} {
		if got := Parse(in); got != want {
			t.Errorf("Parse(%q) = %s", in, got)
		}
	}
	for in, want := range map[string]Lang{
		"en-GB,en;q=0.9,zh;q=0.8": EN, "zh-CN,zh;q=0.9,en;q=0.8": ZH, "fr,de;q=0.9": ZH, "fr, en;q=0.3": EN, "": ZH, "*": ZH,
		"en;q=0.1, zh;q=0.2": ZH, "en;q=0": ZH, "en;q=x,zh": ZH, "en;q=7,zh;q=0.1": ZH, ";;;,,": ZH, "en,zh": EN,
	} {
		if got := Negotiate(in); got != want {
			t.Errorf("Negotiate(%q) = %s, want %s", in, got, want)
		}
	}
	if ZH.Tag() != "zh-CN" || EN.Tag() != "en" || ZH.Other() != EN || EN.Other() != ZH {
		t.Error("tags")
	}
}

func TestDatesAndNumbers(t *testing.T) {
	loc := clock.Shanghai()
	day := clock.Day("2026-11-22")
	m := clock.MillisOf(time.Date(2026, 11, 22, 17, 5, 0, 0, loc))
	utc := m.Time() // 09:05 in UTC, still the site's afternoon
	for _, c := range []struct{ got, want string }{
		{ZH.Date(day, loc), "2026年11月22日"}, {EN.Date(day, loc), "22 November 2026"},
		{ZH.Date(m, loc), "2026年11月22日"}, {EN.Date(utc, loc), "22 November 2026"},
		{ZH.Date(clock.MillisOf(time.Date(2026, 11, 22, 16, 30, 0, 0, time.UTC)), loc), "2026年11月23日"},
		{ZH.DateTime(m, loc), "2026年11月22日 17:05"}, {EN.DateTime(m, loc), "22 November 2026, 17:05"},
		{ZH.ShortDate(day, loc), "11月22日 周日"}, {EN.ShortDate(m, loc), "Sun 22 November"},
		{EN.Date(clock.Day(""), loc), ""}, {EN.Date(clock.Day("2026-13-01"), loc), ""}, {EN.DateTime(clock.Millis(0), loc), ""},
		{EN.ShortDate(time.Time{}, loc), ""}, {EN.Date("2026", loc), ""},
		{ZH.T("fault.workday", day), "2026年11月22日 不是工作日。"}, {EN.T("fault.workday", day), "22 November 2026 is not a working day."},
		{ZH.WorkingDaysLeft(4), "剩 4 个工作日"}, {EN.WorkingDaysLeft(4), "4 working days left"}, {EN.WorkingDaysLeft(1), "1 working day left"},
		{ZH.WorkingDaysLeft(0), "今天到期"}, {EN.WorkingDaysLeft(0), "due today"},
		{ZH.WorkingDaysLeft(-2), "超期 2 个工作日"}, {EN.WorkingDaysLeft(-1), "1 working day overdue"},
		{EN.WorkingDays(15), "15 working days"}, {ZH.WorkingDays(1), "1 个工作日"},
		{EN.TimeLeft(3*time.Hour + 59*time.Minute), "3 hours left"}, {ZH.TimeLeft(59 * time.Minute), "剩 59 分钟"},
		{EN.TimeLeft(-time.Hour), "1 hour overdue"}, {ZH.TimeLeft(-5 * time.Minute), "超期 5 分钟"}, {EN.TimeLeft(30 * time.Second), "0 minutes left"},
		{ZH.Number(12860), "12,860"}, {EN.Number(1000000), "1,000,000"}, {EN.Number(999), "999"}, {EN.Number(-1234), "-1,234"}, {EN.Number(0), "0"},
		{EN.Number(1234.5), "1,234.5"}, {EN.Number(0.126), "0.13"}, {EN.Number(uint8(7)), "7"}, {EN.Number(7.0), "7"}, {EN.Number(1 / zero()), "–"},
		{ZH.List([]string{"甲", "乙", "丙"}), "甲、乙、丙"}, {EN.List([]string{"A", "B", "C"}), "A, B and C"}, {EN.List([]string{"A"}), "A"}, {EN.List(nil), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func zero() float64 { return 0 }

func TestErrorsAreSentences(t *testing.T) {
	err := fmt.Errorf("saving: %w", fault.Field("text", "fault.too_long", 2000, 2345))
	if got := ZH.Error(err); got != "最多 2000 个字，现在是 2345 个。" {
		t.Errorf("%q", got)
	}
	if got := EN.Error(errors.New("pq: secret detail")); strings.Contains(got, "secret") || !strings.Contains(got, "nothing was saved") {
		t.Errorf("%q", got)
	}
	if EN.Error(nil) != "" {
		t.Error("nil")
	}
	for _, k := range fault.Kinds() {
		for _, l := range All() {
			if l.Enum("fault.kind", k) == "" {
				t.Errorf("kind %s has no title", k)
			}
		}
	}
	for _, c := range clock.Classes() {
		if !Has("class." + string(c)) {
			t.Errorf("class %s has no name", c)
		}
	}
	if Has("fault.no_such_sentence") || !Has("fault.internal") {
		t.Error("Has")
	}
	if !slices.Equal(Keys(ZH), Keys(EN)) || !slices.Contains(Keys(EN), "date.long") || len(Keys(EN)) != len(loaded()[EN]) {
		t.Error("Keys")
	}
}

// TestDisguise: a disguise changes every sentence until the test ends; Wider makes it two fifths longer and keeps it readable.
func TestDisguise(t *testing.T) {
	before := EN.T("web.skip")
	t.Run("in it", func(t *testing.T) {
		Disguise(t, Wider)
		got := EN.T("web.skip")
		if n, m := len([]rune(got)), len([]rune(before)); n*5 < m*7 || n > m*2 {
			t.Errorf("%q is of %d letters, %q of %d", got, n, before, m)
		}
		if ZH.T("web.skip") != Wider(ZH, ZH.T("web.skip")) {
			t.Error("Chinese is wider too")
		}
	})
	month := Wider(EN, "November")
	if got := Wider(EN, "Due on 30 "+month+" 2026"); !strings.Contains(got, " 30 "+month+" 2026") {
		t.Errorf("a date is made wider twice: %q", got)
	}
	if EN.T("web.skip") != before {
		t.Error("the disguise outlives its test")
	}
}
