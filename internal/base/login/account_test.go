package login

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
)

func TestStartCodeAndForcedChange(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHouse(t, d, c)
		admin, triager := h.who("S1"), h.in("T1")
		_, err := h.s.Issue(ctx, h.who("T1"), h.id["W1"])
		wantKey(t, "a triager gives accounts", err, "access.denied")
		_, err = h.s.Issue(ctx, admin, h.id["S1"])
		wantKey(t, "own account", err, "login.self")
		wantKey(t, "a chosen password", d.Write(ctx, func(tx *db.Tx) error { return Provide{h.id["W1"], "x"}.Do(tx, admin) }), "access.denied")
		code, err := h.s.Issue(ctx, admin, h.id["T1"])
		if err != nil {
			t.Fatal(err)
		}
		if h.visit(triager.Token) != nil {
			t.Error("the old session outlives a reset")
		}
		if _, err := h.signIn("T1", goodPassword); err == nil {
			t.Error("the old password still works")
		}
		s, err := h.signIn("T1", strings.ToLower(strings.ReplaceAll(code, "-", " ")))
		if err != nil || !s.MustChange || !h.visit(s.Token).MustChange {
			t.Fatalf("%+v %v", s, err)
		}
		other, err := h.signIn("T1", code)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range []struct{ old, new, key string }{
			{"wrong", otherPassword, "login.confirm_wrong"}, {code, "short", "login.password.short"}, {code, code, "login.password.same"},
			{code, "password1234", "login.password.common"}, {code, "王建国王建国王建国王建国", "login.password.common"},
		} {
			_, err := h.s.ChangePassword(ctx, s.Person, s.Session, x.old, x.new)
			wantKey(t, x.new, err, x.key)
		}
		token, err := h.s.ChangePassword(ctx, s.Person, s.Session, code, otherPassword)
		if err != nil {
			t.Fatal(err)
		}
		if v := h.visit(token); v == nil || v.MustChange {
			t.Errorf("after the change: %+v", v)
		}
		if h.visit(s.Token) != nil || h.visit(other.Token) != nil {
			t.Error("an earlier token is still good")
		}
		if _, err := h.signIn("T1", code); err == nil {
			t.Error("the start code works twice")
		}
		if s, err := h.signIn("T1", otherPassword); err != nil || s.MustChange {
			t.Errorf("new password: %v", err)
		}
		code, err = h.s.Issue(ctx, admin, h.id["W1"])
		if err != nil {
			t.Fatal(err)
		}
		c.Advance(72 * time.Hour)
		_, err = h.signIn("W1", code)
		wantKey(t, "start code after three days", err, "login.wrong")
	})
}

func TestDisableEndsSessions(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHouse(t, d, c)
		admin := h.who("S1")
		a, b := h.in("T1"), h.in("T1")
		do := func(who access.Person, in interface {
			Do(*db.Tx, access.Person) error
		}) error {
			return d.Write(ctx, func(tx *db.Tx) error { return in.Do(tx, who) })
		}
		wantKey(t, "self", do(admin, Disable{h.id["S1"], 1}), "login.self")
		wantKey(t, "stale", do(admin, Disable{h.id["T1"], 99}), "fault.changed")
		wantKey(t, "no administrator", do(h.who("W1"), Disable{h.id["T1"], 1}), "access.denied")
		wantKey(t, "last", do(access.System("test"), Disable{h.id["S1"], 1}), "login.last")
		wantKey(t, "disable", do(admin, Disable{h.id["T1"], 1}), "")
		if h.visit(a.Token) != nil || h.visit(b.Token) != nil {
			t.Error("sessions outlive the account")
		}
		_, err := h.signIn("T1", goodPassword)
		wantKey(t, "closed account", err, "login.wrong")
		wantKey(t, "enable", do(admin, Enable{h.id["T1"], 2}), "")
		if h.visit(a.Token) != nil {
			t.Error("a session came back")
		}
		h.in("T1")
		// Who leaves the organisation is closed by the same transaction.
		w := h.in("W1")
		system := access.System("test")
		err = d.Write(ctx, func(tx *db.Tx) error {
			p, err := org.PersonByID(tx, h.id["W1"])
			if err != nil {
				return err
			}
			return org.EditPerson{ID: p.ID, Name: p.Name, Unit: p.Unit, Status: org.Left, Version: p.Version}.Do(tx, system)
		})
		if err != nil {
			t.Fatal(err)
		}
		if h.visit(w.Token) != nil {
			t.Error("somebody who left is still signed in")
		}
		_, err = h.signIn("W1", goodPassword)
		wantKey(t, "left", err, "login.wrong")
	})
}

