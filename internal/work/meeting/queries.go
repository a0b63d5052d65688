package meeting

import (
	"encoding/json"
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/meeting/pack"
	"sanwen/internal/work/meeting/paper"
)

func init() {
	event.RegisterState(RefKind, `SELECT id, state FROM meeting`)
	event.RegisterState(ResolutionKind, `SELECT id, state FROM resolution`)
	org.FollowMoves(pathColumns...)
	duty.RegisterThing(RefKind, func(tx *db.Tx, id string) (access.Thing, error) {
		m, err := find(tx, id, "")
		if err != nil {
			return access.Thing{}, err
		}
		return ThingOf(tx, m)
	})
	duty.RegisterThing(ResolutionKind, func(tx *db.Tx, id string) (access.Thing, error) {
		r, err := findResolution(tx, id, "")
		if err != nil {
			return access.Thing{}, err
		}
		return ResolutionThing(tx, r)
	})
}

func find(tx *db.Tx, key, lock string) (Meeting, error) {
	return db.Need[Meeting](tx, "meeting.unknown", `SELECT * FROM meeting WHERE id = $1`+lock, key)
}

func findResolution(tx *db.Tx, key, lock string) (Resolution, error) {
	return db.Need[Resolution](tx, "meeting.unknown", `SELECT * FROM resolution WHERE id = $1`+lock, key)
}

// See gives a meeting to somebody who may read it.
func See(tx *db.Tx, who access.Person, key string) (Meeting, access.Thing, error) {
	return access.Reach(tx, who, access.MeetingSee, key, "", find, ThingOf)
}

// Agenda is what a meeting has to treat, in order, without what the person is recused from; what was taken out comes last. The caller
// has asked for the meeting.
func Agenda(tx *db.Tx, who access.Person, m Meeting) ([]Item, error) {
	items, err := agendaOf(tx, m)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, it := range items {
		if it.Kind == pack.ItemMatter {
			ids = append(ids, it.Subject)
		}
	}
	hidden, err := recused(tx, who, ids)
	return slices.DeleteFunc(items, func(it Item) bool { return it.Kind == pack.ItemMatter && slices.Contains(hidden, it.Subject) }), err
}

// recused lists those of the matters that name the person or a unit that he works in or acts for.
func recused(tx *db.Tx, who access.Person, ids []string) ([]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	in, args := db.In("matter", ids, 1)
	type named struct {
		Matter, Person string
		Path           access.Path
	}
	rows, err := db.All[named](tx, `SELECT matter, person, path FROM matter_named WHERE `+in, args...)
	var out []string
	for _, n := range rows {
		t := access.Thing{}
		t.Name(n.Person, n.Path)
		if who.Recused(t) {
			out = append(out, n.Matter)
		}
	}
	return out, err
}

// PartiesOf lists the units that are asked to come, in the order of their codes.
func PartiesOf(tx *db.Tx, meeting string) ([]Party, error) {
	return db.All[Party](tx, `SELECT * FROM meeting_party WHERE meeting = $1 ORDER BY sits_in, unit`, meeting)
}

// PositionsOf lists what was asked and said.
func PositionsOf(tx *db.Tx, meeting string) ([]Position, error) {
	return db.All[Position](tx, `SELECT * FROM meeting_position WHERE meeting = $1 ORDER BY item, unit`, meeting)
}

// Mine lists the units for which the person may give a position, or receive minutes.
func Mine(who access.Person, a access.Action, m Meeting, paths map[string]access.Path) []string {
	var out []string
	for unit, path := range paths {
		if who.Can(a, partyThing(m, path)) {
			out = append(out, unit)
		}
	}
	slices.Sort(out)
	return out
}

// ResolutionsOf lists the resolutions of a meeting by number.
func ResolutionsOf(tx *db.Tx, meeting string) ([]Resolution, error) {
	return db.All[Resolution](tx, `SELECT * FROM resolution WHERE meeting = $1 ORDER BY n`, meeting)
}

// SpeechesOf lists speeches, then awards.
func SpeechesOf(tx *db.Tx, meeting string) ([]Speech, error) {
	return db.All[Speech](tx, `SELECT * FROM meeting_speech WHERE meeting = $1 ORDER BY kind DESC, n`, meeting)
}

// Receipt is whether a unit has received the minutes.
type Receipt struct {
	Meeting    string
	V          int64
	Unit       string
	Path       access.Path
	ReceivedAt clock.Millis
	ReceivedBy string
}

// ReceiptsOf lists to whom the newest version of the minutes was sent.
func ReceiptsOf(tx *db.Tx, m Meeting) ([]Receipt, error) {
	return db.All[Receipt](tx, `SELECT * FROM meeting_receipt WHERE meeting = $1 AND v = $2 ORDER BY unit`, m.ID, m.Minutes)
}

// KeptMinutes is a version of minutes as it was signed.
type KeptMinutes struct {
	V        int64
	Body     string
	Digest   string
	Reason   string
	SignedAt clock.Millis
	SignedBy string
}

// MinutesOf reads the signed versions, the newest first. The caller has asked for the meeting.
func MinutesOf(tx *db.Tx, meeting string) ([]KeptMinutes, error) {
	return db.All[KeptMinutes](tx, `SELECT v, body, digest, reason, signed_at, signed_by FROM meeting_minutes WHERE meeting = $1 ORDER BY v DESC`, meeting)
}

// Read gives the minutes themselves.
func (k KeptMinutes) Read() (m paper.Minutes, err error) {
	err = json.Unmarshal([]byte(k.Body), &m)
	return m, err
}

// SeeResolution gives a resolution to somebody who may read it.
func SeeResolution(tx *db.Tx, who access.Person, key string) (Resolution, access.Thing, error) {
	return access.Reach(tx, who, access.ResolutionSee, key, "", findResolution, ResolutionThing)
}
