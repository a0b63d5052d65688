package ballot_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/ballot/count"
)

// TestCyclesAreSound: the two tables hold no doubled moves and name actions that somebody has.
func TestCyclesAreSound(t *testing.T) {
	if err := ballot.Cycle.Check(); err != nil {
		t.Error(err)
	}
	if err := ballot.PoolCycle.Check(); err != nil {
		t.Error(err)
	}
}

// believed is what the model believes of a ballot; it is written from the manual, not from the code.
type believed struct {
	state    string
	electors map[string]bool
	voted    map[string][]int
	places   int
	rule     count.Rule
	thirds   bool
}

func (x *believed) enough() bool {
	n, all := len(x.voted), len(x.electors)
	if n < 5 {
		return false
	}
	if x.thirds {
		return 3*n >= 2*all
	}
	return 2*n > all
}

// may says what a vote should be answered with: "" where it counts.
func (x *believed) may(who string, v ballot.Vote) string {
	_, voted := x.voted[who]
	switch {
	case !x.electors[who]:
		return "ballot.unknown"
	case voted:
		return "ballot.used"
	case x.state != ballot.Open:
		return "ballot.late"
	case v.Abstain && len(v.Marks) > 0, !v.Abstain && len(v.Marks) == 0, len(v.Marks) > x.places:
		return "marks"
	}
	return ""
}

// TestModel lets anybody vote anything at any time, while people leave and join, papers are mixed, and the ballot ends or is called off. After every
// step there is one paper for each mark of having voted and no more than electors, and the record leads to the state of the row; at the end what was
// counted is what was voted, and nothing of what was thrown away is kept.
func TestModel(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := settled(t, d, c)
		if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
			f.Value.Set("12") // a whole installation and two databases: -rapid.checks asks for more
			defer f.Value.Set(f.DefValue)
		}
		pool := w.several(9)
		var keys []string
		for key, p := range w.People {
			if p.Path == "/G/U01/" && len(key) > 4 && key[:4] == "U01-" || key == "D06-1" || key == "head" || key == "worker" {
				keys = append(keys, key)
			}
		}
		slices.Sort(keys)
		day, joined := clock.Day("2026-11-23"), 0
		rapid.Check(t, func(rt *rapid.T) {
			day = day.Add(10)
			w.on(string(day) + " 09:00")
			var ready []string
			for _, id := range pool {
				if w.candidate(id).State == ballot.Ready {
					ready = append(ready, id)
				}
			}
			for i := len(ready); i < 4; i++ {
				id := w.ready("补充的候选实事" + strconv.Itoa(len(pool)))
				pool, ready = append(pool, id), append(ready, id)
			}
			n := rapid.IntRange(2, min(5, len(ready))).Draw(rt, "candidates")
			x := &believed{state: ballot.Open, electors: map[string]bool{}, voted: map[string][]int{}, places: rapid.IntRange(1, n-1).Draw(rt, "places"),
				rule: rapid.SampledFrom(count.Rules()).Draw(rt, "rule"), thirds: rapid.Bool().Draw(rt, "thirds")}
			in := &ballot.Plan{Title: "票选", Electorate: ballot.Everybody, Units: []string{"U01"}, Places: x.places, Rule: x.rule, Quorum: count.OverHalf, Opens: day, Closes: day.Add(3), Candidates: ready[:n]}
			if x.thirds {
				in.Quorum = count.TwoThirds
			}
			w.Do("triager", in)
			for _, id := range w.Column(`SELECT id FROM org_person WHERE path >= '/G/U01/' AND path < '/G/U02/' AND status = 'active'`) {
				x.electors[id] = true
			}
			before := w.Count(`SELECT COUNT(*) FROM matter`)
			for range rapid.IntRange(1, 8).Draw(rt, "steps") {
				switch rapid.SampledFrom([]string{"votes", "votes", "votes", "votes", "mix", "joins", "cancel", "day", "again"}).Draw(rt, "step") {
				case "votes", "again":
					for range rapid.IntRange(1, 12).Draw(rt, "voters") {
						v := ballot.Vote{Ballot: in.ID, Abstain: rapid.IntRange(0, 9).Draw(rt, "abstain") == 0}
						v.Marks = rapid.SliceOfNDistinct(rapid.IntRange(1, n), 0, min(n, x.places+1), rapid.ID[int]).Draw(rt, "marks")
						x.vote(rt, w, rapid.SampledFrom(keys).Draw(rt, "who"), v)
					}
				case "mix":
					w.mix()
				case "joins": // the electorate was fixed when it opened
					joined++ // no number that is drawn: small ones are drawn again
					w.Must(func(tx *db.Tx) error {
						_, err := org.AddPerson{EmployeeNo: fmt.Sprintf("N%d", joined), Name: "新来的人", Unit: "U01"}.Do(tx, access.System("test"))
						return err
					})
				case "cancel":
					err := w.Try("triager", ballot.Cancel{Ballot: in.ID, Reason: "不办了"})
					if (err == nil) != (x.state == ballot.Open) {
						rt.Fatalf("called off in %s: %v", x.state, err)
					}
					if err == nil {
						x.state = ballot.Cancelled
					}
				case "day":
					now := clock.DayOf(w.Clock.Now(), clock.Shanghai()).Add(1)
					w.on(string(now) + " 00:10")
					if x.state == ballot.Open && now > day.Add(3) {
						x.over()
					}
				}
				x.check(rt, w, in.ID)
			}
			if x.state == ballot.Open {
				w.on(string(day.Add(4)) + " 00:10")
				x.over()
				x.check(rt, w, in.ID)
			}
			x.result(rt, w, in, before)
		})
	})
}

