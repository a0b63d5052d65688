package web

import (
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice"
	voices "sanwen/internal/work/voice/show"
)

// heardMost is how many voices a matter's page shows; the counts are of all.
const heardMost = 20

// hear fills in what stands behind the matter: voices by how much of themselves people gave, how many more said the same, and the
// wording that triage has approved. The original words are nowhere on the page.
func (p *MatterPage) hear(tx *db.Tx, v *matterView) error {
	byLevel, rows, err := voices.OfMatter(tx, v.r.Person, v.Matter.ID, heardMost)
	if err != nil {
		return err
	}
	for _, l := range voice.Levels() {
		if n := byLevel[l]; n > 0 {
			p.Voices = append(p.Voices, Counter{Label: v.r.Lang.Enum("voice.level", l), N: n})
		}
	}
	p.Voices = append(p.Voices, Counter{Label: v.r.T("matterpage.supporters"), N: int(v.Matter.Supporters)})
	for _, row := range rows {
		if row.Title != "" {
			p.Heard = append(p.Heard, Message{From: v.r.Lang.Enum("voice.level", row.Level), When: v.r.dayOrWeek(row.Day, row.Week), Text: row.Title})
		}
	}
	return nil
}
