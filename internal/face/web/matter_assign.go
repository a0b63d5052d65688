package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
)

var assignForm = &matterForm{
	name: "assign", title: "matterpage.act.assign", lede: "matterpage.assign_lede", button: "matterpage.assign_do", toast: "matterpage.toast_assigned",
	assignment: true,
	ready:      func(v *matterView) bool { return v.Matter.State == matter.Proposed },
	prepare:    proposeUnits,
	fields: func(b *doing) {
		b.unitFields(b.any.(assignment.Proposal))
		b.text("note", "matterpage.note", 3, assignment.MaxNote, true)
	},
	read: func(b *doing) doer {
		p := b.any.(assignment.Proposal)
		lead, co := b.leadAndCo()
		in := assignment.Assign{Subject: b.v.Matter.Ref(), Lead: lead, Co: co, Note: b.held("note"), Version: b.f.Version()}
		if in.Lead == p.Lead {
			in.Rule = p.Rule
		}
		return in
	},
}

// proposeUnits asks the responsibility catalogue.
func proposeUnits(b *doing, tx *db.Tx) error {
	p, err := assignment.Propose(tx, b.v.Matter.Category, b.v.Matter.Place, b.v.Thing.NamedUnits)
	b.any = p
	return err
}

// unitFields adds the lead and the helping units; units that are named in what was said stand there with the reason why not.
func (b *doing) unitFields(p assignment.Proposal) {
	if !b.r.Posted() {
		b.f.Set("lead", p.Lead)
		b.f.values["co"] = p.Co
	}
	lead := b.f.PickUnit("lead", "matterpage.lead", b.among())
	if p.Lead != "" {
		lead = lead.Hint("matterpage.proposed", b.v.unit(p.Lead))
	} else if p.Recused {
		lead = lead.Hint("matterpage.proposed_recused")
	}
	co := b.f.PickUnits("co", "matterpage.co", b.among()).May()
	b.part(FormPart{Picker: &lead})
	b.part(FormPart{Picker: &co})
}

// leadAndCo reads the lead and the helping units of the form; the lead helps itself.
func (b *doing) leadAndCo() (lead string, co []string) {
	lead = b.f.UnitIn("lead", b.among())
	for _, u := range b.f.UnitsIn("co", b.among()) {
		if u != lead {
			co = append(co, u)
		}
	}
	return lead, co
}

// among are the plants and departments; those that what was said names are barred.
func (b *doing) among() Units {
	off := map[string]string{}
	for _, u := range b.v.tree.OfKind(org.Department, org.Plant) {
		if assignment.Recused(u.Path, b.v.Thing.NamedUnits) {
			off[u.Code] = b.r.T("matterpage.recused")
		}
	}
	return b.r.UnitsOf(b.v.tree, org.Department, org.Plant).Without(off)
}

var returnForm = &matterForm{
	name: "return", title: "matterpage.act.return", lede: "matterpage.return_lede", button: "matterpage.return_do", toast: "matterpage.toast_returned",
	assignment: true, tone: "danger",
	ready: func(v *matterView) bool { return v.open != nil && v.open.State == assignment.Assigned },
	fields: func(b *doing) {
		b.text("rule", "matterpage.return_rule", 1, assignment.MaxRule, false, "matterpage.return_rule_hint")
		c := b.f.PickUnit("proposed", "matterpage.return_unit", b.among())
		b.part(FormPart{Picker: &c})
		b.text("note", "matterpage.note", 3, assignment.MaxNote, true)
	},
	read: func(b *doing) doer {
		return assignment.Return{Subject: b.v.Matter.Ref(), Rule: b.held("rule"), Proposed: b.f.UnitIn("proposed", b.among()), Note: b.held("note"), Version: b.f.Version()}
	},
}

var adjudicateForm = &matterForm{
	name: "adjudicate", title: "matterpage.act.adjudicate", lede: "matterpage.adjudicate_lede", button: "matterpage.adjudicate_do",
	toast: "matterpage.toast_adjudicated", assignment: true,
	ready:   func(v *matterView) bool { return v.open != nil && v.open.State == assignment.Adjudicating },
	prepare: proposeUnits,
	fields: func(b *doing) {
		b.page.Panels = b.v.assignmentPanels()
		b.unitFields(assignment.Proposal{})
		b.text("basis", "matterpage.basis", 3, assignment.MaxNote, false, "matterpage.basis_hint")
	},
	read: func(b *doing) doer {
		lead, co := b.leadAndCo()
		return assignment.Adjudicate{Subject: b.v.Matter.Ref(), Lead: lead, Co: co, Basis: b.held("basis"), Version: b.f.Version()}
	},
}

