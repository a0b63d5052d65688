// Package share lets the demonstration make practices of what worked, and other units adopt five of them: two that employees confirm, one that
// nobody confirms, one that is given up, and one that is being done.
package share

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/practice"
)

// example is a practice of the story. Days are working days before today.
type example struct {
	of   string // block whose matter it is made of
	day  int
	edit practice.Edit
	wait bool   // it waits for review today
	half bool   // it is a draft today
	gone string // why it was withdrawn since
}

func said(text, by string) []practice.Word {
	return []practice.Word{{Text: text, By: by, Leave: "工会干部当面征得本人同意，只登工种不登姓名"}}
}

var examples = []example{
	{of: "bath-women", day: 185, edit: practice.Edit{Title: "女浴室吹风插座和防滑垫成套配", Problem: "女浴室没有吹风插座，冬天湿着头发出门；入口地面湿滑，摔过人。", Invest: "12800元；水电班两人三天",
		Fits: "有独立电源回路、能装漏电保护的更衣区。", Unfit: "线路老化、没有等电位接地的老浴室，先改线路再装插座。", Contact: "公益福利部浴室管理组", Tags: "浴室、女职工", Words: said("头发吹干了再走，冬天不怕了", "女职工，质检岗")}},
	{of: "queue-201", day: 180, edit: practice.Edit{Title: "餐厅错峰加窗口，排队不超十分钟", Problem: "四区餐厅午餐集中在十一点四十前后，一个窗口排队超过二十分钟，吃完就要上岗。", Invest: "38500元；增加两名打饭人员",
		Fits: "后厨备餐量有余、能再开窗口，班组愿意错峰。", Unfit: "后厨只有一条备餐线的小食堂，加窗口也出不来菜。", Contact: "公益福利部膳食组", Tags: "食堂、排队"}},
	{of: "curtain-305", day: 166, edit: practice.Edit{Title: "倒班宿舍遮光降噪", Problem: "倒班职工白天睡觉，窗帘透光，走廊说话声大。", Invest: "46800元；分三批安装，不影响休息", Fits: "朝阳房间，窗框能装双轨。", Unfit: "内走廊、没有外窗的房间只做门缝密封，不用换窗帘。",
		Contact: "公益福利部公寓组", Tags: "宿舍、倒班", Words: said("白天也能睡实了", "轧钢四班三倒职工")}},
	{of: "journey-station", day: 160, edit: practice.Edit{Title: "户外岗位休息驿站标准间", Problem: "户外卸车岗没有避风、热水和热饭的地方，等车时只能站在风里。", Invest: "318000元；旧厂房改造，含水电和设备", Fits: "五十米内有电源和上水，岗位固定。",
		Unfit: "流动作业点不适用，配移动保温箱更合适。", Contact: "原料处综合组", Tags: "休息室、户外", Words: said("有热水有微波炉，等车不受罪了", "卸车工")}},
	{of: "nursing-602", day: 154, edit: practice.Edit{Title: "女职工休息哺乳室五件套", Problem: "哺乳室没有冰箱、洗手池和能锁的门，没有人愿意去。", Invest: "8600元；八平方米房间一间", Fits: "有哺乳期职工的单位，能拿出八平方米以上的独立房间。",
		Unfit: "没有哺乳期职工的单位不必单设，和休息室合用即可。", Contact: "工会女工组", Tags: "女职工"}},
	{of: "bath-1", day: 150, edit: practice.Edit{Title: "浴池热水按下班高峰设计", Problem: "大夜班下班一小时内集中洗浴，换热能力按平均用量配，末端水温掉到三十度上下。", Invest: "第一轮换机组18.6万元，第二轮改自控2300元；利用检修日施工", Fits: "有蒸汽或热水热源，机房放得下两台换热机组。",
		Unfit: "用蒸汽直喷混水的老浴池不适用：先改间接换热。", Contact: "设备管理部动力组", Tags: "浴室、水温", Words: said("最后一个洗也是热的", "炼铁夜班职工")}},
	{of: "ice-403", day: 124, edit: practice.Edit{Title: "高炉出铁场夏季降温三件事", Problem: "七八月出铁场体感温度高，清凉饮料送不到岗，风机年年修年年坏。", Invest: "54000元；每班一人送饮料", Fits: "固定高温岗位，能定点定时送饮料。", Unfit: "巡检岗位走动大，降温服比送饮料管用。",
		Contact: "炼铁厂安全科", Tags: "高温、劳动保护"}},
	{of: "shuttle-501", day: 118, edit: practice.Edit{Title: "班车到站时间上墙和提前两分钟发车", Problem: "一号线到站时间和站牌不一样，早班职工常常追车。", Invest: "9600元，更换站牌；发车时刻调整不花钱", Fits: "线路固定、有定位的班车。", Unfit: "临时加班车和包车不适用。",
		Contact: "物流公司客运队", Tags: "班车", Words: said("站牌上几点就是几点来", "早班职工")}},
	{of: "holiday-care", day: 90, edit: practice.Edit{Title: "暑期托管班：工会出场地，职工轮流带", Problem: "暑假双职工家庭孩子没有人看，有人带到岗位上。", Invest: "68000元；场地和看护老师，伙食自理", Fits: "有文体中心或会议室，能请到两名看护老师。", Unfit: "厂区内有危险源的地方不办，改在生活区办。",
		Contact: "工会女工组", Tags: "家庭、季节"}},
	{of: "belt-light", day: 57, edit: practice.Edit{Title: "皮带通廊照明按巡检路线重排", Problem: "通廊灯按柱距装，巡检要看的托辊正好在暗处。", Invest: "27600元；检修班一周", Fits: "通廊封闭、有检修电源。", Unfit: "露天通廊要防水灯具，照搬会短路。", Contact: "炼铁厂原料车间", Tags: "照明、隐患"}},
	{of: "glove-802", day: 58, edit: practice.Edit{Title: "劳保手套试用投票再采购", Problem: "手套易破、尺码不全，按最低价买回来没有人戴。", Invest: "34000元；单价高0.6元，用量减少三成", Fits: "用量大的常备劳保品，能让一线试用两周。", Unfit: "有强制标准的特种防护用品不能投票选。",
		Contact: "安全环保部防护组", Tags: "劳动保护"}},
	{of: "heat-pay", day: 50, edit: practice.Edit{Title: "高温津贴岗位名单先公示后发放", Problem: "同一个炉台有人发有人不发，口径说不清。", Invest: "不花钱", Fits: "津贴按岗位发放的单位。", Unfit: "按实测温度逐日计发的单位不适用。", Contact: "人力资源部薪酬组", Tags: "津贴、公示"}},
	{of: "locker-105", day: 140, gone: "这种机械锁厂家已经停产，新柜改用电子锁，维修做法不再适用。", edit: practice.Edit{Title: "更衣柜锁芯当班更换", Problem: "柜门锁坏了要报修三天，衣物没处放。", Steps: "1 备足两种规格锁芯\n2 当班更换并登记",
		Invest: "800元备件", Fits: "机械锁芯统一规格的更衣柜。", Unfit: "电子锁要厂家授权，不能自己换。", Contact: "焦化厂综合科", Tags: "更衣柜"}},
	{of: "lift-951", day: 6, half: true, edit: practice.Edit{Title: "电梯故障维保单位当日到场"}},
	{of: "season-heat", day: 4, wait: true, edit: practice.Edit{Title: "供暖前逐栋试压，职工代表当场测温", Problem: "每年供暖第一周漏水和不热的反映最多。", Invest: "检修工时，不另花钱", Fits: "集中供暖的楼。", Unfit: "电采暖的岗亭不适用。", Contact: "能源动力厂热力车间", Tags: "供暖、季节"}},
}

