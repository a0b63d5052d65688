// Package fewtest solves what is published for what is not, for the tests of everything that hides small groups.
package fewtest

import (
	"math"
	"slices"
)

// Known are equations in echelon form: every row is a sum of unknown numbers that is published.
type Known [][]float64

// Solve brings equations into echelon form and drops those that say nothing.
func Solve(in [][]float64) Known {
	var rows Known
	for _, r := range in {
		rows = append(rows, slices.Clone(r))
	}
	if len(rows) == 0 {
		return nil
	}
	at := 0
	for c := 0; c < len(rows[0]) && at < len(rows); c++ {
		best := at
		for i := at; i < len(rows); i++ {
			if math.Abs(rows[i][c]) > math.Abs(rows[best][c]) {
				best = i
			}
		}
		if math.Abs(rows[best][c]) < tiny {
			continue
		}
		rows[at], rows[best] = rows[best], rows[at]
		for i := range rows {
			if i != at {
				take(rows[i], rows[at], c)
			}
		}
		at++
	}
	return rows[:at]
}

const tiny = 1e-7

// take makes column c of a row nothing by taking off another row.
func take(row, other []float64, c int) {
	f := row[c] / other[c]
	for k := range row {
		row[k] -= f * other[k]
	}
}

// Tells reports whether a sum of the unknown numbers follows from what is known.
func (k Known) Tells(ask []float64) bool {
	rest := slices.Clone(ask)
	for _, row := range k {
		c := slices.IndexFunc(row, func(v float64) bool { return math.Abs(v) >= tiny })
		take(rest, row, c)
	}
	return !slices.ContainsFunc(rest, func(v float64) bool { return math.Abs(v) >= tiny })
}
