package modeltest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/proposal"
)

// askWorld is the program with proposals on one database, and the model beside it.
type askWorld struct {
	t       failer
	d       *db.DB
	c       *clock.Fake
	people  map[string]access.Person
	names   map[string]string
	ids     []string // by the numbers of the model
	m       *askModel
	history []string
}

// asking makes such worlds on one kind of database.
func asking(t *testing.T, dialect db.Dialect) func(t failer) (*askWorld, func()) {
	t.Helper()
	people := map[string]access.Person{"nobody": access.Nobody()}
	open := dbtest.Copies(t, dialect, beginning, func(d *db.DB, c *clock.Fake) {
		w := orgtest.New(t, d, c)
		for i, key := range slices.Sorted(maps.Keys(askers)) {
			if key == "nobody" {
				continue
			}
			if _, there := w.People[key]; !there {
				w.Must(func(tx *db.Tx) error {
					id, err := org.AddPerson{EmployeeNo: fmt.Sprintf("X%03d", i), Name: "职工" + key, Unit: askers[key].unit}.Do(tx, access.System("test"))
					if err != nil {
						return err
					}
					for _, f := range strings.Fields(askers[key].roles) {
						role, unit, _ := strings.Cut(f, "@")
						if err := (org.GiveRole{Person: id, Role: access.Role(role), Unit: unit}).Do(tx, access.System("test")); err != nil {
							return err
						}
					}
					w.People[key], err = org.Actor(tx, id)
					return err
				})
			}
			people[key] = w.P(key)
		}
	})
	if open == nil {
		return nil
	}
	return func(t failer) (*askWorld, func()) {
		d, c, done := open()
		w := &askWorld{t: t, d: d, c: c, people: people, names: map[string]string{"": ""}, m: &askModel{today: day(beginning), need: 2, issued: map[string]int{}}}
		for key, p := range people {
			if p.ID != "" {
				w.names[p.ID] = key
			}
		}
		return w, done
	}
}

// askVerbs are what can be tried, with those who usually do it.
var askVerbs = []verb{
	{"submit", "", []string{"d0", "d1", "worker", "head", "triager", "both", "mill"}, []string{"congress", "congress/secret", "congress/short", "improvement", "improvement/secret", "improvement/short", "wish"}, false},
	{"second", "p", []string{"d0", "d1", "d2", "d3"}, nil, false},
	{"withdraw", "p", []string{"d0", "d1", "worker", "head", "mill"}, []string{"", "/stale"}, false},
	{"review", "p", []string{"triager", "triager2", "ironoffice", "both"}, []string{"file/D05", "file/D06+prime", "file/UN", "file/D99", "file/G", "file/D06+D06", "file/stale", "merge/0", "merge/1", "merge/2", "merge/none",
		"convert", "refuse", "refuse/silent", "adopt"}, false},
	{"reply", "p", []string{"head", "otherhead", "officehead", "both"}, []string{"a", "b", "c", "", "a/short", "a/stale"}, false},
	{"rate", "p", []string{"d0", "d1", "d2", "d3"}, []string{"yes", "partly", "no", "no", "no/silent", ""}, false},
	{"assign", "p", []string{"triager", "triager2", "ironoffice", "both"}, []string{"D05", "D06", "UN", "D99", "D05/stale"}, false},
	{"judge", "p", []string{"head", "otherhead", "officehead", "both"}, []string{"adopted", "tried", "kept", "declined", "adopted/tomorrow", "kept/before", "tried/past", "liked", "adopted/stale"}, false},
	{"finish", "p", []string{"head", "otherhead", "officehead", "both"}, []string{"", "short", "/stale"}, false},
	{"verify", "p", []string{"triager", "triager2", "ironoffice", "both"}, []string{"yes", "return", "return/silent", "yes/minus", "yes/stale"}, false},
	{"award", "p", []string{"triager", "triager2", "ironoffice", "both"}, []string{"first", "thanks", "gold", "second/much", "first/stale"}, false},
}

const (
	answered = "已经安排采购，下个月装好，请您到时看。"
	finished = "三台除湿机已经装好并试运行一周。"
	grounded = "写明原因"
)

