package org

import "sanwen/internal/base/org/catalogue"

// The pure types of topics, rules and check items, under the names by which the rooms above know them.
type (
	Category  = catalogue.Category
	Rule      = catalogue.Rule
	Proposal  = catalogue.Proposal
	Catalogue = catalogue.Catalogue
	Term      = catalogue.Term
	List      = catalogue.List
	CheckItem = catalogue.CheckItem
)

// UnitOfPlace as a lead means: the unit to which the place belongs.
const UnitOfPlace = catalogue.UnitOfPlace

// Restricted classes of categories. A crisis makes no record at all, only a count.
const (
	RestrictDiscipline = catalogue.RestrictDiscipline
	RestrictHealth     = catalogue.RestrictHealth
	RestrictAid        = catalogue.RestrictAid
	RestrictCrisis     = catalogue.RestrictCrisis
)

// ListOf joins codes, leaving out empty ones and repeats.
func ListOf(codes ...string) List { return catalogue.ListOf(codes...) }
