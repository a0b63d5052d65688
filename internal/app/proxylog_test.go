package app

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sanwen/internal/ground/fault"
)

// TestProxyLog asks through a proxy that logs everything, through one that leaves the anonymous pages out, and where nobody answers.
func TestProxyLog(t *testing.T) {
	for name, logs := range map[string]bool{"everything": true, "nothing anonymous": false} {
		file := filepath.Join(t.TempDir(), "access.log")
		if err := os.WriteFile(file, []byte(strings.Repeat("older lines\n", 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if logs {
				f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
				if err != nil {
					t.Error(err)
					return
				}
				fmt.Fprintf(f, "%s GET %s\n", r.RemoteAddr, r.URL.Path)
				f.Close()
			}
			fmt.Fprintf(w, "no place %s", filepath.Base(r.URL.Path))
		}))
		var got []health
		err := DoctorCmd{ProxyLog: file, Site: proxy.URL + "/"}.proxyLog(context.Background(), func(key string, good bool, args ...any) { got = append(got, health{key, good, args}) })
		proxy.Close()
		if err != nil || len(got) != 1 || got[0].good == logs {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	file := filepath.Join(t.TempDir(), "access.log")
	for _, x := range []struct {
		c    DoctorCmd
		want string
	}{{DoctorCmd{ProxyLog: file}, "app.doctor_site"}, {DoctorCmd{ProxyLog: file, Site: "http://127.0.0.1:1"}, "app.doctor_log"}, {DoctorCmd{ProxyLog: os.DevNull, Site: "http://127.0.0.1:1"}, "app.doctor_reach"}} {
		if err := x.c.proxyLog(context.Background(), nil); err == nil || string(fault.Of(err).Key) != x.want {
			t.Errorf("%+v: %v, want %s", x.c, err, x.want)
		}
	}
}
