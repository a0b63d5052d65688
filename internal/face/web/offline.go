package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

// Kit is what the scripts of staff pages know: whose device it is, and where the worker of the installable program may act.
type Kit struct {
	Who    string // stands for the account; "" where nobody is signed in
	Scopes string // paths of the worker
}

// workScopes are the paths below which the service worker acts: pages of work. Pages of people without a name lie outside all of
// them, so that no worker ever sees one.
var workScopes = []string{"/desk", "/inbox", "/ledger", "/matter/", "/voice/", "/scan", "/visits", "/waiting"}

// kit is the kit of a staff page, nil where the page goes without: pages of employees keep nothing on the device.
func (r *Req) kit(shape Shape) *Kit {
	if shape != Staff || r.Route.Group == Anonymous || r.Visitor == nil || len(r.Person.Grants) == 0 {
		return nil
	}
	sum := sha256.Sum256([]byte("device of " + r.Person.ID))
	return &Kit{Who: hex.EncodeToString(sum[:8]), Scopes: strings.Join(workScopes, " ")}
}

// keptFiles are the files that a device keeps for staff pages, by their addresses.
func keptFiles() []string {
	var out []string
	for _, name := range []string{"app.css", "staff.css", "app.js", "queue.js", "staff.js", "icons.svg", "mark.svg"} {
		out = append(out, assetURL(name))
	}
	return out
}

// waitingPath is the page that is shown where there is no network.
const waitingPath = "/waiting"

// serveWorker is the script of the service worker. Its first line changes with every file that it keeps, which is how browsers notice a
// new version of the program.
func serveWorker(r *Req) error {
	script, err := assetFiles.ReadFile("assets/sw.js")
	if err != nil {
		return err
	}
	files := keptFiles()
	pages := map[string]string{}
	sum := sha256.New()
	fmt.Fprint(sum, files)
	sum.Write(script)
	for _, l := range lang.All() {
		pages[string(l)] = waitingPath + "?lang=" + string(l)
		fmt.Fprint(sum, l.T("device.waiting"), l.T("device.waiting_text"))
	}
	var head strings.Builder
	for _, v := range []struct {
		name string
		is   any
	}{{"version", hex.EncodeToString(sum.Sum(nil)[:6])}, {"files", files}, {"waiting", pages}, {"queueFile", assetURL("queue.js")}} {
		text, err := json.Marshal(v.is)
		if err != nil {
			return err
		}
		fmt.Fprintf(&head, "const %s = %s; ", v.name, text)
	}
	r.w.Header().Set("Content-Type", assetTypes[".js"])
	_, err = fmt.Fprintf(r.w, "%s\n%s", head.String(), script)
	return err
}

// appIcon is a picture of the installed program.
type appIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose,omitempty"`
}

type appShortcut struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// appManifest says how the program looks when it is installed.
type appManifest struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"`
	ShortName string        `json:"short_name"`
	Lang      string        `json:"lang"`
	Dir       string        `json:"dir"`
	StartURL  string        `json:"start_url"`
	Scope     string        `json:"scope"`
	Display   string        `json:"display"`
	Theme     string        `json:"theme_color"`
	Ground    string        `json:"background_color"`
	Icons     []appIcon     `json:"icons"`
	Shortcuts []appShortcut `json:"shortcuts"`
}

// serveManifest describes the installable program in the language of the address.
func serveManifest(r *Req) error {
	m := appManifest{ID: "/desk", Name: r.T("device.name"), ShortName: r.T("web.brand"), Lang: r.Lang.Tag(), Dir: "ltr", StartURL: "/desk", Scope: "/",
		Display: "standalone", Theme: "#0b6470", Ground: "#ffffff",
		Icons: []appIcon{
			{Src: assetURL("icon-192.png"), Sizes: "192x192", Type: "image/png"},
			{Src: assetURL("icon-512.png"), Sizes: "512x512", Type: "image/png"},
			{Src: assetURL("icon-maskable-512.png"), Sizes: "512x512", Type: "image/png", Purpose: "maskable"},
			{Src: assetURL("mark.svg"), Sizes: "any", Type: "image/svg+xml"},
		},
		Shortcuts: []appShortcut{{r.T("web.nav_desk"), "/desk"}, {r.T("scan.title"), "/scan"}, {r.T("device.waiting"), waitingPath}},
	}
	r.w.Header().Set("Content-Type", assetTypes[".webmanifest"])
	return json.NewEncoder(r.w).Encode(m)
}

// WaitingPage lists what this device keeps: forms that wait to be sent, and drafts. The list is made on the device.
type WaitingPage struct{ Page }

var waitingPage = Define[WaitingPage]("web/waiting")

// showWaiting is also the page that a device without network shows. The copy that is kept is fetched without a cookie and names nobody.
func showWaiting(r *Req) error {
	page := WaitingPage{Page: Page{Title: r.T("device.waiting"), Shape: Staff, Kit: &Kit{}}}
	if k := r.kit(Staff); k != nil {
		page.Kit = k
	}
	return waitingPage.Render(r, page)
}

// answerTo answers a program that sent a form and asks for JSON: where the page would have gone.
func (r *Req) answerTo(path string) error {
	r.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	return json.NewEncoder(r.w).Encode(struct {
		To string `json:"to"`
	}{path})
}

// formProblem answers a program that sent a form which could not be taken: what is wrong, field by field, and for a form that has
// lain too long a new token with the same key.
func (r *Req) formProblem(status int) error {
	p := problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: r.T("web.conflict")}
	if f := r.form; f.Faulty() {
		p.Title, p.Detail = r.T("web.summary"), f.sentence(f.faults[0])
		for _, e := range f.faults {
			p.Fields = append(p.Fields, problemField{e.Field, f.sentence(e)})
		}
		if f.renew && !slices.ContainsFunc(f.faults, func(e *fault.Error) bool { return e.Key != "fault.expired" }) {
			p.Token = f.Token()
		}
	}
	r.w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
	r.w.WriteHeader(status)
	return json.NewEncoder(r.w).Encode(p)
}
