package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice/core"
)

// MatterPage is the one page of a matter.
type MatterPage struct {
	Page
	Number     string
	Body       string
	Tags       []Tag
	Light      *Light
	Acts       []MatterAct
	Form       *Form
	Version    int64
	Panels     []Panel
	Parcel     []Step
	Facts      []Fact
	Plan       *PlanCard // in force
	Waiting    *PlanCard // waits for approval
	Steps      *Progress
	Versions   []PlanLine
	Pairs      []Pair
	Photos     []Photo
	Duties     []DutyLine
	Past       []DutyLine
	Voices     []Counter
	Heard      []Message
	Rounds     []AcceptView
	Looks      []LookView
	Extensions []Entry
	Timeline   []Entry
	Public     string
}

// DutyLine is something owed on account of the matter.
type DutyLine struct {
	Kind, Who string
	Light     *Light
	Due       string
	Due0      string // the original due, where it has moved
	Waits     string // for what it waits, and since when
	Outcome   string
}

var matterPage = Define[MatterPage]("matter/page")

// showMatter shows the page of a matter.
func showMatter(r *Req) error {
	var v *matterView
	var spot []Fact
	page := MatterPage{Form: r.Blank()}
	err := r.Read(func(tx *db.Tx) (err error) {
		if v, err = r.viewMatter(tx); err != nil {
			return err
		}
		if v.can(access.AcceptSee) {
			rounds, err := accept.SummaryOf(tx, r.Person, v.Matter.ID)
			if err != nil {
				return err
			}
			var words map[int64]accept.Word
			if v.can(access.AcceptNotes) {
				if words, err = accept.Words(tx, r.Person, v.Matter.ID); err != nil {
					return err
				}
			}
			page.Rounds = v.rounds(rounds, words)
		}
		if spot, err = r.spotOfMatter(tx, v.Matter.ID); err != nil {
			return err
		}
		return page.hear(tx, v)
	})
	if err != nil {
		return err
	}
	page.show(v)
	page.Facts = append(page.Facts, spot...)
	return matterPage.Render(r, page)
}

func (p *MatterPage) show(v *matterView) {
	m, r := v.Matter, v.r
	p.Page = Page{Title: m.Title, Shape: Staff, Back: "/ledger"}
	p.Number, p.Body, p.Light, p.Acts, p.Version = m.Number, m.Body, v.light(), v.acts(), m.Version
	p.Tags = v.tags()
	p.Panels, p.Parcel, p.Facts = v.panels(), v.parcel(), v.facts()
	if f := v.PlanInForce(); f != nil {
		p.Plan = v.planCard(*f)
		if m.StepsAll > 0 {
			p.Steps = &Progress{Label: r.T("matterpage.steps"), Done: int(m.StepsDone), Total: int(m.StepsAll)}
		}
	}
	if w := v.PlanWaiting(); w != nil && w.Version != m.PlanVersion {
		p.Waiting = v.planCard(*w)
	}
	p.Versions = v.versions()
	p.Pairs, p.Photos = v.photos()
	p.Duties, p.Past = v.duties()
	p.Looks, p.Extensions, p.Timeline = v.looks(), v.extensions(), v.timeline()
	if m.Public {
		p.Public = m.Shown()
	}
}

func (v *matterView) tags() []Tag {
	m, r := v.Matter, v.r
	out := []Tag{stateTag(r, m), {Text: r.Lang.Enum("matter.class", m.Class)}}
	if m.UnionInitiated {
		out = append(out, Tag{Text: r.T("matterpage.union_initiated")})
	}
	if m.Round > 1 {
		out = append(out, Tag{Text: r.T("matterpage.round", m.Round), Tone: "warn"})
	}
	if m.LongTerm {
		out = append(out, Tag{Text: r.T("matterpage.long_term"), Tone: "warn"})
	}
	if m.Restricted != "" {
		out = append(out, Tag{Text: r.T("matterpage.restricted"), Tone: "bad"})
	}
	if m.State == matter.Closed {
		out = append(out, Tag{Text: r.Lang.Enum("matter.verdict", m.Verdict), Tone: map[string]string{matter.Confirmed: "good"}[m.Verdict]})
	}
	return out
}