// proposing is the real action behind a command.
func (w *askWorld) proposing(c pcmd) doer {
	opt, extra, _ := strings.Cut(c.Opt, "/")
	unless := func(word, text, other string) string {
		if extra == word {
			return other
		}
		return text
	}
	if c.Verb == "submit" {
		return &proposal.Submit{Kind: opt, Title: unless("short", "更衣室加装除湿机", "短"), Why: "工作服晾不干", How: "每间装一台", Secret: extra == "secret"}
	}
	id, today := w.ids[c.K], clock.Day(w.m.today)
	version := int64(0)
	if extra == "stale" {
		version = w.row(c.K).Version + 7
	}
	switch c.Verb {
	case "second":
		return proposal.Second{Proposal: id}
	case "withdraw":
		return proposal.Withdraw{Proposal: id, Version: version}
	case "review":
		in := proposal.Review{Proposal: id, Version: version, Event: map[string]string{"file": proposal.EventFile, "merge": proposal.EventMerge, "convert": proposal.EventConvert, "refuse": proposal.EventRefuse, "adopt": proposal.EventAdopt}[opt],
			Reason: unless("silent", grounded, "")}
		if opt == "merge" {
			in.Into = "TA-2019-001"
			if n, err := strconv.Atoi(extra); err == nil && n < len(w.ids) {
				in.Into = w.m.all[n].number
			}
		}
		lead, more, _ := strings.Cut(extra, "+")
		if in.Lead, in.Prime = lead, more == "prime"; more == "D06" {
			in.Co = []string{more}
		}
		return in
	case "reply":
		return proposal.Reply{Proposal: id, Version: version, Class: opt, Words: unless("short", answered, "好")}
	case "rate":
		return proposal.Rate{Proposal: id, Grade: opt, Words: unless("silent", grounded, "")}
	case "assign":
		return proposal.Assign{Proposal: id, Version: version, Lead: opt}
	case "judge":
		in := proposal.Judge{Proposal: id, Version: version, Event: opt, Words: answered, Told: today, Until: today.Add(20)}
		switch extra {
		case "tomorrow":
			in.Told = today.Add(1)
		case "before":
			in.Told = clock.Day(w.m.all[c.K].made).Add(-1)
		case "past":
			in.Until = today.Add(-1)
		}
		return in
	case "finish":
		in := proposal.Finish{Proposal: id, Version: version, Done: finished}
		if opt == "short" {
			in.Done = "好"
		}
		return in
	case "verify":
		in := proposal.Verify{Proposal: id, Version: version, Return: opt == "return", Reason: unless("silent", grounded, "")}
		if opt == "yes" {
			in.Benefit = 30000
			if extra == "minus" {
				in.Benefit = -1
			}
		}
		return in
	case "award":
		in := proposal.Award{Proposal: id, Version: version, Grade: opt, Bonus: 800}
		if extra == "much" {
			in.Bonus = proposal.MaxBonus + 1
		}
		return in
	}
	panic("no action for " + c.Verb)
}

// ways lists every way in which a verb can be tried now by some people.
func (w *askWorld) ways(v verb, people []string) (out []pcmd) {
	opts := v.opts
	if opts == nil {
		opts = []string{""}
	}
	from, n := 0, len(w.ids)
	if v.on == "" {
		if from, n = -1, 0; len(w.ids) >= 6 {
			return nil
		}
	}
	for k := from; k < n; k++ {
		for _, who := range people {
			for _, o := range opts {
				out = append(out, pcmd{v.name, who, k, o})
			}
		}
	}
	return out
}

func (w *askWorld) fail(format string, args ...any) {
	w.t.Helper()
	w.t.Fatalf("%s\nby way of:\n%s", fmt.Sprintf(format, args...), strings.Join(w.history, "\n"))
}

func (w *askWorld) read(fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.d.Read(context.Background(), fn); err != nil {
		w.fail("reading: %v", err)
	}
}

func (w *askWorld) row(k int) (p proposal.Proposal) {
	w.read(func(tx *db.Tx) (err error) {
		tx.Asked()
		p, err = db.One[proposal.Proposal](tx, `SELECT * FROM proposal WHERE id = $1`, w.ids[k])
		return err
	})
	return p
}

// do does a command in the program and in the model, and compares.
func (w *askWorld) do(c pcmd) bool {
	w.t.Helper()
	w.history = append(w.history, c.String())
	in, want := w.proposing(c), w.m.expect(c)
	err := w.d.Write(context.Background(), func(tx *db.Tx) error { return in.Do(tx, w.people[c.Who]) })
	if s := wrong(c, want, err); s != "" {
		w.fail("%s", s)
	}
	if err == nil {
		want.do(seen{})
	}
	w.agree(c.String())
	return err == nil
}

