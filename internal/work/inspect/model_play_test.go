package inspect_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/base/org/worldtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
)

// begins is when every play begins: a Monday after the long holidays, far from those that follow.
var begins = time.Date(2026, 10, 12, 9, 0, 0, 0, clock.Shanghai())

// player does what the model says and compares.
type player struct {
	*world
	site
	n       int64 // the last number that was given before this play
	ordered int   // matters of inspections before this play
	round   inspect.SaveRound
	matter  string
	did     map[string]int // what was let happen and what was refused, for a look at what a run has seen
}

// plays lays a world out in which plays are played, one after the other.
func plays(t *testing.T, d *db.DB, c *clock.Fake) *player {
	c.Set(begins)
	w := &world{orgtest.New(t, d, c)}
	w.checkItems()
	w.Must(func(tx *db.Tx) error {
		return org.SetRoster{Kind: "hazard", People: []string{w.P("handler").ID, w.P("chair2").ID}}.Do(tx, access.System("test"))
	})
	return &player{world: w, did: map[string]int{}}
}

func one[T any](p *player, sql string, args ...any) (x T) {
	p.T.Helper()
	p.Read(func(tx *db.Tx) (err error) {
		x, err = db.One[T](tx, sql, args...)
		return err
	})
	return x
}

// play begins anew and does everything; what is first found to be otherwise is told.
func (p *player) play(acts []act) error {
	p.Clock.Set(begins)
	p.site = site{now: begins, looked: begins.Format(time.DateOnly), round: 1, closed: begins.Format(time.DateOnly)}
	p.n, p.ordered = one[int64](p, `SELECT COALESCE(MAX(last), 0) FROM visit_number`), one[int](p, `SELECT COUNT(*) FROM matter WHERE source = $1`, matter.FromInspection)
	p.round = inspect.SaveRound{Name: "每日两处", Unit: "G", Kind: inspect.Routine, Every: inspect.EveryDay, Days: 1, Inspector: p.P("inspector").ID, Places: places, Active: true}
	p.Do("triager", &p.round)
	p.closedMatter()
	defer func() { // what is left over does not belong to the next play
		r := p.round
		r.ID, r.Version, r.Active = p.round.Made, 1, false
		p.Do("triager", &r)
		for _, v := range p.visits {
			if v.call != nil {
				_ = p.Try("handler", inspect.Accept{Visit: v.number})
			}
		}
	}()
	for i, a := range acts {
		if err := p.do(a); err != nil {
			return fmt.Errorf("act %d, %+v: %w", i+1, a, err)
		}
		if err := p.compare(); err != nil {
			return fmt.Errorf("after act %d, %+v: %w", i+1, a, err)
		}
	}
	return nil
}

// closedMatter brings a matter to its end: what looks back at it comes later.
func (p *player) closedMatter() {
	in := &matter.Register{Title: "四区浴室水温不足", Public: true, Class: matter.Standard, Source: matter.FromVoice, Category: "BA-1", Place: "P104M", Voices: 3, Lead: "D05"}
	p.Do("triager", in)
	p.matter = in.ID
	due := clock.Day(p.plus(11))
	p.Do("handler", matter.SubmitPlan{Matter: in.ID, Plan: matter.Slots{Item: "提高水温", Standard: "出水温度达标",
		Checks: []matter.Check{{Text: "淋浴出水温度", Kind: plan.CheckNumber, Unit: "℃", Low: "38", High: "42"}, {Text: "防滑", Kind: plan.CheckYesNo}},
		Steps:  []plan.Step{{Text: "更换换热器", Day: due}}, Owner: p.P("handler").ID, Deadline: due, Acceptors: []string{p.P("worker").ID}}})
	p.Do("head", matter.SignPlan{Matter: in.ID, As: chain.AsHead, Approve: true})
	p.Do("triager", matter.DecidePlan{Matter: in.ID, Approve: true})
	good := []matter.Reading{{Check: 1, Value: "40"}, {Check: 2, Value: "yes"}}
	p.Do("handler", matter.Report{Matter: in.ID, Step: 1, Done: true, Text: "已更换"}, matter.ClaimDone{Matter: in.ID, Text: "换热器已更换，水温达标", Readings: good})
	p.Do("inspector", matter.Inspect{Matter: in.ID, Passed: true, Readings: good})
	p.Must(func(tx *db.Tx) error { return matter.SetRated(tx, access.System("test"), in.ID, matter.Confirmed) })
	p.Do("triager", matter.Close{Matter: in.ID, Reply: "水温已达标，请大家监督"})
}