// adoption is another unit that does the same.
type adoption struct {
	of, unit, lead, place, note string
	day                         int
	end                         string // "confirmed", "unconfirmed", "failed" or "running"
	reason                      string
	twice                       bool // it is measured and found wanting first
}

var adoptions = []adoption{
	{of: "journey-station", unit: "U06", lead: "D02", place: "P404", note: "岗亭只有六平方米，不放微波炉，改放保温柜。", day: 130, end: matter.Confirmed},
	{of: "bath-1", unit: "U04", lead: "D02", place: "P105", note: "先上一台机组，管道保温一起做。", day: 120, end: matter.Confirmed, twice: true},
	{of: "curtain-305", unit: "U05", lead: "D01", note: "值班公寓二十间。", day: 110, end: matter.Unconfirmed},
	{of: "queue-201", unit: "U03", lead: "D01", place: "P202", day: 70, end: practice.Failed, reason: "二区食堂后厨只有一条备餐线，加窗口出不来菜，试了两周排队没有变短。改为研究扩建后厨。"},
	{of: "belt-light", unit: "U04", lead: "D04", place: "P902", note: "炉顶温度高，灯具要耐热。", day: 22, end: practice.Running},
}

// share is what is being shared while the story is played.
type share struct {
	House
	ids map[string]string // practices, by block
	err error
}

