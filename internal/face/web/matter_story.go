package web

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/supervise"
)

// AcceptView is one round of asking the employees, as far as it may be shown.
type AcceptView struct {
	Title   string
	State   Tag
	Facts   []Fact
	Hidden  string // why there is no result
	Results *Bars
	Fact    *Bars
	Grade   string
	Lift    string   // what became of the sense that was asked about
	Pressed string   // how many say that they were asked for a good rating; for the union only
	Notes   []string // what was written to the union only
}

// rounds shows what employees said, newest round first; words is what they told the union alone, for whoever may read it.
func (v *matterView) rounds(all []accept.Summary, words map[int64]accept.Word) []AcceptView {
	r := v.r
	var out []AcceptView
	for i := len(all) - 1; i >= 0; i-- {
		s := all[i]
		a := AcceptView{Title: r.T("matterpage.accept_round", s.Round), State: Tag{Text: r.T(s.Word()), Tone: "info"}}
		question := s.Question
		if question == "" {
			question = r.T(accept.WordQuestion)
		}
		a.Facts = append(a.Facts, Fact{Label: r.T("matterpage.accept_question"), Value: question},
			Fact{Label: r.T("matterpage.accept_invited"), Value: r.T("matterpage.people", s.Invited)})
		if s.WindowEnd != 0 && s.State == accept.Opened {
			a.Facts = append(a.Facts, Fact{Label: r.T("matterpage.accept_until"), Value: v.day(s.WindowEnd - 1)})
		}
		if key := s.Hidden(); key != "" {
			a.Hidden = r.T(key)
		} else {
			a.Facts = append(a.Facts, Fact{Label: r.T("matterpage.accept_answered"), Value: r.T("matterpage.people", s.Answers), Note: r.T("matterpage.accept_silent", s.Silent)})
			if s.Called > 0 {
				a.Facts = append(a.Facts, Fact{Label: r.T("matterpage.accept_called"), Value: r.T("matterpage.people", s.Called)})
			}
			a.Fact = v.answers("matterpage.accept_fact", accept.WordFact, accept.Facts(), s.Tally.Fact)
			a.Results = v.answers("matterpage.accept_result", accept.WordResult, accept.Results(), s.Tally.Result)
			if n := s.Tally.Graded(); n > 0 {
				a.Grade = r.T("matterpage.accept_grade", r.Lang.Number(float64(s.Tally.Score())/100), n)
			}
			if n := s.Tally.Lifted(); n > 0 {
				a.Lift = r.T("matterpage.accept_lift", r.T("accept.sense."+s.Sense), s.Tally.Lift[accept.Stronger], s.Tally.Lift[accept.Same], s.Tally.Lift[accept.Weaker], signed(s.Tally.NetLift()))
			}
			if s.Verdict != "" {
				a.State = Tag{Text: r.Lang.Enum("matter.verdict", s.Verdict), Tone: map[string]string{matter.Confirmed: "good", matter.Disputed: "bad"}[s.Verdict]}
			}
		}
		w := words[s.Round]
		if a.Notes = w.Notes; w.Pressed > 0 {
			a.Pressed = r.T("matterpage.accept_pressed", w.Pressed)
		}
		out = append(out, a)
	}
	return out
}

// signed writes a difference with its sign.
func signed(n int) string {
	switch {
	case n > 0:
		return "+" + strconv.Itoa(n)
	case n < 0:
		return "−" + strconv.Itoa(-n)
	}
	return "0"
}

func (v *matterView) answers(caption, prefix string, values []string, n map[string]int) *Bars {
	b := &Bars{Caption: v.r.T(caption), Label: v.r.T("matterpage.answer"), Unit: v.r.T("matterpage.number"), Wordy: true}
	for _, x := range values {
		b.Bars = append(b.Bars, Bar{Label: v.r.T(prefix + x), Value: float64(n[x]), Text: v.r.T("matterpage.people", n[x])})
	}
	return b
}

// LookView is one look at the site with its readings.
type LookView struct {
	Title   string
	By      string
	When    string
	Verdict Tag
	Present string
	Note    string
	Photos  []Photo
	Rows    []LookRow
}

// LookRow is a check item with what was measured.
type LookRow struct {
	Text, Limits, Value, Note string
	Passed                    bool
}

