package web_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"sanwen/internal/base/bulk"
	"sanwen/internal/base/jobs"
	"sanwen/internal/face/web"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/reading/insight/topics"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/voicetest"
)

// bureau is the organisation of voicetest with its pages; the short name of a person is his session.
type bureau struct {
	*voicetest.World
	t    *testing.T
	base string
}

func newBureau(t *testing.T, d *db.DB, c *clock.Fake) *bureau {
	t.Helper()
	b := &bureau{World: voicetest.New(t, d, c), t: t}
	blobs, err := blob.OpenDir(t.TempDir(), c, clock.Shanghai())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	server := httptest.NewServer(web.New(&web.Site{DB: d, Clock: c, Zone: clock.Shanghai(), Log: log, Keys: b.Keys, Sessions: b, Blobs: blobs,
		Photos: blob.NewPhotos(blobs, blob.Limits{}), Topics: &topics.Topics{}, Alike: &alike.Finder{}}))
	t.Cleanup(server.Close)
	b.base = server.URL
	return b
}

// Visitor finds the person whose short name is the token.
func (b *bureau) Visitor(_ context.Context, token string) (*web.Visitor, error) {
	p, ok := b.People[token]
	if !ok {
		return nil, nil
	}
	return &web.Visitor{Person: p, Session: token}, nil
}

func (b *bureau) as(key string) *webtest.Client {
	b.t.Helper()
	b.P(key)
	c := webtest.On(b.t, b.base)
	u, err := url.Parse(b.base)
	if err != nil {
		b.t.Fatal(err)
	}
	c.HTTP.Jar.SetCookies(u, []*http.Cookie{{Name: "sanwen", Value: key, Path: "/"}})
	return c
}

// undo presses the button of the toast.
func undo(p *webtest.Page) *webtest.Page { return p.Form("/undo").Submit() }

// TestBulk: what is done with several voices at once names those with which it will not go, and can be undone where that is possible.
func TestBulk(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		b := newBureau(t, d, c)
		one := b.Tell("worker", voice.Named, "P201", "二食堂的汤总是凉的")
		two := b.Tell("worker", voice.Named, "P201", "二食堂打饭要排半小时")
		hidden := b.Tell("", voice.Anonymous, "P201", "二食堂的菜里有头发")
		press := func(do string, all ...voice.Voice) *webtest.Page {
			f := b.as("triager").Get("/inbox").Want(200).Form("rows")
			f.Values.Del("id")
			for _, v := range all {
				f.Values.Add("id", v.ID)
			}
			return f.Submit("do=" + do)
		}
		state := func(v voice.Voice, want string) {
			t.Helper()
			if got := b.Voice(v.ID); got.State != want {
				t.Errorf("%s is %s, want %s", v.Number, got.State, want)
			}
		}

		// claimed and put back by the toast
		p := press("claim", one, two).Want(200).Says("已领取 2 条")
		state(one, voice.InTriage)
		undo(p).Want(200).Says("已撤销 2 条")
		state(one, voice.Registered)
		state(two, voice.Registered)

		// set aside, with a reason, and freed by the toast
		p = press("quarantine", one).Want(200).Form("/inbox").Set("reason", "像是广告").Submit().Want(200).Says("已暂存 1 条")
		state(one, voice.Quarantined)
		undo(p).Want(200).Says("已撤销 1 条")

		// assigned together: the preview says which will not go, and why
		ask := press("route", one, two, hidden).Want(200).Says("其中 3 条现在办不了", "还没有类别", "要先逐条看过脱敏文字")
		look := ask.Form("/inbox").Set("lead", "D01").Set("category", "A1").Submit("look=1").Want(200).Says("其中 1 条现在办不了", "可以办的 2 条")
		look.Form("/inbox").Submit().Want(409).Says("有 1 条没有办成", hidden.Number)
		state(one, voice.Assigned)
		state(two, voice.Assigned)
		state(hidden, voice.Registered)
		if v := b.Voice(one.ID); v.Lead != "D01" || v.Category != "A1" || v.Title != "二食堂的汤总是凉的" {
			t.Errorf("assigned as %q, %q, %q", v.Lead, v.Category, v.Title)
		}

		// somebody else has it already
		b.Do("triager2", voice.Claim{Voice: hidden.ID})
		press("quarantine", hidden).Want(200).Says("职工triager2")
		// what became of each row, in two files; nobody else sees it or undoes it
		where := press("claim", one).Want(409).Link("看每一条的结果")
		result := b.as("triager").Get(where).Want(200).Says("办成 0 条，1 条没有办成", one.Number)
		if csv := string(b.as("triager").Get(result.Link("csv")).Want(200).Body); !strings.Contains(csv, one.Number) || !strings.Contains(csv, "没有办成") {
			t.Errorf("the file says %q", csv)
		}
		if x := b.as("triager").Get(result.Link("xlsx")).Want(200).Body; !strings.HasPrefix(string(x), "PK") {
			t.Error("no workbook")
		}
		b.as("triager2").Get(where).Want(403)
		b.as("triager2").Get(where + "/result").Want(403)
	})
}

