package catalogue

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"sanwen/internal/ground/clock"
)

//go:embed data/taxonomy.csv
var taxonomyCSV string

//go:embed data/checkitems.csv
var checkItemsCSV string

// ShippedCategories is the taxonomy that comes with the program. Its leads and helpers are the codes of the demonstration
// organisation; a new installation gets those that it has.
func ShippedCategories() []Category {
	var out []Category
	for i, r := range Table(taxonomyCSV, 12) {
		c := Category{Code: r[0], Parent: r[1], NameZh: r[2], NameEn: r[3], Lead: r[4], Co: List(strings.ReplaceAll(r[5], " ", ",")),
			Class: clock.Class(r[6]), LevelHint: r[9], Restricted: r[10], Keywords: List(strings.ReplaceAll(r[11], " ", ",")), Active: true, Sort: i + 1}
		c.FirstMins, c.FirstDays = span(r[7])
		c.LimitMins, c.LimitDays = span(r[8])
		out = append(out, c)
	}
	return out
}

// span reads "15m", "4h", "3d" (working days) or "-".
func span(s string) (minutes, days int) {
	if s == "-" {
		return 0, 0
	}
	n := Number(s[:len(s)-1])
	switch s[len(s)-1] {
	case 'm':
		return n, 0
	case 'h':
		return 60 * n, 0
	case 'd':
		return 0, n
	}
	panic("org: shipped data: " + s)
}

// ShippedCheckItems is the check items that come with the program.
func ShippedCheckItems() []CheckItem {
	limit := func(s string) *float64 {
		if s == "" {
			return nil
		}
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			panic("org: shipped data: " + err.Error())
		}
		return &v
	}
	var out []CheckItem
	for i, r := range Table(checkItemsCSV, 18) {
		out = append(out, CheckItem{Code: r[0], PlaceKind: r[1], NameZh: r[2], NameEn: r[3], MethodZh: r[4], MethodEn: r[5], Measure: r[6],
			Op: r[7], Low: limit(r[8]), High: limit(r[9]), CritLow: limit(r[10]), CritHigh: limit(r[11]), Points: Number(r[12]),
			Critical: r[13] == "1", Avoid: r[14], BasisZh: r[15], BasisEn: r[16], Mark: r[17], Active: true, Sort: i + 1})
	}
	return out
}

// Table reads shipped data: a header, then rows of n columns. The data are part of the program: a mistake in them is a panic.
func Table(text string, n int) [][]string {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = n
	rows, err := r.ReadAll()
	if err != nil {
		panic(fmt.Sprintf("shipped data: %v", err))
	}
	return rows[1:]
}

// Number reads a whole number of shipped data; nothing is 0.
func Number(s string) int {
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(fmt.Sprintf("shipped data: %v", err))
	}
	return n
}
