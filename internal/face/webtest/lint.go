package webtest

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"sanwen/internal/ground/lang"
)

// Lint lists what is wrong with the page in ways that no page may be, by its markup alone: one line for each fault, nothing for a
// page that is in order.
func (p *Page) Lint() []string {
	if p.Root == nil {
		return nil
	}
	l := &linter{page: p, ids: map[string]*html.Node{}}
	l.elements = p.All(func(*html.Node) bool { return true })
	l.head()
	l.names()
	for _, n := range l.elements {
		l.element(n)
	}
	l.headings()
	l.groups()
	l.words()
	return l.faults
}

// linter is one look at one page.
type linter struct {
	page     *Page
	elements []*html.Node
	ids      map[string]*html.Node
	lang     lang.Lang
	faults   []string
}

func (l *linter) say(n *html.Node, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if n != nil {
		text += ": " + source(n)
	}
	if !slices.Contains(l.faults, text) {
		l.faults = append(l.faults, text)
	}
}

// source is the beginning of an element as it is written.
func source(n *html.Node) string {
	var b strings.Builder
	html.Render(&b, n)
	return clip(strings.Join(strings.Fields(b.String()), " "), 160)
}

// head looks at what belongs to the whole page: language, title, and the word that a page with faults begins with.
func (l *linter) head() {
	tag := ""
	title := ""
	for _, n := range l.elements {
		switch n.DataAtom {
		case atom.Html:
			tag = Attr(n, "lang")
		case atom.Title:
			if n.Namespace == "" {
				title = strings.TrimSpace(l.text(n))
			}
		}
	}
	l.lang = lang.Parse(tag)
	if tag != l.lang.Tag() {
		l.say(nil, "the language of the page is %q", tag)
	}
	first, _, _ := strings.Cut(title, "·")
	if strings.TrimSpace(first) == "" {
		l.say(nil, "the title %q names no page", title)
	}
	faulty := l.page.Find(func(n *html.Node) bool { return HasClass(n, "summary") && Attr(n, "role") == "alert" })
	if says := strings.HasPrefix(title, strings.TrimSpace(l.lang.T("web.error_prefix"))); says != (faulty != nil) {
		l.say(nil, "title %q, faults listed: %t", title, faulty != nil)
	}
	if l.page.Status == 422 && faulty == nil && l.page.Find(func(n *html.Node) bool { return HasClass(n, "wrong") }) != nil {
		l.say(nil, "fields with faults, and no list of them")
	}
}

// names collects the ids and looks at what refers to them.
func (l *linter) names() {
	for _, n := range l.elements {
		id := Attr(n, "id")
		if has(n, "id") && (id == "" || strings.ContainsAny(id, " \t\n")) {
			l.say(n, "no id: %q", id)
		}
		if id != "" && l.ids[id] != nil {
			l.say(n, "id %s twice", id)
		}
		l.ids[id] = n
	}
	for _, n := range l.elements {
		for _, a := range []string{"for", "form", "list", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "headers", "popovertarget"} {
			if a == "for" && n.DataAtom != atom.Label && n.DataAtom != atom.Output {
				continue
			}
			for _, id := range strings.Fields(Attr(n, a)) {
				if l.ids[id] == nil {
					l.say(n, "%s names #%s, which is not there", a, id)
				}
			}
		}
		if h := Attr(n, "href"); n.DataAtom == atom.A && len(h) > 1 && h[0] == '#' && l.ids[h[1:]] == nil {
			l.say(n, "leads to %s, which is not there", h)
		}
	}
}

var fileName = regexp.MustCompile(`(?i)\.(jpe?g|png|webp|gif|svg)$|^(img|image|photo|dsc)[-_]?\d+$`)

func (l *linter) element(n *html.Node) {
	for _, a := range n.Attr {
		if strings.HasPrefix(a.Key, "on") {
			l.say(n, "a script in the attribute %s", a.Key)
		}
	}
	if has(n, "style") {
		l.say(n, "style in an attribute")
	}
	if t := Attr(n, "tabindex"); t != "" && t != "0" && !strings.HasPrefix(t, "-") {
		l.say(n, "tabindex %s", t)
	}
	if has(n, "autofocus") {
		l.say(n, "takes the focus by itself")
	}
	if has(n, "accesskey") {
		l.say(n, "accesskey")
	}
	if r := Attr(n, "role"); slices.Contains([]string{"button", "link", "checkbox", "radio", "switch", "menuitem"}, r) && !control(n) {
		l.say(n, "plays the role of a %s without being one", r)
	}
	switch n.DataAtom {
	case atom.A:
		if Attr(n, "href") == "" {
			l.say(n, "a link that leads nowhere")
		}
		if strings.HasPrefix(Attr(n, "href"), "javascript:") {
			l.say(n, "a script as a link")
		}
	case atom.Img:
		alt := strings.TrimSpace(Attr(n, "alt"))
		if !has(n, "alt") {
			l.say(n, "a picture without words")
		}
		if fileName.MatchString(alt) || alt != "" && path.Base(Attr(n, "src")) == alt {
			l.say(n, "the name of a file instead of words")
		}
	case atom.Form:
		if !slices.ContainsFunc(controls(l.page.Root, n), presses) {
			l.say(n, "a form without a button")
		}
	case atom.Svg:
		if Attr(n, "aria-hidden") != "true" && (Attr(n, "role") != "img" || l.name(n) == "") {
			l.say(n, "a drawing neither hidden nor named")
		}
	case atom.Th:
		if s := Attr(n, "scope"); s != "col" && s != "row" && s != "colgroup" && s != "rowgroup" {
			l.say(n, "the head of a column or row without scope")
		}
	case atom.Table:
		if len(collect(n, func(c *html.Node) bool { return c.DataAtom == atom.Th })) == 0 {
			l.say(n, "a table without heads")
		}
		if l.name(n) == "" && !captioned(n) && len(collect(n, func(c *html.Node) bool { return c.DataAtom == atom.Caption && strings.TrimSpace(l.text(c)) != "" })) == 0 {
			l.say(n, "a table without caption")
		}
	case atom.Iframe, atom.Marquee, atom.Font, atom.Center:
		l.say(n, "no such element here")
	case atom.Script:
		if Attr(n, "src") == "" && Attr(n, "type") != "application/json" {
			l.say(n, "a script within the page")
		}
	case atom.Style:
		l.say(n, "a style within the page")
	}
	if control(n) {
		l.control(n)
	}
}

