package modeltest

import (
	"strings"

	"sanwen/internal/base/cycle"
	"sanwen/internal/work/voice"
)

// words are the events of what an assignment records; a return is told apart by where it leads.
var words = map[string]string{"assigned": "assign", "reassigned": "reassign", "signed": "sign", "auto_signed": "auto_sign",
	"adjudicated": "adjudicate", "resumed": "resume", "ended": "end"}

var lifeCycle = []Invariant{
	{"I7", "the state of everything is the fold of its facts", func(s, was *Snapshot, bad report) {
		state := map[string]string{}
		for _, f := range s.Facts {
			if f.FromState == "" && f.ToState == "" {
				continue
			}
			k := f.SubjectKind + "/" + f.SubjectID
			if state[k] != f.FromState {
				bad("%s: %s starts from %q, it was %q", k, f.Kind, f.FromState, state[k])
			}
			state[k] = f.ToState
		}
		compare := func(k, now string) {
			if state[k] != now {
				bad("%s is %q, its facts say %q", k, now, state[k])
			}
		}
		for _, v := range s.Voices {
			compare("voice/"+v.ID, v.State)
		}
		for _, m := range s.Matters {
			compare("matter/"+m.ID, m.State)
		}
		for _, a := range s.Assignments {
			compare("assignment/"+a.ID, a.State)
		}
		for _, a := range s.Acceptances {
			compare("acceptance/"+key(a.Matter, a.Round), a.State)
		}
	}},
	{"I8", "only the table moves anything", func(s, was *Snapshot, bad report) {
		for _, f := range s.Facts {
			var t cycle.Table
			ev := f.Kind[strings.IndexByte(f.Kind, '.')+1:]
			switch f.SubjectKind {
			case "voice":
				t = voiceTable
			case "matter":
				t = matterTable
			case "assignment":
				t = assignmentTable
				if ev = words[ev]; ev == "" && f.ToState == "adjudicating" {
					ev = "return_again"
				} else if ev == "" {
					ev = "return"
				}
			default:
				continue
			}
			if f.FromState != f.ToState && t.To(f.FromState, ev, f.ToState) != nil {
				bad("%s: %s from %q to %q", f.SubjectKind, ev, f.FromState, f.ToState)
			}
		}
	}},
	{"I9", "what is over is left by the named events only", func(s, was *Snapshot, bad report) {
		for _, f := range s.Facts {
			ev := f.Kind[strings.IndexByte(f.Kind, '.')+1:]
			if f.FromState == f.ToState {
				continue
			}
			if f.SubjectKind == "voice" && voiceTable.Over(f.FromState) && !in(ev, "not_solved", "object", "reopen", "part_again") ||
				f.SubjectKind == "matter" && matterTable.Over(f.FromState) && !in(ev, "reopen", "relapse") ||
				f.SubjectKind == "assignment" && assignmentTable.Over(f.FromState) {
				bad("%s leaves %s by %s", f.SubjectKind, f.FromState, ev)
			}
		}
	}},
	{"I10", "a split voice is closed exactly when all its parts are over", func(s, was *Snapshot, bad report) {
		open := map[string]int{}
		split := map[string]bool{}
		for _, v := range s.Voices {
			if v.Parent != "" {
				split[v.Parent] = true
				if !voiceTable.Over(v.State) {
					open[v.Parent]++
				}
			}
		}
		for id := range split {
			if v := s.voices[id]; (v.State == voice.Closed) != (open[id] == 0) || v.State != voice.Closed && v.State != voice.WasSplit {
				bad("split voice %s is %s, %d parts are open", id, v.State, open[id])
			}
		}
	}},
	{"I11", "a voice is answered only after an answer stands in its thread", func(s, was *Snapshot, bad report) {
		last := map[string]string{}
		for _, e := range s.Said {
			if in(e.Kind, "answer", "reopened", "not_solved") {
				last[e.Voice] = e.Kind
			}
		}
		for _, v := range s.Voices {
			if (v.State == voice.Answered || v.State == voice.Closed && v.ClosedHow != voice.PartsDone) && last[v.ID] != "answer" {
				bad("voice %s is %s, the last word is %q", v.ID, v.State, last[v.ID])
			}
			if (v.State == voice.Answered) != (v.AnsweredAt != 0 && v.ClosedAt == 0 && v.State != voice.Linked) && v.State == voice.Answered {
				bad("voice %s is answered, at %d, closed at %d", v.ID, v.AnsweredAt, v.ClosedAt)
			}
		}
	}},
	{"I12", "once a matter is over, every voice behind it has its answer; and whoever is linked waits for something that goes on", func(s, was *Snapshot, bad report) {
		for _, v := range s.Voices {
			if v.State != voice.Linked {
				continue
			}
			m, to := s.matters[v.Matter], s.voices[v.MergedInto]
			switch {
			case v.Matter != "" && in(m.State, "closed", "cancelled"):
				bad("voice %s waits for matter %s, which is %s", v.ID, m.Number, m.State)
			case v.Matter == "" && v.MergedInto == "":
				bad("voice %s waits for nothing", v.ID)
			case v.Matter == "" && (voiceTable.Over(to.State) || to.State == voice.Answered):
				bad("voice %s waits for voice %s, which is %s", v.ID, to.ID, to.State)
			case v.Matter == "" && to.State == voice.Linked && to.Matter != "":
				bad("voice %s waits for voice %s, which is with a matter", v.ID, to.ID)
			}
		}
	}},
	{"I13", "solved is said by those who said it or were asked, never by the unit", func(s, was *Snapshot, bad report) {
		solved := map[string]bool{}
		for _, r := range s.Ratings {
			if r.Result == "solved" {
				solved[key(r.Matter, r.Round)] = true
			}
		}
		for _, m := range s.Matters {
			if m.Verdict == "confirmed" && !solved[key(m.ID, m.Round)] {
				bad("matter %s is confirmed, nobody said so", m.Number)
			}
		}
		for _, v := range s.Voices {
			if v.State != voice.Closed || v.ClosedHow != voice.Confirmed {
				continue
			}
			ok := false
			for _, f := range s.facts["voice/"+v.ID] {
				ok = ok || f.Kind == "voice.confirm" && (f.ActorClass == "receipt" || f.Actor != "" && f.Actor == v.Submitter)
			}
			if !ok {
				bad("voice %s is closed as confirmed, its submitter has not said so", v.ID)
			}
		}
	}},
	{"I14", "rounds count up by one with every reopening, and an earlier round does not change any more", func(s, was *Snapshot, bad report) {
		for _, m := range s.Matters {
			n := int64(1)
			for _, f := range s.facts["matter/"+m.ID] {
				if in(f.Kind, "matter.reopen", "matter.relapse") {
					n++
				}
			}
			if m.Round != n {
				bad("matter %s is in round %d after %d reopenings", m.Number, m.Round, n-1)
			}
		}
		for _, b := range was.Acceptances {
			now, _ := s.Round(b.Matter, b.Round)
			if b.Round < was.matters[b.Matter].Round && now != b {
				bad("round %d of %s has changed", b.Round, b.Matter)
			}
		}
		count := func(x *Snapshot) map[string]int {
			out := map[string]int{}
			for _, r := range x.Ratings {
				out[key(r.Matter, r.Round)]++
			}
			return out
		}
		before, now := count(was), count(s)
		for _, m := range was.Matters {
			for r := int64(1); r < m.Round; r++ {
				if before[key(m.ID, r)] != now[key(m.ID, r)] {
					bad("matter %s: answers to round %d have changed in round %d", m.Number, r, m.Round)
				}
			}
		}
	}},
}

