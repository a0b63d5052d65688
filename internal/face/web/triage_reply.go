package web

import (
	"strings"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice/core"
)

// What stands in a sample where the writer has to say something himself.
const gapMarks = "〔〕"

// gaps notes a reply in which something of the sample has not been filled in.
func gaps(f *Form, field, text string) {
	if strings.ContainsAny(text, gapMarks) {
		f.Fault(field, "triage.gaps")
	}
}

// replied are the decisions with which the submitter is told something in words.
var replied = map[string]string{"new": "say", "join": "say", "assign": "say", "answer": "reply", "ask": "question", "merge": "say", "split": "say", "reject": "text"}

// suggestReply puts the sample for the decision into the reply as long as nobody has written one of his own.
func (r *Req) suggestReply(tx *db.Tx, s seen, f *Form) error {
	do := f.Value("do")
	sample := ""
	switch do {
	case "new":
		sample = r.T("triage.sample.new", r.unitOr(s, f.Value("new_lead")))
	case "join":
		sample = r.T("triage.sample.join", f.Value("matter"))
	case "assign":
		day, err := r.answerDay(tx, s, f)
		if err != nil {
			return err
		}
		sample = r.T("triage.sample.assign", r.unitOr(s, f.Value("lead")), day)
	case "answer":
		sample = r.T("triage.sample.answer")
		if f.Value("kind") == "praise" {
			sample = r.T("triage.sample.thanks")
		}
	case "ask":
		sample = r.T("triage.sample.ask")
	case "merge":
		sample = r.T("triage.sample.merge")
	case "split":
		sample = r.T("triage.sample.split")
	case "reject":
		sample = r.T("triage.sample.reject")
		if d := f.Value("door"); d != "" {
			sample = r.T("triage.sample.door", r.T("voice.door."+d))
		}
	}
	if said := f.Value("say"); strings.TrimSpace(said) == "" || tidy(said) == tidy(f.Value("sample")) {
		f.Set("say", sample)
	}
	f.Set("sample", sample)
	return nil
}

func tidy(s string) string { return core.Clean(strings.ReplaceAll(s, "\r", "")) }

func (r *Req) unitOr(s seen, text string) string {
	code := r.bigUnits(s).means(text)
	if code == "" {
		return r.T("triage.gap_unit")
	}
	return s.names.unit(code)
}

// answerDay is the day by which the rule wants an answer, for the sample.
func (r *Req) answerDay(tx *db.Tx, s seen, f *Form) (string, error) {
	rule, err := r.ruleTerms(tx, s, f)
	if err != nil || rule.limit.Zero() {
		return r.T("triage.gap_day"), err
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return "", err
	}
	due, _ := rule.limit.Due(cal, s.Voice.RegisteredAt.At(r.Zone))
	return r.Lang.Date(due, r.Zone), nil
}
