// Package notice lets the demonstration tell: notices that are up, ended and withdrawn, one with objections that were answered, a disclosure, a bulletin
// and, last of all, a circular.
package notice

import (
	"strings"
	"time"

	"sanwen/internal/app/demo/story/share"
	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/voice"
)

// paper is one thing that the union tells. Days are working days before today; below 0 they are still to come.
type paper struct {
	name    string
	kind    news.Kind
	unit    string // that issues it; empty: the whole company
	day     int    // on which it is written; the next working day it is checked
	up      int    // for how many working days after that it is up, first and last included
	edit    news.Edit
	of      []string // blocks whose matters it lists
	span    int      // figures of so many days before, where it has some
	outcome string   // what came of it
	gone    string   // why it was withdrawn
	half    bool     // it is a draft today
	ripe    bool     // its period is over, and what came of it has still to be written
	wait    bool     // it waits for the check today
}

func body(text string) []news.Block { return []news.Block{{Key: "body", Text: text}} }

const contact = "工会办公室 8-2217，生活区办公楼二楼"

var papers = []paper{
	{name: "bath", kind: news.Notice, day: 40, up: 6, of: []string{"bath-1"}, outcome: "公示期内有职工提出夜班洗澡不便。改为分两批停用，先停一半，另一半照常开放；夜班加开一趟去四服务区浴室的班车。其余按公示的方案办。",
		edit: news.Edit{Title: "一服务区浴池换热机组改造停用安排公示", Class: "matter", Places: []string{"P101"}, Contact: contact,
			Blocks: body("一服务区浴池第二台换热机组更换，计划停用三天。\n停用期间请到四服务区浴室洗浴，开放时间延长一小时。\n对安排有意见，请在公示期内提出。")}},
	{name: "ballot", kind: news.Notice, day: 26, up: 5, outcome: "公示期内没有影响结果的异议，按票选结果立项办理。",
		edit: news.Edit{Title: "职工票选实事项目结果公示", Class: "choice", Everywhere: true, Contact: contact,
			Blocks: body("本次票选由职工代表投票产生，票数、规则和有效票数都已在票选页公布。\n当选项目立项办理，进展在公示栏可以查到。")}},
	{name: "heat", kind: news.Disclosure, day: 19, up: 5, of: []string{"heat-pay"}, outcome: "没有收到影响发放的异议，按公开的岗位名单口径执行。",
		edit: news.Edit{Title: "高温津贴发放口径公开", Class: "interest", Everywhere: true, Contact: contact,
			Blocks: body("高温津贴按岗位发放，岗位清单由安全环保部和人力资源部共同核定。\n口径：岗位在清单内、当月在岗的，按天数发放。\n本公开只列口径和岗位，不列人员。")}},
	{name: "wrong", kind: news.Notice, day: 14, up: 5, gone: "班车时刻与实际不符，核对后重新公示。",
		edit: news.Edit{Title: "冬季班车时刻调整公示", Class: "other", Everywhere: true, Contact: contact,
			Blocks: body("十二月起早班班车提前十分钟发车。\n时刻表贴在各站牌。")}},
	{name: "meals", kind: news.Notice, day: 2, up: 7, of: []string{"queue-201"},
		edit: news.Edit{Title: "餐厅错峰就餐时段公示", Class: "matter", Everywhere: true, Contact: contact,
			Blocks: body("各单位就餐时段错开二十分钟，窗口增加两个。\n时段按单位分三批，夜班不变。\n有不方便的，请在公示期内提出，可以匿名。")}},
	{name: "fund", kind: news.Disclosure, unit: "U03", day: 1, up: 6,
		edit: news.Edit{Title: "本单位职工福利费使用情况公开", Class: "interest", Units: []string{"U03"}, Contact: "本单位工会办公室",
			Blocks: body("前三季度福利费主要用于食堂补贴、防暑降温和困难慰问，收支已经职工代表审议。\n明细可以到本单位工会办公室查阅。")}},
	{name: "brief", kind: news.Bulletin, day: 4, span: 30, of: []string{"bath-women", "curtain-305", "shuttle-501"},
		edit: news.Edit{Title: "职工心声办理工作简报", Everywhere: true, Sent: "报公司领导；送各部门；发各单位工会。",
			Blocks: []news.Block{{Key: "lead", Text: "近一个月，各单位围绕职工反映集中的洗澡、吃饭、住宿和出行，一件一件办理，办没办好由职工确认。"},
				{Key: "work", Text: "一是先看现场再定方案，方案写清项目、标准、措施、责任人和时限。\n二是核验的人到现场实测，不看材料看数据。\n三是销号以后回头看，反弹的重新办。"},
				{Key: "example", Text: "倒班宿舍遮光改造分三批安装，不影响白天休息；职工确认后销号，做法已写成典型经验供其他单位采用。"},
				{Key: "next", Text: "继续盯住超期和反弹的实事，冬季重点是供暖和防滑。"}}}},
	{name: "towel", kind: news.Notice, day: 8, up: 5, ripe: true,
		edit: news.Edit{Title: "浴室毛巾消毒改为一客一换公示", Class: "matter", Everywhere: true, Contact: contact, Blocks: body("五个浴室的公用毛巾改为一客一换，集中清洗消毒。\n增加的费用在福利费内列支。")}},
	{name: "waiting", kind: news.Notice, day: 0, up: 6, wait: true,
		edit: news.Edit{Title: "岗位休息室选址公示", Class: "matter", Everywhere: true, Contact: contact, Blocks: body("拟在原料卸车岗旁增设一间休息室，面积二十平方米。\n选址避开管线和行车通道。")}},
	{name: "half", kind: news.Notice, day: 0, up: 6, half: true, edit: news.Edit{Title: "冬季防滑措施公示", Everywhere: true}},
}

