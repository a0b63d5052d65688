package login

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/ground/fault"
)

func TestPasswordRules(t *testing.T) {
	words := []string{"张伟 ", "00012345", "13812345678", "澄川特钢集团", "Chengchuan Steel", "sanwen"}
	r := Rules{Min: 12}
	for p, want := range map[string]string{
		"":                             "short",
		"K7QM4R2X9TW":                  "short",
		"大雪节气炼钢厂":                      "short",
		strings.Repeat("a", 129):       "long",
		"tab\there and there":          "characters",
		"broken\xffutf-eight":          "characters",
		"password1234":                 "common",
		"Password2026!":                "common",
		"P@ssw0rd12345":                "common",
		"qwertyuiop12":                 "common",
		"1qaz2wsx3edc":                 "common",
		"aaaaaaaaaaaa":                 "common",
		"abcabcabcabc":                 "common",
		"123456789012":                 "common",
		"woaini1314520":                "common",
		"zhangwei19900101":             "common",
		"wangli5201314":                "common",
		"admin888admin888":             "common",
		"00012345zhangwei":             "common",
		"张伟张伟张伟张伟张伟张伟":                 "common",
		"澄川特钢集团20261001":               "common",
		"Chengchuan2026":               "common",
		"Sanwen-admin-2026":            "common",
		"13812345678abc":               "common",
		"chengdu@2025!!":               "common",
		"x1x1x1x1x1x1":                 "common",
		"......!!!!!!":                 "common",
		"K7QM-4R2X-9TWC":               "",
		"correct horse battery staple": "",
		"大雪节气炼钢厂出铁水三炉":                 "",
		"mingtian jinlu chutie 47":     "",
		"Xh7#mQ2!vR9z":                 "",
		"tie7shui3ben2teng":            "",
		" leading and trailing space ": "",
		strings.Repeat("æøå€", 32):     "common",
	} {
		err := r.Check("new", p, words...)
		got := ""
		if err != nil {
			f := fault.Of(err)
			got = strings.TrimPrefix(f.Key, "login.password.")
			if f.Field != "new" {
				t.Errorf("%q: no field", p)
			}
		}
		if got != want {
			bits, weak := strength(p, words)
			t.Errorf("%q: %q, want %q (%.0f bits, %q)", p, got, want, bits, weak)
		}
	}
	if err := (Rules{Min: 8, Classes: 3}).Check("new", "kfzqmwhvyt27"); err == nil || fault.Of(err).Key != "login.password.classes" {
		t.Errorf("two classes: %v", err)
	}
	if err := (Rules{Min: 8, Classes: 3}).Check("new", "Kfzqmwhvyt27"); err != nil {
		t.Errorf("three classes: %v", err)
	}
	if len(common) < 1000 {
		t.Errorf("only %d common words", len(common))
	}
}

// Random passwords are always accepted, and the check ends whatever is typed.
func TestPasswordCheckProperties(t *testing.T) {
	r := Rules{Min: 12}
	for range 300 {
		if p := newStartCode(); r.Check("new", p) != nil {
			t.Fatalf("random %s refused: %v", p, r.Check("new", p))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.String().Draw(t, "p")
		_ = r.Check("new", p, p, "张伟")
	})
	if r.Check("new", strings.Repeat("x", 1<<20)) == nil {
		t.Error("a password of a million characters is taken")
	}
}

func TestStartForm(t *testing.T) {
	c := newStartCode()
	for _, typed := range []string{c, strings.ToLower(c), strings.ReplaceAll(c, "-", ""), " " + strings.ReplaceAll(c, "-", " "), strings.ReplaceAll(c, "-", "—")} {
		if got := startForm(typed); got != c {
			t.Errorf("%q became %q", typed, got)
		}
	}
	if got := startForm("my own-password"); got != "my own-password" {
		t.Errorf("another password became %q", got)
	}
}
