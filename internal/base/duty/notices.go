package duty

import (
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Told is a notice with what it is about.
type Told struct {
	Fired
	Notice string       // id of the notice
	Seen   clock.Millis // zero: not yet
	Open   bool         // the duty is still owed
}

// NoticeFilter chooses what a person was told.
type NoticeFilter struct {
	Unseen bool
	Open   bool // only of what is still owed
	After  string
	Limit  int // 0: 50
}

// Notices returns a page of what a person was told, the newest first, and the cursor of the next page ("" if this is the last). A wrong
// cursor is an Invalid fault at the field "after". Everybody asks for his own.
func Notices(tx *db.Tx, who access.Person, f NoticeFilter) ([]Told, string, error) {
	if err := who.May(tx, access.DutySee, access.Thing{Kind: "duty"}); err != nil {
		return nil, "", err
	}
	if f.Limit <= 0 || f.Limit > deskLimitMax {
		f.Limit = deskLimit
	}
	w := db.NewWhere().Add("n.person = ?", who.ID)
	if f.Unseen {
		w.Add("n.seen = 0")
	}
	if f.Open {
		w.Add("d.open = 1")
	}
	if f.After != "" {
		at, id, _ := strings.Cut(f.After, ".")
		n, err := strconv.ParseInt(at, 10, 64)
		if err != nil || id == "" {
			return nil, "", fault.Field("after", "fault.parameter", "after")
		}
		w.Add("(n.at < ? OR n.at = ? AND n.id < ?)", n, n, id)
	}
	limit := w.Arg(f.Limit + 1)
	cond, args := w.SQL()
	all, err := db.All[Told](tx, `SELECT r.id, r.duty, r.due_version, r.rung, r.n, r.subject_kind, r.subject_id, r.kind, r.path, r.restricted, r.due,
		r.meant_at, n.at, r.passed, n.id AS notice, n.seen, d.open
		FROM duty_notice n JOIN duty_rung r ON r.id = n.rung JOIN duty d ON d.id = r.duty
		WHERE `+cond+` ORDER BY n.at DESC, n.id DESC LIMIT `+limit, args...)
	if err != nil || len(all) <= f.Limit {
		return all, "", err
	}
	last := all[f.Limit-1]
	return all[:f.Limit], strconv.FormatInt(int64(last.At), 10) + "." + last.Notice, nil
}

// UnseenMost is up to where [Unseen] counts.
const UnseenMost = 100

// Unseen counts what a person was told and has not looked at, up to UnseenMost.
func Unseen(tx *db.Tx, person string) (int, error) {
	return db.One[int](tx, `SELECT COUNT(*) FROM (SELECT 1 FROM duty_notice WHERE person = $1 AND seen = 0 LIMIT $2) t`, person, UnseenMost)
}

// SeeNotices notes that the person has looked at one notice, or at all that he was told up to a moment.
type SeeNotices struct {
	Notice string       `json:"notice,omitempty"`
	Until  clock.Millis `json:"until,omitempty"`
}

// Do notes it. Errors: access.
func (in SeeNotices) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.DutySee, access.Thing{Kind: "duty"}); err != nil {
		return err
	}
	tx.Recorded() // what somebody has read is not kept in the record
	if in.Notice != "" {
		return seeNotice(tx, who.ID, in.Notice, tx.Millis())
	}
	return seeNotices(tx, who.ID, min(in.Until, tx.Millis()), tx.Millis())
}
