// Package show reads meetings and resolutions for lists, desks and calendars: what a person may see of them.
package show

import (
	"fmt"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/meeting/pack"
)

var (
	meetingAccess = access.Columns{Unit: "m.unit_path", Lead: "'" + string(access.NoUnit) + "'", Owner: "m.chair", Claimant: "m.recorder", CoPath: "p.path",
		Co: "(EXISTS (SELECT 1 FROM meeting_party p WHERE p.meeting = m.id AND %[1]s) OR EXISTS (SELECT 1 FROM meeting_position p WHERE p.meeting = m.id AND %[1]s))"}
	resolutionAccess = access.Columns{Unit: "r.unit_path", Lead: "r.lead_path", Owner: "r.person", CoPath: "c.path",
		Co: "EXISTS (SELECT 1 FROM resolution_co c WHERE c.resolution = r.id AND %s)"}
)

// Filter narrows the list of meetings.
type Filter struct {
	Kind   string
	States []string
	Year   int
	Text   string
	Limit  int // 0: 50
	After  string
}

// List lists the meetings that the person may see, the latest first, and the cursor of the next page.
func List(tx *db.Tx, who access.Person, f Filter) ([]meeting.Meeting, string, error) {
	tx.Asked()
	cond, args := access.Visible(who, access.MeetingList, meetingAccess, 1)
	w := db.NewWhere(args...)
	w.Add(cond)
	if f.Kind != "" {
		w.Add("m.kind = ?", f.Kind)
	}
	if len(f.States) > 0 {
		w.In("m.state", f.States)
	}
	if f.Year != 0 {
		w.Add("m.start_at >= ? AND m.start_at < ?", clock.MillisOf(newYear(f.Year).Time(tx.Zone())), clock.MillisOf(newYear(f.Year+1).Time(tx.Zone())))
	}
	if t := strings.TrimSpace(f.Text); t != "" {
		w.Add(`LOWER(m.title || ' ' || m.number) LIKE ? ESCAPE '\'`, db.Within(t))
	}
	if f.After != "" {
		m, err := db.One[meeting.Meeting](tx, `SELECT * FROM meeting WHERE id = $1`, f.After)
		if err != nil {
			return nil, "", fault.Field("after", "fault.choice")
		}
		w.Add("(m.start_at < ? OR m.start_at = ? AND m.id < ?)", m.StartAt, m.StartAt, m.ID)
	}
	if f.Limit == 0 {
		f.Limit = 50
	}
	sql, args := w.SQL()
	rows, err := db.All[meeting.Meeting](tx, `SELECT m.* FROM meeting m WHERE `+sql+` ORDER BY m.start_at DESC, m.id DESC LIMIT `+w.Arg(f.Limit+1), append(args, f.Limit+1)...)
	page, next := db.Cut(rows, f.Limit, func(m meeting.Meeting) string { return m.ID })
	return page, next, err
}

func newYear(year int) clock.Day { return clock.Day(fmt.Sprintf("%04d-01-01", year)) }

// Heads gives those of the meetings that the person may see, by id.
func Heads(tx *db.Tx, who access.Person, ids []string) (map[string]meeting.Meeting, error) {
	tx.Asked()
	out := map[string]meeting.Meeting{}
	if len(ids) == 0 {
		return out, nil
	}
	cond, args := access.Visible(who, access.MeetingSee, meetingAccess, 1)
	in, more := db.In("m.id", ids, len(args)+1)
	rows, err := db.All[meeting.Meeting](tx, `SELECT m.* FROM meeting m WHERE `+cond+` AND `+in, append(args, more...)...)
	for _, m := range rows {
		out[m.ID] = m
	}
	return out, err
}

// ResolutionHeads gives those of the resolutions that the person may see, by id.
func ResolutionHeads(tx *db.Tx, who access.Person, ids []string) (map[string]meeting.Resolution, error) {
	tx.Asked()
	out := map[string]meeting.Resolution{}
	if len(ids) == 0 {
		return out, nil
	}
	cond, args := access.Visible(who, access.ResolutionSee, resolutionAccess, 1)
	in, more := db.In("r.id", ids, len(args)+1)
	rows, err := db.All[meeting.Resolution](tx, `SELECT r.* FROM resolution r WHERE `+cond+` AND `+in, append(args, more...)...)
	for _, r := range rows {
		out[r.ID] = r
	}
	return out, err
}

