package duty

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

var (
	matter  = event.Ref{Kind: "matter", ID: "m1"}
	triager = account("tri", access.Triager, "/G/")
	boss    = account("sup", access.Supervisor, "/G/")
	admin   = account("sys", access.SystemAdmin, "/G/")
)

func account(id string, r access.Role, paths ...access.Path) access.Person {
	p := access.Person{Kind: access.Account, ID: id, Name: id, Unit: "G", Path: "/G/"}
	for _, path := range paths {
		p.Grants = append(p.Grants, access.Grant{Role: r, Unit: path.Unit(), Path: path})
	}
	return p
}

// write runs fn as the action of a capability that has asked, and compares the key of its fault ("" for success).
func write(t testing.TB, d *db.DB, want string, fn func(*db.Tx) error) {
	t.Helper()
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		if err := triager.May(tx, access.DutySee, access.Thing{}); err != nil {
			return err
		}
		return fn(tx)
	})
	key := ""
	if err != nil {
		key = fault.Of(err).Key
	}
	if key != want {
		t.Fatalf("got %q, want %q: %v", key, want, err)
	}
}

// act runs an action of a person without asking before.
func act(t testing.TB, d *db.DB, who access.Person, want string, in interface {
	Do(*db.Tx, access.Person) error
}) {
	t.Helper()
	err := d.Write(context.Background(), func(tx *db.Tx) error { return in.Do(tx, who) })
	key := ""
	if err != nil {
		key = fault.Of(err).Key
	}
	if key != want {
		t.Fatalf("%T: got %q, want %q: %v", in, key, want, err)
	}
}

