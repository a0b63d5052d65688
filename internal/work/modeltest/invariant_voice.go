package modeltest

import (
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/work/voice"
)

var conservation = []Invariant{
	{"I1", "every receipt opens exactly one voice, and every voice that came in by itself has one until its holder ends it", func(s, was *Snapshot, bad report) {
		has := map[string]bool{}
		for _, r := range s.Receipts {
			v, ok := s.voices[r.Voice]
			if !ok || v.Number != r.Number || has[r.Voice] {
				bad("receipt %s opens %q", r.Number, r.Voice)
			}
			has[r.Voice] = true
		}
		for _, v := range s.Voices {
			if v.Root == "" && !has[v.ID] && !s.told("voice", v.ID, "voice.access_ended") {
				bad("nothing opens voice %s", v.ID)
			}
			if _, ok := s.voices[v.Root]; v.Root != "" && !ok {
				bad("the receipt of voice %s is that of nobody", v.ID)
			}
		}
	}},
	{"I2", "no voice without the fact of its registration, which is its first and only one", func(s, was *Snapshot, bad report) {
		for _, v := range s.Voices {
			fs := s.facts["voice/"+v.ID]
			for i, f := range fs {
				if first := in(f.Kind, "voice.register", "voice.support", "voice.part"); first != (i == 0) {
					bad("fact %d of voice %s is %s", i+1, v.ID, f.Kind)
				}
			}
			if len(fs) == 0 {
				bad("voice %s has no facts", v.ID)
			}
		}
	}},
	{"I3", "merging and splitting lose nobody: every voice stays, parts are two or more and have the level, submitter and receipt of the whole", func(s, was *Snapshot, bad report) {
		parts := map[string]int{}
		for _, v := range s.Voices {
			if v.Parent != "" {
				parts[v.Parent]++
				p := s.voices[v.Parent]
				root := p.Root
				if root == "" {
					root = p.ID
				}
				if v.Root != root || v.Level != p.Level || v.Submitter != p.Submitter && p.State != voice.Erased && v.State != voice.Erased {
					bad("part %s has another receipt, level or submitter than the whole", v.ID)
				}
			}
			if v.MergedInto != "" {
				if _, ok := s.voices[v.MergedInto]; !ok || v.MergedInto == v.ID {
					bad("voice %s is merged into %s", v.ID, v.MergedInto)
				}
			}
		}
		for _, v := range s.Voices {
			if split := s.told("voice", v.ID, "voice.split"); split != (parts[v.ID] > 0) || parts[v.ID] == 1 {
				bad("voice %s in %s has %d parts", v.ID, v.State, parts[v.ID])
			}
		}
		for _, v := range was.Voices {
			if _, ok := s.voices[v.ID]; !ok {
				bad("voice %s is gone", v.ID)
			}
		}
	}},
	{"I4", "a part carries the time and day of registration of the whole", func(s, was *Snapshot, bad report) {
		for _, v := range s.Voices {
			if p := s.voices[v.Parent]; v.Parent != "" && (v.RegisteredAt != p.RegisteredAt || v.Day != p.Day) {
				bad("part %s was registered at %d, the whole at %d", v.ID, v.RegisteredAt, p.RegisteredAt)
			}
		}
	}},
	{"I5", "a matter has a source, or the union began it; it counts every voice that points to it", func(s, was *Snapshot, bad report) {
		point := map[string]int64{}
		for _, v := range s.Voices {
			if v.Matter != "" {
				point[v.Matter]++
				if _, ok := s.matters[v.Matter]; !ok {
					bad("voice %s points to matter %s, which is not there", v.ID, v.Matter)
				}
			}
		}
		for _, m := range s.Matters {
			if m.UnionInitiated == (m.Voices+m.Supporters > 0) {
				bad("matter %s: %d voices, %d supporters, begun by the union: %t", m.Number, m.Voices, m.Supporters, m.UnionInitiated)
			}
			if m.Voices+m.Supporters < point[m.ID] {
				bad("matter %s counts %d, and %d voices point to it", m.Number, m.Voices+m.Supporters, point[m.ID])
			}
		}
		for _, m := range was.Matters {
			if _, ok := s.matters[m.ID]; !ok {
				bad("matter %s is gone", m.Number)
			}
		}
	}},
	{"I6", "a photo of a voice goes with an erasure and otherwise never", func(s, was *Snapshot, bad report) {
		have := map[string]bool{}
		for _, p := range s.VoicePhotos {
			have[p] = true
		}
		for _, p := range was.VoicePhotos {
			if v := s.voices[p[:26]]; !have[p] && v.State != voice.Erased {
				bad("photo %s is gone", p)
			}
		}
	}},
}

