package web_test

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/survey"
)

// runSurveys counts and mixes, as the jobs do.
func (h *hall) runSurveys() {
	h.t.Helper()
	if err := survey.Mix(h.t.Context(), h.d); err != nil {
		h.t.Fatal(err)
	}
	h.write(func(tx *db.Tx) error { _, err := survey.Run(tx); return err })
}

// opened begins, publishes and opens a survey through the pages. It returns the address of its page.
func (h *hall) opened(template, title string) (t1 *webtest.Client, page string) {
	h.t.Helper()
	t1 = h.as("T1")
	var begin *webtest.Form
	shipped := t1.Get("/surveys/forms").Want(200)
	for _, n := range shipped.All(func(n *html.Node) bool { return n.Data == "form" }) {
		if f := shipped.FormAt(n); f.Values.Get("template") == template {
			begin = f
		}
	}
	draft := begin.Submit().Want(200).Says("草稿")
	published := draft.Form("/surveys/forms/").Submit().Want(200).Says("第1版")
	plan := t1.Get("/surveys/new").Want(200).Form("/surveys/new")
	plan.Set("form", published.URL.Path[strings.LastIndexByte(published.URL.Path, '/')+1:])
	list := plan.Set("title", title).Submit().Want(200).Says(title, "进行中")
	return t1, regexp.MustCompile(`/survey/[0-9a-f-]+`).FindString(string(list.Body))
}

// takesUp: what speaks of the same stands together, and one press makes a voice of a sentence, once, that leads to nobody.
func (h *hall) takesUp(path string) {
	h.t.Helper()
	t := h.t
	b := h.as("T1")
	texts := b.Get(path).Want(200).Says("3 句说的像是同一件事", "夜班没有热菜", "其余")
	var press *webtest.Form
	for _, n := range texts.All(func(n *html.Node) bool { return n.Data == "form" }) {
		if f := texts.FormAt(n); f.Values.Get("text") != "" {
			press = f // the last one: that of the sentence which stands alone
		}
	}
	before := press.Submit().Want(200).Says("已登记为心声", "已登记 SQ")
	press.Submit().Want(200) // a second press: nothing more
	b.Get("/inbox").Want(200).Says("夜班没有热菜")
	type row struct{ Text, Level, Channel, Submitter string }
	h.read(func(tx *db.Tx) error {
		all, err := db.All[row](tx, `SELECT text, level, channel, submitter FROM voice WHERE channel = 'survey'`)
		if err != nil || len(all) != 1 || all[0] != (row{"夜班没有热菜", "anonymous", "survey", ""}) {
			t.Errorf("registered: %+v, %v", all, err)
		}
		return err
	})
	again := press.Set("_token", before.Form(path).Values.Get("_token")).Submit()
	again.Want(409).Says("刚才已经登记了")
	before.Form(path).Set("text", "nothing").Submit().Want(404)
	h.as("S1").Get(path).Want(403)
}