func read[T any](t testing.TB, d *db.DB, fn func(*db.Tx) (T, error)) T {
	t.Helper()
	var v T
	err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
		v, err = fn(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func owe(t testing.TB, d *db.DB, n New) Duty {
	t.Helper()
	if n.Subject.Kind == "" {
		n.Subject = matter
	}
	if n.Role == "" {
		n.Role = access.Handler
	}
	if n.Path == "" {
		n.Path = "/G/D02/"
	}
	var id string
	write(t, d, "", func(tx *db.Tx) (err error) {
		id, err = Owe(tx, triager, n)
		return err
	})
	return get(t, d, id)
}

func get(t testing.TB, d *db.DB, id string) Duty {
	t.Helper()
	return read(t, d, func(tx *db.Tx) (Duty, error) { return Get(tx, id) })
}

func at(s string) clock.Millis {
	v, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Shanghai())
	if err != nil {
		panic(err)
	}
	return clock.MillisOf(v)
}

func show(m clock.Millis) string { return m.At(clock.Shanghai()).Format("2006-01-02 15:04") }

func facts(t testing.TB, d *db.DB, subject event.Ref) []string {
	t.Helper()
	return read(t, d, func(tx *db.Tx) ([]string, error) {
		return db.All[string](tx, `SELECT kind FROM event WHERE subject_kind = $1 AND subject_id = $2 ORDER BY ins`, subject.Kind, subject.ID)
	})
}

// TestTerms: the clock starts Monday, 23 November 2026, 08:00.
func TestTerms(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		for i, k := range []struct {
			n    New
			want string
			prov bool
		}{
			{New{Kind: Intake}, "2026-11-25 17:30", false},
			{New{Kind: FirstContact}, "2026-11-24 17:30", false},
			{New{Kind: Sign}, "2026-11-24 17:30", false},
			{New{Kind: Adjudicate}, "2026-11-24 17:30", false},
			{New{Kind: Plan}, "2026-11-30 17:30", false},
			{New{Kind: Answer}, "2026-11-30 17:30", false},
			{New{Kind: Answer, Class: clock.T15D}, "2026-12-14 17:30", false},
			{New{Kind: Answer, Class: clock.T24H}, "2026-11-24 08:00", false},
			{New{Kind: Answer, Class: clock.T15D, Days: 10}, "2026-12-07 17:30", false}, // the category's own term within the class
			{New{Kind: Approve}, "2026-11-25 17:30", false},
			{New{Kind: ExtensionDecide}, "2026-11-25 17:30", false},
			{New{Kind: Quarantine}, "2026-11-25 17:30", false},
			{New{Kind: AcceptHazard}, "2026-11-23 10:00", false},
			{New{Kind: Retaliation}, "2026-11-24 08:00", false},
			{New{Kind: Confirm}, "2026-11-30 17:30", false},
			{New{Kind: LookBack30}, "2026-12-23 17:30", false},
			{New{Kind: LookBack90}, "2027-02-22 17:30", true}, // 21 February is a Sunday of a year not announced
			{New{Kind: Inspect}, "2026-11-26 17:30", false},
			{New{Kind: Appeal}, "2026-11-30 17:30", false},
			{New{Kind: Completion, Day: "2026-12-05"}, "2026-12-07 17:30", false}, // a Saturday
			{New{Kind: Completion, Due: at("2026-11-23 21:15")}, "2026-11-23 21:15", false},
			{New{Kind: Answer, Hours: 4, Start: at("2026-11-22 23:00")}, "2026-11-23 03:00", false},
			{New{Kind: Answer, Days: 7, Start: at("2026-11-21 10:00")}, "2026-12-01 17:30", false}, // said on Saturday, sorted on Monday
			{New{Kind: Answer, Days: 30}, "2027-01-04 17:30", true},
		} {
			k.n.Item = string(rune('a' + i))
			got := owe(t, d, k.n)
			if show(got.Due) != k.want || got.Provisional != k.prov || got.Due0 != got.Due || got.BaseDue != got.Due {
				t.Errorf("%+v: due %s provisional %v, want %s %v", k.n, show(got.Due), got.Provisional, k.want, k.prov)
			}
			if got.Unit != "D02" || got.Calendar == "" || !got.Open || got.DueVersion != 1 {
				t.Errorf("%+v: %+v", k.n, got)
			}
		}
		for _, n := range []New{
			{Kind: Milestone, Subject: matter, Path: "/G/", Role: access.Handler},
			{Kind: Answer, Class: "T9D", Subject: matter, Path: "/G/", Role: access.Handler},
		} {
			write(t, d, "duty.term", func(tx *db.Tx) error { _, err := Owe(tx, triager, n); return err })
		}
		write(t, d, "duty.nobody", func(tx *db.Tx) error {
			_, err := Owe(tx, triager, New{Kind: Sign, Subject: matter, Path: "/G/"})
			return err
		})
	})
}

func TestOneOpenDutyPerKindRoundAndItem(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		n := New{Kind: Sign, Subject: matter, Path: "/G/D02/", Role: access.Handler}
		again := func(want string, n New) {
			t.Helper()
			write(t, d, want, func(tx *db.Tx) error { _, err := Owe(tx, triager, n); return err })
		}
		again("", n)
		again("duty.twice", n)
		n.Item = "D03"
		again("", n)
		n.Item, n.Round = "", 2
		again("", n)
		c.Advance(48 * time.Hour)
		write(t, d, "", func(tx *db.Tx) error {
			count, err := Discharge(tx, triager, matter, Sign, Done, "", "D04")
			if count != 2 {
				t.Errorf("%d discharged, want those of both rounds without item", count)
			}
			return err
		})
		n.Round = 0
		again("", n)
		again("duty.twice", n)
		write(t, d, "", func(tx *db.Tx) error {
			count, err := Discharge(tx, triager, matter, Plan, Done)
			if count != 0 {
				t.Errorf("%d plans discharged", count)
			}
			return err
		})
		all := read(t, d, func(tx *db.Tx) ([]Duty, error) { return Of(tx, matter) })
		open, breached := 0, 0
		for _, x := range all {
			if x.Open {
				open++
			} else if x.Outcome != string(Done) || show(x.DischargedAt) != "2026-11-25 08:00" || !x.Breached(c.Now()) {
				t.Errorf("discharged: %+v", x)
			}
			if x.Breached(c.Now()) {
				breached++
			}
		}
		if len(all) != 4 || open != 2 || breached != 3 {
			t.Errorf("%d duties, %d open, %d breached; want 4, 2, 3", len(all), open, breached)
		}
		write(t, d, "", func(tx *db.Tx) error {
			count, err := Discharge(tx, triager, matter, "", Cancelled)
			if count != 2 {
				t.Errorf("%d of all kinds", count)
			}
			return err
		})
		got := strings.Join(facts(t, d, matter), " ")
		if got != "duty.owed duty.owed duty.owed duty.discharged duty.owed duty.discharged" {
			t.Errorf("facts: %s", got)
		}
	})
}

