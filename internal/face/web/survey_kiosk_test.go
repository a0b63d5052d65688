package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"sanwen/internal/base/org/worldtest"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/survey"
)

// walkIn opens a survey of the people of one place to whoever comes by, and gives its page.
func (h *hall) walkIn(t1 *webtest.Client, title string) string {
	h.t.Helper()
	form := regexp.MustCompile(`/surveys/forms/([0-9a-f-]+)`).FindStringSubmatch(string(t1.Get("/surveys/forms").Want(200).Body))[1]
	plan := t1.Get("/surveys/new").Want(200).Form("/surveys/new").Set("form", form).Set("title", title)
	wrong := plan.Set("audience", "units").Set("units.add", "U02").Set("places.add", "P201").Set("walk_in", "1").Submit().Want(422).Says("只有问全体职工或场所时")
	list := wrong.Form("/surveys/new").Set("audience", "places").Submit().Want(200)
	return list.Click(title).Want(200).URL.Path
}

// answered is a questionnaire with everything that has to be answered, the question too that comes up by it.
func answered(p *webtest.Page, to, step string) *webtest.Form {
	f := p.Form(to)
	for _, q := range []string{"hygiene", "health", "warm", "taste", "variety"} {
		f.Set("q."+q, step)
	}
	return f.Set("q.often", "never").Submit().Want(200).Says("还有1个问题").Form(to)
}

var walkedIn = regexp.MustCompile(`随到随填</dt>\s*<dd[^>]*>\s*5\D`)

