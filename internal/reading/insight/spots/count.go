package spots

import (
	"strconv"
	"strings"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/daybook"
	"sanwen/internal/reading/insight/spots/daily"
)

// matching is whether a voice is one of a filter.
func (s *scope) matching(f Filter) func(*daily.Counted) bool {
	set := func(list []string) map[string]bool {
		out := map[string]bool{}
		for _, x := range list {
			out[x] = true
		}
		return out
	}
	var places, topics map[string]bool
	if f.Place != "" {
		places = set(s.r.Within(f.Place))
	}
	if f.Category != "" {
		topics = set(s.topicsBelow(f.Category))
	}
	from, to := s.tree.Path(f.Unit).Range()
	return func(c *daily.Counted) bool {
		path := c.Of(daybook.Path)
		return (places == nil || places[c.Of(daybook.Place)]) && (f.Unit == "" || path >= from && path < to) &&
			(topics == nil || topics[c.Of(daybook.Category)]) && (f.Month == "" || strings.HasPrefix(string(c.Day), f.Month))
	}
}

// kept reads what is kept of days.
func (s *scope) kept() daily.Reader { return daily.Reader{TX: s.tx, Who: s.who, Since: s.since} }

// count calls f for every voice since the first day of the scope that counts for the reader; false where what is kept cannot be read from.
func (s *scope) count(f func(*daily.Counted)) (bool, error) {
	if s.plainly {
		return false, nil
	}
	return s.kept().Count(f)
}

// small reports whether these are so few voices that they are read themselves.
func (o some) small(tx *db.Tx) (bool, error) {
	if o.spot != 0 || o.hood == nil {
		return o.spot != 0, nil
	}
	n, err := db.One[int](tx, `SELECT COUNT(*) FROM (SELECT 1 FROM insight_spot_voice WHERE hood = $1 LIMIT `+strconv.Itoa(daily.Few+1)+`) x`, *o.hood)
	return n <= daily.Few, err
}

// quickly counts the rows of all spots, or of those of a surrounding, from what is kept; false where that cannot be.
func (s *scope) quickly(f Filter, only some) ([]Row, bool, error) {
	if small, err := only.small(s.tx); err != nil || small || s.plainly {
		return nil, false, err
	}
	done, err := s.kept().Completed()
	if err != nil {
		return nil, false, err
	}
	parted, err := db.All[string](s.tx, `SELECT DISTINCT voice FROM insight_spot_apart`)
	if err != nil {
		return nil, false, err
	}
	apart := map[uint64]bool{}
	for _, v := range parted {
		apart[daybook.Digest(v)] = true
	}
	older, err := s.kept().OlderAgain(done, apart) // first: what it reads of all days is there for the others then
	if err != nil {
		return nil, false, err
	}
	today := s.tx.Today()
	recent, before := today.Add(-latelyDays), today.Add(-beforeDays)
	match := s.matching(f)
	all, once := map[int64]*Row{}, daily.Once{}
	var day clock.Day
	var isLately, isBefore bool
	ok, err := s.count(func(c *daily.Counted) {
		if only.hood != nil && c.Of(daybook.Home) != *only.hood {
			return
		}
		t := all[c.Spot]
		if t == nil {
			t = &Row{N: c.Spot, Hood: c.Of(daybook.Home), First: c.Day, Last: c.Day}
			all[c.Spot] = t
		}
		t.Voices++
		if once.Is(c.Person, uint64(c.Spot)) {
			t.People++
		}
		t.First, t.Last = min(t.First, c.Day), max(t.Last, c.Day)
		if c.Day != day {
			day, isLately, isBefore = c.Day, c.Day > recent && c.Day <= today, c.Day > before && c.Day <= recent
		}
		if isLately {
			t.Lately++
		} else if isBefore {
			t.Before++
		}
		t.Grave = max(t.Grave, int(c.Grave))
		if c.Listed {
			t.Listed++
		}
		if match(c) {
			t.Matched++
		}
		if at := done[c.Spot]; at > 0 && c.At > at && !apart[c.Voice] {
			t.Again++
		}
	})
	if err != nil || !ok {
		return nil, false, err
	}
	var rows []Row
	for _, t := range all {
		if t.Voices >= leastOf {
			t.Again += older[t.N]
			rows = append(rows, *t)
		}
	}
	return rows, true, nil
}
