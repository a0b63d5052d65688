package seal

import (
	"crypto/rand"
	"strings"
	"unicode"

	"sanwen/internal/ground/fault"
)

// What is wrong with a typed receipt number or code. All three are found
// without looking at any stored data, so telling them apart gives nothing away.
var (
	// ErrShape: not the right number of digits, or other characters in between.
	ErrShape = fault.New(fault.Invalid, "seal.shape")
	// ErrCheckDigit: the right shape, but mistyped.
	ErrCheckDigit = fault.New(fault.Invalid, "seal.check_digit")
)

// Receipt is what a submitter keeps: the public number of the voice and the
// secret code that opens it. Both are chosen before anything is sent.
type Receipt struct {
	// Number is "SQ20261122-4831-7725": the day, seven random digits and a
	// check digit over all of them. The random part says nothing about the
	// order of arrival within the day.
	Number string
	// Code is sixteen digits, the last one a check digit (49.8 bits).
	Code string
}

// NewReceipt draws a receipt for the given day ("2026-11-22").
func NewReceipt[Day ~string](day Day) Receipt {
	d := strings.ReplaceAll(string(day), "-", "")
	if len(d) != 8 || strings.Trim(d, "0123456789") != "" {
		panic("seal: receipt for the day " + string(day))
	}
	return Receipt{Number: number(d, randomDigits(7)), Code: code(randomDigits(15))}
}

func number(day, random string) string {
	all := day + random
	all += string(dammDigit(all))
	return formatNumber(all)
}

func code(random string) string { return random + string(dammDigit(random)) }

func formatNumber(d string) string { return "SQ" + d[:8] + "-" + d[8:12] + "-" + d[12:] }

// ParseNumber reads a receipt number as people type it: any case, with or
// without the letters, with spaces, any dashes and full-width characters. It
// returns the canonical form, or ErrShape or ErrCheckDigit.
func ParseNumber(s string) (string, error) {
	d, err := digits(s, true)
	if err != nil {
		return "", err
	}
	return formatNumber(d), nil
}

// ParseCode reads a receipt code as people type it and returns its sixteen
// digits, or ErrShape or ErrCheckDigit.
func ParseCode(s string) (string, error) { return digits(s, false) }

// FormatCode shows a code in four groups of four digits.
func FormatCode(c string) string {
	if len(c) != 16 {
		return c
	}
	return c[:4] + " " + c[4:8] + " " + c[8:12] + " " + c[12:]
}

// digits reduces typed text to its sixteen digits and verifies the last one.
func digits(s string, letters bool) (string, error) {
	if len(s) > 200 { // bounded before any work is done on it
		return "", ErrShape
	}
	var b strings.Builder
	prefix := ""
	for _, r := range s {
		if r >= '！' && r <= '～' { // full-width forms of ASCII
			r -= '！' - '!'
		}
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.IsSpace(r), unicode.Is(unicode.Pd, r), unicode.Is(unicode.Cf, r), r == '−', r == 'ー', r == '_', r == '.', r == '·':
		case letters && b.Len() == 0 && len(prefix) < 2 && unicode.IsLetter(r):
			prefix += string(unicode.ToUpper(r))
		default:
			return "", ErrShape
		}
	}
	d := b.String()
	if len(d) != 16 || prefix != "" && prefix != "SQ" {
		return "", ErrShape
	}
	if !dammValid(d) {
		return "", ErrCheckDigit
	}
	return d, nil
}

// randomDigits draws n independent, evenly distributed decimal digits.
func randomDigits(n int) string {
	out := make([]byte, 0, n)
	buf := make([]byte, 2*n)
	for len(out) < n {
		rand.Read(buf) // never fails: crypto/rand ends the process instead
		for _, b := range buf {
			if b < 250 && len(out) < n { // 250 = 25·10: no bias
				out = append(out, '0'+b%10)
			}
		}
	}
	return string(out)
}
