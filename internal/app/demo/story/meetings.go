package story

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/meeting/pack"
	"sanwen/internal/work/meeting/paper"
)

// sitting is a meeting of the story. Days are working days before today.
type sitting struct {
	day     int
	kind    string
	title   string
	topic   string // put on the agenda by hand
	opening string
	demands string
	units   []string
	late    bool // what it decided is not all done
	on      bool // it is on at this moment
}

// sittings are four months of meetings: a dispatch meeting every two weeks, and three that sum up.
var sittings = []sitting{
	{day: 83, kind: meeting.Dispatch, title: "暑期职工浴室和餐厅专题调度推进会", topic: "高温季节防暑降温物资发放", opening: "六月以来集中办理浴室、餐厅两类诉求，多数已经交办。", demands: "各单位一件一件过，不等不靠。\n检修计划和职工洗澡时间错开。", units: []string{"D01", "D02", "D03"}},
	{day: 73, kind: meeting.Dispatch, title: "生活后勤专题调度推进会", topic: "夜班送餐路线", opening: "上次议定的事项大部分已经落实。", demands: "办完以后请职工来看，职工说了算。", units: []string{"D01", "D02", "D03", "D10"}},
	{day: 63, kind: meeting.Exchange, title: "第三季度职工实事总结交流会", opening: "把管用的做法讲出来，大家照着办。", demands: "做法要讲清适用条件，不搞一刀切。", units: []string{"D01", "D02", "D05"}},
	{day: 53, kind: meeting.Dispatch, title: "倒班休息室和更衣室专题调度推进会", topic: "休息室空调维护", opening: "三季度末台账上的红灯比上次少。", demands: "红灯事项每周报一次进展。", units: []string{"D01", "D02", "D04"}},
	{day: 43, kind: meeting.Dispatch, title: "供暖准备专题调度推进会", topic: "换热站试运行", opening: "离供暖还有一个月，逐栋查漏。", demands: "试暖时请职工代表到场，当场量温度。", units: []string{"D01", "D02", "D03", "D10"}, late: true},
	{day: 31, kind: meeting.Dispatch, title: "通勤和停车专题调度推进会", topic: "早班班车加车", opening: "通勤类诉求集中在早班。", demands: "先把加车落实，再研究线路。", units: []string{"D01", "D10", "D02"}},
	{day: 21, kind: meeting.Dispatch, title: "红灯事项专题调度推进会", topic: "超期事项逐件说明", opening: "逾期的事项逐件过堂。", demands: "延期必须在到期前申请，说明过渡办法。", units: []string{"D01", "D02", "D04", "D05"}, late: true},
	{day: 12, kind: meeting.Exchange, title: "实事办理总结交流会", opening: "职工确认解决的，才算解决。", demands: "把好做法推广到同类场所。", units: []string{"D01", "D02", "D05"}},
	{day: 5, kind: meeting.Dispatch, title: "年末实事冲刺专题调度推进会", topic: "年底前必须完成的事项", opening: "距离年底还有一个多月。", demands: "不留尾巴，办不成的如实说明原因。", units: []string{"D01", "D02", "D03", "D10"}, late: true},
	{day: 0, on: true, kind: meeting.Dispatch, title: "供暖应急专题调度会", topic: "值班室和岗亭的临时取暖", units: []string{"D01", "D02", "D03"}},
	{day: -2, kind: meeting.Exchange, title: "年度职工实事总结交流会", units: []string{"D01", "D02", "D05"}},
	{day: -3, kind: meeting.Dispatch, title: "冬季保供专题调度推进会", topic: "极寒天气应急预案", units: []string{"D01", "D02", "D03", "D04"}},
}

// sit is a meeting while the story is played.
type sit struct {
	p *play
	sitting
	n  int
	id string
}

// meetings puts four months of meetings down.
func (p *play) meetings() {
	for n, x := range sittings {
		s := &sit{p: p, sitting: x, n: n}
		s.put(x.day+7, "09:10", s.call)
		if x.kind == meeting.Dispatch {
			s.put(x.day+5, "10:20", s.ask)
			s.put(x.day+3, "15:30", s.answer)
		} else {
			s.put(x.day+4, "10:20", s.speakers)
		}
		if x.day < 0 {
			continue
		}
		if x.on {
			s.put(x.day+1, "16:40", s.freeze)
			s.put(x.day, "08:21", s.begin)
			continue
		}
		s.put(x.day+1, "16:40", s.freeze)
		s.put(x.day, "14:02", s.hold)
		if x.day > 5 { // the last one waits for the chair
			s.put(x.day-1, "11:15", s.sign)
			s.put(x.day-2, "09:40", s.receive)
		}
		if x.kind == meeting.Dispatch {
			s.put(x.day-5, "16:05", s.report)
			s.put(x.day-7, "10:45", s.judge)
		}
	}
}

func (s *sit) put(day int, at string, do func(tx *db.Tx) error) {
	t, err := s.p.days.on(s.p.days.ago(day), at)
	if err != nil {
		panic(err) // the times stand above
	}
	if day < 0 && !t.Before(s.p.agenda.End) {
		return
	}
	s.p.agenda.Put(t, false, fmt.Sprintf("meeting %d", s.n+1), do)
}

