package modeltest

import (
	"context"
	"flag"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
)

func minute(n int) time.Duration { return time.Duration(n) * time.Minute }

// verb is one thing that can be tried: on what ("v" a voice, "w" a second one, "m" a matter, "a" an assignment of either), by whom it
// usually is, and in which variants.
type verb struct {
	name string
	on   string
	by   []string
	opts []string
	old  bool // can be done from an outdated page
}

var (
	byTriage = []string{"triager", "triager2", "triager3", "supervisor", "discipline", "discipline2", "health", "health2", "aid"}
	bySelf   = []string{"self"}
	byUnit   = []string{"handler", "handler2", "head", "other", "otherhead", "welfare", "discipline", "health", "aid"}
	byJob    = []string{"job"}
	units    = []string{"D05", "D06", "D01"}
	byHead   = []string{"supervisor", "supervisor2", "leader"}
	byLook   = []string{"inspector", "chair", "chair2", "triager", "triager2"}
)

var verbs = []verb{
	{"register", "", []string{"worker", "worker2", "mill", "nobody", "shift"}, []string{"named/problem//P104M", "named/need//P201", "confidential/problem//P104M",
		"anonymous/idea//P104M", "anonymous/problem/", "confidential/need//P104M", "named/problem/injury/P104M", "anonymous/hazard/", "named/unsure/spoilt/P201",
		"named/unsure/despair/", "named/problem//P104M/worker2", "confidential/hazard//P104M"}, false},
	{"metoo", "m", []string{"worker", "worker3", "nobody"}, []string{"named", "anonymous"}, false},
	{"claim", "v", byTriage, nil, false},
	{"let_go", "v", byTriage, nil, true},
	{"ask", "v", byTriage, nil, true},
	{"info", "v", bySelf, nil, false},
	{"answer", "v", byTriage, nil, true},
	{"reply", "v", byUnit, nil, true},
	{"assign_v", "v", byTriage, units, true},
	{"new_matter", "v", byTriage, []string{"standard/D05", "quick/D06", "standard/"}, true},
	{"join", "vm", byTriage, nil, true},
	{"merge", "vw", byTriage, nil, true},
	{"split", "v", byTriage, nil, true},
	{"hazard", "v", byTriage, []string{"", "food"}, true},
	{"accept_hazard", "v", roster, nil, false},
	{"restrict", "v", byTriage, []string{"discipline", "health", "aid", "none"}, true},
	{"transfer", "v", byTriage, []string{"U01", "U02", "G"}, true},
	{"reject", "v", byTriage, nil, true},
	{"countersign", "v", append([]string{"chair"}, byTriage...), []string{"agree", "disagree"}, true},
	{"quarantine", "v", byTriage, nil, true},
	{"free", "v", byTriage, nil, true},
	{"crisis", "v", byTriage, nil, true},
	{"name", "v", byTriage, []string{"D06", "D05", "handler", "worker", "triager2", "leader"}, true},
	{"confirm", "v", bySelf, nil, false},
	{"not_solved", "v", bySelf, nil, false},
	{"object", "v", bySelf, nil, false},
	{"withdraw", "v", bySelf, nil, false},
	{"retaliation", "v", bySelf, nil, false},
	{"end_access", "v", bySelf, nil, false},
	{"silent", "", byJob, nil, false},
	{"timeouts", "", byJob, nil, false},

	{"begin", "", []string{"triager", "triager3", "chair", "supervisor", "leader"}, []string{"standard/", "standard/D05", "quick/D06"}, false},
	{"assign_m", "m", []string{"triager", "supervisor"}, units, false},
	{"sign", "a", byUnit, nil, true},
	{"return", "a", byUnit, units, true},
	{"adjudicate", "a", byHead, units, true},
	{"reassign", "a", byHead, units, true},
	{"auto_sign", "", byJob, nil, false},
	{"plan", "m", byUnit, []string{"handler", "other", "worker/photo", "contractor", "other/costly", "handler/cheap"}, true},
	{"head", "m", byUnit, []string{"yes", "no"}, true},
	{"finance", "m", []string{"welfare", "head", "leader"}, []string{"yes", "no"}, true},
	{"top", "m", []string{"leader", "head", "supervisor"}, []string{"yes", "no"}, true},
	{"approve", "m", []string{"triager", "supervisor", "triager3"}, []string{"yes", "no"}, true},
	{"report", "m", append([]string{"worker"}, byUnit...), []string{"", "done"}, true},
	{"more", "m", append([]string{"worker"}, byUnit...), nil, true},
	{"extend", "m", byHead, []string{"yes", "no"}, true},
	{"pause", "m", byHead, nil, true},
	{"resume", "m", byHead, nil, true},
	{"timers", "", byJob, nil, false},
	{"claim_done", "m", append([]string{"worker"}, byUnit...), []string{"photo", ""}, true},
	{"appoint", "m", []string{"triager", "supervisor"}, []string{"inspector", "handler2", "chair"}, true},
	{"inspect", "m", byLook, []string{"pass", "fail"}, true},
	{"rate", "r", []string{"invited"}, []string{"solved", "not", "partly", "unsure"}, false},
	{"windows", "", byJob, nil, false},
	{"close", "m", []string{"triager", "triager2", "supervisor"}, nil, true},
	{"not_fixed", "m", []string{"worker", "worker3", "mill", "r0", "r1", "r2"}, nil, false},
	{"look_back", "m", byLook, []string{"30 pass", "90 pass", "30 fail"}, true},
	{"carry", "m", byHead, nil, true},
	{"review", "m", byHead, nil, true},
	{"take_up", "m", byHead, nil, true},
	{"decline", "m", byHead, nil, true},
	{"cancel", "m", byHead, nil, true},
	{"show", "m", []string{"triager"}, []string{"yes", "no"}, true},
}

