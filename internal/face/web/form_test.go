package web

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
)

// opened posts a form and gives the handler's Form to fn.
func opened(t *testing.T, values url.Values, fn func(f *Form)) {
	t.Helper()
	ran := false
	s := setUp(t, Route{Pattern: "POST /x", Group: Anonymous, Policy: Anyone, Handler: func(r *Req) error {
		f := r.Form()
		ran = true
		fn(f)
		return r.Redirect("/leave")
	}})
	values.Set(tokenField, s.token())
	s.post("/x", values)
	if !ran {
		t.Fatal("handler did not run")
	}
}

func TestGetters(t *testing.T) {
	for _, c := range []struct {
		name  string
		given []string
		read  func(f *Form) any
		want  any
		fault string
	}{
		{"text", []string{" 一\r\n二\r三 "}, func(f *Form) any { return f.Text("x", 1, 10) }, "一\n二\n三", ""},
		{"n runes", []string{"一二三四五"}, func(f *Form) any { return f.Text("x", 1, 5) }, "一二三四五", ""},
		{"n+1 runes", []string{"一二三四五六"}, func(f *Form) any { return f.Text("x", 1, 5) }, "一二三四五六", "fault.too_long"},
		{"too short", []string{"一"}, func(f *Form) any { return f.Text("x", 2, 5) }, "一", "fault.too_short"},
		{"empty", []string{"  \n "}, func(f *Form) any { return f.Text("x", 1, 5) }, "", "fault.required"},
		{"empty allowed", nil, func(f *Form) any { return f.Text("x", 0, 5) }, "", ""},
		{"NUL", []string{"a\x00b"}, func(f *Form) any { return f.Text("x", 0, 5) }, "", "web.unreadable"},
		{"invalid UTF-8", []string{"a\xff"}, func(f *Form) any { return f.Text("x", 0, 5) }, "", "web.unreadable"},
		{"markup stays", []string{"<b>'\"&{{.}}"}, func(f *Form) any { return f.Text("x", 0, 50) }, "<b>'\"&{{.}}", ""},
		{"twice", []string{"a", "b"}, func(f *Form) any { return f.Text("x", 0, 5) }, "a", "web.twice"},
		{"line", []string{"a\nb  c"}, func(f *Form) any { return f.Line("x", 1, 9) }, "a b c", ""},
		{"digits", []string{" ４０72-9913 5560—2847 "}, func(f *Form) any { return f.Digits("x") }, "4072991355602847", ""},
		{"int", []string{" 12 "}, func(f *Form) any { return f.Int("x", 1, 12) }, 12, ""},
		{"negative", []string{"-3"}, func(f *Form) any { return f.Int("x", -5, 5) }, -3, ""},
		{"out of range", []string{"13"}, func(f *Form) any { return f.Int("x", 1, 12) }, 13, "fault.range"},
		{"overflow", []string{"99999999999999999999"}, func(f *Form) any { f.Int("x", 1, 12); return nil }, nil, "fault.number"},
		{"no int", []string{"1.38E+10"}, func(f *Form) any { return f.Int("x", 1, 12) }, 0, "fault.number"},
		{"decimal comma", []string{"41,5"}, func(f *Form) any { v, _ := f.Decimal("x"); return v }, 41.5, ""},
		{"not a number", []string{"NaN"}, func(f *Form) any { v, _ := f.Decimal("x"); return v }, 0.0, "fault.number"},
		{"infinite", []string{"1e999"}, func(f *Form) any { v, _ := f.Decimal("x"); return v }, 0.0, "fault.number"},
		{"day", []string{"2026-11-22"}, func(f *Form) any { return f.Day("x", true) }, clock.Day("2026-11-22"), ""},
		{"no such day", []string{"2026-02-30"}, func(f *Form) any { return f.Day("x", true) }, clock.Day(""), "fault.date"},
		{"day missing", nil, func(f *Form) any { return f.Day("x", true) }, clock.Day(""), "fault.required"},
		{"day optional", nil, func(f *Form) any { return f.Day("x", false) }, clock.Day(""), ""},
		{"choice", []string{"b"}, func(f *Form) any { return f.Choice("x", "a", "b") }, "b", ""},
		{"choice missing", nil, func(f *Form) any { return f.Choice("x", "a", "b") }, "", "fault.choice"},
		{"choice not offered", []string{"c"}, func(f *Form) any { return f.Choice("x", "a", "b") }, "", "fault.choice"},
		{"choice twice", []string{"a", "b"}, func(f *Form) any { return f.Choice("x", "a", "b") }, "a", "web.twice"},
		{"maybe", nil, func(f *Form) any { return f.Maybe("x", "a") }, "", ""},
		{"many", []string{"a", "b"}, func(f *Form) any { return fmt.Sprint(f.Many("x", "a", "b", "c")) }, "[a b]", ""},
		{"many not offered", []string{"a", "z"}, func(f *Form) any { return fmt.Sprint(f.Many("x", "a", "b", "c")) }, "[]", "fault.choice"},
		{"ticked", []string{"1"}, func(f *Form) any { return f.Ticked("x") }, true, ""},
	} {
		opened(t, url.Values{"x": c.given}, func(f *Form) {
			if got := c.read(f); got != c.want {
				t.Errorf("%s: %#v, want %#v", c.name, got, c.want)
			}
			got := ""
			if err := f.Err(); err != nil {
				got = fault.Of(err).Key
			}
			if got != c.fault {
				t.Errorf("%s: fault %q, want %q", c.name, got, c.fault)
			}
		})
	}
}

