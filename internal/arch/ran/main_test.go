package main

import (
	"fmt"
	"strings"
	"testing"
)

// line is an event as `go test -json` writes it.
func line(action, pkg, test, output string) string {
	return fmt.Sprintf(`{"Action":%q,"Package":"sanwen/internal/%s","Test":%q,"Output":%q,"Elapsed":1.5}`+"\n", action, pkg, test, output)
}

// whole is a run of two tests, one of them on both databases.
func whole() string {
	s := line("start", "a", "", "")
	for _, test := range []string{"TestA", "TestB", "TestB/sqlite", "TestB/postgres"} {
		s += line("run", "a", test, "") + line("output", "a", test, "chatter of "+test+"\n")
	}
	for _, test := range []string{"TestA", "TestB/sqlite", "TestB/postgres", "TestB"} {
		s += line("pass", "a", test, "")
	}
	return s + line("pass", "a", "", "")
}

func TestSum(t *testing.T) {
	for _, c := range []struct {
		name, in string
		code     int
		want     []string
		not      string
		again    bool
	}{
		{"all well", whole(), 0, []string{"1 packages, 3 tests", "1 expressly on SQLite and 1 on PostgreSQL; 0 failed, 0 skipped", "pass     1.5 s  internal/a"}, "chatter", false},
		{"a failure is shown in full", whole() + line("run", "b", "TestC", "") + line("output", "b", "TestC", "c_test.go:7: wrong\n") +
			line("fail", "b", "TestC", "") + line("fail", "b", "", ""), 1, []string{"c_test.go:7: wrong", "FAILED  internal/b TestC"}, "chatter", false},
		{"what is skipped is a failure", whole() + line("run", "b", "TestC", "") + line("output", "b", "TestC", "no Chromium\n") +
			line("skip", "b", "TestC", ""), 1, []string{"SKIPPED internal/b TestC: no Chromium"}, "chatter", false},
		{"so is a database that is left out", whole() + line("output", "b", "TestC/postgres", "dbtest: SANWEN_TEST_PG=off: NOT tested on PostgreSQL\n"), 1,
			[]string{"SKIPPED internal/b TestC/postgres"}, "", false},
		{"and a test that never ended", whole() + line("start", "b", "", "") + line("run", "b", "TestC", "") + line("output", "b", "TestC", "panic: time\n"), 1,
			[]string{"FAILED  internal/b (did not end)", "FAILED  internal/b TestC (did not end)", "panic: time"}, "", false},
		{"and a build", whole() + `{"ImportPath":"sanwen/internal/b","Action":"build-output","Output":"b.go:1: no\n"}` + "\n" +
			`{"ImportPath":"sanwen/internal/b","Action":"build-fail"}` + "\n", 1, []string{"b.go:1: no", "FAILED  build of sanwen/internal/b"}, "", false},
		{"and nothing at all", "", 1, []string{"NOTHING RAN"}, "", false},
		{"and no PostgreSQL", strings.ReplaceAll(whole(), "/postgres", "/other"), 1, []string{"NOTHING RAN"}, "", false},
		{"what is no event is shown", "go: downloading a\n" + whole(), 0, []string{"go: downloading a\n"}, "", false},
		{"a package without tests", whole() + line("skip", "b", "", ""), 0, []string{"0 skipped"}, "", false},
		{"the second run may leave a database out", strings.ReplaceAll(whole(), "/postgres", "/other") +
			line("output", "b", "TestC/postgres", "dbtest: SANWEN_TEST_PG=off: NOT tested on PostgreSQL\n"), 0, []string{"0 skipped"}, "", true},
		{"but nothing else", whole() + line("skip", "b", "TestC", ""), 1, []string{"SKIPPED internal/b TestC"}, "", true},
	} {
		var out strings.Builder
		code := sum(strings.NewReader(c.in), &out, c.again)
		if code != c.code {
			t.Errorf("%s: ends with %d", c.name, code)
		}
		for _, w := range c.want {
			if !strings.Contains(out.String(), w) {
				t.Errorf("%s: %q is not in\n%s", c.name, w, out.String())
			}
		}
		if c.not != "" && strings.Contains(out.String(), c.not) {
			t.Errorf("%s: %q is in\n%s", c.name, c.not, out.String())
		}
	}
}
