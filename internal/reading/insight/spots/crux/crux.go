// Package crux tells what stands out of the voices of a hot spot: what they share more often than others, and a sudden rise. Pure rules.
package crux

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"sanwen/internal/ground/clock"
)

// What a trait is about. Names: "spots.trait.<value>".
const (
	TraitPlace      = "place"
	TraitShift      = "shift"
	TraitHour       = "hour"
	TraitSeason     = "season"
	TraitEquipment  = "equipment"
	TraitContractor = "contractor"
)

// Trait is something that voices may share beyond what is wrong: a place, a shift, a piece of equipment, a season, somebody under contract.
type Trait struct {
	Kind  string
	Value string // place: its code; season: "spring" …; the others: the name in lexicon
}

// Contrast tells that the voices of a spot share a trait more often than others.
type Contrast struct {
	Trait
	N, Of       int // voices of the spot that have it
	Else, ElseN int // other voices that have it
	Low         int // by so many points in a hundred they have it more often at least, in 95 of 100 cases
}

// Percent is the share in the spot, and Elsewhere that of others, in points of a hundred.
func (c Contrast) Percent() int { return percent(c.N, c.Of) }

// Elsewhere is the share among all others.
func (c Contrast) Elsewhere() int { return percent(c.Else, c.ElseN) }

func percent(n, of int) int {
	if of == 0 {
		return 0
	}
	return (200*n + of) / (2 * of)
}

// lexicon are the words that tell a trait; the first of each is its name in Chinese, the first in Latin letters its name in English.
var lexicon = []struct {
	kind  string
	words []string
}{
	{TraitShift, []string{"夜班", "大夜班", "小夜班", "下夜班", "通宵", "night shift"}},
	{TraitShift, []string{"早班", "白班", "day shift", "morning shift"}},
	{TraitShift, []string{"中班", "middle shift", "afternoon shift"}},
	{TraitShift, []string{"交接班", "交班", "接班", "换班", "shift change"}},
	{TraitShift, []string{"倒班", "连班", "rotating shifts"}},
	{TraitHour, []string{"早上", "早晨", "清早", "今早", "早八点", "in the morning"}},
	{TraitHour, []string{"中午", "十二点", "午饭", "at noon"}},
	{TraitHour, []string{"晚上", "半夜", "夜里", "凌晨", "at night"}},
	{TraitHour, []string{"周末", "星期天", "周日", "周六", "at weekends"}},
	{TraitHour, []string{"下班后", "下班", "after work"}},
	{TraitHour, []string{"高峰", "人多的时候", "排队的时候", "at peak hours"}},
	{TraitEquipment, []string{"喷头", "花洒", "淋浴头", "shower head"}},
	{TraitEquipment, []string{"锅炉", "boiler"}},
	{TraitEquipment, []string{"换热器", "换热站", "heat exchanger"}},
	{TraitEquipment, []string{"水泵", "循环泵", "pump"}},
	{TraitEquipment, []string{"阀门", "混水阀", "valve"}},
	{TraitEquipment, []string{"管道", "水管", "暖气管", "pipe"}},
	{TraitEquipment, []string{"暖气片", "散热器", "radiator"}},
	{TraitEquipment, []string{"空调", "air conditioner"}},
	{TraitEquipment, []string{"换气扇", "排风扇", "风机", "fan"}},
	{TraitEquipment, []string{"保温台", "保温箱", "warming counter"}},
	{TraitEquipment, []string{"洗衣机", "washing machine"}},
	{TraitEquipment, []string{"电梯", "lift"}},
	{TraitEquipment, []string{"饮水机", "滤芯", "water dispenser"}},
	{TraitEquipment, []string{"充电口", "充电桩", "插座", "socket"}},
	{TraitEquipment, []string{"路灯", "照明", "灯泡", "lamp"}},
	{TraitEquipment, []string{"门锁", "柜锁", "lock"}},
	{TraitEquipment, []string{"窗口", "serving window"}},
	{TraitEquipment, []string{"地漏", "drain"}},
	{TraitEquipment, []string{"喷雾", "除尘", "dust spray"}},
	{TraitEquipment, []string{"排气阀", "放气", "vent"}},
	{TraitContractor, []string{"外包", "承包", "承包商", "contractor"}},
	{TraitContractor, []string{"物业", "property company"}},
	{TraitContractor, []string{"外协", "劳务", "施工队", "outside crew"}},
	{TraitContractor, []string{"供应商", "厂家", "供货", "supplier"}},
	{TraitContractor, []string{"保洁", "cleaning company"}},
}

// Name is the trait's name in Chinese or in English, for the kinds that are words.
func (t Trait) Name(zh bool) string {
	for _, l := range lexicon {
		if l.words[0] != t.Value {
			continue
		}
		if zh {
			return l.words[0]
		}
		for _, w := range l.words {
			if w[0] < 0x80 {
				return w
			}
		}
	}
	return t.Value
}

// seasonOf is the season of a day, by the months of the northern works.
func seasonOf(d clock.Day) string {
	switch d[5:7] {
	case "03", "04", "05":
		return "spring"
	case "06", "07", "08":
		return "summer"
	case "09", "10", "11":
		return "autumn"
	}
	return "winter"
}

// Traits are the traits of one voice, each once.
func Traits(text string, place string, day clock.Day) []Trait {
	out := []Trait{{TraitSeason, seasonOf(day)}}
	if place != "" {
		out = append(out, Trait{TraitPlace, place})
	}
	text = strings.ToLower(text)
	for _, l := range lexicon {
		if slices.ContainsFunc(l.words, func(w string) bool { return strings.Contains(text, w) }) {
			out = append(out, Trait{l.kind, l.words[0]})
		}
	}
	return out
}

// Limits of contrasts (defaults of the product).
const (
	contrastLow = 10 // points of a hundred by which a share has to be higher at least
	Most        = 6  // contrasts of a spot
)

// Contrasts finds what the first n voices have more often than the others. have are how many of the n, and of the others, have each trait. Fewer
// than least of the n are not told.
func Contrasts(have map[Trait][2]int, n, others, least int) []Contrast {
	var out []Contrast
	for t, c := range have {
		if c[0] < least || n < least || others == 0 {
			continue
		}
		low := lower(c[0], n, c[1], others)
		if x := int(math.Floor(low * 100)); x >= contrastLow {
			out = append(out, Contrast{t, c[0], n, c[1], others, x})
		}
	}
	slices.SortFunc(out, func(a, b Contrast) int {
		return cmp.Or(cmp.Compare(b.Low, a.Low), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
	})
	return out[:min(len(out), Most)]
}

// lower is the lower end of the 95 % interval of the difference of two shares (Newcombe's method 10).
func lower(a, n, b, m int) float64 {
	p, q := float64(a)/float64(n), float64(b)/float64(m)
	l1, _ := wilson(a, n)
	_, u2 := wilson(b, m)
	return p - q - math.Sqrt((p-l1)*(p-l1)+(u2-q)*(u2-q))
}

// wilson is the 95 % interval of a share.
func wilson(a, n int) (low, high float64) {
	const z = 1.959964
	p, N := float64(a)/float64(n), float64(n)
	mid := (p + z*z/(2*N)) / (1 + z*z/N)
	half := z / (1 + z*z/N) * math.Sqrt(p*(1-p)/N+z*z/(4*N*N))
	return mid - half, mid + half
}
