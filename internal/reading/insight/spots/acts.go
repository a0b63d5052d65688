package spots

import (
	"slices"
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

// Kinds of acts. Names: "spots.act.<value>"; the event of the record is "spot." and the kind.
const (
	ActJoin   = "join"
	ActSplit  = "split"
	ActMatter = "matter"
)

// actMost is how many voices one act moves at most.
const actMost = 2000

// Ref is a spot in the record.
func Ref(n int64) event.Ref { return event.Ref{Kind: RefKind, ID: strconv.FormatInt(n, 10)} }

// begin asks whether the person may say of the voices of a spot where they belong.
func begin(tx *db.Tx, who access.Person, n int64) (*scope, []string, error) {
	if _, err := stateOf(tx); err != nil { // one at a time
		return nil, nil, err
	}
	s, err := newScope(tx, who)
	if err != nil {
		return nil, nil, err
	}
	ids, err := s.members(n, actMost+1)
	if err != nil {
		return nil, nil, err
	}
	if len(ids) == 0 {
		return nil, nil, fault.New(fault.NotFound, "spots.unknown", strconv.FormatInt(n, 10))
	}
	may, err := s.mayEdit(n)
	switch {
	case err != nil:
		return nil, nil, err
	case !may:
		return nil, nil, fault.New(fault.Forbidden, "access.denied")
	case len(ids) > actMost:
		return nil, nil, fault.New(fault.Invalid, "spots.many", actMost)
	}
	return s, ids, nil
}

// move puts voices into a spot by an act, holds others where they are, and groups anew what follows. A split moves those that stay, too; a join only
// holds what is there: it is not where the others came from, and other acts that put voices there can still be taken back.
func move(tx *db.Tx, who access.Person, a Act, to int64, ids, stay []string) error {
	a.ID, a.By, a.At = id.V7(tx.Now), who.ID, tx.Millis()
	put := func(v string, spot int64) error {
		before, err := pinOf(tx, v)
		if err != nil {
			return err
		}
		if err := insertMoved(tx, a.ID, v, before); err != nil {
			return err
		}
		return pin(tx, v, spot, a.ID)
	}
	for _, v := range ids {
		if err := put(v, to); err != nil {
			return err
		}
	}
	for _, v := range stay {
		keep := put
		if a.Kind == ActJoin {
			keep = func(v string, spot int64) error { return hold(tx, v, spot, a.ID) }
		}
		if err := keep(v, a.Spot); err != nil {
			return err
		}
	}
	if err := insertAct(tx, a); err != nil {
		return err
	}
	if err := look(tx, slices.Concat(ids, stay)); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "spot." + a.Kind, Subject: Ref(a.Spot), About: ref(a.Other), Data: acted{Voices: len(ids)}})
}

func ref(n int64) event.Ref {
	if n == 0 {
		return event.Ref{}
	}
	return Ref(n)
}

// acted is what the record keeps of an act: no voice is named in it.
type acted struct {
	Voices int    `json:"voices,omitempty"`
	Matter string `json:"matter,omitempty"`
}

// Join says that two spots are one: the voices of the other go into it.
type Join struct {
	Spot  int64 `json:"spot"`
	Other int64 `json:"other"`
}

// Do joins. Errors: access, NotFound, Invalid at "other".
func (in Join) Do(tx *db.Tx, who access.Person) error {
	if in.Spot == in.Other {
		tx.Asked()
		return fault.Field("other", "spots.same")
	}
	_, there, err := begin(tx, who, in.Spot) // they are held, or nothing but the number would tell that they belong to the others
	if err != nil {
		return err
	}
	_, ids, err := begin(tx, who, in.Other)
	if err != nil {
		return err
	}
	return move(tx, who, Act{Kind: ActJoin, Spot: in.Spot, Other: in.Other}, in.Spot, ids, there)
}

// Split says that some voices of a spot are a problem of their own. It sets Other, the number of the new spot.
type Split struct {
	Spot   int64    `json:"spot"`
	Voices []string `json:"voices"`
	Other  int64    `json:"other,omitempty"`
}

// Do splits. Errors: access, NotFound, Invalid at "voices" where none or all are chosen, or one that is not in it.
func (in *Split) Do(tx *db.Tx, who access.Person) error {
	s, ids, err := begin(tx, who, in.Spot)
	if err != nil {
		return err
	}
	chosen := slices.Compact(slices.Sorted(slices.Values(in.Voices)))
	switch {
	case len(chosen) == 0:
		return fault.Field("voices", "spots.split_none")
	case slices.ContainsFunc(chosen, func(v string) bool { return !slices.Contains(ids, v) }):
		return fault.Field("voices", "spots.split_other")
	case len(chosen) == len(ids):
		return fault.Field("voices", "spots.split_all")
	}
	st, err := stateOf(tx)
	if err != nil {
		return err
	}
	in.Other = st.Next
	st.Next++
	if err := putState(tx, st); err != nil {
		return err
	}
	first, err := rowsOf(tx, chosen[:1])
	if err != nil {
		return err
	}
	if len(first) == 0 {
		return fault.Field("voices", "spots.split_other")
	}
	if err := putSpot(tx, in.Other, s.r.Hood(first[0].Place), tx.Today()); err != nil {
		return err
	}
	rest := slices.DeleteFunc(ids, func(v string) bool { return slices.Contains(chosen, v) }) // or they would follow by their words
	return move(tx, who, Act{Kind: ActSplit, Spot: in.Spot, Other: in.Other}, in.Other, chosen, rest)
}

// Undo takes a join or a split back: voices stand again where they stood, as far as nobody has moved them since.
type Undo struct {
	Act string `json:"act"`
}

