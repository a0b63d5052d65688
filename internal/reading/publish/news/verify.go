package news

import (
	"fmt"
	"strings"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// told is a fact about a paper as far as the comparison needs it.
type told struct {
	SubjectID string
	At        clock.Millis
	Kind      string
	Data      string
}

// shownFact is what the record holds of a showing.
type shownFact struct {
	Number  string `json:"number"`
	Copy    int64  `json:"copy"`
	Hash    string `json:"sha256"`
	Content string `json:"content"` // the bytes that the hash is of
	at      clock.Millis
}

// over is how a showing was over, by the record.
type over struct {
	at       clock.Millis
	how, why string
}

// Verify compares the copies of what was shown with the record: every showing has its copy with the same bytes, no copy is without a showing, and
// how each was over is what was recorded. It tells what does not agree, in words for the log. It looks at up to limit papers after the id given and
// returns the id to go on from, "" when it is through.
func Verify(tx *db.Tx, after string, limit int) (bad []string, next string, err error) {
	ids, err := db.All[string](tx, `SELECT id FROM (SELECT DISTINCT subject_id AS id FROM event WHERE subject_kind = 'news' AND kind = 'news.shown' AND subject_id > $1
		UNION SELECT news AS id FROM news_copy WHERE news > $2) x ORDER BY id LIMIT $3`, after, after, limit)
	if err != nil || len(ids) == 0 {
		return nil, "", err
	}
	in, args := db.In("subject_id", ids, 1)
	facts, err := db.All[told](tx, `SELECT subject_id, at, kind, data FROM event WHERE subject_kind = 'news' AND kind IN ('news.shown', 'news.withdrawn', 'news.ended')
		AND `+in+` ORDER BY ins`, args...)
	if err != nil {
		return nil, "", err
	}
	shown, ends := map[string][]shownFact{}, map[string]map[int64]over{}
	for _, f := range facts {
		id := f.SubjectID
		switch f.Kind {
		case "news.shown":
			x := parsed[shownFact](f.Data)
			x.at = f.At
			shown[id] = append(shown[id], x)
		default:
			n, e := int64(len(shown[id])), over{at: f.At, how: strings.TrimPrefix(f.Kind, "news.")}
			if e.how == Ended {
				e.why = strings.TrimSpace(parsed[End](f.Data).Outcome)
			} else {
				e.why = strings.TrimSpace(parsed[Withdraw](f.Data).Reason)
			}
			if ends[id] == nil {
				ends[id] = map[int64]over{}
			}
			ends[id][n] = e
		}
	}
	in, args = db.In("news", ids, 1)
	all, err := db.All[Copy](tx, `SELECT * FROM news_copy WHERE `+in+` ORDER BY news, n`, args...)
	if err != nil {
		return nil, "", err
	}
	copies := map[string]map[int64]Copy{}
	for _, c := range all {
		if copies[c.News] == nil {
			copies[c.News] = map[int64]Copy{}
		}
		copies[c.News][c.N] = c
	}
	for _, id := range ids {
		for i, f := range shown[id] {
			n := int64(i + 1)
			c, there := copies[id][n]
			if !there {
				bad = append(bad, fmt.Sprintf("copy %d of %s (news %s) is gone", n, f.Number, id))
				continue
			}
			delete(copies[id], n)
			if err := agrees(c, f, ends[id][n]); err != nil {
				bad = append(bad, fmt.Sprintf("copy %d of %s (news %s): %v", n, f.Number, id, err))
			}
		}
		for _, c := range all { // in their order, so that the words are the same each time
			if _, left := copies[id][c.N]; left && c.News == id {
				bad = append(bad, fmt.Sprintf("copy %d of %s (news %s) was never shown", c.N, c.Number, id))
			}
		}
	}
	if len(ids) == limit {
		next = ids[len(ids)-1]
	}
	return bad, next, nil
}

// agrees compares a copy with the fact that it was shown, with how that was over, and with itself.
func agrees(c Copy, f shownFact, end over) error {
	x := c.Content()
	named := func(all []Named) string {
		var codes []string
		for _, n := range all {
			codes = append(codes, n.Code)
		}
		return joined(codes)
	}
	switch {
	case c.N != f.Copy:
		return fmt.Errorf("the record has it as copy %d", f.Copy)
	case c.JSON != f.Content:
		return fmt.Errorf("its content is not what was shown")
	case c.Hash != f.Hash || c.Hash != Fingerprint(c.JSON):
		return fmt.Errorf("its hash is not that of what was shown")
	case c.Number != f.Number || c.Number != x.Number || c.Kind != x.Kind || c.Class != x.Class || c.Title != x.Title || c.Public != (x.Kind != Circular):
		return fmt.Errorf("number, kind or title is not that of what was shown")
	case c.Everywhere != x.Everywhere || c.Units != named(x.Units) || c.Places != named(x.Places):
		return fmt.Errorf("it is for others than it was shown to")
	case c.From != x.From || c.Until != x.Until || c.ShownAt != f.at:
		return fmt.Errorf("its days are not those for which it was shown")
	case c.OverHow != end.how || c.OverWhy != end.why || c.OverAt != end.at:
		return fmt.Errorf("how it was over is not what was recorded")
	}
	return nil
}
