package demo

import (
	"fmt"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
)

// Common family names, those of the first part five times as frequent as those of the second.
var (
	families = strings.Fields("王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗")
	rarer    = strings.Fields("梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏 钟 汪 田 任 姜 范 方 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 崔 康 毛 邱 秦 江 史 顾 侯 邵 孟 龙 万 段 雷 钱 汤 尹 黎 易 常 武 乔 贺 赖 龚 文 欧阳 司马")
	maleA    = strings.Fields("建 志 国 文 德 永 海 学 长 春 玉 明 庆 宏 伟 立 振 金 少 光 家 向 云 世 兴 大 小 宝 成 荣")
	maleB    = strings.Fields("军 强 刚 平 华 民 东 辉 林 峰 生 明 杰 勇 涛 斌 波 亮 龙 祥 福 山 江 河 成 胜 利 新 鹏 飞 超 宇 浩 轩 博 磊 凯 健 旭 毅")
	femaleA  = strings.Fields("秀 桂 玉 春 丽 红 淑 美 海 雪 晓 小 文 雅 慧 佳 思 金 月 冬 彩 素 凤 爱 艳 燕 静 婷 欣 梦")
	femaleB  = strings.Fields("英 兰 芳 梅 华 霞 敏 玲 珍 萍 红 丽 娟 琴 云 燕 洁 静 颖 琳 怡 婷 雯 娜 莉 倩 莹 瑶 洋 蕾")
)

func (m *making) pick(list []string) string { return list[m.rnd.IntN(len(list))] }

// name makes a name that anybody could have; who has it is chance.
func (m *making) name(female bool) string {
	family := m.pick(families)
	if m.rnd.IntN(10) < 3 {
		family = m.pick(rarer)
	}
	a, b := maleA, maleB
	if female {
		a, b = femaleA, femaleB
	}
	if m.rnd.IntN(6) == 0 {
		return family + m.pick(b)
	}
	return family + m.pick(a) + m.pick(b)
}

// people makes everybody, seat by seat; the first of an office heads it, the first of a crew leads it. Telephone numbers
// are left out: any invented one might be somebody's.
func (m *making) people() []org.Person {
	out := make([]org.Person, 0, m.n)
	for _, s := range m.seats {
		p := m.plants[s.plant]
		for i := range s.n {
			female := m.rnd.IntN(100) < p.female
			x := org.Person{EmployeeNo: fmt.Sprintf("%08d", 20010001+len(out)), Name: m.name(female), Unit: s.unit, Shift: s.shift,
				Gender: map[bool]string{true: "f", false: "m"}[female], BirthYear: 1967 + m.rnd.IntN(37), UnionMember: "yes", Status: org.Active}
			switch {
			case i == 0 && s.office && p.Kind == org.Plant:
				x.Post, x.Shift = "厂长", "常白班"
			case i == 0 && s.office:
				x.Post, x.Shift = "部长", "常白班"
			case i == 1 && s.office && p.Kind == org.Plant:
				x.Post, x.Shift = "工会主席", "常白班"
			case i == 0:
				x.Post = "班组长"
			case s.office && p.Kind == org.Plant:
				x.Post = m.pick([]string{"设备员", "安全员", "综合管理员", "计划员", "核算员"})
			default:
				x.Post = m.pick(p.posts)
			}
			switch r := m.rnd.IntN(100); {
			case p.Contractor && i > 0:
				x.Employment = org.Contractor
			case s.office || i == 0 || r < 86:
				x.Employment = org.Contract
			case r < 95:
				x.Employment = org.Dispatched
			case r < 98:
				x.Employment = org.Contractor
			default:
				x.Employment, x.BirthYear = org.Intern, 2002+m.rnd.IntN(4)
			}
			if x.Employment != org.Contract && m.rnd.IntN(3) == 0 {
				x.UnionMember = "no"
			}
			x.Delegate = !s.office && i > 0 && m.rnd.IntN(70) == 0
			if m.rnd.IntN(120) == 0 && i > 2 {
				x.Status = org.Away
			}
			out = append(out, x)
		}
	}
	return out
}

// grants names who holds which role, and remembers them in the cast.
func (m *making) grants(people []org.Person, cast *Cast) []org.GiveRole {
	var out []org.GiveRole
	give := func(p org.Person, r access.Role, unit string) {
		out = append(out, org.GiveRole{Person: p.ID, Role: r, Unit: unit})
		cast.Holders[r] = append(cast.Holders[r], p)
	}
	at := 0
	for _, s := range m.seats {
		here := people[at : at+s.n]
		at += s.n
		code := m.plants[s.plant].Code
		if !s.office {
			give(here[0], access.ShiftLeader, s.unit)
			for _, p := range here[1:] {
				if p.Delegate {
					give(p, access.Delegate, code)
				}
			}
			if p := here[len(here)-1]; len(here) > 2 && p.Status == org.Active {
				cast.Crew = append(cast.Crew, p)
			}
			continue
		}
		give(here[0], access.DeptHead, code)
		if m.plants[s.plant].Kind == org.Plant {
			give(here[1], access.UnitChair, code)
		}
		give(here[2], access.Handler, code)
		give(here[3], access.Handler, code)
		for i, r := range offices[code] {
			give(here[5+i], r, org.Root)
		}
	}
	return out
}

// offices names the roles that departments hold for the whole group, one person each.
var offices = map[string][]access.Role{
	"D01": {access.Leader}, // deputy general manager for logistics sits with public welfare
	"D02": {access.Leader}, // deputy general manager for equipment
	"D04": {access.HealthOfficer, access.Inspector},
	"D07": {access.Custodian, access.Leader}, // legal counsel; party secretary
	"D08": {access.Triager, access.Triager, access.Triager, access.WelfareOfficer, access.Custodian, access.Inspector, access.Leader},
	"D09": {access.Supervisor, access.Supervisor, access.Inspector, access.Inspector},
	"D11": {access.SystemAdmin, access.SecurityAdmin, access.AuditAdmin},
	"D14": {access.DisciplineOfficer, access.DisciplineOfficer},
	"D15": {access.Auditor},
}

// finish fills the duty rosters.
func (m *making) finish(tx *db.Tx, cast Cast) error {
	var safety []string
	for _, unit := range []string{"D04", "D12", "D10"} {
		if p := cast.In(access.Handler, unit); p.ID != "" {
			safety = append(safety, p.ID)
		}
	}
	for kind, people := range map[string][]string{
		"hazard": append(safety, cast.In(access.DeptHead, "D04").ID),
		"food":   {cast.In(access.Handler, "D01").ID, cast.In(access.DeptHead, "D01").ID, cast.In(access.HealthOfficer, "D04").ID},
		"crisis": {cast.First(access.WelfareOfficer).ID, cast.First(access.HealthOfficer).ID},
	} {
		if err := (org.SetRoster{Kind: kind, People: people}).Do(tx, maker); err != nil {
			return err
		}
	}
	return nil
}
