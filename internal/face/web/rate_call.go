package web

import (
	"strconv"
	"strings"

	"sanwen/internal/base/once"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/accept"
)

var (
	calleeList = Define[AdminListPage]("rate/calls")
	calleeForm = Define[AdminFormPage]("rate/call")
)

const calleesPath = "/accept/calls"

// listCallees shows who is asked whether it is solved and does not sign in: the union office calls or goes to see them.
func listCallees(r *Req) error {
	if _, err := r.List(ListSpec{}); err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("call.title"), Shape: Staff}, Tabs: r.callTabs(calleesPath), Lede: r.T("call.lede")}
	err := r.Read(func(tx *db.Tx) error {
		all, more, err := accept.Callees(tx, r.Person)
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		if more {
			page.Panels = append(page.Panels, Panel{Tone: "info", Text: r.T("call.more", len(all))})
		}
		t := Table{Caption: r.T("call.title"), Keys: true, Columns: []Column{{Label: r.T("call.f.person"), Whole: true}, {Label: r.T("call.f.phone"), Whole: true}, {Label: r.T("call.f.unit"), Minor: true},
			{Label: r.T("call.f.matter")}, {Label: r.T("call.f.until"), Whole: true}, {Label: r.T("call.f.last")}},
			Empty: Empty{Kind: "nothing", Title: r.T("call.none"), Text: r.T("call.none_text")}}
		for _, x := range all {
			last := Cell{}
			if x.Tries > 0 {
				last.Text = r.T("call.tried", x.Tries, r.T("accept.call."+x.Last))
			}
			t.Add(r.Link(calleesPath+"/"+x.Invitation), Cell{Text: x.Name}, Cell{Text: r.phone(x.Phone, "call.in_person")}, Cell{Text: tree.Name(x.Unit, r.Lang)}, Cell{Text: x.Number + " " + x.Title},
				Cell{Text: r.Lang.Date(x.Until, r.Zone)}, last)
		}
		page.Tables = []Table{t}
		return nil
	})
	if err != nil {
		return err
	}
	return calleeList.Render(r, page)
}

// phone is a telephone number, or what is said where there is none.
func (r *Req) phone(number, none string) string {
	if number == "" {
		return r.T(none)
	}
	return number
}

// callCallee is the page of one call: whom, with which number, what to ask; and takes what came of it.
func callCallee(r *Req) error {
	id := r.Param("invitation")
	f, done, err := r.calledForm(id)
	if err != nil || done {
		return err
	}
	page := AdminFormPage{Page: Page{Title: r.T("call.one"), Shape: Staff, Back: calleesPath}, Form: f, To: calleesPath + "/" + id, Submit: r.T("call.do.save")}
	err = r.Read(func(tx *db.Tx) error {
		x, a, err := accept.CalleeFor(tx, r.Person, id)
		if err != nil {
			return err
		}
		if a.Used {
			return fault.New(fault.Conflict, "accept.used")
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		number := Fact{Label: r.T("call.f.phone"), Value: r.phone(x.Phone, "call.no_phone")}
		if x.Phone != "" {
			number.Href = "tel:" + strings.NewReplacer(" ", "", "-", "").Replace(x.Phone)
		}
		page.Facts = []Fact{{Label: r.T("call.f.person"), Value: x.Name + " " + x.EmployeeNo, Note: r.T("accept.why." + x.Why)}, {Label: r.T("call.f.unit"), Value: tree.Name(x.Unit, r.Lang)}, number,
			{Label: r.T("call.f.matter"), Value: x.Number + " " + x.Title, Href: r.Link("/matter/" + x.Number)}}
		if a.Said != "" {
			page.Facts = append(page.Facts, Fact{Label: r.T("call.f.said"), Value: a.Said})
		}
		page.Facts = append(page.Facts, Fact{Label: r.T("call.f.until"), Value: r.Lang.Date(x.Until, r.Zone)})
		if x.Tries > 0 {
			page.Facts = append(page.Facts, Fact{Label: r.T("call.f.last"), Value: r.T("call.tried", x.Tries, r.T("accept.call."+x.Last))})
		}
		question := a.Question
		if question == "" {
			question = r.T(accept.WordQuestion)
		}
		var grades []Option
		for n := accept.Grades; n >= 1; n-- {
			grades = append(grades, Option{Value: strconv.Itoa(n), Text: r.T(accept.WordGrade + strconv.Itoa(n))})
		}
		page.Lede = r.T("call.say")
		page.Parts = []Part{radiosPart(f.Choose("outcome", "call.f.outcome", r.options("accept.call.", accept.Outcomes()))),
			headPart(r.T("call.answers")),
			radiosPart(f.Ask("fact", question, r.options(accept.WordFact, accept.Facts())).May()),
			radiosPart(f.Choose("result", "rate.result", r.options(accept.WordResult, accept.Results())).May()),
			radiosPart(f.Choose("grade", "rate.grade", grades).May())}
		if a.Sense != "" {
			page.Parts = append(page.Parts, radiosPart(f.Ask("lift", r.T("accept.lift.ask", r.T("accept.sense."+a.Sense)), r.options("accept.lift.", accept.Lifts())).May()))
		}
		page.Parts = append(page.Parts,
			fieldPart(f.Field("note", "rate.note").Area(2).Limit(accept.MaxNote).May().Hint("rate.note_hint")),
			tickPart(f.Tick("pressed", "rate.pressed").Hint("rate.pressed_hint")),
			headPart(r.T("call.about")),
			fieldPart(f.Field("remark", "call.f.remark").Limit(accept.MaxCallNote).May()))
		return nil
	})
	if err != nil {
		return err
	}
	return calleeForm.Render(r, page)
}

// calledForm is the form of a call: as it is before it was sent, or as it was refused at a field. Where it was taken, done is true.
func (r *Req) calledForm(id string) (f *Form, done bool, err error) {
	if !r.Posted() {
		return r.Blank(), false, nil
	}
	f = r.Form()
	in := accept.Call{Invitation: id, Outcome: f.Choice("outcome", accept.Outcomes()...), Note: f.Text("remark", 0, accept.MaxCallNote),
		Answer: accept.Answer{Fact: f.Maybe("fact", accept.Facts()...), Result: f.Maybe("result", accept.Results()...), Lift: f.Maybe("lift", accept.Lifts()...), Note: f.Text("note", 0, accept.MaxNote),
			Pressed: f.Ticked("pressed")}}
	if g := f.Value("grade"); g != "" {
		in.Answer.Grade = f.Int("grade", 1, accept.Grades)
	}
	if err = f.Err(); err == nil {
		err = r.Write(func(tx *db.Tx) error {
			_, _, err := once.Do(tx, "call "+r.Person.ID+" "+id, f.Key, f.Body(), func() (string, error) { return "", in.Do(tx, r.Person) })
			return err
		}, db.Coarse) // as an answer that nobody takes down: nothing tells when
	}
	if err == nil {
		r.Toast("call.toast." + in.Outcome)
		return f, true, r.Redirect(calleesPath)
	}
	if f.Take(err) {
		err = nil
	}
	return f, false, err
}
