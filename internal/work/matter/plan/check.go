package plan

import (
	"math"
	"math/big"
	"regexp"
	"strings"

	"sanwen/internal/ground/fault"
)

// Kinds of check items.
const (
	CheckNumber = "number" // a measured value with unit and threshold
	CheckYesNo  = "yesno"  // true or not
)

// Check is one thing that will be looked at when somebody says that the matter is done: "shower water, ℃, from 38 to
// 42". A number has a lower limit, an upper limit or both.
type Check struct {
	Text string `json:"text"`
	Kind string `json:"kind"`
	Unit string `json:"unit,omitempty"`
	Low  string `json:"low,omitempty"`  // decimal; measured ≥ low
	High string `json:"high,omitempty"` // decimal; measured ≤ high
}

// Reading is what was found for one check item: a decimal for a number, "yes" or "no" for a yes/no check.
type Reading struct {
	Check int64  `json:"check"` // number of the check item, from 1
	Value string `json:"value"`
	Note  string `json:"note,omitempty"`
}

var decimal = regexp.MustCompile(`^[+-]?\d{1,12}(\.\d{1,6})?$`)

// Decimal brings a typed number into its form: full-width digits, points and signs made plain, blanks taken out. The
// second result is false when it is no number. A comma is refused: it means thousands to one reader and tenths to the next.
func Decimal(s string) (string, bool) {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF10 && r <= 0xFF19: // full-width digits
			return r - 0xFF10 + '0'
		case r == 0xFF0E || r == 0x3002: // full-width full stop, ideographic full stop
			return '.'
		case r == 0xFF0D || r == 0x2212: // full-width hyphen, minus sign
			return '-'
		case r == 0xFF0B:
			return '+'
		case r == ' ' || r == 0x3000:
			return -1
		}
		return r
	}, s)
	return s, decimal.MatchString(s)
}

func rat(s string) (*big.Rat, bool) {
	d, ok := Decimal(s)
	if !ok {
		return nil, false
	}
	return new(big.Rat).SetString(d)
}

// Usual is the range outside of which a measured value is more likely a slip of the finger, such as 385 for 38.5, than a finding:
// twice the larger limit below the lower one and four times above the higher one (default of the product). ok is false where the
// check has no limit to go by.
func (c Check) Usual() (low, high float64, ok bool) {
	var at []float64
	for _, s := range []string{c.Low, c.High} {
		if v, known := rat(s); known {
			f, _ := v.Float64()
			at = append(at, f)
		}
	}
	if c.Kind != CheckNumber || len(at) == 0 {
		return 0, 0, false
	}
	size := max(math.Abs(at[0]), math.Abs(at[len(at)-1]))
	if size == 0 {
		return 0, 0, false
	}
	return at[0] - 2*size, at[len(at)-1] + 4*size, true
}

// Unlikely reports whether a value lies outside of the usual range. What is no number is judged elsewhere.
func (c Check) Unlikely(value string) bool {
	v, known := rat(value)
	low, high, ok := c.Usual()
	if !known || !ok {
		return false
	}
	f, _ := v.Float64()
	return f < low || f > high
}

// Valid adds what is wrong with the check item to the form, at field.
func (c Check) valid(f *fault.Form, field string) {
	CheckText(f, field+".text", c.Text, 2, MaxCheck)
	switch c.Kind {
	case CheckYesNo:
	case CheckNumber:
		if strings.TrimSpace(c.Unit) == "" {
			f.Add(field+".unit", "matter.plan.check.unit")
		}
		low, okLow := rat(c.Low)
		high, okHigh := rat(c.High)
		switch {
		case c.Low == "" && c.High == "":
			f.Add(field+".low", "matter.plan.check.threshold")
		case c.Low != "" && !okLow:
			f.Add(field+".low", "matter.plan.check.number", c.Low)
		case c.High != "" && !okHigh:
			f.Add(field+".high", "matter.plan.check.number", c.High)
		case c.Low != "" && c.High != "" && low.Cmp(high) > 0:
			f.Add(field+".high", "matter.plan.check.order")
		}
	default:
		f.Add(field+".kind", "matter.plan.check.kind")
	}
}

// Passes tells whether a value meets the check item; known is false when it is no value for it.
func (c Check) Passes(value string) (ok, known bool) {
	if c.Kind == CheckYesNo {
		return value == "yes", value == "yes" || value == "no"
	}
	v, good := rat(value)
	if !good {
		return false, false
	}
	if low, has := rat(c.Low); has && c.Low != "" && v.Cmp(low) < 0 {
		return false, true
	}
	if high, has := rat(c.High); has && c.High != "" && v.Cmp(high) > 0 {
		return false, true
	}
	return true, true
}

// Judge compares readings with the check items of a plan: which are missing or no values (as field errors), and
// whether all that were read pass. A plan without check items is judged by one question, "done as promised?", which
// has the number 0. need says which items must have been read.
func Judge(checks []Check, in []Reading, need func(Check) bool) (passed bool, err error) {
	var f fault.Form
	got := map[int64]Reading{}
	for _, r := range in {
		if r.Check < 0 || int(r.Check) > len(checks) || r.Check == 0 && len(checks) > 0 {
			f.Add("readings", "matter.reading.unknown", r.Check)
			continue
		}
		got[r.Check] = r
	}
	passed = true
	one := func(n int64, c Check) {
		r, ok := got[n]
		if !ok || r.Value == "" {
			if need(c) {
				f.Add(readingField(n), "matter.reading.missing")
			}
			return
		}
		good, known := c.Passes(r.Value)
		if !known {
			f.Add(readingField(n), "matter.reading.value", r.Value)
		}
		passed = passed && good
	}
	if len(checks) == 0 {
		one(0, Check{Kind: CheckYesNo})
	}
	for i, c := range checks {
		one(int64(i+1), c)
	}
	return passed, f.Err()
}

// Every and Measured are which readings must be there: all of them when somebody inspects, the measured ones when the
// owner says that it is done.
func Every(Check) bool      { return true }
func Measured(c Check) bool { return c.Kind == CheckNumber }
