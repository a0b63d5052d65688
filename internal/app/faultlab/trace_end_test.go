//go:build linux

package faultlab

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

func (x *traced) scrape() string {
	x.t.Helper()
	res, err := http.Get("http://" + x.metrics + "/metrics")
	if err != nil {
		x.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 {
		x.t.Fatalf("metrics: %d, %v", res.StatusCode, err)
	}
	x.keep(fmt.Sprintf("metrics-%d", time.Now().UnixNano()%1e6), b)
	return string(b)
}

// hour: who reads the metrics every few seconds, as Prometheus does, must not see when something was said.
func (x *traced) hour(before, after string) {
	had := map[string]bool{}
	for l := range strings.Lines(before) {
		had[l] = true
	}
	for l := range strings.Lines(after) {
		if !had[l] && strings.HasPrefix(l, "sanwen_") && (strings.Contains(l, `/p/`) || strings.Contains(l, `anonymous`) || strings.Contains(l, "sanwen_log") || strings.Contains(l, "sanwen_db_writes") || strings.Contains(l, "sanwen_db_commits")) {
			x.fault("metrics: moved when somebody spoke: %s", strings.TrimSpace(l))
		}
	}
}

// doctor keeps what it says. From December on it asks for the calendar of the year that comes, which only an administrator has.
func (x *traced) doctor() {
	x.t.Helper()
	cmd := exec.Command(x.s.bin, "doctor", "--data", x.s.data)
	cmd.Env = append(os.Environ(), x.env()...)
	said, err := cmd.CombinedOutput()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) || !bytes.Contains(said, []byte("ok ")) {
		x.t.Fatalf("doctor: %v\n%s", err, said)
	}
	for l := range strings.Lines(string(said)) {
		if strings.HasPrefix(l, "BAD") && !strings.Contains(l, fmt.Sprintf("%d 年工作日历", time.Now().Year()+1)) {
			x.t.Errorf("doctor: %s", l)
		}
	}
	x.keep("doctor", said)
}

// end makes copies of everything that the program gives out, stops it, and looks through all of it.
func (x *traced) end() {
	t, u := x.t, x.u
	copyTree(t, x.s.data, filepath.Join(x.root, "seen", "while-running")) // the log beside the database is emptied at the end
	x.run(x.s.bin, "backup", "--data", x.s.data, "--to", filepath.Join(x.root, "seen", "backup"))
	for _, name := range []string{"verify", "config"} {
		x.keep(name, []byte(x.run(x.s.bin, name, "--data", x.s.data)))
	}
	x.doctor()
	x.scrape()
	if b, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", x.s.cmd.Process.Pid)); err != nil || !regexp.MustCompile(`Max core file size\s+0\s+0`).Match(b) {
		x.fault("core: the program may leave a core file: %v", err)
	}
	x.s.stop()
	x.keep("stdout", x.s.out.bytes())
	x.keep("stderr", x.s.errs.bytes())
	x.log(x.s.errs.bytes())
	x.times()

	s := newSearch(u.known)
	s.tree(t, "all", x.root)
	for _, h := range s.hits() {
		x.fault("%s", h)
	}
	t.Logf("%d canaries in %d forms; %d files, %d MB", len(u.known), len(s.needles), s.files, s.bytes>>20)
	if s.files < 20 || s.bytes < 2<<20 {
		t.Errorf("only %d files and %d bytes were looked at", s.files, s.bytes)
	}
	// The search must be able to see: what was said is in the database, and in no other kind of place.
	for _, words := range x.said {
		s := newSearch([]canary{{class: "words", text: []byte(words), plain: true}})
		s.tree(t, "all", x.root)
		in := map[string]bool{}
		for _, h := range s.hits() {
			in[filepath.Base(h.where)] = true
			if !strings.HasPrefix(filepath.Base(h.where), "sanwen.db") {
				x.fault("words: %s", h)
			}
		}
		if !in["sanwen.db"] {
			t.Errorf("the search is blind: %q is nowhere", words)
		}
	}
}

// log: lines about anonymous pages tell the hour only; no line names a port of the submitter's.
func (x *traced) log(lines []byte) {
	n := 0
	for line := range bytes.Lines(lines) {
		var l struct{ Time, Route string }
		if json.Unmarshal(line, &l) == nil && strings.Contains(l.Route, " /p/") {
			if n++; !strings.Contains(l.Time, ":00:00") {
				x.fault("time: a line of the log about an anonymous page tells when: %.200s", line)
			}
		}
		for _, port := range x.u.ports {
			if i := bytes.Index(line, []byte(":"+port)); i >= 0 && (i+len(port)+1 >= len(line) || line[i+len(port)+1] < '0' || line[i+len(port)+1] > '9') {
				x.fault("port: %.200s", line)
			}
		}
	}
	if n < 5 {
		x.t.Errorf("only %d lines of the log are about anonymous pages: nothing was tried", n)
	}
}

// times: the files of photos, and the directories that hold them, tell the day only.
func (x *traced) times() {
	dir := filepath.Join(x.s.data, "blobs")
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || p == dir {
			return err
		}
		i, err := d.Info()
		if err == nil && i.ModTime().UnixMilli()%(60*60*1000) != 0 {
			x.fault("time: %s was written at %s", strings.TrimPrefix(p, x.s.data), i.ModTime().Format(time.TimeOnly))
		}
		return err
	})
	if err != nil {
		x.t.Error(err)
	}
}
