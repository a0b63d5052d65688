package web

import (
	"cmp"
	"slices"
)

// TreeMap is a map of areas as large as their numbers. It says nothing that the table beside it does not. Template "treemap".
type TreeMap struct {
	Caption string
	Note    string
	parts   []treePart
}

type treePart struct {
	label string
	n     int
}

// Add adds an area.
func (m *TreeMap) Add(label string, n int) { m.parts = append(m.parts, treePart{label, n}) }

// TreeBox is an area in the drawing.
type TreeBox struct {
	X, Y, W, H int
	Label      string // as much of it as has room, or ""
	N          int
	Tone       int // 1–4
	TextX      int
	TextY      int
	NumberY    int
}

// The drawing is mapW × mapH units; a letter in it is mapLetter wide and high.
const (
	mapW, mapH = 640, 400
	mapLetter  = 20.0
)

// Size is the view box of the drawing.
func (m TreeMap) Size() [2]int { return [2]int{mapW, mapH} }

// Boxes lays the areas out: the largest first, in rows along the shorter side, each as square as it can be.
func (m TreeMap) Boxes() []TreeBox {
	parts := slices.DeleteFunc(slices.Clone(m.parts), func(p treePart) bool { return p.n <= 0 })
	slices.SortStableFunc(parts, func(a, b treePart) int { return cmp.Compare(b.n, a.n) })
	sum := 0
	for _, p := range parts {
		sum += p.n
	}
	x, y, w, h := 0.0, 0.0, float64(mapW), float64(mapH)
	var out []TreeBox
	for len(parts) > 0 {
		scale := w * h / float64(sum)
		side := min(w, h)
		n, row := 1, parts[0].n
		for n < len(parts) && slenderest(parts[:n+1], row+parts[n].n, scale, side) <= slenderest(parts[:n], row, scale, side) {
			row += parts[n].n
			n++
		}
		thick := float64(row) * scale / side
		at := 0.0
		for _, p := range parts[:n] {
			length := float64(p.n) * scale / thick
			if w >= h {
				out = append(out, m.box(p, x, y+at, thick, length))
			} else {
				out = append(out, m.box(p, x+at, y, length, thick))
			}
			at += length
		}
		if w >= h {
			x, w = x+thick, w-thick
		} else {
			y, h = y+thick, h-thick
		}
		sum -= row
		parts = parts[n:]
	}
	return out
}

// slenderest is how far the longest of a row's areas is from a square.
func slenderest(row []treePart, sum int, scale, side float64) float64 {
	thick := float64(sum) * scale / side
	bad := 0.0
	for _, p := range row {
		length := float64(p.n) * scale / thick
		bad = max(bad, max(length/thick, thick/length))
	}
	return bad
}

func (m TreeMap) box(p treePart, x, y, w, h float64) TreeBox {
	b := TreeBox{X: int(x) + 1, Y: int(y) + 1, W: max(1, int(x+w)-int(x)-2), H: max(1, int(y+h)-int(y)-2), N: p.n}
	b.Tone = min(4, 1+4*p.n/(m.most()+1))
	b.TextX, b.TextY, b.NumberY = b.X+8, b.Y+26, b.Y+50
	room := float64(b.W) - 16
	if b.H < 34 || room < mapLetter {
		return b
	}
	label := []rune(p.label)
	for len(label) > 0 && wide(string(label), mapLetter) > room {
		label = label[:len(label)-1]
	}
	if b.Label = string(label); len(label) < len([]rune(p.label)) {
		if len(label) < 3 {
			b.Label = ""
			return b
		}
		b.Label = string(label[:len(label)-1]) + "…"
	}
	return b
}

func (m TreeMap) most() int {
	most := 0
	for _, p := range m.parts {
		most = max(most, p.n)
	}
	return most
}

// Big reports whether the number has room below the name.
func (b TreeBox) Big() bool { return b.Label != "" && b.H >= 62 }

// Grid is a table of numbers whose cells are the darker the higher they are. Template "grid".
type Grid struct {
	Caption string
	Corner  string
	Note    string
	Heads   []GridHead
	Lines   []GridLine
	Small   bool // many narrow columns, and no addresses in the cells
}

// GridHead is the head of a column.
type GridHead struct{ Text string }

// GridLine is a line of a grid.
type GridLine struct {
	Head  string
	Href  string // of the head, or ""
	Cells []GridCell
}

// GridCell is one number; Level is from 0 to 4.
type GridCell struct {
	Text, Say string // Say: what is said instead of a sign
	Href      string
	Level     int
}