// leavesNothing answers at an address as a browser does that tells everything about its owner, signed in as somebody, and finds nothing of it in any
// table: neither what the browser told nor the random number of the form, and no time that is finer than an hour.
func (h *hall) leavesNothing(signedIn *webtest.Client, to string) {
	t := h.t
	t.Helper()
	b := h.browser()
	form := answered(b.Get(to).Want(200), to, "3")
	req := form.Request()
	for name, v := range map[string]string{"User-Agent": "CANARY", "Accept-Language": "en-CANARY", "Referer": "http://CANARY/", "X-Forwarded-For": "10.77.66.55", "Cookie": "canary=CANARY"} {
		req.Header.Set(name, v)
	}
	base, err := url.Parse(h.base)
	if err != nil {
		t.Fatal(err)
	}
	sessions := signedIn.HTTP.Jar.Cookies(base)
	if len(sessions) == 0 {
		t.Fatal("nobody is signed in")
	}
	for _, c := range sessions {
		req.AddCookie(c)
	}
	w := worldtest.New(t, h.d, h.c)
	before := map[string]map[string]bool{}
	tables := w.Tables()
	for _, table := range tables {
		before[table] = map[string]bool{}
		for _, row := range w.Rows(table) {
			before[table][row] = true
		}
	}
	b.Do(req).Want(200).Says("谢谢，已收到")
	token, err := h.site.Keys.Open("form:", form.Values.Get("_token"), h.c.Now())
	key := string(token.Payload)
	if err != nil || key == "" {
		t.Fatal("the form has no number: ", err)
	}
	fresh := map[string]int{}
	for _, table := range tables {
		for _, row := range w.Rows(table) {
			if before[table][row] {
				continue
			}
			fresh[table]++
			for _, bad := range []string{"CANARY", "10.77.66.55", "127.0.0.1", h.id["T1"], sessions[0].Value, key} {
				if strings.Contains(row, bad) {
					t.Errorf("%s holds %q: %s", table, bad, row)
				}
			}
		}
	}
	if fresh["survey_box"] != 1 || fresh["survey_walk_in"] != 1 || fresh["quota"]+fresh["once"]+fresh["survey_code"]+fresh["survey_invitation"] != 0 {
		t.Errorf("an answer wrote %v", fresh)
	}
	h.read(func(tx *db.Tx) error {
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM event WHERE kind = 'survey.answered' AND (actor <> '' OR data <> 'null' OR at % 3600000 <> 0)`)
		if n != 0 {
			t.Errorf("%d entries say more than that somebody has answered", n)
		}
		return err
	})
}

// TestWhoeverComesBy: a survey stands on the page of the place that it asks about and on a tablet there; whoever comes by answers, once with each
// form; the tablet goes back to the first question and shows nothing of the one before; what came in so is marked and stands apart in all results.
func TestWhoeverComesBy(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		t1, _ := h.opened("canteen", "全厂食堂测评")
		page := h.walkIn(t1, "一楼餐厅测评")
		b := h.browser()
		b.Get("/p/P104M").Want(200).Silent("这里正在问", "一楼餐厅测评")
		ask := b.Get("/p/P201").Want(200).Says("这里正在问").Silent("全厂食堂测评").Click("一楼餐厅测评").Want(200).Says("单独统计", "没有也能交")
		small(t, ask)
		slip := ask.URL.Path
		ask.Form(slip).Set("code", "ABCD EFGH JKMN").Submit().Want(422).Says("没有这个答题码")
		ask.Form(slip).Set("code", "!?").Submit().Want(422).Says("没有这个答题码")
		f := answered(ask, slip, "2")
		f.Submit().Want(200).Says("谢谢，已收到")
		f.Submit().Want(200).Says("谢谢，已收到") // the same press again is none
		h.leavesNothing(t1, slip)

		kiosk := t1.Get(page).Want(200).Says("平板填写地址", "随到随填", "无法保证一人一份").Click("/k/").Want(200).URL.RequestURI()
		if !strings.HasSuffix(kiosk, "?place=P201") {
			t.Errorf("the tablet is at %s", kiosk)
		}
		tablet := h.browser()
		for i := range 5 {
			first := tablet.Get(kiosk).Want(200).Says("清空", "单独统计").Silent("粥是凉的")
			small(t, first)
			to := strings.TrimSuffix(kiosk, "?place=P201")
			if i == 0 {
				first.Form(to).Set("q.say", "粥是凉的").Submit().Want(422).Says("粥是凉的", "请选一个")
			}
			done := answered(first, to, "4").Set("q.say", "粥是凉的").Submit().Want(200).Says("谢谢，已收到", "下一位", "8秒").Silent("粥是凉的")
			small(t, done)
			if done.URL.Path != to+"/done" || done.Header.Get("Refresh") != "8; url="+kiosk || done.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("after an answer: %s %v", done.URL, done.Header)
			}
			if next := done.Click("下一位").Want(200); next.URL.RequestURI() != kiosk || next.Form(to).Values.Get("q.hygiene") != "" {
				t.Errorf("the next one sees %s", next.URL)
			}
		}
		h.read(func(tx *db.Tx) error {
			n, err := db.One[int](tx, `SELECT COUNT(*) FROM survey_box WHERE unit = '*'`)
			if n != 7 {
				t.Errorf("%d answers", n)
			}
			return err
		})
		if said := t1.Get(page).Want(200); !walkedIn.MatchString(string(said.Body)) { // seven are told as five, as the others are
			t.Errorf("the page does not tell of five: %s", said.Body)
		}
		tablet.Get("/k/00000000-0000-0000-0000-000000000000").Want(404)
		small(t, tablet.Get("/k/"+strings.TrimPrefix(page, "/survey/")+"?lang=en").Want(200).Says("Clear", "counted apart"))

		// A flood of one place waits, with what was typed; who has a code does not.
		h.set(survey.WalkInsPlace, "6")
		f.Submit().Want(200).Says("谢谢，已收到") // taken long ago
		answered(tablet.Get(strings.Replace(kiosk, "P201", "P9", 1)).Want(200), "/k/", "5").Submit().Want(200).Says("谢谢，已收到")
		full := answered(tablet.Get(kiosk).Want(200), "/k/", "3").Set("q.say", "排队太久").Submit().Want(422).Says("请过一会儿再交", "排队太久")
		sheet := t1.Get(page+"/codes").Want(200).Form("/codes").Set("unit", "U02").Set("n", "1").Submit().Want(200)
		code := regexp.MustCompile(`<b class="big">([0-9A-Z ]+)</b>`).FindStringSubmatch(string(sheet.Body))[1]
		full.Form("/k/").Set("code", code).Submit().Want(200).Says("下一位")

		h.runSurveys()
		c.Set(c.Now().AddDate(0, 0, 15))
		h.runSurveys()
		tablet.Get(kiosk).Want(200).Says("已经截止").Silent("下一位")
		b.Get("/p/P201").Want(200).Silent("这里正在问")
		s1 := h.as("S1")
		s1.Get(page).Want(200).Says("随到随填的答卷（8份）", "无法保证一人一份", "答卷太少", "3.75").Silent("粥是凉的")
		paper := textOfWord(t, s1.Get(page+"/export?form=docx").Want(200).Body)
		file := string(s1.Get(page + "/export?form=csv").Want(200).Body)
		for _, x := range []string{"随到随填", "无法保证一人一份", "3.75"} {
			if !strings.Contains(paper, x) || !strings.Contains(file, x) && x != "无法保证一人一份" {
				t.Errorf("the files do not say %s: %s\n%s", x, paper, file)
			}
		}
	})
}
