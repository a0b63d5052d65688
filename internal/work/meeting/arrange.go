package meeting

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/meeting/pack"
)

// Build brings what is kept of the agenda up to date: one press makes the pack.
type Build struct {
	Meeting string `json:"meeting"`
}

// Do builds. Errors: access, Conflict once the pack is frozen.
func (in Build) Do(tx *db.Tx, who access.Person) error {
	s, items, err := agenda(tx, who, in.Meeting)
	if err != nil {
		return err
	}
	return s.record("built", struct {
		Items int `json:"items"`
	}{len(items)})
}

// agenda begins a change of the agenda as it belongs now.
func agenda(tx *db.Tx, who access.Person, key string) (*step, []Item, error) {
	s, err := begin(tx, who, key, 0, access.MeetingCall)
	if err != nil {
		return nil, nil, err
	}
	items, err := s.refresh()
	return s, items, err
}

// onAgenda begins a change of one item of it, by its key.
func onAgenda(tx *db.Tx, who access.Person, key, item string) (*step, []Item, Item, error) {
	s, items, err := agenda(tx, who, key)
	if err != nil {
		return nil, nil, Item{}, err
	}
	it, err := keyed(items, item)
	return s, items, it, err
}

// refresh writes down what belongs on the agenda now and returns it in order. What has settled itself is kept only where somebody has
// given a position on it.
func (s *step) refresh() ([]Item, error) {
	if s.m.State != Called {
		return nil, fault.New(fault.Conflict, "meeting.frozen")
	}
	items, err := agendaOf(s.tx, s.m)
	if err != nil {
		return nil, err
	}
	stored, err := storedItems(s.tx, s.m.ID)
	if err != nil {
		return nil, err
	}
	as := map[string]Item{}
	for _, it := range stored {
		as[it.ID] = it
	}
	for i := range items {
		it := &items[i]
		it.N = int64(i + 1)
		if it.Fresh {
			it.ID, it.Meeting, it.Fresh = id.V7(s.tx.Now), s.m.ID, false
			if err := insertItem(s.tx, *it); err != nil {
				return nil, err
			}
			continue
		}
		same := *it
		if same.Settled = false; same == as[it.ID] { // most of an agenda that is built again is what it was
			continue
		}
		if err := updateItem(s.tx, *it); err != nil {
			return nil, err
		}
	}
	return items, nil
}

// Arrange puts the agenda into an order.
type Arrange struct {
	Meeting string   `json:"meeting"`
	Order   []string `json:"order"` // keys "kind:subject" of items; others follow as they stood
}

// Do arranges. Errors: access, Conflict once the pack is frozen.
func (in Arrange) Do(tx *db.Tx, who access.Person) error {
	s, items, err := agenda(tx, who, in.Meeting)
	if err != nil {
		return err
	}
	inOrder(items, in.Order, Item.Key)
	for i, it := range items {
		if it.N != int64(i+1) {
			it.N = int64(i + 1)
			if err := updateItem(tx, it); err != nil {
				return err
			}
		}
	}
	return s.record("arranged", in)
}

