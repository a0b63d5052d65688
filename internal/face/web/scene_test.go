package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/face/web"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/spots"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/practice"
	"sanwen/internal/work/proposal"
	"sanwen/internal/work/season"
	"sanwen/internal/work/supervise"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/voicetest"
)

// canary is a word that only the named may read anywhere.
type canary struct {
	word string
	who  []string
}

// scene is the organisation with one thing of each kind.
type scene struct {
	*voicetest.World
	things   map[string]string
	canaries []canary
	server   *web.Server
	record   *event.Log // once something follows it
}

func newScene(t *testing.T, d *db.DB, c *clock.Fake) *scene {
	t.Helper()
	s := &scene{World: voicetest.New(t, d, c), things: map[string]string{
		"nothing": strings.Repeat("0", 64), "css": "app.css", "forms": "form", "unit": "U03", "unitkind": "unit", "importkind": "people", "place": "P104M", "category": "B1",
		"setting": org.SignDays, "check": "BT1", "year": "2026", "entry": "1", "add": "add", "root": "", "people": "people"}}
	system := access.System("test")
	for name, role := range map[string]access.Role{"inspector": access.Inspector, "system_admin": access.SystemAdmin,
		"security_admin": access.SecurityAdmin, "audit_admin": access.AuditAdmin, "delegate": access.Delegate} {
		s.Must(func(tx *db.Tx) error {
			id, err := org.AddPerson{EmployeeNo: "X-" + name, Name: "职工" + name, Unit: "D11"}.Do(tx, system)
			if err == nil {
				err = org.GiveRole{Person: id, Role: role, Unit: "G"}.Do(tx, system)
			}
			if err == nil {
				s.People[name], err = org.Actor(tx, id)
			}
			return err
		})
	}
	s.things["person"] = s.P("worker2").ID
	s.Must(func(tx *db.Tx) error {
		visit := inspect.Record{Place: "P104M", Kind: inspect.Routine, Items: []inspect.Found{{Code: "BT5", Readings: []string{"yes"}}}}
		err := visit.Do(tx, s.P("inspector"))
		s.things["visit"], s.things["month"] = visit.Number, "2020-01"
		if err != nil {
			return err
		}
		round := inspect.SaveRound{Name: "浴室", Unit: "G", Kind: inspect.Routine, Every: inspect.EveryDay, Inspector: s.P("inspector").ID, Places: []string{"P104M"}, Active: true}
		if err := round.Do(tx, s.P("triager")); err != nil {
			return err
		}
		s.things["round"] = round.Made
		tx.Now = tx.Now.AddDate(0, 0, 1)
		if _, err := inspect.RunRounds(tx); err != nil {
			return err
		}
		walks, err := inspect.Walks(tx, s.P("inspector"), 1)
		if len(walks) > 0 {
			s.things["walk"] = walks[0].ID
		}
		return err
	})
	tell := func(thing, key string, level voice.Level, place, text string) voice.Voice {
		v := s.Tell(key, level, place, text)
		s.things[thing] = v.ID
		return v
	}
	read := func(word string, who ...string) { s.canaries = append(s.canaries, canary{word, who}) }

	named := tell("voice.named", "worker", voice.Named, "P961", "金丝雀甲:厕所门坏了,水龙头也坏。")
	s.things["voice.named.number"] = named.Number
	read("金丝雀甲", "worker", "triager", "supervisor", "chair", "auditor")
	tell("voice.anonymous", "", voice.Anonymous, "P961", "金丝雀乙:喷头水量小,我的电话13912345678。")
	read("金丝雀乙", "triager", "supervisor", "chair", "auditor")
	read("13912345678")
	restrict := func(thing, class, officer string) {
		v := tell(thing, "worker", voice.Confidential, "P201", "金丝雀"+class+":不想让别人知道。")
		s.Do("triager", voice.Claim{Voice: v.ID}, voice.Restrict{Voice: v.ID, Class: class, Reason: "涉及个人"})
		read("金丝雀"+class, officer, "auditor")
	}
	restrict("voice.discipline", "discipline", "discipline")
	restrict("voice.health", "health", "health")
	restrict("voice.aid", "aid", "welfare")
	assigned := tell("voice.assigned", "worker2", voice.Named, "P402", "金丝雀丁:主控楼暖气不热。")
	s.Do("triager", voice.Claim{Voice: assigned.ID}, voice.AssignForAnswer{Voice: assigned.ID,
		Reading: voice.Reading{Category: "C1", Redacted: "金丝雀戊:暖气不热", Title: "主控楼暖气"}, Lead: "D02", Say: "已转设备管理部办理。"})
	read("金丝雀丁", "triager", "supervisor", "auditor", "worker2")
	recused := tell("voice.recused", "worker", voice.Named, "P104M", "金丝雀己:分办员办事不公。")
	s.Do("triager2", voice.Claim{Voice: recused.ID})
	s.Do("triager2", voice.Name{Voice: recused.ID, Persons: []string{s.P("triager").ID}})
	read("金丝雀己", "worker", "supervisor", "chair", "auditor")
	m := matter.Register{Title: "四区浴室水温", Body: "淋浴水温不到37℃", PublicText: "四区浴室水温", Public: true, Class: matter.Standard, Source: "research",
		Category: "B1", Place: "P961", Lead: "D02", Beneficiaries: 300}
	s.Do("triager", &m)
	s.things["matter"] = m.Number

	s.things["matter.costly"] = s.costly()

	s.Do("supervisor", supervise.Issue{Unit: "D02", Terms: supervise.Terms{Grade: duty.Yellow, Basis: supervise.BasisInstruction, BasisText: "11月20日批示", Title: "金丝雀庚督办事项",
		Demand: "三日内回复原因和措施。", Due: "2026-12-11"}})
	read("金丝雀庚", "supervisor", "triager", "leader", "auditor", "equipment", "equipment-head")
	s.Do("chair", supervise.Blow{Unit: "U03", Called: "D02", Text: "金丝雀辛:请来人看看。"})
	read("金丝雀辛", "chair", "supervisor", "leader", "auditor", "equipment", "equipment-head")
	s.Do("equipment", supervise.AskExclusion{Voice: assigned.ID, Reason: "untrue", Evidence: "金丝雀壬:三次测温合格,附记录。"})
	read("金丝雀壬", "supervisor", "chair", "leader", "auditor", "equipment", "equipment-head")
	for thing, q := range map[string]string{"order": `SELECT id FROM supervise_order`, "letter": `SELECT code FROM supervise_letter`, "whistle": `SELECT id FROM whistle`, "exclusion": `SELECT id FROM exclusion`} {
		s.Read(func(tx *db.Tx) (err error) { s.things[thing], err = db.One[string](tx, q); return err })
	}
	for _, do := range []string{"press", "reply", "receive", "withdraw", "close", "drop", "issue"} {
		s.things[do] = do
	}

	s.meetings(c)
	s.surveys(c)
	s.practices()
	read("金丝雀典", "triager", "chair", "supervisor", "auditor")
	read("金丝雀许", "triager", "chair", "supervisor")
	s.season()
	s.proposals()
	s.papers()
	read("金丝雀公", "triager", "supervisor", "auditor")
	s.ballots(c)
	read("金丝雀提", "triager", "supervisor", "leader", "auditor", "delegate", "equipment", "equipment-head", "welfare-head")
	read("金丝雀建", "triager", "supervisor", "leader", "auditor", "delegate", "worker", "equipment", "equipment-head")
	read("金丝雀季", "triager", "supervisor", "leader", "auditor", "chair", "equipment", "equipment-head", "welfare-head", "hr", "safety")
	read("金丝雀库", "triager", "supervisor", "leader", "auditor", "delegate", "chair", "equipment", "equipment-head", "welfare-head", "hr", "safety")
	read("金丝雀问", "triager")
	read("金丝雀癸", "supervisor", "triager", "leader", "auditor", "chair", "equipment", "equipment-head")

	for _, who := range []string{"worker", "worker2", "shift", "hr", "it", "safety"} {
		tell("voice.spot", who, voice.Named, "P105", "金丝雀热:夜班下班后浴池的水不热。")
	}
	read("金丝雀热", "triager", "supervisor", "leader", "auditor", "worker", "worker2", "shift", "hr", "it", "safety")

	store, err := blob.OpenDir(t.TempDir(), c, clock.Shanghai())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	log, err := event.Open(context.Background(), d, s.Keys, event.Options{})
	if err != nil {
		t.Fatal(err)
	}
	log.Consume(spots.Consumer())
	if err := log.Tick(context.Background()); err != nil {
		t.Fatal(err)
	}
	s.Read(func(tx *db.Tx) error {
		n, err := spots.Of(tx, s.things["voice.spot"])
		s.things["spot"] = strconv.FormatInt(n, 10)
		return err
	})
	page := httptest.NewRecorder()
	defer func() {
		s.server.ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/leave", nil))
		_, css, _ := strings.Cut(page.Body.String(), "/assets/")
		css, _, _ = strings.Cut(css, "\"")
		s.things["css"] = css
	}()
	logger := slog.New(slog.DiscardHandler)
	s.server = web.New(&web.Site{DB: d, Clock: c, Zone: clock.Shanghai(), Log: logger, Keys: s.Keys, Sessions: sessionOf{s.World},
		Logins: login.New(d, s.Keys, logger), Blobs: store, Photos: blob.NewPhotos(store, blob.Limits{}), Record: log, Demo: true})
	return s
}

