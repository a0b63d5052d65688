package login

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
)

var ctx = context.Background()

// house is a small organisation: a security administrator (chair), a triager and a worker, all with passwords.
type house struct {
	t  *testing.T
	d  *db.DB
	c  *clock.Fake
	s  *Service
	id map[string]string // by employee number
}

const (
	goodPassword  = "大雪节气炼钢厂出铁水三炉"
	otherPassword = "Xh7#mQ2!vR9z-kiln"
)

func newHouse(t *testing.T, d *db.DB, c *clock.Fake) *house {
	t.Helper()
	keys, err := seal.OpenKeys(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, d: d, c: c, s: New(d, keys, nil), id: map[string]string{}}
	hash, err := seal.HashPassword(ctx, goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	who := access.System("test")
	h.write(func(tx *db.Tx) error {
		if err := (org.AddUnit{Code: "G", Kind: org.Group, NameZh: "澄川特钢集团", NameEn: "Chengchuan"}).Do(tx, who); err != nil {
			return err
		}
		for no, role := range map[string]access.Role{"S1": access.SecurityAdmin, "T1": access.Triager, "W1": ""} {
			p, err := org.AddPerson{EmployeeNo: no, Name: "王建国", Unit: "G"}.Do(tx, who)
			if err != nil {
				return err
			}
			h.id[no] = p
			if role != "" {
				if err := (org.GiveRole{Person: p, Role: role, Unit: "G"}).Do(tx, who); err != nil {
					return err
				}
			}
			if err := (Provide{p, hash}).Do(tx, who); err != nil {
				return err
			}
		}
		return nil
	})
	return h
}

func (h *house) write(fn func(tx *db.Tx) error) {
	h.t.Helper()
	if err := h.d.Write(ctx, fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) who(no string) (p access.Person) {
	h.t.Helper()
	if err := h.d.Read(ctx, func(tx *db.Tx) (err error) { p, err = org.Actor(tx, h.id[no]); return err }); err != nil {
		h.t.Fatal(err)
	}
	return p
}

func (h *house) signIn(no, password string) (SignedIn, error) {
	return h.s.SignIn(ctx, SignIn{Name: no, Password: password, Addr: netip.MustParseAddr("10.1.2.3")})
}

func (h *house) in(no string) SignedIn {
	h.t.Helper()
	s, err := h.signIn(no, goodPassword)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

func (h *house) visit(token string) *Visit {
	h.t.Helper()
	v, err := h.s.Visit(ctx, token)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

func wantKey(t *testing.T, what string, err error, key string) {
	t.Helper()
	got := ""
	if err != nil {
		got = fault.Of(err).Key
	}
	if got != key {
		t.Errorf("%s: %q, want %q (%v)", what, got, key, err)
	}
}

func TestSignInAndVisit(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHouse(t, d, c)
		for _, name := range []string{"T1", " Ｔ１ "} {
			s, err := h.signIn(name, goodPassword)
			if err != nil {
				t.Fatalf("%q: %v", name, err)
			}
			v := h.visit(s.Token)
			if v == nil || v.Person.ID != h.id["T1"] || !v.Person.Has(access.Triager) || v.Session != s.Session || v.MustChange || s.For != 12*time.Hour {
				t.Fatalf("%+v %+v", s, v)
			}
		}
		a, b := h.in("T1"), h.in("T1")
		if a.Token == b.Token || a.Session == b.Session {
			t.Error("two sign-ins share a token")
		}
		for _, token := range []string{"", "x", a.Token + "x", a.Session, strings.Repeat("x", 5000)} {
			if h.visit(token) != nil {
				t.Errorf("token %.20q is good", token)
			}
		}
		// Only hashes are stored.
		err := d.Read(ctx, func(tx *db.Tx) error {
			n, err := db.One[int](tx, `SELECT COUNT(*) FROM login_session WHERE hash = $1 OR id = $1`, a.Token)
			if n != 0 {
				t.Error("the token itself is stored")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.s.SignOut(ctx, a.Token); err != nil {
			t.Fatal(err)
		}
		if h.visit(a.Token) != nil || h.visit(b.Token) == nil {
			t.Error("sign-out ended the wrong session")
		}
	})
}

func TestRefusalsLookTheSame(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHouse(t, d, c)
		h.write(func(tx *db.Tx) error {
			if err := access.System("login").May(tx, access.LoginSystem, thing("")); err != nil {
				return err
			}
			if err := setDisabled(tx, h.id["W1"], true, 1); err != nil {
				return err
			}
			return record(tx, access.System("test"), "disabled", h.id["W1"], nil)
		})
		var first string
		for _, c := range [][2]string{{"T1", "wrong password"}, {"nobody", goodPassword}, {"W1", goodPassword}, {"T1", strings.Repeat("x", 5000)}, {"'; DROP TABLE", "x"}} {
			_, err := h.signIn(c[0], c[1])
			e := fault.Of(err)
			if err == nil {
				t.Fatalf("%v signed in", c)
			}
			if s := fmt.Sprint(e.Kind, e.Key, e.Args, e.Field); first == "" {
				first = s
			} else if s != first {
				t.Errorf("%v: %s, want %s", c, s, first)
			}
		}
		if _, err := h.signIn("", ""); len(fault.Fields(err)) != 2 {
			t.Errorf("empty fields: %v", err)
		}
		calls := func(no, password string) int64 {
			before := d.Stats().Writes
			_, _ = h.signIn(no, password)
			return d.Stats().Writes - before
		}
		known, unknown := []int64{}, []int64{}
		for range 8 { // beyond the first delay
			known, unknown = append(known, calls("S1", "wrong password")), append(unknown, calls("nobody2", "wrong password"))
		}
		if known[0] == 0 || !slices.Equal(known, unknown) {
			t.Errorf("a known name writes %v, an unknown one %v", known, unknown)
		}
	})
}

func TestUnknownNameCostsTheSame(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHouse(t, d, c)
	cost := func(name string) uint64 {
		before := seal.Spent()
		if _, err := h.signIn(name, "wrong password"); err == nil {
			t.Fatal("signed in")
		}
		return seal.Spent() - before
	}
	if known, unknown := cost("T1"), cost("nobody"); known == 0 || unknown != known {
		t.Errorf("a name that nobody has costs %d, one that somebody has %d", unknown, known)
	}
}

func TestSessionLimits(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHouse(t, d, c)
		staff, worker := h.in("T1").Token, h.in("W1").Token
		for range 12 { // in use: the idle limit does not apply
			c.Advance(29 * time.Minute)
			if h.visit(staff) == nil {
				t.Fatal("a session in use ended")
			}
		}
		c.Advance(30 * time.Minute)
		if h.visit(staff) != nil {
			t.Error("unused for 30 minutes and still good")
		}
		staff = h.in("T1").Token
		for range 48 {
			c.Advance(15 * time.Minute)
			h.visit(staff)
		}
		if h.visit(staff) != nil {
			t.Error("good after 12 hours")
		}
		c.Set(dbtest.Start().Add(6 * 24 * time.Hour))
		if h.visit(worker) == nil {
			t.Error("an employee's session ended within six days")
		}
		c.Set(dbtest.Start().Add(7 * 24 * time.Hour))
		if h.visit(worker) != nil {
			t.Error("an employee's session is good after seven days")
		}
		staff = h.in("T1").Token
		h.write(func(tx *db.Tx) error {
			return (org.SetSetting{Key: org.LoginIdleMinutes, Value: "5", Basis: "test"}).Do(tx, access.Person{Kind: access.Account, ID: "x", Grants: []access.Grant{{Role: access.SecurityAdmin}}})
		})
		c.Advance(6 * time.Minute)
		if h.visit(staff) != nil {
			t.Error("the setting has no effect")
		}
	})
}

// Nothing finer than a day is kept of an employee without a role; of staff, who need an audit, it is.
func TestEmployeesLeaveNoTimes(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHouse(t, d, c)
		c.Advance(83*time.Minute + 17*time.Second)
		w := h.in("W1")
		c.Advance(26 * time.Hour)
		h.visit(w.Token)
		h.in("T1")
		err := d.Read(ctx, func(tx *db.Tx) error {
			sessions, err := db.All[Session](tx, `SELECT id, person, label, created_at, seen_at, until_at FROM login_session`)
			if err != nil {
				return err
			}
			for _, s := range sessions {
				exact := false
				for _, m := range []clock.Millis{s.CreatedAt, s.SeenAt, s.UntilAt} {
					exact = exact || m.At(tx.Zone()).Hour() != 0 || m.At(tx.Zone()).Minute() != 0
				}
				if exact != (s.Person == h.id["T1"]) {
					t.Errorf("session of %s: %+v", s.Person, s)
				}
			}
			entries, err := event.Timeline(tx, event.Ref{Kind: "account", ID: h.id["W1"]}, 100, 0)
			if len(entries) != 1 || entries[0].Kind != "login.provided" {
				t.Errorf("the record tells of the employee: %+v", entries)
			}
			if err != nil {
				return err
			}
			entries, err = event.Timeline(tx, event.Ref{Kind: "account", ID: h.id["T1"]}, 100, 0)
			if len(entries) != 2 || entries[0].Kind != "login.signed_in" && entries[1].Kind != "login.signed_in" {
				t.Errorf("the record of the triager: %+v", entries)
			}
			if err != nil {
				return err
			}
			days, err := Days(tx, access.Person{Kind: access.Account, ID: "a", Grants: []access.Grant{{Role: access.AuditAdmin}}}, "2026-11-01", "2026-12-01", 10)
			if len(days) != 2 {
				t.Errorf("days %+v", days)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestSlowAndChairStaysIn(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHouse(t, d, c)
		device := h.in("S1").Device
		for range 5 {
			_, err := h.signIn("S1", "wrong password")
			wantKey(t, "wrong", err, "login.wrong")
		}
		_, err := h.signIn("S1", goodPassword)
		wantKey(t, "at once", err, "login.wait")
		_, err = h.signIn("unknown", "x")
		wantKey(t, "another name", err, "login.wrong")
		in := SignIn{Name: "S1", Password: goodPassword, Addr: netip.MustParseAddr("10.1.2.3"), Device: device}
		if _, err := h.s.SignIn(ctx, in); err != nil {
			t.Errorf("known browser: %v", err)
		}
		in.Name = "T1"
		in.Password = "wrong"
		if h.s.knownDevice(device, "T1", c.Now()) != "" {
			t.Error("the device is known for another name")
		}
		c.Advance(DeviceFor)
		if h.s.knownDevice(device, "S1", c.Now()) != "" {
			t.Error("the device is known for ever")
		}
		for range 60 {
			_, err := h.signIn("S1", "wrong password")
			if k := fault.Of(err).Key; k != "login.wrong" && k != "login.wait" {
				t.Fatal(err)
			}
			c.Advance(20 * time.Second)
		}
		c.Advance(15 * time.Minute)
		if _, err := h.signIn("S1", goodPassword); err != nil {
			t.Errorf("after the longest delay: %v", err)
		}
		// One entry for each series, not for each failure.
		var slowed int
		err = d.Read(ctx, func(tx *db.Tx) error {
			entries, err := event.Timeline(tx, event.Ref{Kind: "account", ID: h.id["S1"]}, 200, 0)
			for _, e := range entries {
				if e.Kind == "login.slowed" {
					slowed++
				}
			}
			return err
		})
		if err != nil || slowed < 1 || slowed > 2 {
			t.Errorf("%d entries of slowing, %v", slowed, err)
		}
	})
}

func TestOwnSessions(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHouse(t, d, c)
		a, b := h.in("T1"), h.in("T1")
		me, stranger := h.who("T1"), h.who("W1")
		do := func(who access.Person, in interface {
			Do(*db.Tx, access.Person) error
		}) error {
			return d.Write(ctx, func(tx *db.Tx) error { return in.Do(tx, who) })
		}
		list := func(who access.Person) (out []Session, err error) {
			err = d.Read(ctx, func(tx *db.Tx) (err error) { out, err = Sessions(tx, who, h.id["T1"]); return err })
			return out, err
		}
		wantKey(t, "label", do(me, LabelSession{a.Session, " 值班室电脑\u202e "}), "")
		wantKey(t, "long label", do(me, LabelSession{a.Session, strings.Repeat("长", 41)}), "login.label")
		wantKey(t, "another's label", do(stranger, LabelSession{a.Session, "x"}), "login.session_unknown")
		l, err := list(me)
		if err != nil || len(l) != 2 {
			t.Fatal(l, err)
		}
		labels := l[0].Label + l[1].Label
		if labels != "值班室电脑" {
			t.Errorf("labels %q", labels)
		}
		if _, err := list(stranger); err == nil {
			t.Error("another's sessions are shown")
		}
		wantKey(t, "another's session", do(stranger, EndSession{Session: a.Session}), "")
		if h.visit(a.Token) == nil {
			t.Error("a stranger ended the session")
		}
		wantKey(t, "a stranger by name", do(stranger, EndSessions{Person: h.id["T1"]}), "access.denied")
		wantKey(t, "others", do(me, EndSessions{Except: b.Session}), "")
		if h.visit(a.Token) != nil || h.visit(b.Token) == nil {
			t.Error("the wrong session ended")
		}
		wantKey(t, "administrator", do(h.who("S1"), EndSessions{Person: h.id["T1"], Except: b.Session}), "")
		if h.visit(b.Token) != nil {
			t.Error("the administrator did not end it")
		}
		wantKey(t, "reading", do(me, SetReading{Lang: "en", Big: 2}), "")
		wantKey(t, "big", do(me, SetReading{Big: 9}), "login.big")
		if v := h.visit(h.in("T1").Token); v.Big != 2 || v.Person.Lang != "en" {
			t.Errorf("%+v", v)
		}
	})
}

// No password, start code, token or device mark is in the database files.
func TestSecretsAreNotStored(t *testing.T) {
	dir := t.TempDir()
	c := clock.NewFake(dbtest.Start())
	d, err := db.Open(ctx, db.Config{Dir: dir, Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, d, c)
	code, err := h.s.Issue(ctx, h.who("S1"), h.id["W1"])
	if err != nil {
		t.Fatal(err)
	}
	s := h.in("T1")
	set, err := h.s.SetUpToken(ctx)
	if err != nil || set != "" {
		t.Fatal(set, err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	var all []byte
	err = filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all = append(all, b...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(all, []byte(s.Session)) {
		t.Fatal("the search finds nothing at all")
	}
	for what, secret := range map[string]string{"password": goodPassword, "start code": code, "token": s.Token, "device": s.Device} {
		if bytes.Contains(all, []byte(secret)) {
			t.Errorf("%s in the database", what)
		}
	}
}

func TestSweep(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHouse(t, d, c)
		h.in("T1")
		w := h.in("W1")
		c.Advance(time.Hour)
		if err := h.s.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		count := func(table string) (n int) {
			if err := d.Read(ctx, func(tx *db.Tx) (err error) { n, err = db.One[int](tx, `SELECT COUNT(*) FROM `+table); return err }); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := count("login_session"); n != 1 || h.visit(w.Token) == nil {
			t.Errorf("%d sessions left", n)
		}
		c.Advance(400 * 24 * time.Hour)
		if err := h.s.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if a, b := count("login_session"), count("login_day"); a != 0 || b != 0 {
			t.Errorf("%d sessions, %d days left", a, b)
		}
	})
}
