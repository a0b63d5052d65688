package news

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/voice"
)

// Object is a voice that objects to what is shown. It is registered like any other, with its receipt, in the same transaction.
type Object struct {
	Number string         `json:"number"` // of the notice
	Voice  voice.Register `json:"voice"`
}

// Do registers. Errors: those of [voice.Register], Conflict "news.objection_over" where one cannot object any more; nothing is registered then.
func (in Object) Do(tx *db.Tx, who access.Person) (voice.Sent, error) {
	c, err := Current(tx, in.Number)
	if err != nil {
		tx.Asked()
		return voice.Sent{}, err
	}
	in.Voice.Notice = c.News
	sent, err := in.Voice.Do(tx, who)
	if err != nil || sent.Again || sent.Crisis {
		return sent, err
	}
	if !c.Open(tx.Today()) {
		return voice.Sent{}, fault.New(fault.Conflict, "news.objection_over")
	}
	return sent, insertObjection(tx, sent.Voice, c.News, c.N)
}

// Objections counts the voices that have objected, and those of them that still wait for what was decided about them.
func Objections(tx *db.Tx, news string) (all, waiting int64, err error) {
	type row struct{ N, Waiting int64 }
	r, err := db.One[row](tx, `SELECT COUNT(*) AS n, COALESCE(SUM(CASE WHEN v.state IN ('answered', 'closed', 'rejected', 'linked', 'withdrawn', 'erased') THEN 0 ELSE 1 END), 0) AS waiting
		FROM news_objection o JOIN voice v ON v.id = o.voice WHERE o.news = $1`, news)
	return r.N, r.Waiting, err
}

// ObjectionIDs lists the voices that have objected, in the order of their ids, which tell no time.
func ObjectionIDs(tx *db.Tx, news string) ([]string, error) {
	return db.All[string](tx, `SELECT voice FROM news_objection WHERE news = $1 ORDER BY voice LIMIT 500`, news)
}

// Against is the copy that a voice objects to, or nil.
func Against(tx *db.Tx, voice string) (*Copy, error) {
	return db.Maybe[Copy](tx, `SELECT c.* FROM news_copy c JOIN news_objection o ON o.news = c.news AND o.n = c.n WHERE o.voice = $1`, voice)
}
