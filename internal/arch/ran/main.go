// Command ran reads what `go test -json` writes, shows each package as it ends and what has failed in full, and at the end sums up
// what ran: how many tests, on which databases, which took longest. It ends with 1 if anything failed, and also if anything was
// skipped or left out: a run of everything is of everything. With -part it reads a part of a run, or a second one of the same tests, which may leave
// PostgreSQL out.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// event is one line of `go test -json`.
type event struct {
	Action, Package, Test, Output, ImportPath string
	Elapsed                                   float64
}

// result is how a test or a package has ended.
type result struct {
	name    string
	seconds float64
}

// run is what has been read so far.
type run struct {
	out       io.Writer
	said      map[string][]string // what a test that has not ended has written
	parents   map[string]bool     // tests that have parts
	started   map[string]bool     // packages and tests that have not ended
	cached    map[string]bool     // packages that did not run anew
	tests     []result
	packages  []result
	failed    []string
	skipped   []string
	databases map[string]int
	leftOut   map[string]bool // tests that left a database out
	part      bool            // a second run, which may leave a database out
}

// without is what dbtest says where a test leaves PostgreSQL out.
const without = "NOT tested on PostgreSQL"

func main() { os.Exit(sum(os.Stdin, os.Stdout, slices.Contains(os.Args[1:], "-part"))) }

func sum(in io.Reader, out io.Writer, part bool) int {
	r := run{out: out, part: part, leftOut: map[string]bool{}, said: map[string][]string{}, parents: map[string]bool{}, started: map[string]bool{}, cached: map[string]bool{}, databases: map[string]int{}}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			var e event
			if json.Unmarshal([]byte(line), &e) == nil && e.Action != "" {
				r.read(e)
			} else {
				fmt.Fprint(out, line)
			}
		}
		if err != nil {
			break
		}
	}
	return r.end()
}

func (r *run) read(e event) {
	name := strings.TrimPrefix(e.Package, "sanwen/")
	if e.Test != "" {
		name += " " + e.Test
	}
	switch e.Action {
	case "build-output":
		fmt.Fprint(r.out, e.Output)
	case "build-fail":
		r.failed = append(r.failed, "build of "+e.ImportPath)
	case "start", "run":
		r.started[name] = true
		if i := strings.LastIndexByte(e.Test, '/'); i > 0 {
			r.parents[strings.TrimPrefix(e.Package, "sanwen/")+" "+e.Test[:i]] = true
		}
	case "output":
		if strings.Contains(e.Output, without) || strings.Contains(e.Output, "dbtest: SANWEN_TEST_PG=off") {
			if r.leftOut[name] = true; !r.part {
				r.skipped = append(r.skipped, name+": "+strings.TrimSpace(e.Output))
			}
		}
		if e.Test == "" && strings.HasSuffix(e.Output, "(cached)\n") {
			r.cached[name] = true
		}
		r.said[name] = append(r.said[name], e.Output)
	case "pass", "fail", "skip":
		r.ended(name, e)
	}
}

func (r *run) ended(name string, e event) {
	said := r.said[name]
	delete(r.said, name)
	delete(r.started, name)
	if e.Action == "fail" {
		r.failed = append(r.failed, name)
		fmt.Fprintf(r.out, "%s", strings.Join(said, ""))
	}
	if e.Test == "" {
		if e.Action != "skip" { // a package without tests
			r.packages = append(r.packages, result{name, e.Elapsed})
			fmt.Fprintf(r.out, "%-5s %6.1f s  %s\n", e.Action, e.Elapsed, name)
		}
		return
	}
	if e.Action == "skip" {
		r.skipped = append(r.skipped, name+": "+strings.TrimSpace(strings.Join(said, "")))
	}
	r.tests = append(r.tests, result{name, e.Elapsed})
	for _, d := range []string{"sqlite", "postgres"} {
		if !r.parents[name] && !r.leftOut[name] && slices.Contains(strings.Split(e.Test, "/"), d) && e.Action == "pass" {
			r.databases[d]++
		}
	}
}

// end prints the sum and returns the code to end with.
func (r *run) end() int {
	for _, name := range slices.Sorted(maps.Keys(r.started)) {
		r.failed = append(r.failed, name+" (did not end)")
		fmt.Fprintf(r.out, "%s", strings.Join(r.said[name], ""))
	}
	leaves := 0
	for _, t := range r.tests {
		if !r.parents[t.name] {
			leaves++
		}
	}
	fmt.Fprintf(r.out, "\n%d packages, %d tests, of these %d expressly on SQLite and %d on PostgreSQL; %d failed, %d skipped\n",
		len(r.packages), leaves, r.databases["sqlite"], r.databases["postgres"], len(r.failed), len(r.skipped))
	if n := len(r.cached); n > 0 {
		fmt.Fprintf(r.out, "%d packages had passed before, unchanged, and did not run again\n", n)
	}
	r.longest("packages", r.packages, 8)
	r.longest("tests", slices.DeleteFunc(slices.Clone(r.tests), func(t result) bool { return r.parents[t.name] }), 12)
	for _, name := range r.failed {
		fmt.Fprintln(r.out, "FAILED ", name)
	}
	for _, why := range r.skipped {
		fmt.Fprintln(r.out, "SKIPPED", why)
	}
	switch {
	case len(r.failed) > 0 || len(r.skipped) > 0:
		return 1
	case leaves == 0 || !r.part && (r.databases["sqlite"] == 0 || r.databases["postgres"] == 0):
		fmt.Fprintln(r.out, "NOTHING RAN on one of the databases")
		return 1
	}
	return 0
}

func (r *run) longest(what string, all []result, n int) {
	slices.SortStableFunc(all, func(a, b result) int { return cmp.Compare(b.seconds, a.seconds) })
	fmt.Fprintf(r.out, "longest %s:\n", what)
	for _, t := range all[:min(n, len(all))] {
		fmt.Fprintf(r.out, "  %6.1f s  %s\n", t.seconds, t.name)
	}
}