// panels tell what stands in the way or waits for somebody.
func (v *matterView) panels() []Panel {
	m, r := v.Matter, v.r
	var out []Panel
	switch m.State {
	case matter.Paused:
		out = append(out, Panel{Tone: "warn", Title: r.T("matterpage.paused", r.Lang.Enum("duty.reason", m.PauseReason)), Text: r.T("matterpage.paused_text", v.date(m.PauseUntil))})
	case matter.CarriedOver:
		out = append(out, Panel{Tone: "warn", Title: r.T("matterpage.carried", v.date(m.ReviewDay)), Text: m.Condition})
	case matter.Cancelled:
		text := m.EndReason
		if m.EndRule != "" {
			text += "\n" + r.T("matterpage.end_rule", m.EndRule)
		}
		if m.EndDecider != "" {
			text += "\n" + r.T("matterpage.end_decider", m.EndDecider)
		}
		out = append(out, Panel{Title: r.Lang.Enum("matter.ended", m.EndedHow), Text: text})
	case matter.Closed:
		tone := "info"
		if m.Verdict == matter.Confirmed {
			tone = "good"
		}
		out = append(out, Panel{Tone: tone, Title: r.T("matterpage.closed", v.day(m.ClosedAt)), Text: m.Reply})
	}
	if e := v.asked(); e != nil {
		out = append(out, Panel{Tone: "warn", Title: r.T("matterpage.more_asked", v.date(e.FromDay), v.date(e.ToDay)), Text: e.Reason})
	}
	if len(v.Plans) > 0 && v.Plans[0].State == matter.PlanReturned {
		out = append(out, Panel{Tone: "warn", Title: r.T("matterpage.plan_returned", v.Plans[0].Version), Text: v.Plans[0].Decision})
	}
	if v.open != nil {
		out = append(out, v.assignmentPanels()...)
	}
	return out
}

func (v *matterView) assignmentPanels() []Panel {
	r, a := v.r, v.open
	var out []Panel
	back := r.T("matterpage.returned_text", a.ReturnRule, v.unit(a.ReturnProposed))
	if a.ReturnNote != "" {
		back += "\n" + a.ReturnNote
	}
	switch a.State {
	case assignment.Assigned:
		out = append(out, Panel{Title: r.T("matterpage.unsigned", v.unit(a.Lead)), Text: r.T("matterpage.unsigned_text", v.moment(a.SignDue))})
	case assignment.Returned:
		out = append(out, Panel{Tone: "warn", Title: r.T("matterpage.returned", v.unit(a.ReturnedBy)), Text: back})
	case assignment.Adjudicating:
		out = append(out, Panel{Tone: "bad", Title: r.T("matterpage.adjudicating", v.unit(a.ReturnedBy)), Text: back})
	}
	return out
}

// parcel is the way of the matter with the dates it has been at and is due.
func (v *matterView) parcel() []Step {
	m, r := v.Matter, v.r
	at := map[string]int{matter.Proposed: 1, matter.Assigned: 1, matter.PlanReview: 1, matter.Executing: 2, matter.Paused: 2, matter.Inspecting: 3,
		matter.Accepting: 4, matter.Rated: 5, matter.Closed: 6, matter.CarriedOver: 2, matter.Cancelled: -1}[m.State]
	if m.State == matter.PlanReview && m.PlanVersion > 0 {
		at = 2
	}
	steps := []Step{{Label: r.T("matterpage.stage.registered"), When: v.day(m.RegisteredAt)}, {Label: r.T("matterpage.stage.plan")},
		{Label: r.T("matterpage.stage.done")}, {Label: r.T("matterpage.stage.inspected")}, {Label: r.T("matterpage.stage.accepted")},
		{Label: r.T("matterpage.stage.closed")}, {Label: r.T("matterpage.stage.look_back")}}
	if f := v.PlanInForce(); f != nil {
		steps[1].When = v.day(f.DecidedAt)
	} else if m.PlanDue != 0 {
		steps[1].When = r.T("matterpage.by", v.day(m.PlanDue))
	}
	if m.Due != "" {
		steps[2].When = r.T("matterpage.by", v.date(m.Due))
		if m.Due != m.Due0 {
			steps[2].Moved = v.date(m.Due0)
		}
	}
	if m.CompletedAt != 0 {
		steps[2].When, steps[2].Moved = v.day(m.CompletedAt), ""
	}
	steps[3].When, steps[4].When = v.day(m.InspectedAt), v.day(m.RatedAt)
	if m.State == matter.Closed {
		steps[5].When = v.day(m.ClosedAt)
	}
	for _, n := range v.items {
		if n.Open && (n.Kind == duty.LookBack30 || n.Kind == duty.LookBack90 || n.Kind == duty.LookBack365) {
			steps[6].When = r.T("matterpage.by", v.day(n.Due))
			break
		}
	}
	for i := range steps {
		switch {
		case at < 0 && i > 0:
			steps[i].State = "skipped"
		case i < at || at < 0 || m.Consolidated():
			steps[i].State = "done"
		case i == at:
			steps[i].State = "now"
		default:
			steps[i].State = "next"
		}
	}
	return steps
}

