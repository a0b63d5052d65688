package browser

import (
	"context"
	"testing"

	"sanwen/internal/app/demo"
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
)

// tapping opens a window on a phone whose presses are counted from the page at path on.
func (s *site) tapping(t *testing.T, number, path string) *walker {
	t.Helper()
	s.account(t, number)
	w := s.walk(t, screen{Width: 360, Lang: lang.ZH})
	w.signIn(number, demo.Password)
	w.open(path)
	w.taps, w.typed = 0, 0
	return w
}

// put registers a matter of a class for the equipment department, as the union's office does.
func (s *site) put(t *testing.T, class matter.Class, title string) (number, handler string) {
	t.Helper()
	err := s.App.DB.Write(context.Background(), func(tx *db.Tx) error {
		by, err := org.PersonByNo(tx, s.as(access.Triager).Number)
		if err != nil {
			return err
		}
		who, err := org.Actor(tx, by.ID)
		if err != nil {
			return err
		}
		r := matter.Register{Title: title, Class: class, Source: matter.FromResearch, Category: "B1", Place: "P104M", Lead: "D02"}
		if err := r.Do(tx, who); err != nil {
			return err
		}
		number = r.Number
		all, err := org.Holders(tx, access.Handler, "D02")
		if err != nil {
			return err
		}
		p, err := org.PersonByID(tx, all[0].ID)
		handler = p.EmployeeNo
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return number, handler
}

// TestStaffTaps counts the presses of what staff do most: sign for an assignment 1, a quick fix 3, a plan's approval 2, a step with a
// photo and a sentence 4.
func TestStaffTaps(t *testing.T) {
	t.Parallel()
	s := serve(t)
	number, handler := s.put(t, matter.Quick, "更衣室门把手松了")
	card := `.desk li:has(a[href="/matter/` + number + `"]) `

	w := s.tapping(t, handler, "/desk")
	w.press(card + `form[action$="/sign"] button`)
	w.few("signing for an assignment", 1)
	s.read(func(tx *db.Tx) error {
		m, err := matter.Find(tx, number)
		if err != nil {
			return err
		}
		a, err := assignment.Open(tx, m.Ref())
		if err == nil && a.State != assignment.Signed {
			t.Errorf("after the press it is %s", a.State)
		}
		return err
	})

	w.open("/desk")
	w.taps = 0
	w.press(card + `a.button[href$="/plan"]`)
	w.touch(`input[name="when"]:not([value=""])`)
	w.press(`button[value="submit"]`)
	w.few("a quick fix", 3)
	s.read(func(tx *db.Tx) error {
		m, err := matter.Find(tx, number)
		if err == nil && (m.State != matter.Executing || m.Owner == "" || m.Due < clock.DayOf(s.Time.Now(), clock.Shanghai())) {
			t.Errorf("quick fix: %s, owner %q, due %s", m.State, m.Owner, m.Due)
		}
		return err
	})
	w.clean()

	// a plan that waits in the demonstration
	var waiting, approver string
	s.read(func(tx *db.Tx) error {
		type row struct{ Number, Person, Role string }
		x, err := db.One[row](tx, `SELECT m.number, d.person, d.role FROM matter m JOIN duty d ON d.subject_id = m.id AND d.kind = 'approve' AND d.open = 1
			WHERE m.review = 'office' AND d.person = '' ORDER BY m.number LIMIT 1`)
		waiting, approver = x.Number, s.as(access.Role(x.Role)).Number
		return err
	})
	w = s.tapping(t, approver, "/desk")
	w.press(`.desk li:has(a[href="/matter/` + waiting + `"]) a.button[href$="/decide"]`)
	w.press(`button[name="approve"][value="yes"]`)
	w.few("approving a plan", 2)
	w.clean()

	// a step with a photo and a sentence
	var doing, owner string
	s.read(func(tx *db.Tx) error {
		type row struct{ Number, EmployeeNo string }
		x, err := db.One[row](tx, `SELECT m.number, p.employee_no FROM matter m JOIN org_person p ON p.id = m.owner JOIN duty d ON d.subject_id = m.id
			AND d.kind = 'milestone' AND d.open = 1 AND d.person = m.owner WHERE m.state = 'executing' ORDER BY d.due LIMIT 1`)
		doing, owner = x.Number, x.EmployeeNo
		return err
	})
	w = s.tapping(t, owner, "/desk")
	w.press(`.desk li:has(a[href="/matter/` + doing + `"]) a.button[href*="/progress?step="]`)
	w.attach("photos", photoFile(t)) // the press on the camera, which leaves the browser
	w.wait(`document.querySelector('.tile img') && !document.querySelector('[aria-busy]')`)
	w.write("text", "这一步做完了。")
	w.press("main .bar button")
	w.few("a step with a photo and a sentence", 4)
	w.sees("这一步做完了。")
	w.clean()
}