// control looks at what a person can press, fill in or follow.
func (l *linter) control(n *html.Node) {
	for up := n.Parent; up != nil; up = up.Parent {
		if up.DataAtom == atom.A || up.DataAtom == atom.Button || up.DataAtom == atom.Summary {
			l.say(n, "a control within a control")
		}
	}
	if hidden(n) {
		return
	}
	name := l.name(n)
	if name == "" {
		l.say(n, "a control without a name")
	}
	if shown := l.shown(n); has(n, "aria-label") && shown != "" && !strings.Contains(squeeze(name), squeeze(shown)) {
		l.say(n, "is called %q and shows %q", name, shown)
	}
	if !field(n) {
		return
	}
	if has(n, "placeholder") && len(l.labels(n)) == 0 {
		l.say(n, "a placeholder instead of a label")
	}
	if len(l.labels(n)) == 0 && !has(n, "aria-labelledby") && !tick(n) && l.cell(n) == nil {
		l.say(n, "a field without a label that one sees")
	}
	if len(l.labels(n)) > 1 {
		l.say(n, "a field with several labels")
	}
}

// cell is the cell of a table in which a field stands, named by its column and row.
func (l *linter) cell(n *html.Node) *html.Node {
	for up := n.Parent; up != nil; up = up.Parent {
		if up.DataAtom == atom.Td && has(n, "aria-label") {
			return up
		}
	}
	return nil
}

func (l *linter) headings() {
	last, first := 0, 0
	for _, n := range l.elements {
		level := slices.Index([]atom.Atom{0, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6}, n.DataAtom)
		if level < 1 {
			continue
		}
		if level == 1 {
			first++
		}
		if level > last+1 && last > 0 {
			l.say(n, "a heading of level %d after one of level %d", level, last)
		}
		if strings.TrimSpace(l.name(n)) == "" {
			l.say(n, "an empty heading")
		}
		last = level
	}
	if first != 1 {
		l.say(nil, "%d headings of the first level", first)
	}
}

// groups: radio buttons of one name stand in one fieldset that has a legend.
func (l *linter) groups() {
	for _, n := range l.elements {
		if n.DataAtom == atom.Fieldset {
			legend := ""
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				if c.DataAtom == atom.Legend {
					legend = l.text(c)
				}
			}
			if strings.TrimSpace(legend) == "" && !has(n, "aria-labelledby") && !has(n, "aria-label") {
				l.say(n, "a group of fields without a legend")
			}
		}
		if n.DataAtom == atom.Input && Attr(n, "type") == "radio" {
			in := n.Parent
			for in != nil && in.DataAtom != atom.Fieldset && Attr(in, "role") != "radiogroup" {
				in = in.Parent
			}
			if in == nil {
				l.say(n, "a choice outside a group")
			}
		}
	}
}

var dotted = regexp.MustCompile(`[a-z][a-z0-9_]*(?:\.[A-Za-z0-9_]+)+`)

// pointer is an address of memory that got among words. The digests and signatures of the log may hold any letters, but no such word.
var pointer = regexp.MustCompile(`(?:^|[^0-9A-Za-z+/])0x[0-9a-f]+(?:$|[^0-9A-Za-z+/=])`)

// words looks for keys where their sentences should be, and for places of sentences that were not filled in.
func (l *linter) words() {
	look := func(n *html.Node, text string) {
		for _, w := range dotted.FindAllString(text, -1) {
			if lang.Has(w) {
				l.say(n, "the key %s instead of its sentence", w)
			}
		}
		for _, bad := range []string{"%!", "<nil>", "{0}", "{1}", "ZgotmplZ"} {
			if strings.Contains(text, bad) {
				l.say(n, "%s in a sentence", bad)
			}
		}
		if bad := pointer.FindString(text); bad != "" {
			l.say(n, "%s in a sentence", bad)
		}
	}
	for _, n := range l.elements {
		if n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Code || n.DataAtom == atom.Pre || n.DataAtom == atom.Textarea {
			continue
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.TextNode {
				look(n, c.Data)
			}
		}
		for _, a := range []string{"title", "alt", "aria-label", "placeholder"} {
			look(n, Attr(n, a))
		}
	}
}
