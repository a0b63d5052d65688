package duty

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// scatter writes n duties over units, roles, people and times, and returns them. open is the share of open ones in percent.
func scatter(t testing.TB, d *db.DB, rnd *rand.Rand, n, open int, paths []access.Path) []Duty {
	t.Helper()
	roles := []access.Role{access.Triager, access.Handler, access.Handler, access.Handler, access.Supervisor, access.Inspector}
	var all []Duty
	for len(all) < n {
		err := d.Write(context.Background(), func(tx *db.Tx) error {
			if err := boss.May(tx, access.DutySee, access.Thing{}); err != nil {
				return err
			}
			for i := 0; i < 20000 && len(all) < n; i++ {
				k := Kinds()[rnd.IntN(len(Kinds()))]
				x := Duty{ID: fmt.Sprintf("d%08d", rnd.IntN(1<<30)), Kind: k, SubjectKind: "matter", SubjectID: strconv.Itoa(len(all)), Path: paths[rnd.IntN(len(paths))],
					Role: roles[rnd.IntN(len(roles))], Days: 5, StartedAt: tx.Millis(), Calendar: "x", DueVersion: 1, Open: true}
				x.ID += strconv.Itoa(len(all))
				x.Unit = x.Path.Unit()
				if rnd.IntN(3) == 0 {
					x.SubjectKind = "voice"
				}
				if rnd.IntN(10) == 0 {
					x.Person = "p" + strconv.Itoa(rnd.IntN(40))
				}
				if rnd.IntN(20) == 0 {
					x.Restricted = "health"
				}
				x.Due = tx.Millis().Add(time.Duration(rnd.IntN(2000)-500) * time.Hour) // many share one due
				x.Due0, x.BaseDue, x.BaseAt = x.Due, x.Due, x.StartedAt
				if _, err := insert(tx, x); err != nil {
					return err
				}
				if rnd.IntN(100) >= open {
					if err := discharge(tx, x, tx.Millis(), Done); err != nil {
						return err
					}
					x.Open = false
				}
				all = append(all, x)
			}
			return event.Record(tx, boss, event.Fact{Kind: "test.scattered", Subject: matter})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func somePaths(plants, crews int) []access.Path {
	paths := []access.Path{"/G/", "/G/D01/", "/G/D02/", "/G/D03/"}
	for i := range plants {
		plant := access.Path(fmt.Sprintf("/G/U%02d/", i))
		paths = append(paths, plant)
		for j := range crews {
			paths = append(paths, plant+access.Path(fmt.Sprintf("C%02d/", j)))
		}
	}
	return paths
}

// belongs is the rule of the desk in words of its own, for comparison.
func belongs(x Duty, who access.Person, v View) bool {
	if !x.Open {
		return false
	}
	for _, g := range who.Grants {
		if !x.Path.Under(g.Path) {
			continue
		}
		oversees := slices.Contains(overseers, g.Role) && x.Restricted == ""
		if v == ViewUnits && oversees || v == ViewMine && (g.Role == access.DeptHead && x.Restricted == "" || g.Role == x.Role && x.Person == "") {
			return true
		}
	}
	return v == ViewMine && x.Person != "" && x.Person == who.ID
}

// TestDeskAgainstCountingOnFingers compares every page of many people's desks with a list made by looking at each duty.
func TestDeskAgainstCountingOnFingers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		rnd := rand.New(rand.NewPCG(1, 2))
		all := scatter(t, d, rnd, 3000, 70, somePaths(8, 9))
		two := account("p4", access.Handler, "/G/U01/", "/G/U01/C03/", "/G/D02/", "/G/U01/")
		two.Grants = append(two.Grants, access.Grant{Role: access.DeptHead, Unit: "D02", Path: "/G/D02/"}, access.Grant{Role: access.Inspector, Unit: "G", Path: "/G/"})
		for name, who := range map[string]access.Person{
			"employee":          account("p3", access.Employee),
			"no duties":         account("nobody", access.Employee),
			"triager":           account("p1", access.Triager, "/G/"),
			"handler":           account("p2", access.Handler, "/G/D01/"),
			"handler of many":   account("p2", access.Handler, "/G/U00/", "/G/U01/", "/G/U02/", "/G/U03/", "/G/U04/", "/G/U05/", "/G/U06/"),
			"head":              account("p5", access.DeptHead, "/G/U02/"),
			"chair":             account("p6", access.UnitChair, "/G/U03/"),
			"supervisor":        account("p7", access.Supervisor, "/G/"),
			"several roles":     two,
			"unit without work": account("p8", access.DeptHead, "/G/U99/"),
		} {
			for _, f := range []DeskFilter{
				{Limit: 37}, {Limit: 200, View: ViewUnits}, {Limit: 50, Kinds: []Kind{Sign, Plan}}, {Limit: 50, Subject: "voice"}, {Limit: 50, Overdue: true},
				{Limit: 50, View: ViewUnits, Until: clock.MillisOf(c.Now().Add(200 * time.Hour)), Kinds: []Kind{Answer}},
			} {
				var want []string
				for _, x := range slices.SortedFunc(slices.Values(all), func(a, b Duty) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.ID, b.ID)) }) {
					now := clock.MillisOf(c.Now())
					if belongs(x, who, f.View) && (f.Subject == "" || f.Subject == x.SubjectKind) && (len(f.Kinds) == 0 || slices.Contains(f.Kinds, x.Kind)) &&
						(!f.Overdue || x.Due < now) && (f.Until == 0 || x.Due <= f.Until) {
						want = append(want, x.ID)
					}
				}
				var got []string
				for page := 0; ; page++ {
					var next string
					items := read(t, d, func(tx *db.Tx) (items []Item, err error) {
						items, next, err = Desk(tx, who, f)
						if tx.Calls > 30 {
							t.Errorf("%s: %d statements for a page", name, tx.Calls)
						}
						return items, err
					})
					for _, i := range items {
						got = append(got, i.ID)
						if late := i.Due < clock.MillisOf(c.Now()); late != (i.Light.Color == Red || i.Kind.early() && i.Light.Color == Yellow) {
							t.Errorf("%s: %+v", name, i)
						}
					}
					if next == "" || page > 100 {
						break
					}
					if len(items) != f.Limit {
						t.Errorf("%s: a page of %d, limit %d", name, len(items), f.Limit)
					}
					f.After = next
				}
				f.After = ""
				if !slices.Equal(got, want) {
					t.Errorf("%s %+v: %d duties, want %d", name, f, len(got), len(want))
				}
			}
		}
		// What others ask of the same rows.
		late := read(t, d, func(tx *db.Tx) ([]Duty, error) { return Overdue(tx, []Kind{Sign, Plan}, 10) })
		if len(late) != 10 || late[0].Due > late[9].Due || late[9].Due >= clock.MillisOf(c.Now()) || late[0].Kind != Sign && late[0].Kind != Plan {
			t.Errorf("overdue: %v", late)
		}
		var ids []string
		want := 0
		for _, x := range all[:60] {
			ids = append(ids, x.SubjectID)
			if x.SubjectKind == "matter" && x.Open {
				want++
			}
		}
		got := 0
		for subject, ds := range read(t, d, func(tx *db.Tx) (map[string][]Duty, error) { return OpenOf(tx, "matter", ids) }) {
			for _, x := range ds {
				got++
				if x.SubjectID != subject || !x.Open {
					t.Errorf("under %s: %+v", subject, x)
				}
			}
		}
		if got != want {
			t.Errorf("open duties of a list: %d, want %d", got, want)
		}
	})
}