// Do undoes. Errors: access, NotFound, Conflict "spots.undone" where it is, "spots.moved_since" where later acts have moved all of its voices.
func (in Undo) Do(tx *db.Tx, who access.Person) error {
	if _, err := stateOf(tx); err != nil {
		return err
	}
	a, err := db.Maybe[Act](tx, `SELECT `+actColumns+` FROM insight_spot_act WHERE id = $1`, in.Act)
	if err != nil || a == nil || a.Kind == ActMatter {
		tx.Asked()
		if err == nil {
			err = fault.New(fault.NotFound, "spots.act_unknown")
		}
		return err
	}
	now := a.Spot // where the voices are
	if a.Kind == ActSplit {
		now = a.Other
	}
	if _, _, err := begin(tx, who, now); err != nil {
		return err
	}
	if a.UndoneAt != 0 {
		return fault.New(fault.Conflict, "spots.undone")
	}
	rows, err := db.All[moved](tx, `SELECT `+movedColumns+` FROM insight_spot_moved m JOIN insight_spot_pin p ON p.voice = m.voice AND p.act = m.act WHERE m.act = $1 ORDER BY m.voice`, a.ID)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return fault.New(fault.Conflict, "spots.moved_since")
	}
	home := a.Spot // where they were
	if a.Kind == ActJoin {
		home = a.Other
	}
	later, err := leaning(tx, home, *a) // where others have been put since to the spot that they come back to, they are held there as what they find is
	if err != nil {
		return err
	}
	var ids []string
	for _, m := range rows {
		ids = append(ids, m.Voice)
		to, act, err := stood(tx, m)
		switch {
		case err != nil:
			return err
		case to == 0 && later != "":
			to, act = home, later
		case act == "":
			act = a.ID
		}
		if err := pin(tx, m.Voice, to, act); err != nil {
			return err
		}
		if err := wasIn(tx, m.Voice, home); err != nil {
			return err
		}
	}
	if a.Kind == ActJoin {
		held, err := release(tx, *a)
		if err != nil {
			return err
		}
		ids = append(ids, held...)
	}
	if err := again(tx, home, ids[0]); err != nil {
		return err
	}
	if err := endAct(tx, *a, who.ID, tx.Millis()); err != nil {
		return err
	}
	if err := look(tx, ids); err != nil {
		return err
	}
	if err := dropEmpty(tx, []int64{a.Spot, a.Other}); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "spot.undo", Subject: Ref(a.Spot), About: ref(a.Other), Data: acted{Voices: len(ids)}})
}

// release lets go what a join holds, or leaves it to a later act that has put others there.
func release(tx *db.Tx, a Act) ([]string, error) {
	held, err := heldBy(tx, a.ID)
	if err != nil {
		return nil, err
	}
	later, err := leaning(tx, a.Spot, a)
	if err != nil {
		return nil, err
	}
	to := a.Spot
	if later == "" {
		to = 0
	}
	for _, v := range held {
		if err := pin(tx, v, to, later); err != nil {
			return nil, err
		}
	}
	return held, nil
}

// ToMatter makes one matter of a spot: of the chosen voices the first becomes the matter's, the others join it. The words of each are those that
// its department will read. It sets ID and Number.
type ToMatter struct {
	Spot     int64           `json:"spot"`
	Voices   []Chosen        `json:"voices"`
	Title    string          `json:"title"`
	Category string          `json:"category"`
	Say      string          `json:"say"`
	Register matter.Register `json:"matter"`
	Join     string          `json:"join,omitempty"` // number of a matter that is there: they join that one
	ID       string          `json:"-"`
	Number   string          `json:"-"`
}

// Chosen is a voice of a spot with its words as they were read and approved; "" where nothing has to be approved.
type Chosen struct {
	Voice    string `json:"voice"`
	Version  int    `json:"version,omitempty"`
	Redacted string `json:"redacted,omitempty"`
}

// Do makes the matter and links the voices, all or none. Errors: access, those of the actions of voices, Invalid at "voices".
func (in *ToMatter) Do(tx *db.Tx, who access.Person) error {
	if len(in.Voices) == 0 {
		tx.Asked()
		return fault.Field("voices", "spots.matter_none")
	}
	for _, v := range in.Voices {
		n, err := Of(tx, v.Voice)
		if err != nil {
			return err
		}
		if n != in.Spot {
			tx.Asked()
			return fault.Field("voices", "spots.split_other")
		}
	}
	rest := in.Voices
	if in.Join == "" {
		r, err := voice.NewMatter{Voice: rest[0].Voice, Version: rest[0].Version, Reading: in.reading(rest[0]), Register: in.Register, Say: in.Say}.Do(tx, who)
		if err != nil {
			return err
		}
		in.ID, in.Number, rest = r.ID, r.Number, rest[1:]
	} else {
		m, err := matter.Find(tx, in.Join)
		if err != nil {
			tx.Asked()
			return fault.Field("join", "spots.matter_unknown", in.Join)
		}
		in.ID, in.Number = m.ID, m.Number
	}
	for _, v := range rest {
		if err := (voice.JoinMatter{Voice: v.Voice, Version: v.Version, Reading: in.reading(v), Matter: in.ID, Say: in.Say}).Do(tx, who); err != nil {
			return err
		}
	}
	a := Act{ID: id.V7(tx.Now), Kind: ActMatter, Spot: in.Spot, Matter: in.ID, By: who.ID, At: tx.Millis()}
	if err := insertAct(tx, a); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "spot." + ActMatter, Subject: Ref(in.Spot), About: event.Ref{Kind: "matter", ID: in.ID}, Data: acted{Voices: len(in.Voices), Matter: in.Number}})
}

func (in *ToMatter) reading(v Chosen) voice.Reading {
	return voice.Reading{Title: in.Title, Category: in.Category, Redacted: v.Redacted}
}
