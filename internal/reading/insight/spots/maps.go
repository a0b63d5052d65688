package spots

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/daybook"
	"sanwen/internal/reading/insight/spots/atlas"
	"sanwen/internal/reading/insight/spots/daily"
)

// Maps are the year at a glance, of Tints.
type (
	Maps = atlas.Maps
	Tint = atlas.Tint
)

// MapsOf reads the year that ends with this month.
func MapsOf(tx *db.Tx, who access.Person) (Maps, error) {
	s, err := newScope(tx, who)
	if err != nil {
		return Maps{}, err
	}
	s.since = clock.Day(tx.Today()[:8] + "01").AddMonths(1 - monthsShown)
	c, err := s.year()
	if err != nil {
		return Maps{}, err
	}
	return atlas.Sheet{Since: s.since, Today: tx.Today(), Rule: s.rule, People: s.people, Users: s.users, Tree: s.tree, Topics: s.r.topics}.Draw(c), nil
}

// year counts, from what is kept of days where that can be.
func (s *scope) year() (atlas.Counts, error) {
	c := atlas.Counts{Days: map[clock.Day]int{}, Topics: map[[2]string]int{}}
	type count struct {
		atlas.Hood
		key uint64
	}
	hoods, once := map[string]*count{}, daily.Once{}
	ok, err := s.count(func(v *daily.Counted) {
		c.Days[v.Day]++
		if unit, topic := v.Of(daybook.Unit), v.Of(daybook.Category); unit != "" && topic != "" {
			c.Topics[[2]string{unit, topic}]++
		}
		hood := v.Of(daybook.Hood)
		if hood == "" {
			return
		}
		h := hoods[hood]
		if h == nil {
			h = &count{Hood: atlas.Hood{Hood: hood}, key: daybook.Digest(hood)}
			hoods[hood] = h
		}
		h.Voices++
		if once.Is(v.Person, h.key) {
			h.People++
		}
	})
	if err != nil {
		return c, err
	}
	for _, h := range hoods {
		c.Hoods = append(c.Hoods, h.Hood)
	}
	if !ok {
		c, err = s.yearRead()
	}
	return c, err
}

// yearRead counts by reading the voices.
func (s *scope) yearRead() (atlas.Counts, error) {
	c := atlas.Counts{Days: map[clock.Day]int{}, Topics: map[[2]string]int{}}
	w := s.seen()
	w.Add(sinceThen+" AND s.hood <> ''", s.since)
	cond, args := w.SQL()
	var err error
	// Grouped by an expression, or the index of surroundings would be read through all years.
	if c.Hoods, err = db.All[atlas.Hood](s.tx, `SELECT s.hood || '' AS hood, COUNT(*) AS voices, `+people+` AS people`+lately+` WHERE `+cond+` GROUP BY s.hood || ''`, args...); err != nil {
		return c, err
	}
	w = s.seen()
	w.Add(sinceThen, s.since)
	cond, args = w.SQL()
	if err := db.Each(s.tx, func(r struct {
		Day clock.Day
		N   int
	}) error {
		c.Days[r.Day] = r.N
		return nil
	}, `SELECT s.day, COUNT(*) AS n`+lately+` WHERE `+cond+` GROUP BY s.day`, args...); err != nil {
		return c, err
	}
	w = s.seen()
	w.Add(sinceThen+" AND v.category <> '' AND v.unit <> ''", s.since)
	cond, args = w.SQL()
	return c, db.Each(s.tx, func(r struct {
		Unit, Category string
		N              int
	}) error {
		c.Topics[[2]string{r.Unit, r.Category}] = r.N
		return nil
	}, `SELECT v.unit, v.category, COUNT(*) AS n`+lately+` WHERE `+cond+` GROUP BY v.unit, v.category`, args...)
}
