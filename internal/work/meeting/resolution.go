package meeting

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/meeting/pack"
)

// Resolution is something that a meeting decided to have done.
type Resolution struct {
	ID         string
	Version    int64
	Meeting    string
	Item       string // of the agenda, or empty
	N          int64  // within its meeting, from 1
	State      string
	Text       string
	UnitPath   access.Path // of the meeting
	Lead       string
	LeadPath   access.Path
	Co         string // codes joined by commas
	Person     string
	Supervisor string
	Day        clock.Day
	DayAt      clock.Millis // end of the day in office hours
	Matter     string
	MatterNo   string
	DecidedAt  clock.Millis
	DecidedBy  string
	Result     string
	ReportedAt clock.Millis
	ReportedBy string
	Returns    int64
	Note       string // of who confirmed, sent back or dropped
	EndedAt    clock.Millis
	EndedBy    string
}

// ResolutionKind is the kind of a resolution as the subject of facts and duties.
const ResolutionKind = "resolution"

// Ref is the resolution as the subject of facts and duties.
func (r Resolution) Ref() event.Ref { return event.Ref{Kind: ResolutionKind, ID: r.ID} }

// CoUnits lists the codes of the helping units.
func (r Resolution) CoUnits() []string {
	if r.Co == "" {
		return nil
	}
	return strings.Split(r.Co, ",")
}

// Late reports whether its day has passed, or had when it was reported.
func (r Resolution) Late(now clock.Millis) bool {
	switch r.State {
	case Open:
		return now > r.DayAt
	case Reported, Done:
		return r.ReportedAt > r.DayAt
	}
	return false
}

// ResolutionThing is the resolution as permission sees it.
func ResolutionThing(tx *db.Tx, r Resolution) (access.Thing, error) {
	co, err := db.All[access.Path](tx, `SELECT path FROM resolution_co WHERE resolution = $1`, r.ID)
	return access.Thing{Kind: ResolutionKind, ID: r.ID, Unit: r.UnitPath, Lead: r.LeadPath, Co: co, Owner: r.Person}, err
}

// What a meeting may do with the extension that a department has asked for.
const (
	ExtensionGrant  = "grant"
	ExtensionRefuse = "refuse"
)

// Decide makes a resolution: from this moment it is owed.
type Decide struct {
	Meeting   string    `json:"meeting"`
	Item      string    `json:"item,omitempty"`
	Text      string    `json:"text"`
	Lead      string    `json:"lead"`
	Co        []string  `json:"co,omitempty"`
	Person    string    `json:"person,omitempty"` // id or employee number of who answers for it; empty: the head of the unit
	Day       clock.Day `json:"day"`
	Extension string    `json:"extension,omitempty"` // what becomes of the extension that waits: "", grant or refuse
	Note      string    `json:"note,omitempty"`      // needed where it is refused
}

// Do decides. Errors: access, Conflict outside of the meeting, Invalid for what it does not say. The deadline of the matter moves by the
// rules of [matter.DecideMore] alone: only a request made before expiry can be granted, the third one only by a leader.
func (in Decide) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Meeting, 0, access.MeetingRecord)
	if err != nil {
		return err
	}
	if s.m.State != Held {
		return fault.New(fault.Conflict, "meeting.not_held")
	}
	r := Resolution{ID: id.V7(tx.Now), Version: 1, Meeting: s.m.ID, State: Open, UnitPath: s.m.UnitPath, Supervisor: who.ID, DecidedAt: tx.Millis(), DecidedBy: who.ID, Day: in.Day}
	var it Item
	if in.Item != "" {
		if it, err = s.item(in.Item); err != nil {
			return err
		}
		r.Item = it.ID
		if it.Kind == pack.ItemMatter {
			r.Matter, r.MatterNo = it.Subject, it.Number
		}
	}
	if err := in.put(tx, &r); err != nil {
		return err
	}
	if in.Extension != "" {
		if r.Matter == "" {
			return fault.Field("extension", "meeting.extension_matter")
		}
		if err := (matter.DecideMore{Matter: r.Matter, Grant: in.Extension == ExtensionGrant, Note: in.Note}).Do(tx, who); err != nil {
			return err
		}
	}
	if r.N, err = nextResolution(tx, s.m.ID); err != nil {
		return err
	}
	if err := insertResolution(tx, r); err != nil {
		return err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	for _, c := range r.CoUnits() {
		if err := insertCo(tx, r.ID, tree.Path(c)); err != nil {
			return err
		}
	}
	if it.ID != "" {
		if err := setDraft(tx, it.ID, "", tx.Millis()); err != nil {
			return err
		}
	}
	if err := r.owe(tx, who); err != nil {
		return err
	}
	return r.record(tx, who, "", EventDecide, in)
}