// costly is a matter whose plan the head has signed and finance has to agree to.
func (s *scene) costly() string {
	system := access.System("test")
	s.Must(func(tx *db.Tx) error {
		if err := (login.Issue{Person: s.P("equipment").ID}).Do(tx, system); err != nil {
			return err
		}
		if err := (login.Issue{Person: s.P("welfare-head").ID}).Do(tx, system); err != nil {
			return err
		}
		if err := (login.Issue{Person: s.P("equipment-head").ID}).Do(tx, system); err != nil {
			return err
		}
		return org.SetSetting{Key: org.FinanceUnit, Value: "D01", Basis: "资金审批办法"}.Do(tx, system)
	})
	m := matter.Register{Title: "四区浴室换热器", Class: matter.Funds, Source: "research", Category: "B1", Place: "P961", Lead: "D02"}
	s.Do("triager", &m)
	due := clock.DayOf(s.Clock.Now(), clock.Shanghai()).Add(1)
	for due.Weekday() != 5 { // Friday
		due = due.Add(1)
	}
	s.Do("equipment", matter.SubmitPlan{Matter: m.ID, Plan: matter.Slots{Item: "更换换热器", Standard: "水温达标",
		Checks: []matter.Check{{Text: "水温", Kind: plan.CheckNumber, Unit: "℃", Low: "38"}}, Steps: []plan.Step{{Text: "更换", Day: due}},
		Owner: s.P("equipment").ID, Deadline: due, Acceptors: []string{s.P("worker").ID}, Money: &plan.Money{Amount: "60000", Source: "welfare"}}})
	s.Do("equipment-head", matter.SignPlan{Matter: m.ID, As: chain.AsHead, Approve: true})
	return m.Number
}

