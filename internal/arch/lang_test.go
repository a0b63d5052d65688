package arch

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sanwen/internal/ground/lang"
)

// literals returns every text literal of Go file s.
func literals(s source) []string {
	var out []string
	var sc scanner.Scanner
	file := token.NewFileSet().AddFile(s.path, -1, len(s.text))
	sc.Init(file, []byte(s.text), nil, 0)
	for {
		_, tok, lit := sc.Scan()
		if tok == token.EOF {
			return out
		}
		if tok == token.STRING {
			if v, err := strconv.Unquote(lit); err == nil {
				out = append(out, v)
			}
		}
	}
}

// templates returns the text of every page template by its path from the module's root.
func templates(t *testing.T) map[string]string {
	t.Helper()
	root := filepath.Join("..", "..")
	out := map[string]string{}
	err := filepath.WalkDir(filepath.Join(root, "internal", "face"), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".html") {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(root, p)
		out[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return out
}

var (
	actions = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	quoted  = regexp.MustCompile("\"([^\"\n]*)\"|`([^`\n]*)`")

	// calls that take the key of a sentence as text
	keyCalls = []*regexp.Regexp{
		regexp.MustCompile(`\bT\(\s*"([A-Za-z0-9_.]+)"\s*[,)]`),
		regexp.MustCompile(`\bT "([A-Za-z0-9_.]+)"`),
		regexp.MustCompile(`fault\.(?:New|Field)\([^,()]+,\s*"([A-Za-z0-9_.]+)"\s*[,)]`),
		regexp.MustCompile(`fault\.Wrap\([^,()]+,\s*"([A-Za-z0-9_.]+)"\s*,`),
		regexp.MustCompile(`\b(?:f|form)\.Add\([^,()]+,\s*"([A-Za-z0-9_.]+)"\s*[,)]`),
		regexp.MustCompile(`lang\.Key\("([A-Za-z0-9_.]+)"\)`),
	}
	// calls that take what a key begins with
	prefixCalls = regexp.MustCompile(`\bEnum(?:\(\s*|\s+)"([A-Za-z0-9_.]+)"`)
)

// TestEveryKeyUsedExists looks at every place where the key of a sentence is written out.
func TestEveryKeyUsedExists(t *testing.T) {
	found := 0
	check := func(where, text string) {
		for _, call := range keyCalls {
			for _, m := range call.FindAllStringSubmatch(text, -1) {
				found++
				if !lang.Has(m[1]) {
					t.Errorf("%s: no sentence %q in both languages", where, m[1])
				}
			}
		}
	}
	for _, s := range sources(t) {
		if !s.test && !testHelperPath(s.path) {
			check(s.path, stripComments(s.text))
		}
	}
	for p, text := range templates(t) {
		check(p, text)
	}
	if found < 100 {
		t.Errorf("only %d keys found: the patterns are broken", found)
	}
}

// unfinished lists areas of which not every page is built yet. It is empty in a release.
var unfinished = []string{"app", "class", "common", "duty", "fault", "sheet"}

// TestEveryKeyIsUsed looks for sentences that nothing shows. A key is used where it is written out, or where what it begins with is: a
// text that ends in a dot or an underscore, or the first argument of Enum.
func TestEveryKeyIsUsed(t *testing.T) {
	whole, prefixes := map[string]bool{}, []string{}
	note := func(s string) {
		whole[s] = true
		if (strings.HasSuffix(s, ".") || strings.HasSuffix(s, "_") && strings.Contains(s, ".")) && len(s) > 2 {
			prefixes = append(prefixes, s)
		}
	}
	for _, s := range sources(t) {
		if s.test || testHelperPath(s.path) {
			continue
		}
		for _, l := range literals(s) {
			note(l)
		}
		for _, m := range prefixCalls.FindAllStringSubmatch(s.text, -1) {
			prefixes = append(prefixes, m[1]+".")
		}
	}
	for _, text := range templates(t) {
		for _, action := range actions.FindAllString(text, -1) { // quotes outside belong to HTML attributes
			for _, m := range quoted.FindAllStringSubmatch(action, -1) {
				note(m[1] + m[2])
			}
		}
		for _, m := range prefixCalls.FindAllStringSubmatch(text, -1) {
			prefixes = append(prefixes, m[1]+".")
		}
	}
	for _, key := range lang.Keys(lang.ZH) {
		if area, _, _ := strings.Cut(key, "."); slices.Contains(unfinished, area) {
			continue
		}
		if !whole[key] && !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) }) {
			t.Errorf("%s: nothing shows this sentence", key)
		}
	}
}
