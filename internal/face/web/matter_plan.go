package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/drawer"
	"sanwen/internal/base/once"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/practice"
	"sanwen/internal/work/season"
)

// PlanEditPage is the form of the Five Determinations.
type PlanEditPage struct {
	Page
	Number, Name string
	Class        Tag
	Quick        bool   // owner and date alone
	Over         string // why nothing can be handed in now, or ""
	Form         *Form
	To           string
	Version      int64
	Conflict     *Conflict
	Panels       []Panel
	Draft        string // when the draft that is shown was kept
	Picks        Choice
	Checks       []PlanCheckRow
	Steps        []PlanStepRow
	Owner        Picker
	When         Choice // quick: the nearest working days
	Acceptors    []Picker
	Sponsor      Picker
	Source       Choice
	Fixed        string // the deadline, where only an extension moves it
	DueHint      string
	Needs        map[string]bool
	Hints        map[string]string // vague words, by slot
	Faults       map[string]string // of determinations as a whole
	Vague        string            // the words, for hints while typing
	More         bool              // the optional part is open
}

// PlanCheckRow is the row of one check item.
type PlanCheckRow struct {
	N                     int
	Text, Low, High, Unit Field
	Kind                  Choice
}

// PlanStepRow is the row of one measure.
type PlanStepRow struct {
	N         int
	Text, Day Field
}

// PlanGroup is what is wrong with one determination.
type PlanGroup struct {
	Label string
	Lines []SummaryLine
}

// Groups lists what is wrong by determination, in the order of the form.
func (p PlanEditPage) Groups() []PlanGroup {
	var out []PlanGroup
	at := map[string]int{}
	for _, l := range p.Form.Summary() {
		slot := slotOf(strings.TrimPrefix(l.Href, "#f-"))
		label := ""
		if slot != "" {
			label = p.Lang.Enum("matter.slot", slot)
		}
		i, ok := at[label]
		if !ok {
			i = len(out)
			at[label] = i
			out = append(out, PlanGroup{Label: label})
		}
		out[i].Lines = append(out[i].Lines, l)
	}
	return out
}

// slotOf is the determination to which a field of the form belongs.
func slotOf(field string) plan.Slot {
	head, _, _ := strings.Cut(field, ".")
	switch head {
	case "item", "standard", "owner", "deadline", "funds", "contingency", "sponsor", "assessment":
		return plan.Slot(head)
	case "checks", "pick", "qualitative", "after_photos":
		return plan.SlotStandard
	case "steps":
		return plan.SlotMeasures
	case "start", "when":
		return plan.SlotDeadline
	case "acceptors":
		return plan.SlotAcceptor
	}
	return ""
}

var planEditPage = Define[PlanEditPage]("matter/plan")

// planning is one request for the plan's form.
type planning struct {
	r        *Req
	f        *Form
	v        *matterView
	template plan.Template
	items    []org.CheckItem
	people   []ledger.Candidate
	numbers  map[string]string // employee number and name of persons, by id
	draft    *drawer.Kept
	begin    *matter.Slots // where it was adopted: the plan of the practice
	checks   int           // rows to show
	steps    int
	hints    map[plan.Slot][]string
	conflict *Conflict
	version  int64
}

// planRoom is how many people the list of owners offers.
const planRoom = 300

func (r *Req) openPlanning() (*planning, error) {
	p := &planning{r: r, numbers: map[string]string{}}
	err := r.Read(func(tx *db.Tx) (err error) {
		if p.v, err = r.viewMatter(tx); err != nil {
			return err
		}
		if err := r.Person.May(tx, access.MatterPlan, p.v.Thing); err != nil {
			return err
		}
		if p.template, err = matter.TemplateFor(tx, p.v.Matter.Class); err != nil {
			return err
		}
		if p.v.place != nil {
			if p.items, err = org.CheckItems(tx, p.v.place.Kind); err != nil {
				return err
			}
		}
		if p.people, err = ledger.Candidates(tx, p.v.Matter.LeadPath, planRoom); err != nil {
			return err
		}
		if p.draft, err = drawer.Get(tx, r.Person, drawer.Draft, p.v.path("plan")); err != nil {
			return err
		}
		planFor := season.PlanFor
		if p.v.adopted != nil {
			planFor = practice.PlanFor
		}
		s, ok, err := planFor(tx, p.v.Matter.ID)
		if ok {
			p.begin = &s
		}
		if err != nil {
			return err
		}
		return p.nameAll(tx)
	})
	p.version = p.v.versionOr()
	return p, err
}

func (v *matterView) versionOr() int64 {
	if v == nil {
		return 0
	}
	return v.Matter.Version
}

// nameAll reads the employee numbers of the people in the newest version.
func (p *planning) nameAll(tx *db.Tx) error {
	var s matter.Slots
	switch {
	case len(p.v.Plans) > 0:
		s = p.v.Plans[0].Slots
	case p.begin != nil:
		s = *p.begin
	}
	for _, id := range append([]string{s.Owner, s.Sponsor}, s.Acceptors...) {
		if id == "" {
			continue
		}
		x, err := org.PersonByID(tx, id)
		if err != nil {
			return err
		}
		p.numbers[id] = personText(x)
	}
	return nil
}

// closed says why no plan can be handed in now, or "".
func (p *planning) closed() string {
	if p.v.May(matter.EventSubmitPlan) || p.v.May(matter.EventStartQuick) {
		return ""
	}
	return p.r.T("matterpage.plan_closed", p.r.Lang.Enum("matter.state", p.v.Matter.State))
}

