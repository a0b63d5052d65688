package spots

import (
	"cmp"
	"slices"
	"time"

	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/spots/daily"
	"sanwen/internal/reading/insight/spots/heard"
	"sanwen/internal/work/voice/core"
)

// version is that of the way to group: spots of another one are made anew. 3 groups as 2 does; what 2 had stored could be something else (decision 43).
const version = 3

// idleEvents happen to a voice without changing anything by which it is grouped.
var idleEvents = map[string]bool{"voice." + core.EvClaim: true, "voice." + core.EvLetGo: true, "voice." + core.EvInfo: true,
	"voice." + core.EvSign: true, "voice." + core.EvConfirm: true, "voice." + core.EvSilent: true}

// lots is from how long a record on new spots are built from the voices rather than followed from its beginning.
var lots int64 = 20000

// unbuilt is the version of spots that wait to be built for the first time.
const unbuilt = 0

// rest is how long grouping waits at most for more to come in while much is told: it is what takes longest of all that follows a voice, costs nearly the
// same for one as for a thousand, and nobody looks for a new group by the second.
const rest = 10 * time.Second

// Consumer keeps the spots.
func Consumer() event.Consumer {
	return event.Consumer{Name: daily.Consumer, Kinds: append([]string{refKind}, decide...), Batch: 2000, Rest: rest, Handle: follow}
}

// decide are the kinds of things that decide about many voices at once.
var decide = []string{org.KindPlace, org.KindCategory, "import"}

// remembered is what those who follow the record have made of words lately.
var remembered = heard.New(heard.Most)

func follow(tx *db.Tx, entries []event.Entry) error {
	var ids []string
	anew := false
	for _, e := range entries {
		for _, r := range []event.Ref{e.Subject, e.About} {
			if r.Kind == refKind && r.ID != "" && !idleEvents[e.Kind] {
				ids = append(ids, r.ID)
			}
			anew = anew || slices.Contains(decide, r.Kind)
		}
	}
	if len(ids) == 0 && !anew {
		return nil
	}
	st, err := stateOf(tx)
	if err != nil {
		return err
	}
	if st.Next == 1 && st.Wanted == 0 { // there has never been a spot
		size, err := event.Size(tx)
		if err != nil {
			return err
		}
		if size > lots {
			st.Wanted, st.Version = st.Wanted+1, unbuilt
			return putState(tx, st)
		}
	}
	if st.Version == unbuilt { // what is built reads everything
		return nil
	}
	if anew { // places and topics decide about many voices: that is done by and by
		st.Wanted++
		if err := putState(tx, st); err != nil {
			return err
		}
	}
	if err := renew(tx, &st); err != nil {
		return err
	}
	slices.Sort(ids)
	return look(tx, slices.Compact(ids))
}

// renew wants everything to be looked at again where spots are of another way to group.
func renew(tx *db.Tx, st *state) error {
	if st.Version == version {
		return nil
	}
	if err := holdJoined(tx); err != nil {
		return err
	}
	st.Wanted, st.Version = st.Wanted+1, version
	return putState(tx, *st)
}

// look compares what is stored of some voices with what they say now, and groups anew what follows from it.
func look(tx *db.Tx, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if _, err := stateOf(tx); err != nil { // one at a time
		return err
	}
	r, err := newReader(tx)
	if err != nil {
		return err
	}
	r.memory = remembered
	k := newKeeper(tx, r)
	for part := range slices.Chunk(ids, 200) {
		if err := k.compare(part); err != nil {
			return err
		}
	}
	var hoods []string
	for h := range k.changed {
		hoods = append(hoods, h)
	}
	slices.Sort(hoods)
	for _, h := range hoods {
		if err := k.group(h, k.changed[h]); err != nil {
			return err
		}
	}
	slices.Sort(k.left)
	if err := dropEmpty(tx, slices.Compact(k.left)); err != nil {
		return err
	}
	return k.days.Keep(tx)
}

// point is the earliest place in a surrounding from which on voices are grouped anew, and those that come in.
type point struct {
	at   clock.Millis
	sort string
	day  clock.Day
	come []row
}

func (p *point) take(at clock.Millis, sort string, day clock.Day) {
	if p.day == "" || at < p.at || at == p.at && sort < p.sort {
		p.at, p.sort, p.day = at, sort, day
	}
}

// keeper is the work on some voices.
type keeper struct {
	tx *db.Tx
	*reader
	changed map[string]*point
	pinned  map[int64]bool // numbers to which people have put voices; nil: not read yet
	left    []int64        // spots that may be empty now
	days    daily.Days     // voices that may be counted otherwise now
}

func newKeeper(tx *db.Tx, r *reader) *keeper {
	return &keeper{tx: tx, reader: r, changed: map[string]*point{}, days: daily.Days{}}
}

func (k *keeper) at(hood string) *point {
	if k.changed[hood] == nil {
		k.changed[hood] = &point{}
	}
	return k.changed[hood]
}

