package show

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/voice/core"
)

// Follow is the thread as its submitter sees it.
type Follow struct {
	Voice    core.Voice // with the own words
	Thread   []core.Entry
	Photos   []core.PhotoRow
	Views    []Opened
	Steps    []Step
	Parts    []Piece
	Into     string // number of the voice it is handled with
	Matter   *matter.Matter
	Lead     string // unit that has it, once it has signed
	Events   []string
	Entry    string       // id of the registration in the log, for the proof
	Reports  int          // reports of retaliation on the way
	DaysLeft int          // working days to Due
	News     bool         // others have done something that is not shown before Next
	Moved    bool         // and with it the voice has come into another state
	Last     clock.Millis // what is newer than this is not shown yet; 0: everything is
	Next     clock.Millis
	tree     *org.Tree
	zone     func(clock.Millis) clock.Day
}

// Step is one station of the line: what, when it was reached, or by when it will be.
type Step struct {
	Key  string // "voice.step.<value>"
	Done bool
	Day  clock.Day // reached on
	Due  clock.Day // expected by
	Was  clock.Day // first promise, where it has moved
}

// Piece is a part of a split voice or a report of retaliation in the thread of the whole.
type Piece struct {
	ID, Number, State, Text, Category string
	Channel                           core.Channel
}

// FollowOf gives the thread. Who: the holder of the receipt, or the account of a named voice. For a part, id names it; empty
// is the voice of the receipt itself.
func FollowOf(tx *db.Tx, who access.Person, id string) (Follow, error) {
	if id == "" {
		id = who.Voice
	}
	v, err := core.Find(tx, id, "")
	if err != nil {
		tx.Asked()
		return Follow{}, err
	}
	t, err := core.ThingOf(tx, v)
	if err != nil {
		return Follow{}, err
	}
	if err := who.May(tx, access.VoiceFollow, t); err != nil {
		return Follow{}, err
	}
	f := Follow{}
	f.zone = func(m clock.Millis) clock.Day { return m.Day(tx.Zone()) }
	var batch *core.Release // what is newer than its last one is not shown
	if v.Released() && who.Kind == access.Receipt {
		r, err := core.ReleaseOf(tx)
		if err != nil {
			return f, err
		}
		batch, f.Last, f.Next = &r, r.Last, r.Next
		state := v.State
		if v, f.News, err = core.ShownToHolder(tx, v); err != nil {
			return f, err
		}
		f.Moved = v.State != state
	}
	f.Voice, f.Events = v, EventsFor(who, v, t)
	if f.Thread, err = entries(tx, v.ID); err != nil {
		return f, err
	}
	if batch != nil {
		f.Thread = keep(f.Thread, func(e core.Entry) bool { return !batch.Hides(e) })
	}
	for i := range f.Thread {
		f.Thread[i].Person = ""
	}
	if f.Photos, err = core.Photos(tx, v.ID); err != nil {
		return f, err
	}
	f.Photos = core.Own(f.Photos)
	if f.Views, err = views(tx, v.ID); err != nil {
		return f, err
	}
	if batch != nil { // of openings only the day is known: those of today may be newer than the release
		f.Views = keep(f.Views, func(o Opened) bool { return o.Day < tx.Today() })
	}
	if f.Parts, err = f.pieces(tx, batch); err != nil {
		return f, err
	}
	if v.MergedInto != "" {
		f.Into, err = db.One[string](tx, `SELECT number FROM voice WHERE id = $1`, v.MergedInto)
		if err != nil {
			return f, err
		}
	}
	if v.Matter != "" {
		m, err := matter.Find(tx, v.Matter)
		if err != nil {
			return f, err
		}
		if batch != nil {
			if m, err = ledger.AsOf(tx, m, batch.Last); err != nil {
				return f, err
			}
		}
		f.Matter = &m
		if m.PlanVersion > 0 {
			f.Lead = m.Lead
		}
	}
	if v.State == core.Signed || (v.Lead != "" && (v.State == core.Answered || v.State == core.Closed)) {
		f.Lead = v.Lead
	}
	if f.Entry, err = db.One[string](tx, `SELECT COALESCE(MIN(id), '') FROM event WHERE subject_kind = $1 AND subject_id = $2 AND kind IN ('voice.register', 'voice.support', 'voice.part')`,
		core.RefKind, v.ID); err != nil {
		return f, err
	}
	ts, err := core.TermsOf(tx)
	if err != nil {
		return f, err
	}
	f.DaysLeft = ts.Cal.WorkingDaysLeft(tx.Now, f.due().At(tx.Zone()))
	if f.tree, err = org.TreeOf(tx); err != nil {
		return f, err
	}
	f.Steps = f.line()
	return f, nil
}

