package web_test

import (
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
)

// TestPlanIsSigned walks a plan that costs much through its steps: the head signs on the desk with one press, finance sends it back and then
// agrees, and only then does the office decide. The page says at each step what it waits for and who has signed.
func TestPlanIsSigned(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		p.Must(func(tx *db.Tx) error {
			return org.SetSetting{Key: org.FinanceUnit, Value: "D01", Basis: "资金审批办法"}.Do(tx, access.System("test"))
		})
		n := p.register("funds")
		p.pressed("handler", n, "sign").Want(200)
		costs := func() {
			p.planned(p.form("handler", n, "plan")).Set("funds.amount", "186000").Set("funds.source", "welfare").Submit("act=submit").Want(200).Says("等部门负责人签字")
		}
		costs()
		p.as("supervisor").Get("/matter/" + n + "/decide").Want(409)
		if desk := p.as("supervisor").Get("/desk").Want(200); strings.Contains(string(desk.Body), n) {
			t.Error("the office is asked before its turn")
		}
		if page := p.as("welfare").Get("/matter/" + n + "/head-sign"); page.Status != 403 {
			t.Errorf("another head may sign: %v", page)
		}
		desk := p.as("head").Get("/desk").Want(200).Says("在措施上签字", "签字同意", "先看方案，或退回")
		stale := p.as("head").Get("/desk").Want(200)
		desk.Form("/head-sign").Submit().Want(200).Says("我的待办", "已签字").Silent("签字同意")
		stale.Form("/head-sign").Submit().Want(409)

		// Finance reads the plan, sends it back with a reason, and agrees to the next.
		p.as("welfare").Get("/matter/"+n).Want(200).Says("等财务审核", "审核资金")
		f := p.form("welfare", n, "finance-sign")
		f.Submit("sign=no").Want(422).Says("请填写")
		f = p.form("welfare", n, "finance-sign")
		f.Set("note", "没有报价单").Submit("sign=no").Want(200)
		p.state(n, matter.Assigned)
		p.as("handler").Get("/desk").Want(200).Says("退回重做：没有报价单")
		p.as("handler").Get("/matter/"+n).Want(200).Says("财务审核退回", "没有报价单")
		costs()
		p.signedThen(n, "等财务审核")
		p.as("welfare").Get("/desk").Want(200).Says("审核资金", "同意资金").Form("/finance-sign").Submit().Want(200).Says("已签字")
		if m := p.matter(n); m.Review != chain.Office {
			t.Fatalf("waits for %q", m.Review)
		}
		page := p.form("supervisor", n, "decide")
		p.as("supervisor").Get("/matter/"+n+"/decide").Want(200).Says("职工head", "签字", "职工welfare", "审核资金")
		page.Submit("approve=yes").Want(200)
		p.state(n, matter.Executing)
	})
}

func (p *plant) signedThen(n, then string) {
	p.t.Helper()
	p.form("head", n, "head-sign").Submit("sign=yes").Want(200).Says("已签字", then)
}

// TestHeadsPlanIsSignedByALeader: who heads the unit and has written the plan does not sign it; a leader does, and may send it back.
func TestHeadsPlanIsSignedByALeader(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		n := p.register("standard")
		p.planned(p.form("head", n, "plan")).Submit("act=submit").Want(200).Says("等责任领导代签")
		if body := string(p.as("head").Get("/matter/" + n).Want(200).Body); strings.Contains(body, "/head-sign") {
			t.Error("the author is offered to sign")
		}
		p.as("head").Get("/matter/" + n + "/head-sign").Want(409)
		p.as("leader").Get("/desk").Want(200).Says("在措施上签字").Form("/top-sign").Submit().Want(200).Says("已签字")
		p.as("supervisor").Get("/matter/"+n).Want(200).Says("责任领导代签", "职工leader")
		p.form("supervisor", n, "decide").Submit("approve=yes").Want(200)
		p.state(n, matter.Executing)
	})
}
