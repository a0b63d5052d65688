package web

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/supervise"
)

// OrderPage is a supervision order as it is printed, with what the reader can do to it.
type OrderPage struct {
	Page
	Number  string
	State   Tag
	Late    *Tag
	Actions []Link
	Receive *Button
	Rows    []Fact
	Chain   *Table // the orders before and after it
}

var (
	orderPage     = Define[OrderPage]("supervise/order")
	superviseList = Define[AdminListPage]("supervise/list")
	superviseForm = Define[OrderFormPage]("supervise/form")
	superviseDesk = Define[SuperviseDeskPage]("supervise/desk")
)

// OrderFormPage is a form of supervision; one that signs a letter shows the letter first.
type OrderFormPage struct {
	AdminFormPage
	Look    bool // it signs a letter, which can be looked at before
	Preview *LetterSheet
	Fired   *Panel // a rung was fired while the form was open
}

// orderView is an order with the names that its pages show.
type orderView struct {
	r     *Req
	o     supervise.Order
	thing access.Thing
	tree  *org.Tree
	names map[string]string
	chain []supervise.Order

	letter bool
}

func (r *Req) viewOrder(tx *db.Tx) (*orderView, error) {
	v := &orderView{r: r}
	var err error
	if v.o, v.thing, err = supervise.See(tx, r.Person, r.Param("order")); err != nil {
		return nil, err
	}
	if v.chain, err = supervise.Chain(tx, v.o); err != nil {
		return nil, err
	}
	if v.o.N > 0 {
		l, err := supervise.LetterOf(tx, v.o.ID)
		if err != nil && fault.KindOf(err) != fault.NotFound { // orders of before there were letters have none
			return nil, err
		}
		v.letter = l.Hash != ""
	}
	if v.names, err = ledger.Names(tx, unique([]string{v.o.Signer, v.o.ReceivedBy, v.o.RepliedBy, v.o.EndedBy})); err != nil {
		return nil, err
	}
	v.tree, err = org.TreeOf(tx)
	return v, err
}

func (v *orderView) path(do string) string {
	p := "/order/" + v.o.ID
	if do != "" {
		p += "/" + do
	}
	return v.r.Link(p)
}

// title is what the order is called: its number, or that it is a draft.
func (v *orderView) title() string {
	if v.o.Number == "" {
		return v.r.T("supervise.draft_of", v.o.SubjectNo)
	}
	return v.r.T("supervise.order_of", v.o.Number)
}

func orderTone(state string) string {
	return map[string]string{supervise.Draft: "info", supervise.Issued: "warn", supervise.Received: "warn", supervise.Replied: "info", supervise.Closed: "good"}[state]
}

// showOrder shows an order.
func showOrder(r *Req) error {
	var v *orderView
	if err := r.Read(func(tx *db.Tx) (err error) { v, err = r.viewOrder(tx); return err }); err != nil {
		return err
	}
	page := OrderPage{Page: Page{Title: v.title(), Shape: Staff, Back: "/orders"}, Number: v.o.SubjectNo, Rows: v.rows(),
		State: Tag{Text: r.Lang.Enum("supervise.state", v.o.State), Tone: orderTone(v.o.State)}}
	if v.o.Late(clock.MillisOf(r.Now())) {
		page.Late = &Tag{Text: r.T("supervise.late"), Tone: "bad"}
	}
	for _, do := range orderForms {
		if do.may(v) {
			page.Actions = append(page.Actions, Link{Text: r.T("supervise.do." + do.name), Href: v.path(do.name), Tone: do.tone})
		}
	}
	if v.letter {
		page.Actions = append(page.Actions, Link{Text: r.T("supervise.letter"), Href: v.path("letter")})
	}
	if supervise.Cycle.Can(v.o.State, supervise.EventReceive) && r.Person.Can(access.OrderReceive, v.thing) {
		page.Receive = &Button{Text: r.T("supervise.do.receive"), To: v.path("receive"), Form: r.Blank()}
	}
	if len(v.chain) > 1 {
		t := Table{Caption: r.T("supervise.chain"), Columns: []Column{{Label: r.T("supervise.number")}, {Label: r.T("supervise.round")}, {Label: r.T("supervise.f.state")}}}
		for _, o := range v.chain {
			t.Add(r.Link("/order/"+o.ID), Cell{Text: o.Number}, Cell{Text: itoa(o.Round)}, Cell{Tag: &Tag{Text: r.Lang.Enum("supervise.state", o.State), Tone: orderTone(o.State)}})
		}
		page.Chain = &t
	}
	return orderPage.Render(r, page)
}