var privacy = []Invariant{
	{"I33", "nobody but the submitter could lower a level, and there is no action for it: it never changes, nor does who said it", func(s, was *Snapshot, bad report) {
		for _, b := range was.Voices {
			v := s.voices[b.ID]
			if v.Level != b.Level || v.Submitter != b.Submitter && v.State != voice.Erased || v.Root != b.Root || v.Parent != b.Parent {
				bad("voice %s: level %s was %s, submitter %q was %q", v.ID, v.Level, b.Level, v.Submitter, b.Submitter)
			}
		}
	}},
	{"I34", "a department has a text that triage has approved, and what is restricted stays so in matters, duties and on the board", func(s, was *Snapshot, bad report) {
		for _, v := range s.Voices {
			if in(v.State, voice.Assigned, voice.Signed) && v.Level.Hidden() && v.Redaction != "made" {
				bad("voice %s is %s with its words as written", v.ID, v.State)
			}
			if m := s.matters[v.Matter]; v.State == voice.Linked && v.Matter != "" && m.Restricted != v.Restricted {
				bad("voice %s (%q) is with matter %s (%q)", v.ID, v.Restricted, m.Number, m.Restricted)
			}
			for _, d := range s.owed["voice/"+v.ID] {
				if d.Open && d.Restricted != v.Restricted {
					bad("duty %s of voice %s is marked %q, the voice %q", d.Kind, v.ID, d.Restricted, v.Restricted)
				}
			}
		}
		for _, m := range s.Matters {
			if m.Restricted != "" && m.Public {
				bad("restricted matter %s is public", m.Number)
			}
			for _, d := range s.owed["matter/"+m.ID] {
				if d.Open && d.Restricted != m.Restricted {
					bad("duty %s of matter %s is marked %q, the matter %q", d.Kind, m.Number, d.Restricted, m.Restricted)
				}
			}
		}
	}},
	{"I35", "a voice is merged only into one that is as private, on the same restricted path", func(s, was *Snapshot, bad report) {
		for _, v := range s.Voices {
			if to := s.voices[v.MergedInto]; v.State == voice.Linked && v.MergedInto != "" &&
				(to.Level.Rank() < v.Level.Rank() || to.Restricted != v.Restricted) {
				bad("voice %s (%s, %q) is merged into %s (%s, %q)", v.ID, v.Level, v.Restricted, to.ID, to.Level, to.Restricted)
			}
		}
	}},
	{"I37", "no name stands anywhere near an anonymous or confidential voice, an identity is sealed for the confidential alone, and no time is finer than the hour", func(s, was *Snapshot, bad report) {
		sealed := map[string]bool{}
		for _, id := range s.Identities {
			sealed[id] = true
		}
		for _, v := range s.Voices {
			if v.Level.Hidden() && v.Submitter != "" {
				bad("%s voice %s names %s", v.Level, v.ID, v.Submitter)
			}
			if want := v.Level == voice.Confidential && v.Root == "" && v.State != voice.Erased; sealed[v.ID] != want {
				bad("%s voice %s has a sealed identity: %t", v.Level, v.ID, sealed[v.ID])
			}
			if !v.Level.Hidden() {
				continue
			}
			if !hour(v.RegisteredAt) {
				bad("voice %s was registered at %d", v.ID, v.RegisteredAt)
			}
			for _, f := range s.facts["voice/"+v.ID] {
				if in(f.ActorClass, "receipt", "anonymous") && f.Actor != "" || in(f.ActorClass, "receipt", "anonymous", "employee") && f.Actor == "" && !hour(f.At) && v.State != voice.Erased {
					bad("fact %s of voice %s: by %q at %d", f.Kind, v.ID, f.Actor, f.At)
				}
			}
		}
		for _, e := range s.Said {
			if e.ByWhom == "submitter" && s.voices[e.Voice].Level.Hidden() && (!hour(e.At) || e.Person != "") {
				bad("entry %d of voice %s: %q at %d", e.N, e.Voice, e.Person, e.At)
			}
		}
	}},
}

func hour(at clock.Millis) bool { return int64(at)%time.Hour.Milliseconds() == 0 }

