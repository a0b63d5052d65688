package web

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

var (
	definition = regexp.MustCompile(`\{\{-? ?define "([^"]+)"`)
	inclusion  = regexp.MustCompile(`\{\{-? ?template "([^"]+)"`)
)

// unshown lists the parts of the kit that the page of components shows neither by itself nor inside another part.
func unshown(kit map[string]string, page string) []string {
	bodies := map[string]string{}
	for _, text := range kit {
		starts := definition.FindAllStringSubmatchIndex(text, -1)
		for i, m := range starts {
			end := len(text)
			if i+1 < len(starts) {
				end = starts[i+1][0]
			}
			bodies[text[m[2]:m[3]]] = text[m[1]:end]
		}
	}
	seen, todo := map[string]bool{}, []string{page}
	for len(todo) > 0 {
		text := todo[0]
		todo = todo[1:]
		for _, m := range inclusion.FindAllStringSubmatch(text, -1) {
			if body, ok := bodies[m[1]]; ok && !seen[m[1]] {
				seen[m[1]] = true
				todo = append(todo, body)
			}
		}
	}
	var out []string
	for name := range bodies {
		if !seen[name] && name != "layout" && name != "kit" {
			out = append(out, name)
		}
	}
	return out
}

// TestEveryPartIsShown: whoever adds a part to the kit shows it on the page of components.
func TestEveryPartIsShown(t *testing.T) {
	files, err := fs.Glob(embedded, "templates/kit/*.html")
	if err != nil || len(files) < 6 {
		t.Fatal(files, err)
	}
	kit := map[string]string{}
	for _, f := range files {
		if !strings.HasSuffix(f, "/pages.html") { // whole pages, put together from parts
			kit[f] = readTemplate(t, f)
		}
	}
	page := readTemplate(t, "templates/design/components.html")
	for _, name := range unshown(kit, page) {
		t.Errorf("part %q is not on /design", name)
	}
	kit["more"] = `{{define "forgotten"}}x{{end}}`
	if got := unshown(kit, page); len(got) != 1 || got[0] != "forgotten" {
		t.Errorf("of a forgotten part is said %q", got)
	}
}

// TestIcons: every sign of the sprite is drawn the same way, says under what licence it stands, and is used or shown.
func TestIcons(t *testing.T) {
	sprite := readAsset(t, "icons.svg")
	if !strings.Contains(sprite, "licence") {
		t.Error("the sprite does not say its licence")
	}
	seen := map[string]bool{}
	for _, name := range icons() {
		if seen[name] {
			t.Errorf("icon %s twice", name)
		}
		seen[name] = true
	}
	for _, line := range strings.Split(sprite, "\n") {
		if strings.HasPrefix(line, "<symbol") && !strings.Contains(line, `viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"`) {
			t.Errorf("drawn otherwise: %s", line)
		}
	}
}