func TestOweAllIsOneFact(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		write(t, d, "", func(tx *db.Tx) error {
			ids, err := OweAll(tx, triager, New{Kind: Intake, Subject: matter, Path: "/G/", Role: access.Triager}, New{Kind: Answer, Subject: matter, Path: "/G/", Role: access.Triager, Class: clock.T7D})
			if len(ids) != 2 || ids[0] == ids[1] {
				t.Errorf("ids %v", ids)
			}
			return err
		})
		es := read(t, d, func(tx *db.Tx) ([]event.Entry, error) { return event.Timeline(tx, matter, 9, 0) })
		var f fact
		if len(es) != 1 || json.Unmarshal(es[0].Data, &f) != nil || len(f.Duties) != 2 || f.Duties[1].Class != clock.T7D {
			t.Errorf("%d facts: %+v", len(es), f)
		}
		write(t, d, "duty.term", func(tx *db.Tx) error {
			_, err := OweAll(tx, triager, New{Kind: Plan, Subject: matter, Role: access.Handler}, New{Kind: Plan, Subject: event.Ref{Kind: "matter", ID: "other"}, Role: access.Handler})
			return err
		})
		write(t, d, "", func(tx *db.Tx) error { _, err := OweAll(tx, triager); return err })
	})
}

// TestCoarse: nothing that an anonymous voice causes is finer than the hour, and answering within the hour of a question does not end
// a wait before it began.
func TestCoarse(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		voice := event.Ref{Kind: "voice", ID: "v1"}
		coarse := func(fn func(*db.Tx) error) {
			t.Helper()
			err := d.Write(context.Background(), func(tx *db.Tx) error {
				if err := access.Nobody().May(tx, access.VoiceRegister, access.Thing{Kind: "voice"}); err != nil {
					return err
				}
				return fn(tx)
			}, db.Coarse)
			if err != nil {
				t.Fatal(err)
			}
		}
		c.Advance(37*time.Minute + 12*time.Second)
		coarse(func(tx *db.Tx) error {
			_, err := OweAll(tx, access.Nobody(), New{Kind: Intake, Subject: voice, Path: "/G/", Role: access.Triager}, New{Kind: Answer, Subject: voice, Path: "/G/", Role: access.Triager, Class: clock.T24H})
			return err
		})
		for _, x := range read(t, d, func(tx *db.Tx) ([]Duty, error) { return Of(tx, voice) }) {
			if show(x.StartedAt) != "2026-11-23 08:00" || x.StartedAt%3600000 != 0 {
				t.Errorf("%s began at %s", x.Kind, show(x.StartedAt))
			}
			if x.Kind == Answer && show(x.Due) != "2026-11-24 08:00" {
				t.Errorf("due %s", show(x.Due))
			}
			if ms, err := time.Parse(time.RFC3339, "2026-11-23T00:00:00Z"); err != nil || !strings.HasPrefix(x.ID, v7(ms)) {
				t.Errorf("id %s tells more than the hour", x.ID)
			}
		}
		c.Advance(3 * time.Minute)
		write(t, d, "", func(tx *db.Tx) error { // staff ask at 08:40
			_, err := Wait(tx, triager, voice, Waiting{Reason: WaitInfo})
			return err
		})
		c.Advance(5 * time.Minute)
		coarse(func(tx *db.Tx) error { // answered at 08:45, which is kept as 08:00
			n, err := Resume(tx, access.Holder("v1"), voice, WaitInfo)
			if n != 2 {
				t.Errorf("%d resumed", n)
			}
			return err
		})
		coarse(func(tx *db.Tx) error {
			_, err := Discharge(tx, access.Holder("v1"), voice, "", Cancelled)
			return err
		})
		all := read(t, d, func(tx *db.Tx) ([]Duty, error) { return Of(tx, voice) })
		spells := read(t, d, func(tx *db.Tx) (map[string][]Spell, error) { return Spells(tx, all...) })
		for _, x := range all {
			s := spells[x.ID]
			if len(s) != 1 || s[0].UntilAt < s[0].FromAt || s[0].By != "tri" || x.Due != x.Due0 || x.Open || x.DischargedAt < x.StartedAt {
				t.Errorf("%+v %+v", x, s)
			}
		}
	})
}

