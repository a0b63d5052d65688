package modeltest

import (
	"strings"

	"sanwen/internal/ground/clock"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/voice"
)

var clocks = []Invariant{
	{"I18", "one clock at most runs for each thing that a subject owes", func(s, was *Snapshot, bad report) {
		n := map[string]int{}
		for _, d := range s.Duties {
			if k := strings.Join([]string{d.SubjectKind, d.SubjectID, d.Kind, d.Item}, "/"); d.Open {
				if n[k]++; n[k] > 1 {
					bad("%s is owed twice", k)
				}
			}
		}
	}},
	{"I19", "what is due in working days is due at the end of a working day", func(s, was *Snapshot, bad report) {
		check := func(what string, at clock.Millis) {
			day := at.Day(s.Cal.Zone())
			if work, _ := s.Cal.IsWorkday(day); !work || at != clock.MillisOf(s.Cal.OfficeEnd(day)) {
				bad("%s is due at %s", what, at.At(s.Cal.Zone()))
			}
		}
		for _, d := range s.Duties {
			if d.Days > 0 || d.Day != "" {
				check(d.Kind+" of "+d.SubjectID, d.Due0)
				check(d.Kind+" of "+d.SubjectID, d.Due)
			}
		}
		for _, m := range s.Matters {
			if m.Due != "" {
				check(m.Number, m.DueAt)
			}
		}
	}},
	{"I20", "a due never moves earlier, and later only by an extension, by waiting or by the calendar", func(s, was *Snapshot, bad report) {
		moved := map[string]bool{}
		seen := int64(-1)
		if n := len(was.Facts); n > 0 {
			seen = was.Facts[n-1].Ins
		}
		for _, f := range s.Facts {
			if f.Ins > seen && in(f.Kind, "duty.extended", "duty.resumed", "duty.calendar_recomputed", "duty.earlier_confirmed") {
				moved[f.SubjectKind+"/"+f.SubjectID] = true
			}
		}
		now := map[string]Duty{}
		for _, d := range s.Duties {
			now[d.ID] = d
		}
		for _, b := range was.Duties {
			d := now[b.ID]
			if d.Due < b.Due {
				bad("%s of %s was due at %d and is at %d", d.Kind, d.SubjectID, b.Due, d.Due)
			}
			if d.Due != b.Due && (!moved[d.SubjectKind+"/"+d.SubjectID] || d.DueVersion <= b.DueVersion) {
				bad("%s of %s moved without a reason", d.Kind, d.SubjectID)
			}
		}
		for _, b := range was.Matters {
			m := s.matters[b.ID]
			if b.Due0 != "" && m.Due0 != b.Due0 {
				bad("the first deadline of %s was %s and is %s", m.Number, b.Due0, m.Due0)
			}
			if b.Due != "" && m.Round == b.Round && m.Due != b.Due && !b.DueOpen && (m.Due < b.Due || !moved["matter/"+m.ID]) {
				bad("the deadline of %s was %s and is %s", m.Number, b.Due, m.Due)
			}
		}
	}},
	{"I22", "a wait that ends in the moment in which it began moves nothing", func(s, was *Snapshot, bad report) {
		waited := map[string]bool{}
		for _, w := range s.Waits {
			if w.UntilAt != 0 && w.UntilAt < w.FromAt {
				bad("a wait of duty %s ended before it began", w.Duty)
			}
			waited[w.Duty] = waited[w.Duty] || w.UntilAt > w.FromAt
		}
		for _, d := range s.Duties {
			if !waited[d.ID] && d.Due != d.BaseDue {
				bad("%s of %s has not waited and is due later by it", d.Kind, d.SubjectID)
			}
		}
	}},
	{"I23", "nothing changes when or as what somebody said it, nor the due that followed from that", func(s, was *Snapshot, bad report) {
		for _, b := range was.Voices {
			if v := s.voices[b.ID]; v.RegisteredAt != b.RegisteredAt || v.Day != b.Day || v.Number != b.Number || v.Channel != b.Channel || v.Version < b.Version {
				bad("voice %s was registered as %s at %d and is as %s at %d", v.ID, b.Number, b.RegisteredAt, v.Number, v.RegisteredAt)
			}
		}
		for _, b := range was.Matters {
			if m := s.matters[b.ID]; m.RegisteredAt != b.RegisteredAt || m.Number != b.Number || m.Version < b.Version {
				bad("matter %s was registered at %d and is %s at %d", b.Number, b.RegisteredAt, m.Number, m.RegisteredAt)
			}
		}
		now := map[string]Duty{}
		for _, d := range s.Duties {
			now[d.ID] = d
		}
		for _, b := range was.Duties {
			if d, ok := now[b.ID]; !ok || d.Due0 != b.Due0 || d.StartedAt != b.StartedAt || d.SubjectID != b.SubjectID || !b.Open && d != b && d.Restricted == b.Restricted {
				bad("%s of %s was due first at %d and is at %d", b.Kind, b.SubjectID, b.Due0, d.Due0)
			}
		}
		for _, d := range s.Duties {
			if v := s.voices[d.SubjectID]; in(d.Kind, "answer", "first_contact") && d.SubjectKind == "voice" && d.StartedAt != v.RegisteredAt {
				bad("%s of voice %s counts from %d, it was registered at %d", d.Kind, v.ID, d.StartedAt, v.RegisteredAt)
			}
		}
	}},
	{"I24", "the overall clock of a matter starts with the first voice behind it and is never restarted", func(s, was *Snapshot, bad report) {
		for _, m := range s.Matters {
			if m.FirstVoiceAt > m.RegisteredAt {
				bad("matter %s was registered before its first voice", m.Number)
			}
			if b, ok := was.matters[m.ID]; ok && m.FirstVoiceAt > b.FirstVoiceAt {
				bad("the overall clock of %s was restarted", m.Number)
			}
		}
		for _, v := range s.Voices {
			if m, ok := s.matters[v.Matter]; ok && m.FirstVoiceAt > v.RegisteredAt {
				bad("matter %s starts after voice %s behind it", m.Number, v.ID)
			}
		}
	}},
	{"I25", "what was done late in the first round stays late in the figures", func(s, was *Snapshot, bad report) {
		for _, b := range was.Matters {
			if m := s.matters[b.ID]; b.Completed0 != 0 && m.Completed0 != b.Completed0 {
				bad("the first completion of %s has moved", m.Number)
			}
		}
	}},
}

