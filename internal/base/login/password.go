package login

import (
	_ "embed"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"sanwen/internal/ground/fault"
)

// MaxPassword is the longest password in characters. It bounds the work of
// hashing, not the choice of people.
const MaxPassword = 128

// leastBits is the strength a password must reach, by the estimate of
// strength. Words that many people use count as one choice among a thousand,
// so "password" with digits and a year stays far below.
const leastBits = 32

//go:embed data/common.txt
var commonText string

// common are words, names, numbers and keyboard walks that many passwords are
// made of, own list: English, pinyin, Chinese lucky numbers.
var common, longestCommon = func() (map[string]bool, int) {
	m, longest := map[string]bool{}, 0
	for w := range strings.SplitSeq(strings.TrimSpace(commonText), "\n") {
		m[w] = true
		longest = max(longest, utf8.RuneCountInString(w))
	}
	return m, longest
}()

// Rules are the password rules in force. The defaults follow the present
// advice (length instead of composition, no rotation); organisations under the
// classified-protection scheme set Classes and the age instead.
type Rules struct {
	Min     int // characters
	Classes int // how many of lower case, upper case, digits, others; 0 = any
}

// Check says whether a password may be chosen: nil or a fault at the field.
// words are what an attacker would try first for this person: name, employee
// number, telephone, name of the organisation.
func (r Rules) Check(field, password string, words ...string) error {
	p := norm.NFKC.String(password)
	n := utf8.RuneCountInString(p)
	switch {
	case !utf8.ValidString(password) || strings.ContainsFunc(p, unicode.IsControl):
		return fault.Field(field, "login.password.characters")
	case n < r.Min:
		return fault.Field(field, "login.password.short", r.Min, n)
	case n > MaxPassword:
		return fault.Field(field, "login.password.long", MaxPassword, n)
	case classes(p) < r.Classes:
		return fault.Field(field, "login.password.classes", r.Classes)
	}
	bits, weak := strength(p, words)
	if bits >= leastBits {
		return nil
	}
	if weak == "" {
		return fault.Field(field, "login.password.easy")
	}
	return fault.Field(field, "login.password.common", weak)
}

func classes(p string) int {
	var lower, upper, digit, other int
	for _, r := range p {
		switch {
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return lower + upper + digit + other
}

// strength estimates how many bits of choice are in a password, and names the
// most telling part that many others would use too. It cuts the password into
// known words, words of the person, runs and repeats, and counts what remains
// by its characters.
func strength(p string, words []string) (bits float64, weak string) {
	plain := []rune(strings.ToLower(p))
	if block := period(plain); block < len(plain) {
		b, w := strength(string(plain[:block]), words)
		if w == "" {
			w = string(plain[:block])
		}
		return b + 2, w
	}
	own := personal(words)
	seen := map[rune]bool{}
	longest := 0
	note := func(part []rune) {
		if len(part) > longest {
			weak, longest = string(part), len(part)
		}
	}
	for i := 0; i < len(plain); {
		if n := longestWord(plain[i:], own); n > 0 {
			bits += 3
			note(plain[i : i+n])
			i += n
			continue
		}
		n, b := longestWord(plain[i:], common), 10.0
		if run := runLength(plain[i:]); run >= 3 && run > n {
			n, b = run, 4+math.Log2(float64(run))
		}
		if d := dateLength(plain[i:]); d > n {
			n, b = d, 4+float64(d)
		}
		if n >= 3 {
			bits += b
			note(plain[i : i+n])
			i += n
			continue
		}
		bits += characterBits(plain[i], seen)
		seen[plain[i]] = true
		i++
	}
	return bits, weak
}

// characterBits is what one further character adds: little if it was there
// before.
func characterBits(r rune, seen map[rune]bool) float64 {
	switch {
	case seen[r]:
		return 1.5
	case r >= '0' && r <= '9':
		return 3.3
	case r < 0x80 && unicode.IsLetter(r):
		return 4.5
	case r < 0x80:
		return 3
	case unicode.Is(unicode.Han, r):
		return 8
	}
	return 5
}

// personal splits the words of the person into what could stand in a password.
func personal(words []string) map[string]bool {
	m := map[string]bool{}
	for _, w := range words {
		w = strings.ToLower(norm.NFKC.String(w))
		for _, f := range append(strings.Fields(w), strings.ReplaceAll(w, " ", "")) {
			if n := utf8.RuneCountInString(f); n >= 3 || n == 2 && f[0] >= 0x80 {
				m[f] = true
			}
		}
	}
	return m
}

// longestWord returns the length of the longest word of the list at the
// beginning of p, also when letters are replaced by similar signs.
func longestWord(p []rune, list map[string]bool) int {
	most := longestCommon
	for w := range list {
		if len(list) > 100 {
			break
		}
		most = max(most, utf8.RuneCountInString(w))
	}
	for n := min(len(p), most); n >= 2; n-- {
		s := string(p[:n])
		if list[s] || list[unleet.Replace(s)] {
			return n
		}
	}
	return 0
}

var unleet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// rows are keyboard rows; a run along one of them is one choice.
var rows = []string{"`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "!@#$%^&*()_+", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;"}

// runLength returns the length of the run at the beginning of p: the same
// character, neighbours in the alphabet or on the keyboard, up or down.
func runLength(p []rune) int {
	best := 1
	for _, step := range []rune{0, 1, -1} {
		n := 1
		for n < len(p) && p[n] == p[n-1]+step && p[n] < 0x80 {
			n++
		}
		best = max(best, n)
	}
	for _, row := range rows {
		for _, r := range []string{row, reverse(row)} {
			n := 0
			at := strings.IndexRune(r, p[0])
			for at >= 0 && n < len(p) && at+n < len(r) && rune(r[at+n]) == p[n] {
				n++
			}
			best = max(best, n)
		}
	}
	for n := 1; n <= len(p); n++ { // the same character that is not ASCII
		if p[n-1] != p[0] {
			break
		}
		best = max(best, n)
	}
	return best
}

func reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

// dateLength returns 8, 6 or 4 if p begins with digits that are a date, a
// month or a year between 1940 and 2059, else 0.
func dateLength(p []rune) int {
	digits := 0
	for digits < len(p) && digits < 8 && p[digits] >= '0' && p[digits] <= '9' {
		digits++
	}
	num := func(from, to int) int {
		n := 0
		for _, r := range p[from:to] {
			n = n*10 + int(r-'0')
		}
		return n
	}
	if digits < 4 || num(0, 4) < 1940 || num(0, 4) > 2059 {
		return 0
	}
	if digits < 6 || num(4, 6) < 1 || num(4, 6) > 12 {
		return 4
	}
	if digits < 8 || num(6, 8) < 1 || num(6, 8) > 31 {
		return 6
	}
	return 8
}

// period returns the length of the shortest block of which p is a repetition,
// or len(p).
func period(p []rune) int {
	for n := 1; n <= len(p)/2; n++ {
		i := n
		for i < len(p) && p[i] == p[i-n] {
			i++
		}
		if i == len(p) {
			return n
		}
	}
	return len(p)
}
