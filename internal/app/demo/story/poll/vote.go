package poll

import (
	"math/rand/v2"
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/ballot/count"
)

// candidate is one of the pool. Days are working days before today.
type candidate struct {
	title, body, goal string
	day               int
	lead              string // department that is asked, empty: not yet
	possible          string // what it says, empty: it owes the answer
	cost, helped      int64
	days              int64
	note              string
	like              int // of a hundred voters who mark it
	into              int // 1-based: said the same as that one
	drop              string

	id string
}

func pool() []candidate {
	return []candidate{
		{title: "三个服务区更衣室加装除湿机", body: "更衣室衣服晾不干，冬天尤其明显。", goal: "三个服务区12间更衣室全部装上", day: 34, lead: "D02", possible: ballot.Yes, cost: 96000, helped: 1450, days: 45, note: "利用现有插座回路，分三批安装。", like: 62},
		{title: "夜班食堂现炒窗口", body: "夜班只有热过的菜，希望留一个现炒窗口。", goal: "两个食堂夜班各开1个窗口", day: 34, lead: "D01", possible: ballot.Yes, cost: 60000, helped: 920, days: 30, note: "增加两名夜班厨师，试运行一个月后固定下来。", like: 71},
		{title: "厂区非机动车棚加装充电桩", body: "电动车没处充电，有人拉线进休息室。", goal: "新增40个充电桩", day: 33, lead: "D02", possible: ballot.Yes, cost: 180000, helped: 760, days: 90, note: "配电容量够，按消防要求与厂房保持距离。", like: 55},
		{title: "通勤班车增加二十一点班次", body: "中班下班赶不上末班车。", goal: "工作日每天增加1个班次", day: 33, lead: "D01", possible: ballot.Yes, cost: 150000, helped: 310, days: 20, note: "与客运公司续签时一并谈。", like: 38},
		{title: "高温岗位休息室换空调", body: "炉前休息室的空调制冷不够。", goal: "更换18台", day: 32, lead: "D02", possible: ballot.Yes, cost: 130000, helped: 540, days: 40, note: "高温季节以前装完。", like: 44},
		{title: "职工书屋延长到二十二点", body: "倒班职工下班后书屋已经关门。", goal: "每天开放到22点", day: 31, lead: "D01", possible: ballot.Yes, cost: 20000, helped: 260, days: 10, note: "由志愿者轮值，只需增加照明。", like: 21},
		{title: "母婴关爱室配冷藏设备", body: "两处关爱室没有冷藏设备。", goal: "两处各1台", day: 30, lead: "D01", possible: ballot.Yes, cost: 6000, helped: 45, days: 10, note: "随时可以采购。", like: 17},
		{title: "更衣室衣服晾不干", body: "一区更衣室潮湿，工作服晾不干。", day: 28, into: 1},
		{title: "厂内新建职工停车楼", body: "停车位不够，希望建停车楼。", goal: "新增300个车位", day: 27, lead: "D02", possible: ballot.No, note: "要改规划，当年办不了，列入基建计划研究。", drop: "当年办不成，已转基建计划研究；先办错时停车。"},
		{title: "浴室增设吹风机", body: "冬天洗完头没法吹干。", goal: "五个浴室各增4台", day: 3, lead: "D02"},
		{title: "厂区北门加装遮雨棚", body: "北门等班车没有遮雨的地方。", goal: "北门1处", day: 12, lead: "D02", possible: ballot.Yes, cost: 38000, helped: 620, days: 30, note: "基础已有，装钢棚即可。"},
	}
}

// office does something in the union's office on a working day before today.
func (h House) office(day int, at, what string, do func(tx *db.Tx, who access.Person) error) error {
	when, err := h.On(h.Day(day), at)
	if err != nil {
		return err
	}
	h.Put(when, false, what, func(tx *db.Tx) error {
		who, err := h.Office(tx)
		if err != nil {
			return err
		}
		return do(tx, who)
	})
	return nil
}

// vote fills the pool and lets people vote: two plants have decided, and everybody is voting today.
func vote(h House) error {
	all := pool()
	for i := range all {
		if err := h.candidate(all, i); err != nil {
			return err
		}
	}
	if err := h.ballot(all, 10, 3, ballot.Plan{Title: "四区职工实事票选", About: "炼钢、轧钢的职工选出马上办的三件。", Electorate: ballot.Everybody, Units: []string{"U02", "U03"}, Places: 3, Rule: count.Most, Quorum: count.OverHalf},
		[]int{0, 1, 2, 3, 4, 5}, 71, []int{9, 7, 5}); err != nil {
		return err
	}
	return h.ballot(all, 1, -7, ballot.Plan{Title: "明年优先办哪两件", About: "上次没有选中的和新入库的，由全体职工来选。", Electorate: ballot.Everybody, Places: 2, Rule: count.Most, Quorum: count.OverHalf},
		[]int{3, 4, 5, 6}, 4, []int{1})
}