// later lets days pass; at night what is due happens, unless the job has still to come.
func (w *askWorld) later(days int, night bool) {
	w.t.Helper()
	w.c.Set(w.c.Now().AddDate(0, 0, days))
	w.m.today = day(w.c.Now())
	w.history = append(w.history, fmt.Sprintf("%d days, %v", days, night))
	if !night {
		return
	}
	w.m.night()
	if err := w.d.Write(context.Background(), func(tx *db.Tx) error {
		tx.Asked()
		tx.Recorded()
		_, err := proposal.Run(tx)
		return err
	}); err != nil {
		w.fail("the night: %v", err)
	}
	w.agree("the night")
}

// set sets how many have to second.
func (w *askWorld) set(need int) {
	w.t.Helper()
	w.history = append(w.history, fmt.Sprintf("%d have to second", need))
	if err := w.d.Write(context.Background(), func(tx *db.Tx) error {
		version, err := db.One[int64](tx, `SELECT COALESCE(MAX(version), 0) FROM org_setting WHERE key = $1`, proposal.SecondersSetting)
		if err != nil {
			return err
		}
		return org.SetSetting{Key: proposal.SecondersSetting, Value: strconv.Itoa(need), Basis: "试验", Version: version}.Do(tx, access.System("test"))
	}); err != nil {
		w.fail("setting: %v", err)
	}
	w.m.need = need
}

// TestProposalMachine lets people propose, second, file, answer, rate, judge, do and award as they like while days pass; after every step the
// program is compared with the model, and at the end who may read what.
func TestProposalMachine(t *testing.T) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			open := asking(t, dialect)
			if open == nil {
				return
			}
			if n := 20; dialect == db.Postgres {
				checks(t, 3, 30)
			} else {
				checks(t, n, 40)
			}
			if testing.Short() {
				checks(t, 3, 30)
			}
			done, states := 0, map[string]int{}
			everybody := slices.Sorted(maps.Keys(askers))
			rapid.Check(t, func(rt *rapid.T) {
				w, end := open(rt)
				defer end()
				pick := func(n int, what string) int { return rapid.IntRange(0, n-1).Draw(rt, what) }
				w.through(askWays[pick(len(askWays), "beginning")].way)
				act := func(likely bool) func(*rapid.T) {
					return func(*rapid.T) {
						var can [][]pcmd
						for _, v := range askVerbs {
							people := v.by
							if !likely {
								people = everybody
							}
							ok := w.ways(v, people)
							if likely && v.name == "withdraw" && pick(8, "takes back") > 0 {
								continue // or little would get far
							}
							if likely {
								ok = slices.DeleteFunc(ok, func(c pcmd) bool { return len(w.m.expect(c).no) > 0 })
							}
							if len(ok) > 0 {
								can = append(can, ok)
							}
						}
						if len(can) == 0 { // everything is over
							rt.Skip()
						}
						some := can[pick(len(can), "verb")]
						if w.do(some[pick(len(some), "way")]) {
							done++
						}
					}
				}
				rt.Repeat(map[string]func(*rapid.T){
					"act": act(true), "act again": act(true), "go on": act(true), "wild": act(false),
					"days":            func(*rapid.T) { w.later(1+pick(9, "days"), true) },
					"the job is late": func(*rapid.T) { w.later(1+pick(9, "days"), false) },
					"need":            func(*rapid.T) { w.set(1 + pick(3, "need")) },
				})
				w.reads()
				for _, p := range w.m.all {
					states[p.state]++
				}
			})
			t.Logf("%d acts, %v", done, states)
		})
	}
}

// through walks a way, a command on each line: verb, who, "p" and a number, variant; "days n" lets days pass.
func (w *askWorld) through(way string) {
	w.t.Helper()
	for line := range strings.Lines(way) {
		f := strings.Fields(line)
		if f[0] == "days" {
			n, _ := strconv.Atoi(f[1])
			w.later(n, true)
			continue
		}
		c := pcmd{Verb: f[0], Who: f[1], K: -1}
		for _, x := range f[2:] {
			if n, err := strconv.Atoi(strings.TrimPrefix(x, "p")); err == nil && x[0] == 'p' {
				c.K = n
			} else {
				c.Opt = x
			}
		}
		if !w.do(c) {
			w.fail("%s was refused", c)
		}
	}
}
