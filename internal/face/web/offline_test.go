package web

import (
	"bytes"
	"encoding/json"
	"image/png"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/lang"
)

// TestManifest: the installable program has a name in both languages, pages that exist, and icons of the size they claim.
func TestManifest(t *testing.T) {
	s := setUp(t)
	names := map[string]bool{}
	for _, l := range lang.All() {
		w := s.get("/app.webmanifest?lang=" + string(l))
		var m appManifest
		if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil || w.Code != 200 || w.Header().Get("Content-Type") != "application/manifest+json" {
			t.Fatalf("%s: %d %s %v", l, w.Code, w.Header(), err)
		}
		if names[m.Name] || m.Name == "" || m.ShortName == "" || m.Display != "standalone" || m.Lang != l.Tag() {
			t.Errorf("%s: %+v", l, m)
		}
		names[m.Name] = true
		for _, path := range append([]string{m.StartURL}, m.Shortcuts[0].URL, m.Shortcuts[1].URL) {
			if !s.Local(path) {
				t.Errorf("%s: no page %s", l, path)
			}
		}
		sizes, maskable := map[string]bool{}, false
		for _, icon := range m.Icons {
			a := s.get(icon.Src)
			if a.Code != 200 || a.Header().Get("Content-Type") != icon.Type {
				t.Errorf("%s: %d %s", icon.Src, a.Code, a.Header().Get("Content-Type"))
			}
			if icon.Type != "image/png" {
				continue
			}
			p, err := png.DecodeConfig(bytes.NewReader(a.Body.Bytes()))
			if err != nil || itoa(int64(p.Width))+"x"+itoa(int64(p.Height)) != icon.Sizes {
				t.Errorf("%s: %d × %d, not %s: %v", icon.Src, p.Width, p.Height, icon.Sizes, err)
			}
			sizes[icon.Sizes], maskable = true, maskable || icon.Purpose == "maskable"
		}
		if !sizes["192x192"] || !sizes["512x512"] || !maskable {
			t.Errorf("%s: icons %v, maskable %v", l, sizes, maskable)
		}
	}
}

// TestWorker: the script of the worker is fetched anew every time, keeps files and pages that exist and name nobody, and can reach no
// page of people without a name.
func TestWorker(t *testing.T) {
	s := setUp(t)
	w := s.get("/sw.js")
	if w.Code != 200 || w.Header().Get("Cache-Control") != "no-store" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/javascript") {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	head, _, _ := strings.Cut(w.Body.String(), "\n")
	kept := regexp.MustCompile(`"(/[^"]+)"`).FindAllStringSubmatch(head, -1)
	if len(kept) < 9 {
		t.Fatalf("the worker keeps %v", kept)
	}
	for _, m := range kept {
		plain := s.get(m[1])
		known := s.get(m[1], "Cookie", "sanwen=good")
		if plain.Code != 200 || strings.Contains(plain.Body.String(), "王建国") {
			t.Errorf("%s: %d", m[1], plain.Code)
		}
		if strings.HasPrefix(m[1], "/assets/") && plain.Body.String() != known.Body.String() {
			t.Errorf("%s differs for who is signed in", m[1])
		}
	}
	for _, r := range Routes() {
		if r.Group != Anonymous {
			continue
		}
		for _, scope := range workScopes {
			if strings.HasPrefix(r.Path(), scope) {
				t.Errorf("the worker of %s reaches the anonymous page %s", scope, r.Path())
			}
		}
	}
}

