package voice

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/voice/core"
)

// CommentPlan says what a submitter, or somebody who has met the same, thinks of the plan before work starts (问计于职工). It stands in
// his thread; who decides on the plan reads it as far as he may read the voice.
type CommentPlan struct {
	Voice string `json:"voice"`
	Key   string `json:"key,omitempty"`
	Text  string `json:"text"`
}

// Do comments. Errors: access, Invalid without words, Conflict "voice.comment.closed" where nobody is asked or the days are over.
func (in CommentPlan) Do(tx *db.Tx, who access.Person) error {
	return speak(tx, who, in.Voice, in.Key, []byte("comment\n"+in.Text), func(s *core.Step) error {
		if s.V.State != Linked || s.V.Matter == "" {
			return fault.New(fault.Conflict, "voice.comment.closed")
		}
		plan, err := ledger.PromiseOf(tx, s.V.Matter)
		if err != nil {
			return err
		}
		if plan == nil || plan.Comment == 0 {
			return fault.New(fault.Conflict, "voice.comment.closed")
		}
		if err := add(s, core.EntryComment, in.Text, nil, true); err != nil {
			return err
		}
		return s.Save(core.EvInfo, event.Ref{}, nil)
	})
}
