package browser

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sanwen/internal/app"
	"sanwen/internal/app/demo"
	"sanwen/internal/app/demo/story"
	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
)

// begun is the moment at which the demonstration ends and the tests begin: a Monday morning.
var begun = time.Date(2026, 11, 23, 9, 0, 0, 0, clock.Shanghai())

// template is the demonstration of 1,000 people, made once for the test process and copied for every site.
var template struct {
	once     sync.Once
	dir      string
	signIns  []demo.SignIn
	receipts []story.Receipt
	err      error
}

func closeTemplate() {
	if template.dir != "" {
		os.RemoveAll(template.dir)
	}
}

func makeTemplate() error {
	var err error
	if template.dir, err = os.MkdirTemp("", "sanwen-browser"); err != nil {
		return err
	}
	clk := clock.NewFake(begun)
	a, err := app.Open(context.Background(), config(template.dir), clk, os.Stderr)
	if err != nil {
		return err
	}
	defer a.Close()
	made, err := demo.Make(context.Background(), demo.House{DB: a.DB, Keys: a.Keys, Photos: a.Photos, Log: a.Log,
		Login: a.Login, Clock: clk, Zone: a.Zone}, demo.Size{People: 1000})
	template.signIns, template.receipts = made.SignIns, made.Receipts
	return err
}

func config(dir string) app.Config {
	return app.Config{Data: dir, Zone: "Asia/Shanghai", LogLevel: "error"}
}

// site is a served demonstration with a clock of its own.
type site struct {
	t    *testing.T
	App  *app.App
	Base string
	Time *clock.Fake
}

// serve copies the demonstration and serves it on loopback until the test ends.
func serve(t *testing.T) *site {
	t.Helper()
	template.once.Do(func() { template.err = makeTemplate() })
	if template.err != nil {
		t.Fatalf("making the demonstration: %v", template.err)
	}
	dir := t.TempDir()
	if err := copyTree(dir, template.dir); err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, Time: clock.NewFake(begun)}
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
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := s.App.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// as is the sign-in of a role.
func (s *site) as(r access.Role) demo.SignIn {
	s.t.Helper()
	for _, x := range template.signIns {
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