func TestPasswordAge(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHouse(t, d, c)
		admin := h.who("S1")
		h.write(func(tx *db.Tx) error {
			return (org.SetSetting{Key: org.LoginPasswordDays, Value: "90", Basis: "GB/T 22239-2019"}).Do(tx, admin)
		})
		c.Advance(89 * 24 * time.Hour)
		if h.in("T1").MustChange {
			t.Error("a day too early")
		}
		c.Advance(24 * time.Hour)
		if !h.in("T1").MustChange {
			t.Error("not asked for a new password after 90 days")
		}
	})
}

func TestSetUp(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		keys, err := seal.OpenKeys(filepath.Join(t.TempDir(), "keys"))
		if err != nil {
			t.Fatal(err)
		}
		s := New(d, keys, nil)
		token := func() string {
			tk, err := s.SetUpToken(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return tk
		}
		in := SetUp{NameZh: "澄川特钢集团", NameEn: "Chengchuan Special Steel", SecurityNo: "S1", SecurityName: "周敏", Password: goodPassword, SystemNo: "A1", SystemName: "李强"}
		for _, in.Token = range []string{"", "guess"} {
			_, err = s.SetUp(ctx, in)
			wantKey(t, "no link", err, "login.setup_over")
		}
		first := token()
		in.Token = first
		second := token()
		_, err = s.SetUp(ctx, in)
		wantKey(t, "an earlier link", err, "login.setup_over")
		in.Token = second
		c.Advance(30 * time.Minute)
		_, err = s.SetUp(ctx, in)
		wantKey(t, "after 30 minutes", err, "login.setup_over")
		in.Token = token()
		bad := in
		bad.Password, bad.SystemNo = "澄川特钢集团澄川特钢集团", "S1"
		_, err = s.SetUp(ctx, bad)
		if got := len(fault.Fields(err)); got != 2 {
			t.Errorf("%d fields: %v", got, err)
		}
		bad = in
		bad.SystemName = ""
		_, err = s.SetUp(ctx, bad)
		if f := fault.Fields(err); len(f) != 1 || f[0].Field != "system_name" {
			t.Errorf("name: %v", err)
		}
		if open, _ := s.SetUpOpen(ctx, in.Token); !open {
			t.Error("a failed set-up used the link up")
		}
		code, err := s.SetUp(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.SetUp(ctx, in)
		wantKey(t, "twice", err, "login.setup_over")
		if tk := token(); tk != "" {
			t.Error("another link is offered")
		}
		admin, err := s.SignIn(ctx, SignIn{Name: "S1", Password: goodPassword})
		if err != nil || !admin.Person.Has(access.SecurityAdmin) || admin.Person.Has(access.SystemAdmin) || admin.MustChange {
			t.Fatalf("%+v %v", admin, err)
		}
		system, err := s.SignIn(ctx, SignIn{Name: "A1", Password: code})
		if err != nil || !system.Person.Has(access.SystemAdmin) || system.Person.Has(access.SecurityAdmin) || !system.MustChange {
			t.Fatalf("%+v %v", system, err)
		}
		err = d.Read(ctx, func(tx *db.Tx) error {
			tree, err := org.TreeOf(tx)
			if err != nil {
				return err
			}
			if u, _ := tree.Get(org.Root); u.NameZh != "澄川特钢集团" || u.NameEn != "Chengchuan Special Steel" {
				t.Errorf("root %+v", u)
			}
			name, err := org.Text(tx, org.SiteName)
			if name != "澄川特钢集团" {
				t.Errorf("site name %q", name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
