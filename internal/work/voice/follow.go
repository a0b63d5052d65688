package voice

import (
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/once"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/words"
)

// speak begins something that the submitter does. Key makes a repeat one effect; the body is what was sent.
func speak(tx *db.Tx, who access.Person, voice, key string, body []byte, do func(*core.Step) error) error {
	s, err := core.Begin(tx, who, voice, 0, access.VoiceSpeak)
	if err != nil {
		return err
	}
	if key == "" {
		return do(s)
	}
	_, _, err = once.Do(tx, "voice:"+s.V.ID, key, body, func() (string, error) { return "ok", do(s) })
	return err
}

// AddInfo adds to one's own thread, and answers a question of triage. Holders of receipts write with [db.Coarse].
type AddInfo struct {
	Voice  string  `json:"voice"`
	Key    string  `json:"key,omitempty"`
	Text   string  `json:"text"`
	Photos []Photo `json:"photos,omitempty"`
	Unseen bool    `json:"unseen,omitempty"` // there is news that has not been shown to him yet: his words answer nothing of it
}

// Do adds. Errors: access, Invalid at the fields, Conflict "voice.over" when it is over.
func (in AddInfo) Do(tx *db.Tx, who access.Person) error {
	return speak(tx, who, in.Voice, in.Key, []byte("info\n"+in.Text), func(s *core.Step) error {
		if s.Aside = in.Unseen; s.Aside {
			if err := add(s, core.EntryInfo, in.Text, in.Photos, len(in.Photos) == 0); err != nil {
				return err
			}
			return s.Save(core.EvInfo, event.Ref{}, nil)
		}
		if Cycle.Over(s.V.State) {
			return fault.New(fault.Conflict, "voice.over")
		}
		if err := add(s, core.EntryInfo, in.Text, in.Photos, len(in.Photos) == 0); err != nil {
			return err
		}
		if s.V.State != WaitingInfo {
			return s.Save(core.EvInfo, event.Ref{}, nil)
		}
		if err := s.Move(core.EvInfo); err != nil {
			return err
		}
		if _, err := duty.Resume(tx, who, s.V.Ref(), duty.WaitInfo); err != nil {
			return err
		}
		return s.Save(core.EvInfo, event.Ref{}, nil)
	})
}

// add puts text and photos of the submitter into the thread.
func add(s *core.Step, kind, text string, photos []Photo, needed bool) error {
	set, err := org.SettingsOf(s.Tx)
	if err != nil {
		return err
	}
	var f fault.Form
	if needed {
		text = core.NeedText(&f, "text", text, set.Int(org.VoiceLength))
	} else {
		text = core.Clean(text)
		core.TooLong(&f, "text", text, set.Int(org.VoiceLength))
	}
	if most := set.Int(org.VoicePhotos); len(photos) > most {
		f.Add("photos", "voice.photos.many", most)
	}
	if err := f.Err(); err != nil {
		return err
	}
	n, err := s.SayN(Entry{Kind: kind, Text: text})
	if err != nil {
		return err
	}
	if n > core.MaxEntries {
		return fault.New(fault.TooMany, "voice.thread.full")
	}
	return core.InsertPhotos(s.Tx, s.V.ID, n, int(n)*100, photos)
}

// ConfirmSolved says "it is solved": the only way in which a voice closes as confirmed.
type ConfirmSolved struct {
	Voice string `json:"voice"`
	Key   string `json:"key,omitempty"`
}

// Do closes. Errors: access, Conflict in another state.
func (in ConfirmSolved) Do(tx *db.Tx, who access.Person) error {
	return speak(tx, who, in.Voice, in.Key, []byte("solved"), func(s *core.Step) error {
		if err := s.Move(core.EvConfirm); err != nil {
			return err
		}
		if err := s.Say(Entry{Kind: core.EntrySolved}); err != nil {
			return err
		}
		s.V.ClosedAt, s.V.ClosedHow = tx.Millis(), Confirmed
		return s.Save(core.EvConfirm, event.Ref{}, nil)
	})
}

// NotSolved says "it is not": within 30 days of the answer, twice at most. The matter is taken up again where there is one,
// else the voice goes back to triage.
type NotSolved struct {
	Voice  string  `json:"voice"`
	Key    string  `json:"key,omitempty"`
	Text   string  `json:"text"` // what is still missing
	Photos []Photo `json:"photos,omitempty"`
}