// put checks what is decided and fills it in.
func (in Decide) put(tx *db.Tx, r *Resolution) error {
	var f fault.Form
	r.Text = text(&f, "text", in.Text, 4, MaxText)
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	if u, ok := tree.Get(in.Lead); !ok || !u.Active || u.Kind == org.Group {
		f.Add("lead", "meeting.one_unit")
	} else {
		r.Lead, r.LeadPath = u.Code, u.Path
	}
	var co []string
	for _, c := range in.Co {
		if u, ok := tree.Get(c); !ok || !u.Active {
			f.Add("co", "fault.choice")
		} else if c != in.Lead {
			co = append(co, c)
		}
	}
	r.Co = strings.Join(co, ",")
	switch {
	case in.Person != "":
		p, err := personOf(tx, in.Person)
		switch {
		case err != nil && fault.KindOf(err) != fault.NotFound:
			return err
		case err != nil:
			f.Add("person", "org.person.unknown", in.Person)
		case r.Lead != "" && !p.Path.Under(r.LeadPath):
			f.Add("person", "meeting.person_unit")
		default:
			r.Person = p.ID
		}
	case r.Lead != "":
		if p, err := org.HeadOf(tx, r.Lead); err == nil && p.Path.Under(r.LeadPath) {
			r.Person = p.ID
		} else if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		} else {
			f.Add("person", "meeting.person_missing")
		}
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return err
	}
	switch {
	case !in.Day.Valid():
		f.Add("day", "fault.date")
	case in.Day <= tx.Today():
		f.Add("day", "meeting.day_past")
	case tx.Today().Until(in.Day) > 366:
		f.Add("day", "meeting.day_far")
	default:
		if work, _ := cal.IsWorkday(in.Day); !work {
			f.Add("day", "duty.extend_free", in.Day)
		} else {
			r.DayAt = clock.MillisOf(cal.OfficeEnd(in.Day))
		}
	}
	return f.Err()
}

// personOf finds somebody by id or employee number.
func personOf(tx *db.Tx, key string) (org.Person, error) {
	p, err := org.PersonByID(tx, key)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return org.PersonByNo(tx, strings.TrimSpace(key))
	}
	return p, err
}

func (r Resolution) owe(tx *db.Tx, who access.Person) error {
	_, err := duty.Owe(tx, who, duty.New{Kind: duty.Resolve, Subject: r.Ref(), Round: r.Returns, Path: r.LeadPath, Role: access.DeptHead, Person: r.Person, Day: r.Day, Start: r.DecidedAt})
	return err
}

func (r Resolution) record(tx *db.Tx, who access.Person, from, ev string, in any) error {
	about := event.Ref{Kind: RefKind, ID: r.Meeting}
	if ev != EventDecide && r.Matter != "" {
		about = event.Ref{Kind: "matter", ID: r.Matter}
	}
	return event.Record(tx, who, event.Fact{Kind: "resolution." + ev, Subject: r.Ref(), About: about, From: from, To: r.State, Data: struct {
		Lead string `json:"lead"`
		In   any    `json:"in"`
	}{r.Lead, in}})
}

// on finds a resolution and asks whether the person may.
func on(tx *db.Tx, who access.Person, key string, version int64, a access.Action) (Resolution, error) {
	r, _, err := access.Reach(tx, who, a, key, tx.ForUpdate(), findResolution, ResolutionThing)
	if err == nil && version != 0 && version != r.Version {
		err = fault.New(fault.Conflict, "meeting.stale")
	}
	return r, err
}

