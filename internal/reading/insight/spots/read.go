package spots

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/spots/heard"
	"sanwen/internal/reading/insight/spots/hoods"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/words"
)

// open are the conditions under which a voice can be in a spot, as far as its row tells.
const open = `v.restricted = '' AND v.alarm <> '` + words.AlarmFood + `' AND v.kind <> '` + string(core.Praise) + `'
	AND v.state NOT IN ('` + core.Erased + `', '` + core.Withdrawn + `', '` + core.Quarantined + `', '` + core.Rejected + `', '` + core.WasSplit + `')`

// undecided are the states in which nobody has looked yet whether a voice belongs on a restricted path: then its words decide.
var undecided = []string{core.Registered, core.InTriage, core.WaitingInfo}

// row is what grouping reads of a voice.
type row struct {
	ID       string
	At       clock.Millis `db:"registered_at"`
	Day      clock.Day
	Place    string
	Category string
	State    string
	Title    string
	Redacted string
	Matter   string
	Into     string `db:"merged_into"`
	Pin      int64
	Spot     int64 // in which it is, 0 for none
	Hash     int64
	Hood     string // in which it is
	StoredAt clock.Millis
	moves    bool   // it stood elsewhere in its hour
	Sort     string // where in its hour it stands, as stored or, where it is looked at anew, as it says now
}

const rowColumns = `v.id, v.registered_at, v.day, v.place, v.category, v.state, v.title, v.redacted, v.matter, v.merged_into, COALESCE(p.spot, 0) AS pin,
	COALESCE(s.spot, 0) AS spot, COALESCE(s.hash, 0) AS hash, COALESCE(s.hood, '') AS hood, COALESCE(s.at, 0) AS stored_at, COALESCE(s.sort, '') AS sort`

// reader turns voices into what is grouped.
type reader struct {
	topics *org.Catalogue
	*hoods.Tree
	memory *heard.Memory // of who follows the record; nil: everything is looked at
}

func newReader(tx *db.Tx) (*reader, error) {
	var r reader
	var err error
	if r.topics, err = org.CatalogueOf(tx); err != nil {
		return nil, err
	}
	r.Tree, err = hoods.Of(tx)
	return &r, err
}

// said is a voice as it is grouped, and false where it belongs in no spot.
func (r *reader) said(v row) (s Said, hood string, ok bool) {
	if k, there := r.topics.Category(v.Category); there && k.Restricted != "" {
		return s, "", false
	}
	hood = r.Hood(v.Place)
	w, secret := r.memory.Of(r.topics, v.ID, heard.Text{Title: v.Title, Redacted: v.Redacted, Names: r.Named(hood)}, slices.Contains(undecided, v.State))
	if secret {
		return s, "", false
	}
	s = Said{ID: v.ID, At: v.At, Day: v.Day, Place: v.Place, Topic: cmp.Or(v.Category, w.Topic), Words: w.Topic, Matter: v.Matter, Into: v.Into, Pin: v.Pin, marks: w.Marks, n: epoch.Until(v.Day)}
	s.sort = s.order()
	return s, hood, true
}

const epoch clock.Day = "1970-01-01"

// order is where a voice stands among those of its hour: by what it says, so that the same voices are grouped alike in whatever order they came and
// whatever their random ids are. Only of those that say the very same does the id decide.
func (s Said) order() string {
	h := fnv.New64a()
	for _, t := range []string{s.Place, s.Topic, s.Words} {
		h.Write([]byte(t + "\x00"))
	}
	s.marks.Write(h)
	return fmt.Sprintf("%016x ", h.Sum64()) + s.ID
}

// digest tells whether a voice would be grouped otherwise.
func (s Said) digest(hood string) int64 {
	h := fnv.New64a()
	for _, t := range []string{hood, strconv.FormatInt(int64(s.At), 10), s.Place, s.Topic, s.Words, s.Matter, s.Into, strconv.FormatInt(s.Pin, 10)} {
		h.Write([]byte(t + "\x00"))
	}
	s.marks.Write(h)
	return int64(h.Sum64() >> 1)
}

// refKind is the kind of a voice in the record.
const refKind = voice.RefKind
