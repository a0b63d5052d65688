package core

import (
	"regexp"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
)

// Whoever answers for what an anonymous or confidential voice is about must not learn on which day it was said: shifts are known, and a
// day with few people on it says who. So departments, and every paper that goes to one, have the number without its day, and the week
// instead of the day (rule (g) of the handbook on privacy). The union, which works with the words, and the holder have both.

// Undated is a number without month and day: "SQ2026-4831-7725". Numbers that have none are as they are.
func Undated(number string) string {
	if len(number) < 11 || number[:2] != "SQ" || number[10] != '-' {
		return number
	}
	return number[:6] + number[10:]
}

var undatedNumber = regexp.MustCompile(`^SQ[0-9]{4}(-[0-9]{4}-[0-9]{4}(-R?[0-9]+)*)$`)

// AnyDay is the pattern (of LIKE) of the numbers that are this one without its day; false where it is none.
func AnyDay(undated string) (string, bool) {
	n := strings.ToUpper(strings.TrimSpace(undated))
	if !undatedNumber.MatchString(n) {
		return "", false
	}
	return n[:6] + "____" + n[6:] + "%", true
}

// FileNumber is the number of a voice in papers and in lists of departments.
func (v Voice) FileNumber() string {
	if v.Level.Hidden() {
		return Undated(v.Number)
	}
	return v.Number
}

// WeekOf is the Monday of the week in which a day is.
func WeekOf(d clock.Day) clock.Day {
	if d == "" {
		return d
	}
	return d.Add(-(int(d.Weekday()) - int(time.Monday) + 7) % 7)
}

// unions are the roles that work with the words of voices, or watch over those who do.
var unions = []access.Role{access.Triager, access.UnitChair, access.Supervisor, access.DisciplineOfficer, access.HealthOfficer, access.WelfareOfficer, access.Auditor}

// Dated reports whether somebody may know on which day a hidden voice was said.
func Dated(who access.Person) bool {
	for _, r := range unions {
		if who.Has(r) {
			return true
		}
	}
	return false
}
