package arch

import (
	"fmt"
	"strings"
	"testing"
)

// Limits of size, so that a file holds one subject and a package can be read in an afternoon. Tests are not counted;
// the pages (face/web) are many small files.
const (
	maxFile    = 500
	maxPackage = 3000
)

func TestSizes(t *testing.T) {
	for _, complaint := range large(sources(t)) {
		t.Error(complaint)
	}
}

func large(all []source) (bad []string) {
	packages := map[string]int{}
	for _, s := range all {
		if s.test || testHelperPath(s.path) {
			continue
		}
		n := strings.Count(s.text, "\n")
		if n > maxFile {
			bad = append(bad, fmt.Sprintf("%s has %d lines (limit %d): split it by a noun", s.path, n, maxFile))
		}
		packages[dirOf(s.path)] += n
	}
	for p, n := range packages {
		if n > maxPackage && p != "internal/face/web" {
			bad = append(bad, fmt.Sprintf("package %s has %d lines (limit %d)", p, n, maxPackage))
		}
	}
	return bad
}
