package browser

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/lang"
)

// npmDir is where the checkers of npm are installed, by a lock file.
const npmDir = "npm"

// rules are the recommended ones without some that were weighed and left out.
var rules = map[string]any{
	"root":    true,
	"extends": []string{"html-validate:recommended", "html-validate:a11y", "html-validate:standard", "html-validate:document"},
	"rules": map[string]any{
		"doctype-style":             "off", // a matter of taste
		"no-implicit-button-type":   "off", // a button in a form sends it: that is what ours are for
		"no-implicit-input-type":    "off", // a field without type holds text
		"form-dup-name":             "off", // boxes and buttons of one name are how a list is sent
		"require-sri":               "off", // scripts and styles come from this server, under a digest of their own
		"tel-non-breaking":          "off", // a number stays whole by style
		"no-inline-style":           "error",
		"prefer-native-element":     "error",
		"heading-level":             []any{"error", map[string]any{"minInitialRank": "h2"}}, // the summary of what is wrong stands first; that there is one h1 is a rule of the lint
		"wcag/h63":                  "error",
		"unique-landmark":           "error",
		"no-missing-references":     "error",
		"text-content":              "error",
		"no-redundant-aria-label":   "error",
		"no-autoplay":               "error",
		"allowed-links":             "error",
		"multiple-labeled-controls": "error",
	},
}

// said is one message of html-validate.
type said struct {
	File, Rule, Message, Source string
	Line                        int
}

// validate runs html-validate over a directory of pages.
func validate(t *testing.T, dir string) []said {
	t.Helper()
	config := filepath.Join(t.TempDir(), "html-validate.json")
	b, err := json.Marshal(rules)
	if err == nil {
		err = os.WriteFile(config, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	bin, err := filepath.Abs(filepath.Join(npmDir, "node_modules", "html-validate", "bin", "html-validate.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(bin); err != nil {
		t.Fatalf("%v: install the checkers with `make tools`", err)
	}
	to := filepath.Join(t.TempDir(), "report.json")
	complaint, err := exec.CommandContext(t.Context(), "node", bin, "--config", config, "--formatter", "json="+to, dir).CombinedOutput()
	out, missing := os.ReadFile(to) // it also ends with an error where pages have faults
	if missing != nil {
		t.Fatalf("html-validate: %v: %s", err, complaint)
	}
	var report []struct {
		FilePath string
		Source   string
		Messages []struct {
			RuleID, Message string
			Line            int
		}
	}
	if bad := json.Unmarshal(out, &report); bad != nil {
		t.Fatalf("html-validate: %v: %s", bad, complaint)
	}
	var all []said
	for _, f := range report {
		lines := strings.Split(f.Source, "\n")
		for _, m := range f.Messages {
			s := said{File: filepath.Base(f.FilePath), Rule: m.RuleID, Message: m.Message, Line: m.Line}
			if m.Line >= 1 && m.Line <= len(lines) {
				s.Source = lines[m.Line-1][:min(160, len(lines[m.Line-1]))]
			}
			all = append(all, s)
		}
	}
	return all
}

// TestHTML holds the markup of every page, in both languages, and of what comes back from every form that is sent empty, to the standard.
func TestHTML(t *testing.T) {
	t.Parallel()
	s := trodden(t, template)
	dir, names := t.TempDir(), map[string]string{}
	keep := func(p *webtest.Page, what string) {
		if p.Root == nil {
			return
		}
		name := fmt.Sprintf("%04d.html", len(names))
		names[name] = what
		if err := os.WriteFile(filepath.Join(dir, name), p.Body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := &scout{t: t, s: s}
	c.known()
	sent := 0
	for _, f := range template.pages {
		for _, l := range lang.All() {
			v := look{found: f, view: view{Lang: l}}
			p := c.client(f.Number).Get(v.address())
			keep(p, f.Pattern+" "+string(l))
			if l == lang.EN {
				sent += c.blank(p, func(_ int, back *webtest.Page) { keep(back, f.Pattern+" sent empty") })
			}
		}
	}
	faults := validate(t, dir)
	seen := map[string]int{}
	for _, x := range faults {
		if seen[x.Rule+x.Message]++; seen[x.Rule+x.Message] <= 2 {
			t.Errorf("%s:%d: %s: %s: %s", names[x.File], x.Line, x.Rule, x.Message, x.Source)
		}
	}
	t.Logf("%d pages, of them %d after a form was sent empty", len(names), sent)
	if sent < 30 {
		t.Errorf("only %d forms were sent", sent)
	}
}

// harmful are forms that change who is looking, or end something that later pages need.
var harmful = []string{"/logout", "/session", "/leave", "/claim", "/letgo"}

// blank sends the forms of a page with nothing typed into them, and shows what comes back, with the number of the form on the page.
func (c *scout) blank(p *webtest.Page, show func(n int, back *webtest.Page)) int {
	sent := 0
	for i, form := range p.All(func(n *html.Node) bool { return n.DataAtom == atom.Form }) {
		action := webtest.Attr(form, "action")
		if !strings.EqualFold(webtest.Attr(form, "method"), "post") || slices.ContainsFunc(harmful, func(s string) bool { return strings.Contains(action, s) }) {
			continue
		}
		f := p.FormAt(form)
		for _, name := range f.Typed() {
			f.Values.Del(name)
		}
		if len(f.Typed()) == 0 {
			continue
		}
		back := f.Submit()
		if back.Status >= 500 {
			c.t.Errorf("%s %s sent empty: %d", http.MethodPost, action, back.Status)
		}
		show(i+1, back)
		sent++
	}
	return sent
}

// TestHTMLFinds: the checker finds what is planted.
func TestHTMLFinds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	page := `<!DOCTYPE html><html lang="zh-CN"><head><title>x</title></head><body><main><h1>x</h1><p><div>y</div></p><button>z</button>` +
		`<img src="/x.png"><ul><p>1</p></ul></main></body></html>`
	if err := os.WriteFile(filepath.Join(dir, "bad.html"), []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range validate(t, dir) {
		got = append(got, x.Rule)
	}
	for _, rule := range []string{"no-implicit-close", "element-permitted-content", "wcag/h37"} {
		if !slices.Contains(got, rule) {
			t.Errorf("%s was not found, only %v", rule, got)
		}
	}
}
