package web

import (
	"bytes"
	"embed"
	"fmt"
	"html"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/lang"
)

//go:embed templates
var embedded embed.FS

// templateFiles holds the folder templates. Tests lay their own pages over it.
var templateFiles fs.FS = embedded

// Shape is how a page uses the screen.
type Shape string

// The shapes of a page.
const (
	Phone Shape = "phone" // one column for employees, buttons in the thumb zone; the zero value means this
	Staff Shape = "staff" // navigation beside, tables and forms
	Sheet Shape = "sheet" // paper: posters, letters, lists to print
	TV    Shape = "tv"    // wall screen, read from three metres

	// Neutral pages show nothing of what this site is for: no name, no navigation, no foot.
	Neutral Shape = "neutral"
)

// Page is embedded in the struct of every page. Handlers set Title and what else differs; Render fills in the rest.
type Page struct {
	Title string // heading of the page and, with the site's neutral name, of the window
	Shape Shape
	Back  string // address of the page before, for the link above the heading

	Lang    lang.Lang
	Big     int
	Person  access.Person
	Contact Contact
	Nav     []NavItem
	Toast   *ToastView
	Banner  string // why nothing can be written at the moment, or ""
	Faulty  bool   // the page shows a form with faults
	Secret  bool   // an anonymous page: it has the exit control
	Kit     *Kit   // of staff pages: what their scripts know
	Here    string // the address of this page, for the links that change language and text size
	Crumbs  []Link // the pages above this one, from the home page down
	Bell    *Bell  // of staff pages: what the reader was told
	Size    *Form  // the form of the switch of text size where it is a setting of the account, else nil

	name string // of the template
	keep []string
}

func (p *Page) base() *Page { return p }

// Broad reports whether the page needs the second stylesheet, which pages of employees do without.
func (p *Page) Broad() bool { return p.Shape == Staff || p.Shape == Sheet || p.Shape == TV }

// Stranger reports whether the reader has an account without a role: what others have left on his device is cleared.
func (p *Page) Stranger() bool { return p.Person.SignedIn() && len(p.Person.Grants) == 0 }

// T returns a sentence in the reader's language.
func (p *Page) T(key string, args ...any) string { return p.Lang.T(key, args...) }

// Link returns a path of this site with the language and text size that the reader chose in the address.
func (p *Page) Link(path string) string { return link(path, p.keep) }

// Neutral reports whether the page hides what this site is for.
func (p *Page) Neutral() bool { return p.Shape == Neutral }

// Searches reports whether the page has the box for finding things: every page of staff.
func (p *Page) Searches() bool { return p.Shape == Staff && p.Nav != nil }

// LeavesSigned reports whether the page has the control that leaves and signs out at once: the pages on which employees tell and
// follow what they said, where somebody may stand behind them.
func (p *Page) LeavesSigned() bool { return p.Shape == Phone && p.Person.SignedIn() }

// Other returns the address of this page in the other language.
func (p *Page) Other() string {
	to := "en"
	if p.Lang == lang.EN {
		to = "zh"
	}
	return link(withoutParam(p.Here, "lang"), append([]string{"lang=" + to}, without(p.keep, "lang")...))
}

// NextSize is the text size after the present one; after the largest comes the normal one.
func (p *Page) NextSize() int { return (p.Big + 1) % sizes }

// sizes is how many text sizes there are: 100, 125, 150 and 175 %.
const sizes = 4

// Bigger returns the address of this page with the next text size.
func (p *Page) Bigger() string { return p.sized(p.NextSize()) }

func (p *Page) sized(n int) string {
	return link(withoutParam(p.Here, "z"), append([]string{fmt.Sprintf("z=%d", n)}, without(p.keep, "z")...))
}

// Sizes are the text sizes to choose from, each with the address of this page in it.
func (p *Page) Sizes() []Option {
	var out []Option
	for n := range sizes {
		v := strconv.Itoa(n)
		out = append(out, Option{Value: v, Text: p.T("web.size." + v), Href: p.sized(n), On: n == p.Big})
	}
	return out
}

func without(params []string, name string) []string {
	var out []string
	for _, p := range params {
		if !strings.HasPrefix(p, name+"=") {
			out = append(out, p)
		}
	}
	return out
}

func withoutParam(path, name string) string {
	path, query, _ := strings.Cut(path, "?")
	if rest := join(without(strings.Split(query, "&"), name)); rest != "" {
		return path + "?" + rest
	}
	return path
}

