package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/supervise"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
)

// DeptPage is a voice for the unit that has it, and for whoever may only read it: the redacted words and what comes next.
type DeptPage struct {
	Page
	ID, Number string
	Tags       []Tag
	Light      *Light
	Facts      []Fact
	Text       string
	Photos     []Photo
	Thread     []Message
	Notice     *Panel
	Form       *Form
	Called     bool  // this reader is called by the duty roster
	Sign       *Sign // to sign for it or give it back
	Answer     *DeptAnswer
	Note       bool
	Told       string // when the author of an anonymous voice reads what is said to him here, or ""
	Exclude    *Link  // to ask that it be left out of the count
}

var deptPage = Define[DeptPage]("dept/voice")

// Sign is what a unit does first: take it, or say by which rule it is not its own.
type Sign struct {
	Version  int64
	Due      string
	Proposed Choice
	Last     bool // one more return goes to the supervisor
}

// DeptAnswer is the form of the answer.
type DeptAnswer struct {
	Version int
	Results Choice
	Level   string // what the unit should know about the level
}

func (r *Req) fillDept(tx *db.Tx, s seen, f *Form, notice *Panel) (*DeptPage, error) {
	v := s.Voice
	page := &DeptPage{Page: Page{Title: r.headOf(s), Shape: Staff, Back: r.deskPath()}, ID: v.ID, Number: v.Number,
		Tags: r.voiceTags(rowOf(v)), Text: s.Text, Photos: r.voicePhotos(v.ID, s.Photos), Thread: r.thread(s), Form: f, Notice: notice}
	page.Called = v.CalledAt != 0 && v.Officer == r.Person.ID
	var err error
	if page.Light, page.Facts, err = r.voiceFacts(tx, s); err != nil {
		return nil, err
	}
	most, err := org.Int(tx, org.ReturnsMax)
	if err != nil {
		return nil, err
	}
	page.Sign = r.signing(s, f, most)
	if core.Has(s.Events, core.EvAnswer) {
		results := []Option{}
		for _, x := range voice.Results() {
			results = append(results, Option{Value: x, Text: r.T("voice.result." + x)})
		}
		page.Answer = &DeptAnswer{Version: v.Version, Results: f.Choose("result", "triage.result", results), Level: r.T("dept.level." + string(v.Level))}
		if s.Release != nil {
			page.Answer.Level += " " + r.T("dept.shown", r.Lang.DateTime(s.Release.Next, r.Zone))
		}
		sample := r.T("triage.sample.answer")
		if f.Value("say") == "" {
			f.Set("say", sample)
		}
	}
	page.Told = r.told(s)
	page.Note = r.Person.Can(access.VoiceReply, s.Thing) && !voice.Cycle.Over(v.State) && v.State != voice.Answered
	if _, err := supervise.MayExclude(tx, r.Person, v.ID); err == nil {
		page.Exclude = &Link{Text: r.T("supervise.do.exclude"), Href: r.Link(voicePath(v.ID) + "/exclude")}
	}
	return page, nil
}

func (r *Req) signing(s seen, f *Form, most int) *Sign {
	a := s.Assignment
	if a == nil || a.State != assignment.Assigned || !core.Has(s.Events, core.EvSign) {
		return nil
	}
	var units []Option
	for _, u := range s.names.tree.OfKind(org.Plant, org.Department) {
		o := Option{Value: u.Code, Text: u.Name(r.Lang)}
		switch {
		case u.Code == a.Lead:
			continue
		case core.Recused(u.Path, s.Thing.NamedUnits):
			continue // why is not for this unit to know
		}
		units = append(units, o)
	}
	return &Sign{Version: a.Version, Due: r.Lang.DateTime(a.SignDue, r.Zone), Proposed: f.Choose("proposed", "dept.proposed", units), Last: int(a.Returns)+1 >= most}
}

// signVoice says that the unit takes it.
func signVoice(r *Req) error {
	f, id := r.Form(), r.Param("id")
	in := assignment.Sign{Subject: voice.Voice{ID: id}.Ref(), Version: f.Version()}
	to := voicePath(id)
	if f.Value("from") == "desk" {
		to = "/desk"
	}
	return r.act(f, nil, "dept.toast_signed", to, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
}

// returnVoice gives it back with the rule and the unit that should have it.
func returnVoice(r *Req) error {
	f, id := r.Form(), r.Param("id")
	in := assignment.Return{Subject: voice.Voice{ID: id}.Ref(), Rule: f.Line("rule", 2, assignment.MaxRule), Proposed: f.one("proposed"),
		Note: f.Text("return_note", 0, assignment.MaxNote), Version: f.Version()}
	return r.act(f, map[string]string{"note": "return_note"}, "dept.toast_returned", r.deskPath(), func(tx *db.Tx) error { return in.Do(tx, r.Person) })
}

// answerVoice is the unit's answer to the submitter.
func answerVoice(r *Req) error {
	f, id := r.Form(), r.Param("id")
	say := f.Text("say", 1, core.MaxReply)
	gaps(f, "say", say)
	in := voice.AnswerAssigned{Voice: id, Version: int(f.Version()), Reply: f.reply(say)}
	return r.act(f, map[string]string{"reply": "say", "rule": "rule_said"}, "dept.toast_answered", r.deskPath(), func(tx *db.Tx) error { return in.Do(tx, r.Person) })
}

// deskPath is where somebody goes on who has done what he owed.
func (r *Req) deskPath() string {
	if r.Local("/desk") {
		return "/desk"
	}
	return "/account"
}