// Do reopens. Errors: access, Invalid without words, Conflict "voice.reopen.max", "voice.reopen.late".
func (in NotSolved) Do(tx *db.Tx, who access.Person) error {
	return speak(tx, who, in.Voice, in.Key, []byte("not\n"+in.Text), func(s *core.Step) error {
		if s.V.Reopens >= core.ReopenMax {
			return fault.New(fault.Conflict, "voice.reopen.max", core.ReopenMax)
		}
		if s.V.AnsweredAt != 0 && tx.Millis() > s.V.AnsweredAt.Add(core.ReopenDays*24*time.Hour) {
			return fault.New(fault.Conflict, "voice.reopen.late", core.ReopenDays)
		}
		if s.V.ClosedHow == PartsDone {
			return fault.New(fault.Conflict, "voice.reopen.parts")
		}
		if !Cycle.Can(s.V.State, core.EvNotSolved) {
			return fault.New(fault.Conflict, "cycle.refused", s.V.State, core.EvNotSolved)
		}
		if err := add(s, core.EntryNotSolved, in.Text, in.Photos, true); err != nil {
			return err
		}
		s.V.Reopens++
		s.V.AnsweredAt, s.V.ClosedAt, s.V.ClosedHow = 0, 0, ""
		again, err := matterGoesOn(s)
		if err != nil {
			return err
		}
		to := InTriage
		if again {
			to = Linked
		}
		if err := s.MoveTo(core.EvNotSolved, to); err != nil {
			return err
		}
		if again {
			if err := s.Save(core.EvNotSolved, event.Ref{Kind: "matter", ID: s.V.Matter}, nil); err != nil {
				return err
			}
			return reopenMatter(s, in.Text)
		}
		s.V.Matter, s.V.MergedInto, s.V.ClaimedBy = "", "", ""
		if err := s.OweIntake(); err != nil {
			return err
		}
		return s.Save(core.EvNotSolved, event.Ref{}, nil)
	})
}

// Object objects to a rejection: once, within ten working days. The next level up decides, not who refused.
type Object struct {
	Voice string `json:"voice"`
	Key   string `json:"key,omitempty"`
	Text  string `json:"text"`
}

// Do objects. Errors: access, Invalid without words, Conflict "voice.object.once", "voice.object.late".
func (in Object) Do(tx *db.Tx, who access.Person) error {
	return speak(tx, who, in.Voice, in.Key, []byte("object\n"+in.Text), func(s *core.Step) error {
		if !Cycle.Can(s.V.State, core.EvObject) {
			return fault.New(fault.Conflict, "cycle.refused", s.V.State, core.EvObject)
		}
		if s.V.Objected {
			return fault.New(fault.Conflict, "voice.object.once")
		}
		t, err := core.TermsOf(tx)
		if err != nil {
			return err
		}
		if t.Past(s.V.ClosedAt, core.ObjectDays, tx.Now) {
			return fault.New(fault.Conflict, "voice.object.late", core.ObjectDays)
		}
		if err := add(s, core.EntryObjection, in.Text, nil, true); err != nil {
			return err
		}
		if err := s.Move(core.EvObject); err != nil {
			return err
		}
		s.V.Objected, s.V.Appeal, s.V.ClosedAt, s.V.ClaimedBy = true, true, 0, ""
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		if up := tree.Chain(s.V.UnitPath.Unit()); len(up) > 1 {
			s.V.Unit, s.V.UnitPath = up[1].Code, up[1].Path
		}
		if err := s.OweIntake(); err != nil {
			return err
		}
		return s.Save(core.EvObject, event.Ref{}, nil)
	})
}

// ReportRetaliation says "I was treated badly because of this". It makes a voice of its own in the queue of discipline, past
// the unit that has the first one, and opens with the same receipt.
type ReportRetaliation struct {
	Voice  string  `json:"voice"`
	Key    string  `json:"key"`
	Text   string  `json:"text"`
	Photos []Photo `json:"photos,omitempty"`
}