// Limits of a walk: so many voices and matters, and nobody new comes.
const (
	mostVoices  = 7
	mostMatters = 3
)

// full reports whether a verb would make more than a walk can look after.
func (w *world) full(v verb) bool {
	switch v.name {
	case "register", "metoo", "split", "retaliation":
		return len(w.v) >= mostVoices
	case "new_matter", "begin":
		return len(w.ms) >= mostMatters
	}
	return false
}

// ways lists every way in which a verb can be tried now by those who usually do it.
func (w *world) ways(v verb) (out []cmd) {
	if w.full(v) {
		return nil
	}
	opts := v.opts
	if opts == nil {
		opts = []string{""}
	}
	one := func(c cmd) {
		for _, who := range v.by {
			for _, o := range opts {
				c := c
				c.Verb, c.Who, c.Opt = v.name, who, o
				switch who {
				case "self":
					c.Who = receipt(w.m.holder(c.V))
					if s := w.m.voices[c.V].submitter; s != "" && len(o)%2 == c.V%2 {
						c.Who = s
					}
				case "invited":
					r := w.m.matters[c.M].rounds[w.m.matters[c.M].round]
					if r == nil {
						continue
					}
					var all []string
					for who := range r.invited {
						all = append(all, who)
					}
					slices.Sort(all)
					for _, who := range all {
						c.Who, c.Opt = who, who+" "+o
						out = append(out, c)
					}
					continue
				}
				if coarse(c.Who) {
					if n, _ := strconv.Atoi(c.Who[1:]); n >= len(w.v) {
						continue
					}
				}
				out = append(out, c)
			}
		}
	}
	voices, matters := func(do func(int)) {
		for i := range w.v {
			do(i)
		}
	}, func(do func(int)) {
		for i := range w.ms {
			do(i)
		}
	}
	switch v.on {
	case "":
		one(cmd{V: -1, W: -1, M: -1})
	case "v":
		voices(func(i int) { one(cmd{V: i, W: -1, M: -1}) })
	case "vw":
		voices(func(i int) { voices(func(j int) { one(cmd{V: i, W: j, M: -1}) }) })
	case "vm":
		voices(func(i int) { matters(func(j int) { one(cmd{V: i, W: -1, M: j}) }) })
	case "m", "r":
		matters(func(j int) { one(cmd{V: -1, W: -1, M: j}) })
	case "a":
		voices(func(i int) { one(cmd{V: i, W: -1, M: -1}) })
		matters(func(j int) { one(cmd{V: -1, W: -1, M: j}) })
	}
	return out
}

// likely draws something that the model would let happen, of all verbs or of some: first what, the work of matters more often, then how.
func (w *world) likely(pick func(n int, what string) int, some ...string) (cmd, bool) {
	var can [][]cmd
	for _, v := range verbs {
		if len(some) > 0 && !slices.Contains(some, v.name) {
			continue
		}
		weight := 3
		switch v.name {
		case "show", "end_access", "name", "crisis", "cancel", "decline", "retaliation", "info", "restrict", "quarantine", "carry":
			weight = 1
		case "plan", "head", "finance", "top", "approve", "report", "claim_done", "inspect", "rate", "windows", "close", "new_matter", "join", "sign":
			weight = 6
		}
		var ok []cmd
		for _, c := range w.ways(v) {
			if len(w.expect(c).no) == 0 && !w.idle(c) {
				ok = append(ok, c)
			}
		}
		for range weight {
			if len(ok) > 0 {
				can = append(can, ok)
			}
		}
	}
	if len(can) == 0 {
		return cmd{}, false
	}
	ways := can[pick(len(can), "verb")]
	return ways[pick(len(ways), "way")], true
}

// idle reports whether a job has nothing to do.
func (w *world) idle(c cmd) bool {
	if c.Who != "job" {
		return false
	}
	for _, v := range w.m.voices {
		if c.Verb == "silent" && v.state == "answered" && w.m.now.After(office(v.answered, 10)) ||
			c.Verb == "timeouts" && v.state == "waiting_info" && w.m.now.After(office(v.asked, 5)) ||
			c.Verb == "auto_sign" && v.work != nil && v.work.state == "assigned" && !w.m.now.Before(v.work.due) {
			return false
		}
	}
	for _, x := range w.m.matters {
		if c.Verb == "windows" && x.state == "accepting" || c.Verb == "timers" && x.state == "paused" && x.until <= day(w.m.now) ||
			c.Verb == "auto_sign" && x.work != nil && x.work.state == "assigned" && !w.m.now.Before(x.work.due) {
			return false
		}
	}
	return true
}

