package inspect

import (
	"fmt"
	"math"
	"math/big"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/matter/shot"
)

// RefKind is how events and duties name a visit.
const RefKind = "visit"

// Kind is why somebody goes.
type Kind string

// The kinds of visits.
const (
	Routine Kind = "routine" // the ordinary round
	Special Kind = "special" // one topic at many places
	Leaders Kind = "leader"  // a leader's visit
	Tour    Kind = "tour"    // of the delegates of the workers' congress
	Recheck Kind = "recheck" // unannounced, after a leader's visit: the same items at the same place
)

// Kinds lists the kinds in the order in which they are offered. A recheck is not chosen: it is what a visit is that names the leader's
// visit which it repeats.
func Kinds() []Kind { return []Kind{Routine, Special, Leaders, Tour} }

// AllKinds lists the kinds by which records are found.
func AllKinds() []Kind { return append(Kinds(), Recheck) }

// Result is what the readings of an item say.
type Result string

// The results. Critical is worse than Fail: it is acted on at once.
const (
	Pass     Result = "pass"
	Fail     Result = "fail"
	Critical Result = "critical"
	NA       Result = "na" // does not apply, and why
)

// Limits, in characters and pieces. They keep a record of one visit printable on a few pages.
const (
	MaxItems   = 60
	MaxPoints  = 30
	MaxText    = 500
	MaxPeople  = 200
	MaxPhotos  = 24
	MaxPoint   = shot.MaxPoint
	MaxReading = 16
)

// Visit is one going and looking.
type Visit struct {
	ID       string
	Number   string // JC-2026-012
	Kind     Kind
	Place    string
	Unit     string
	UnitPath access.Path
	Person   string // who inspected
	Present  string // who went along, as it was written
	Note     string
	DeviceAt clock.Millis // when it was made, says the phone; 0: not told
	At       clock.Millis // when it came in
	Items    int64
	Fails    int64
	Critical int64
	Again    string // id of the leader's visit whose readings it repeats
	Walk     string // id of the walk of a round that it belongs to
}

// Ref names the visit in events and duties.
func (v Visit) Ref() event.Ref { return event.Ref{Kind: RefKind, ID: v.ID} }

// Told reports whether the visit may be told in sentences without any reading: a leader's or a delegates' tour.
func (v Visit) Told() bool { return v.Kind == Leaders || v.Kind == Tour }

// Late reports whether the record came in much later than it was made, or was made by a clock that is wrong: more than an hour
// lies between.
func (v Visit) Late() bool {
	return v.DeviceAt != 0 && (v.At-v.DeviceAt > 3600_000 || v.DeviceAt-v.At > 3600_000)
}

// Item is what was found for one check item.
type Item struct {
	Visit      string
	N          int64 // from 1, in the order of the round
	Code       string
	Spec       Spec // the check item as it was on that day
	Values     []string
	Mean       string
	Worst      string
	Instrument string
	Expired    bool   // the instrument's calibration had run out
	Outside    bool   // measured in hours in which it must not be
	Why        string // why it does not apply
	Result     Result
	Problem    string
	OrderUnit  string    // who is told to mend it
	OrderDue   clock.Day // by when
	Matter     string    // what became of it
}

// Spec is a check item as it was when it was measured, so that a later change of a threshold changes no old record.
type Spec struct {
	Zh       string   `json:"zh"`
	En       string   `json:"en,omitempty"`
	Measure  string   `json:"measure,omitempty"`
	Op       string   `json:"op"`
	Low      *float64 `json:"low,omitempty"`
	High     *float64 `json:"high,omitempty"`
	CritLow  *float64 `json:"crit_low,omitempty"`
	CritHigh *float64 `json:"crit_high,omitempty"`
	Points   int      `json:"points,omitempty"`
	Critical bool     `json:"critical,omitempty"`
	Avoid    string   `json:"avoid,omitempty"`
	Version  int64    `json:"version,omitempty"`
}

// SpecOf keeps what of a check item judges a reading.
func SpecOf(c org.CheckItem) Spec {
	return Spec{Zh: c.NameZh, En: c.NameEn, Measure: c.Measure, Op: c.Op, Low: c.Low, High: c.High, CritLow: c.CritLow, CritHigh: c.CritHigh,
		Points: Points(c), Critical: c.Critical, Avoid: c.Avoid, Version: c.Version}
}

// TemperaturePoints is at how many points a temperature is measured at least: one warm shower says nothing of the others.
const TemperaturePoints = 3

// Points is at how many points a check item is measured at least: what it asks for, and never fewer than three for a temperature.
func Points(c org.CheckItem) int {
	if sign(c.Measure) == "°C" && c.Op != catalogue.YesNo {
		return max(TemperaturePoints, c.Points)
	}
	return max(1, c.Points)
}

