package voice

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice/core"
)

// Merge lets a voice be handled together with another one that says the same. Its own receipt lives on and gets every answer.
type Merge struct {
	Voice   string `json:"voice"`
	Version int    `json:"version,omitempty"`
	Into    string `json:"into"`
	Say     string `json:"say,omitempty"`
}

// Do merges. Errors: access; Conflict "voice.merge.level" where the other voice is less private, "voice.merge.restricted" across
// restricted paths, "voice.merge.over" where it is over, "voice.merge.recused" where it lies with somebody whom this one names.
func (in Merge) Do(tx *db.Tx, who access.Person) error {
	s, err := decide(tx, who, in.Voice, in.Version)
	if err != nil {
		return err
	}
	into, err := core.Find(tx, in.Into, tx.ForUpdate())
	if err != nil {
		return fault.Field("into", "voice.merge.unknown")
	}
	if ok, err := mayTriage(tx, who, into); err != nil || !ok {
		return either(err, fault.Field("into", "voice.merge.unknown"))
	}
	if into.State == Linked && into.MergedInto != "" && into.MergedInto != s.V.ID { // it waits with another one: so does this, under the conditions of that one
		if into, err = core.Find(tx, into.MergedInto, tx.ForUpdate()); err != nil {
			return err
		}
		if ok, err := mayTriage(tx, who, into); err != nil || !ok {
			return either(err, fault.Field("into", "voice.merge.unknown"))
		}
	}
	var f fault.Form
	say := core.Clean(in.Say)
	core.TooLong(&f, "say", say, core.MaxReply)
	if err := f.Err(); err != nil {
		return err
	}
	switch {
	case Cycle.Over(into.State) || into.State == Answered || into.State == WasSplit:
		return fault.New(fault.Conflict, "voice.merge.over", into.Number)
	case into.ID == s.V.ID || into.State == Linked && into.MergedInto == s.V.ID:
		return fault.Field("into", "voice.merge.self")
	case into.Restricted != s.V.Restricted:
		return fault.New(fault.Conflict, "voice.merge.restricted", into.Number)
	case into.Level.Rank() < s.V.Level.Rank():
		return fault.New(fault.Conflict, "voice.merge.level", into.Number)
	}
	if into.Matter != "" { // the other voice is with a matter: so is this one
		m, err := matter.Find(tx, into.Matter)
		if err != nil {
			return err
		}
		if err := join(s, m, 1, 0); err != nil {
			return err
		}
		s.V.Matter = m.ID
	}
	if s.V.Named {
		if err := handNames(s, into); err != nil {
			return err
		}
	}
	if err := s.Move(core.EvMerge); err != nil {
		return err
	}
	s.V.MergedInto, s.V.ClaimedBy, s.V.Appeal = into.ID, "", false
	if err := s.Say(Entry{Kind: core.EntryMerged, Text: say, Extra: into.Number}); err != nil {
		return err
	}
	if err := assignment.End(tx, who, s.V.Ref(), "merged"); err != nil {
		return err
	}
	if err := s.DischargeAll(duty.Done); err != nil {
		return err
	}
	// Who had been merged into this voice follows it to the new one.
	fs, err := core.Followers(tx, s.V.ID)
	if err != nil {
		return err
	}
	for _, v := range fs {
		o := &core.Step{Tx: tx, Who: who, V: v, From: v.State}
		if s.V.Matter != "" {
			m, err := matter.Find(tx, s.V.Matter)
			if err != nil {
				return err
			}
			if err := join(o, m, 1, 0); err != nil {
				return err
			}
		}
		o.V.MergedInto, o.V.Matter = into.ID, s.V.Matter
		if err := o.Save(core.EvMerge, into.Ref(), nil); err != nil {
			return err
		}
	}
	return s.Save(core.EvMerge, into.Ref(), nil)
}

func mayTriage(tx *db.Tx, who access.Person, v Voice) (bool, error) {
	t, err := core.ThingOf(tx, v)
	return who.Can(access.VoiceTriage, t), err
}

func either(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// handNames makes whom a voice names known to the one that it is merged into: neither may ever reach them. It is refused, Conflict
// "voice.merge.recused", where the other one lies with a unit that is named.
func handNames(s *core.Step, into Voice) error {
	if err := core.CopyNamed(s.Tx, s.V.ID, into.ID); err != nil {
		return err
	}
	o := &core.Step{Tx: s.Tx, Who: s.Who, V: into, From: into.State}
	o.V.Named = true
	t, err := core.ThingOf(s.Tx, o.V)
	if err != nil {
		return err
	}
	for _, u := range append([]access.Path{t.Lead}, t.Co...) {
		if u != "" && core.Recused(u, t.NamedUnits) {
			return fault.New(fault.Conflict, "voice.merge.recused", into.Number)
		}
	}
	o.Thing = t
	if err := takeAway(o); err != nil {
		return err
	}
	if err := passNames(o); err != nil {
		return err
	}
	return o.Save("name", event.Ref{}, nil)
}

// passNames makes whom a voice names known to where it is: to the matter, which must not lie with them (Conflict
// "matter.join.recused"), and to the voice that it was merged into. A matter that has answered can be opened again, and then has it.
func passNames(s *core.Step) error {
	if on, err := matterGoesOn(s); err != nil {
		return err
	} else if on && (s.V.State == Linked || s.V.State == Answered || s.V.State == Closed) {
		var j matter.Joined
		if j.NamedPersons, j.NamedUnits, err = recusals(s); err != nil {
			return err
		}
		if err := matter.AddVoices(s.Tx, s.V.Matter, j); err != nil {
			return err
		}
	}
	if s.V.MergedInto == "" || s.V.State != Linked {
		return nil
	}
	into, err := core.Find(s.Tx, s.V.MergedInto, s.Tx.ForUpdate())
	if err != nil {
		return err
	}
	return handNames(s, into)
}

// takeAway takes a voice out of the hands of a triager who is named in it.
func takeAway(s *core.Step) error {
	if s.V.ClaimedBy == "" {
		return nil
	}
	p, err := org.Actor(s.Tx, s.V.ClaimedBy)
	if err != nil {
		return err
	}
	if p.Recused(s.Thing) {
		s.V.ClaimedBy = ""
	}
	return nil
}

// tellFollowers gives the answer to every voice merged into this one.
func tellFollowers(s *core.Step, e Entry) error {
	return s.EachFollower(func(o *core.Step) error { return answer(o, e) })
}

// followersJoin takes voices merged into this one along to the matter.
func followersJoin(s *core.Step, id, number string) error {
	m, err := matter.Find(s.Tx, id)
	if err != nil {
		return err
	}
	return s.EachFollower(func(o *core.Step) error {
		if err := join(o, m, 1, 0); err != nil {
			return err
		}
		o.V.Matter = id
		if err := o.Say(Entry{Kind: core.EntryLinked, Extra: number}); err != nil {
			return err
		}
		return o.Save(core.EvMerge, event.Ref{Kind: "matter", ID: id}, linked{Matter: number})
	})
}