func (v *matterView) facts() []Fact {
	m, r := v.Matter, v.r
	none := r.T("matterpage.nobody")
	or := func(s string) string {
		if s == "" {
			return none
		}
		return s
	}
	out := []Fact{{Label: r.T("matterpage.lead"), Value: or(v.unit(m.Lead))}}
	if len(v.Co) > 0 {
		out = append(out, Fact{Label: r.T("matterpage.co"), Value: v.units(v.Co)})
	}
	out = append(out, Fact{Label: r.T("matterpage.owner"), Value: or(v.person(m.Owner))})
	if m.Sponsor != "" {
		out = append(out, Fact{Label: r.T("matterpage.sponsor"), Value: v.person(m.Sponsor)})
	}
	if m.Due != "" {
		due := Fact{Label: r.T("matterpage.due"), Value: v.date(m.Due)}
		if m.Extensions > 0 || m.Due != m.Due0 {
			due.Note = r.T("matterpage.due_moved", v.date(m.Due0), m.Extensions)
		}
		out = append(out, due)
	}
	if v.place != nil {
		out = append(out, Fact{Label: r.T("matterpage.place"), Value: v.placeName(), Href: r.Link("/ledger?place=" + m.Place)})
	}
	who := Fact{Label: r.T("matterpage.unit"), Value: v.unit(m.Unit)}
	if m.Beneficiaries > 0 {
		who.Note = r.T("matterpage.beneficiaries", m.Beneficiaries)
	}
	out = append(out, who)
	if m.Category != "" {
		out = append(out, Fact{Label: r.T("matterpage.category"), Value: v.cat.Name(m.Category, r.Lang)})
	}
	out = append(out, Fact{Label: r.T("matterpage.source"), Value: r.Lang.Enum("matter.source", m.Source)},
		Fact{Label: r.T("matterpage.first"), Value: v.first(), Note: v.overall()})
	out = append(out, v.practiceFact("practice.adopted_from", v.adopted)...)
	out = append(out, v.practiceFact("practice.made_into", v.practice)...)
	if h := assignment.Hours(v.Ownerless, v.now); h >= 0.05 {
		out = append(out, Fact{Label: r.T("matterpage.ownerless"), Value: r.T("matterpage.hours", r.Lang.Number(h))})
	}
	if m.Inspector != "" {
		out = append(out, Fact{Label: r.T("matterpage.inspector"), Value: v.person(m.Inspector)})
	}
	return out
}

// weekly reports whether the reader may know only in which week the matter was spoken of first: there are voices behind it, and he is
// not of those who work with them.
func (v *matterView) weekly() bool { return v.Matter.Voices > 0 && !core.Dated(v.r.Person) }

// first is when it was spoken of first.
func (v *matterView) first() string {
	if !v.weekly() || v.Matter.FirstVoiceAt.Zero() {
		return v.day(v.Matter.FirstVoiceAt)
	}
	return v.r.dayOrWeek(core.WeekOf(v.Matter.FirstVoiceAt.Day(v.r.Zone)), true)
}