// try does something that the model lets happen or not.
func (p *player) try(who string, in worldtest.Doer, ok bool) error {
	if err := p.Try(who, in); (err == nil) != ok {
		return fmt.Errorf("%s: %v, the model says %v", who, err, ok)
	}
	p.did[fmt.Sprintf("%T %v", in, ok)]++
	return nil
}

// do does one thing, in the product and in the model.
func (p *player) do(a act) error {
	s := &p.site
	switch a.Do {
	case "record", "again", "walk":
		in, ok, v := s.record(a)
		if a.Do == "again" && len(s.visits) > 0 {
			v.again = a.At % len(s.visits)
			of := s.visits[v.again]
			in.Again, v.kind = of.number, "recheck"
			ok = ok && of.kind == "leader" && of.place == v.place
		}
		if a.Do == "walk" && len(s.walks) > 0 {
			v.walk = a.At % len(s.walks)
			in.Walk = s.walks[v.walk].id
		}
		if err := p.try(a.Who, &in, ok); err != nil || !ok {
			return err
		}
		v.id, v.number = in.ID, in.Number
		s.kept(v)
	case "sign":
		if len(s.visits) == 0 {
			return nil
		}
		v := s.visits[a.At%len(s.visits)]
		in := inspect.Sign{Visit: v.number, Agrees: a.Points >= 3}
		if strings.Contains(a.Also, "problem") {
			in.Note = "当时正在检修"
		}
		ok := hands[v.place] == a.Who && v.by != a.Who && v.signer == "" && (in.Agrees || in.Note != "")
		if err := p.try(a.Who, in, ok); err != nil || !ok {
			return err
		}
		v.signer, v.agrees = a.Who, in.Agrees
	case "accept":
		if len(s.visits) == 0 {
			return nil
		}
		v := s.visits[a.At%len(s.visits)]
		ok := slices.Contains(called, a.Who) && v.call != nil && !v.call.accepted
		if err := p.try(a.Who, inspect.Accept{Visit: v.id}, ok); err != nil || !ok {
			return err
		}
		v.call.accepted, v.call.person = true, a.Who
	case "look":
		in, ok := s.lookBack(a)
		in.Matter = p.matter
		if err := p.try(a.Who, in, ok); err != nil || !ok {
			return err
		}
		if in.Passed {
			s.back = "passed"
		} else {
			p.did["relapse"]++
			s.round++
		}
	case "minutes", "day", "month":
		by := map[string]time.Duration{"minutes": 31 * time.Minute, "day": 24 * time.Hour, "month": 30 * 24 * time.Hour}[a.Do]
		if s.now.Add(by).After(time.Date(2026, 12, 30, 0, 0, 0, 0, clock.Shanghai())) {
			return nil
		}
		s.now = s.now.Add(by)
		p.Clock.Set(s.now)
		p.Must(func(tx *db.Tx) error { _, err := inspect.RunRounds(tx); return err })
		if err := duty.RunLadder(context.Background(), p.DB); err != nil {
			return err
		}
		s.tick()
		if day := s.rounds(); day != "" {
			s.walks[len(s.walks)-1].id = one[string](p, `SELECT COALESCE(MAX(id), '') FROM visit_walk WHERE round = $1 AND day = $2`, p.round.Made, day)
		}
	}
	return nil
}

// row is a visit as the tables have it, in words.
type row struct {
	ID     string
	Number string
	Kind   string
	Place  string
	Person string
	Again  string
	Walk   string
	Day    clock.Millis
	Fails  int64
	Worse  int64
	Signer string
	Agrees int64
}

