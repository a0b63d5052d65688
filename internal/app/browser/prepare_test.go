package browser

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/bulk"
	"sanwen/internal/base/org"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
)

// prepare does what has to be done before some pages are there: somebody asks for more time, somebody reads in a list.
func (c *scout) prepare() {
	if f, ok := c.found["GET /matter/{number}/more-time"]; ok {
		day := c.s.Time.Now().AddDate(0, 1, 0)
		for c.client(f.Number).Get(f.Path).Form("/more-time").Set("day", day.Format(time.DateOnly)).Set("reason", "备件到货晚").Submit().URL.Path == f.Path {
			if day = day.AddDate(0, 0, 1); day.Sub(c.s.Time.Now()) > 60*24*time.Hour {
				c.t.Fatal("no day is good for more time")
			}
		}
		c.visit(c.s.as(access.Supervisor).Number, strings.TrimSuffix(f.Path, "more-time")+"extension")
		// on this matter nobody can ask again now: the form is looked at on another
		delete(c.found, f.Pattern)
		type row struct{ Number, Owner string }
		var others []row
		c.s.read(func(tx *db.Tx) (err error) {
			others, err = db.All[row](tx, `SELECT m.number AS number, p.employee_no AS owner FROM matter m JOIN org_person p ON p.id = m.owner WHERE m.state = 'executing' ORDER BY m.number`)
			return err
		})
		for _, m := range others {
			if _, ok := c.found[f.Pattern]; !ok {
				if c.clients[m.Owner] == nil {
					c.account(m.Owner)
				}
				c.visit(m.Owner, "/matter/"+m.Number+"/more-time")
			}
		}
	}
	admin := c.s.as(access.SystemAdmin).Number
	upload := func(name string) *webtest.Page {
		return c.client(admin).Get("/admin/import/people").Form("/admin/import/people").Attach("file", "people.csv",
			[]byte("工号,姓名,单位编码\n00000001,"+name+",U01\n")).Submit().Want(http.StatusOK)
	}
	c.visit(admin, upload("钱七").Form("/check").Submit("act=run").Want(http.StatusOK).URL.RequestURI())
	c.visit(admin, upload("孙八").URL.RequestURI())
	// a department may ask to leave out what it has got: whoever asked last can look at the form again
	var asked []struct{ Number, Voice string }
	c.s.read(func(tx *db.Tx) (err error) {
		asked, err = db.All[struct{ Number, Voice string }](tx, `SELECT p.employee_no AS number, x.voice AS voice FROM exclusion x JOIN org_person p ON p.id = x.asked_by`)
		return err
	})
	for _, a := range asked {
		if c.clients[a.Number] == nil {
			c.account(a.Number)
		}
		c.visit(a.Number, "/voice/"+a.Voice+"/exclude")
	}
	// something was done with many rows, and refused for each
	triager := c.s.as(access.Triager).Number
	var run string
	err := c.s.App.DB.Write(context.Background(), func(tx *db.Tx) error {
		p, err := org.PersonByNo(tx, triager)
		if err != nil {
			return err
		}
		who, err := org.Actor(tx, p.ID)
		if err != nil {
			return err
		}
		rows, err := db.All[bulk.Ref](tx, `SELECT id, number AS label FROM voice WHERE state = 'closed' ORDER BY number LIMIT 3`)
		if err != nil {
			return err
		}
		run, err = bulk.Start{Kind: "inbox_claim", Params: struct{}{}, Back: "/inbox", Rows: rows}.Do(tx, who)
		return err
	})
	if err == nil {
		err = bulk.Work(context.Background(), c.s.App.DB, run)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	c.visit(triager, "/bulk/"+run)
	// somebody has looked at a place
	inspector := c.s.as(access.Inspector).Number
	visited := c.client(inspector).Get("/visits/new?place=P104M").Form("/visits/new").Set("v.BT1.1", "38").Set("v.BT1.2", "39").Set("v.BT1.3", "40").Submit().Want(http.StatusOK)
	c.visit(inspector, visited.URL.RequestURI())
	c.visit(inspector, "/visits/place/P104M")
	// the plan of a round is opened by who may change it
	for _, who := range []string{inspector, triager} {
		for _, to := range c.visit(who, "/visits/rounds") {
			if p := c.pattern(to); p == "GET /visits/rounds/{round}" {
				if _, ok := c.found[p]; !ok {
					c.visit(who, to)
				}
			}
		}
	}
	// what can be done with a practice depends on its state
	type state struct{ ID, State string }
	var practices []state
	c.s.read(func(tx *db.Tx) (err error) {
		practices, err = db.All[state](tx, `SELECT MIN(id) AS id, state FROM practice GROUP BY state`)
		return err
	})
	supervisor := c.s.as(access.Supervisor).Number
	for _, p := range practices {
		for who, pages := range map[string]map[string][]string{triager: {"draft": {"/edit", "/drop"}, "withdrawn": {"", "/rework"}}, supervisor: {"review": {"/review"}, "published": {"", "/paper", "/adopt", "/withdraw"}}} {
			for _, page := range pages[p.State] {
				c.visit(who, "/practice/"+p.ID+page)
			}
		}
	}
	// and so it is with notices
	var papers []state
	c.s.read(func(tx *db.Tx) (err error) {
		papers, err = db.All[state](tx, `SELECT MIN(id) AS id, state FROM news GROUP BY state`)
		return err
	})
	for _, p := range papers {
		for who, pages := range map[string]map[string][]string{triager: {"draft": {"", "/edit", "/drop"}, "withdrawn": {"", "/rework"}}, supervisor: {"review": {"", "/check"}, "shown": {"", "/paper", "/withdraw"}, "settling": {"/end"}}} {
			for _, page := range pages[p.State] {
				c.visit(who, "/publish/"+p.ID+page)
			}
		}
	}
	c.visit("", "/news/GS-2026-001/copy/1")
	var closed string
	c.s.read(func(tx *db.Tx) (err error) {
		closed, err = db.One[string](tx, `SELECT number FROM matter WHERE state = 'closed' AND public = 1 ORDER BY closed_at DESC LIMIT 1`)
		return err
	})
	c.visit(c.s.as(access.Employee).Number, "/matter/"+closed+"/not-fixed")
	me := c.s.as(access.Employee).Number
	blind := c.s.blindRound(c.t, me, "canteen")
	c.visit(me, "/answer/"+blind+"/token")
	c.visit("", "/s/"+blind+"/keys")
	c.letter()
	c.signing()
	c.meeting()
}

// ownPlan has the only head of a unit hand in the plan of a matter again in his own name: then only a leader can sign it.
func (c *scout) ownPlan() {
	var under []string
	c.s.read(func(tx *db.Tx) error {
		all, err := db.All[struct{ ID, Number string }](tx, `SELECT id, number FROM matter WHERE state = 'executing' ORDER BY number DESC`)
		for _, m := range all {
			shown := false // by a page that would not be there any more
			for _, f := range c.found {
				shown = shown || strings.Contains(f.Path, "/"+m.Number+"/")
			}
			if !shown {
				under = append(under, m.ID)
			}
		}
		return err
	})
	var err error
	for _, id := range under {
		err = c.s.App.DB.Write(context.Background(), func(tx *db.Tx) error {
			m, err := matter.Find(tx, id)
			if err != nil {
				return err
			}
			heads, err := org.Holders(tx, access.DeptHead, m.Lead)
			if err != nil || len(heads) != 1 {
				return errors.Join(err, errors.New("not one head"))
			}
			who, err := org.Actor(tx, heads[0].ID)
			if err != nil {
				return err
			}
			now, err := matter.PlanOf(tx, m)
			if err != nil {
				return err
			}
			return matter.SubmitPlan{Matter: m.ID, Version: m.Version, Plan: now.Slots}.Do(tx, who)
		})
		if err == nil {
			return
		}
	}
	c.t.Errorf("no head can hand in a plan of his own: %v", err)
}

// signing opens the forms on which somebody agrees to a plan before the office does.
func (c *scout) signing() {
	c.ownPlan()
	var all []struct{ Number, Step, Unit string }
	c.s.read(func(tx *db.Tx) (err error) {
		all, err = db.All[struct{ Number, Step, Unit string }](tx, `SELECT number, review AS step, finance_path AS unit FROM matter WHERE state = 'plan_review' ORDER BY number`)
		return err
	})
	for _, m := range all {
		switch chain.Step(m.Step) {
		case chain.Finance:
			var heads []org.Person
			c.s.read(func(tx *db.Tx) (err error) {
				heads, err = org.Holders(tx, access.DeptHead, access.Path(m.Unit).Unit())
				return err
			})
			for _, h := range heads {
				if c.clients[h.EmployeeNo] == nil {
					c.account(h.EmployeeNo)
				}
				c.visit(h.EmployeeNo, "/matter/"+m.Number+"/finance-sign")
			}
		case chain.HeadTop, chain.FinanceTop:
			c.visit(c.s.as(access.Leader).Number, "/matter/"+m.Number+"/top-sign")
		}
	}
}

// meeting opens the pages of the meeting that is on, as who records it.
func (c *scout) meeting() {
	var on []struct{ ID, Recorder string }
	c.s.read(func(tx *db.Tx) (err error) {
		on, err = db.All[struct{ ID, Recorder string }](tx, `SELECT m.id AS id, p.employee_no AS recorder FROM meeting m JOIN org_person p ON p.id = m.recorder WHERE m.state = 'held' ORDER BY m.start_at`)
		return err
	})
	for _, m := range on {
		if c.clients[m.Recorder] == nil {
			c.account(m.Recorder)
		}
		for _, page := range []string{"/room", "/screen", "/finish"} {
			c.visit(m.Recorder, "/meeting/"+m.ID+page)
		}
	}
	// who calls a meeting that sums up puts its speeches into order before it begins
	var ahead string
	c.s.read(func(tx *db.Tx) (err error) {
		ahead, err = db.One[string](tx, `SELECT id FROM meeting WHERE kind = 'exchange' AND opened_at = 0 AND ended_at = 0 ORDER BY start_at LIMIT 1`)
		return err
	})
	supervisor := c.s.as(access.Supervisor).Number
	for _, to := range c.visit(supervisor, "/meeting/"+ahead+"/speeches") {
		if p := c.pattern(to); p == "GET /meeting/{meeting}/speech/{speech}" && c.found[p].Path == "" {
			c.visit(supervisor, to)
		}
	}
}

// letter opens the letter of an order that was signed, and the page to which nothing leads but the mark on its paper.
func (c *scout) letter() {
	var l struct{ Code, OrderID string }
	c.s.read(func(tx *db.Tx) (err error) {
		l, err = db.One[struct{ Code, OrderID string }](tx, `SELECT code, order_id FROM supervise_letter ORDER BY at DESC, order_id LIMIT 1`)
		return err
	})
	c.visit(c.s.as(access.Supervisor).Number, "/order/"+l.OrderID+"/letter")
	c.visit("", "/letter/"+l.Code)
}

// meetings goes to one meeting of each kind, from which pages lead that others have not, whichever of them somebody came upon first.
func (c *scout) meetings() {
	var ids []string
	c.s.read(func(tx *db.Tx) (err error) {
		ids, err = db.All[string](tx, `SELECT MAX(id) FROM meeting WHERE state = 'signed' GROUP BY kind`)
		return err
	})
	who := c.s.as(access.Supervisor).Number
	for _, id := range ids {
		c.roam(who, c.visit(who, "/meeting/"+id))
	}
}

// matters opens the pages of matters as those who work on them, until every form of a matter has been found.
func (c *scout) matters(want []string) {
	missing := func() bool {
		return slices.ContainsFunc(want, func(p string) bool {
			_, ok := c.found[p]
			return !ok && (strings.Contains(p, "/matter/") || strings.Contains(p, "/me/"))
		})
	}
	type row struct{ Number, State, Lead, Owner string }
	var all []row
	c.s.read(func(tx *db.Tx) (err error) {
		all, err = db.All[row](tx, `SELECT number, state, lead, owner FROM matter ORDER BY state, number`)
		return err
	})
	tried := map[string]int{}
	for _, m := range all {
		if tried[m.State]++; tried[m.State] > 3 {
			continue
		}
		var who []string
		c.s.read(func(tx *db.Tx) error {
			add := func(id string) error {
				p, err := org.PersonByID(tx, id)
				if err == nil && !slices.Contains(who, p.EmployeeNo) {
					who = append(who, p.EmployeeNo)
				}
				return err
			}
			if m.Owner != "" {
				if err := add(m.Owner); err != nil {
					return err
				}
			}
			for _, r := range []access.Role{access.Supervisor, access.Triager, access.Leader, access.Inspector} {
				if n := c.s.as(r).Number; !slices.Contains(who, n) {
					who = append(who, n)
				}
			}
			for _, r := range []access.Role{access.DeptHead, access.Handler} {
				if m.Lead == "" {
					continue
				}
				all, err := org.Holders(tx, r, m.Lead)
				if err != nil {
					return err
				}
				for _, p := range all {
					if err := add(p.ID); err != nil {
						return err
					}
				}
			}
			return nil
		})
		for _, number := range who {
			if !missing() {
				return
			}
			if c.clients[number] == nil {
				c.account(number)
			}
			c.roam(number, c.visit(number, "/matter/"+m.Number))
		}
	}
}

// invited finds somebody who is asked to rate, and one of his voices.
func (c *scout) invited() {
	var numbers []string
	c.s.read(func(tx *db.Tx) (err error) {
		numbers, err = db.All[string](tx, `SELECT DISTINCT p.employee_no FROM org_person p JOIN invitation i ON i.person = p.id JOIN acceptance a ON a.matter = i.matter AND a.round = i.round
			WHERE a.state = 'open' AND i.used = 0 ORDER BY p.employee_no LIMIT 3`)
		if err != nil {
			return err
		}
		more, err := db.All[string](tx, `SELECT DISTINCT p.employee_no FROM org_person p JOIN voice v ON v.submitter = p.id WHERE v.level = 'named' ORDER BY p.employee_no LIMIT 3`)
		numbers = append(numbers, more...)
		return err
	})
	for _, n := range numbers {
		if c.clients[n] == nil {
			c.account(n)
		}
		c.roam(n, []string{"/mine"})
	}
}
