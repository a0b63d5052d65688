package browser

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
)

// fromNpm reads a file of the checkers that npm installs.
func fromNpm(path string) ([]byte, error) {
	return os.ReadFile(filepath.Join("npm", "node_modules", path))
}

var sniffer = sync.OnceValues(func() ([]byte, error) { return fromNpm("html_codesniffer/build/HTMLCS.js") })

// settled are rules of HTML CodeSniffer that see less than the page says: H32.2 does not know buttons that name their form from
// outside (lint looks for them).
var settled = []string{"Principle3.Guideline3_2.3_2_2.H32.2"}

// sniff runs HTML CodeSniffer, the checker behind pa11y, with the rules of WCAG 2 AA, and returns its errors.
func (w *walker) sniff() []string {
	w.t.Helper()
	if !must[bool](w, `!!window.HTMLCS`) {
		b, err := sniffer()
		if err != nil {
			w.t.Fatalf("%v: install the checkers with `make tools`", err)
		}
		must[bool](w, string(b)+"\n;!!(window.HTMLCS = HTMLCS)")
	}
	b, err := json.Marshal(settled)
	if err != nil {
		w.t.Fatal(err)
	}
	return must[[]string](w, `new Promise((done) => HTMLCS.process('WCAG2AA', document, () => done(HTMLCS.getMessages().filter((m) => m.type === HTMLCS.ERROR && !`+string(b)+`.some((s) => m.code.endsWith(s)))
		.map((m) => m.code.replace('WCAG2AA.Principle', '') + ' ' + m.msg.slice(0, 160) + ' | ' + (m.element.outerHTML || '').replace(/\s+/g, ' ').slice(0, 140)))))`)
}