// compare looks at all rows, duties and entries of the record that the play has to do with.
func (p *player) compare() error {
	s := &p.site
	name := map[string]string{"": ""}
	for key, x := range p.People {
		name[x.ID] = key
	}
	var bad []string
	no := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	p.Read(func(tx *db.Tx) error {
		tx.Asked()
		for i, v := range s.visits {
			r, err := db.One[row](tx, `SELECT v.id, v.number, v.kind, v.place, v.person, v.again, v.walk, v.at AS day, v.fails, v.critical AS worse, COALESCE(s.person, '') AS signer, COALESCE(s.agrees, 0) AS agrees
				FROM visit v LEFT JOIN visit_sign s ON s.visit = v.id WHERE v.id = $1`, v.id)
			if err != nil {
				return err
			}
			again, walk := "", ""
			if v.again >= 0 {
				again = s.visits[v.again].id
			}
			if v.walk >= 0 {
				walk = s.walks[v.walk].id
			}
			fails, worse, agrees := int64(0), int64(0), int64(0)
			for _, it := range v.items {
				if it.result == "fail" || it.result == "critical" {
					fails++
				}
				if it.result == "critical" {
					worse++
				}
			}
			if v.agrees {
				agrees = 1
			}
			want := row{ID: v.id, Number: fmt.Sprintf("JC-2026-%03d", p.n+int64(i)+1), Kind: v.kind, Place: v.place, Person: p.P(v.by).ID, Again: again, Walk: walk, Day: r.Day, Fails: fails, Worse: worse, Agrees: agrees}
			if v.signer != "" {
				want.Signer = p.P(v.signer).ID
			}
			if r != want || v.number != want.Number || string(r.Day.Day(clock.Shanghai())) != v.day {
				no("visit %+v, the model says %+v on %s", r, want, v.day)
			}
			if err := p.items(tx, v, no); err != nil {
				return err
			}
			if err := p.call(tx, v, name, no); err != nil {
				return err
			}
		}
		return p.whole(tx, no)
	})
	if len(bad) > 0 {
		return fmt.Errorf("%s", strings.Join(bad, "; "))
	}
	return nil
}

// items compares what was read, and the matters that came of it. What was written down before never changes (I14 of a look on site).
func (p *player) items(tx *db.Tx, v *mVisit, no func(string, ...any)) error {
	type item struct{ Result, Mean, Worst, Class, Lead, State, Place string }
	got, err := db.All[item](tx, `SELECT i.result, i.mean, i.worst, COALESCE(m.class, '') AS class, COALESCE(m.lead, '') AS lead, COALESCE(m.state, '') AS state, COALESCE(m.place, '') AS place
		FROM visit_item i LEFT JOIN matter m ON m.id = i.matter WHERE i.visit = $1 ORDER BY i.n`, v.id)
	if err != nil {
		return err
	}
	var want []item
	for _, it := range v.items {
		x := item{Result: it.result, Mean: it.mean, Worst: it.worst, Class: it.class, Lead: it.lead}
		if it.class != "" {
			x.State, x.Place = "assigned", v.place
		}
		want = append(want, x)
	}
	if !slices.Equal(got, want) {
		no("items of %s %+v, the model says %+v", v.number, got, want)
	}
	return nil
}

