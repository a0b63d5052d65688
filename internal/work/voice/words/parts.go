package words

import "strings"

// Uncovered gives the pieces of a text that no part contains. Blanks and marks do not count, and a part may be put
// together from several passages, each on a line of its own. A passage that is not in the text covers nothing and is
// returned as foreign.
func Uncovered(text string, parts []string) (missing, foreign []string) {
	whole := Bare(text)
	covered := make([]bool, len(whole))
	for _, p := range parts {
		for _, line := range strings.Split(p, "\n") {
			b := Bare(line)
			if len(b) == 0 {
				continue
			}
			if !cover(whole, b, covered) {
				foreign = append(foreign, strings.TrimSpace(line))
			}
		}
	}
	from := -1
	for i := 0; i <= len(whole); i++ {
		if i < len(whole) && !covered[i] {
			if from < 0 {
				from = i
			}
			continue
		}
		if from >= 0 {
			missing = append(missing, string(whole[from:i]))
			from = -1
		}
	}
	return missing, foreign
}

// cover marks every place where b stands in whole and reports whether there is one.
func cover(whole, b []rune, covered []bool) bool {
	found := false
	for i := 0; i+len(b) <= len(whole); i++ {
		if !equalRunes(whole[i:i+len(b)], b) {
			continue
		}
		found = true
		for j := range b {
			covered[i+j] = true
		}
	}
	return found
}

func equalRunes(a, b []rune) bool {
	for i := range b {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