var determinations = []Invariant{
	{"I15", "work goes on under a plan that is complete, signed by the head and, where it costs as much as the limit, by finance, and approved by somebody else than its author; a quick fix under an owner and a day", func(s, was *Snapshot, bad report) {
		for _, p := range s.Plans {
			if !in(p.State, "approved", "replaced") || p.Class == "quick" && p.DecidedBy == "" {
				continue
			}
			if p.DecidedBy == "" || in(p.DecidedBy, p.Author, p.HeadBy, p.FinanceBy) {
				bad("version %d of the plan of %s: by %s, approved by %q", p.Version, p.Matter, p.Author, p.DecidedBy)
			}
			if p.HeadAs == "moved" || p.Class == "quick" {
				continue
			}
			if p.HeadBy == "" || p.HeadBy == p.Author {
				bad("version %d of the plan of %s: by %s, signed by %q", p.Version, p.Matter, p.Author, p.HeadBy)
			}
			if costly := p.Slots.Money != nil && p.Slots.Money.Amount == "50000"; costly != (p.FinanceBy != "") || costly && p.FinanceBy == p.Author {
				bad("version %d of the plan of %s: by %s, money approved by %q", p.Version, p.Matter, p.Author, p.FinanceBy)
			}
		}
		for _, m := range s.Matters {
			if !in(m.State, "executing", "paused", "inspecting", "accepting", "rated", "closed") {
				continue
			}
			p, ok := s.plans[key(m.ID, m.PlanVersion)]
			five := p.Class == "quick" || p.Slots.Item != "" && p.Slots.Standard != "" && (len(p.Slots.Checks) > 0 || p.Slots.Qualitative != "") &&
				len(p.Slots.Steps) > 0 && len(p.Slots.Acceptors) > 0
			if !ok || p.State != "approved" || !five || p.Slots.Owner == "" || p.Slots.Deadline == "" || m.Owner != p.Slots.Owner {
				bad("matter %s is %s under version %d, %s", m.Number, m.State, m.PlanVersion, p.State)
			}
		}
	}},
	{"I16", "a version of a plan never changes, and the deadline in force is that of the version in force", func(s, was *Snapshot, bad report) {
		for _, b := range was.Plans {
			if p := s.plans[key(b.Matter, b.Version)]; p.SlotsText != b.SlotsText || p.Author != b.Author || p.At != b.At {
				bad("version %d of the plan of %s has changed", b.Version, b.Matter)
			}
		}
		approved := map[string]int{}
		for _, p := range s.Plans {
			if p.State == "approved" {
				approved[p.Matter]++
			}
		}
		for _, m := range s.Matters {
			if p := s.plans[key(m.ID, m.PlanVersion)]; m.PlanVersion > 0 && !m.DueOpen && m.Due != p.Slots.Deadline {
				bad("matter %s is due on %s, its plan says %s", m.Number, m.Due, p.Slots.Deadline)
			}
			if want := min(m.PlanVersion, 1); int64(approved[m.ID]) != want {
				bad("matter %s has %d plans in force", m.Number, approved[m.ID])
			}
		}
	}},
	{"I17", "what is said to be done has its steps done and the photos that the plan asks for", func(s, was *Snapshot, bad report) {
		photos := map[string]int64{}
		for _, p := range s.AfterPhotos {
			photos[key(p.Matter, p.Round)] = p.Count
		}
		open := map[string]bool{}
		for _, st := range s.Steps {
			if st.DoneAt == 0 {
				open[key(st.Matter, st.Plan)] = true
			}
		}
		for _, m := range s.Matters {
			if !in(m.State, "inspecting", "accepting", "rated", "closed") {
				continue
			}
			if p := s.plans[key(m.ID, m.PlanVersion)]; photos[key(m.ID, m.Round)] < p.Slots.AfterPhotos || open[key(m.ID, m.PlanVersion)] {
				bad("matter %s is %s with %d photos of %d; open steps: %t", m.Number, m.State, photos[key(m.ID, m.Round)], p.Slots.AfterPhotos, open[key(m.ID, m.PlanVersion)])
			}
			if m.Claimant == "" {
				bad("matter %s is %s, and nobody has said that it is done", m.Number, m.State)
			}
			passed := false
			for _, i := range s.Inspections {
				passed = passed || i.Matter == m.ID && i.Round == m.Round && i.Kind == "inspect" && i.Passed
			}
			if m.State != "inspecting" && !passed {
				bad("matter %s is %s without a passed inspection in round %d", m.Number, m.State, m.Round)
			}
		}
	}},
}

