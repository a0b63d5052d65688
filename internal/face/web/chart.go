package web

import (
	"math"
	"slices"
	"strconv"
)

// Bar is one line of a bar chart.
type Bar struct {
	Label string
	Value float64
	Text  string // the number as it is read: "3 件"
	Href  string
	Bad   bool
	None  string // why there is no number ("少于5人,不显示")
}

// Bars is a chart of horizontal bars with direct labels; the rows are a table for those who do not see it. Template "bars".
type Bars struct {
	Caption  string
	Label    string // head of the first column
	Unit     string // head of the second
	Bars     []Bar
	Standard float64 // where the standard lies, or 0
	Means    string  // what the standard is
	Wordy    bool    // the numbers stand with words, and need half of the room
}

// BarLine is a bar with its geometry.
type BarLine struct {
	Bar
	W string // width of the bar, "41.0%"
}

func (c Bars) most() float64 {
	most := c.Standard
	for _, b := range c.Bars {
		most = math.Max(most, b.Value)
	}
	return most
}

// barRoom is how far the longest bar goes, in percent: the number stands behind it.
const (
	barRoom   = 80
	wordyRoom = 30
)

func (c Bars) share(v float64) string {
	room := float64(barRoom)
	if c.Wordy {
		room = wordyRoom
	}
	if most := c.most(); most > 0 && v > 0 {
		return strconv.FormatFloat(max(0.5, v/most*room), 'f', 1, 64) + "%"
	}
	return "0"
}

// Lines are the bars with their lengths.
func (c Bars) Lines() []BarLine {
	out := make([]BarLine, len(c.Bars))
	for i, b := range c.Bars {
		out[i] = BarLine{Bar: b, W: c.share(b.Value)}
	}
	return out
}

// Mark is where the standard lies, "32.0%", or "".
func (c Bars) Mark() string {
	if c.Standard <= 0 {
		return ""
	}
	return c.share(c.Standard)
}

// Trend is a line over equal steps of time, one series in ink, with the band of the standard tinted. Template "trend".
type Trend struct {
	Caption string
	Label   string // head of the first column: "月份"
	Unit    string
	Points  []Point
	Band    [2]float64 // from, to; equal means none
	Means   string     // what the band is
	Little  bool       // one of several in a row: half as wide and high
	Close   bool       // drawn from about the lowest value to the highest, and not from nothing: readings, which are never near it
}

// Point is one step of a trend. Known is false where there is no number.
type Point struct {
	Label string
	Value float64
	Text  string
	Known bool
	Href  string // the list behind it, in the table
	Short string // what stands in the drawing, where the text is too long for it
	Brief string // the same of the label
}

// drawn is the point with what stands in the drawing.
func (p Point) drawn() Point {
	if p.Short != "" {
		p.Text = p.Short
	}
	if p.Brief != "" {
		p.Label = p.Brief
	}
	return p
}

// The drawing is trendW × trendH units with a margin for labels.
const (
	trendW, trendH   = 640, 200
	littleW, littleH = 320, 130
	marginX          = 28
	marginTop        = 26
	marginBottom     = 30

	valueSize, labelSize = 25.0, 22.0 // of letters on a phone, in units of the drawing: staff.css
)

// TrendDot is a point with its place in the drawing.
type TrendDot struct {
	Point
	X, Y            int
	Show            bool // last, lowest and highest carry their number
	Lift            int  // how far from the point it stands: the lowest below its own
	Name            bool // every second label where there are many
	Number, Caption Placed
}

const liftAbove, liftUnder = -10, 26

// Placed is where a piece of text stands: in the middle of its point, or from an edge of the drawing on where it would cross that.
type Placed struct {
	X  int
	At string // "", "start" or "end"
}

// place finds it for a text of a point, as large as it is on a phone.
func place(text string, size float64, x, w int) Placed {
	half := int(wide(text, size) / 2)
	switch {
	case x < half:
		return Placed{0, "start"}
	case x+half > w:
		return Placed{w, "end"}
	}
	return Placed{x, ""}
}

// wide is about how wide a text is in letters of a size: a Chinese one is as wide as high, others are a little over half.
func wide(text string, size float64) (n float64) {
	for _, r := range text {
		if r >= 0x2e80 {
			n += size
		} else {
			n += 0.56 * size
		}
	}
	return n
}