func TestFaultyFormKeepsWhatWasTyped(t *testing.T) {
	s := setUp(t, Route{Pattern: "POST /probe", Group: Anonymous, Policy: Anyone, Handler: takeProbe})
	typed := `一二三四五六七八九十"><script>alert(1)</script>`
	w := s.post("/probe?lang=en", url.Values{"text": {typed}, tokenField: {s.token()}})
	body := w.Body.String()
	for _, want := range []string{
		"<title>Error: ", `role="alert"`, `href="#f-text"`, `aria-invalid="true"`, `aria-describedby="f-text-fault"`, "At most 10 characters",
		`value="一二三四五六七八九十&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"`, `action="/probe?lang=en"`, "the union: At most 10 characters",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in:\n%s", want, body)
		}
	}
	if w.Code != 422 || strings.Contains(body, "<script>alert") {
		t.Errorf("%d:\n%s", w.Code, body)
	}
}

func hiddenToken(t *testing.T, body string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, `name="_token" value="`)
	token, _, _ := strings.Cut(rest, `"`)
	if !ok || token == "" {
		t.Fatalf("no token in:\n%s", body)
	}
	return token
}

// TestKeySurvives: the idempotency key stays the same over a fault, a second press and a form that has expired.
func TestKeySurvives(t *testing.T) {
	var keys []string
	s := setUp(t,
		Route{Pattern: "GET /probe", Group: Anonymous, Policy: Anyone, Handler: show},
		Route{Pattern: "POST /probe", Group: Anonymous, Policy: Anyone, Handler: func(r *Req) error { keys = append(keys, r.Form().Key); return takeProbe(r) }},
	)
	first := hiddenToken(t, s.get("/probe").Body.String())
	other := hiddenToken(t, s.get("/probe").Body.String())
	again := hiddenToken(t, s.post("/probe", url.Values{"text": {"x"}, tokenField: {first}}).Body.String())
	if w := s.post("/probe", url.Values{"text": {"好的"}, tokenField: {again}}); w.Code != 303 {
		t.Errorf("repaired: %d", w.Code)
	}
	s.post("/probe", url.Values{"text": {"好的"}, tokenField: {again}})
	s.post("/probe", url.Values{"text": {"好的"}, tokenField: {other}})
	s.Clock.(*clock.Fake).Advance(26 * time.Hour)
	w := s.post("/probe", url.Values{"text": {"好的"}, tokenField: {again}})
	if w.Code != 422 || !strings.Contains(w.Body.String(), "好的") {
		t.Errorf("expired: %d", w.Code)
	}
	if w := s.post("/probe", url.Values{"text": {"好的"}, tokenField: {hiddenToken(t, w.Body.String())}}); w.Code != 303 {
		t.Errorf("expired and sent again: %d", w.Code)
	}
	for i, k := range keys {
		if same := k == keys[0]; same != (i != 3) || k == "" {
			t.Errorf("key %d: %q, the first is %q", i, k, keys[0])
		}
	}
}

func TestBodyIsCanonical(t *testing.T) {
	var bodies [][]byte
	for _, v := range []url.Values{{"a": {"1"}, "b": {"2", "3"}}, {"b": {"2", "3"}, "a": {"1"}}, {"a": {"1"}, "b": {"3", "2"}}} {
		opened(t, v, func(f *Form) { bodies = append(bodies, f.Body()) })
	}
	if !bytes.Equal(bodies[0], bodies[1]) || bytes.Equal(bodies[0], bodies[2]) || bytes.Contains(bodies[0], []byte(tokenField)) {
		t.Errorf("%s\n%s\n%s", bodies[0], bodies[1], bodies[2])
	}
}

func TestSealed(t *testing.T) {
	s := setUp(t)
	r := &Req{Server: s.Server}
	sealed := r.Seal("receipt", "voice1", time.Hour)
	if got, err := r.Unseal("receipt", sealed); err != nil || got != "voice1" {
		t.Errorf("%q %v", got, err)
	}
	if _, err := r.Unseal("other", sealed); err == nil {
		t.Error("opens for another purpose")
	}
	for i := range len(sealed) - 1 { // the last letter carries bits that mean nothing
		other := byte('A')
		if sealed[i] == other {
			other = 'B'
		}
		if _, err := r.Unseal("receipt", sealed[:i]+string(other)+sealed[i+1:]); err == nil {
			t.Errorf("opens damaged at %d", i)
		}
	}
	s.Clock.(*clock.Fake).Advance(3 * time.Hour)
	if _, err := r.Unseal("receipt", sealed); fault.KindOf(err) != fault.Invalid {
		t.Errorf("expired: %v", err)
	}
}