// pieces are the parts of a split voice and the reports of retaliation on the way.
func (f Follow) pieces(tx *db.Tx, batch *core.Release) ([]Piece, error) {
	all, err := db.All[Piece](tx, `SELECT id, number, state, text, category, channel FROM voice WHERE root = $1 AND root <> '' ORDER BY number`, f.Voice.ID)
	if err != nil || batch == nil {
		return all, err
	}
	var out []Piece
	for _, p := range all {
		v, err := core.Find(tx, p.ID, "")
		if err != nil {
			return nil, err
		}
		if v, _, err = core.ShownToHolder(tx, v); err != nil {
			return nil, err
		}
		if p.State = v.State; p.Channel != core.FromPart || f.split() {
			out = append(out, p)
		}
	}
	return out, nil
}

// split reports whether the voice is shown as one that was divided.
func (f Follow) split() bool {
	return f.Voice.State == core.WasSplit || f.Voice.ClosedHow == core.PartsDone
}

func (f Follow) due() clock.Millis {
	if f.Matter != nil && f.Voice.State == core.Linked && f.Matter.DueAt != 0 {
		return f.Matter.DueAt
	}
	return f.Voice.Due
}

// said reports whether the unit has said that the matter of the voice is done: then no term of the unit runs any more.
func (f Follow) said() bool {
	if f.Matter == nil || f.Voice.State != core.Linked {
		return false
	}
	switch f.Matter.State {
	case matter.Inspecting, matter.Accepting, matter.Rated:
		return true
	}
	return false
}

// line is the way of the parcel: said, taken up, in hand, answered, confirmed.
func (f Follow) line() []Step {
	v := f.Voice
	decided := f.first(core.EntryNote, core.EntryAsk, core.EntryLinked, core.EntryMerged, core.EntrySplit, core.EntryRejected, core.EntryAnswer)
	up := Step{Key: "voice.step.taken_up", Day: decided, Done: decided != "" || (v.State != core.Registered && v.State != core.Quarantined)}
	hand := Step{Key: "voice.step.in_hand", Day: f.first(core.EntryLinked, core.EntryMerged), Done: v.State == core.Assigned || v.State == core.Signed || v.State == core.Linked}
	told := Step{Key: "voice.step.answered", Day: f.last(core.EntryAnswer, core.EntryRejected), Done: v.State == core.Answered || v.State == core.Closed || v.State == core.Rejected}
	done := Step{Key: "voice.step.confirmed", Day: f.last(core.EntrySolved), Done: v.State == core.Closed && v.ClosedHow == core.Confirmed}
	if told.Done {
		hand.Done = true
	} else if f.due() != 0 && !f.said() {
		by := &up
		if up.Done {
			by = &told
		}
		by.Due = f.zone(f.due())
		if f.Matter != nil && f.Matter.Due0 != "" && f.Matter.Due0 != f.Matter.Due {
			by.Was = f.Matter.Due0
		}
	}
	return []Step{{Key: "voice.step.said", Done: true, Day: v.Day}, up, hand, told, done}
}

func (f Follow) first(kinds ...string) clock.Day {
	for _, e := range f.Thread {
		if core.Has(kinds, e.Kind) {
			return f.zone(e.At)
		}
	}
	return ""
}

func (f Follow) last(kinds ...string) (d clock.Day) {
	for _, e := range f.Thread {
		if core.Has(kinds, e.Kind) {
			d = f.zone(e.At)
		}
	}
	return d
}

// Say is the state in one plain sentence for the submitter.
func (f Follow) Say(l lang.Lang) string {
	v := f.Voice
	key := "voice.say." + v.State
	unit := f.tree.Name(f.Lead, l)
	day := l.Date(f.zone(f.due()), nil)
	left := l.WorkingDaysLeft(f.DaysLeft)
	switch v.State {
	case core.Linked:
		if f.Matter != nil {
			if f.said() {
				return l.T("voice.say.linked."+f.Matter.State, f.Matter.Number, unit)
			}
			if f.Lead != "" && f.Matter.Due != "" {
				return l.T("voice.say.linked.matter", f.Matter.Number, unit, l.Date(f.Matter.Due, nil), left)
			}
			return l.T("voice.say.linked.new", f.Matter.Number)
		}
		return l.T(key, f.Into)
	case core.Assigned:
		return l.T(key, day)
	case core.Signed:
		return l.T(key, unit, day, left)
	case core.Answered:
		return l.T(key, l.Date(f.zone(v.AnsweredAt), nil), day)
	case core.Closed:
		return l.T("voice.say.closed." + v.ClosedHow)
	case core.InTriage:
		if v.Appeal {
			return l.T("voice.say.appeal", day)
		}
	case core.WasSplit:
		return l.T(key, len(f.Parts))
	}
	return l.T(key, day)
}
