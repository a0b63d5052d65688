package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/face/web"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/proposal"
)

// runBallots counts and mixes, as the jobs do.
func (h *hall) runBallots() {
	h.t.Helper()
	if err := ballot.Mix(h.t.Context(), h.d); err != nil {
		h.t.Fatal(err)
	}
	h.write(func(tx *db.Tx) error { _, err := ballot.Run(tx); return err })
}

// candidate brings one through the pages from the pool to where it may stand; it returns its address.
func (h *hall) candidate(t1, d1 *webtest.Client, title string) string {
	h.t.Helper()
	f := t1.Get("/pool/new").Want(200).Form("/pool/new").Set("title", title).Set("body", title+"，大家都用得上。").Set("goal", "新增20处")
	for _, k := range ballot.Criteria() {
		f.Set(k, "yes")
	}
	page := f.Submit().Want(200).Click(title).Want(200).Says("在库", "还差", "评估意见")
	at := page.URL.Path
	page.Click("请部门评估").Want(200).Form("/ask").Set("lead", "U01").Submit().Want(200).Says("部门评估中")
	d1.Get(at+"/assess").Want(200).Form("/assess").Set("possible", "yes").Set("note", "一个月做完").Set("helped", "500").Set("days", "30").Set("cost", "20000").Submit().Want(422)
	d1.Get(at+"/assess").Want(200).Form("/assess").Set("possible", "yes").Set("note", "一个月做完").Set("helped", "500").Set("days", "30").Set("cost", "20000").Set("funds", "welfare").Submit().Want(200).Says("一个月做完")
	t1.Get(at).Want(200).Click("确认可以票选").Want(200).Form("/admit").Submit().Want(200).Says("待票选")
	return at
}