// v7 is the beginning of an identifier that was made at the moment.
func v7(t time.Time) string {
	const digits = "0123456789abcdef"
	ms, s := uint64(t.UnixMilli()), ""
	for i := 44; i >= 0; i -= 4 {
		s += string(digits[ms>>i&15])
	}
	return s[:8] + "-" + s[8:]
}

func TestExtend(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		x := owe(t, d, New{Kind: Completion, Day: "2026-12-04"})
		extend := func(want string, e Extension) {
			t.Helper()
			e.Subject, e.Kind = matter, Completion
			write(t, d, want, func(tx *db.Tx) error { return Extend(tx, boss, e) })
		}
		extend("duty.extend_free", Extension{Day: "2026-12-06"})
		extend("duty.extend_free", Extension{Day: "soon"})
		extend("duty.extend_earlier", Extension{Day: "2026-12-04"})
		extend("duty.extend_earlier", Extension{Day: "2026-12-03"})
		extend("duty.extend_earlier", Extension{Due: x.Due - 1})
		extend("duty.extend_earlier", Extension{})
		extend("duty.none", Extension{Day: "2026-12-11", Item: "s1"})
		extend("", Extension{Day: "2026-12-11", Reason: "招标流标"})
		got := get(t, d, x.ID)
		if show(got.Due) != "2026-12-11 17:30" || got.Due0 != x.Due0 || got.DueVersion != 2 || !got.Extended() {
			t.Errorf("%+v", got)
		}
		extend("", Extension{Due: at("2026-12-12 09:00")})
		got = get(t, d, x.ID)
		if show(got.Due) != "2026-12-12 09:00" || got.Due0 != x.Due0 || got.DueVersion != 3 {
			t.Errorf("%+v", got)
		}
		c.Set(at("2026-12-05 09:00").Time())
		if !got.Breached(c.Now()) {
			t.Error("an extension has healed the breach of the original due")
		}
		if got := facts(t, d, matter); len(got) != 3 || got[1] != FactExtended {
			t.Errorf("facts %v", got)
		}
	})
}

func TestHandOverKeepsEveryTime(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		before := owe(t, d, New{Kind: Sign})
		owe(t, d, New{Kind: Plan})
		c.Advance(30 * time.Hour)
		write(t, d, "", func(tx *db.Tx) error {
			n, err := HandOver(tx, triager, matter, Holder{Path: "/G/D03/", Role: access.Handler}, Sign)
			if n != 1 {
				t.Errorf("%d handed over", n)
			}
			return err
		})
		write(t, d, "duty.nobody", func(tx *db.Tx) error {
			_, err := HandOver(tx, triager, matter, Holder{Path: "/G/D03/"}, Sign)
			return err
		})
		after := get(t, d, before.ID)
		before.Unit, before.Path = "D03", "/G/D03/"
		if after != before {
			t.Errorf("%+v\nwant %+v", after, before)
		}
	})
}