// TrendPlan is the drawing of a trend.
type TrendPlan struct {
	Lines  []string // points attribute of each unbroken line
	Dots   []TrendDot
	BandY  int
	BandH  int
	Bottom int
	W, H   int
	Feet   int // where the labels stand
}

// span is from where to where the drawing goes.
func (t Trend) span() (low, high float64) {
	high = math.Max(t.Band[1], 1)
	if t.Close && t.Band[0] != t.Band[1] {
		low, high = t.Band[0], t.Band[1]
	}
	for i, p := range t.Points {
		if !p.Known {
			continue
		}
		if t.Close && i == 0 && t.Band[0] == t.Band[1] {
			low, high = p.Value, p.Value
		}
		high, low = math.Max(high, p.Value), math.Min(low, p.Value)
	}
	if t.Close {
		edge := math.Max((high-low)/8, 0.5)
		low, high = low-3*edge, high+edge // the number of the lowest stands below it
	}
	return low, high
}

// Plan computes the drawing.
func (t Trend) Plan() TrendPlan {
	low, high := t.span()
	w, h := trendW, trendH
	if t.Little {
		w, h = littleW, littleH
	}
	y := func(v float64) int {
		return marginTop + int(math.Round((high-v)/(high-low)*float64(h-marginTop-marginBottom)))
	}
	plan := TrendPlan{Bottom: h - marginBottom, W: w, H: h, Feet: h - 8}
	if t.Band[0] != t.Band[1] {
		plan.BandY = y(t.Band[1])
		plan.BandH = y(t.Band[0]) - plan.BandY
	}
	step := 0.0
	if len(t.Points) > 1 {
		step = float64(w-2*marginX) / float64(len(t.Points)-1)
	}
	line, best, worst := "", -1, -1
	for i, p := range t.Points {
		p = p.drawn()
		dot := TrendDot{Point: p, Lift: liftAbove, X: marginX + int(math.Round(float64(i)*step)), Name: named(t, i, step)}
		dot.Number, dot.Caption = place(p.Text, valueSize, dot.X, w), place(p.Label, labelSize, dot.X, w)
		if p.Known {
			dot.Y = y(p.Value)
			line += pair(dot.X, dot.Y)
			if best < 0 || p.Value > t.Points[best].Value {
				best = i
			}
			if worst < 0 || p.Value < t.Points[worst].Value {
				worst = i
			}
		} else if line != "" {
			plan.Lines, line = append(plan.Lines, line), ""
		}
		plan.Dots = append(plan.Dots, dot)
	}
	if line != "" {
		plan.Lines = append(plan.Lines, line)
	}
	for _, i := range []int{len(plan.Dots) - 1, worst, best} { // a number that would stand in another does not
		if i >= 0 && t.Close && i == worst && i != best {
			plan.Dots[i].Lift = liftUnder
		}
		if i >= 0 && plan.Dots[i].Known && !slices.ContainsFunc(plan.Dots, func(d TrendDot) bool { return d.Show && d.near(plan.Dots[i]) }) {
			plan.Dots[i].Show = true
		}
	}
	return plan
}

// near reports whether the numbers of two points would stand in each other.
func (d TrendDot) near(o TrendDot) bool {
	from, to := d.Number.edges(d.Text)
	a, b := o.Number.edges(o.Text)
	return from < b && a < to && math.Abs(float64(d.Y+d.Lift-o.Y-o.Lift)) < valueSize
}

// edges are where a number begins and ends.
func (p Placed) edges(text string) (from, to float64) {
	x, w := float64(p.X), wide(text, valueSize)
	switch p.At {
	case "start":
		return x, x + w
	case "end":
		return x - w, x
	}
	return x - w/2, x + w/2
}

// named reports whether a step carries its name: as many as do not run into each other, of many at most every second, of a little drawing
// every fifth.
func named(t Trend, i int, step float64) bool {
	n := len(t.Points)
	switch {
	case t.Little && n > 4:
		return (n-1-i)%5 == 0
	case t.Little || step == 0:
		return true
	}
	most := 0.0
	for _, p := range t.Points {
		most = math.Max(most, wide(p.drawn().Label, labelSize))
	}
	least := 1.0
	if n > 8 {
		least = 2
	}
	return (n-1-i)%int(math.Max(least, math.Ceil(1.4*most/step))) == 0 // those at an edge reach further in
}

func pair(x, y int) string { return strconv.Itoa(x) + "," + strconv.Itoa(y) + " " }