func (s *sit) office(tx *db.Tx) (access.Person, error) {
	x, err := s.p.holder(access.Supervisor, "", 0)
	if err != nil {
		return access.Person{}, err
	}
	return s.p.actor(tx, x)
}

func (s *sit) chair(tx *db.Tx) (access.Person, error) {
	x, err := s.p.holder(access.Leader, "", 0)
	if err != nil {
		return access.Person{}, err
	}
	return s.p.actor(tx, x)
}

func (s *sit) head(tx *db.Tx, unit string) (access.Person, bool) {
	x, err := s.p.holder(access.DeptHead, unit, 0)
	if err != nil {
		return access.Person{}, false
	}
	a, err := s.p.actor(tx, x)
	return a, err == nil
}

// do does things one after the other as the supervising office.
func (s *sit) do(tx *db.Tx, all ...doer) error {
	office, err := s.office(tx)
	for _, x := range all {
		if err == nil {
			err = x.Do(tx, office)
		}
	}
	return err
}

func (s *sit) call(tx *db.Tx) error {
	chair, err := s.chair(tx)
	if err != nil {
		return err
	}
	office, err := s.office(tx)
	if err != nil {
		return err
	}
	at := "14:00"
	if s.on {
		at = "08:20"
	}
	start, err := s.p.days.on(s.p.days.ago(s.day), at)
	if err != nil {
		return err
	}
	in := &meeting.Call{Kind: s.kind, Terms: meeting.Terms{Title: s.title, Start: clock.MillisOf(start), End: clock.MillisOf(start.Add(2 * time.Hour)), Place: "办公楼三楼会议室",
		Chair: chair.ID, Recorder: office.ID, Invited: s.units, SitIn: []string{"U01", "U03"}}}
	if err := s.do(tx, in); err != nil {
		return err
	}
	s.id = in.ID
	if s.kind == meeting.Dispatch {
		return s.do(tx, meeting.Add{Meeting: s.id, Title: s.topic, Reason: "领导要求研究"}, meeting.Build{Meeting: s.id})
	}
	return nil
}

func (s *sit) speakers(tx *db.Tx) error {
	talks, err := db.All[string](tx, `SELECT id FROM practice WHERE state = 'published' ORDER BY published_at DESC, id LIMIT 2`)
	if err != nil {
		return err
	}
	for _, t := range talks {
		if err := s.do(tx, meeting.Speak{Meeting: s.id, Kind: meeting.SpeechTalk, Practice: t, Text: "先问清需要，再定标准，办完请职工验收；不适用的情形也讲清楚。"}); err != nil {
			return err
		}
	}
	return s.do(tx, meeting.Speak{Meeting: s.id, Kind: meeting.SpeechAward, Title: "职工确认解决率最高的单位", Unit: s.units[1]})
}

func (s *sit) meeting(tx *db.Tx) (meeting.Meeting, []meeting.Item, error) {
	office, err := s.office(tx)
	if err != nil {
		return meeting.Meeting{}, nil, err
	}
	m, _, err := meeting.See(tx, office, s.id)
	if err != nil {
		return m, nil, err
	}
	items, err := meeting.Agenda(tx, office, m)
	return m, slices.DeleteFunc(items, func(it meeting.Item) bool { return it.TakenOut }), err
}

// ask asks for positions where anybody leads an item.
func (s *sit) ask(tx *db.Tx) error {
	_, items, err := s.meeting(tx)
	if err != nil || !slices.ContainsFunc(items, func(it meeting.Item) bool { return it.Lead != "" && !it.Settled }) {
		return err
	}
	return s.do(tx, meeting.AskPositions{Meeting: s.id, Due: s.p.days.ago(s.day + 2)})
}

var views = []string{"情况属实，材料已到货，两周内可以完成。", "需要停水施工，请允许安排在检修日。", "已经完成一半，剩余部分等待配件。", "同意主办单位意见，我们负责配合。"}

