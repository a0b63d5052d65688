package news

import (
	"maps"
	"slices"

	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/few"
	"sanwen/internal/work/supervise"
	"sanwen/internal/work/voice"
)

// contacted is a first contact that a unit owed.
type contacted struct {
	Unit         string
	Due0         clock.Millis `db:"due0"`
	DischargedAt clock.Millis
}

// spoken is a voice that came in, with the unit that has it or leads its matter.
type spoken struct {
	Unit, Place, Category string
	RegisteredAt          clock.Millis
	Matter                string
}

// settledOnce is a matter that was complete once.
type settledOnce struct {
	ID, Place, Category string
	Completed0          clock.Millis `db:"completed0"`
}

// notLeftOut leaves out the voices that were left out of the rates after an objection.
const notLeftOut = ` AND NOT EXISTS (SELECT 1 FROM exclusion e WHERE e.voice = v.id AND e.state IN ` + supervise.LeftOutStates + `)`

// heardBy counts by unit the voices whose first contact was due in a span, and those that came in for it: response_rate and repeat_rate_problem of the
// metrics (4.2, 4.4). Voices of restricted paths are in neither, nor are those that triage still has. Units with few of them are told nothing of.
func heardBy(tx *db.Tx, s span) (contact, repeat map[string]*Share, err error) {
	ms := func(d clock.Day) clock.Millis { return clock.MillisOf(d.Time(tx.Zone())) }
	first, last := ms(s.from), ms(s.to.Add(1))
	owed, err := db.All[contacted](tx, `SELECT d.unit, d.due0, d.discharged_at FROM duty d JOIN voice v ON v.id = d.subject_id
		WHERE d.kind = $1 AND d.subject_kind = $2 AND d.unit <> '' AND d.restricted = '' AND v.restricted = '' AND d.outcome NOT IN ('returned', 'cancelled')
		AND d.due0 >= $3 AND d.due0 < $4`+notLeftOut, duty.FirstContact, voice.RefKind, first, last)
	if err != nil {
		return nil, nil, err
	}
	came, err := db.All[spoken](tx, `SELECT CASE WHEN v.lead <> '' THEN v.lead ELSE COALESCE(m.lead, '') END AS unit, v.place, v.category, v.registered_at, v.matter
		FROM voice v LEFT JOIN matter m ON m.id = v.matter AND m.public = 1 AND m.restricted = ''
		WHERE v.restricted = '' AND v.registered_at >= $1 AND v.registered_at < $2`+notLeftOut, first, last)
	if err != nil {
		return nil, nil, err
	}
	days, err := org.Int(tx, org.RelapseDays)
	if err != nil {
		return nil, nil, err
	}
	done, err := db.All[settledOnce](tx, `SELECT id, place, category, completed0 FROM matter WHERE public = 1 AND restricted = '' AND completed0 >= $1 AND completed0 < $2`,
		ms(s.from.Add(-days)), last)
	if err != nil {
		return nil, nil, err
	}
	return hide(countContacts(owed)), hide(countRepeats(came, done, func(t clock.Millis) clock.Millis { return ms(t.Day(tx.Zone()).Add(-days)) })), nil
}

// countContacts counts what was due, and what of it was done by the due that was given first.
func countContacts(all []contacted) map[string]*Share {
	by := map[string]*Share{}
	for _, x := range all {
		by[x.Unit] = by[x.Unit].and(x.DischargedAt > 0 && x.DischargedAt <= x.Due0)
	}
	return by
}

// countRepeats counts voices, and those that came although a matter about the same had been complete not long before: the matter that they stand under,
// or one of the same topic at the same place. since gives the earliest moment that is not long before another.
func countRepeats(came []spoken, done []settledOnce, since func(clock.Millis) clock.Millis) map[string]*Share {
	by, at := map[string]*Share{}, map[string][]settledOnce{}
	for _, m := range done {
		at[m.ID] = append(at[m.ID], m)
		if m.Place != "" && m.Category != "" {
			at[m.Place+" "+m.Category] = append(at[m.Place+" "+m.Category], m)
		}
	}
	for _, v := range came {
		if v.Unit == "" {
			continue
		}
		again := false
		for _, key := range []string{v.Matter, v.Place + " " + v.Category} {
			for _, m := range at[key] {
				again = again || m.Completed0 <= v.RegisteredAt && m.Completed0 >= since(v.RegisteredAt)
			}
		}
		by[v.Unit] = by[v.Unit].and(again)
	}
	return by
}

// hide takes away what is made of fewer than [Least], and what could be had by subtraction from the number of all.
func hide(by map[string]*Share) map[string]*Share {
	units := slices.Sorted(maps.Keys(by))
	cells := make([]few.Cell, len(units))
	for i, u := range units {
		cells[i].Answers = by[u].Of
	}
	for i, hidden := range (few.Rule{Answers: Least}).Hide(cells) {
		if hidden {
			by[units[i]] = &Share{Few: true}
		}
	}
	return by
}

// and counts one more.
func (x *Share) and(part bool) *Share {
	if x == nil {
		x = &Share{}
	}
	x.Of++
	if part {
		x.Part++
	}
	return x
}

// told is the share, and nothing of nothing where there is none.
func (x *Share) told() *Share {
	if x == nil {
		return &Share{}
	}
	return x
}

// plus is the sum of what is told; nil where neither is there.
func (x *Share) plus(y *Share) *Share {
	switch {
	case y == nil:
		return x
	case x == nil:
		x = &Share{}
	}
	return &Share{Part: x.Part + y.Part, Of: x.Of + y.Of}
}