// Do reports and returns the id of the new voice (empty at a repeat). Errors: access, Invalid without words.
func (in ReportRetaliation) Do(tx *db.Tx, who access.Person) (string, error) {
	made := ""
	err := speak(tx, who, in.Voice, in.Key, []byte("retaliation\n"+in.Text), func(s *core.Step) error {
		set, err := org.SettingsOf(tx)
		if err != nil {
			return err
		}
		var f fault.Form
		text := core.NeedText(&f, "text", in.Text, set.Int(org.VoiceLength))
		if most := set.Int(org.VoicePhotos); len(in.Photos) > most {
			f.Add("photos", "voice.photos.many", most)
		}
		if err := f.Err(); err != nil {
			return err
		}
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM voice WHERE root = $1 AND root <> '' AND channel = $2`, s.V.Holder(), Retaliation)
		if err != nil {
			return err
		}
		root, err := core.Find(tx, s.V.Holder(), "")
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		v := Voice{ID: id.Random(), Number: root.Number + "-R" + core.Plain(n+1), Level: s.V.Level, Kind: Problem, Channel: Retaliation,
			Submitter: s.V.Submitter, UnitPath: tree.Path(org.Root), Text: text, Redacted: words.RedactSuggest(text), Redaction: "auto",
			State: Registered, Version: 1, Day: tx.Today(), RegisteredAt: tx.Millis(), Restricted: Discipline, Root: s.V.Holder(), Named: true,
			Due: clock.MillisOf(tx.Now.Add(time.Duration(set.Int(org.RetaliateHours)) * time.Hour))}
		if err := core.Insert(tx, &v); err != nil {
			return err
		}
		if err := namesOf(s, v.ID); err != nil {
			return err
		}
		if err := core.InsertPhotos(tx, v.ID, 0, 0, in.Photos); err != nil {
			return err
		}
		made = v.ID
		if err := event.Record(tx, who, event.Fact{Kind: "voice." + core.EvRegister, Subject: v.Ref(), To: v.State,
			Data: core.Registration{Number: v.Number, Level: v.Level, Kind: v.Kind, Channel: v.Channel, Day: v.Day, Words: core.Fingerprint(v.Text)}}); err != nil {
			return err
		}
		_, err = duty.Owe(tx, who, duty.New{Kind: duty.Retaliation, Subject: v.Ref(), Path: v.UnitPath, Role: access.DisciplineOfficer,
			Restricted: Discipline, Due: v.Due, Start: tx.Millis(), Round: 1})
		return err
	})
	return made, err
}

// namesOf names, in a report of retaliation, everybody who had the first voice in hand: the unit that leads it or its matter,
// those named in it, and who had claimed it.
func namesOf(s *core.Step, report string) error {
	tree, err := org.TreeOf(s.Tx)
	if err != nil {
		return err
	}
	units := []string{s.V.Lead}
	if s.V.Matter != "" {
		more, err := db.All[string](s.Tx, `SELECT lead FROM matter WHERE id = $1`, s.V.Matter)
		if err != nil {
			return err
		}
		units = append(units, more...)
	}
	for _, u := range units {
		if u == "" || u == org.Root {
			continue
		}
		if err := core.InsertNamed(s.Tx, report, "unit", u, string(tree.Path(u))); err != nil {
			return err
		}
	}
	return core.CopyNamed(s.Tx, s.V.ID, report)
}

// Withdraw takes a voice back. What concerns safety goes on without the submitter and cannot be withdrawn.
type Withdraw struct {
	Voice string `json:"voice"`
	Key   string `json:"key,omitempty"`
}

// Do withdraws. Errors: access, Conflict "voice.withdraw.safety" or in another state.
func (in Withdraw) Do(tx *db.Tx, who access.Person) error {
	return speak(tx, who, in.Voice, in.Key, []byte("withdraw"), func(s *core.Step) error {
		if s.V.Alarm == words.AlarmHazard || s.V.Alarm == words.AlarmFood || s.V.Class == clock.T2H {
			return fault.New(fault.Conflict, "voice.withdraw.safety")
		}
		return withdraw(s)
	})
}

// EndAccess destroys the code of a receipt: nobody can open the thread any more, the holder included.
type EndAccess struct {
	Voice string `json:"voice"`
}

// Do ends access. The voice goes on. Errors: access; Conflict "voice.access.ended" when there is none left.
func (in EndAccess) Do(tx *db.Tx, who access.Person) error {
	s, err := core.Begin(tx, who, in.Voice, 0, access.VoiceSpeak)
	if err != nil {
		return err
	}
	root, err := core.Find(tx, s.V.Holder(), "")
	if err != nil {
		return err
	}
	n, err := core.DeleteReceipt(tx, root.ID, root.Number)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "voice.access.ended")
	}
	return event.Record(tx, who, event.Fact{Kind: "voice.access_ended", Subject: root.Ref()})
}
