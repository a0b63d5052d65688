package form

import (
	"slices"
	"strconv"
	"strings"
)

// copied is a questionnaire whose sections can be changed without changing the other.
func (b Body) copied() Body {
	b.Sections = slices.Clone(b.Sections)
	for i := range b.Sections {
		b.Sections[i].Questions = slices.Clone(b.Sections[i].Questions)
	}
	b.Scores = slices.Clone(b.Scores)
	return b
}

// NewKey is a key that no question has.
func (b Body) NewKey() string {
	for n := len(b.Questions()) + 1; ; n++ {
		key := "q" + strconv.Itoa(n)
		if _, taken := b.Question(key); !taken {
			return key
		}
	}
}

// SectionOf is the place of the section in which a question stands, -1 for none.
func (b Body) SectionOf(key string) int {
	return slices.IndexFunc(b.Sections, func(s Section) bool {
		return slices.ContainsFunc(s.Questions, func(q Question) bool { return q.Key == key })
	})
}

// Put writes a question: in its place where it stands in the section already, else at the section's end. A section that there is not is added
// with the words given.
func (b Body) Put(section int, added Words, q Question) Body {
	b = b.copied()
	if section < 0 || section >= len(b.Sections) {
		b.Sections = append(b.Sections, Section{Words: added})
		section = len(b.Sections) - 1
	}
	if was := b.SectionOf(q.Key); was == section {
		for i := range b.Sections[section].Questions {
			if b.Sections[section].Questions[i].Key == q.Key {
				b.Sections[section].Questions[i] = q
			}
		}
		return b
	} else if was >= 0 {
		b.Sections[was].Questions = slices.DeleteFunc(b.Sections[was].Questions, func(x Question) bool { return x.Key == q.Key })
	}
	b.Sections[section].Questions = append(b.Sections[section].Questions, q)
	return b.tidy()
}

// Drop takes a question out, with the conditions and scores that need it. Sections without a question go with it.
func (b Body) Drop(key string) Body {
	b = b.copied()
	for i := range b.Sections {
		qs := slices.DeleteFunc(b.Sections[i].Questions, func(q Question) bool { return q.Key == key })
		for k := range qs {
			if qs[k].If != nil && qs[k].If.Question == key {
				qs[k].If = nil
			}
		}
		b.Sections[i].Questions = qs
	}
	for i := range b.Scores {
		b.Scores[i].Of = slices.DeleteFunc(slices.Clone(b.Scores[i].Of), func(s string) bool { return s == key })
	}
	b.Scores = slices.DeleteFunc(b.Scores, func(s Score) bool { return len(s.Of) == 0 })
	return b.tidy()
}

func (b Body) tidy() Body {
	b.Sections = slices.DeleteFunc(b.Sections, func(s Section) bool { return len(s.Questions) == 0 })
	return b
}

// Move puts a question before the one above it, or behind the one below; at the edge of a section it goes into the next.
func (b Body) Move(key string, up bool) Body {
	at := b.SectionOf(key)
	if at < 0 {
		return b
	}
	b = b.copied()
	qs := b.Sections[at].Questions
	i := slices.IndexFunc(qs, func(q Question) bool { return q.Key == key })
	q := qs[i]
	switch {
	case up && i > 0:
		qs[i-1], qs[i] = qs[i], qs[i-1]
	case !up && i < len(qs)-1:
		qs[i], qs[i+1] = qs[i+1], qs[i]
	case up && at > 0:
		b.Sections[at].Questions = slices.Delete(qs, i, i+1)
		b.Sections[at-1].Questions = append(b.Sections[at-1].Questions, q)
	case !up && at < len(b.Sections)-1:
		b.Sections[at].Questions = slices.Delete(qs, i, i+1)
		b.Sections[at+1].Questions = slices.Insert(b.Sections[at+1].Questions, 0, q)
	}
	return b.tidy()
}

// Lines writes options one to a line, "中文 | English".
func Lines(all []Option) string {
	var out []string
	for _, o := range all {
		s := o.Zh
		if o.En != "" {
			s += " | " + o.En
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

// ReadLines reads options from lines. One that keeps its Chinese words keeps its key, so that conditions on it hold.
func ReadLines(s string, old []Option) []Option {
	taken := map[string]bool{}
	for _, o := range old {
		taken[o.Key] = true
	}
	var out []Option
	for _, line := range strings.Split(strings.ReplaceAll(s, "｜", "|"), "\n") {
		zh, en, _ := strings.Cut(line, "|")
		o := Option{Words: Words{Zh: strings.TrimSpace(zh), En: strings.TrimSpace(en)}}
		if o.Zh == "" && o.En == "" {
			continue
		}
		if i := slices.IndexFunc(old, func(x Option) bool { return x.Zh == o.Zh }); i >= 0 {
			o.Key = old[i].Key
		}
		for n := 1; o.Key == ""; n++ {
			if k := "o" + strconv.Itoa(n); !taken[k] {
				o.Key, taken[k] = k, true
			}
		}
		out = append(out, o)
	}
	return out
}

// Scale is one of the scales that a question may use: those of the questionnaire and of the templates.
func (b Body) Scale(name string) ([]Words, bool) {
	if s, ok := b.Scales[name]; ok {
		return s, true
	}
	for _, t := range Templates() {
		x, _ := Template(t)
		if s, ok := x.Scales[name]; ok {
			return s, true
		}
	}
	return nil, false
}

// ScaleNames lists the scales of the templates.
func ScaleNames() []string { return []string{"agree", "satisfied"} }

// WithScale adds a scale of the templates where a question uses it.
func (b Body) WithScale(name string) Body {
	if s, ok := b.Scale(name); ok && b.Scales[name] == nil {
		all := map[string][]Words{name: s}
		for k, v := range b.Scales {
			all[k] = v
		}
		b.Scales = all
	}
	return b
}