// meetings holds two: the minutes of the first are signed, the second is in session. A third one, that sums up, is called.
func (s *scene) meetings(c *clock.Fake) {
	s.T.Helper()
	for _, thing := range []string{"meeting.signed", "meeting"} {
		start := clock.MillisOf(c.Now().Add(time.Hour))
		call := &meeting.Call{Kind: meeting.Dispatch, Terms: meeting.Terms{Title: "金丝雀癸调度推进会", Start: start, End: start.Add(time.Hour), Place: "三楼会议室", Chair: s.P("leader").ID,
			Recorder: s.P("supervisor").ID, Invited: []string{"D02", "U03"}}}
		s.Do("supervisor", call)
		s.things[thing], s.things["item"] = call.ID, ""
		s.Do("supervisor", meeting.Add{Meeting: call.ID, Matter: s.things["matter"], Reason: "领导要求"}, meeting.AskPositions{Meeting: call.ID, Due: start.Day(clock.Shanghai())},
			meeting.Freeze{Meeting: call.ID}, meeting.OpenRoom{Meeting: call.ID})
		var item, key string
		s.Read(func(tx *db.Tx) (err error) {
			m, _, err := meeting.See(tx, s.P("supervisor"), call.ID)
			if err != nil {
				return err
			}
			items, err := meeting.Agenda(tx, s.P("supervisor"), m)
			for _, it := range items {
				if it.Number == s.things["matter"] {
					item, key = it.ID, it.Key()
				}
			}
			return err
		})
		s.things["item"] = key
		s.Do("supervisor", meeting.Conclude{Meeting: call.ID, Item: item, Conclusion: "抓紧办。"}, meeting.Decide{Meeting: call.ID, Item: item, Text: "金丝雀癸:换喷头", Lead: "D02", Day: "2026-12-11"})
		if thing == "meeting.signed" {
			s.Do("supervisor", meeting.Finish{Meeting: call.ID})
			s.Do("leader", meeting.Sign{Meeting: call.ID})
		}
	}
	s.Read(func(tx *db.Tx) (err error) {
		s.things["resolution"], err = db.One[string](tx, `SELECT id FROM resolution WHERE meeting = $1`, s.things["meeting"])
		return err
	})
	start := clock.MillisOf(c.Now().Add(time.Hour))
	call := &meeting.Call{Kind: meeting.Exchange, Terms: meeting.Terms{Title: "总结交流会", Start: start, End: start.Add(time.Hour), Place: "三楼会议室", Chair: s.P("leader").ID,
		Recorder: s.P("supervisor").ID, Invited: []string{"D02"}}}
	s.Do("supervisor", call)
	s.Do("supervisor", meeting.Speak{Meeting: call.ID, Kind: meeting.SpeechTalk, Title: "快修的做法", Unit: "D02"})
	s.things["meeting.exchange"] = call.ID
	s.Read(func(tx *db.Tx) error {
		all, err := meeting.SpeechesOf(tx, call.ID)
		s.things["speech"] = all[0].ID
		return err
	})
	for _, do := range []string{"change", "sign", "finish", "report", "judge"} {
		s.things[do] = do
	}
}

