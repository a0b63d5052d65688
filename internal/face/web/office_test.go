package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/face/web"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
)

// office is an installation with its pages, for tests that go through them.
type office struct {
	t    *testing.T
	d    *db.DB
	c    *clock.Fake
	site *web.Site
	base string
	id   map[string]string // person by employee number
}

const officePassword = "大雪节气炼钢厂出铁水三炉"

var officeHash = sync.OnceValue(func() string {
	h, err := seal.HashPassword(context.Background(), officePassword)
	if err != nil {
		panic(err)
	}
	return h
})

// newOffice serves an empty installation.
func newOffice(t *testing.T, d *db.DB, c *clock.Fake) *office {
	t.Helper()
	keys, err := seal.OpenKeys(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	blobs, err := blob.OpenDir(t.TempDir(), c, clock.Shanghai())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	s := login.New(d, keys, log)
	o := &office{t: t, d: d, c: c, id: map[string]string{}, site: &web.Site{
		DB: d, Clock: c, Zone: clock.Shanghai(), Log: log, Keys: keys, Logins: s, Sessions: web.LoginSessions(s), Blobs: blobs}}
	server := httptest.NewServer(web.New(o.site))
	t.Cleanup(server.Close)
	o.base = server.URL
	return o
}

// staffed adds the organisation with one person of each given role, by employee number, all with the password of the office.
func (o *office) staffed(roles map[string]access.Role) *office {
	o.t.Helper()
	who := access.System("test")
	o.write(func(tx *db.Tx) error {
		if err := org.Seed(tx, who); err != nil {
			return err
		}
		return org.PutUnits{Units: []org.Unit{
			{Code: "U01", Parent: "G", Kind: org.Plant, NameZh: "炼铁厂", NameEn: "Ironmaking", Active: true},
			{Code: "U02", Parent: "G", Kind: org.Plant, NameZh: "炼钢厂", NameEn: "Steelmaking", Active: true},
			{Code: "U01-A", Parent: "U01", Kind: org.Workshop, NameZh: "高炉车间", Active: true},
		}}.Do(tx, who)
	})
	for no, role := range roles {
		o.write(func(tx *db.Tx) error {
			p, err := org.AddPerson{EmployeeNo: no, Name: "王" + no, Unit: "U01"}.Do(tx, who)
			if err != nil {
				return err
			}
			o.id[no] = p
			if role != "" {
				if err := (org.GiveRole{Person: p, Role: role, Unit: "G"}).Do(tx, who); err != nil {
					return err
				}
			}
			return login.Provide{Person: p, Hash: officeHash()}.Do(tx, who)
		})
	}
	return o
}

func (o *office) write(fn func(tx *db.Tx) error) {
	o.t.Helper()
	if err := o.d.Write(context.Background(), fn); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) read(fn func(tx *db.Tx) error) {
	o.t.Helper()
	if err := o.d.Read(context.Background(), fn); err != nil {
		o.t.Fatal(err)
	}
}

// browser opens a browser in which nobody is signed in.
func (o *office) browser() *webtest.Client { return webtest.On(o.t, o.base) }

// as opens a browser in which somebody of the office is signed in.
func (o *office) as(no string) *webtest.Client {
	o.t.Helper()
	c := o.browser()
	signIn(c, no, officePassword).Want(http.StatusOK)
	return c
}

func signIn(c *webtest.Client, no, password string) *webtest.Page {
	c.T.Helper()
	return c.Get("/login").Form("/login").Set("user", no).Set("password", password).Submit()
}