// rows are the lines of the customary order, those that are filled.
func (v *orderView) rows() []Fact {
	r, o := v.r, v.o
	var out []Fact
	add := func(label, value string) {
		if value != "" {
			out = append(out, Fact{Label: r.T(label), Value: value})
		}
	}
	when := func(m clock.Millis) string {
		if m == 0 {
			return ""
		}
		return r.Lang.DateTime(m, r.Zone)
	}
	date := func(d clock.Day) string {
		if d == "" {
			return ""
		}
		return r.Lang.Date(d, r.Zone)
	}
	signed := func(person string, at clock.Millis) string {
		return strings.Trim(v.names[person]+" · "+when(at), " ·")
	}
	add("supervise.number", o.Number)
	add("supervise.issued_at", when(o.IssuedAt))
	add("supervise.grade", r.Lang.Enum("supervise.color", o.Grade))
	add("supervise.f.title", o.Title)
	basis := r.Lang.Enum("supervise.basis", o.Basis)
	if o.BasisText != "" {
		basis += ": " + o.BasisText
	}
	add("supervise.f.basis", basis)
	if o.SubjectNo != "" {
		f := Fact{Label: r.T("supervise.subject_no"), Value: o.SubjectNo}
		switch o.SubjectKind {
		case "matter":
			f.Href = r.Link("/matter/" + o.SubjectNo)
		case "voice":
			if r.Person.Can(access.VoiceSee, v.thing) {
				f.Href = r.Link("/voice/" + o.SubjectID)
			}
		}
		out = append(out, f)
	}
	add("supervise.f.unit", v.tree.Name(o.Unit, r.Lang))
	add("supervise.f.demand", o.Demand)
	add("supervise.due0", date(o.Due0))
	add("supervise.f.due", date(o.Due))
	add("supervise.signer", v.names[o.Signer])
	add("supervise.received", signed(o.ReceivedBy, o.ReceivedAt))
	add("supervise.reply_due", when(o.ReplyDue))
	add("supervise.f.cause", o.Cause)
	add("supervise.f.measures", o.Measures)
	add("supervise.f.promised", date(o.Promised))
	add("supervise.head_signed", signed(o.RepliedBy, o.RepliedAt))
	add("supervise.f.opinion", o.Opinion)
	add("supervise.ended", signed(o.EndedBy, o.EndedAt))
	return out
}

// orderForm is one action on an order that is written in a form.
type orderForm struct {
	name, event string
	action      access.Action
	tone        string
	parts       func(*orderView, *Form) []Part
	read        func(*orderView, *Form) doer
}

func (do orderForm) may(v *orderView) bool {
	state := v.o.State
	if do.event == supervise.EventReply && state == supervise.Issued { // answering receives it
		state = supervise.Received
	}
	return supervise.Cycle.Can(state, do.event) && v.r.Person.Can(do.action, v.thing)
}

