package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"testing"

	"sanwen/internal/base/org"
	"sanwen/internal/face/web"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/matter"
)

// plant is the small organisation of orgtest with its pages; the short name of a person is his session.
type plant struct {
	*orgtest.World
	t    *testing.T
	base string
}

func newPlant(t *testing.T, d *db.DB, c *clock.Fake) *plant {
	t.Helper()
	keys, err := seal.OpenKeys(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.OpenDir(t.TempDir(), c, clock.Shanghai())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	p := &plant{World: orgtest.New(t, d, c), t: t}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	server := httptest.NewServer(web.New(&web.Site{DB: d, Clock: c, Zone: clock.Shanghai(), Log: log, Keys: keys, Sessions: p,
		Blobs: blobs, Photos: blob.NewPhotos(blobs, blob.Limits{})}))
	t.Cleanup(server.Close)
	p.base = server.URL
	return p
}

// Visitor finds the person whose short name is the token.
func (p *plant) Visitor(ctx context.Context, token string) (*web.Visitor, error) {
	who, ok := p.People[token]
	if !ok {
		return nil, nil
	}
	v := &web.Visitor{Session: token}
	err := p.DB.Read(ctx, func(tx *db.Tx) (err error) {
		v.Person, err = org.Actor(tx, who.ID)
		return err
	})
	return v, err
}

// as opens a browser in which the person with the short name is signed in.
func (p *plant) as(key string) *webtest.Client {
	p.t.Helper()
	p.P(key)
	c := webtest.On(p.t, p.base)
	u, err := url.Parse(p.base)
	if err != nil {
		p.t.Fatal(err)
	}
	c.HTTP.Jar.SetCookies(u, []*http.Cookie{{Name: "sanwen", Value: key, Path: "/"}})
	return c
}

func (p *plant) matter(key string) (m matter.Matter) {
	p.t.Helper()
	p.Read(func(tx *db.Tx) (err error) {
		m, err = matter.Find(tx, key)
		return err
	})
	return m
}

// state fails the test unless the matter is in the state.
func (p *plant) state(key, want string) matter.Matter {
	p.t.Helper()
	m := p.matter(key)
	if m.State != want {
		p.t.Fatalf("%s is %s, want %s", key, m.State, want)
	}
	return m
}
