package web_test

import (
	"bytes"
	"compress/gzip"
	"image/color"
	"regexp"
	"strings"
	"testing"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

var (
	loaded   = regexp.MustCompile(`(?:href|src)="(/assets/[^"#]+)`)
	idOnPage = regexp.MustCompile(`\sid="([^"]*)"`)
	forLabel = regexp.MustCompile(`\sfor="([^"]*)"`)
)

// small fails the test if a page is more than a phone on a slow network should fetch, or is wrong in a way that every page can be.
func small(t *testing.T, p *webtest.Page) {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(p.Body)
	z.Close()
	if b.Len() > 14<<10 {
		t.Errorf("%s: %d bytes compressed", p.URL, b.Len())
	}
	files := map[string]bool{}
	for _, m := range loaded.FindAllSubmatch(p.Body, -1) {
		files[string(m[1])] = true
	}
	if len(files)+1 > 6 {
		t.Errorf("%s: %d requests", p.URL, len(files)+1)
	}
	body := string(p.Body)
	if n := strings.Count(body, "<h1"); n != 1 {
		t.Errorf("%s: %d headings of the first level", p.URL, n)
	}
	ids := map[string]bool{}
	for _, m := range idOnPage.FindAllStringSubmatch(body, -1) {
		if ids[m[1]] {
			t.Errorf("%s: id %s twice", p.URL, m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range forLabel.FindAllStringSubmatch(body, -1) {
		if !ids[m[1]] {
			t.Errorf("%s: a label for %s, which is not there", p.URL, m[1])
		}
	}
}

// TestEmployeePagesAreSmall walks over every page of employees, in both languages, with the longest text that one can write.
func TestEmployeePagesAreSmall(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	for n := range 40 { // a full board
		s1 := h.who("T1")
		h.write(func(tx *db.Tx) error {
			in := matter.Register{Title: "第" + strings.Repeat("三", n%20) + "件：更衣柜门锁损坏、热水不足", Public: true, Class: matter.Standard, Category: "B1", Place: "P104M", Lead: "U02", Source: plan.FromResearch}
			return in.Do(tx, s1)
		})
	}
	for _, lang := range []string{"zh", "en"} {
		q := "?lang=" + lang
		b := h.browser()
		for _, path := range []string{"/p", "/p/P104M", "/p/-", "/p/P777", "/p/P104M/danger", "/p/P104M/crisis", "/f", "/board", "/log/check"} {
			small(t, b.Get(path+q).Want(200))
		}
		small(t, b.Get("/board"+q+"&view=done").Want(200))
		small(t, b.Get("/p/P104M/me/SS-2026-001"+q).Want(200))
		long := strings.Repeat("浴室水凉，三天了，没有人管。", 140)
		form := b.Get("/p/P104M"+q).Form("say").Set("text", long)
		for i := range 6 {
			form.Attach("photo", "a.jpg", picture(t, color.RGBA{uint8(40 * i), 90, uint8(len(lang) + i), 255}))
		}
		who := form.Submit().Want(200)
		small(t, who)
		small(t, who.Press("/p/P104M/place").Want(200))
		small(t, who.Press("/p/P104M").Want(200))
		small(t, who.Form("/send").Set("level", "named").Submit().Want(200))
		sent := who.Form("/send").Set("level", "anonymous").Submit().Want(200)
		number, code := receiptOn(t, sent)
		thread := b.Get("/f"+q).Form("/f").Set("number", number).Set("code", code).Submit().Want(200)
		small(t, thread)
		for _, do := range []string{"add", "retaliation", "withdraw", "end", "check"} {
			if do != "check" {
				small(t, thread.Press("/f/"+do).Want(200))
			}
		}
		a := h.as("W1")
		for _, path := range []string{"/tell", "/mine"} {
			small(t, a.Get(path+q).Want(200))
		}
	}
	number, code := h.tell(coldWater)
	h.asking(number)
	h.told()
	thread := h.open(number, code).Want(200)
	small(t, thread)
	small(t, thread.Press("/f/rate").Want(200))
}
