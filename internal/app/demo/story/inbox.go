package story

import (
	"encoding/csv"
	"fmt"
	"strings"
	"time"

	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice"
)

// Voice is one of the voices that lie in the inbox untriaged.
type Voice struct {
	N, Category, Place, Mode, Zh, En, Note string
}

// Inbox reads voices from their table: n, category, place, mode, zh, en, note.
func Inbox(text string) ([]Voice, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = 7
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	var out []Voice
	for _, x := range rows[1:] {
		out = append(out, Voice{x[0], x[1], x[2], x[3], x[4], x[5], x[6]})
	}
	return out, nil
}

// inbox registers the voices of the last three days. Who is on call has accepted the dangers, but for the last one.
func (p *play) inbox() error {
	for i, x := range p.Inbox {
		in := voice.Register{Keys: p.Keys, Level: voice.Level(x.Mode), Text: x.Zh, Place: x.Place}
		if strings.HasPrefix(x.Place, "U") {
			in.Place, in.Unit = "", x.Place
		}
		if !in.Level.Valid() {
			return fmt.Errorf("voice %s has the level %q", x.N, x.Mode)
		}
		before := time.Duration(len(p.Inbox)-i)*71*time.Hour/time.Duration(len(p.Inbox)) - 56*time.Minute - time.Duration(p.dice.IntN(40))*time.Minute
		if in.Level == voice.Named && x.Category == "H1" {
			before = 11 * time.Minute // danger, and nobody has taken it over yet
		}
		v := &voiceID{level: in.Level, person: p.worker(in.Place, in.Unit)}
		at := p.End.Add(-before)
		p.register("inbox "+x.N, in, v, at, nil)
		if before < time.Hour {
			continue
		}
		p.agenda.Put(at.Add(9*time.Minute), false, "inbox "+x.N, func(tx *db.Tx) error {
			if v.id == "" { // of somebody in a crisis there is no voice
				return nil
			}
			got, err := voice.ByID(tx, v.id)
			if err != nil || got.CalledAt == 0 {
				return err
			}
			who, err := p.byID(tx, got.Officer)
			if err != nil {
				return err
			}
			return voice.AcceptHazard{Voice: v.id, Note: "已接到，马上处理"}.Do(tx, who)
		})
	}
	return nil
}