// move takes the resolution through the table, writes it and records it.
func (r *Resolution) move(tx *db.Tx, who access.Person, ev string, in any) error {
	from := r.State
	to, err := ResolutionCycle.Next(from, ev)
	if err != nil {
		return err
	}
	r.State = to
	if err := updateResolution(tx, r); err != nil {
		return err
	}
	return r.record(tx, who, from, ev, in)
}

// Report says that a resolution is done, with what came of it.
type Report struct {
	Resolution string `json:"resolution"`
	Version    int64  `json:"version"`
	Result     string `json:"result"`
}

// Do reports. Errors: access, Invalid without a result, Conflict where it is not owed.
func (in Report) Do(tx *db.Tx, who access.Person) error {
	r, err := on(tx, who, in.Resolution, in.Version, access.ResolutionReport)
	if err != nil {
		return err
	}
	var f fault.Form
	r.Result = text(&f, "result", in.Result, 4, MaxText)
	if err := f.Err(); err != nil {
		return err
	}
	r.ReportedAt, r.ReportedBy = tx.Millis(), who.ID
	if err := r.move(tx, who, EventReport, in); err != nil {
		return err
	}
	if _, err := duty.Discharge(tx, who, r.Ref(), duty.Resolve, duty.Done); err != nil {
		return err
	}
	_, err = duty.Owe(tx, who, duty.New{Kind: duty.ResolveCheck, Subject: r.Ref(), Round: r.Returns, Path: r.UnitPath, Role: access.Supervisor})
	return err
}

// Judge is the supervising office's word on what was reported.
type Judge struct {
	Resolution string `json:"resolution"`
	Version    int64  `json:"version"`
	Good       bool   `json:"good"`
	Note       string `json:"note"` // needed where it is sent back
}

// Do confirms or sends back. Errors: access, Forbidden for people of the unit that reported, Invalid without a reason.
func (in Judge) Do(tx *db.Tx, who access.Person) error {
	r, err := on(tx, who, in.Resolution, in.Version, access.ResolutionConfirm)
	if err != nil {
		return err
	}
	if who.ID == r.ReportedBy || who.Path.Under(r.LeadPath) {
		return fault.New(fault.Forbidden, "meeting.own_unit")
	}
	var f fault.Form
	least := 4
	if in.Good {
		least = 0
	}
	r.Note = text(&f, "note", in.Note, least, MaxNote)
	if err := f.Err(); err != nil {
		return err
	}
	if in.Good {
		r.EndedAt, r.EndedBy = tx.Millis(), who.ID
		if err := r.move(tx, who, EventConfirm, in); err != nil {
			return err
		}
		_, err := duty.Discharge(tx, who, r.Ref(), duty.ResolveCheck, duty.Done)
		return err
	}
	r.Returns++
	if err := r.move(tx, who, EventSendBack, in); err != nil {
		return err
	}
	if _, err := duty.Discharge(tx, who, r.Ref(), duty.ResolveCheck, duty.Returned); err != nil {
		return err
	}
	return r.owe(tx, who) // by the day that was decided: sending back gives no time
}

// Drop ends a resolution that is no longer needed.
type Drop struct {
	Resolution string `json:"resolution"`
	Version    int64  `json:"version"`
	Note       string `json:"note"`
}

// Do drops. Errors: access, Forbidden for people of the unit that owes it, Invalid without a reason.
func (in Drop) Do(tx *db.Tx, who access.Person) error {
	r, err := on(tx, who, in.Resolution, in.Version, access.ResolutionConfirm)
	if err != nil {
		return err
	}
	if who.Path.Under(r.LeadPath) {
		return fault.New(fault.Forbidden, "meeting.own_unit")
	}
	var f fault.Form
	r.Note = text(&f, "note", in.Note, 4, MaxNote)
	if err := f.Err(); err != nil {
		return err
	}
	r.EndedAt, r.EndedBy = tx.Millis(), who.ID
	if err := r.move(tx, who, EventDrop, in); err != nil {
		return err
	}
	_, err = duty.Discharge(tx, who, r.Ref(), duty.Resolve, duty.Cancelled)
	return err
}
