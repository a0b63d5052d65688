// Package plan holds the rules of the Five Determinations (五定): which slots a class of matter must fill, what makes
// each of them real (a person and not "all units", a number with a unit and a threshold and not "strengthen", a date
// and not "soon"), which words promise nothing, and whether a reading meets a check item. Everything here is pure.
package plan
