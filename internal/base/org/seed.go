package org

import (
	_ "embed"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

//go:embed data/taxonomy.csv
var taxonomyCSV string

//go:embed data/checkitems.csv
var checkItemsCSV string

// ShippedCategories is the taxonomy that comes with the program. Its leads and helpers are the codes of the demonstration
// organisation; a new installation gets those that it has.
func ShippedCategories() []Category {
	var out []Category
	for i, r := range table(taxonomyCSV, 12) {
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
	n := number(s[:len(s)-1])
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
	for i, r := range table(checkItemsCSV, 18) {
		out = append(out, CheckItem{Code: r[0], PlaceKind: r[1], NameZh: r[2], NameEn: r[3], MethodZh: r[4], MethodEn: r[5], Measure: r[6],
			Op: r[7], Low: limit(r[8]), High: limit(r[9]), CritLow: limit(r[10]), CritHigh: limit(r[11]), Points: number(r[12]),
			Critical: r[13] == "1", Avoid: r[14], BasisZh: r[15], BasisEn: r[16], Mark: r[17], Active: true, Sort: i + 1})
	}
	return out
}

// Seed fills a new installation with what comes with the program: the root of the tree (if there is none), the taxonomy,
// the check items and the shipped calendars. Settings need no rows, their defaults hold. A lead or helper is taken over
// only where the unit exists. What is already there is left alone, so a second Seed changes nothing.
func Seed(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgEdit, access.Thing{Kind: "installation"}); err != nil {
		return err
	}
	tree, err := freshTree(tx)
	if err != nil {
		return err
	}
	if len(tree.All()) == 0 {
		if err := insertUnits(tx, Unit{Code: Root, Kind: Group, NameZh: "本单位", NameEn: "Our organisation", Path: "/" + Root + "/", Active: true}); err != nil {
			return err
		}
		if err := touch(tx, partTree); err != nil {
			return err
		}
	}
	if err := seedCategories(tx, tree); err != nil {
		return err
	}
	items, err := AllCheckItems(tx)
	if err != nil {
		return err
	}
	if len(items) == 0 {
		if err := insertCheckItems(tx, ShippedCheckItems()...); err != nil {
			return err
		}
	}
	years, err := CalendarYears(tx)
	if err != nil {
		return err
	}
	if len(years) == 0 {
		for _, y := range clock.Shipped() {
			if err := storeYear(tx, y, y.Source, false); err != nil {
				return err
			}
		}
		if err := newCalendar(tx, who); err != nil {
			return err
		}
	}
	if err := touch(tx, partSettings); err != nil {
		return err
	}
	return record(tx, who, "seeded", "installation", Root, nil)
}

func seedCategories(tx *db.Tx, tree *Tree) error {
	cat, err := CatalogueOf(tx)
	if err != nil {
		return err
	}
	var fresh []Category
	has := func(unit string) bool { return unit == UnitOfPlace || tree.Path(unit) != "" }
	for _, c := range ShippedCategories() {
		if _, known := cat.Category(c.Code); known {
			continue
		}
		if !has(c.Lead) {
			c.Lead = ""
		}
		var co []string
		for _, u := range c.Co.Codes() {
			if has(u) {
				co = append(co, u)
			}
		}
		c.Co = ListOf(co...)
		fresh = append(fresh, c)
	}
	if err := insertCategories(tx, fresh...); err != nil {
		return err
	}
	return touch(tx, partCatalogue)
}