type part struct {
	name, file string
	body       []byte
}

func multi(t *testing.T, parts ...part) (string, *bytes.Buffer) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		h := textproto.MIMEHeader{}
		if p.file == "" {
			h.Set("Content-Disposition", fmt.Sprintf(`form-data; name=%q`, p.name))
		} else {
			h.Set("Content-Disposition", fmt.Sprintf(`form-data; name=%q; filename=%q`, p.name, p.file))
			h.Set("Content-Type", "image/jpeg")
		}
		out, _ := w.CreatePart(h)
		out.Write(p.body)
	}
	w.Close()
	return w.FormDataContentType(), &b
}

func TestUploads(t *testing.T) {
	var got []Upload
	var text string
	var err error
	handler := func(r *Req) error {
		r.Files(func(u Upload) error {
			got = append(got, u)
			if string(u.Body) == "bad" {
				return fault.New(fault.Invalid, "blob.photo_broken")
			}
			return nil
		})
		f := r.Form()
		text = f.Text("text", 1, 20)
		err = f.Err()
		return r.Redirect("/leave")
	}
	s := setUp(t,
		Route{Pattern: "POST /up", Group: Anonymous, Policy: Anyone, Body: 40 << 20, Handler: handler},
		Route{Pattern: "POST /staff", Group: Signed, Policy: AnyAccount, Body: 40 << 20, Handler: handler},
	)
	big := bytes.Repeat([]byte("x"), UploadLimit+1)
	kind, body := multi(t, part{"_token", "", []byte(s.token())}, part{"photo", "IMG_CANARY.jpg", []byte("one")}, part{"photo", "b.jpg", big},
		part{"photo", "c.jpg", []byte("bad")}, part{"photo", "d.jpg", big[:UploadLimit]}, part{"text", "", []byte("水凉")})
	if w := s.do(request(http.MethodPost, "/up", body, "Content-Type", kind)); w.Code != 303 {
		t.Fatal(w.Code)
	}
	if len(got) != 3 || got[0].Name != "" || string(got[0].Body) != "one" || got[1].Index != 2 || len(got[2].Body) != UploadLimit || text != "水凉" {
		t.Errorf("files %d, text %q", len(got), text)
	}
	if e := fault.Of(err); len(e.More) != 2 || e.More[0].Key != "web.file_too_large" || e.More[0].Args[0] != 2 || e.More[1].Key != "blob.photo_broken" || e.More[1].Field != "photo" {
		t.Errorf("faults: %v", err)
	}
	got = nil
	kind, body = multi(t, part{"file", `C:\x/` + "\u202e" + `职工.xlsx`, []byte("one")})
	s.do(request(http.MethodPost, "/staff", body, "Content-Type", kind, "Cookie", "sanwen=good"))
	if len(got) != 1 || strings.ContainsAny(got[0].Name, "\u202e/\\") || !strings.HasSuffix(got[0].Name, "职工.xlsx") {
		t.Errorf("staff file: %+v", got)
	}
	// cut off in the middle: a fault, no file half taken
	got = nil
	kind, body = multi(t, part{"photo", "a.jpg", []byte("whole")}, part{"photo", "b.jpg", []byte("half of it")})
	body.Truncate(body.Len() - 60)
	s.do(request(http.MethodPost, "/up", body, "Content-Type", kind))
	if len(got) != 1 || err == nil {
		t.Errorf("cut off: %d files, %v", len(got), err)
	}
}

func TestBodyLimit(t *testing.T) {
	s := setUp(t, Route{Pattern: "POST /probe", Group: Anonymous, Policy: Anyone, Body: 300, Handler: takeProbe})
	form := url.Values{"text": {"好的"}, tokenField: {s.token()}}
	fill := 300 - len(form.Encode()) - len("&z=")
	form.Set("z", strings.Repeat("z", fill))
	if w := s.post("/probe", form); w.Code != 303 {
		t.Errorf("n bytes: %d", w.Code)
	}
	form.Set("z", strings.Repeat("z", fill+1))
	if w := s.post("/probe", form); w.Code != 413 {
		t.Errorf("n+1 bytes: %d", w.Code)
	}
	for _, kind := range []string{"", "text/plain", "application/json", "multipart/form-data; boundary=x"} {
		r := request(http.MethodPost, "/probe", strings.NewReader("text=x"))
		r.Header.Set("Content-Type", kind)
		if w := s.do(r); w.Code != 422 {
			t.Errorf("content type %q: %d", kind, w.Code)
		}
	}
}

func TestWriteNeedsForm(t *testing.T) {
	s := setUp(t, Route{Pattern: "POST /x", Group: Public, Policy: Anyone, Handler: func(r *Req) error { return r.Write(nil) }})
	if w := s.post("/x", nil, "Sec-Fetch-Site", "same-origin"); w.Code != 500 || !strings.Contains(s.log.String(), "Write before Form") {
		t.Errorf("%d %s", w.Code, s.log)
	}
}