var orderForms = []orderForm{
	{name: "issue", event: supervise.EventIssue, action: access.OrderIssue, tone: "primary", parts: termParts,
		read: func(v *orderView, f *Form) doer {
			return supervise.Issue{Order: v.o.ID, Version: f.Version(), Terms: termsOf(f)}
		}},
	{name: "reply", event: supervise.EventReply, action: access.OrderReply, tone: "primary",
		parts: func(v *orderView, f *Form) []Part {
			return []Part{fieldPart(f.Field("cause", "supervise.f.cause").Area(3).Limit(supervise.MaxText)), fieldPart(f.Field("measures", "supervise.f.measures").Area(3).Limit(supervise.MaxText)),
				fieldPart(f.Field("promised", "supervise.f.promised").As("date").Hint("supervise.sign_hint"))}
		},
		read: func(v *orderView, f *Form) doer {
			return supervise.Reply{Order: v.o.ID, Version: f.Version(), Cause: f.Text("cause", 0, supervise.MaxText), Measures: f.Text("measures", 0, supervise.MaxText), Promised: f.Day("promised", true)}
		}},
	{name: "close", event: supervise.EventClose, action: access.OrderClose, tone: "primary",
		parts: func(v *orderView, f *Form) []Part {
			return []Part{fieldPart(f.Field("opinion", "supervise.f.opinion").Area(3).Limit(supervise.MaxText))}
		},
		read: func(v *orderView, f *Form) doer {
			return supervise.Close{Order: v.o.ID, Version: f.Version(), Opinion: f.Text("opinion", 0, supervise.MaxText)}
		}},
	{name: "press", event: supervise.EventPress, action: access.OrderIssue, parts: termParts,
		read: func(v *orderView, f *Form) doer {
			return supervise.Press{Order: v.o.ID, Version: f.Version(), Terms: termsOf(f)}
		}},
	{name: "withdraw", event: supervise.EventWithdraw, action: access.OrderIssue, tone: "danger", parts: noteParts,
		read: func(v *orderView, f *Form) doer {
			return supervise.Withdraw{Order: v.o.ID, Version: f.Version(), Note: f.Text("note", 0, supervise.MaxNote)}
		}},
	{name: "drop", event: supervise.EventDrop, action: access.OrderIssue, tone: "danger", parts: noteParts,
		read: func(v *orderView, f *Form) doer {
			return supervise.Drop{Order: v.o.ID, Version: f.Version(), Note: f.Text("note", 0, supervise.MaxNote)}
		}},
}

func noteParts(v *orderView, f *Form) []Part {
	return []Part{fieldPart(f.Field("note", "supervise.f.note").Area(2).Limit(supervise.MaxNote))}
}

// termParts ask for what an order says, filled in with what is known.
func termParts(v *orderView, f *Form) []Part {
	if !v.r.Posted() {
		f.Set("title", v.o.Title)
		f.Set("basis", v.o.Basis)
		f.Set("basis_text", v.o.BasisText)
		f.Set("grade", string(v.o.Grade))
		f.Set("demand", v.o.Demand)
		if v.o.Demand == "" {
			f.Set("demand", v.r.T("supervise.demand_usual"))
		}
	}
	return termFields(v.r, f)
}

func termFields(r *Req, f *Form) []Part {
	return []Part{fieldPart(f.Field("title", "supervise.f.title").Limit(supervise.MaxTitle)),
		radiosPart(f.Choose("grade", "supervise.grade", options(r.Lang, "supervise.color", supervise.Grades()))),
		radiosPart(f.Choose("basis", "supervise.f.basis", options(r.Lang, "supervise.basis", supervise.Bases()))),
		fieldPart(f.Field("basis_text", "supervise.basis_text").Limit(supervise.MaxNote).May().Hint("supervise.basis_hint")),
		fieldPart(f.Field("demand", "supervise.f.demand").Area(4).Limit(supervise.MaxText)),
		fieldPart(f.Field("due", "supervise.f.due").As("date").Hint("matterpage.workday_hint"))}
}

func termsOf(f *Form) supervise.Terms {
	return supervise.Terms{Grade: duty.Color(f.one("grade")), Basis: f.one("basis"), BasisText: f.Line("basis_text", 0, supervise.MaxNote),
		Title: f.Line("title", 0, supervise.MaxTitle), Demand: f.Text("demand", 0, supervise.MaxText), Due: f.Day("due", true)}
}