func (s Spec) item() org.CheckItem {
	return org.CheckItem{Measure: s.Measure, Op: s.Op, Low: s.Low, High: s.High, CritLow: s.CritLow, CritHigh: s.CritHigh, Critical: s.Critical}
}

// Pass is the passing value as text in the reader's language: "37–42 °C".
func (s Spec) Pass(l lang.Lang) string { return s.item().Pass(l) }

// Look reports whether the item is judged by looking: its readings are "yes" and "no".
func (s Spec) Look() bool { return s.Op == catalogue.YesNo }

// Judgement is what all readings of an item say together.
type Judgement struct {
	Mean   string // with one decimal more than the readings; empty for a look
	Worst  string // the gravest reading; of equally grave ones that which is furthest from good
	Result Result
}

// Judge judges readings that are all valid values for the item. Every reading and their mean must pass: a bathhouse whose mean is
// warm has cold showers all the same.
func (s Spec) Judge(values []string) Judgement {
	if s.Look() {
		j := Judgement{Worst: "yes", Result: Pass}
		for _, v := range values {
			if v == "no" {
				j.Worst, j.Result = "no", Fail
				if s.Critical {
					j.Result = Critical
				}
			}
		}
		return j
	}
	sum, digits := new(big.Rat), 0
	j, furthest, gravest := Judgement{Result: Pass}, math.Inf(-1), 0
	// worse takes a value into account and says how grave it is by itself: 0 good, 1 failing, 2 critical.
	worse := func(v float64) int {
		pass, critical := s.item().Judge(v)
		switch {
		case critical:
			j.Result = Critical
			return 2
		case pass:
			return 0
		case j.Result == Pass:
			j.Result = Fail
		}
		return 1
	}
	for _, text := range values {
		r, _ := new(big.Rat).SetString(text)
		sum.Add(sum, r)
		if _, frac, ok := strings.Cut(text, "."); ok {
			digits = max(digits, len(frac))
		}
		v, _ := r.Float64()
		grave, far := worse(v), s.far(v)
		if j.Worst == "" || grave > gravest || grave == gravest && far > furthest {
			furthest, gravest, j.Worst = far, grave, text
		}
	}
	mean := sum.Quo(sum, big.NewRat(int64(len(values)), 1))
	v, _ := mean.Float64()
	worse(v)
	j.Mean = mean.FloatString(digits + 1)
	return j
}

// far says how far a value is from being good: how much it lies beyond the nearer limit; negative while it is within.
func (s Spec) far(v float64) float64 {
	far := math.Inf(-1)
	if (s.Op == catalogue.Between || s.Op == catalogue.AtLeast) && s.Low != nil {
		far = max(far, *s.Low-v)
	}
	if (s.Op == catalogue.Between || s.Op == catalogue.AtMost) && s.High != nil {
		far = max(far, v-*s.High)
	}
	return far
}

// sign is a unit of measure as it is written everywhere: "摄氏度", "℃" and "°C" are one.
func sign(measure string) string { return lang.EN.Unit(measure) }

// sane are the values that an instrument can show at all, by unit of measure. They catch a slip of the finger ("385 °C"), not a
// bad result; whoever has really read it says so.
var sane = map[string][2]float64{
	"°C": {-50, 150}, "L/min": {0, 100}, "min": {0, 480}, "%": {0, 100}, "lx": {0, 150_000}, "dB(A)": {20, 140}, "h": {0, 1000}, "g": {0, 100_000}, "m²": {0, 10_000},
	"mg/m³": {0, 10_000}, "m/s": {0, 60}, "s": {0, 36_000},
}

// Sane reports whether a value can be read at all in its unit of measure.
func (s Spec) Sane(v float64) bool {
	r, known := sane[sign(s.Measure)]
	return !known || v >= r[0] && v <= r[1]
}

// Number brings a typed reading into its form: see [plan.Decimal].
func Number(text string) (string, bool) {
	d, ok := plan.Decimal(strings.TrimSpace(text))
	return strings.TrimPrefix(d, "+"), ok
}

// number is the n-th visit of a year as it is told.
func number(year int, n int64) string { return fmt.Sprintf("JC-%d-%03d", year, n) }

// outside reports whether a time of day lies within the hours in which the item must not be measured, "10:00-14:00".
func (s Spec) outside(hhmm string) bool {
	from, to, ok := strings.Cut(s.Avoid, "-")
	return ok && from <= hhmm && hhmm < to
}

// Name is the item's name in the reader's language, as it was on that day.
func (s Spec) Name(l lang.Lang) string { return catalogue.Pick(l, s.Zh, s.En) }
