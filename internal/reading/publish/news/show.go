package news

import (
	"crypto/sha256"
	"encoding/hex"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/practice"
)

// Judge shows what somebody else wrote, or sends it back.
type Judge struct {
	News    string `json:"news"`
	Version int64  `json:"version"`
	Show    bool   `json:"show"`
	Note    string `json:"note"` // needed when it is sent back
}

// Do decides. Errors: access, Forbidden for who wrote at it, Invalid without a reason or where its period has begun, Conflict where it does not wait.
func (in Judge) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.News, in.Version, access.NewsCheck)
	if err != nil {
		return err
	}
	from, ev, least := x.State, EventShow, 0
	if !in.Show {
		ev, least = EventReturn, 2
	}
	if x.State, err = Cycle.Next(x.State, ev); err != nil {
		return err
	}
	if x.wrote(who) {
		return fault.New(fault.Forbidden, "news.same_hands")
	}
	var f fault.Form
	x.Note = f.Text("note", in.Note, least, MaxReason, "fault.required")
	if in.Show && x.Kind.Period() && x.From < tx.Today() {
		f.Add("show", "news.begun")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if _, err := duty.Discharge(tx, who, x.Ref(), duty.NewsCheck, duty.Done); err != nil {
		return err
	}
	if !in.Show {
		return x.done(tx, who, ev, from, in)
	}
	c, err := x.show(tx, who)
	if err != nil {
		return err
	}
	return x.done(tx, who, ev, from, shownFact{Number: c.Number, Copy: c.N, Hash: c.Hash, Content: c.JSON})
}

// show makes the copy, and gives the paper its number.
func (x *News) show(tx *db.Tx, who access.Person) (Copy, error) {
	if x.Number == "" {
		year := tx.Today().Year()
		n, err := nextNumber(tx, x.Kind.series(), year)
		if err != nil {
			return Copy{}, err
		}
		x.Number = Number(x.Kind, year, n)
	}
	if !x.Kind.Period() {
		x.From = tx.Today()
	}
	x.Copies++
	x.Checker, x.Note = who.ID, ""
	content, err := x.content(tx)
	if err != nil {
		return Copy{}, err
	}
	c := Copy{News: x.ID, N: x.Copies, Number: x.Number, Kind: x.Kind, Class: x.Class, Title: x.Title, Public: x.Kind != Circular, Everywhere: x.Everywhere, Units: x.Units, Places: x.Places,
		From: x.From, Until: x.Until, JSON: packed(content), ShownAt: tx.Millis()}
	c.Hash = Fingerprint(c.JSON)
	return c, insertCopy(tx, c)
}

// Fingerprint is the SHA-256 of what is shown, in hexadecimal.
func Fingerprint(content string) string {
	h := sha256.Sum256([]byte(content))
	return hex.EncodeToString(h[:])
}

// content is what would be shown today: with the names as they are.
func (x News) content(tx *db.Tx) (Content, error) {
	t := x.Draft()
	c := Content{Number: x.Number, Copy: x.Copies, Kind: x.Kind, Class: x.Class, Title: x.Title, Day: tx.Today(), Everywhere: x.Everywhere, From: x.From, Until: x.Until,
		Blocks: t.Blocks, Taken: t.Taken, Contact: t.Contact, Sent: t.Sent}
	var err error
	if c.Taken.Problems, err = settled(tx, t.Taken.Problems); err != nil {
		return c, err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return c, err
	}
	name := func(code string) Named {
		u, _ := tree.Get(code)
		return Named{Code: code, Zh: u.NameZh, En: u.NameEn}
	}
	c.Issuer = name(x.Unit)
	for _, code := range x.UnitCodes() {
		c.Units = append(c.Units, name(code))
	}
	for _, code := range x.PlaceCodes() {
		p, err := org.PlaceByCode(tx, code)
		if err != nil {
			return c, err
		}
		c.Places = append(c.Places, Named{Code: code, Zh: p.NameZh, En: p.NameEn})
	}
	return c, nil
}

// Preview is what would be shown today, for who may read the draft.
func Preview(tx *db.Tx, x News) (Content, error) { return x.content(tx) }

// Withdraw takes back what is shown: everybody may know why. What was shown stays to be read.
type Withdraw struct {
	News    string `json:"news"`
	Version int64  `json:"version"`
	Reason  string `json:"reason"`
}

