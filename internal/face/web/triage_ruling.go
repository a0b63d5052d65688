package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
)

// Ruling is the form of the binding decision after the second return: the unit named here has it and cannot give it back.
type Ruling struct {
	Form     *Form
	Version  int64
	Lead, Co Choice
}

// mayRule reports whether the reader decides about whose the voice is.
func (r *Req) mayRule(s seen) bool {
	return s.Assignment != nil && s.Assignment.State == assignment.Adjudicating && r.Person.Can(access.AssignmentAdjudicate, s.Thing)
}

func (r *Req) ruling(s seen, f *Form) *Ruling {
	if !r.mayRule(s) {
		return nil
	}
	var leads []Option
	for _, u := range s.names.tree.OfKind(org.Plant, org.Department) {
		o := Option{Value: u.Code, Text: u.Name(r.Lang)}
		if core.Recused(u.Path, s.Thing.NamedUnits) {
			o.Off = r.T("triage.recused")
		}
		leads = append(leads, o)
	}
	return &Ruling{Form: f, Version: s.Assignment.Version, Lead: f.Choose("rule_lead", "triage.lead", leads), Co: f.Choose("rule_co", "triage.co", leads).May()}
}

// adjudicate takes the binding decision.
func adjudicate(r *Req) error {
	f, id := r.Form(), r.Param("id")
	in := assignment.Adjudicate{Subject: voice.Voice{ID: id}.Ref(), Lead: f.one("rule_lead"), Basis: f.Text("basis", 2, assignment.MaxNote), Version: f.Version()}
	in.Co = leaveOut(f.Many("rule_co"), in.Lead)
	return r.act(f, map[string]string{"lead": "rule_lead", "co": "rule_co"}, "triage.toast_ruled", r.deskPath(), func(tx *db.Tx) error { return in.Do(tx, r.Person) })
}
