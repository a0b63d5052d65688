package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// rooms lists every package, lowest first: a package imports only packages above it in this list. Tests and the test
// helpers under a room belong to that room.
var rooms = []string{
	"ground/planted", "ground/few", "ground/lot", "ground/fault", "ground/id", "ground/clock", "ground/lang", "ground/db", "ground/blob", "ground/seal",
	"ground/sheet", "ground/word", "ground/print", "ground/send",
	"base/access", "base/event", "base/once", "base/box", "base/quota", "base/jobs", "base/org", "base/duty", "base/login", "base/drawer", "base/bulk", "base/cycle",
	"work/assignment", "work/matter", "work/voice", "work/survey", "work/inspect", "work/accept",
	"work/supervise", "work/practice", "work/season", "work/proposal", "work/meeting", "work/ballot", "work/modeltest",
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
	uses    []string // what it takes from packages outside the module, as "time.Now"
	text    string
}

func newSource(path, text string) (source, error) {
	s := source{path: path, test: strings.HasSuffix(path, "_test.go"), text: text}
	s.room = roomOf(strings.TrimPrefix(dirOf(path), "internal/"))
	f, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution)
	if err != nil {
		return s, err
	}
	names := map[string]string{} // in this file → last part of the import path
	for _, i := range f.Imports {
		v, _ := strconv.Unquote(i.Path.Value)
		s.imports = append(s.imports, v)
		last := v[strings.LastIndexByte(v, '/')+1:]
		if names[last] = last; i.Name != nil {
			delete(names, last)
			names[i.Name.Name] = last
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && names[x.Name] != "" {
				s.uses = append(s.uses, names[x.Name]+"."+sel.Sel.Name)
			} else {
				s.uses = append(s.uses, "."+sel.Sel.Name)
			}
		}
		return true
	})
	return s, nil
}

func dirOf(path string) string {
	return path[:max(0, strings.LastIndexByte(path, '/'))]
}

// program is every Go file of the module, read once.
var program = sync.OnceValues(func() ([]source, error) {
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
		s, err := newSource(filepath.ToSlash(rel), string(b))
		out = append(out, s)
		return err
	})
	return out, err
})

func sources(t *testing.T) []source {
	t.Helper()
	out, err := program()
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 20 {
		t.Fatalf("only %d Go files found: the walk is broken", len(out))
	}
	return out
}

// hold complains of every file that breaks a rule.
func hold(t *testing.T, rule func(s source) []string) {
	t.Helper()
	for _, s := range sources(t) {
		for _, complaint := range rule(s) {
			t.Errorf("%s %s", s.path, complaint)
		}
	}
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

func TestImportsGoDownward(t *testing.T) { hold(t, downward) }

func downward(s source) (bad []string) {
	if s.test || s.room == "" {
		if !s.test && strings.HasPrefix(s.path, "internal/") && !strings.HasPrefix(s.path, "internal/arch/") && !strings.HasPrefix(s.path, "internal/deps/") {
			bad = append(bad, "is in no room: add it to the list of rooms, with a decision record")
		}
		return bad
	}
	for _, i := range s.imports {
		to, ok := strings.CutPrefix(i, "sanwen/internal/")
		if ok && slices.Index(rooms, roomOf(to)) > slices.Index(rooms, s.room) {
			bad = append(bad, "(room "+s.room+") imports "+i+", which lies above it")
		}
	}
	return bad
}

// only lists what may be imported in one place alone. The value lists path prefixes where it is allowed.
var only = map[string][]string{
	"math/rand":          {},
	"math/rand/v2":       {"internal/app/demo/", "internal/app/faultlab/", "internal/app/bench"},
	"os/exec":            {"internal/ground/db/dbtest/", "internal/app/backup", "internal/app/faultlab/", "internal/app/browser/", "internal/app/bench/"},
	"unsafe":             {},
	"database/sql":       {"internal/ground/db/", "internal/app/bench/"}, // whose raw figures are those of the driver
	"modernc.org/sqlite": {"internal/ground/db/", "internal/app/bench/"},
	"text/template":      {"internal/ground/db/migrate.go"}, // escapes nothing
	"html/template":      {"internal/face/"},
	"os/signal":          {"cmd/sanwen/", "internal/app/bench/"},
	"log":                {"internal/face/web/errorlog.go"}, // the rest has a slog.Logger
	"net/http/pprof":     {},
	"expvar":             {},
}

// uses is the same for single names of packages. A name that begins with a dot is a method, whoever has it.
var uses = map[string][]string{
	"time.Now":           {"internal/ground/clock/", "internal/app/bench/"},
	"time.Since":         {"internal/ground/clock/", "internal/app/bench/"},
	"time.Until":         {},
	"template.HTML":      {}, // and its like switch the escaping of pages off
	"template.HTMLAttr":  {},
	"template.JS":        {},
	"template.JSStr":     {},
	"template.CSS":       {},
	"template.URL":       {},
	"template.Srcset":    {},
	".Upkeep":            {"internal/ground/db/", "internal/base/", "internal/app/"}, // asks for no permission
	"http.Error":         {},                                                         // faults are answered in one place
	"http.Get":           {"internal/app/bench/"},
	"http.DefaultClient": {"internal/app/bench/"},
	"os.Getenv":          {"cmd/sanwen/", "internal/app/commands.go"},
	"os.Exit":            {"cmd/sanwen/", "internal/app/open.go", "internal/app/bench/", "internal/arch/ran/"},
	"fmt.Print":          {"internal/app/bench/"},
	"fmt.Println":        {"internal/app/bench/"},
	"fmt.Printf":         {"internal/app/bench/"},
}

func TestOnlyInOnePlace(t *testing.T) { hold(t, inOnePlace) }

func inOnePlace(s source) (bad []string) {
	if s.test || testHelperPath(s.path) {
		return nil
	}
	for what, where := range only {
		if slices.Contains(s.imports, what) && !allowed(s.path, where) {
			bad = append(bad, fmt.Sprintf("imports %s: only %v may", what, where))
		}
	}
	for what, where := range uses {
		if slices.Contains(s.uses, what) && !allowed(s.path, where) {
			bad = append(bad, fmt.Sprintf("uses %s: only %v may", what, where))
		}
	}
	return bad
}

func testHelperPath(p string) bool { return testHelper(dirOf(p)) }

func allowed(path string, where []string) bool {
	return slices.ContainsFunc(where, func(w string) bool { return strings.HasPrefix(path, w) })
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
func TestNoHTTPBelowTheFace(t *testing.T) { hold(t, apart) }

func apart(s source) (bad []string) {
	i := slices.Index(rooms, s.room)
	if s.test || i < 0 {
		return nil
	}
	if i < slices.Index(rooms, "face/web") && slices.Contains(s.imports, "net/http") && s.room != "ground/send" {
		bad = append(bad, "imports net/http below the face")
	}
	if strings.HasPrefix(s.room, "face/") && sqlWord.MatchString(stripComments(s.text)) {
		bad = append(bad, "holds SQL: pages call query functions")
	}
	return bad
}