// compare finds which of the voices are new, other or gone, and takes out of the table those that are gone or elsewhere.
func (k *keeper) compare(ids []string) error {
	rows, err := rowsOf(k.tx, ids)
	if err != nil {
		return err
	}
	now := map[string]row{}
	for _, v := range rows {
		now[v.ID] = v
	}
	had, err := keptOf(k.tx, ids)
	if err != nil {
		return err
	}
	was := map[string]kept{}
	for _, h := range had {
		was[h.Voice] = h
	}
	var gone, moved []string
	for _, id := range ids {
		v, there := now[id]
		var s Said
		var hood string
		if there {
			s, hood, there = k.said(v)
		}
		old, stored := was[id]
		if stored {
			k.days.Add(old.Day, id)
		}
		if there {
			k.days.Add(v.Day, id)
		}
		if there && stored && old.Hood == hood && v.Hash == s.digest(hood) {
			continue
		}
		if stored {
			k.at(old.Hood).take(old.At, old.Sort, old.Day)
			k.left = append(k.left, old.Spot)
		}
		switch {
		case !there:
			gone = append(gone, id)
		default:
			if stored && (old.Hood != hood || old.At != v.At) {
				moved = append(moved, id)
			}
			v.Sort = s.sort
			k.at(hood).take(v.At, v.Sort, v.Day)
			k.at(hood).come = append(k.at(hood).come, v)
		}
	}
	if len(gone) > 0 {
		k.memory.Forget(gone)
		if err := forget(k.tx, gone); err != nil {
			return err
		}
	}
	if len(moved) > 0 {
		return takeOut(k.tx, moved)
	}
	return nil
}

// group gives the voices of a surrounding their spots from a point on.
func (k *keeper) group(hood string, p *point) error {
	before, err := earlier(k.tx, hood, p.at, p.sort, p.day)
	if err != nil {
		return err
	}
	after, err := later(k.tx, hood, p.at, p.sort)
	if err != nil {
		return err
	}
	come := map[string]bool{}
	for _, v := range p.come {
		come[v.ID] = true
	}
	after = append(slices.DeleteFunc(after, func(v row) bool { return come[v.ID] }), p.come...)
	slices.SortFunc(after, inOrder)
	return k.place(hood, p.at, p.sort, before, after)
}

// inOrder is the order in which rows are grouped.
func inOrder(a, b row) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Sort, b.Sort)) }

// unknown is the digest of a voice that has to be looked at again.
const unknown = -1

// place groups voices that stand in order behind others of their surrounding, and writes what is other than before. All that is looked at again stands at
// or behind the point, in the table, too, where one that goes on in its hour still has its row at the place where it was: what is before the point stands.
func (k *keeper) place(hood string, at clock.Millis, sort string, before, after []row) error {
	all := make([]member, 0, len(before)+len(after))
	var hashes []int64
	var rows []row
	add := func(v row, known bool) {
		s, in, ok := k.said(v)
		if !ok || in != hood { // it will be told by an entry of its own, or by the look at everything
			return
		}
		m := member{Said: s, was: v.Spot}
		if known {
			m.spot = v.Spot
		}
		all, rows, hashes = append(all, m), append(rows, v), append(hashes, s.digest(hood))
	}
	for _, v := range before {
		add(v, true)
	}
	first := len(all)
	for _, v := range after {
		add(v, false)
	}
	if first == len(all) {
		return nil
	}
	bound, err := k.bound(hood, all[first:], at, sort)
	if err != nil {
		return err
	}
	assign(all, first, bound)
	var were []int64
	for _, m := range all[first:] {
		if m.was > 0 && !slices.Contains(were, m.was) {
			were = append(were, m.was)
		}
	}
	if first > 0 {
		at, sort = all[0].At, rows[0].Sort
	}
	taken, err := k.taken(hood, at, sort, were)
	if err != nil {
		return err
	}
	made := map[int64]bool{}
	if err := number(all, taken, func() (int64, error) {
		st, err := stateOf(k.tx)
		if err != nil {
			return 0, err
		}
		n := st.Next
		st.Next++
		made[n] = true
		return n, putState(k.tx, st)
	}); err != nil {
		return err
	}
	for i := first; i < len(all); i++ {
		m, v := all[i], rows[i]
		if made[m.spot] {
			made[m.spot] = false
			if err := putSpot(k.tx, m.spot, hood, m.Day); err != nil {
				return err
			}
		}
		if v.Sort != m.sort { // it has changed since, and an entry will tell so
			hashes[i] = unknown
		}
		if v.Hood == hood && v.StoredAt == m.At && v.Spot == m.spot && v.Hash == hashes[i] && !v.moves {
			continue
		}
		if v.Spot != 0 && v.Spot != m.spot {
			k.left = append(k.left, v.Spot)
		}
		if err := putVoice(k.tx, m, hood, v.Sort, hashes[i]); err != nil {
			return err
		}
		k.days.Add(m.Day, m.ID)
	}
	return nil
}

// taken tells which of some numbers no spot can have that begins behind a point of a surrounding: those of spots that began elsewhere or have voices
// before the point, and those to which people have put voices. These hold the number, wherever they stand; what does not follow them is something else.
func (k *keeper) taken(hood string, at clock.Millis, sort string, were []int64) (map[int64]bool, error) {
	out, err := foreign(k.tx, hood, at, sort, were)
	if err != nil || len(were) == 0 {
		return out, err
	}
	if k.pinned == nil {
		k.pinned = map[int64]bool{}
		all, err := pinned(k.tx)
		if err != nil {
			return nil, err
		}
		for _, n := range all {
			k.pinned[n] = true
		}
	}
	for _, n := range were {
		out[n] = out[n] || k.pinned[n]
	}
	return out, nil
}

// bound finds the spots to which matters and merged voices lead that stand before a point, of the voices that are grouped from there on.
func (k *keeper) bound(hood string, all []member, at clock.Millis, sort string) (map[string]int64, error) {
	out := map[string]int64{}
	for _, m := range all {
		for _, x := range []struct {
			key  string
			find func(tx *db.Tx, hood, key string, at clock.Millis, sort string) (int64, error)
		}{{m.Matter, boundOf}, {m.Into, mergedOf}} {
			if _, done := out[x.key]; done || x.key == "" {
				continue
			}
			n, err := x.find(k.tx, hood, x.key, at, sort)
			if err != nil {
				return nil, err
			}
			out[x.key] = n
		}
	}
	return out, nil
}
