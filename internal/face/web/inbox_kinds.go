package web

import (
	"encoding/json"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/bulk"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice"
	vshow "sanwen/internal/work/voice/show"
)

// bulkVoices is what is asked for when something is done with several voices.
type bulkVoices struct {
	Lead     string `json:"lead,omitempty"`
	Category string `json:"category,omitempty"`
	Say      string `json:"say,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Into     string `json:"into,omitempty"`
	Undone   string `json:"undone,omitempty"` // the reason that an undo gives
}

func init() {
	register := func(do string, step, undo func(tx *db.Tx, who access.Person, id string, in bulkVoices) error) {
		wrap := func(fn func(*db.Tx, access.Person, string, bulkVoices) error) func(*db.Tx, access.Person, bulk.Order) error {
			if fn == nil {
				return nil
			}
			return func(tx *db.Tx, who access.Person, o bulk.Order) error {
				var in bulkVoices
				if err := json.Unmarshal(o.Params, &in); err != nil {
					return err
				}
				return fn(tx, who, o.Ref, in)
			}
		}
		bulk.Register(bulk.Kind{Name: "inbox_" + do, Do: wrap(step), Undo: wrap(undo)})
	}
	register("claim", func(tx *db.Tx, who access.Person, id string, _ bulkVoices) error {
		return voice.Claim{Voice: id}.Do(tx, who)
	}, func(tx *db.Tx, who access.Person, id string, _ bulkVoices) error {
		return voice.LetGo{Voice: id}.Do(tx, who)
	})
	register("quarantine", func(tx *db.Tx, who access.Person, id string, in bulkVoices) error {
		return voice.Quarantine{Voice: id, Reason: in.Reason}.Do(tx, who)
	}, func(tx *db.Tx, who access.Person, id string, in bulkVoices) error {
		return voice.Free{Voice: id, Reason: in.Undone}.Do(tx, who)
	})
	register("merge", func(tx *db.Tx, who access.Person, id string, in bulkVoices) error {
		return voice.Merge{Voice: id, Into: in.Into, Say: in.Say}.Do(tx, who)
	}, nil)
	register("route", routeOne, nil)
}

// routeOne assigns one of several voices to a unit that answers it. A voice without a title gets its first words.
func routeOne(tx *db.Tx, who access.Person, id string, in bulkVoices) error {
	p, err := vshow.PageOf(tx, who, id)
	if err != nil {
		return err
	}
	reading := voice.Reading{Category: in.Category}
	for _, x := range p.Photos {
		if x.Shown {
			reading.Photos = append(reading.Photos, x.Hash)
		}
	}
	if p.Voice.Title == "" {
		reading.Title = shortText(strings.Join(strings.Fields(p.Text), " "), 24)
	}
	return voice.AssignForAnswer{Voice: id, Version: p.Voice.Version, Reading: reading, Lead: in.Lead, Say: in.Say}.Do(tx, who)
}