// TestKitIsForStaff: pages of employees and anonymous pages have no manifest, no worker and no scripts that store.
func TestKitIsForStaff(t *testing.T) {
	staffPage := func(r *Req) error {
		return probe.Render(r, probePage{Page: Page{Title: "页", Shape: Staff}, Form: r.Blank()})
	}
	s := setUp(t,
		Route{Pattern: "GET /probe", Group: Anonymous, Policy: Anyone, Handler: staffPage},
		Route{Pattern: "GET /probe/phone", Group: Signed, Policy: AnyAccount, Handler: show},
		Route{Pattern: "GET /probe/staff", Group: Signed, Policy: AnyAccount, Handler: staffPage},
	)
	s.Sessions.(people)["head"] = &Visitor{Person: access.Person{Kind: access.Account, ID: "account-of-zhao", Name: "赵", Grants: []access.Grant{{Role: access.DeptHead, Unit: "D01", Path: "/G/D01/"}}}}
	for _, c := range []struct {
		path, session string
		want          bool
	}{{"/probe", "head", false}, {"/probe/phone", "head", false}, {"/probe/staff", "good", false}, {"/probe/staff", "head", true}} {
		page := s.get(c.path, "Cookie", "sanwen="+c.session).Body.String()
		for _, mark := range []string{"app.webmanifest", "staff.", "queue.", `id="kit"`} {
			if mark == "staff." {
				mark = strings.TrimPrefix(assetURL("staff.js"), "/assets/")
			}
			if strings.Contains(page, mark) != c.want {
				t.Errorf("%s as %s: %q is there: %v", c.path, c.session, mark, !c.want)
			}
		}
		if strings.Contains(page, "account-of-zhao") {
			t.Errorf("%s tells the id of the account", c.path)
		}
	}
}

// TestFormForPrograms: a form sent by a script gets its answer as JSON; one that lay too long gets a new token with the same key, and
// one of another account does not.
func TestFormForPrograms(t *testing.T) {
	var keys []string
	s := setUp(t, Route{Pattern: "POST /probe", Group: Signed, Policy: AnyAccount, Handler: func(r *Req) error {
		f := r.Form()
		f.Text("text", 2, 10)
		if f.Take(f.Err()) {
			return probe.Render(r, probePage{Page: Page{Title: "页"}, Form: f})
		}
		keys = append(keys, f.Key)
		return r.Redirect("/mine")
	}})
	now := s.Clock.Now()
	of := func(id string) string {
		r := &Req{Server: s.Server, Lang: lang.ZH, Person: access.Person{Kind: access.Account, ID: id}}
		return r.Blank().Token()
	}
	send := func(token, text string) (int, problem, string) {
		w := s.post("/probe", map[string][]string{"_token": {token}, "text": {text}}, "Cookie", "sanwen=good", "Accept", "application/json", "Sec-Fetch-Site", "same-origin")
		var p problem
		var to struct{ To string }
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		json.Unmarshal(w.Body.Bytes(), &to)
		return w.Code, p, to.To
	}
	token, foreign := of("p1"), of("p2")
	if code, _, to := send(token, "正好"); code != 200 || to != "/mine" {
		t.Errorf("taken: %d %s", code, to)
	}
	if code, p, _ := send(token, "x"); code != 422 || len(p.Fields) != 1 || p.Fields[0].Field != "text" || p.Token != "" {
		t.Errorf("refused: %d %+v", code, p)
	}
	if code, p, _ := send(foreign, "正好"); code != 422 || p.Token != "" {
		t.Errorf("of another account: %d %+v", code, p)
	}
	s.Clock.(*clock.Fake).Advance(3 * tokenLife)
	code, p, _ := send(token, "正好")
	if code != 422 || p.Token == "" || p.Token == token {
		t.Fatalf("after %v: %d %+v", s.Clock.Now().Sub(now), code, p)
	}
	if code, _, to := send(p.Token, "正好"); code != 200 || to != "/mine" {
		t.Errorf("with the new token: %d", code)
	}
	if len(keys) != 2 || keys[0] != keys[1] {
		t.Errorf("keys %v", keys)
	}
	if w := s.post("/probe", map[string][]string{"_token": {token}}, "Accept", "application/json"); w.Code != http.StatusUnauthorized {
		t.Errorf("without session: %d", w.Code)
	}
	if w := s.post("/probe", map[string][]string{"_token": {token}}, "Cookie", "sanwen=gate", "Accept", "application/json"); w.Code != http.StatusUnauthorized {
		t.Errorf("before the first password: %d %s", w.Code, w.Body)
	}
}
