package web

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func readAsset(t *testing.T, name string) string {
	t.Helper()
	b, err := assetFiles.ReadFile("assets/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestScriptWritesNoMarkup: what people typed reaches a page as text only.
func TestScriptWritesNoMarkup(t *testing.T) {
	script := readAsset(t, "app.js") + readAsset(t, "tell.js")
	for _, bad := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "postMessage", ".style.cssText", "http://", "https://"} {
		if strings.Contains(script, bad) {
			t.Errorf("app.js: %s", bad)
		}
	}
	for _, name := range []string{"app.css", "staff.css", "icons.svg", "mark.svg"} {
		text := strings.ReplaceAll(readAsset(t, name), "http://www.w3.org/2000/svg", "")
		for _, bad := range []string{"http:", "https:", "@import", "url(", "<script", "javascript:"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s: %s", name, bad)
			}
		}
	}
}

func TestEveryIconExists(t *testing.T) {
	icons := readAsset(t, "icons.svg")
	for _, re := range []string{`template "icon" "([a-z-]+)"`, `icons\.svg"\}\}#([a-z-]+)`} {
		for _, name := range templateNamesWithKit() {
			for _, m := range regexp.MustCompile(re).FindAllStringSubmatch(readTemplate(t, name), -1) {
				if !strings.Contains(icons, `id="`+m[1]+`"`) {
					t.Errorf("%s: no icon %s", name, m[1])
				}
			}
		}
	}
	for _, n := range navigation {
		if !strings.Contains(icons, `id="`+n.icon+`"`) {
			t.Errorf("navigation: no icon %s", n.icon)
		}
	}
}

func templateNamesWithKit() []string {
	out := []string{"templates/kit/layout.html", "templates/kit/form.html", "templates/kit/show.html", "templates/kit/table.html", "templates/kit/chart.html"}
	for _, n := range templateNames() {
		out = append(out, "templates/"+n+".html")
	}
	return out
}

var colour = regexp.MustCompile(`--([a-z0-9]+): (#[0-9a-f]{3,6})`)

// palette reads the colours of one block of the stylesheet.
func palette(t *testing.T, block string) map[string]string {
	t.Helper()
	p := map[string]string{}
	for _, m := range colour.FindAllStringSubmatch(block, -1) {
		p[m[1]] = m[2]
	}
	if len(p) < 15 {
		t.Fatalf("only %d colours", len(p))
	}
	return p
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	h := strings.TrimPrefix(hex, "#")
	if len(h) == 3 {
		h = fmt.Sprintf("%c%c%c%c%c%c", h[0], h[0], h[1], h[1], h[2], h[2])
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(h[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// contrast is the ratio of WCAG 2.2.
func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// TestContrast: body text at least 7:1, every other text 4.5:1, frames of fields 3:1, in light and dark.
func TestContrast(t *testing.T) {
	css := readAsset(t, "app.css")
	light, rest, ok := strings.Cut(css, "@media (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("no dark block")
	}
	dark, _, _ := strings.Cut(rest, "}\n}")
	for name, p := range map[string]map[string]string{"light": palette(t, light), "dark": palette(t, dark)} {
		for _, c := range []struct {
			ink, ground string
			least       float64
		}{
			{"ink", "paper", 7}, {"ink", "wall", 7}, {"ink", "wash", 7}, {"ink", "redwash", 7}, {"ink", "amberwash", 7}, {"ink", "greenwash", 7}, {"ink", "bluewash", 7},
			{"ink2", "paper", 7}, {"ink2", "wall", 7}, {"ink3", "paper", 4.5}, {"ink3", "wall", 4.5}, {"ink3", "amberwash", 4.5}, {"accent", "paper", 4.5}, {"accent", "wall", 4.5},
			{"accent2", "wash", 4.5}, {"on", "accent", 4.5}, {"on", "accent2", 4.5}, {"red", "paper", 4.5}, {"red", "redwash", 4.5}, {"red", "wall", 4.5}, {"red", "wash", 4.5}, {"blue", "paper", 4.5},
			{"blue", "bluewash", 4.5}, {"amber", "paper", 4.5}, {"amber", "amberwash", 4.5}, {"amber", "wall", 4.5}, {"green", "paper", 4.5}, {"green", "greenwash", 4.5}, {"edge", "paper", 3}, {"edge", "wall", 3},
		} {
			if got := contrast(t, p[c.ink], p[c.ground]); got < c.least {
				t.Errorf("%s: %s on %s is %.2f:1, less than %.1f:1", name, c.ink, c.ground, got, c.least)
			}
		}
	}
	if got := contrast(t, "#fff", "#000"); math.Abs(got-21) > 0.01 {
		t.Errorf("white on black is %.2f", got)
	}
}

var (
	declared = regexp.MustCompile(`([a-z-]+): ([^;{}]+)`)
	lengths  = regexp.MustCompile(`[\d.]+rem`)
	ownSize  = regexp.MustCompile(`\.(poster|placename|placecode|address|three|tv|trend)\b|:root|code|lamp|body\.tv|\.z[123]`)
)

// offScale lists what a stylesheet sets by itself although there is a scale for it: spaces, type sizes, weights, radii.
func offScale(css string) []string {
	var out []string
	css = regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(css, "")
	for _, rule := range regexp.MustCompile(`([^{}]+)\{([^{}]*)\}`).FindAllStringSubmatch(css, -1) {
		for _, d := range declared.FindAllStringSubmatch(rule[2], -1) {
			name, value := d[1], strings.TrimSpace(d[2])
			bad := false
			switch {
			case strings.HasPrefix(name, "margin"), strings.HasPrefix(name, "padding"), strings.HasSuffix(name, "gap"):
				bad = lengths.MatchString(value)
			case name == "font-size":
				bad = !strings.Contains(value, "var(--") && value != "inherit" && !ownSize.MatchString(rule[1])
			case name == "font-weight":
				bad = value != "400" && value != "600"
			case name == "border-radius":
				bad = !strings.Contains(value, "var(--radius)") && !strings.HasPrefix(value, "99") && value != "50%" && value != "0"
			}
			if bad {
				out = append(out, strings.TrimSpace(rule[1])+" { "+d[0]+" }")
			}
		}
	}
	return out
}

// TestScales: space, type, weight and radius come from the scales at the top of app.css.
func TestScales(t *testing.T) {
	for _, name := range []string{"app.css", "staff.css"} {
		for _, bad := range offScale(readAsset(t, name)) {
			t.Errorf("%s: %s", name, bad)
		}
	}
	wrong := ".a { margin: 0 .3rem; font-size: 13px } .b { font-weight: 700; border-radius: 3px; gap: var(--2) }"
	if got := offScale(wrong); len(got) != 4 {
		t.Errorf("of four mistakes found: %q", got)
	}
}