// practices makes one in every state but the last, each of a matter of its own, and leaves one matter without.
func (s *scene) practices() {
	s.T.Helper()
	due := clock.DayOf(s.Clock.Now(), clock.Shanghai()).Add(1)
	for due.Weekday() != 5 { // Friday
		due = due.Add(1)
	}
	for _, thing := range []string{"matter.solved", "practice.draft", "practice.review", "practice", "practice.withdrawn"} {
		m := matter.Register{Title: "卫生间除味", Public: true, Class: matter.Standard, Source: "research", Category: "I1", Place: "P961", Lead: "D02"}
		s.Do("triager", &m)
		s.Do("equipment", matter.SubmitPlan{Matter: m.ID, Plan: matter.Slots{Item: "除味", Standard: "无异味", Checks: []matter.Check{{Text: "氨浓度", Kind: plan.CheckNumber, Unit: "mg/m³", High: "0.3"}},
			Steps: []plan.Step{{Text: "改排风", Day: due}}, Owner: s.P("equipment").ID, Deadline: due, Acceptors: []string{s.P("worker").ID}}})
		s.Do("equipment-head", matter.SignPlan{Matter: m.ID, As: chain.AsHead, Approve: true})
		s.Do("supervisor", matter.DecidePlan{Matter: m.ID, Approve: true})
		readings := []matter.Reading{{Check: 1, Value: "0.1"}}
		s.Do("equipment", matter.Report{Matter: m.ID, Step: 1, Done: true}, matter.ClaimDone{Matter: m.ID, Text: "排风已改", Readings: readings})
		s.Do("inspector", matter.Inspect{Matter: m.ID, Passed: true, Readings: readings})
		s.Must(func(tx *db.Tx) error {
			return matter.SetRated(tx, access.System("test"), m.ID, matter.Confirmed)
		})
		s.Do("supervisor", matter.Close{Matter: m.ID, Reply: "已经没有异味"})
		if s.things[thing] = m.Number; thing == "matter.solved" {
			continue
		}
		in := &practice.Write{Matter: m.ID}
		s.Do("triager2", in)
		s.things[thing] = in.ID
		edit := practice.Edit{Practice: in.ID, Submit: thing != "practice.draft", Title: "卫生间除味改造", Problem: "异味大", Steps: "3 改排风", Invest: "800元", Fits: "有外窗", Unfit: "地下室", Contact: "设备部",
			Words: []practice.Word{{Text: "没味了", By: "甲班职工", Leave: "金丝雀许：当面同意"}}}
		if thing == "practice.draft" || thing == "practice.review" {
			edit.Title = "金丝雀典除味"
		}
		s.Do("triager2", edit)
		if thing == "practice" || thing == "practice.withdrawn" {
			s.Do("supervisor", practice.Judge{Practice: in.ID, Publish: true})
		}
		if thing == "practice.withdrawn" {
			s.Do("supervisor", practice.Withdraw{Practice: in.ID, Reason: "设备已换代"})
		}
	}
}