// Play puts practices and adoptions down.
func Play(h House) error {
	s := &share{House: h, ids: map[string]string{}}
	for i, x := range examples {
		s.put(x.day, "09:40", x.of, func(tx *db.Tx) error { return s.write(tx, x, i) })
		if x.gone != "" {
			s.put(x.day-80, "11:00", x.of, func(tx *db.Tx) error {
				return s.By(tx, access.Supervisor, "", 0, practice.Withdraw{Practice: s.ids[x.of], Reason: x.gone})
			})
		}
		if !x.wait && !x.half {
			s.put(x.day-2, "15:10", x.of, func(tx *db.Tx) error {
				return s.By(tx, access.Triager, "", i+1, practice.Judge{Practice: s.ids[x.of], Publish: true})
			})
		}
	}
	for _, a := range adoptions {
		t := &taken{ids: s.ids, adoption: a, Course: Course{House: h, Lead: a.lead, Unit: a.unit, Reply: "已经照着做好，请大家继续监督。", Claim: "照着做完，自查合格。"}}
		t.Plan = t.plan
		s.adopt(t)
	}
	return s.err
}

func (s *share) put(ago int, at, what string, do func(tx *db.Tx) error) {
	s.hush(ago, at, what, false, do)
}

func (s *share) hush(ago int, at, what string, coarse bool, do func(tx *db.Tx) error) {
	when, err := s.On(s.Day(ago), at)
	if err != nil && s.err == nil {
		s.err = err
	}
	s.Put(when, coarse, "practice "+what, do)
}

// write makes the practice with the measures of the plan.
func (s *share) write(tx *db.Tx, x example, n int) error {
	who, err := s.Who(tx, access.Triager, "", n)
	if err != nil {
		return err
	}
	in := &practice.Write{Matter: s.Matter(x.of)}
	if err := in.Do(tx, who); err != nil {
		return err
	}
	s.ids[x.of] = in.ID
	p, err := practice.See(tx, who, in.ID)
	if err != nil {
		return err
	}
	photos, err := practice.PhotosOf(tx, in.ID)
	if err != nil {
		return err
	}
	edit := x.edit
	edit.Practice, edit.Submit, edit.Standard = in.ID, !x.half, p.Recipe().Standard
	if edit.Steps == "" {
		edit.Steps = p.Recipe().StepLines()
	}
	for _, f := range photos {
		edit.Photos = append(edit.Photos, f.Hash)
	}
	return edit.Do(tx, who)
}

// taken is an adoption while the story is played.
type taken struct {
	adoption
	Course
	ids map[string]string // practices, by block
}

func (s *share) adopt(t *taken) {
	s.put(t.day, "10:20", t.of, t.begin)
	switch t.end {
	case practice.Failed:
		s.put(t.day-10, "16:00", t.of, func(tx *db.Tx) error {
			return s.By(tx, access.Leader, "", 0, matter.Cancel{Matter: t.ID, Reason: t.reason})
		})
		return
	case practice.Running:
		s.put(t.day-2, "09:10", t.of, t.Hand)
		s.put(t.day-3, "10:30", t.of, t.Approve)
		return
	}
	s.put(t.day-2, "09:10", t.of, t.Hand)
	s.put(t.day-3, "10:30", t.of, t.Approve)
	s.put(t.day-12, "15:20", t.of, t.Done)
	if t.twice {
		s.put(t.day-13, "14:00", t.of, func(tx *db.Tx) error { return t.Look(tx, false) })
		s.put(t.day-15, "15:20", t.of, t.Done)
	}
	s.put(t.day-16, "14:00", t.of, func(tx *db.Tx) error { return t.Look(tx, true) })
	if t.end == matter.Confirmed {
		for _, ago := range []int{19, 20, 21} {
			s.hush(t.day-ago, "19:00", t.of, true, t.Answer)
		}
	}
	s.put(t.day-40, "16:30", t.of, t.Close)
	for _, x := range []struct{ days, later int }{{30, 63}, {90, 106}} { // working days after it was begun
		if t.day > x.later {
			s.put(t.day-x.later, "10:10", t.of, func(tx *db.Tx) error { return t.Again(tx, int64(x.days)) })
		}
	}
}

func (t *taken) begin(tx *db.Tx) error {
	in := &practice.Adopt{Practice: t.ids[t.of], Unit: t.unit, Lead: t.lead, Place: t.place, Note: t.note}
	if err := t.By(tx, access.Supervisor, "", 0, in); err != nil {
		return err
	}
	m, err := matter.Find(tx, in.Number)
	t.ID = m.ID
	return err
}

// plan is what the practice says, with less money.
func (t *taken) plan(tx *db.Tx) (plan.Slots, error) {
	s, _, err := practice.PlanFor(tx, t.ID)
	if s.Money != nil {
		s.Money.Amount = "9800"
	}
	return s, err
}
