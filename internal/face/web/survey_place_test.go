package web_test

import (
	"regexp"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

var tagsOfWord = regexp.MustCompile(`<[^>]*>`)

// textOfWord is what stands in a Word document.
func textOfWord(t *testing.T, file []byte) string {
	t.Helper()
	return tagsOfWord.ReplaceAllString(strings.ReplaceAll(webtest.WordXML(t, file), "</w:p>", "\n"), "")
}

// TestSurveyOfPlacesAndCrews: places and crews are found by a part of their names, without a script too; what was typed is kept; the page of the
// round and its slips say who is asked; whoever does not use the place is not.
func TestSurveyOfPlacesAndCrews(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		h.write(func(tx *db.Tx) error {
			if err := (org.AddUnit{Code: "U01-A9", Parent: "U01-A", Kind: org.Crew, NameZh: "九班", NameEn: "Crew 9"}).Do(tx, access.System("test")); err != nil {
				return err
			}
			var crew []org.Person
			for i := range 21 {
				crew = append(crew, org.Person{EmployeeNo: "K" + string(rune('A'+i)), Name: "张三", Unit: "U01-A9", Status: org.Active})
			}
			return org.PutPeople{People: crew}.Do(tx, access.System("test"))
		})
		t1, _ := h.opened("canteen", "全厂食堂测评")
		plan := t1.Get("/surveys/new").Want(200).Form("/surveys/new")
		var form string
		for _, f := range regexp.MustCompile(`/surveys/forms/[0-9a-f-]+`).FindAllString(string(t1.Get("/surveys/forms").Want(200).Body), -1) {
			form = f[strings.LastIndexByte(f, '/')+1:]
		}
		wrong := plan.Set("form", form).Set("title", "一楼餐厅测评").Set("audience", "places").Submit().Want(422).Says("请选至少一个场所")
		unsure := wrong.Form("/surveys/new").Set("places.add", "四区").Submit().Want(422).Says("四区职工新浴室 · P104M", "四区一楼餐厅 · P201")
		none := unsure.Form("/surveys/new").Set("places.add", "五区").Submit().Want(422).Says("五区")
		if f := none.Form("/surveys/new"); f.Values.Get("title") != "一楼餐厅测评" || f.Values.Get("audience") != "places" {
			t.Errorf("what was typed is lost: %v", f.Values)
		}
		list := none.Form("/surveys/new").Set("places.add", "餐厅").Submit().Want(422).Form("/surveys/new").Set("places", "P201").Submit().Want(200).Says("一楼餐厅测评", "使用选定场所的职工")
		page := list.Click("一楼餐厅测评").Want(200).Says("四区一楼餐厅 · P201", "使用单位", "邀请人数")
		answer := strings.Replace(page.URL.Path, "/survey/", "/answer/", 1)
		h.as("W1").Get(answer).Want(404)
		t1.Get(page.URL.Path+"/codes").Want(200).Form("/codes").Set("unit", "U02").Set("n", "1").Submit().Want(200).Says("对象：使用选定场所的职工：四区一楼餐厅 · P201")
		for q, want := range map[string]string{"四服": "Z4", "p10": "P104M", "canteen": "P201", "Area": "P9"} {
			if got := string(h.as("W1").Get("/pick/places?q=" + q).Want(200).Body); !strings.Contains(got, `"`+want+`"`) {
				t.Errorf("%s finds %s", q, got)
			}
		}
		h.as("W1").Get("/pick/places?kind=x").Want(400)
		crews := t1.Get("/surveys/new?lang=en").Want(200).Form("/surveys/new").Set("form", form).Set("title", "甲班测评").Set("audience", "crews").Set("crews.add", "U02").Submit().Want(422).Says("Chosen crews")
		again := crews.Form("/surveys/new")
		again.Values.Del("crews") // no crew: it is taken off
		again.Set("crews.add", "九班").Submit().Want(200).Click("甲班测评").Want(200).Says("Chosen crews", "Crew 9")
	})
}
