package daily

import (
	"slices"
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/daybook"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/show"
)

// Consumer is the name of the consumer that keeps the days.
const Consumer = "insight.spots"

// Reader is somebody who reads the days since one.
type Reader struct {
	TX    *db.Tx
	Who   access.Person
	Since clock.Day
}

// Seen is the condition on the voices that count for somebody, with what is added to it.
type Seen struct {
	first string
	*db.Where
}

// SeenBy begins a condition on the voices that count for somebody.
func SeenBy(who access.Person) *Seen {
	cond, args := show.Seen(who, access.SpotSee, 1)
	return &Seen{cond, db.NewWhere(args...)}
}

// SQL is the condition with its arguments.
func (w *Seen) SQL() (string, []any) {
	cond, args := w.Where.SQL()
	return w.first + " AND v.restricted = '' AND " + cond, args
}

// Counted is a voice that counts for the reader.
type Counted struct {
	*daybook.Packed
	page   *daybook.Page
	Day    clock.Day
	Listed bool // it stands in a list of his
}

// Of is one of the codes of a voice.
func (c *Counted) Of(k int) string { return c.page.Code(c.Packed, k) }

// keptDays is what is kept of the days since one, as somebody may count it.
type keptDays struct {
	kind   access.Kind
	id     string
	since  clock.Day
	pages  []*daybook.Page
	days   []clock.Day
	skip   map[uint64]bool // voices of which the record says something that has not been followed
	read   []Counted       // those of them that count
	naming map[uint64]bool // voices that name somebody and count: whether they stand in a list
}

// keptKey is where they are kept for a transaction.
type keptKey struct{}

// kept reads what is kept, once in a transaction; nil where it cannot be read from.
func (s Reader) kept() (*keptDays, error) {
	if k, ok := s.TX.Kept(keptKey{}).(*keptDays); ok && k.since <= s.Since && k.kind == s.Who.Kind && k.id == s.Who.ID {
		return k, nil
	}
	if st, err := StateOf(s.TX, ""); err != nil || st.Kept != Version {
		return nil, err
	}
	later, ok, err := daybook.Later(s.TX, Consumer, voice.RefKind)
	if err != nil || !ok {
		return nil, err
	}
	k := &keptDays{kind: s.Who.Kind, id: s.Who.ID, since: s.Since, skip: map[uint64]bool{}}
	type day struct {
		Day   clock.Day
		Facts []byte
	}
	broken := false
	if err := db.Each(s.TX, func(d day) error {
		p, err := daybook.Unpack(d.Facts)
		broken = broken || err != nil
		k.pages, k.days = append(k.pages, p), append(k.days, d.Day)
		return nil
	}, `SELECT day, facts FROM insight_spot_day WHERE day >= $1`, s.Since); err != nil || broken {
		return nil, err
	}
	for _, id := range later {
		k.skip[daybook.Digest(id)] = true
	}
	if k.read, err = s.themselves(later); err != nil {
		return nil, err
	}
	if k.naming, err = s.naming(); err != nil {
		return nil, err
	}
	s.TX.Keep(keptKey{}, k)
	return k, nil
}

// Count calls f for every voice since the first day that counts for the reader, from what is kept of days. What is kept is what stood in the
// rows when the record had been followed; so voices of which the record says something since are read themselves, and whether one counts that names
// somebody is asked of its row. It reports false, and calls nothing, where what is kept cannot be read from.
func (s Reader) Count(f func(*Counted)) (bool, error) {
	k, err := s.kept()
	if k == nil || err != nil {
		return false, err
	}
	type may struct{ see, list bool }
	paths := map[string]may{}
	var c Counted
	for i, p := range k.pages {
		if c.Day = k.days[i]; c.Day < s.Since {
			continue
		}
		c.page = p
		for j := range p.Facts {
			x := &p.Facts[j]
			c.Packed = x
			if len(k.skip) > 0 && k.skip[x.Voice] {
				continue
			}
			if x.Apart {
				listed, counts := k.naming[x.Voice]
				if counts {
					c.Listed = listed
					f(&c)
				}
				continue
			}
			path := c.Of(daybook.Path)
			m, ok := paths[path]
			if !ok {
				thing := access.Thing{Kind: voice.RefKind, Unit: access.Path(path)}
				m = may{s.Who.Can(access.SpotSee, thing), s.Who.Can(access.VoiceList, thing)}
				paths[path] = m
			}
			if m.see {
				c.Listed = m.list
				f(&c)
			}
		}
	}
	for i := range k.read {
		if k.read[i].Day >= s.Since {
			f(&k.read[i])
		}
	}
	return true, nil
}