// TestABallotOfThreeHundred: from the pool to matters on the ledger, through the pages, with three hundred voters at once, each once. What was voted is
// what is counted.
func TestABallotOfThreeHundred(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		t1, d1 := h.as("T1"), h.as("D1")
		var all []string
		for _, title := range []string{"浴室增设吹风机", "车棚加装充电桩", "班车增加一个班次", "更衣室加装除湿机"} {
			all = append(all, h.candidate(t1, d1, title))
		}
		voters := h.crowd(300)
		f := t1.Get("/ballots/new").Want(200).Form("/ballots/new").Set("title", "明年办哪两件").Set("places", "4").Set("units.add", "G-V")
		var ids []string
		for _, at := range all {
			ids = append(ids, strings.TrimPrefix(at, "/pool/"))
		}
		wrong := f.Set("candidates", ids...).Submit().Want(422).Says("候选要多于名额")
		list := wrong.Form("/ballots/new").Set("places", "2").Submit().Want(200).Says("明年办哪两件", "投票中")
		page := regexp.MustCompile(`/ballot/[0-9a-f-]+`).FindString(string(list.Body))
		to := strings.Replace(page, "/ballot/", "/vote/", 1)
		h.as("W1").Get(to).Want(404)
		h.as("W1").Get(page).Want(403)

		var paper []string // addresses, in the order of the paper
		h.read(func(tx *db.Tx) (err error) {
			paper, err = db.All[string](tx, `SELECT '/pool/' || candidate FROM ballot_choice ORDER BY n`)
			return err
		})
		if len(paper) != len(all) {
			t.Fatalf("%d on the paper", len(paper))
		}
		one := voters.client(0)
		one.Get("/mine").Want(200).Says("明年办哪两件", "去投票")
		ask := one.Get(to).Want(200).Says("最多选2个", "不记名", "受益500人")
		small(t, ask)
		small(t, one.Get(to+"?lang=en").Want(200))
		many := ask.Form(to).Set("marks", "1", "2", "3").Submit().Want(422).Says("最多选2个，现在选了3个")
		small(t, many)
		if got := many.Form(to).Values["marks"]; len(got) != 3 {
			t.Errorf("what was marked is lost: %v", got)
		}
		many.Form(to).Set("marks").Submit().Want(422).Says("请至少选一个")

		want := make([]int, len(all))
		var wait sync.WaitGroup
		for part := range 4 {
			for i := part; i < 300; i += 4 {
				if marks := voters.marks(i); i < 290 {
					for _, m := range marks {
						want[m-1]++
					}
				}
			}
			wait.Go(func() {
				for i := part; i < 290; i += 4 {
					voters.vote(i, to)
				}
			})
		}
		wait.Wait()
		again := voters.client(1)
		again.Get(to).Want(200).Says("您已经投过了")
		small(t, again.Get(to).Want(200))
		t1.Get(page).Want(200).Says("不到5票", "谁也看不到得票").Silent("得票率", "290")
		t1.Get("/ballots").Want(200).Silent("290")
		h.write(func(tx *db.Tx) error { _, err := ballot.Tell(tx); return err })
		t1.Get(page).Want(200).Says("290票，已经达到有效人数").Silent("得票率")
		if told := string(t1.Get(page + "/turnout").Want(200).Body); told != "290票，已经达到有效人数" {
			t.Errorf("an open page is told %q", told)
		}
		t1.Get("/ballots").Want(200).Says("290")
		h.runBallots()
		c.Set(c.Now().AddDate(0, 0, 8))
		h.runBallots()

		t1 = h.as("T1")
		result := h.as("S1").Get(page).Want(200).Says("已揭晓", "得票率", "抽签种子", "300")
		for i, at := range paper {
			h.read(func(tx *db.Tx) error {
				n, err := db.One[int](tx, `SELECT votes FROM ballot_choice WHERE candidate = $1`, strings.TrimPrefix(at, "/pool/"))
				if n != want[i] {
					t.Errorf("candidate %d has %d votes, %d were cast", i+1, n, want[i])
				}
				return err
			})
		}
		if n := strings.Count(result.Text(), "选中"); n < 2 {
			t.Errorf("chosen: %s", result.Text())
		}
		chosen := t1.Get(paper[1]).Want(200).Says("已选中", "票选选中，已经立项").Title()
		chosen, _, _ = strings.Cut(chosen, " ·")
		t1.Get("/ledger?source=ballot").Want(200).Says(chosen)
		t1.Get(paper[3]).Want(200).Says("待票选", "没有得票")
		one.Get("/mine").Want(200).Says("已揭晓", "300人中290人投票")
		one.Get(page).Want(200).Says("票选结果")
		csv := one.Get(page + "/export?form=csv").Want(200)
		if !strings.Contains(string(csv.Body), "车棚加装充电桩") || !strings.Contains(string(csv.Body), fmt.Sprint(want[1])) {
			t.Errorf("the file: %s", csv.Body)
		}
		one.Get(page + "/export?form=xlsx").Want(200)
		one.Get(page + "/export?form=pdf").Want(400)

		// At the end of the year the same people judge what was chosen, and nobody else.
		form := t1.Get(page).Want(200).Click("发起年度评议").Want(200).Says("300名投票人").Form("/appraise")
		form.Set("closes", "2020-01-01").Submit().Want(422).Says("开始")
		round := form.Set("closes", string(clock.DayOf(c.Now(), clock.Shanghai()).Add(5))).Submit().Want(200).Click("看评议").Want(200).Says("一次票选的投票人", "300").URL.Path
		t1.Get(page).Want(200).Silent("发起年度评议")
		t1.Get(page + "/appraise").Want(200).Form("/appraise").Submit().Want(409).Says("已经在评议了")
		answer := strings.Replace(round, "/survey/", "/answer/", 1)
		h.as("W1").Get(answer).Want(404)
		one.Get("/mine").Want(200).Says("年度评议：明年办哪两件")
		for i := range 6 {
			judge := voters.client(i).Get(answer).Want(200).Says(chosen, "定的目标达到了", "钱用得合理").Form(answer)
			for _, field := range judge.Names() {
				if name, _, _ := strings.Cut(field, "="); strings.HasPrefix(name, "q.m") {
					judge.Set(name, fmt.Sprint(4+i%2))
				}
			}
			judge.Submit().Want(200).Says("谢谢")
		}
		voters.client(1).Get(answer).Want(200).Says("答过")
	})
}

// crowd are people with a session and no password: what is tested is the voting.
type crowd struct {
	t      *testing.T
	base   string
	people map[string]access.Person
}

