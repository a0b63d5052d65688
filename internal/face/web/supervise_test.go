package web_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/supervise"
)

// orders are the orders about a matter, the oldest first.
func (p *plant) orders(number string) (out []supervise.Order) {
	p.t.Helper()
	m := p.matter(number)
	p.Read(func(tx *db.Tx) (err error) {
		out, err = supervise.OfSubject(tx, p.P("supervisor"), event.Ref{Kind: "matter", ID: m.ID})
		return err
	})
	return out
}

func (p *plant) climb() {
	p.t.Helper()
	if err := duty.RunLadder(context.Background(), p.DB); err != nil {
		p.t.Fatal(err)
	}
}

// pressBulk presses a button for the rows with the ids, as on a list.
func pressBulk(page *webtest.Page, do string, ids ...string) *webtest.Page {
	f := page.Form("/supervise/bulk").Set("do", do)
	f.Values["id"] = ids
	return f.Submit()
}

// TestOrdersForSeveralRows: each row is tried before anything is done, refusals are said per row, the result can be taken out and undone.
func TestOrdersForSeveralRows(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		good, gone := p.register("standard"), p.register("standard")
		p.Do("leader", matter.Cancel{Matter: gone, Reason: "立项重复，并入前一件办理。"})
		a, b := p.matter(good).ID, p.matter(gone).ID
		list := p.as("supervisor").Get("/ledger?view=all").Want(200)
		pressBulk(list, "order").Want(200).Says("没有选中")
		look := pressBulk(list, "order", a, b).Want(200).Says("下发督办单", good, gone)
		if n := len(p.orders(good)); n != 0 {
			t.Fatalf("%d orders before anything was pressed", n)
		}
		bad := look.Form("/supervise/bulk").Set("due", "2026-12-06").Submit().Want(422).Says("不是工作日")
		bad.Form("/supervise/bulk").Set("due", "").Submit().Want(422)
		done := bad.Form("/supervise/bulk").Set("due", "2026-12-11").Set("demand", "说明原因，三日内恢复。").Submit()
		done.Says("工督〔2026〕1号")
		orders := p.orders(good)
		if len(orders) != 1 || orders[0].Demand != "说明原因，三日内恢复。" {
			t.Fatalf("orders %+v", orders)
		}
		p.as("head").Get("/desk").Says(orders[0].Number, orders[0].Title)
		p.as("head").Get("/").Says("回复督办单 · 工督〔2026〕1号")
		file := done.Form("/supervise/bulk/file").Submit()
		if file.Status != 200 || !strings.HasPrefix(string(file.Body), "PK") {
			t.Errorf("the result file: %d %.20q", file.Status, file.Body)
		}
		done.Form("/supervise/bulk/undo").Submit().Want(200).Says("已撤回 1 件")
		if o := p.orders(good)[0]; o.State != supervise.Withdrawn {
			t.Errorf("after undo: %s", o.State)
		}
	})
}

// TestAMeetingIsCalledFromASelection: rows of the ledger and of the supervising desk lead to the form that calls a meeting, with their
// matters ticked; they stand on its agenda, and what is no matter under way is left out and said.
func TestAMeetingIsCalledFromASelection(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		a, b, gone := p.register("standard"), p.register("standard"), p.register("standard")
		p.Do("leader", matter.Cancel{Matter: gone, Reason: "立项重复，并入前一件办理。"})
		list := p.as("supervisor").Get("/ledger?view=all").Want(200)
		pressBulk(list, "meeting", p.matter(gone).ID).Want(200).Says("没有在办的实事")
		call := pressBulk(list, "meeting", p.matter(a).ID, p.matter(b).ID, p.matter(gone).ID).Want(200).Says("上议程的实事", a, b, "有 1 条不是在办的实事").Silent(gone)
		fill := func(f *webtest.Form) *webtest.Form {
			return f.Set("title", "供暖准备专题调度推进会").Set("day", "2026-12-04").Set("start", "14:00").Set("end", "16:00").Set("place", "办公楼三楼会议室").Set("chair", p.P("leader").ID).
				Set("recorder", p.P("triager").ID).Set("invited.add", "设备部")
		}
		wrong := fill(call.Form("/meetings/new")).Set("kind", "exchange").Submit().Want(422).Says("总结交流会没有议程", a, b)
		again := wrong.Form("/meetings/new")
		if again.Values.Get("title") != "供暖准备专题调度推进会" || len(again.Values["matter"]) != 2 || !slices.Contains(again.Values["invited"], "D05") {
			t.Errorf("what was typed is gone: %v", again.Values)
		}
		again.Values["matter"] = []string{a}
		again.Set("kind", "dispatch").Submit().Want(200).Says(a, "督办时选定上会").Silent(b)

		// the same from the ladder of the desk: rows of what people said are left out
		for c.Now().Day() < 27 {
			c.Advance(24 * time.Hour)
		}
		desk := p.as("supervisor").Get("/supervise").Want(200)
		pressBulk(desk, "meeting", p.matter(b).ID).Want(200).Says("上议程的实事", b).Silent(a)
	})
}

