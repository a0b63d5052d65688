package catalogue

import (
	"slices"
	"strconv"

	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

// How a check item is judged.
const (
	Between = "between" // low ≤ value ≤ high
	AtLeast = "ge"      // value ≥ low
	AtMost  = "le"      // value ≤ high
	YesNo   = "yes"     // the answer is yes
)

// CheckItem is something that can be measured or looked at in a kind of place, with the value that passes and the basis
// of that value.
type CheckItem struct {
	Code      string
	PlaceKind string // kind of place, or "any"
	NameZh    string
	NameEn    string
	MethodZh  string
	MethodEn  string
	Measure   string // unit of measurement; empty for a look
	Op        string
	Low       *float64
	High      *float64
	CritLow   *float64 // below this at once critical
	CritHigh  *float64 // above this at once critical
	Points    int      // readings that are taken at least
	Critical  bool     // failing it makes an order at once
	Avoid     string   // hours in which it must not be measured, "10:00-14:00"
	BasisZh   string
	BasisEn   string
	Mark      string // found (in a public rule), verify (known, to be checked before it is printed as a rule), company (set by the company)
	Active    bool
	Sort      int
	Version   int64
}

// Name is the item's name in the reader's language.
func (c CheckItem) Name(l lang.Lang) string { return Pick(l, c.NameZh, c.NameEn) }

// Method says in the reader's language how it is measured.
func (c CheckItem) Method(l lang.Lang) string { return Pick(l, c.MethodZh, c.MethodEn) }

// Basis says in the reader's language what the passing value rests on.
func (c CheckItem) Basis(l lang.Lang) string { return Pick(l, c.BasisZh, c.BasisEn) }

// Pass is the passing value as text in the reader's language: "37–42 °C", "≥ 6 L/min", empty for a look.
func (c CheckItem) Pass(l lang.Lang) string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	switch {
	case c.Op == Between && c.Low != nil && c.High != nil:
		return number(*c.Low) + "–" + l.Quantity(number(*c.High), c.Measure)
	case c.Op == AtLeast && c.Low != nil:
		return "≥ " + l.Quantity(number(*c.Low), c.Measure)
	case c.Op == AtMost && c.High != nil:
		return "≤ " + l.Quantity(number(*c.High), c.Measure)
	}
	return ""
}

// Judge says whether a measured value passes and whether it is critical. It is for measured items; a look is judged by
// the person who looks.
func (c CheckItem) Judge(value float64) (pass, critical bool) {
	pass = true
	if (c.Op == Between || c.Op == AtLeast) && c.Low != nil && value < *c.Low {
		pass = false
	}
	if (c.Op == Between || c.Op == AtMost) && c.High != nil && value > *c.High {
		pass = false
	}
	critical = c.CritLow != nil && value < *c.CritLow || c.CritHigh != nil && value > *c.CritHigh
	return pass && !critical, critical || !pass && c.Critical
}

// Valid adds what is wrong with how the item is judged to the form: its way of judging, limits, unit of measure and points.
func (c CheckItem) Valid(f *fault.Form) {
	switch {
	case !slices.Contains([]string{Between, AtLeast, AtMost, YesNo}, c.Op):
		f.Add("op", "org.check.op")
	case (c.Op == Between || c.Op == AtLeast) && c.Low == nil:
		f.Add("low", "org.check.limit")
	case (c.Op == Between || c.Op == AtMost) && c.High == nil:
		f.Add("high", "org.check.limit")
	case c.Op == Between && *c.Low > *c.High:
		f.Add("high", "org.check.order")
	}
	if c.Op != YesNo && c.Measure == "" {
		f.Add("measure", "org.text.missing")
	}
	if c.Points < 1 || c.Points > 99 {
		f.Add("points", "org.setting.range", c.Points, 1, 99)
	}
}