func (h House) candidate(all []candidate, i int) error {
	c := &all[i]
	words := ballot.Words{Title: c.title, Body: c.body, Goal: c.goal}
	if c.possible == ballot.Yes {
		words.Broad, words.Effect, words.Feasible, words.Measurable = ballot.Yes, ballot.Yes, ballot.Yes, ballot.Yes
	}
	err := h.office(c.day, "09:10", "candidate "+c.title, func(tx *db.Tx, who access.Person) error {
		in := &ballot.Put{Words: words, Source: ballot.ByHand}
		err := in.Do(tx, who)
		c.id = in.ID
		return err
	})
	if err == nil && c.into > 0 {
		err = h.office(c.day-1, "10:30", "merge "+c.title, func(tx *db.Tx, who access.Person) error {
			return ballot.Merge{Candidate: c.id, Into: all[c.into-1].id}.Do(tx, who)
		})
	}
	if err == nil && c.lead != "" {
		err = h.office(c.day-1, "09:30", "ask about "+c.title, func(tx *db.Tx, who access.Person) error { return ballot.Ask{Candidate: c.id, Lead: c.lead}.Do(tx, who) })
	}
	if err != nil || c.possible == "" {
		return err
	}
	when, err := h.On(h.Day(c.day-4), "15:20")
	if err != nil {
		return err
	}
	h.Put(when, false, "assess "+c.title, func(tx *db.Tx) error {
		who, err := h.Head(tx, c.lead)
		if err != nil {
			return err
		}
		funds := ""
		if c.cost > 0 {
			funds = "welfare"
		}
		return ballot.Assess{Candidate: c.id, Possible: c.possible, Cost: c.cost, Funds: funds, Helped: c.helped, Days: c.days, Note: c.note}.Do(tx, who)
	})
	if c.drop == "" && c.like == 0 { // the office has still to decide
		return nil
	}
	return h.office(c.day-6, "10:00", "judge "+c.title, func(tx *db.Tx, who access.Person) error {
		if c.drop != "" {
			return ballot.Drop{Candidate: c.id, Reason: c.drop}.Do(tx, who)
		}
		return ballot.Admit{Candidate: c.id}.Do(tx, who)
	})
}

// ballot opens one on a working day before today; of a hundred electors turnout vote, on the days given.
func (h House) ballot(all []candidate, day, until int, plan ballot.Plan, stands []int, turnout int, days []int) error {
	id := ""
	err := h.office(day, "08:30", "ballot "+plan.Title, func(tx *db.Tx, who access.Person) error {
		in := plan
		in.Opens, in.Closes = h.Day(day), h.Day(until)
		for _, i := range stands {
			in.Candidates = append(in.Candidates, all[i].id)
		}
		err := in.Do(tx, who)
		id = in.ID
		return err
	})
	if err != nil {
		return err
	}
	for k, d := range days {
		at, err := h.On(h.Day(d), "18:40")
		if err != nil {
			return err
		}
		dice := rand.New(rand.NewPCG(2027, uint64(10*day+k)))
		h.Put(at, true, "votes in "+plan.Title, func(tx *db.Tx) error {
			people, err := db.All[string](tx, `SELECT person FROM ballot_elector WHERE ballot = $1 ORDER BY person`, id)
			if err != nil {
				return err
			}
			rand.New(rand.NewPCG(2027, uint64(day))).Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
			people = people[:len(people)*turnout/100]
			from, to := len(people)*k/len(days), len(people)*(k+1)/len(days)
			for _, p := range people[from:to] {
				if p == h.Me {
					continue
				}
				who, err := h.Actor(tx, p)
				if err != nil {
					return err
				}
				if err := marks(dice, all, stands, plan.Places, id).Do(tx, who); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return nil
}

// marks is what somebody votes: what he likes, as far as there are places.
func marks(dice *rand.Rand, all []candidate, stands []int, places int, id string) ballot.Vote {
	v := ballot.Vote{Ballot: id}
	order := dice.Perm(len(stands))
	for _, i := range order {
		if len(v.Marks) < places && dice.IntN(100) < all[stands[i]].like {
			v.Marks = append(v.Marks, i+1)
		}
	}
	slices.Sort(v.Marks)
	v.Abstain = len(v.Marks) == 0
	return v
}