// papers makes a notice in every state but the last two.
func (s *scene) papers() {
	s.T.Helper()
	today := clock.DayOf(s.Clock.Now(), clock.Shanghai())
	for _, thing := range []string{"news.draft", "news.review", "news", "news.settling", "news.withdrawn"} {
		in := &news.Write{Kind: news.Notice, Title: "浴室改造方案公示"}
		s.Do("triager2", in)
		s.things[thing] = in.ID
		e := news.Edit{News: in.ID, Submit: thing != "news.draft", Title: in.Title, Class: "matter", Everywhere: true, From: today, Until: today.Add(9), Contact: "工会办公室",
			Blocks: []news.Block{{Key: "body", Text: "换热机组更换，浴室停用三天。"}}}
		if thing == "news.draft" || thing == "news.review" {
			e.Title, e.Blocks[0].Text = "金丝雀公示", "金丝雀拟稿：更换换热机组，停用三天。"
		}
		s.Do("triager2", e)
		if !e.Submit || thing == "news.review" {
			continue
		}
		s.Do("supervisor", news.Judge{News: in.ID, Show: true})
		if thing == "news.withdrawn" {
			s.Do("supervisor", news.Withdraw{News: in.ID, Reason: "日期有误"})
		}
		if thing == "news.settling" {
			s.Must(func(tx *db.Tx) error { // its days have passed
				tx.Asked()
				if _, err := tx.Exec(`UPDATE news SET until_day = '2026-01-02' WHERE id = $1`, in.ID); err != nil {
					return err
				}
				_, err := news.Run(tx)
				return err
			})
		}
	}
	s.things["copy"] = "1"
	s.Read(func(tx *db.Tx) (err error) {
		s.things["news.number"], err = db.One[string](tx, `SELECT number FROM news WHERE id = $1`, s.things["news"])
		return err
	})
}

// surveys holds two: the first is counted, the second goes on.
func (s *scene) surveys(c *clock.Fake) {
	s.T.Helper()
	begin := &survey.Begin{Template: "canteen"}
	s.Do("triager", begin)
	publish := &survey.Publish{Form: begin.ID}
	s.Do("triager", publish)
	s.things["survey.form"], s.things["survey.question"] = begin.ID, "warm"
	today := clock.DayOf(c.Now(), clock.Shanghai())
	for thing, days := range map[string]int{"survey.closed": 0, "survey": 10} {
		plan := &survey.Plan{Form: begin.ID, Title: "食堂测评", Audience: survey.Everybody, Opens: today, Closes: today.Add(days)}
		s.Do("triager", plan)
		s.things[thing] = plan.ID
	}
	for _, who := range []string{"worker", "worker2", "shift", "chair", "duty1", "duty2", "food1"} {
		in := survey.Answer{Round: s.things["survey.closed"], Answers: form.Answers{"often": {"daily"}, "hygiene": {"4"}, "health": {"3"}, "warm": {"2"}, "taste": {"4"}, "variety": {"3"}, "say": {"金丝雀问:粥是凉的"}}}
		s.Must(func(tx *db.Tx) error { return in.Do(tx, s.P(who)) }, db.Coarse)
	}
	s.Must(func(tx *db.Tx) error {
		tx.Now = tx.Now.AddDate(0, 0, 1)
		_, err := survey.Run(tx)
		return err
	})
}

// season plans a task.
func (s *scene) season() {
	s.T.Helper()
	in := &season.Plan{Fields: season.Fields{Kind: season.Season, Title: "金丝雀季防冻", Body: "冬天以前", Lead: "D02", Sponsor: s.P("leader").ID, Day: "2027-01-10"}}
	s.Do("triager", in)
	s.things["season"] = in.ID
}

