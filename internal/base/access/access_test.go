package access_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
)

var units = []access.Path{"/G/", "/G/U01/", "/G/U01/A/", "/G/U02/", "/G/D02/", "/G/D08/"}
var persons = []string{"p1", "p2", "p3"}

func genPerson() *rapid.Generator[access.Person] {
	return rapid.Custom(func(t *rapid.T) access.Person {
		p := access.Person{Kind: access.Account, ID: rapid.SampledFrom(persons).Draw(t, "id"), Path: rapid.SampledFrom(units[1:]).Draw(t, "path")}
		for range rapid.IntRange(0, 3).Draw(t, "grants") {
			u := rapid.SampledFrom(units).Draw(t, "grant unit")
			p.Grants = append(p.Grants, access.Grant{Role: rapid.SampledFrom(access.Roles()).Draw(t, "role"), Unit: u.Unit(), Path: u})
		}
		return p
	})
}

func genThing() *rapid.Generator[access.Thing] {
	maybe := func(t *rapid.T, of []string, label string) string {
		return rapid.SampledFrom(append([]string{""}, of...)).Draw(t, label)
	}
	return rapid.Custom(func(t *rapid.T) access.Thing {
		th := access.Thing{Kind: "voice", ID: "t",
			Unit:         rapid.SampledFrom(append([]access.Path{""}, units...)).Draw(t, "unit"),
			Lead:         rapid.SampledFrom(append([]access.Path{""}, units...)).Draw(t, "lead"),
			Submitter:    maybe(t, persons, "submitter"),
			Owner:        maybe(t, persons, "owner"),
			Sponsor:      maybe(t, persons, "sponsor"),
			Author:       maybe(t, persons, "author"),
			Restricted:   maybe(t, []string{"discipline", "health", "aid"}, "restricted"),
			Public:       rapid.Bool().Draw(t, "public"),
			NamedPersons: []string{maybe(t, persons, "named")},
		}
		if rapid.Bool().Draw(t, "costs") {
			th.Finance = rapid.SampledFrom(units).Draw(t, "finance")
		}
		if rapid.Bool().Draw(t, "has co") {
			th.Co = []access.Path{rapid.SampledFrom(units).Draw(t, "co")}
		}
		if rapid.Bool().Draw(t, "names a unit") {
			th.NamedUnits = []access.Path{rapid.SampledFrom(units[1:]).Draw(t, "named unit")}
		}
		return th
	})
}

// TestRecusalIsAbsolute: whoever is named, or works or acts under a named unit, may do nothing but speak for himself.
func TestRecusalIsAbsolute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, th := genPerson().Draw(t, "person"), genThing().Draw(t, "thing")
		named := false
		for _, id := range th.NamedPersons {
			named = named || id == p.ID
		}
		for _, u := range th.NamedUnits {
			named = named || p.Path.Under(u)
		}
		if !named {
			t.Skip()
		}
		th.Submitter = ""
		for _, a := range access.Actions() {
			if p.Can(a, th) {
				t.Fatalf("%s is named and may %s", p.ID, a)
			}
		}
	})
}

// TestRestrictedNeedsItsClass: a restricted thing is open only to rows of its class.
func TestRestrictedNeedsItsClass(t *testing.T) {
	p := access.Person{Kind: access.Account, ID: "p1", Path: "/G/D08/", Grants: []access.Grant{
		{Role: access.Triager, Path: "/G/"}, {Role: access.Supervisor, Path: "/G/"}, {Role: access.UnitChair, Path: "/G/"}, {Role: access.HealthOfficer, Path: "/G/"}}}
	open := access.Thing{Kind: "voice", Unit: "/G/U01/"}
	discipline, health := open, open
	discipline.Restricted, health.Restricted = "discipline", "health"
	for _, a := range []access.Action{access.VoiceSee, access.VoiceOpen, access.VoiceTriage} {
		if !p.Can(a, open) || p.Can(a, discipline) || !p.Can(a, health) {
			t.Errorf("%s: open %v, discipline %v, health %v", a, p.Can(a, open), p.Can(a, discipline), p.Can(a, health))
		}
	}
}