func TestActionsAskAndRefuse(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		x := owe(t, d, New{Kind: Completion, Day: "2026-12-04"})
		handler := account("h", access.Handler, "/G/D02/")
		elsewhere := account("s2", access.Supervisor, "/G/D03/")
		wait := Waiting{Reason: WaitBid, Note: "等待招标", Planned: "2026-12-01"}
		for _, who := range []access.Person{handler, triager, elsewhere} {
			act(t, d, who, "access.denied", Suspend{x.ID, wait})
			act(t, d, who, "access.denied", Continue{x.ID})
			act(t, d, who, "access.denied", Reassign{x.ID, Holder{Path: "/G/D02/", Role: access.DeptHead}})
			act(t, d, who, "access.denied", ConfirmEarlier{x.ID})
		}
		act(t, d, access.Nobody(), "access.signin", Continue{x.ID})
		act(t, d, boss, "duty.unknown", Continue{"none"})
		act(t, d, boss, "fault.choice", Suspend{x.ID, Waiting{Reason: "lazy"}})
		act(t, d, boss, "fault.too_long", Suspend{x.ID, Waiting{Reason: WaitBid, Note: strings.Repeat("字", 201)}})
		act(t, d, boss, "fault.date", Suspend{x.ID, Waiting{Reason: WaitBid, Planned: "2026-13-01"}})
		act(t, d, boss, "duty.waits_not", Continue{x.ID})
		act(t, d, boss, "", Suspend{x.ID, wait})
		act(t, d, boss, "duty.waits", Suspend{x.ID, wait})
		act(t, d, boss, "", Continue{x.ID})
		act(t, d, boss, "duty.early_none", ConfirmEarlier{x.ID})
		act(t, d, boss, "fault.choice", Reassign{x.ID, Holder{Path: "/G/D02/", Role: "king"}})
		act(t, d, account("s3", access.Supervisor, "/G/D02/"), "access.denied", Reassign{x.ID, Holder{Path: "/G/D03/", Role: access.Handler}})
		act(t, d, boss, "", Reassign{x.ID, Holder{Path: "/G/D03/", Person: "h3"}})
		if got := get(t, d, x.ID); got.Person != "h3" || got.Unit != "D03" {
			t.Errorf("%+v", got)
		}
		write(t, d, "", func(tx *db.Tx) error { _, err := Discharge(tx, boss, matter, Completion, Done); return err })
		act(t, d, boss, "duty.over", Suspend{x.ID, wait})
	})
}

// TestAtomic makes every statement of a change fail in turn: nothing of it stays.
func TestAtomic(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		x := owe(t, d, New{Kind: Completion, Day: "2026-12-04"})
		for n := 1; ; n++ {
			if n > 100 {
				t.Fatal("no end")
			}
			end := dbtest.Fault(d, n)
			err := d.Write(context.Background(), func(tx *db.Tx) error { return Suspend{x.ID, Waiting{Reason: WaitBid}}.Do(tx, boss) })
			if !end() {
				if err != nil || n < 4 {
					t.Fatalf("after %d statements: %v", n, err)
				}
				break
			}
			if err == nil {
				t.Fatalf("statement %d failed unseen", n)
			}
			if got := get(t, d, x.ID); got != x {
				t.Fatalf("statement %d failed, and %+v stayed", n, got)
			}
			if got := facts(t, d, matter); len(got) != 1 {
				t.Fatalf("statement %d failed, and the facts are %v", n, got)
			}
		}
	})
}

func TestNamesOfEverything(t *testing.T) {
	for _, k := range Kinds() {
		if !lang.Has("duty.kind." + string(k)) {
			t.Errorf("kind %s has no name", k)
		}
	}
	for _, c := range Colors() {
		if !lang.Has("duty.light." + string(c)) {
			t.Errorf("color %s has no name", c)
		}
	}
	for _, o := range Outcomes() {
		if !lang.Has("duty.outcome." + string(o)) {
			t.Errorf("outcome %s has no name", o)
		}
	}
	for _, r := range Reasons() {
		if !lang.Has("duty.reason."+string(r)) || !r.valid() {
			t.Errorf("reason %s has no name", r)
		}
	}
	if Reason("").valid() {
		t.Error("an empty reason is valid")
	}
}
