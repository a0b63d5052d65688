//go:build linux

package faultlab

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sanwen/internal/face/webtest"
)

// traced is an installation under observation: everything that it writes is kept in one place, to be searched.
type traced struct {
	t       *testing.T
	s       *server
	root    string // everything that was ever written is below it
	metrics string // address
	who     person
	u       *submitter
	found   []string // what should not be there
	said    []string // what was said and may be found in the database, and only there
	numbers []string
}

// person is somebody with an account.
type person struct{ number, name, password string }

const newPassword = "春分时节渠边种下七棵柳树"

// observe starts the program with everything on that could write something.
func observe(t *testing.T, bin string) *traced {
	root := t.TempDir()
	x := &traced{t: t, root: root, metrics: freePort(t)}
	for _, dir := range []string{"tmp", "seen", "home"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	data := filepath.Join(root, "data")
	x.run(bin, "demo", "--only-make", "--organisation-only", "--people", "1000", "--data", data)
	x.who = person{number: "K7Q2X93", name: "喀纳鸟"}
	list := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(list, []byte("employee_no,name,unit\n"+x.who.number+","+x.who.name+",U01\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	x.run(bin, "import", "people", list, "--write", "--data", data)
	x.who.password = startCode(t, x.run(bin, "user", "reset", x.who.number, "--data", data))
	cert, key := certificate(t)
	x.s = newServer(t, bin, data)
	x.s.level = "debug"
	x.s.flags = []string{"--tls-cert", cert, "--tls-key", key, "--metrics-addr", x.metrics, "--grace", "5s"}
	x.s.start(x.env()...)
	return x
}

func (x *traced) env() []string {
	return []string{"TMPDIR=" + filepath.Join(x.root, "tmp"), "HOME=" + filepath.Join(x.root, "home"), "LANG=zh_CN.UTF-8"}
}

func (x *traced) run(bin string, args ...string) string {
	x.t.Helper()
	return command(x.t, bin, x.env(), args...)
}

// keep puts something that came out of the program beside its files.
func (x *traced) keep(name string, b []byte) {
	if err := os.WriteFile(filepath.Join(x.root, "seen", name), b, 0o600); err != nil {
		x.t.Fatal(err)
	}
}

func (x *traced) fault(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if !slices.Contains(x.found, s) {
		x.found = append(x.found, s)
	}
}

var startCodes = regexp.MustCompile(`\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b`)

func startCode(t *testing.T, s string) string {
	t.Helper()
	c := startCodes.FindString(s)
	if c == "" {
		t.Fatalf("no start code in %q", s)
	}
	return c
}

// signIn signs in with a start code from an address of no interest, and chooses a password.
func (x *traced) signIn(p person) *webtest.Client {
	x.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		x.t.Fatal(err)
	}
	tr := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	x.t.Cleanup(tr.CloseIdleConnections)
	c := &webtest.Client{T: x.t, Base: "https://" + x.s.addr, HTTP: &http.Client{Jar: jar, Transport: tr}}
	c.Get("/login").Want(200).Form("/login").Set("user", p.number).Set("password", p.password).Submit().Want(200).
		Form("/account/password").Set("old", p.password).Set("new", newPassword).Set("again", newPassword).Submit().Want(200)
	return c
}

// submit goes the whole way of somebody unknown, with everything that can go wrong on it.
func (x *traced) submit() {
	t := x.t
	account := x.signIn(x.who)
	account.Get("/account").Want(200).Says(x.who.name)
	u := newSubmitter(t, "https://"+x.s.addr)
	x.u = u
	base, _ := url.Parse(u.base)
	for _, c := range account.HTTP.Jar.Cookies(base) {
		u.cookie = strings.TrimPrefix(u.cookie+"; "+c.Name+"="+c.Value, "; ")
		u.known = append(u.known, canary{class: "session", text: []byte(c.Value), plain: true})
	}
	if u.cookie == "" {
		t.Fatal("signing in has set no cookie")
	}
	b := u.browser()
	before := rowsOf(t, x.s.data)

	x.failures(b)
	metrics := x.scrape()
	at := time.Now()
	x.tell(b)
	x.unsent(b)
	if after := x.scrape(); time.Now().Truncate(time.Hour).Equal(at.Truncate(time.Hour)) {
		x.hour(metrics, after)
	}
	time.Sleep(300 * time.Millisecond) // what is done behind the answer

	rows := fresh(before, rowsOf(t, x.s.data))
	if len(rows["voice"]) != 3 || len(rows["event"]) < 3 || len(rows["voice_photo"]) != 1 {
		t.Fatalf("stored: %d voices, %d entries, %d photos", len(rows["voice"]), len(rows["event"]), len(rows["voice_photo"]))
	}
	for table, list := range rows {
		for _, r := range list {
			for _, when := range exact(r, at) {
				if known(before, when) {
					continue // the id of somebody or something that was there already
				}
				x.fault("time: table %s tells when: %s in %.300s", table, when, r)
			}
			for _, s := range []string{x.who.name, x.who.number, x.personID(before)} {
				if strings.Contains(r, s) {
					x.fault("person: table %s names the person whose cookie came along: %.300s", table, r)
				}
			}
		}
	}
}

// known reports whether a time-ordered id stood somewhere before.
func known(rows map[string]map[string]int, id string) bool {
	if !ordered.MatchString(id) {
		return false
	}
	for _, list := range rows {
		for r := range list {
			if strings.Contains(r, "id="+id+"|") {
				return true
			}
		}
	}
	return false
}

// personID is the id of the person whose cookie comes along.
func (x *traced) personID(rows map[string]map[string]int) string {
	for r := range rows["org_person"] {
		if strings.Contains(r, "|employee_no="+x.who.number+"|") {
			return strings.TrimPrefix(strings.SplitN(r, "|", 2)[0], "id=")
		}
	}
	x.t.Fatal("the person is not there")
	return ""
}

// tell says three things: one with a photo, one of danger, one from an old poster; and follows the first.
func (x *traced) tell(b *webtest.Client) {
	u := x.u
	words := "浴室下午四点以后水是凉的。"
	form := b.Get("/p/P104M?from="+u.secret("query")).Want(200).Form("say").Set("text", words).Set("kind", "problem")
	form.Attach("photo", "IMG_"+u.secret("file name")+".jpg", u.photo())
	who := form.Submit().Want(200)
	// First towards the other levels, which need an account, and back again.
	who.Form("/send").Set("level", "named").Submit().Want(200)
	send := who.Form("/send").Set("level", "anonymous")
	number, code := x.receipt(send.Submit().Want(200), words)
	x.receipt(send.Submit().Want(200), words) // a second press

	danger := "焦炉炉顶护栏断了，现在还有人在上面干活！"
	p := b.Get("/p/P902").Want(200).Form("say").Set("text", danger).Submit().Want(200).Form("/send").Set("level", "anonymous").Submit().Want(200)
	x.receipt(p, danger)
	old := "座椅坏了，旧海报上扫的码。"
	p = b.Get("/p/ZZ9"+u.secret("place")).Want(200).Form("say").Set("text", old).Submit().Want(200).Form("/send").Set("level", "anonymous").Submit().Want(200)
	x.receipt(p, old)
	// An unknown place is kept as it was typed, because the poster may be old: what is typed belongs to the voice.
	u.known = slices.DeleteFunc(u.known, func(c canary) bool { return c.class == "place" })

	door := func() *webtest.Form { return b.Get("/f").Want(200).Form("/f").Set("number", number) }
	wrong := []byte("4831772095460318")
	u.known = append(u.known, canary{class: "typed code", text: wrong})
	door().Set("code", string(wrong)).Submit()
	thread := door().Set("code", code).Submit().Want(200).Says(number)
	more := "二楼最里面那间也是。"
	thread.Press("/add").Want(200).Form("/add").Set("text", more).Submit().Want(200)
	x.said = append(x.said, more)
}

// receipt takes number and code off a receipt and looks for the code from now on, alone and with what is known of the voice.
func (x *traced) receipt(p *webtest.Page, words string) (number, code string) {
	x.t.Helper()
	number, shown := p.ID("receipt-number"), p.ID("receipt-code")
	code = strings.ReplaceAll(shown, " ", "")
	if len(code) != 16 {
		x.t.Fatalf("code %q", shown)
	}
	if slices.Contains(x.numbers, number) {
		return number, code
	}
	x.numbers, x.said = append(x.numbers, number), append(x.said, words)
	c := canary{class: "code", text: []byte(code)}
	for _, sep := range []string{" ", "-", "\u00a0"} {
		c.extra = append(c.extra, []byte(strings.Join([]string{code[:4], code[4:8], code[8:12], code[12:]}, sep)))
	}
	// A hash over the code and what everybody with the database knows is found by trying all codes.
	for _, sep := range []string{"", " ", "\n", "|", ":", "-", "\x00"} {
		for _, parts := range [][]string{{number, code}, {code, number}, {number, code, words}, {code, words}, {words, code}, {number, words, code}} {
			c.digest = append(c.digest, []byte(strings.Join(parts, sep)))
		}
	}
	x.u.known = append(x.u.known, c)
	return number, code
}

// unsent types what is never sent, and what is sent and must not be kept.
func (x *traced) unsent(b *webtest.Client) {
	b.Get("/p/P201").Want(200).Form("say").Set("text", "没有发出的话 "+x.u.secret("unsent words")).Submit().Want(200)
	p := b.Get("/p/P201").Want(200).Form("say").Set("text", "我不想活了 "+x.u.secret("words of a crisis")).Submit().Want(200)
	p.Form("/send").Set("level", "anonymous").Submit().Want(200)
	b.Get("/p/P201").Want(200).Form("/crisis").Submit().Want(200)
}

// failures makes requests fail in every way that somebody has thought of.
func (x *traced) failures(b *webtest.Client) {
	t, u := x.t, x.u
	status := func(what string, p *webtest.Page, want ...int) {
		t.Helper()
		if !slices.Contains(want, p.Status) {
			t.Errorf("%s: status %d, want %v", what, p.Status, want)
		}
	}
	words := url.QueryEscape(u.secret("words in a panic"))
	status("panic in a handler", b.Get("/p/P104M?panic=inside&w="+words), 500)
	if _, err := u.http.Get(u.base + "/p/P104M?panic=outside&w=" + words); err == nil {
		t.Error("the connection outlives a panic outside the handlers")
	}
	say := func() *webtest.Form {
		return b.Get("/p/P104M").Want(200).Form("say").Set("text", "x "+u.secret("unsent words"))
	}
	status("a broken image", say().Attach("photo", u.secret("file name")+".jpg", u.photo()[:700]).Submit(), 422)
	status("an image of very many pixels", say().Attach("photo", u.secret("file name")+".png", u.huge()).Submit(), 422, 413)
	status("a format that is not taken", say().Attach("photo", u.secret("file name")+".heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1"+u.secret("photo author"))).Submit(), 422)
	status("a file that is too large", say().Attach("photo", u.secret("file name")+".jpg", append(u.photo(), make([]byte, 14<<20)...)).Submit(), 413, 422)
	send := say().Submit().Want(200).Form("/send").Set("level", "anonymous")
	send.Values.Set("text", strings.Repeat(u.secret("unsent words"), 1<<17))
	status("a body that is too large", send.Submit(), 413)
	broken := say().Submit().Want(200).Form("/send").Set("level", "anonymous")
	for name, v := range broken.Values {
		if name != "text" && len(v[0]) > 60 {
			broken.Values.Set(name, v[0][:len(v[0])-8]+"AAAAAAAA")
		}
	}
	status("a token that is not genuine", broken.Submit(), 422)
	status("no such place", b.Get("/p/"+u.secret("place name")+"/me/SS-2026-999"), 404)
	status("no such page", b.Get("/nowhere/"+u.secret("path")), 404)
	foreign := say().Request()
	foreign.Header.Set("Sec-Fetch-Site", "cross-site")
	foreign.Header.Set("Origin", "https://"+strings.ToLower(u.secret("origin"))+".example")
	status("from another site", b.Do(foreign), 403)

	// What ends before there is a request, or in the middle of it. A browser that hangs up is answered with nothing.
	dial := func(protos ...string) *tls.Conn {
		c := tls.Client(u.raw(x.s.addr), &tls.Config{InsecureSkipVerify: true, ServerName: strings.ToLower(u.secret("server name")) + ".example", NextProtos: protos})
		if err := c.Handshake(); err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := dial()
	fmt.Fprintf(c, "%stext=%s", u.head("POST", "/p/P104M/send", "5000"), u.secret("unsent words"))
	c.NetConn().(*net.TCPConn).SetLinger(0)
	c.NetConn().Close() // reset in the middle of the body
	c = dial()
	fmt.Fprintf(c, "%stext=%s", u.head("POST", "/p/P104M/send", "5000"), u.secret("unsent words"))
	c.CloseWrite()
	drain(c)
	c = dial()
	fmt.Fprintf(c, "GET /p/P104M HTTP/9.9\r\nHost: %s\r\n\r\n", u.secret("host"))
	if s := drain(c); !strings.Contains(s, " 505 ") && !strings.Contains(s, " 400 ") {
		t.Errorf("an unknown protocol: %.100q", s)
	}
	c = dial()
	fmt.Fprintf(c, "GET /p/P104M HTTP/1.1\r\nHost: x\r\nX-Long: %s\r\n\r\n", strings.Repeat(u.secret("header"), 2000))
	if s := drain(c); !strings.Contains(s, " 431 ") {
		t.Errorf("a header that is too long: %.100q", s)
	}
	c = dial("h2")
	fmt.Fprint(c, (u.secret("preface") + " and so on and so on and so on")[:30])
	drain(c)
	plain := u.raw(x.s.addr)
	fmt.Fprint(plain, u.head("GET", "/p/P104M", "0"))
	if s := drain(plain); !strings.Contains(s, " 400 ") {
		t.Errorf("plain HTTP to the TLS port: %.100q", s)
	}
	half := u.raw(x.s.addr)
	half.Write([]byte("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + u.secret("handshake")))
	half.CloseWrite()
	drain(half)
	old := tls.Client(u.raw(x.s.addr), &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10,
		ServerName: strings.ToLower(u.secret("server name")) + ".example"})
	if old.Handshake() == nil {
		t.Error("the server speaks TLS 1.1")
	}
	old.Close()
	strict := tls.Client(u.raw(x.s.addr), &tls.Config{ServerName: strings.ToLower(u.secret("server name")) + ".example"})
	if strict.Handshake() == nil {
		t.Error("the browser trusts the certificate")
	}
	strict.Close()
	shy := tls.Client(u.raw(x.metrics), &tls.Config{ServerName: strings.ToLower(u.secret("server name")) + ".example"})
	if shy.Handshake() == nil {
		t.Error("the metrics speak TLS")
	}
	shy.Close()
}

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sanwen.db", "sanwen.db-wal", "sanwen.db-shm"} {
		if i, err := os.Stat(filepath.Join(to, name)); err != nil || i.Size() == 0 {
			t.Fatalf("%s while the server runs: %v", name, err)
		}
	}
}

// TestNoTrace: whoever speaks without a name leaves nothing but what he said. Everything that the program has ever written is
// searched for what his phone, his network and his photos tell about him.
func TestNoTrace(t *testing.T) {
	x := observe(t, build(t, "hook_panic"))
	x.submit()
	x.end()
	for _, f := range x.found {
		t.Error(f)
	}
}

// TestPlantedLeaksAreCaught: the same search, of a program with one leak of each kind.
func TestPlantedLeaksAreCaught(t *testing.T) {
	x := observe(t, build(t, "hook_panic,leak_agent,leak_code,leak_log,leak_name,leak_time"))
	x.submit()
	x.end()
	for leak, sign := range map[string]string{
		"leak_agent": `^agent as text in all/seen/metrics`,
		"leak_code":  `^code as text in .*sanwen\.db`,
		"leak_log":   `^address as text in all/seen/stderr`,
		"leak_name":  `^photo serial as text in all/data/blobs/`,
		"leak_time":  `^time: table voice tells when`,
	} {
		if !slices.ContainsFunc(x.found, regexp.MustCompile(sign).MatchString) {
			t.Errorf("%s went unnoticed among %d findings", leak, len(x.found))
		}
	}
}