// TestAdministratorsReadNothing: the three administrator roles hold no action over voices or matters.
func TestAdministratorsReadNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		th := genThing().Draw(t, "thing")
		th.Submitter, th.Owner, th.Author, th.Public = "", "", "", false
		p := access.Person{Kind: access.Account, ID: "admin", Path: "/G/D11/"}
		for _, r := range access.Administrators() {
			p.Grants = append(p.Grants, access.Grant{Role: r, Path: "/G/"})
		}
		for _, a := range []access.Action{access.VoiceList, access.VoiceSee, access.VoiceOpen, access.VoiceTriage, access.VoiceReply,
			access.MatterSee, access.MatterList, access.MatterExport, access.MatterPlan, access.MatterApprove, access.MatterClose, access.AcceptSee} {
			if p.Can(a, th) {
				t.Fatalf("an administrator may %s", a)
			}
		}
	})
}

func TestMayAsksAndAnswers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		voice := access.Thing{Kind: "voice", Voice: "v1", Unit: "/G/U01/"}
		matter := access.Thing{Kind: "matter", Unit: "/G/U01/"}
		cases := []struct {
			name string
			who  access.Person
			a    access.Action
			t    access.Thing
			want fault.Kind
			ok   bool
		}{
			{"anybody tells", access.Nobody(), access.VoiceRegister, access.Thing{}, 0, true},
			{"the holder of the receipt follows", access.Holder("v1"), access.VoiceFollow, voice, 0, true},
			{"another receipt", access.Holder("v2"), access.VoiceFollow, voice, fault.NotFound, false},
			{"a stranger at a staff page", access.Nobody(), access.VoiceTriage, voice, fault.Unauthenticated, false},
			{"an employee does not learn that a voice exists", access.Person{Kind: access.Account, ID: "p"}, access.VoiceSee, voice, fault.NotFound, false},
			{"an employee at the ledger page", access.Person{Kind: access.Account, ID: "p"}, access.MatterSee, matter, fault.Forbidden, false},
			{"a job acts as itself", access.System("time"), access.VoiceSystem, voice, 0, true},
			{"a job is no triager", access.System("time"), access.VoiceTriage, voice, fault.NotFound, false},
		}
		for _, c := range cases {
			err := d.Read(context.Background(), func(tx *db.Tx) error { return c.who.May(tx, c.a, c.t) })
			if c.ok != (err == nil) || !c.ok && fault.KindOf(err) != c.want {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	})
}

// TestVisibleEqualsCan: a list shows a row exactly when the row could be opened.
func TestVisibleEqualsCan(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		cols := access.Columns{Unit: "x.unit", Lead: "x.lead", Submitter: "x.submitter", Owner: "x.owner", Author: "x.author",
			Sponsor: "x.sponsor", Restricted: "x.restricted", Public: "x.public", Finance: "x.finance", Co: "(%s)", CoPath: "x.co"}
		rapid.Check(t, func(rt *rapid.T) {
			p, th := genPerson().Draw(rt, "person"), genThing().Draw(rt, "thing")
			th.NamedPersons, th.NamedUnits = nil, nil
			a := rapid.SampledFrom(access.Actions()).Draw(rt, "action")
			cond, args := access.Visible(p, a, cols, 11)
			co := ""
			if len(th.Co) > 0 {
				co = string(th.Co[0])
			}
			row := []any{string(th.Unit), string(th.Lead), th.Submitter, th.Owner, th.Author, th.Sponsor, th.Restricted, th.Public, co, string(th.Finance)}
			// $1..$10 are the row; the condition's own numbers start at $11.
			q := "SELECT COUNT(*) FROM (SELECT CAST($1 AS TEXT) AS unit, CAST($2 AS TEXT) AS lead, CAST($3 AS TEXT) AS submitter, CAST($4 AS TEXT) AS owner, " +
				"CAST($5 AS TEXT) AS author, CAST($6 AS TEXT) AS sponsor, CAST($7 AS TEXT) AS restricted, CAST($8 AS INTEGER) AS public, CAST($9 AS TEXT) AS co, CAST($10 AS TEXT) AS finance) x WHERE " + cond
			var n int64
			err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
				n, err = db.One[int64](tx, q, append(row, args...)...)
				return err
			})
			if err != nil {
				rt.Fatalf("%v in %s", err, q)
			}
			if (n == 1) != p.Can(a, th) {
				rt.Fatalf("%s on %+v: the list says %v, the table says %v\n%s", a, th, n == 1, p.Can(a, th), cond)
			}
		})
	})
}

func TestTableIsSound(t *testing.T) {
	seen := map[access.Row]bool{}
	for _, r := range access.Table {
		if seen[r] {
			t.Errorf("doubled row %+v", r)
		}
		seen[r] = true
		if !r.Role.Valid() {
			t.Errorf("unknown role %q", r.Role)
		}
	}
}