// looks lists the looks at the site with their readings against the check items of the plan that held then.
func (v *matterView) looks() []LookView {
	r := v.r
	var out []LookView
	shots := v.shots()
	for _, i := range v.Inspections {
		l := LookView{Title: r.Lang.Enum("matter.inspection", i.Kind), By: v.person(i.By), When: v.moment(i.At), Present: i.Present, Note: i.Note,
			Verdict: Tag{Text: r.T("matterpage.passed"), Tone: "good"}}
		if !i.Passed {
			l.Verdict = Tag{Text: r.T("matterpage.failed"), Tone: "bad"}
		}
		if i.Kind == matter.InspectSelf {
			l.Verdict = Tag{Text: r.T("matterpage.own_reading")}
		}
		for n, p := range shots {
			if p.At == i.At && p.By == i.By {
				shown := matterPhoto(r, p)
				shown.Caption = photoSaid(itoa(n+1), shown.Caption)
				l.Photos = append(l.Photos, shown)
			}
		}
		var checks []matter.Check
		for _, p := range v.Plans {
			if p.Version == i.Plan {
				checks = p.Slots.Checks
			}
		}
		for _, x := range i.Readings {
			row := LookRow{Text: r.T("matterpage.as_promised"), Value: readingText(r, matter.Check{}, x.Value), Note: x.Note, Passed: x.Passed}
			if x.Check > 0 && int(x.Check) <= len(checks) {
				c := checks[x.Check-1]
				row.Text, row.Limits, row.Value = c.Text, checkLimits(c, r.Lang), readingText(r, c, x.Value)
			}
			l.Rows = append(l.Rows, row)
		}
		out = append(out, l)
	}
	return out
}

// shots are the photos of looks that say when they were taken, in that order.
func (v *matterView) shots() []matter.Photo {
	out := slices.DeleteFunc(slices.Clone(v.Photos), func(p matter.Photo) bool { return p.Taken == "" })
	slices.SortStableFunc(out, func(a, b matter.Photo) int { return cmp.Or(cmp.Compare(a.At, b.At), strings.Compare(a.Taken, b.Taken)) })
	return out
}

// extensions lists the requests for more time, newest first.
func (v *matterView) extensions() []Entry {
	r := v.r
	var out []Entry
	for i := len(v.Extensions) - 1; i >= 0; i-- {
		e := v.Extensions[i]
		n := Entry{At: e.AskedAt, Title: r.T("matterpage.extension", v.date(e.FromDay), v.date(e.ToDay)), Who: v.person(e.AskedBy), Text: e.Reason, Href: v.path("extension", itoa(e.N))}
		if e.Interim != "" {
			n.Text += "\n" + r.T("matterpage.interim", e.Interim)
		}
		word := r.Lang.Enum("matter.extension.state", e.State)
		if e.DecidedBy != "" {
			word = r.T("matterpage.decided_by", v.person(e.DecidedBy), v.day(e.DecidedAt)) + " · " + word
		}
		if e.Note != "" {
			word += " · " + e.Note
		}
		n.Text += "\n" + word
		if e.Late {
			n.Text += " · " + r.T("matterpage.more_late")
		}
		n.Tone = map[string]string{matter.Granted: "good", matter.Refused: "bad", matter.Asked: "warn"}[e.State]
		out = append(out, n)
	}
	return out
}

// timelineTones marks what matters most on a timeline, by event of the matter.
var timelineTones = map[string]string{
	matter.EventApprove: "good", matter.EventPass: "good", matter.EventClose: "good", matter.EventClaim: "good", matter.EventGrant: "good",
	matter.EventFail: "bad", matter.EventReopen: "bad", matter.EventRelapse: "bad", matter.EventDecline: "bad", matter.EventCancel: "bad",
	matter.EventRefuse: "bad", matter.EventPause: "warn", matter.EventReturnPlan: "warn", matter.EventReturnChange: "warn",
	matter.EventHeadBack: "warn", matter.EventFinanceBack: "warn", matter.EventTopBack: "warn", matter.EventCarry: "warn", matter.EventAskMore: "warn",
}

// assignmentFacts are the facts about assignments with the event whose name they show.
var assignmentFacts = map[string]string{
	"assigned": assignment.EventAssign, "reassigned": assignment.EventReassign, "signed": assignment.EventSign,
	"auto_signed": assignment.EventAutoSign, "returned": assignment.EventReturn, "adjudicated": assignment.EventAdjudicate,
}