// ResolutionFilter narrows the list of resolutions.
type ResolutionFilter struct {
	States  []string
	Unit    string // whose they are, with the units below
	Meeting string
	Matter  string // id
	Late    bool
	Text    string
	Limit   int // 0: 50
	After   string
}

// Resolutions lists the resolutions that the person may see, the nearest day first, and the cursor of the next page.
func Resolutions(tx *db.Tx, who access.Person, f ResolutionFilter) ([]meeting.Resolution, string, error) {
	tx.Asked()
	cond, args := access.Visible(who, access.ResolutionList, resolutionAccess, 1)
	w := db.NewWhere(args...)
	w.Add(cond)
	if len(f.States) > 0 {
		w.In("r.state", f.States)
	}
	if f.Meeting != "" {
		w.Add("r.meeting = ?", f.Meeting)
	}
	if f.Matter != "" {
		w.Add("r.matter = ?", f.Matter)
	}
	if f.Late {
		w.Add("(r.state = 'open' AND r.day_at < ? OR r.reported_at > r.day_at)", tx.Millis())
	}
	if f.Unit != "" {
		tree, err := org.TreeOf(tx)
		if err != nil {
			return nil, "", err
		}
		if u, ok := tree.Get(f.Unit); ok {
			from, to := u.Path.Range()
			w.Add("r.lead_path >= ? AND r.lead_path < ?", from, to)
		} else {
			w.Add("1 = 0")
		}
	}
	if t := strings.TrimSpace(f.Text); t != "" {
		w.Add(`LOWER(r.text || ' ' || r.matter_no) LIKE ? ESCAPE '\'`, db.Within(t))
	}
	if f.After != "" {
		r, err := db.One[meeting.Resolution](tx, `SELECT * FROM resolution WHERE id = $1`, f.After)
		if err != nil {
			return nil, "", fault.Field("after", "fault.choice")
		}
		w.Add("(r.day > ? OR r.day = ? AND r.id > ?)", r.Day, r.Day, r.ID)
	}
	if f.Limit == 0 {
		f.Limit = 50
	}
	sql, args := w.SQL()
	rows, err := db.All[meeting.Resolution](tx, `SELECT r.* FROM resolution r WHERE `+sql+` ORDER BY r.day, r.id LIMIT `+w.Arg(f.Limit+1), append(args, f.Limit+1)...)
	page, next := db.Cut(rows, f.Limit, func(r meeting.Resolution) string { return r.ID })
	return page, next, err
}

// NumbersOf gives what resolutions are called, by id: the number of their minutes, or the day of the meeting, and their own.
func NumbersOf(tx *db.Tx, rs []meeting.Resolution) (map[string]string, error) {
	var ids []string
	for _, r := range rs {
		if !slices.Contains(ids, r.Meeting) {
			ids = append(ids, r.Meeting)
		}
	}
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	in, args := db.In("id", ids, 1)
	type row struct {
		ID, Number string
		StartAt    clock.Millis
	}
	rows, err := db.All[row](tx, `SELECT id, number, start_at FROM meeting WHERE `+in, args...)
	for _, m := range rows {
		for _, r := range rs {
			if r.Meeting == m.ID {
				out[r.ID] = pack.Printed(m.Number, m.StartAt.Day(tx.Zone()), int(r.N))
			}
		}
	}
	return out, err
}

// FeedDays is how far back a calendar reaches.
const FeedDays = 120

// Feed lists the meetings of whoever has the address: those that he may see now. NotFound for an address that is not or no more one.
func Feed(tx *db.Tx, token string) ([]meeting.Meeting, error) {
	tx.Asked()
	person, err := meeting.FeedOwner(tx, token)
	if err == nil && person == "" {
		err = fault.New(fault.NotFound, "meeting.unknown")
	}
	if err != nil {
		return nil, err
	}
	who, err := org.Actor(tx, person)
	if err != nil {
		return nil, fault.New(fault.NotFound, "meeting.unknown") // who has left has no calendar here
	}
	cond, args := access.Visible(who, access.MeetingSee, meetingAccess, 1)
	w := db.NewWhere(args...)
	w.Add(cond).Add("m.start_at >= ?", tx.Millis()-FeedDays*24*3600*1000)
	sql, args := w.SQL()
	return db.All[meeting.Meeting](tx, `SELECT m.* FROM meeting m WHERE `+sql+` ORDER BY m.start_at, m.id LIMIT 500`, args...)
}
