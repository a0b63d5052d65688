package spots

import (
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/insight/spots/daily"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/show"
)

// Attached is the matter to which a voice that waits for triage belongs by itself: that of its hot spot. Nobody has to find it, it is counted on the
// matter's page, and it says so in triage; what happens with the voice, and what its submitter is told, is still decided there.
type Attached struct {
	Matter
	Again bool   // the matter was complete before it was said: a relapse
	Apart bool   // somebody has said that it is not of it
	By    string // who
	At    clock.Millis
}

// waits is when a voice belongs to a matter by itself: nobody has decided yet, and its words called nobody. Danger, crisis, spoilt food and injuries go
// their own way, and so do restricted paths, which are in no hot spot.
var waits = `v.matter = '' AND v.merged_into = '' AND v.alarm = '' AND v.restricted = '' AND v.class <> '` + string(clock.T2H) + `' AND v.state IN ('` + strings.Join(undecided, "', '") + `')`

// AttachedTo tells to which matter a voice belongs by itself, or nil. The reader may triage the voice and see the matter.
func AttachedTo(tx *db.Tx, who access.Person, v string) (*Attached, error) {
	tx.Asked()
	cond, args := show.Seen(who, access.VoiceOpen, 1)
	w := db.NewWhere(args...)
	w.Add("v.id = ?", v)
	more, args := w.SQL()
	type row struct {
		Spot int64
		At   clock.Millis
	}
	r, err := db.Maybe[row](tx, `SELECT s.spot, s.at`+joined+` WHERE `+cond+` AND `+waits+` AND `+more, args...)
	if err != nil || r == nil {
		return nil, err
	}
	s, err := newScope(tx, who)
	if err != nil {
		return nil, err
	}
	all, err := s.matters([]int64{r.Spot})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	a := &Attached{Matter: ofSpot(all)}
	a.Again = a.Completed > 0 && r.At > a.Completed
	type apart struct {
		By string `db:"by_person"`
		At clock.Millis
	}
	said, err := db.Maybe[apart](tx, `SELECT by_person, at FROM insight_spot_apart WHERE voice = $1 AND matter = $2`, v, a.ID)
	if said != nil {
		a.Apart, a.By, a.At = true, said.By, said.At
	}
	return a, err
}

// ofSpot is the matter of a spot, of those that its voices count to, the newest first: the newest that is open, else the newest.
func ofSpot(all []Matter) Matter {
	if i := slices.IndexFunc(all, func(m Matter) bool { return !matter.Cycle.Over(m.State) }); i >= 0 {
		return all[i]
	}
	return all[0]
}

// Later counts the voices that wait for triage and belong to a matter by themselves, as far as the reader may see them, and how many of them were said
// after it was complete.
func Later(tx *db.Tx, who access.Person, matterID string) (n, again int, err error) {
	s, err := newScope(tx, who)
	if err != nil {
		return 0, 0, err
	}
	ns, err := db.All[int64](tx, `SELECT DISTINCT s.spot`+joined+` WHERE v.matter = $1 AND v.matter <> '' ORDER BY s.spot LIMIT 20`, matterID)
	if err != nil || len(ns) == 0 {
		return 0, 0, err
	}
	all, err := s.matters(ns)
	if err != nil {
		return 0, 0, err
	}
	by := map[int64][]Matter{}
	for _, m := range all {
		by[m.Spot] = append(by[m.Spot], m)
	}
	mine, done := []int64{}, clock.Millis(0)
	for _, spot := range ns {
		if len(by[spot]) > 0 {
			if m := ofSpot(by[spot]); m.ID == matterID {
				mine, done = append(mine, spot), m.Completed
			}
		}
	}
	if len(mine) == 0 {
		return 0, 0, nil
	}
	cond, args := show.Seen(who, access.VoiceList, 1)
	w := db.NewWhere(args...)
	w.Add("NOT EXISTS (SELECT 1 FROM insight_spot_apart a WHERE a.voice = v.id AND a.matter = ?)", matterID)
	more, args := w.SQL()
	type count struct{ N, Again int }
	c, err := db.One[count](tx, `SELECT COUNT(*) AS n, COALESCE(SUM(CASE WHEN s.at > $`+strconv.Itoa(len(args)+1)+` THEN 1 ELSE 0 END), 0) AS again`+joined+`
		WHERE `+cond+` AND `+waits+` AND `+more+` AND s.spot IN `+daily.Numbers(mine), append(args, done)...)
	if done == 0 {
		c.Again = 0
	}
	return c.N, c.Again, err
}

// Apart says that a voice is not of the matter to which it belongs by itself, or, with Back, that it is after all.
type Apart struct {
	Voice  string `json:"voice"`
	Matter string `json:"matter"` // number
	Back   bool   `json:"back,omitempty"`
}

// Do says so. Errors: access, NotFound, Conflict "spots.apart_none" where the voice does not belong to that matter by itself, or it has been said.
func (in Apart) Do(tx *db.Tx, who access.Person) error {
	if _, err := stateOf(tx); err != nil { // one at a time
		return err
	}
	v, err := voice.ByID(tx, in.Voice)
	if err != nil {
		tx.Asked()
		return err
	}
	t, err := voice.ThingOf(tx, v)
	if err != nil {
		return err
	}
	if err := who.May(tx, access.SpotEdit, t); err != nil {
		return err
	}
	a, err := AttachedTo(tx, who, in.Voice)
	if err != nil {
		return err
	}
	if a == nil || a.Number != in.Matter || a.Apart != in.Back {
		return fault.New(fault.Conflict, "spots.apart_none")
	}
	kind := "spot.apart"
	if in.Back {
		kind = "spot.together"
		err = together(tx, in.Voice, a.ID)
	} else {
		err = apart(tx, in.Voice, a.ID, who.ID, tx.Millis())
	}
	if err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: kind, Subject: Ref(a.Spot), About: event.Ref{Kind: "matter", ID: a.ID}, Data: acted{Voices: 1, Matter: a.Number}})
}