func (p *planning) quick() bool {
	return p.v.Matter.Class == matter.Quick && p.v.Matter.State == matter.Assigned
}

// editPlan shows the form with the draft, the newest version, or what the matter says.
func editPlan(r *Req) error {
	p, err := r.openPlanning()
	if err != nil {
		return err
	}
	if why := p.closed(); why != "" {
		return fault.New(fault.Conflict, "cycle.refused", p.v.Matter.State, "plan")
	}
	p.f = r.Blank()
	var slots matter.Slots
	switch {
	case p.draft != nil:
		values, err := url.ParseQuery(p.draft.Body)
		if err != nil {
			return err
		}
		for name, all := range values {
			p.f.values[name] = all
		}
		slots = p.read()
		p.f.faults = nil // a draft may be as unfinished as it likes
	case len(p.v.Plans) > 0:
		slots = p.v.Plans[0].Slots
		p.fill(slots)
	default:
		slots = matter.Slots{Item: p.v.Matter.Title}
		if p.begin != nil {
			slots = *p.begin
		}
		p.fill(slots)
		if p.quick() {
			p.f.Set("when", string(p.v.cal.NextWorkday(p.v.today)))
			if slices.ContainsFunc(p.people, func(c ledger.Candidate) bool { return c.ID == r.Person.ID }) {
				p.f.Set("owner", p.me())
			}
		}
	}
	p.hints = plan.Hinted(slots)
	return p.render()
}

func (p *planning) me() string {
	for _, c := range p.people {
		if c.ID == p.r.Person.ID {
			return c.Name + " · " + c.EmployeeNo
		}
	}
	return ""
}

// savePlan hands the plan in, puts it aside, or adds rows, as the button says.
func savePlan(r *Req) error {
	f := r.Form()
	p, err := r.openPlanning()
	if err != nil {
		return err
	}
	p.f, p.version = f, f.Version()
	act := f.Value("act")
	if act == "discard" {
		return p.discard()
	}
	moved := p.moveStep(act)
	slots := p.read()
	p.hints = plan.Hinted(slots)
	if moved {
		f.faults = nil
		return p.render()
	}
	switch act {
	case "draft":
		return p.keep()
	case "checks", "steps":
		if act == "checks" {
			p.checks += 3
		} else {
			p.steps += 3
		}
		f.faults = nil
		return p.render()
	}
	if p.closed() != "" { // somebody was quicker: nothing that was typed is lost
		p.clash(slots)
		return p.render()
	}
	err = f.Err()
	if err == nil {
		in := matter.SubmitPlan{Matter: p.v.Matter.ID, Version: p.version, Plan: slots}
		err = r.Write(func(tx *db.Tx) error {
			_, _, err := once.Do(tx, "matter:"+r.Person.ID, f.Key, f.Body(), func() (string, error) {
				if err := in.Do(tx, r.Person); err != nil {
					return "", err
				}
				return "", drawer.Drop{Kind: drawer.Draft, Name: p.v.path("plan")}.Do(tx, r.Person)
			})
			return err
		})
	}
	switch {
	case err == nil:
		r.Toast("matterpage.toast_plan")
		return r.Redirect(p.v.path())
	case f.Take(err):
		return p.render()
	case outdated(err):
		p.clash(slots)
		return p.render()
	}
	return err
}

// keep puts the form aside as it is.
func (p *planning) keep() error {
	body := url.Values{}
	for name, all := range p.f.values {
		if name != tokenField && name != "act" && name != "version" {
			body[name] = all
		}
	}
	err := p.r.Write(func(tx *db.Tx) error {
		return drawer.Put{Kind: drawer.Draft, Name: p.v.path("plan"), Title: p.v.Matter.Number, Body: body.Encode()}.Do(tx, p.r.Person)
	})
	if p.f.Take(err) {
		return p.render()
	}
	if err != nil {
		return err
	}
	p.r.Toast("matterpage.toast_draft")
	return p.r.Redirect(p.v.path("plan"))
}

func (p *planning) discard() error {
	err := p.r.Write(func(tx *db.Tx) error {
		return drawer.Drop{Kind: drawer.Draft, Name: p.v.path("plan")}.Do(tx, p.r.Person)
	})
	if err != nil {
		return err
	}
	return p.r.Redirect(p.v.path("plan"))
}

// clash shows what was typed beside what somebody else has handed in meanwhile.
func (p *planning) clash(mine matter.Slots) {
	var theirs matter.Plan
	if len(p.v.Plans) > 0 {
		theirs = p.v.Plans[0]
	}
	ids := append([]string{mine.Owner, mine.Sponsor}, mine.Acceptors...)
	p.r.Read(func(tx *db.Tx) error { // names are for showing only
		names, err := ledger.Names(tx, ids)
		for id, name := range names {
			p.v.Names[id] = name
		}
		return err
	})
	own := matter.Plan{Version: -1, Slots: mine, StepStates: plan.Carry(nil, mine.Steps), OwnerName: p.f.Value("owner")}
	p.conflict = p.v.conflictBy(append([]ConflictRow{{Label: p.r.T("matterpage.state"), Yours: "", Theirs: p.r.Lang.Enum("matter.state", p.v.Matter.State)}},
		p.v.changes(own, theirs)...))
	p.version = p.v.Matter.Version
	p.r.Status(http.StatusConflict)
}
