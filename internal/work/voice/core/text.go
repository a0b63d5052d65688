package core

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/fault"
)

// Clean takes the blanks off the ends of a text and makes line ends plain.
func Clean(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

// TooLong notes a text of more than most characters.
func TooLong(f *fault.Form, field, s string, most int) {
	if n := utf8.RuneCountInString(s); n > most {
		f.Add(field, "voice.long", n, most)
	}
}

// Has reports whether a list holds x.
func Has[T comparable](list []T, x T) bool {
	for _, y := range list {
		if y == x {
			return true
		}
	}
	return false
}

// NeedText cleans a text that has to be there and notes what is wrong with it.
func NeedText(f *fault.Form, field, s string, most int) string {
	s = Clean(s)
	if s == "" {
		f.Add(field, "voice.needed."+field)
	}
	TooLong(f, field, s, most)
	return s
}

// Plain is a number as it stands in a text of the program, not of a language.
func Plain(n int) string { return strconv.Itoa(n) }

// Recused reports whether a unit is named, or lies below one that is.
func Recused(u access.Path, named []access.Path) bool {
	for _, n := range named {
		if u.Under(n) {
			return true
		}
	}
	return false
}