// orderDo shows and takes the form of an action on an order. Receiving has no form: it is one button on the order.
func orderDo(r *Req) error {
	var v *orderView
	var do orderForm
	err := r.Read(func(tx *db.Tx) (err error) {
		if v, err = r.viewOrder(tx); err != nil {
			return err
		}
		for _, x := range orderForms {
			if x.name == r.Param("do") {
				do = x
				return r.Person.May(tx, x.action, v.thing)
			}
		}
		if r.Posted() && r.Param("do") == "receive" {
			return r.Person.May(tx, access.OrderReceive, v.thing)
		}
		return fault.New(fault.NotFound, "access.unknown")
	})
	if err != nil {
		return err
	}
	if do.name == "" {
		f := r.Form()
		if err := r.save(f, func(tx *db.Tx) error { return supervise.Receive{Order: v.o.ID}.Do(tx, r.Person) }); err != nil {
			return err
		}
		r.Toast("supervise.toast_receive")
		return r.Redirect("/order/" + v.o.ID)
	}
	if !do.may(v) {
		return fault.New(fault.Conflict, "cycle.refused", v.o.State, do.event)
	}
	var f *Form
	var preview *LetterSheet
	var fired *Panel
	if r.Posted() {
		f = r.Form()
		in := do.read(v, f)
		fired, err = r.firedMeanwhile(f, v.o.Subject())
		if err != nil {
			return err
		}
		if fired != nil {
			err = nil
		} else if f.Value("look") != "" {
			preview, err = r.letterPreview(f, in)
		} else {
			err = r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
		}
		if err == nil && preview == nil && fired == nil {
			r.Toast("supervise.toast_" + do.name)
			return r.Redirect("/order/" + v.o.ID)
		}
		if err != nil && !f.Take(err) {
			return err
		}
	} else {
		f = r.Blank("version", itoa(v.o.Version), "seen", itoa(int64(clock.MillisOf(r.Now()))))
	}
	page := AdminFormPage{Page: Page{Title: r.T("supervise.do." + do.name), Shape: Staff, Back: "/order/" + v.o.ID}, Lede: r.T("supervise.lede." + do.name),
		Form: f, To: "/order/" + v.o.ID + "/" + do.name, Submit: r.T("supervise.do." + do.name), Danger: do.tone == "danger", Parts: do.parts(v, f), Keep: []string{"seen"}}
	for _, row := range v.rows() {
		if row.Href == "" {
			page.Facts = append(page.Facts, row)
		}
	}
	return superviseForm.Render(r, OrderFormPage{AdminFormPage: page, Look: do.name == "issue" || do.name == "press", Preview: preview, Fired: fired})
}

// newOrder shows and takes the form of an order that the ladder has not drafted.
func newOrder(r *Req) error {
	var tree *org.Tree
	err := r.Read(func(tx *db.Tx) (err error) {
		tx.Asked() // the gate of the route has
		tree, err = org.TreeOf(tx)
		return err
	})
	if err != nil {
		return err
	}
	var f *Form
	var preview *LetterSheet
	if r.Posted() {
		f = r.Form()
		in := supervise.Issue{Unit: f.Unit("unit", org.Department, org.Plant), Matter: strings.TrimSpace(f.one("matter")), Terms: termsOf(f)}
		if f.Value("look") != "" {
			preview, err = r.letterPreview(f, in)
		} else {
			err = r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
		}
		if err == nil && preview == nil {
			r.Toast("supervise.toast_issue")
			return r.Redirect("/orders")
		}
		if e := fault.Of(err); e != nil && e.Kind == fault.NotFound && in.Matter != "" {
			err = fault.Field("matter", e.Key, e.Args...)
		}
		if err != nil && !f.Take(err) {
			return err
		}
	} else {
		f = r.Blank("grade", string(duty.Yellow), "basis", supervise.BasisInstruction, "matter", r.Query("matter"), "demand", r.T("supervise.demand_usual"))
	}
	parts := []Part{pickPart(f.PickUnit("unit", "supervise.f.unit", r.UnitsOf(tree, org.Department, org.Plant)).May().Hint("supervise.unit_hint")),
		fieldPart(f.Field("matter", "supervise.matter_no").May())}
	return superviseForm.Render(r, OrderFormPage{AdminFormPage: AdminFormPage{Page: Page{Title: r.T("supervise.do.new"), Shape: Staff, Back: "/orders"}, Lede: r.T("supervise.lede.issue"), Form: f,
		To: "/orders/new", Submit: r.T("supervise.do.issue"), Parts: append(parts, termFields(r, f)...)}, Look: true, Preview: preview})
}