// objections to the first of them, with their answers.
var objections = []struct {
	level  voice.Level
	text   string
	answer string
}{
	{voice.Anonymous, "浴池停三天，大夜班下班没地方洗，四服务区走过去要二十多分钟。", "已采纳：改为分两批停用，另一半照常开放，夜班加开一趟班车到四服务区。"},
	{voice.Named, "改造能不能放到检修日，停用的时间短一点。", "已采纳一半：第二批放在检修日，第一批因设备到货时间不能再推后。"},
}

// House is the story in which it is told, with what objections need.
type House struct {
	share.House
	Keys *seal.Keys
	End  time.Time
}

// teller is what is being told while the story is played.
type teller struct {
	House
	ids map[string]string
	err error
}

// Play puts all of it down.
func Play(h House) error {
	t := &teller{House: h, ids: map[string]string{}}
	for _, x := range papers {
		t.put(x.day, "08:35", false, x.name, func(tx *db.Tx) error { return t.write(tx, x) })
		if x.half || x.wait {
			continue
		}
		check := x.day - 1
		t.put(check, "10:40", false, x.name, func(tx *db.Tx) error {
			who, err := h.Who(tx, access.Triager, "", 1)
			if err != nil {
				return err
			}
			return news.Judge{News: t.ids[x.name], Show: true}.Do(tx, who)
		})
		if x.gone != "" {
			t.put(check-2, "16:10", false, x.name, t.by(access.Supervisor, func() doer { return news.Withdraw{News: t.ids[x.name], Reason: x.gone} }))
		}
		if x.outcome != "" || x.ripe {
			over := check - x.up
			t.put(over, "00:20", false, x.name, func(tx *db.Tx) error {
				tx.Asked()
				tx.Recorded()
				_, err := news.Run(tx)
				return err
			})
			if x.ripe {
				continue
			}
			t.put(over-1, "15:30", false, x.name, t.by(access.Supervisor, func() doer { return news.End{News: t.ids[x.name], Outcome: x.outcome} }))
		}
	}
	first := papers[0]
	for i, o := range objections {
		var said voice.Sent
		t.put(first.day-3-i, "13:20", o.level.Hidden(), "objection", func(tx *db.Tx) (err error) {
			r := seal.NewReceipt(tx.Today())
			number, err := db.One[string](tx, `SELECT number FROM news WHERE id = $1`, t.ids[first.name])
			if err != nil {
				return err
			}
			who := access.Nobody()
			if o.level != voice.Anonymous {
				if who, err = h.Actor(tx, h.Crew[i].ID); err != nil {
					return err
				}
			}
			said, err = news.Object{Number: number, Voice: voice.Register{Number: r.Number, Code: r.Code, Keys: h.Keys, Level: o.level, Text: o.text, Place: "P101"}}.Do(tx, who)
			return err
		})
		t.put(first.day-4-i, "11:10", false, "objection", func(tx *db.Tx) error {
			who, err := h.Who(tx, access.Triager, "", i)
			if err != nil {
				return err
			}
			if err := (voice.Claim{Voice: said.Voice}).Do(tx, who); err != nil {
				return err
			}
			return voice.AnswerDirectly{Voice: said.Voice, Reading: voice.Reading{Title: "对浴池停用安排的异议", Category: "B1", Redacted: "希望缩短停用时间"}, Reply: voice.Reply{Text: o.answer, Result: "done"}}.Do(tx, who)
		})
	}
	return t.err
}

