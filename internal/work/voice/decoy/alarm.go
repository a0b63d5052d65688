package decoy

import (
	"cmp"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/words"
)

// RefKind is the kind of an alarm as the subject of facts. The decoy is not named there: others read the record, too.
const RefKind = "decoy"

// Limits of what the audit writes (defaults of the product).
const (
	MaxNote = 500
	MaxText = 20000 // characters of a text that is held against the canaries
	// alikeRun is how many letters and digits in a row a text shares with a decoy that somebody has copied without the canary.
	alikeRun = 14
)

var thing = access.Thing{Kind: RefKind}

// Met raises the alarm: somebody has opened the original words of a decoy. Once for each person and decoy; every opening is kept where those of
// all voices are.
func Met(tx *db.Tx, who access.Person, v core.Voice, role access.Role, reason string) error {
	_, err := tx.Exec(`INSERT INTO voice_decoy_alarm (id, decoy, person, role, day, reason) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (decoy, person) DO NOTHING`,
		id.V7(tx.Now), v.ID, who.ID, string(role), tx.Today(), reason)
	return err
}

// Alarm says that somebody has opened a decoy.
type Alarm struct {
	ID        string
	Decoy     string
	Number    string
	Person    string
	Name      string
	Role      access.Role
	Day       clock.Day // of the first opening
	Reason    string    // that he gave then
	N         int       // openings since
	SettledAt clock.Millis
	SettledBy string `db:"settled_name"`
	Note      string // what came of it
}

const alarms = `SELECT a.id, a.decoy, d.number, a.person, COALESCE(p.name, '') AS name, a.role, a.day, a.reason, a.settled_at, COALESCE(s.name, '') AS settled_name, a.note,
	(SELECT COUNT(*) FROM voice_view v WHERE v.voice = a.decoy AND v.person = a.person) AS n
	FROM voice_decoy_alarm a JOIN voice_decoy d ON d.id = a.decoy LEFT JOIN org_person p ON p.id = a.person LEFT JOIN org_person s ON s.id = a.settled_by`

// Open lists the alarms that the audit has not looked into yet, the oldest first. Forbidden for others.
func Open(tx *db.Tx, who access.Person) ([]Alarm, error) {
	if err := who.May(tx, access.DecoyAudit, thing); err != nil {
		return nil, err
	}
	return db.All[Alarm](tx, alarms+` WHERE a.settled_at = 0 ORDER BY a.day, a.id`)
}

// Decoy is what the audit sees of one.
type Decoy struct {
	ID      string
	Number  string
	Quarter string
	Day     clock.Day
	Canary  string
	State   string
	Ended   clock.Day
	Alarms  []Alarm `db:"-"`
}

// most is how many decoys the page of the audit lists: ten years of one a quarter.
const most = 40

// All lists decoys with who has opened them, the latest first. Forbidden for others than the audit.
func All(tx *db.Tx, who access.Person) ([]Decoy, error) {
	if err := who.May(tx, access.DecoyAudit, thing); err != nil {
		return nil, err
	}
	all, err := db.All[Decoy](tx, `SELECT id, number, quarter, day, canary, state, ended FROM voice_decoy ORDER BY day DESC, id LIMIT $1`, most)
	if err != nil || len(all) == 0 {
		return all, err
	}
	rows, err := db.All[Alarm](tx, alarms+` WHERE d.day >= $1 ORDER BY a.day, a.id`, all[len(all)-1].Day)
	for _, a := range rows {
		for i := range all {
			if all[i].ID == a.Decoy {
				all[i].Alarms = append(all[i].Alarms, a)
			}
		}
	}
	return all, err
}

// Settle says what came of an alarm, so that it is open no more.
type Settle struct {
	Alarm string `json:"-"`
	Note  string `json:"-"` // stays with the alarm: the record is read by others
}

// Do settles. Errors: access, NotFound, Invalid without a note, Conflict "decoy.settled" where it has been done.
func (in Settle) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.DecoyAudit, thing); err != nil {
		return err
	}
	at, err := db.Need[clock.Millis](tx, "decoy.unknown", `SELECT settled_at FROM voice_decoy_alarm WHERE id = $1`+tx.ForUpdate(), in.Alarm)
	if err != nil {
		return err
	}
	if at != 0 {
		return fault.New(fault.Conflict, "decoy.settled")
	}
	var f fault.Form
	note := f.Text("note", in.Note, 1, MaxNote, "decoy.note_needed")
	if err := f.Err(); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE voice_decoy_alarm SET settled_at = $2, settled_by = $3, note = $4 WHERE id = $1`, in.Alarm, tx.Millis(), who.ID, note); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "decoy.settled", Subject: event.Ref{Kind: RefKind, ID: in.Alarm}})
}

// Hit is a decoy from which a text seems to come.
type Hit struct {
	Decoy
	Sure bool // the canary stands in it; else only words that the decoy has, too
}

// Check looks in a text for canaries of all decoys that ever were, and for pieces of what they say, the sure ones first. Forbidden for others
// than the audit. The text is not kept.
func Check(tx *db.Tx, who access.Person, text string) ([]Hit, error) {
	if err := who.May(tx, access.DecoyAudit, thing); err != nil {
		return nil, err
	}
	var f fault.Form
	text = f.Text("text", text, 1, MaxText, "decoy.text_needed")
	if err := f.Err(); err != nil {
		return nil, err
	}
	type full struct {
		Decoy
		Text string
	}
	all, err := db.All[full](tx, `SELECT id, number, quarter, day, canary, state, ended, text FROM voice_decoy ORDER BY day DESC, id`)
	if err != nil {
		return nil, err
	}
	said := string(words.Bare(text))
	var out []Hit
	for _, d := range all {
		switch {
		case strings.Contains(said, d.Canary):
			out = append(out, Hit{d.Decoy, true})
		case shares(said, words.Bare(strings.ReplaceAll(d.Text, d.Canary, ""))):
			out = append(out, Hit{d.Decoy, false})
		}
	}
	slices.SortStableFunc(out, func(a, b Hit) int {
		sure := map[bool]int{true: 0, false: 1}
		return cmp.Compare(sure[a.Sure], sure[b.Sure])
	})
	return out, nil
}

// shares reports whether a piece of the decoy's words stands in the text.
func shares(text string, decoy []rune) bool {
	for i := 0; i+alikeRun <= len(decoy); i++ {
		if strings.Contains(text, string(decoy[i:i+alikeRun])) {
			return true
		}
	}
	return false
}