// Do withdraws. Errors: access, Invalid without a reason, Conflict where it is not shown.
func (in Withdraw) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.News, in.Version, access.NewsCheck)
	if err != nil {
		return err
	}
	from := x.State
	if x.State, err = Cycle.Next(x.State, EventWithdraw); err != nil {
		return err
	}
	var f fault.Form
	x.Note = f.Text("reason", in.Reason, 2, MaxReason, "fault.required")
	if err := x.check(tx, &f, x.Draft().Matters, []practice.Written{{Field: "reason", Text: x.Note}}); err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	if _, err := duty.Discharge(tx, who, x.Ref(), duty.NewsEnd, duty.Cancelled); err != nil {
		return err
	}
	if err := overCopy(tx, x.ID, x.Copies, tx.Millis(), Withdrawn, x.Note, 0); err != nil {
		return err
	}
	return x.done(tx, who, EventWithdraw, from, in)
}

// End tells what came of a notice whose period is over. Before that every objection has its answer.
type End struct {
	News    string `json:"news"`
	Version int64  `json:"version"`
	Outcome string `json:"outcome"`
}

// Do ends. Errors: access, Invalid without words, Conflict while its period runs or an objection waits.
func (in End) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.News, in.Version, access.NewsCheck)
	if err != nil {
		return err
	}
	from := x.State
	if x.State, err = Cycle.Next(x.State, EventEnd); err != nil {
		return err
	}
	all, waiting, err := Objections(tx, x.ID)
	if err != nil {
		return err
	}
	if waiting > 0 {
		return fault.New(fault.Conflict, "news.objections_wait", waiting)
	}
	var f fault.Form
	x.Note = f.Text("outcome", in.Outcome, 4, MaxBlock, "fault.required")
	if err := x.check(tx, &f, x.Draft().Matters, []practice.Written{{Field: "outcome", Text: x.Note}}); err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	told, err := org.Int(tx, org.ShowFrom)
	if err != nil {
		return err
	}
	if all < int64(told) { // none and a few look the same
		all = -1
	}
	if _, err := duty.Discharge(tx, who, x.Ref(), duty.NewsEnd, duty.Done); err != nil {
		return err
	}
	if err := overCopy(tx, x.ID, x.Copies, tx.Millis(), Ended, x.Note, all); err != nil {
		return err
	}
	return x.done(tx, who, EventEnd, from, in)
}

// Rework takes up again what was withdrawn: it is written anew, checked anew and shown under the same number.
type Rework struct {
	News    string `json:"news"`
	Version int64  `json:"version"`
}

// Do takes it up. Errors: access, Conflict where it is not withdrawn.
func (in Rework) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.News, in.Version, access.NewsWrite)
	if err != nil {
		return err
	}
	from := x.State
	if x.State, err = Cycle.Next(x.State, EventRework); err != nil {
		return err
	}
	x.Author, x.Writers, x.ChangedAt, x.Note = who.ID, who.ID, tx.Millis(), ""
	return x.done(tx, who, EventRework, from, in)
}

// Drop throws a draft away that was never shown.
type Drop struct {
	News    string `json:"news"`
	Version int64  `json:"version"`
}

// Do throws it away. Errors: access, Conflict where it is no draft, or has been shown before.
func (in Drop) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.News, in.Version, access.NewsWrite)
	if err != nil {
		return err
	}
	from := x.State
	if x.State, err = Cycle.Next(x.State, EventDrop); err != nil {
		return err
	}
	if x.Copies > 0 {
		return fault.New(fault.Conflict, "news.was_shown")
	}
	return x.done(tx, who, EventDrop, from, in)
}

// Run closes the periods that are over, and reports how many. It is a job of every few minutes.
func Run(tx *db.Tx) (int, error) {
	who := access.System("news")
	due, err := db.All[News](tx, `SELECT * FROM news WHERE state = 'shown' AND until_day <> '' AND until_day < $1 ORDER BY until_day, id LIMIT 20`+tx.SkipLocked(), tx.Today())
	if err != nil {
		return 0, err
	}
	for _, x := range due {
		if err := who.May(tx, access.NewsSystem, x.Thing()); err != nil {
			return 0, err
		}
		from := x.State
		if x.State, err = Cycle.Next(from, EventOver); err != nil {
			return 0, err
		}
		if _, err := duty.Owe(tx, who, duty.New{Kind: duty.NewsEnd, Subject: x.Ref(), Path: x.UnitPath, Role: access.Triager, Round: x.Copies}); err != nil {
			return 0, err
		}
		if err := x.done(tx, who, EventOver, from, nil); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

func init() {
	event.RegisterState(RefKind, `SELECT id, state FROM news`)
	duty.RegisterThing(RefKind, func(tx *db.Tx, id string) (access.Thing, error) {
		x, err := byKey(tx, id, "")
		return x.Thing(), err
	})
}