// themselves reads some voices as their rows are now: those that count for the reader.
func (s Reader) themselves(ids []string) (out []Counted, err error) {
	for part := range slices.Chunk(ids, 200) {
		w := SeenBy(s.Who)
		w.Add("s.day >= ?", s.Since).In("v.id", part)
		cond, args := w.SQL()
		lists, more := show.Seen(s.Who, access.VoiceList, len(args)+1)
		if err := db.Each(s.TX, func(r struct {
			factRow
			Listed bool
		}) error {
			p := daybook.Alone(r.fact())
			out = append(out, Counted{&p.Facts[0], p, r.Day, r.Listed})
			return nil
		}, `SELECT `+factColumns+`, CASE WHEN `+lists+` THEN 1 ELSE 0 END AS listed FROM voice v JOIN insight_spot_voice s ON s.voice = v.id JOIN insight_spot t ON t.n = s.spot
			WHERE `+cond, append(args, more...)...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// naming asks which voices that name somebody count for the reader, and whether they stand in a list of his.
func (s Reader) naming() (map[uint64]bool, error) {
	w := SeenBy(s.Who)
	w.Add("v.named = 1 AND v.day >= ?", s.Since)
	cond, args := w.SQL()
	lists, more := show.Seen(s.Who, access.VoiceList, len(args)+1)
	out := map[uint64]bool{}
	return out, db.Each(s.TX, func(r struct {
		ID     string
		Listed bool
	}) error {
		out[daybook.Digest(r.ID)] = r.Listed
		return nil
	}, `SELECT v.id, CASE WHEN `+lists+` THEN 1 ELSE 0 END AS listed FROM voice v WHERE `+cond, append(args, more...)...)
}

// Once tells who is met for the first time somewhere: by digests of people, of whom one that is not known is always another.
type Once map[uint64]struct{}

func (o Once) Is(person, where uint64) bool {
	if person == 0 {
		return true
	}
	key := person ^ (where+1)*0x9e3779b97f4a7c15
	if _, met := o[key]; met {
		return false
	}
	o[key] = struct{}{}
	return true
}

// first is when a matter of a spot was complete for the first time, from what is kept.
const first = `SELECT k.spot, MIN(m.completed0) AS at FROM insight_spot_matter k JOIN matter m ON m.id = k.matter WHERE m.completed0 > 0 AND m.restricted = '' GROUP BY k.spot`

// Completed tells when a matter of each spot was complete for the first time.
func (s Reader) Completed() (map[int64]int64, error) {
	type row struct{ Spot, At int64 }
	rows, err := db.All[row](s.TX, first)
	out := make(map[int64]int64, len(rows))
	for _, r := range rows {
		out[r.Spot] = r.At
	}
	return out, err
}

// older are the voices of spots that were said before a day, of spots of which a matter was complete before a moment.
const older = ` FROM (` + first + `) d CROSS JOIN insight_spot_voice s WHERE s.spot = d.spot AND s.day < $1 AND d.at < $2`

// OlderAgain counts voices before the first day that came after a matter of their spot was complete for the first time, but those that somebody has set apart
// from it. Where there are many they are counted from what is kept of all days, if that can be read from.
func (s Reader) OlderAgain(completed map[int64]int64, apart map[uint64]bool) (map[int64]int, error) {
	until := clock.MillisOf(s.Since.Add(1).Time(s.TX.Zone()))
	n, err := db.One[int](s.TX, `SELECT COUNT(*) FROM (SELECT 1`+older+` LIMIT `+strconv.Itoa(Few+1)+`) x`, s.Since, until)
	if err != nil {
		return nil, err
	}
	out := map[int64]int{}
	if n > Few {
		all := s
		all.Since = ""
		ok, err := all.Count(func(c *Counted) {
			if at := completed[c.Spot]; c.Day < s.Since && at > 0 && c.At > at && !apart[c.Voice] {
				out[c.Spot]++
			}
		})
		if ok || err != nil {
			return out, err
		}
	}
	w := SeenBy(s.Who)
	w.Add("s.at > d.at AND s.day < ? AND d.at < ?", s.Since, until).Add("NOT EXISTS (SELECT 1 FROM insight_spot_apart a WHERE a.voice = s.voice)")
	cond, args := w.SQL()
	type row struct {
		Spot int64
		N    int
	}
	rows, err := db.All[row](s.TX, `SELECT s.spot, COUNT(*) AS n FROM (`+first+`) d CROSS JOIN insight_spot_voice s CROSS JOIN voice v WHERE s.spot = d.spot AND v.id = s.voice AND `+cond+` GROUP BY s.spot`, args...)
	for _, r := range rows {
		out[r.Spot] = r.N
	}
	return out, err
}
