package arch

import (
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
	packages := map[string]int{}
	for _, s := range sources(t) {
		if s.test || testHelperPath(s.path) {
			continue
		}
		n := strings.Count(s.text, "\n")
		if n > maxFile {
			t.Errorf("%s has %d lines (limit %d): split it by a noun", s.path, n, maxFile)
		}
		dir := s.path[:strings.LastIndexByte(s.path, '/')]
		packages[dir] += n
	}
	for p, n := range packages {
		if n > maxPackage && p != "internal/face/web" {
			t.Errorf("package %s has %d lines (limit %d)", p, n, maxPackage)
		}
	}
}