// TestASurveyThroughThePages: from the template to the result; the questionnaire works without a script, questions that depend on others come
// when those are answered, what was typed is kept, a second press thanks again.
func TestASurveyThroughThePages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		t1, page := h.opened("canteen", "冬季食堂测评")
		t1.Get(page).Want(200).Says("谁也看不到任何答案", "邀请人数")
		w1 := h.as("W1")
		w1.Get("/").Want(200).Says("冬季食堂测评", "去填写")
		ask := w1.Get("/mine").Want(200).Click("冬季食堂测评").Want(200).Says("食堂满意度测评", "不记名", "卫生")
		small(t, ask)
		ask.Silent("不在食堂吃的原因")
		to := ask.URL.Path
		wrong := ask.Form(to).Set("q.hygiene", "4").Set("q.say", "粥是凉的").Submit().Want(422).Says("请选一个", "粥是凉的")
		small(t, wrong)
		f := wrong.Form(to)
		if f.Values.Get("q.hygiene") != "4" {
			t.Errorf("what was chosen is lost: %v", f.Values)
		}
		for _, q := range []string{"health", "warm", "taste", "variety"} {
			f.Set("q."+q, "3")
		}
		more := f.Set("q.often", "never").Submit().Want(200).Says("还有1个问题", "不在食堂吃的原因", "粥是凉的")
		more.Form(to).Set("q.why", "far").Submit().Want(200).Says("谢谢，已收到")
		more.Form(to).Submit().Want(200).Says("谢谢，已收到") // the same press again
		w1.Get(to).Want(200).Says("您已经答过了")
		w1.Get("/mine").Want(200).Silent("冬季食堂测评")
		h.read(func(tx *db.Tx) error {
			n, err := db.One[int](tx, `SELECT COUNT(*) FROM survey_box`)
			if n != 1 {
				t.Errorf("%d answers", n)
			}
			return err
		})

		// On paper: a sheet that is shown once, and a page for whoever has a slip.
		sheet := t1.Get(page+"/codes").Want(200).Form("/codes").Set("unit", "G").Set("n", "6").Submit().Want(200).Says("只显示一次", "答题码")
		codes := regexp.MustCompile(`<b class="big">([0-9A-Z ]+)</b>`).FindAllStringSubmatch(string(sheet.Body), -1)
		if len(codes) != 6 {
			t.Fatalf("%d codes", len(codes))
		}
		slip := strings.Replace(page, "/survey/", "/s/", 1)
		for i, code := range codes {
			b := h.browser()
			p := b.Get(slip).Want(200).Says("答题码", "卫生")
			if i == 0 {
				small(t, p)
				p.Form(slip).Set("code", "ABCD").Submit().Want(422).Says("没有这个答题码")
			}
			f := p.Form(slip).Set("code", strings.ToLower(code[1])).Set("q.often", "never")
			for _, q := range []string{"hygiene", "health", "warm", "taste", "variety"} {
				f.Set("q."+q, "2")
			}
			if i < 3 {
				f.Set("q.say", []string{"早餐的粥是凉的！", "早上的粥总是凉的", "夜班没有热菜"}[i])
			}
			f.Submit().Want(200).Form(slip).Submit().Want(200).Says("谢谢，已收到")
		}
		h.runSurveys()
		c.Set(c.Now().AddDate(0, 0, 15))
		h.runSurveys()
		w1.Get(to).Want(200)
		s1 := h.as("S1")
		s1.Get(page).Want(200).Says("已结束", "卫生", "很不满意", "按人数加权", "95%").Silent("粥是凉的")
		s1.Get(page+"/units").Want(200).Says("单位不排名", "没有可以单独显示的单位").Silent("粥是凉的")
		s1.Get(page + "/texts").Want(403)
		h.as("H1").Get(page + "/texts").Want(403)
		h.takesUp(page + "/texts")
		file := s1.Get(page + "/export?form=csv").Want(200)
		if !strings.Contains(string(file.Body), "卫生") || strings.Contains(string(file.Body), "粥是凉的") {
			t.Errorf("the file: %s", file.Body)
		}
		s1.Get(page + "/export?form=xlsx").Want(200)
		paper := textOfWord(t, s1.Get(page+"/export?form=docx").Want(200).Body)
		for _, x := range []string{"卫生", "很不满意", "7人作答", "对象", "全体职工", "不足20人的单位并入全体"} {
			if !strings.Contains(paper, x) {
				t.Errorf("the document does not say %s: %s", x, paper)
			}
		}
		if strings.Contains(paper, "粥是凉的") {
			t.Error("the document has what was answered in words")
		}
		s1.Get(page + "/export?form=pdf").Want(400)
	})
}

// TestEveryTemplateFitsAPhone: the questionnaire of each template is small, clean and whole in both languages.
func TestEveryTemplateFitsAPhone(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	for _, name := range []string{"needs", "bath", "bus", "pulse", "year"} {
		_, page := h.opened(name, "测评"+name)
		to := strings.Replace(page, "/survey/", "/answer/", 1)
		for _, lang := range []string{"", "?lang=en"} {
			small(t, h.as("W2").Get(to+lang).Want(200))
		}
	}
}

