package org

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

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
		if err := insertCheckItems(tx, catalogue.ShippedCheckItems()...); err != nil {
			return err
		}
	}
	years, err := CalendarYears(tx)
	if err != nil {
		return err
	}
	fresh := false
	for _, y := range clock.Shipped() { // a newer program may bring a year more
		if slices.ContainsFunc(years, func(x CalendarYear) bool { return x.Year == y.Year }) {
			continue
		}
		if err := storeYear(tx, y, y.Source, false); err != nil {
			return err
		}
		fresh = true
	}
	if fresh {
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
	for _, c := range catalogue.ShippedCategories() {
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