func TestDeskRefuses(t *testing.T) {
	d, _ := dbtest.Open(t)
	for _, c := range []struct {
		who   access.Person
		after string
		want  string
	}{
		{access.Nobody(), "", "unauthenticated: access.signin"}, {access.Holder("v1"), "", "forbidden: access.denied"},
		{boss, "x", "invalid: fault.parameter at after"}, {boss, "!_d1", "invalid: fault.parameter at after"}, {boss, "zz_", "invalid: fault.parameter at after"},
		{boss, "zz_' OR 1=1 --", ""},
	} {
		err := d.Read(context.Background(), func(tx *db.Tx) error {
			_, _, err := Desk(tx, c.who, DeskFilter{After: c.after})
			return err
		})
		if got := fmt.Sprint(err); got != c.want && !(err == nil && c.want == "") {
			t.Errorf("%q: %v, want %q", c.after, err, c.want)
		}
	}
}

// BenchmarkDesk measures the first page and one in the middle for people of different reach. SANWEN_BENCH_DUTIES sets how many duties
// there are (default 20,000).
func BenchmarkDesk(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("SANWEN_BENCH_DUTIES"))
	if err != nil {
		n = 20000
	}
	d, c := dbtest.Open(b)
	scatter(b, d, rand.New(rand.NewPCG(3, 4)), n, 60, somePaths(12, 60))
	middle := strconv.FormatInt(int64(clock.MillisOf(c.Now().Add(300*time.Hour))), 36) + "_d5"
	for _, k := range []struct {
		name string
		who  access.Person
		view View
	}{
		{"person", account("p3", access.Employee), ViewMine},
		{"handler", account("p2", access.Handler, "/G/U02/"), ViewMine},
		{"triager", account("p1", access.Triager, "/G/"), ViewMine},
		{"head", account("p5", access.DeptHead, "/G/U03/"), ViewMine},
		{"chair", account("p6", access.UnitChair, "/G/U04/"), ViewUnits},
		{"supervisor", account("p7", access.Supervisor, "/G/"), ViewUnits},
	} {
		for page, after := range map[string]string{"first": "", "middle": middle} {
			b.Run(k.name+"/"+page, func(b *testing.B) {
				for b.Loop() {
					read(b, d, func(tx *db.Tx) ([]Item, error) {
						items, _, err := Desk(tx, k.who, DeskFilter{View: k.view, After: after})
						return items, err
					})
				}
			})
		}
	}
}
