package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"html/template"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jba/templatecheck"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/lang"
)

// TestTemplatesFitTheirPages type-checks every page against its struct, in every language.
func TestTemplatesFitTheirPages(t *testing.T) {
	for _, l := range lang.All() {
		kit, err := parseKit(l, clock.Shanghai())
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range definedPages() {
			page, err := parsePage(kit, l, name)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			layout := page.Lookup("layout")
			if err := templatecheck.CheckHTML(layout, reflect.Zero(reflect.PointerTo(defined[name])).Interface()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestFold: writing constants into the text of templates changes no byte of a page.
func TestFold(t *testing.T) {
	for _, l := range lang.All() {
		for _, text := range []string{`{{T "web.union"}}`, `<a title="{{T "web.exit_title"}}">{{T "fault.parameter" "<&'>"}}</a>`, `{{T "fault.range" "1" "{{x"}}`,
			`<link href="{{asset "app.css"}}">`, `{{template "icon" "check"}}`, `{{range .}}{{T .}}{{end}}`} {
			text = `{{define "icon"}}<svg class="i" aria-hidden="true"><use href="{{asset "icons.svg"}}#{{.}}"/></svg>{{end}}` + text
			var want, got strings.Builder
			for into, source := range map[*strings.Builder]string{&want: text, &got: fold(l, text)} {
				page := template.Must(template.New("x").Funcs(functions(l, clock.Shanghai())).Parse(source))
				if err := page.Execute(into, []string{"web.union"}); err != nil {
					t.Fatal(err)
				}
			}
			if want.String() != got.String() {
				t.Errorf("%s\n%s\n%s", text, want.String(), got.String())
			}
		}
	}
	if n := strings.Count(fold(lang.ZH, readTemplate(t, "templates/kit/layout.html")), "{{T "); n != 0 {
		t.Errorf("%d constant sentences left in the layout", n)
	}
}

func readTemplate(t *testing.T, name string) string {
	t.Helper()
	b, err := fs.ReadFile(templateFiles, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestTemplateCheckFinds makes sure that the check above would notice.
func TestTemplateCheckFinds(t *testing.T) {
	kit, err := parseKit(lang.ZH, clock.Shanghai())
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{`{{.Nothing}}`, `{{template "light" .Page}}`, `{{range .Title}}{{end}}`, `{{T 3}}`} {
		page, _ := kit.Clone()
		if _, err := page.Parse(`{{define "main"}}` + wrong + `{{end}}`); err != nil {
			t.Fatal(err)
		}
		if err := templatecheck.CheckHTML(page.Lookup("layout"), &LeavePage{}); err == nil {
			t.Errorf("%s passed", wrong)
		}
	}
}

func TestEveryTemplateIsDefined(t *testing.T) {
	names := templateNames()
	for _, name := range names {
		if defined[name] == nil {
			t.Errorf("templates/%s.html belongs to no page: Define it or delete it", name)
		}
	}
	for _, name := range definedPages() {
		if name != "web/probe" && !slices.Contains(names, name) {
			t.Errorf("page %s has no templates/%s.html", name, name)
		}
	}
}

var keyShape = regexp.MustCompile(`"([a-z]+\.[a-z0-9_.]+)"`)

// areas are the first words of the keys.
func areas() map[string]bool {
	out := map[string]bool{}
	for _, key := range lang.Keys(lang.ZH) {
		area, _, _ := strings.Cut(key, ".")
		out[area] = true
	}
	return out
}

// isKey reports whether a quoted word of a template or a Go file is meant as a key: its first word is an area. Names of actions
// look alike and are left out by the caller.
func exists(key string) bool {
	if strings.HasSuffix(key, ".") || strings.HasSuffix(key, "_") { // the beginning of keys whose end is an enum
		return slices.ContainsFunc(lang.Keys(lang.ZH), func(k string) bool { return strings.HasPrefix(k, key) })
	}
	// the key itself, or what the keys of an enum begin with
	return lang.Has(key) || slices.ContainsFunc(lang.Keys(lang.ZH), func(k string) bool { return strings.HasPrefix(k, key+".") })
}

func TestEveryKeyExists(t *testing.T) {
	area := areas()
	files, n := 0, 0
	fs.WalkDir(embedded, "templates", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		b, err := fs.ReadFile(embedded, path)
		if err != nil {
			return err
		}
		for _, m := range keyShape.FindAllStringSubmatch(string(b), -1) {
			if first, _, _ := strings.Cut(m[1], "."); area[first] && !isAsset(m[1]) {
				n++
				if !exists(m[1]) {
					t.Errorf("%s: no sentence %s", path, m[1])
				}
			}
		}
		return nil
	})
	if files < 5 || n < 50 {
		t.Fatalf("only %d keys in %d templates: the walk is broken", n, files)
	}
	for _, key := range goKeys(t) {
		if !exists(key) {
			t.Errorf("Go: no sentence %s", key)
		}
	}
}

func isAsset(s string) bool { return assets().hashed[s] != "" }

// goKeys are the string literals of this package's Go files that stand where a key belongs: as an argument of a function.
func goKeys(t *testing.T) []string {
	t.Helper()
	area := areas()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			s, _ := strconv.Unquote(lit.Value)
			first, rest, ok := strings.Cut(s, ".")
			if ok && area[first] && rest != "" && keyShape.MatchString(`"`+s+`"`) && !isAsset(s) {
				out = append(out, s)
			}
			return true
		})
	}
	if len(out) < 30 {
		t.Fatalf("only %d keys in Go files: the walk is broken", len(out))
	}
	return out
}