// TestALetterIsLookedAtSignedAndChecked: the preview takes no number, the letter is printed, its mark leads to a page for everybody.
func TestALetterIsLookedAtSignedAndChecked(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		no := p.register("standard")
		f := p.as("supervisor").Get("/orders/new?matter="+no).Want(200).Form("/orders/new").Set("title", "四区浴室水温不足").Set("due", "2026-12-11").
			Set("basis", "instruction").Set("basis_text", "总经理11月20日批示")
		look := f.Submit("look=1").Want(200).Says("工督〔2026〕1号", "签发后的样子", "编号在签发时才占用")
		if n := len(p.orders(no)); n != 0 {
			t.Fatalf("a look has issued %d orders", n)
		}
		look.Form("/orders/new").Submit().Want(200)
		o := p.orders(no)[0]
		if err := p.DB.Write(context.Background(), func(tx *db.Tx) error {
			return org.SetSetting{Key: org.SiteURL, Value: "https://sanwen.example", Basis: "单位自定"}.Do(tx, access.System("test"))
		}); err != nil {
			t.Fatal(err)
		}
		letter := p.as("supervisor").Get("/order/"+o.ID+"/letter").Want(200).Says("督办通知单", "工督〔2026〕1号", "总经理11月20日批示", "签收人")
		var code string
		p.Read(func(tx *db.Tx) (err error) {
			tx.Asked()
			var l supervise.Letter
			l, err = supervise.LetterOf(tx, o.ID)
			code = l.Code
			letter.Says(l.Hash, "sanwen.example/letter/"+l.Code)
			return err
		})
		webtest.On(t, p.base).Get("/letter/"+code).Want(200).Says("工督〔2026〕1号", "这份督办单")
		webtest.On(t, p.base).Get("/letter/" + strings.Repeat("x", len(code))).Want(404)
		p.as("worker").Get("/order/" + o.ID + "/letter").Want(403)
	})
}

// TestTheDeskOfTheOffice: the board names the rung, what comes next and when; an extension is refused in one press; who presses after a rung
// was fired meanwhile is told first.
func TestTheDeskOfTheOffice(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		no := p.register("standard")
		p.planned(p.form("handler", no, "plan")).Submit("act=submit").Want(200)
		p.signed(no)
		p.form("supervisor", no, "decide").Set("approve", "yes").Submit().Want(200)
		c.Set(time.Date(2026, 12, 9, 10, 0, 0, 0, clock.Shanghai()))
		p.climb()
		p.Do("handler", matter.AskMore{Matter: no, Day: "2026-12-18", Reason: "备件未到货", Interim: "先用临时热水"})
		desk := p.as("supervisor").Get("/supervise").Want(200).Says("升级阶梯", no, "不同意")
		desk.Form("/supervise/refuse").Submit().Want(200).Says("已不同意延期")
		if m := p.matter(no); m.Due != "2026-12-11" {
			t.Errorf("due %s", m.Due)
		}
		c.Set(time.Date(2026, 12, 11, 17, 31, 0, 0, clock.Shanghai()))
		p.climb()
		p.as("supervisor").Get("/supervise").Want(200).Says("超期", "待签发")
		var draft string
		p.Read(func(tx *db.Tx) error {
			all, err := supervise.Drafts(tx, p.P("supervisor"), 9)
			if len(all) == 1 {
				draft = all[0].ID
			}
			return err
		})
		form := p.as("supervisor").Get("/order/"+draft+"/issue").Want(200).Form("/order/"+draft+"/issue").Set("due", "2026-12-25")
		c.Set(time.Date(2026, 12, 16, 17, 31, 0, 0, clock.Shanghai()))
		p.climb()
		told := form.Submit().Want(409).Says("你填写的时候", "抄送责任领导")
		if got := told.Form("/order/" + draft + "/issue").Values.Get("due"); got != "2026-12-25" {
			t.Errorf("what was typed is gone: %q", got)
		}
		told.Form("/order/" + draft + "/issue").Submit().Want(200).Says("工督〔2026〕1号")
		pressBulk(p.as("supervisor").Get("/ledger?view=all"), "exempt", p.matter(no).ID).Want(200).Form("/supervise/bulk").Set("note", "已由集团统一安排").Submit().Want(200).Says("恢复逐级督办")
		p.as("supervisor").Get("/supervise").Want(200).Says("已免除逐级督办", "已由集团统一安排")
		p.as("supervisor").Get("/orders/export?form=csv").Want(200).Says("工督〔2026〕1号", "督办单号", "逾期天数", "督办次数")
	})
}
