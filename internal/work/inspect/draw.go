package inspect

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
)

// Method is how matters are drawn, by name: it is printed beside every draw, so that a later change of method changes no old draw.
const Method = "sha256-lowest-1"

// Ticket is what a matter has in a draw: the digest of seed and number.
type Ticket struct {
	Number string
	Matter string
	Ticket string // SHA-256 of seed + "\n" + number, in hexadecimal
	Drawn  bool
}

// Draw is the draw of one month: of the matters that were closed in it, a share is measured again. The seed is the root of the record's
// tree in the first checkpoint that was signed when the month was over; nobody could know it while matters were still closed, and nobody
// can change it afterwards.
type Draw struct {
	Month   string // "2026-10": in which the matters were closed
	Seed    string // root hash of the checkpoint, in hexadecimal
	Size    int64  // how many entries that checkpoint covers
	Percent int64
	Method  string
	At      clock.Millis
	Tickets []Ticket // by number
}

// Drawn is how many are drawn.
func (d Draw) Drawn() int64 {
	var n int64
	for _, t := range d.Tickets {
		if t.Drawn {
			n++
		}
	}
	return n
}

// Lottery draws: every number gets a ticket, the SHA-256 digest of seed, a line feed and the number; the lowest tickets win, one for
// every full or begun share. Anybody can do it again with the seed and the list.
func Lottery(seed string, percent int, numbers []string) []Ticket {
	out := make([]Ticket, len(numbers))
	order := make([]int, len(numbers))
	for i, n := range numbers {
		sum := sha256.Sum256([]byte(seed + "\n" + n))
		out[i], order[i] = Ticket{Number: n, Ticket: hex.EncodeToString(sum[:])}, i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case out[a].Ticket < out[b].Ticket:
			return -1
		case out[a].Ticket > out[b].Ticket:
			return 1
		}
		return 0
	})
	for _, i := range order[:(len(numbers)*percent+99)/100] {
		out[i].Drawn = true
	}
	return out
}

// monthOf names a month by any day of it, with its first day and the first day after it.
func monthOf(d clock.Day) (month string, from, until clock.Day) {
	from = clock.Day(string(d)[:8] + "01")
	return string(from)[:7], from, from.AddMonths(1)
}

// drawMonths is how many months before this one are looked at for a lot that is missing: what was struck off longer ago has had its last
// look-back, after a year.
const drawMonths = 12

// missing is the first day of the earliest month that is over and has no lot, "" where every month has one. It begins with the first month in
// which something was struck off or that was drawn, or with the month before where there is none.
func missing(tx *db.Tx) (clock.Day, error) {
	_, this, _ := monthOf(tx.Today())
	oldest := this.AddMonths(-drawMonths)
	had, err := db.All[string](tx, `SELECT month FROM inspect_draw WHERE month >= $1 ORDER BY month`, string(oldest)[:7])
	if err != nil {
		return "", err
	}
	closed, err := db.Maybe[clock.Millis](tx, `SELECT closed_at FROM matter WHERE closed_at >= $1 AND state = 'closed' ORDER BY closed_at LIMIT 1`,
		clock.MillisOf(oldest.Time(tx.Zone())))
	if err != nil {
		return "", err
	}
	from := this.AddMonths(-1)
	if closed != nil {
		_, first, _ := monthOf(closed.Day(tx.Zone()))
		from = min(from, first)
	}
	if len(had) > 0 {
		from = min(from, clock.Day(had[0]+"-01"))
	}
	for ; from < this; from = from.AddMonths(1) {
		if !slices.Contains(had, string(from)[:7]) {
			return from, nil
		}
	}
	return "", nil
}

