package web_test

import (
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestAProposalThroughThePages: to the congress, from the subject to what the proposer thinks of the answer; and an improvement, from the form to the
// award.
func TestAProposalThroughThePages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		h.write(func(tx *db.Tx) error {
			for _, no := range []string{"W1", "W2", "L1"} {
				if err := (org.GiveRole{Person: h.id[no], Role: access.Delegate, Unit: org.Root}).Do(tx, access.System("test")); err != nil {
					return err
				}
			}
			return nil
		})
		w1, w2, l1, t1, d1 := h.as("W1"), h.as("W2"), h.as("L1"), h.as("T1"), h.as("D1")
		t1.Get("/proposals").Want(200).Says("还没有提案和建议").Silent("提交职代会提案")
		form := w1.Get("/proposals").Want(200).Click("提交职代会提案").Want(200).Form("/proposals/new")
		bad := form.Set("title", "更").Set("why", "工作服晾不干").Submit().Want(422).Says("案由", "建议和措施")
		form = bad.Form("/proposals/new")
		if form.Values.Get("why") != "工作服晾不干" || form.Values.Get("kind") != "congress" {
			t.Errorf("what was typed is gone: %v", form.Values)
		}
		page := form.Set("title", "更衣室加装除湿机").Set("how", "每间一台").Set("secret", "1").Submit().Want(200).Says("已提交").Click("更衣室加装除湿机").Want(200).Says("附议中", "王W1", "撤回提案").Silent("附议它")
		at := page.URL.Path
		h.as("I1").Get(at).Want(403)
		w2.Get(at).Want(200).Says("（保密）").Click("附议").Want(200).Form("/second").Submit().Want(200).Says("已附议")
		l1.Get(at + "/second").Want(200).Form("/second").Submit().Want(200)
		review := t1.Get(at).Want(200).Says("待审查", "王W1").Click("审查提案").Want(200).Form("/review")
		review.Set("event", "refused").Submit().Want(422).Says("理由")
		t1.Get(at+"/review").Want(200).Form("/review").Set("event", "filed").Set("lead", "U01").Submit().Want(200).Says("TA-2026-001", "待答复")
		d1.Get("/desk").Want(200).Says("答复职代会提案")
		reply := d1.Get(at).Want(200).Says("（保密）").Silent("王W1（").Click("答复提案").Want(200).Form("/reply")
		reply.Set("words", "好").Submit().Want(422).Says("请选择答复类别", "至少10个字")
		reply.Set("class", "b").Set("words", "已列入明年一季度计划，三月底前装完。").Submit().Want(200).Says("待评价", "B 列入计划")
		w1.Get("/mine").Want(200).Says("更衣室加装除湿机", "评价答复")
		rate := w1.Get(at + "/rate").Want(200).Form("/rate")
		rate.Set("grade", "no").Submit().Want(422).Says("请写明原因")
		w1.Get(at+"/rate").Want(200).Form("/rate").Set("grade", "yes").Submit().Want(200).Says("已评价")
		for _, b := range []string{"W2", "L1"} {
			h.as(b).Get(at+"/rate").Want(200).Form("/rate").Set("grade", "partly").Submit().Want(200)
		}
		w1.Get(at).Want(200).Says("已办结", "基本满意").Silent("评价答复</a>")

		// an improvement
		w3 := h.as("H1")
		better := w3.Get("/proposals/new").Want(200).Form("/proposals/new").Set("title", "改进天车检修平台").Set("why", "要爬两次").Set("how", "加一段走台").Submit().Want(200).Click("改进天车检修平台").Want(200).URL.Path
		t1.Get(better+"/assign").Want(200).Form("/assign").Set("lead", "U02").Submit().Want(200).Says("部门评审中", "HL-2026-001")
		judge := d1.Get(better+"/judge").Want(200).Form("/judge").Set("event", "adopted").Set("words", "同意加走台，下月检修时做。")
		judge.Set("told", "2020-01-01").Submit().Want(422).Says("告知日期", "日期要在今天")
		today := clock.DayOf(c.Now(), clock.Shanghai())
		d1.Get(better+"/judge").Want(200).Form("/judge").Set("event", "adopted").Set("words", "同意加走台，下月检修时做。").Set("told", string(today)).Set("until", string(today.Add(30))).Submit().Want(200).Says("已采纳")
		d1.Get(better+"/finish").Want(200).Form("/finish").Set("done", "走台已经装好，验收合格。").Submit().Want(200).Says("已完成")
		t1.Get(better+"/verify").Want(200).Form("/verify").Set("good", "yes").Set("benefit", "30000").Submit().Want(200).Says("已核实", "30,000元")
		t1.Get(better+"/award").Want(200).Form("/award").Set("grade", "third").Set("bonus", "500").Submit().Want(200).Says("已奖励", "三等", "500元")
		t1.Get("/proposals").Want(200).Says("1条，1人提出，采纳1条", "年效益30,000元")
		csv := t1.Get("/proposals/export?form=csv").Want(200)
		for _, want := range []string{"TA-2026-001", "HL-2026-001", "更衣室加装除湿机", "三等"} {
			csv.Says(want)
		}
		h.as("S1").Get("/proposals/export?form=csv").Want(200).Silent("王W1,2")
		t1.Get(at + "/nothing").Want(404)
	})
}