// overall is how long it has taken since the first voice; nothing is subtracted from it.
func (v *matterView) overall() string {
	to := v.now
	if v.Matter.Over() && v.Matter.ClosedAt != 0 {
		to = v.Matter.ClosedAt
	}
	from, until := v.Matter.FirstVoiceAt.Day(v.r.Zone), to.Day(v.r.Zone)
	if v.weekly() {
		return v.r.T("matterpage.overall_weeks", core.WeekOf(from).Until(core.WeekOf(until))/7)
	}
	return v.r.T("matterpage.overall", from.Until(until))
}

// photos pairs the pictures before and after in the order in which they were taken; what has no pair stands alone.
func (v *matterView) photos() (pairs []Pair, rest []Photo) {
	var before, after []Photo
	told := map[string]bool{} // those of a look stand with it, too
	for _, p := range v.Photos {
		shown := matterPhoto(v.r, p)
		told[shown.Src] = p.Taken != ""
		switch p.Kind {
		case matter.PhotoBefore:
			before = append(before, shown)
		case matter.PhotoAfter:
			after = append(after, shown)
		}
	}
	for i := range max(len(before), len(after)) {
		pair := Pair{Place: v.placeName()}
		if i < len(before) {
			pair.Before = before[i]
		}
		if i < len(after) {
			pair.After = after[i]
		}
		if i == 0 || i < len(before) && i < len(after) {
			pairs = append(pairs, pair)
			continue
		}
		for _, p := range []Photo{pair.Before, pair.After} {
			if p.Src != "" && !told[p.Src] {
				rest = append(rest, p)
			}
		}
	}
	return pairs, rest
}

// duties lists what is owed on account of the matter, and what no longer is.
func (v *matterView) duties() (open, past []DutyLine) {
	for _, n := range v.items {
		l := DutyLine{Kind: v.r.Lang.Enum("duty.kind", n.Kind), Who: v.owes(n.Duty)}
		if n.Kind == duty.Milestone && n.Item != "" {
			l.Kind += " · " + v.milestone(n.Item)
		}
		if n.Extended() {
			l.Due0 = v.day(n.Due0)
		}
		if !n.Open {
			l.Due, l.Outcome = v.day(n.DischargedAt), v.r.Lang.Enum("duty.outcome", n.Outcome)
			past = append(past, l)
			continue
		}
		l.Due, l.Light = v.day(n.Due), dutyLight(v.r, n)
		if n.Waiting() {
			l.Waits = v.r.T("matterpage.waits", v.day(n.WaitingFrom))
		}
		open = append(open, l)
	}
	return open, past
}

func (v *matterView) milestone(item string) string {
	if p := v.PlanInForce(); p != nil {
		for _, s := range p.StepStates {
			if string(s.Day) == item {
				return s.Text
			}
		}
	}
	return v.date(clock.Day(item))
}

// owes says who owes a duty: a person, or a role in a unit.
func (v *matterView) owes(d duty.Duty) string {
	if d.Person != "" {
		return v.person(d.Person)
	}
	return holderName(v.r.Lang, v.tree, d)
}

// holderName is the role in a unit that owes a duty.
func holderName(l lang.Lang, t *org.Tree, d duty.Duty) string {
	unit := t.Name(d.Unit, l)
	if d.Unit == "" || d.Unit == org.Root {
		return l.Enum("role", d.Role)
	}
	return unit + " · " + l.Enum("role", d.Role)
}

// dutyLight is the light of a duty with what is left of its time.
func dutyLight(r *Req, n duty.Item) *Light {
	l := &Light{Color: string(n.Light.Color), Waiting: n.Light.Waiting, Word: r.Lang.WorkingDaysLeft(n.Left), Title: r.Lang.DateTime(n.Due, r.Zone)}
	// A moment that was given as it is, such as the end of the employees' verdict, is read in working days like everything else.
	if n.Hours > 0 || n.Class.WallClock() {
		l.Word = r.Lang.TimeLeft(n.TimeLeft)
	}
	return l
}