// timeline lists what happened to the matter itself and to its assignment, newest first. What happened to voices and answers is
// not on it: their times could tell who said something.
func (v *matterView) timeline() []Entry {
	r := v.r
	var out []Entry
	for _, e := range v.Timeline {
		n := Entry{At: e.At, Who: v.person(e.Actor), Text: factText(e)}
		ev, ok := strings.CutPrefix(e.Kind, "matter.")
		given, _ := strings.CutPrefix(e.Kind, "assignment.")
		switch {
		case ok && ev == matter.EventAssign:
			continue // told by the assignment
		case ok && e.Subject == v.Matter.Ref():
			n.Title, n.Tone = r.Lang.Enum("matter.event", ev), timelineTones[ev]
			if ev == matter.EventReport {
				n.Title = v.reported(e, n.Title)
			}
		case e.Kind == duty.FactRung:
			f := factOf(e)
			n.Title, n.Tone = r.Lang.Enum("duty.rung", f.Rung), rungTones[f.Rung]
			if f.Duty != nil {
				n.Title += " · " + r.Lang.Enum("duty.kind", f.Duty.Kind)
			}
		case strings.HasPrefix(e.Kind, "order.") && e.To != supervise.Draft && e.To != supervise.Dropped:
			n.Title, n.Tone = r.Lang.Enum("supervise.event", strings.TrimPrefix(e.Kind, "order."))+" "+factOf(e).Number, "warn"
		case assignmentFacts[given] != "":
			n.Title = r.T(assignment.EventWord(assignmentFacts[given]))
			if lead := factOf(e).Lead; lead != "" {
				n.Title += " · " + v.unit(lead)
			}
		default:
			continue
		}
		if (ev == matter.EventReopen || ev == matter.EventRelapse) && !v.can(access.AcceptNotes) && e.Actor == "" {
			n.Text = "" // an employee's own words are the union's to read
		}
		if n.Who == "" && e.Class != "" && e.Class != "job" {
			n.Who = r.Lang.Enum("matterpage.actor", actorClass(e.Class))
		}
		out = append(out, n)
	}
	return v.withPhotos(out)
}

// actorClass is how the timeline names somebody whose name is not kept.
func actorClass(class string) string {
	if class == "job" {
		return class
	}
	return "employee"
}

func (v *matterView) reported(e event.Entry, title string) string {
	f := factOf(e)
	if p := v.PlanInForce(); p != nil && f.Step > 0 && int(f.Step) <= len(p.StepStates) {
		key := "matterpage.about_step"
		if f.Done {
			key = "matterpage.step_done"
		}
		return v.r.T(key, f.Step, p.StepStates[f.Step-1].Text)
	}
	return title
}

// withPhotos puts the pictures of the work at the reports with which they came.
func (v *matterView) withPhotos(all []Entry) []Entry {
	at := map[clock.Millis]int{}
	for i, e := range all {
		at[e.At] = i
	}
	for _, p := range v.Photos {
		if i, ok := at[p.At]; ok && p.Kind == matter.PhotoProgress {
			all[i].Photo = append(all[i].Photo, matterPhoto(v.r, p))
		}
	}
	return all
}

// fact is what the timeline reads of the data of a fact.
type fact struct {
	Text      string `json:"text"`
	Note      string `json:"note"`
	Reason    string `json:"reason"`
	Condition string `json:"condition"`
	Reply     string `json:"reply"`
	Basis     string `json:"basis"`
	Rule      string `json:"rule"`
	Step      int64  `json:"step"`
	Done      bool   `json:"done"`
	Lead      string `json:"lead"`
	In        *fact  `json:"in"`

	Number string    `json:"number"`
	Rung   duty.Rung `json:"rung"`
	Duty   *struct {
		Kind duty.Kind `json:"kind"`
	} `json:"duty"`
}

// rungTones mark the rungs of the ladder on a timeline.
var rungTones = map[duty.Rung]string{duty.RungRemind: "info", duty.RungNear: "info", duty.RungRed: "bad", duty.RungSponsor: "bad",
	duty.RungAgenda: "bad", duty.RungTalk: "bad", duty.RungCircular: "bad", duty.RungCall: "warn"}

func factOf(e event.Entry) fact {
	var f fact
	if e.Erased || json.Unmarshal(e.Data, &f) != nil {
		return fact{} // a fact of a kind without words
	}
	return f
}

func factText(e event.Entry) string {
	f := factOf(e)
	for _, g := range []*fact{&f, f.In} {
		if g == nil {
			continue
		}
		for _, s := range []string{g.Text, g.Note, g.Reason, g.Condition, g.Reply, g.Basis, g.Rule} {
			if s != "" {
				return s
			}
		}
	}
	return ""
}