// answer has every unit but the last give its position.
func (s *sit) answer(tx *db.Tx) error {
	all, err := meeting.PositionsOf(tx, s.id)
	if err != nil {
		return err
	}
	texts := map[string]map[string]string{}
	var units []string
	for i, x := range all {
		if texts[x.Unit] == nil {
			texts[x.Unit] = map[string]string{}
			units = append(units, x.Unit)
		}
		texts[x.Unit][x.Item] = views[(i+s.n)%len(views)]
	}
	slices.Sort(units)
	for i, u := range units {
		if who, ok := s.head(tx, u); ok && (i == 0 || i < len(units)-1) {
			if err := (meeting.GivePositions{Meeting: s.id, Unit: u, Texts: texts[u]}).Do(tx, who); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *sit) freeze(tx *db.Tx) error {
	in := meeting.Freeze{Meeting: s.id}
	if s.kind == meeting.Exchange {
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM matter WHERE restricted = ''`)
		if err != nil {
			return err
		}
		done, err := db.One[int](tx, `SELECT COUNT(*) FROM matter WHERE restricted = '' AND state = 'closed' AND verdict = 'confirmed'`)
		if err != nil {
			return err
		}
		in.Figures = []paper.Figure{{Zh: "台账实事", En: "matters on the ledger", Value: fmt.Sprint(n)}, {Zh: "职工确认解决", En: "confirmed by employees", Value: fmt.Sprint(done)}}
	}
	return s.do(tx, in)
}

// hold is the meeting itself: the first six items are treated one by one, the others together with the first.
func (s *sit) hold(tx *db.Tx) error {
	if err := s.do(tx, meeting.OpenRoom{Meeting: s.id}); err != nil {
		return err
	}
	_, items, err := s.meeting(tx)
	if err != nil {
		return err
	}
	here := meeting.Attend{Meeting: s.id}
	parties, err := meeting.PartiesOf(tx, s.id)
	if err != nil {
		return err
	}
	for i, x := range parties {
		h := meeting.Here{Unit: x.Unit, Presence: meeting.Present}
		if who, ok := s.head(tx, x.Unit); ok {
			h.Person = who.Name
		}
		switch {
		case (i+s.n)%5 == 3:
			h.Presence, h.Person = meeting.Deputy, "副职"
		case (i+s.n)%7 == 5:
			h.Presence, h.Person, h.Note = meeting.Excused, "", "检修值班"
		}
		here.Rows = append(here.Rows, h)
	}
	todo := []doer{here}
	decided := 0
	for i, it := range items {
		todo = append(todo, meeting.Turn{Meeting: s.id, Item: it.ID})
		conclusion := "同意责任单位意见，按期办结；到期仍未完成的，下次会议说明。"
		if i >= 6 {
			conclusion = "按原计划推进。"
		}
		todo = append(todo, meeting.Conclude{Meeting: s.id, Item: it.ID, Conclusion: conclusion})
		lead := it.Lead
		if it.Kind == pack.ItemTopic {
			lead = s.units[0]
		}
		if who, ok := s.head(tx, lead); ok && decided < 3 && it.Kind != pack.ItemResolution {
			decided++
			text := []string{"完成“%s”，并请职工代表到场验收", "一周内解决“%s”中材料和停水安排的问题", "公布“%s”的进展和完成日期"}[(decided-1)%3]
			todo = append(todo, meeting.Decide{Meeting: s.id, Item: it.ID, Text: fmt.Sprintf(text, strings.TrimSpace(it.Title)), Lead: lead, Person: who.ID, Day: s.p.days.ago(s.day - 4 - 2*decided)})
		}
	}
	return s.do(tx, append(todo, meeting.Write{Meeting: s.id, Opening: s.opening, Demands: s.demands}, meeting.Finish{Meeting: s.id})...)
}

// begin opens a meeting that is still on: one item is treated, the next is on the screen.
func (s *sit) begin(tx *db.Tx) error {
	if err := s.do(tx, meeting.OpenRoom{Meeting: s.id}); err != nil {
		return err
	}
	_, items, err := s.meeting(tx)
	if err != nil || len(items) < 2 {
		return err
	}
	return s.do(tx, meeting.Conclude{Meeting: s.id, Item: items[0].ID, Conclusion: "责任单位今天到现场，明天报结果。"}, meeting.Turn{Meeting: s.id, Item: items[1].ID},
		meeting.Word{Meeting: s.id, Item: items[1].ID, Text: "三天内查明原因，公布恢复供暖的时间"})
}

func (s *sit) sign(tx *db.Tx) error {
	chair, err := s.chair(tx)
	if err != nil {
		return err
	}
	return meeting.Sign{Meeting: s.id}.Do(tx, chair)
}

func (s *sit) receive(tx *db.Tx) error {
	parties, err := meeting.PartiesOf(tx, s.id)
	for _, u := range parties {
		who, ok := s.head(tx, u.Unit)
		if ok && err == nil && (s.day != 12 || slices.Contains(s.units, u.Unit)) { // the plants still have to say that they have the last
			err = meeting.Receive{Meeting: s.id, Unit: u.Unit}.Do(tx, who)
		}
	}
	return err
}

// report has what was decided done, but for the last of a meeting that left something undone.
func (s *sit) report(tx *db.Tx) error {
	rs, err := meeting.ResolutionsOf(tx, s.id)
	if err != nil {
		return err
	}
	for i, x := range rs {
		if s.late && i > 0 {
			break
		}
		person, err := s.p.actor(tx, org.Person{ID: x.Person})
		if err != nil {
			return err
		}
		if err := (meeting.Report{Resolution: x.ID, Result: "已按会议要求完成，现场已请职工代表看过。"}).Do(tx, person); err != nil {
			return err
		}
	}
	return nil
}

func (s *sit) judge(tx *db.Tx) error {
	rs, err := meeting.ResolutionsOf(tx, s.id)
	if err != nil {
		return err
	}
	for _, x := range rs {
		if x.State == meeting.Reported {
			if err := s.do(tx, meeting.Judge{Resolution: x.ID, Good: true}); err != nil {
				return err
			}
		}
	}
	return nil
}
