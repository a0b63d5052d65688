package lang

import (
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// TestUnits: a reader finds the unit in his language, what is not known stays as it was typed.
func TestUnits(t *testing.T) {
	for _, c := range []struct {
		lang        Lang
		typed, want string
	}{
		{EN, "人", "people"}, {EN, " 秒 ", "s"}, {EN, "升/分", "L/min"}, {EN, "升／分钟", "L/min"}, {EN, "分贝", "dB"}, {EN, "分", "points"}, {EN, "种", "kinds"}, {EN, "℃", "°C"},
		{EN, "毫克/立方米", "mg/m³"}, {EN, "人/班", "people/shift"}, {EN, "次/天", "times/day"}, {EN, "m³/h", "m³/h"}, {EN, "dB(A)", "dB(A)"}, {EN, "%", "%"}, {EN, "", ""}, {EN, "桶", "桶"}, {EN, "桶/天", "桶/天"},
		{ZH, "人", "人"}, {ZH, "people", "人"}, {ZH, "person", "人"}, {ZH, "min", "min"}, {ZH, "L/min", "L/min"}, {ZH, "升/分", "升/分"}, {ZH, "℃", "℃"}, {ZH, "°C", "°C"}, {ZH, "people/shift", "人/班"}, {ZH, "yards", "yards"},
	} {
		if got := c.lang.Unit(c.typed); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.lang, c.typed, got, c.want)
		}
	}
	for _, c := range []struct {
		lang              Lang
		value, unit, want string
	}{{EN, "1", "人", "1 person"}, {EN, "24", "人", "24 people"}, {EN, "1.0", "分", "1.0 points"}, {EN, "39.0", "摄氏度", "39.0 °C"}, {ZH, "1", "people", "1 人"}, {EN, "1", "", "1"}, {EN, "1", "秒", "1 s"}} {
		if got := c.lang.Quantity(c.value, c.unit); got != c.want {
			t.Errorf("%s %s %q: %q, want %q", c.lang, c.value, c.unit, got, c.want)
		}
	}
}

// TestUnitsStay: whatever is typed, writing it twice changes nothing more, and no known unit leaves a Chinese letter on an English page.
func TestUnitsStay(t *testing.T) {
	names := map[string]bool{}
	for _, m := range measures {
		for _, name := range append([]string{m.zh, m.en, m.one}, m.also...) {
			if names[name] && name != "" {
				t.Errorf("%q stands for two units", name)
			}
			names[name] = true
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		pick := func() string {
			m := rapid.SampledFrom(measures).Draw(t, "measure")
			return rapid.SampledFrom(append([]string{m.zh, m.en}, m.also...)).Draw(t, "name")
		}
		typed := pick()
		if rapid.Bool().Draw(t, "per") {
			typed += "/" + pick()
		}
		if rapid.IntRange(0, 4).Draw(t, "else") == 0 {
			typed = rapid.String().Draw(t, "typed")
		}
		for _, l := range All() {
			once := l.Unit(typed)
			if again := l.Unit(once); again != once {
				t.Fatalf("%s %q: %q, and then %q", l, typed, once, again)
			}
			if l == EN && byName[typed] != nil {
				for _, r := range once {
					if unicode.Is(unicode.Han, r) {
						t.Fatalf("%q is %q in English", typed, once)
					}
				}
			}
		}
	})
}