func (x *believed) over() {
	if x.state = ballot.Void; x.enough() {
		x.state = ballot.Counted
	}
}

func (x *believed) vote(rt *rapid.T, w *world, who string, v ballot.Vote) {
	want, err := x.may(w.P(who).ID, v), w.Try(who, v)
	if want == "" {
		if err != nil {
			rt.Fatalf("%s votes %+v: %v", who, v, err)
		}
		x.voted[w.P(who).ID] = v.Marks
		return
	}
	e := fault.Of(err)
	if err == nil || e.Key != want && e.Field != want {
		rt.Fatalf("%s votes %+v: %v, want %s", who, v, err, want)
	}
}

func (x *believed) check(rt *rapid.T, w *world, id string) {
	b := w.get(id)
	if b.State != x.state || b.Electors != int64(len(x.electors)) {
		rt.Fatalf("%+v, believed %s of %d", b, x.state, len(x.electors))
	}
	used := w.Column(`SELECT person FROM ballot_elector WHERE ballot = $1 AND used = 1 ORDER BY person`, id)
	if !slices.Equal(used, slices.Sorted(maps.Keys(x.voted))) {
		rt.Fatalf("%d have voted, believed %d", len(used), len(x.voted))
	}
	papers, want := w.Count(`SELECT (SELECT COUNT(*) FROM ballot_box WHERE ballot = $1) + (SELECT COUNT(*) FROM ballot_paper WHERE ballot = $1)`, id), len(x.voted)
	if x.state == ballot.Void || x.state == ballot.Cancelled {
		want = 0
	}
	if papers != want {
		rt.Fatalf("%d papers of %d voters in %s", papers, len(x.voted), x.state)
	}
	w.Read(func(tx *db.Tx) error {
		log, err := event.Timeline(tx, b.Ref(), 400, 0)
		state := ""
		for _, e := range log { // the newest comes first
			if e.To != "" {
				state = e.To
				break
			}
		}
		if state != b.State {
			rt.Fatalf("the record leads to %q, the row says %q", state, b.State)
		}
		return err
	})
}

func (x *believed) result(rt *rapid.T, w *world, in *ballot.Plan, before int) {
	votes := make([]int, len(in.Candidates))
	for _, marks := range x.voted {
		for _, m := range marks {
			votes[m-1]++
		}
	}
	chosen := 0
	for i, c := range w.choices(in.ID) {
		state := w.candidate(c.Candidate).State
		if x.state != ballot.Counted {
			if c.Votes != 0 || c.Outcome != "" || state != ballot.Ready {
				rt.Fatalf("%s, and %+v in %s", x.state, c, state)
			}
			continue
		}
		if c.Votes != int64(votes[i]) {
			rt.Fatalf("no. %d has %d votes, %d were cast", i+1, c.Votes, votes[i])
		}
		if c.Outcome.In() != (state == ballot.Chosen) || !c.Outcome.In() && state != ballot.Ready {
			rt.Fatalf("%+v in %s", c, state)
		}
		if c.Outcome.In() {
			chosen++
		}
		for k, d := range w.choices(in.ID) {
			if c.Outcome.In() && !d.Outcome.In() && votes[k] > votes[i] {
				rt.Fatalf("%d votes go before %d", votes[i], votes[k])
			}
		}
	}
	if n := w.Count(`SELECT COUNT(*) FROM matter`); n != before+chosen || chosen > x.places {
		rt.Fatalf("%d chosen for %d places, %d new matters", chosen, x.places, n-before)
	}
}