// RunDraw draws the matters that were closed in a month, once, as soon as a checkpoint has been signed after its end; months in which nothing
// ran are made up for, the earliest first. It reports how many months were drawn: one at a time. A month in which nothing is to be drawn, as
// nothing was closed or the share is 0, gets a lot of none, which says so to everybody.
func RunDraw(tx *db.Tx) (int, error) {
	who := access.System("inspect.draw")
	if err := who.May(tx, access.InspectSystem, access.Thing{Kind: "draw"}); err != nil {
		return 0, err
	}
	tx.Recorded()
	set, err := org.SettingsOf(tx)
	if err != nil {
		return 0, err
	}
	first, err := missing(tx)
	if err != nil || first == "" {
		return 0, err
	}
	month, from, until := monthOf(first)
	d := Draw{Month: month, Percent: int64(set.Int(org.RecheckPercent)), Method: Method, At: tx.Millis()}
	if d.Seed, d.Size, err = seedAfter(tx, clock.MillisOf(until.Time(tx.Zone()))); err != nil || d.Seed == "" {
		return 0, err
	}
	ms, err := db.All[matter.Matter](tx, `SELECT * FROM matter WHERE closed_at >= $1 AND closed_at < $2 AND state = 'closed' ORDER BY number`,
		clock.MillisOf(from.Time(tx.Zone())), clock.MillisOf(until.Time(tx.Zone())))
	if err != nil {
		return 0, err
	}
	numbers := make([]string, len(ms))
	for i, m := range ms {
		numbers[i] = m.Number
	}
	d.Tickets = Lottery(d.Seed, int(d.Percent), numbers)
	for i := range d.Tickets {
		d.Tickets[i].Matter = ms[i].ID
	}
	if new, err := insertDraw(tx, d); err != nil || !new {
		return 0, err
	}
	for i, t := range d.Tickets {
		if !t.Drawn {
			continue
		}
		if _, err := duty.Owe(tx, who, duty.New{Kind: duty.Recheck, Subject: ms[i].Ref(), Round: ms[i].Round, Path: ms[i].UnitPath, Role: access.Inspector,
			Restricted: ms[i].Restricted, Days: recheckDays}); err != nil {
			return 0, err
		}
	}
	return 1, event.Record(tx, who, event.Fact{Kind: "inspect.drawn", Subject: event.Ref{Kind: "draw", ID: month}, Data: d})
}

// recheckDays is by when what was drawn is measured again, in working days (default of the product).
const recheckDays = 10

// seedAfter is the root of the first checkpoint signed at or after a moment, "" where there is none yet.
func seedAfter(tx *db.Tx, at clock.Millis) (string, int64, error) {
	type head struct {
		Size int64
		Root []byte
	}
	h, err := db.Maybe[head](tx, `SELECT size, root FROM checkpoint WHERE at >= $1 ORDER BY size LIMIT 1`, at)
	if err != nil || h == nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Root), h.Size, nil
}

// Draws lists the months that were drawn, the latest first, without their tickets. It is for everybody.
func Draws(tx *db.Tx, most int) ([]DrawRow, error) {
	return db.All[DrawRow](tx, `SELECT * FROM inspect_draw ORDER BY month DESC LIMIT `+itoa(most))
}

// DrawRow is a draw as it stands in the list.
type DrawRow struct {
	Month   string
	Seed    string
	Size    int64
	Percent int64
	Method  string
	At      clock.Millis
	Closed  int64
	Drawn   int64
}

// DrawOf reads a draw with all its tickets, by number. It is for everybody: numbers tell nothing of what was said.
func DrawOf(tx *db.Tx, month string) (*DrawRow, []Ticket, error) {
	d, err := db.Maybe[DrawRow](tx, `SELECT * FROM inspect_draw WHERE month = $1`, month)
	if err != nil || d == nil {
		return nil, nil, err
	}
	ts, err := db.All[Ticket](tx, `SELECT number, matter, ticket, drawn FROM inspect_draw_item WHERE month = $1 ORDER BY number`, month)
	return d, ts, err
}

func itoa(n int) string { return strconv.Itoa(n) }

// Again does a published draw once more and tells whether it comes out the same: which number differs, or "".
func (d DrawRow) Again(ts []Ticket) string {
	numbers := make([]string, len(ts))
	for i, t := range ts {
		numbers[i] = t.Number
	}
	for i, t := range Lottery(d.Seed, int(d.Percent), numbers) {
		if t.Ticket != ts[i].Ticket || t.Drawn != ts[i].Drawn {
			return fmt.Sprint(t.Number)
		}
	}
	return ""
}
