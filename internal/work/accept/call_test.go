package accept_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/accept"
)

// callees is who somebody has to call about a matter, by employee number.
func (w *world) callees(who, id string) map[string]accept.Callee {
	w.T.Helper()
	out := map[string]accept.Callee{}
	w.Read(func(tx *db.Tx) error {
		list, more, err := accept.Callees(tx, w.P(who))
		n, e := accept.CountCallees(tx, w.P(who))
		if err == nil {
			err = e
		}
		if more || n != len(list) {
			w.T.Errorf("%d people are listed, %d counted, more %v", len(list), n, more)
		}
		for _, c := range list {
			if c.Matter == id {
				out[c.EmployeeNo] = c
			}
		}
		return err
	})
	return out
}

func (w *world) no(key string) (no string) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) error {
		p, err := org.PersonByID(tx, w.P(key).ID)
		no = p.EmployeeNo
		return err
	})
	return no
}

// signedIn notes that somebody has signed in today.
func (w *world) signedIn(key string) {
	w.T.Helper()
	if err := w.DB.Upkeep(w.T.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO login_day (day, person, signed_in, failed) VALUES ($1, $2, 1, 0)`, tx.Today(), w.P(key).ID)
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
}

func (w *world) call(who string, in accept.Call) error {
	return w.DB.Write(w.T.Context(), func(tx *db.Tx) error { return in.Do(tx, w.P(who)) }, db.Coarse)
}

func TestWhoIsCalled(t *testing.T) {
	run(t, func(w *world) {
		id := w.asking()
		w.signedIn("mill")
		list := w.callees("triager", id)
		if _, ok := list[w.no("mill")]; ok {
			t.Error("somebody is called who signs in")
		}
		if c, ok := list[w.no("worker")]; !ok || c.Why != accept.WhySubmitter || c.Tries != 0 {
			t.Errorf("the worker who never signs in is not called: %+v", list)
		}
		named := 0
		for _, i := range w.list(id, 1) {
			if i.Person != "" && i.Person != w.P("mill").ID {
				named++
			}
		}
		if len(list) != named {
			t.Errorf("%d are called of %d who have a name and do not sign in", len(list), named)
		}
		for _, who := range []string{"handler", "head", "worker", "supervisor", "inspector", "leader", "auditor"} {
			if n := len(w.callees(who, id)); n != 0 {
				t.Errorf("%s has %d people to call", who, n)
			}
			if err := w.call(who, accept.Call{Invitation: list[w.no("worker")].Invitation, Outcome: accept.CallNobody}); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s has called: %v", who, err)
			}
		}
		// a receipt has no telephone
		for _, i := range w.list(id, 1) {
			if i.Person == "" {
				if err := w.call("triager", accept.Call{Invitation: i.ID, Outcome: accept.CallNobody}); fault.KindOf(err) != fault.NotFound {
					t.Errorf("a receipt was called: %v", err)
				}
			}
		}
		// before he is asked nobody is called
		w.Must(func(tx *db.Tx) error {
			return org.SetSetting{Key: org.AskTo, Value: "5", Basis: "试验", Version: 1}.Do(tx, access.System("test"))
		})
		later := w.asking()
		if n := len(w.callees("triager", later)); n != 0 {
			t.Errorf("%d people are called before they are asked", n)
		}
		for _, i := range w.list(later, 1) {
			if i.Person != "" {
				if err := w.call("triager", accept.Call{Invitation: i.ID, Outcome: accept.CallNobody}); key(err) != "accept.early" {
					t.Errorf("called too early: %v", err)
				}
			}
		}
	})
}

func TestCallsEnd(t *testing.T) {
	run(t, func(w *world) {
		id := w.asking()
		list := w.callees("triager", id)
		var ids []string
		for _, c := range list {
			ids = append(ids, c.Invitation)
		}
		slices.Sort(ids)
		if len(ids) < 4 {
			t.Fatalf("only %d people to call", len(ids))
		}
		ok := func(in accept.Call) {
			t.Helper()
			if err := w.call("triager", in); err != nil {
				t.Fatalf("%+v: %v", in, err)
			}
		}
		listed := func(i string) bool {
			for _, c := range w.callees("triager", id) {
				if c.Invitation == i {
					return true
				}
			}
			return false
		}
		// bad input at its field
		for _, c := range []struct {
			in    accept.Call
			field string
		}{
			{accept.Call{Invitation: ids[0]}, "outcome"},
			{accept.Call{Invitation: ids[0], Outcome: "maybe"}, "outcome"},
			{accept.Call{Invitation: ids[0], Outcome: accept.CallNobody, Note: strings.Repeat("好", accept.MaxCallNote+1)}, "remark"},
			{accept.Call{Invitation: ids[0], Outcome: accept.CallNobody, Answer: accept.Answer{Fact: accept.Yes}}, "outcome"},
			{accept.Call{Invitation: ids[0], Outcome: accept.CallAnswered, Answer: accept.Answer{Fact: accept.Yes}}, "result"},
		} {
			err := w.call("triager", c.in)
			if f := fault.Fields(err); len(f) != 1 || f[0].Field != c.field {
				t.Errorf("%+v: %v at %v", c.in, err, f)
			}
		}
		// three tries, then nobody calls any more
		for n := 1; n <= 3; n++ {
			if !listed(ids[0]) {
				t.Fatalf("gone from the list before try %d", n)
			}
			ok(accept.Call{Invitation: ids[0], Outcome: []string{accept.CallNobody, accept.CallLater}[n%2]})
		}
		if listed(ids[0]) {
			t.Error("called a fourth time")
		}
		// who refuses is left alone
		ok(accept.Call{Invitation: ids[1], Outcome: accept.CallRefused})
		if listed(ids[1]) {
			t.Error("called after he refused")
		}
		if err := w.call("triager", accept.Call{Invitation: ids[1], Outcome: accept.CallNobody}); key(err) != "accept.call.done" {
			t.Errorf("called after he refused: %v", err)
		}
		// who answers, on the second try, has answered like anybody
		ok(accept.Call{Invitation: ids[2], Outcome: accept.CallNobody})
		said := accept.Answer{Fact: accept.No, Result: accept.Not, Grade: 2, Note: "二楼还是凉的"}
		ok(accept.Call{Invitation: ids[2], Outcome: accept.CallAnswered, Answer: said})
		if listed(ids[2]) {
			t.Error("called after he answered")
		}
		if err := w.call("triager", accept.Call{Invitation: ids[2], Outcome: accept.CallAnswered, Answer: said}); key(err) != "accept.used" {
			t.Errorf("answered twice: %v", err)
		}
		w.Read(func(tx *db.Tx) error {
			type row struct{ Fact, Result, Note string }
			rows, err := db.All[row](tx, `SELECT fact, result, note FROM rating_box WHERE matter = $1`, id)
			if err != nil || len(rows) != 1 || rows[0] != (row{accept.No, accept.Not, "二楼还是凉的"}) {
				t.Errorf("kept: %+v, %v", rows, err)
			}
			// the record says that somebody called and what came of it, never whom and what he said
			facts, err := event.Timeline(tx, event.Ref{Kind: "acceptance", ID: id + "/1"}, 200, 0)
			calls := 0
			for _, e := range facts {
				if s := fmt.Sprintf("%+v %s", e, e.Data); strings.Contains(s, ids[2]) || strings.Contains(s, "二楼") || strings.Contains(s, accept.Not+`"`) {
					t.Errorf("the record tells too much: %s", s)
				}
				if e.Kind == "accept.called" {
					calls++
				}
			}
			if calls != 6 {
				t.Errorf("%d calls in the record", calls)
			}
			return err
		})
		// The result says how many were asked in this way, once it is shown.
		for _, i := range w.list(id, 1) {
			if !i.Used && i.ID != ids[2] {
				if err := w.answer(i, accept.Solved); err != nil {
					t.Fatal(err)
				}
			}
		}
		if s := w.summary(id, "triager")[0]; s.Called != 0 {
			t.Errorf("told while people are being asked: %+v", s)
		}
		w.windows()
		if s := w.summary(id, "triager")[0]; !s.Shown || s.Called != 1 {
			t.Errorf("afterwards: %+v", s)
		}
	})
}

// TestNobodyCallsAboutHisOwnWork: a chair calls the people of his unit, but not about what his own unit is responsible for.
func TestNobodyCallsAboutHisOwnWork(t *testing.T) {
	run(t, func(w *world) {
		id := w.asking()
		list := w.callees("triager", id)
		if err := w.DB.Upkeep(t.Context(), func(tx *db.Tx) error { // the office has become responsible itself
			_, err := tx.Exec(`UPDATE matter SET lead_path = $1 WHERE id = $2`, w.P("triager").Path, id)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if n := len(w.callees("triager", id)); n != 0 {
			t.Errorf("%d people to call about one's own work", n)
		}
		if err := w.call("triager", accept.Call{Invitation: list[w.no("worker")].Invitation, Outcome: accept.CallNobody}); key(err) != "accept.call.own" {
			t.Errorf("called about his own work: %v", err)
		}
	})
}