type doer interface {
	Do(tx *db.Tx, who access.Person) error
}

func (t *teller) by(role access.Role, in func() doer) func(tx *db.Tx) error {
	return func(tx *db.Tx) error {
		who, err := t.Who(tx, role, "", 0)
		if err != nil {
			return err
		}
		return in().Do(tx, who)
	}
}

func (t *teller) put(ago int, at string, coarse bool, what string, do func(tx *db.Tx) error) {
	when, err := t.On(t.Day(ago), at)
	if err != nil && t.err == nil {
		t.err = err
	}
	if when.After(t.End) {
		return // it has not come yet
	}
	t.Put(when, coarse, "notice "+what, do)
}

// write writes a paper and hands it in.
func (t *teller) write(tx *db.Tx, x paper) error {
	role := access.Triager
	if x.unit != "" {
		role = access.UnitChair
	}
	who, err := t.Who(tx, role, x.unit, 0)
	if err != nil {
		return err
	}
	in := &news.Write{Kind: x.kind, Unit: x.unit, Title: x.edit.Title}
	if err := in.Do(tx, who); err != nil {
		return err
	}
	t.ids[x.name] = in.ID
	e := x.edit
	e.News, e.Submit = in.ID, !x.half
	if x.kind.Period() {
		e.From, e.Until = t.Day(x.day-1), t.Day(x.day-x.up)
	}
	if x.span > 0 {
		e.To = tx.Today().Add(-2)
		e.Since = e.To.Add(-x.span)
	}
	var numbers []string
	for _, b := range x.of {
		n, err := db.Maybe[string](tx, `SELECT number FROM matter WHERE id = $1 AND public = 1`, t.Matter(b))
		if err != nil {
			return err
		}
		if n != nil {
			numbers = append(numbers, *n)
		}
	}
	e.Matters = strings.Join(numbers, " ")
	return e.Do(tx, who)
}

// Circular is shown at the end of the story, when the ladder has fired what came due in the year: it names the matters that are so long overdue by itself.
// One person writes it and another one lets it be shown.
func Circular(tx *db.Tx, writer, judge access.Person) error {
	in := &news.Write{Kind: news.Circular, Title: "实事办理情况通报"}
	if err := in.Do(tx, writer); err != nil {
		return err
	}
	to := tx.Today().Add(-2)
	e := news.Edit{News: in.ID, Title: in.Title, Everywhere: true, Sent: "发各单位、各部门。", Since: to.Add(-90), To: to, Submit: true,
		Blocks: []news.Block{{Key: "overall", Text: "多数实事按时办结，职工确认率平稳。"}, {Key: "problems", Text: "个别实事超期没有说明原因，延期申请提出得晚。"},
			{Key: "hot", Text: "反映较多的是供暖、浴室水温和班车。"}, {Key: "demands", Text: "超期的本周内说明原因和新的完成时间；延期要在到期前申请。"}}}
	if err := e.Do(tx, writer); err != nil {
		return err
	}
	return news.Judge{News: in.ID, Show: true}.Do(tx, judge)
}