var reassignForm = &matterForm{
	name: "reassign", title: "matterpage.act.reassign", lede: "matterpage.reassign_lede", button: "matterpage.reassign_do",
	toast: "matterpage.toast_assigned", assignment: true,
	ready: func(v *matterView) bool {
		return v.open != nil && v.open.State == assignment.Signed && v.movable()
	},
	fields: func(b *doing) {
		b.unitFields(assignment.Proposal{})
		b.text("note", "matterpage.reason", 3, assignment.MaxNote, false)
	},
	read: func(b *doing) doer {
		lead, co := b.leadAndCo()
		return assignment.Reassign{Subject: b.v.Matter.Ref(), Lead: lead, Co: co, Note: b.held("note"), Version: b.f.Version()}
	},
}

// signMatter signs for the assignment.
func signMatter(r *Req) error {
	return r.press("matterpage.toast_signed", func(v *matterView) (doer, error) {
		if v.open == nil {
			return nil, fault.New(fault.Conflict, "assignment.none")
		}
		return assignment.Sign{Subject: v.Matter.Ref(), Version: v.open.Version}, v.sameVersion(r)
	})
}

// resumeMatter ends a pause before its day.
func resumeMatter(r *Req) error {
	return r.press("matterpage.toast_resumed", func(v *matterView) (doer, error) {
		return matter.Resume{Matter: v.Matter.ID, Version: r.Form().Version()}, nil
	})
}

// takeUpMatter starts a carried-over matter again.
func takeUpMatter(r *Req) error {
	return r.press("matterpage.toast_taken_up", func(v *matterView) (doer, error) {
		return matter.TakeUp{Matter: v.Matter.ID, Version: r.Form().Version()}, nil
	})
}

// sameVersion refuses a button of a page that shows an older matter.
func (v *matterView) sameVersion(r *Req) error {
	if n := r.Form().Version(); n != v.Matter.Version {
		return fault.New(fault.Conflict, "matter.stale", n, v.Matter.Version)
	}
	return nil
}

// inspectorForm names who is to look at the site.
var inspectorForm = &matterForm{
	name: "inspector", title: "matterpage.act.inspector", lede: "matterpage.inspector_lede", button: "common.save", toast: "web.toast_saved",
	ready: func(v *matterView) bool {
		return v.Matter.State == matter.Executing || v.Matter.State == matter.Inspecting
	},
	prepare: func(b *doing, tx *db.Tx) error {
		people, err := org.Holders(tx, access.Inspector, b.v.Matter.Unit)
		if err != nil {
			return err
		}
		chairs, err := org.Holders(tx, access.UnitChair, b.v.Matter.Unit)
		b.any = append(people, chairs...)
		return err
	},
	fields: func(b *doing) {
		p := b.f.PickPerson("person", "matterpage.inspector", b.v.Matter.Unit).Hint("matterpage.person_hint")
		if b.f.picks["person"].found == nil { // those who inspect anyway are there before anything is typed
			for _, x := range b.any.([]org.Person) {
				if (!x.Path.Under(b.v.Matter.LeadPath) || b.v.Matter.LeadPath == "") && len(p.Found) < pickMost {
					p.Found = append(p.Found, Option{Value: x.EmployeeNo, Text: personText(x), Note: b.v.unit(x.Unit), ID: p.ID + "-found-" + itoa(int64(len(p.Found)+1))})
				}
			}
		}
		b.part(FormPart{Picker: &p})
	},
	read: func(b *doing) doer {
		return matter.AppointInspector{Matter: b.v.Matter.ID, Version: b.f.Version(), Person: b.personIn("person")}
	},
}

// personIn is the person that a field means: an id, or what was typed where it means nobody or several.
func (b *doing) personIn(name string) string { return b.r.personIn(b.f, name, b.v.Matter.Lead) }

// personIn reads a picker of a person: an id, or "" with a fault of the field; what means nobody comes back for the rules to refuse.
func (r *Req) personIn(f *Form, name, unit string) string {
	id, err := r.personBy(f, name, unit)
	switch {
	case err != nil:
		f.broken = err
	case id == "" && len(f.picks[name].found) == 0:
		id = f.Line(name, 0, 100)
	}
	return id
}

// personBy is the id of the person that a picker means, "" for nobody.
func (r *Req) personBy(f *Form, name, unit string) (id string, err error) {
	err = r.Read(func(tx *db.Tx) error {
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		p, err := r.PeopleOf(tx, tree, unit).One(f, name)
		if p != nil {
			id = p.ID
		}
		return err
	})
	return id, err
}

// personOf finds the person that somebody has typed by employee number or name, those of the unit before all others. What
// means nobody comes back as it is, for the rules to refuse.
func (r *Req) personOf(text string, unit access.Path) (string, error) {
	found := []org.Person{}
	err := r.Read(func(tx *db.Tx) (err error) {
		found, err = ledger.Named(tx, text, unit)
		return err
	})
	switch {
	case err != nil:
		return "", err
	case len(found) == 1:
		return found[0].ID, nil
	case len(found) > 1:
		var numbers []string
		for _, p := range found[:min(len(found), 5)] {
			numbers = append(numbers, p.EmployeeNo)
		}
		return text, fault.New(fault.Invalid, "matterpage.person_many", text, r.Lang.List(numbers))
	}
	return text, nil
}