// ToastView is a toast as the page shows it.
type ToastView struct {
	Text string
	Undo *Form  // the form of its button, or nil
	To   string // where that form posts to
}

type pager interface{ base() *Page }

// PageOf is a page that handlers can render: a template together with the struct it is checked against.
type PageOf[T any] struct{ name string }

var defined = map[string]reflect.Type{}

// Define names the template of a page, "matter/ledger" for templates/matter/ledger.html, and the struct it shows. The struct
// embeds [Page]. Call it once per page, at package level.
func Define[T any](name string) PageOf[T] {
	var zero T
	if _, ok := any(&zero).(pager); !ok {
		panic("web: page " + name + " does not embed Page")
	}
	if _, twice := defined[name]; twice {
		panic("web: page defined twice: " + name)
	}
	defined[name] = reflect.TypeFor[T]()
	return PageOf[T]{name}
}

// Render fills in the embedded Page and writes the page. Nothing is written where the template fails.
func (p PageOf[T]) Render(r *Req, data T) error {
	b := any(&data).(pager).base()
	if r.status >= 400 && r.Posted() && wantsJSON(r.http) {
		return r.formProblem(r.status)
	}
	b.name = p.name
	r.fill(b)
	return r.write(p.name, &data)
}

// fill completes the embedded Page of a page struct.
func (r *Req) fill(b *Page) {
	if b.Title == "" {
		panic("web: page without title: " + r.Route.Pattern)
	}
	if b.Shape == "" {
		b.Shape = Phone
	}
	b.Lang, b.Big, b.Person, b.keep = r.Lang, r.Big, r.Person, r.keep
	b.Faulty = r.form.Faulty()
	b.Secret = r.Route.Group == Anonymous && r.Route.Pattern != "/"
	b.Here = r.here()
	if b.Kit == nil {
		b.Kit = r.kit(b.Shape)
	}
	if b.Kit != nil && b.Bell == nil {
		b.Bell = r.bell()
	}
	if r.Site.Contact != nil {
		b.Contact = r.Site.Contact(r.Lang)
	}
	if key := r.readOnly(); key != "" {
		b.Banner = r.T(key)
	}
	if r.Visitor != nil {
		b.Nav, b.Crumbs = r.nav(), r.crumbs(b.Back)
		if r.Visitor.Gate == "" {
			form := r.form
			b.Size = r.Blank()
			r.form = form
		}
	}
	if t := r.takeToast(); t != nil {
		args := make([]any, len(t.Args))
		for i, a := range t.Args {
			args[i] = a
		}
		b.Toast = &ToastView{Text: r.T(t.Key, args...), To: t.Undo}
		if t.Undo != "" {
			form := r.form
			b.Toast.Undo = r.Blank()
			r.form = form
		}
	}
}