// call compares who is called for something critical: the duty is that of who was called last, every rung was fired once and told him
// (I18, I26, I27, I28), and the record tells of each.
func (p *player) call(tx *db.Tx, v *mVisit, name map[string]string, no func(string, ...any)) error {
	type state struct {
		Person string
		Taken  int64
		Open   int64
		Owner  string
		Rungs  int64
		Once   int64
		Told   int64
		Events int64
		Signed int64
	}
	got, err := db.One[state](tx, `SELECT COALESCE((SELECT person FROM visit_call WHERE visit = $1), '') AS person, (SELECT COUNT(*) FROM visit_call WHERE visit = $1 AND accepted_at <> 0) AS taken,
		(SELECT COUNT(*) FROM duty WHERE subject_id = $1 AND kind = 'accept_hazard' AND open = 1) AS open, COALESCE((SELECT MAX(person) FROM duty WHERE subject_id = $1 AND kind = 'accept_hazard' AND open = 1), '') AS owner,
		(SELECT COUNT(*) FROM duty_rung WHERE subject_id = $1 AND kind = 'accept_hazard') AS rungs, (SELECT COUNT(DISTINCT n) FROM duty_rung WHERE subject_id = $1 AND kind = 'accept_hazard') AS once,
		(SELECT COUNT(*) FROM duty_rung r WHERE r.subject_id = $1 AND r.kind = 'accept_hazard' AND (SELECT COUNT(*) FROM duty_notice x WHERE x.rung = r.id AND x.person IN ($2, $3)) = 1) AS told,
		(SELECT COUNT(*) FROM event WHERE subject_id = $1 AND subject_kind = 'visit_call') AS events, (SELECT COUNT(*) FROM event WHERE subject_id = $1 AND subject_kind = 'visit' AND kind IN ('inspect.recorded', 'inspect.signed')) AS signed`,
		v.id, p.P("handler").ID, p.P("chair2").ID)
	if err != nil {
		return err
	}
	want := state{Signed: 1}
	if v.signer != "" {
		want.Signed = 2
	}
	if c := v.call; c != nil {
		want.Person, want.Rungs, want.Once, want.Told, want.Events = c.person, int64(c.n), int64(c.n), int64(c.n), int64(c.n)+1
		if c.accepted {
			want.Taken = 1
			want.Events++
		} else {
			want.Open, want.Owner = 1, c.person
		}
	}
	if got.Person, got.Owner = name[got.Person], name[got.Owner]; got != want {
		no("call of %s %+v, the model says %+v", v.number, got, want)
	}
	return nil
}

// whole compares what no single visit tells: what is owed, the walks, the matter that is looked back at, how many matters have come of it all,
// and that no number was left out (I8, I13, I14, I26, I31).
func (p *player) whole(tx *db.Tx, no func(string, ...any)) error {
	s := &p.site
	var owed, want []string
	type due struct {
		Kind      string
		SubjectID string
		Due       clock.Millis
		Path      string
	}
	ids := []string{""}
	for _, v := range s.visits {
		ids = append(ids, v.id)
	}
	in, args := db.In("subject_id", ids, 2)
	ds, err := db.All[due](tx, `SELECT kind, subject_id, due, path FROM duty WHERE open = 1 AND kind IN ('remeasure', 'round') AND (subject_id IN (SELECT id FROM visit_walk WHERE round = $1) OR `+in+`)`,
		append([]any{p.round.Made}, args...)...)
	if err != nil {
		return err
	}
	for _, d := range ds {
		owed = append(owed, fmt.Sprint(d.Kind, " ", d.SubjectID, " ", d.Due.Day(clock.Shanghai()), " ", d.Path))
	}
	for _, v := range s.visits {
		if v.owes != "" {
			want = append(want, fmt.Sprint("remeasure ", v.id, " ", v.owes, " /G/"))
		}
	}
	ended := int64(0)
	for _, w := range s.walks {
		if len(w.seen) < len(places) {
			want = append(want, fmt.Sprint("round ", w.id, " ", w.due, " /G/"))
		} else {
			ended++
		}
	}
	slices.Sort(owed)
	if slices.Sort(want); !slices.Equal(owed, want) {
		no("owed %q, the model says %q", owed, want)
	}
	type sums struct{ Last, Matters, Walks, Ended, Twice int64 }
	got, err := db.One[sums](tx, `SELECT (SELECT COALESCE(MAX(last), 0) FROM visit_number) AS last, (SELECT COUNT(*) FROM matter WHERE source = $1) AS matters, (SELECT COUNT(*) FROM visit_walk WHERE round = $2) AS walks,
		(SELECT COUNT(*) FROM visit_walk WHERE round = $2 AND done_at <> 0) AS ended, (SELECT COUNT(*) FROM (SELECT duty FROM duty_rung GROUP BY duty, due_version, rung, n HAVING COUNT(*) > 1) AS again) AS twice`, matter.FromInspection, p.round.Made)
	if err != nil {
		return err
	}
	if w := (sums{Last: p.n + int64(len(s.visits)), Matters: int64(p.ordered + s.matters), Walks: int64(len(s.walks)), Ended: ended}); got != w {
		no("together %+v, the model says %+v", got, w)
	}
	m, err := matter.Find(tx, p.matter)
	if err != nil {
		return err
	}
	state, verified := matter.Closed, int64(2) // by itself and on site
	if s.round > 1 {
		state = matter.Executing
	}
	if s.round > 1 || s.back != "" {
		verified++
	}
	looks, err := db.One[int64](tx, `SELECT COUNT(*) FROM inspection WHERE matter = $1`, p.matter)
	good := m.LookBack30 == ""
	if s.back != "" && s.round == 1 {
		good = m.LookBack30 == matter.LookedGood
	}
	if m.State != state || m.Round != s.round || !good || looks != verified {
		no("the matter is %s in round %d, looked back at %q, after %d looks; the model says %s, %d, %q, %d", m.State, m.Round, m.LookBack30, looks, state, s.round, s.back, verified)
	}
	return err
}

