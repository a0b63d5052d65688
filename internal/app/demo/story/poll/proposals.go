package poll

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/proposal"
)

// proposals puts proposals down in several states: to the congress, and for improvement.
func proposals(h House) error {
	delegates := func(tx *db.Tx) ([]string, error) {
		return db.All[string](tx, `SELECT DISTINCT g.person FROM org_grant g JOIN org_person p ON p.id = g.person WHERE g.role = 'delegate' AND p.status = 'active' ORDER BY g.person LIMIT 8`)
	}
	as := func(tx *db.Tx, person string, in interface {
		Do(tx *db.Tx, who access.Person) error
	}) error {
		who, err := h.Actor(tx, person)
		if err != nil {
			return err
		}
		return in.Do(tx, who)
	}
	at := func(day int, hour, what string, do func(tx *db.Tx) error) error {
		when, err := h.On(h.Day(day), hour)
		if err == nil {
			h.Put(when, false, what, do)
		}
		return err
	}
	ids := map[string]string{}
	congress := []struct {
		title, why, how string
		seconders       int
		secret          bool
		reviewed        string // what the office decides, empty: nothing yet
		class           string // of the answer
		satisfied       bool
	}{
		{"关于倒班职工体检时间的提案", "体检只安排在白班，倒班职工下夜班还要等半天。", "每季度增加一个夜班后的体检时段，结果发到手机。", 3, false, proposal.EventFile, proposal.Solved, true},
		{"关于完善高温津贴发放公示的提案", "津贴标准和发放人数没有公开，班组之间有疑问。", "每年七月公示标准、岗位和人数，留出异议期。", 3, true, proposal.EventFile, proposal.Planned, true},
		{"关于生产区增设职工休息点的提案", "轧钢南跨离休息室太远，夏天没有地方坐。", "南跨设一处带空调的休息点。", 2, false, proposal.EventFile, "", false},
		{"关于厂内道路夜间照明的提案", "北门到炼钢的路灯坏了一半。", "逐盏检修，换成节能灯。", 2, false, "", "", false},
		{"关于子女暑期托管的提案", "双职工暑假没人看孩子。", "与社区合办托管点。", 1, false, "", "", false},
	}
	for i, x := range congress {
		key, day := "c"+strconv.Itoa(i), 40-6*i
		if err := at(day, "09:00", "proposal "+x.title, func(tx *db.Tx) error {
			all, err := delegates(tx)
			if err != nil || len(all) < 3 { // the proposer and two who second it
				return err
			}
			in := &proposal.Submit{Kind: proposal.ToCongress, Title: x.title, Why: x.why, How: x.how, Secret: x.secret}
			if err := as(tx, all[i%len(all)], in); err != nil {
				return err
			}
			ids[key] = in.ID
			for n := range min(x.seconders, len(all)-1) {
				if err := as(tx, all[(i+1+n)%len(all)], proposal.Second{Proposal: in.ID}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		if x.reviewed == "" {
			continue
		}
		lead := []string{"D01", "D01", "D02"}[i]
		if err := h.office(day-2, "14:00", "review "+x.title, func(tx *db.Tx, who access.Person) error {
			if ids[key] == "" {
				return nil
			}
			return proposal.Review{Proposal: ids[key], Event: x.reviewed, Lead: lead, Prime: i == 0}.Do(tx, who)
		}); err != nil {
			return err
		}
		if x.class == "" {
			continue
		}
		if err := at(day-12, "15:00", "answer "+x.title, func(tx *db.Tx) error {
			if ids[key] == "" {
				return nil
			}
			who, err := h.Head(tx, lead)
			if err != nil {
				return err
			}
			return proposal.Reply{Proposal: ids[key], Class: x.class, Words: map[string]string{proposal.Solved: "已与体检中心商定，每季度第一周增加夜班后时段，本季度起执行。", proposal.Planned: "已列入明年劳动保护计划，明年七月起按提案的办法公示。"}[x.class]}.Do(tx, who)
		}); err != nil {
			return err
		}
		if err := at(day-14, "18:30", "ratings of "+x.title, func(tx *db.Tx) error {
			all, err := delegates(tx)
			if err != nil || ids[key] == "" {
				return err
			}
			for n := range min(x.seconders+1, len(all)) {
				if err := as(tx, all[(i+n)%len(all)], proposal.Rate{Proposal: ids[key], Grade: []string{proposal.Satisfied, proposal.Basically}[n%2]}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return improvements(h, at, as)
}

// improvements are proposals of workers: awarded, being done, kept, declined, and two that wait.
func improvements(h House, at func(day int, hour, what string, do func(tx *db.Tx) error) error, as func(tx *db.Tx, person string, in interface {
	Do(tx *db.Tx, who access.Person) error
}) error) error {
	ids := map[string]string{}
	for i, x := range []struct {
		title, why, how, gain string
		judged                string
		benefit, bonus        int64
	}{
		{"连铸机喷嘴快换接头", "换一次喷嘴要停二十分钟。", "改用快换接头，三分钟换完。", "每月少停机两小时。", proposal.EventAdopt, 86000, 2000},
		{"废钢料篮加装导向板", "料篮对位要两个人指挥。", "加装导向板，一人对位。", "少用一人，减少碰撞。", proposal.EventAdopt, 0, 0},
		{"浴室排水沟改不锈钢篦子", "水泥篦子常碎，踩空危险。", "换成不锈钢防滑篦子。", "", proposal.EventTry, 0, 0},
		{"值班室改用声控灯", "夜里长明。", "走廊改声控。", "年节电约三千度。", proposal.EventKeep, 0, 0},
		{"全厂停用纸质点检表", "填表费时间。", "全部改手机点检。", "", proposal.EventDecline, 0, 0},
		{"天车轨道清扫器", "轨道积灰打滑。", "加装清扫器。", "", "", 0, 0},
	} {
		key, day := strconv.Itoa(i), 46-5*i
		if err := at(day, "12:20", "improvement "+x.title, func(tx *db.Tx) error {
			people, err := db.All[string](tx, `SELECT id FROM org_person WHERE status = 'active' AND unit LIKE 'U02%' ORDER BY id LIMIT 40`)
			if err != nil || len(people) < 40 {
				return err
			}
			in := &proposal.Submit{Kind: proposal.Improve, Title: x.title, Why: x.why, How: x.how, Gain: x.gain}
			proposer := people[5*i+3]
			if i == 0 || x.judged == "" { // whose sign-in is printed has one that was awarded and one that waits
				proposer = h.Me
			}
			err = as(tx, proposer, in)
			ids[key] = in.ID
			return err
		}); err != nil {
			return err
		}
		if x.judged == "" {
			continue
		}
		if err := h.office(day-1, "10:40", "assign "+x.title, func(tx *db.Tx, who access.Person) error {
			if ids[key] == "" {
				return nil
			}
			return proposal.Assign{Proposal: ids[key], Lead: "D02"}.Do(tx, who)
		}); err != nil {
			return err
		}
		if err := at(day-5, "16:00", "judge "+x.title, func(tx *db.Tx) error {
			who, err := h.Head(tx, "D02")
			if err != nil || ids[key] == "" {
				return err
			}
			words := map[string]string{proposal.EventAdopt: "同意采纳，安排在下次检修时实施。", proposal.EventTry: "先在一个浴室试用两个月，看防滑效果。", proposal.EventKeep: "照明正在统一改造，完成后再看还要不要改。", proposal.EventDecline: "部分岗位不能带手机，纸质表还要保留；能用手机的岗位已经在改。"}[x.judged]
			return proposal.Judge{Proposal: ids[key], Event: x.judged, Words: words, Told: tx.Today(), Until: tx.Today().Add(60)}.Do(tx, who)
		}); err != nil {
			return err
		}
		if x.bonus == 0 {
			continue
		}
		if err := at(day-20, "15:30", "done "+x.title, func(tx *db.Tx) error {
			who, err := h.Head(tx, "D02")
			if err != nil || ids[key] == "" {
				return err
			}
			return proposal.Finish{Proposal: ids[key], Done: "四流喷嘴全部换成快换接头，换一次三分钟，已经用了两周。"}.Do(tx, who)
		}); err != nil {
			return err
		}
		if err := h.office(day-23, "09:40", "award "+x.title, func(tx *db.Tx, who access.Person) error {
			if ids[key] == "" {
				return nil
			}
			if err := (proposal.Verify{Proposal: ids[key], Benefit: x.benefit}).Do(tx, who); err != nil {
				return err
			}
			return proposal.Award{Proposal: ids[key], Grade: "second", Bonus: x.bonus}.Do(tx, who)
		}); err != nil {
			return err
		}
	}
	return nil
}