// TestASurveyIsCalledOff: with a reason, which the page then shows.
func TestASurveyIsCalledOff(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	t1, page := h.opened("bus", "班车测评")
	t1.Get(page + "/cancel").Want(200).Form("/cancel").Submit().Want(422)
	t1.Get(page+"/cancel").Want(200).Form("/cancel").Set("reason", "题目有误").Submit().Want(200).Says("已取消", "题目有误")
	h.as("W1").Get(strings.Replace(page, "/survey/", "/answer/", 1)).Want(200).Says("已经截止")
	bad := t1.Get("/surveys/new").Want(200).Form("/surveys/new").Set("title", "一").Set("closes", "2020-01-01").Submit().Want(422)
	if f := bad.Form("/surveys/new"); f.Values.Get("title") != "一" {
		t.Error("what was typed is lost")
	}
}

// TestAQuestionnaireIsWritten: a draft is changed question by question with forms alone, what is wrong is said at its field, and a published
// version stays as it was.
func TestAQuestionnaireIsWritten(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	t1, page := h.opened("bus", "班车测评")
	form := regexp.MustCompile(`/surveys/forms/[0-9a-f-]+`).FindString(string(t1.Get(page).Want(200).Body))
	wrong := t1.Get(form+"/q/new").Want(200).Form("/q/new").Set("kind", "single").Set("zh", "车上有没有空调").Set("options", "有 | yes").Submit().Want(422).Says("要有2到20个选项")
	f := wrong.Form("/q/new")
	if f.Values.Get("zh") != "车上有没有空调" || f.Values.Get("options") != "有 | yes" {
		t.Errorf("what was typed is lost: %v", f.Values)
	}
	f.Set("options", "有 | yes\n没有 | no").Set("when", "ride=daily").Set("required", "1").Submit().Want(200).Says("车上有没有空调", "每个班都坐")
	t1.Get(form+"/q/new").Want(200).Form("/q/new").Set("kind", "scale").Set("zh", "冷热合适").Set("when", "ride=daily", "why=stop").Set("steps", "agree").Submit().Want(422).Says("条件只能引用一道题")
	t1.Get(form+"/q/why").Want(200).Form("/q/why").Set("zh", "不坐班车的原因").Submit().Want(200).Says("不坐班车的原因")
	t1.Get(form+"/edit").Want(200).Form("/edit").Set("title", "").Submit().Want(422)
	t1.Get(form+"/edit").Want(200).Form("/edit").Set("title", "班车问卷").Submit().Want(200).Says("班车问卷")
	t1.Get(form+"/preview").Want(200).Says("不坐班车的原因", "车上有没有空调", "“您乘坐班车上下班吗？”答")
	list := t1.Get(form).Want(200)
	moved := false
	for _, n := range list.All(func(n *html.Node) bool { return n.Data == "form" }) {
		if f := list.FormAt(n); f.Values.Get("key") == "why" && f.Values.Get("do") == "drop" {
			f.Submit().Want(200).Silent("不坐班车的原因")
			moved = true
		}
	}
	if !moved {
		t.Error("a question cannot be taken out")
	}
	answer := strings.Replace(page, "/survey/", "/answer/", 1)
	h.as("W2").Get(answer).Want(200).Says("通勤班车测评").Silent("车上有没有空调") // what is asked is what was published
	t1.Get(form).Want(200).Form(form).Submit().Want(200).Says("第2版")
	h.as("S1").Get(form).Want(200).Silent("删除")
	h.as("S1").Get(form + "/q/ride").Want(403)
	t1.Get(form + "/q/nothing").Want(404)
}

// TestARoundThatComesAgain: it is said on its page, and can be stopped there.
func TestARoundThatComesAgain(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	t1, _ := h.opened("bath", "浴室测评")
	plan := t1.Get("/surveys/new").Want(200).Form("/surveys/new")
	for _, n := range t1.Get("/surveys/forms").Want(200).All(func(n *html.Node) bool {
		return n.Data == "a" && strings.HasPrefix(webtest.Attr(n, "href"), "/surveys/forms/")
	}) {
		plan.Set("form", strings.TrimPrefix(webtest.Attr(n, "href"), "/surveys/forms/"))
	}
	list := plan.Set("title", "每季浴室").Set("every", "3").Submit().Want(200)
	page := list.Click("每季浴室").Want(200).Says("每季度", "下次")
	page.Click("停止重复").Want(200).Form("/stop").Submit().Want(200).Silent("每季度")
}
