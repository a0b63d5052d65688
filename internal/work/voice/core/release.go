package core

import (
	"slices"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice/words"
)

// Release is when the holder of an anonymous voice sees what others have done with it: at set hours of the day (setting
// voice.release) and not at once, so that "he looked at his phone when I pressed send" proves nothing. Decision 41.
type Release struct {
	Last clock.Millis // everything before this is shown
	Next clock.Millis // and the rest from this on
}

// ReleaseOf is the release that holds at the time of the transaction.
func ReleaseOf(tx *db.Tx) (Release, error) {
	set, err := org.SettingsOf(tx)
	if err != nil {
		return Release{}, err
	}
	hours := set.Ints(org.VoiceRelease)
	slices.Sort(hours)
	var r Release
	for d := -1; d <= 1; d++ {
		midnight := tx.Today().Add(d).Time(tx.Zone())
		for _, h := range hours {
			at := clock.MillisOf(time.Date(midnight.Year(), midnight.Month(), midnight.Day(), h, 0, 0, 0, tx.Zone()))
			if at <= tx.Millis() {
				r.Last = at
			} else if r.Next == 0 {
				r.Next = at
			}
		}
	}
	return r, nil
}

// Released reports whether what others do with the voice is shown to its holder at set hours only. Confidential and named voices
// belong to somebody who has signed in, and whose reading shows nothing to whoever works with them. Of danger, and of a person in a
// crisis, everything is told at once: minutes count there more than who may be watching whom.
func (v Voice) Released() bool {
	return v.Level == Anonymous && v.Alarm != words.AlarmHazard && v.Alarm != words.AlarmFood && v.Class != clock.T2H && v.State != Erased
}

// ReleasedSQL is [Voice.Released] as a condition on the columns of a voice.
const ReleasedSQL = `level = '` + string(Anonymous) + `' AND alarm NOT IN ('` + words.AlarmHazard + `', '` + words.AlarmFood + `') AND class <> '` + string(clock.T2H) + `' AND state <> '` + Erased + `'`

// Hides reports whether an entry of the thread of such a voice is not shown to its holder yet. His own words always are.
func (r Release) Hides(e Entry) bool { return e.By != "submitter" && e.At >= r.Last }

// keepShown notes what the holder sees until the next release, before somebody else changes the row.
func keepShown(tx *db.Tx, v Voice) error {
	if !v.Released() {
		return nil
	}
	r, err := ReleaseOf(tx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO voice_shown (voice, seen_at, state, due, matter, merged_into, lead, lead_path, objected, appeal, reopens, answered_at, closed_at, closed_how)
		SELECT id, $2, state, due, matter, merged_into, lead, lead_path, objected, appeal, reopens, answered_at, closed_at, closed_how FROM voice WHERE id = $1
		ON CONFLICT (voice) DO UPDATE SET seen_at = excluded.seen_at, state = excluded.state, due = excluded.due, matter = excluded.matter,
			merged_into = excluded.merged_into, lead = excluded.lead, lead_path = excluded.lead_path, objected = excluded.objected, appeal = excluded.appeal,
			reopens = excluded.reopens, answered_at = excluded.answered_at, closed_at = excluded.closed_at, closed_how = excluded.closed_how
		WHERE voice_shown.seen_at <= $3`, v.ID, r.Next, tx.Millis())
	return err
}

// dropShown shows the row as it is again: its holder has just done something himself.
func dropShown(tx *db.Tx, voice string) error {
	_, err := tx.Exec(`DELETE FROM voice_shown WHERE voice = $1`, voice)
	return err
}

// ShownToHolder is the voice as its holder sees it now; news tells that there is something about it that he does not.
func ShownToHolder(tx *db.Tx, v Voice) (shown Voice, news bool, err error) {
	if !v.Released() {
		return v, false, nil
	}
	type row struct {
		State, Matter, Lead       string
		Due, AnsweredAt, ClosedAt clock.Millis
		MergedInto, ClosedHow     string
		LeadPath                  access.Path
		Objected, Appeal          bool
		Reopens                   int
	}
	s, err := db.Maybe[row](tx, `SELECT state, matter, lead, due, answered_at, closed_at, merged_into, closed_how, lead_path, objected, appeal, reopens
		FROM voice_shown WHERE voice = $1 AND seen_at > $2`, v.ID, tx.Millis())
	if err != nil || s == nil {
		return v, false, err
	}
	v.State, v.Matter, v.Lead, v.Due, v.AnsweredAt, v.ClosedAt, v.MergedInto, v.ClosedHow = s.State, s.Matter, s.Lead, s.Due, s.AnsweredAt, s.ClosedAt, s.MergedInto, s.ClosedHow
	v.LeadPath, v.Objected, v.Appeal, v.Reopens = s.LeadPath, s.Objected, s.Appeal, s.Reopens
	return v, true, nil
}