var ratings = []Invariant{
	{"I39", "there are as many ratings as used invitations, and no more than were sent", func(s, was *Snapshot, bad report) {
		type n struct{ listed, used, rated int64 }
		all := map[string]n{}
		for _, i := range s.Invitations {
			k, x := key(i.Matter, i.Round), all[key(i.Matter, i.Round)]
			x.listed++
			if i.Used {
				x.used++
			}
			all[k] = x
		}
		for _, r := range s.Ratings {
			k := key(r.Matter, r.Round)
			x := all[k]
			x.rated++
			all[k] = x
		}
		for _, a := range s.Acceptances {
			if x := all[key(a.Matter, a.Round)]; x.used != x.rated || x.listed != a.Invited {
				bad("round %d of %s: %d invited, %d on the list, %d used, %d ratings", a.Round, a.Matter, a.Invited, x.listed, x.used, x.rated)
			}
		}
	}},
	{"I40", "the list of who is asked is fixed when it is said to be done; an answer cannot be taken back", func(s, was *Snapshot, bad report) {
		now := map[string]bool{}
		used := map[string]bool{}
		for _, i := range s.Invitations {
			now[i.ID], used[i.ID] = true, i.Used
		}
		fixed := map[string]bool{}
		for _, b := range was.Acceptances {
			a, _ := s.Round(b.Matter, b.Round)
			fixed[key(b.Matter, b.Round)] = a.Attempt == b.Attempt
			if a.Attempt == b.Attempt && (a.Seed != b.Seed || a.Invited != b.Invited || a.FrozenAt != b.FrozenAt) {
				bad("the head of the list of %s has changed", b.Matter)
			}
		}
		for _, b := range was.Invitations {
			if fixed[key(b.Matter, b.Round)] && (!now[b.ID] || b.Used && !used[b.ID]) {
				bad("invitation %s is gone or unused again", b.ID)
			}
		}
	}},
	{"I40b", "nobody is asked who answers for it, heads its unit, works on it as a contractor or is named in it", func(s, was *Snapshot, bad report) {
		for _, a := range s.Acceptances {
			if b, known := was.Round(a.Matter, a.Round); known && b.Attempt == a.Attempt {
				continue // looked at when it was drawn up: people change later
			}
			m := s.matters[a.Matter]
			for _, i := range s.Invitations {
				p := s.People[i.Person]
				if i.Matter != a.Matter || i.Round != a.Round || i.Person == "" {
					continue
				}
				out := in(i.Person, m.Owner, m.Claimant, m.Sponsor, m.Author) || p.Employment == "contractor" && p.Path.Under(m.LeadPath)
				for _, n := range s.MatterNamed {
					out = out || n.ID == m.ID && (n.Person == i.Person || n.Unit != "" && p.Path.Under(n.Path))
				}
				if out {
					bad("%s is asked about %s", i.Person, m.Number)
				}
			}
		}
	}},
	{"I41", "a rating says neither who gave it nor when, and its order tells nothing", func(s, was *Snapshot, bad report) {
		for _, r := range s.Ratings { // a column for it would have made reading the rows fail
			if len(r.ID) != 26 {
				bad("rating %s has no random id", r.ID)
			}
		}
		for _, f := range s.Facts {
			if f.Kind == "accept.answered" && (f.Actor != "" || f.ActorClass != "anonymous" || !hour(f.At)) {
				bad("the record of an answer says who (%q) or when (%d)", f.Actor, f.At)
			}
		}
	}},
}