// drawn draws an act.
func drawn(t *rapid.T) act {
	a := act{Do: rapid.SampledFrom([]string{"record", "record", "record", "again", "walk", "walk", "sign", "sign", "accept", "accept", "minutes", "day", "day", "month", "look", "look"}).Draw(t, "do"),
		Who: rapid.SampledFrom([]string{"inspector", "inspector", "inspector", "leader", "chair", "chair2", "triager", "welfare", "handler", "head", "worker"}).Draw(t, "who"),
		At:  rapid.IntRange(0, 7).Draw(t, "at"), Points: rapid.SampledFrom([]int{3, 3, 3, 3, 3, 0, 2}).Draw(t, "points")}
	around := rapid.SampledFrom([]int{395, 395, 370, 440, 455}).Draw(t, "around")
	for i := range a.Read {
		a.Read[i] = around + rapid.IntRange(-25, 25).Draw(t, "read")
	}
	var also []string
	for _, word := range []string{"problem", "problem", "order", "slip", "closed", "yesterday", "why"} {
		if n := map[string]int{"problem": 1, "yesterday": 12, "why": 12}[word]; rapid.IntRange(0, max(n, 3)).Draw(t, word) == 0 || word == "problem" && n == 1 && rapid.Bool().Draw(t, "said") {
			also = append(also, word)
		}
	}
	a.Also = strings.Join(also, " ")
	usual := rapid.IntRange(0, 3).Draw(t, "usual") > 0
	switch { // mostly by those whose work it is, and as it should be
	case usual && (a.Do == "record" || a.Do == "again" || a.Do == "walk"):
		a.Who, a.Points = rapid.SampledFrom([]string{"inspector", "triager", "leader"}).Draw(t, "goer"), 3
		a.Also = strings.TrimSpace(strings.NewReplacer("yesterday", "", "why", "", "order", "").Replace(a.Also) + " problem")
		if water(a.Read).result != "pass" && rapid.Bool().Draw(t, "orders") {
			a.Also += " order"
		}
	case usual && a.Do == "look":
		a.Who, a.Also, a.Read[0] = rapid.SampledFrom([]string{"inspector", "chair", "triager"}).Draw(t, "looker"), "", 400
	case a.Do == "accept" && rapid.Bool().Draw(t, "roster"):
		a.Who = rapid.SampledFrom(called).Draw(t, "called")
	case a.Do == "sign" && rapid.Bool().Draw(t, "unit"):
		a.Who = rapid.SampledFrom([]string{"chair", "welfare"}).Draw(t, "hand")
	}
	return a
}

// TestModel lets everybody do everything on site in any order: visits with readings, findings and orders on the spot, signatures, calls of
// the roster, rounds, the look after a leader's visit, and the look back at a closed matter that may relapse. After every step rows, duties,
// rungs and the record are those that a model expects that was written beside the product.
func TestModel(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := plays(t, d, c)
		if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
			f.Value.Set("12")    // a whole installation and two databases: -rapid.checks asks for more
			if testing.Short() { // with the race detector, which looks for something else
				f.Value.Set("3")
			}
			defer f.Value.Set(f.DefValue)
		}
		rapid.Check(t, func(rt *rapid.T) {
			if err := p.play(rapid.SliceOfN(rapid.Custom(drawn), 6, 24).Draw(rt, "acts")); err != nil {
				rt.Fatal(err)
			}
		})
		t.Logf("%v", p.did)
	})
}