// here is the address of the page for the language and size links. After a POST it is the path alone: the GET page of the same
// path where there is one.
func (r *Req) here() string {
	if r.http.Method == http.MethodPost || r.http.URL.RawQuery == "" {
		return r.Path()
	}
	return withoutParam(r.Path()+"?"+r.http.URL.RawQuery, toastParam)
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func (r *Req) write(name string, data any) error {
	t, err := r.pages.get(r.Lang, name)
	if err != nil {
		return err
	}
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	passes := 1
	if r.form.Faulty() {
		passes = 2 // the summary stands above the fields and repeats their labels
	}
	for range passes {
		b.Reset()
		if err := t.ExecuteTemplate(b, "layout", data); err != nil {
			return fmt.Errorf("template %s: %w", name, err)
		}
	}
	h := r.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if r.status != 0 {
		r.w.WriteHeader(r.status)
	}
	r.w.Write(b.Bytes()) // the only error is that the reader has gone
	return nil
}

// templates are parsed when a page is first shown: starting the program does not wait for all of them.
type templates struct {
	zone *time.Location
	mu   sync.Mutex
	base map[lang.Lang]*template.Template
	made sync.Map // of "zh matter/ledger" → *template.Template
}

func (t *templates) get(l lang.Lang, name string) (*template.Template, error) {
	key := string(l) + " " + name
	if page, ok := t.made.Load(key); ok {
		return page.(*template.Template), nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.base == nil {
		t.base = map[lang.Lang]*template.Template{}
	}
	if t.base[l] == nil {
		kit, err := parseKit(l, t.zone)
		if err != nil {
			return nil, err
		}
		t.base[l] = kit
	}
	page, err := parsePage(t.base[l], l, name)
	if err != nil {
		return nil, err
	}
	t.made.Store(key, page)
	return page, nil
}

// parseKit parses layout and components for one language.
func parseKit(l lang.Lang, zone *time.Location) (*template.Template, error) {
	if zone == nil {
		zone = time.UTC
	}
	kit := template.New("kit").Funcs(functions(l, zone))
	files, err := fs.Glob(templateFiles, "templates/kit/*.html")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if err := parseFile(kit, l, file); err != nil {
			return nil, err
		}
	}
	return kit, nil
}

func parsePage(kit *template.Template, l lang.Lang, name string) (*template.Template, error) {
	t, err := kit.Clone()
	if err != nil {
		return nil, err
	}
	return t, parseFile(t, l, "templates/"+name+".html")
}

func parseFile(t *template.Template, l lang.Lang, file string) error {
	b, err := fs.ReadFile(templateFiles, file)
	if err != nil {
		return err
	}
	_, err = t.New(path.Base(file)).Parse(fold(l, string(b)))
	return err
}

var (
	constantT     = regexp.MustCompile(`\{\{T "([a-z0-9_.]+)"((?: "[^"{}]*")*)\}\}`)
	constantAsset = regexp.MustCompile(`\{\{asset "([a-z0-9_.-]+)"\}\}`)
	constantIcon  = regexp.MustCompile(`\{\{template "icon" "([a-z-]+)"\}\}`)
	quotedText    = regexp.MustCompile(`"([^"]*)"`)
)

// fold writes what is known when a template is parsed straight into its text: the templates of each language are parsed by
// themselves, so most sentences are constants. It makes a page several times cheaper and changes no byte of it: sentences stand
// in text or in quoted attributes only, where html.EscapeString does what html/template would.
func fold(l lang.Lang, text string) string {
	text = constantIcon.ReplaceAllString(text, `<svg class="i" aria-hidden="true"><use href="{{asset "icons.svg"}}#$1"/></svg>`)
	text = constantAsset.ReplaceAllStringFunc(text, func(m string) string {
		return assetURL(constantAsset.FindStringSubmatch(m)[1])
	})
	return constantT.ReplaceAllStringFunc(text, func(m string) string {
		parts := constantT.FindStringSubmatch(m)
		var args []any
		for _, a := range quotedText.FindAllStringSubmatch(parts[2], -1) {
			args = append(args, a[1])
		}
		return strings.ReplaceAll(html.EscapeString(l.T(parts[1], args...)), "{{", "{&#123;")
	})
}

// functions are what templates can call besides the methods of their data.
func functions(l lang.Lang, zone *time.Location) template.FuncMap {
	return template.FuncMap{
		// T is a sentence in the reader's language.
		"T": func(key string, args ...any) string { return l.T(key, args...) },
		// asset is the address of a file of the folder assets.
		"asset": assetURL,
		// date writes a day out, "2026年11月22日".
		"date": func(d clock.Day) string { return l.Date(d, zone) },
		// day writes the day of a moment out.
		"day": func(m clock.Millis) string { return l.Date(m, zone) },
		// moment writes day, hour and minute out.
		"moment": func(m clock.Millis) string { return l.DateTime(m, zone) },
		// iso is a moment for the datetime attribute of <time>.
		"iso": func(m clock.Millis) string { return m.Time().In(zone).Format(time.RFC3339) },
		// number groups thousands.
		"number": func(n int) string { return l.Number(n) },
		// number64 is number for counts that may be large.
		"number64": func(n int64) string { return l.Number(n) },
		// left says how many working days are left.
		"left": func(n int) string { return l.WorkingDaysLeft(n) },
		// lines cuts a text at its line ends.
		"lines": func(s string) []string { return strings.Split(s, "\n") },
		// note is a panel with a title, or "" for none, and a text.
		"note": func(tone, title, text string) Panel { return Panel{Tone: tone, Title: title, Text: text} },
		// plus adds, for counting from one.
		"plus": func(a, b int) int { return a + b },
	}
}

// definedPages lists the pages by name, for the tests that walk over all of them.
func definedPages() []string {
	names := make([]string, 0, len(defined))
	for name := range defined {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// templateNames lists the page files, for the test that every one is defined.
func templateNames() []string {
	var names []string
	fs.WalkDir(templateFiles, "templates", func(path string, d fs.DirEntry, err error) error {
		name := strings.TrimSuffix(strings.TrimPrefix(path, "templates/"), ".html")
		if err == nil && !d.IsDir() && !strings.HasPrefix(name, "kit/") {
			names = append(names, name)
		}
		return err
	})
	return names
}
