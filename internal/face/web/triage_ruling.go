package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/voice"
)

// Ruling is the form of the binding decision after the second return: the unit named here has it and cannot give it back.
type Ruling struct {
	Form     *Form
	Version  int64
	Lead, Co Picker
}

// mayRule reports whether the reader decides about whose the voice is.
func (r *Req) mayRule(s seen) bool {
	return s.Assignment != nil && s.Assignment.State == assignment.Adjudicating && r.Person.Can(access.AssignmentAdjudicate, s.Thing)
}

func (r *Req) ruling(s seen, f *Form) *Ruling {
	if !r.mayRule(s) {
		return nil
	}
	return &Ruling{Form: f, Version: s.Assignment.Version, Lead: f.PickUnit("rule_lead", "triage.lead", r.bigUnits(s)), Co: f.PickUnits("rule_co", "triage.co", r.bigUnits(s)).May()}
}

// adjudicate takes the binding decision.
func adjudicate(r *Req) error {
	f, id := r.Form(), r.Param("id")
	in := assignment.Adjudicate{Subject: voice.Voice{ID: id}.Ref(), Lead: f.Unit("rule_lead", org.Plant, org.Department), Basis: f.Text("basis", 2, assignment.MaxNote), Version: f.Version()}
	in.Co = leaveOut(f.Units("rule_co", org.Plant, org.Department), in.Lead)
	return r.act(f, map[string]string{"lead": "rule_lead", "co": "rule_co"}, "triage.toast_ruled", r.deskPath(), func(tx *db.Tx) error { return in.Do(tx, r.Person) })
}