// proposals holds one to the congress that a department has to answer, and an improvement that it has to judge.
func (s *scene) proposals() {
	s.T.Helper()
	in := &proposal.Submit{Kind: proposal.ToCongress, Title: "金丝雀提案由", Why: "现状和理由", How: "建议和措施"}
	s.Do("delegate", in)
	s.things["proposal"] = in.ID
	s.Must(func(tx *db.Tx) error { // two who second it, of whom the test needs no more
		for i := range 2 {
			no := "Z-" + strconv.Itoa(i)
			id, err := org.AddPerson{EmployeeNo: no, Name: "代表" + no, Unit: "U03"}.Do(tx, access.System("test"))
			if err != nil {
				return err
			}
			if err := (org.GiveRole{Person: id, Role: access.Delegate, Unit: "G"}).Do(tx, access.System("test")); err != nil {
				return err
			}
			who, err := org.Actor(tx, id)
			if err != nil {
				return err
			}
			if err := (proposal.Second{Proposal: in.ID}).Do(tx, who); err != nil {
				return err
			}
		}
		return nil
	})
	s.Do("triager", proposal.Review{Proposal: in.ID, Event: proposal.EventFile, Lead: "D02", Co: []string{"D01"}})
	better := &proposal.Submit{Kind: proposal.Improve, Title: "金丝雀建议", Why: "现状和理由", How: "建议和措施"}
	s.Do("worker", better)
	s.things["proposal.improve"] = better.ID
	s.Do("triager", proposal.Assign{Proposal: better.ID, Lead: "D02"})
	for _, do := range []string{"reply", "judge", "assign", "withdraw"} {
		s.things[do] = do
	}
}

// ballots holds two, in which plant U03 votes: the first is counted, the second goes on.
func (s *scene) ballots(c *clock.Fake) {
	s.T.Helper()
	put := func(title, body string) string {
		in := &ballot.Put{Words: ballot.Words{Title: title, Body: body, Goal: "新增20处", Broad: "yes", Effect: "yes", Feasible: "yes", Measurable: "yes"}, Source: ballot.ByHand}
		s.Do("triager", in)
		return in.ID
	}
	s.things["candidate"], s.things["candidate.asked"] = put("金丝雀库甲", "还没有问"), put("金丝雀库乙", "已经问了")
	s.Do("triager", ballot.Ask{Candidate: s.things["candidate.asked"], Lead: "D02"})
	var ready []string
	for _, title := range []string{"浴室增设吹风机", "车棚加装充电桩", "班车增加一个班次", "更衣室加装除湿机"} {
		id := put(title, "票面上的内容")
		s.Do("triager", ballot.Ask{Candidate: id, Lead: "D02"})
		s.Do("equipment", ballot.Assess{Candidate: id, Possible: "yes", Helped: 300, Days: 30, Note: "可以完成"})
		s.Do("triager", ballot.Admit{Candidate: id})
		ready = append(ready, id)
	}
	today := clock.DayOf(c.Now(), clock.Shanghai())
	for i, thing := range []string{"ballot.counted", "ballot"} {
		plan := &ballot.Plan{Title: "票选", Electorate: ballot.Everybody, Units: []string{"U03"}, Places: 1, Rule: "most", Quorum: "half", Opens: today, Closes: today.Add(10 * i), Candidates: ready[2*i : 2*i+2]}
		s.Do("triager", plan)
		s.things[thing] = plan.ID
	}
	s.Must(func(tx *db.Tx) error {
		electors, err := db.All[string](tx, `SELECT person FROM ballot_elector WHERE ballot = $1`, s.things["ballot.counted"])
		for _, p := range electors {
			if err := (ballot.Vote{Ballot: s.things["ballot.counted"], Marks: []int{1}}).Do(tx, access.Person{Kind: access.Account, ID: p}); err != nil {
				return err
			}
		}
		return err
	}, db.Coarse)
	s.Must(func(tx *db.Tx) error {
		tx.Now = tx.Now.AddDate(0, 0, 1)
		_, err := ballot.Run(tx)
		return err
	})
}
