package lang

import "strings"

// measure is a unit of measure: how it is written in each language, and how else it is typed.
type measure struct {
	zh, en, one string // one: of exactly one, where English has a word of its own
	also        []string
}

// measures are the units in which things are measured on site. Signs that both languages write alike, such as min and dB(A), stay what
// they are in Chinese; a word is turned into the word or the sign of the reader's language.
var measures = []measure{
	{zh: "人", en: "people", one: "person", also: []string{"persons", "人次", "名"}},
	{zh: "个", en: "pieces", one: "piece", also: []string{"件", "只", "pcs"}},
	{zh: "种", en: "kinds", one: "kind", also: []string{"样", "类"}},
	{zh: "分", en: "points", one: "point"},
	{zh: "次", en: "times", one: "time"},
	{zh: "台", en: "machines", one: "machine"},
	{zh: "处", en: "places", one: "place"},
	{zh: "项", en: "items", one: "item"},
	{zh: "份", en: "portions", one: "portion"},
	{zh: "天", en: "days", one: "day", also: []string{"日"}},
	{zh: "班", en: "shifts", one: "shift"},
	{zh: "元", en: "yuan"},
	{zh: "秒", en: "s"},
	{zh: "分钟", en: "min"},
	{zh: "小时", en: "h"},
	{zh: "毫米", en: "mm"},
	{zh: "厘米", en: "cm"},
	{zh: "米", en: "m"},
	{zh: "平方米", en: "m²", also: []string{"平米", "㎡", "m2"}},
	{zh: "立方米", en: "m³", also: []string{"m3"}},
	{zh: "毫升", en: "mL", also: []string{"ml"}},
	{zh: "升", en: "L", also: []string{"l"}},
	{zh: "毫克", en: "mg"},
	{zh: "克", en: "g"},
	{zh: "千克", en: "kg", also: []string{"公斤"}},
	{zh: "勒克斯", en: "lx", also: []string{"勒"}},
	{zh: "分贝", en: "dB"},
	{zh: "分贝（A）", en: "dB(A)", also: []string{"分贝(A)", "dBA"}},
	{zh: "帕", en: "Pa"},
	{zh: "千帕", en: "kPa"},
	{zh: "兆帕", en: "MPa"},
	{zh: "伏", en: "V", also: []string{"伏特"}},
	{zh: "安", en: "A", also: []string{"安培"}},
	{zh: "瓦", en: "W", also: []string{"瓦特"}},
	{zh: "千瓦", en: "kW"},
	{zh: "摄氏度", en: "°C", also: []string{"℃"}},
}

// known are the measures by everything that is typed for them.
var byName = func() map[string]*measure {
	out := map[string]*measure{}
	for i := range measures {
		m := &measures[i]
		for _, name := range append([]string{m.zh, m.en, m.one}, m.also...) {
			if name != "" {
				out[name] = m
			}
		}
	}
	return out
}()

// Unit writes a unit of measure for the reader: "人" is "people" in English, "升/分" is "L/min", and "people" is "人" in Chinese. What is
// not known stays as somebody typed it, and so does a sign in Chinese.
func (l Lang) Unit(typed string) string {
	typed = strings.TrimSpace(typed)
	if m := byName[typed]; m != nil {
		return m.in(l, typed)
	}
	over, under, ok := strings.Cut(strings.ReplaceAll(typed, "／", "/"), "/")
	if !ok {
		return typed
	}
	if under == "分" && l.known() == EN { // of time, where something flows
		under = "分钟"
	}
	a, b := byName[over], byName[under]
	if a == nil || b == nil {
		return typed
	}
	per := b.in(l, under)
	if l.known() == EN && b.one != "" {
		per = b.one
	}
	return a.in(l, over) + "/" + per
}

// in is the measure as a language writes it.
func (m *measure) in(l Lang, typed string) string {
	switch {
	case l.known() == EN:
		return m.en
	case m.one != "" && (typed == m.en || typed == m.one): // a word, and no sign
		return m.zh
	}
	return typed
}

// Quantity writes a value with its unit: "24 people", "1 person", "39.0 °C".
func (l Lang) Quantity(value, unit string) string {
	text := l.Unit(unit)
	if m := byName[strings.TrimSpace(unit)]; m != nil && m.one != "" && l.known() == EN && value == "1" {
		text = m.one
	}
	return strings.TrimSpace(value + " " + text)
}
