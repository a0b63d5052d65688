package webtest

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// HasClass reports whether the element has the class.
func HasClass(n *html.Node, class string) bool {
	return slices.Contains(strings.Fields(Attr(n, "class")), class)
}

// control reports whether the element is something that a person presses, fills in or follows.
func control(n *html.Node) bool {
	switch n.DataAtom {
	case atom.A, atom.Button, atom.Select, atom.Textarea, atom.Summary:
		return true
	case atom.Input:
		return Attr(n, "type") != "hidden"
	}
	return false
}

// field reports whether the element holds something that a person fills in.
func field(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Select, atom.Textarea:
		return true
	case atom.Input:
		return !slices.Contains([]string{"hidden", "submit", "button", "reset", "image"}, Attr(n, "type"))
	}
	return false
}

// presses reports whether the element sends its form.
func presses(n *html.Node) bool {
	t := Attr(n, "type")
	return n.DataAtom == atom.Button && t != "button" && t != "reset" || n.DataAtom == atom.Input && (t == "submit" || t == "image")
}

// tick reports whether a field is a box to tick: in a list of things it is named without words that one sees.
func tick(n *html.Node) bool { return Attr(n, "type") == "checkbox" && has(n, "aria-label") }

// hidden reports whether nobody meets the element, by markup alone.
func hidden(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if has(n, "hidden") || Attr(n, "aria-hidden") == "true" || n.DataAtom == atom.Template {
			return true
		}
	}
	return false
}

// labels are the labels of a field, those around it and those that name it.
func (l *linter) labels(n *html.Node) []*html.Node {
	var out []*html.Node
	for up := n.Parent; up != nil; up = up.Parent {
		if up.DataAtom == atom.Label && (Attr(up, "for") == "" || Attr(up, "for") == Attr(n, "id")) {
			out = append(out, up)
		}
	}
	id := Attr(n, "id")
	if id == "" {
		return out
	}
	for _, e := range l.elements {
		if e.DataAtom == atom.Label && Attr(e, "for") == id && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}

// name is what a screen reader calls the element.
func (l *linter) name(n *html.Node) string {
	if ids := strings.Fields(Attr(n, "aria-labelledby")); len(ids) > 0 {
		var parts []string
		for _, id := range ids {
			if of := l.ids[id]; of != nil {
				parts = append(parts, l.text(of))
			}
		}
		return strings.TrimSpace(strings.Join(parts, " "))
	}
	if v := strings.TrimSpace(Attr(n, "aria-label")); v != "" {
		return v
	}
	if field(n) {
		var parts []string
		for _, label := range l.labels(n) {
			parts = append(parts, l.text(label))
		}
		return strings.TrimSpace(strings.Join(parts, " "))
	}
	if n.DataAtom == atom.Input {
		return strings.TrimSpace(Attr(n, "value"))
	}
	if n.DataAtom == atom.Table || n.DataAtom == atom.Svg {
		for _, c := range collect(n, func(c *html.Node) bool { return c.Data == "title" && c.Namespace == "svg" }) {
			return strings.TrimSpace(l.text(c))
		}
		return ""
	}
	return strings.TrimSpace(l.text(n))
}

// text is what is read aloud of an element: without what is hidden, with the words of its pictures.
func (l *linter) text(n *html.Node) string { return l.gather(n, func(*html.Node) bool { return true }) }

// shown is what one sees of an element's words.
func (l *linter) shown(n *html.Node) string {
	if field(n) {
		return ""
	}
	return strings.TrimSpace(l.gather(n, func(c *html.Node) bool { return !HasClass(c, "sr") }))
}

func (l *linter) gather(n *html.Node, ok func(*html.Node) bool) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.Type == html.ElementNode && (Attr(n, "aria-hidden") == "true" || has(n, "hidden") || !ok(n)):
			return
		case n.DataAtom == atom.Img:
			b.WriteString(" " + Attr(n, "alt") + " ")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return b.String()
}

// squeeze leaves letters in order, without the spaces and the case between them.
func squeeze(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }

// captioned reports whether a table stands in a figure, whose caption is its own.
func captioned(n *html.Node) bool {
	for up := n.Parent; up != nil; up = up.Parent {
		if up.DataAtom == atom.Figure {
			return len(collect(up, func(c *html.Node) bool { return c.DataAtom == atom.Figcaption })) > 0
		}
	}
	return false
}
