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

// monthBefore is the month before a day, with its first day and the first day after it.
func monthBefore(d clock.Day) (month string, from, until clock.Day) {
	until = clock.Day(string(d)[:8] + "01")
	from = clock.Day(string(until.Add(-1))[:8] + "01")
	return string(from)[:7], from, until
}

// RunDraw draws the matters that were closed in the month before, once, as soon as a checkpoint has been signed after its end. It tells
// how many were drawn. Before that, and where nothing is to be drawn, it does nothing.
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
	month, from, until := monthBefore(tx.Today())
	had, err := db.One[int](tx, `SELECT COUNT(*) FROM inspect_draw WHERE month = $1`, month)
	if err != nil || had > 0 || set.Int(org.RecheckPercent) == 0 {
		return 0, err
	}
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
	if err := insertDraw(tx, d); err != nil {
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
	return int(d.Drawn()), event.Record(tx, who, event.Fact{Kind: "inspect.drawn", Subject: event.Ref{Kind: "draw", ID: month}, Data: d})
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
