package inspect_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
)

// The model says what has to come of everything that is done on site. It is written from the manual and shares no code with the program:
// readings are tenths of a degree, people have short names, things are their places in lists.

// act is one thing that somebody does; what its numbers mean depends on what it is.
type act struct {
	Do, Who string
	At      int // place, visit or walk
	Read    [3]int
	Points  int    // how many of the readings are told
	Also    string // what goes with it
}

type mItem struct {
	result, mean, worst string
	class, lead         string // of the matter that it makes, or nothing
}

type mCall struct {
	person   string
	n        int // how often somebody further was called
	accepted bool
}

type mVisit struct {
	id, number, kind, place, by string
	again, walk                 int // -1: none
	items                       []mItem
	call                        *mCall
	owes                        string // day by which it is measured again, or nothing
	signer                      string
	agrees                      bool
	day                         string
}

type mWalk struct {
	id, due string
	seen    map[string]bool
}

// site is what the model believes of everything.
type site struct {
	now     time.Time
	visits  []*mVisit
	walks   []*mWalk
	looked  string // day up to which rounds were looked at
	round   int64  // of the matter that is looked back at
	back    string // what the look after thirty days said
	closed  string // day on which it was closed
	matters int    // that have come of visits
}

var (
	goers  = map[string]string{"inspector": "P104M P201", "triager": "P104M P201", "leader": "P104M P201", "chair": "P104M"} // who may inspect where
	hands  = map[string]string{"P104M": "chair", "P201": "welfare"}                                                          // who signs for the unit
	keeper = map[string]string{"P104M": "U01", "P201": "D01"}                                                                // whose place it is
	called = []string{"handler", "chair2"}                                                                                   // the roster
	places = []string{"P104M", "P201"}
	kinds  = []string{"routine", "special", "leader", "tour"}
)

func (s *site) day() string { return s.now.Format(time.DateOnly) }

// works: from the middle of October to the end of the year the week runs as it always does.
func works(t time.Time) bool { return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday }

// plus is a day that is so many days later, put off to the next one on which somebody works.
func (s *site) plus(n int) string {
	t := s.now.AddDate(0, 0, n)
	for !works(t) {
		t = t.AddDate(0, 0, 1)
	}
	return t.Format(time.DateOnly)
}

// tenths writes a reading: 385 is "38.5".
func tenths(n int) string { return fmt.Sprintf("%d.%d", n/10, n%10) }

// water judges three readings of a shower: warm from 37 to 42 degrees, a scald above 45, each by itself and all in the mean.
func water(r [3]int) mItem {
	grave := func(thirds int) int {
		switch {
		case thirds > 1350:
			return 2
		case thirds < 1110 || thirds > 1260:
			return 1
		}
		return 0
	}
	sum, worst := r[0]+r[1]+r[2], r[0]
	all := grave(sum)
	far := func(n int) int { return max(370-n, n-420) }
	for _, n := range r {
		all = max(all, grave(3*n))
		if g, w := grave(3*n), grave(3*worst); g > w || g == w && far(n) > far(worst) {
			worst = n
		}
	}
	hundredths := (20*sum + 3) / 6
	return mItem{result: []string{"pass", "fail", "critical"}[all], mean: fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100), worst: tenths(worst)}
}

// record writes a visit down: the whole of it, or why not.
func (s *site) record(a act) (in inspect.Record, ok bool, visit *mVisit) {
	v := &mVisit{kind: kinds[a.Read[0]%4], place: places[a.At%2], by: a.Who, again: -1, walk: -1, day: s.day()}
	in = inspect.Record{Place: v.place, Kind: inspect.Kind(v.kind), Items: []inspect.Found{{Code: "BT1"}}}
	ok = strings.Contains(goers[a.Who], v.place)
	for i := range min(a.Points, 3) {
		in.Items[0].Readings = append(in.Items[0].Readings, tenths(a.Read[i]))
	}
	ok = ok && a.Points >= 3 // a temperature is read at three points, nothing at all is no measuring
	it := water(a.Read)
	told := func(word string) bool { return slices.Contains(strings.Fields(a.Also), word) }
	if told("problem") {
		in.Items[0].Problem = "第二个喷头不对"
	}
	ok = ok && (it.result == "pass" || told("problem"))
	if told("order") {
		in.Items[0].OrderUnit, in.Items[0].OrderDue = "D05", clock.Day(s.plus(4))
		ok = ok && it.result != "pass"
		it.class, it.lead = "quick", "D05"
	}
	if told("yesterday") {
		in.Items[0].OrderDue = clock.Day(s.now.AddDate(0, 0, -1).Format(time.DateOnly))
		ok = ok && it.result == "pass" && !told("order")
	}
	if it.result == "critical" {
		it.class = "safety"
		if it.lead == "" {
			it.lead = keeper[v.place]
		}
	}
	v.items = []mItem{it}
	if told("slip") {
		in.Items = append(in.Items, inspect.Found{Code: "BT5", Readings: []string{"no"}, Problem: "地面滑"})
		v.items = append(v.items, mItem{result: "fail", worst: "no"})
	}
	if told("closed") {
		in.Items = append(in.Items, inspect.Found{Code: "HT1", Why: "停业检修"})
		v.items = append(v.items, mItem{result: "na"})
	}
	if told("why") {
		in.Items = append(in.Items, inspect.Found{Code: "HT1"})
		ok = false
	}
	return in, ok, v
}

// kept is what a visit sets going.
func (s *site) kept(v *mVisit) {
	s.visits = append(s.visits, v)
	measured := false
	for _, it := range v.items {
		measured = measured || it.result != "na"
		if it.class != "" {
			s.matters++
		}
		if it.result == "critical" && v.call == nil {
			v.call = &mCall{person: called[0]}
		}
	}
	switch {
	case v.again >= 0:
		s.visits[v.again].owes = ""
	case v.kind == "leader" && measured:
		v.owes = s.plus(30)
	}
	if v.walk >= 0 {
		s.walks[v.walk].seen[v.place] = true
	}
}

// tick calls the next of the roster for everything that nobody has taken for half an hour.
func (s *site) tick() {
	for _, v := range s.visits {
		if c := v.call; c != nil && !c.accepted {
			c.person = called[(slices.Index(called, c.person)+1)%2]
			c.n++
		}
	}
}

// rounds begins one walk where any day was meant since somebody looked: that of the last of them.
func (s *site) rounds() (day string) {
	for t := s.now; t.Format(time.DateOnly) > s.looked; t = t.AddDate(0, 0, -1) {
		if works(t) {
			day = t.Format(time.DateOnly)
			s.walks = append(s.walks, &mWalk{due: s.plus(1), seen: map[string]bool{}})
			break
		}
	}
	s.looked = s.day()
	return day
}

// lookBack says whether somebody may look back at the closed matter so long after.
func (s *site) lookBack(a act) (in matter.LookBack, ok bool) {
	in = matter.LookBack{Days: 30, Passed: a.Points >= 3, Readings: []matter.Reading{{Check: 1, Value: tenths(a.Read[0])}, {Check: 2, Value: "yes"}}}
	if strings.Contains(a.Also, "slip") {
		in.Days = 90
	}
	good := a.Read[0] >= 380 && a.Read[0] <= 420
	if !in.Passed {
		in.Note = "水温又低了"
	}
	opened, _ := time.Parse(time.DateOnly, s.closed)
	return in, slices.Contains([]string{"inspector", "chair", "triager"}, a.Who) && s.round == 1 && s.back == "" && in.Days == 30 && s.day() >= opened.AddDate(0, 0, 23).Format(time.DateOnly) && (!in.Passed || good)
}
