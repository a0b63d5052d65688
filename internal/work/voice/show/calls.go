package show

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice/core"
)

// QueueOf counts the open voices on a restricted path that the person may see.
func QueueOf(tx *db.Tx, who access.Person, class string) (Count, error) {
	tx.Asked()
	var c Count
	for _, st := range core.Open() {
		seen, args := visible(who, access.VoiceList, 1)
		w := db.NewWhere(args...)
		w.Add("v.restricted = ? AND v.restricted <> ''", class)
		w.Add("v.state = ?", st)
		lim := w.Arg(countCap + 1)
		cond, args := w.SQL()
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM (SELECT v.id FROM voice v WHERE `+seen+` AND `+cond+` LIMIT `+lim+`) c`, args...)
		if err != nil {
			return c, err
		}
		c.N += n
	}
	if c.N > countCap {
		c.N, c.More = countCap, true
	}
	return c, nil
}

// Call is a voice of danger that somebody of the duty roster is called for.
type Call struct {
	Row
	Text     string // what the one who is called may read
	CalledAt clock.Millis
}

// Calls lists the voices of danger for which the person is called now, the longest waiting first.
func Calls(tx *db.Tx, who access.Person) ([]Call, error) {
	tx.Asked()
	if who.ID == "" {
		return nil, nil
	}
	calls, err := db.All[Call](tx, `SELECT `+rowColumns+`, '' AS claimed_name, v.redacted AS text, v.called_at
		FROM duty d JOIN voice v ON v.id = d.subject_id
		WHERE d.open = 1 AND d.person = $1 AND d.person <> '' AND d.kind = 'accept_hazard' AND d.subject_kind = 'voice' AND v.called_at > 0
		ORDER BY v.called_at, v.id LIMIT 50`, who.ID)
	for i, c := range calls {
		calls[i].Row = undated(who, []Row{c.Row})[0]
	}
	return calls, err
}