var hands = []Invariant{
	{"I29", "an extension is granted before the deadline, by somebody outside the unit who has not asked for it", func(s, was *Snapshot, bad report) {
		asked := map[string]bool{}
		for _, e := range was.Extensions {
			asked[e.ID] = e.State == "asked"
		}
		for _, e := range s.Extensions {
			b := was.matters[e.Matter]
			if e.State != "granted" || !asked[e.ID] {
				continue
			}
			if e.DecidedBy == e.AskedBy || s.acts(e.DecidedBy, b.LeadPath) || e.DecidedBy == b.Owner {
				bad("extension %d of %s was granted by %s of the unit", e.N, b.Number, e.DecidedBy)
			}
			if e.DecidedAt > b.DueAt {
				bad("extension %d of %s was granted after the deadline", e.N, b.Number)
			}
		}
		n := map[string]int64{}
		for _, e := range s.Extensions {
			if e.State == "granted" {
				n[e.Matter]++
			}
		}
		for _, m := range s.Matters {
			if m.Extensions != n[m.ID] {
				bad("matter %s counts %d extensions, %d are granted", m.Number, m.Extensions, n[m.ID])
			}
		}
	}},
	{"I31", "who says done, who inspects and who strikes off are three, none but the first of the unit", func(s, was *Snapshot, bad report) {
		for _, m := range s.Matters {
			b, known := was.matters[m.ID]
			if m.Claimant != "" && m.InspectedAt != 0 && m.Claimant == m.Inspector {
				bad("matter %s was done and inspected by one person", m.Number)
			}
			if m.State == "closed" && (m.ClosedBy == m.Claimant || m.ClosedBy == m.Inspector || m.ClosedBy == m.Owner) {
				bad("matter %s was struck off by who did or inspected it", m.Number)
			}
			if known && b.State == "inspecting" && m.State == "accepting" && (s.acts(m.Inspector, m.LeadPath) || m.Inspector == m.Owner) {
				bad("matter %s was inspected by its own unit", m.Number)
			}
			if known && b.State == "rated" && m.State == "closed" && s.acts(m.ClosedBy, m.LeadPath) {
				bad("matter %s was struck off by its own unit", m.Number)
			}
		}
	}},
	{"I31b", "who is named in a voice never has it: not as lead or helping unit, not by a matter, not by another voice, not in hand", func(s, was *Snapshot, bad report) {
		named := map[string][]Named{}
		for _, n := range s.VoiceNamed {
			named[n.ID] = append(named[n.ID], n)
		}
		for _, n := range s.MatterNamed {
			named[n.ID] = append(named[n.ID], n)
		}
		of := func(id string) map[string]bool {
			out := map[string]bool{}
			for _, n := range named[id] {
				out[n.Person+"/"+n.Unit] = true
			}
			return out
		}
		recused := func(id string, path access.Path) bool {
			for _, n := range named[id] {
				if n.Unit != "" && path.Under(n.Path) {
					return true
				}
			}
			return false
		}
		person := func(id, person string) bool {
			for _, n := range named[id] {
				if n.Person != "" && n.Person == person {
					return true
				}
			}
			return person != "" && recused(id, s.People[person].Path)
		}
		for _, a := range s.Assignments {
			if a.EndedAt != 0 || in(a.State, "returned", "adjudicating") {
				continue
			}
			if recused(a.SubjectID, a.LeadPath) {
				bad("%s %s lies with %s, which is named in it", a.SubjectKind, a.SubjectID, a.Lead)
			}
			for _, h := range s.Helpers {
				if h.Assignment == a.ID && recused(a.SubjectID, h.Path) {
					bad("%s %s has %s helping, which is named in it", a.SubjectKind, a.SubjectID, h.Unit)
				}
			}
		}
		for _, v := range s.Voices {
			if person(v.ID, v.ClaimedBy) {
				bad("voice %s is in the hands of %s, who is named in it", v.ID, v.ClaimedBy)
			}
			if v.State != voice.Linked {
				continue
			}
			for _, to := range []string{v.Matter, v.MergedInto} {
				has := of(to)
				for n := range of(v.ID) {
					if to != "" && !has[n] {
						bad("voice %s names %s; %s, with which it is, does not", v.ID, n, to)
					}
				}
			}
		}
		for _, m := range s.Matters {
			if !in(m.State, "closed", "cancelled") && (person(m.ID, m.Owner) || person(m.ID, m.Sponsor)) {
				bad("matter %s: %s answers for it or sponsors it, and is named in it", m.Number, m.Owner)
			}
		}
	}},
}

// acts reports whether somebody works in a unit or acts for it as its clerk or head.
func (s *Snapshot) acts(person string, unit access.Path) bool {
	p, ok := s.People[person]
	if !ok || unit == "" {
		return false
	}
	if p.Path.Under(unit) {
		return true
	}
	for _, g := range p.Grants {
		if (g.Role == access.Handler || g.Role == access.DeptHead) && unit.Under(g.Path) {
			return true
		}
	}
	return false
}

// told reports whether the record has a fact of that kind about the subject.
func (s *Snapshot) told(kind, id, fact string) bool {
	for _, f := range s.facts[kind+"/"+id] {
		if f.Kind == fact {
			return true
		}
	}
	return false
}
