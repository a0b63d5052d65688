// Package e2e_test goes the ways of people through the real pages: what employees say, and what the union office, the
// departments and the officers of the restricted paths do with it.
package e2e_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/face/web"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/voicetest"
)

// plant is the small organisation of the tests with its pages. A browser is signed in by a cookie that names the person.
type plant struct {
	*voicetest.World
	t    *testing.T
	base string
	site *web.Site
}

func newPlant(t *testing.T, d *db.DB, c *clock.Fake) *plant {
	t.Helper()
	p := &plant{World: voicetest.New(t, d, c), t: t}
	blobs, err := blob.OpenDir(t.TempDir(), c, clock.Shanghai())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	record, err := event.Open(context.Background(), d, p.Keys, event.Options{})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	p.site = &web.Site{DB: d, Clock: c, Zone: clock.Shanghai(), Log: log, Keys: p.Keys, Sessions: badges{p.World}, Blobs: blobs,
		Photos: blob.NewPhotos(blobs, blob.Limits{}), Record: record, Alike: &alike.Finder{}}
	record.Consume(alike.Consumer())
	server := httptest.NewServer(web.New(p.site))
	t.Cleanup(server.Close)
	p.base = server.URL
	return p
}

// follow lets what reads the record catch up, which takes the program a second or two.
func (p *plant) follow() {
	p.t.Helper()
	if err := p.site.Record.Tick(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

// badges finds the person whose short name is the session token.
type badges struct{ w *voicetest.World }

func (b badges) Visitor(_ context.Context, token string) (*web.Visitor, error) {
	who, ok := b.w.People[token]
	if !ok {
		return nil, nil
	}
	return &web.Visitor{Person: who, Session: token}, nil
}

// as opens the browser of a person; "" is somebody who is not signed in.
func (p *plant) as(key string) *webtest.Client {
	p.t.Helper()
	c := webtest.On(p.t, p.base)
	if key == "" {
		return c
	}
	if _, ok := p.People[key]; !ok {
		p.t.Fatalf("nobody is called %q", key)
	}
	u, err := url.Parse(p.base)
	if err != nil {
		p.t.Fatal(err)
	}
	c.HTTP.Jar.SetCookies(u, []*http.Cookie{{Name: "sanwen", Value: key, Path: "/"}})
	return c
}

// person names somebody for the pages of a test.
func (p *plant) person(key string, who access.Person) { p.People[key] = who }

// line is one of the forty voices of the demonstration.
type line struct {
	n               int
	category, place string
	level           voice.Level
	zh, en          string
	number, id      string
}

// forty reads the voices of the demonstration.
func forty(t *testing.T) map[int]*line {
	t.Helper()
	f, err := os.Open("../demo/data/voices.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[int]*line{}
	for _, r := range rows[1:] {
		n, err := strconv.Atoi(r[0])
		if err != nil {
			t.Fatal(err)
		}
		out[n] = &line{n: n, category: r[1], place: r[2], level: voice.Level(r[3]), zh: r[4], en: r[5]}
	}
	if len(out) != 40 {
		t.Fatalf("%d voices", len(out))
	}
	return out
}

// tell sends a voice through the pages: in one's own name or confidentially with an account, anonymously without.
func (p *plant) tell(l *line, key string) *webtest.Page {
	p.t.Helper()
	place := l.place
	if place == "" || strings.HasPrefix(place, "U") {
		place = "-" // a unit is no place
	}
	var who *webtest.Page
	if l.level == voice.Anonymous {
		who = p.as("").Get("/p/"+place).Want(200).Form("say").Set("text", l.zh).Submit().Want(200)
	} else {
		who = p.as(key).Get("/tell?place="+url.QueryEscape(place)).Want(200).Form("say").Set("text", l.zh).Submit().Want(200)
	}
	send := "/tell/send"
	if l.level == voice.Anonymous {
		send = "/p/"
	}
	return who.Form(send).Set("level", string(l.level)).Submit().Want(200)
}

// find fills in number and id of a voice that was sent.
func (p *plant) find(l *line, sent *webtest.Page) {
	p.t.Helper()
	l.number = strings.Join(strings.Fields(sent.ID("receipt-number")), "")
	p.Read(func(tx *db.Tx) (err error) {
		l.id, err = db.One[string](tx, `SELECT id FROM voice WHERE number = $1`, l.number)
		return err
	})
}

// decide opens the page of a voice in a browser and fills in the form of the decision.
func decide(b *webtest.Client, id, do string, pairs ...string) *webtest.Form {
	b.T.Helper()
	f := b.Get("/voice/" + id).Want(200).Form("decide")
	f.Set("do", do)
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

// split opens the form that takes a voice apart and writes the parts into it; parts that are proposed beyond them are cleared.
func split(b *webtest.Client, id string, texts ...string) *webtest.Form {
	b.T.Helper()
	f := refresh(decide(b, id, "split"))
	has := func(n int) bool {
		_, ok := f.Values[fmt.Sprintf("parts.%d.text", n)]
		return ok
	}
	for !has(len(texts) - 1) {
		f = f.Submit("act=part").Want(200).Form("decide")
	}
	for n := 0; has(n); n++ {
		text := ""
		if n < len(texts) {
			text = texts[n]
		}
		f.Set(fmt.Sprintf("parts.%d.text", n), text)
	}
	return f
}

// refresh presses the button that works out the proposals anew, as a browser without scripts does.
func refresh(f *webtest.Form) *webtest.Form {
	return f.Submit("act=refresh").Want(200).Form("decide")
}