var record = []Invariant{
	{"I42", "every fact is in the record once, in order, for good", func(s, was *Snapshot, bad report) {
		next, waiting := int64(0), int64(0)
		seen := map[int64]bool{}
		for _, f := range s.Facts {
			switch {
			case f.Seq < 0 && !s.SQLite:
				waiting++
			case s.SQLite && s.LogSize > 0 && f.Seq != next:
				bad("fact %d has the number %d, not %d", f.Ins, f.Seq, next)
			case seen[f.Seq] && f.Seq >= 0:
				bad("the number %d was given twice", f.Seq)
			}
			seen[f.Seq] = true
			next++
		}
		if s.LogSize > next-waiting {
			bad("%d entries are in the tree, there are %d facts", s.LogSize, next-waiting)
		}
		if len(s.Facts) < len(was.Facts) {
			bad("%d facts are gone", len(was.Facts)-len(s.Facts))
			return
		}
		for i, b := range was.Facts {
			f := s.Facts[i]
			f.Seq = b.Seq
			if f.Actor == "" && s.told(f.SubjectKind, f.SubjectID, "record.erased") {
				f.Actor = b.Actor
			}
			if f != b {
				bad("fact %d has changed", b.Ins)
			}
		}
	}},
	{"I42b", "nothing changes without a fact that says so", func(s, was *Snapshot, bad report) {
		n := func(x *Snapshot, kind, id string) int { return len(x.facts[kind+"/"+id]) }
		for _, b := range was.Voices {
			if v := s.voices[b.ID]; v != b && n(s, "voice", b.ID) == n(was, "voice", b.ID) {
				bad("voice %s has changed", b.ID)
			}
		}
		for _, b := range was.Matters {
			m := s.matters[b.ID]
			m.Voices, m.Supporters, m.UnionInitiated, m.FirstVoiceAt = b.Voices, b.Supporters, b.UnionInitiated, b.FirstVoiceAt // told by the voice
			if m != b && n(s, "matter", b.ID) == n(was, "matter", b.ID) {
				bad("matter %s has changed", b.Number)
			}
		}
		before := map[string]Duty{}
		for _, d := range was.Duties {
			before[d.ID] = d
		}
		for _, d := range s.Duties {
			if b, ok := before[d.ID]; (!ok || b != d) && n(s, d.SubjectKind, d.SubjectID) == n(was, d.SubjectKind, d.SubjectID) {
				bad("duty %s of %s has changed", d.Kind, d.SubjectID)
			}
		}
	}},
}

