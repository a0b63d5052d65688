package decoy

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/id"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/words"
)

func init() { org.FollowMoves(`UPDATE voice_decoy SET unit_path`) }

// A decoy comes in an evening, when those who look at what is new have gone home: nobody was there to see that it was not there before it was
// withdrawn. Days shows nothing but the day. A quarter in which the program did not run on its evening has days left to make up for it.
const (
	fromHour  = 19
	toHour    = 22
	spareDays = 10
	// company is how many days back there must have been an anonymous voice: a decoy is said to come from where one of them did, and where
	// there are none it would be alone.
	company = 90
)

// row is a decoy as its table has it.
type row struct {
	ID, Quarter, Number string
	N                   int
	Kind                core.Kind
	Place, Unit         string
	UnitPath            access.Path
	Day                 clock.Day
	RegisteredAt, Due   clock.Millis
	Duty                string
}

func (r row) ref() event.Ref { return event.Ref{Kind: core.RefKind, ID: r.ID} }

// Run does what is due with decoys and tells how much it did: takes back those that came an hour ago, takes the old ones out of the lists, and
// puts one in its place when its evening has come. Secret draws the evenings, the same on every replica. It is written with [db.Coarse].
func Run(tx *db.Tx, secret []byte) (int, error) {
	who := access.System("voice.decoys")
	if err := who.May(tx, access.VoiceSystem, access.Thing{Kind: core.RefKind}); err != nil {
		return 0, err
	}
	if !tx.Coarse() {
		return 0, core.ErrFine
	}
	set, err := org.SettingsOf(tx)
	if err != nil {
		return 0, err
	}
	n, err := withdraw(tx)
	if err != nil {
		return n, err
	}
	oldest := quarterOf(tx.Today())
	for range set.Int(org.DecoyQuarters) - 1 {
		oldest = quarterOf(oldest.start.Add(-1))
	}
	wanted := set.Int(org.VoiceDecoys)
	ended, err := end(tx, who, oldest, wanted == 0)
	if n += ended; err != nil || wanted == 0 {
		return n, err
	}
	placed, err := place(tx, secret, wanted, set)
	return n + placed, err
}

// place puts the next decoy of the quarter, if its evening has come.
func place(tx *db.Tx, secret []byte, wanted int, set org.Settings) (int, error) {
	if h := tx.Now.Hour(); h < fromHour || h > toHour {
		return 0, nil
	}
	q := quarterOf(tx.Today())
	have, err := db.All[int](tx, `SELECT n FROM voice_decoy WHERE quarter = $1`, q.name)
	if err != nil {
		return 0, err
	}
	for n := 1; n <= wanted; n++ {
		if core.Has(have, n) || tx.Now.Before(q.evening(secret, n, tx.Zone())) {
			continue
		}
		return register(tx, q, n, set)
	}
	return 0, nil
}

// register writes a decoy as it would have come from a poster, and has the record say what it says of every voice.
func register(tx *db.Tx, q quarter, n int, set org.Settings) (int, error) {
	r := row{ID: id.Random(), Quarter: q.name, N: n, Number: seal.NewReceipt(tx.Today()).Number, Day: tx.Today(), RegisteredAt: tx.Millis(), Duty: id.V7(tx.Now)}
	at, err := somewhere(tx)
	if err != nil || at == nil {
		return 0, err
	}
	r.Place, r.Unit, r.UnitPath = at.Place, at.Unit, at.UnitPath
	t, err := core.TermsOf(tx)
	if err != nil {
		return 0, err
	}
	r.Due = t.After(tx.Now, set.Int(org.IntakeDays))
	kind, text, canary := write()
	r.Kind = kind
	fresh, err := tx.Exec(`INSERT INTO voice_decoy (id, quarter, n, number, kind, place, unit, unit_path, text, redacted, canary, state, day, registered_at, due, duty)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING`,
		r.ID, r.Quarter, r.N, r.Number, r.Kind, r.Place, r.Unit, r.UnitPath, text, words.RedactSuggest(text), canary, core.Registered, r.Day, r.RegisteredAt, r.Due, r.Duty)
	if err != nil || fresh == 0 { // another replica was quicker
		return 0, err
	}
	err = event.Record(tx, access.Nobody(), event.Fact{Kind: "voice." + core.EvRegister, Subject: r.ref(), To: core.Registered,
		Data: core.Registration{Number: r.Number, Level: core.Anonymous, Kind: r.Kind, Channel: core.Scan, Place: r.Place, Day: r.Day, Words: core.Fingerprint(text)}})
	if err != nil {
		return 0, err
	}
	return 1, event.Record(tx, access.Nobody(), event.Fact{Kind: duty.FactOwed, Subject: r.ref(), Data: r.owed("")})
}

