package modeltest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/voice/custody"
)

// beginning is a Monday two weeks before the National Day of 2026, with its make-up Saturdays before and after.
var beginning = time.Date(2026, 9, 14, 8, 0, 0, 0, zone)

// The organisation of orgtest, as the model knows it, and who else is needed here.
var (
	parents = map[string]string{"G": "", "U01": "G", "U01-A": "U01", "U02": "G", "D01": "G", "D05": "G", "D06": "G", "UN": "G"}
	places  = map[string]string{"": "G", "P104M": "U01", "P201": "D01"}
	topics  = map[string]topic{
		"BA-1": {assigned{"D05", []string{"D06"}}, "T24H"}, "H1": {assigned{"D06", nil}, "T2H"}, "A1": {assigned{}, "T24H"},
	}
	roster = []string{"duty1", "duty2"}
	staff  = []struct{ key, unit, roles string }{
		{"triager", "UN", "triager@G"}, {"triager2", "UN", "triager@G"}, {"supervisor", "UN", "supervisor@G"}, {"leader", "G", "leader@G"},
		{"auditor", "G", "auditor@G"}, {"inspector", "U02", "inspector@G"}, {"chair", "U01", "unit_chair@U01"}, {"chair2", "U02", "unit_chair@U02"},
		{"shift", "U01-A", "shift_leader@U01-A"}, {"handler", "D05", "handler@D05"}, {"handler2", "D05", "handler@D05"}, {"head", "D05", "dept_head@D05"},
		{"other", "D06", "handler@D06"}, {"otherhead", "D06", "dept_head@D06"}, {"welfare", "D01", "dept_head@D01"}, {"contractor", "D05", ""},
		{"worker", "U01", ""}, {"worker2", "U01-A", ""}, {"worker3", "U01", ""}, {"mill", "U02", ""},
		// from here on beyond orgtest
		{"triager3", "UN", "triager@U01"}, {"supervisor2", "U02", "supervisor@G"}, {"discipline", "D01", "discipline_officer@G"},
		{"discipline2", "U02", "discipline_officer@G"}, {"health", "D01", "health_officer@G"}, {"health2", "UN", "health_officer@G"},
		{"aid", "UN", "welfare_officer@G"}, {"duty1", "D01", ""}, {"duty2", "D06", ""}, {"delegate", "U01", "delegate@U01"},
		{"custodian1", "UN", "identity_custodian@G"}, {"custodian2", "D01", "identity_custodian@G"}, {"sysadmin", "UN", "system_admin@G"},
		{"secadmin", "UN", "security_admin@G"}, {"audadmin", "UN", "audit_admin@G"},
	}
)

type topic struct {
	assigned
	class string
}

// The sentences that people say.
const (
	plain   = "洗到一半成凉水,喷头水量也小。"
	injury  = "喷头的水太烫,昨天把人烫伤了。"
	spoilt  = "食堂的肉馊了,吃完拉肚子。"
	despair = "我不想活了,请不要告诉别人。"
)

// tale is what somebody tells, as the variant of a command names it: level/kind/text/place and, where it is written down for somebody, for whom.
type tale struct{ level, kind, text, place, forWhom string }

func told(opt string) tale {
	f := append(strings.Split(opt, "/"), "", "", "", "")
	text := map[string]string{"": plain, "injury": injury, "spoilt": spoilt, "despair": despair}[f[2]]
	return tale{f[0], f[1], text, f[3], f[4]}
}

// matterOpt is class and lead unit of a new matter.
func matterOpt(opt string) (class, lead string) {
	class, lead, _ = strings.Cut(opt, "/")
	return class, lead
}

func receipt(v int) string { return "r" + strconv.Itoa(v) }

// coarse reports whether somebody writes with the hour only: whoever holds a receipt.
func coarse(who string) bool { return strings.HasPrefix(who, "r") && who[1] >= '0' && who[1] <= '9' }

// users are the units whose people use the place of a matter.
func users(x *mMatter) []string {
	switch x.place {
	case "P104M":
		return []string{"U01"}
	case "P201":
		return []string{"U01", "U02"}
	}
	return []string{x.unit}
}

// world is the program on one database, and the model beside it.
type world struct {
	t      failer
	d      *db.DB
	c      *clock.Fake
	keys   *seal.Keys
	people map[string]access.Person
	names  map[string]string // person id → short name
	nos    map[string]string // short name → employee number

	m       *model
	v, ms   []string // ids of voices and matters by their numbers
	was     *Snapshot
	voiceNo map[string]int
	history []cmd
	serial  int
	things  things
}

// failer is how a test or a draw of rapid fails.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// ground makes worlds on one kind of database.
type ground struct {
	open   func() (*db.DB, *clock.Fake, func())
	keys   *seal.Keys
	people map[string]access.Person
	nos    map[string]string
	every  bool // the database on which everything is tried
}

// grounds runs a test on both databases.
func grounds(t *testing.T, test func(t *testing.T, g *ground)) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			if g := newGround(t, dialect); g != nil {
				test(t, g)
			}
		})
	}
}

