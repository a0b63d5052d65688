package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"time"

	"sanwen/internal/app/demo"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
)

// largeData measures start, memory and the lists of staff with a million voices.
func (b *bench) largeData(ctx context.Context) error {
	text, err := os.ReadFile(filepath.Join(b.large, "sign-ins"))
	if err != nil {
		return err
	}
	var accounts []demo.SignIn
	if err := json.Unmarshal(text, &accounts); err != nil {
		return err
	}
	first, err := b.start(ctx, b.large) // brings the data up to this program, where an older one has made them
	if err != nil {
		return err
	}
	first.stop()
	voices, err := b.voices(ctx)
	if err != nil {
		return err
	}
	s, err := b.start(ctx, b.large)
	if err != nil {
		return err
	}
	defer s.stop()
	b.note(voices+" voices: first start, with all that an older program's data lack", round(first.took), "–", "")
	b.note(voices+" voices: start to the first ready answer", round(s.took), "≤ 2 s", "")
	time.Sleep(2 * time.Second)
	b.note(voices+" voices: memory at rest", fmt.Sprintf("%d MiB", s.memory()), "≤ 150 MiB", "")
	for _, x := range []struct{ role, path string }{
		{"triager", "/inbox"}, {"triager", "/ledger"}, {"supervisor", "/ledger?sort=due"}, {"handler", "/desk"}, {"dept_head", "/desk"}, {"leader", "/"},
	} {
		cookie, err := signIn(s.base, accounts, x.role)
		if err != nil {
			return err
		}
		server, client := s.processor(), ownProcessor()
		t, err := pageLoad(ctx, s.base+x.path, 2, b.seconds, cookie)
		t.server, t.client = s.processor()-server, ownProcessor()-client
		if err != nil {
			return err
		}
		b.note(fmt.Sprintf("%s voices: %s as %s", voices, x.path, x.role), fmt.Sprintf("p50 %s, p95 %s", round(t.quantile(.5)), round(t.quantile(.95))), "p95 ≤ 100 ms", fmt.Sprintf("2 clients, %.0f/s; %s", t.perSecond(), t.cost()))
	}
	return nil
}

// voices is how many voices the large data really have.
func (b *bench) voices(ctx context.Context) (string, error) {
	d, err := sql.Open("sqlite", "file:"+filepath.Join(b.large, db.FileName)+"?mode=ro")
	if err != nil {
		return "", err
	}
	defer d.Close()
	var n int64
	err = d.QueryRowContext(ctx, "SELECT COUNT(*) FROM voice").Scan(&n)
	return lang.EN.Number(n), err
}

func signIn(base string, accounts []demo.SignIn, role string) (*http.Cookie, error) {
	for _, a := range accounts {
		if string(a.Role) != role {
			continue
		}
		jar, err := cookiejar.New(nil)
		if err != nil {
			return nil, err
		}
		c := &http.Client{Jar: jar, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		page, err := body(base + "/login")
		if err != nil {
			return nil, err
		}
		f, err := webtest.ReadForm(page, "/login")
		if err != nil {
			return nil, err
		}
		f.Values.Set("user", a.Number)
		f.Values.Set("password", a.Password)
		req, err := f.Request(base)
		if err != nil {
			return nil, err
		}
		res, err := c.Do(req)
		if err != nil {
			return nil, err
		}
		res.Body.Close()
		for _, k := range res.Cookies() {
			if k.Name == "sanwen" {
				return k, nil
			}
		}
		return nil, fmt.Errorf("%s could not sign in: status %d", a.Number, res.StatusCode)
	}
	return nil, fmt.Errorf("no account of role %s", role)
}