// inOrder puts rows into the order of the keys; those that it does not name follow as they stood.
func inOrder[T any](rows []T, order []string, key func(T) string) {
	place := func(x T) int {
		if i := slices.Index(order, key(x)); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(rows, func(a, b T) int { return place(a) - place(b) })
}

// keyed finds an item of the refreshed agenda by its key.
func keyed(items []Item, key string) (Item, error) {
	for _, it := range items {
		if it.Key() == key {
			return it, nil
		}
	}
	return Item{}, fault.New(fault.NotFound, "meeting.unknown_item")
}

// Add puts something on the agenda by hand: a matter by its number, or a topic in words.
type Add struct {
	Meeting string `json:"meeting"`
	Matter  string `json:"matter,omitempty"`
	Title   string `json:"title,omitempty"`
	Reason  string `json:"reason"`
}

// Do adds. Errors: access, Invalid for an unknown matter or without a reason, Conflict once the pack is frozen.
func (in Add) Do(tx *db.Tx, who access.Person) error {
	s, items, err := agenda(tx, who, in.Meeting)
	if err != nil {
		return err
	}
	var f fault.Form
	it := Item{ID: id.V7(tx.Now), Meeting: s.m.ID, N: int64(len(items) + 1), Kind: pack.ItemTopic, Why: pack.WhyHand, ByHand: true, Note: text(&f, "reason", in.Reason, 2, MaxNote)}
	if key := strings.TrimSpace(in.Matter); key != "" {
		m, err := matterFor(tx, who, key)
		if err != nil {
			return err
		}
		it.Kind, it.Subject, it.Number, it.Title, it.Lead, it.LeadPath = pack.ItemMatter, m.ID, m.Number, m.Title, m.Lead, m.LeadPath
	} else {
		it.Title = text(&f, "title", in.Title, 2, MaxTitle)
		it.Subject = it.ID
	}
	if err := f.Err(); err != nil {
		return err
	}
	if was, err := keyed(items, it.Key()); err == nil {
		if !was.TakenOut && was.ByHand {
			return fault.Field("matter", "meeting.there_already")
		}
		was.ByHand, was.Note, was.TakenOut, was.OutReason = true, it.Note, false, ""
		if err := updateItem(tx, was); err != nil {
			return err
		}
	} else if len(items) >= MaxItems {
		return fault.New(fault.Conflict, "meeting.full", MaxItems)
	} else if err := insertItem(tx, it); err != nil {
		return err
	}
	return s.record("added", in)
}

// TakeOut takes an item off the agenda, or puts it back where Reason is empty.
type TakeOut struct {
	Meeting string `json:"meeting"`
	Item    string `json:"item"` // key "kind:subject"
	Back    bool   `json:"back,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// Do takes out or puts back. Errors: access, Invalid without a reason, Conflict once the pack is frozen.
func (in TakeOut) Do(tx *db.Tx, who access.Person) error {
	s, _, it, err := onAgenda(tx, who, in.Meeting, in.Item)
	if err != nil {
		return err
	}
	it.TakenOut, it.OutReason = !in.Back, ""
	if !in.Back {
		var f fault.Form
		it.OutReason = text(&f, "reason", in.Reason, 2, MaxNote)
		if err := f.Err(); err != nil {
			return err
		}
	}
	if err := updateItem(tx, it); err != nil {
		return err
	}
	return s.record("taken_out", in)
}

// Together has an item treated together with another one, or alone where With is empty.
type Together struct {
	Meeting string `json:"meeting"`
	Item    string `json:"item"` // key
	With    string `json:"with"` // key, or empty
}

// Do joins. Errors: access, Invalid for an item that is itself treated with another, Conflict once the pack is frozen.
func (in Together) Do(tx *db.Tx, who access.Person) error {
	s, items, it, err := onAgenda(tx, who, in.Meeting, in.Item)
	if err != nil {
		return err
	}
	it.Together = ""
	if in.With != "" {
		with, err := keyed(items, in.With)
		if err != nil {
			return fault.Field("with", "fault.choice")
		}
		led := slices.ContainsFunc(items, func(x Item) bool { return x.Together == it.ID })
		if with.ID == it.ID || with.Together != "" || led {
			return fault.Field("with", "meeting.together_twice")
		}
		it.Together = with.ID
	}
	if err := updateItem(tx, it); err != nil {
		return err
	}
	return s.record("together", in)
}

// matterFor finds a matter by number for who may see it; a restricted one is not for a meeting.
func matterFor(tx *db.Tx, who access.Person, key string) (matter.Matter, error) {
	m, _, err := matter.Get(tx, who, key)
	if err == nil && m.Restricted != "" {
		err = fault.New(fault.NotFound, "matter.unknown")
	}
	if err != nil && (fault.KindOf(err) == fault.NotFound || fault.KindOf(err) == fault.Forbidden) {
		return m, fault.Field("matter", "meeting.unknown_matter")
	}
	return m, err
}