// somewhere is from where one of the anonymous voices of late came, whichever: where more is said, more decoys are said to come from. Ids are
// random, and so is the first one after a random one.
func somewhere(tx *db.Tx) (*row, error) {
	const said = `SELECT place, unit, unit_path FROM voice WHERE level = 'anonymous' AND channel = 'scan' AND restricted = '' AND day >= $1 AND `
	since, from := tx.Today().Add(-company), id.Random()
	at, err := db.Maybe[row](tx, said+`id >= $2 ORDER BY id LIMIT 1`, since, from)
	if err == nil && at == nil {
		at, err = db.Maybe[row](tx, said+`id < $2 ORDER BY id LIMIT 1`, since, from)
	}
	return at, err
}

// withdraw takes back what came an hour ago or longer.
func withdraw(tx *db.Tx) (int, error) {
	all, err := db.All[row](tx, `SELECT id, quarter, number, n, kind, place, unit, unit_path, day, registered_at, due, duty FROM voice_decoy WHERE state = $1 AND registered_at < $2 ORDER BY id`+tx.ForUpdate(),
		core.Registered, tx.Millis())
	if err != nil {
		return 0, err
	}
	for i, r := range all {
		if _, err := tx.Exec(`UPDATE voice_decoy SET state = $2, version = version + 1, closed_at = $3 WHERE id = $1`, r.ID, core.Withdrawn, tx.Millis()); err != nil {
			return i, err
		}
		holder := access.Holder(r.ID)
		if err := event.Record(tx, holder, event.Fact{Kind: duty.FactDischarged, Subject: r.ref(), Data: r.owed(string(duty.Cancelled))}); err != nil {
			return i, err
		}
		if err := event.Record(tx, holder, event.Fact{Kind: "voice." + core.EvWithdraw, Subject: r.ref(), From: core.Registered, To: core.Withdrawn}); err != nil {
			return i, err
		}
	}
	return len(all), nil
}

// end takes decoys of older quarters, or all, out of the lists. Now that nobody comes across them any more, the record says that nobody said
// them. The texts stay: with their canaries a text can be checked for good.
func end(tx *db.Tx, who access.Person, oldest quarter, all bool) (int, error) {
	const due = `SELECT id, quarter, number, n, kind, place, unit, unit_path, day, registered_at, due, duty FROM voice_decoy WHERE ended = '' AND state = $1 AND day < $2 ORDER BY id`
	until := oldest.start
	if all {
		until = tx.Today().Add(1)
	}
	old, err := db.All[row](tx, due+tx.ForUpdate(), core.Withdrawn, until)
	if err != nil {
		return 0, err
	}
	for i, r := range old {
		if _, err := tx.Exec(`UPDATE voice_decoy SET ended = $2 WHERE id = $1`, r.ID, tx.Today()); err != nil {
			return i, err
		}
		if err := event.Record(tx, who, event.Fact{Kind: "decoy.ended", Subject: r.ref(), Data: ended{r.Number, r.Quarter}}); err != nil {
			return i, err
		}
	}
	return len(old), nil
}

type ended struct {
	Number  string `json:"number"`
	Quarter string `json:"quarter"`
}

// owed is what the record says of the duty that such a voice makes, and of its end. The duty itself is not there: it would stand on desks and
// in figures. A test holds it against what a real voice leaves.
func (r row) owed(outcome string) any {
	type told struct {
		Due     clock.Millis `json:"due"`
		ID      string       `json:"id"`
		Kind    duty.Kind    `json:"kind"`
		Outcome string       `json:"outcome,omitempty"`
		Role    access.Role  `json:"role"`
		Round   int          `json:"round"`
		Unit    string       `json:"unit,omitempty"`
	}
	return struct {
		Duties []told `json:"duties"`
	}{[]told{{Due: r.Due, ID: r.Duty, Kind: duty.Intake, Outcome: outcome, Role: access.Triager, Round: 1, Unit: r.UnitPath.Unit()}}}
}

// quarter is a quarter of a year.
type quarter struct {
	name       string // "2026-4"
	start, end clock.Day
}

func quarterOf(d clock.Day) quarter {
	at := d.Time(time.UTC)
	n := (int(at.Month()) - 1) / 3
	start := time.Date(at.Year(), time.Month(3*n+1), 1, 0, 0, 0, 0, time.UTC)
	return quarter{fmt.Sprintf("%d-%d", at.Year(), n+1), clock.DayOf(start, time.UTC), clock.DayOf(start.AddDate(0, 3, -1), time.UTC)}
}

// evening is when the n-th decoy of the quarter comes: nobody without the secret can tell.
func (q quarter) evening(secret []byte, n int, zone *time.Location) time.Time {
	h := hmac.New(sha256.New, secret)
	fmt.Fprintf(h, "%s/%d", q.name, n)
	sum := h.Sum(nil)
	days := q.start.Until(q.end) + 1 - spareDays
	day := q.start.Add(int(binary.BigEndian.Uint64(sum) % uint64(days))).Time(zone)
	return time.Date(day.Year(), day.Month(), day.Day(), fromHour+int(sum[8])%(toHour-fromHour+1), 0, 0, 0, zone)
}
