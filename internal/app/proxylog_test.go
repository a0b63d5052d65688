package app

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/face/web"
	"sanwen/internal/ground/fault"
)

// TestProxyLog asks through a proxy that logs everything, through one that leaves some of the anonymous pages out, or all, and where nobody answers.
func TestProxyLog(t *testing.T) {
	for name, logs := range map[string]string{"everything": "/", "votes": "/vote/", "follow-up": "/f", "nothing anonymous": "-"} {
		file := filepath.Join(t.TempDir(), "access.log")
		if err := os.WriteFile(file, []byte(strings.Repeat("older lines\n", 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.RequestURI(), logs) {
				f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
				if err != nil {
					t.Error(err)
					return
				}
				fmt.Fprintf(f, "%s GET %s\n", r.RemoteAddr, r.URL.RequestURI())
				f.Close()
			}
			fmt.Fprintf(w, "no place %s", filepath.Base(r.URL.Path))
		}))
		var got []health
		err := DoctorCmd{ProxyLog: file, Site: proxy.URL + "/"}.proxyLog(context.Background(), 0, func(key string, good bool, args ...any) { got = append(got, health{key, good, args}) })
		proxy.Close()
		if err != nil || len(got) != 1 || got[0].good != (logs == "-") {
			t.Errorf("%s: %v %v", name, got, err)
			continue
		}
		want := map[string]string{"votes": "/vote/", "follow-up": "/f /f/"}[name]
		if said := fmt.Sprint(got[0].args[1:]...); want != "" && said != want {
			t.Errorf("%s: told %q, want %q", name, said, want)
		}
	}
	file := filepath.Join(t.TempDir(), "access.log")
	for _, x := range []struct {
		c    DoctorCmd
		want string
	}{{DoctorCmd{ProxyLog: file}, "app.doctor_site"}, {DoctorCmd{ProxyLog: file, Site: "http://127.0.0.1:1"}, "app.doctor_log"}, {DoctorCmd{ProxyLog: os.DevNull, Site: "http://127.0.0.1:1"}, "app.doctor_reach"}} {
		if err := x.c.proxyLog(context.Background(), 0, nil); err == nil || string(fault.Of(err).Key) != x.want {
			t.Errorf("%+v: %v, want %s", x.c, err, x.want)
		}
	}
}

// TestEveryAnonymousDoorIsTried: what nobody may be known by is what the doctor opens, and what the operator is told to keep out of a log.
func TestEveryAnonymousDoorIsTried(t *testing.T) {
	open := []string{"/sw.js", "/app.webmanifest", "/calendar/", "/news", "/feed."} // read by anybody, or by whoever holds their address: nobody says anything there
	for _, r := range web.Routes() {
		_, path, _ := strings.Cut(r.Pattern, " ")
		if r.Group != web.Anonymous || slices.ContainsFunc(open, func(p string) bool { return strings.HasPrefix(path, p) }) {
			continue
		}
		if !slices.ContainsFunc(anonymousDoors, func(d string) bool { return strings.HasPrefix(path+"/", strings.TrimSuffix(d, "?")) }) {
			t.Errorf("%s is anonymous, and no door of the doctor leads there", r.Pattern)
		}
	}
	for _, file := range []string{"../../docs/en/operator.md", "../../docs/zh/operator.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range anonymousDoors {
			if !strings.Contains(string(text), "`"+strings.TrimRight(d, "?/")) {
				t.Errorf("%s does not name %s", file, d)
			}
		}
	}
}
