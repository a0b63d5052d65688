package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

func TestSetUpAndFirstSignIns(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		o := newOffice(t, d, c)
		token, err := o.site.Logins.SetUpToken(context.Background())
		if err != nil || token == "" {
			t.Fatalf("%q %v", token, err)
		}
		chair := o.browser()
		chair.Get("/login").Want(200).Says("系统还没有设置").Click("/setup")

		form := chair.Get("/setup").Want(200).Form("/setup").Set("name_zh", "澄川特钢集团").
			Set("security_no", "00001").Set("security_name", "安工").Set("system_no", "00002").Set("system_name", "石工")
		// Nothing is lost by a fault, except the passwords.
		page := form.Set("token", "wrong").Set("password", officePassword).Set("again", officePassword+"x").Submit().Want(422).Says("两次输入的口令不一样")
		form = page.Form("/setup")
		if form.Values.Get("name_zh") != "澄川特钢集团" || form.Values.Get("system_no") != "00002" || form.Values.Get("password") != "" {
			t.Fatalf("%v", form.Values)
		}
		form.Set("password", officePassword).Set("again", officePassword).Submit().Want(422).Says("这个初始设置链接已用过或已过期")
		page = form.Set("token", "http://host/setup#"+token).Submit().Want(200).Says("设置完成", "石工的初始口令")
		code := startCode(t, page.Text())
		chair.Get("/setup").Want(http.StatusGone)

		// The chair signs in, and the sign-out is on the page.
		signIn(chair, "00001", officePassword).Want(200)
		chair.Get("/account").Want(200).Says("安工", "安全管理员 · 澄川特钢集团", "正在使用").Form("/logout").Submit().Want(200).Says("已退出登录")
		if p := chair.Get("/account"); p.URL.Path != "/login" || p.URL.Query().Get("next") != "/account" {
			t.Fatalf("after signing out: %s", p)
		}

		// The start code leads to the choice of a password and nowhere else.
		system := o.browser()
		p := system.Get("/account").Want(200)
		p = p.Form("/login").Set("user", "００００２").Set("password", strings.ToLower(code)).Submit().Want(200)
		if p.URL.Path != "/account/password" {
			t.Fatalf("%s", p)
		}
		if p := system.Get("/account"); p.URL.Path != "/account/password" {
			t.Fatalf("%s", p)
		}
		f := system.Get("/account/password?next=%2Faccount").Form("/account/password")
		f.Set("old", code).Set("new", "short").Set("again", "short").Submit().Want(422).Says("口令至少 12 个字")
		p = f.Set("old", code).Set("new", "春分时节渠边种下七棵柳树").Set("again", "春分时节渠边种下七棵柳树").Submit().Want(200).Says("石工", "口令已修改")
		if p.URL.Path != "/account" {
			t.Fatalf("%s", p)
		}
		signIn(o.browser(), "00002", code).Want(422).Says("工号或口令不对")
	})
}

// startCode finds "K7QM-4R2X-9TWC" in a page.
func startCode(t *testing.T, text string) string {
	t.Helper()
	for _, w := range strings.Fields(text) {
		if len(w) == 14 && w[4] == '-' && w[9] == '-' {
			return w
		}
	}
	t.Fatalf("no start code in %s", text)
	return ""
}

// Guessing is slowed for everybody else, while the owner's browser gets in at once.
func TestSlowedGuessesDoNotLockOut(t *testing.T) {
	d, c := dbtest.Open(t)
	o := newOffice(t, d, c).staffed(map[string]access.Role{"S1": access.SecurityAdmin})
	owner := o.as("S1")
	owner.Get("/account").Form("/logout").Submit().Want(200)
	thief := o.browser()
	last := signIn(thief, "S1", "guess 0")
	for range 10 {
		last = signIn(thief, "S1", "another guess")
	}
	last.Want(http.StatusTooManyRequests).Says("秒后再试")
	if last.Header.Get("Retry-After") == "" || last.Form("/login").Values.Get("user") != "S1" {
		t.Fatal("no Retry-After, or the name is lost")
	}
	signIn(o.browser(), "S1", officePassword).Want(http.StatusTooManyRequests)
	if p := signIn(owner, "S1", officePassword); p.Status != 200 || p.URL.Path == "/login" {
		t.Fatalf("the owner is locked out: %s", p)
	}
	c.Advance(20 * time.Minute)
	signIn(thief, "S1", officePassword)
	thief.Get("/account").Want(200).Says("王S1")
}

func TestDeviceCookieStaysAtLogin(t *testing.T) {
	d, c := dbtest.Open(t)
	o := newOffice(t, d, c).staffed(map[string]access.Role{"W1": ""})
	b := o.as("W1")
	names := func(path string) (out []string) {
		u, _ := url.Parse(o.base + path)
		for _, k := range b.HTTP.Jar.Cookies(u) {
			out = append(out, k.Name)
		}
		return out
	}
	if got := names("/account"); len(got) != 1 || got[0] != "sanwen" {
		t.Fatalf("cookies elsewhere: %v", got)
	}
	if got := names("/login"); len(got) != 2 {
		t.Fatalf("cookies at the sign-in: %v", got)
	}
}

func TestNextIsLocal(t *testing.T) {
	d, c := dbtest.Open(t)
	o := newOffice(t, d, c).staffed(map[string]access.Role{"W1": ""})
	for _, next := range []string{"//evil.example", `/\evil.example`, "https:evil.example", "/%09/evil.example", "https://evil.example/account", "/account@evil/../x", "/nowhere"} {
		b := o.browser()
		p := b.Get("/login?next="+url.QueryEscape(next)).Form("/login").Set("user", "W1").Set("password", officePassword)
		p.Values.Set("next", next)
		if got := p.Submit(); got.URL.Host != strings.TrimPrefix(o.base, "http://") || got.URL.Path != "/" && got.URL.Path != "/account" {
			t.Errorf("next %q led to %s", next, got.URL)
		}
	}
}

func TestSessionsOfTheAccount(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		o := newOffice(t, d, c).staffed(map[string]access.Role{"T1": access.Triager})
		here, there, third := o.as("T1"), o.as("T1"), o.as("T1")
		page := here.Get("/account").Want(200)
		page.Form("/account/session").Submit().Want(200).Says("已结束")
		ended := 0
		for _, b := range []string{there.Get("/account").URL.Path, third.Get("/account").URL.Path} {
			if b == "/login" {
				ended++
			}
		}
		if ended != 1 {
			t.Fatalf("%d sessions ended", ended)
		}
		here.Get("/account").Form("结束其他所有登录").Submit().Want(200)
		if there.Get("/account").URL.Path != "/login" || third.Get("/account").URL.Path != "/login" {
			t.Fatal("another session goes on")
		}
		here.Get("/account").Form("/account/reading").Set("lang", "en").Set("big", "2").Submit().Want(200).Says("My account", "Saved")
		o.as("T1").Get("/account").Says("Where you are signed in")
	})
}
