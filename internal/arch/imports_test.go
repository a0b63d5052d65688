package arch

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms lists every package, lowest first: a package imports only packages above it in this list. Tests and the test
// helpers under a room belong to that room.
var rooms = []string{
	"ground/planted", "ground/fault", "ground/id", "ground/clock", "ground/lang", "ground/db", "ground/blob", "ground/seal",
	"ground/sheet", "ground/word", "ground/print", "ground/send",
	"base/access", "base/event", "base/once", "base/jobs", "base/org", "base/duty", "base/login", "base/drawer", "base/cycle",
	"work/assignment", "work/matter", "work/voice", "work/survey", "work/meeting", "work/inspect", "work/accept",
	"work/supervise", "work/practice", "work/modeltest",
	"reading/insight", "reading/report", "reading/publish",
	"face/web", "face/webtest", "face/api",
	"app",
}

// source is one Go file of the program.
type source struct {
	path    string // from the module's root
	room    string // entry of rooms, or "" outside internal
	test    bool
	imports []string
	text    string
}

func sources(t *testing.T) []source {
	t.Helper()
	root := filepath.Join("..", "..")
	var out []source
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, p)
		if d.IsDir() {
			if strings.HasPrefix(d.Name(), ".") && rel != "." || d.Name() == "testdata" || d.Name() == "node_modules" {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(p, ".go") {
			return nil
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, b, parser.ImportsOnly)
		if err != nil {
			return err
		}
		s := source{path: filepath.ToSlash(rel), test: strings.HasSuffix(p, "_test.go"), text: string(b)}
		for _, i := range f.Imports {
			v, _ := strconv.Unquote(i.Path.Value)
			s.imports = append(s.imports, v)
		}
		s.room = roomOf(strings.TrimPrefix(filepath.ToSlash(filepath.Dir(rel)), "internal/"))
		out = append(out, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 20 {
		t.Fatalf("only %d Go files found: the walk is broken", len(out))
	}
	return out
}

func roomOf(dir string) string {
	best := ""
	for _, r := range rooms {
		if (dir == r || strings.HasPrefix(dir, r+"/")) && len(r) > len(best) {
			best = r
		}
	}
	return best
}

// testHelper: packages that only tests import.
func testHelper(p string) bool { return strings.HasSuffix(p, "test") }

func TestImportsGoDownward(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.room == "" {
			if !s.test && strings.HasPrefix(s.path, "internal/") && !strings.HasPrefix(s.path, "internal/arch/") && !strings.HasPrefix(s.path, "internal/deps/") {
				t.Errorf("%s is in no room: add it to the list of rooms, with a decision record", s.path)
			}
			continue
		}
		for _, i := range s.imports {
			to, ok := strings.CutPrefix(i, "sanwen/internal/")
			if !ok {
				continue
			}
			r := roomOf(to)
			if slices.Index(rooms, r) > slices.Index(rooms, s.room) {
				t.Errorf("%s (room %s) imports %s, which lies above it", s.path, s.room, i)
			}
		}
	}
}

// only lists what may be imported or called in one place alone. The value lists path prefixes where it is allowed.
var only = map[string][]string{
	`"math/rand"`:    {},
	`"math/rand/v2"`: {"internal/app/demo/", "internal/app/faultlab/", "internal/app/bench"},
	`"os/exec"`:      {"internal/ground/db/dbtest/", "internal/app/backup", "internal/app/faultlab/", "internal/app/browser/", "internal/app/bench/"},
	`"unsafe"`:       {},
}

var calls = map[string][]string{
	"time.Now(":      {"internal/ground/clock/", "internal/app/bench/"},
	"time.Since(":    {"internal/ground/clock/", "internal/app/bench/"},
	"template.HTML(": {"internal/face/web/"},
	"template.JS(":   {},
	".Upkeep(":       {"internal/ground/db/", "internal/base/", "internal/app/"},
	"http.Error(":    {},
}

func TestOnlyInOnePlace(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || testHelperPath(s.path) {
			continue
		}
		for what, where := range only {
			if slices.Contains(s.imports, strings.Trim(what, `"`)) && !allowed(s.path, where) {
				t.Errorf("%s imports %s: only %v may", s.path, what, where)
			}
		}
		for what, where := range calls {
			if strings.Contains(stripComments(s.text), what) && !allowed(s.path, where) {
				t.Errorf("%s calls %s: only %v may", s.path, what, where)
			}
		}
	}
}

func testHelperPath(p string) bool { return testHelper(filepath.ToSlash(filepath.Dir(p))) }

func allowed(path string, where []string) bool {
	for _, w := range where {
		if strings.HasPrefix(path, w) {
			return true
		}
	}
	return false
}

func stripComments(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if t := strings.TrimSpace(line); strings.HasPrefix(t, "//") {
			continue
		}
		b.WriteString(line)
	}
	return b.String()
}

// TestNoHTTPBelowTheFace: nothing below internal/face knows HTTP, and no page writes SQL.
func TestNoHTTPBelowTheFace(t *testing.T) {
	face := slices.Index(rooms, "face/web")
	for _, s := range sources(t) {
		i := slices.Index(rooms, s.room)
		if s.test || i < 0 {
			continue
		}
		if i < face && slices.Contains(s.imports, "net/http") && s.room != "ground/send" {
			t.Errorf("%s imports net/http below the face", s.path)
		}
		if strings.HasPrefix(s.room, "face/") && sqlWord.MatchString(stripComments(s.text)) {
			t.Errorf("%s holds SQL: pages call query functions", s.path)
		}
	}
}
