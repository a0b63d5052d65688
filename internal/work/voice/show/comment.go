package show

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice/core"
)

// Comment is what somebody behind a matter thinks of its plan. Text is empty where the person may not read the words of that voice.
type Comment struct {
	Voice string
	Level core.Level
	At    clock.Millis
	Text  string
}

// CommentsOn lists what was said of a plan of the matter since a moment, the first first, at most limit. Departments read what was said
// in somebody's own name; the words of the others only whoever may open their voices.
func CommentsOn(tx *db.Tx, who access.Person, matter string, since clock.Millis, limit int) ([]Comment, error) {
	tx.Asked()
	all, err := db.All[Comment](tx, `SELECT v.id AS voice, v.level, e.at, e.text FROM voice v JOIN voice_entry e ON e.voice = v.id
		WHERE v.matter = $1 AND v.matter <> '' AND e.kind = '`+core.EntryComment+`' AND e.at >= $2 ORDER BY e.at, v.id, e.n LIMIT $3`, matter, since, limit)
	if err != nil {
		return nil, err
	}
	for i, c := range all {
		v, err := core.Find(tx, c.Voice, "")
		if err != nil {
			return nil, err
		}
		t, err := core.ThingOf(tx, v)
		if err != nil {
			return nil, err
		}
		if !who.Can(access.VoiceOpen, t) && !(c.Level == core.Named && who.Can(access.VoiceSee, t)) {
			all[i].Text = ""
		}
	}
	return all, nil
}