// TestInboxViews: filters are kept under names, columns chosen, hundreds of new voices read by place, and all of a filter ticked.
func TestInboxViews(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		b := newBureau(t, d, c)
		for i := range 55 {
			b.Tell("worker", voice.Named, "P201", fmt.Sprintf("二食堂第 %d 件小事", i))
		}
		for i := range 46 {
			b.Tell("worker", voice.Named, "P501", fmt.Sprintf("一号班车第 %d 件小事", i))
		}
		page := b.as("triager").Get("/inbox?view=new&place=P201").Want(200).Says("P201（55）", "P501（46）", "连同后面各页")
		if open := page.Find(func(n *html.Node) bool { return webtest.Attr(n, "class") == "byplace" }); open == nil || !strings.Contains(string(page.Body), `class="byplace" open`) {
			t.Error("101 new voices are not offered by place")
		}
		page.Form("/views").Set("title", "二食堂新来的").Submit().Want(200).Says("二食堂新来的")
		kept := b.as("triager").Get("/inbox").Want(200)
		if to := kept.Link("二食堂新来的"); !strings.Contains(to, "place=P201") || !strings.Contains(to, "view=new") {
			t.Errorf("the kept view leads to %s", to)
		}
		b.as("triager2").Get("/inbox").Want(200).Silent("二食堂新来的")
		kept.Form("/drop").Submit().Want(200).Silent("二食堂新来的")

		heads := func(path string) (n int) {
			return len(b.as("triager").Get(path).Want(200).All(func(n *html.Node) bool {
				return n.Data == "th" && webtest.Attr(n, "scope") == "col"
			}))
		}
		if all, few := heads("/inbox"), heads("/inbox?cols=due&cols=kind"); all != 7 || few != 4 {
			t.Errorf("%d and %d columns, want 7 and 4 with the boxes", all, few)
		}
		b.as("triager").Get("/inbox?cols=colour").Want(400)

		// every voice of the filter, also those of the second page
		f := b.as("triager").Get("/inbox?view=new&place=P201").Form("rows")
		page = f.Set("all", "1").Submit("do=claim").Want(200).Says("批量领取", "已完成 0，共 55", "停下来")
		if got := page.Header.Get("Refresh"); got == "" {
			t.Error("the page does not look again")
		}
		runner := jobs.New(d, jobs.Options{})
		runner.Register(bulk.JobKind, bulk.Job)
		work := func() {
			t.Helper()
			if _, err := runner.RunDue(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		work()
		at := page.URL.Path
		over := b.as("triager").Get(at).Want(200).Says("办成 55 条").Silent("停下来")
		b.as("triager").Get("/inbox?view=new").Want(200).Silent("二食堂第")
		over.Form("/undo").Submit().Want(200).Says("正在撤销")
		work()
		b.as("triager").Get(at).Want(200).Says("已撤销 55 条")
		b.as("triager").Get("/inbox?view=new&place=P201").Want(200).Says("二食堂第")
		b.as("triager").Get(at).Silent("前可以撤销")

		// a run that is stopped leaves what waits; one that ended ten minutes ago cannot be undone
		page = b.as("triager").Get("/inbox?view=new&place=P201").Form("rows").Set("all", "1").Submit("do=claim").Want(200)
		page.Form("/cancel").Submit().Want(200).Says("已停止：办成 0 条，55 条没有动")
		work()
		b.as("triager").Get("/inbox?view=new&place=P201").Want(200).Says("二食堂第")
		page = b.as("triager").Get("/inbox?view=new&place=P201").Form("rows").Set("all", "1").Submit("do=claim").Want(200)
		work()
		late := b.as("triager").Get(page.URL.Path).Want(200).Form("/undo")
		c.Advance(11 * time.Minute)
		b.as("triager").Get(page.URL.Path).Want(200).Silent("前可以撤销")
		late.Submit().Want(409).Says("10 分钟")
	})
}