var duties = []Invariant{
	{"D1", "every duty has one subject, somebody who owes it, and an end that says how", func(s, was *Snapshot, bad report) {
		for _, d := range s.Duties {
			_, v := s.voices[d.SubjectID]
			_, m := s.matters[d.SubjectID]
			if d.SubjectKind == "voice" != v || d.SubjectKind == "matter" != m {
				bad("%s is owed for %s %s", d.Kind, d.SubjectKind, d.SubjectID)
			}
			if d.Person == "" && d.Role == "" || d.Path == "" {
				bad("nobody owes %s of %s", d.Kind, d.SubjectID)
			}
			if d.Open != (d.Outcome == "") || d.Open != (d.DischargedAt == 0) || !d.Open && d.WaitingFrom != 0 {
				bad("%s of %s is open: %t, ended as %q at %d", d.Kind, d.SubjectID, d.Open, d.Outcome, d.DischargedAt)
			}
		}
	}},
	{"D2", "somebody owes the next step of every voice that is open, and nobody anything of one that is over", func(s, was *Snapshot, bad report) {
		for _, v := range s.Voices {
			owes := func(kinds ...string) int { return s.owes("voice", v.ID, kinds...) }
			ok := true
			switch v.State {
			case voice.Registered, voice.InTriage, voice.WaitingInfo:
				ok = owes("intake", "appeal", "retaliation", "first_contact", "answer") > 0
			case voice.Quarantined:
				ok = owes("quarantine") == 1
			case voice.Assigned, voice.Signed:
				ok = owes("answer") == 1 && owes("intake", "appeal", "quarantine", "retaliation") == 0
			case voice.Linked, voice.WasSplit:
				ok = owes("intake", "answer", "first_contact", "appeal", "quarantine", "retaliation", "sign", "adjudicate") == 0
			default:
				ok = owes("intake", "answer", "first_contact", "appeal", "quarantine", "retaliation", "sign", "adjudicate", "accept_hazard") == 0
			}
			if !ok {
				bad("%s voice %s (%s): %s", v.State, v.ID, v.Kind, s.list("voice", v.ID))
			}
			if called := v.CalledAt != 0; called != (owes("accept_hazard") == 1) {
				bad("voice %s: somebody is called: %t, %s", v.ID, called, s.list("voice", v.ID))
			}
			waits := 0
			for _, d := range s.owed["voice/"+v.ID] {
				if d.Open && d.WaitingFrom != 0 {
					waits++
				}
			}
			if v.State != voice.WaitingInfo && waits > 0 {
				bad("voice %s is %s and %d duties wait", v.ID, v.State, waits)
			}
		}
	}},
	{"D3", "somebody owes the next step of every matter that goes on, and nobody anything of one that does not", func(s, was *Snapshot, bad report) {
		for _, m := range s.Matters {
			owes := func(kinds ...string) int { return s.owes("matter", m.ID, kinds...) }
			work := owes("plan", "plan_head", "plan_finance", "approve", "milestone", "completion", "extension_decide")
			ok := true
			switch m.State {
			case "proposed":
				ok = owes("completion", "plan_head", "plan_finance", "approve", "milestone") == 0
			case "assigned":
				ok = owes("plan") == 1 && work == 1
			case "plan_review":
				ok = owes("plan_head", "plan_finance", "approve") == 1 && owes("plan") == 0 && owes(map[chain.Step]string{chain.Head: "plan_head",
					chain.HeadTop: "plan_head", chain.Finance: "plan_finance", chain.FinanceTop: "plan_finance", chain.Office: "approve"}[m.Review]) == 1
			case "executing", "paused":
				ok = owes("completion") == 1 && owes("plan", "plan_head", "plan_finance", "approve") == 0
			case "inspecting":
				ok = owes("inspect") == 1 && work == 0
			case "accepting", "rated":
				ok = owes("confirm") == 1 && work+owes("inspect") == 0
			case "closed":
				left := 3
				if m.LookBack30 != "" {
					left--
				}
				if m.LookBack90 != "" {
					left--
				}
				if m.LookBack365 != "" {
					left--
				}
				ok = owes("lookback30", "lookback90", "lookback365") == left && work+owes("inspect", "confirm") == 0
			case "carried_over":
				ok = owes("review") == 1 && work == 0
			case "cancelled":
				ok = work+owes("review", "sign", "adjudicate", "inspect", "confirm") == 0
			}
			if !ok {
				bad("%s matter %s: %s", m.State, m.Number, s.list("matter", m.ID))
			}
			asked := 0
			for _, e := range s.Extensions {
				if e.Matter == m.ID && e.State == "asked" {
					asked++
				}
			}
			if asked != owes("extension_decide") {
				bad("matter %s: %d extensions wait, %s", m.Number, asked, s.list("matter", m.ID))
			}
			for _, d := range s.owed["matter/"+m.ID] {
				if d.Open && d.Kind == "completion" && d.Due.Day(s.Cal.Zone()) != m.Due {
					bad("matter %s is due on %s, its completion is owed by %s", m.Number, m.Due, d.Due.Day(s.Cal.Zone()))
				}
				if d.Open && d.WaitingFrom != 0 && m.State != "paused" {
					bad("%s matter %s: %s waits", m.State, m.Number, d.Kind)
				}
			}
		}
	}},
	{"D4", "a thing lies with the unit that its assignment names, and the time in which it lay with nobody only grows", func(s, was *Snapshot, bad report) {
		for _, v := range s.Voices {
			a, ok := s.open["voice/"+v.ID]
			want := map[string]string{"assigned": voice.Assigned, "adjudicating": voice.Assigned, "signed": voice.Signed}[a.State]
			has := in(v.State, voice.Assigned, voice.Signed)
			switch {
			case has && (!ok || want != v.State), ok && want != "" && want != v.State:
				bad("voice %s is %s, its assignment %q", v.ID, v.State, a.State)
			case has && a.State != "adjudicating" && v.Lead != a.Lead:
				bad("voice %s is led by %q, its assignment by %q", v.ID, v.Lead, a.Lead)
			case ok && (voiceTable.Over(v.State) || in(v.State, voice.Answered, voice.Linked, voice.WasSplit)):
				bad("voice %s is %s and still %s", v.ID, v.State, a.State)
			}
		}
		for _, m := range s.Matters {
			a, ok := s.open["matter/"+m.ID]
			switch {
			case in(m.State, "closed", "cancelled") == ok && m.State != "proposed":
				bad("matter %s is %s, its assignment %q", m.Number, m.State, a.State)
			case m.State == "proposed" && ok && !in(a.State, "returned", "adjudicating"):
				bad("matter %s is to be assigned, and %s", m.Number, a.State)
			case m.State != "proposed" && ok && (m.Lead != a.Lead || !in(a.State, "assigned", "signed")):
				bad("matter %s is led by %q, its assignment by %q, %s", m.Number, m.Lead, a.Lead, a.State)
			}
		}
		returns := map[string]int64{}
		for _, f := range s.Facts {
			if f.Kind == "assignment.returned" {
				returns[f.AboutKind+"/"+f.AboutID]++
			}
		}
		for k, a := range s.open {
			kind, id, _ := strings.Cut(k, "/")
			if sign := s.owes(kind, id, "sign"); sign > 1 || (sign == 1) != (a.State == "assigned") || (s.owes(kind, id, "adjudicate") == 1) != (a.State == "adjudicating") {
				bad("assignment of %s is %s: %s", k, a.State, s.list(kind, id))
			}
			if a.Returns != returns[k] {
				bad("assignment of %s counts %d returns, there were %d", k, a.Returns, returns[k])
			}
		}
		now := map[string]Ownerless{}
		last := map[string]Ownerless{}
		for _, o := range s.Ownerless {
			now[o.ID] = o
			k := o.SubjectKind + "/" + o.SubjectID
			if b, ok := last[k]; ok && (b.ToAt == 0 || b.ToAt > o.FromAt) && o.FromAt != b.FromAt {
				bad("two times without an owner of %s overlap", k)
			}
			last[k] = o
			a, running := s.open[k]
			if o.ToAt == 0 && (!running || a.State == "signed") {
				bad("%s has an owner, and the time without one runs", k)
			}
		}
		for _, b := range was.Ownerless {
			if o := now[b.ID]; o.FromAt != b.FromAt || b.ToAt != 0 && o.ToAt != b.ToAt || o.Unit != b.Unit {
				bad("a time without an owner of %s has changed", b.SubjectID)
			}
		}
	}},
}

// list names the open duties of a subject.
func (s *Snapshot) list(kind, id string) string {
	var out []string
	for _, d := range s.owed[kind+"/"+id] {
		if d.Open {
			out = append(out, d.Kind)
		}
	}
	if len(out) == 0 {
		return "nothing is owed"
	}
	return "owed: " + strings.Join(out, ", ")
}