// wild draws anything by anybody on anything.
func (w *world) wild(pick func(n int, what string) int) (cmd, bool) {
	v := verbs[pick(len(verbs), "verb")]
	all := w.ways(v)
	if len(all) == 0 {
		return cmd{}, false
	}
	c := all[pick(len(all), "way")]
	if who := pick(len(staff)+4, "who"); v.name != "rate" {
		switch {
		case who < len(staff):
			c.Who = staff[who].key
		case who == len(staff):
			c.Who = "nobody"
		case len(w.v) > 0:
			c.Who = receipt(pick(len(w.v), "receipt"))
		}
	} else if who%2 == 0 {
		c.Who = staff[who%len(staff)].key
	}
	if c.Who == "job" && v.on != "" { // the program does what it does by its jobs
		c.Who = "auditor"
	}
	if v.old && pick(6, "stale") == 0 {
		c.Stale = true
	}
	return c, true
}

// leaps are the times that pass, in minutes, from one to a quarter of a year; the National Day lies ahead.
var leaps = []int{1, 59, 9 * 60, 24 * 60, 3 * 24 * 60, 5 * 24 * 60, 9 * 24 * 60, 16 * 24 * 60, 31 * 24 * 60, 92 * 24 * 60}

// offices are the roles that are given and taken on the way.
var offices = []struct {
	who  string
	role access.Role
	unit string
}{
	{"triager2", access.Handler, "D05"}, {"handler2", access.Inspector, "G"}, {"head", access.Supervisor, "G"}, {"worker3", access.UnitChair, "U01"},
	{"triager", access.Triager, "G"}, {"handler", access.Handler, "D05"}, {"inspector", access.Triager, "U01"}, {"supervisor", access.DeptHead, "D05"},
	{"other", access.Triager, "G"}, {"mill", access.Handler, "D06"},
}

// asked are the flags of rapid that were given to this run of the tests.
var asked = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{"rapid.checks": os.Getenv("RAPID_CHECKS") != "", "rapid.steps": os.Getenv("RAPID_STEPS") != ""}
	flag.Visit(func(f *flag.Flag) { out[f.Name] = true })
	return out
})

// few is n, or an eighth of it in a short run: with the race detector, which sees the tenth step of one goroutine as it sees the thousandth.
// Walks that rapid draws it makes fewer and shorter itself.
func few(n int) int {
	if testing.Short() {
		return max(1, n/8)
	}
	return n
}

// checks sets how many walks rapid makes and how long they are, unless RAPID_CHECKS, RAPID_STEPS or a flag says so.
func checks(t *testing.T, n, steps int) {
	for name, value := range map[string]int{"rapid.checks": n, "rapid.steps": steps} {
		if asked()[name] {
			continue
		}
		old := flag.Lookup(name).Value.String()
		flag.Set(name, strconv.Itoa(value))
		t.Cleanup(func() { flag.Set(name, old) })
	}
}

// TestMachine lets people of every kind do whatever they like, in the program and in the model, and after every step compares the two
// and checks every invariant. What is drawn is mostly what can be done, so that walks get far, and now and then anything by anybody.
func TestMachine(t *testing.T) {
	grounds(t, func(t *testing.T, g *ground) {
		n := map[db.Dialect]int{}
		if n := 40; t.Name() == "TestMachine/postgres" {
			checks(t, n/5, 60)
		} else {
			checks(t, n, 80)
		}
		done := 0
		rapid.Check(t, func(rt *rapid.T) {
			w, end := g.world(rt)
			defer end()
			pick := func(n int, what string) int { return rapid.IntRange(0, n-1).Draw(rt, what) }
			do := func(c cmd, ok bool) {
				if !ok {
					rt.Skip()
				}
				w.do(c)
				done++
			}
			likely := func(*rapid.T) { do(w.likely(pick)) }
			rt.Repeat(map[string]func(*rapid.T){
				"likely a": likely, "likely b": likely, "likely c": likely, "likely d": likely,
				"wild": func(*rapid.T) { do(w.wild(pick)) },
				"time": func(*rapid.T) { w.advance(leaps[pick(len(leaps), "leap")]) },
				"role": func(*rapid.T) {
					if pick(3, "rarely") == 0 {
						o := offices[pick(len(offices), "office")]
						w.grant(o.who, o.role, o.unit)
					}
				},
			})
			w.verify()
			n[w.d.Dialect()]++
		})
		t.Logf("%v walks, %d actions", n, done)
	})
}

// verify replays the whole record against what the database holds.
func (w *world) verify() {
	w.t.Helper()
	r, err := event.Verify(context.Background(), w.d, event.VerifyOptions{Keys: []string{w.keys.LogVerifier()}})
	if err != nil {
		w.fail("verify: %v", err)
	}
	if r.Bad != nil {
		w.fail("verify: %v", r.Bad)
	}
}
