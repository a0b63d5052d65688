package voice

import (
	"context"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/words"
)

// withdraw ends the voice on its submitter's word.
func withdraw(s *core.Step) error {
	if err := s.Move(core.EvWithdraw); err != nil {
		return err
	}
	if err := s.DischargeAll(duty.Cancelled); err != nil {
		return err
	}
	if err := assignment.End(s.Tx, s.Who, s.V.Ref(), "withdrawn"); err != nil {
		return err
	}
	s.V.ClosedAt, s.V.ClaimedBy = s.Tx.Millis(), ""
	if err := s.Save(core.EvWithdraw, event.Ref{}, nil); err != nil {
		return err
	}
	return s.LetFollowersGo()
}

// matterGoesOn reports whether there is a matter that "not solved" takes up again.
func matterGoesOn(s *core.Step) (bool, error) {
	if s.V.Matter == "" {
		return false, nil
	}
	m, err := matter.Find(s.Tx, s.V.Matter)
	if err != nil {
		return false, err
	}
	return m.State != matter.Cancelled, nil
}

// reopenMatter starts a new round of a matter that had been struck off; one that is still open is only told.
func reopenMatter(s *core.Step, text string) error {
	m, err := matter.Find(s.Tx, s.V.Matter)
	if err != nil || m.State != matter.Closed {
		return err
	}
	return matter.Reopen(s.Tx, access.System("voice.not_solved"), m.ID,
		matter.Reopening{Event: matter.EventReopen, Reason: words.Excerpt(words.RedactSuggest(core.Clean(text)), core.MaxNote)})
}

// matterMoved tells every voice of a matter what became of it.
func matterMoved(tx *db.Tx, who access.Person, m matter.Moved) error {
	switch m.Event {
	case matter.EventClose:
		return answerAll(tx, who, m, core.ResultDone)
	case matter.EventDecline, matter.EventCancel:
		return answerAll(tx, who, m, core.ResultNo)
	case matter.EventCarry:
		return answerAll(tx, who, m, core.ResultCarried)
	}
	if m.After.Round != m.Before.Round && m.Before.Round != 0 {
		return reopenAll(tx, who, m)
	}
	return nil
}

// of lists the voices of a matter, those merged into others too: whoever joined, joined the matter.
func of(tx *db.Tx, matter string) ([]Voice, error) {
	return db.All[Voice](tx, `SELECT `+core.Columns+` FROM voice WHERE matter = $1 AND matter <> '' ORDER BY id`+tx.ForUpdate(), matter)
}

func answerAll(tx *db.Tx, who access.Person, m matter.Moved, result string) error {
	vs, err := of(tx, m.After.ID)
	if err != nil {
		return err
	}
	for _, v := range vs {
		if v, err = core.Find(tx, v.ID, ""); err != nil { // the answer to another may have reached it already
			return err
		}
		s := &core.Step{Tx: tx, Who: who, V: v, From: v.State}
		e := Entry{Kind: core.EntryAnswer, Text: m.Text, Result: result, Extra: m.After.Number}
		if v.State != Linked { // answered before (carried over, then done) or over: the news is told all the same
			if v.State == Answered || v.State == Closed {
				if err := s.Say(e); err != nil {
					return err
				}
			}
			continue
		}
		if err := answer(s, e); err != nil {
			return err
		}
	}
	return nil
}

func reopenAll(tx *db.Tx, who access.Person, m matter.Moved) error {
	vs, err := of(tx, m.After.ID)
	if err != nil {
		return err
	}
	for _, v := range vs {
		if v.State != Answered && v.State != Closed {
			continue
		}
		s := &core.Step{Tx: tx, Who: who, V: v, From: v.State}
		if err := s.Move(core.EvReopen); err != nil {
			return err
		}
		s.V.AnsweredAt, s.V.ClosedAt, s.V.ClosedHow = 0, 0, ""
		if err := s.Say(Entry{Kind: core.EntryReopened, Extra: m.After.Number}); err != nil {
			return err
		}
		if err := s.Save(core.EvReopen, event.Ref{Kind: "matter", ID: m.After.ID}, nil); err != nil {
			return err
		}
	}
	return nil
}

// batch is how many voices one run of a job moves in one transaction.
const batch = 200

// CloseSilent closes voices whose submitter has said nothing for ten working days since the answer: as unconfirmed, counted
// as answered and never as solved. It returns how many; call again while it returns many.
func CloseSilent(tx *db.Tx) (int, error) {
	return sweep(tx, "voice.silent", Answered, func(s *core.Step, _ core.Terms) (bool, error) {
		if err := s.Move(core.EvSilent); err != nil {
			return false, err
		}
		s.V.ClosedAt, s.V.ClosedHow = tx.Millis(), Unconfirmed
		return true, s.Save(core.EvSilent, event.Ref{}, nil)
	}, "due")
}

// AskTimeouts gives voices back to triage whose submitter has not answered a question within five working days.
func AskTimeouts(tx *db.Tx) (int, error) {
	return sweep(tx, "voice.ask_timeout", WaitingInfo, func(s *core.Step, t core.Terms) (bool, error) {
		if !t.Past(s.V.AskedAt, core.AskDays, tx.Now) {
			return false, nil
		}
		if err := s.Move(core.EvTimeout); err != nil {
			return false, err
		}
		if _, err := duty.Resume(tx, s.Who, s.V.Ref(), duty.WaitInfo); err != nil {
			return false, err
		}
		return true, s.Save(core.EvTimeout, event.Ref{}, nil)
	}, "asked_at")
}

// sweep runs do over voices in a state whose column has passed, in the name of a job.
func sweep(tx *db.Tx, job, state string, do func(*core.Step, core.Terms) (bool, error), column string) (int, error) {
	who := access.System(job)
	if err := who.May(tx, access.VoiceSystem, access.Thing{Kind: RefKind}); err != nil {
		return 0, err
	}
	t, err := core.TermsOf(tx)
	if err != nil {
		return 0, err
	}
	vs, err := db.All[Voice](tx, `SELECT `+core.Columns+` FROM voice WHERE state = $1 AND `+column+` < $2 ORDER BY `+column+`, id LIMIT $3`+tx.SkipLocked(),
		state, tx.Millis(), batch)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, v := range vs {
		done, err := do(&core.Step{Tx: tx, Who: who, V: v, From: v.State}, t)
		if err != nil {
			return n, err
		}
		if done {
			n++
		}
	}
	return n, nil
}

// HardenReceipts turns the quickly stored codes of new receipts into their final form, most at a time, and returns how many.
func HardenReceipts(ctx context.Context, d *db.DB, keys *seal.Keys, most int) (int, error) {
	return core.HardenReceipts(ctx, d, keys, most)
}