func newGround(t *testing.T, dialect db.Dialect) *ground {
	t.Helper()
	keys, err := seal.OpenKeys(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	g := &ground{keys: keys, people: map[string]access.Person{}, nos: map[string]string{}, every: dialect == db.SQLite}
	g.open = dbtest.Copies(t, dialect, beginning, func(d *db.DB, c *clock.Fake) {
		if _, err := event.Open(context.Background(), d, keys, event.Options{}); err != nil {
			t.Fatal(err)
		}
		g.layOut(t, orgtest.New(t, d, c))
	})
	if g.open == nil {
		return nil
	}
	return g
}

// layOut adds to the organisation of orgtest who and what the tests here need.
func (g *ground) layOut(t *testing.T, w *orgtest.World) {
	who := access.System("test")
	w.Must(func(tx *db.Tx) error {
		for _, k := range []org.SaveCategory{
			{Code: "H", NameZh: "安全", NameEn: "Safety"}, {Code: "H1", Parent: "H", NameZh: "隐患", NameEn: "Danger", Lead: "D06", Class: clock.T2H},
			{Code: "A", NameZh: "食品", NameEn: "Food"}, {Code: "A1", Parent: "A", NameZh: "食品安全", NameEn: "Food safety", Class: clock.T24H},
		} {
			if err := k.Do(tx, who); err != nil {
				return err
			}
		}
		return nil
	})
	for i, p := range staff {
		if _, there := w.People[p.key]; there {
			g.nos[p.key] = string(rune('A'+i/10)) + string(rune('0'+i%10)) + "001"
			continue
		}
		g.nos[p.key] = fmt.Sprintf("X%03d", i)
		w.Must(func(tx *db.Tx) error {
			id, err := org.AddPerson{EmployeeNo: g.nos[p.key], Name: "职工" + p.key, Unit: p.unit}.Do(tx, who)
			if err != nil {
				return err
			}
			if err := (login.Issue{Person: id}).Do(tx, who); err != nil {
				return err
			}
			if role, unit, ok := strings.Cut(p.roles, "@"); ok {
				if err := (org.GiveRole{Person: id, Role: access.Role(role), Unit: unit}).Do(tx, who); err != nil {
					return err
				}
			}
			w.People[p.key], err = org.Actor(tx, id)
			return err
		})
	}
	w.Must(func(tx *db.Tx) error {
		return org.SetSetting{Key: org.FinanceUnit, Value: "D01", Basis: "资金审批办法"}.Do(tx, who)
	})
	w.Must(func(tx *db.Tx) error {
		return org.SetRoster{Kind: "hazard", People: []string{w.P("duty1").ID, w.P("duty2").ID}}.Do(tx, who)
	})
	for _, c := range []string{"custodian1", "custodian2"} {
		k, err := seal.NewCustodianKey()
		if err != nil {
			t.Fatal(err)
		}
		w.Do(c, custody.HoldKey{Public: k.Public, Wrapped: "wrapped for a test"})
	}
	g.people = w.People
}

// world opens a fresh copy; done closes it.
func (g *ground) world(t failer) (w *world, done func()) {
	d, c, done := g.open()
	w = &world{t: t, d: d, c: c, keys: g.keys, people: map[string]access.Person{}, names: map[string]string{}, nos: g.nos, voiceNo: map[string]int{},
		m: &model{now: beginning, people: map[string]*person{}, parents: parents, rules: map[string]assigned{}}}
	if _, err := event.Open(context.Background(), d, g.keys, event.Options{}); err != nil {
		done()
		t.Fatalf("log: %v", err)
	}
	for _, p := range staff {
		w.people[p.key], w.names[g.people[p.key].ID] = g.people[p.key], p.key
		m := &person{unit: p.unit, roles: map[post]bool{}, contractor: p.key == "contractor"}
		if role, unit, ok := strings.Cut(p.roles, "@"); ok {
			m.roles[post{role, unit}] = true
		}
		w.m.people[p.key] = m
	}
	w.was = w.look()
	return w, done
}

func (w *world) look() *Snapshot {
	w.t.Helper()
	var s *Snapshot
	if err := w.d.Read(context.Background(), func(tx *db.Tx) (err error) { s, err = Read(tx); return err }); err != nil {
		w.t.Fatalf("looking: %v", err)
	}
	return s
}

func (w *world) ctx() context.Context { return context.Background() }

// who is the person that a command names.
func (w *world) who(name string) access.Person {
	switch {
	case name == "job":
		return access.System("test")
	case name == "nobody":
		return access.Nobody()
	case coarse(name):
		n, _ := strconv.Atoi(name[1:])
		return access.Holder(w.v[n])
	}
	return w.people[name]
}

// nick is the short name of a person id or of the voice whose receipt was shown.
func (w *world) nick(person, voice string) string {
	if voice != "" {
		return receipt(w.voiceNo[voice])
	}
	if person == "" {
		return ""
	}
	if n, ok := w.names[person]; ok {
		return n
	}
	return "?" + person
}

func (w *world) write(coarse bool, fn func(tx *db.Tx) error) error {
	var o []db.Option
	if coarse {
		o = append(o, db.Coarse)
	}
	return w.d.Write(context.Background(), fn, o...)
}

// agree compares what the program holds with what the model says, as one line for each thing that differs.
func (w *world) agree(s *Snapshot) (out []string) {
	differ := func(what string, program, model any) {
		if p, m := fmt.Sprint(program), fmt.Sprint(model); p != m {
			out = append(out, fmt.Sprintf("%s: the program has %s, the model %s", what, p, m))
		}
	}
	differ("voices", len(s.Voices), len(w.m.voices))
	differ("matters", len(s.Matters), len(w.m.matters))
	if len(out) > 0 || len(w.v) != len(w.m.voices) || len(w.ms) != len(w.m.matters) {
		return append(out, fmt.Sprintf("known: %d voices, %d matters", len(w.v), len(w.ms)))
	}
	no := func(list []string, id string) int { return slices.Index(list, id) }
	for i, x := range w.m.voices {
		v, _ := s.Voice(w.v[i])
		n := "voice " + strconv.Itoa(i) + " "
		differ(n+"state", v.State, x.state)
		differ(n+"claimed", w.nick(v.ClaimedBy, ""), x.claimed)
		differ(n+"path", v.Restricted, x.restricted)
		differ(n+"unit", v.UnitPath.Unit(), x.unit)
		differ(n+"matter", no(w.ms, v.Matter), x.matter)
		if v.State == "linked" {
			differ(n+"merged into", no(w.v, v.MergedInto), x.into)
		}
		differ(n+"counts", []int{v.Asks, v.Transfers, v.Reopens}, []int{x.asks, x.transfers, x.reopens})
		differ(n+"appeal", []bool{v.Appeal && !x.over(), v.Objected}, []bool{x.appeal && !x.over(), x.objected})
		if x.state == "closed" {
			differ(n+"closed", v.ClosedHow, x.how)
		}
		differ(n+"called", v.CalledAt != 0, x.called)
		pending := v.Refusal != "" && v.RefusalBy2 == "" && !v.Appeal && in(v.State, "in_triage", "quarantined")
		differ(n+"refusal proposed", pending, x.pending)
		w.agreeWork(n, s, "voice", v.ID, x.work, x.returns, differ)
		if in(x.state, "assigned", "signed") {
			differ(n+"lead", v.Lead, x.lead)
		}
	}
	for i, x := range w.m.matters {
		m, _ := s.Matter(w.ms[i])
		n := "matter " + strconv.Itoa(i) + " "
		differ(n+"state", m.State, x.state)
		differ(n+"round", m.Round, x.round)
		differ(n+"lead", m.Lead, x.lead)
		differ(n+"unit", m.UnitPath.Unit(), x.unit)
		differ(n+"owner", w.nick(m.Owner, ""), x.owner)
		differ(n+"step", m.Review, map[string]string{"": "", "head": "head", "head, by a leader": "head_top", "finance": "finance",
			"finance, by a leader": "finance_top", "office": "office"}[x.step])
		differ(n+"money", m.FinancePath.Unit(), x.finance)
		differ(n+"author", w.nick(m.Author, ""), x.author)
		differ(n+"claimant", w.nick(m.Claimant, ""), x.claimant)
		differ(n+"inspector", w.nick(m.Inspector, ""), x.inspector)
		differ(n+"plans", []int64{m.PlanVersion, m.PlanLatest}, []int{x.plan, x.latest})
		differ(n+"due", []any{m.Due0, m.Due, m.DueOpen}, []any{x.due0, x.due, x.dueOpen})
		differ(n+"extensions", m.Extensions, x.extensions)
		differ(n+"verdict", m.Verdict, x.verdict)
		differ(n+"looked back", []bool{m.LookBack30 == "passed", m.LookBack90 == "passed"}, x.looked)
		differ(n+"public", m.Public, x.public)
		w.agreeWork(n, s, "matter", m.ID, x.work, x.returns, differ)
		for r, y := range x.rounds {
			a, _ := s.Round(m.ID, int64(r))
			used := 0
			for _, i := range s.Invitations {
				if i.Matter == m.ID && i.Round == int64(r) && i.Used {
					used++
				}
			}
			differ(fmt.Sprintf("%sround %d", n, r), []any{a.State, used}, []any{y.state, len(y.results)})
		}
	}
	return out
}

func (w *world) agreeWork(n string, s *Snapshot, kind, id string, x *mWork, returns int, differ func(string, any, any)) {
	a, ok := s.Running(kind, id)
	if !ok || x == nil {
		differ(n+"assigned", ok, x != nil)
		return
	}
	differ(n+"assignment", []any{a.State, a.Lead, a.Returns}, []any{x.state, x.lead, returns})
}
