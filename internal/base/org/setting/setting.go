// Package setting knows every number and name of the product that an organisation may change: its default, its limits and
// the basis of the default. It reads and writes no table.
package setting

import (
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

// Spec is what is known of a setting before anybody changes it.
type Spec struct {
	Key     string
	Type    string // int, ints, time, text, url, unit, slots
	Default string
	Min     int // int and ints
	Max     int // int and ints; text: most characters
	Unit    string
	Policy  bool // decides about people's rights: for the security administrator, not the system administrator
	BasisZh string
	BasisEn string
}

//go:embed data/settings.csv
var settingsCSV string

var specs, specOf = func() ([]Spec, map[string]Spec) {
	var list []Spec
	m := map[string]Spec{}
	for _, r := range catalogue.Table(settingsCSV, 9) {
		s := Spec{Key: r[0], Type: r[1], Default: r[2], Min: catalogue.Number(r[3]), Max: catalogue.Number(r[4]), Unit: r[5], Policy: r[6] == "1", BasisZh: r[7], BasisEn: r[8]}
		list = append(list, s)
		m[s.Key] = s
	}
	return list, m
}()

// Specs lists all settings in the order in which the page shows them.
func Specs() []Spec { return slices.Clone(specs) }

// Basis is where the default comes from, in the reader's language.
func (s Spec) Basis(l lang.Lang) string { return catalogue.Pick(l, s.BasisZh, s.BasisEn) }

// Find finds what is known of the setting with that key.
func Find(key string) (Spec, bool) {
	s, ok := specOf[key]
	return s, ok
}

// Slots are the determinations that a template of plans can demand, in the order of the sheet. A test of the plans compares them.
func Slots() []string {
	return []string{"item", "standard", "measures", "owner", "deadline", "funds", "contingency", "acceptor", "sponsor", "assessment"}
}

var clockTime = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

// Check says whether value may be set: nil, or an Invalid fault at the field "value".
func (s Spec) Check(value string) error {
	switch s.Type {
	case "int", "ints":
		parts := []string{value}
		if s.Type == "ints" {
			parts = strings.Split(value, ",")
		}
		for _, p := range parts {
			n, err := strconv.Atoi(strings.TrimSpace(p))
			if err != nil {
				return fault.Field("value", "org.setting.number", value)
			}
			if n < s.Min || n > s.Max {
				return fault.Field("value", "org.setting.range", n, s.Min, s.Max)
			}
		}
	case "slots":
		if value == "" {
			return fault.Field("value", "fault.required")
		}
		for _, p := range strings.Split(value, ",") {
			if !slices.Contains(Slots(), strings.TrimSpace(p)) {
				return fault.Field("value", "org.setting.slot", p)
			}
		}
	case "time":
		if !clockTime.MatchString(value) {
			return fault.Field("value", "org.setting.time", value)
		}
	case "url":
		if value != "" && !strings.HasPrefix(value, "http://") && !strings.HasPrefix(value, "https://") {
			return fault.Field("value", "org.setting.url", value)
		}
		fallthrough
	default:
		if n := len([]rune(value)); n > s.Max {
			return fault.Field("value", "org.text.long", n, s.Max)
		}
	}
	return nil
}

// Value is a setting as it holds now.
type Value struct {
	Spec
	Value   string
	Own     string // basis that the organisation wrote, or empty
	Version int64  // 0: the default holds
}

// Settings are all settings at one moment.
type Settings struct{ values map[string]Value }

// Row is a setting that the organisation has changed.
type Row struct {
	Key     string
	Value   string
	Basis   string
	Version int64
}

// New gives all settings: the defaults and what was changed of them.
func New(rows []Row) Settings {
	s := Settings{values: map[string]Value{}}
	for _, spec := range specs {
		s.values[spec.Key] = Value{Spec: spec, Value: spec.Default}
	}
	for _, r := range rows {
		if v, ok := s.values[r.Key]; ok {
			v.Value, v.Own, v.Version = r.Value, r.Basis, r.Version
			s.values[r.Key] = v
		}
	}
	return s
}

// Get is the setting with that key. An unknown key is a mistake in the program and panics.
func (s Settings) Get(key string) Value {
	v, ok := s.values[key]
	if !ok {
		panic("setting: no such setting: " + key)
	}
	return v
}

// Int is a whole number: days, people, percent, as the setting says.
func (s Settings) Int(key string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(s.Get(key).Value)) // checked when set
	return n
}

// Ints is several whole numbers in the order given.
func (s Settings) Ints(key string) []int {
	var out []int
	for _, p := range strings.Split(s.Get(key).Value, ",") {
		if n, err := strconv.Atoi(strings.TrimSpace(p)); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// LookBacks is the days after closing at which somebody looks again, at most three.
func (s Settings) LookBacks() []int {
	days := s.Ints("lookback.days")
	return days[:min(len(days), 3)]
}

// Text is the setting as it is written.
func (s Settings) Text(key string) string { return s.Get(key).Value }

// TimeOfDay is the time since midnight.
func (s Settings) TimeOfDay(key string) time.Duration {
	t, err := time.Parse("15:04", s.Get(key).Value)
	if err != nil {
		return 0 // checked when set
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

// Basis is what the value rests on: the organisation's own words, else those of the default.
func (s Settings) Basis(key string, l lang.Lang) string {
	v := s.Get(key)
	if v.Own != "" {
		return v.Own
	}
	return v.Spec.Basis(l)
}

// All lists every setting in the order in which the page shows them.
func (s Settings) All() []Value {
	var out []Value
	for _, spec := range specs {
		out = append(out, s.values[spec.Key])
	}
	return out
}
