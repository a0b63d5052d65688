package web_test

import (
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/proposal"
)

// proposalStory is a proposal to the congress that was handled twice, and an improvement that was awarded.
func (s *scene) proposalStory() (congress, improvement string) {
	s.T.Helper()
	in := &proposal.Submit{Kind: proposal.ToCongress, Title: "更衣室加装除湿机", Why: "工作服隔夜晾不干，冬天穿湿衣服上岗。", How: "每间更衣室装一台除湿机，由保洁员每天倒水。"}
	s.Do("delegate", in)
	var seconders []access.Person
	s.Must(func(tx *db.Tx) error {
		for _, no := range []string{"Z-0", "Z-1"} {
			p, err := org.PersonByNo(tx, no)
			if err != nil {
				return err
			}
			who, err := org.Actor(tx, p.ID)
			if err != nil {
				return err
			}
			seconders = append(seconders, who)
			if err := (proposal.Second{Proposal: in.ID}).Do(tx, who); err != nil {
				return err
			}
		}
		return nil
	})
	rate := func(own, others, why string) {
		s.Do("delegate", proposal.Rate{Proposal: in.ID, Grade: own, Words: why})
		for _, who := range seconders {
			s.Must(func(tx *db.Tx) error { return proposal.Rate{Proposal: in.ID, Grade: others}.Do(tx, who) })
		}
	}
	s.Do("triager", proposal.Review{Proposal: in.ID, Event: proposal.EventFile, Lead: "D02", Prime: true})
	s.Do("equipment-head", proposal.Reply{Proposal: in.ID, Class: proposal.Planned, Words: "已列入明年一季度采购计划。"})
	rate(proposal.Dissatisfied, proposal.Basically, "冬天就过去了，请说清楚到货日期。")
	s.Clock.Advance(24 * time.Hour)
	s.Do("equipment-head", proposal.Reply{Proposal: in.ID, Class: proposal.Solved, Words: "已从库存调来六台，本周五前装完。"})
	rate(proposal.Satisfied, proposal.Satisfied, "")
	today := clock.DayOf(s.Clock.Now(), clock.Shanghai())
	better := &proposal.Submit{Kind: proposal.Improve, Title: "天车检修平台加走台", Why: "检修一次要爬两次梯子。", How: "在东侧加一段两米走台。", Gain: "每次检修少用半小时。"}
	s.Do("worker", better)
	s.Do("triager", proposal.Assign{Proposal: better.ID, Lead: "D02"})
	s.Do("equipment-head", proposal.Judge{Proposal: better.ID, Event: proposal.EventAdopt, Words: "同意加走台，下月检修时一起做。", Told: today, Until: today.Add(30)},
		proposal.Finish{Proposal: better.ID, Done: "走台已经装好，安全部门验收合格。"})
	s.Do("triager", proposal.Verify{Proposal: better.ID, Benefit: 30000}, proposal.Award{Proposal: better.ID, Grade: "second", Bonus: 800})
	return in.ID, better.ID
}

// proposalPapers are the two forms (D14, D15), with the columns of the handbook.
func (s *scene) proposalPapers() []keptPaper {
	congress, improvement := s.proposalStory()
	return []keptPaper{
		{"congress-proposal.docx", "/proposal/" + congress + "/paper.docx", "triager", 1, false, []string{"编号", "案由", "类别", "提案人（单位、姓名、电话）", "附议人", "现状与理由", "整改建议和措施", "提案委员会审查意见", "主办", "协办", "分管领导批示", "办理答复", "提案人意见", "二次办理"},
			[]string{"职代会提案表", "更衣室加装除湿机", "重点提案", "立案", "B列入计划", "冬天就过去了，请说清楚到货日期。", "附议人：满意0人，基本满意2人，不满意0人", "A已经解决", "已从库存调来六台，本周五前装完。", "提案委员会（盖章）"}},
		{"rationalisation-proposal.docx", "/proposal/" + improvement + "/paper.docx", "supervisor", 1, false, []string{"编号", "建议名称", "建议人", "单位", "类别", "现状问题", "改进方案", "预计效益", "部门初审", "评审意见及理由", "实施单位", "实施时间", "实际效益", "核算部门", "奖励等级", "奖金"},
			[]string{"合理化建议申报评审表", "天车检修平台加走台", "采纳", "同意加走台，下月检修时一起做。", "走台已经装好", "每年30,000元", "二等", "800元"}},
	}
}

// TestProposalFormKeepsTheName: who may not learn who proposes gets a form without the name, and the telephone stands only on that of the office.
func TestProposalFormKeepsTheName(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	h.write(func(tx *db.Tx) error {
		for _, no := range []string{"W1", "W2", "L1"} {
			if err := (org.GiveRole{Person: h.id[no], Role: access.Delegate, Unit: org.Root}).Do(tx, access.System("test")); err != nil {
				return err
			}
		}
		p, err := org.PersonByID(tx, h.id["W1"])
		if err != nil {
			return err
		}
		return org.EditPerson{ID: p.ID, Version: p.Version, Name: p.Name, Unit: p.Unit, Status: p.Status, Details: org.Details{Phone: "13800138000"}}.Do(tx, access.System("test"))
	})
	for _, secret := range []string{"", "1"} {
		title := "更衣室加装除湿机"
		if secret != "" {
			title = "考勤办法要改一改"
		}
		form := h.as("W1").Get("/proposals/new?kind=congress").Want(200).Form("/proposals/new").Set("title", title).Set("why", "晾不干").Set("how", "每间一台")
		if secret != "" {
			form.Set("secret", secret)
		}
		at := form.Submit().Want(200).Click(title).Want(200).URL.Path
		for who, want := range map[string][]bool{"W1": {true, true}, "T1": {true, true}, "W2": {secret == "", false}} {
			text := docxText(t, h.as(who).Get(at).Want(200).Click("下载 Word 表格").Want(200).Body)
			for i, word := range []string{"王W1", "13800138000"} {
				if got := strings.Contains(text, word); got != want[i] {
					t.Errorf("secret %q, %s reads %s: %v", secret, who, word, got)
				}
			}
		}
		h.as("I1").Get(at + "/paper.docx").Want(403)
	}
}