func (c *crowd) Visitor(_ context.Context, token string) (*web.Visitor, error) {
	p, ok := c.people[token]
	if !ok {
		return nil, nil
	}
	return &web.Visitor{Person: p, Session: "session of " + token}, nil
}

// crowd adds a unit of n people who have a session each.
func (h *hall) crowd(n int) *crowd {
	h.t.Helper()
	c := &crowd{t: h.t, people: map[string]access.Person{}}
	who := access.System("test")
	h.write(func(tx *db.Tx) error {
		if err := (org.PutUnits{Units: []org.Unit{{Code: "G-V", Parent: "G", Kind: org.Plant, NameZh: "轧钢厂", NameEn: "Rolling mill", Active: true}}}).Do(tx, who); err != nil {
			return err
		}
		var all []org.Person
		for i := range n {
			all = append(all, org.Person{EmployeeNo: fmt.Sprintf("V%03d", i), Name: "张三", Unit: "G-V", Status: org.Active})
		}
		return org.PutPeople{People: all}.Do(tx, who)
	})
	h.read(func(tx *db.Tx) error {
		type row struct {
			ID, EmployeeNo string
			Path           access.Path
		}
		all, err := db.All[row](tx, `SELECT id, employee_no, path FROM org_person WHERE unit = 'G-V'`)
		for _, p := range all {
			c.people[p.EmployeeNo] = access.Person{Kind: access.Account, ID: p.ID, Name: "张三", Unit: "G-V", Path: p.Path}
		}
		return err
	})
	site := *h.site
	site.Sessions = c
	server := httptest.NewServer(web.New(&site))
	h.t.Cleanup(server.Close)
	c.base = server.URL
	return c
}

func (c *crowd) client(i int) *webtest.Client {
	b := webtest.On(c.t, c.base)
	jar, _ := cookiejar.New(nil)
	u, _ := url.Parse(c.base)
	jar.SetCookies(u, []*http.Cookie{{Name: "sanwen", Value: fmt.Sprintf("V%03d", i)}})
	b.HTTP.Jar = jar
	return b
}

// marks are what voter i votes: nobody, one or two.
func (c *crowd) marks(i int) []int {
	switch i % 7 {
	case 0:
		return nil
	case 1, 2:
		return []int{2}
	case 3:
		return []int{1, 3}
	}
	return []int{2, 1 + 2*(i%2)}
}

func (c *crowd) vote(i int, to string) {
	f := c.client(i).Get(to).Want(200).Form(to)
	if marks := c.marks(i); len(marks) == 0 {
		f.Set("abstain", "1")
	} else {
		var s []string
		for _, m := range marks {
			s = append(s, fmt.Sprint(m))
		}
		f.Set("marks", s...)
	}
	f.Submit().Want(200).Says("谢谢，票已投出")
	if i%50 == 0 {
		f.Submit().Want(200).Says("谢谢，票已投出") // the same press again
	}
}

