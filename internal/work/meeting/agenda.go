package meeting

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/meeting/pack"
)

// Item is something on the agenda.
type Item struct {
	ID          string
	Meeting     string
	N           int64
	Kind        string
	Subject     string
	Number      string
	Title       string
	Why         string // joined by commas
	ByHand      bool
	Note        string // why it was put there by hand
	TakenOut    bool
	OutReason   string
	Together    string // id of the item with which it is treated, or empty
	Lead        string
	LeadPath    access.Path
	Brief       string // JSON of Brief, once the pack is frozen
	Draft       string // resolution while it is worded
	Conclusion  string
	DiscussedAt clock.Millis

	Fresh   bool // not stored yet: found since somebody last touched the agenda
	Settled bool // what put it there is no more; it is dropped when the pack is frozen
}

// Reasons lists why the item is on the agenda.
func (it Item) Reasons() []string { return strings.Split(it.Why, ",") }

// merge lays what people did over what belongs on the agenda: theirs is the order, what they took out stays out, what nobody has seen
// comes at the end of its kind, what has settled itself is marked.
func merge(stored []Item, cands []pack.Candidate) []Item {
	by := map[string]pack.Candidate{}
	for _, c := range cands {
		by[pack.Key(c.Kind, c.Subject)] = c
	}
	var out []Item
	seen := map[string]bool{}
	for _, it := range stored {
		key := it.Key()
		seen[key] = true
		c, still := by[key]
		if still {
			it.Number, it.Title, it.Lead, it.LeadPath, it.Why = c.Number, c.Title, c.Lead, c.LeadPath, strings.Join(c.Why, ",")
			if it.ByHand {
				it.Why += "," + pack.WhyHand
			}
		} else if it.ByHand {
			it.Why = pack.WhyHand
		}
		it.Settled = !still && !it.ByHand
		out = append(out, it)
	}
	for _, c := range cands {
		if !seen[pack.Key(c.Kind, c.Subject)] {
			out = append(out, Item{Kind: c.Kind, Subject: c.Subject, Number: c.Number, Title: c.Title, Why: strings.Join(c.Why, ","), Lead: c.Lead, LeadPath: c.LeadPath, Fresh: true})
		}
	}
	return out
}

// Agenda is what a meeting has to treat, in order; what was taken out comes last. Until the pack is frozen it follows the ledger.
func agendaOf(tx *db.Tx, m Meeting) ([]Item, error) {
	stored, err := storedItems(tx, m.ID)
	if err != nil || m.State != Called {
		return stored, err
	}
	var cands []pack.Candidate
	if m.Kind == Dispatch {
		cands, err = pack.Find(tx, m.scope(tx))
	}
	if err != nil {
		return nil, err
	}
	all := merge(stored, cands)
	slices.SortStableFunc(all, func(a, b Item) int { return truth(a.TakenOut) - truth(b.TakenOut) })
	return all[:min(len(all), MaxItems)], nil
}

// storedItems are the items that are written down, those that were taken out last.
func storedItems(tx *db.Tx, meeting string) ([]Item, error) {
	return db.All[Item](tx, `SELECT * FROM meeting_item WHERE meeting = $1 ORDER BY taken_out, n, id`, meeting)
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Key names an item whether it is stored or not.
func (it Item) Key() string { return pack.Key(it.Kind, it.Subject) }

func (m Meeting) scope(tx *db.Tx) pack.Scope {
	return pack.Scope{Meeting: m.ID, Unit: m.Unit, Path: m.UnitPath, Day: m.StartAt.Day(tx.Zone())}
}

// Briefs are the one-page briefs of items, by [Item.Key]: as they are now, or as they were when the pack was frozen.
func Briefs(tx *db.Tx, m Meeting, items []Item) (map[string]pack.Brief, error) {
	asks := make([]pack.Ask, len(items))
	for i, it := range items {
		asks[i] = pack.Ask{Kind: it.Kind, Subject: it.Subject, Kept: it.Brief}
	}
	return pack.Briefs(tx, m.scope(tx), asks)
}
