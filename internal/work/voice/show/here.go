package show

import (
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice/core"
)

// Here is what is already being done at a place or around it, for who is about to say something.
type Here struct {
	Place   *org.Place // nil for an unknown code: the poster may be old
	Chain   []org.Place
	Matters []HereMatter
}

// HereMatter is an open public matter; nothing of the voices behind it is shown.
type HereMatter struct {
	ID         string
	Number     string
	Title      string
	PublicText string
	State      string
	Lead       string
	Place      string
	Due        clock.Day
	Due0       clock.Day
	Voices     int
	Supporters int
}

// Shown is the wording for everybody.
func (m HereMatter) Shown() string {
	if m.PublicText != "" {
		return m.PublicText
	}
	return m.Title
}

// HereAt gives open public matters of the place and of what is around it, the nearest place first, at most limit. They are shown from
// the moment on in which the union has put them up, unlike on the board: who is about to say the same has to know of it, and the
// words, like the moment, are the union's.
func HereAt(tx *db.Tx, place string, limit int) (Here, error) {
	var h Here
	chain, err := org.PlaceChain(tx, org.NormalCode(place))
	if err != nil || len(chain) == 0 {
		return h, err
	}
	h.Place, h.Chain = &chain[0], chain
	states, args := db.In("state", matter.Open, 2)
	for _, p := range chain {
		if len(h.Matters) >= limit {
			break
		}
		ms, err := db.All[HereMatter](tx, `SELECT id, number, title, public_text, state, lead, place, due, due0, voices, supporters FROM matter
			WHERE place = $1 AND public = 1 AND restricted = '' AND `+states+` ORDER BY registered_at DESC, id LIMIT `+core.Plain(limit-len(h.Matters)),
			append([]any{p.Code}, args...)...)
		if err != nil {
			return h, err
		}
		h.Matters = append(h.Matters, ms...)
	}
	return h, nil
}

// AtPlaces gives open public matters of several places, the one that is due first first and those without a day last, at most limit.
func AtPlaces(tx *db.Tx, places []string, limit int) ([]HereMatter, error) {
	at, codes := db.In("place", places, 1)
	states, args := db.In("state", matter.Open, 1+len(codes))
	return db.All[HereMatter](tx, `SELECT id, number, title, public_text, state, lead, place, due, due0, voices, supporters FROM matter
		WHERE `+at+` AND public = 1 AND restricted = '' AND `+states+` ORDER BY CASE WHEN due = '' THEN 1 ELSE 0 END, due, id LIMIT `+core.Plain(limit), append(codes, args...)...)
}