// TestABallotIsCalledOff: with a reason, which the page then shows; the candidates are ready again.
func TestABallotIsCalledOff(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	t1, d1 := h.as("T1"), h.as("D1")
	t1.Get("/ballots/new").Want(200).Says("不足两个")
	a, b := h.candidate(t1, d1, "浴室增设吹风机"), h.candidate(t1, d1, "车棚加装充电桩")
	list := t1.Get("/ballots/new").Want(200).Form("/ballots/new").Set("title", "票选").Set("places", "1").Set("candidates", strings.TrimPrefix(a, "/pool/"), strings.TrimPrefix(b, "/pool/")).Submit().Want(200)
	page := regexp.MustCompile(`/ballot/[0-9a-f-]+`).FindString(string(list.Body))
	t1.Get(a).Want(200).Says("票选中").Silent("移出候选库")
	t1.Get(page + "/cancel").Want(200).Form("/cancel").Submit().Want(422)
	t1.Get(page+"/cancel").Want(200).Form("/cancel").Set("reason", "候选有误").Submit().Want(200).Says("已取消", "候选有误")
	t1.Get(a).Want(200).Says("待票选")
	h.as("W1").Get(strings.Replace(page, "/ballot/", "/vote/", 1)).Want(200).Says("已经截止")
	t1.Get(a+"/merge").Want(200).Form("/merge").Set("into", strings.TrimPrefix(b, "/pool/")).Submit().Want(200).Says("已合并", "车棚加装充电桩")
	t1.Get(b).Want(200).Says("合并进来的", "浴室增设吹风机")
	t1.Get(b + "/drop").Want(200).Form("/drop").Submit().Want(422)
	t1.Get(b+"/drop").Want(200).Form("/drop").Set("reason", "已经在办").Submit().Want(200).Says("已移出", "已经在办")
	t1.Get("/pool").Want(200).Silent("车棚加装充电桩")
	t1.Get("/pool?state=dropped").Want(200).Says("车棚加装充电桩")
	t1.Get("/pool?state=nothing").Want(400)
	bad := t1.Get("/pool/new").Want(200).Form("/pool/new").Set("title", "一").Set("body", "打的字要留着").Submit().Want(422)
	if f := bad.Form("/pool/new"); f.Values.Get("body") != "打的字要留着" {
		t.Error("what was typed is lost")
	}
	if f := bad.Form("/pool/new"); f.Values.Get("source") != ballot.ByHand {
		t.Errorf("where it comes from is lost: %v", f.Values)
	}
}

// TestWhereCandidatesComeFrom: a link leads from a voice, from a matter that nobody leads, from a survey that is over and from a visit to a candidate that
// keeps where it came from; who may not read the voice gets no link to it, and its number stands nowhere in the pool.
func TestWhereCandidatesComeFrom(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	h.tell(coldWater)
	v := h.voices()[0]
	m := matter.Register{Title: "北门加装遮雨棚", Class: matter.Standard, Source: matter.FromResearch}
	visit := inspect.Record{Place: "P104M", Kind: inspect.Routine, Items: []inspect.Found{{Code: "BT5", Readings: []string{"yes"}}}}
	office, inspector := h.who("T1"), h.who("I1")
	h.write(func(tx *db.Tx) error { return m.Do(tx, office) })
	h.write(func(tx *db.Tx) error { return visit.Do(tx, inspector) })
	t1, survey := h.opened("bus", "班车测评")
	t1.Get(survey).Want(200).Silent("放入候选库")
	c.Set(c.Now().AddDate(0, 0, 15))
	h.runSurveys()
	t1 = h.as("T1")
	petition := &proposal.Submit{Kind: proposal.Improve, Title: "加装遮雨棚", Why: "没有地方躲雨", How: "装一处"}
	worker := h.who("W1")
	h.write(func(tx *db.Tx) error { return petition.Do(tx, worker) })
	for from, at := range map[string]string{"提案和建议": "/proposal/" + petition.ID, "诉求": "/voice/" + v.ID, "未交办的实事": "/matter/" + m.Number, "问卷测评": survey, "现场检查": "/visit/" + visit.Number} {
		f := t1.Get(at).Want(200).Click("放入候选库").Want(200).Says("来源", from).Form("/pool/new")
		if m := f.Values.Get("title"); (m == "北门加装遮雨棚") != (from == "未交办的实事") {
			t.Errorf("%s: titled %q", from, m)
		}
		title := "从" + from + "来的候选"
		page := f.Set("title", title).Set("body", "大家都用得上。").Submit().Want(200).Click(title).Want(200).Says(from)
		back := strings.Contains(string(page.Body), at)
		if !back {
			t.Errorf("%s: no link back to %s", from, at)
		}
		seen := h.as("S1").Get(page.URL.Path).Want(200).Says(from).Silent(v.Number)
		if from == "诉求" && strings.Contains(string(seen.Body), at) {
			t.Error("the voice is linked for somebody who does not triage")
		}
	}
	forged := t1.Get("/pool/new?from=voice&id="+v.ID).Want(200).Form("/pool/new").Set("title", "编造来源的候选").Set("body", "内容")
	forged.Values.Set("source_id", "nothing")
	forged.Submit().Want(422).Says("找不到来源")
	h.as("S1").Get("/pool/new?from=voice&id=" + v.ID).Want(403)
}
