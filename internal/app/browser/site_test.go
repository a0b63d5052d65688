package browser

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"sanwen/internal/app"
	"sanwen/internal/app/demo"
	"sanwen/internal/app/demo/story"
	"sanwen/internal/base/access"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
)

// begun is the moment at which the demonstration ends and the tests begin: a Monday morning.
var begun = time.Date(2026, 11, 23, 9, 0, 0, 0, clock.Shanghai())

// ground is an installation that is made once for the test process and copied for every site.
type ground struct {
	make func(ctx context.Context, h demo.House) (demo.Made, error)

	once     sync.Once
	dir      string
	signIns  []demo.SignIn
	receipts []story.Receipt
	err      error

	walk     sync.Once
	trod     string            // a copy on which somebody has been to every page and is still signed in
	pages    []found           // where he was
	sessions map[string]string // by employee number
	bad      []found           // the forms of these pages that came back with faults when they were sent empty
}

// The grounds on which sites stand: the demonstration of 1,000 people after a year; the same with thousands of voices before it; an
// organisation in which nobody has said anything yet; and a program that was started for the first time.
var (
	template = &ground{make: func(ctx context.Context, h demo.House) (demo.Made, error) {
		return demo.Make(ctx, h, demo.Size{People: 1000})
	}}
	crowded = &ground{make: func(ctx context.Context, h demo.House) (demo.Made, error) {
		return demo.Make(ctx, h, demo.Size{People: 1000, Voices: 10_000})
	}}
	bare       = &ground{make: makeBare}
	firstStart = &ground{make: func(context.Context, demo.House) (demo.Made, error) { return demo.Made{}, nil }}
)

func closeTemplate() {
	for _, g := range []*ground{template, crowded, bare, firstStart} {
		for _, dir := range []string{g.dir, g.trod} {
			if dir != "" {
				os.RemoveAll(dir)
			}
		}
	}
}

func (g *ground) ready(t *testing.T) {
	t.Helper()
	g.once.Do(func() { g.err = g.build() })
	if g.err != nil {
		t.Fatalf("making the installation: %v", g.err)
	}
}

func (g *ground) build() error {
	var err error
	if g.dir, err = os.MkdirTemp("", "sanwen-browser"); err != nil {
		return err
	}
	clk := clock.NewFake(begun)
	a, err := app.Open(context.Background(), config(g.dir), clk, os.Stderr)
	if err != nil {
		return err
	}
	defer a.Close()
	made, err := g.make(context.Background(), demo.House{DB: a.DB, Keys: a.Keys, Photos: a.Photos, Log: a.Log,
		Login: a.Login, Clock: clk, Zone: a.Zone})
	g.signIns, g.receipts = made.SignIns, made.Receipts
	return err
}

// makeBare is the organisation of the demonstration on its first day.
func makeBare(ctx context.Context, h demo.House) (demo.Made, error) {
	cast, err := demo.Organisation(ctx, h.DB, 1000)
	if err != nil {
		return demo.Made{}, err
	}
	hash, err := seal.HashPassword(ctx, demo.Password)
	if err != nil {
		return demo.Made{}, err
	}
	var made demo.Made
	err = h.DB.Write(ctx, func(tx *db.Tx) error {
		add := func(r access.Role, p org.Person) error {
			if !slices.ContainsFunc(made.SignIns, func(x demo.SignIn) bool { return x.Number == p.EmployeeNo }) {
				if err := (login.Provide{Person: p.ID, Hash: hash}).Do(tx, access.System("test")); err != nil {
					return err
				}
			}
			made.SignIns = append(made.SignIns, demo.SignIn{Role: r, Number: p.EmployeeNo, Name: p.Name, Password: demo.Password})
			return nil
		}
		if err := add(access.Employee, cast.Me()); err != nil {
			return err
		}
		for _, r := range access.Roles() {
			if len(cast.Holders[r]) > 0 {
				if err := add(r, cast.First(r)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return made, err
}

func config(dir string) app.Config {
	return app.Config{Data: dir, Zone: "Asia/Shanghai", LogLevel: "error"}
}

// site is a served demonstration with a clock of its own.
type site struct {
	t    *testing.T
	from *ground
	App  *app.App
	Base string
	Time *clock.Fake
}

// serve copies the demonstration and serves it on loopback until the test ends.
func serve(t *testing.T) *site {
	t.Helper()
	return serveOn(t, template)
}

// serveOn is serve on one of the grounds.
func serveOn(t *testing.T, g *ground) *site {
	t.Helper()
	g.ready(t)
	s, stop := serveCopy(t, g, g.dir, t.TempDir())
	t.Cleanup(stop)
	return s
}

// trodden serves a ground on which somebody has been to every page, and says which: the addresses, with the sessions of those who may
// open them. The walk takes long, so it is made once for all tests.
func trodden(t *testing.T, g *ground) *site {
	t.Helper()
	g.ready(t)
	g.walk.Do(func() {
		dir, err := os.MkdirTemp("", "sanwen-browser")
		if err != nil {
			t.Fatal(err)
		}
		s, stop := serveCopy(t, g, g.dir, dir)
		g.pages, g.sessions = s.pages(t)
		stop()
		g.trod = dir
		s, stop = serveCopy(t, g, g.trod, t.TempDir())
		defer stop()
		g.bad = s.faulty(t, g.pages)
	})
	if g.trod == "" {
		t.Fatal("the pages were not found: the first test that looked for them says why")
	}
	s, stop := serveCopy(t, g, g.trod, t.TempDir())
	t.Cleanup(stop)
	return s
}

// serveCopy serves a copy of an installation on loopback until it is stopped.
func serveCopy(t *testing.T, g *ground, from, dir string) (s *site, end func()) {
	t.Helper()
	if err := copyTree(dir, from); err != nil {
		t.Fatal(err)
	}
	s = &site{t: t, from: g, Time: clock.NewFake(begun)}
	var err error
	if s.App, err = app.Open(context.Background(), config(dir), s.Time, t.Output()); err != nil {
		t.Fatal(err)
	}
	s.App.Demo = true
	ctx, stop := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- s.App.Serve(ctx, app.Listen{Addr: "127.0.0.1:0", Grace: time.Second}, func(base string) error { ready <- base; return nil })
	}()
	select {
	case s.Base = <-ready:
	case err := <-done:
		t.Fatal(err)
	}
	return s, func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := s.App.Close(); err != nil {
			t.Error(err)
		}
	}
}

// as is the sign-in of a role.
func (s *site) as(r access.Role) demo.SignIn {
	s.t.Helper()
	for _, x := range s.from.signIns {
		if x.Role == r {
			return x
		}
	}
	s.t.Fatalf("the demonstration has no sign-in for %s", r)
	return demo.SignIn{}
}

func copyTree(to, from string) error {
	return filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, p)
		if err != nil {
			return err
		}
		dst := filepath.Join(to, rel)
		if d.IsDir() {
			return os.MkdirAll(dst, 0o700)
		}
		if !d.Type().IsRegular() {
			return fmt.Errorf("%s is no regular file", p)
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		return os.WriteFile(dst, b, 0o600)
	})
}
